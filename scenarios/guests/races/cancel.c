/* cancel.c - a request is completed although its cancel routine has begun.
 *
 * IoSetCancelRoutine tells whether the request can still be had: NULL means that the cancel routine
 * is at work and will complete it. The driver does not look, so now and then both complete it.
 * Defined MENDED, it looks, and leaves such a request to its cancel routine.
 */
#include <ntddk.h>

static LIST_ENTRY Queue;
static KSPIN_LOCK Lock;

DRIVER_INITIALIZE DriverEntry;
DRIVER_DISPATCH QueueRead;
DRIVER_CANCEL CancelRead;
IO_COMPLETION_ROUTINE Done;

VOID CancelRead(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    KIRQL irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    KeAcquireSpinLock(&Lock, &irql);
    RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
    KeReleaseSpinLock(&Lock, irql);
    Irp->IoStatus.Status = STATUS_CANCELLED;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

NTSTATUS QueueRead(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    KIRQL irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    KeAcquireSpinLock(&Lock, &irql);
    IoMarkIrpPending(Irp);
    InsertTailList(&Queue, &Irp->Tail.Overlay.ListEntry);
    IoSetCancelRoutine(Irp, CancelRead);
    KeReleaseSpinLock(&Lock, irql);
    return STATUS_PENDING;
}

static PIRP Next(VOID)
{
    PIRP irp = NULL;
    KIRQL irql;

    KeAcquireSpinLock(&Lock, &irql);
    if (!IsListEmpty(&Queue)) {
        irp = CONTAINING_RECORD(RemoveHeadList(&Queue), IRP, Tail.Overlay.ListEntry);
        InitializeListHead(&irp->Tail.Overlay.ListEntry); /* The cancel routine removes it again. */
#if defined(MENDED)
        if (IoSetCancelRoutine(irp, NULL) == NULL)
            irp = NULL;
#else
        IoSetCancelRoutine(irp, NULL);
#endif
    }
    KeReleaseSpinLock(&Lock, irql);
    return irp;
}

static VOID Nap(ULONG Milliseconds)
{
    LARGE_INTEGER wait;

    wait.QuadPart = -10000 * (LONGLONG)Milliseconds;
    KeDelayExecutionThread(KernelMode, FALSE, &wait);
}

static VOID Completes(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    for (;;) {
        PIRP irp = Next();

        if (irp != NULL) {
            irp->IoStatus.Status = STATUS_SUCCESS;
            irp->IoStatus.Information = 0;
            IoCompleteRequest(irp, IO_NO_INCREMENT);
        }
        Nap(20);
    }
}

NTSTATUS Done(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    KeSetEvent(Context, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/* Sends reads and cancels each a little later. */
static VOID SendsAndCancels(PVOID Context)
{
    PDEVICE_OBJECT device = Context;

    for (;;) {
        PIRP irp = IoAllocateIrp(device->StackSize, FALSE);
        PIO_STACK_LOCATION next;
        KEVENT done;

        if (irp == NULL)
            continue;
        next = IoGetNextIrpStackLocation(irp);
        next->MajorFunction = IRP_MJ_READ;
        KeInitializeEvent(&done, NotificationEvent, FALSE);
        IoSetCompletionRoutine(irp, Done, &done, TRUE, TRUE, TRUE);
        IoCallDriver(device, irp);
        Nap(20);
        IoCancelIrp(irp);
        KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
        IoFreeIrp(irp);
    }
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    PDEVICE_OBJECT device;
    HANDLE thread;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);
    InitializeListHead(&Queue);
    KeInitializeSpinLock(&Lock);
    status = IoCreateDevice(DriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    if (!NT_SUCCESS(status))
        return status;
    DriverObject->MajorFunction[IRP_MJ_READ] = QueueRead;
    status = PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, Completes, NULL);
    if (NT_SUCCESS(status))
        status = PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, SendsAndCancels, device);
    return status;
}
