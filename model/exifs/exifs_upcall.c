/* exifs_upcall.c - the inverted call: the driver asks, threads of the store answer.
 *
 *     Idle --queue--> Queued --fetch--> Fetched --reply--> Idle
 *       ^---- drop -----'  ^--- fetcher died ---'
 *
 * Proxy threads of the store wait here in GET_UPCALL. An *ask* is queued when a request or a root
 * needs the store; the pump hands it to a waiting thread; REPLY finds it again by its serial
 * number. Between fetch and reply the client that caused the ask may go away: the ask then stays
 * without a request, and the root keeps the pages that the reply brings.
 *
 * The invariant that keeps every wait finite: a WAITING request has an ask of its own that is
 * Queued or Fetched. When a reply's pages serve another request first, asks change hands
 * (Readjust).
 *
 * A RELEASE is no ask. The driver makes it from the root's list of released pages as a thread
 * fetches it, so that giving pages back needs no memory and no answer.
 */
#include "exifs.h"

#define BIT(state) (1u << (state))

static const UCHAR Legal[ExifsUpcallStates] = {
    [ExifsUpcallIdle] = BIT(ExifsUpcallQueued),
    [ExifsUpcallQueued] = BIT(ExifsUpcallFetched) | BIT(ExifsUpcallIdle),
    [ExifsUpcallFetched] = BIT(ExifsUpcallIdle) | BIT(ExifsUpcallQueued),
};

static VOID MoveAsk(PEXIFS_ASK ask, EXIFS_UPCALL_STATE next)
{
    PEXIFS_ROOT root = ask->Root;
    BOOLEAN counts = ask->Message.Kind == ExifsUpcallReserve;
    BOOLEAN legal = (Legal[ask->State] & BIT(next)) != 0;

    ASSERT(legal);
    (VOID) legal; /* A free build does not check. */
    if (ask->State != ExifsUpcallIdle) {
        RemoveEntryList(&ask->Link);
        root->QueuedReserves -= counts && ask->State == ExifsUpcallQueued;
    }
    ask->State = next;
    if (next == ExifsUpcallQueued) {
        InsertTailList(&root->Queued, &ask->Link);
        root->QueuedReserves += counts;
    } else if (next == ExifsUpcallFetched) {
        InsertTailList(&root->Fetched, &ask->Link);
    }
}

BOOLEAN ExifsIsImpatient(const EXIFS_ROOT *root)
{
    return root->Setup.ImpatienceDepth != 0 && root->QueuedReserves >= root->Setup.ImpatienceDepth;
}

VOID ExifsQueueAsk(PEXIFS_DEVICE exifs, PEXIFS_ASK ask)
{
    do {
        ask->Message.Serial = ++exifs->LastSerial;
    } while (ask->Message.Serial == 0);
    MoveAsk(ask, ExifsUpcallQueued);
}

/* Drops an ask that no request waits for any more: a queued ask is taken back, a fetched ask will
 * still be answered. */
VOID ExifsDropAsk(PEXIFS_ASK ask)
{
    BOOLEAN own = ask == &ask->Root->Ahead;

    ask->Request = NULL;
    if (ask->State == ExifsUpcallFetched) {
        return;
    }
    if (ask->State == ExifsUpcallQueued) {
        MoveAsk(ask, ExifsUpcallIdle);
    }
    if (!own) {
        ExFreePoolWithTag(ask, EXIFS_TAG_OBJECT);
    }
}

/* Ends a fetched ask: it has had its answer, or will have none. */
static VOID RetireAsk(PEXIFS_ASK ask)
{
    if (ask->Request != NULL) {
        ask->Request->Ask =
            NULL; /* The request is being cancelled; its cancel routine looks here. */
    }
    MoveAsk(ask, ExifsUpcallIdle);
    ExifsDropAsk(ask);
}

VOID ExifsForgetAsks(PEXIFS_ROOT root)
{
    while (!IsListEmpty(&root->Queued)) {
        RetireAsk(CONTAINING_RECORD(root->Queued.Flink, EXIFS_ASK, Link));
    }
    while (!IsListEmpty(&root->Fetched)) {
        RetireAsk(CONTAINING_RECORD(root->Fetched.Flink, EXIFS_ASK, Link));
    }
}

