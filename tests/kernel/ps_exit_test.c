/* ps_exit_test.c - how threads and processes end (facts/nt-kernel.md 6.5, 6.6, 2.7). */
#include "tests/groups.h"
#include "tests/kernel/probe_driver.h"

static struct seen notified;
static uint32_t handles_at_notify;
static bool memory_at_notify, memory_at_cleanup, signaled_at_cleanup;
static struct ke_process *dying;

static VOID on_process(HANDLE parent, HANDLE process, BOOLEAN create)
{
    (void)parent;
    if (create || dying == NULL || (uintptr_t)process != dying->id)
        return;
    probe_see(&notified);
    handles_at_notify = ob_handle_count(dying);
    memory_at_notify = dying->space != NULL;
}

static void looks_at_the_dying(void)
{
    memory_at_cleanup = dying->space != NULL;
    signaled_at_cleanup = dying->header.SignalState != 0;
}

static void opens_and_ends(void *arg)
{
    (void)arg;
    user_open(0);
    user_sleep(MS(50));
}

/* 6.5: notify routines before the sweep, with handles and memory still there; CLEANUP before the
 * memory goes; the process object signaled last. */
STORY(the_order_of_the_end)
{
    (void)arg;
    memset(&notified, 0, sizeof notified);
    EXPECT(NT_SUCCESS(probe_load()) &&
           NT_SUCCESS(PsSetCreateProcessNotifyRoutine(on_process, FALSE)));
    probe.on_cleanup = looks_at_the_dying;
    dying = user_process("p.exe", opens_and_ends, NULL);
    KeWaitForSingleObject(dying, Executive, KernelMode, FALSE, NULL);
    EXPECT(notified.count == 1 && handles_at_notify == 1 && memory_at_notify &&
           notified.at < probe.cleanup.at);
    EXPECT(probe.cleanup.count == 1 && memory_at_cleanup && !signaled_at_cleanup);
    EXPECT(dying->space == NULL && dying->handles == NULL && dying->active_threads == 0 &&
           dying->exiting);
    story_sleep(MS(10));
    /* Threads are reaped; ours is the last reference. */
    EXPECT(ob_header(dying)->pointer_count == 1);
    ObDereferenceObject(dying);
    EXPECT(ps_find("p.exe") == NULL);
    dying = NULL;
    EXPECT(NT_SUCCESS(PsSetCreateProcessNotifyRoutine(on_process, TRUE)));
}

/* (6): the last thread to stop being active waits for the others. */
static void sleeps_for_ever(void *arg)
{
    (void)arg;
    for (;;)
        user_sleep(SEC(1));
}

static void starts_threads(void *arg)
{
    (void)arg;
    for (int i = 0; i < 5; i++)
        ps_create_thread(ke_current_thread()->process, sleeps_for_ever, NULL, false, "more", NULL);
    user_open(0);
    sleeps_for_ever(NULL);
}

static void many_threads_story(void *arg)
{
    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    struct ke_process *p = user_process("p.exe", starts_threads, NULL);

    story_sleep(MS(100));
    EXPECT(p->active_threads == 6 && ps_find("p.exe") == p && ps_by_id(p->id) == p);
    EXPECT(NT_SUCCESS(PspTerminateProcess(p, STATUS_CANCELLED)) && ps_find("p.exe") == NULL);
    KeWaitForSingleObject(p, Executive, KernelMode, FALSE, NULL);
    EXPECT(list_empty(&p->threads) && p->exit_status == STATUS_CANCELLED &&
           probe.cleanup.count == 1);
    EXPECT(PsGetProcessExitStatus(p) == STATUS_CANCELLED && probe.cleanup.owner == p &&
           probe.cleanup.index == 0);
    ObDereferenceObject(p);
}

static void termination_ends_every_thread(void **state)
{
    (void)state;
    stands_on(1, many_threads_story);
    stands_on(4, many_threads_story);
}

/* (6) again: a thread that is on its way out holds its process back, wherever it stands in the list
 * of threads. Its request cannot be cancelled, so it hangs in step (11), no longer active. */
static struct ke_thread *slow_to_go;

