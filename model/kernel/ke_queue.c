/* ke_queue.c - kernel queues, the base of worker threads and completion ports, and drivers' own
 * (facts/nt-kernel.md 5.1).
 *
 *   insert --> a waiter, the latest first, if a slot is free
 *          '-> else: entries --> the next thread that asks
 *
 * A thread that has taken an entry holds a slot of the queue until it comes back. While the thread
 * waits for something else, the wait code takes the slot from it (ki_queue_block) and another
 * waiter may start: so as many threads of the pool run as there are processors, and a thread that
 * blocks in a driver does not stop the pool. A thread whose wait ends has its slot again, even if
 * the limit is then exceeded for a while, as on NT.
 *
 * ThreadListHead has the threads that wait for an entry or hold a slot, who came last first. A
 * thread whose time is over without an entry is in no queue. A queue that was run down has no slot
 * at all, MaximumCount 0: who asks it is told so at once.
 *
 * In free order a thread stands before its removal until there is an entry and a slot. It keeps a
 * slot while it stands before another wait, and gives it up when nobody else can go on.
 */
#include "model/kernel/ke_cost.h"
#include "model/kernel/ke_orders.h"

/* What a thread that waits for an entry has on its stack. */
struct ki_queue_wait {
    KEVENT wake;
    PLIST_ENTRY entry; /* The entry handed over; NULL: none yet. */
    bool over;         /* The queue was run down. */
    bool stood;        /* In free order: has stood before this wait already. */
};

void ki_queue_init(PKQUEUE queue, ULONG count)
{
    queue->Header.Type = KE_QUEUE;
    queue->Header.Size = sizeof *queue / sizeof(LONG);
    queue->Header.SignalState = 0;
    InitializeListHead(&queue->Header.WaitListHead);
    InitializeListHead(&queue->EntryListHead);
    InitializeListHead(&queue->ThreadListHead);
    queue->CurrentCount = 0;
    queue->MaximumCount = count != 0 ? count : ke->cpu_count;
}

static struct ke_thread *thread_at(PLIST_ENTRY link)
{
    return CONTAINING_RECORD(link, struct ke_thread, queue_link);
}

static bool is_ready(const KQUEUE *queue)
{
    return queue->CurrentCount < queue->MaximumCount && queue->Header.SignalState > 0;
}

static PLIST_ENTRY entry_take(PKQUEUE queue)
{
    queue->Header.SignalState--;
    return RemoveHeadList(&queue->EntryListHead);
}

/* The latest waiter that has been handed nothing yet; NULL: there is none. */
static struct ki_queue_wait *latest_waiter(PKQUEUE queue)
{
    PLIST_ENTRY head = &queue->ThreadListHead;

    for (PLIST_ENTRY at = head->Flink; at != head; at = at->Flink) {
        struct ki_queue_wait *wait = thread_at(at)->queue_wait;

        if (wait != NULL && wait->entry == NULL)
            return wait;
    }
    return NULL;
}

static void wake(struct ki_queue_wait *wait)
{
    wait->wake.Header.SignalState = 1;
    ke_signal(&wait->wake.Header, 0);
}

/* Gives entries to waiters while there are a free slot, an entry and a waiter. Contains no point,
 * because it also runs in the middle of a wait. */
static void hand_over(PKQUEUE queue)
{
    struct ki_queue_wait *wait;

    while (is_ready(queue) && (wait = latest_waiter(queue)) != NULL) {
        wait->entry = entry_take(queue);
        queue->CurrentCount++;
        wake(wait);
    }
}

static void leave_dispatcher(void)
{
    if (fiber_current(ke->sim->fibers) != NULL)
        ke_exit_dispatcher();
}

LONG ki_queue_insert(PKQUEUE queue, PLIST_ENTRY entry, bool first)
{
    LONG before = queue->Header.SignalState++;

    if (first)
        InsertHeadList(&queue->EntryListHead, entry);
    else
        InsertTailList(&queue->EntryListHead, entry);
    hand_over(queue);
    leave_dispatcher();
    return before;
}

