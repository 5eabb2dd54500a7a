/* cancel_complete.c - one thread completes a pending request, another one cancels it.
 *
 * IoSetCancelRoutine answers whether the request can still be had: NULL means that its cancel
 * routine is at work and will complete it. The driver does not look, so both complete it: stop A,
 * as the request has no sender any more who could be told. Defined MENDED, the driver looks, and
 * leaves such a request to its cancel routine.
 */
#include "story.h"

static PIRP Request; /* Allocated when the driver is loaded, and never freed. */
static PVOID Queue;  /* The request, until somebody has taken it to complete it; NULL afterwards. */

DRIVER_DISPATCH QueueRead;
DRIVER_CANCEL CancelRead;
IO_COMPLETION_ROUTINE KeepRequest;

static VOID Complete(PIRP Irp, NTSTATUS Status)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

VOID CancelRead(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    InterlockedExchangePointer(&Queue, NULL);
    Complete(Irp, STATUS_CANCELLED);
}

NTSTATUS QueueRead(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    IoMarkIrpPending(Irp);
    Queue = Irp;
    IoSetCancelRoutine(Irp, CancelRead);
    return STATUS_PENDING;
}

static VOID Completes(PVOID Context)
{
    PIRP irp = InterlockedExchangePointer(&Queue, NULL);

    UNREFERENCED_PARAMETER(Context);
    if (irp == NULL)
        return;
#if defined(MENDED)
    if (IoSetCancelRoutine(irp, NULL) == NULL)
        return;
#else
    IoSetCancelRoutine(irp, NULL);
#endif
    Complete(irp, STATUS_SUCCESS);
}

static VOID Cancels(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    IoCancelIrp(Request);
}

NTSTATUS KeepRequest(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    UNREFERENCED_PARAMETER(Context);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const PKSTART_ROUTINE threads[] = { Completes, Cancels };
    PDEVICE_OBJECT device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);
    status = IoCreateDevice(DriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    if (!NT_SUCCESS(status))
        return status;
    DriverObject->MajorFunction[IRP_MJ_READ] = QueueRead;
    Request = IoAllocateIrp(device->StackSize, FALSE);
    if (Request == NULL) {
        IoDeleteDevice(device);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    IoGetNextIrpStackLocation(Request)->MajorFunction = IRP_MJ_READ;
    IoSetCompletionRoutine(Request, KeepRequest, NULL, TRUE, TRUE, TRUE);
    IoCallDriver(device, Request);
    return StartThreads(ARRAYSIZE(threads), threads);
}
