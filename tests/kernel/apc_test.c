/* apc_test.c - asynchronous procedure calls (facts/nt-kernel.md 2.1 to 2.5, 1.6). What they do
 * to attachments is told in attach_test.c. */
#include "tests/groups.h"
#include "tests/kernel/stories.h"

static KAPC apcs[8];

static VOID NTAPI kernel_part(PRKAPC apc, PKNORMAL_ROUTINE *normal, PVOID *context, PVOID *a1,
                              PVOID *a2)
{
    (void)apc, (void)normal, (void)context, (void)a2;
    EXPECT(KeGetCurrentIrql() == APC_LEVEL);
    say(letter_of(*a1));
}

static VOID NTAPI normal_part(PVOID context, PVOID a1, PVOID a2)
{
    (void)context, (void)a2;
    EXPECT(KeGetCurrentIrql() == PASSIVE_LEVEL);
    say((char)(letter_of(a1) - 'a' + 'A'));
}

/* The kernel part says its letter small, the normal part large. */
static bool queue_to(struct ke_thread *thread, int n, char letter, PKNORMAL_ROUTINE normal,
                     KPROCESSOR_MODE mode)
{
    apcs[n] = (KAPC){ 0 };
    KeInitializeApc(&apcs[n], thread, InsertApcEnvironment, kernel_part, NULL, normal, mode, NULL);
    return KeInsertQueueApc(&apcs[n], (PVOID)(uintptr_t)letter, NULL, 0);
}

static bool queue(int n, char letter, PKNORMAL_ROUTINE normal)
{
    return queue_to(KeGetCurrentThread(), n, letter, normal, KernelMode);
}

/* ---- Kinds and order (2.1, 2.3, 2.5) --------------------------------------------------------- */

STORY(special_apcs_go_before_normal_ones)
{
    KIRQL old;

    (void)arg;
    KeRaiseIrql(APC_LEVEL, &old);
    queue(0, 'p', normal_part);
    queue(1, 's', NULL);
    queue(2, 'q', normal_part);
    queue(3, 't', NULL);
    EXPECT(said_is("")); /* Nothing is delivered at APC_LEVEL. */
    KeLowerIrql(old);
    EXPECT(said_is("stpPqQ"));
}

static VOID NTAPI long_normal_part(PVOID context, PVOID a1, PVOID a2)
{
    (void)context, (void)a1, (void)a2;
    say('(');
    queue(1, 'q', normal_part);
    queue(2, 's', NULL); /* Breaks in; the normal one does not. */
    ke_spend(MS(1));
    story_sleep(MS(20));
    say(')');
}

STORY(one_normal_apc_at_a_time)
{
    (void)arg;
    queue(0, 'p', long_normal_part);
    EXPECT(said_is("p(s)qQ"));
}

static VOID NTAPI drops_the_normal_part(PRKAPC apc, PKNORMAL_ROUTINE *normal, PVOID *context,
                                        PVOID *a1, PVOID *a2)
{
    kernel_part(apc, normal, context, a1, a2);
    *normal = NULL;
}

STORY(the_kernel_routine_can_take_the_normal_one_away)
{
    (void)arg;
    queue(0, 'p', normal_part);
    EXPECT(said_is("pP"));
    apcs[1] = (KAPC){ 0 };
    KeInitializeApc(&apcs[1], KeGetCurrentThread(), OriginalApcEnvironment, drops_the_normal_part,
                    NULL, normal_part, KernelMode, NULL);
    KeInsertQueueApc(&apcs[1], (PVOID)(uintptr_t)'q', NULL, 0);
    EXPECT(said_is("pPq"));
}

static VOID NTAPI leaves_raised(PRKAPC apc, PKNORMAL_ROUTINE *normal, PVOID *context, PVOID *a1,
                                PVOID *a2)
{
    KIRQL old;

    (void)apc, (void)normal, (void)context, (void)a1, (void)a2;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
}