static void leaves_a_request(void *arg)
{
    static IO_STATUS_BLOCK iosb;

    (void)arg;
    slow_to_go = ke_current_thread();
    user_ioctl(user_open(0), PROBE_KEEP, NULL, 0, NULL, 0, &iosb);
    sleeps_for_ever(NULL);
}

static void starts_the_slow_one_between(void *arg)
{
    struct ke_process *process = ke_current_thread()->process;

    (void)arg;
    ps_create_thread(process, sleeps_for_ever, NULL, false, "before", NULL);
    ps_create_thread(process, leaves_a_request, NULL, false, "slow", NULL);
    sleeps_for_ever(NULL);
}

STORY(a_process_ends_after_its_last_thread)
{
    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    struct ke_process *p = user_process("p.exe", starts_the_slow_one_between, NULL);

    story_sleep(MS(100));
    ObReferenceObject(slow_to_go);
    EXPECT(NT_SUCCESS(ps_terminate_thread(slow_to_go, STATUS_CANCELLED)));
    story_sleep(MS(100));
    EXPECT(p->active_threads == 2 && !slow_to_go->exited);
    PspTerminateProcess(p, STATUS_CANCELLED);
    story_sleep(SEC(1));
    EXPECT(p->active_threads == 0 && p->header.SignalState == 0 && !p->exiting);
    probe_done(probe.kept, STATUS_CANCELLED, 0);
    story_sleep(SEC(1));
    EXPECT(slow_to_go->header.SignalState == 1 && p->header.SignalState == 1);
    ObDereferenceObject(slow_to_go);
    ObDereferenceObject(p);
}

/* A thread that is told to end twice ends once, with the first status. */
STORY(a_thread_is_killed_once)
{
    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    struct ke_process *p = user_process("p.exe", starts_the_slow_one_between, NULL);

    story_sleep(MS(100));
    ObReferenceObject(slow_to_go);
    EXPECT(ke_insert_exit_apc(slow_to_go) && !ke_insert_exit_apc(slow_to_go));
    story_sleep(MS(100)); /* On its way out, in step (11). */
    EXPECT(!ke_insert_exit_apc(slow_to_go) && !slow_to_go->exited);
    probe_done(probe.kept, STATUS_CANCELLED, 0);
    story_sleep(SEC(1));
    EXPECT(slow_to_go->exited && !ke_insert_exit_apc(slow_to_go));
    EXPECT(ps_terminate_thread(slow_to_go, STATUS_ACCESS_DENIED) == STATUS_THREAD_IS_TERMINATING &&
           slow_to_go->exit_status != STATUS_ACCESS_DENIED);
    ObDereferenceObject(slow_to_go);
    PspTerminateProcess(p, STATUS_CANCELLED);
    story_sleep(MS(100));
    EXPECT(p->header.SignalState == 1);
    ObDereferenceObject(p);
}

/* 6.5, last paragraph: a thread inside a driver does not die before it is back at the border. */
static KEVENT let_go;

static NTSTATUS waits_in_kernel(PDEVICE_OBJECT device, PIRP irp)
{
    (void)device;
    KeWaitForSingleObject(&let_go, Executive, KernelMode, FALSE, NULL);
    return probe_done(irp, STATUS_SUCCESS, 0);
}

static void goes_into_the_driver(void *arg)
{
    IO_STATUS_BLOCK iosb;

    (void)arg;
    user_ioctl(user_open(0), PROBE_HOOK, NULL, 0, NULL, 0, &iosb);
}

STORY(a_thread_in_a_driver_dies_at_the_border)
{
    LARGE_INTEGER second = { .QuadPart = -10000000 };

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    KeInitializeEvent(&let_go, NotificationEvent, FALSE);
    probe.on_control = waits_in_kernel;
    struct ke_process *p = user_process("p.exe", goes_into_the_driver, NULL);

    story_sleep(MS(50));
    PspTerminateProcess(p, STATUS_CANCELLED);
    EXPECT(KeWaitForSingleObject(p, Executive, KernelMode, FALSE, &second) == STATUS_TIMEOUT);
    KeSetEvent(&let_go, 0, FALSE);
    KeWaitForSingleObject(p, Executive, KernelMode, FALSE, NULL);
    EXPECT(p->exit_status == STATUS_CANCELLED);
}

