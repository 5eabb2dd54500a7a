/* ese_database.c - attaching a database: handshake, files, map, lending table, root; and the way
 * back.
 *
 * The order matters twice. The lending table takes its address space before the rest of the
 * database does. The table is filled after the root is registered, because its entries carry the
 * root's generation; until then the driver finds no spare entry.
 */
#include "ese_internal.h"

#define STM_PREFIX       L"\\??\\"
#define STM_PREFIX_CHARS 4

PESE EseCreate(PCWSTR build, PIFSPROXY proxy)
{
    const ESE_VERSION *version = EseFindVersion(build);
    PESE ese;

    if (version == NULL) {
        return NULL;
    }
    ese = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*ese));
    if (ese != NULL) {
        ese->Version = version;
        ese->Proxy = proxy;
        InitializeCriticalSection(&ese->Lock);
    }
    return ese;
}

VOID EseDestroy(PESE ese)
{
    while (ese->Databases != NULL) {
        (VOID) EseDetachDatabase(ese->Databases);
    }
    DeleteCriticalSection(&ese->Lock);
    (VOID) HeapFree(GetProcessHeap(), 0, ese);
}

/* ---- The parts of a database ----------------------------------------------------------------- */

/* A driver older than the engine does not know what the engine relies on; a newer one knows
 * more. */
static LONG ShakeHands(PESE ese)
{
    EXIFS_HANDSHAKE provider;
    LONG error = IfsHandshake(ese->Proxy, ese->Version->Interface, &provider);

    if (error == JET_errSuccess && provider.Interface < ese->Version->Interface) {
        error = JET_errSLVProviderVersionMismatch;
    }
    return error;
}

static LONG AllocateParts(PESE_DATABASE database)
{
    const ESE_OPTIONS *options = &database->Options;

    if (options->LendingCount != 0) {
        database->Table = VirtualAlloc(NULL, options->LendingCount * sizeof(EXIFS_LENT),
                                       MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
        if (database->Table == NULL) {
            return JET_errOutOfMemory;
        }
    }
    database->LogBuffer =
        VirtualAlloc(NULL, ESE_LOG_BUFFER_BYTES, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    database->Pages =
        HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, options->LimitPages * sizeof(ESE_PAGE));
    if (options->Checksums) {
        database->Sums =
            HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, options->LimitPages * sizeof(ULONG));
        if (database->Sums == NULL) {
            return JET_errOutOfMemory;
        }
    }
    database->Rows = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, ESE_ROWS_MAX * sizeof(ESE_ROW));
    return database->LogBuffer == NULL || database->Pages == NULL || database->Rows == NULL
               ? JET_errOutOfMemory
               : JET_errSuccess;
}

static const DWORD Dispositions[] = {
    [EseFilesAny] = OPEN_ALWAYS,
    [EseFilesExist] = OPEN_EXISTING,
    [EseFilesNew] = CREATE_NEW,
};

/* Streams longer than memory are sorted in a file of the folder for temporary files: stage 4 of an
 * attach makes it, to know that it can be made. */
static LONG TryTemporaryFile(PCWSTR path)
{
    HANDLE file;

    if (path == NULL) {
        return JET_errSuccess;
    }
    file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                       FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE) {
        return JET_errSLVFileAccessDenied;
    }
    (VOID) CloseHandle(file);
    (VOID) DeleteFileW(path);
    return JET_errSuccess;
}

