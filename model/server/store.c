/* store.c - the information store: it owns the database and answers for it.
 *
 * Two kinds of threads: proxy threads wait in ExIFS for upcalls (pages wanted, a stream to be
 * found, pages given back), and workers take Epoxy requests and commit. A janitor deletes the
 * oldest messages so that the database keeps its size. The main thread mounts the database and
 * tries again while the root's last life is still held by somebody (-2218).
 */
#include <windows.h>
#include "model/server/server.h"
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
};

struct store {
    PIFSPROXY proxy;
    PEX32 ex32;
    PESE ese;
    PESE_DATABASE database;
    PEPOXY epoxy;
    CRITICAL_SECTION lock; /* Guards the ring of messages kept. */
    ULONG first, count, pages;
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

static DWORD WINAPI worker_thread(LPVOID context)
{
    struct store *self = context;
    EPOXY_MESSAGE message;

    nt_name_thread("worker");
    while (EpoxyReceive(self->epoxy, &message)) {
        nt_compute(US(COMMIT_US));
        message.Error = message.Kind == EpoxyCommitFile
                            ? EseCommitFile(self->database, message.Ea.FileId, &message.Ea)
                            : EseCommit(self->database, &message.Ea);
        if (message.Error == 0) {
            Ex32Publish(self->ex32, message.Name, &message.Ea);
            keep_all(self, &message);
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

static DWORD WINAPI janitor_thread(LPVOID context)
{
    struct store *self = context;
    struct kept oldest;

    nt_name_thread("janitor");
    while (self->database != NULL) {
        while (take_oldest(self, &oldest)) {
            nt_compute(US(DELETE_US));
            Ex32Withdraw(self->ex32, oldest.ea.RootId, oldest.name);
            LONG error = EseDelete(self->database, &oldest.ea);

            if (error == 0)
                error = EseReclaim(self->database, &oldest.ea);
            server_note_error(error);
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
    while ((self->proxy = IfsCreate(server_build(set->builds[1], build))) == NULL) {
        server_note_error(JET_errSLVProviderNotLoaded);
        Sleep(MOUNT_RETRY_MS);
    }
    self->ese = EseCreate(server_build(set->builds[3], build), self->proxy);
    self->ex32 = Ex32Create(server_build(set->builds[2], build), self->proxy);
    mount_until_it_works(self);
    server_site()->database = self->database;
    server_site()->database_process = GetCurrentProcessId();
    self->epoxy = EpoxyCreate(EPOXY_SMTP, EpoxyStore);
    server_start_threads(self, proxy_thread, set->store_proxies);
    server_start_threads(self, worker_thread, set->store_workers);
    server_start_threads(self, janitor_thread, 1);
    nt_mark_service(SERVER_STORE, SERVICE_RUNNING);
    SetEvent(CreateEventW(NULL, TRUE, FALSE, STORE_READY));
    Sleep(INFINITE);
    return 0;
}
