/* lock_forms_test.c - further forms of locks, interlocked operations and lists (facts/ddi.md 2.4,
 * 2.5, 2.7). */
#include "tests/groups.h"
#include "tests/kernel/stories.h"

static KSPIN_LOCK lock;
static FAST_MUTEX fast;
static KGUARDED_MUTEX guarded;
static KMUTANT mutant;
static LIST_ENTRY list;

/* ---- Levels and spin locks ------------------------------------------------------------------- */

STORY(levels_by_name)
{
    KIRQL first = KeRaiseIrqlToDpcLevel(), second = KeRaiseIrqlToDpcLevel();

    (void)arg;
    EXPECT(first == PASSIVE_LEVEL && second == DISPATCH_LEVEL);
    EXPECT(KeRaiseIrqlToSynchLevel() == DISPATCH_LEVEL && KeGetCurrentIrql() == DISPATCH_LEVEL);
    KeLowerIrql(PASSIVE_LEVEL);
}

STORY_ON(2, the_synch_level_of_several_processors)
{
    KIRQL old = KeRaiseIrqlToSynchLevel();

    (void)arg;
    EXPECT(old == PASSIVE_LEVEL && KeGetCurrentIrql() == 27);
    KeLowerIrql(old);
    KeInitializeSpinLock(&lock);
    old = KeAcquireSpinLockRaiseToSynch(&lock);
    EXPECT(old == PASSIVE_LEVEL && KeGetCurrentIrql() == 27 && !KeTestSpinLock(&lock));
    KeReleaseSpinLock(&lock, old);
    EXPECT(KeTestSpinLock(&lock));
}

static void queues(void *context)
{
    KLOCK_QUEUE_HANDLE handle;

    ke_spend(US(100) * ((uintptr_t)context - 'A' + 1));
    KeAcquireInStackQueuedSpinLock(&lock, &handle);
    EXPECT(handle.OldIrql == PASSIVE_LEVEL);
    EXPECT(handle.LockQueue.Lock == (PKSPIN_LOCK)((ULONG_PTR)&lock | 2));
    say(letter_of(context));
    ke_spend(MS(1));
    KeReleaseInStackQueuedSpinLock(&handle);
    EXPECT(KeGetCurrentIrql() == PASSIVE_LEVEL);
}

STORY_ON(4, queued_locks_are_served_in_order)
{
    (void)arg;
    KeInitializeSpinLock(&lock);
    for (char letter = 'A'; letter <= 'D'; letter++)
        thread_new(letter, 8, queues);
    while (story.count < 4)
        story_sleep(MS(1));
    EXPECT(said_is("ABCD"));
}

STORY(a_try_does_not_wait)
{
    KLOCK_QUEUE_HANDLE handle;
    KIRQL old = KeRaiseIrqlToDpcLevel();

    (void)arg;
    KeInitializeSpinLock(&lock);
    EXPECT(KeTryToAcquireSpinLockAtDpcLevel(&lock));
    EXPECT(!KeTryToAcquireSpinLockAtDpcLevel(&lock) && !KeTestSpinLock(&lock));
    KeReleaseSpinLockFromDpcLevel(&lock);
    KeAcquireInStackQueuedSpinLockAtDpcLevel(&lock, &handle);
    EXPECT(!KeTryToAcquireSpinLockAtDpcLevel(&lock));
    KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
    EXPECT(KeTestSpinLock(&lock) && KeGetCurrentIrql() == DISPATCH_LEVEL);
    KeLowerIrql(old);
}

static void tries_below_dispatch(void *arg)
{
    (void)arg;
    KeInitializeSpinLock(&lock);
    KeTryToAcquireSpinLockAtDpcLevel(&lock);
}

static void releases_what_it_does_not_own(void *arg)
{
    KLOCK_QUEUE_HANDLE handle = { { NULL, NULL }, PASSIVE_LEVEL };

    (void)arg;
    KeReleaseInStackQueuedSpinLock(&handle);
}

static void misuse_of_spin_locks_stops(void **state)
{
    (void)state;
    assert_int_equal(stops_on(1, tries_below_dispatch).code, IRQL_NOT_LESS_OR_EQUAL);
    assert_true(stops_on(1, releases_what_it_does_not_own).code != 0);
}

/* ---- Mutexes --------------------------------------------------------------------------------- */

STORY(the_unsafe_half_leaves_the_level)
{
    KIRQL old;

    (void)arg;
    ExInitializeFastMutex(&fast);
    fast.OldIrql = 77;
    KeRaiseIrql(APC_LEVEL, &old);
    ExAcquireFastMutexUnsafe(&fast);
    EXPECT(fast.Count == 0 && fast.Owner == KeGetCurrentThread() && fast.OldIrql == 77);
    EXPECT(KeGetCurrentIrql() == APC_LEVEL);
    ExReleaseFastMutexUnsafe(&fast);
    EXPECT(fast.Count == 1 && KeGetCurrentIrql() == APC_LEVEL);
    KeLowerIrql(old);
    ExEnterCriticalRegionAndAcquireFastMutexUnsafe(&fast);
    EXPECT(KeAreApcsDisabled() && KeGetCurrentIrql() == PASSIVE_LEVEL);
    ExReleaseFastMutexUnsafeAndLeaveCriticalRegion(&fast);
    EXPECT(!KeAreApcsDisabled());
}

