/* ke_irql.c - interrupt request levels, spin locks and the mutexes built on levels and regions.
 *
 * Raising takes no time; lowering runs pending work in NT's order: DPCs and preemption when the
 * level falls below DISPATCH, kernel APCs when it falls below APC (facts/nt-kernel.md 3.1, 2.5). A
 * spin lock is at DISPATCH and its waiters stand in line (4.4); a fast mutex is at APC; a guarded
 * mutex leaves the level alone and enters a guarded region (2.2, 4.5).
 */
#include "model/kernel/ke.h"
#include "model/kernel/ke_cost.h"
#include "model/kernel/ke_record.h"

KIRQL KeGetCurrentIrql(VOID) { return ke->cpu->irql; }

void ke_require_irql(KIRQL most, uint32_t address)
{
    if (ke->cpu->irql > most)
        ke_stop(IRQL_NOT_LESS_OR_EQUAL, address, ke->cpu->irql, 0, 0);
}

static void move_to(struct ke_cpu *cpu, KIRQL irql)
{
    KIRQL old = cpu->irql;

    cpu->irql = irql;
    if (old != irql)
        ke_record(REC_IRQL, old, irql, 0, 0);
}

VOID KeRaiseIrql(KIRQL new_irql, PKIRQL old_irql)
{
    struct ke_cpu *cpu = ke->cpu;

    if (new_irql < cpu->irql)
        ke_stop(IRQL_NOT_LESS_OR_EQUAL, new_irql, cpu->irql, 0, 0);
    *old_irql = cpu->irql;
    move_to(cpu, new_irql);
}

VOID KeLowerIrql(KIRQL new_irql)
{
    struct ke_cpu *cpu = ke->cpu;

    if (new_irql > cpu->irql)
        ke_stop(IRQL_NOT_LESS_OR_EQUAL, new_irql, cpu->irql, 0, 0);
    move_to(cpu, new_irql);
    if (cpu->dpc_active)
        return;
    if (new_irql < DISPATCH_LEVEL)
        ke_exit_dispatcher();
    if (new_irql < APC_LEVEL && ke_current_thread()->apc_state.KernelApcPending)
        ki_check_apcs();
}

/* ---- Spin locks ------------------------------------------------------------------------------ */

struct spinner {
    LIST_ENTRY link;
    struct ke_cpu *cpu;
};

VOID KeInitializeSpinLock(PKSPIN_LOCK lock)
{
    lock->Owner = NULL;
    lock->Address = ke_address_new(REGION_NONPAGED, 4);
    InitializeListHead(&lock->Waiters);
}

VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK lock)
{
    if (ke->cpu->irql < DISPATCH_LEVEL)
        ke_stop(IRQL_NOT_LESS_OR_EQUAL, lock->Address, ke->cpu->irql, 1, 0);
    if (lock->Waiters.Flink == NULL) /* NT's lock is a number, and zero is a free one. */
        KeInitializeSpinLock(lock);
    ke_cost(COST_LOCK);
    if (lock->Owner == NULL) {
        lock->Owner = ke->cpu;
    } else { /* The owner hands the lock over. Acquiring a lock twice waits for ever, as on NT. */
        struct spinner me = { .cpu = ke->cpu };

        ke_record(REC_LOCK_SPIN, lock->Address, 0, 0, 0);
        InsertTailList(&lock->Waiters, &me.link);
        ki_spin();
    }
    ke_record(REC_LOCK, lock->Address, 0, 0, 0);
}

VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK lock)
{
    /* A free build does not look who owns the lock: a release by somebody else frees it (4.4). */
    ke_record(REC_UNLOCK, lock->Address, 0, 0, 0);
    lock->Owner = NULL;
    if (!IsListEmpty(&lock->Waiters)) {
        struct spinner *next =
            CONTAINING_RECORD(RemoveHeadList(&lock->Waiters), struct spinner, link);

        lock->Owner = next->cpu;
        ki_spin_end(next->cpu);
    }
}

KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK lock)
{
    KIRQL old;

    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeAcquireSpinLockAtDpcLevel(lock);
    return old;
}

VOID KeReleaseSpinLock(PKSPIN_LOCK lock, KIRQL new_irql)
{
    KeReleaseSpinLockFromDpcLevel(lock);
    KeLowerIrql(new_irql);
}

/* ---- Fast and guarded mutexes ---------------------------------------------------------------- */

/* Acquires a mutex. Count is 1 when it is free and one less for the owner and each waiter; the
 * event passes ownership on. */
static void take(LONG *count, ULONG *contention, PKEVENT event)
{
    ke_cost(COST_LOCK);
    if (--*count != 0) {
        ++*contention;
        KeWaitForSingleObject(event, WrExecutive, KernelMode, FALSE, NULL);
    }
}

static void leave(LONG *count, PKEVENT event)
{
    if (++*count <= 0)
        KeSetEvent(event, EVENT_INCREMENT, FALSE);
}

VOID ExInitializeFastMutex(PFAST_MUTEX mutex)
{
    mutex->Count = 1;
    mutex->Owner = NULL;
    mutex->Contention = 0;
    KeInitializeEvent(&mutex->Event, SynchronizationEvent, FALSE);
}

VOID ExAcquireFastMutex(PFAST_MUTEX mutex)
{
    KIRQL old;

    if (ke->cpu->irql > APC_LEVEL)
        ke_stop(IRQL_NOT_LESS_OR_EQUAL, mutex->Event.Header.Address, ke->cpu->irql, 1, 0);
    KeRaiseIrql(APC_LEVEL, &old);
    take(&mutex->Count, &mutex->Contention, &mutex->Event);
    mutex->Owner = ke_current_thread();
    mutex->OldIrql = old;
    ke_record(REC_LOCK, mutex->Event.Header.Address, 0, 0, 0);
}

BOOLEAN ExTryToAcquireFastMutex(PFAST_MUTEX mutex)
{
    KIRQL old;

    if (mutex->Count != 1)
        return FALSE;
    KeRaiseIrql(APC_LEVEL, &old);
    mutex->Count = 0;
    mutex->Owner = ke_current_thread();
    mutex->OldIrql = old;
    ke_record(REC_LOCK, mutex->Event.Header.Address, 0, 0, 0);
    return TRUE;
}

VOID ExReleaseFastMutex(PFAST_MUTEX mutex)
{
    KIRQL old = (KIRQL)mutex->OldIrql;

    /* A free build does not look who owns the mutex: a release too many makes Count 2 (facts/ddi.md
     * 2.5), and the next thread that comes waits, though nobody has the mutex. */
    ke_record(REC_UNLOCK, mutex->Event.Header.Address, 0, 0, 0);
    mutex->Owner = NULL;
    leave(&mutex->Count, &mutex->Event);
    KeLowerIrql(old);
}

VOID KeInitializeGuardedMutex(PKGUARDED_MUTEX mutex)
{
    mutex->Count = 1;
    mutex->Owner = NULL;
    mutex->Contention = 0;
    KeInitializeEvent(&mutex->Event, SynchronizationEvent, FALSE);
}

VOID KeAcquireGuardedMutex(PKGUARDED_MUTEX mutex)
{
    KeEnterGuardedRegion();
    take(&mutex->Count, &mutex->Contention, &mutex->Event);
    mutex->Owner = ke_current_thread();
    ke_record(REC_LOCK, mutex->Event.Header.Address, 0, 0, 0);
}

VOID KeReleaseGuardedMutex(PKGUARDED_MUTEX mutex)
{
    ke_record(REC_UNLOCK, mutex->Event.Header.Address, 0, 0, 0);
    mutex->Owner = NULL;
    leave(&mutex->Count, &mutex->Event);
    KeLeaveGuardedRegion();
}

VOID KeStallExecutionProcessor(ULONG microseconds) { ke_spend(US((sim_time)microseconds)); }
