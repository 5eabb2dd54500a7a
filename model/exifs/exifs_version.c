/* exifs_version.c - code that all rows share: holding a peer, entering it as the row says, undoing
 * there.
 *
 * An undo is the most dangerous visit: a client or the store has gone, and a loan or a post must be
 * taken back in the other one. The undo runs in a CLEANUP, which arrives in the thread that closed
 * the last handle: the owner's, or a debugger's that sweeps the dead process's table while attached
 * to it. The driver is not told which of the two.
 */
#include "exifs.h"

VOID ExifsHoldPeer(PEXIFS_DEVICE exifs, PEPROCESS peer)
{
    if (exifs->Version->HoldsPeer) {
        ObReferenceObject(peer);
    }
}

VOID ExifsEnter(PEXIFS_VISIT visit, PEXIFS_DEVICE exifs, PEPROCESS peer)
{
    visit->Exifs = exifs;
    visit->Peer = peer;
    exifs->Version->Enter(visit);
}

VOID ExifsLeave(PEXIFS_VISIT visit)
{
    visit->Exifs->Version->Leave(visit);
    if (visit->Exifs->Version->HoldsPeer) {
        ObDereferenceObject(visit->Peer);
    }
}

/* Makes a lending entry Spare again, if it is still lent to this file. */
static NTSTATUS UndoLoan(const EXIFS_UNDO *undo)
{
    EXIFS_LENT entry;
    NTSTATUS status = ExifsGetUser(&entry, undo->Address, sizeof(entry));

    if (!NT_SUCCESS(status)) {
        return status;
    }
    if (entry.State != ExifsLentOut || entry.Owner != undo->FileId ||
        entry.Generation != undo->Generation) {
        return STATUS_NOT_FOUND;
    }
    entry.State = ExifsLentSpare;
    entry.Owner = 0;
    entry.Check = ExifsCheckWords((const ULONG *)&entry, EXIFS_LENT_CHECK_WORD);
    return ExifsPutUser(undo->Address, &entry, sizeof(entry));
}

/* Makes a file block say that its root is gone. */
static NTSTATUS UndoPost(const EXIFS_UNDO *undo)
{
    EXIFS_FILE_BLOCK block;

    RtlZeroMemory(&block, sizeof(block));
    block.Generation = undo->Generation;
    block.FileId = undo->FileId;
    block.Flags = EXIFS_BLOCK_STALE;
    block.Check = ExifsCheckWords((const ULONG *)&block, EXIFS_BLOCK_CHECK_WORD);
    return ExifsPutUser(undo->Address, &block, sizeof(block));
}

NTSTATUS ExifsUndoThere(const EXIFS_UNDO *undo)
{
    return undo->Lent ? UndoLoan(undo) : UndoPost(undo);
}

VOID ExifsUndoNow(const EXIFS_UNDO *undo)
{
    EXIFS_VISIT visit;

    ExifsEnter(&visit, undo->Exifs, undo->Peer);
    (VOID) ExifsUndoThere(undo);
    ExifsLeave(&visit);
}

VOID ExifsStayCalm(PEXIFS_VISIT visit, PEXIFS_FILE file)
{
    (VOID) visit;
    (VOID) file;
}

VOID ExifsRetireNothing(PEXIFS_DEVICE exifs, PEXIFS_FILE file)
{
    (VOID) exifs;
    (VOID) file;
}

PVOID ExifsTakeBlock(ULONG bytes, PULONG room)
{
    *room = bytes;
    return ExAllocatePoolWithTag(NonPagedPool, bytes, EXIFS_TAG_OBJECT);
}