static void takes_fast(void *context)
{
    KeEnterCriticalRegion();
    ExAcquireFastMutexUnsafe(&fast);
    say(letter_of(context));
    story_sleep(MS(5));
    say(letter_of(context));
    ExReleaseFastMutexUnsafe(&fast);
    KeLeaveCriticalRegion();
}

STORY(unsafe_owners_exclude_each_other)
{
    (void)arg;
    ExInitializeFastMutex(&fast);
    thread_new('A', 8, takes_fast);
    thread_new('B', 8, takes_fast);
    story_sleep(MS(100));
    EXPECT(said_is("AABB") && fast.Contention == 1);
}

STORY(guarded_mutexes_by_half_and_by_try)
{
    (void)arg;
    KeInitializeGuardedMutex(&guarded);
    EXPECT(KeTryToAcquireGuardedMutex(&guarded) && KeAreApcsDisabled());
    EXPECT(!KeTryToAcquireGuardedMutex(&guarded));
    KeReleaseGuardedMutex(&guarded);
    EXPECT(!KeAreApcsDisabled());
    KeEnterGuardedRegion();
    KeAcquireGuardedMutexUnsafe(&guarded);
    EXPECT(guarded.Owner == KeGetCurrentThread() && guarded.Count == 0);
    KeReleaseGuardedMutexUnsafe(&guarded);
    EXPECT(guarded.Count == 1 && KeAreApcsDisabled());
    KeLeaveGuardedRegion();
    EXPECT(!KeAreApcsDisabled());
}

static void takes_mutant(void *context)
{
    (void)context;
    say(wait_for(&mutant) == STATUS_ABANDONED_WAIT_0 ? 'a' : 'w');
    KeReleaseMutant(&mutant, 0, FALSE, FALSE);
}

STORY(a_mutant_is_no_critical_region)
{
    (void)arg;
    KeInitializeMutant(&mutant, TRUE);
    EXPECT(!KeAreApcsDisabled() && KeReadStateMutex(&mutant) == 0);
    EXPECT(wait_for(&mutant) == STATUS_WAIT_0 && KeReadStateMutex(&mutant) == -1);
    thread_new('A', 8, takes_mutant);
    story_sleep(MS(5));
    EXPECT(KeReleaseMutant(&mutant, 0, FALSE, FALSE) == -1 && said_is(""));
    EXPECT(KeReleaseMutant(&mutant, 0, FALSE, FALSE) == 0);
    story_sleep(MS(5));
    EXPECT(said_is("w") && KeReadStateMutex(&mutant) == 1);
    KeInitializeMutant(&mutant, TRUE);
    KeReleaseMutant(&mutant, 0, TRUE, FALSE);
    thread_new('A', 8, takes_mutant);
    story_sleep(MS(5));
    EXPECT(said_is("wa"));
}

STOPS(1, a_strangers_release_of_a_mutant, SYSTEM_THREAD_EXCEPTION_NOT_HANDLED)
{
    (void)arg;
    KeInitializeMutant(&mutant, FALSE);
    KeReleaseMutant(&mutant, 0, FALSE, FALSE);
}

/* ---- Interlocked operations ------------------------------------------------------------------ */

STORY(what_interlocked_operations_return)
{
    LONG value = 5;
    LONGLONG large = 0xffffffffll;
    PVOID pointer = NULL;

    (void)arg;
    EXPECT(InterlockedExchangeAdd(&value, 3) == 5);
    EXPECT(InterlockedAdd(&value, -1) == 7);
    EXPECT(InterlockedOr(&value, 8) == 7);
    EXPECT(InterlockedAnd(&value, 12) == 15);
    EXPECT(InterlockedXor(&value, 4) == 12);
    EXPECT(value == 8);
    value = INT32_MAX;
    EXPECT(InterlockedExchangeAdd(&value, 1) == INT32_MAX);
    EXPECT(value == INT32_MIN);
    value = INT32_MAX;
    EXPECT(InterlockedIncrement(&value) == INT32_MIN && InterlockedDecrement(&value) == INT32_MAX);
    EXPECT(InterlockedCompareExchange(&value, 1, 2) == INT32_MAX && value == INT32_MAX);
    EXPECT(InterlockedCompareExchange(&value, 1, INT32_MAX) == INT32_MAX && value == 1);
    EXPECT(InterlockedIncrement64(&large) == 0x100000000ll);
    EXPECT(InterlockedDecrement64(&large) == 0xffffffffll);
    EXPECT(InterlockedCompareExchange64(&large, 7, 8) == 0xffffffffll);
    EXPECT(InterlockedCompareExchange64(&large, 7, 0xffffffffll) == 0xffffffffll);
    EXPECT(InterlockedExchangeAdd64(&large, 1) == 7 && InterlockedExchange64(&large, 6) == 8);
    EXPECT(InterlockedOr64(&large, 1) == 6 && InterlockedAnd64(&large, 3) == 7);
    EXPECT(InterlockedXor64(&large, 3) == 3 && large == 0);
    EXPECT(InterlockedExchangePointer(&pointer, &value) == NULL);
    EXPECT(InterlockedCompareExchangePointer(&pointer, NULL, NULL) == &value);
    EXPECT(InterlockedCompareExchangePointer(&pointer, NULL, &value) == &value);
    EXPECT(pointer == NULL);
    LONG bits[2] = { 0, 0 };

    EXPECT(InterlockedBitTestAndSet(bits, 33) == 0);
    EXPECT(InterlockedBitTestAndSet(bits, 33) == 1);
    EXPECT(bits[1] == 2);
    EXPECT(InterlockedBitTestAndReset(bits, 33) == 1);
    EXPECT(bits[1] == 0);
}

