/* notify.c - a driver that tells a program of an event: by completing the request that asked for
 * it, or by setting the program's own event. A timer's DPC stands for the hardware.
 */
#include <Ntddk.h>
#include "notify.h"

#pragma warning(disable : 4201 4100)

#define TAG (ULONG)'yfiT'
#define DebugPrint(_x_) \
    DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_ERROR_LEVEL, "notify: "), DbgPrint _x_

typedef struct _DEVICE_EXTENSION {
    PDEVICE_OBJECT Self;
    LIST_ENTRY EventQueueHead;
    KSPIN_LOCK QueueLock;
} DEVICE_EXTENSION, *PDEVICE_EXTENSION;

typedef struct _FILE_CONTEXT {
    IO_REMOVE_LOCK FileRundownLock;
} FILE_CONTEXT, *PFILE_CONTEXT;

typedef struct _NOTIFY_RECORD {
    NOTIFY_TYPE Type;
    LIST_ENTRY ListEntry;
    union {
        PKEVENT Event;
        PIRP PendingIrp;
    } Message;
    KDPC Dpc;
    KTIMER Timer;
    PFILE_OBJECT FileObject;
    PDEVICE_EXTENSION DeviceExtension;
    BOOLEAN CancelRoutineFreeMemory;
} NOTIFY_RECORD, *PNOTIFY_RECORD;

DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD NotifyUnload;
_Dispatch_type_(IRP_MJ_CREATE) _Dispatch_type_(IRP_MJ_CLOSE) DRIVER_DISPATCH NotifyCreateClose;
_Dispatch_type_(IRP_MJ_CLEANUP) DRIVER_DISPATCH NotifyCleanup;
_Dispatch_type_(IRP_MJ_DEVICE_CONTROL) DRIVER_DISPATCH NotifyControl;
KDEFERRED_ROUTINE NotifyDpc;
DRIVER_CANCEL NotifyCancel;
NTSTATUS RegisterEvent(_In_ PDEVICE_OBJECT DeviceObject, _In_ PIRP Irp);

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, NotifyUnload)
#pragma alloc_text(PAGE, NotifyCreateClose)
#endif

_Use_decl_annotations_ NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject,
                                            PUNICODE_STRING RegistryPath)
{
    PDEVICE_OBJECT deviceObject;
    PDEVICE_EXTENSION deviceExtension;
    UNICODE_STRING ntDeviceName = RTL_CONSTANT_STRING(L"\\Device\\Notify");
    UNICODE_STRING symbolicLinkName = RTL_CONSTANT_STRING(L"\\DosDevices\\Notify");
    NTSTATUS status;

    DebugPrint(("DriverEntry, service %wZ\n", RegistryPath));
    status = IoCreateDevice(DriverObject, sizeof(DEVICE_EXTENSION), &ntDeviceName,
                            FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN, FALSE, &deviceObject);
    if (!NT_SUCCESS(status))
        return status;

    DriverObject->MajorFunction[IRP_MJ_CREATE] = NotifyCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = NotifyCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = NotifyCleanup;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = NotifyControl;
    DriverObject->DriverUnload = NotifyUnload;

    status = IoCreateSymbolicLink(&symbolicLinkName, &ntDeviceName);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(deviceObject);
        return status;
    }
    deviceExtension = (PDEVICE_EXTENSION)deviceObject->DeviceExtension;
    InitializeListHead(&deviceExtension->EventQueueHead);
    KeInitializeSpinLock(&deviceExtension->QueueLock);
    deviceExtension->Self = deviceObject;
    deviceObject->Flags |= DO_BUFFERED_IO;
    deviceObject->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

VOID NotifyUnload(_In_ PDRIVER_OBJECT DriverObject)
{
    PDEVICE_OBJECT deviceObject = DriverObject->DeviceObject;
    PDEVICE_EXTENSION deviceExtension = deviceObject->DeviceExtension;
    UNICODE_STRING symbolicLinkName;

    PAGED_CODE();
    if (!IsListEmpty(&deviceExtension->EventQueueHead)) {
        NT_ASSERTMSG("Event queue is not empty\n", FALSE);
    }
    RtlInitUnicodeString(&symbolicLinkName, L"\\DosDevices\\Notify");
    IoDeleteSymbolicLink(&symbolicLinkName);
    IoDeleteDevice(deviceObject);
}