bool ki_queue_holds(const KQUEUE *queue, const LIST_ENTRY *entry)
{
    for (const LIST_ENTRY *at = queue->EntryListHead.Flink; at != &queue->EntryListHead;
         at = at->Flink)
        if (at == entry)
            return true;
    for (PLIST_ENTRY at = queue->ThreadListHead.Flink; at != &queue->ThreadListHead;
         at = at->Flink) {
        const struct ki_queue_wait *wait = thread_at(at)->queue_wait;

        if (wait != NULL && wait->entry == entry)
            return true;
    }
    return false;
}

static void forget(struct ke_thread *thread)
{
    RemoveEntryList(&thread->queue_link);
    thread->queue = NULL;
}

bool ki_queue_slot(const struct ke_thread *thread, const KQUEUE *queue)
{
    return thread->queue == queue && thread->queue_wait == NULL;
}

void ki_queue_leave(struct ke_thread *thread)
{
    PKQUEUE queue = thread->queue;
    struct ki_queue_wait *wait = thread->queue_wait;

    if (queue == NULL)
        return;
    forget(thread);
    thread->queue_wait = NULL;
    if (wait != NULL && wait->entry == NULL)
        return;         /* A waiter without an entry holds no slot. */
    if (wait != NULL) { /* An entry that it has not seen is there for others. */
        InsertHeadList(&queue->EntryListHead, wait->entry);
        queue->Header.SignalState++;
    }
    queue->CurrentCount--;
    hand_over(queue);
}

PLIST_ENTRY ki_queue_rundown(PKQUEUE queue)
{
    PLIST_ENTRY threads = &queue->ThreadListHead, first = NULL;

    if (!IsListEmpty(&queue->EntryListHead)) {
        first = queue->EntryListHead.Flink;
        RemoveEntryList(&queue->EntryListHead); /* The others stay linked with each other. */
        InitializeListHead(&queue->EntryListHead);
    }
    queue->Header.SignalState = 0;
    queue->CurrentCount = queue->MaximumCount = 0;
    while (!IsListEmpty(threads)) {
        struct ke_thread *thread = thread_at(threads->Flink);
        struct ki_queue_wait *wait = thread->queue_wait;

        forget(thread);
        if (wait != NULL && wait->entry == NULL) {
            wait->over = true;
            wake(wait);
        }
    }
    leave_dispatcher();
    return first;
}

/* Waits for an entry; NULL: none came, and *status has the reason. */
static PLIST_ENTRY wait_for_entry(KPROCESSOR_MODE mode, PLARGE_INTEGER timeout, bool stood,
                                  NTSTATUS *status)
{
    struct ke_thread *thread = ke_current_thread();
    struct ki_queue_wait wait = { .stood = stood };

    KeInitializeEvent(&wait.wake, SynchronizationEvent, FALSE);
    thread->queue_wait = &wait;
    *status = KeWaitForSingleObject(&wait.wake, WrQueue, mode, FALSE, timeout);
    thread->queue_wait = NULL;
    if (wait.over)
        *status = STATUS_ABANDONED;
    else if (wait.entry != NULL) /* An entry counts even if the timeout expired since. */
        *status = STATUS_SUCCESS;
    else
        forget(thread);
    return wait.entry;
}

static PLIST_ENTRY remove_entry(PKQUEUE queue, KPROCESSOR_MODE mode, PLARGE_INTEGER timeout,
                                bool stood, NTSTATUS *status)
{
    struct ke_thread *thread = ke_current_thread();

    ki_queue_leave(thread); /* Another one that waits goes on before it. */
    *status = STATUS_ABANDONED;
    if (queue->MaximumCount == 0)
        return NULL;
    thread->queue = queue;
    InsertHeadList(&queue->ThreadListHead, &thread->queue_link);
    if (!is_ready(queue))
        return wait_for_entry(mode, timeout, stood, status);
    *status = STATUS_SUCCESS;
    queue->CurrentCount++;
    return entry_take(queue);
}