static void comes_back_raised(void *arg)
{
    KAPC apc = { 0 };

    (void)arg;
    KeInitializeApc(&apc, KeGetCurrentThread(), OriginalApcEnvironment, leaves_raised, NULL, NULL,
                    KernelMode, NULL);
    KeInsertQueueApc(&apc, NULL, NULL, 0);
}

/* 2.5: the level must be as before. */
static void a_kernel_routine_that_changes_the_level_stops(void **state)
{
    (void)state;
    struct ke_stop stop = stops_on(1, comes_back_raised);

    assert_int_equal(stop.code, IRQL_UNEXPECTED_VALUE);
    assert_int_equal(stop.args[0], DISPATCH_LEVEL << 16 | APC_LEVEL << 8);
}

/* ---- Disabling (2.2) ------------------------------------------------------------------------- */

STORY(a_critical_region_holds_back_normal_apcs)
{
    (void)arg;
    KeEnterCriticalRegion();
    KeEnterCriticalRegion();
    EXPECT(KeAreApcsDisabled());
    queue(0, 'p', normal_part);
    queue(1, 's', NULL);
    EXPECT(said_is("s"));
    KeLeaveCriticalRegion();
    EXPECT(said_is("s"));
    KeLeaveCriticalRegion();
    EXPECT(said_is("spP") && !KeAreApcsDisabled());
}

STORY(a_guarded_region_holds_back_all_apcs)
{
    (void)arg;
    KeEnterGuardedRegion();
    queue(0, 'p', normal_part);
    queue(1, 's', NULL);
    ke_spend(MS(30));
    story_sleep(MS(20)); /* A wait does not let them in either. */
    EXPECT(said_is("") && KeAreApcsDisabled());
    KeLeaveGuardedRegion();
    EXPECT(said_is("spP"));
}

STORY(of_two_regions_the_outer_one_counts)
{
    (void)arg;
    KeEnterCriticalRegion();
    KeEnterGuardedRegion();
    queue(0, 'p', normal_part);
    queue(1, 's', NULL);
    EXPECT(said_is(""));
    KeLeaveGuardedRegion();
    EXPECT(said_is("s")); /* Special ones are free again, normal ones not yet. */
    KeLeaveCriticalRegion();
    EXPECT(said_is("spP"));
}

/* Leaving a region at APC_LEVEL delivers nothing; lowering does. */
STORY(leaving_a_region_raised_waits_for_the_level)
{
    KIRQL old;

    (void)arg;
    KeEnterCriticalRegion();
    queue(0, 'p', normal_part);
    KeRaiseIrql(APC_LEVEL, &old);
    KeLeaveCriticalRegion();
    EXPECT(said_is(""));
    KeLowerIrql(old);
    EXPECT(said_is("pP"));
}

/* ---- Queueing (2.3) -------------------------------------------------------------------------- */

STORY(an_apc_is_queued_once)
{
    KIRQL old;

    (void)arg;
    KeRaiseIrql(APC_LEVEL, &old);
    EXPECT(queue(0, 's', NULL));
    EXPECT(!KeInsertQueueApc(&apcs[0], NULL, NULL, 0));
    EXPECT(KeRemoveQueueApc(&apcs[0]) && !KeRemoveQueueApc(&apcs[0]));
    EXPECT(KeInsertQueueApc(&apcs[0], (PVOID)(uintptr_t)'t', NULL, 0));
    KeLowerIrql(old);
    EXPECT(said_is("t"));
}

static void ends_at_once(void *context) { (void)context; }

STORY(a_thread_late_in_its_exit_takes_none)
{
    (void)arg;
    struct ke_thread *thread = thread_with(8, ends_at_once, NULL);

    ObReferenceObject(thread);
    wait_for(thread);
    EXPECT(!thread->apc_queueable && !queue_to(thread, 0, 's', NULL, KernelMode));
    ObDereferenceObject(thread);
}