NTSTATUS NotifyCreateClose(_In_ PDEVICE_OBJECT DeviceObject, _In_ PIRP Irp)
{
    PIO_STACK_LOCATION irpStack = IoGetCurrentIrpStackLocation(Irp);
    PFILE_CONTEXT fileContext;
    NTSTATUS status = STATUS_SUCCESS;

    PAGED_CODE();
    UNREFERENCED_PARAMETER(DeviceObject);
    NT_ASSERT(irpStack->FileObject != NULL);
    switch (irpStack->MajorFunction) {
    case IRP_MJ_CREATE:
        fileContext = ExAllocatePoolWithQuotaTag(NonPagedPool, sizeof(FILE_CONTEXT), TAG);
        if (NULL == fileContext) {
            status = STATUS_INSUFFICIENT_RESOURCES;
            break;
        }
        IoInitializeRemoveLock(&fileContext->FileRundownLock, TAG, 0, 0);
        irpStack->FileObject->FsContext = (PVOID)fileContext;
        break;
    case IRP_MJ_CLOSE:
        ExFreePoolWithTag(irpStack->FileObject->FsContext, TAG);
        break;
    default:
        NT_ASSERT(FALSE); // should never hit this
        status = STATUS_NOT_IMPLEMENTED;
        break;
    }
    Irp->IoStatus.Status = status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

_IRQL_requires_max_(DISPATCH_LEVEL) VOID ReleaseRecord(_In_ PNOTIFY_RECORD Record)
{
    if (Record->Type == EVENT_BASED)
        ObDereferenceObject(Record->Message.Event);
    ExFreePoolWithTag(Record, TAG);
}

NTSTATUS NotifyCleanup(_In_ PDEVICE_OBJECT DeviceObject, _In_ PIRP Irp)
{
    PDEVICE_EXTENSION deviceExtension = DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION irpStack = IoGetCurrentIrpStackLocation(Irp);
    PFILE_CONTEXT fileContext = irpStack->FileObject->FsContext;
    LIST_ENTRY cleanupList, *thisEntry, *nextEntry;
    PNOTIFY_RECORD notifyRecord;
    KIRQL oldIrql;

    /* No request of this file comes any more. */
    IoAcquireRemoveLock(&fileContext->FileRundownLock, Irp);
    IoReleaseRemoveLockAndWait(&fileContext->FileRundownLock, Irp);

    InitializeListHead(&cleanupList);
    KeAcquireSpinLock(&deviceExtension->QueueLock, &oldIrql);
    for (thisEntry = deviceExtension->EventQueueHead.Flink;
         thisEntry != &deviceExtension->EventQueueHead; thisEntry = nextEntry) {
        nextEntry = thisEntry->Flink;
        notifyRecord = CONTAINING_RECORD(thisEntry, NOTIFY_RECORD, ListEntry);
        if (notifyRecord->FileObject != irpStack->FileObject)
            continue;
        if (!KeCancelTimer(&notifyRecord->Timer))
            continue; // The DPC runs and takes care of it.
        RemoveEntryList(thisEntry);
        if (notifyRecord->Type == IRP_BASED) {
            PIRP pendingIrp = notifyRecord->Message.PendingIrp;

            if (IoSetCancelRoutine(pendingIrp, NULL) == NULL) {
                /* The cancel routine waits for the lock and frees the record. */
                notifyRecord->CancelRoutineFreeMemory = TRUE;
                InitializeListHead(&notifyRecord->ListEntry);
                continue;
            }
        }
        InsertTailList(&cleanupList, thisEntry);
    }
    KeReleaseSpinLock(&deviceExtension->QueueLock, oldIrql);

    while (!IsListEmpty(&cleanupList)) {
        notifyRecord = CONTAINING_RECORD(RemoveHeadList(&cleanupList), NOTIFY_RECORD, ListEntry);
        if (notifyRecord->Type == IRP_BASED) {
            PIRP pendingIrp = notifyRecord->Message.PendingIrp;

            pendingIrp->Tail.Overlay.DriverContext[3] = NULL;
            pendingIrp->IoStatus.Information = 0;
            pendingIrp->IoStatus.Status = STATUS_CANCELLED;
            IoCompleteRequest(pendingIrp, IO_NO_INCREMENT);
        }
        ReleaseRecord(notifyRecord);
    }
    KeFlushQueuedDpcs();
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

NTSTATUS NotifyControl(_In_ PDEVICE_OBJECT DeviceObject, _In_ PIRP Irp)
{
    PIO_STACK_LOCATION irpStack = IoGetCurrentIrpStackLocation(Irp);
    PREGISTER_EVENT registerEvent = (PREGISTER_EVENT)Irp->AssociatedIrp.SystemBuffer;
    PFILE_CONTEXT fileContext = irpStack->FileObject->FsContext;
    NTSTATUS status = IoAcquireRemoveLock(&fileContext->FileRundownLock, Irp);

    if (!NT_SUCCESS(status)) {
        Irp->IoStatus.Status = status;
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
        return status;
    }
    switch (irpStack->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_REGISTER_EVENT:
        if (irpStack->Parameters.DeviceIoControl.InputBufferLength < REGISTER_EVENT_SIZE ||
            (registerEvent->Type != IRP_BASED && registerEvent->Type != EVENT_BASED))
            status = STATUS_INVALID_PARAMETER;
        else
            status = RegisterEvent(DeviceObject, Irp);
        break;
    default:
        NT_ASSERT(FALSE);
        status = STATUS_NOT_IMPLEMENTED;
        break;
    }
    if (status != STATUS_PENDING) {
        Irp->IoStatus.Status = status;
        Irp->IoStatus.Information = 0;
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
    }
    IoReleaseRemoveLock(&fileContext->FileRundownLock, Irp);
    return status;
}

NTSTATUS RegisterEvent(_In_ PDEVICE_OBJECT DeviceObject, _In_ PIRP Irp)
{
    PDEVICE_EXTENSION deviceExtension = DeviceObject->DeviceExtension;
    PREGISTER_EVENT registerEvent = (PREGISTER_EVENT)Irp->AssociatedIrp.SystemBuffer;
    PIO_STACK_LOCATION irpStack = IoGetCurrentIrpStackLocation(Irp);
    PNOTIFY_RECORD notifyRecord;
    NTSTATUS status;
    KIRQL oldIrql;

    notifyRecord = ExAllocatePoolWithQuotaTag(NonPagedPool, sizeof(NOTIFY_RECORD), TAG);
    if (NULL == notifyRecord)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlZeroMemory(notifyRecord, sizeof *notifyRecord);
    InitializeListHead(&notifyRecord->ListEntry);
    notifyRecord->FileObject = irpStack->FileObject;
    notifyRecord->DeviceExtension = deviceExtension;
    notifyRecord->Type = registerEvent->Type;
    KeInitializeDpc(&notifyRecord->Dpc, NotifyDpc, notifyRecord);
    KeInitializeTimer(&notifyRecord->Timer);

    if (registerEvent->Type == EVENT_BASED) {
        status = ObReferenceObjectByHandle(registerEvent->hEvent, SYNCHRONIZE | EVENT_MODIFY_STATE,
                                           *ExEventObjectType, Irp->RequestorMode,
                                           (PVOID *)&notifyRecord->Message.Event, NULL);
        if (!NT_SUCCESS(status)) {
            DebugPrint(("no event behind the handle: %x\n", status));
            ExFreePoolWithTag(notifyRecord, TAG);
            return status;
        }
        KeAcquireSpinLock(&deviceExtension->QueueLock, &oldIrql);
        InsertTailList(&deviceExtension->EventQueueHead, &notifyRecord->ListEntry);
        KeSetTimer(&notifyRecord->Timer, registerEvent->DueTime, &notifyRecord->Dpc);
        KeReleaseSpinLock(&deviceExtension->QueueLock, oldIrql);
        return STATUS_SUCCESS;
    }

    notifyRecord->Message.PendingIrp = Irp;
    KeAcquireSpinLock(&deviceExtension->QueueLock, &oldIrql);
    IoSetCancelRoutine(Irp, NotifyCancel);
    if (Irp->Cancel && IoSetCancelRoutine(Irp, NULL) != NULL) {
        KeReleaseSpinLock(&deviceExtension->QueueLock, oldIrql);
        ExFreePoolWithTag(notifyRecord, TAG);
        return STATUS_CANCELLED;
    }
    IoMarkIrpPending(Irp);
    InsertTailList(&deviceExtension->EventQueueHead, &notifyRecord->ListEntry);
    Irp->Tail.Overlay.DriverContext[3] = notifyRecord;
    KeSetTimer(&notifyRecord->Timer, registerEvent->DueTime, &notifyRecord->Dpc);
    KeReleaseSpinLock(&deviceExtension->QueueLock, oldIrql);
    return STATUS_PENDING;
}

VOID NotifyDpc(_In_ PKDPC Dpc, _In_opt_ PVOID DeferredContext, _In_opt_ PVOID SystemArgument1,
               _In_opt_ PVOID SystemArgument2)
{
    PNOTIFY_RECORD notifyRecord = DeferredContext;
    PDEVICE_EXTENSION deviceExtension = notifyRecord->DeviceExtension;
    PIRP irp;

    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(SystemArgument1);
    UNREFERENCED_PARAMETER(SystemArgument2);

    KeAcquireSpinLockAtDpcLevel(&deviceExtension->QueueLock);
    RemoveEntryList(&notifyRecord->ListEntry);
    if (notifyRecord->Type == EVENT_BASED) {
        KeReleaseSpinLockFromDpcLevel(&deviceExtension->QueueLock);
        KeSetEvent(notifyRecord->Message.Event, 0, FALSE);
        ReleaseRecord(notifyRecord);
        return;
    }
    irp = notifyRecord->Message.PendingIrp;
    if (IoSetCancelRoutine(irp, NULL) == NULL) {
        notifyRecord->CancelRoutineFreeMemory = TRUE;
        InitializeListHead(&notifyRecord->ListEntry);
        KeReleaseSpinLockFromDpcLevel(&deviceExtension->QueueLock);
        return;
    }
    KeReleaseSpinLockFromDpcLevel(&deviceExtension->QueueLock);
    irp->Tail.Overlay.DriverContext[3] = NULL;
    irp->IoStatus.Status = STATUS_SUCCESS;
    irp->IoStatus.Information = 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    ReleaseRecord(notifyRecord);
}

VOID NotifyCancel(_Inout_ PDEVICE_OBJECT DeviceObject, _In_ _IRQL_uses_cancel_ PIRP Irp)
{
    PDEVICE_EXTENSION deviceExtension = DeviceObject->DeviceExtension;
    PNOTIFY_RECORD notifyRecord;
    KIRQL oldIrql = Irp->CancelIrql;

    IoReleaseCancelSpinLock(DISPATCH_LEVEL);
    KeAcquireSpinLockAtDpcLevel(&deviceExtension->QueueLock);
    notifyRecord = Irp->Tail.Overlay.DriverContext[3];
    RemoveEntryList(&notifyRecord->ListEntry);
    if (KeCancelTimer(&notifyRecord->Timer) || notifyRecord->CancelRoutineFreeMemory) {
        ReleaseRecord(notifyRecord);
    } else {
        InitializeListHead(&notifyRecord->ListEntry);
        DebugPrint(("the timer's DPC is on its way\n"));
    }
    KeReleaseSpinLock(&deviceExtension->QueueLock, oldIrql);
    Irp->IoStatus.Status = STATUS_CANCELLED;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
}
