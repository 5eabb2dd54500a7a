/* inetinfo.c - IIS Admin: the process of the protocol engines, and its services.
 *
 * The process waits for the driver and for a store that answers, takes over the messages its
 * predecessor had in hand, and opens the protocols whose services run; each service can be stopped
 * and started by itself. The engines are files of their own (inetinfo_inside.h).
 */
#include <windows.h>
#include "model/scm/scm.h"
#include "model/inetinfo/inetinfo_inside.h"

enum { OPEN_RETRY_MS = 1000, STOP_POLL_MS = 20, STOP_TRIES = 500 };

/* ---- Opening --------------------------------------------------------------------------------- */

/* Whether a stream can be made in the database; no protocol starts before. */
static BOOL store_answers(struct inetinfo *self)
{
    PIFSFILE file;
    LONG error = IfsOpen(self->proxy, ROOT_NAME, L"hello", ExifsCreateNew, &file);

    server_note_error(error);
    if (error == 0)
        IfsClose(file);
    return error == 0;
}

/* Whether the protocol has its queue pairs and the pool in this process. */
static BOOL can_serve(const struct inetinfo *self, enum load_protocol protocol)
{
    switch (protocol) {
    case LOAD_POP3:
        return self->pop_epoxy != NULL;
    case LOAD_IMAP4:
        return self->imap_epoxy != NULL;
    default:
        return TRUE;
    }
}

/* Opens or closes a protocol, as its service was started or stopped. */
static void admit(struct inetinfo *self, enum load_protocol protocol)
{
    BOOL open = self->started[protocol];

    if (self->atq == NULL)
        return; /* The opener thread will admit it. */
    if (can_serve(self, protocol))
        atq_admit(self->atq, protocol, open);
    if (protocol == LOAD_SMTP)
        out_admit(self->out, open);
}

/* Opens the queue's disk, takes over the predecessor's messages, and opens the engines. */
static BOOL open_engines(struct inetinfo *self)
{
    struct atq *atq;

    self->queue_disk = CreateFileW(L"C:\\Exchsrvr\\Mailroot\\vsi 1\\Queue\\mail", GENERIC_WRITE,
                                   FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_ALWAYS, 0, NULL);
    load_recover(LOAD_OF_INETINFO);
    atq = inetinfo_pool(self);
    if (load_uses(LOAD_POP3))
        pop_open(self);
    if (load_uses(LOAD_IMAP4))
        imap_open(self);
    self->tracking = tracking_start();
    self->out = out_start(self->proxy, self->epoxy);
    self->atq = atq;
    return atq != NULL;
}

static DWORD WINAPI opener(LPVOID context)
{
    struct inetinfo *self = context;
    WCHAR build[EXIFS_BUILD_CHARS];

    nt_name_thread("opener");
    while ((self->proxy = IfsCreate(server_build(self->build, build))) == NULL)
        Sleep(OPEN_RETRY_MS);
    while (!store_answers(self))
        Sleep(OPEN_RETRY_MS);
    if (open_engines(self))
        for (uint32_t i = 0; i < LOAD_PROTOCOLS; i++)
            admit(self, (enum load_protocol)i);
    return 0;
}

/* ---- Services -------------------------------------------------------------------------------- */

static enum load_protocol protocol_of(uint32_t service)
{
    return service == SERVER_POP3 ? LOAD_POP3 : service == SERVER_IMAP4 ? LOAD_IMAP4 : LOAD_SMTP;
}

static DWORD start_iis(void *context, uint32_t service)
{
    (void)service;
    server_start_threads(context, opener, 1);
    return 0;
}

static DWORD start_protocol(void *context, uint32_t service)
{
    struct inetinfo *self = context;
    enum load_protocol protocol = protocol_of(service);

    self->started[protocol] = TRUE;
    admit(self, protocol);
    if (protocol == LOAD_SMTP && self->smtp_before)
        out_restart(self->out);
    self->smtp_before |= protocol == LOAD_SMTP;
    return 0;
}

/* Messages in hand are finished; the process ends with its last service. */
static DWORD stop_protocol(void *context, uint32_t service)
{
    struct inetinfo *self = context;
    enum load_protocol protocol = protocol_of(service);

    self->started[protocol] = FALSE;
    admit(self, protocol);
    for (int tries = 0; self->atq != NULL && self->atq->inside[protocol] != 0 && tries < STOP_TRIES;
         tries++)
        Sleep(STOP_POLL_MS);
    return 0;
}

DWORD WINAPI inetinfo_main(LPVOID context)
{
    static const struct hosted rows[] = {
        { SERVER_INETINFO, start_iis, NULL },
        { SERVER_SMTP, start_protocol, stop_protocol },
        { SERVER_POP3, start_protocol, stop_protocol },
        { SERVER_IMAP4, start_protocol, stop_protocol },
    };
    struct inetinfo *self = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *self);
    const struct inetinfo_settings *set = &server_site()->set.inetinfo;
    WCHAR build[EXIFS_BUILD_CHARS];

    (void)context;
    nt_name_thread("main");
    self->epoxy = client_bind(&(EPOXY_SETUP){
        .Pair = EpoxyPairSMTP, .Side = EpoxyClient, .Exchange2000 = set->epoxy_2000 });
    if (self->epoxy == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    server_take_addresses(set->other_pages);
    files_load(FILE_DLL_IFSPROXY, "inetinfo.exe", build);
    for (int i = 0; i < FILE_BUILD_CHARS; i++)
        self->build[i] = (char)build[i];
    return service_dispatcher(rows, ARRAYSIZE(rows), self);
}