/* 2.4, the table. */
STORY(an_apc_waits_for_its_environment)
{
    struct ke_thread *self = KeGetCurrentThread();
    struct ke_process *a = machine_process("a.exe"), *b = machine_process("b.exe");
    KAPC home = { 0 }, away = { 0 };
    KAPC_STATE first, second;

    (void)arg;
    forget();
    KeInitializeApc(&home, self, OriginalApcEnvironment, kernel_part, NULL, NULL, KernelMode, NULL);
    KeInitializeApc(&away, self, AttachedApcEnvironment, kernel_part, NULL, NULL, KernelMode, NULL);
    KeInsertQueueApc(&home, (PVOID)(uintptr_t)'h', NULL, 0);
    EXPECT(said_is("h")); /* Environment 0 at home: live. */
    KeStackAttachProcess(a, &first);
    KeInsertQueueApc(&home, (PVOID)(uintptr_t)'i', NULL, 0);
    KeInsertQueueApc(&away, (PVOID)(uintptr_t)'a', NULL, 0);
    EXPECT(said_is("ha")); /* 1 when away: live; 0: parked. */
    KeStackAttachProcess(b, &second);
    KeInsertQueueApc(&away, (PVOID)(uintptr_t)'b', NULL, 0);
    EXPECT(said_is("hab")); /* Live means the innermost process. */
    KeUnstackDetachProcess(&second);
    EXPECT(said_is("hab"));
    KeUnstackDetachProcess(&first);
    EXPECT(said_is("habi")); /* Home again: what was parked has its turn. */
    KeInsertQueueApc(&away, (PVOID)(uintptr_t)'x', NULL, 0);
    story_sleep(MS(20));
    EXPECT(said_is("habi") && away.Inserted); /* 1 at home: never examined. */
}

STORY(current_is_resolved_at_once_insert_when_queued)
{
    struct ke_thread *self = KeGetCurrentThread();
    struct ke_process *a = machine_process("a.exe");
    KAPC current = { 0 }, insert = { 0 };

    (void)arg;
    KeInitializeApc(&current, self, CurrentApcEnvironment, kernel_part, NULL, NULL, KernelMode,
                    NULL);
    KeInitializeApc(&insert, self, InsertApcEnvironment, kernel_part, NULL, NULL, KernelMode, NULL);
    forget();
    KeAttachProcess(a);
    KeInsertQueueApc(&current, (PVOID)(uintptr_t)'c', NULL, 0);
    KeInsertQueueApc(&insert, (PVOID)(uintptr_t)'i', NULL, 0);
    EXPECT(said_is("i") && current.ApcStateIndex == 0 && insert.ApcStateIndex == 1);
    KeDetachProcess();
    EXPECT(said_is("ic"));
}

/* ---- Triggers (2.5) -------------------------------------------------------------------------- */

static sim_time apc_at;

static VOID NTAPI notes_the_time(PRKAPC apc, PKNORMAL_ROUTINE *normal, PVOID *context, PVOID *a1,
                                 PVOID *a2)
{
    kernel_part(apc, normal, context, a1, a2);
    apc_at = ke->sim->now;
}

static void computes_long(void *context)
{
    sim_time before = ke->sim->now;

    (void)context;
    ke_spend(MS(200));
    EXPECT(ke->sim->now - before >= MS(200));
    say('.');
}

/* An interrupt reaches a thread that computes on another processor at once; what it owed it
 * still owes. */
STORY_ON(2, an_apc_interrupts_a_computing_thread)
{
    KAPC apc = { 0 };

    (void)arg;
    struct ke_thread *thread = thread_with(8, computes_long, NULL);

    story_sleep(MS(50));
    EXPECT(thread->state == KE_RUNNING);
    KeInitializeApc(&apc, thread, OriginalApcEnvironment, notes_the_time, NULL, NULL, KernelMode,
                    NULL);
    sim_time queued_at = ke->sim->now;

    KeInsertQueueApc(&apc, (PVOID)(uintptr_t)'s', NULL, 0);
    story_sleep(MS(300));
    EXPECT(said_is("s.") && apc_at - queued_at < US(20));
}

