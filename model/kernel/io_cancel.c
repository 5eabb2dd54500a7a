/* io_cancel.c - cancellation of I/O: cancel routines, cancel-safe queues, and the I/O of a thread
 * that ends (facts/nt-kernel.md 5.4 step 6).
 *
 * One global cancel spin lock guards the hand-over. IoCancelIrp marks the IRP, takes its cancel
 * routine and, if there is one, calls it at DISPATCH_LEVEL with the lock held; the routine releases
 * it. The side that takes the routine (the canceller, or the driver by IoSetCancelRoutine(NULL))
 * completes the IRP; the other side leaves it alone.
 */
#include "model/kernel/io_inside.h"
#include "model/kernel/cm.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/ob.h"

/* DriverContext[3] of an IRP belongs to the queue, as documented. */
enum { CSQ_TYPE = 2, CSQ_CONTEXT_TYPE = 1, CSQ_SLOT = 3 };
enum { POLL_MS = 100, POLLS_MAX = 3000 }; /* Five minutes. */

VOID IoAcquireCancelSpinLock(PKIRQL irql)
{
    *irql = KeAcquireSpinLockRaiseToDpc(&ke->io->cancel_lock);
}

VOID IoReleaseCancelSpinLock(KIRQL irql) { KeReleaseSpinLock(&ke->io->cancel_lock, irql); }

PDRIVER_CANCEL IoSetCancelRoutine(PIRP irp, PDRIVER_CANCEL routine)
{
    PDRIVER_CANCEL before = irp->CancelRoutine;

    irp->CancelRoutine = routine;
    return before;
}

NT_FRAME BOOLEAN IoCancelIrp(PIRP irp)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    PDRIVER_CANCEL routine;
    KIRQL irql;

    IoAcquireCancelSpinLock(&irql);
    irp->Cancel = TRUE;
    routine = IoSetCancelRoutine(irp, NULL);
    ke_record(REC_IRP_CANCEL, io_irp_address(irp), routine != NULL, 0, 0);
    if (routine == NULL) {
        IoReleaseCancelSpinLock(irql);
        return FALSE;
    }
    irp->CancelIrql = irql;
    routine(irp->Tail.Overlay.CurrentStackLocation->DeviceObject, irp);
    return TRUE;
}

/* ---- A thread's I/O -------------------------------------------------------------------------- */

/* Cancels the IRPs on the thread's list, all or those of one file. At APC_LEVEL the list does not
 * change. */
static bool cancel_all(struct ke_thread *thread, const FILE_OBJECT *file)
{
    bool any = false;
    KIRQL old;

    KeRaiseIrql(APC_LEVEL, &old);
    for (LIST_ENTRY *pos = thread->irps.Flink; pos != &thread->irps; pos = pos->Flink) {
        PIRP irp = CONTAINING_RECORD(pos, IRP, ThreadListEntry);

        if (file == NULL || io_part(irp)->file == file) {
            IoCancelIrp(irp);
            any = true;
        }
    }
    KeLowerIrql(old);
    return any;
}

static bool any_left(struct ke_thread *thread, const FILE_OBJECT *file)
{
    bool any = false;
    KIRQL old;

    KeRaiseIrql(APC_LEVEL, &old);
    for (LIST_ENTRY *pos = thread->irps.Flink; pos != &thread->irps; pos = pos->Flink)
        any |= file == NULL || io_part(CONTAINING_RECORD(pos, IRP, ThreadListEntry))->file == file;
    KeLowerIrql(old);
    return any;
}

/* Logs the driver that kept an IRP for five minutes: event 9 (IO_ERR_TIMEOUT). */
static void log_timeout(const IRP *irp)
{
    const IO_STACK_LOCATION *location = irp->Tail.Overlay.CurrentStackLocation;
    PDEVICE_OBJECT device = irp->CurrentLocation <= irp->StackCount ? location->DeviceObject : NULL;
    char source[32] = "I/O manager";

    if (device != NULL)
        cm_source_name(device->DriverObject, source, sizeof source);
    cm_log(LOG_SYSTEM, LOG_ERROR, source, 9,
           "A request to device %08x was not given back within five minutes of its thread's end. "
           "(simulated text)",
           (unsigned)ob_address(device));
}

/* Separates the thread from an IRP that the driver did not complete in five minutes. The thread
 * ends; the IRP stays with the driver. */
static void IopDisassociateThreadIrp(struct ke_thread *thread)
{
    PIRP irp = CONTAINING_RECORD(thread->irps.Flink, IRP, ThreadListEntry);
    KIRQL old;

    KeRaiseIrql(APC_LEVEL, &old);
    io_irp_unqueue(irp);
    io_part(irp)->disowned = true;
    irp->Tail.Overlay.Thread = NULL;
    log_timeout(irp);
    KeLowerIrql(old);
}

void IoCancelThreadIo(struct ke_thread *thread)
{
    LARGE_INTEGER poll = { .QuadPart = -(LONGLONG)POLL_MS * 10000 };

    if (IsListEmpty(&thread->irps))
        return;
    cancel_all(thread, NULL);
    for (uint32_t polls = 0; polls < POLLS_MAX && !IsListEmpty(&thread->irps); polls++)
        KeDelayExecutionThread(KernelMode, FALSE, &poll);
    while (!IsListEmpty(&thread->irps))
        IopDisassociateThreadIrp(thread);
}

