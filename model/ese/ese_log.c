/* ese_log.c - the transaction log: a promise is on the disk before it is given.
 *
 * Records are appended to a buffer. Commits and reservations are promises: they write it through
 * before they return. Deletions and reclaims are lazy: they go to the disk with the next promise. A
 * page is free only after its deletion is on the disk (EseWriteDeletions); otherwise another stream
 * could have it while the log still gives it to the deleted message.
 *
 * When a log file is full the engine begins the next generation, and must format it before anything
 * can be logged again: 5 MB of writes, during which every commit and every reservation stands in
 * line (an administrator sees it as Database\Log Record Stalls/sec). The stalls come as often as
 * mail does; what piles up behind one is what arrives meanwhile. Generations go round in one file:
 * so a checkpoint goes to the .edb before the old records are overwritten (ese_tables.c). A log
 * that cannot be checkpointed takes no more records.
 */
#include "ese_internal.h"

/* ---- Records --------------------------------------------------------------------------------- */

ULONG EseRecordCheck(const ESE_LOG_RECORD *record)
{
    const ULONG *words = (const ULONG *)record;
    ULONG check = 0x4C6F6721u;
    ULONG i;

    for (i = 0; i < EseRecordUsed(record) / sizeof(ULONG); i++) {
        if (words + i != &record->Check) {
            check = (check ^ words[i]) * 16777619u;
            check ^= check >> 15;
        }
    }
    return check;
}

static ULONG PagesOf(const EXIFS_RUN *runs, ULONG count)
{
    ULONG pages = 0;
    ULONG i;

    for (i = 0; i < count; i++) {
        pages += runs[i].Pages;
    }
    return pages;
}

/* Appends what the next life needs to the head: name, runs and checksums. */
static VOID AddRow(PESE_DATABASE database, PESE_LOG_RECORD record, PCWSTR name,
                   const EXIFS_RUN *runs, ULONG count, ULONG sums)
{
    PEXIFS_RUN behind = (PEXIFS_RUN)(record + 1);
    PULONG sum = (PULONG)(behind + count);
    ULONG i;
    ULONG page;

    if (name != NULL) {
        (VOID) lstrcpynW(record->Name, name, EXIFS_NAME_CHARS);
    }
    record->RunCount = count;
    record->SumCount = sums;
    CopyMemory(behind, runs, count * sizeof(*runs));
    for (i = 0; i < count && sums != 0; i++) {
        for (page = 0; page < runs[i].Pages; page++) {
            *sum++ = database->Sums[runs[i].FirstPage + page];
        }
    }
}

static BOOL AreWithin(PESE_DATABASE database, const EXIFS_RUN *runs, ULONG count)
{
    ULONG i;

    for (i = 0; i < count; i++) {
        if (runs[i].FirstPage >= database->Options.LimitPages ||
            runs[i].Pages > database->Options.LimitPages - runs[i].FirstPage) {
            return FALSE;
        }
    }
    return TRUE;
}

/* ---- The file -------------------------------------------------------------------------------- */

static BOOL WriteAt(PESE_DATABASE database, ULONG offset, ULONG bytes)
{
    OVERLAPPED overlapped;
    DWORD written = 0;

    ZeroMemory(&overlapped, sizeof(overlapped));
    overlapped.Offset = offset;
    return WriteFile(database->Log, database->LogBuffer, bytes, &written, &overlapped) &&
           written == bytes;
}

/* TRUE: the caller waits until the record is on the disk. */
static BOOL IsPromise(ULONG kind) { return kind == EseLogCommit || kind == EseLogReserve; }

/* Writes the buffer. Bytes that could not be written stay and are written again: a gap would end a
 * replay. */
static BOOL Flush(PESE_DATABASE database)
{
    BOOL ok = WriteAt(database, database->LogOffset, database->LogFill);

    if (ok) {
        database->LogOffset += database->LogFill;
        database->LogFill = 0;
        database->LogDeletes = FALSE;
    }
    return ok;
}