static void computes_guarded(void *context)
{
    KIRQL old;

    (void)context;
    KeRaiseIrql(APC_LEVEL, &old);
    ke_spend(MS(100));
    say('.');
    KeLowerIrql(old);
}

STORY_ON(2, at_apc_level_it_waits_for_the_level)
{
    (void)arg;
    struct ke_thread *thread = thread_with(8, computes_guarded, NULL);

    story_sleep(MS(50));
    queue_to(thread, 0, 's', NULL, KernelMode);
    story_sleep(MS(100));
    EXPECT(said_is(".s"));
}

static VOID NTAPI queues_an_apc(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
    (void)dpc, (void)a1, (void)a2;
    queue_to(context, 0, 's', NULL, KernelMode);
    EXPECT(said_is("")); /* Not in the DPC. */
}

STORY(a_dpc_queues_to_the_thread_it_interrupted)
{
    KDPC dpc;

    (void)arg;
    KeInitializeDpc(&dpc, queues_an_apc, KeGetCurrentThread());
    KeInsertQueueDpc(&dpc, NULL, NULL);
    EXPECT(said_is("s"));
}

/* ---- User APCs (2.1, 2.3) -------------------------------------------------------------------- */

static KEVENT never;

static void alertable_program(void *context)
{
    (void)context;
    service_enter(SERVICE_NtWaitForSingleObject);
    NTSTATUS status = KeWaitForSingleObject(&never, UserRequest, UserMode, TRUE, NULL);

    say(status == STATUS_USER_APC ? 'u' : '?');
    service_leave(status);
    say('.');
    for (;;) {
        LARGE_INTEGER interval = in(SEC(10));

        service_enter(SERVICE_NtDelayExecution);
        service_leave(KeDelayExecutionThread(UserMode, FALSE, &interval));
    }
}

/* User APCs run on the way back to user mode, all of them, in order; later ones wait for the next
 * alertable wait. */
STORY(user_apcs_run_on_the_way_back)
{
    struct ke_process *process;

    (void)arg;
    KeInitializeEvent(&never, NotificationEvent, FALSE);
    EXPECT(
        NT_SUCCESS(ps_create_process("p.exe", 0, ke->system, alertable_program, NULL, &process)));
    struct ke_thread *thread = LIST_ITEM(process->threads.next, struct ke_thread, process_link);

    story_sleep(MS(20));
    queue_to(thread, 0, 'p', normal_part, UserMode);
    queue_to(thread, 1, 'q', normal_part, UserMode);
    queue_to(thread, 2, 'r', normal_part, UserMode);
    story_sleep(MS(20));
    EXPECT(said_is("upPqQrR."));
    queue_to(thread, 3, 's', normal_part, UserMode);
    story_sleep(MS(50));
    EXPECT(said_is("upPqQrR.") && apcs[3].Inserted);
}

/* ---- Freezing and killing (1.6, 2.1, 6.5) ---------------------------------------------------- */

static void works_in_steps(void *context)
{
    for (;;) {
        ke_spend(MS(1));
        say_turn(letter_of(context));
        story_sleep(MS(9));
        story.count = MIN_OF(story.count, 1u);
    }
}

static bool works(struct ke_thread *thread)
{
    uint64_t before = thread->cpu_time;

    story_sleep(MS(60));
    return thread->cpu_time > before + MS(1);
}

STORY(freezing_nests)
{
    (void)arg;
    struct ke_thread *thread = thread_new('w', 8, works_in_steps);

    EXPECT(works(thread));
    ke_freeze_thread(thread);
    ke_freeze_thread(thread);
    EXPECT(!works(thread));
    ke_thaw_thread(thread);
    EXPECT(!works(thread));
    ke_thaw_thread(thread);
    EXPECT(works(thread));
}

static KEVENT leave_now;

static void works_in_a_critical_region(void *context)
{
    KeEnterCriticalRegion();
    wait_for(&leave_now);
    KeLeaveCriticalRegion();
    works_in_steps(context);
}

