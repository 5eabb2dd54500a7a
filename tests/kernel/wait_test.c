/* wait_test.c - threads wait for dispatcher objects (facts/nt-kernel.md 4.5, 3.2). */
#include "tests/groups.h"
#include "tests/kernel/stories.h"

static KEVENT event, other;
static KSEMAPHORE semaphore;
static KMUTEX mutex;

static VOID NTAPI counts(PRKAPC apc, PKNORMAL_ROUTINE *normal, PVOID *context, PVOID *a1, PVOID *a2)
{
    (void)apc, (void)normal, (void)context, (void)a1, (void)a2;
    say('a');
}

static VOID NTAPI normal_apc(PVOID context, PVOID a1, PVOID a2)
{
    (void)context, (void)a1, (void)a2;
    say('n');
}

static void queue_apc(PRKAPC apc, struct ke_thread *thread, PKNORMAL_ROUTINE normal,
                      KPROCESSOR_MODE mode)
{
    *apc = (KAPC){ 0 };
    KeInitializeApc(apc, thread, OriginalApcEnvironment, counts, NULL, normal, mode, NULL);
    EXPECT(KeInsertQueueApc(apc, NULL, NULL, 0));
}

static void objects_new(void)
{
    KeInitializeEvent(&event, SynchronizationEvent, FALSE);
    KeInitializeEvent(&other, NotificationEvent, FALSE);
    KeInitializeSemaphore(&semaphore, 0, 5);
    KeInitializeMutex(&mutex, 0);
}

static void waits_for_the_event(void *context)
{
    EXPECT(wait_for(&event) == STATUS_WAIT_0);
    say(letter_of(context));
}

static void waits_for_the_other(void *context)
{
    EXPECT(wait_for(&other) == STATUS_WAIT_0);
    say(letter_of(context));
}

/* ---- The order of the tests ------------------------------------------------------------------ */

/* (b) before (c): a signaled object is consumed although a user APC is there. (c) before (d):
 * the user APC counts although the timeout is over. (d): then only the timeout, and the thread
 * never leaves its processor. */
STORY(the_order_of_the_tests)
{
    struct ke_thread *self = KeGetCurrentThread();
    LARGE_INTEGER none = { .QuadPart = 0 };
    uint64_t switches = self->switches;
    KAPC apc;

    (void)arg;
    objects_new();
    KeSetEvent(&event, 0, FALSE);
    queue_apc(&apc, self, normal_apc, UserMode);
    EXPECT(KeWaitForSingleObject(&event, UserRequest, UserMode, TRUE, &none) == STATUS_WAIT_0);
    EXPECT(KeWaitForSingleObject(&event, UserRequest, UserMode, TRUE, &none) == STATUS_USER_APC);
    EXPECT(KeRemoveQueueApc(&apc));
    self->apc_state.UserApcPending = FALSE;
    self->alerted = true;
    EXPECT(KeWaitForSingleObject(&event, UserRequest, UserMode, TRUE, &none) == STATUS_ALERTED);
    EXPECT(KeWaitForSingleObject(&event, UserRequest, UserMode, TRUE, &none) == STATUS_TIMEOUT);
    EXPECT(self->switches == switches);
}

static void woken_with_an_apc(void *context)
{
    EXPECT(wait_for(&event) == STATUS_WAIT_0);
    say(letter_of(context));
}

/* (a): a kernel APC that came while the thread was ready runs before it does anything else
 * (2.5). */
STORY(an_apc_runs_before_the_thread_goes_on)
{
    KAPC apc;

    (void)arg;
    objects_new();
    struct ke_thread *thread = thread_new('W', 8, woken_with_an_apc);

    story_sleep(MS(20));
    KeSetEvent(&event, 0, FALSE);
    EXPECT(thread->state == KE_STANDBY || thread->state == KE_READY);
    queue_apc(&apc, thread, NULL, KernelMode);
    story_sleep(MS(20));
    EXPECT(said_is("aW"));
}

/* ---- One object, any, all -------------------------------------------------------------------- */

