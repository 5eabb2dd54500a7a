/* ex_worker.c - system worker threads: three queues of work items (facts/nt-kernel.md 5.1).
 *
 *   hypercritical, priority 15:  1 thread            the process reaper
 *   critical,      priority 13:  5 threads + up to 16 on demand, which die after ten idle minutes
 *   delayed,       priority 12:  7 threads           drivers, through IoQueueWorkItem
 *
 * A balance thread runs once a second: a queue that had items at its last pass and has taken none
 * since gets one more thread, because its threads probably all wait for each other. After each item
 * the worker checks the state that the routine left; the attachment is not part of the check, so
 * after a leaked one the next item runs in a foreign address space (11.1 H3).
 */
#include "model/kernel/ex.h"
#include "model/kernel/ke_choose.h"
#include "model/kernel/ke_cost.h"
#include "model/kernel/ke_points.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/ps.h"

static const struct worker_kind {
    const char *name;
    int8_t priority;
    uint8_t threads; /* Threads at boot; Windows' own numbers vary with memory [U]. */
} kinds[MaximumWorkQueue] = {
    [CriticalWorkQueue] = { "critical worker", 13, 5 },
    [DelayedWorkQueue] = { "delayed worker", 12, 7 },
    [HyperCriticalWorkQueue] = { "hypercritical worker", 15, 1 },
};
enum { DYNAMIC_MAX = 16, BALANCE_MS = 1000, IDLE_MINUTES = 10, LATE_MS = 15 };

struct io_workitem {
    WORK_QUEUE_ITEM item;
    PDEVICE_OBJECT device;
    PIO_WORKITEM_ROUTINE routine;
    PVOID context;
};

static LARGE_INTEGER relative_ms(uint32_t ms)
{
    return (LARGE_INTEGER){ .QuadPart = -(LONGLONG)ms * 10000 };
}

static VOID IopProcessWorkItem(PVOID parameter);

/* Simulated address of a work item. A driver's item has a pool block of its own, and with it an
 * address. */
static uint32_t item_address(const WORK_QUEUE_ITEM *item)
{
    return item->WorkerRoutine == IopProcessWorkItem ? ex_pool_address(item) : 0;
}

/* True if the item is in one of the three queues, or no worker has begun it yet. */
static bool is_queued(const WORK_QUEUE_ITEM *item)
{
    for (int type = 0; type < MaximumWorkQueue; type++)
        if (ki_queue_holds(&ke->ex->workers[type].queue, &item->List))
            return true;
    return false;
}

VOID ExQueueWorkItem(PWORK_QUEUE_ITEM item, WORK_QUEUE_TYPE type)
{
    ke_require_irql(DISPATCH_LEVEL, item_address(item));
    /* NT finds the broken list later, when a worker takes the item: here it stops at once. */
    if (is_queued(item))
        ke_stop(INVALID_WORK_QUEUE_ITEM, item_address(item), 0, 0, 0);
    ke_record(REC_WORK_QUEUE, item_address(item), (uint32_t)type, 0, 0);
    ki_queue_insert(&ke->ex->workers[type].queue, &item->List, false);
}

/* ---- The worker ------------------------------------------------------------------------------ */

static NT_FRAME void run_item(WORK_QUEUE_ITEM *item)
{
    struct ke_thread *thread = ke_current_thread();
    /* The item may be freed or queued again by its routine. */
    PWORKER_THREAD_ROUTINE routine = item->WorkerRoutine;
    PVOID parameter = item->Parameter;
    uint32_t address = item_address(item);

    ke_record(REC_WORK_RUN, address, 0, 0, 0);
    ke_cost(COST_WORK_ITEM);
    if (ke_choose(CHOICE_WORKER, 2, item) != 0) {
        LARGE_INTEGER late = relative_ms(LATE_MS);

        KeDelayExecutionThread(KernelMode, FALSE, &late);
    }
    ke_require_loaded((const void *)(uintptr_t)routine);
    routine(parameter);
    thread->special_apc_disable = 0; /* Repaired without a stop. */
    if (KeGetCurrentIrql() != PASSIVE_LEVEL)
        ke_stop(WORKER_THREAD_RETURNED_AT_BAD_IRQL, ex_code_address(), KeGetCurrentIrql(), 0,
                address);
}

