/* io_csq.c - cancel-safe queues: the driver keeps the list, the I/O manager wins the races
 * (facts/ddi.md 2.11).
 *
 * DriverContext[3] of an IRP belongs to the queue, as documented. Who takes the cancel routine out,
 * under the queue's lock, has the IRP: the cancel routine gives up the cancel lock first and takes
 * the queue's.
 */
#include "model/kernel/io_inside.h"

enum { CSQ_CONTEXT_TYPE = 1, CSQ_TYPE = 2, CSQ_EX_TYPE = 3, CSQ_SLOT = 3 };

NTSTATUS IoCsqInitialize(PIO_CSQ csq, PIO_CSQ_INSERT_IRP insert_irp, PIO_CSQ_REMOVE_IRP remove,
                         PIO_CSQ_PEEK_NEXT_IRP peek, PIO_CSQ_ACQUIRE_LOCK acquire,
                         PIO_CSQ_RELEASE_LOCK release, PIO_CSQ_COMPLETE_CANCELED_IRP complete)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    *csq = (IO_CSQ){ CSQ_TYPE, insert_irp, remove, peek, acquire, release, complete, NULL };
    return STATUS_SUCCESS;
}

NTSTATUS IoCsqInitializeEx(PIO_CSQ csq, PIO_CSQ_INSERT_IRP_EX insert_irp, PIO_CSQ_REMOVE_IRP remove,
                           PIO_CSQ_PEEK_NEXT_IRP peek, PIO_CSQ_ACQUIRE_LOCK acquire,
                           PIO_CSQ_RELEASE_LOCK release, PIO_CSQ_COMPLETE_CANCELED_IRP complete)
{
    *csq = (IO_CSQ){ CSQ_EX_TYPE, (PIO_CSQ_INSERT_IRP)(void (*)(void))insert_irp,
                     remove,      peek,
                     acquire,     release,
                     complete,    NULL };
    return STATUS_SUCCESS;
}

/* DriverContext[3] holds the queue, or the caller's context, which names the queue in turn. */
static PIO_CSQ csq_of(PIRP irp, PIO_CSQ_IRP_CONTEXT *context)
{
    PIO_CSQ csq = irp->Tail.Overlay.DriverContext[CSQ_SLOT];

    *context = NULL;
    if (csq->Type == CSQ_TYPE || csq->Type == CSQ_EX_TYPE)
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

/* Puts an IRP into the driver's list. A failure of an Ex queue is the driver's own. */
static NTSTATUS insert(PIO_CSQ csq, PIRP irp, PVOID insert_context)
{
    if (csq->Type == CSQ_EX_TYPE)
        return ((PIO_CSQ_INSERT_IRP_EX)(void (*)(void))csq->CsqInsertIrp)(csq, irp, insert_context);
    csq->CsqInsertIrp(csq, irp);
    return STATUS_SUCCESS;
}

NTSTATUS IoCsqInsertIrpEx(PIO_CSQ csq, PIRP irp, PIO_CSQ_IRP_CONTEXT context, PVOID insert_context)
{
    bool cancelled;
    NTSTATUS status;
    KIRQL irql;

    csq->CsqAcquireLock(csq, &irql);
    irp->Tail.Overlay.DriverContext[CSQ_SLOT] = csq;
    if (context != NULL) {
        *context = (IO_CSQ_IRP_CONTEXT){ CSQ_CONTEXT_TYPE, irp, csq };
        irp->Tail.Overlay.DriverContext[CSQ_SLOT] = context;
    }
    status = insert(csq, irp, insert_context);
    if (!NT_SUCCESS(status)) {
        forget(irp);
        csq->CsqReleaseLock(csq, irql);
        return status;
    }
    IoMarkIrpPending(irp);
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
    return status;
}

VOID IoCsqInsertIrp(PIO_CSQ csq, PIRP irp, PIO_CSQ_IRP_CONTEXT context)
{
    (VOID) IoCsqInsertIrpEx(csq, irp, context, NULL);
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
