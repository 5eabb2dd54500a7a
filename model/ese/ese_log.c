/* ese_log.c - the transaction log: what is promised is on the disk first.
 *
 * Records are appended to a buffer. Commits and reservations are promises: they write it through
 * before they return. Deletions can be done again and are lazy: they go to the disk with the next
 * promise. When a log file is full the engine begins the next generation, and must format it before
 * anything can be logged again: 5 MB of writes, during which every commit and every reservation
 * stands in line (an administrator sees it as Database\Log Record Stalls/sec). The stalls come as
 * often as mail does; what piles up behind one is what arrives meanwhile. Generations go round in
 * one file: so where rows last, a checkpoint goes to the .edb before the old records are
 * overwritten (ese_tables.c). A log that cannot be checkpointed takes no more records.
 */
#include "ese_internal.h"

static BOOL Lasts(PESE_DATABASE database) { return database->Rows != NULL; }

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

/* What the next life needs, behind the head. */
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

/* Whether somebody waits for it to be on the disk. */
static BOOL IsPromise(PESE_DATABASE database, ULONG kind)
{
    return kind == EseLogCommit || kind == EseLogReserve ||
           (kind == EseLogReclaim && Lasts(database));
}

/* A gap would end a replay: where rows last, what could not be written is written once more. */
static BOOL Flush(PESE_DATABASE database)
{
    BOOL ok = WriteAt(database, database->LogOffset, database->LogFill);

    if (ok || !Lasts(database)) {
        database->LogOffset += database->LogFill;
        database->LogFill = 0;
    }
    return ok;
}

static BOOL BeginGeneration(PESE_DATABASE database)
{
    BOOL ok = database->LogFill == 0 || Flush(database);
    ULONG offset;

    if (Lasts(database) && (!ok || EseSaveTables(database, FALSE) != JET_errSuccess)) {
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
    BOOL ok = MakeRoom(database, bytes);

    if (!ok && Lasts(database)) {
        return FALSE;
    }
    record->Number = ++database->LogRecords;
    record->LogGeneration = database->LogGeneration;
    record->Life = database->Life;
    record->Check = Lasts(database) ? EseRecordCheck(record) : 0;
    ZeroMemory(database->LogBuffer + database->LogFill, bytes);
    CopyMemory(database->LogBuffer + database->LogFill, record, EseRecordUsed(record));
    database->LogFill += bytes;
    if (ok && (IsPromise(database, record->Kind) ||
               database->LogFill + ESE_LOG_COMMIT > ESE_LOG_BUFFER_BYTES)) {
        ok = Flush(database);
        if (!ok && Lasts(database)) { /* Whoever wanted it is told: it must not be done later. */
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
    if (Lasts(database) && !EseHasRoom(database, record)) {
        error = JET_errOutOfMemory;
    } else if (!Append(database, record, bytes)) {
        error = JET_errLogWriteFail;
    } else if (Lasts(database)) {
        EseApplyRecord(database, record, FALSE);
    }
    LeaveCriticalSection(&database->LogLock);
    return error;
}

/* ---- What is logged -------------------------------------------------------------------------- */

/* Of a database whose rows do not last: the head says it all. */
static LONG LogHead(PESE_DATABASE database, ESE_LOG_KIND kind, const EXIFS_EA_LIST *ea)
{
    ESE_LOG_RECORD record;

    ZeroMemory(&record, sizeof(record));
    record.Magic = ESE_LOG_MAGIC;
    record.Kind = (ULONG)kind;
    record.Ea = *ea;
    return Log(database, &record);
}

static LONG LogAll(PESE_DATABASE database, ESE_LOG_KIND kind, PCWSTR name, const EXIFS_EA_LIST *ea,
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

LONG EseLogRuns(PESE_DATABASE database, ESE_LOG_KIND kind, PCWSTR name, const EXIFS_EA_LIST *ea,
                const EXIFS_RUN *runs, ULONG count)
{
    return Lasts(database) ? LogAll(database, kind, name, ea, runs, count)
                           : LogHead(database, kind, ea);
}

LONG EseLog(PESE_DATABASE database, ESE_LOG_KIND kind, const EXIFS_EA_LIST *ea)
{
    ULONG count = ea->RunCount < EXIFS_RUNS_MAX ? ea->RunCount : EXIFS_RUNS_MAX;

    return EseLogRuns(database, kind, NULL, ea, ea->Runs, count);
}
