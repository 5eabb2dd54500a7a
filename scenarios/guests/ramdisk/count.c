/* count.c - a filter above a disk: it passes every request on and counts what comes back.
 *
 * AddDevice attaches a device of the filter to the stack. Reads and writes go down with a completion
 * routine that counts bytes; everything else is passed on as it is.
 */
#include <ntddk.h>

typedef struct _COUNT_EXTENSION {
    PDEVICE_OBJECT Lower;
    LONG Requests, Failed;
    volatile LONG Bytes;
} COUNT_EXTENSION, *PCOUNT_EXTENSION;

DRIVER_INITIALIZE DriverEntry;
DRIVER_ADD_DEVICE CountAddDevice;
DRIVER_UNLOAD CountUnload;
DRIVER_DISPATCH CountPass;
DRIVER_DISPATCH CountReadWrite;
IO_COMPLETION_ROUTINE CountCompleted;

NTSTATUS CountPass(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PCOUNT_EXTENSION extension = DeviceObject->DeviceExtension;

    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(extension->Lower, Irp);
}

NTSTATUS CountCompleted(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    PCOUNT_EXTENSION extension = Context;

    UNREFERENCED_PARAMETER(DeviceObject);
    if (Irp->PendingReturned)
        IoMarkIrpPending(Irp);
    InterlockedIncrement(&extension->Requests);
    if (NT_SUCCESS(Irp->IoStatus.Status))
        InterlockedExchangeAdd(&extension->Bytes, (LONG)Irp->IoStatus.Information);
    else
        InterlockedIncrement(&extension->Failed);
    return STATUS_CONTINUE_COMPLETION;
}

NTSTATUS CountReadWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PCOUNT_EXTENSION extension = DeviceObject->DeviceExtension;

    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutine(Irp, CountCompleted, extension, TRUE, TRUE, TRUE);
    return IoCallDriver(extension->Lower, Irp);
}

NTSTATUS CountAddDevice(PDRIVER_OBJECT DriverObject, PDEVICE_OBJECT PhysicalDeviceObject)
{
    PDEVICE_OBJECT device;
    PCOUNT_EXTENSION extension;
    NTSTATUS status = IoCreateDevice(DriverObject, sizeof(COUNT_EXTENSION), NULL, FILE_DEVICE_DISK,
                                     0, FALSE, &device);

    if (!NT_SUCCESS(status))
        return status;
    extension = device->DeviceExtension;
    RtlZeroMemory(extension, sizeof *extension);
    extension->Lower = IoAttachDeviceToDeviceStack(device, PhysicalDeviceObject);
    if (extension->Lower == NULL) {
        IoDeleteDevice(device);
        return STATUS_NO_SUCH_DEVICE;
    }
    device->Flags |= extension->Lower->Flags & (DO_BUFFERED_IO | DO_DIRECT_IO);
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

VOID CountUnload(PDRIVER_OBJECT DriverObject)
{
    PDEVICE_OBJECT device = DriverObject->DeviceObject;
    PCOUNT_EXTENSION extension = device->DeviceExtension;

    DbgPrint("count: %ld requests, %ld bytes, %ld failed\n", extension->Requests, extension->Bytes,
             extension->Failed);
    IoDetachDevice(extension->Lower);
    IoDeleteDevice(device);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    ULONG i;

    UNREFERENCED_PARAMETER(RegistryPath);
    for (i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++)
        DriverObject->MajorFunction[i] = CountPass;
    DriverObject->MajorFunction[IRP_MJ_READ] = CountReadWrite;
    DriverObject->MajorFunction[IRP_MJ_WRITE] = CountReadWrite;
    DriverObject->DriverExtension->AddDevice = CountAddDevice;
    DriverObject->DriverUnload = CountUnload;
    return STATUS_SUCCESS;
}
