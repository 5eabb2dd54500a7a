/* lock_test.c - spin locks, fast mutexes, guarded mutexes (facts/nt-kernel.md 2.2, 4.4, 4.5). */
#include "model/words/records.h"
#include "tests/groups.h"
#include "tests/kernel/stories.h"

static KSPIN_LOCK lock;
static FAST_MUTEX fast;
static KGUARDED_MUTEX guarded;
static int inside, most_inside;

static VOID NTAPI says_k(PRKAPC apc, PKNORMAL_ROUTINE *normal, PVOID *context, PVOID *a1, PVOID *a2)
{
    (void)apc, (void)normal, (void)context, (void)a1, (void)a2;
    say('k');
}

static void enter(void)
{
    if (++inside > most_inside)
        most_inside = inside;
}

/* ---- Spin locks ------------------------------------------------------------------------------ */

STORY(a_spin_lock_is_held_at_dispatch_level)
{
    KIRQL old;

    (void)arg;
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &old);
    EXPECT(old == PASSIVE_LEVEL && KeGetCurrentIrql() == DISPATCH_LEVEL);
    KeReleaseSpinLock(&lock, old);
    EXPECT(KeGetCurrentIrql() == PASSIVE_LEVEL);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeAcquireSpinLockAtDpcLevel(&lock);
    KeReleaseSpinLockFromDpcLevel(&lock);
    EXPECT(KeGetCurrentIrql() == DISPATCH_LEVEL);
    KeLowerIrql(old);
}

STOPS(1, the_dpc_form_needs_the_level, IRQL_NOT_LESS_OR_EQUAL)
{
    (void)arg;
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLockAtDpcLevel(&lock);
}

static void spins(void *context)
{
    KIRQL old;

    /* The threads arrive in the order of their letters. */
    ke_spend(US(100) * ((uintptr_t)context - 'A' + 1));
    KeAcquireSpinLock(&lock, &old);
    enter();
    say(letter_of(context));
    ke_spend(MS(1));
    inside--;
    KeReleaseSpinLock(&lock, old);
}

/* 4.4: waiters stand in line, and each spins: its processor does nothing else meanwhile. */
STORY_ON(8, spinners_are_served_in_order)
{
    sim_time began = ke->sim->now;

    (void)arg;
    inside = most_inside = 0;
    KeInitializeSpinLock(&lock);
    for (char letter = 'A'; letter <= 'G'; letter++)
        thread_new(letter, 8, spins);
    while (story.count < 7 || inside > 0)
        story_sleep(MS(1));
    EXPECT(said_is("ABCDEFG") && most_inside == 1);
    EXPECT(ke->sim->now - began >= MS(7));
}

/* What the records say of a lock: taken, given back, and the level there and back; a lock that is
 * taken at its level moves none. */
STORY(locks_leave_records)
{
    KIRQL old;

    (void)arg;
    KeInitializeSpinLock(&lock);
    ExInitializeFastMutex(&fast);
    KeInitializeGuardedMutex(&guarded);
    count_records();
    KeAcquireSpinLock(&lock, &old);
    KeReleaseSpinLock(&lock, old);
    EXPECT(records[REC_LOCK] == 1 && records[REC_UNLOCK] == 1 && records[REC_IRQL] == 2);
    count_records();
    EXPECT(ExTryToAcquireFastMutex(&fast) && !ExTryToAcquireFastMutex(&fast));
    EXPECT(records[REC_LOCK] == 1 && records[REC_IRQL] == 1);
    ExReleaseFastMutex(&fast);
    EXPECT(records[REC_UNLOCK] == 1 && records[REC_IRQL] == 2);
    count_records();
    KeAcquireGuardedMutex(&guarded);
    KeReleaseGuardedMutex(&guarded);
    EXPECT(records[REC_LOCK] == 1 && records[REC_UNLOCK] == 1 && records[REC_IRQL] == 0);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    count_records();
    KeAcquireSpinLockAtDpcLevel(&lock);
    KeReleaseSpinLockFromDpcLevel(&lock);
    EXPECT(records[REC_LOCK] == 1 && records[REC_UNLOCK] == 1 && records[REC_IRQL] == 0);
    KeLowerIrql(old);
}

static KEVENT ready, waited_for;

static VOID NTAPI dpc_locks(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
    (void)dpc, (void)context, (void)a1, (void)a2;
    KeAcquireSpinLockAtDpcLevel(&lock);
    say('d');
    KeReleaseSpinLockFromDpcLevel(&lock);
}

