/* exifs_aside.c - room for a conversion, set aside before it begins.
 *
 * The store converts a message into a stream of its own and wants the room for it in one piece. So
 * the driver asks the store for just that many pages, gives them to the stream, and keeps whatever
 * the stream has left when it is closed without a commit: on the root's list of reserved pages, for
 * the next mail.
 *
 *     SET_ASIDE --ask--> store --runs--> stream --close--> Root->Reserve --write--> another stream
 *
 * The list is what an ordinary write looks at first. A conversion does not: it asks. On a server
 * where mail comes in all day the list is used up as fast as it grows. Where conversions are nearly
 * all there is - the replication of public folders on a quiet server - it only grows, a block of
 * nonpaged pool with the tag AuxL for each run, until the root is dismounted: KB 960908, which has
 * a workaround and no fix. So no version of the driver differs here.
 */
#include "exifs.h"

/* Gives the stream pages from the head of the reserve, where the reply has just put its runs. If
 * the reply brought too few, the rest of the reserve makes up for it. Lock held. */
VOID ExifsTakeSetAside(PEXIFS_DEVICE exifs, PEXIFS_REQUEST request)
{
    PEXIFS_FILE file = request->File;
    ULONG pages = request->Length / EXIFS_PAGE_SIZE;
    NTSTATUS status = STATUS_SUCCESS;

    if (!ExifsRemoveIrp(request->Irp)) {
        return; /* The request is being cancelled: its pages stay in the reserve. */
    }
    if (file->Cleaned || !file->Root->Alive) {
        status = EXIFS_STATUS_FILE_STALE;
    } else if (file->Committed) {
        /* The stream was committed meanwhile, and takes no more pages. */
        status = EXIFS_STATUS_ACCESS_DENIED;
    } else if (pages > file->Root->ReservePages) {
        status = EXIFS_STATUS_STM_FULL;
    } else {
        status = ExifsTakeFromReserve(exifs, file, pages, NULL);
    }
    ExifsEndWait(request, NT_SUCCESS(status) ? ExifsRequestReady : ExifsRequestDone, status);
    ExifsHandOver(request);
}

/* Moves pages that a stream closed without a commit had set aside to the root. Lock held. */
VOID ExifsKeepNode(PEXIFS_ROOT root, PEXIFS_NODE node)
{
    root->ReservePages += node->Run.Pages;
    InsertTailList(&root->Reserve, &node->Link);
}

static NTSTATUS AskForRoom(PEXIFS_DEVICE exifs, PEXIFS_FILE file, PIRP irp, ULONG pages)
{
    PEXIFS_REQUEST request = ExifsNewRequest(exifs, file, irp, ExifsUpcallReserve);
    NTSTATUS status;
    KIRQL irql;

    if (request == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    request->SetAside = TRUE;
    request->Length = pages * EXIFS_PAGE_SIZE;
    request->Ask->Message.FilePages = pages;
    request->Ask->Message.Pages = pages;

    KeAcquireSpinLock(&exifs->Lock, &irql);
    if (!file->Root->Alive || file->Cleaned) {
        status = EXIFS_STATUS_FILE_STALE;
    } else if (file->Committed || file->SetAside || file->Pages != 0) {
        status = STATUS_INVALID_DEVICE_REQUEST;
    } else {
        status = ExifsWait(request);
        file->SetAside = status == STATUS_PENDING;
    }
    KeReleaseSpinLock(&exifs->Lock, irql);

    if (status != STATUS_PENDING) {
        ExifsFreeRequest(request);
    }
    return status;
}

/* Accepted on a new and empty stream, once; again if the first try failed. */
NTSTATUS ExifsSetAside(PEXIFS_DEVICE exifs, PIRP irp)
{
    const EXIFS_SET_ASIDE *input = ExifsInput(irp, sizeof(*input));
    PEXIFS_FILE file = ExifsOfIrp(irp);
    NTSTATUS status;

    if (input == NULL || input->Pages == 0 || input->Pages > EXIFS_ASIDE_PAGES_MAX) {
        return ExifsComplete(irp, STATUS_INVALID_PARAMETER, 0);
    }
    if (file->Kind != ExifsFileStream) {
        return ExifsComplete(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
    status = AskForRoom(exifs, file, irp, input->Pages);
    if (status != STATUS_PENDING) {
        return ExifsComplete(irp, status, 0);
    }
    ExifsPump(exifs);
    return STATUS_PENDING;
}
