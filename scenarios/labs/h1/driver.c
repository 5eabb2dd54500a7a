/* driver.c - lab H1: the night of the article.
 *
 * This is one row of ExIFS and the functions that differ in it. The rest of ExIFS is not yours to
 * change: it calls the functions of the row, and your functions may call it (TASK.md says which).
 */
#include "exifs.h"

static VOID EnterPeer(PEXIFS_VISIT visit) { KeAttachProcess((PKPROCESS)visit->Peer); }

static VOID LeavePeer(PEXIFS_VISIT visit)
{
    (VOID) visit;
    KeDetachProcess();
}

/* Borrows pages for the client's file from the store's lending table, which lies in the store: so
 * the client's thread goes there, and leaves the client a receipt. TRUE: the file has at least
 * `wanted` pages more. */
static BOOLEAN BorrowPages(PEXIFS_DEVICE exifs, PEXIFS_FILE file, ULONG wanted)
{
    EXIFS_VISIT visit;
    EXIFS_LENT entry;
    LONG index;

    ExifsEnter(&visit, exifs, file->Root->Process);
    index = ExifsLendTo(exifs, file, wanted, &entry);
    if (index >= 0) {
        ExifsWriteReceipt(file, &entry);
    }
    ExifsLeave(&visit);
    return index >= 0;
}

/* Touches and CompletesAttached are about the other way in which an impatient driver helps itself:
 * ExifsPost, in a thread of the store. CallersBuffer: it reads the grant at the store's address
 * while it is in the client. TRUE: it finishes the request before it leaves. */
static const EXIFS_VERSION Row = {
    .Build = L"mine",
    .Interface = 3,
    .Enter = EnterPeer,
    .Leave = LeavePeer,
    .Touches = CallersBuffer,
    .HoldsPeer = FALSE,
    .CompletesAttached = TRUE,
    .Borrow = BorrowPages,
    .Undo = ExifsUndoNow,
    .WhileAway = ExifsStayCalm,
    .Retire = ExifsRetireNothing,
    .TakeBlock = ExifsTakeBlock,
};

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath)
{
    return ExifsStart(driver, registryPath, &Row, 1, &Row);
}