STORY(interlocked_lists_return_the_former_neighbour)
{
    LIST_ENTRY a, b, c;

    (void)arg;
    KeInitializeSpinLock(&lock);
    InitializeListHead(&list);
    EXPECT(ExInterlockedInsertTailList(&list, &a, &lock) == NULL);
    EXPECT(ExInterlockedInsertTailList(&list, &b, &lock) == &a);
    EXPECT(ExInterlockedInsertHeadList(&list, &c, &lock) == &a);
    EXPECT(ExInterlockedRemoveHeadList(&list, &lock) == &c);
    EXPECT(ExInterlockedRemoveHeadList(&list, &lock) == &a);
    EXPECT(ExInterlockedRemoveHeadList(&list, &lock) == &b);
    EXPECT(ExInterlockedRemoveHeadList(&list, &lock) == NULL);
    EXPECT(KeGetCurrentIrql() == PASSIVE_LEVEL);
}

STORY(interlocked_lists_of_one_link)
{
    SINGLE_LIST_ENTRY head = { NULL }, a, b;

    (void)arg;
    KeInitializeSpinLock(&lock);
    EXPECT(ExInterlockedPushEntryList(&head, &a, &lock) == NULL);
    EXPECT(ExInterlockedPushEntryList(&head, &b, &lock) == &a);
    EXPECT(ExInterlockedPopEntryList(&head, &lock) == &b && b.Next == &a);
    EXPECT(ExInterlockedPopEntryList(&head, &lock) == &a);
    EXPECT(ExInterlockedPopEntryList(&head, &lock) == NULL);
}

STORY(interlocked_sums_at_any_level)
{
    ULONG value = MAXULONG;
    LARGE_INTEGER large = { .QuadPart = 5 }, more = { .QuadPart = -7 };
    KIRQL old;

    (void)arg;
    KeInitializeSpinLock(&lock);
    KeRaiseIrql(HIGH_LEVEL, &old);
    EXPECT(ExInterlockedAddUlong(&value, 2, &lock) == MAXULONG && value == 1);
    EXPECT(ExInterlockedAddLargeInteger(&large, more, &lock).QuadPart == 5);
    EXPECT(large.QuadPart == -2 && KeGetCurrentIrql() == HIGH_LEVEL);
    KeLowerIrql(old);
    ExInterlockedAddLargeStatistic(&large, 3);
    EXPECT(large.QuadPart == 1);
    LONGLONG destination = 1, exchange = 9, comparand = 1;

    EXPECT(ExInterlockedCompareExchange64(&destination, &exchange, &comparand, &lock) == 1);
    EXPECT(destination == 9);
}

static void pushes(void *context)
{
    LIST_ENTRY *entries = context;

    for (int i = 0; i < 100; i++) {
        ExInterlockedInsertTailList(&list, &entries[i], &lock);
        ke_spend(US(1));
    }
    say('d');
}

STORY_ON(4, many_processors_share_a_list)
{
    static LIST_ENTRY entries[4][100];
    int count = 0;

    (void)arg;
    KeInitializeSpinLock(&lock);
    InitializeListHead(&list);
    for (int i = 0; i < 4; i++)
        thread_with(8, pushes, entries[i]);
    while (story.count < 4)
        story_sleep(MS(1));
    while (ExInterlockedRemoveHeadList(&list, &lock) != NULL)
        count++;
    EXPECT(count == 400);
}

GROUP(lock_forms_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_by_name),
        cmocka_unit_test(the_synch_level_of_several_processors),
        cmocka_unit_test(queued_locks_are_served_in_order),
        cmocka_unit_test(a_try_does_not_wait),
        cmocka_unit_test(misuse_of_spin_locks_stops),
        cmocka_unit_test(the_unsafe_half_leaves_the_level),
        cmocka_unit_test(unsafe_owners_exclude_each_other),
        cmocka_unit_test(guarded_mutexes_by_half_and_by_try),
        cmocka_unit_test(a_mutant_is_no_critical_region),
        cmocka_unit_test(a_strangers_release_of_a_mutant),
        cmocka_unit_test(what_interlocked_operations_return),
        cmocka_unit_test(interlocked_lists_return_the_former_neighbour),
        cmocka_unit_test(interlocked_lists_of_one_link),
        cmocka_unit_test(interlocked_sums_at_any_level),
        cmocka_unit_test(many_processors_share_a_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
