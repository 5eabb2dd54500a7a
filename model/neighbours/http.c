/* http.c - HTTP in the kernel, as much as KB 887742 needs: requests come up from the transport, and
 * threads of System copy them into the worker process.
 *
 *     Receive (DPC) --> queue --> Serve: AskAddress   a query down the transport's stack
 *                                        CopyRequest  attached to w3wp.exe
 *                                        --> the waiting RECEIVE
 *
 * The defect is one line of AskAddress. A query is over when the stack below says anything but
 * STATUS_PENDING; the line asks whether the status is a success, and STATUS_PENDING is one. So
 * AskAddress returns, its frame with the status block is gone, and CopyRequest's frame lies there:
 *
 *     frame of AskAddress        frame of CopyRequest
 *       Irp, ...                   ApcState.ApcListHead
 *       Done                       ApcState.Process      NULL: leave with the saved state
 *       Iosb                       the rest of ApcState        1: was there already, stay
 *
 * The transport by itself never pends a query, so the line is right on every machine but those with
 * a filter that does. Its late answer sets Done, and with it says in ApcState that there is nothing
 * to undo: KeUnstackDetachProcess does nothing, and a thread of System stays in w3wp.exe. What
 * happens next is the next attacher's misfortune, and the kernel's rule.
 *
 * The update waits for an answer that has not come: the event to wait for is behind the rest.
 *
 * The frames lie in a small stack of the thread's own, in pool, so that they are reused as frames
 * are, and nothing but what is drawn above is ever overwritten.
 */
#include <ntifs.h>
#include "model/neighbours/neighbours.h"
#include "model/neighbours/http_ioctl.h"

#define HTTP_TAG ((ULONG)('U' | 'l' << 8 | 'R' << 16 | (ULONG)'q' << 24))

enum { HTTP_THREADS = 2, HTTP_QUEUE_MAX = 1024, HTTP_STACK_BYTES = 512 };

NTSTATUS NTAPI MmCopyVirtualMemory(PEPROCESS FromProcess, PVOID FromAddress, PEPROCESS ToProcess,
                                   PVOID ToAddress, SIZE_T BufferSize, KPROCESSOR_MODE PreviousMode,
                                   PSIZE_T NumberOfBytesCopied);

/* ---- Frames ---------------------------------------------------------------------------------- */

typedef struct _HTTP_QUERY_FRAME {
    UCHAR Locals[FIELD_OFFSET(KAPC_STATE, Process)];
    ULONG_PTR Done;
    IO_STATUS_BLOCK Iosb;
    KEVENT Event; /* Event the updated driver waits on. */
} HTTP_QUERY_FRAME, *PHTTP_QUERY_FRAME;

typedef struct _HTTP_COPY_FRAME {
    KAPC_STATE ApcState;
    ULONG_PTR Locals[2];
} HTTP_COPY_FRAME, *PHTTP_COPY_FRAME;

C_ASSERT(offsetof(HTTP_QUERY_FRAME, Done) ==
         offsetof(HTTP_COPY_FRAME, ApcState) + offsetof(KAPC_STATE, Process));
C_ASSERT(sizeof(HTTP_QUERY_FRAME) <= HTTP_STACK_BYTES);
C_ASSERT(sizeof(HTTP_COPY_FRAME) <= HTTP_STACK_BYTES);

typedef struct _HTTP_THREAD {
    struct _HTTP *Http;
    ULONG Used;
    ULONG Reserved;
    ULONG64 Stack[HTTP_STACK_BYTES / sizeof(ULONG64)];
} HTTP_THREAD, *PHTTP_THREAD;

static PVOID PushFrame(PHTTP_THREAD thread, ULONG bytes)
{
    PVOID frame = (PUCHAR)thread->Stack + thread->Used;

    thread->Used += (bytes + 15) & ~15u;
    ASSERT(thread->Used <= HTTP_STACK_BYTES);
    return frame; /* The frame holds the bytes of the last frame at this place. */
}

static VOID PopFrame(PHTTP_THREAD thread, ULONG bytes) { thread->Used -= (bytes + 15) & ~15u; }

/* ---- The device ------------------------------------------------------------------------------ */

typedef struct _HTTP {
    PDEVICE_OBJECT Transport;
    PVOID Page;    /* Block in which requests are built. */
    BOOLEAN Waits; /* TRUE: the updated driver. */
    KSPIN_LOCK Lock;
    LIST_ENTRY Receivers;
    ULONG Head, Count;
    ULONG Queue[HTTP_QUEUE_MAX]; /* Bytes of each queued request. */
    KSEMAPHORE Requests, Waiting;
    HTTP_THREAD Threads[HTTP_THREADS];
} HTTP, *PHTTP;

