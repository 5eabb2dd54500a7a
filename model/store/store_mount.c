/* store_mount.c - the store's database comes and goes: libraries, recovery, attach, flush.
 *
 * What the engine refuses is told in the event log as the product tells it
 * (facts/exchange-exifs.md 5.1, 8.2): MSExchangeIS 9519 with the engine's error in hexadecimal, and
 * what the engine itself has to say of files it misses (454) or of an attach it gave up (470). The
 * store tries again a little later; it logs an error once.
 *
 * The first word of the .edb is what lasts of a database: none, being made, running, or dismounted
 * in good order. So the store knows whether a .stm must be there (KB 307790), or must not.
 */
#include <windows.h>
#include "model/scm/scm.h"
#include "model/store/store_inside.h"
#include <stdio.h>

enum {
    FLUSH_BYTES = 65536,
    FLUSH_MESSAGES = 16,
    REPLAY_US = 4000, /* The records of one piece of the log, estimate. */
    ROW_US = 20,
};

/* ---- Attach ---------------------------------------------------------------------------------- */

static void report_failure(LONG error)
{
    unsigned process = (unsigned)GetCurrentProcessId();

    if (error == JET_errSLVStreamingFileMissing || error == JET_errSLVDatabaseMissing)
        nt_report_event(1, 2, "ESE98", 454,
                        "Information Store (%u) Database recovery/restore failed with unexpected "
                        "error %d",
                        process, (int)error);
    if (error == JET_errSLVFileAccessDenied)
        nt_report_event(1, 2, "ESE98", 470,
                        "Information Store (%u) Database D:\\Exchsrvr\\Mdbdata\\priv1.edb is "
                        "partially attached. Attachment stage: 4. Error: %d.",
                        process, (int)error);
    if (error == JET_errSLVStreamingFileMissing || error == JET_errSLVDatabaseMissing ||
        error == JET_errSLVFileAccessDenied)
        nt_report_event(1, 2, "MSExchangeIS", 9518,
                        "Error 0x%x starting Storage Group \"First Storage Group\".",
                        (unsigned)error);
    nt_report_event(1, 2, "MSExchangeIS", 9519,
                    "Error 0x%x starting database \"First Storage Group\\Mailbox Store\".",
                    (unsigned)error);
}

static LONG mount(struct store *self)
{
    const struct store_settings *set = &server_site()->set.store;
    ESE_OPTIONS options = {
        .RootName = ROOT_NAME,
        .StmPath = L"E:\\Exchsrvr\\Mdbdata\\priv1.stm",
        .LogPath = L"C:\\Exchsrvr\\Mdbdata\\E00.log",
        .InitialPages = set->stm_pages,
        .GrowPages = 512,
        .LimitPages = set->stm_limit_pages,
        .TempPath = self->temp[0] != 0 ? self->temp : NULL,
        .Files = self->files,
        .Checksums = set->checksums,
        .TablePath = L"D:\\Exchsrvr\\Mdbdata\\priv1.edb",
        .ReserveUnitPages = set->reserve_unit_pages,
        .LowWaterPages = set->low_water_pages,
        .ImpatienceDepth = set->impatience,
        .LendingCount = set->lending_entries,
        .LendingPages = set->lending_pages,
    };

    LONG error = EseAttachDatabase(self->ese, &options, &self->database);

    self->attached |= error == 0;
    if (self->files == EseFilesNew && error != JET_errSLVDatabaseMissing)
        self->files = EseFilesAny; /* The try may have made it. */
    return error;
}

LONG store_try_mount(struct store *self, LONG last)
{
    WCHAR build[EXIFS_BUILD_CHARS];
    LONG error = 0;

    if (!store_begin_work(self))
        return last;
    if (self->proxy == NULL)
        self->proxy = IfsCreate(server_build(self->builds[FILE_DLL_IFSPROXY], build));
    if (self->proxy == NULL) {
        error = IfsLastError();
    } else {
        if (self->ese == NULL)
            self->ese = EseCreate(server_build(self->builds[FILE_DLL_ESE], build), self->proxy);
        if (self->ex32 == NULL)
            self->ex32 =
                Ex32Create(server_build(self->builds[FILE_DLL_EXWIN32], build), self->proxy);
        error = self->ese == NULL || self->ex32 == NULL ? JET_errOutOfMemory : mount(self);
    }
    store_end_work(self);
    server_note_error(error);
    server_site()->stats.mount_failures += error != 0;
    if (error != 0 && error != last)
        report_failure(error);
    return error;
}

BOOL store_libraries_load(struct store *self)
{
    WCHAR build[EXIFS_BUILD_CHARS];

    for (int file = FILE_DLL_IFSPROXY; file <= FILE_DLL_ESE; file++)
        if (self->builds[file][0] == 0)
            return FALSE;
    PESE ese = EseCreate(server_build(self->builds[FILE_DLL_ESE], build), NULL);

    if (ese != NULL)
        EseDestroy(ese);
    return ese != NULL;
}

/* ---- Soft recovery --------------------------------------------------------------------------- */

