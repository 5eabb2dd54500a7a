/* exifs_version_lessons.c - one fault mechanism each, for teaching: facts/nt-kernel.md 11.1, H2 to
 * H8.
 *
 * These builds were never shipped. Each is a row of the product with one fault that real drivers
 * have had. The faults need the same ordinary situations as the product's own: a busy store, a
 * loan, a process that ends. (H1 is the product's: exifs_version_old.c.)
 *
 *     lesson.H2  under its own attach it closes a handle, and so calls itself
 *     lesson.H3  an error path forgets to leave
 *     lesson.H4  undoes in a kernel APC routine, which returns attached
 *     lesson.H5  undoes in a system thread, which ends attached
 *     lesson.H6  undoes in a timer's DPC
 *     lesson.H7  writes past a buffer, over the state it must return to
 *     lesson.H8  enters the process it is in already, and leaves it twice
 *
 */
#include "exifs_entry.h"
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

static VOID EnterLegacy(PEXIFS_VISIT visit) { KeAttachProcess((PKPROCESS)visit->Peer); }

static VOID LeaveLegacy(PEXIFS_VISIT visit)
{
    (VOID) visit;
    KeDetachProcess();
}

static VOID EnterNested(PEXIFS_VISIT visit)
{
    KeStackAttachProcess((PKPROCESS)visit->Peer, &visit->Saved);
}

static VOID LeaveNested(PEXIFS_VISIT visit) { KeUnstackDetachProcess(&visit->Saved); }

/* ---- H2: re-entry ---------------------------------------------------------------------------- */

/* Leaves a handle to the borrowing stream in the store, so that the store can see the borrower, and
 * closes the handle for the borrower before. If that client has closed its own handle meanwhile,
 * this was the last one: the CLEANUP of its file comes to the driver on this thread, in the
 * store. */
static VOID LeaveWitness(PEXIFS_VISIT visit, PEXIFS_FILE file)
{
    HANDLE before = visit->Exifs->Witness;
    HANDLE after;

    if (!NT_SUCCESS(ObOpenObjectByPointer(file->FileObject, 0, NULL, GENERIC_READ,
                                          *IoFileObjectType, KernelMode, &after))) {
        return;
    }
    visit->Exifs->Witness = after;
    if (before != NULL) {
        (VOID) ZwClose(before);
    }
}

/* Wipes the receipt at the client's address during CLEANUP, whichever process is current. Harmless
 * in the client's own thread. */
static VOID WipeReceipt(PEXIFS_DEVICE exifs, PEXIFS_FILE file)
{
    EXIFS_VISIT visit;

    ExifsEnter(&visit, exifs, file->Process);
    ExifsLeave(&visit);
}

/* ---- H3: an error path ----------------------------------------------------------------------- */

/* The fault: with no entry left to lend, the thread stays in the store. */
static BOOLEAN BorrowOrStay(PEXIFS_DEVICE exifs, PEXIFS_FILE file, ULONG wanted)
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

/* The same fault: with nothing to undo, the thread stays in the peer. */
static VOID UndoOrStay(const EXIFS_UNDO *undo)
{
    EXIFS_VISIT visit;

    ExifsEnter(&visit, undo->Exifs, undo->Peer);
    if (!NT_SUCCESS(ExifsUndoThere(undo))) {
        return;
    }
    ExifsLeave(&visit);
}

/* ---- H4, H5, H6: undone by somebody else, later ---------------------------------------------- */

