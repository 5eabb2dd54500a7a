/* state_test.c - states that drivers read, clocks, flushed DPCs, bug-check callbacks (facts/ddi.md
 * 2.4, 2.5, 2.12). */
#include "tests/groups.h"
#include "tests/kernel/stories.h"

STORY(states_are_read_as_they_are)
{
    static KTIMER timer;
    static KSEMAPHORE semaphore;
    static KMUTEX mutex;

    (void)arg;
    KeInitializeTimer(&timer);
    KeInitializeSemaphore(&semaphore, 2, 5);
    KeInitializeMutex(&mutex, 0);
    EXPECT(!KeReadStateTimer(&timer) && KeReadStateSemaphore(&semaphore) == 2);
    EXPECT(KeReadStateMutex(&mutex) == 1);
    KeSetTimer(&timer, in(MS(1)), NULL);
    wait_for(&timer);
    wait_for(&semaphore);
    wait_for(&mutex);
    EXPECT(KeReadStateTimer(&timer) && KeReadStateSemaphore(&semaphore) == 1);
    EXPECT(KeReadStateMutex(&mutex) == 0 && KeAreApcsDisabled());
    KeReleaseMutex(&mutex, FALSE);
}

STORY(all_apcs_or_some)
{
    KIRQL old;

    (void)arg;
    EXPECT(!KeAreAllApcsDisabled());
    KeEnterCriticalRegion();
    EXPECT(KeAreApcsDisabled() && !KeAreAllApcsDisabled());
    KeLeaveCriticalRegion();
    KeEnterGuardedRegion();
    EXPECT(KeAreAllApcsDisabled());
    KeLeaveGuardedRegion();
    KeRaiseIrql(APC_LEVEL, &old);
    EXPECT(KeAreAllApcsDisabled() && !KeAreApcsDisabled());
    KeLowerIrql(old);
}

STORY(what_a_thread_is)
{
    (void)arg;
    EXPECT(KeQueryPriorityThread(KeGetCurrentThread()) == TELLER_PRIORITY);
    EXPECT(ExGetPreviousMode() == KernelMode);
    EXPECT(KeQueryActiveProcessors() == 1);
}

STORY(the_clocks_agree)
{
    LARGE_INTEGER frequency, first, second;
    ULONGLONG before = KeQueryInterruptTime();

    (void)arg;
    first = KeQueryPerformanceCounter(&frequency);
    EXPECT(frequency.QuadPart == 3579545);
    story_sleep(SEC(1));
    second = KeQueryPerformanceCounter(NULL);
    EXPECT(second.QuadPart - first.QuadPart >= 3579545);
    EXPECT(second.QuadPart - first.QuadPart < 3579545 * 11 / 10);
    EXPECT(KeQueryInterruptTime() - before >= 9900000);
}

STORY(a_loop_on_the_counter_ends)
{
    LARGE_INTEGER frequency, start = KeQueryPerformanceCounter(&frequency);

    (void)arg;
    while (KeQueryPerformanceCounter(NULL).QuadPart < start.QuadPart + frequency.QuadPart / 1000)
        continue;
    EXPECT(ke->sim->now >= MS(1));
}

/* ---- DPCs ------------------------------------------------------------------------------------ */

static VOID NTAPI takes_long(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    (void)dpc, (void)argument1, (void)argument2;
    ke_spend(MS(3));
    say(letter_of(context));
}

STORY_ON(2, flushing_waits_for_every_queue)
{
    static KDPC dpcs[2];

    (void)arg;
    for (int i = 0; i < 2; i++) {
        KeInitializeDpc(&dpcs[i], takes_long, (PVOID)(uintptr_t)('a' + i));
        KeSetTargetProcessorDpc(&dpcs[i], (CCHAR)i);
        KeSetImportanceDpc(&dpcs[i], LowImportance);
        KeInsertQueueDpc(&dpcs[i], NULL, NULL);
    }
    KeFlushQueuedDpcs();
    EXPECT(story.count == 2);
}

STOPS(1, flushing_at_dispatch, IRQL_NOT_LESS_OR_EQUAL)
{
    (void)arg;
    KeRaiseIrqlToDpcLevel();
    KeFlushQueuedDpcs();
}

/* ---- Bug-check callbacks --------------------------------------------------------------------- */

static KBUGCHECK_CALLBACK_RECORD records_of[2];
static char note[8];

static VOID NTAPI notes(PVOID buffer, ULONG length)
{
    if (KeGetCurrentIrql() == HIGH_LEVEL && length == sizeof note)
        strcpy(buffer, "noted");
}

static VOID NTAPI stops_again(PVOID buffer, ULONG length)
{
    (void)buffer, (void)length;
    KeBugCheck(0xE2);
}

static void registers_and_stops(void *arg)
{
    PKBUGCHECK_CALLBACK_ROUTINE first = arg;

    memset(note, 0, sizeof note);
    for (int i = 0; i < 2; i++)
        KeInitializeCallbackRecord(&records_of[i]);
    EXPECT(KeRegisterBugCheckCallback(&records_of[0], first, note, sizeof note, (PUCHAR) "a"));
    EXPECT(!KeRegisterBugCheckCallback(&records_of[0], first, note, sizeof note, (PUCHAR) "a"));
    EXPECT(KeRegisterBugCheckCallback(&records_of[1], notes, note, sizeof note, (PUCHAR) "b"));
    EXPECT(records_of[1].State == BufferInserted);
    EXPECT(KeDeregisterBugCheckCallback(&records_of[1]));
    EXPECT(!KeDeregisterBugCheckCallback(&records_of[1]) && records_of[1].State == BufferEmpty);
    KeBugCheck(0xE2);
}

static void with_notes(void *arg)
{
    (void)arg;
    registers_and_stops(notes);
}

static void with_a_second_stop(void *arg)
{
    (void)arg;
    registers_and_stops(stops_again);
}

static void a_callback_runs_after_the_stop(void **state)
{
    (void)state;
    struct ke_stop stop = stops_on(1, with_notes);

    assert_int_equal(stop.code, 0xE2);
    assert_int_equal(stop.irql, PASSIVE_LEVEL);
    assert_string_equal(note, "noted");
    assert_int_equal(records_of[0].State, BufferFinished);
}

static void a_callback_that_stops_again_is_incomplete(void **state)
{
    (void)state;
    assert_int_equal(stops_on(1, with_a_second_stop).code, 0xE2);
    assert_int_equal(records_of[0].State, BufferIncomplete);
}

GROUP(state_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_are_read_as_they_are),
        cmocka_unit_test(all_apcs_or_some),
        cmocka_unit_test(what_a_thread_is),
        cmocka_unit_test(the_clocks_agree),
        cmocka_unit_test(a_loop_on_the_counter_ends),
        cmocka_unit_test(flushing_waits_for_every_queue),
        cmocka_unit_test(flushing_at_dispatch),
        cmocka_unit_test(a_callback_runs_after_the_stop),
        cmocka_unit_test(a_callback_that_stops_again_is_incomplete),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
