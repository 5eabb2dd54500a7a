/* driver.c - lab H5: a thread ends in the other process.
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

/* An undo that is done later, by somebody else. It holds the peer until then. */
typedef struct _LATER {
    EXIFS_UNDO Undo;
} LATER, *PLATER;

static PLATER NewLater(const EXIFS_UNDO *undo)
{
    PLATER later = ExAllocatePoolWithTag(NonPagedPool, sizeof(*later), EXIFS_TAG_OBJECT);

    if (later != NULL) {
        RtlZeroMemory(later, sizeof(*later));
        later->Undo = *undo;
        ObReferenceObject(undo->Peer);
    }
    return later;
}

static VOID FreeLater(PLATER later)
{
    ObDereferenceObject(later->Undo.Peer);
    ExFreePoolWithTag(later, EXIFS_TAG_OBJECT);
}

/* The whole life of a thread of System: one undo. */
static VOID NTAPI UndoThread(PVOID context)
{
    PLATER later = context;
    EXIFS_VISIT visit;

    ExifsEnter(&visit, later->Undo.Exifs, later->Undo.Peer);
    (VOID) ExifsUndoThere(&later->Undo);
    FreeLater(later);
    (VOID) PsTerminateSystemThread(STATUS_SUCCESS);
}

/* Undoes a loan, or what was posted to a client, in the process where it stands. */
static VOID UndoByThread(const EXIFS_UNDO *undo)
{
    PLATER later = NewLater(undo);
    HANDLE thread;

    if (later == NULL) {
        return;
    }
    if (NT_SUCCESS(PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, UndoThread, later))) {
        (VOID) ZwClose(thread);
    } else {
        FreeLater(later);
    }
}

static const EXIFS_VERSION Row = {
    .Build = L"mine",
    .Interface = 3,
    .Enter = EnterPeer,
    .Leave = LeavePeer,
    .Touches = NonpagedCopy,
    .HoldsPeer = FALSE,
    .CompletesAttached = FALSE,
    .Borrow = ExifsBorrow,
    .Undo = UndoByThread,
    .WhileAway = ExifsStayCalm,
    .Retire = ExifsRetireNothing,
    .TakeBlock = ExifsTakeBlock,
};

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath)
{
    return ExifsStart(driver, registryPath, &Row, 1, &Row);
}