STORY(a_synchronization_event_wakes_one_the_oldest)
{
    (void)arg;
    objects_new();
    for (char letter = 'A'; letter <= 'C'; letter++)
        thread_new(letter, 8, waits_for_the_event);
    story_sleep(MS(20));
    EXPECT(KeSetEvent(&event, 0, FALSE) == 0);
    story_sleep(MS(20));
    EXPECT(said_is("A") && KeReadStateEvent(&event) == 0);
    KeSetEvent(&event, 0, FALSE);
    KeSetEvent(&event, 0, FALSE);
    story_sleep(MS(20));
    EXPECT(said_is("ABC"));
    EXPECT(KeSetEvent(&event, 0, FALSE) == 0 &&
           KeSetEvent(&event, 0, FALSE) == 1); /* Signals do not add up. */
    EXPECT(is_signaled(&event) && !is_signaled(&event));
}

STORY(a_notification_event_wakes_all_and_stays)
{
    (void)arg;
    objects_new();
    for (char letter = 'A'; letter <= 'D'; letter++)
        thread_new(letter, 8, waits_for_the_other);
    story_sleep(MS(20));
    KeSetEvent(&other, 0, FALSE);
    story_sleep(MS(20));
    EXPECT(said_is("ABCD") && is_signaled(&other) && is_signaled(&other));
    EXPECT(KeResetEvent(&other) == 1 && !is_signaled(&other));
}

static void looks_after_waking(void *context)
{
    EXPECT(wait_for(&other) == STATUS_WAIT_0);
    EXPECT(KeReadStateEvent(&other) == 0);
    say(letter_of(context));
}

static void pulses(void *context)
{
    (void)context;
    KePulseEvent(&other, 0, FALSE);
    say('p');
}

/* A pulse is over before anybody it woke runs. */
STORY(a_pulse_wakes_those_who_wait_and_leaves_nothing)
{
    (void)arg;
    objects_new();
    thread_new('A', 10, looks_after_waking);
    thread_new('B', 12, looks_after_waking);
    story_sleep(MS(20));
    thread_with(8, pulses, NULL);
    story_sleep(MS(20));
    EXPECT(said_is("BAp") || said_is("BA"));
    EXPECT(!is_signaled(&other));
}

STORY(a_wait_for_any_takes_the_first_and_only_that)
{
    PVOID objects[] = { &event, &semaphore, &other };

    (void)arg;
    objects_new();
    KeReleaseSemaphore(&semaphore, 0, 2, FALSE);
    KeSetEvent(&other, 0, FALSE);
    for (int i = 1; i >= 0; i--) {
        EXPECT(KeWaitForMultipleObjects(3, objects, WaitAny, Executive, KernelMode, FALSE, NULL,
                                        NULL) == STATUS_WAIT_0 + 1);
        EXPECT(semaphore.Header.SignalState == i);
    }
    EXPECT(KeWaitForMultipleObjects(3, objects, WaitAny, Executive, KernelMode, FALSE, NULL,
                                    NULL) == STATUS_WAIT_0 + 2);
}

static void waits_for_all(void *context)
{
    PVOID objects[] = { &event, &semaphore };

    EXPECT(KeWaitForMultipleObjects(2, objects, WaitAll, Executive, KernelMode, FALSE, NULL,
                                    NULL) == STATUS_WAIT_0);
    EXPECT(event.Header.SignalState == 0 && semaphore.Header.SignalState == 0);
    say(letter_of(context));
}

/* Nothing is consumed before all are there; whoever stands behind an incomplete wait is not held
 * up by it. */
STORY(a_wait_for_all_takes_all_at_once_or_nothing)
{
    (void)arg;
    objects_new();
    thread_new('L', 8, waits_for_all);
    story_sleep(MS(20));
    KeReleaseSemaphore(&semaphore, 0, 1, FALSE);
    story_sleep(MS(20));
    EXPECT(said_is("") && semaphore.Header.SignalState == 1);
    thread_new('E', 8, waits_for_the_event); /* Behind it in the event's line. */
    EXPECT(wait_for(&semaphore) == STATUS_WAIT_0);
    story_sleep(MS(20));
    KeSetEvent(&event, 0, FALSE);
    story_sleep(MS(20));
    EXPECT(said_is("E"));
    KeSetEvent(&event, 0, FALSE);
    KeReleaseSemaphore(&semaphore, 0, 1, FALSE);
    story_sleep(MS(20));
    EXPECT(said_is("EL"));
}

static void waits_twice_for_one(void *context)
{
    PVOID objects[] = { &other, &other };

    EXPECT(KeWaitForMultipleObjects(2, objects, WaitAny, Executive, KernelMode, FALSE, NULL,
                                    NULL) == STATUS_WAIT_0);
    say(letter_of(context));
}

