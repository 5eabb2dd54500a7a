/* startio.c - reads go through the device's own queue, one at a time to StartIo, which polls the
 * hardware by a timer; the cancel routine takes them out of the queue.
 */
#include <Wdm.h>

#define POLL_MS 300

typedef struct _DEVICE_EXTENSION {
    KTIMER PollingTimer;
    KDPC PollingDpc;
    PIRP CurrentIrp;
    ULONG Polls;
} DEVICE_EXTENSION, *PDEVICE_EXTENSION;

DRIVER_INITIALIZE DriverEntry;
DRIVER_STARTIO StartIo;
DRIVER_CANCEL CancelRead;
DRIVER_UNLOAD Unload;
DRIVER_DISPATCH CreateClose, Cleanup, Read;
KDEFERRED_ROUTINE Poll;

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING name, link;
    PDEVICE_OBJECT device;
    PDEVICE_EXTENSION extension;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);
    RtlInitUnicodeString(&name, L"\\Device\\StartIo");
    RtlInitUnicodeString(&link, L"\\??\\StartIo");
    status = IoCreateDevice(DriverObject, sizeof *extension, &name, FILE_DEVICE_UNKNOWN, 0, FALSE,
                            &device);
    if (!NT_SUCCESS(status))
        return status;
    status = IoCreateSymbolicLink(&link, &name);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
        return status;
    }
    extension = device->DeviceExtension;
    KeInitializeTimer(&extension->PollingTimer);
    KeInitializeDpc(&extension->PollingDpc, Poll, device);
    DriverObject->DriverStartIo = StartIo;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = CreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = CreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = Cleanup;
    DriverObject->MajorFunction[IRP_MJ_READ] = Read;
    DriverObject->DriverUnload = Unload;
    device->Flags |= DO_DIRECT_IO;
    /* StartIo may call IoStartNextPacket, and shall not be called from inside it. */
    IoSetStartIoAttributes(device, TRUE, TRUE);
    return STATUS_SUCCESS;
}

VOID Unload(PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\??\\StartIo");

    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(DriverObject->DeviceObject);
}

static NTSTATUS Complete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

NTSTATUS CreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return Complete(Irp, STATUS_SUCCESS, 0);
}

NTSTATUS Read(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    if (IoGetCurrentIrpStackLocation(Irp)->Parameters.Read.Length < sizeof(ULONG))
        return Complete(Irp, STATUS_BUFFER_TOO_SMALL, 0);
    IoMarkIrpPending(Irp);
    IoStartPacket(DeviceObject, Irp, NULL, CancelRead);
    return STATUS_PENDING;
}

VOID StartIo(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PDEVICE_EXTENSION extension = DeviceObject->DeviceExtension;
    LARGE_INTEGER due = { .QuadPart = -10LL * 1000 * POLL_MS };
    KIRQL cancelIrql;

    IoAcquireCancelSpinLock(&cancelIrql);
    if (DeviceObject->CurrentIrp != Irp || Irp->Cancel) {
        IoReleaseCancelSpinLock(cancelIrql);
        return;
    }
    (VOID) IoSetCancelRoutine(Irp, NULL); // From here on it is the hardware's.
    extension->CurrentIrp = Irp;
    IoReleaseCancelSpinLock(cancelIrql);
    KeStallExecutionProcessor(50);
    KeSetTimer(&extension->PollingTimer, due, &extension->PollingDpc);
}

VOID Poll(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    PDEVICE_OBJECT device = Context;
    PDEVICE_EXTENSION extension = device->DeviceExtension;
    PIRP irp = extension->CurrentIrp;
    PULONG to = MmGetSystemAddressForMdlSafe(irp->MdlAddress, NormalPagePriority);

    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    extension->CurrentIrp = NULL;
    if (to != NULL)
        *to = ++extension->Polls;
    IoStartNextPacket(device, TRUE);
    Complete(irp, to != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES,
             to != NULL ? sizeof *to : 0);
}

VOID CancelRead(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    if (Irp == DeviceObject->CurrentIrp) {
        KIRQL oldIrql = Irp->CancelIrql;

        IoReleaseCancelSpinLock(DISPATCH_LEVEL);
        IoStartNextPacket(DeviceObject, TRUE);
        KeLowerIrql(oldIrql);
    } else {
        KeRemoveEntryDeviceQueue(&DeviceObject->DeviceQueue, &Irp->Tail.Overlay.DeviceQueueEntry);
        IoReleaseCancelSpinLock(Irp->CancelIrql);
    }
    Complete(Irp, STATUS_CANCELLED, 0);
}

NTSTATUS Cleanup(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return Complete(Irp, STATUS_SUCCESS, 0);
}
