/* inetinfo_out.c - SMTP out: the queuing engine, and drviis.dll, which fetches from the store.
 *
 * A thread takes the next row of the store's temporary tables, opens its stream through ExIFS,
 * sends it to the next server and tells the store. In between drviis.dll looks at the row's time
 * stamp, for a handle of an earlier life of the store is worth nothing:
 *
 *     the store starts        life 1             life 2
 *     drviis hears of it      Smtp, Out          Smtp,          Out
 *     previous, current       0,1   1,1          1,2            2,2
 *     a row of life 1         good               good           held
 *
 * drviis.dll hears of a new life by each queue pair it is bound to. SP2 takes every notice for a
 * new life, so the second notice pushes out the stamp remembered from before: rows that wait from
 * before the restart then look invalid and stay in the temporary tables until SMTP is restarted and
 * forgets (KB 950757). The hotfix recognises a notice it has had, and accepts a row of any life.
 */
#include <windows.h>
#include "model/inetinfo/inetinfo_out.h"
#include "model/outside/clients.h"

enum { OUT_US = 900, PER_PAGE_US = 25, LOOK_MS = 500, AGAIN_MS = 1000, BINDINGS = 2 };

struct out {
    PIFSPROXY proxy;
    PEPOXY queue, bindings[BINDINGS];
    HANDLE ready;
    ULONG heard[BINDINGS]; /* Generation of each pair at the last look. */
    ULONG previous, current;
    BOOL forgot;   /* SMTP was restarted and no stamp is remembered: every row is good. */
    BOOL admitted; /* The SMTP service is started. */
};

/* ---- drviis.dll ------------------------------------------------------------------------------ */

static VOID hear(struct out *self, ULONG stamp)
{
    if (server_site()->set.inetinfo.drviis == DRVIIS_KB950757 && stamp == self->current)
        return;
    self->previous = self->current;
    self->current = stamp;
    self->forgot = FALSE;
}

/* A row's stamp is good if it is from the store's present life, a later one, or the previous
 * one. */
static BOOL is_good(const struct out *self, ULONG stamp)
{
    return self->forgot || server_site()->set.inetinfo.drviis == DRVIIS_KB950757 ||
           stamp >= self->current || stamp == self->previous;
}

/* The store's present stamp; 0: the store does not answer. */
static ULONG ask_stamp(struct out *self)
{
    EPOXY_MESSAGE request;

    ZeroMemory(&request, sizeof request);
    request.Kind = EpoxyOutStamp;
    return EpoxyCall(self->queue, &request) ? request.StoreStamp : 0;
}

static DWORD WINAPI binding_thread(LPVOID context)
{
    struct out *self = context;

    nt_name_thread("drviis");
    for (;; Sleep(LOOK_MS))
        for (int i = 0; i < BINDINGS; i++) {
            ULONG generation = EpoxyGeneration(self->bindings[i]), stamp;

            if (generation == self->heard[i] || (stamp = ask_stamp(self)) == 0)
                continue;
            self->heard[i] = generation;
            hear(self, stamp);
        }
    return 0;
}

/* ---- Sending --------------------------------------------------------------------------------- */

static LONG send_stream(struct out *self, const EPOXY_MESSAGE *row, PVOID buffer)
{
    PIFSFILE file = NULL;
    ULONG got = 1;
    LONG error = IfsOpen(self->proxy, ROOT_NAME, row->Name, ExifsOpenExisting, &file);

    nt_compute(US(OUT_US));
    for (ULONG64 offset = 0; error == 0 && offset < row->Ea.Length && got > 0; offset += got) {
        error = IfsRead(file, offset, buffer, EXIFS_WRITE_BYTES_MAX, &got);
        nt_compute(US(PER_PAGE_US) * (got / EXIFS_PAGE_SIZE + 1));
    }
    if (error == 0)
        Sleep(server_site()->set.inetinfo.link_us / 1000);
    if (file != NULL)
        IfsClose(file);
    return error;
}

static VOID send_row(struct out *self, EPOXY_MESSAGE *row, PVOID buffer)
{
    if (!is_good(self, row->Stamp)) {
        server_site()->stats.held++;
        return; /* The stamp looks invalid: the row stays in the temporary tables. */
    }
    LONG error = send_stream(self, row, buffer);

    server_note_error(error);
    if (error != 0)
        Sleep(AGAIN_MS);
    row->Kind = error == 0 ? EpoxyOutSent : EpoxyOutBack;
    EpoxyCall(self->queue, row);
}

static DWORD WINAPI out_thread(LPVOID context)
{
    struct out *self = context;
    PVOID buffer =
        VirtualAlloc(NULL, EXIFS_WRITE_BYTES_MAX, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    EPOXY_MESSAGE row;

    nt_name_thread("smtp out");
    while (buffer != NULL) {
        if (!self->admitted) {
            Sleep(LOOK_MS); /* The semaphore keeps the rows announced meanwhile. */
            continue;
        }
        ZeroMemory(&row, sizeof row);
        row.Kind = EpoxyOutNext;
        if (EpoxyCall(self->queue, &row) && row.Error == 0)
            send_row(self, &row, buffer);
        WaitForSingleObject(self->ready, LOOK_MS * 2);
    }
    return 0;
}

/* ---- Start ----------------------------------------------------------------------------------- */

/* Asks the store to hand over every unsent row again. */
static VOID begin_anew(struct out *self)
{
    EPOXY_MESSAGE request;

    ZeroMemory(&request, sizeof request);
    request.Kind = EpoxyOutAgain;
    EpoxyCall(self->queue, &request);
}

struct out *out_start(PIFSPROXY proxy, PEPOXY smtp)
{
    struct out *self;

    if (!load_uses_kind(LOAD_SUBMITS))
        return NULL;
    self = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *self);
    self->proxy = proxy;
    self->queue = client_bind(&(EPOXY_SETUP){ .Pair = EpoxyPairOUT, .Side = EpoxyClient });
    if (self->queue == NULL) {
        HeapFree(GetProcessHeap(), 0, self);
        return NULL;
    }
    self->bindings[0] = smtp;
    self->bindings[1] = self->queue;
    self->ready = CreateSemaphoreW(NULL, 0, 0x7fffffff, OUT_READY);
    begin_anew(self);
    server_start_threads(self, binding_thread, 1);
    server_start_threads(self, out_thread, server_site()->set.inetinfo.out_threads);
    return self;
}

void out_admit(struct out *self, BOOL open)
{
    if (self != NULL)
        self->admitted = open;
}

void out_restart(struct out *self)
{
    if (self == NULL)
        return;
    self->forgot = TRUE;
    begin_anew(self);
    self->admitted = TRUE;
}
