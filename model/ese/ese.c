/* ese.c - serving the driver, and keeping messages.
 *
 * A reservation is answered from the map, and logged before it is answered. A commit is one logged
 * transaction: the record goes to the .log, written through, before the driver and the map are
 * told; so after a crash the log says more than the map, never less. The log is in ese_log.c,
 * opening and closing databases in ese_database.c.
 */
#include "ese_internal.h"

/* ---- Serving upcalls ------------------------------------------------------------------------- */

/* Finds a database and keeps it until ReleaseDatabase: EseDetachDatabase waits for that. */
static PESE_DATABASE FindDatabase(PESE ese, ULONG rootId)
{
    PESE_DATABASE database;

    EnterCriticalSection(&ese->Lock);
    for (database = ese->Databases; database != NULL && database->Root.RootId != rootId;
         database = database->Next) {
    }
    if (database != NULL) {
        database->Users++;
    }
    LeaveCriticalSection(&ese->Lock);
    return database;
}

static VOID ReleaseDatabase(PESE_DATABASE database)
{
    EnterCriticalSection(&database->Ese->Lock);
    database->Users--;
    LeaveCriticalSection(&database->Ese->Lock);
}

static VOID GiveBackAll(PESE_DATABASE database, const EXIFS_RUN *runs, ULONG count)
{
    ULONG i;

    EnterCriticalSection(&database->Lock);
    for (i = 0; i < count; i++) {
        (VOID) EseGiveBack(database, &runs[i]);
    }
    LeaveCriticalSection(&database->Lock);
}

static LONG ServeReserve(PESE_DATABASE database, PIFSWORKER worker, const EXIFS_UPCALL *upcall)
{
    ULONG least = upcall->FilePages != 0 ? upcall->FilePages : 1;
    EXIFS_EA_LIST answer;
    LONG error;

    ZeroMemory(&answer, sizeof(answer));
    EnterCriticalSection(&database->Lock);
    error =
        EseReserve(database, upcall->Pages, least, ESE_OWNER_EXIFS, answer.Runs, &answer.RunCount);
    LeaveCriticalSection(&database->Lock);

    if (error == JET_errSuccess) {
        error = EseLog(database, EseLogReserve, &answer);
        if (error != JET_errSuccess) {
            GiveBackAll(database, answer.Runs, answer.RunCount);
        }
    }
    if (error != JET_errSuccess) {
        return IfsReply(worker, upcall, error, NULL);
    }
    error = IfsReply(worker, upcall, JET_errSuccess, &answer);
    if (error != JET_errSuccess) {
        GiveBackAll(database, answer.Runs, answer.RunCount);
        /* The driver took nothing over, so the upcall still wants a reply: the waiting client gets
         * the error. */
        (VOID) IfsReply(worker, upcall, error, NULL);
    }
    return error;
}

LONG EseServe(PESE ese, PIFSWORKER worker, const EXIFS_UPCALL *upcall)
{
    PESE_DATABASE database;
    LONG error = JET_errSuccess;

    if (upcall->Kind != ExifsUpcallReserve && upcall->Kind != ExifsUpcallRelease) {
        return JET_errInvalidParameter;
    }
    database = FindDatabase(ese, upcall->RootId);
    if (database == NULL) { /* Detached meanwhile; the driver has failed the waiting requests. */
        return JET_errSLVRootNotSpecified;
    }
    if (upcall->Kind == ExifsUpcallReserve) {
        error = ServeReserve(database, worker, upcall);
    } else {
        GiveBackAll(database, upcall->Runs, upcall->RunCount);
    }
    EnterCriticalSection(&database->Lock);
    EseRefillTable(database);
    LeaveCriticalSection(&database->Lock);
    ReleaseDatabase(database);
    return error;
}

/* ---- Messages -------------------------------------------------------------------------------- */

static LONG CheckEaList(PESE_DATABASE database, const EXIFS_EA_LIST *ea)
{
    if (ea->RootId != database->Root.RootId || ea->Generation != database->Root.Generation) {
        return JET_errSLVFileStale;
    }
    if (ea->RunCount == 0) {
        return JET_errSLVEAListZeroAllocation;
    }
    return ea->RunCount > EXIFS_RUNS_MAX ? JET_errSLVEAListTooBig : JET_errSuccess;
}

static ULONG RunsHere(const EXIFS_EA_LIST *ea)
{
    ULONG rest = ea->RunCount - ea->FirstRun;

    return rest < EXIFS_RUNS_MAX ? rest : EXIFS_RUNS_MAX;
}

