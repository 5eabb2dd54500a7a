/* irql_test.c - interrupt request levels (facts/nt-kernel.md 3.1, 3.2). */
#include "tests/groups.h"
#include "tests/kernel/stories.h"

static VOID NTAPI says_k(PRKAPC apc, PKNORMAL_ROUTINE *normal, PVOID *context, PVOID *a1, PVOID *a2)
{
    (void)apc, (void)normal, (void)context, (void)a1, (void)a2;
    say('k');
}

static VOID NTAPI says_d(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
    (void)dpc, (void)context, (void)a1, (void)a2;
    EXPECT(KeGetCurrentIrql() == DISPATCH_LEVEL);
    say('d');
}

static void says_b(void *context)
{
    (void)context;
    say('b');
}

STORY(raising_and_lowering)
{
    KIRQL first, second, third;

    (void)arg;
    EXPECT(KeGetCurrentIrql() == PASSIVE_LEVEL);
    KeRaiseIrql(APC_LEVEL, &first);
    KeRaiseIrql(DISPATCH_LEVEL, &second);
    KeRaiseIrql(DISPATCH_LEVEL, &third); /* To where one is: allowed. */
    EXPECT(first == PASSIVE_LEVEL && second == APC_LEVEL && third == DISPATCH_LEVEL);
    KeLowerIrql(third);
    KeLowerIrql(second);
    EXPECT(KeGetCurrentIrql() == APC_LEVEL);
    KeLowerIrql(first);
    EXPECT(KeGetCurrentIrql() == PASSIVE_LEVEL);
}

static void raises_downwards(void *arg)
{
    KIRQL old;

    (void)arg;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeRaiseIrql(APC_LEVEL, &old);
}

static void lowers_upwards(void *arg)
{
    (void)arg;
    KeLowerIrql(APC_LEVEL);
}

static void the_wrong_direction_stops(void **state)
{
    (void)state;
    struct ke_stop stop = stops_on(1, raises_downwards);

    assert_stop(&stop, IRQL_NOT_LESS_OR_EQUAL, APC_LEVEL, DISPATCH_LEVEL, 0, 0);
    stop = stops_on(1, lowers_upwards);
    assert_stop(&stop, IRQL_NOT_LESS_OR_EQUAL, APC_LEVEL, PASSIVE_LEVEL, 0, 0);
}

/* What was held back comes in NT's order: DPCs below DISPATCH_LEVEL, a better thread, APCs below
 * APC_LEVEL. */
STORY(lowering_runs_dpcs_then_threads_then_apcs)
{
    struct ke_thread *self = KeGetCurrentThread();
    KAPC apc = { 0 };
    KDPC dpc;
    KIRQL old;

    (void)arg;
    KeInitializeDpc(&dpc, says_d, NULL);
    KeInitializeApc(&apc, self, OriginalApcEnvironment, says_k, NULL, NULL, KernelMode, NULL);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeInsertQueueApc(&apc, NULL, NULL, 0);
    thread_with(TELLER_PRIORITY + 1, says_b, NULL);
    KeInsertQueueDpc(&dpc, NULL, NULL);
    ke_spend(MS(25)); /* Over two ticks, and still nothing. */
    EXPECT(said_is(""));
    KeLowerIrql(APC_LEVEL);
    EXPECT(said_is("db"));
    KeLowerIrql(old);
    EXPECT(said_is("dbk"));
}

/* At APC_LEVEL a thread can be preempted; at DISPATCH_LEVEL it cannot. */
static void competes(void *context)
{
    (void)context;
    story_sleep(MS(20));
    say('c');
}

static void holds(KIRQL level)
{
    KIRQL old;

    thread_with(15, competes, NULL);
    KeSetPriorityThread(KeGetCurrentThread(), 10);
    KeRaiseIrql(level, &old);
    ke_spend(MS(100));
    say('.');
    KeLowerIrql(old);
    KeSetPriorityThread(KeGetCurrentThread(), TELLER_PRIORITY);
    story_sleep(MS(50));
}

STORY(at_apc_level_threads_change)
{
    (void)arg;
    holds(APC_LEVEL);
    EXPECT(said_is("c."));
}
STORY(at_dispatch_level_they_do_not)
{
    (void)arg;
    holds(DISPATCH_LEVEL);
    EXPECT(said_is(".c"));
}

static void sleeps_at_apc_level(void *context)
{
    KIRQL old;

    (void)context;
    KeRaiseIrql(APC_LEVEL, &old);
    story_sleep(MS(20));
    EXPECT(KeGetCurrentIrql() == APC_LEVEL); /* The level is the thread's, wherever it wakes. */
    KeLowerIrql(old);
    say('a');
}

