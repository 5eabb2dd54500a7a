/* store.c - the information store: it owns the database and answers for it.
 *
 * Two kinds of threads: proxy threads wait in ExIFS for upcalls (pages wanted, a stream to be
 * found, pages given back), and workers take Epoxy requests and commit. A janitor deletes the
 * oldest messages so that the database keeps its size. The main thread mounts the database and
 * tries again while the root's last life is still held by somebody (-2218).
 *
 * As a service (scm.h) it runs once its first mount was tried, whatever came of it, and goes on
 * trying; told to stop, it lets the work in hand end, writes what is dirty and dismounts.
 */
#include <windows.h>
#include "model/server/scm.h"
#include "model/server/files.h"
#include "model/epoxy/epoxy.h"
#include "model/ese/ese.h"
#include "model/exwin32/exwin32.h"

enum {
    UPCALL_US = 150,
    COMMIT_US = 2600,
    DELETE_US = 300,
    JANITOR_MS = 200,
    MOUNT_RETRY_MS = 2000,
    MESSAGES_MAX = 2048,
    STOP_POLL_MS = 10,
    FLUSH_BYTES = 65536,
    FLUSH_MESSAGES = 16,
    REPLAY_US = 4000, /* The records of one piece of the log, estimate. */
    DATABASE_DIRTY = 0x44495254,
    DATABASE_CLEAN = 0x4c45414e,
};

#define CANNOT_INITIALIZE 0x80040605u /* Of event 5000 (facts/exchange-exifs.md 8.2). */

struct store {
    PIFSPROXY proxy;
    PEX32 ex32;
    PESE ese;
    PESE_DATABASE database;
    PEPOXY epoxy;
    CRITICAL_SECTION lock; /* Guards the ring of messages kept. */
    ULONG first, count, pages;
    BOOL stopping; /* No new work. */
    LONG busy;     /* Commits, deletions and mounts in hand. */
    LONG mount_error;
    char builds[PRODUCT_FILES][FILE_BUILD_CHARS]; /* Of the DLLs this process has loaded. */
    struct kept {
        EXIFS_EA_LIST ea;
        WCHAR name[EXIFS_NAME_CHARS];
    } * kept;
};

static ULONG pages_of(const EXIFS_EA_LIST *ea)
{
    ULONG pages = 0;

    for (ULONG i = 0; i < ea->RunCount; i++)
        pages += ea->Runs[i].Pages;
    return pages;
}

/* ---- Proxy threads --------------------------------------------------------------------------- */

static DWORD WINAPI proxy_thread(LPVOID context)
{
    struct store *self = context;
    PIFSWORKER worker = IfsCreateWorker(self->proxy);
    EXIFS_UPCALL upcall;

    nt_name_thread("proxy");
    while (worker != NULL && IfsGetUpcall(worker, &upcall) == 0) {
        nt_compute(US(UPCALL_US));
        if (upcall.Kind == ExifsUpcallOpen)
            Ex32ServeOpen(self->ex32, worker, &upcall);
        else
            server_note_error(EseServe(self->ese, worker, &upcall));
    }
    return 0;
}

/* ---- Workers --------------------------------------------------------------------------------- */

static void keep(struct store *self, PCWSTR name, const EXIFS_EA_LIST *ea)
{
    EnterCriticalSection(&self->lock);
    if (self->count < MESSAGES_MAX) {
        struct kept *kept = &self->kept[(self->first + self->count++) % MESSAGES_MAX];

        kept->ea = *ea;
        lstrcpynW(kept->name, name, EXIFS_NAME_CHARS);
        self->pages += pages_of(ea);
    }
    LeaveCriticalSection(&self->lock);
}

/* A message of more runs than one list holds is kept in parts; its client has it open until we
 * reply. */
static void keep_all(struct store *self, const EPOXY_MESSAGE *message)
{
    EXIFS_EA_LIST part = message->Ea;
    EXIFS_ROOT_ID root;

    EseGetRoot(self->database, &root);
    for (ULONG done = 0; done < message->Ea.RunCount;) {
        ULONG runs = part.RunCount - part.FirstRun < EXIFS_RUNS_MAX ? part.RunCount - part.FirstRun
                                                                    : EXIFS_RUNS_MAX;

        done = part.FirstRun + runs;
        part.RunCount = runs;
        part.FirstRun = 0;
        keep(self, message->Name, &part);
        if (done < message->Ea.RunCount &&
            IfsQueryFile(self->proxy, &root, message->Ea.FileId, done, &part) != 0)
            return;
    }
}

/* FALSE: the database is being dismounted. */
static BOOL begin_work(struct store *self)
{
    self->busy += !self->stopping;
    return !self->stopping;
}

static VOID end_work(struct store *self) { self->busy--; }

static void commit(struct store *self, EPOXY_MESSAGE *message)
{
    message->Error = message->Kind == EpoxyCommitFile
                         ? EseCommitFile(self->database, message->Ea.FileId, &message->Ea)
                         : EseCommit(self->database, &message->Ea);
    if (message->Error == 0) {
        Ex32Publish(self->ex32, message->Name, &message->Ea);
        keep_all(self, message);
    }
}

