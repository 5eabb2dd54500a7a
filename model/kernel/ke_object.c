/* ke_object.c - signaling of events, semaphores and mutexes (facts/nt-kernel.md 4.5, table). */
#include "model/kernel/ke.h"
#include "model/kernel/ke_cost.h"
#include "model/kernel/ke_orders.h"

/* Every function that signals is callable up to DISPATCH_LEVEL (3.2); up to APC_LEVEL if it
 * announces a wait. */
static void check_level(const DISPATCHER_HEADER *header, BOOLEAN wait)
{
    ke_require_irql_of(wait ? APC_LEVEL : DISPATCH_LEVEL, header);
}

/* Ends a signal. With `wait` the caller keeps the dispatcher lock and runs at DISPATCH_LEVEL until
 * its next wait, which must follow at once: signal and wait are one step (facts/ddi.md 2.4). */
static void leave(BOOLEAN wait)
{
    if (wait)
        ki_keep_dispatcher(ke_current_thread());
    else
        ke_exit_dispatcher();
}

VOID KeInitializeEvent(PRKEVENT event, EVENT_TYPE type, BOOLEAN state)
{
    ke_header_init(&event->Header,
                   type == NotificationEvent ? KE_EVENT_NOTIFICATION : KE_EVENT_SYNCHRONIZATION,
                   state != 0);
}

/* Signals an event and returns its previous state. Both are one step: the cost, at which others may
 * run, is spent before. */
static LONG signal_event(PRKEVENT event, KPRIORITY increment, LONG state_after, BOOLEAN wait)
{
    check_level(&event->Header, wait);
    ke_before_object(event, KE_WRITES);
    ke_cost(COST_SIGNAL);
    LONG old = event->Header.SignalState;

    event->Header.SignalState = 1;
    ke_signal(&event->Header, increment);
    if (state_after == 0)
        event->Header.SignalState = 0;
    leave(wait);
    return old;
}

LONG KeSetEvent(PRKEVENT event, KPRIORITY increment, BOOLEAN wait)
{
    return signal_event(event, increment, 1, wait);
}

LONG KeResetEvent(PRKEVENT event)
{
    ke_require_irql_of(DISPATCH_LEVEL, event);
    ke_before_object(event, KE_WRITES);
    LONG old = event->Header.SignalState;

    event->Header.SignalState = 0;
    return old;
}

VOID KeClearEvent(PRKEVENT event)
{
    ke_require_irql_of(DISPATCH_LEVEL, event);
    ke_before_object(event, KE_WRITES);
    event->Header.SignalState = 0;
}

LONG KeReadStateEvent(PRKEVENT event)
{
    ke_require_irql_of(DISPATCH_LEVEL, event);
    ke_before_object(event, KE_READS);
    return event->Header.SignalState;
}

LONG KePulseEvent(PRKEVENT event, KPRIORITY increment, BOOLEAN wait)
{
    return signal_event(event, increment, 0, wait);
}

VOID KeInitializeSemaphore(PRKSEMAPHORE semaphore, LONG count, LONG limit)
{
    ke_header_init(&semaphore->Header, KE_SEMAPHORE, count);
    semaphore->Limit = limit;
}

static NTSTATUS release_semaphore(PRKSEMAPHORE semaphore, KPRIORITY increment, LONG adjustment,
                                  LONG *previous, BOOLEAN wait)
{
    check_level(&semaphore->Header, wait);
    ke_before_object(semaphore, KE_WRITES);
    /* Spent before the state is read, because others may release meanwhile. */
    ke_cost(COST_SIGNAL);
    *previous = semaphore->Header.SignalState;
    if (adjustment <= 0 || *previous > semaphore->Limit - adjustment)
        return STATUS_SEMAPHORE_LIMIT_EXCEEDED;
    semaphore->Header.SignalState += adjustment;
    ke_signal(&semaphore->Header, increment);
    leave(wait);
    return STATUS_SUCCESS;
}

NTSTATUS ke_release_semaphore(PRKSEMAPHORE semaphore, KPRIORITY increment, LONG adjustment,
                              LONG *previous)
{
    return release_semaphore(semaphore, increment, adjustment, previous, FALSE);
}

LONG KeReleaseSemaphore(PRKSEMAPHORE semaphore, KPRIORITY increment, LONG adjustment, BOOLEAN wait)
{
    LONG old;

    if (!NT_SUCCESS(release_semaphore(semaphore, increment, adjustment, &old, wait)))
        ke_kernel_exception(STATUS_SEMAPHORE_LIMIT_EXCEEDED, ke_address_of(semaphore), false);
    return old;
}

VOID KeInitializeMutex(PRKMUTEX mutex, ULONG level)
{
    (void)level;
    ke_header_init(&mutex->Header, KE_MUTANT, 1);
    mutex->OwnerThread = NULL;
    mutex->Abandoned = FALSE;
    mutex->ApcDisable = 1;
}

/* Frees a mutant at its last release. An abandoned mutant is free too, with a mark that the next
 * owner gets. */
static void free_mutant(PKMUTANT mutant, KPRIORITY increment)
{
    struct ke_thread *owner = mutant->OwnerThread;

    mutant->OwnerThread = NULL;
    RemoveEntryList(&mutant->MutantListEntry);
    owner->kernel_apc_disable = (int16_t)(owner->kernel_apc_disable + mutant->ApcDisable);
    mutant->Header.SignalState = 1;
    ke_signal(&mutant->Header, increment);
}

LONG KeReleaseMutex(PRKMUTEX mutex, BOOLEAN wait)
{
    check_level(&mutex->Header, wait);
    ke_before_object(mutex, KE_WRITES);
    ke_cost(COST_SIGNAL);
    LONG old = mutex->Header.SignalState;

    if (mutex->OwnerThread != ke_current_thread())
        ke_kernel_exception(STATUS_MUTANT_NOT_OWNED, ke_address_of(mutex), false);
    if (old + 1 < 1) {
        mutex->Header.SignalState++;
    } else {
        free_mutant(mutex, 1);
        if (ke_current_thread()->kernel_apc_disable == 0 &&
            ke_current_thread()->special_apc_disable == 0)
            ki_leave_region(ke_current_thread()); /* Owning a KMUTEX was a critical region (2.2). */
    }
    leave(wait);
    return old;
}

void ke_abandon_mutants(struct ke_thread *thread)
{
    while (!IsListEmpty(&thread->mutants)) {
        PKMUTANT mutant = CONTAINING_RECORD(thread->mutants.Flink, KMUTANT, MutantListEntry);

        mutant->Abandoned = TRUE;
        free_mutant(mutant, 1);
    }
}
