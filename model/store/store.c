/* store.c - the information store: it owns the database and answers for it.
 *
 * Two kinds of threads: proxy threads wait in ExIFS for upcalls (pages wanted, a stream to be
 * found, pages given back), and workers take Epoxy requests and commit. A janitor deletes the
 * oldest messages so that the database keeps its size.
 *
 * The service (scm.h) runs once its first mount was tried (store_mount.c), whatever came of it. The
 * store goes on trying while a client still holds streams of the root's last life (-2218). Told to
 * stop, it lets the work in hand end, writes what is dirty and dismounts.
 */
#include <windows.h>
#include "model/scm/scm.h"
#include "model/store/store_inside.h"

enum {
    UPCALL_US = 150,
    COMMIT_US = 2600,
    DELETE_US = 300,
    JANITOR_MS = 200,
    STOP_POLL_MS = 10,
};

#define CANNOT_INITIALIZE 0x80040605u /* HRESULT in event 5000 (facts/exchange-exifs.md 8.2). */

ULONG store_pages_of(const EXIFS_EA_LIST *ea)
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
        else if (upcall.Kind == ExifsUpcallList)
            Ex32ServeList(self->ex32, worker, &upcall);
        else
            server_note_error(EseServe(self->ese, worker, &upcall));
    }
    return 0;
}

/* ---- Workers --------------------------------------------------------------------------------- */

void store_keep(struct store *self, PCWSTR name, const EXIFS_EA_LIST *ea)
{
    EnterCriticalSection(&self->lock);
    if (self->count < MESSAGES_MAX) {
        struct kept *kept = &self->kept[(self->first + self->count++) % MESSAGES_MAX];

        kept->ea = *ea;
        lstrcpynW(kept->name, name, EXIFS_NAME_CHARS);
        self->pages += store_pages_of(ea);
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
        store_keep(self, message->Name, &part);
        if (done < message->Ea.RunCount &&
            IfsQueryFile(self->proxy, &root, message->Ea.FileId, done, &part) != 0)
            return;
    }
}

BOOL store_begin_work(struct store *self)
{
    self->busy += !self->stopping;
    return !self->stopping;
}

VOID store_end_work(struct store *self) { self->busy--; }

void store_commit(struct store *self, EPOXY_MESSAGE *message)
{
    message->Error =
        message->Kind == EpoxyCommitFile
            ? EseCommitFile(self->database, message->Name, message->Ea.FileId, &message->Ea)
            : EseCommit(self->database, message->Name, &message->Ea);
    if (message->Error == 0) {
        Ex32Publish(self->ex32, message->Name, &message->Ea);
        keep_all(self, message);
        server_note_error(store_phase_two(self, message));
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
        if (store_begin_work(self)) {
            if (store_is_public(self, message.Ea.RootId))
                store_public_commit(self, &message);
            else
                store_commit(self, &message);
            store_end_work(self);
        }
        EpoxyReply(self->epoxy, &message);
    }
    return 0;
}

/* ---- The janitor ----------------------------------------------------------------------------- */

/* The oldest messages or parts of them, if more pages are kept than the mailboxes may have. */
static ULONG take_oldest(struct store *self, struct kept *out)
{
    ULONG taken = 0;

    EnterCriticalSection(&self->lock);
    while (taken < STORE_BATCH && self->count > 0 &&
           (self->pages > server_site()->set.store.retention_pages ||
            self->count + 64 > MESSAGES_MAX)) {
        out[taken] = self->kept[self->first];
        self->first = (self->first + 1) % MESSAGES_MAX;
        self->count--;
        self->pages -= store_pages_of(&out[taken++].ea);
    }
    LeaveCriticalSection(&self->lock);
    return taken;
}

LONG store_delete(struct store *self, PESE_DATABASE database, const struct kept *kept, ULONG count)
{
    const EXIFS_EA_LIST *eas[STORE_BATCH] = { NULL };
    LONG errors[STORE_BATCH], error = 0;

    for (ULONG i = 0; i < count; i++) {
        nt_compute(US(DELETE_US));
        Ex32Withdraw(self->ex32, kept[i].ea.RootId, kept[i].name);
        eas[i] = &kept[i].ea;
    }
    EseDeleteAll(database, eas, count, errors);
    for (ULONG i = 0; i < count && error == 0; i++)
        error = errors[i];
    return error;
}