/* The .stm is the driver's to write; the engine only makes it, and makes it longer. */
static LONG OpenFiles(PESE_DATABASE database)
{
    const ESE_OPTIONS *options = &database->Options;
    LARGE_INTEGER size;
    LARGE_INTEGER end;

    database->Stm = CreateFileW(options->StmPath, GENERIC_READ | GENERIC_WRITE,
                                FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                                Dispositions[options->Files], FILE_ATTRIBUTE_NORMAL, NULL);
    if (database->Stm == INVALID_HANDLE_VALUE) {
        return options->Files == EseFilesNew && GetLastError() == ERROR_FILE_EXISTS
                   ? JET_errSLVDatabaseMissing
                   : JET_errSLVStreamingFileMissing;
    }
    database->Reading =
        CreateFileW(options->StmPath, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                    OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    if (database->Reading == INVALID_HANDLE_VALUE) {
        return JET_errSLVStreamingFileMissing;
    }
    database->Log = CreateFileW(options->LogPath, GENERIC_READ | GENERIC_WRITE,
                                FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_ALWAYS,
                                FILE_ATTRIBUTE_NORMAL | FILE_FLAG_WRITE_THROUGH, NULL);
    if (database->Log == INVALID_HANDLE_VALUE) {
        return JET_errLogWriteFail;
    }
    database->Size = options->InitialPages;
    database->InState[EsePageFree] = database->Size;
    end.QuadPart = (LONGLONG)options->InitialPages * (LONGLONG)EXIFS_PAGE_SIZE;
    if (GetFileSizeEx(database->Stm, &size) && size.QuadPart >= end.QuadPart) {
        /* The file is never made shorter: streams of an earlier life may be open. */
        return JET_errSuccess;
    }
    if (!SetFilePointerEx(database->Stm, end, NULL, FILE_BEGIN) || !SetEndOfFile(database->Stm)) {
        return JET_errSLVStreamingFileFull;
    }
    return JET_errSuccess;
}

static LONG RegisterRoot(PESE_DATABASE database)
{
    const ESE_OPTIONS *options = &database->Options;
    EXIFS_REGISTER setup;

    ZeroMemory(&setup, sizeof(setup));
    (VOID) lstrcpynW(setup.Name, options->RootName, EXIFS_NAME_CHARS);
    (VOID) lstrcpynW(setup.StmPath, STM_PREFIX, STM_PREFIX_CHARS + 1);
    (VOID) lstrcpynW(setup.StmPath + STM_PREFIX_CHARS, options->StmPath,
                     EXIFS_PATH_CHARS - STM_PREFIX_CHARS);
    setup.LendingTable = (ULONG64)(ULONG_PTR)database->Table;
    setup.LendingCount = options->LendingCount;
    setup.TotalPages = options->LimitPages;
    setup.LowWaterPages = options->LowWaterPages;
    setup.ReserveUnitPages = options->ReserveUnitPages;
    setup.ImpatienceDepth = options->ImpatienceDepth;
    return IfsRegisterRoot(database->Ese->Proxy, &setup, &database->Root);
}

static VOID FreeDatabase(PESE_DATABASE database)
{
    if (database->Reading != INVALID_HANDLE_VALUE) {
        (VOID) CloseHandle(database->Reading);
    }
    if (database->Stm != INVALID_HANDLE_VALUE) {
        (VOID) CloseHandle(database->Stm);
    }
    if (database->Log != INVALID_HANDLE_VALUE) {
        (VOID) CloseHandle(database->Log);
    }
    if (database->Table != NULL) {
        (VOID) VirtualFree(database->Table, 0, MEM_RELEASE);
    }
    if (database->LogBuffer != NULL) {
        (VOID) VirtualFree(database->LogBuffer, 0, MEM_RELEASE);
    }
    if (database->Pages != NULL) {
        (VOID) HeapFree(GetProcessHeap(), 0, database->Pages);
    }
    if (database->Sums != NULL) {
        (VOID) HeapFree(GetProcessHeap(), 0, database->Sums);
    }
    if (database->Rows != NULL) {
        (VOID) HeapFree(GetProcessHeap(), 0, database->Rows);
    }
    DeleteCriticalSection(&database->LogLock);
    DeleteCriticalSection(&database->Lock);
    (VOID) HeapFree(GetProcessHeap(), 0, database);
}

static BOOL AreSane(const ESE_OPTIONS *options)
{
    return options->TablePath != NULL && options->InitialPages != 0 && options->GrowPages != 0 &&
           options->InitialPages <= options->LimitPages && options->LimitPages <= EXIFS_PAGES_MAX &&
           options->LendingCount <= EXIFS_LENT_MAX &&
           (options->LendingCount == 0 || options->LendingPages != 0) &&
           lstrlenW(options->StmPath) < (INT)(EXIFS_PATH_CHARS - STM_PREFIX_CHARS);
}

/* ---- Attach, detach -------------------------------------------------------------------------- */

/* Registers the root under the lock that finds databases: the first upcall may be fetched before
 * the registration returns. */
static LONG Publish(PESE ese, PESE_DATABASE database)
{
    LONG error;

    EnterCriticalSection(&ese->Lock);
    error = RegisterRoot(database);
    if (error == JET_errSuccess) {
        database->Next = ese->Databases;
        ese->Databases = database;
    }
    LeaveCriticalSection(&ese->Lock);
    return error;
}

static BOOL IsInUse(PESE_DATABASE database)
{
    BOOL used;

    EnterCriticalSection(&database->Ese->Lock);
    used = database->Users != 0;
    LeaveCriticalSection(&database->Ese->Lock);
    return used;
}

/* Takes the database off the list, so that upcalls no longer find it, and waits for the threads
 * that serve one. */
static LONG Withdraw(PESE_DATABASE database)
{
    PESE ese = database->Ese;
    PESE_DATABASE *link;
    LONG error;

    EnterCriticalSection(&ese->Lock);
    for (link = &ese->Databases; *link != NULL && *link != database; link = &(*link)->Next) {
    }
    if (*link == database) {
        *link = database->Next;
    }
    LeaveCriticalSection(&ese->Lock);
    error = IfsUnregisterRoot(ese->Proxy, &database->Root);
    while (IsInUse(database)) {
        Sleep(1); /* A proxy thread is in EseServe, where it waits for nothing. */
    }
    return error;
}

/* The root is registered before the rows are read, so that an attach refused because the root's
 * last life is still open does not read the log in vain. Early upcalls wait meanwhile. */
static LONG PublishAndLoad(PESE ese, PESE_DATABASE database)
{
    LONG error;
    LONG loaded = JET_errSuccess;

    EnterCriticalSection(&database->LogLock);
    EnterCriticalSection(&database->Lock);
    error = Publish(ese, database);
    if (error == JET_errSuccess) {
        loaded = EseLoadTables(database);
    }
    LeaveCriticalSection(&database->Lock);
    LeaveCriticalSection(&database->LogLock);
    if (loaded != JET_errSuccess) {
        (VOID) Withdraw(database);
    }
    return error != JET_errSuccess ? error : loaded;
}

LONG EseAttachDatabase(PESE ese, const ESE_OPTIONS *options, PESE_DATABASE *attached)
{
    LONG error = AreSane(options) ? ShakeHands(ese) : JET_errInvalidParameter;
    PESE_DATABASE database;

    if (error != JET_errSuccess) {
        return error;
    }
    database = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*database));
    if (database == NULL) {
        return JET_errOutOfMemory;
    }
    database->Ese = ese;
    database->Options = *options;
    database->Stm = INVALID_HANDLE_VALUE;
    database->Reading = INVALID_HANDLE_VALUE;
    database->Log = INVALID_HANDLE_VALUE;
    InitializeCriticalSection(&database->Lock);
    InitializeCriticalSection(&database->LogLock);

    error = AllocateParts(database);
    if (error == JET_errSuccess) {
        error = OpenFiles(database);
    }
    if (error == JET_errSuccess) {
        error = TryTemporaryFile(options->TempPath);
    }
    if (error == JET_errSuccess) {
        /* Empty and chained: a worker may read the table before it is filled. */
        EseInitializeTable(database);
        error = PublishAndLoad(ese, database);
    }
    if (error != JET_errSuccess) {
        FreeDatabase(database);
        return error;
    }
    EnterCriticalSection(&database->Lock);
    EseInitializeTable(database);
    EseRefillTable(database);
    LeaveCriticalSection(&database->Lock);
    *attached = database;
    return JET_errSuccess;
}

LONG EseDetachDatabase(PESE_DATABASE database)
{
    LONG error = Withdraw(database);

    (VOID) EseSaveTables(database, TRUE); /* If it cannot be written, the log has it all. */
    FreeDatabase(database);
    return error;
}

VOID EseGetRoot(PESE_DATABASE database, PEXIFS_ROOT_ID root) { *root = database->Root; }