static DWORD WINAPI worker_thread(LPVOID context)
{
    struct store *self = context;
    EPOXY_MESSAGE message;

    nt_name_thread("worker");
    while (EpoxyReceive(self->epoxy, &message)) {
        nt_compute(US(COMMIT_US));
        message.Error = JET_errSLVFileStale;
        if (begin_work(self)) {
            commit(self, &message);
            end_work(self);
        }
        EpoxyReply(self->epoxy, &message);
    }
    return 0;
}

/* ---- The janitor ----------------------------------------------------------------------------- */

/* The oldest message or part of one, if more pages are kept than the mailboxes may have. */
static BOOL take_oldest(struct store *self, struct kept *out)
{
    BOOL over;

    EnterCriticalSection(&self->lock);
    over = self->count > 0 &&
           (self->pages > server_site()->set.retention_pages || self->count + 64 > MESSAGES_MAX);
    if (over) {
        *out = self->kept[self->first];
        self->first = (self->first + 1) % MESSAGES_MAX;
        self->count--;
        self->pages -= pages_of(&out->ea);
    }
    LeaveCriticalSection(&self->lock);
    return over;
}

static void delete_message(struct store *self, const struct kept *oldest)
{
    nt_compute(US(DELETE_US));
    Ex32Withdraw(self->ex32, oldest->ea.RootId, oldest->name);
    LONG error = EseDelete(self->database, &oldest->ea);

    if (error == 0)
        error = EseReclaim(self->database, &oldest->ea);
    server_note_error(error);
}

static DWORD WINAPI janitor_thread(LPVOID context)
{
    struct store *self = context;
    struct kept oldest;

    nt_name_thread("janitor");
    while (self->database != NULL) {
        while (begin_work(self)) {
            BOOL some = take_oldest(self, &oldest);

            if (some)
                delete_message(self, &oldest);
            end_work(self);
            if (!some)
                break;
        }
        Sleep(JANITOR_MS);
    }
    return 0;
}

/* ---- Start ----------------------------------------------------------------------------------- */

static LONG mount(struct store *self)
{
    const struct site_settings *set = &server_site()->set;
    ESE_OPTIONS options = {
        .RootName = ROOT_NAME,
        .StmPath = L"E:\\Exchsrvr\\Mdbdata\\priv1.stm",
        .LogPath = L"C:\\Exchsrvr\\Mdbdata\\E00.log",
        .InitialPages = set->stm_pages,
        .GrowPages = 512,
        .LimitPages = set->stm_limit_pages,
        .ReserveUnitPages = set->reserve_unit_pages,
        .LowWaterPages = set->low_water_pages,
        .ImpatienceDepth = set->impatience,
        .LendingCount = set->lending_entries,
        .LendingPages = set->lending_pages,
    };

    return EseAttachDatabase(self->ese, &options, &self->database);
}

/* 9519 with the engine's error in hexadecimal, as facts/exchange-exifs.md 8.2 has it; then again a
 * little later. */
static void mount_until_it_works(struct store *self)
{
    LONG error, last = 0;

    while ((error = mount(self)) != 0) {
        server_note_error(error);
        server_site()->stats.mount_failures++;
        if (error != last)
            nt_report_event(1, 2, "MSExchangeIS", 9519,
                            "Error 0x%x starting database \"First Storage Group\\Mailbox Store\".",
                            (unsigned)error);
        last = error;
        Sleep(MOUNT_RETRY_MS);
    }
}

/* What a mounted database is served by. */
static void serve(struct store *self)
{
    const struct site_settings *set = &server_site()->set;

    server_site()->database = self->database;
    server_site()->database_process = GetCurrentProcessId();
    self->epoxy = EpoxyCreate(EPOXY_SMTP, EpoxyStore);
    server_start_threads(self, proxy_thread, set->store_proxies);
    server_start_threads(self, worker_thread, set->store_workers);
    server_start_threads(self, janitor_thread, 1);
}

/* ---- Soft recovery --------------------------------------------------------------------------- */

/* The first word of the .edb says whether the database was dismounted in good order. */
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

static BOOL database_is_dirty(void)
{
    HANDLE edb = open_database();
    uint32_t state = DATABASE_CLEAN;
    DWORD got = 0;

    if (edb == INVALID_HANDLE_VALUE)
        return FALSE;
    BOOL read = ReadFile(edb, &state, sizeof state, &got, NULL);

    CloseHandle(edb);
    return read && got == sizeof state && state == DATABASE_DIRTY;
}

/* One piece of the log: its records are done again, and the pages they changed are written. FALSE:
 * the log ends here. */
static BOOL replay_piece(HANDLE log, HANDLE edb, PVOID piece)
{
    DWORD got = 0, written;

    if (!ReadFile(log, piece, FLUSH_BYTES, &got, NULL) || got == 0)
        return FALSE;
    nt_compute(US(REPLAY_US));
    return WriteFile(edb, piece, got, &written, NULL);
}

/* Reads the log from its beginning and brings the database up to date: it takes as long as the log
 * is long. Generations go round in one file here, so there is never more than one to be done. */