static DWORD WINAPI janitor_thread(LPVOID context)
{
    struct store *self = context;
    struct kept *oldest = HeapAlloc(GetProcessHeap(), 0, STORE_BATCH * sizeof *oldest);

    nt_name_thread("janitor");
    while (oldest != NULL && self->database != NULL) {
        while (store_begin_work(self)) {
            ULONG count = take_oldest(self, oldest);

            server_note_error(store_delete(self, self->database, oldest, count));
            store_end_work(self);
            if (count == 0)
                break;
        }
        store_backup_if_wanted(self);
        Sleep(JANITOR_MS);
    }
    return 0;
}

/* ---- Start ----------------------------------------------------------------------------------- */

/* Starts the threads that serve a mounted database. */
static void serve(struct store *self)
{
    const struct site_settings *set = &server_site()->set;

    store_remember(self);
    server_site()->database = self->database;
    server_site()->database_process = GetCurrentProcessId();
    self->epoxy = EpoxyBind(&(EPOXY_SETUP){
        .Pair = EpoxyPairSMTP, .Side = EpoxyStore, .Exchange2000 = set->inetinfo.epoxy_2000 });
    server_start_threads(self, proxy_thread, set->store.proxies);
    server_start_threads(self, worker_thread, set->store.workers);
    server_start_threads(self, janitor_thread, 1);
    store_public_mount(self);
    store_stubs_start(self);
    store_out_serve(self);
    store_mapi_serve(self);
}

/* ---- As a service ---------------------------------------------------------------------------- */

static DWORD WINAPI mount_thread(LPVOID context)
{
    struct store *self = context;
    LONG last = self->mount_error;

    nt_name_thread("mount");
    while (!self->stopping && last != 0) {
        Sleep(MOUNT_RETRY_MS);
        last = store_try_mount(self, last);
        if (last == 0)
            serve(self);
    }
    return 0;
}

/* Links the letter that the registry names to the driver's device, if the letter is free (1.3). */
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

static void report_5000(void)
{
    nt_report_event(1, 2, "MSExchangeIS", 5000,
                    "Unable to initialize the Microsoft Exchange Information Store service. "
                    "Error 0x%x.",
                    (unsigned)CANNOT_INITIALIZE);
}

static DWORD store_start(void *context, uint32_t service)
{
    struct store *self = context;

    (void)service;
    if (!store_libraries_load(self)) {
        report_5000();
        return CANNOT_INITIALIZE;
    }
    if (!store_start_interfaces()) {
        report_5000();
        return SPECIFIC_ZERO;
    }
    map_letter();
    store_open_database(self);
    self->mount_error = store_try_mount(self, 0);
    if (self->mount_error == 0)
        serve(self);
    else
        server_start_threads(self, mount_thread, 1);
    return 0;
}

static DWORD store_stop(void *context, uint32_t service)
{
    struct store *self = context;

    (void)service;
    self->stopping = TRUE;
    store_public_close(self);
    while (self->busy != 0)
        Sleep(STOP_POLL_MS);
    store_public_dismount(self);
    if (self->database != NULL) {
        store_flush_database(self);
        server_site()->database = NULL;
        EseDetachDatabase(self->database);
        self->database = NULL;
    }
    store_close_database(self);
    return 0;
}

DWORD WINAPI store_main(LPVOID context)
{
    static const struct hosted rows[] = { { SERVER_STORE, store_start, store_stop } };
    struct store *self = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *self);
    WCHAR build[EXIFS_BUILD_CHARS];

    (void)context;
    nt_name_thread("main");
    InitializeCriticalSection(&self->lock);
    server_take_addresses(server_site()->set.store.other_pages);
    self->kept = HeapAlloc(GetProcessHeap(), 0, MESSAGES_MAX * sizeof *self->kept);
    for (int file = FILE_DLL_IFSPROXY; file <= FILE_DLL_ESE; file++) {
        files_load(file, "store.exe", build);
        for (int i = 0; i < FILE_BUILD_CHARS; i++)
            self->builds[file][i] = (char)build[i];
    }
    store_read_environment(self);
    return service_dispatcher(rows, ARRAYSIZE(rows), self);
}
