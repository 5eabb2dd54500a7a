/* queue.c - reads wait in a cancel-safe queue, and a thread polls the hardware for each in turn. */
#include <Ntddk.h>
#include <initguid.h>
#include <wdmsec.h>

#pragma warning(disable : 4127)

DEFINE_GUID(GUID_DEVCLASS_QUEUE, 0x3f2504e0, 0x4f89, 0x11d3, 0x9a, 0x0c, 0x03, 0x05, 0xe8, 0x2c,
            0x33, 0x01);

#define TAG                  'euqS'
#define CSAMP_RETRY_INTERVAL 500 * 1000 // 500 ms
#define KDPRINT(_x_)          \
    KdPrint(("queue.sys: ")); \
    KdPrint(_x_);

typedef struct _DEVICE_EXTENSION {
    BOOLEAN ThreadShouldStop;
    LIST_ENTRY PendingIrpQueue;
    KSPIN_LOCK QueueLock;
    IO_CSQ CancelSafeQueue;
    KSEMAPHORE IrpQueueSemaphore;
    PETHREAD ThreadObject;
} DEVICE_EXTENSION, *PDEVICE_EXTENSION;

typedef struct _FILE_CONTEXT {
    IO_REMOVE_LOCK FileRundownLock;
} FILE_CONTEXT, *PFILE_CONTEXT;

DRIVER_INITIALIZE DriverEntry;
__drv_dispatchType(IRP_MJ_CREATE) __drv_dispatchType(IRP_MJ_CLOSE) DRIVER_DISPATCH QueueCreateClose;
__drv_dispatchType(IRP_MJ_READ) DRIVER_DISPATCH QueueRead;
__drv_dispatchType(IRP_MJ_CLEANUP) DRIVER_DISPATCH QueueCleanup;
DRIVER_UNLOAD QueueUnload;
KSTART_ROUTINE QueuePollingThread;
IO_CSQ_INSERT_IRP QueueInsertIrp;
IO_CSQ_REMOVE_IRP QueueRemoveIrp;
IO_CSQ_PEEK_NEXT_IRP QueuePeekNextIrp;
_IRQL_raises_(DISPATCH_LEVEL) _IRQL_requires_max_(DISPATCH_LEVEL)
    _Acquires_lock_(CONTAINING_RECORD(csq, DEVICE_EXTENSION, CancelSafeQueue)->QueueLock) VOID
    QueueAcquireLock(_In_ PIO_CSQ Csq, _Out_ _At_(*Irql, _IRQL_saves_) PKIRQL Irql);
IO_CSQ_RELEASE_LOCK QueueReleaseLock;
IO_CSQ_COMPLETE_CANCELED_IRP QueueCompleteCancelledIrp;

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, QueueUnload)
#endif

NTSTATUS DriverEntry(IN PDRIVER_OBJECT DriverObject, IN PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING unicodeDeviceName, unicodeDosDeviceName, sddlString;
    PDEVICE_OBJECT deviceObject;
    PDEVICE_EXTENSION devExtension;
    HANDLE threadHandle;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);
    (void)RtlInitUnicodeString(&unicodeDeviceName, L"\\Device\\QUEUE");
    (void)RtlInitUnicodeString(&sddlString, L"D:P(A;;GA;;;SY)(A;;GA;;;BA)");
    status = IoCreateDeviceSecure(DriverObject, sizeof(DEVICE_EXTENSION), &unicodeDeviceName,
                                  FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN, (BOOLEAN)FALSE,
                                  &sddlString, (LPCGUID)&GUID_DEVCLASS_QUEUE, &deviceObject);
    if (!NT_SUCCESS(status))
        return status;
    KDPRINT(("DeviceObject %s\n", deviceObject != NULL ? "made" : "missing"));
    (void)RtlInitUnicodeString(&unicodeDosDeviceName, L"\\DosDevices\\QUEUE");
    status = IoCreateSymbolicLink((PUNICODE_STRING)&unicodeDosDeviceName,
                                  (PUNICODE_STRING)&unicodeDeviceName);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(deviceObject);
        return status;
    }
    devExtension = deviceObject->DeviceExtension;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = DriverObject->MajorFunction[IRP_MJ_CLOSE] =
        QueueCreateClose;
    DriverObject->MajorFunction[IRP_MJ_READ] = QueueRead;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = QueueCleanup;
    DriverObject->DriverUnload = QueueUnload;
    deviceObject->Flags |= DO_BUFFERED_IO;

    KeInitializeSpinLock(&devExtension->QueueLock);
    KeInitializeSemaphore(&devExtension->IrpQueueSemaphore, 0, MAXLONG);
    InitializeListHead(&devExtension->PendingIrpQueue);
    status = IoCsqInitialize(&devExtension->CancelSafeQueue, QueueInsertIrp, QueueRemoveIrp,
                             QueuePeekNextIrp, QueueAcquireLock, QueueReleaseLock,
                             QueueCompleteCancelledIrp);
    NT_ASSERT(NT_SUCCESS(status));
    devExtension->ThreadShouldStop = FALSE;
    status = PsCreateSystemThread(&threadHandle, (ACCESS_MASK)0, NULL, (HANDLE)0, NULL,
                                  QueuePollingThread, deviceObject);
    if (!NT_SUCCESS(status)) {
        IoDeleteSymbolicLink(&unicodeDosDeviceName);
        IoDeleteDevice(deviceObject);
        return status;
    }
    ObReferenceObjectByHandle(threadHandle, THREAD_ALL_ACCESS, NULL, KernelMode,
                              (PVOID *)&devExtension->ThreadObject, NULL);
    ZwClose(threadHandle);
    deviceObject->Flags &= ~DO_DEVICE_INITIALIZING;
    return status;
}