/* Sums the pages before anything is promised: a page that cannot be read refuses the commit. */
static LONG SumFile(PESE_DATABASE database, ULONG fileId)
{
    EXIFS_EA_LIST part;
    ULONG next = 0;
    LONG error;

    if (database->Sums == NULL) {
        return JET_errSuccess;
    }
    do {
        error = IfsQueryFile(database->Ese->Proxy, &database->Root, fileId, next, &part);
        if (error != JET_errSuccess) {
            return error;
        }
        error = EseSumRuns(database, part.Runs, RunsHere(&part));
        next = part.FirstRun + RunsHere(&part);
    } while (error == JET_errSuccess && next < part.RunCount);
    return error;
}

/* Reserved -> Committed for one part of a file, and its loans are settled. */
static LONG KeepRuns(PESE_DATABASE database, ULONG fileId, const EXIFS_RUN *runs, ULONG count)
{
    LONG error;

    EnterCriticalSection(&database->Lock);
    EseSettleLoans(database, fileId, runs, count);
    error = EseMoveRuns(database, runs, count, EsePageReserved, EsePageCommitted);
    LeaveCriticalSection(&database->Lock);
    return error;
}

/* The log has a message that the driver does not have: the next life must not have it, either. */
static VOID TakeBack(PESE_DATABASE database, const EXIFS_EA_LIST *ea, const EXIFS_RUN *runs,
                     ULONG count)
{
    BOOL kept;

    EnterCriticalSection(&database->Lock);
    kept = database->Pages[runs[0].FirstPage].State == EsePageCommitted;
    LeaveCriticalSection(&database->Lock);
    if (!kept) { /* A second commit of a kept message takes nothing back. */
        (VOID) EseLogRuns(database, EseLogDelete, NULL, ea, runs, count);
        (VOID) EseWriteDeletions(database);
    }
}

LONG EseCommit(PESE_DATABASE database, PCWSTR name, PEXIFS_EA_LIST ea)
{
    EXIFS_EA_LIST drivers;
    LONG error = CheckEaList(database, ea);

    if (error == JET_errSuccess) {
        error = SumFile(database, ea->FileId);
    }
    if (error == JET_errSuccess) {
        error = EseLogRuns(database, EseLogCommit, name, ea, ea->Runs, ea->RunCount);
    }
    if (error != JET_errSuccess) {
        return error;
    }
    error = IfsCommitFile(database->Ese->Proxy, &database->Root, ea->FileId, &drivers);
    if (error != JET_errSuccess) {
        TakeBack(database, ea, ea->Runs, ea->RunCount);
        return error;
    }
    if (database->Ese->Version->CountsByOwner && drivers.RunCount <= EXIFS_RUNS_MAX) {
        *ea = drivers;
    }
    return KeepRuns(database, ea->FileId, ea->Runs, ea->RunCount);
}

/* All runs of a stream; the caller frees *runs. */
static LONG ListRuns(PESE_DATABASE database, ULONG fileId, const EXIFS_EA_LIST *first,
                     PEXIFS_RUN *runs)
{
    EXIFS_EA_LIST part = *first;
    LONG error = JET_errSuccess;
    ULONG done = 0;

    *runs = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, first->RunCount * sizeof(EXIFS_RUN));
    if (*runs == NULL) {
        return JET_errOutOfMemory;
    }
    while (error == JET_errSuccess && done < first->RunCount) {
        ULONG here = RunsHere(&part);

        if (here == 0 || here > first->RunCount - done) {
            return JET_errSLVFileInUse; /* The client is still writing. */
        }
        CopyMemory(*runs + done, part.Runs, here * sizeof(EXIFS_RUN));
        done += here;
        if (done < first->RunCount) {
            error = IfsQueryFile(database->Ese->Proxy, &database->Root, fileId, done, &part);
        }
    }
    return error;
}

/* Writes the log record, then commits in the driver. */
static LONG PromiseFile(PESE_DATABASE database, PCWSTR name, ULONG fileId, PEXIFS_EA_LIST ea)
{
    PEXIFS_RUN runs;
    LONG error = ListRuns(database, fileId, ea, &runs);

    if (error == JET_errSuccess) {
        error = EseLogRuns(database, EseLogCommit, name, ea, runs, ea->RunCount);
    }
    if (error == JET_errSuccess) {
        EXIFS_EA_LIST logged = *ea;

        error = IfsCommitFile(database->Ese->Proxy, &database->Root, fileId, ea);
        if (error != JET_errSuccess) {
            TakeBack(database, &logged, runs, logged.RunCount);
        }
    }
    if (runs != NULL) {
        (VOID) HeapFree(GetProcessHeap(), 0, runs);
    }
    return error;
}