VOID ExifsAskAhead(PEXIFS_DEVICE exifs, PEXIFS_ROOT root)
{
    PEXIFS_ASK ahead = &root->Ahead;

    if (root->ReservePages >= root->Setup.LowWaterPages || ahead->State != ExifsUpcallIdle) {
        return;
    }
    ahead->Root = root;
    ahead->Message.Kind = ExifsUpcallReserve;
    ahead->Message.RootId = root->RootId;
    ahead->Message.Generation = root->Generation;
    ahead->Message.Pages = root->Setup.ReserveUnitPages;
    ExifsQueueAsk(exifs, ahead);
}

/* ---- The pump: upcalls meet fetchers --------------------------------------------------------- */

/* Makes one RELEASE upcall of the runs at the head of the list that came from one file. */
static VOID FillRelease(PEXIFS_DEVICE exifs, PEXIFS_ROOT root, PEXIFS_UPCALL upcall)
{
    RtlZeroMemory(upcall, sizeof(*upcall));
    upcall->Kind = ExifsUpcallRelease;
    upcall->RootId = root->RootId;
    upcall->Generation = root->Generation;
    upcall->FileId = CONTAINING_RECORD(root->Released.Flink, EXIFS_NODE, Link)->FileId;
    while (!IsListEmpty(&root->Released) && upcall->RunCount < EXIFS_RUNS_MAX) {
        PEXIFS_NODE node = CONTAINING_RECORD(root->Released.Flink, EXIFS_NODE, Link);

        if (node->FileId != upcall->FileId) {
            break;
        }
        RemoveEntryList(&node->Link);
        upcall->Runs[upcall->RunCount++] = node->Run;
        upcall->Pages += node->Run.Pages;
        ExifsFreeNode(exifs, node);
    }
}

static PEXIFS_ROOT RootWithNews(PEXIFS_DEVICE exifs, PEPROCESS process)
{
    PLIST_ENTRY link;

    for (link = exifs->Roots.Flink; link != &exifs->Roots; link = link->Flink) {
        PEXIFS_ROOT root = CONTAINING_RECORD(link, EXIFS_ROOT, Link);

        if (root->Alive && root->Process == process &&
            (!IsListEmpty(&root->Queued) || !IsListEmpty(&root->Released))) {
            return root;
        }
    }
    return NULL;
}

/* The first fetcher with an upcall to deliver, the upcall in its buffer; NULL: none. */
static PIRP NextDelivery(PEXIFS_DEVICE exifs)
{
    PIRP irp;

    for (irp = ExifsNextIrp(&exifs->Fetchers, NULL); irp != NULL;
         irp = ExifsNextIrp(&exifs->Fetchers, irp)) {
        PEXIFS_FILE control = ExifsContextOfIrp(irp);
        PEXIFS_UPCALL upcall = irp->AssociatedIrp.SystemBuffer;
        PEXIFS_ROOT root = RootWithNews(exifs, control->Process);

        if (root == NULL || !ExifsRemoveIrp(irp)) {
            continue;
        }
        if (IsListEmpty(&root->Queued)) {
            FillRelease(exifs, root, upcall);
        } else {
            PEXIFS_ASK ask = CONTAINING_RECORD(root->Queued.Flink, EXIFS_ASK, Link);

            ask->Fetcher = control->FileObject;
            MoveAsk(ask, ExifsUpcallFetched);
            *upcall = ask->Message;
        }
        return irp;
    }
    return NULL;
}

VOID ExifsPump(PEXIFS_DEVICE exifs)
{
    PIRP irp;

    do {
        KIRQL irql;

        KeAcquireSpinLock(&exifs->Lock, &irql);
        irp = NextDelivery(exifs);
        KeReleaseSpinLock(&exifs->Lock, irql);
        if (irp != NULL) {
            (VOID) ExifsComplete(irp, STATUS_SUCCESS, sizeof(EXIFS_UPCALL));
        }
    } while (irp != NULL);
}

