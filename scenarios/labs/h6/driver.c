/* driver.c - lab H6: a DPC goes to another process.
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
    KDPC Dpc;
    KTIMER Timer;
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

/* Runs ten milliseconds later, at DISPATCH_LEVEL, in whatever thread the processor has then. */
static VOID NTAPI UndoDpc(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    PLATER later = context;

    (VOID) dpc;
    (VOID) argument1;
    (VOID) argument2;
    KeAttachProcess((PKPROCESS)later->Undo.Peer);
    (VOID) ExifsUndoThere(&later->Undo);
    KeDetachProcess();
    FreeLater(later);
}

/* Undoes a loan, or what was posted to a client, in the process where it stands. */
static VOID UndoByTimer(const EXIFS_UNDO *undo)
{
    PLATER later = NewLater(undo);
    LARGE_INTEGER due;

    if (later == NULL) {
        return;
    }
    due.QuadPart = -100000; /* Ten milliseconds from now. */
    KeInitializeDpc(&later->Dpc, UndoDpc, later);
    KeInitializeTimer(&later->Timer);
    (VOID) KeSetTimer(&later->Timer, due, &later->Dpc);
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
    .Undo = UndoByTimer,
    .WhileAway = ExifsStayCalm,
    .Retire = ExifsRetireNothing,
    .TakeBlock = ExifsTakeBlock,
};

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath)
{
    return ExifsStart(driver, registryPath, &Row, 1, &Row);
}
