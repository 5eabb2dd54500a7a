/* driver.c - lab cancel: a request waits for data, and somebody cancels it.
 *
 * Whoever takes the request out of Waiting completes it. What each function promises stands in
 * lab.h.
 */
#include "lab.h"

static PVOID Waiting; /* The request, until somebody has taken it; NULL afterwards. */

static DRIVER_CANCEL CancelRequest;

/* Called by the I/O manager, with the cancel spin lock held. */
static VOID CancelRequest(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    InterlockedExchangePointer(&Waiting, NULL);
    Complete(Irp, STATUS_CANCELLED);
}

NTSTATUS KeepRequest(PIRP Irp)
{
    IoMarkIrpPending(Irp);
    Waiting = Irp;
    IoSetCancelRoutine(Irp, CancelRequest);
    return STATUS_PENDING;
}

VOID DataIsThere(VOID)
{
    PIRP irp = InterlockedExchangePointer(&Waiting, NULL);

    if (irp == NULL)
        return;
    IoSetCancelRoutine(irp, NULL);
    Complete(irp, STATUS_SUCCESS);
}
