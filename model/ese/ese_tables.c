/* ese_tables.c - the lasting part of a database: its rows and its checksums, in the .edb.
 *
 *     attach:     the tables written last, then what the log has since     (EseLoadTables)
 *     generation: a checkpoint, before old records are overwritten         (EseSaveTables)
 *     detach:     the same, marked as clean                                (EseSaveTables)
 *     eseutil:    nobody has it attached: they are checked, or made anew   (EseDefragment)
 *
 * There are two places, written in turn, each with a head that is written last: so a crash in the
 * middle leaves the one before. The space map is not written: a page is Committed if a row names
 * it, and else Free in the next life, whatever it was reserved or deleted for. Each life of the
 * database has a number, in the head and in each record of the log, so that nothing of the life
 * before is replayed twice.
 */
#include "ese_internal.h"

#define TABLE_OFFSET 0x1000000u /* Offset in the .edb, behind everything the store writes to it. */
#define TABLE_MAGIC  0x4D564C53u
#define PIECE_BYTES  32768u
#define PLACES       2u

typedef struct _TABLE_HEAD {
    ULONG Magic;
    ULONG Clean;
    ULONG Size; /* Pages of the .stm. */
    ULONG HasSums;
    ULONG Serial; /* The head with the higher serial is the later one. */
    ULONG Life;
    ULONG Number; /* Number of the last log record contained in the tables. */
    ULONG RowCount;
} TABLE_HEAD, *PTABLE_HEAD;

static BOOL Write(HANDLE edb, ULONG offset, const VOID *data, ULONG bytes)
{
    ULONG done;

    for (done = 0; done < bytes; done += PIECE_BYTES) {
        ULONG part = bytes - done < PIECE_BYTES ? bytes - done : PIECE_BYTES;
        OVERLAPPED overlapped;
        DWORD moved = 0;

        ZeroMemory(&overlapped, sizeof(overlapped));
        overlapped.Offset = offset + done;
        if (!WriteFile(edb, (const UCHAR *)data + done, part, &moved, &overlapped) ||
            moved != part) {
            return FALSE;
        }
    }
    return TRUE;
}

/* Reads bytes of the .edb; *there: FALSE if the file ends before. */
static LONG Read(HANDLE edb, ULONG offset, PVOID data, ULONG bytes, PBOOL there)
{
    ULONG done;

    *there = TRUE;
    for (done = 0; done < bytes && *there; done += PIECE_BYTES) {
        ULONG part = bytes - done < PIECE_BYTES ? bytes - done : PIECE_BYTES;
        OVERLAPPED overlapped;
        DWORD moved = 0;

        ZeroMemory(&overlapped, sizeof(overlapped));
        overlapped.Offset = offset + done;
        if (!ReadFile(edb, (PUCHAR)data + done, part, &moved, &overlapped) &&
            GetLastError() != ERROR_HANDLE_EOF) {
            return JET_errSLVFileIO;
        }
        *there = moved == part;
    }
    return JET_errSuccess;
}

static HANDLE OpenTables(PCWSTR path)
{
    return CreateFileW(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                       OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL | FILE_FLAG_WRITE_THROUGH, NULL);
}

/* ---- Places ---------------------------------------------------------------------------------- */

static ULONG HeadAt(ULONG serial) { return TABLE_OFFSET + serial % PLACES * EXIFS_PAGE_SIZE; }

static ULONG SumsAt(PESE_DATABASE database, ULONG serial)
{
    ULONG bytes =
        database->Options.LimitPages * (ULONG)sizeof(ULONG) + ESE_ROWS_MAX * (ULONG)sizeof(ESE_ROW);

    return TABLE_OFFSET + (PLACES + serial % PLACES) * EXIFS_PAGE_SIZE + serial % PLACES * bytes;
}

static ULONG RowsAt(PESE_DATABASE database, ULONG serial)
{
    return SumsAt(database, serial) + database->Options.LimitPages * (ULONG)sizeof(ULONG);
}

static BOOL IsHead(PESE_DATABASE database, const TABLE_HEAD *head)
{
    return head->Magic == TABLE_MAGIC && head->Size <= database->Options.LimitPages &&
           head->RowCount <= ESE_ROWS_MAX && (head->HasSums != 0) == (database->Sums != NULL);
}

