/* ke_wait.c - waits of threads for dispatcher objects (facts/nt-kernel.md 4.5).
 *
 * Order of the tests in a wait: a deliverable kernel APC runs first; then a signaled object is
 * consumed; then alerts and user APCs; then a timeout that is over; only then the thread queues its
 * wait blocks and leaves the processor. A wake with STATUS_KERNEL_APC re-enters the wait with the
 * time that is left, and the caller never sees it.
 */
#include "model/kernel/ke.h"
#include "model/kernel/ex.h"
#include "model/kernel/ke_choose.h"
#include "model/kernel/ke_cost.h"
#include "model/kernel/ke_exception.h"
#include "model/kernel/ke_orders.h"
#include "model/kernel/ke_record.h"
#include "model/words/boot_time.h"

void ke_header_init(DISPATCHER_HEADER *header, enum ke_object_type type, LONG state)
{
    /* Sizes of the objects in LONGs; the others' structures are the kernel's own. */
    static const UCHAR sizes[] = {
        [KE_EVENT_NOTIFICATION] = sizeof(KEVENT) / sizeof(LONG),
        [KE_EVENT_SYNCHRONIZATION] = sizeof(KEVENT) / sizeof(LONG),
        [KE_MUTANT] = sizeof(KMUTANT) / sizeof(LONG),
        [KE_QUEUE] = sizeof(KQUEUE) / sizeof(LONG),
        [KE_SEMAPHORE] = sizeof(KSEMAPHORE) / sizeof(LONG),
        [KE_TIMER_NOTIFICATION] = sizeof(KTIMER) / sizeof(LONG),
        [KE_TIMER_SYNCHRONIZATION] = sizeof(KTIMER) / sizeof(LONG),
    };

    header->Type = (UCHAR)type;
    header->Absolute = header->Inserted = 0;
    header->Size = sizes[type];
    header->SignalState = state;
    ke_address_give(header, REGION_EMBEDDED, 16);
    InitializeListHead(&header->WaitListHead);
}

/* ---- Signaled objects, and the effect of a satisfied wait ------------------------------------ */

static bool signaled(const DISPATCHER_HEADER *header, const struct ke_thread *thread)
{
    if (header->Type == KE_MUTANT)
        return header->SignalState > 0 ||
               CONTAINING_RECORD(header, const KMUTANT, Header)->OwnerThread == thread;
    return header->SignalState > 0;
}

/* Consumes a signaled object. Returns the value to add to the wait status: STATUS_ABANDONED for a
 * mutant whose owner has ended. */
static NTSTATUS consume(DISPATCHER_HEADER *header, struct ke_thread *thread)
{
    switch (header->Type) {
    case KE_EVENT_SYNCHRONIZATION:
    case KE_TIMER_SYNCHRONIZATION:
        header->SignalState = 0;
        return STATUS_SUCCESS;
    case KE_SEMAPHORE:
        header->SignalState--;
        return STATUS_SUCCESS;
    case KE_MUTANT: {
        PKMUTANT mutant = CONTAINING_RECORD(header, KMUTANT, Header);

        if (--header->SignalState == 0) {
            thread->kernel_apc_disable = (int16_t)(thread->kernel_apc_disable - mutant->ApcDisable);
            mutant->OwnerThread = thread;
            InsertHeadList(&thread->mutants, &mutant->MutantListEntry);
            if (mutant->Abandoned) {
                mutant->Abandoned = FALSE;
                return STATUS_ABANDONED_WAIT_0;
            }
        }
        return STATUS_SUCCESS;
    }
    default:
        return STATUS_SUCCESS;
    }
}

/* True if the whole wait is satisfied now: consumes its objects and sets the status. */
static bool satisfied(struct ke_thread *thread, ULONG count, PVOID objects[], WAIT_TYPE type,
                      NTSTATUS *status)
{
    if (type == WaitAny || count == 1) {
        for (ULONG i = 0; i < count; i++) {
            if (!signaled(objects[i], thread))
                continue;
            *status = (NTSTATUS)i + consume(objects[i], thread);
            return true;
        }
        return false;
    }
    for (ULONG i = 0; i < count; i++)
        if (!signaled(objects[i], thread))
            return false;
    *status = STATUS_WAIT_0;
    for (ULONG i = 0; i < count; i++)
        if (consume(objects[i], thread) != STATUS_SUCCESS)
            *status = STATUS_ABANDONED_WAIT_0;
    return true;
}

