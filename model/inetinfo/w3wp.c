/* w3wp.c - the worker process of IIS: requests from http.sys (http_worker.c), and DAV GET and PUT
 * as davex.dll sees them (facts 1.3, 2.4).
 *
 * With DAV, w3wp.exe is a third client of ExIFS, with a queue pair of its own (WebDAV). GET asks
 * the store for the stream and reads it; PUT writes a new one, and the store commits it at the
 * close. A process that ends in the middle of a PUT leaves the driver what inetinfo would: an open
 * stream with uncommitted pages.
 */
#include <windows.h>
#include "model/inetinfo/atq.h"
#include "model/inetinfo/http_worker.h"
#include "model/outside/clients.h"
#include "model/setup/files.h"
#include "model/scm/scm.h"

enum { REQUEST_US = 1800, PUT_US = 900, OPEN_RETRY_MS = 1000, STOP_POLL_MS = 20, STOP_TRIES = 500 };

struct w3wp {
    PIFSPROXY proxy;
    PEPOXY epoxy;
    /* Pool of the DAV requests; NULL: not opened yet, or not used in this run. */
    struct atq *atq;
    BOOL started;                 /* The web service runs. */
    char build[FILE_BUILD_CHARS]; /* Build of the ifsproxy.dll this process has loaded. */
};

static LONG get(struct w3wp *self, const struct message *message, PVOID buffer)
{
    EPOXY_MESSAGE found;
    LONG error = client_find(self->epoxy, message, &found);

    if (error != 0)
        return error;
    error = client_read(self->proxy, found.Name, message->bytes, buffer);
    client_close(self->epoxy, &found);
    return error;
}

static LONG put(struct w3wp *self, const struct message *message, PVOID buffer)
{
    WCHAR name[EXIFS_NAME_CHARS];
    PIFSFILE file;

    message_name(message, name);
    nt_compute(US(PUT_US));
    LONG error = IfsOpen(self->proxy, ROOT_NAME, name, ExifsCreateNew, &file);

    if (error != 0)
        return error;
    error = client_write(file, buffer, message);
    if (error == 0)
        error = client_commit(self->epoxy, file, message);
    IfsClose(file);
    return error;
}

/* GET and PUT come by one wire. */
static BOOL serve(struct atq_connection *connection, struct atq_work *work)
{
    struct w3wp *self = connection->context;

    nt_compute(US(REQUEST_US));
    if (!message_is_mail(&work->message)) {
        load_read_done(LOAD_DAV_GET, work->slot,
                       get(self, &work->message, connection->buffer) == 0);
        return TRUE;
    }
    LONG error = put(self, &work->message, connection->buffer);

    server_note_error(error);
    if (error == 0)
        load_done(LOAD_DAV_GET, work->slot);
    else
        load_retry(LOAD_DAV_GET, work->slot);
    return TRUE;
}

static BOOL open_pool(struct w3wp *self)
{
    struct atq *atq;
    const struct site_settings *set = &server_site()->set;
    EPOXY_SETUP setup = { .Pair = EpoxyPairWEBDAV,
                          .Side = EpoxyClient,
                          .Blocks = set->inetinfo.epoxy_blocks,
                          .Exchange2000 = set->inetinfo.epoxy_2000 };

    self->epoxy = client_bind(&setup);
    atq = atq_new(DAV_WIRE);
    if (self->epoxy == NULL || atq == NULL)
        return FALSE;
    atq->name = "dav";
    atq->context = self;
    atq->serve = serve;
    load_recover(LOAD_OF_W3WP);
    atq_start(atq, set->w3wp.dav_threads);
    self->atq = atq;
    return TRUE;
}

static void wait_for_driver(struct w3wp *self)
{
    WCHAR build[EXIFS_BUILD_CHARS];

    while ((self->proxy = IfsCreate(server_build(self->build, build))) == NULL)
        Sleep(OPEN_RETRY_MS);
}

/* IIS also runs without the driver; DAV is served once the driver is there. */
static DWORD WINAPI opener(LPVOID context)
{
    struct w3wp *self = context;

    nt_name_thread("opener");
    wait_for_driver(self);
    if (open_pool(self))
        atq_admit(self->atq, LOAD_DAV_GET, self->started);
    return 0;
}

/* The process ends with its one service, which is started once. */
static DWORD start_web(void *context, uint32_t service)
{
    struct w3wp *self = context;

    (void)service;
    self->started = TRUE;
    http_requests_start();
    if (load_uses(LOAD_DAV_GET))
        server_start_threads(self, opener, 1);
    return 0;
}

static DWORD stop_web(void *context, uint32_t service)
{
    struct w3wp *self = context;

    (void)service;
    self->started = FALSE;
    if (self->atq == NULL)
        return 0;
    atq_admit(self->atq, LOAD_DAV_GET, FALSE);
    for (int tries = 0; self->atq->inside[LOAD_DAV_GET] != 0 && tries < STOP_TRIES; tries++)
        Sleep(STOP_POLL_MS);
    return 0;
}

DWORD WINAPI w3wp_main(LPVOID context)
{
    static const struct hosted rows[] = { { SERVER_W3SVC, start_web, stop_web } };
    struct w3wp *self = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *self);
    WCHAR build[EXIFS_BUILD_CHARS];

    (void)context;
    nt_name_thread("main");
    server_take_addresses(server_site()->set.w3wp.other_pages);
    files_load(FILE_DLL_IFSPROXY, "w3wp.exe", build);
    for (int i = 0; i < FILE_BUILD_CHARS; i++)
        self->build[i] = (char)build[i];
    return service_dispatcher(rows, ARRAYSIZE(rows), self);
}
