/* exifs_queue.c - IRPs that wait, and may be cancelled at any moment.
 *
 * The queue does what IoCsq does, with this driver's one lock. The rules that make it safe:
 *
 *   - An IRP in the queue has our cancel routine. The side that takes the routine away owns it:
 *     either ExifsRemoveIrp, which then unlinks it, or the I/O manager, which then calls
 *     ExifsCancelIrp.
 *   - ExifsRemoveIrp that finds no routine leaves the IRP linked: ExifsCancelIrp is on its way to
 *     the lock and will unlink it.
 *   - ExifsInsertIrp sets the routine first and looks at Irp->Cancel afterwards, so a cancel that
 *     comes between the two is seen by one side or the other.
 *
 * The cancel spin lock is released at once; it guards no data of the driver.
 */
#include "exifs.h"

VOID ExifsInitializeQueue(PEXIFS_QUEUE queue, PEXIFS_DEVICE exifs, VOID (*unlinked)(PIRP irp),
                          VOID (*cancelled)(PEXIFS_DEVICE exifs, PIRP irp))
{
    InitializeListHead(&queue->Irps);
    queue->Exifs = exifs;
    queue->Unlinked = unlinked;
    queue->Cancelled = cancelled;
}

static VOID NTAPI ExifsCancelIrp(PDEVICE_OBJECT device, PIRP irp)
{
    PEXIFS_QUEUE queue = irp->Tail.Overlay.DriverContext[0];
    PEXIFS_DEVICE exifs = ExifsOfDevice(device);
    VOID (*cancelled)(PEXIFS_DEVICE, PIRP);
    KIRQL irql;

    IoReleaseCancelSpinLock(irp->CancelIrql);

    KeAcquireSpinLock(&exifs->Lock, &irql);
    RemoveEntryList(&irp->Tail.Overlay.ListEntry);
    queue->Unlinked(irp);
    /* Read now: the queue may go with its root once the lock is free. */
    cancelled = queue->Cancelled;
    KeReleaseSpinLock(&exifs->Lock, irql);

    cancelled(exifs, irp);
}

NTSTATUS ExifsInsertIrp(PEXIFS_QUEUE queue, PIRP irp, PVOID context)
{
    irp->Tail.Overlay.DriverContext[0] = queue;
    irp->Tail.Overlay.DriverContext[1] = context;
    InsertTailList(&queue->Irps, &irp->Tail.Overlay.ListEntry);

    (VOID) IoSetCancelRoutine(irp, ExifsCancelIrp);
    if (irp->Cancel && IoSetCancelRoutine(irp, NULL) != NULL) {
        RemoveEntryList(&irp->Tail.Overlay.ListEntry);
        return STATUS_CANCELLED;
    }
    IoMarkIrpPending(irp);
    return STATUS_PENDING;
}

BOOLEAN ExifsRemoveIrp(PIRP irp)
{
    if (IoSetCancelRoutine(irp, NULL) == NULL) {
        return FALSE;
    }
    RemoveEntryList(&irp->Tail.Overlay.ListEntry);
    return TRUE;
}

PIRP ExifsNextIrp(PEXIFS_QUEUE queue, PIRP after)
{
    PLIST_ENTRY next = after == NULL ? queue->Irps.Flink : after->Tail.Overlay.ListEntry.Flink;

    if (next == &queue->Irps) {
        return NULL;
    }
    return CONTAINING_RECORD(next, IRP, Tail.Overlay.ListEntry);
}

PVOID ExifsContextOfIrp(PIRP irp) { return irp->Tail.Overlay.DriverContext[1]; }
