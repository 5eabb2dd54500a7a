/* ke_object.c - signaling of events, semaphores and mutexes (facts/nt-kernel.md 4.5, table). */
#include "model/kernel/ke.h"
#include "model/kernel/ke_cost.h"

/* Every function that signals is callable up to DISPATCH_LEVEL (3.2). */
static void check_level(const DISPATCHER_HEADER *header)
{
    if (ke->cpu->irql > DISPATCH_LEVEL)
        ke_stop(IRQL_NOT_LESS_OR_EQUAL, ke_address_of(header), ke->cpu->irql, 1, 0);
}

VOID KeInitializeEvent(PRKEVENT event, EVENT_TYPE type, BOOLEAN state)
{
    ke_header_init(&event->Header,
                   type == NotificationEvent ? KE_EVENT_NOTIFICATION : KE_EVENT_SYNCHRONIZATION,
                   state != 0);
}

/* Signals an event and returns its previous state. Both are one step: the cost, at which others may
 * run, is spent before. */
static LONG signal_event(PRKEVENT event, KPRIORITY increment, LONG state_after)
{
    check_level(&event->Header);
    ke_cost(COST_SIGNAL);
    LONG old = event->Header.SignalState;

    event->Header.SignalState = 1;
    ke_signal(&event->Header, increment);
    if (state_after == 0)
        event->Header.SignalState = 0;
    ke_exit_dispatcher();
    return old;
}

LONG KeSetEvent(PRKEVENT event, KPRIORITY increment, BOOLEAN wait)
{
    /* Wait announces a wait that follows at once, under the dispatcher lock; that is not
     * modelled. */
    (void)wait;
    return signal_event(event, increment, 1);
}

LONG KeResetEvent(PRKEVENT event)
{
    LONG old = event->Header.SignalState;

    event->Header.SignalState = 0;
    return old;
}

VOID KeClearEvent(PRKEVENT event) { event->Header.SignalState = 0; }

LONG KeReadStateEvent(PRKEVENT event) { return event->Header.SignalState; }

LONG KePulseEvent(PRKEVENT event, KPRIORITY increment, BOOLEAN wait)
{
    (void)wait;
    return signal_event(event, increment, 0);
}

VOID KeInitializeSemaphore(PRKSEMAPHORE semaphore, LONG count, LONG limit)
{
    ke_header_init(&semaphore->Header, KE_SEMAPHORE, count);
    semaphore->Limit = limit;
}

NTSTATUS ke_release_semaphore(PRKSEMAPHORE semaphore, KPRIORITY increment, LONG adjustment,
                              LONG *previous)
{
    check_level(&semaphore->Header);
    /* Spent before the state is read, because others may release meanwhile. */
    ke_cost(COST_SIGNAL);
    *previous = semaphore->Header.SignalState;
    if (adjustment <= 0 || *previous > semaphore->Limit - adjustment)
        return STATUS_SEMAPHORE_LIMIT_EXCEEDED;
    semaphore->Header.SignalState += adjustment;
    ke_signal(&semaphore->Header, increment);
    ke_exit_dispatcher();
    return STATUS_SUCCESS;
}

LONG KeReleaseSemaphore(PRKSEMAPHORE semaphore, KPRIORITY increment, LONG adjustment, BOOLEAN wait)
{
    LONG old;

    (void)wait;
    if (!NT_SUCCESS(ke_release_semaphore(semaphore, increment, adjustment, &old)))
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
    LONG old = mutex->Header.SignalState;

    (void)wait;
    check_level(&mutex->Header);
    ke_cost(COST_SIGNAL);
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
    ke_exit_dispatcher();
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
