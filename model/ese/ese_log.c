/* ese_log.c - the transaction log: what is promised is on the disk first.
 *
 * Records are appended to a buffer. Commits and reservations are promises: they write it through
 * before they return. Deletions can be done again and are lazy: they go to the disk with the next
 * promise. When a log file is full the engine begins the next generation, and must format it before
 * anything can be logged again: 5 MB of writes, during which every commit and every reservation
 * stands in line (an administrator sees it as Database\Log Record Stalls/sec). The stalls come as
 * often as mail does; what piles up behind one is what arrives meanwhile. Generations go round in
 * one file.
 */
#include "ese_internal.h"

#define LOG_BYTES (5u * 1024 * 1024) /* One generation: the product's log files are of 5 MB. */
#define LOG_MAGIC 0x4C454545u

/* The head of every record. A commit carries the message's row, its header properties and a
 * checksum a page behind it: four pages in all (an estimate). The other kinds change a few bytes of
 * the space trees. */
typedef struct _LOG_RECORD {
    ULONG Magic;
    ULONG Kind;
    ULONG Number;
    ULONG LogGeneration;
    EXIFS_EA_LIST Ea;
} LOG_RECORD;

static ULONG RecordBytes(ESE_LOG_KIND kind)
{
    return kind == EseLogCommit ? 4u * EXIFS_PAGE_SIZE
                                : 512u; /* A sector: it is written whole, or not. */
}

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
static BOOL IsPromise(ESE_LOG_KIND kind) { return kind == EseLogCommit || kind == EseLogReserve; }

static BOOL Flush(PESE_DATABASE database)
{
    BOOL ok = WriteAt(database, database->LogOffset, database->LogFill);

    database->LogOffset += database->LogFill;
    database->LogFill = 0;
    return ok;
}

static BOOL BeginGeneration(PESE_DATABASE database)
{
    BOOL ok = database->LogFill == 0 || Flush(database);
    ULONG offset;

    ZeroMemory(database->LogBuffer, ESE_LOG_BUFFER_BYTES);
    for (offset = 0; offset < LOG_BYTES && ok; offset += ESE_LOG_BUFFER_BYTES) {
        ok = WriteAt(database, offset, ESE_LOG_BUFFER_BYTES);
    }
    database->LogOffset = 0;
    database->LogGeneration++;
    return ok;
}

LONG EseLog(PESE_DATABASE database, ESE_LOG_KIND kind, const EXIFS_EA_LIST *ea)
{
    ULONG bytes = RecordBytes(kind);
    LOG_RECORD record;
    BOOL ok = TRUE;

    ZeroMemory(&record, sizeof(record));
    record.Magic = LOG_MAGIC;
    record.Kind = (ULONG)kind;
    record.Ea = *ea;

    EnterCriticalSection(&database->LogLock);
    if (database->LogOffset + database->LogFill + bytes > LOG_BYTES) {
        ok = BeginGeneration(database);
    }
    record.Number = ++database->LogRecords;
    record.LogGeneration = database->LogGeneration;
    ZeroMemory(database->LogBuffer + database->LogFill, bytes);
    CopyMemory(database->LogBuffer + database->LogFill, &record, sizeof(record));
    database->LogFill += bytes;
    if (ok &&
        (IsPromise(kind) || database->LogFill + RecordBytes(EseLogCommit) > ESE_LOG_BUFFER_BYTES)) {
        ok = Flush(database);
    }
    LeaveCriticalSection(&database->LogLock);
    return ok ? JET_errSuccess : JET_errLogWriteFail;
}