/* ---- Waking ---------------------------------------------------------------------------------- */

static void unlink_blocks(struct ke_thread *thread)
{
    for (uint32_t i = 0; i < thread->wait_count; i++)
        RemoveEntryList(&thread->wait_blocks[i].WaitListEntry);
    thread->wait_count = 0;
    if (thread->timer.Header.Inserted)
        KeCancelTimer(&thread->timer);
    if (thread->timer_block.Thread != NULL) {
        RemoveEntryList(&thread->timer_block.WaitListEntry);
        thread->timer_block.Thread = NULL;
    }
}

void ke_unwait(struct ke_thread *thread, NTSTATUS status, KPRIORITY increment)
{
    unlink_blocks(thread);
    thread->wait_status = status;
    ke_ready_thread(thread, increment);
}

/* Picks the waiter that gets a signal: the oldest that it can satisfy, unless the oracle picks a
 * later one. */
static PKWAIT_BLOCK choose_waiter(DISPATCHER_HEADER *header)
{
    LIST_ENTRY *pos = header->WaitListHead.Flink;

    if (UNLIKELY(ke->sim->choices.strategy != CHOICE_CALM)) {
        uint32_t count = 0;

        for (LIST_ENTRY *each = pos; each != &header->WaitListHead; each = each->Flink)
            choice_offer(&ke->sim->choices, count++,
                         CONTAINING_RECORD(each, KWAIT_BLOCK, WaitListEntry)->Thread->id, NULL);
        for (uint32_t pick = ke_choose(CHOICE_WAITER, count, header); pick > 0; pick--)
            pos = pos->Flink;
    }
    return CONTAINING_RECORD(pos, KWAIT_BLOCK, WaitListEntry);
}

/* Wakes the thread of a wait block if this signal completes its wait. A thread whose WaitAll is
 * incomplete stays waiting. */
static bool wake_block(PKWAIT_BLOCK block, KPRIORITY increment)
{
    struct ke_thread *thread = block->Thread;
    PVOID objects[MAXIMUM_WAIT_OBJECTS];
    NTSTATUS status;

    if (block == &thread->timer_block) {
        ke_unwait(thread, STATUS_TIMEOUT, increment);
        return true;
    }
    if (block->WaitType == WaitAny) {
        status = (NTSTATUS)block->WaitKey + consume(block->Object, thread);
        ke_unwait(thread, status, increment);
        return true;
    }
    for (uint32_t i = 0; i < thread->wait_count; i++)
        objects[i] = thread->wait_blocks[i].Object;
    if (!satisfied(thread, thread->wait_count, objects, WaitAll, &status))
        return false;
    ke_unwait(thread, status, increment);
    return true;
}

void ke_signal(DISPATCHER_HEADER *header, KPRIORITY increment)
{
    LIST_ENTRY *head = &header->WaitListHead;

    ke_record(REC_SIGNAL, ke_address_of(header), (uint32_t)header->SignalState, 0, 0);
    while (!IsListEmpty(head) && header->SignalState > 0 &&
           wake_block(choose_waiter(header), increment))
        continue;
    /* Waiters behind an incomplete WaitAll can be satisfied, too. A thread that is woken removes
     * all its blocks from the list, so the walk begins anew. */
    for (LIST_ENTRY *pos = head->Flink; pos != head && header->SignalState > 0;)
        pos = wake_block(CONTAINING_RECORD(pos, KWAIT_BLOCK, WaitListEntry), increment)
                  ? head->Flink
                  : pos->Flink;
}

/* ---- Waiting --------------------------------------------------------------------------------- */

static void queue_blocks(struct ke_thread *thread, ULONG count, PVOID objects[], WAIT_TYPE type,
                         PKWAIT_BLOCK blocks)
{
    thread->wait_blocks = blocks;
    thread->wait_count = count;
    for (ULONG i = 0; i < count; i++) {
        DISPATCHER_HEADER *header = objects[i];

        blocks[i].Thread = thread;
        blocks[i].Object = header;
        blocks[i].WaitKey = (USHORT)i;
        blocks[i].WaitType = (UCHAR)(count == 1 ? WaitAny : type);
        InsertTailList(&header->WaitListHead, &blocks[i].WaitListEntry);
    }
}