/* Finds the later of the two heads; Magic 0: none. */
static LONG FindHead(PESE_DATABASE database, HANDLE edb, PTABLE_HEAD found)
{
    ULONG place;

    ZeroMemory(found, sizeof(*found));
    for (place = 0; place < PLACES; place++) {
        TABLE_HEAD head;
        BOOL there;
        LONG error = Read(edb, HeadAt(place), &head, sizeof(head), &there);

        if (error != JET_errSuccess) {
            return error;
        }
        if (there && IsHead(database, &head) &&
            (found->Magic == 0 || head.Serial > found->Serial)) {
            *found = head;
        }
    }
    return JET_errSuccess;
}

static LONG ReadTables(PESE_DATABASE database, HANDLE edb, PTABLE_HEAD head)
{
    LONG error = FindHead(database, edb, head);
    BOOL there = TRUE;

    if (error != JET_errSuccess || head->Magic == 0) {
        return error;
    }
    if (database->Sums != NULL) {
        error = Read(edb, SumsAt(database, head->Serial), database->Sums,
                     head->Size * (ULONG)sizeof(ULONG), &there);
    }
    if (error == JET_errSuccess && there) {
        error = Read(edb, RowsAt(database, head->Serial), database->Rows,
                     head->RowCount * (ULONG)sizeof(ESE_ROW), &there);
    }
    if (error != JET_errSuccess || !there) {
        return JET_errSLVFileIO;
    }
    database->RowFirst = 0;
    database->RowEnd = head->RowCount;
    database->RowCount = head->RowCount;
    database->Life = head->Life;
    database->TableSerial = head->Serial;
    if (head->Size > database->Size) {
        database->Size = head->Size;
    }
    return JET_errSuccess;
}

static LONG WriteTables(PESE_DATABASE database, HANDLE edb, BOOL clean)
{
    ULONG serial = database->TableSerial + 1;
    TABLE_HEAD head;

    EsePackRows(database);
    if ((database->Sums != NULL && !Write(edb, SumsAt(database, serial), database->Sums,
                                          database->Size * (ULONG)sizeof(ULONG))) ||
        !Write(edb, RowsAt(database, serial), database->Rows,
               database->RowCount * (ULONG)sizeof(ESE_ROW))) {
        return JET_errSLVFileIO;
    }
    head.Magic = TABLE_MAGIC;
    head.Clean = clean ? 1u : 0u;
    head.Size = database->Size;
    head.HasSums = database->Sums != NULL;
    head.Serial = serial;
    head.Life = database->Life;
    head.Number = database->LogRecords;
    head.RowCount = database->RowCount;
    if (!Write(edb, HeadAt(serial), &head, sizeof(head))) {
        return JET_errSLVFileIO;
    }
    database->TableSerial = serial;
    return JET_errSuccess;
}

/* ---- Lives ----------------------------------------------------------------------------------- */

/* Makes the file as long as the map, since a recovery may find messages behind the end that the
 * attach made; and the map as long as the file, which is never made shorter. */
static LONG MatchStm(PESE_DATABASE database)
{
    LARGE_INTEGER size;
    LARGE_INTEGER end;

    size.QuadPart = 0;
    (VOID) GetFileSizeEx(database->Stm, &size);
    size.QuadPart /= EXIFS_PAGE_SIZE;
    if (size.QuadPart > (LONGLONG)database->Options.LimitPages) {
        size.QuadPart = (LONGLONG)database->Options.LimitPages;
    }
    if (size.QuadPart >= (LONGLONG)database->Size) {
        database->InState[EsePageFree] += (ULONG)size.QuadPart - database->Size;
        database->Size = (ULONG)size.QuadPart;
        return JET_errSuccess;
    }
    end.QuadPart = (LONGLONG)database->Size * (LONGLONG)EXIFS_PAGE_SIZE;
    return SetFilePointerEx(database->Stm, end, NULL, FILE_BEGIN) && SetEndOfFile(database->Stm)
               ? JET_errSuccess
               : JET_errSLVStreamingFileFull;
}

