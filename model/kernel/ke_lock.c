/* ke_lock.c - further forms of the kernel's locks: in-stack queued spin locks, tries, forms of fast
 * and guarded mutexes, mutants (facts/ddi.md 2.4, 2.5).
 *
 * Every spin lock here serves its waiters in order of asking, so a queued one differs by its handle
 * only: the handle says which lock to release, and to which level to go back.
 */
#include "model/kernel/kernel.h"
#include "model/kernel/ke_cost.h"
#include "model/kernel/ke_record.h"

enum { OWNED = 2, SYNCH_LEVEL_MP = 27 };

/* ---- Levels ---------------------------------------------------------------------------------- */

KIRQL KeRaiseIrqlToDpcLevel(VOID)
{
    KIRQL old;

    KeRaiseIrql(DISPATCH_LEVEL, &old);
    return old;
}

KIRQL KeRaiseIrqlToSynchLevel(VOID)
{
    KIRQL old;

    KeRaiseIrql(ke->cpu_count > 1 ? SYNCH_LEVEL_MP : DISPATCH_LEVEL, &old);
    return old;
}

/* ---- Spin locks ------------------------------------------------------------------------------ */

static bool is_free(const KSPIN_LOCK *lock) { return *lock == 0; }

BOOLEAN KeTestSpinLock(PKSPIN_LOCK lock) { return is_free(lock); }

BOOLEAN KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK lock)
{
    if (KeGetCurrentIrql() < DISPATCH_LEVEL)
        ke_stop(IRQL_NOT_LESS_OR_EQUAL, 0, KeGetCurrentIrql(), 1, 0);
    ke_cost(COST_LOCK);
    if (!is_free(lock))
        return FALSE;
    *lock = 1;
    ke_record(REC_LOCK, ke_address_of(lock), 0, 0, 0);
    return TRUE;
}

KIRQL KeAcquireSpinLockRaiseToSynch(PKSPIN_LOCK lock)
{
    KIRQL old = KeRaiseIrqlToSynchLevel();

    KeAcquireSpinLockAtDpcLevel(lock);
    return old;
}

VOID KeAcquireInStackQueuedSpinLockAtDpcLevel(PKSPIN_LOCK lock, PKLOCK_QUEUE_HANDLE handle)
{
    handle->LockQueue.Next = NULL;
    handle->LockQueue.Lock = lock;
    KeAcquireSpinLockAtDpcLevel(lock);
    handle->LockQueue.Lock = (PKSPIN_LOCK)((ULONG_PTR)lock | OWNED);
}

VOID KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK lock, PKLOCK_QUEUE_HANDLE handle)
{
    KeRaiseIrql(DISPATCH_LEVEL, &handle->OldIrql);
    KeAcquireInStackQueuedSpinLockAtDpcLevel(lock, handle);
}

VOID KeReleaseInStackQueuedSpinLockFromDpcLevel(PKLOCK_QUEUE_HANDLE handle)
{
    ULONG_PTR lock = (ULONG_PTR)handle->LockQueue.Lock;

    if ((lock & OWNED) == 0) /* A handle that owns nothing: NT goes through a bad pointer. */
        ke_kernel_exception(STATUS_ACCESS_VIOLATION, 0, true);
    handle->LockQueue.Lock = (PKSPIN_LOCK)(lock & ~(ULONG_PTR)OWNED);
    KeReleaseSpinLockFromDpcLevel(handle->LockQueue.Lock);
}

VOID KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE handle)
{
    KIRQL old = handle->OldIrql;

    KeReleaseInStackQueuedSpinLockFromDpcLevel(handle);
    KeLowerIrql(old);
}

/* ---- Fast and guarded mutexes ---------------------------------------------------------------- */

VOID ExEnterCriticalRegionAndAcquireFastMutexUnsafe(PFAST_MUTEX mutex)
{
    KeEnterCriticalRegion();
    ExAcquireFastMutexUnsafe(mutex);
}

VOID ExReleaseFastMutexUnsafeAndLeaveCriticalRegion(PFAST_MUTEX mutex)
{
    ExReleaseFastMutexUnsafe(mutex);
    KeLeaveCriticalRegion();
}

/* The caller is in a guarded region already, so entering and leaving one more changes nothing. */
VOID KeAcquireGuardedMutexUnsafe(PKGUARDED_MUTEX mutex)
{
    KeAcquireGuardedMutex(mutex);
    KeLeaveGuardedRegion();
}

VOID KeReleaseGuardedMutexUnsafe(PKGUARDED_MUTEX mutex)
{
    KeEnterGuardedRegion();
    KeReleaseGuardedMutex(mutex);
}

BOOLEAN KeTryToAcquireGuardedMutex(PKGUARDED_MUTEX mutex)
{
    ke_require_irql(APC_LEVEL, 0);
    if (mutex->Count != 1)
        return FALSE;
    KeEnterGuardedRegion();
    mutex->Count = 0;
    mutex->Owner = ke_current_thread();
    ke_record(REC_LOCK, ke_address_of(&mutex->Gate), 0, 0, 0);
    return TRUE;
}

/* ---- Mutants --------------------------------------------------------------------------------- */

VOID KeInitializeMutant(PRKMUTANT mutant, BOOLEAN owned)
{
    struct ke_thread *thread = ke_current_thread();

    KeInitializeMutex(mutant, 0);
    mutant->ApcDisable = 0;
    if (!owned)
        return;
    mutant->Header.SignalState = 0;
    mutant->OwnerThread = thread;
    InsertHeadList(&thread->mutants, &mutant->MutantListEntry);
}

LONG KeReleaseMutant(PRKMUTANT mutant, KPRIORITY increment, BOOLEAN abandoned, BOOLEAN wait)
{
    LONG old = mutant->Header.SignalState;

    UNREFERENCED_PARAMETER(increment);
    if (!abandoned)
        return KeReleaseMutex(mutant, wait);
    if (mutant->OwnerThread == ke_current_thread()) {
        mutant->Abandoned = TRUE;
        mutant->Header.SignalState = 0; /* However often it was acquired. */
    }
    KeReleaseMutex(mutant, wait);
    return old;
}
