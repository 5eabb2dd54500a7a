/* driver.c - lab H3: an error path stays in the other process.
 *
 * This is one row of ExIFS and the functions that differ in it. The rest of ExIFS is not yours to
 * change: it calls the functions of the row, and your functions may call it (TASK.md says which).
 */
#include "exifs.h"

static VOID EnterPeer(PEXIFS_VISIT visit)
{
    KeStackAttachProcess((PKPROCESS)visit->Peer, &visit->Saved);
}

static VOID LeavePeer(PEXIFS_VISIT visit) { KeUnstackDetachProcess(&visit->Saved); }

/* Borrows pages for the client's file from the store's lending table, which lies in the store: so
 * the client's thread goes there. The receipt is the client's, and is written at home. TRUE: the
 * file has at least `wanted` pages more. */
static BOOLEAN BorrowPages(PEXIFS_DEVICE exifs, PEXIFS_FILE file, ULONG wanted)
{
    EXIFS_VISIT visit;
    EXIFS_LENT entry;

    ExifsEnter(&visit, exifs, file->Root->Process);
    if (ExifsLendTo(exifs, file, wanted, &entry) < 0) {
        return FALSE;
    }
    ExifsLeave(&visit);
    ExifsWriteReceipt(file, &entry);
    return TRUE;
}

/* Undoes a loan, or what was posted to a client, in the process where it stands. */
static VOID UndoInPeer(const EXIFS_UNDO *undo)
{
    EXIFS_VISIT visit;

    ExifsEnter(&visit, undo->Exifs, undo->Peer);
    if (!NT_SUCCESS(ExifsUndoThere(undo))) {
        return;
    }
    ExifsLeave(&visit);
}

static const EXIFS_VERSION Row = {
    .Build = L"mine",
    .Interface = 3,
    .Enter = EnterPeer,
    .Leave = LeavePeer,
    .Touches = NonpagedCopy,
    .HoldsPeer = FALSE,
    .CompletesAttached = FALSE,
    .Borrow = BorrowPages,
    .Undo = UndoInPeer,
    .WhileAway = ExifsStayCalm,
    .Retire = ExifsRetireNothing,
    .TakeBlock = ExifsTakeBlock,
};

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath)
{
    return ExifsStart(driver, registryPath, &Row, 1, &Row);
}
