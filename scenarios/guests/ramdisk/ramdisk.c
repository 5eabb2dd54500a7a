/* ramdisk.c - a disk of 64 KiB in nonpaged pool, \Device\RamDisk and \\.\RamDisk.
 *
 * Direct I/O: a request brings an MDL, whose pages the driver maps. Reads and writes must lie on the
 * disk; what lies beyond its end is an error.
 */
#include <ntddk.h>

#define DISK_BYTES 65536
#define DISK_TAG   'kdmR'

typedef struct _DISK_EXTENSION {
    FAST_MUTEX Lock;
    PUCHAR Bytes;
} DISK_EXTENSION, *PDISK_EXTENSION;

DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD DiskUnload;
DRIVER_DISPATCH DiskOpenClose;
DRIVER_DISPATCH DiskReadWrite;

static UNICODE_STRING DeviceName = RTL_CONSTANT_STRING(L"\\Device\\RamDisk");
static UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\DosDevices\\RamDisk");

static NTSTATUS DiskComplete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, NT_SUCCESS(Status) ? IO_DISK_INCREMENT : IO_NO_INCREMENT);
    return Status;
}

NTSTATUS DiskOpenClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return DiskComplete(Irp, STATUS_SUCCESS, 0);
}

NTSTATUS DiskReadWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PDISK_EXTENSION extension = DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    BOOLEAN write = stack->MajorFunction == IRP_MJ_WRITE;
    ULONG length = write ? stack->Parameters.Write.Length : stack->Parameters.Read.Length;
    LONGLONG offset = write ? stack->Parameters.Write.ByteOffset.QuadPart
                            : stack->Parameters.Read.ByteOffset.QuadPart;
    PUCHAR buffer;

    if (length == 0)
        return DiskComplete(Irp, STATUS_SUCCESS, 0);
    if (offset < 0 || offset > DISK_BYTES - (LONGLONG)length)
        return DiskComplete(Irp, STATUS_INVALID_PARAMETER, 0);
    buffer = MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority);
    if (buffer == NULL)
        return DiskComplete(Irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    ExAcquireFastMutex(&extension->Lock);
    if (write)
        RtlCopyMemory(extension->Bytes + offset, buffer, length);
    else
        RtlCopyMemory(buffer, extension->Bytes + offset, length);
    ExReleaseFastMutex(&extension->Lock);
    return DiskComplete(Irp, STATUS_SUCCESS, length);
}

VOID DiskUnload(PDRIVER_OBJECT DriverObject)
{
    PDISK_EXTENSION extension = DriverObject->DeviceObject->DeviceExtension;

    IoDeleteSymbolicLink(&LinkName);
    ExFreePoolWithTag(extension->Bytes, DISK_TAG);
    IoDeleteDevice(DriverObject->DeviceObject);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    PDEVICE_OBJECT device;
    PDISK_EXTENSION extension;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);
    status = IoCreateDevice(DriverObject, sizeof(DISK_EXTENSION), &DeviceName, FILE_DEVICE_DISK, 0,
                            FALSE, &device);
    if (!NT_SUCCESS(status))
        return status;
    extension = device->DeviceExtension;
    ExInitializeFastMutex(&extension->Lock);
    extension->Bytes = ExAllocatePoolWithTag(NonPagedPool, DISK_BYTES, DISK_TAG);
    if (extension->Bytes == NULL) {
        IoDeleteDevice(device);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    RtlZeroMemory(extension->Bytes, DISK_BYTES);
    status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (!NT_SUCCESS(status)) {
        ExFreePoolWithTag(extension->Bytes, DISK_TAG);
        IoDeleteDevice(device);
        return status;
    }
    device->Flags |= DO_DIRECT_IO;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = DiskOpenClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = DiskOpenClose;
    DriverObject->MajorFunction[IRP_MJ_READ] = DiskReadWrite;
    DriverObject->MajorFunction[IRP_MJ_WRITE] = DiskReadWrite;
    DriverObject->DriverUnload = DiskUnload;
    return STATUS_SUCCESS;
}
