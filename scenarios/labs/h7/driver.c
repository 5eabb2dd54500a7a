/* driver.c - lab H7: a driver writes past its notes.
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

/* Notes the pages of a loan in the visit, one word for each. */
static VOID NotePages(PEXIFS_VISIT visit, ULONG pages)
{
    ULONG i;

    for (i = 0; i < pages && (PUCHAR)&visit->Notes[i] < (PUCHAR)(visit + 1); i++) {
        visit->Notes[i] = 1;
    }
}

/* Borrows pages for the client's file from the store's lending table, which lies in the store: so
 * the client's thread goes there. The receipt is the client's, and is written at home. TRUE: the
 * file has at least `wanted` pages more. */
static BOOLEAN BorrowPages(PEXIFS_DEVICE exifs, PEXIFS_FILE file, ULONG wanted)
{
    EXIFS_VISIT visit;
    EXIFS_LENT entry;
    LONG index;

    ExifsEnter(&visit, exifs, file->Root->Process);
    index = ExifsLendTo(exifs, file, wanted, &entry);
    if (index >= 0) {
        NotePages(&visit, entry.Pages);
    }
    ExifsLeave(&visit);
    if (index >= 0) {
        ExifsWriteReceipt(file, &entry);
    }
    return index >= 0;
}

/* Called when the last handle to a stream is closed, in the thread that closes it: takes the
 * receipt out of the client. */
static VOID WipeReceipt(PEXIFS_DEVICE exifs, PEXIFS_FILE file)
{
    EXIFS_VISIT visit;

    ExifsEnter(&visit, exifs, file->Process);
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
    .Undo = ExifsUndoNow,
    .WhileAway = ExifsStayCalm,
    .Retire = WipeReceipt,
    .TakeBlock = ExifsTakeBlock,
};

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath)
{
    return ExifsStart(driver, registryPath, &Row, 1, &Row);
}