static BOOL BeginGeneration(PESE_DATABASE database)
{
    BOOL ok = database->LogFill == 0 || Flush(database);
    ULONG offset;

    if (!ok || EseSaveTables(database, FALSE) != JET_errSuccess) {
        return FALSE;
    }
    ZeroMemory(database->LogBuffer, ESE_LOG_BUFFER_BYTES);
    for (offset = 0; offset < ESE_LOG_BYTES && ok; offset += ESE_LOG_BUFFER_BYTES) {
        ok = WriteAt(database, offset, ESE_LOG_BUFFER_BYTES);
    }
    database->LogOffset = 0;
    database->LogGeneration++;
    return ok;
}

static BOOL MakeRoom(PESE_DATABASE database, ULONG bytes)
{
    BOOL ok = TRUE;

    if (database->LogOffset + database->LogFill + bytes > ESE_LOG_BYTES) {
        ok = BeginGeneration(database);
    }
    if (ok && database->LogFill + bytes > ESE_LOG_BUFFER_BYTES) {
        ok = Flush(database); /* A commit of very many pages. */
    }
    return ok;
}

static BOOL Append(PESE_DATABASE database, PESE_LOG_RECORD record, ULONG bytes)
{
    BOOL ok = TRUE;

    if (!MakeRoom(database, bytes)) {
        return FALSE;
    }
    record->Number = ++database->LogRecords;
    record->LogGeneration = database->LogGeneration;
    record->Life = database->Life;
    record->Check = EseRecordCheck(record);
    ZeroMemory(database->LogBuffer + database->LogFill, bytes);
    CopyMemory(database->LogBuffer + database->LogFill, record, EseRecordUsed(record));
    database->LogFill += bytes;
    database->LogDeletes |= record->Kind == EseLogDelete;
    if (IsPromise(record->Kind) || database->LogFill + ESE_LOG_COMMIT > ESE_LOG_BUFFER_BYTES) {
        ok = Flush(database);
        if (!ok) { /* The caller gets the error, so the record must not be written later. */
            database->LogFill -= bytes;
        }
    }
    return ok;
}

static LONG Log(PESE_DATABASE database, PESE_LOG_RECORD record)
{
    ULONG bytes = EseRecordBytes(record);
    LONG error = JET_errSuccess;

    EnterCriticalSection(&database->LogLock);
    if (!EseHasRoom(database, record)) {
        error = JET_errOutOfMemory;
    } else if (!Append(database, record, bytes)) {
        error = JET_errLogWriteFail;
    } else {
        EseApplyRecord(database, record, FALSE);
    }
    LeaveCriticalSection(&database->LogLock);
    return error;
}

LONG EseWriteDeletions(PESE_DATABASE database)
{
    BOOL ok;

    EnterCriticalSection(&database->LogLock);
    ok = !database->LogDeletes || Flush(database);
    LeaveCriticalSection(&database->LogLock);
    return ok ? JET_errSuccess : JET_errLogWriteFail;
}

/* ---- What is logged -------------------------------------------------------------------------- */

LONG EseLogRuns(PESE_DATABASE database, ESE_LOG_KIND kind, PCWSTR name, const EXIFS_EA_LIST *ea,
                const EXIFS_RUN *runs, ULONG count)
{
    ULONG sums = kind == EseLogCommit && database->Sums != NULL ? PagesOf(runs, count) : 0;
    ULONG used = (ULONG)(sizeof(ESE_LOG_RECORD) + count * sizeof(*runs) + sums * sizeof(ULONG));
    PESE_LOG_RECORD record;
    LONG error;

    if (!AreWithin(database, runs, count)) {
        return JET_errSLVEAListCorrupt;
    }
    if (used > ESE_LOG_BUFFER_BYTES) {
        return JET_errSLVEAListTooBig;
    }
    record = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, used);
    if (record == NULL) {
        return JET_errOutOfMemory;
    }
    record->Magic = ESE_LOG_MAGIC;
    record->Kind = (ULONG)kind;
    record->Ea = *ea;
    AddRow(database, record, name, runs, count, sums);
    error = Log(database, record);
    (VOID) HeapFree(GetProcessHeap(), 0, record);
    return error;
}

LONG EseLog(PESE_DATABASE database, ESE_LOG_KIND kind, const EXIFS_EA_LIST *ea)
{
    ULONG count = ea->RunCount < EXIFS_RUNS_MAX ? ea->RunCount : EXIFS_RUNS_MAX;

    return EseLogRuns(database, kind, NULL, ea, ea->Runs, count);
}