static HANDLE open_database(void)
{
    return CreateFileW(L"D:\\Exchsrvr\\Mdbdata\\priv1.edb", GENERIC_READ | GENERIC_WRITE,
                       FILE_SHARE_READ, NULL, OPEN_ALWAYS, FILE_FLAG_WRITE_THROUGH, NULL);
}

static void mark_database(uint32_t state)
{
    LARGE_INTEGER start = { .QuadPart = 0 };
    HANDLE edb = open_database();
    DWORD written;

    if (edb == INVALID_HANDLE_VALUE)
        return;
    SetFilePointerEx(edb, start, NULL, FILE_BEGIN);
    WriteFile(edb, &state, sizeof state, &written, NULL);
    CloseHandle(edb);
}

static uint32_t database_state(void)
{
    HANDLE edb = open_database();
    uint32_t state = DATABASE_NONE;
    DWORD got = 0;

    if (edb == INVALID_HANDLE_VALUE)
        return DATABASE_NONE;
    BOOL read = ReadFile(edb, &state, sizeof state, &got, NULL);

    CloseHandle(edb);
    return read && got == sizeof state ? state : (uint32_t)DATABASE_NONE;
}

/* Redoes the records of one piece of the log and writes the pages they changed. FALSE: the log ends
 * here. */
static BOOL replay_piece(HANDLE log, HANDLE edb, PVOID piece)
{
    DWORD got = 0, written;

    if (!ReadFile(log, piece, FLUSH_BYTES, &got, NULL) || got == 0)
        return FALSE;
    nt_compute(US(REPLAY_US));
    return WriteFile(edb, piece, got, &written, NULL);
}

/* Reads the log from its beginning and brings the pages of the .edb up to date: it takes as long as
 * the log is long. Generations go round in one file here, so there is never more than one to be
 * done. Which message lies where the engine finds out at the attach, by a reading of its own
 * (ese_replay.c). FALSE: there is no log. */
static BOOL recover(void)
{
    HANDLE log = CreateFileW(L"C:\\Exchsrvr\\Mdbdata\\E00.log", GENERIC_READ, FILE_SHARE_READ, NULL,
                             OPEN_EXISTING, FILE_FLAG_NO_BUFFERING, NULL);
    HANDLE edb = open_database();
    PVOID piece = VirtualAlloc(NULL, FLUSH_BYTES, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    uint32_t pieces = 0;

    nt_report_event(1, 0, "ESE", 301,
                    "(simulated text) Information Store: the database engine has begun replaying "
                    "the log file E00.log.");
    if (log != INVALID_HANDLE_VALUE && edb != INVALID_HANDLE_VALUE)
        while (replay_piece(log, edb, piece))
            pieces++;
    CloseHandle(edb);
    CloseHandle(log);
    VirtualFree(piece, 0, MEM_RELEASE);
    nt_report_event(1, 0, "ESE", 302,
                    "(simulated text) Information Store: the database engine has completed "
                    "recovery steps: %u KB of log.",
                    (unsigned)(pieces * (FLUSH_BYTES / 1024)));
    return pieces > 0;
}

void store_open_database(struct store *self)
{
    uint32_t state = database_state();
    BOOL dirty = state == DATABASE_DIRTY || state == DATABASE_MAKING;
    BOOL logged = dirty && recover();

    self->files = state == DATABASE_NONE                ? EseFilesNew
                  : state == DATABASE_MAKING && !logged ? EseFilesAny
                                                        : EseFilesExist;
    self->attached = self->files == EseFilesExist;
    mark_database(self->attached ? DATABASE_DIRTY : DATABASE_MAKING);
}

void store_close_database(const struct store *self)
{
    mark_database(self->attached ? DATABASE_CLEAN : DATABASE_NONE);
}

/* Publishes the names of the latest messages, like those of new mail; others can still be found by
 * their rows. */
void store_remember(struct store *self)
{
    ESE_ROW row;

    for (ULONG i = 0; EseGetRow(self->database, i, &row); i++) {
        nt_compute(US(ROW_US));
        store_keep(self, row.Name, &row.Ea);
        if (EXIFS_PAGE_SIZE * store_pages_of(&row.Ea) >= row.Ea.Length)
            Ex32Publish(self->ex32, row.Name, &row.Ea);
    }
}

/* ---- Environment ----------------------------------------------------------------------------- */

void store_read_environment(struct store *self)
{
    char folder[40], path[64];

    if (!nt_get_registry(ENVIRONMENT_KEY, "TMP", folder, sizeof folder) || folder[0] == 0)
        return; /* TMP is not set: the engine makes no temporary file. */
    snprintf(path, sizeof path, "%s\\ese%u.tmp", folder, (unsigned)GetCurrentProcessId());
    server_build(path, self->temp);
}

/* Writes one page per message to the .edb, sixteen pages at a time. */
void store_flush_database(struct store *self)
{
    HANDLE edb = open_database();
    PVOID piece = VirtualAlloc(NULL, FLUSH_BYTES, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    DWORD written;

    for (ULONG done = 0; edb != INVALID_HANDLE_VALUE && done < self->count; done += FLUSH_MESSAGES)
        WriteFile(edb, piece, FLUSH_BYTES, &written, NULL);
    if (edb != INVALID_HANDLE_VALUE)
        CloseHandle(edb);
}