static void recover(void)
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
}

/* ---- As a service ---------------------------------------------------------------------------- */

/* One try; 9519 where it fails with another error than before. */
static LONG try_mount(struct store *self, LONG last)
{
    WCHAR build[EXIFS_BUILD_CHARS];
    LONG error = 0;

    if (!begin_work(self))
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
    end_work(self);
    server_note_error(error);
    server_site()->stats.mount_failures += error != 0;
    if (error != 0 && error != last)
        nt_report_event(1, 2, "MSExchangeIS", 9519,
                        "Error 0x%x starting database \"First Storage Group\\Mailbox Store\".",
                        (unsigned)error);
    return error;
}

static DWORD WINAPI mount_thread(LPVOID context)
{
    struct store *self = context;
    LONG last = self->mount_error;

    nt_name_thread("mount");
    while (!self->stopping && last != 0) {
        Sleep(MOUNT_RETRY_MS);
        last = try_mount(self, last);
        if (last == 0)
            serve(self);
    }
    return 0;
}

/* The letter that the registry names leads to the driver's device, if nobody else has it (1.3). */
static void map_letter(void)
{
    char letter[] = "?:", target[64];

    if (!nt_get_registry(EXIFS_PARAMETERS, "DriveLetter", target, sizeof target) || target[0] == 0)
        return;
    letter[0] = target[0];
    if (!nt_define_dos_device(letter, "\\Device\\ExIfs"))
        nt_report_event(1, 2, "ExWin32", 1,
                        "The Exchange IFS failed to map drive: %s. Please free drive %s to use "
                        "Exchange IFS.",
                        letter, letter);
}

/* Is each DLL there, and a build that anybody knows? */
static BOOL libraries_load(struct store *self)
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

static DWORD store_start(void *context)
{
    struct store *self = context;

    if (!libraries_load(self)) {
        nt_report_event(1, 2, "MSExchangeIS", 5000,
                        "Unable to initialize the Microsoft Exchange Information Store service. "
                        "Error 0x%x.",
                        (unsigned)CANNOT_INITIALIZE);
        return CANNOT_INITIALIZE;
    }
    map_letter();
    if (database_is_dirty())
        recover();
    mark_database(DATABASE_DIRTY);
    self->mount_error = try_mount(self, 0);
    if (self->mount_error == 0)
        serve(self);
    else
        server_start_threads(self, mount_thread, 1);
    return 0;
}

/* What was committed since the start and is still only in the log goes to the .edb: one page a
 * message, in pieces of sixteen. */
static void flush_database(struct store *self)
{
    HANDLE edb = open_database();
    PVOID piece = VirtualAlloc(NULL, FLUSH_BYTES, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    DWORD written;

    for (ULONG done = 0; edb != INVALID_HANDLE_VALUE && done < self->count; done += FLUSH_MESSAGES)
        WriteFile(edb, piece, FLUSH_BYTES, &written, NULL);
    if (edb != INVALID_HANDLE_VALUE)
        CloseHandle(edb);
}

static DWORD store_stop(void *context)
{
    struct store *self = context;

    self->stopping = TRUE;
    while (self->busy != 0)
        Sleep(STOP_POLL_MS);
    if (self->database != NULL) {
        flush_database(self);
        server_site()->database = NULL;
        EseDetachDatabase(self->database);
        self->database = NULL;
    }
    mark_database(DATABASE_CLEAN);
    return 0;
}

static DWORD store_service(struct store *self)
{
    static const struct hosted rows[] = { { SERVER_STORE, store_start, store_stop } };
    WCHAR build[EXIFS_BUILD_CHARS];

    for (int file = FILE_DLL_IFSPROXY; file <= FILE_DLL_ESE; file++) {
        files_load(file, "store.exe", build);
        for (int i = 0; i < FILE_BUILD_CHARS; i++)
            self->builds[file][i] = (char)build[i];
    }
    return service_dispatcher(rows, ARRAYSIZE(rows), self);
}

DWORD WINAPI store_main(LPVOID context)
{
    struct store *self = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *self);
    const struct site_settings *set = &server_site()->set;
    WCHAR build[EXIFS_BUILD_CHARS];

    (void)context;
    nt_name_thread("main");
    InitializeCriticalSection(&self->lock);
    server_take_addresses(set->store_other_pages);
    self->kept = HeapAlloc(GetProcessHeap(), 0, MESSAGES_MAX * sizeof *self->kept);
    if (server_site()->scm != NULL)
        return store_service(self);
    while ((self->proxy = IfsCreate(server_build(set->builds[1], build))) == NULL) {
        server_note_error(JET_errSLVProviderNotLoaded);
        Sleep(MOUNT_RETRY_MS);
    }
    self->ese = EseCreate(server_build(set->builds[3], build), self->proxy);
    self->ex32 = Ex32Create(server_build(set->builds[2], build), self->proxy);
    mount_until_it_works(self);
    serve(self);
    nt_mark_service(SERVER_STORE, SERVICE_RUNNING);
    SetEvent(CreateEventW(NULL, TRUE, FALSE, STORE_READY));
    Sleep(INFINITE);
    return 0;
}
