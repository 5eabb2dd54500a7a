/* driver.c - lab H8: a driver goes in twice, and comes out too early.
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

/* Counts the entries of the store's lending table that are spare. Others call this, too, so it goes
 * to the store by itself. */
static ULONG CountSpare(PEXIFS_DEVICE exifs, PEXIFS_FILE file)
{
    ULONG64 address = file->Root->Setup.LendingTable;
    EXIFS_VISIT visit;
    EXIFS_LENT entry;
    ULONG spare = 0;
    ULONG i;

    ExifsEnter(&visit, exifs, file->Root->Process);
    for (i = 0; i < file->Root->Setup.LendingCount; i++, address += sizeof(entry)) {
        if (NT_SUCCESS(ExifsGetUser(&entry, address, sizeof(entry))) &&
            entry.State == ExifsLentSpare) {
            spare++;
        }
    }
    ExifsLeave(&visit);
    return spare;
}

/* Writes a note behind the last entry of the lending table, where there is room for one: how many
 * entries are spare, and a mark. */
static VOID WriteNote(PEXIFS_FILE file, ULONG spare)
{
    ULONG64 behind =
        file->Root->Setup.LendingTable + file->Root->Setup.LendingCount * sizeof(EXIFS_LENT);
    ULONG note[sizeof(EXIFS_LENT) / sizeof(ULONG)];
    ULONG i;

    for (i = 0; i < RTL_NUMBER_OF(note); i++) {
        note[i] = EXIFS_TAG_OBJECT;
    }
    note[0] = spare;
    (VOID) ExifsPutUser(behind, note, sizeof(note));
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
        WriteNote(file, CountSpare(exifs, file));
    }
    ExifsLeave(&visit);
    if (index >= 0) {
        ExifsWriteReceipt(file, &entry);
    }
    return index >= 0;
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
    .Retire = ExifsRetireNothing,
    .TakeBlock = ExifsTakeBlock,
};

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath)
{
    return ExifsStart(driver, registryPath, &Row, 1, &Row);
}
