/* exifs_request.c - work that waits for the store.
 *
 * A request is an IRP whose answer needs the store: a write for which there are too few pages in
 * reserve, or the open of a stream that only the store can find. Requests are the exception; on a
 * quiet day no write ever makes one.
 *
 *   NEW --wait--> WAITING --grant--> READY --finish--> DONE
 *                    '----- cancel, death, refusal ------^
 *
 * All that the end could need is made at the beginning: the ask, and the work item. And every
 * request that waited is finished by its work item, whatever ended the wait (a reply, a cancel at
 * DISPATCH_LEVEL, a CLEANUP that arrived in who knows which process). So the end always runs at
 * PASSIVE_LEVEL, in a system thread that is attached to nothing. The one exception is ExifsPost,
 * and it is a story.
 */
#include "exifs.h"

#define BIT(state) (1u << (state))

static const UCHAR Legal[ExifsRequestStates] = {
    [ExifsRequestNew] = BIT(ExifsRequestWaiting),
    [ExifsRequestWaiting] = BIT(ExifsRequestReady) | BIT(ExifsRequestDone),
    [ExifsRequestReady] = BIT(ExifsRequestDone),
};

static VOID MoveRequest(PEXIFS_REQUEST request, EXIFS_REQUEST_STATE next)
{
    BOOLEAN legal = (Legal[request->State] & BIT(next)) != 0;

    ASSERT(legal);
    (VOID) legal; /* A free build does not look. */
    request->State = next;
}

static VOID FillAsk(PEXIFS_REQUEST request)
{
    PEXIFS_FILE file = request->File;
    PEXIFS_UPCALL message = &request->Ask->Message;

    request->Ask->Root = file->Root;
    request->Ask->Request = request;
    message->Kind = (ULONG)request->Kind;
    message->RootId = file->Root->RootId;
    message->Generation = file->Root->Generation;
    message->FileId = file->FileId;
}

PEXIFS_REQUEST ExifsNewRequest(PEXIFS_DEVICE exifs, PEXIFS_FILE file, PIRP irp,
                               EXIFS_UPCALL_KIND kind)
{
    PEXIFS_REQUEST request =
        ExAllocatePoolWithTag(NonPagedPool, sizeof(*request), EXIFS_TAG_OBJECT);

    if (request == NULL) {
        return NULL;
    }
    RtlZeroMemory(request, sizeof(*request));
    request->Kind = kind;
    request->Exifs = exifs;
    request->Irp = irp;
    request->File = file;
    request->Ask = ExAllocatePoolWithTag(NonPagedPool, sizeof(*request->Ask), EXIFS_TAG_OBJECT);
    request->Work = IoAllocateWorkItem(exifs->Device);
    if (request->Ask == NULL || request->Work == NULL) {
        ExifsFreeRequest(request);
        return NULL;
    }
    RtlZeroMemory(request->Ask, sizeof(*request->Ask));
    FillAsk(request);
    return request;
}

/* Frees a request, and its ask only if the wait never began; a queued ask lives on by itself. */
VOID ExifsFreeRequest(PEXIFS_REQUEST request)
{
    if (request->Ask != NULL) {
        ExFreePoolWithTag(request->Ask, EXIFS_TAG_OBJECT);
    }
    if (request->Work != NULL) {
        IoFreeWorkItem(request->Work);
    }
    ExFreePoolWithTag(request, EXIFS_TAG_OBJECT);
}

NTSTATUS ExifsWait(PEXIFS_REQUEST request)
{
    NTSTATUS status = ExifsInsertIrp(&request->File->Root->Waiting, request->Irp, request);

    if (status == STATUS_PENDING) {
        MoveRequest(request, ExifsRequestWaiting);
        ExifsQueueAsk(request->Exifs, request->Ask);
    }
    return status;
}

VOID ExifsEndWait(PEXIFS_REQUEST request, EXIFS_REQUEST_STATE next, NTSTATUS status)
{
    MoveRequest(request, next);
    request->Status = status;
    if (request->SetAside && next == ExifsRequestDone) {
        request->File->SetAside = FALSE; /* The store gave no room: the client may ask again. */
    }
    if (request->Ask != NULL) {
        ExifsDropAsk(request->Ask);
        request->Ask = NULL;
    }
}

static VOID NTAPI RequestWorker(PDEVICE_OBJECT device, PVOID context)
{
    (VOID) device;
    ExifsFinishRequest(context);
}

VOID ExifsHandOver(PEXIFS_REQUEST request)
{
    IoQueueWorkItem(request->Work, RequestWorker, DelayedWorkQueue, request);
}

VOID ExifsFinishRequest(PEXIFS_REQUEST request)
{
    PEXIFS_DEVICE exifs = request->Exifs;
    PEXIFS_FILE file = request->File;
    PIRP irp = request->Irp;
    NTSTATUS status = request->Status;

    if (request->State == ExifsRequestReady) {
        if (request->Kind == ExifsUpcallReserve && !request->SetAside) {
            status = ExifsWriteClaimed(exifs, file, irp, request->Offset, request->Length);
        }
        MoveRequest(request, ExifsRequestDone);
    }
    if (request->Kind == ExifsUpcallOpen) {
        ExifsFinishOpen(exifs, file, irp, status);
    } else {
        (VOID) ExifsComplete(irp, status,
                             NT_SUCCESS(status) && !request->SetAside ? request->Length : 0);
    }
    ExifsFreeRequest(request);
}

/* ---- Ends that come from the client's side --------------------------------------------------- */

VOID ExifsRequestUnlinked(PIRP irp)
{
    ExifsEndWait(ExifsContextOfIrp(irp), ExifsRequestDone, STATUS_CANCELLED);
}

VOID ExifsRequestCancelled(PEXIFS_DEVICE exifs, PIRP irp)
{
    (VOID) exifs;
    ExifsHandOver(ExifsContextOfIrp(irp));
}

VOID ExifsFailWaiters(PEXIFS_DEVICE exifs, PEXIFS_ROOT root, PEXIFS_FILE file, NTSTATUS status)
{
    PIRP irp;
    KIRQL irql;

    KeAcquireSpinLock(&exifs->Lock, &irql);
    irp = ExifsNextIrp(&root->Waiting, NULL);
    while (irp != NULL) {
        PEXIFS_REQUEST request = ExifsContextOfIrp(irp);

        irp = ExifsNextIrp(&root->Waiting, irp);
        if ((file == NULL || request->File == file) && ExifsRemoveIrp(request->Irp)) {
            ExifsEndWait(request, ExifsRequestDone, status);
            ExifsHandOver(request);
        }
    }
    KeReleaseSpinLock(&exifs->Lock, irql);
}