LONG EseCommitFile(PESE_DATABASE database, PCWSTR name, ULONG fileId, PEXIFS_EA_LIST ea)
{
    PIFSPROXY proxy = database->Ese->Proxy;
    EXIFS_EA_LIST part;
    LONG error = IfsQueryFile(proxy, &database->Root, fileId, 0, ea);

    if (error == JET_errSuccess && ea->RunCount == 0) {
        error = JET_errSLVEAListZeroAllocation;
    }
    if (error == JET_errSuccess) {
        error = SumFile(database, fileId);
    }
    if (error == JET_errSuccess) {
        error = PromiseFile(database, name, fileId, ea);
    }
    for (part = *ea; error == JET_errSuccess && part.FirstRun < part.RunCount;) {
        ULONG next = part.FirstRun + RunsHere(&part);

        error = KeepRuns(database, fileId, part.Runs, RunsHere(&part));
        if (error == JET_errSuccess && next < part.RunCount) {
            error = IfsQueryFile(proxy, &database->Root, fileId, next, &part);
        } else {
            break;
        }
    }
    return error;
}

/* TRUE: the pages are of an earlier life of the root. In the driver's map they are Free, and stay
 * so. */
static BOOL IsBefore(PESE_DATABASE database, const EXIFS_EA_LIST *ea)
{
    BOOL before;

    EnterCriticalSection(&database->Lock);
    before = ea->Runs[0].FirstPage < database->Size &&
             database->Pages[ea->Runs[0].FirstPage].Owner == ESE_OWNER_BEFORE;
    LeaveCriticalSection(&database->Lock);
    return before;
}

/* A deleted page of an earlier life keeps ESE_OWNER_BEFORE, so that EseReclaim does not ask a
 * driver whose map never had it. */
static LONG MoveBefore(PESE_DATABASE database, const EXIFS_EA_LIST *ea, ESE_PAGE_STATE from,
                       ESE_PAGE_STATE to)
{
    LONG error;
    ULONG i;

    EnterCriticalSection(&database->Lock);
    error = EseMoveRuns(database, ea->Runs, ea->RunCount, from, to);
    for (i = 0; error == JET_errSuccess && to == EsePageDeleted && i < ea->RunCount; i++) {
        EseSetOwner(database, &ea->Runs[i], ESE_OWNER_BEFORE);
    }
    LeaveCriticalSection(&database->Lock);
    return error;
}

/* Driver first: its map is the stricter one. */
static LONG MoveKept(PESE_DATABASE database, const EXIFS_EA_LIST *ea, ESE_LOG_KIND kind,
                     ESE_PAGE_STATE from, ESE_PAGE_STATE to)
{
    PIFSPROXY proxy = database->Ese->Proxy;
    LONG error = CheckEaList(database, ea);

    if (error == JET_errSuccess && kind == EseLogReclaim) {
        error = EseWriteDeletions(database);
    }
    if (error == JET_errSuccess) {
        error = EseLog(database, kind, ea);
    }
    if (error == JET_errSuccess && IsBefore(database, ea)) {
        return MoveBefore(database, ea, from, to);
    }
    if (error == JET_errSuccess) {
        error = kind == EseLogDelete ? IfsDeleteRuns(proxy, ea) : IfsReclaimRuns(proxy, ea);
    }
    if (error == JET_errSuccess) {
        EnterCriticalSection(&database->Lock);
        error = EseMoveRuns(database, ea->Runs, ea->RunCount, from, to);
        LeaveCriticalSection(&database->Lock);
    }
    return error;
}

LONG EseDelete(PESE_DATABASE database, const EXIFS_EA_LIST *ea)
{
    return MoveKept(database, ea, EseLogDelete, EsePageCommitted, EsePageDeleted);
}

LONG EseReclaim(PESE_DATABASE database, const EXIFS_EA_LIST *ea)
{
    return MoveKept(database, ea, EseLogReclaim, EsePageDeleted, EsePageFree);
}

VOID EseDeleteAll(PESE_DATABASE database, const EXIFS_EA_LIST *const *eas, ULONG count,
                  PLONG errors)
{
    ULONG i;

    EnterCriticalSection(&database->LogLock);
    for (i = 0; i < count; i++) {
        errors[i] = EseDelete(database, eas[i]);
    }
    for (i = 0; i < count; i++) {
        if (errors[i] == JET_errSuccess) {
            errors[i] = EseReclaim(database, eas[i]);
        }
    }
    LeaveCriticalSection(&database->LogLock);
}

VOID EseCount(PESE_DATABASE database, PESE_COUNTS counts)
{
    ZeroMemory(counts, sizeof(*counts));
    EnterCriticalSection(&database->Lock);
    EseCountPages(database, counts);
    counts->LentOut = EseCountLentOut(database);
    counts->Repaired = database->Repaired;
    counts->Refused = database->Refused;
    counts->LogRecords = database->LogRecords;
    LeaveCriticalSection(&database->Lock);
}