NTSTATUS io_cancel_file(HANDLE handle)
{
    LARGE_INTEGER poll = { .QuadPart = -100000 }; /* 10 ms. */
    struct ke_thread *thread = ke_current_thread();
    PVOID file;
    NTSTATUS status =
        ObReferenceObjectByHandle(handle, 0, *IoFileObjectType, thread->previous_mode, &file, NULL);

    if (!NT_SUCCESS(status))
        return status;
    if (cancel_all(thread, file))
        while (any_left(thread, file))
            KeDelayExecutionThread(KernelMode, FALSE, &poll);
    ObDereferenceObject(file);
    return STATUS_SUCCESS;
}

/* ---- Cancel-safe queues ---------------------------------------------------------------------- */

NTSTATUS IoCsqInitialize(PIO_CSQ csq, PIO_CSQ_INSERT_IRP insert, PIO_CSQ_REMOVE_IRP remove,
                         PIO_CSQ_PEEK_NEXT_IRP peek, PIO_CSQ_ACQUIRE_LOCK acquire,
                         PIO_CSQ_RELEASE_LOCK release, PIO_CSQ_COMPLETE_CANCELED_IRP complete)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    *csq = (IO_CSQ){ CSQ_TYPE, insert, remove, peek, acquire, release, complete, NULL };
    return STATUS_SUCCESS;
}

/* DriverContext[3] holds the queue, or the caller's context, which names the queue in turn. */
static PIO_CSQ csq_of(PIRP irp, PIO_CSQ_IRP_CONTEXT *context)
{
    PIO_CSQ csq = irp->Tail.Overlay.DriverContext[CSQ_SLOT];

    *context = NULL;
    if (csq->Type == CSQ_TYPE)
        return csq;
    *context = (PIO_CSQ_IRP_CONTEXT)(void *)csq;
    return (*context)->Csq;
}

static void forget(PIRP irp)
{
    PIO_CSQ_IRP_CONTEXT context;

    csq_of(irp, &context);
    if (context != NULL)
        context->Irp = NULL;
    irp->Tail.Overlay.DriverContext[CSQ_SLOT] = NULL;
}

static VOID IopCsqCancelRoutine(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_CSQ_IRP_CONTEXT context;
    PIO_CSQ csq;
    KIRQL irql;

    UNREFERENCED_PARAMETER(device);
    IoReleaseCancelSpinLock(irp->CancelIrql);
    csq = csq_of(irp, &context); /* From here on the queue's own lock decides. */
    csq->CsqAcquireLock(csq, &irql);
    csq->CsqRemoveIrp(csq, irp);
    forget(irp);
    csq->CsqReleaseLock(csq, irql);
    csq->CsqCompleteCanceledIrp(csq, irp);
}

VOID IoCsqInsertIrp(PIO_CSQ csq, PIRP irp, PIO_CSQ_IRP_CONTEXT context)
{
    bool cancelled;
    KIRQL irql;

    csq->CsqAcquireLock(csq, &irql);
    irp->Tail.Overlay.DriverContext[CSQ_SLOT] = csq;
    if (context != NULL) {
        *context = (IO_CSQ_IRP_CONTEXT){ CSQ_CONTEXT_TYPE, irp, csq };
        irp->Tail.Overlay.DriverContext[CSQ_SLOT] = context;
    }
    IoMarkIrpPending(irp);
    csq->CsqInsertIrp(csq, irp);
    IoSetCancelRoutine(irp, IopCsqCancelRoutine);
    /* An IRP that was cancelled before it had a cancel routine is removed here, unless a cancel has
     * just taken the routine. */
    cancelled = irp->Cancel && IoSetCancelRoutine(irp, NULL) != NULL;
    if (cancelled) {
        csq->CsqRemoveIrp(csq, irp);
        forget(irp);
    }
    csq->CsqReleaseLock(csq, irql);
    if (cancelled)
        csq->CsqCompleteCanceledIrp(csq, irp);
}

static void take_out(PIO_CSQ csq, PIRP irp)
{
    csq->CsqRemoveIrp(csq, irp);
    forget(irp);
}

PIRP IoCsqRemoveIrp(PIO_CSQ csq, PIO_CSQ_IRP_CONTEXT context)
{
    PIRP irp;
    KIRQL irql;

    csq->CsqAcquireLock(csq, &irql);
    irp = context->Irp;
    if (irp != NULL && IoSetCancelRoutine(irp, NULL) == NULL)
        irp = NULL; /* The IRP is being cancelled: its cancel routine waits for the queue's lock. */
    if (irp != NULL)
        take_out(csq, irp);
    csq->CsqReleaseLock(csq, irql);
    return irp;
}

PIRP IoCsqRemoveNextIrp(PIO_CSQ csq, PVOID peek_context)
{
    PIRP irp;
    KIRQL irql;

    csq->CsqAcquireLock(csq, &irql);
    for (irp = csq->CsqPeekNextIrp(csq, NULL, peek_context); irp != NULL;
         irp = csq->CsqPeekNextIrp(csq, irp, peek_context)) {
        if (IoSetCancelRoutine(irp, NULL) != NULL) {
            take_out(csq, irp);
            break;
        }
    }
    csq->CsqReleaseLock(csq, irql);
    return irp;
}