static NTSTATUS Complete(PIRP Irp, NTSTATUS Status)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

_Use_decl_annotations_ NTSTATUS QueueCreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION irpStack = IoGetCurrentIrpStackLocation(Irp);
    PFILE_CONTEXT fileContext;

    UNREFERENCED_PARAMETER(DeviceObject);
    if (irpStack->MajorFunction == IRP_MJ_CLOSE) {
        ExFreePoolWithTag(irpStack->FileObject->FsContext, TAG);
        return Complete(Irp, STATUS_SUCCESS);
    }
    fileContext = ExAllocatePoolWithQuotaTag(NonPagedPool, sizeof(FILE_CONTEXT), TAG);
    if (NULL == fileContext)
        return Complete(Irp, STATUS_INSUFFICIENT_RESOURCES);
    IoInitializeRemoveLock(&fileContext->FileRundownLock, TAG, 0, 0);
    irpStack->FileObject->FsContext = (PVOID)fileContext;
    return Complete(Irp, STATUS_SUCCESS);
}

_Use_decl_annotations_ NTSTATUS QueueRead(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PDEVICE_EXTENSION devExtension = DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION irpStack = IoGetCurrentIrpStackLocation(Irp);
    PFILE_CONTEXT fileContext = irpStack->FileObject->FsContext;
    NTSTATUS status = IoAcquireRemoveLock(&fileContext->FileRundownLock, Irp);

    if (!NT_SUCCESS(status))
        return Complete(Irp, status);
    if (irpStack->Parameters.Read.Length < sizeof(ULONG)) {
        Complete(Irp, STATUS_BUFFER_TOO_SMALL);
        IoReleaseRemoveLock(&fileContext->FileRundownLock, Irp);
        return STATUS_BUFFER_TOO_SMALL;
    }
    IoCsqInsertIrp(&devExtension->CancelSafeQueue, Irp, NULL);
    KeReleaseSemaphore(&devExtension->IrpQueueSemaphore, 0, 1, FALSE);
    IoReleaseRemoveLock(&fileContext->FileRundownLock, Irp);
    return STATUS_PENDING;
}

VOID QueuePollingThread(_In_ PVOID Context)
{
    PDEVICE_OBJECT deviceObject = Context;
    PDEVICE_EXTENSION devExtension = deviceObject->DeviceExtension;
    ULONG reading = 0;
    PIRP irp;

    KeSetPriorityThread(KeGetCurrentThread(), LOW_REALTIME_PRIORITY);
    while (TRUE) {
        KeWaitForSingleObject(&devExtension->IrpQueueSemaphore, Executive, KernelMode, FALSE, NULL);
        if (devExtension->ThreadShouldStop)
            PsTerminateSystemThread(STATUS_SUCCESS);
        irp = IoCsqRemoveNextIrp(&devExtension->CancelSafeQueue, NULL);
        if (!irp) {
            KDPRINT(("a request was cancelled\n"));
            continue;
        }
        for (;;) { // Poll until the hardware has something.
            LARGE_INTEGER timeout = { .QuadPart = -10LL * (CSAMP_RETRY_INTERVAL) };

            if (KeWaitForSingleObject(&devExtension->IrpQueueSemaphore, Executive, KernelMode,
                                      FALSE, &timeout) == STATUS_SUCCESS)
                KeReleaseSemaphore(&devExtension->IrpQueueSemaphore, 0, 1, FALSE);
            if (devExtension->ThreadShouldStop || ++reading % 3 == 0)
                break;
            KeDelayExecutionThread(KernelMode, FALSE, &timeout);
        }
        *(PULONG)irp->AssociatedIrp.SystemBuffer = reading;
        irp->IoStatus.Information = sizeof(ULONG);
        irp->IoStatus.Status = STATUS_SUCCESS;
        IoCompleteRequest(irp, IO_NO_INCREMENT);
    }
}