static void queue_timeout(struct ke_thread *thread, sim_time deadline)
{
    LARGE_INTEGER due = { .QuadPart = -(LONGLONG)((deadline - ke->sim->now + 99) / 100) };

    KeSetTimer(&thread->timer, due, NULL);
    thread->timer_block.Thread = thread;
    thread->timer_block.Object = &thread->timer;
    thread->timer_block.WaitType = WaitAny;
    InsertTailList(&thread->timer.Header.WaitListHead, &thread->timer_block.WaitListEntry);
}

static sim_time deadline_of(const LARGE_INTEGER *timeout)
{
    if (timeout == NULL || timeout->QuadPart < -(LONGLONG)(INT64_MAX / 100))
        return SIM_NEVER; /* Longer than the clock can count, as for Sleep(INFINITE). */
    if (timeout->QuadPart <= 0)
        return ke->sim->now + (sim_time)(-timeout->QuadPart) * 100;
    return timeout->QuadPart > KI_BOOT_TIME ? (sim_time)(timeout->QuadPart - KI_BOOT_TIME) * 100
                                            : 0;
}

void ki_keep_dispatcher(struct ke_thread *thread)
{
    thread->wait_next = true;
    KeRaiseIrql(DISPATCH_LEVEL, &thread->wait_next_irql);
}

/* Begins a wait. One that follows a signal in the same step begins at the signal's level, without a
 * point; true: it does. */
static bool follows_signal(struct ke_thread *thread)
{
    bool follows = thread->wait_next;

    if (follows) {
        thread->wait_next = false;
        ke_set_irql(thread->wait_next_irql);
    }
    return follows;
}

/* In a DPC the switch code stops, with 0xB8 (3.2). */
void ki_check_wait_level(const LARGE_INTEGER *timeout)
{
    if (ke_current_thread()->wait_next && !ke_dpc_active())
        return;
    if (ke->cpu->irql < DISPATCH_LEVEL || (timeout != NULL && timeout->QuadPart == 0))
        return;
    if (ke_dpc_active())
        ke_switch_away();
    ke_stop(IRQL_NOT_LESS_OR_EQUAL, 0, ke->cpu->irql, 0, 0);
}

static bool alerted(struct ke_thread *thread, KPROCESSOR_MODE mode, BOOLEAN alertable,
                    NTSTATUS *status)
{
    if (alertable && thread->alerted) {
        thread->alerted = false;
        *status = STATUS_ALERTED;
        return true;
    }
    if (mode == UserMode &&
        (thread->apc_state.UserApcPending ||
         (alertable && !IsListEmpty(&thread->apc_state.ApcListHead[UserMode])))) {
        thread->apc_state.UserApcPending = TRUE;
        *status = STATUS_USER_APC;
        return true;
    }
    return false;
}

struct wait {
    ULONG count;
    PVOID *objects;
    WAIT_TYPE type;
    KWAIT_REASON reason;
    KPROCESSOR_MODE mode;
    BOOLEAN alertable;
    sim_time deadline;
    PKWAIT_BLOCK blocks;
};

/* Raises an exception for a mutant that its owner has acquired too often to count. */
static void check_mutants(const struct ke_thread *thread, const struct wait *wait)
{
    for (ULONG i = 0; i < wait->count; i++) {
        const DISPATCHER_HEADER *header = wait->objects[i];

        if (header->Type == KE_MUTANT && header->SignalState == MINLONG &&
            CONTAINING_RECORD(header, const KMUTANT, Header)->OwnerThread == thread)
            ke_raise_status(STATUS_MUTANT_LIMIT_EXCEEDED);
    }
}

/* Leaves the processor until something ends the wait; the status may be STATUS_KERNEL_APC. */
static NTSTATUS block_thread(struct ke_thread *thread, const struct wait *wait)
{
    uint32_t first = wait->count > 0 ? ke_address_of(wait->objects[0]) : 0;

    thread->wait_irql = ke->cpu->irql;
    thread->wait_mode = wait->mode;
    thread->alertable = wait->alertable != 0;
    thread->wait_reason = wait->reason;
    thread->wait_type = wait->type;
    thread->state = KE_WAITING;
    queue_blocks(thread, wait->count, wait->objects, wait->type, wait->blocks);
    if (wait->deadline != SIM_NEVER)
        queue_timeout(thread, wait->deadline);
    ke_record(REC_WAIT, first, wait->count, (uint32_t)wait->reason, 0);
    ki_dpcs_follow(ke->cpu);
    ki_queue_block(thread);
    ke_switch_away();
    NTSTATUS status = thread->wait_status; /* Kept, because an APC that runs below may wait, too. */

    ki_queue_unblock(thread);
    ki_charge_wait(thread);
    if (status != STATUS_KERNEL_APC) {
        ke_record(REC_WAKE, first, (uint32_t)status, 0, 0);
        ki_check_apcs(); /* For APCs queued while the thread was ready: 2.5, on the switch in. */
    }
    return status;
}

