/* driver.c - lab H4: an APC routine returns attached.
 *
 * This is one row of ExIFS and the functions that differ in it. The rest of ExIFS is not yours to
 * change: it calls the functions of the row, and your functions may call it (TASK.md says which).
 */
#include "exifs.h"

/* KeInitializeApc is exported by every kernel, but declared in no header for drivers. Environment 0
 * is the thread's own process. */
#define ORIGINAL_ENVIRONMENT 0u
VOID NTAPI KeInitializeApc(PRKAPC Apc, PKTHREAD Thread, ULONG Environment,
                           PKKERNEL_ROUTINE KernelRoutine, PKRUNDOWN_ROUTINE RundownRoutine,
                           PKNORMAL_ROUTINE NormalRoutine, KPROCESSOR_MODE ApcMode,
                           PVOID NormalContext);
BOOLEAN NTAPI KeInsertQueueApc(PRKAPC Apc, PVOID SystemArgument1, PVOID SystemArgument2,
                               KPRIORITY Increment);

static VOID EnterPeer(PEXIFS_VISIT visit)
{
    KeStackAttachProcess((PKPROCESS)visit->Peer, &visit->Saved);
}

static VOID LeavePeer(PEXIFS_VISIT visit) { KeUnstackDetachProcess(&visit->Saved); }

/* An undo that is done later, by somebody else. It holds the peer until then. */
typedef struct _LATER {
    EXIFS_UNDO Undo;
    KAPC Apc;
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

/* Runs in the thread that asked for the undo, as soon as APCs are let in. */
static VOID NTAPI UndoApc(PRKAPC apc, PKNORMAL_ROUTINE *normal, PVOID *context, PVOID *argument1,
                          PVOID *argument2)
{
    PLATER later = CONTAINING_RECORD(apc, LATER, Apc);
    EXIFS_VISIT visit;

    (VOID) normal;
    (VOID) context;
    (VOID) argument1;
    (VOID) argument2;
    ExifsEnter(&visit, later->Undo.Exifs, later->Undo.Peer);
    (VOID) ExifsUndoThere(&later->Undo);
    FreeLater(later);
}

/* Undoes a loan, or what was posted to a client, in the process where it stands. */
static VOID UndoByApc(const EXIFS_UNDO *undo)
{
    PLATER later = NewLater(undo);

    if (later == NULL) {
        return;
    }
    KeInitializeApc(&later->Apc, (PKTHREAD)PsGetCurrentThread(), ORIGINAL_ENVIRONMENT, UndoApc,
                    NULL, NULL, KernelMode, NULL);
    if (!KeInsertQueueApc(&later->Apc, NULL, NULL, 0)) {
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
    .Undo = UndoByApc,
    .WhileAway = ExifsStayCalm,
    .Retire = ExifsRetireNothing,
    .TakeBlock = ExifsTakeBlock,
};

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath)
{
    return ExifsStart(driver, registryPath, &Row, 1, &Row);
}