static LONG Recover(PESE_DATABASE database, HANDLE edb)
{
    TABLE_HEAD head;
    LONG error = ReadTables(database, edb, &head);

    if (error == JET_errSuccess && head.Magic != 0 && head.Clean == 0) {
        error = EseReplay(database, head.Number);
    }
    if (error == JET_errSuccess) {
        EseMapRows(database);
        error = MatchStm(database);
    }
    database->Life++;
    return error != JET_errSuccess ? error : WriteTables(database, edb, FALSE);
}

LONG EseLoadTables(PESE_DATABASE database)
{
    HANDLE edb;
    LONG error;

    edb = OpenTables(database->Options.TablePath);
    if (edb == INVALID_HANDLE_VALUE) {
        return JET_errSLVFileIO;
    }
    error = Recover(database, edb);
    (VOID) CloseHandle(edb);
    return error;
}

LONG EseSaveTables(PESE_DATABASE database, BOOL clean)
{
    HANDLE edb;
    LONG error;

    edb = OpenTables(database->Options.TablePath);
    if (edb == INVALID_HANDLE_VALUE) {
        return JET_errSLVFileIO;
    }
    error = WriteTables(database, edb, clean);
    (VOID) CloseHandle(edb);
    return error;
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

static LONG Defragment(PESE_DATABASE database, HANDLE edb, BOOL recompute)
{
    TABLE_HEAD head;
    LONG error = ReadTables(database, edb, &head);

    if (error == JET_errSuccess && (head.Magic == 0 || head.Clean == 0)) {
        error = JET_errDatabaseDirtyShutdown;
    }
    if (error != JET_errSuccess) {
        return error;
    }
    EseMapRows(database);
    database->LogRecords = head.Number;
    error = SumAll(database, recompute);
    return error != JET_errSuccess ? error : WriteTables(database, edb, TRUE);
}

/* A database with only the parts that eseutil needs. */
static PESE_DATABASE NewDatabase(ULONG limitPages)
{
    PESE_DATABASE database = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*database));

    if (database != NULL) {
        database->Options.LimitPages = limitPages;
        database->Pages =
            HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, limitPages * sizeof(ESE_PAGE));
        database->Sums = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, limitPages * sizeof(ULONG));
        database->Rows =
            HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, ESE_ROWS_MAX * sizeof(ESE_ROW));
    }
    return database;
}

static VOID Free(PVOID memory)
{
    if (memory != NULL) {
        (VOID) HeapFree(GetProcessHeap(), 0, memory);
    }
}

LONG EseDefragment(PCWSTR stm, PCWSTR edb, ULONG limitPages, BOOL recompute)
{
    PESE_DATABASE database = NewDatabase(limitPages);
    LONG error = JET_errOutOfMemory;
    HANDLE tables;

    if (database == NULL) {
        return error;
    }
    tables = OpenTables(edb);
    database->Stm = CreateFileW(stm, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    if (database->Stm == INVALID_HANDLE_VALUE) {
        error = GetLastError() == ERROR_FILE_NOT_FOUND ? JET_errSLVStreamingFileMissing
                                                       : JET_errFileAccessDenied;
    } else {
        database->Reading = database->Stm;
        if (tables == INVALID_HANDLE_VALUE) {
            error = JET_errSLVDatabaseMissing;
        } else if (database->Pages != NULL && database->Sums != NULL && database->Rows != NULL) {
            error = Defragment(database, tables, recompute);
        }
        (VOID) CloseHandle(database->Stm);
    }
    if (tables != INVALID_HANDLE_VALUE) {
        (VOID) CloseHandle(tables);
    }
    Free(database->Pages);
    Free(database->Sums);
    Free(database->Rows);
    Free(database);
    return error;
}

VOID EseForgetTables(PCWSTR path)
{
    HANDLE edb = OpenTables(path);
    ULONG place;

    if (edb == INVALID_HANDLE_VALUE) {
        return;
    }
    for (place = 0; place < PLACES; place++) {
        TABLE_HEAD head;
        BOOL there;

        if (Read(edb, HeadAt(place), &head, sizeof(head), &there) == JET_errSuccess && there) {
            ZeroMemory(&head, sizeof(head));
            (VOID) Write(edb, HeadAt(place), &head, sizeof(head));
        }
    }
    (VOID) CloseHandle(edb);
}
