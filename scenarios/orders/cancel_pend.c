/* cancel_pend.c - a request is cancelled while the driver makes it wait.
 *
 * The driver sets a cancel routine and leaves the request pending. If it was cancelled before, the
 * routine is never called, and the sender waits for ever. Defined MENDED, the driver looks at
 * Irp->Cancel once the routine is set, and completes a cancelled request if nobody else does.
 */
#include "story.h"

static PDEVICE_OBJECT Device;
static PIRP Request; /* Allocated when the driver is loaded, and never freed. */
static KEVENT Done;

DRIVER_DISPATCH QueueRead;
DRIVER_CANCEL CancelRead;
IO_COMPLETION_ROUTINE TellDone;

static VOID Complete(PIRP Irp)
{
    Irp->IoStatus.Status = STATUS_CANCELLED;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

VOID CancelRead(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    Complete(Irp);
}

NTSTATUS QueueRead(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    IoMarkIrpPending(Irp);
    IoSetCancelRoutine(Irp, CancelRead);
#if defined(MENDED)
    if (Irp->Cancel && IoSetCancelRoutine(Irp, NULL) != NULL)
        Complete(Irp);
#endif
    return STATUS_PENDING;
}

NTSTATUS TellDone(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    UNREFERENCED_PARAMETER(Context);
    KeSetEvent(&Done, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static VOID Sends(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    IoCallDriver(Device, Request);
    WaitFor(&Done);
}

static VOID Cancels(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    IoCancelIrp(Request);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const PKSTART_ROUTINE threads[] = { Sends, Cancels };
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);
    status = IoCreateDevice(DriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device);
    if (!NT_SUCCESS(status))
        return status;
    DriverObject->MajorFunction[IRP_MJ_READ] = QueueRead;
    Request = IoAllocateIrp(Device->StackSize, FALSE);
    if (Request == NULL) {
        IoDeleteDevice(Device);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    IoGetNextIrpStackLocation(Request)->MajorFunction = IRP_MJ_READ;
    IoSetCompletionRoutine(Request, TellDone, NULL, TRUE, TRUE, TRUE);
    KeInitializeEvent(&Done, NotificationEvent, FALSE);
    return StartThreads(ARRAYSIZE(threads), threads);
}