static void ExpWorkerThread(void *context)
{
    struct ex_worker_queue *self = context;
    WORK_QUEUE_TYPE type = (WORK_QUEUE_TYPE)(self - ke->ex->workers);
    bool dynamic = self->threads > kinds[type].threads;
    LARGE_INTEGER idle = relative_ms(IDLE_MINUTES * 60 * 1000);
    NTSTATUS status;

    KeSetPriorityThread(ke_current_thread(), kinds[type].priority);
    for (;;) {
        PLIST_ENTRY entry =
            ki_queue_remove(&self->queue, KernelMode, dynamic ? &idle : NULL, &status);

        if (entry == NULL && dynamic)
            break;
        if (entry != NULL) {
            self->taken++;
            run_item(CONTAINING_RECORD(entry, WORK_QUEUE_ITEM, List));
        }
    }
    self->dynamic--;
    self->threads--;
}

bool ex_is_worker(const struct ke_thread *thread)
{
    for (uint32_t i = 0; i < MaximumWorkQueue; i++)
        if (ki_queue_slot(thread, &ke->ex->workers[i].queue))
            return true;
    return false;
}

static void thread_add(struct ex_worker_queue *self, const struct worker_kind *kind)
{
    self->threads++;
    if (!NT_SUCCESS(ps_create_thread(ke->system, ExpWorkerThread, self, true, kind->name, NULL)))
        self->threads--;
}

/* ---- Balance --------------------------------------------------------------------------------- */

static void balance(struct ex_worker_queue *self, const struct worker_kind *kind)
{
    LONG depth = self->queue.Header.SignalState;
    bool stuck = self->depth_before > 0 && depth > 0 && self->taken == self->taken_before;
    bool busy = self == &ke->ex->workers[CriticalWorkQueue] && depth > 0;

    if ((stuck || busy) && self->dynamic < DYNAMIC_MAX) {
        self->dynamic++;
        thread_add(self, kind);
    }
    self->depth_before = depth;
    self->taken_before = self->taken;
}

static void ExpWorkerThreadBalanceManager(void *context)
{
    LARGE_INTEGER second = relative_ms(BALANCE_MS);

    UNREFERENCED_PARAMETER(context);
    KeSetPriorityThread(ke_current_thread(), 7 + 9);
    for (;;) {
        KeDelayExecutionThread(KernelMode, FALSE, &second);
        for (uint32_t i = 0; i < MaximumWorkQueue; i++)
            balance(&ke->ex->workers[i], &kinds[i]);
    }
}

void ex_workers_start(void)
{
    for (uint32_t i = 0; i < MaximumWorkQueue; i++)
        ki_queue_init(&ke->ex->workers[i].queue, 0);
}

void ex_workers_run(void)
{
    for (uint32_t i = 0; i < MaximumWorkQueue; i++)
        for (uint32_t n = 0; n < kinds[i].threads; n++)
            thread_add(&ke->ex->workers[i], &kinds[i]);
    NTSTATUS status = ps_create_thread(ke->system, ExpWorkerThreadBalanceManager, NULL, true,
                                       "worker balance", NULL);

    CHECK(NT_SUCCESS(status));
}

/* ---- Work items of drivers ------------------------------------------------------------------- */

enum { NT_WORK_ITEM_BYTES = 0x1c };

PIO_WORKITEM IoAllocateWorkItem(PDEVICE_OBJECT device)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    struct io_workitem *work =
        ex_pool_try_as(NonPagedPool, sizeof *work, NT_WORK_ITEM_BYTES, EX_TAG('I', 'o', 'W', 'i'));

    if (work != NULL)
        *work = (struct io_workitem){ { .WorkerRoutine = IopProcessWorkItem, .Parameter = work },
                                      .device = device };
    return work;
}

VOID IoFreeWorkItem(PIO_WORKITEM work)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    ExFreePoolWithTag(work, EX_TAG('I', 'o', 'W', 'i'));
}

/* References the device object while the item is queued or runs, so that an unload cannot free the
 * code that it executes (5.1). */
VOID IoQueueWorkItem(PIO_WORKITEM work, PIO_WORKITEM_ROUTINE routine, WORK_QUEUE_TYPE type,
                     PVOID context)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    work->routine = routine;
    work->context = context;
    ObReferenceObject(work->device);
    ExQueueWorkItem(&work->item, type);
}

static NT_FRAME VOID IopProcessWorkItem(PVOID parameter)
{
    struct io_workitem *work = parameter;
    PDEVICE_OBJECT device = work->device; /* The routine may free the item. */

    ke_require_loaded((const void *)(uintptr_t)work->routine);
    work->routine(device, work->context);
    ObDereferenceObject(device);
}
