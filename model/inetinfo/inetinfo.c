/* inetinfo.c - IIS Admin: the process of the protocol engines, and its services.
 *
 * It binds its queues, waits for the driver and for a store that answers, takes over what its
 * predecessor had in hand, and lets its protocols serve. As services, each protocol is started and
 * stopped by itself. The engines are files of their own (inetinfo_inside.h).
 */
#include <windows.h>
#include "model/scm/scm.h"
#include "model/inetinfo/inetinfo_inside.h"

enum { OPEN_RETRY_MS = 1000, STOP_POLL_MS = 20, STOP_TRIES = 500 };

DWORD WINAPI epoxy_thread(LPVOID epoxy)
{
    nt_name_thread("epoxy");
    EpoxyDispatch(epoxy);
    return 0;
}

/* Can a stream be made in the database? Protocols are not started before that. */
static BOOL store_answers(struct inetinfo *self)
{
    PIFSFILE file;
    LONG error = IfsOpen(self->proxy, ROOT_NAME, L"hello", ExifsCreateNew, &file);

    server_note_error(error);
    if (error == 0)
        IfsClose(file);
    return error == 0;
}

/* The threads of each protocol, unless they are the pool's. It may have been stopped before it was
 * served. */
static void serve_smtp(struct inetinfo *self)
{
    out_admit(self->out, !self->smtp_closed);
    if (!atq_serves(self, LOAD_SMTP, !self->smtp_closed))
        server_start_threads(self, smtp_thread, server_site()->set.smtp_threads);
}

static void serve_pop(struct inetinfo *self)
{
    if (!atq_serves(self, LOAD_POP3, !self->pop_closed))
        server_start_threads(self, pop_thread, server_site()->set.pop_threads);
}

/* The two wires, the queue's disk, and what a predecessor had in hand. */
static void open_wires(struct inetinfo *self)
{
    self->smtp_wire = CreateSemaphoreW(NULL, 0, 1, SMTP_WIRE);
    self->pop_wire = CreateSemaphoreW(NULL, 0, 1, POP_WIRE);
    self->queue_disk = CreateFileW(L"C:\\Exchsrvr\\Mailroot\\vsi 1\\Queue\\mail", GENERIC_WRITE,
                                   FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_ALWAYS, 0, NULL);
    load_recover(LOAD_OF_INETINFO);
    server_start_threads(self->epoxy, epoxy_thread, 1);
    atq_of_inetinfo(self);
    self->tracking = tracking_start();
    self->out = out_start(self->proxy, self->epoxy);
}

/* ---- As services ----------------------------------------------------------------------------- */

/* Waits for the driver and for a store that answers; then the protocols that were started serve. */
static DWORD WINAPI opener(LPVOID context)
{
    struct inetinfo *self = context;
    WCHAR build[EXIFS_BUILD_CHARS];

    nt_name_thread("opener");
    while ((self->proxy = IfsCreate(server_build(self->build, build))) == NULL)
        Sleep(OPEN_RETRY_MS);
    while (!store_answers(self))
        Sleep(OPEN_RETRY_MS);
    open_wires(self);
    self->opened = TRUE;
    if (self->smtp_started)
        serve_smtp(self);
    if (self->pop_started)
        serve_pop(self);
    if (self->imap_started)
        atq_serves(self, LOAD_IMAP4, TRUE);
    return 0;
}

static DWORD start_iis(void *context)
{
    server_start_threads(context, opener, 1);
    return 0;
}

/* Messages in hand are brought to an end; the process goes with its last service. */
static DWORD wait_for_end(struct inetinfo *self, enum load_protocol protocol, const LONG *own_busy)
{
    BOOL pooled = atq_serves(self, protocol, FALSE);

    for (int tries = 0; tries < STOP_TRIES; tries++) {
        if (pooled ? atq_of(self, protocol)->inside[protocol] == 0
                   : own_busy == NULL || *own_busy == 0)
            break;
        Sleep(STOP_POLL_MS);
    }
    return 0;
}

static DWORD start_smtp(void *context)
{
    struct inetinfo *self = context;

    self->smtp_closed = FALSE;
    if (self->opened && (!self->smtp_started || self->atq != NULL))
        serve_smtp(self);
    if (self->smtp_started)
        out_restart(self->out);
    self->smtp_started = TRUE;
    return 0;
}

static DWORD stop_smtp(void *context)
{
    struct inetinfo *self = context;

    self->smtp_closed = TRUE;
    out_admit(self->out, FALSE);
    return wait_for_end(self, LOAD_SMTP, &self->smtp_busy);
}

static DWORD start_pop(void *context)
{
    struct inetinfo *self = context;

    self->pop_closed = FALSE;
    if (self->opened && (!self->pop_started || self->atq != NULL))
        serve_pop(self);
    self->pop_started = TRUE;
    return 0;
}

static DWORD stop_pop(void *context)
{
    struct inetinfo *self = context;

    self->pop_closed = TRUE;
    return wait_for_end(self, LOAD_POP3, &self->pop_busy);
}

static DWORD start_imap(void *context)
{
    struct inetinfo *self = context;

    if (self->opened)
        atq_serves(self, LOAD_IMAP4, TRUE);
    self->imap_started = TRUE;
    return 0;
}

static DWORD stop_imap(void *context)
{
    struct inetinfo *self = context;

    self->imap_started = FALSE;
    return wait_for_end(self, LOAD_IMAP4, NULL);
}

static DWORD inetinfo_services(struct inetinfo *self)
{
    static const struct hosted rows[] = {
        { SERVER_INETINFO, start_iis, NULL },
        { SERVER_SMTP, start_smtp, stop_smtp },
        { SERVER_POP3, start_pop, stop_pop },
        { SERVER_IMAP4, start_imap, stop_imap },
    };
    WCHAR build[EXIFS_BUILD_CHARS];

    files_load(FILE_DLL_IFSPROXY, "inetinfo.exe", build);
    for (int i = 0; i < FILE_BUILD_CHARS; i++)
        self->build[i] = (char)build[i];
    return service_dispatcher(rows, ARRAYSIZE(rows), self);
}

DWORD WINAPI inetinfo_main(LPVOID context)
{
    struct inetinfo *self = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *self);
    struct site *site = server_site();
    WCHAR build[EXIFS_BUILD_CHARS];

    (void)context;
    nt_name_thread("main");
    self->epoxy = EpoxyBind(&(EPOXY_SETUP){
        .Pair = EpoxyPairSMTP, .Side = EpoxyClient, .Exchange2000 = site->set.paths.epoxy_2000 });
    server_take_addresses(site->set.inetinfo_other_pages);
    if (site->scm != NULL)
        return inetinfo_services(self);
    while ((self->proxy = IfsCreate(server_build(site->set.builds[1], build))) == NULL)
        Sleep(OPEN_RETRY_MS);
    while (!store_answers(self))
        Sleep(OPEN_RETRY_MS);
    open_wires(self);
    serve_smtp(self);
    serve_pop(self);
    atq_serves(self, LOAD_IMAP4, TRUE);
    nt_mark_service(SERVER_INETINFO, SERVICE_RUNNING);
    Sleep(INFINITE);
    return 0;
}