NTSTATUS ExifsGetUpcall(PEXIFS_DEVICE exifs, PIRP irp)
{
    PEXIFS_FILE control = ExifsOfIrp(irp);
    NTSTATUS status;
    KIRQL irql;

    if (control->Kind != ExifsFileControl) {
        return ExifsComplete(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
    if (!ExifsHasOutput(irp, sizeof(EXIFS_UPCALL))) {
        return ExifsComplete(irp, STATUS_BUFFER_TOO_SMALL, 0);
    }

    KeAcquireSpinLock(&exifs->Lock, &irql);
    if (control->Cleaned ||
        (control->HadRoots && ExifsRootOwnedBy(exifs, control->FileObject) == NULL)) {
        status = STATUS_CANCELLED; /* The last root is gone: this proxy thread may end. */
    } else {
        status = ExifsInsertIrp(&exifs->Fetchers, irp, control);
    }
    KeReleaseSpinLock(&exifs->Lock, irql);

    if (status != STATUS_PENDING) {
        return ExifsComplete(irp, status, 0);
    }
    ExifsPump(exifs);
    return STATUS_PENDING;
}

VOID ExifsFetcherUnlinked(PIRP irp) { (VOID) irp; }

VOID ExifsFetcherCancelled(PEXIFS_DEVICE exifs, PIRP irp)
{
    (VOID) exifs;
    (VOID) ExifsComplete(irp, STATUS_CANCELLED, 0);
}

static PIRP FetcherOn(PEXIFS_DEVICE exifs, const FILE_OBJECT *fetcher)
{
    PIRP irp;

    for (irp = ExifsNextIrp(&exifs->Fetchers, NULL); irp != NULL;
         irp = ExifsNextIrp(&exifs->Fetchers, irp)) {
        PEXIFS_FILE control = ExifsContextOfIrp(irp);

        if (control->FileObject == fetcher && ExifsRemoveIrp(irp)) {
            return irp;
        }
    }
    return NULL;
}

VOID ExifsFailFetchers(PEXIFS_DEVICE exifs, const FILE_OBJECT *fetcher)
{
    PIRP irp;

    do {
        KIRQL irql;

        KeAcquireSpinLock(&exifs->Lock, &irql);
        irp = FetcherOn(exifs, fetcher);
        KeReleaseSpinLock(&exifs->Lock, irql);
        if (irp != NULL) {
            (VOID) ExifsComplete(irp, STATUS_CANCELLED, 0);
        }
    } while (irp != NULL);
}

/* Queues upcalls again that a process had fetched when it died, if their root lives. */
VOID ExifsReturnFetched(PEXIFS_DEVICE exifs, const FILE_OBJECT *fetcher)
{
    PLIST_ENTRY rootLink;

    for (rootLink = exifs->Roots.Flink; rootLink != &exifs->Roots; rootLink = rootLink->Flink) {
        PEXIFS_ROOT root = CONTAINING_RECORD(rootLink, EXIFS_ROOT, Link);
        PLIST_ENTRY link = root->Fetched.Flink;

        while (link != &root->Fetched) {
            PEXIFS_ASK ask = CONTAINING_RECORD(link, EXIFS_ASK, Link);

            link = link->Flink;
            if (ask->Fetcher != fetcher) {
                continue;
            }
            if (ask->Request == NULL && ask != &root->Ahead) {
                RetireAsk(ask);
            } else {
                ExifsQueueAsk(exifs, ask);
            }
        }
    }
}

/* ---- REPLY ----------------------------------------------------------------------------------- */

static PEXIFS_ASK FindFetched(PEXIFS_DEVICE exifs, PEPROCESS process, ULONG serial)
{
    PLIST_ENTRY rootLink;

    for (rootLink = exifs->Roots.Flink; rootLink != &exifs->Roots; rootLink = rootLink->Flink) {
        PEXIFS_ROOT root = CONTAINING_RECORD(rootLink, EXIFS_ROOT, Link);
        PLIST_ENTRY link;

        if (!root->Alive || root->Process != process) {
            continue;
        }
        for (link = root->Fetched.Flink; link != &root->Fetched; link = link->Flink) {
            PEXIFS_ASK ask = CONTAINING_RECORD(link, EXIFS_ASK, Link);

            if (ask->Message.Serial == serial) {
                return ask;
            }
        }
    }
    return NULL;
}

/* Follows a reply whose pages are used up. If the reply's own request still waits, the request
 * takes over an ask whose request was served by these pages, or asks again. */
static VOID Readjust(PEXIFS_DEVICE exifs, PEXIFS_ASK ask)
{
    PEXIFS_REQUEST request = ask->Request;
    PLIST_ENTRY link;

    if (request == NULL) {
        RetireAsk(ask);
        return;
    }
    for (link = ask->Root->Fetched.Flink; link != &ask->Root->Fetched; link = link->Flink) {
        PEXIFS_ASK orphan = CONTAINING_RECORD(link, EXIFS_ASK, Link);

        if (orphan != ask && orphan->Request == NULL && orphan != &ask->Root->Ahead &&
            orphan->Message.Kind == ExifsUpcallReserve) {
            orphan->Request = request;
            request->Ask = orphan;
            ask->Request = NULL;
            RetireAsk(ask);
            return;
        }
    }
    ExifsQueueAsk(exifs, ask);
}

/* Ends the wait of the requests that the reserve can serve now, first come first served, and hands
 * them to workers. A write too big for what is left stops the line: small ones do not overtake it
 * for ever. */
static VOID ServeWaiting(PEXIFS_DEVICE exifs, PEXIFS_ROOT root)
{
    PIRP irp = ExifsNextIrp(&root->Waiting, NULL);

    while (irp != NULL) {
        PEXIFS_REQUEST request = ExifsContextOfIrp(irp);
        NTSTATUS status;

        irp = ExifsNextIrp(&root->Waiting, irp);
        if (request->Kind != ExifsUpcallReserve || request->SetAside) {
            continue;
        }
        if (ExifsPagesWanted(request->File, request->Offset, request->Length) >
            root->ReservePages) {
            return;
        }
        if (ExifsRemoveIrp(request->Irp)) {
            status = ExifsClaimPages(exifs, request->File, request->Offset, request->Length, NULL);
            ExifsEndWait(request, NT_SUCCESS(status) ? ExifsRequestReady : ExifsRequestDone,
                         status);
            ExifsHandOver(request);
        }
    }
}

/* The request this reply was asked for, if it is to be finished at once rather than by way of the
 * list: all proxy threads are busy and the client has a block to post to. Its pages are then the
 * reply's first. */
static PEXIFS_REQUEST TakeForPost(PEXIFS_DEVICE exifs, PEXIFS_ASK ask, PEXIFS_GRANT grant)
{
    PEXIFS_REQUEST request = ask->Request;
    NTSTATUS status;

    if (request == NULL || request->SetAside || request->File->BlockAddress == 0 ||
        !ExifsIsImpatient(ask->Root) || !ExifsRemoveIrp(request->Irp)) {
        return NULL;
    }
    status = ExifsClaimPages(exifs, request->File, request->Offset, request->Length, grant);
    if (!NT_SUCCESS(status)) {
        ExifsEndWait(request, ExifsRequestDone, status);
        ExifsHandOver(request);
        return NULL;
    }
    ExifsEndWait(request, ExifsRequestReady, status);
    request->File->Posted = TRUE;
    ExifsHoldPeer(exifs, request->File->Process);
    return request;
}

static NTSTATUS AcceptPages(PEXIFS_DEVICE exifs, PEXIFS_ASK ask, const EXIFS_REPLY *reply,
                            PEXIFS_REQUEST *post, PEXIFS_GRANT grant)
{
    NTSTATUS status;

    if (reply->RunCount == 0 || reply->RunCount > EXIFS_RUNS_MAX) {
        return STATUS_INVALID_PARAMETER;
    }
    status = ExifsAddToReserve(exifs, ask->Root, reply->Runs, reply->RunCount);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    if (ask->Request != NULL && ask->Request->SetAside) {
        ExifsTakeSetAside(exifs, ask->Request);
    }
    *post = TakeForPost(exifs, ask, grant);
    ServeWaiting(exifs, ask->Root);
    Readjust(exifs, ask);
    return STATUS_SUCCESS;
}

/* The store has answered for one request alone: an OPEN, or a refusal of either kind. */
static VOID AcceptVerdict(PEXIFS_DEVICE exifs, PEXIFS_ASK ask, const EXIFS_REPLY *reply)
{
    PEXIFS_REQUEST request = ask->Request;

    if (request != NULL && ExifsRemoveIrp(request->Irp)) {
        NTSTATUS status = reply->Status;

        if (NT_SUCCESS(status)) {
            status = ExifsFillStream(exifs, request->File, reply);
        }
        ExifsEndWait(request, NT_SUCCESS(status) ? ExifsRequestReady : ExifsRequestDone, status);
        ExifsHandOver(request);
    }
    RetireAsk(ask);
}

/* If the store gets an error, nothing was taken over, and the upcall still wants a reply. */
NTSTATUS ExifsReply(PEXIFS_DEVICE exifs, PIRP irp)
{
    const EXIFS_REPLY *reply = ExifsInput(irp, sizeof(*reply));
    PEXIFS_FILE control = ExifsOfIrp(irp);
    PEXIFS_REQUEST post = NULL;
    NTSTATUS status = STATUS_SUCCESS;
    EXIFS_GRANT grant;
    PEXIFS_ASK ask;
    KIRQL irql;

    if (reply == NULL || reply->Status > 0) {
        return ExifsComplete(irp, STATUS_INVALID_PARAMETER, 0);
    }
    RtlZeroMemory(&grant, sizeof(grant));

    KeAcquireSpinLock(&exifs->Lock, &irql);
    ask = FindFetched(exifs, control->Process, reply->Serial);
    if (ask == NULL) {
        status = STATUS_NOT_FOUND;
    } else if (ask->Message.Kind == ExifsUpcallList && NT_SUCCESS(reply->Status)) {
        /* A successful LIST must be answered by IOCTL_EXIFS_REPLY_LIST. */
        status = STATUS_INVALID_PARAMETER;
    } else if (ask->Message.Kind == ExifsUpcallReserve && NT_SUCCESS(reply->Status)) {
        status = AcceptPages(exifs, ask, reply, &post, &grant);
    } else {
        AcceptVerdict(exifs, ask, reply);
    }
    KeReleaseSpinLock(&exifs->Lock, irql);

    if (post != NULL) {
        ExifsPost(post, &grant, reply->GrantAddress);
    }
    ExifsPump(exifs);
    return ExifsComplete(irp, status, 0);
}

/* Numbers rise from the one that was asked for, and leave room for a next one: so every listing has
 * an end, whatever the store says. */
static BOOLEAN IsRising(const EXIFS_LIST_REPLY *reply, ULONG from)
{
    ULONG i;

    for (i = 0; i < reply->Count; i++) {
        ULONG index = reply->Entries[i].Index;

        if (index < from || index >= EXIFS_LIST_INDEX_MAX) {
            return FALSE;
        }
        from = index + 1;
    }
    return TRUE;
}

/* Copies the answer to a LIST straight into the buffer of the request. */
NTSTATUS ExifsReplyList(PEXIFS_DEVICE exifs, PIRP irp)
{
    const EXIFS_LIST_REPLY *reply = ExifsInput(irp, sizeof(*reply));
    PEXIFS_FILE control = ExifsOfIrp(irp);
    NTSTATUS status = STATUS_SUCCESS;
    PEXIFS_ASK ask;
    KIRQL irql;

    if (reply == NULL || reply->Count > EXIFS_LIST_MAX) {
        return ExifsComplete(irp, STATUS_INVALID_PARAMETER, 0);
    }
    KeAcquireSpinLock(&exifs->Lock, &irql);
    ask = FindFetched(exifs, control->Process, reply->Serial);
    if (ask == NULL || ask->Message.Kind != ExifsUpcallList) {
        status = STATUS_NOT_FOUND;
    } else if (!IsRising(reply, ask->Message.Pages)) {
        status = STATUS_INVALID_PARAMETER;
    } else {
        PEXIFS_REQUEST request = ask->Request;

        if (request != NULL && ExifsRemoveIrp(request->Irp)) {
            NTSTATUS verdict = ExifsFillDirectory(request, reply);

            ExifsEndWait(request, NT_SUCCESS(verdict) ? ExifsRequestReady : ExifsRequestDone,
                         verdict);
            ExifsHandOver(request);
        }
        RetireAsk(ask);
    }
    KeReleaseSpinLock(&exifs->Lock, irql);
    ExifsPump(exifs);
    return ExifsComplete(irp, status, 0);
}