/* ExitProcess' two halves: the others first, then oneself. */
static void exits_like_a_program(void *arg)
{
    (void)arg;
    for (int i = 0; i < 3; i++)
        ps_create_thread(ke_current_thread()->process, sleeps_for_ever, NULL, false, "more", NULL);
    user_sleep(MS(10));
    service_enter(SERVICE_NtTerminateProcess);
    service_leave(NtTerminateProcess(NULL, 77));
    user_sleep(MS(10));
    service_enter(SERVICE_NtTerminateProcess);
    service_leave(NtTerminateProcess((HANDLE)(intptr_t)-1, 77));
    EXPECT(false); /* Does not come back. */
}

STORY(a_program_ends_in_two_halves)
{
    (void)arg;
    struct ke_process *p = user_process("p.exe", exits_like_a_program, NULL);

    KeWaitForSingleObject(p, Executive, KernelMode, FALSE, NULL);
    EXPECT(p->exit_status == 77);
}

/* A process that is going takes no more threads and no more handles. */
STORY(a_dead_process_takes_nothing)
{
    HANDLE handle;
    KAPC_STATE state;

    (void)arg;
    struct ke_process *p = user_process("p.exe", opens_and_ends, NULL);
    PVOID event = ob_new(OB_EVENT, sizeof(KEVENT), 0), found;

    EXPECT(NT_SUCCESS(PsLookupProcessByProcessId(PsGetProcessId(p), (PEPROCESS *)&found)) &&
           found == p);
    ObDereferenceObject(found);
    PspTerminateProcess(p, STATUS_CANCELLED);
    KeWaitForSingleObject(p, Executive, KernelMode, FALSE, NULL);
    EXPECT(ps_create_thread(p, sleeps_for_ever, NULL, false, "late", NULL) ==
           STATUS_PROCESS_IS_TERMINATING);
    EXPECT(PsLookupProcessByProcessId(PsGetProcessId(p), (PEPROCESS *)&found) ==
           STATUS_INVALID_PARAMETER);
    KeStackAttachProcess(p, &state);
    EXPECT(ob_create_handle(event, SYNCHRONIZE, 0, KernelMode, &handle) ==
           STATUS_PROCESS_IS_TERMINATING);
    KeUnstackDetachProcess(&state);
    ObDereferenceObject(event);
    EXPECT(PspTerminateProcess(ke->system, 0) == STATUS_ACCESS_DENIED);
}

/* ---- Stops ----------------------------------------------------------------------------------- */

