/* toy.c - a function driver for a toy that is wound up: plug and play from AddDevice to
 * REMOVE_DEVICE, with a device interface. Reads wait until the toy is wound; the toy can be told
 * that it is broken, and is then removed by surprise.
 */
#include <ntddk.h>
#include <initguid.h>
#include <ntstrsafe.h>
#include "toy.h"

#define TOY_TAG 'yoT '

typedef enum _TOY_STATE { Added, Started, StopPending, Stopped, RemovePending, Gone } TOY_STATE;

typedef struct _TOY_EXTENSION {
    PDEVICE_OBJECT Self;
    PDEVICE_OBJECT PhysicalDeviceObject;
    PDEVICE_OBJECT NextLowerDriver;
    UNICODE_STRING InterfaceName;
    IO_REMOVE_LOCK RemoveLock;
    TOY_STATE State, PreviousState;
    KSPIN_LOCK Lock;
    LIST_ENTRY Reads;
    LONG Turns;
    BOOLEAN Broken;
} TOY_EXTENSION, *PTOY_EXTENSION;

DRIVER_INITIALIZE DriverEntry;
DRIVER_ADD_DEVICE ToyAddDevice;
DRIVER_UNLOAD ToyUnload;
__drv_dispatchType(IRP_MJ_PNP) DRIVER_DISPATCH ToyPnp;
__drv_dispatchType(IRP_MJ_POWER) DRIVER_DISPATCH ToyPower;
__drv_dispatchType(IRP_MJ_SYSTEM_CONTROL) DRIVER_DISPATCH ToySystemControl;
__drv_dispatchType(IRP_MJ_CREATE) __drv_dispatchType(IRP_MJ_CLOSE) DRIVER_DISPATCH ToyCreateClose;
__drv_dispatchType(IRP_MJ_CLEANUP) DRIVER_DISPATCH ToyCleanup;
__drv_dispatchType(IRP_MJ_READ) DRIVER_DISPATCH ToyRead;
__drv_dispatchType(IRP_MJ_DEVICE_CONTROL) DRIVER_DISPATCH ToyControl;
DRIVER_CANCEL ToyCancel;
IO_COMPLETION_ROUTINE ToyLowerIsDone;

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, ToyAddDevice)
#pragma alloc_text(PAGE, ToyPnp)
#pragma alloc_text(PAGE, ToyUnload)
#endif

static NTSTATUS Complete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, NT_SUCCESS(Status) ? IO_KEYBOARD_INCREMENT : IO_NO_INCREMENT);
    return Status;
}

/* ---- Requests -------------------------------------------------------------------------------- */

NTSTATUS ToyCreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PTOY_EXTENSION toy = DeviceObject->DeviceExtension;

    if (IoGetCurrentIrpStackLocation(Irp)->MajorFunction == IRP_MJ_CREATE && toy->State != Started)
        return Complete(Irp, STATUS_DEVICE_NOT_CONNECTED, 0);
    return Complete(Irp, STATUS_SUCCESS, 0);
}

VOID ToyCancel(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PTOY_EXTENSION toy = DeviceObject->DeviceExtension;
    KIRQL irql;

    IoReleaseCancelSpinLock(Irp->CancelIrql);
    KeAcquireSpinLock(&toy->Lock, &irql);
    RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
    KeReleaseSpinLock(&toy->Lock, irql);
    Complete(Irp, STATUS_CANCELLED, 0);
    IoReleaseRemoveLock(&toy->RemoveLock, Irp);
}

