/* ke_irql.c - interrupt request levels, spin locks and the mutexes built on levels and regions.
 *
 * Raising takes no time; lowering runs pending work in NT's order: DPCs and preemption when the
 * level falls below DISPATCH, kernel APCs when it falls below APC (facts/nt-kernel.md 3.1, 2.5). A
 * spin lock is at DISPATCH and its waiters stand in line (4.4); a fast mutex is at APC; a guarded
 * mutex leaves the level alone and enters a guarded region (2.2, 4.5).
 */
#include "model/kernel/ke.h"
#include "model/kernel/ke_cost.h"
#include "model/kernel/ke_orders.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/vf.h"

KIRQL KeGetCurrentIrql(VOID) { return ke->cpu->irql; }

void ke_require_irql(KIRQL most, uint32_t address)
{
    if (ke->cpu->irql > most)
        ke_stop(IRQL_NOT_LESS_OR_EQUAL, address, ke->cpu->irql, 0, 0);
}

void ke_require_irql_of(KIRQL most, const void *object)
{
    if (ke->cpu->irql > most)
        ke_stop(IRQL_NOT_LESS_OR_EQUAL, ke_address_of(object), ke->cpu->irql, 1, 0);
}

static void move_to(struct ke_cpu *cpu, KIRQL irql)
{
    KIRQL old = cpu->irql;

    cpu->irql = irql;
    if (old != irql)
        ke_record(REC_IRQL, old, irql, 0, 0);
    if (UNLIKELY(ke->vf != NULL))
        vf_level_fell();
}

void ke_set_irql(KIRQL irql) { move_to(ke->cpu, irql); }

VOID KeRaiseIrql(KIRQL new_irql, PKIRQL old_irql)
{
    struct ke_cpu *cpu = ke->cpu;

    /* The documented stop; a free build just sets the level (facts/ddi.md 2.5). */
    if (new_irql < cpu->irql && !ke->switches.irql_falls_freely)
        ke_stop(IRQL_NOT_LESS_OR_EQUAL, new_irql, cpu->irql, 0, 0);
    *old_irql = cpu->irql;
    move_to(cpu, new_irql);
}

VOID KeLowerIrql(KIRQL new_irql)
{
    struct ke_cpu *cpu = ke->cpu;

    if (new_irql > cpu->irql && !ke->switches.irql_falls_freely)
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

/* The lock's word tells whether it is owned, as on NT's multiprocessors. Who waits for it is the
 * processors' own business: struct ke_cpu. */
enum { SPIN_FREE = 0, SPIN_OWNED = 1 };

struct ke_cpu *ki_next_spinner(const KSPIN_LOCK *lock)
{
    struct ke_cpu *next = NULL;

    for (uint32_t i = 0; i < ke->cpu_count; i++) {
        struct ke_cpu *cpu = &ke->cpus[i];

        if (cpu->spin_lock == lock && (next == NULL || cpu->spin_turn < next->spin_turn))
            next = cpu;
    }
    return next;
}

VOID KeInitializeSpinLock(PKSPIN_LOCK lock)
{
    *lock = SPIN_FREE;
    ke_address_give(lock, REGION_NONPAGED, 4);
}

VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK lock)
{
    uint32_t address = ke_address_of(lock);

    if (ke->cpu->irql < DISPATCH_LEVEL)
        ke_stop(IRQL_NOT_LESS_OR_EQUAL, address, ke->cpu->irql, 1, 0);
    ke_cost(COST_LOCK);
    if (*lock == SPIN_FREE) {
        *lock = SPIN_OWNED;
    } else { /* The owner hands the lock over. Acquiring a lock twice waits for ever, as on NT. */
        ke_record(REC_LOCK_SPIN, address, 0, 0, 0);
        ki_spin(lock);
    }
    ke_record(REC_LOCK, address, 0, 0, 0);
}

VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK lock)
{
    struct ke_cpu *next = ki_next_spinner(lock);

    /* A free build does not look who owns the lock: a release by somebody else frees it (4.4). */
    ke_record(REC_UNLOCK, ke_address_of(lock), 0, 0, 0);
    *lock = next != NULL ? SPIN_OWNED : SPIN_FREE;
    if (next != NULL)
        ki_spin_end(next);
}

KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK lock)
{
    ke_require_irql_of(DISPATCH_LEVEL, lock);
    KIRQL old;

    ke_before(lock, KE_WRITES);
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

static bool is_free(const void *count, const struct ke_thread *thread)
{
    (void)thread;
    return *(const LONG *)count == 1;
}

/* Acquires a mutex. Count is 1 when it is free and one less for the owner and each waiter; the
 * event passes ownership on. */
static void take(LONG *count, ULONG *contention, PKEVENT event)
{
    if (UNLIKELY(ke->orders != NULL))
        ki_before(&(struct ke_step){
            .count = 1, .object = { count }, .effect = KE_WRITES, .open = is_free });
    ke_cost(COST_LOCK);
    if (--*count != 0) {
        ++*contention;
        KeWaitForSingleObject(event, WrExecutive, KernelMode, FALSE, NULL);
    }
}

static void leave(LONG *count, PKEVENT event)
{
    if (UNLIKELY(ke->orders != NULL))
        ki_before_waited(count, KE_WRITES, is_free);
    if (++*count <= 0)
        KeSetEvent(event, EVENT_INCREMENT, FALSE);
}

VOID ExInitializeFastMutex(PFAST_MUTEX mutex)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    mutex->Count = 1;
    mutex->Owner = NULL;
    mutex->Contention = 0;
    KeInitializeEvent(&mutex->Event, SynchronizationEvent, FALSE);
}

VOID ExAcquireFastMutexUnsafe(PFAST_MUTEX mutex)
{
    ke_require_irql_of(APC_LEVEL, &mutex->Event);
    take(&mutex->Count, &mutex->Contention, &mutex->Event);
    mutex->Owner = ke_current_thread();
    ke_record(REC_LOCK, ke_address_of(&mutex->Event), 0, 0, 0);
}

VOID ExAcquireFastMutex(PFAST_MUTEX mutex)
{
    KIRQL old;

    ke_require_irql_of(APC_LEVEL, &mutex->Event);
    KeRaiseIrql(APC_LEVEL, &old);
    ExAcquireFastMutexUnsafe(mutex);
    mutex->OldIrql = old;
}

BOOLEAN ExTryToAcquireFastMutex(PFAST_MUTEX mutex)
{
    ke_require_irql(APC_LEVEL, 0);
    KIRQL old;

    if (UNLIKELY(ke->orders != NULL))
        ki_before_waited(&mutex->Count, KE_WRITES, is_free);
    if (mutex->Count != 1)
        return FALSE;
    KeRaiseIrql(APC_LEVEL, &old);
    mutex->Count = 0;
    mutex->Owner = ke_current_thread();
    mutex->OldIrql = old;
    ke_record(REC_LOCK, ke_address_of(&mutex->Event), 0, 0, 0);
    return TRUE;
}

/* A free build does not look who owns the mutex: a release too many makes Count 2 (facts/ddi.md
 * 2.5), and the next thread that comes waits, though nobody has the mutex. */
static void give(PFAST_MUTEX mutex)
{
    ke_record(REC_UNLOCK, ke_address_of(&mutex->Event), 0, 0, 0);
    mutex->Owner = NULL;
    leave(&mutex->Count, &mutex->Event);
}

VOID ExReleaseFastMutexUnsafe(PFAST_MUTEX mutex)
{
    ke_require_irql_of(APC_LEVEL, &mutex->Event);
    give(mutex);
}

VOID ExReleaseFastMutex(PFAST_MUTEX mutex)
{
    KIRQL old = (KIRQL)mutex->OldIrql;

    give(mutex);
    KeLowerIrql(old);
}

/* A gate is waited for as a synchronization event is. */
static PKEVENT gate_event(PKGUARDED_MUTEX mutex) { return (PKEVENT)(void *)&mutex->Gate; }

VOID KeInitializeGuardedMutex(PKGUARDED_MUTEX mutex)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    mutex->Count = 1;
    mutex->Owner = NULL;
    mutex->Contention = 0;
    KeInitializeEvent(gate_event(mutex), SynchronizationEvent, FALSE);
}

VOID KeAcquireGuardedMutex(PKGUARDED_MUTEX mutex)
{
    ke_require_irql_of(APC_LEVEL, &mutex->Gate);
    KeEnterGuardedRegion();
    take(&mutex->Count, &mutex->Contention, gate_event(mutex));
    mutex->Owner = ke_current_thread();
    ke_record(REC_LOCK, ke_address_of(&mutex->Gate), 0, 0, 0);
}

VOID KeReleaseGuardedMutex(PKGUARDED_MUTEX mutex)
{
    ke_require_irql_of(APC_LEVEL, &mutex->Gate);
    ke_record(REC_UNLOCK, ke_address_of(&mutex->Gate), 0, 0, 0);
    mutex->Owner = NULL;
    leave(&mutex->Count, gate_event(mutex));
    KeLeaveGuardedRegion();
}

VOID KeStallExecutionProcessor(ULONG microseconds) { ke_spend(US((sim_time)microseconds)); }