/* The suspend APC waits behind a critical region: frozen and thawed before the thread could
 * notice. */
static struct ke_thread *frozen_and_thawed_unnoticed(void)
{
    KeInitializeEvent(&leave_now, NotificationEvent, FALSE);
    struct ke_thread *thread = thread_new('w', 8, works_in_a_critical_region);

    story_sleep(MS(20));
    ke_freeze_thread(thread);
    ke_thaw_thread(thread);
    return thread;
}

STORY(frozen_thawed_and_frozen_before_it_could_notice)
{
    (void)arg;
    struct ke_thread *thread = frozen_and_thawed_unnoticed();

    ke_freeze_thread(thread);
    KeSetEvent(&leave_now, 0, FALSE);
    EXPECT(!works(thread));
    ke_thaw_thread(thread);
    EXPECT(works(thread));
}

/* The thread never stops, and the next freeze works as before. */
STORY(frozen_and_thawed_before_it_could_notice)
{
    (void)arg;
    struct ke_thread *thread = frozen_and_thawed_unnoticed();

    KeSetEvent(&leave_now, 0, FALSE);
    EXPECT(works(thread));
    ke_freeze_thread(thread);
    EXPECT(!works(thread));
    ke_thaw_thread(thread);
    EXPECT(works(thread));
}

static struct ke_process *visited;

static void user_program(void *context)
{
    void (*inside)(void) = (void (*)(void))(uintptr_t)context;

    for (;;) {
        service_enter(SERVICE_NtDeviceIoControlFile);
        inside();
        say('k');
        service_leave(STATUS_SUCCESS);
        say('u');
    }
}

static struct ke_process *user_inside(void (*inside)(void))
{
    struct ke_process *process;

    visited = machine_process("visited.exe");
    KeInitializeEvent(&leave_now, NotificationEvent, FALSE);
    EXPECT(NT_SUCCESS(ps_create_process("p.exe", 0, ke->system, user_program,
                                        (void *)(uintptr_t)inside, &process)));
    story_sleep(MS(50));
    return process;
}

static void waits_while_attached(void)
{
    LARGE_INTEGER limit = in(MS(300));

    KeAttachProcess(visited);
    EXPECT(KeWaitForSingleObject(&leave_now, UserRequest, UserMode, FALSE, &limit) ==
           STATUS_TIMEOUT);
    say('w');
    KeDetachProcess();
    say('h');
}

/* 1.6: the kill APC is for environment 0: parked until the thread has come home; it dies at the
 * border. */
STORY(a_kill_is_parked_while_the_thread_is_away)
{
    (void)arg;
    struct ke_process *process = user_inside(waits_while_attached);

    struct ke_thread *thread = LIST_ITEM(process->threads.next, struct ke_thread, process_link);
    uint64_t switches = thread->switches;

    forget();
    PspTerminateProcess(process, STATUS_CANCELLED);
    story_sleep(MS(100));
    EXPECT(said_is("") && !is_signaled(process));
    EXPECT(thread->switches == switches &&
           !thread->apc_state.KernelApcPending); /* 2.3: only linked, not even woken. */
    EXPECT(wait_for_at_most(process, SEC(2)) == STATUS_WAIT_0);
    EXPECT(said_is("whk"));
}

static void waits_in_a_critical_region(void)
{
    LARGE_INTEGER limit = in(MS(300));

    KeEnterCriticalRegion();
    EXPECT(KeWaitForSingleObject(&leave_now, UserRequest, UserMode, FALSE, &limit) ==
           STATUS_TIMEOUT);
    say('w');
    KeLeaveCriticalRegion();
}

/* 4.5: with kernel APCs disabled termination does not arrive. */
STORY(a_kill_waits_behind_a_critical_region)
{
    (void)arg;
    struct ke_process *process = user_inside(waits_in_a_critical_region);

    forget();
    PspTerminateProcess(process, STATUS_CANCELLED);
    EXPECT(wait_for_at_most(process, SEC(2)) == STATUS_WAIT_0);
    EXPECT(said_is("wk"));
}