static void ends_in_a_critical_region(void *arg)
{
    (void)arg;
    KeEnterCriticalRegion();
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static KAPC first_apc, second_apc;

static VOID NTAPI no_kernel_work(PRKAPC apc, PKNORMAL_ROUTINE *normal, PVOID *context, PVOID *a1,
                                 PVOID *a2)
{
    (void)apc, (void)normal, (void)context, (void)a1, (void)a2;
}

static VOID NTAPI never_runs(PVOID context, PVOID a1, PVOID a2)
{
    (void)context, (void)a1, (void)a2;
}

/* A normal kernel APC is in progress until its routine returns, and this one does not. */
static VOID NTAPI queues_another_and_ends(PVOID context, PVOID a1, PVOID a2)
{
    (void)context, (void)a1, (void)a2;
    KeInitializeApc(&second_apc, KeGetCurrentThread(), OriginalApcEnvironment, no_kernel_work, NULL,
                    never_runs, KernelMode, NULL);
    KeInsertQueueApc(&second_apc, NULL, NULL, 0);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static void ends_with_an_apc_queued(void *arg)
{
    (void)arg;
    KeInitializeApc(&first_apc, KeGetCurrentThread(), OriginalApcEnvironment, no_kernel_work, NULL,
                    queues_another_and_ends, KernelMode, NULL);
    KeInsertQueueApc(&first_apc, NULL, NULL, 0);
}

static void a_critical_process_is_killed(void *arg)
{
    struct ke_process *p = user_process("services.exe", sleeps_for_ever, NULL);

    (void)arg;
    p->critical = true;
    dying = p;
    PspTerminateProcess(p, STATUS_CANCELLED);
}

static void returns_at_once(void *arg) { (void)arg; }

static void a_critical_process_ends(void *arg)
{
    struct ke_process *p = user_process("csrss.exe", returns_at_once, NULL);

    (void)arg;
    p->critical = true;
    dying = p;
    story_sleep(SEC(1));
}

/* 2.7: Arg1 is the APC that was left, Arg2 the counter. 6.6: 0xF4 when terminated, 0xEF when its
 * last thread ends. */
static void stops_20_f4_ef(void **state)
{
    const struct ke_stop *stop = tell(1, ends_in_a_critical_region);

    (void)state;
    assert_stop(stop, KERNEL_APC_PENDING_DURING_EXIT, 0, 0xffff, 0, 0);
    machine_close(&machine);
    stop = tell(1, ends_with_an_apc_queued);
    assert_non_null(stop);
    assert_stop(stop, KERNEL_APC_PENDING_DURING_EXIT, ke_address_find(&second_apc), 0, 0, 0);
    assert_int_not_equal(ke_address_find(&second_apc), 0);
    machine_close(&machine);
    stop = tell(1, a_critical_process_is_killed);
    assert_non_null(stop);
    assert_int_equal(stop->code, CRITICAL_OBJECT_TERMINATION);
    assert_int_equal(stop->args[0], 3);
    assert_int_equal(stop->args[1], dying->address);
    machine_close(&machine);
    stop = tell(1, a_critical_process_ends);
    assert_stop(stop, CRITICAL_PROCESS_DIED, dying->address, 0, 0, 0);
    machine_close(&machine);
    dying = NULL;
}

/* ---- Debug port (6.3) ------------------------------------------------------------------------ */

static void dies_soon(void *arg)
{
    (void)arg;
    user_sleep(MS(200));
}

/* When the debugger ends, its debuggee dies of it, swept by the debugger's last thread. */
static void debugger_dies_story(void *arg)
{
    struct ke_process *debugger, *victim;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    victim = user_process("victim.exe", starts_threads, NULL);
    debugger = user_process("debugger.exe", dies_soon, NULL);
    EXPECT(NT_SUCCESS(ps_debug_attach(debugger, victim)));
    EXPECT(ps_debug_attach(debugger, victim) == STATUS_PORT_ALREADY_SET);
    story_sleep(MS(50));
    ps_freeze_process(victim, NULL);
    KeWaitForSingleObject(victim, Executive, KernelMode, FALSE, NULL);
    EXPECT(victim->exit_status == STATUS_DEBUGGER_INACTIVE && probe.cleanup.owner == debugger);
    EXPECT(probe.cleanup.current == victim && probe.cleanup.index == 1);
    story_sleep(MS(100));
    EXPECT(victim->debugger == NULL && ob_header(debugger)->pointer_count == 1);
}

static void a_debuggee_dies_with_its_debugger(void **state)
{
    (void)state;
    stands_on(2, debugger_dies_story);
}

STORY(a_frozen_process_stands_still_and_can_die)
{
    (void)arg;
    struct ke_process *p = user_process("p.exe", opens_and_ends, NULL);

    story_sleep(MS(5));
    ps_freeze_process(p, NULL);
    story_sleep(SEC(2));
    EXPECT(p->header.SignalState == 0);
    PspTerminateProcess(p, STATUS_CANCELLED);
    story_sleep(MS(100));
    EXPECT(p->header.SignalState == 1);
}

GROUP(ps_exit_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_of_the_end),
        cmocka_unit_test(termination_ends_every_thread),
        cmocka_unit_test(a_process_ends_after_its_last_thread),
        cmocka_unit_test(a_thread_is_killed_once),
        cmocka_unit_test(a_thread_in_a_driver_dies_at_the_border),
        cmocka_unit_test(a_program_ends_in_two_halves),
        cmocka_unit_test(a_dead_process_takes_nothing),
        cmocka_unit_test(stops_20_f4_ef),
        cmocka_unit_test(a_debuggee_dies_with_its_debugger),
        cmocka_unit_test(a_frozen_process_stands_still_and_can_die),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