/* A DPC spins for a lock that a thread of another processor holds. */
STORY_ON(2, a_dpc_spins_for_a_thread_elsewhere)
{
    static KDPC dpc;
    KIRQL old;

    (void)arg;
    KeInitializeSpinLock(&lock);
    KeInitializeDpc(&dpc, dpc_locks, NULL);
    KeSetTargetProcessorDpc(&dpc, (CCHAR)(1 - KeGetCurrentProcessorNumber()));
    KeAcquireSpinLock(&lock, &old);
    KeInsertQueueDpc(&dpc, NULL, NULL);
    ke_spend(MS(2));
    EXPECT(said_is(""));
    say('t');
    KeReleaseSpinLock(&lock, old);
    ke_spend(US(50));
    EXPECT(said_is("td"));
}

/* ---- Mutexes --------------------------------------------------------------------------------- */

static void queue_special(PRKAPC apc)
{
    *apc = (KAPC){ 0 };
    KeInitializeApc(apc, KeGetCurrentThread(), OriginalApcEnvironment, says_k, NULL, NULL,
                    KernelMode, NULL);
    KeInsertQueueApc(apc, NULL, NULL, 0);
}

STORY(a_fast_mutex_is_held_at_apc_level)
{
    KAPC apc;

    (void)arg;
    ExInitializeFastMutex(&fast);
    ExAcquireFastMutex(&fast);
    EXPECT(KeGetCurrentIrql() == APC_LEVEL && fast.Owner == KeGetCurrentThread());
    queue_special(&apc);
    EXPECT(said_is("") && !ExTryToAcquireFastMutex(&fast));
    ExReleaseFastMutex(&fast);
    EXPECT(said_is("k") && KeGetCurrentIrql() == PASSIVE_LEVEL);
    EXPECT(ExTryToAcquireFastMutex(&fast) && KeGetCurrentIrql() == APC_LEVEL);
    ExReleaseFastMutex(&fast);
    EXPECT(KeGetCurrentIrql() == PASSIVE_LEVEL);
}

STORY(a_guarded_mutex_leaves_the_level_alone)
{
    KAPC apc;

    (void)arg;
    KeInitializeGuardedMutex(&guarded);
    KeAcquireGuardedMutex(&guarded);
    EXPECT(KeGetCurrentIrql() == PASSIVE_LEVEL && KeGetCurrentThread()->special_apc_disable == -1);
    queue_special(&apc);
    EXPECT(said_is(""));
    KeReleaseGuardedMutex(&guarded);
    EXPECT(said_is("k") && KeGetCurrentThread()->special_apc_disable == 0);
}

STOPS(1, a_fast_mutex_at_dispatch_level_stops, IRQL_NOT_LESS_OR_EQUAL)
{
    KIRQL old;

    (void)arg;
    ExInitializeFastMutex(&fast);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    ExAcquireFastMutex(&fast);
}

static bool guarded_one;

static void wants_in(void *context)
{
    for (int i = 0; i < 20; i++) {
        guarded_one ? KeAcquireGuardedMutex(&guarded) : ExAcquireFastMutex(&fast);
        enter();
        ke_spend(US(300));
        inside--;
        guarded_one ? KeReleaseGuardedMutex(&guarded) : ExReleaseFastMutex(&fast);
    }
    say(letter_of(context));
}

static void crowd(bool with_the_guarded_one)
{
    guarded_one = with_the_guarded_one;
    inside = most_inside = 0;
    ExInitializeFastMutex(&fast);
    KeInitializeGuardedMutex(&guarded);
    for (char letter = 'A'; letter <= 'F'; letter++)
        thread_new(letter, 8, wants_in);
    while (story.count < 6)
        story_sleep(MS(10));
    EXPECT(most_inside == 1 && inside == 0);
    EXPECT(fast.Count == 1 && guarded.Count == 1 && fast.Owner == NULL && guarded.Owner == NULL);
}

STORY_ON(4, a_fast_mutex_lets_one_in)
{
    (void)arg;
    crowd(false);
    EXPECT(fast.Contention > 0);
}
STORY_ON(4, a_guarded_mutex_lets_one_in)
{
    (void)arg;
    crowd(true);
    EXPECT(guarded.Contention > 0);
}