PLIST_ENTRY ki_queue_remove(PKQUEUE queue, KPROCESSOR_MODE mode, PLARGE_INTEGER timeout,
                            NTSTATUS *status)
{
    return remove_entry(queue, mode, timeout, false, status);
}

/* ---- Waits of its threads -------------------------------------------------------------------- */

static bool can_remove(const void *object, const struct ke_thread *thread)
{
    const KQUEUE *queue = object;
    ULONG own = ki_queue_slot(thread, queue); /* Given back before it is asked for. */

    return queue->MaximumCount == 0 ||
           (queue->CurrentCount - own < queue->MaximumCount && queue->Header.SignalState > 0);
}

/* A slot of a guest's queue is given up or taken again: a part of the step that is under way. */
static void touch(const KQUEUE *queue)
{
    struct ke_step step = {
        .count = 1, .object = { queue }, .effect = KE_WRITES, .open = can_remove
    };

    if (UNLIKELY(ke->orders != NULL) && ki_is_of_guest(queue))
        ki_touches(&step);
}

void ki_queue_block(struct ke_thread *thread)
{
    if (thread->queue == NULL || thread->queue_wait != NULL)
        return;
    touch(thread->queue);
    thread->queue->CurrentCount--;
    hand_over(thread->queue);
}

void ki_queue_unblock(struct ke_thread *thread)
{
    if (thread->queue == NULL || thread->queue_wait != NULL)
        return;
    touch(thread->queue);
    thread->queue->CurrentCount++;
}

bool ki_queue_has_stood(const struct ke_thread *thread, const void *object)
{
    const struct ki_queue_wait *wait = thread->queue_wait;

    return wait != NULL && wait->stood && object == &wait->wake;
}

/* ---- The door -------------------------------------------------------------------------------- */

VOID KeInitializeQueue(PRKQUEUE queue, ULONG count)
{
    ke_header_init(&queue->Header, KE_QUEUE, 0);
    ki_queue_init(queue, count);
}

static void before(PRKQUEUE queue)
{
    ke_require_irql_of(DISPATCH_LEVEL, queue);
    if (UNLIKELY(ke->orders != NULL))
        ki_before_waited(queue, KE_WRITES, can_remove);
    ke_cost(COST_SIGNAL);
}

LONG KeInsertQueue(PRKQUEUE queue, PLIST_ENTRY entry)
{
    before(queue);
    return ki_queue_insert(queue, entry, false);
}

LONG KeInsertHeadQueue(PRKQUEUE queue, PLIST_ENTRY entry)
{
    before(queue);
    return ki_queue_insert(queue, entry, true);
}

LONG KeReadStateQueue(PRKQUEUE queue)
{
    ke_require_irql_of(DISPATCH_LEVEL, queue);
    if (UNLIKELY(ke->orders != NULL))
        ki_before_waited(queue, KE_READS, can_remove);
    return queue->Header.SignalState;
}

PLIST_ENTRY KeRundownQueue(PRKQUEUE queue)
{
    before(queue);
    return ki_queue_rundown(queue);
}

PLIST_ENTRY KeRemoveQueue(PRKQUEUE queue, KPROCESSOR_MODE mode, PLARGE_INTEGER timeout)
{
    struct ke_step step = { .count = 1,
                            .object = { queue },
                            .effect = KE_WRITES,
                            .open = can_remove,
                            .timed = timeout != NULL };
    NTSTATUS status;

    ki_check_wait_level(timeout);
    if (UNLIKELY(ke->orders != NULL))
        ki_before(&step);
    ke_cost(COST_WAIT);
    PLIST_ENTRY entry = remove_entry(queue, mode, timeout, ke->orders != NULL, &status);

    return entry != NULL ? entry : (PLIST_ENTRY)(LONG_PTR)status;
}