/* A RECEIVE that waits, in its thread's frame: it leaves the list before the thread goes on. */
typedef struct _HTTP_RECEIVER {
    LIST_ENTRY Link;
    BOOLEAN Listed;
    PEPROCESS Process;
    HTTP_RECEIVE Where;
    HTTP_REQUEST Got;
    NTSTATUS Status;
    KEVENT Ready;
} HTTP_RECEIVER, *PHTTP_RECEIVER;

/* ---- A request goes up ----------------------------------------------------------------------- */

static NTSTATUS NTAPI AddressKnown(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
    PHTTP_QUERY_FRAME frame = context; /* The frame may have been reused by now. */
    ULONG_PTR done = TRUE;

    UNREFERENCED_PARAMETER(device);
    RtlCopyMemory(&frame->Iosb, &irp->IoStatus, sizeof(frame->Iosb));
    RtlCopyMemory(&frame->Done, &done, sizeof(frame->Done));
    IoFreeIrp(irp);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/* Answers the caller that waits in the frame. A caller that has its answer already is gone, and
 * gets none. */
static NTSTATUS NTAPI AddressKnownInTime(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
    PHTTP_QUERY_FRAME frame = context;
    BOOLEAN pended = irp->PendingReturned;
    NTSTATUS status = AddressKnown(device, irp, context);

    if (pended)
        KeSetEvent(&frame->Event, IO_NETWORK_INCREMENT, FALSE);
    return status;
}

static NTSTATUS AskAddress(PHTTP_THREAD thread, PULONG bytes)
{
    PHTTP http = thread->Http;
    PHTTP_QUERY_FRAME frame;
    PIO_STACK_LOCATION next;
    NTSTATUS status;
    PIRP irp = IoAllocateIrp(http->Transport->StackSize, FALSE);

    if (irp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    frame = PushFrame(thread, sizeof(*frame));
    RtlZeroMemory(frame, sizeof(*frame));
    KeInitializeEvent(&frame->Event, NotificationEvent, FALSE);
    next = IoGetNextIrpStackLocation(irp);
    next->MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL;
    next->MinorFunction = TCP_QUERY_ADDRESS;
    IoSetCompletionRoutine(irp, http->Waits ? AddressKnownInTime : AddressKnown, frame, TRUE, TRUE,
                           TRUE);
    status = IoCallDriver(http->Transport, irp);
    if (http->Waits && status == STATUS_PENDING)
        KeWaitForSingleObject(&frame->Event, Executive, KernelMode, FALSE, NULL);
    if (NT_SUCCESS(status)) /* The defective line. */
        status = frame->Iosb.Status;
    *bytes = (ULONG)frame->Iosb.Information;
    PopFrame(thread, sizeof(*frame));
    return status;
}

static NTSTATUS CopyRequest(PHTTP_THREAD thread, PHTTP_RECEIVER receiver, ULONG bytes)
{
    PHTTP_COPY_FRAME frame = PushFrame(thread, sizeof(*frame));
    NTSTATUS status = STATUS_SUCCESS;
    SIZE_T done = 0;

    KeStackAttachProcess((PRKPROCESS)receiver->Process, &frame->ApcState);
    while (done < bytes && NT_SUCCESS(status)) {
        SIZE_T part = bytes - done < 4096 ? bytes - done : 4096, copied;

        status = MmCopyVirtualMemory(
            PsGetCurrentProcess(), thread->Http->Page, PsGetCurrentProcess(),
            (PVOID)(ULONG_PTR)(receiver->Where.Buffer + done), part, KernelMode, &copied);
        done += part;
    }
    KeUnstackDetachProcess(&frame->ApcState);
    PopFrame(thread, sizeof(*frame));
    receiver->Got.Bytes = (ULONG)done;
    return status;
}

static PHTTP_RECEIVER NextReceiver(PHTTP http, PULONG bytes)
{
    PHTTP_RECEIVER receiver = NULL;
    KIRQL irql;

    KeAcquireSpinLock(&http->Lock, &irql);
    if (!IsListEmpty(&http->Receivers) && http->Count > 0) {
        receiver = CONTAINING_RECORD(RemoveHeadList(&http->Receivers), HTTP_RECEIVER, Link);
        receiver->Listed = FALSE;
        *bytes = http->Queue[http->Head];
        http->Head = (http->Head + 1) % HTTP_QUEUE_MAX;
        http->Count--;
    }
    KeReleaseSpinLock(&http->Lock, irql);
    return receiver;
}

static VOID Serve(PHTTP_THREAD thread)
{
    PHTTP http = thread->Http;
    ULONG bytes = 0;
    PHTTP_RECEIVER receiver = NextReceiver(http, &bytes);

    if (receiver == NULL) { /* The receiver went away meanwhile; the request waits for another. */
        KeReleaseSemaphore(&http->Requests, IO_NO_INCREMENT, 1, FALSE);
        return;
    }
    if (bytes > receiver->Where.Bytes)
        bytes = receiver->Where.Bytes;
    receiver->Status = AskAddress(thread, &receiver->Got.AddressBytes);
    if (NT_SUCCESS(receiver->Status))
        receiver->Status = CopyRequest(thread, receiver, bytes);
    KeSetEvent(&receiver->Ready, IO_NETWORK_INCREMENT, FALSE);
}

static VOID NTAPI HttpThread(PVOID context)
{
    PHTTP_THREAD thread = context;
    PHTTP http = thread->Http;

    for (;;) {
        KeWaitForSingleObject(&http->Requests, Executive, KernelMode, FALSE, NULL);
        KeWaitForSingleObject(&http->Waiting, Executive, KernelMode, FALSE, NULL);
        Serve(thread);
    }
}

/* The transport's receive handler. */
static VOID NTAPI HttpReceive(PVOID context, ULONG bytes)
{
    PHTTP http = context;

    KeAcquireSpinLockAtDpcLevel(&http->Lock);
    if (http->Count < HTTP_QUEUE_MAX) {
        http->Queue[(http->Head + http->Count++) % HTTP_QUEUE_MAX] = bytes;
        KeReleaseSemaphore(&http->Requests, IO_NETWORK_INCREMENT, 1, FALSE);
    }
    KeReleaseSpinLockFromDpcLevel(&http->Lock);
}

/* ---- Dispatch -------------------------------------------------------------------------------- */

static NTSTATUS Complete(PIRP irp, NTSTATUS status, ULONG_PTR information)
{
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = information;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static VOID Leave(PHTTP http, PHTTP_RECEIVER receiver)
{
    BOOLEAN listed;
    KIRQL irql;

    KeAcquireSpinLock(&http->Lock, &irql);
    listed = receiver->Listed;
    if (listed)
        RemoveEntryList(&receiver->Link);
    KeReleaseSpinLock(&http->Lock, irql);
    if (!listed) /* A worker thread of the driver has taken it. */
        KeWaitForSingleObject(&receiver->Ready, Executive, KernelMode, FALSE, NULL);
}

static NTSTATUS NTAPI HttpControl(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    PHTTP http = device->DeviceExtension;
    HTTP_RECEIVER receiver;
    KIRQL irql;

    if (location->Parameters.DeviceIoControl.IoControlCode != IOCTL_HTTP_RECEIVE ||
        location->Parameters.DeviceIoControl.InputBufferLength < sizeof(HTTP_RECEIVE) ||
        location->Parameters.DeviceIoControl.OutputBufferLength < sizeof(HTTP_REQUEST))
        return Complete(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    RtlZeroMemory(&receiver, sizeof(receiver));
    receiver.Process = PsGetCurrentProcess();
    receiver.Where = *(PHTTP_RECEIVE)irp->AssociatedIrp.SystemBuffer;
    receiver.Status = STATUS_CANCELLED;
    KeInitializeEvent(&receiver.Ready, NotificationEvent, FALSE);
    KeAcquireSpinLock(&http->Lock, &irql);
    InsertTailList(&http->Receivers, &receiver.Link);
    receiver.Listed = TRUE;
    KeReleaseSpinLock(&http->Lock, irql);
    KeReleaseSemaphore(&http->Waiting, IO_NO_INCREMENT, 1, FALSE);
    if (KeWaitForSingleObject(&receiver.Ready, UserRequest, irp->RequestorMode, FALSE, NULL) !=
        STATUS_SUCCESS)
        Leave(http, &receiver);
    if (!NT_SUCCESS(receiver.Status))
        return Complete(irp, receiver.Status, 0);
    *(PHTTP_REQUEST)irp->AssociatedIrp.SystemBuffer = receiver.Got;
    return Complete(irp, STATUS_SUCCESS, sizeof(HTTP_REQUEST));
}

static NTSTATUS NTAPI HttpOpenClose(PDEVICE_OBJECT device, PIRP irp)
{
    UNREFERENCED_PARAMETER(device);
    return Complete(irp, STATUS_SUCCESS, 0);
}

/* ---- Coming ---------------------------------------------------------------------------------- */

static NTSTATUS NTAPI HandlerSet(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
    UNREFERENCED_PARAMETER(device);
    UNREFERENCED_PARAMETER(context);
    IoFreeIrp(irp);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS Listen(PHTTP http)
{
    TCP_HANDLER handler = { HttpReceive, http };
    UNICODE_STRING name;
    PIO_STACK_LOCATION next;
    PFILE_OBJECT file;
    NTSTATUS status;
    PIRP irp;

    RtlInitUnicodeString(&name, TCP_DEVICE_NAME);
    status = IoGetDeviceObjectPointer(&name, FILE_READ_DATA, &file, &http->Transport);
    if (!NT_SUCCESS(status))
        return status;
    /* The file stays open as long as the driver, which is never unloaded. */
    irp = IoAllocateIrp(http->Transport->StackSize, FALSE);
    if (irp == NULL) {
        ObDereferenceObject(file);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    next = IoGetNextIrpStackLocation(irp);
    next->MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL;
    next->MinorFunction = TCP_SET_RECEIVE_HANDLER;
    next->Parameters.Others.Argument1 = &handler;
    IoSetCompletionRoutine(irp, HandlerSet, NULL, TRUE, TRUE, TRUE);
    return IoCallDriver(http->Transport, irp);
}

static NTSTATUS StartThreads(PHTTP http)
{
    NTSTATUS status = STATUS_SUCCESS;
    ULONG i;

    for (i = 0; i < HTTP_THREADS && NT_SUCCESS(status); i++) {
        HANDLE handle;

        http->Threads[i].Http = http;
        status = PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, HttpThread,
                                      &http->Threads[i]);
        if (NT_SUCCESS(status))
            (VOID) ZwClose(handle);
    }
    return i > 1 ? STATUS_SUCCESS
                 : status; /* Success with at least one worker thread: slow, and it serves. */
}

/* The last step lets requests in; no step that can fail may come after it. */
static NTSTATUS Open(PHTTP http, PUNICODE_STRING name, PUNICODE_STRING link)
{
    NTSTATUS status;

    http->Page = ExAllocatePoolWithTag(NonPagedPool, 4096, HTTP_TAG);
    if (http->Page == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlFillMemory(http->Page, 4096, 'h');
    status = IoCreateSymbolicLink(link, name);
    if (!NT_SUCCESS(status))
        goto FreePage;
    status = Listen(http);
    if (NT_SUCCESS(status))
        return status;
    (VOID) IoDeleteSymbolicLink(link);
FreePage:
    ExFreePoolWithTag(http->Page, HTTP_TAG);
    return status;
}

static NTSTATUS Start(PDRIVER_OBJECT driver, BOOLEAN waits)
{
    UNICODE_STRING name, link;
    PDEVICE_OBJECT device;
    PHTTP http;
    NTSTATUS status;

    RtlInitUnicodeString(&name, HTTP_DEVICE_NAME);
    RtlInitUnicodeString(&link, HTTP_LINK_NAME);
    status = IoCreateDevice(driver, sizeof(HTTP), &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    if (!NT_SUCCESS(status))
        return status;
    http = device->DeviceExtension;
    RtlZeroMemory(http, sizeof(*http));
    http->Waits = waits;
    KeInitializeSpinLock(&http->Lock);
    InitializeListHead(&http->Receivers);
    KeInitializeSemaphore(&http->Requests, 0, HTTP_QUEUE_MAX);
    KeInitializeSemaphore(&http->Waiting, 0, HTTP_QUEUE_MAX);
    driver->MajorFunction[IRP_MJ_CREATE] = HttpOpenClose;
    driver->MajorFunction[IRP_MJ_CLEANUP] = HttpOpenClose;
    driver->MajorFunction[IRP_MJ_CLOSE] = HttpOpenClose;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = HttpControl;
    device->Flags |= DO_BUFFERED_IO;
    status = Open(http, &name, &link);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
        return status;
    }
    return StartThreads(http);
}

NTSTATUS NTAPI HttpEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry)
{
    UNREFERENCED_PARAMETER(registry);
    return Start(driver, FALSE);
}

NTSTATUS NTAPI HttpUpdatedEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry)
{
    UNREFERENCED_PARAMETER(registry);
    return Start(driver, TRUE);
}