static void takes_it_again(void *context)
{
    (void)context;
    ExAcquireFastMutex(&fast);
    KeSetEvent(&ready, 0, FALSE);
    ExAcquireFastMutex(&fast);
    say('!');
}

/* 4.5: no recursion: a thread that takes it twice waits for itself. */
STORY(a_fast_mutex_is_not_recursive)
{
    (void)arg;
    KeInitializeEvent(&ready, NotificationEvent, FALSE);
    KeInitializeEvent(&waited_for, NotificationEvent, FALSE);
    ExInitializeFastMutex(&fast);
    struct ke_thread *thread = thread_with(8, takes_it_again, NULL);

    wait_for(&ready);
    story_sleep(SEC(1));
    EXPECT(said_is("") && thread->state == KE_WAITING);
}

/* ---- Interlocked operations ------------------------------------------------------------------ */

STORY(interlocked_operations)
{
    LONG value = 5;

    (void)arg;
    EXPECT(InterlockedIncrement(&value) == 6);
    EXPECT(InterlockedDecrement(&value) == 5);
    EXPECT(InterlockedExchange(&value, 9) == 5);
    EXPECT(InterlockedCompareExchange(&value, 1, 5) == 9);
    EXPECT(InterlockedCompareExchange(&value, 1, 9) == 9);
    EXPECT(value == 1);
}

/* ---- A driver's mistakes, on a free build ---------------------------------------------------- */

STORY(a_zeroed_spin_lock_is_a_free_one)
{
    static KSPIN_LOCK zeroed;
    KIRQL old;

    (void)arg;
    memset(&zeroed, 0, sizeof zeroed);
    KeAcquireSpinLock(&zeroed, &old);
    EXPECT(KeGetCurrentIrql() == DISPATCH_LEVEL);
    KeReleaseSpinLock(&zeroed, old);
}

STORY(a_release_by_somebody_else_frees_the_lock)
{
    KIRQL old;

    (void)arg;
    KeInitializeSpinLock(&lock);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeReleaseSpinLockFromDpcLevel(&lock); /* Nobody has it: it stays free. */
    KeAcquireSpinLockAtDpcLevel(&lock);
    KeReleaseSpinLockFromDpcLevel(&lock);
    KeLowerIrql(old);
}

static void takes_the_mutex(void *context)
{
    (void)context;
    ExAcquireFastMutex(&fast);
    enter();
    story_sleep(MS(1));
    inside--;
    ExReleaseFastMutex(&fast);
}

STORY(a_fast_mutex_released_too_often_lets_nobody_in)
{
    (void)arg;
    inside = most_inside = 0;
    ExInitializeFastMutex(&fast);
    ExReleaseFastMutex(&fast);
    EXPECT(fast.Count == 2 && KeGetCurrentIrql() == PASSIVE_LEVEL);
    thread_new('A', NORMAL_PRIORITY, takes_the_mutex);
    story_sleep(MS(50));
    EXPECT(most_inside == 0);
}

STORY(a_guarded_mutex_released_too_often_stops_nothing)
{
    (void)arg;
    KeInitializeGuardedMutex(&guarded);
    KeEnterGuardedRegion();
    KeReleaseGuardedMutex(&guarded);
    EXPECT(KeGetCurrentIrql() == PASSIVE_LEVEL);
}

GROUP(lock_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_spin_lock_is_held_at_dispatch_level),
        cmocka_unit_test(the_dpc_form_needs_the_level),
        cmocka_unit_test(spinners_are_served_in_order),
        cmocka_unit_test(locks_leave_records),
        cmocka_unit_test(a_dpc_spins_for_a_thread_elsewhere),
        cmocka_unit_test(a_fast_mutex_is_held_at_apc_level),
        cmocka_unit_test(a_guarded_mutex_leaves_the_level_alone),
        cmocka_unit_test(a_fast_mutex_at_dispatch_level_stops),
        cmocka_unit_test(a_fast_mutex_lets_one_in),
        cmocka_unit_test(a_guarded_mutex_lets_one_in),
        cmocka_unit_test(a_fast_mutex_is_not_recursive),
        cmocka_unit_test(interlocked_operations),
        cmocka_unit_test(a_zeroed_spin_lock_is_a_free_one),
        cmocka_unit_test(a_release_by_somebody_else_frees_the_lock),
        cmocka_unit_test(a_fast_mutex_released_too_often_lets_nobody_in),
        cmocka_unit_test(a_guarded_mutex_released_too_often_stops_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