static bool is_signaled(const void *object, const struct ke_thread *thread)
{
    return signaled(object, thread);
}

/* In free order a wait is one step: possible when it is satisfied, or when its time can be over.
 * One for more objects than a step can name is always possible, and then waits as NT's threads
 * do. */
static void stand_before(const struct ke_thread *thread, const struct wait *wait)
{
    if (wait->count > 0 && ki_queue_has_stood(thread, wait->objects[0]))
        return;
    bool many = wait->count > KE_STEP_OBJECTS;
    struct ke_step step = { .effect = KE_WRITES,
                            .open = wait->count > 0 && !many ? is_signaled : NULL,
                            .all = wait->type == WaitAll,
                            .timed = wait->deadline != SIM_NEVER };

    while (step.count < MIN_OF(wait->count, (ULONG)KE_STEP_OBJECTS)) {
        step.object[step.count] = wait->objects[step.count];
        step.count++;
    }
    ki_before(&step);
    step.count = 1;
    for (ULONG i = KE_STEP_OBJECTS; i < wait->count; i++) {
        step.object[0] = wait->objects[i];
        ki_touches(&step);
    }
    ki_check_apcs();
}

static NTSTATUS ki_wait(const struct wait *wait)
{
    struct ke_thread *thread = ke_current_thread();
    bool follows = follows_signal(thread);
    NTSTATUS status;

    if (!follows)
        ke_cost(COST_WAIT);
    check_mutants(thread, wait);
    for (;;) {
        if (!follows)
            ki_check_apcs();
        if (UNLIKELY(ke->orders != NULL) && !follows)
            stand_before(thread, wait);
        follows = false;
        if (wait->count > 0 && satisfied(thread, wait->count, wait->objects, wait->type, &status))
            return status;
        if (alerted(thread, wait->mode, wait->alertable, &status))
            return status;
        if (wait->deadline <= ke->sim->now ||
            (ke->orders != NULL && thread->order.guest && wait->deadline != SIM_NEVER))
            return STATUS_TIMEOUT;
        status = block_thread(thread, wait);
        if (status != STATUS_KERNEL_APC)
            return status;
    }
}

/* Runs what a signal in the same step has made ready, and DPCs that have waited for the level to
 * fall. */
static NTSTATUS end_wait(bool followed, NTSTATUS status)
{
    if (followed)
        ke_exit_dispatcher();
    return status;
}

NTSTATUS KeWaitForMultipleObjects(ULONG count, PVOID objects[], WAIT_TYPE type, KWAIT_REASON reason,
                                  KPROCESSOR_MODE mode, BOOLEAN alertable, PLARGE_INTEGER timeout,
                                  PKWAIT_BLOCK blocks)
{
    struct ke_thread *thread = ke_current_thread();

    if (count > (blocks != NULL ? MAXIMUM_WAIT_OBJECTS : THREAD_WAIT_OBJECTS))
        ke_stop(MAXIMUM_WAIT_OBJECTS_EXCEEDED, 0, 0, 0, 0);
    bool follows = thread->wait_next;

    ki_check_wait_level(timeout);
    return end_wait(follows, ki_wait(&(struct wait){ count, objects, type, reason, mode, alertable,
                                                     deadline_of(timeout),
                                                     blocks ? blocks : thread->own_blocks }));
}

NTSTATUS KeWaitForSingleObject(PVOID object, KWAIT_REASON reason, KPROCESSOR_MODE mode,
                               BOOLEAN alertable, PLARGE_INTEGER timeout)
{
    return KeWaitForMultipleObjects(1, &object, WaitAny, reason, mode, alertable, timeout, NULL);
}

NTSTATUS KeDelayExecutionThread(KPROCESSOR_MODE mode, BOOLEAN alertable, PLARGE_INTEGER interval)
{
    struct ke_thread *thread = ke_current_thread();
    bool follows = thread->wait_next;

    ki_check_wait_level(interval);
    NTSTATUS status =
        end_wait(follows, ki_wait(&(struct wait){ 0, NULL, WaitAny, DelayExecution, mode, alertable,
                                                  deadline_of(interval), thread->own_blocks }));

    return status == STATUS_TIMEOUT ? STATUS_SUCCESS : status;
}
