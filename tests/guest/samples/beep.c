/* beep.c - the loudspeaker, as a driver with one control and a timer; and a device that swallows
 * what is written to it.
 */
#include <NTDDK.H>
#include <ntddbeep.h>

typedef struct _BEEP_EXTENSION {
    KTIMER Timer;
    KDPC Dpc;
    LONG TimerSet;
    ULONG Beeps;
} BEEP_EXTENSION, *PBEEP_EXTENSION;

static PDEVICE_OBJECT NullDevice;

DRIVER_INITIALIZE DriverEntry;

static VOID NTAPI Quiet(PKDPC Dpc, PVOID DeferredContext, PVOID Argument1, PVOID Argument2)
{
    PBEEP_EXTENSION extension = DeferredContext;

    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    HalMakeBeep(0);
    InterlockedDecrement(&extension->TimerSet);
}

static NTSTATUS Beep(PBEEP_EXTENSION Extension, PBEEP_SET_PARAMETERS Parameters)
{
    LARGE_INTEGER due;

    if (Parameters->Frequency != 0 && (Parameters->Frequency < BEEP_FREQUENCY_MINIMUM ||
                                       Parameters->Frequency > BEEP_FREQUENCY_MAXIMUM))
        return STATUS_INVALID_PARAMETER;
    if (KeCancelTimer(&Extension->Timer))
        InterlockedDecrement(&Extension->TimerSet);
    if (!HalMakeBeep(Parameters->Frequency))
        return STATUS_INVALID_PARAMETER;
    Extension->Beeps++;
    if (Parameters->Duration == (ULONG)-1)
        return STATUS_SUCCESS;
    due.QuadPart = Int32x32To64((LONG)Parameters->Duration, -10000);
    InterlockedIncrement(&Extension->TimerSet);
    KeSetTimer(&Extension->Timer, due, &Extension->Dpc);
    return STATUS_SUCCESS;
}

static NTSTATUS Dispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    NTSTATUS status = STATUS_SUCCESS;

    Irp->IoStatus.Information = 0;
    switch (stack->MajorFunction) {
    case IRP_MJ_READ:
        status = STATUS_END_OF_FILE;
        break;
    case IRP_MJ_WRITE:
        Irp->IoStatus.Information = stack->Parameters.Write.Length;
        break;
    case IRP_MJ_DEVICE_CONTROL:
        if (DeviceObject == NullDevice ||
            stack->Parameters.DeviceIoControl.IoControlCode != IOCTL_BEEP_SET)
            status = STATUS_INVALID_DEVICE_REQUEST;
        else if (stack->Parameters.DeviceIoControl.InputBufferLength < sizeof(BEEP_SET_PARAMETERS))
            status = STATUS_INVALID_PARAMETER;
        else
            status = Beep(DeviceObject->DeviceExtension, Irp->AssociatedIrp.SystemBuffer);
        break;
    }
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

static VOID Unload(PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\Null2");
    PDEVICE_OBJECT device, next;

    IoDeleteSymbolicLink(&link);
    for (device = DriverObject->DeviceObject; device != NULL; device = next) {
        next = device->NextDevice;
        if (device != NullDevice) {
            PBEEP_EXTENSION extension = device->DeviceExtension;

            KeCancelTimer(&extension->Timer);
            KeFlushQueuedDpcs();
            DbgPrintEx(DPFLTR_DEFAULT_ID, DPFLTR_ERROR_LEVEL, "%lu beeps\n", extension->Beeps);
        }
        IoDeleteDevice(device);
    }
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING beep, null, link = RTL_CONSTANT_STRING(L"\\DosDevices\\Null2");
    PDEVICE_OBJECT device;
    PBEEP_EXTENSION extension;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);
    RtlInitUnicodeString(&beep, DD_BEEP_DEVICE_NAME_U);
    RtlInitUnicodeString(&null, L"\\Device\\Null2");
    status = IoCreateDevice(DriverObject, sizeof(BEEP_EXTENSION), &beep, FILE_DEVICE_BEEP, 0, FALSE,
                            &device);
    if (!NT_SUCCESS(status))
        return status;
    status = IoCreateDevice(DriverObject, 0, &null, FILE_DEVICE_NULL, FILE_DEVICE_SECURE_OPEN,
                            FALSE, &NullDevice);
    if (NT_SUCCESS(status))
        status = IoCreateSymbolicLink(&link, &null);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
        return status;
    }
    device->Flags |= DO_BUFFERED_IO;
    extension = device->DeviceExtension;
    KeInitializeTimer(&extension->Timer);
    KeInitializeDpc(&extension->Dpc, Quiet, extension);
    DriverObject->MajorFunction[IRP_MJ_CREATE] = DriverObject->MajorFunction[IRP_MJ_CLOSE] =
        Dispatch;
    DriverObject->MajorFunction[IRP_MJ_READ] = DriverObject->MajorFunction[IRP_MJ_WRITE] = Dispatch;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = Dispatch;
    DriverObject->DriverUnload = Unload;
    return STATUS_SUCCESS;
}
