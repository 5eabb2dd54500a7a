/* ex_queue.c - kernel queues, the base of worker threads and completion ports (facts/nt-kernel.md
 * 5.1).
 *
 *   insert --> a waiter, the latest first, if a slot is free
 *          '-> else: entries --> the next thread that asks
 *
 * A thread that has taken an entry holds a slot of the queue until it comes back. While the thread
 * waits for something else, the wait code takes the slot from it (ex_queue_block) and another
 * waiter may start: so as many threads of the pool run as there are processors, and a thread that
 * blocks in a driver does not stop the pool. A thread whose wait ends has its slot again, even if
 * the limit is then exceeded for a while, as on NT.
 */
#include "model/kernel/ex.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ps.h"

struct ex_waiter { /* A waiting thread; lies on its stack. */
    struct link link;
    KEVENT wake;
    LIST_ENTRY *entry; /* The entry handed over; NULL: none yet. */
};

void ex_queue_init(struct ex_queue *queue, int32_t limit)
{
    *queue = (struct ex_queue){ .limit = limit };
    InitializeListHead(&queue->entries);
    list_init(&queue->waiters);
    list_init(&queue->served);
}

static LIST_ENTRY *entry_take(struct ex_queue *queue)
{
    queue->depth--;
    queue->taken++;
    return RemoveHeadList(&queue->entries);
}

/* Gives entries to waiters while there are a free slot, an entry and a waiter. Contains no point,
 * because it also runs in the middle of a wait. */
static void hand_over(struct ex_queue *queue)
{
    while (queue->active < queue->limit && !IsListEmpty(&queue->entries) &&
           !list_empty(&queue->waiters)) {
        struct ex_waiter *waiter = LIST_ITEM(list_take(&queue->waiters), struct ex_waiter, link);

        waiter->entry = entry_take(queue);
        list_add_tail(&queue->served, &waiter->link);
        queue->active++;
        waiter->wake.Header.SignalState = 1;
        ke_signal(&waiter->wake.Header, 0);
    }
}

void ex_queue_insert(struct ex_queue *queue, LIST_ENTRY *entry)
{
    InsertTailList(&queue->entries, entry);
    queue->depth++;
    hand_over(queue);
    if (fiber_current(ke->sim->fibers) != NULL)
        ke_exit_dispatcher();
}

bool ex_queue_holds(const struct ex_queue *queue, const LIST_ENTRY *entry)
{
    for (const LIST_ENTRY *at = queue->entries.Flink; at != &queue->entries; at = at->Flink)
        if (at == entry)
            return true;
    LIST_EACH(pos, &queue->served)
        if (LIST_ITEM(pos, struct ex_waiter, link)->entry == entry)
            return true;
    return false;
}

void ex_queue_leave(struct ke_thread *thread)
{
    struct ex_queue *queue = thread->queue;

    if (queue == NULL)
        return;
    thread->queue = NULL;
    queue->active--;
    hand_over(queue);
}

void ex_queue_rundown(struct ex_queue *queue)
{
    LIST_EACH(process, &ke->processes)
        LIST_EACH(pos, &LIST_ITEM(process, struct ke_process, process_link)->threads)
            if (LIST_ITEM(pos, struct ke_thread, process_link)->queue == queue)
                LIST_ITEM(pos, struct ke_thread, process_link)->queue = NULL;
}

LIST_ENTRY *ex_queue_remove(struct ex_queue *queue, KPROCESSOR_MODE mode, LARGE_INTEGER *timeout,
                            NTSTATUS *status)
{
    struct ke_thread *thread = ke_current_thread();
    struct ex_waiter self = { .entry = NULL };

    *status = STATUS_SUCCESS;
    ex_queue_leave(thread);
    if (queue->active < queue->limit && !IsListEmpty(&queue->entries)) {
        queue->active++;
        thread->queue = queue;
        return entry_take(queue);
    }
    KeInitializeEvent(&self.wake, SynchronizationEvent, FALSE);
    list_add_head(&queue->waiters, &self.link);
    *status = KeWaitForSingleObject(&self.wake, WrQueue, mode, FALSE, timeout);
    list_del(&self.link);
    if (self.entry != NULL) { /* The entry counts even if the timeout expired a moment later. */
        *status = STATUS_SUCCESS;
        thread->queue = queue;
    }
    return self.entry;
}

void ex_queue_block(struct ke_thread *thread)
{
    if (thread->queue == NULL)
        return;
    thread->queue->active--;
    hand_over(thread->queue);
}

void ex_queue_unblock(struct ke_thread *thread)
{
    if (thread->queue != NULL)
        thread->queue->active++;
}