/* Takes a read that waits and cannot be cancelled any more; NULL: none. */
static PIRP NextRead(PTOY_EXTENSION Toy, PFILE_OBJECT File)
{
    PLIST_ENTRY at;
    PIRP found = NULL;
    KIRQL irql;

    KeAcquireSpinLock(&Toy->Lock, &irql);
    for (at = Toy->Reads.Flink; at != &Toy->Reads && found == NULL; at = at->Flink) {
        PIRP irp = CONTAINING_RECORD(at, IRP, Tail.Overlay.ListEntry);

        if (File != NULL && IoGetCurrentIrpStackLocation(irp)->FileObject != File)
            continue;
        if (IoSetCancelRoutine(irp, NULL) == NULL)
            continue; /* ToyCancel has it. */
        RemoveEntryList(&irp->Tail.Overlay.ListEntry);
        found = irp;
        break;
    }
    KeReleaseSpinLock(&Toy->Lock, irql);
    return found;
}

static VOID EndReads(PTOY_EXTENSION Toy, PFILE_OBJECT File, NTSTATUS Status)
{
    PIRP irp;

    while ((irp = NextRead(Toy, File)) != NULL) {
        Complete(irp, Status, 0);
        IoReleaseRemoveLock(&Toy->RemoveLock, irp);
    }
}

NTSTATUS ToyCleanup(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    EndReads(DeviceObject->DeviceExtension, IoGetCurrentIrpStackLocation(Irp)->FileObject,
             STATUS_CANCELLED);
    return Complete(Irp, STATUS_SUCCESS, 0);
}

NTSTATUS ToyRead(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PTOY_EXTENSION toy = DeviceObject->DeviceExtension;
    NTSTATUS status = IoAcquireRemoveLock(&toy->RemoveLock, Irp);
    KIRQL irql;

    if (!NT_SUCCESS(status))
        return Complete(Irp, status, 0);
    if (IoGetCurrentIrpStackLocation(Irp)->Parameters.Read.Length < sizeof(ULONG) ||
        toy->State != Started) {
        status = Complete(
            Irp, toy->State != Started ? STATUS_NO_SUCH_DEVICE : STATUS_BUFFER_TOO_SMALL, 0);
        IoReleaseRemoveLock(&toy->RemoveLock, Irp);
        return status;
    }
    KeAcquireSpinLock(&toy->Lock, &irql);
    IoMarkIrpPending(Irp);
    InsertTailList(&toy->Reads, &Irp->Tail.Overlay.ListEntry);
    IoSetCancelRoutine(Irp, ToyCancel);
    if (Irp->Cancel && IoSetCancelRoutine(Irp, NULL) != NULL) {
        RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
        KeReleaseSpinLock(&toy->Lock, irql);
        Complete(Irp, STATUS_CANCELLED, 0);
        IoReleaseRemoveLock(&toy->RemoveLock, Irp);
        return STATUS_PENDING;
    }
    KeReleaseSpinLock(&toy->Lock, irql);
    return STATUS_PENDING;
}

NTSTATUS ToyControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PTOY_EXTENSION toy = DeviceObject->DeviceExtension;
    NTSTATUS status = IoAcquireRemoveLock(&toy->RemoveLock, Irp);
    PIRP read;

    if (!NT_SUCCESS(status))
        return Complete(Irp, status, 0);
    switch (IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_TOY_WIND:
        while ((read = NextRead(toy, NULL)) != NULL) {
            *(PULONG)read->AssociatedIrp.SystemBuffer = (ULONG)InterlockedIncrement(&toy->Turns);
            Complete(read, STATUS_SUCCESS, sizeof(ULONG));
            IoReleaseRemoveLock(&toy->RemoveLock, read);
        }
        status = Complete(Irp, STATUS_SUCCESS, 0);
        break;
    case IOCTL_TOY_BREAKS:
        toy->Broken = TRUE;
        IoInvalidateDeviceState(toy->PhysicalDeviceObject);
        status = Complete(Irp, STATUS_SUCCESS, 0);
        break;
    default:
        status = Complete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
    IoReleaseRemoveLock(&toy->RemoveLock, Irp);
    return status;
}

/* ---- Plug and play --------------------------------------------------------------------------- */