NTSTATUS QueueCleanup(_In_ PDEVICE_OBJECT DeviceObject, _In_ PIRP Irp)
{
    PDEVICE_EXTENSION devExtension = DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION irpStack = IoGetCurrentIrpStackLocation(Irp);
    PFILE_CONTEXT fileContext = irpStack->FileObject->FsContext;
    PIRP pendingIrp;

    IoAcquireRemoveLock(&fileContext->FileRundownLock, Irp);
    IoReleaseRemoveLockAndWait(&fileContext->FileRundownLock, Irp);
    while ((pendingIrp =
                IoCsqRemoveNextIrp(&devExtension->CancelSafeQueue, irpStack->FileObject)) != NULL)
        Complete(pendingIrp, STATUS_CANCELLED);
    return Complete(Irp, STATUS_SUCCESS);
}

VOID QueueUnload(_In_ PDRIVER_OBJECT DriverObject)
{
    PDEVICE_OBJECT deviceObject = DriverObject->DeviceObject;
    PDEVICE_EXTENSION devExtension = deviceObject->DeviceExtension;
    UNICODE_STRING uniWin32NameString;

    PAGED_CODE();
    devExtension->ThreadShouldStop = TRUE;
    KeReleaseSemaphore(&devExtension->IrpQueueSemaphore, 0, 1, TRUE);
    KeWaitForSingleObject(devExtension->ThreadObject, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(devExtension->ThreadObject);
    RtlInitUnicodeString(&uniWin32NameString, L"\\DosDevices\\QUEUE");
    IoDeleteSymbolicLink(&uniWin32NameString);
    NT_ASSERT(IsListEmpty(&devExtension->PendingIrpQueue));
    IoDeleteDevice(deviceObject);
}

VOID QueueInsertIrp(_In_ PIO_CSQ Csq, _In_ PIRP Irp)
{
    PDEVICE_EXTENSION devExtension = CONTAINING_RECORD(Csq, DEVICE_EXTENSION, CancelSafeQueue);

    InsertTailList(&devExtension->PendingIrpQueue, &Irp->Tail.Overlay.ListEntry);
}

VOID QueueRemoveIrp(_In_ PIO_CSQ Csq, _In_ PIRP Irp)
{
    UNREFERENCED_PARAMETER(Csq);
    RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
}

PIRP QueuePeekNextIrp(_In_ PIO_CSQ Csq, _In_ PIRP Irp, _In_ PVOID PeekContext)
{
    PDEVICE_EXTENSION devExtension = CONTAINING_RECORD(Csq, DEVICE_EXTENSION, CancelSafeQueue);
    PLIST_ENTRY listHead = &devExtension->PendingIrpQueue, nextEntry;

    for (nextEntry = Irp == NULL ? listHead->Flink : Irp->Tail.Overlay.ListEntry.Flink;
         nextEntry != listHead; nextEntry = nextEntry->Flink) {
        PIRP nextIrp = CONTAINING_RECORD(nextEntry, IRP, Tail.Overlay.ListEntry);

        if (!PeekContext ||
            IoGetCurrentIrpStackLocation(nextIrp)->FileObject == (PFILE_OBJECT)PeekContext)
            return nextIrp;
    }
    return NULL;
}

VOID QueueAcquireLock(PIO_CSQ Csq, PKIRQL Irql)
{
    KeAcquireSpinLock(&CONTAINING_RECORD(Csq, DEVICE_EXTENSION, CancelSafeQueue)->QueueLock, Irql);
}

VOID QueueReleaseLock(_In_ PIO_CSQ Csq, _In_ KIRQL Irql)
{
    KeReleaseSpinLock(&CONTAINING_RECORD(Csq, DEVICE_EXTENSION, CancelSafeQueue)->QueueLock, Irql);
}

VOID QueueCompleteCancelledIrp(_In_ PIO_CSQ pCsq, _In_ PIRP Irp)
{
    UNREFERENCED_PARAMETER(pCsq);
    Complete(Irp, STATUS_CANCELLED);
}