static void waits_for_all_of_it(void *context)
{
    PVOID objects[] = { &other, &event };

    KeWaitForMultipleObjects(2, objects, WaitAll, Executive, KernelMode, FALSE, NULL, NULL);
    say(letter_of(context));
}

STORY(the_same_object_twice_wakes_its_waiter_once)
{
    (void)arg;
    objects_new();
    thread_new('L', 8,
               waits_for_all_of_it); /* In front, so that the others are reached one by one. */
    story_sleep(MS(20));
    thread_new('T', 8, waits_twice_for_one);
    thread_new('O', 8, waits_for_the_other);
    story_sleep(MS(20));
    KeSetEvent(&other, 0, FALSE);
    story_sleep(MS(20));
    EXPECT(said_is("TO"));
    KeSetEvent(&event, 0, FALSE);
    story_sleep(MS(20));
    EXPECT(said_is("TOL"));
}

/* ---- Timeouts -------------------------------------------------------------------------------- */

/* 4.2, 4.5: a timeout ends at the first tick at or after it. */
STORY(timeouts_end_at_ticks)
{
    (void)arg;
    objects_new();
    story_sleep(MS(1));
    for (sim_time ns = MS(1); ns <= MS(31); ns += MS(10)) {
        sim_time due = ke->sim->now + ns;

        EXPECT(wait_for_at_most(&event, ns) == STATUS_TIMEOUT);
        EXPECT(ke->sim->now >= due && ke->sim->now < due + MS(10) + US(50));
        EXPECT(ke->sim->now % MS(10) < US(50));
    }
    LARGE_INTEGER now, until;

    KeQuerySystemTime(&now);
    until.QuadPart = now.QuadPart + 10000000; /* Absolute: one second from now. */
    sim_time before = ke->sim->now;

    EXPECT(KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &until) == STATUS_TIMEOUT);
    EXPECT(ke->sim->now >= before + MS(990) && ke->sim->now <= before + MS(1010));
    until.QuadPart = now.QuadPart - 1; /* The past. */
    EXPECT(KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &until) == STATUS_TIMEOUT);
}

static void sleeps_for_ever(void *context)
{
    LARGE_INTEGER for_ever = { .QuadPart = INT64_MIN };

    (void)context;
    KeDelayExecutionThread(KernelMode, FALSE, &for_ever);
    say('!');
}

STORY(for_ever_is_for_ever)
{
    (void)arg;
    struct ke_thread *thread = thread_with(8, sleeps_for_ever, NULL);

    story_sleep(SEC(50));
    EXPECT(said_is("") && thread->state == KE_WAITING && !thread->timer.Header.Inserted);
}

/* ---- Semaphores ------------------------------------------------------------------------------ */

STORY(a_semaphore_counts)
{
    (void)arg;
    objects_new();
    EXPECT(KeReleaseSemaphore(&semaphore, 0, 3, FALSE) == 0);
    EXPECT(KeReleaseSemaphore(&semaphore, 0, 2, FALSE) == 3);
    for (int i = 0; i < 5; i++)
        EXPECT(is_signaled(&semaphore));
    EXPECT(!is_signaled(&semaphore));
}

static void over_the_limit(void *arg)
{
    (void)arg;
    objects_new();
    KeReleaseSemaphore(&semaphore, 0, 6, FALSE);
}

static void a_user_goes_over_the_limit(void *arg)
{
    (void)arg;
    service_enter(SERVICE_NtReleaseSemaphore);
    over_the_limit(NULL);
}

static void a_process_goes_over_the_limit(void *arg)
{
    struct ke_process *process;

    (void)arg;
    ps_create_process("p.exe", 0, ke->system, a_user_goes_over_the_limit, NULL, &process);
    story_sleep(SEC(1));
}

static VOID NTAPI releasing_dpc(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
    (void)dpc, (void)a1, (void)a2;
    KeReleaseSemaphore(context, 0, 6, FALSE);
}

static void a_dpc_goes_over_the_limit(void *arg)
{
    KDPC dpc;

    (void)arg;
    objects_new();
    KeInitializeDpc(&dpc, releasing_dpc, &semaphore);
    KeInsertQueueDpc(&dpc, NULL, NULL);
}