static void waits_in_user_mode(void)
{
    EXPECT(KeWaitForSingleObject(&leave_now, UserRequest, UserMode, FALSE, NULL) ==
           STATUS_USER_APC);
}

STORY(a_wait_in_user_mode_ends_for_a_kill)
{
    (void)arg;
    struct ke_process *process = user_inside(waits_in_user_mode);

    PspTerminateProcess(process, STATUS_CANCELLED);
    EXPECT(wait_for_at_most(process, MS(100)) == STATUS_WAIT_0);
    EXPECT(said_is("k") && process->exit_status == STATUS_CANCELLED);
}

static void waits_in_kernel_mode(void) { wait_for(&leave_now); }

STORY(a_wait_in_kernel_mode_does_not)
{
    (void)arg;
    struct ke_process *process = user_inside(waits_in_kernel_mode);

    PspTerminateProcess(process, STATUS_CANCELLED);
    EXPECT(wait_for_at_most(process, SEC(1)) == STATUS_TIMEOUT);
    KeSetEvent(&leave_now, 0, FALSE);
    EXPECT(wait_for_at_most(process, MS(100)) == STATUS_WAIT_0);
}

static void user_computes(void *context)
{
    for (;;) {
        ke_user_point(MS(1));
        say(letter_of(context));
        story.count = MIN_OF(story.count, 4u);
    }
}

/* A frozen thread can be killed, and it does not take another step in user mode. */
STORY_ON(2, a_frozen_thread_can_be_killed)
{
    struct ke_process *process;

    (void)arg;
    EXPECT(NT_SUCCESS(ps_create_process("p.exe", 0, ke->system, user_computes,
                                        (void *)(uintptr_t)'u', &process)));
    story_sleep(MS(30));
    ps_freeze_process(process, NULL);
    story_sleep(MS(30));
    forget();
    PspTerminateProcess(process, STATUS_CANCELLED);
    EXPECT(wait_for_at_most(process, SEC(1)) == STATUS_WAIT_0);
    EXPECT(said_is(""));
}

GROUP(apc_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(special_apcs_go_before_normal_ones),
        cmocka_unit_test(one_normal_apc_at_a_time),
        cmocka_unit_test(the_kernel_routine_can_take_the_normal_one_away),
        cmocka_unit_test(a_kernel_routine_that_changes_the_level_stops),
        cmocka_unit_test(a_critical_region_holds_back_normal_apcs),
        cmocka_unit_test(a_guarded_region_holds_back_all_apcs),
        cmocka_unit_test(of_two_regions_the_outer_one_counts),
        cmocka_unit_test(leaving_a_region_raised_waits_for_the_level),
        cmocka_unit_test(an_apc_is_queued_once),
        cmocka_unit_test(a_thread_late_in_its_exit_takes_none),
        cmocka_unit_test(an_apc_waits_for_its_environment),
        cmocka_unit_test(current_is_resolved_at_once_insert_when_queued),
        cmocka_unit_test(an_apc_interrupts_a_computing_thread),
        cmocka_unit_test(at_apc_level_it_waits_for_the_level),
        cmocka_unit_test(a_dpc_queues_to_the_thread_it_interrupted),
        cmocka_unit_test(user_apcs_run_on_the_way_back),
        cmocka_unit_test(freezing_nests),
        cmocka_unit_test(frozen_thawed_and_frozen_before_it_could_notice),
        cmocka_unit_test(frozen_and_thawed_before_it_could_notice),
        cmocka_unit_test(a_kill_is_parked_while_the_thread_is_away),
        cmocka_unit_test(a_kill_waits_behind_a_critical_region),
        cmocka_unit_test(a_wait_in_user_mode_ends_for_a_kill),
        cmocka_unit_test(a_wait_in_kernel_mode_does_not),
        cmocka_unit_test(a_frozen_thread_can_be_killed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
