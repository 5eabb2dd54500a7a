/* ese_tables.c - the space map and the checksums between two lives of a database: rows of the .edb.
 *
 *     attach:  a good table is read (EseLoadTables); attached, it is good no more (EseUseTables)
 *     detach:  it is written anew, and marked as good                         (EseSaveTables)
 *     eseutil: nobody has it attached; checks it, or computes it once more    (EseDefragment)
 *
 * So what a crash leaves behind is never believed: that database begins empty. What was reserved
 * or deleted is free in the next life. The rows that say whose message a page is are not kept here.
 */
#include "ese_internal.h"

#define TABLE_OFFSET 0x1000000u /* In the .edb, behind all that the store writes to it. */
#define TABLE_MAGIC  0x4D564C53u
#define PIECE_BYTES  32768u

typedef struct _TABLE_HEAD {
    ULONG Magic;
    ULONG Good;
    ULONG Size; /* Pages of the .stm. */
    ULONG HasSums;
} TABLE_HEAD;

static BOOL Move(HANDLE edb, ULONG offset, PVOID data, ULONG bytes, BOOL write)
{
    ULONG done;

    for (done = 0; done < bytes; done += PIECE_BYTES) {
        ULONG part = bytes - done < PIECE_BYTES ? bytes - done : PIECE_BYTES;
        OVERLAPPED overlapped;
        DWORD moved = 0;
        BOOL ok;

        ZeroMemory(&overlapped, sizeof(overlapped));
        overlapped.Offset = offset + done;
        ok = write ? WriteFile(edb, (PUCHAR)data + done, part, &moved, &overlapped)
                   : ReadFile(edb, (PUCHAR)data + done, part, &moved, &overlapped);
        if (!ok || moved != part) {
            return FALSE;
        }
    }
    return TRUE;
}

static HANDLE OpenTables(PESE_DATABASE database)
{
    return CreateFileW(database->Options.TablePath, GENERIC_READ | GENERIC_WRITE,
                       FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_ALWAYS,
                       FILE_ATTRIBUTE_NORMAL | FILE_FLAG_WRITE_THROUGH, NULL);
}

/* The head last, or first: a table that is written by half is not good. */
static BOOL MoveAll(PESE_DATABASE database, HANDLE edb, BOOL write)
{
    ULONG at = TABLE_OFFSET + EXIFS_PAGE_SIZE;

    return Move(edb, at, database->Pages, database->Size * (ULONG)sizeof(ESE_PAGE), write) &&
           (database->Sums == NULL ||
            Move(edb, at + database->Options.LimitPages * (ULONG)sizeof(ESE_PAGE), database->Sums,
                 database->Size * (ULONG)sizeof(ULONG), write));
}

static BOOL MarkTables(PESE_DATABASE database, HANDLE edb, BOOL good)
{
    TABLE_HEAD head;

    head.Magic = TABLE_MAGIC;
    head.Good = good ? 1u : 0u;
    head.Size = database->Size;
    head.HasSums = database->Sums != NULL;
    return Move(edb, TABLE_OFFSET, &head, sizeof(head), TRUE);
}

/* What was on its way is free: nobody is left who could say what it was for. */
static VOID Settle(PESE_DATABASE database)
{
    ULONG page;

    ZeroMemory(database->InState, sizeof(database->InState));
    for (page = 0; page < database->Size; page++) {
        PESE_PAGE one = &database->Pages[page];

        if (one->State != EsePageCommitted) {
            one->State = EsePageFree;
        }
        one->Owner = ESE_OWNER_NOBODY;
        database->InState[one->State]++;
    }
}

/* FALSE: there is no good table; the map is as it was. */
static BOOL ReadTables(PESE_DATABASE database, HANDLE edb)
{
    TABLE_HEAD head;

    if (!Move(edb, TABLE_OFFSET, &head, sizeof(head), FALSE) || head.Magic != TABLE_MAGIC ||
        head.Good == 0 || head.Size > database->Options.LimitPages ||
        (head.HasSums != 0) != (database->Sums != NULL)) {
        return FALSE;
    }
    database->Size = head.Size;
    if (!MoveAll(database, edb, FALSE)) {
        return FALSE;
    }
    Settle(database);
    return TRUE;
}