/* 4.5 and 6.6: over the limit an exception is raised; where nobody handles it decides the code. */
static void over_the_limit_stops(void **state)
{
    (void)state;
    struct ke_stop stop = stops_on(1, over_the_limit);

    assert_int_equal(stop.code, SYSTEM_THREAD_EXCEPTION_NOT_HANDLED);
    assert_int_equal(stop.args[0], (uint32_t)STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    assert_int_equal(stops_on(1, a_process_goes_over_the_limit).code,
                     KERNEL_MODE_EXCEPTION_NOT_HANDLED);
    assert_int_equal(stops_on(1, a_dpc_goes_over_the_limit).code, KMODE_EXCEPTION_NOT_HANDLED);
}

static void releases_up_to_the_limit(void *context)
{
    (void)context;
    LONG old = KeReleaseSemaphore(&semaphore, 0, 1, FALSE);

    EXPECT(old >= 0 && old < 4);
    say((char)('0' + old));
}

/* Releases from many processors at once: everyone hears another count. */
STORY_ON(4, releases_at_once_are_counted_one_by_one)
{
    (void)arg;
    objects_new();
    for (int i = 0; i < 4; i++)
        thread_with(8, releases_up_to_the_limit, NULL);
    story_sleep(MS(50));
    EXPECT(semaphore.Header.SignalState == 4);
    for (char digit = '0'; digit < '4'; digit++)
        EXPECT(strchr(story.said, digit) != NULL);
}

/* ---- Mutexes --------------------------------------------------------------------------------- */

static void wants_the_mutex(void *context)
{
    EXPECT(wait_for(&mutex) == STATUS_WAIT_0);
    say(letter_of(context));
    EXPECT(KeReleaseMutex(&mutex, FALSE) == 0);
}

STORY(a_mutex_is_recursive_and_has_one_owner)
{
    (void)arg;
    objects_new();
    EXPECT(wait_for(&mutex) == STATUS_WAIT_0 && wait_for(&mutex) == STATUS_WAIT_0 &&
           is_signaled(&mutex));
    EXPECT(mutex.OwnerThread == KeGetCurrentThread());
    thread_new('M', 8, wants_the_mutex);
    story_sleep(MS(20));
    KeReleaseMutex(&mutex, FALSE);
    KeReleaseMutex(&mutex, FALSE);
    story_sleep(MS(20));
    EXPECT(said_is(""));
    KeReleaseMutex(&mutex, FALSE);
    story_sleep(MS(20));
    EXPECT(said_is("M") && mutex.OwnerThread == NULL);
}

/* 2.2: the owner of a KMUTEX is in a critical region: normal kernel APCs wait for the release,
 * special ones do not. */
STORY(the_owner_of_a_mutex_is_in_a_critical_region)
{
    struct ke_thread *self = KeGetCurrentThread();
    KAPC normal, special;

    (void)arg;
    objects_new();
    wait_for(&mutex);
    EXPECT(self->kernel_apc_disable == -1);
    queue_apc(&normal, self, normal_apc, KernelMode);
    queue_apc(&special, self, NULL, KernelMode);
    EXPECT(said_is("a"));
    KeReleaseMutex(&mutex, FALSE);
    EXPECT(said_is("aan") && self->kernel_apc_disable == 0);
}

STOPS(1, only_the_owner_may_release, SYSTEM_THREAD_EXCEPTION_NOT_HANDLED)
{
    (void)arg;
    objects_new();
    KeReleaseMutex(&mutex, FALSE);
}

static void dies_as_owner(void *context)
{
    (void)context;
    wait_for(&mutex);
}

/* 2.7, 6.5 (4): the critical region of a KMUTEX is still counted when its owner ends. */
static void ends_with_a_mutex(void *arg)
{
    (void)arg;
    objects_new();
    thread_with(8, dies_as_owner, NULL);
    story_sleep(MS(20));
}

static void to_end_as_the_owner_of_a_kmutex_stops(void **state)
{
    (void)state;
    struct ke_stop stop = stops_on(1, ends_with_a_mutex);

    assert_int_equal(stop.code, KERNEL_APC_PENDING_DURING_EXIT);
    assert_int_equal(stop.args[1], 0xffff);
}

/* A mutant of user mode (no critical region) is abandoned: the next owner is told, once. */
STORY(an_abandoned_mutant_tells_its_next_owner)
{
    PVOID objects[] = { &other, &mutex };

    (void)arg;
    objects_new();
    mutex.ApcDisable = 0;
    thread_with(8, dies_as_owner, NULL);
    story_sleep(MS(20));
    EXPECT(wait_for(&mutex) == STATUS_ABANDONED_WAIT_0);
    EXPECT(wait_for(&mutex) == STATUS_WAIT_0);
    KeReleaseMutex(&mutex, FALSE);
    KeReleaseMutex(&mutex, FALSE);
    thread_with(8, dies_as_owner, NULL);
    story_sleep(MS(20));
    EXPECT(KeWaitForMultipleObjects(2, objects, WaitAny, Executive, KernelMode, FALSE, NULL,
                                    NULL) == STATUS_ABANDONED_WAIT_0 + 1);
    KeReleaseMutex(&mutex, FALSE);
    thread_with(8, dies_as_owner, NULL);
    KeSetEvent(&other, 0, FALSE);
    story_sleep(MS(20));
    EXPECT(KeWaitForMultipleObjects(2, objects, WaitAll, Executive, KernelMode, FALSE, NULL,
                                    NULL) == STATUS_ABANDONED_WAIT_0);
    KeReleaseMutex(&mutex, FALSE);
}

/* ---- Where waiting is forbidden (3.2) -------------------------------------------------------- */

static void waits_at_dispatch(void *arg)
{
    KIRQL old;

    (void)arg;
    objects_new();
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    EXPECT(!is_signaled(&event)); /* A look is allowed. */
    KeSetEvent(&event, 0, FALSE);
    EXPECT(is_signaled(&event));
    wait_for(&event);
}

static void a_wait_at_dispatch_level_stops(void **state)
{
    (void)state;
    struct ke_stop stop = stops_on(1, waits_at_dispatch);

    assert_int_equal(stop.code, IRQL_NOT_LESS_OR_EQUAL);
    assert_int_equal(stop.args[1], DISPATCH_LEVEL);
}

static VOID NTAPI waiting_dpc(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
    (void)dpc, (void)context, (void)a1, (void)a2;
    EXPECT(!is_signaled(&event));
    say('d');
    wait_for(&event);
}

static void waits_in_a_dpc(void *arg)
{
    KDPC dpc;

    (void)arg;
    objects_new();
    KeInitializeDpc(&dpc, waiting_dpc, NULL);
    KeInsertQueueDpc(&dpc, NULL, NULL);
}

static void a_wait_in_a_dpc_stops(void **state)
{
    (void)state;
    struct ke_stop stop = stops_on(1, waits_in_a_dpc);

    assert_int_equal(stop.code, ATTEMPTED_SWITCH_FROM_DPC);
    assert_true(said_is("d") && stop.in_dpc);
}

/* ---- APCs and waits -------------------------------------------------------------------------- */

static void waits_a_while(void *context)
{
    sim_time before = ke->sim->now;

    (void)context;
    EXPECT(wait_for_at_most(&event, MS(100)) == STATUS_TIMEOUT);
    EXPECT(ke->sim->now - before >= MS(100) &&
           ke->sim->now - before < MS(111)); /* Not a hundred after the APC. */
    say('t');
}

/* A kernel APC breaks into the wait and out again; the caller never sees STATUS_KERNEL_APC. */
STORY(a_kernel_apc_breaks_into_a_wait_unseen)
{
    KAPC apc;

    (void)arg;
    objects_new();
    struct ke_thread *thread = thread_with(8, waits_a_while, NULL);

    story_sleep(MS(50));
    queue_apc(&apc, thread, NULL, KernelMode);
    story_sleep(MS(20));
    EXPECT(said_is("a") && thread->state == KE_WAITING);
    story_sleep(MS(100));
    EXPECT(said_is("at"));
}

static NTSTATUS waited;
static struct {
    KPROCESSOR_MODE mode;
    BOOLEAN alertable;
} manner;

static void waits_in_this_manner(void *context)
{
    LARGE_INTEGER timeout = in(MS(200));

    (void)context;
    service_enter(SERVICE_NtWaitForSingleObject);
    waited = KeWaitForSingleObject(&event, UserRequest, manner.mode, manner.alertable, &timeout);
    say('w');
    service_leave(waited);
    say('u');
    ps_terminate_thread(KeGetCurrentThread(), STATUS_SUCCESS);
}

static NTSTATUS waits_in(KPROCESSOR_MODE mode, BOOLEAN alertable)
{
    struct ke_process *process;
    KAPC apc;

    objects_new();
    forget();
    manner.mode = mode;
    manner.alertable = alertable;
    EXPECT(NT_SUCCESS(
        ps_create_process("p.exe", 0, ke->system, waits_in_this_manner, NULL, &process)));
    story_sleep(MS(50));
    queue_apc(&apc, LIST_ITEM(process->threads.next, struct ke_thread, process_link), normal_apc,
              UserMode);
    story_sleep(MS(400));
    return waited;
}

/* Only an alertable wait in user mode is for user APCs; they run on the way back to user mode. */
STORY(user_apcs_end_alertable_waits_only)
{
    (void)arg;
    EXPECT(waits_in(UserMode, TRUE) == STATUS_USER_APC && said_is("wanu"));
    EXPECT(waits_in(UserMode, FALSE) == STATUS_TIMEOUT && said_is("wu"));
    EXPECT(waits_in(KernelMode, FALSE) == STATUS_TIMEOUT && said_is("wu"));
}

/* ---- More objects than a wait holds ---------------------------------------------------------- */

static NTSTATUS waits_for(ULONG count, PKWAIT_BLOCK blocks)
{
    LARGE_INTEGER none = { .QuadPart = 0 };
    PVOID objects[MAXIMUM_WAIT_OBJECTS + 1];

    objects_new();
    for (ULONG i = 0; i < count; i++)
        objects[i] = &other;
    return KeWaitForMultipleObjects(count, objects, WaitAny, Executive, KernelMode, FALSE, &none,
                                    blocks);
}

STORY(three_objects_need_no_wait_blocks_and_64_do)
{
    static KWAIT_BLOCK blocks[MAXIMUM_WAIT_OBJECTS];

    (void)arg;
    EXPECT(waits_for(THREAD_WAIT_OBJECTS, NULL) == STATUS_TIMEOUT);
    EXPECT(waits_for(MAXIMUM_WAIT_OBJECTS, blocks) == STATUS_TIMEOUT);
}

static void waits_for_four_without_blocks(void *arg)
{
    (void)arg;
    waits_for(THREAD_WAIT_OBJECTS + 1, NULL);
}

static void waits_for_65(void *arg)
{
    static KWAIT_BLOCK blocks[MAXIMUM_WAIT_OBJECTS + 1];

    (void)arg;
    waits_for(MAXIMUM_WAIT_OBJECTS + 1, blocks);
}

static void a_wait_for_too_many_objects_stops(void **state)
{
    struct ke_stop stop = stops_on(1, waits_for_four_without_blocks);

    (void)state;
    assert_stop(&stop, MAXIMUM_WAIT_OBJECTS_EXCEEDED, 0, 0, 0, 0);
    assert_int_equal(stops_on(1, waits_for_65).code, MAXIMUM_WAIT_OBJECTS_EXCEEDED);
}

GROUP(wait_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_of_the_tests),
        cmocka_unit_test(an_apc_runs_before_the_thread_goes_on),
        cmocka_unit_test(a_synchronization_event_wakes_one_the_oldest),
        cmocka_unit_test(a_notification_event_wakes_all_and_stays),
        cmocka_unit_test(a_pulse_wakes_those_who_wait_and_leaves_nothing),
        cmocka_unit_test(a_wait_for_any_takes_the_first_and_only_that),
        cmocka_unit_test(a_wait_for_all_takes_all_at_once_or_nothing),
        cmocka_unit_test(the_same_object_twice_wakes_its_waiter_once),
        cmocka_unit_test(timeouts_end_at_ticks),
        cmocka_unit_test(for_ever_is_for_ever),
        cmocka_unit_test(a_semaphore_counts),
        cmocka_unit_test(over_the_limit_stops),
        cmocka_unit_test(releases_at_once_are_counted_one_by_one),
        cmocka_unit_test(a_mutex_is_recursive_and_has_one_owner),
        cmocka_unit_test(the_owner_of_a_mutex_is_in_a_critical_region),
        cmocka_unit_test(only_the_owner_may_release),
        cmocka_unit_test(to_end_as_the_owner_of_a_kmutex_stops),
        cmocka_unit_test(an_abandoned_mutant_tells_its_next_owner),
        cmocka_unit_test(a_wait_at_dispatch_level_stops),
        cmocka_unit_test(a_wait_in_a_dpc_stops),
        cmocka_unit_test(a_kernel_apc_breaks_into_a_wait_unseen),
        cmocka_unit_test(user_apcs_end_alertable_waits_only),
        cmocka_unit_test(three_objects_need_no_wait_blocks_and_64_do),
        cmocka_unit_test(a_wait_for_too_many_objects_stops),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