NTSTATUS ToyLowerIsDone(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    if (Irp->PendingReturned)
        KeSetEvent(Context, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/* The drivers below are first: the request comes back here. */
static NTSTATUS LowerFirst(PTOY_EXTENSION Toy, PIRP Irp)
{
    KEVENT event;
    NTSTATUS status;

    KeInitializeEvent(&event, NotificationEvent, FALSE);
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutine(Irp, ToyLowerIsDone, &event, TRUE, TRUE, TRUE);
    status = IoCallDriver(Toy->NextLowerDriver, Irp);
    if (status == STATUS_PENDING) {
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
        status = Irp->IoStatus.Status;
    }
    return status;
}

static NTSTATUS Start(PTOY_EXTENSION Toy)
{
    POWER_STATE on;
    WCHAR name[64];
    ULONG length;
    NTSTATUS status =
        IoGetDeviceProperty(Toy->PhysicalDeviceObject, DevicePropertyPhysicalDeviceObjectName,
                            sizeof name, name, &length);

    if (NT_SUCCESS(status))
        status = IoSetDeviceInterfaceState(&Toy->InterfaceName, TRUE);
    if (!NT_SUCCESS(status) && status != STATUS_OBJECT_NAME_EXISTS)
        return status;
    on.DeviceState = PowerDeviceD0;
    PoSetPowerState(Toy->Self, DevicePowerState, on);
    Toy->State = Started;
    DbgPrint("toy: %ws starts\n", name);
    return STATUS_SUCCESS;
}

static VOID Detach(PTOY_EXTENSION Toy)
{
    IoSetDeviceInterfaceState(&Toy->InterfaceName, FALSE);
    RtlFreeUnicodeString(&Toy->InterfaceName);
    IoDetachDevice(Toy->NextLowerDriver);
    IoDeleteDevice(Toy->Self);
}

NTSTATUS ToyPnp(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PTOY_EXTENSION toy = DeviceObject->DeviceExtension;
    UCHAR minor = IoGetCurrentIrpStackLocation(Irp)->MinorFunction;
    NTSTATUS status;

    PAGED_CODE();
    status = IoAcquireRemoveLock(&toy->RemoveLock, Irp);
    if (!NT_SUCCESS(status))
        return Complete(Irp, status, 0);
    switch (minor) {
    case IRP_MN_START_DEVICE:
        status = LowerFirst(toy, Irp);
        if (NT_SUCCESS(status))
            status = Start(toy);
        Complete(Irp, status, 0);
        IoReleaseRemoveLock(&toy->RemoveLock, Irp);
        return status;
    case IRP_MN_QUERY_REMOVE_DEVICE:
    case IRP_MN_QUERY_STOP_DEVICE:
        toy->PreviousState = toy->State;
        toy->State = minor == IRP_MN_QUERY_STOP_DEVICE ? StopPending : RemovePending;
        Irp->IoStatus.Status = STATUS_SUCCESS;
        break;
    case IRP_MN_CANCEL_REMOVE_DEVICE:
    case IRP_MN_CANCEL_STOP_DEVICE:
        status = LowerFirst(toy, Irp);
        if (NT_SUCCESS(status) && (toy->State == RemovePending || toy->State == StopPending))
            toy->State = toy->PreviousState;
        Complete(Irp, STATUS_SUCCESS, 0);
        IoReleaseRemoveLock(&toy->RemoveLock, Irp);
        return STATUS_SUCCESS;
    case IRP_MN_STOP_DEVICE:
        toy->State = Stopped;
        Irp->IoStatus.Status = STATUS_SUCCESS;
        break;
    case IRP_MN_QUERY_PNP_DEVICE_STATE:
        if (toy->Broken) {
            Irp->IoStatus.Information |= PNP_DEVICE_FAILED;
            Irp->IoStatus.Status = STATUS_SUCCESS;
        }
        break;
    case IRP_MN_SURPRISE_REMOVAL:
        DbgPrint("toy: it is broken\n");
        toy->State = Gone;
        EndReads(toy, NULL, STATUS_NO_SUCH_DEVICE);
        IoSetDeviceInterfaceState(&toy->InterfaceName, FALSE);
        Irp->IoStatus.Status = STATUS_SUCCESS;
        break;
    case IRP_MN_REMOVE_DEVICE:
        toy->State = Gone;
        EndReads(toy, NULL, STATUS_NO_SUCH_DEVICE);
        Irp->IoStatus.Status = STATUS_SUCCESS;
        IoSkipCurrentIrpStackLocation(Irp);
        status = IoCallDriver(toy->NextLowerDriver, Irp);
        IoReleaseRemoveLockAndWait(&toy->RemoveLock, Irp);
        DbgPrint("toy: it is taken away after %ld turns\n", toy->Turns);
        Detach(toy);
        return status;
    }
    IoSkipCurrentIrpStackLocation(Irp);
    status = IoCallDriver(toy->NextLowerDriver, Irp);
    IoReleaseRemoveLock(&toy->RemoveLock, Irp);
    return status;
}

NTSTATUS ToyPower(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PTOY_EXTENSION toy = DeviceObject->DeviceExtension;

    PoStartNextPowerIrp(Irp);
    IoSkipCurrentIrpStackLocation(Irp);
    return PoCallDriver(toy->NextLowerDriver, Irp);
}

NTSTATUS ToySystemControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PTOY_EXTENSION toy = DeviceObject->DeviceExtension;

    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(toy->NextLowerDriver, Irp);
}

NTSTATUS ToyAddDevice(PDRIVER_OBJECT DriverObject, PDEVICE_OBJECT PhysicalDeviceObject)
{
    PDEVICE_OBJECT device;
    PTOY_EXTENSION toy;
    NTSTATUS status;

    PAGED_CODE();
    status = IoCreateDevice(DriverObject, sizeof(TOY_EXTENSION), NULL, FILE_DEVICE_UNKNOWN,
                            FILE_DEVICE_SECURE_OPEN, FALSE, &device);
    if (!NT_SUCCESS(status))
        return status;
    toy = device->DeviceExtension;
    RtlZeroMemory(toy, sizeof *toy);
    toy->Self = device;
    toy->PhysicalDeviceObject = PhysicalDeviceObject;
    IoInitializeRemoveLock(&toy->RemoveLock, TOY_TAG, 0, 0);
    KeInitializeSpinLock(&toy->Lock);
    InitializeListHead(&toy->Reads);
    device->Flags |= DO_BUFFERED_IO | DO_POWER_PAGABLE;
    toy->NextLowerDriver = IoAttachDeviceToDeviceStack(device, PhysicalDeviceObject);
    if (toy->NextLowerDriver == NULL) {
        IoDeleteDevice(device);
        return STATUS_NO_SUCH_DEVICE;
    }
    status = IoRegisterDeviceInterface(PhysicalDeviceObject, &GUID_DEVINTERFACE_TOY, NULL,
                                       &toy->InterfaceName);
    if (!NT_SUCCESS(status)) {
        IoDetachDevice(toy->NextLowerDriver);
        IoDeleteDevice(device);
        return status;
    }
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

VOID ToyUnload(PDRIVER_OBJECT DriverObject)
{
    PAGED_CODE();
    ASSERT(DriverObject->DeviceObject == NULL);
    DbgPrint("toy: unloaded\n");
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(RegistryPath);
    DriverObject->DriverExtension->AddDevice = ToyAddDevice;
    DriverObject->DriverUnload = ToyUnload;
    DriverObject->MajorFunction[IRP_MJ_PNP] = ToyPnp;
    DriverObject->MajorFunction[IRP_MJ_POWER] = ToyPower;
    DriverObject->MajorFunction[IRP_MJ_SYSTEM_CONTROL] = ToySystemControl;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = ToyCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = ToyCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = ToyCleanup;
    DriverObject->MajorFunction[IRP_MJ_READ] = ToyRead;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = ToyControl;
    return STATUS_SUCCESS;
}