VOID EseLoadTables(PESE_DATABASE database)
{
    HANDLE edb;

    if (database->Options.TablePath == NULL) {
        return;
    }
    edb = OpenTables(database);
    if (edb == INVALID_HANDLE_VALUE) {
        return;
    }
    (VOID) ReadTables(database, edb);
    (VOID) CloseHandle(edb);
}

static VOID Distrust(PESE_DATABASE database)
{
    HANDLE edb = OpenTables(database);
    TABLE_HEAD head;

    if (edb == INVALID_HANDLE_VALUE) {
        return;
    }
    if (Move(edb, TABLE_OFFSET, &head, sizeof(head), FALSE) && head.Magic == TABLE_MAGIC) {
        (VOID) MarkTables(database, edb, FALSE);
    }
    (VOID) CloseHandle(edb);
}

VOID EseUseTables(PESE_DATABASE database)
{
    if (database->Options.TablePath != NULL) {
        Distrust(database);
    }
}

VOID EseSaveTables(PESE_DATABASE database)
{
    HANDLE edb;

    if (database->Options.TablePath == NULL) {
        return;
    }
    edb = OpenTables(database);
    if (edb == INVALID_HANDLE_VALUE) {
        return;
    }
    if (MoveAll(database, edb, TRUE)) {
        (VOID) MarkTables(database, edb, TRUE);
    }
    (VOID) CloseHandle(edb);
}

/* ---- Without the store ----------------------------------------------------------------------- */

static LONG SumAll(PESE_DATABASE database, BOOL recompute)
{
    LONG error = JET_errSuccess;
    ULONG page;

    for (page = 0; page < database->Size && error == JET_errSuccess; page++) {
        ULONG sum = 0;

        if (database->Pages[page].State != EsePageCommitted) {
            continue;
        }
        error = EseReadAndSum(database, page, &sum);
        if (error == JET_errSuccess && sum != database->Sums[page] && !recompute) {
            error = JET_errSLVReadVerifyFailure;
        }
        database->Sums[page] = sum;
    }
    return error;
}

static LONG Defragment(PESE_DATABASE database, BOOL recompute)
{
    HANDLE edb = OpenTables(database);
    LONG error;

    if (edb == INVALID_HANDLE_VALUE) {
        return JET_errSLVDatabaseMissing;
    }
    if (!ReadTables(database, edb)) {
        error = JET_errDatabaseDirtyShutdown;
    } else {
        error = SumAll(database, recompute);
        if (error == JET_errSuccess && !MoveAll(database, edb, TRUE)) {
            error = JET_errSLVFileIO;
        }
    }
    (VOID) CloseHandle(edb);
    return error;
}

LONG EseDefragment(PCWSTR stm, PCWSTR edb, ULONG limitPages, BOOL recompute)
{
    PESE_DATABASE database = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*database));
    LONG error = JET_errOutOfMemory;

    if (database == NULL) {
        return error;
    }
    database->Options.TablePath = edb;
    database->Options.LimitPages = limitPages;
    database->Pages = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, limitPages * sizeof(ESE_PAGE));
    database->Sums = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, limitPages * sizeof(ULONG));
    database->Stm = CreateFileW(stm, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    if (database->Stm == INVALID_HANDLE_VALUE) {
        error = GetLastError() == ERROR_FILE_NOT_FOUND ? JET_errSLVStreamingFileMissing
                                                       : JET_errFileAccessDenied;
    } else {
        if (database->Pages != NULL && database->Sums != NULL) {
            error = Defragment(database, recompute);
        }
        (VOID) CloseHandle(database->Stm);
    }
    if (database->Pages != NULL) {
        (VOID) HeapFree(GetProcessHeap(), 0, database->Pages);
    }
    if (database->Sums != NULL) {
        (VOID) HeapFree(GetProcessHeap(), 0, database->Sums);
    }
    (VOID) HeapFree(GetProcessHeap(), 0, database);
    return error;
}

VOID EseForgetTables(PCWSTR edb)
{
    PESE_DATABASE database = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*database));

    if (database != NULL) {
        database->Options.TablePath = edb;
        Distrust(database);
        (VOID) HeapFree(GetProcessHeap(), 0, database);
    }
}