STORY_ON(2, the_level_goes_with_the_thread)
{
    (void)arg;
    thread_with(8, sleeps_at_apc_level, NULL);
    thread_with(9, sleeps_at_apc_level, NULL);
    for (int i = 0; i < 20; i++) {
        story_sleep(MS(3));
        EXPECT(KeGetCurrentIrql() == PASSIVE_LEVEL);
    }
    EXPECT(said_is("aa"));
}

/* 3.2: what signals may be called up to DISPATCH_LEVEL, not above. */
static void signals_too_high(void *arg)
{
    KEVENT event;
    KIRQL old;

    (void)arg;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    KeRaiseIrql(HIGH_LEVEL, &old);
    KeSetEvent(&event, 0, FALSE);
}

static void queues_an_apc_too_high(void *arg)
{
    KAPC apc = { 0 };
    KIRQL old;

    (void)arg;
    KeInitializeApc(&apc, KeGetCurrentThread(), OriginalApcEnvironment, says_k, NULL, NULL,
                    KernelMode, NULL);
    KeRaiseIrql(HIGH_LEVEL, &old);
    KeInsertQueueApc(&apc, NULL, NULL, 0);
}

static void copies_too_high(void *arg)
{
    SIZE_T copied;
    KIRQL old;
    char byte;

    (void)arg;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    MmCopyVirtualMemory(PsGetCurrentProcess(), &byte, PsGetCurrentProcess(), &byte, 1, KernelMode,
                        &copied);
}

static void does_nothing(void *context) { (void)context; }

static void high(KIRQL irql)
{
    KIRQL old;

    KeRaiseIrql(irql, &old);
}

static void enters_a_region_too_high(void *arg)
{
    (void)arg;
    high(DISPATCH_LEVEL);
    KeEnterCriticalRegion();
}

static void attaches_too_high(void *arg)
{
    KAPC_STATE state;

    (void)arg;
    high(DISPATCH_LEVEL);
    KeStackAttachProcess(PsGetCurrentProcess(), &state);
}

static void makes_a_thread_too_high(void *arg)
{
    HANDLE handle;

    (void)arg;
    high(APC_LEVEL);
    PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, does_nothing, NULL);
}

static void looks_up_a_process_too_high(void *arg)
{
    PEPROCESS process;

    (void)arg;
    high(DISPATCH_LEVEL);
    PsLookupProcessByProcessId((HANDLE)4, &process);
}

static VOID NTAPI is_told(HANDLE parent, HANDLE process, BOOLEAN create)
{
    (void)parent, (void)process, (void)create;
}

static void asks_to_be_told_too_high(void *arg)
{
    (void)arg;
    high(APC_LEVEL);
    PsSetCreateProcessNotifyRoutine(is_told, FALSE);
}

static void sets_a_timer_too_high(void *arg)
{
    static KTIMER timer;

    (void)arg;
    KeInitializeTimer(&timer);
    high(HIGH_LEVEL);
    KeSetTimer(&timer, (LARGE_INTEGER){ .QuadPart = -1 }, NULL);
}

static VOID NTAPI works(PVOID context) { (void)context; }

static void queues_work_too_high(void *arg)
{
    static WORK_QUEUE_ITEM item;

    (void)arg;
    item = (WORK_QUEUE_ITEM){ .WorkerRoutine = works };
    high(HIGH_LEVEL);
    ExQueueWorkItem(&item, DelayedWorkQueue);
}

static void lets_go_too_high(void *arg)
{
    (void)arg;
    ObReferenceObject(PsGetCurrentProcess());
    high(HIGH_LEVEL);
    ObDereferenceObject(PsGetCurrentProcess());
}

static void calls_above_their_level_stop(void **state)
{
    static void (*const calls[])(void *) = {
        signals_too_high,         queues_an_apc_too_high,      copies_too_high,
        enters_a_region_too_high, attaches_too_high,           makes_a_thread_too_high,
        asks_to_be_told_too_high, sets_a_timer_too_high,       queues_work_too_high,
        lets_go_too_high,         looks_up_a_process_too_high,
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(calls); i++)
        assert_int_equal(stops_on(1, calls[i]).code, IRQL_NOT_LESS_OR_EQUAL);
}

GROUP(irql_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raising_and_lowering),
        cmocka_unit_test(the_wrong_direction_stops),
        cmocka_unit_test(lowering_runs_dpcs_then_threads_then_apcs),
        cmocka_unit_test(at_apc_level_threads_change),
        cmocka_unit_test(at_dispatch_level_they_do_not),
        cmocka_unit_test(the_level_goes_with_the_thread),
        cmocka_unit_test(calls_above_their_level_stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