/* An undo that outlives the call that asked for it, and references the peer. */
typedef struct _LATER {
    EXIFS_UNDO Undo;
    KAPC Apc;
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

/* The fault of all three lessons: enters the peer and does not leave. */
static VOID EnterForGood(PLATER later)
{
    EXIFS_VISIT visit;

    ExifsEnter(&visit, later->Undo.Exifs, later->Undo.Peer);
}

static VOID NTAPI UndoApc(PRKAPC apc, PKNORMAL_ROUTINE *normal, PVOID *context, PVOID *argument1,
                          PVOID *argument2)
{
    PLATER later = CONTAINING_RECORD(apc, LATER, Apc);

    (VOID) normal;
    (VOID) context;
    (VOID) argument1;
    (VOID) argument2;
    EnterForGood(later);
    FreeLater(later);
}

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

static VOID NTAPI UndoThread(PVOID context)
{
    PLATER later = context;

    EnterForGood(later);
    FreeLater(later);
    (VOID) PsTerminateSystemThread(STATUS_SUCCESS);
}

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

static VOID NTAPI UndoDpc(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    PLATER later = context;

    (VOID) dpc;
    (VOID) argument1;
    (VOID) argument2;
    EnterForGood(later);
    FreeLater(later);
}

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

/* ---- H7: an overrun -------------------------------------------------------------------------- */

/* Writes two notes about the loan and, because the bound is wrong, goes on over the saved state
 * behind them. That state then has Process = 1, which tells the kernel that there was nothing to
 * save. */
static VOID NoteTooMuch(PEXIFS_VISIT visit, PEXIFS_FILE file)
{
    PULONG_PTR note = (PULONG_PTR)((PUCHAR)visit + FIELD_OFFSET(EXIFS_VISIT, Notes));
    PULONG_PTR end =
        (PULONG_PTR)((PUCHAR)visit + FIELD_OFFSET(EXIFS_VISIT, Saved) + sizeof(visit->Saved));

    (VOID) file;
    while (note < end) {
        *note++ = 1;
    }
}

/* ---- H8: in twice, out twice ----------------------------------------------------------------- */

/* The second enter does nothing, because the thread is in the store already. The second leave ends
 * the first visit. The mark meant for the store's first entry then lands at home, on whatever the
 * client keeps at that address. */
static VOID ComeAndGo(PEXIFS_VISIT visit, PEXIFS_FILE file)
{
    EXIFS_VISIT again;
    ULONG mark[sizeof(EXIFS_LENT) / sizeof(ULONG)];
    ULONG i;

    for (i = 0; i < sizeof(mark) / sizeof(mark[0]); i++) {
        mark[i] = EXIFS_TAG_OBJECT;
    }
    ExifsEnter(&again, visit->Exifs, visit->Peer);
    ExifsLeave(&again);
    (VOID) ExifsPutUser(file->Root->Setup.LendingTable, mark, sizeof(mark));
}

/* ---- The rows -------------------------------------------------------------------------------- */

#define LESSON_ROW(name, enter, leave, borrow, undo, away, retire)                              \
    {                                                                                           \
        .Build = name, .Interface = 3, .Enter = enter, .Leave = leave, .Touches = NonpagedCopy, \
        .HoldsPeer = FALSE, .CompletesAttached = FALSE, .Borrow = borrow, .Undo = undo,         \
        .WhileAway = away, .Retire = retire, .TakeBlock = ExifsTakeBlock                        \
    }

const EXIFS_VERSION ExifsLessons[] = {
    LESSON_ROW(L"lesson.H2", EnterLegacy, LeaveLegacy, ExifsBorrow, ExifsUndoNow, LeaveWitness,
               WipeReceipt),
    LESSON_ROW(L"lesson.H3", EnterLegacy, LeaveLegacy, BorrowOrStay, UndoOrStay, ExifsStayCalm,
               ExifsRetireNothing),
    LESSON_ROW(L"lesson.H4", EnterNested, LeaveNested, ExifsBorrow, UndoByApc, ExifsStayCalm,
               ExifsRetireNothing),
    LESSON_ROW(L"lesson.H5", EnterNested, LeaveNested, ExifsBorrow, UndoByThread, ExifsStayCalm,
               ExifsRetireNothing),
    LESSON_ROW(L"lesson.H6", EnterNested, LeaveNested, ExifsBorrow, UndoByTimer, ExifsStayCalm,
               ExifsRetireNothing),
    LESSON_ROW(L"lesson.H7", EnterNested, LeaveNested, ExifsBorrow, ExifsUndoNow, NoteTooMuch,
               ExifsRetireNothing),
    LESSON_ROW(L"lesson.H8", EnterLegacy, LeaveLegacy, ExifsBorrow, ExifsUndoNow, ComeAndGo,
               ExifsRetireNothing),
};

const ULONG ExifsLessonCount = RTL_NUMBER_OF(ExifsLessons);
