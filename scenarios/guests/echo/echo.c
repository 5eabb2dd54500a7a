/* echo.c - a driver that gives back what it is given.
 *
 * A device \Device\Echo with the link \\.\Echo. WriteFile keeps up to 256 bytes, ReadFile returns
 * the bytes that were written last. One spin lock guards them.
 */
#include <ntddk.h>

#define ECHO_BYTES_MAX 256

typedef struct _ECHO_EXTENSION {
    KSPIN_LOCK Lock;
    ULONG Length; /* Bytes in Data. */
    UCHAR Data[ECHO_BYTES_MAX];
} ECHO_EXTENSION, *PECHO_EXTENSION;

DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD EchoUnload;
DRIVER_DISPATCH EchoOpenClose;
DRIVER_DISPATCH EchoRead;
DRIVER_DISPATCH EchoWrite;

static UNICODE_STRING DeviceName = RTL_CONSTANT_STRING(L"\\Device\\Echo");
static UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\DosDevices\\Echo");

static NTSTATUS EchoComplete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

NTSTATUS EchoOpenClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return EchoComplete(Irp, STATUS_SUCCESS, 0);
}

NTSTATUS EchoWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PECHO_EXTENSION extension = DeviceObject->DeviceExtension;
    ULONG length = IoGetCurrentIrpStackLocation(Irp)->Parameters.Write.Length;
    KIRQL irql;

    if (length > ECHO_BYTES_MAX)
        return EchoComplete(Irp, STATUS_INVALID_PARAMETER, 0);
    KeAcquireSpinLock(&extension->Lock, &irql);
    RtlCopyMemory(extension->Data, Irp->AssociatedIrp.SystemBuffer, length);
    extension->Length = length;
    KeReleaseSpinLock(&extension->Lock, irql);
    return EchoComplete(Irp, STATUS_SUCCESS, length);
}

NTSTATUS EchoRead(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PECHO_EXTENSION extension = DeviceObject->DeviceExtension;
    ULONG length = IoGetCurrentIrpStackLocation(Irp)->Parameters.Read.Length;
    KIRQL irql;

    KeAcquireSpinLock(&extension->Lock, &irql);
    if (length > extension->Length)
        length = extension->Length;
    RtlCopyMemory(Irp->AssociatedIrp.SystemBuffer, extension->Data, length);
    KeReleaseSpinLock(&extension->Lock, irql);
    return EchoComplete(Irp, STATUS_SUCCESS, length);
}

VOID EchoUnload(PDRIVER_OBJECT DriverObject)
{
    IoDeleteSymbolicLink(&LinkName);
    IoDeleteDevice(DriverObject->DeviceObject);
    DbgPrint("echo: unloaded\n");
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    PDEVICE_OBJECT device;
    PECHO_EXTENSION extension;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);
    status = IoCreateDevice(DriverObject, sizeof(ECHO_EXTENSION), &DeviceName, FILE_DEVICE_UNKNOWN,
                            0, FALSE, &device);
    if (!NT_SUCCESS(status))
        return status;
    status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
        return status;
    }
    extension = device->DeviceExtension;
    KeInitializeSpinLock(&extension->Lock);
    extension->Length = 0;
    device->Flags |= DO_BUFFERED_IO;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = EchoOpenClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = EchoOpenClose;
    DriverObject->MajorFunction[IRP_MJ_READ] = EchoRead;
    DriverObject->MajorFunction[IRP_MJ_WRITE] = EchoWrite;
    DriverObject->DriverUnload = EchoUnload;
    DbgPrint("echo: loaded\n");
    return STATUS_SUCCESS;
}
