/* service_host.c - the process of a service: StartServiceCtrlDispatcher and what hangs from it.
 *
 * The main thread takes controls. A start or a stop runs in a thread of its own, so that a slow
 * service of a shared process does not delay the others. The process ends with its last service.
 * Programs with nothing modelled inside are plain_service_main: they start, wait to be told, and
 * can be killed or crash like any other.
 */
#include <windows.h>
#include "model/scm/scm.h"

/* Processor and waiting time of a start and a stop, beside the modelled work: estimates. */
enum { START_US = 60000, START_MS = 1500, STOP_US = 20000, STOP_MS = 500, CONNECT_US = 15000 };

struct service_host {
    const struct hosted *rows;
    uint32_t count, running; /* running: the services not stopped, as bits. */
    void *context;
    HANDLE wake;
};

struct service_job {
    struct service_host *host;
    uint32_t service;
    bool quick;
};

void service_control_name(uint32_t host, PWSTR name)
{
    lstrcpynW(name, L"ScmControl", 12);
    name[10] = (WCHAR)(L'A' + host);
    name[11] = 0;
}

static const struct hosted *row_of(const struct service_host *host, uint32_t service)
{
    for (uint32_t i = 0; i < host->count; i++)
        if (host->rows[i].service == service)
            return &host->rows[i];
    return NULL;
}

static struct service_job take_job(LPVOID context)
{
    struct service_job job = *(struct service_job *)context;

    HeapFree(GetProcessHeap(), 0, context);
    return job;
}

static DWORD WINAPI service_main(LPVOID context)
{
    struct service_job job = take_job(context);
    const struct hosted *row = row_of(job.host, job.service);
    DWORD error = 0;

    nt_name_thread("service");
    if (!job.quick) {
        nt_compute(US(START_US));
        Sleep(START_MS);
    }
    if (row != NULL && row->start != NULL)
        error = row->start(job.host->context, job.service);
    if (error != 0)
        job.host->running &= ~(1u << job.service);
    scm_set_status(job.service, error == 0 ? SERVICE_RUNNING : SERVICE_STOPPED, error);
    SetEvent(job.host->wake);
    return 0;
}

static DWORD WINAPI service_stop(LPVOID context)
{
    struct service_job job = take_job(context);
    const struct hosted *row = row_of(job.host, job.service);
    DWORD error = 0;

    nt_name_thread("stop");
    scm_set_status(job.service, SERVICE_STOP_PENDING, 0);
    nt_compute(US(STOP_US));
    Sleep(STOP_MS);
    if (row != NULL && row->stop != NULL)
        error = row->stop(job.host->context, job.service);
    job.host->running &= ~(1u << job.service);
    scm_set_status(job.service, SERVICE_STOPPED, error);
    SetEvent(job.host->wake);
    return 0;
}

/* The number of our place among the processes of services.exe: "-k 3". */
static uint32_t own_place(void)
{
    PCWSTR text = GetCommandLineW();
    uint32_t place = 0;

    while (*text != 0 && (*text < L'0' || *text > L'9'))
        text++;
    for (; *text >= L'0' && *text <= L'9'; text++)
        place = place * 10 + (uint32_t)(*text - L'0');
    return place < SERVER_COUNT ? place : 0;
}

static void take_control(struct service_host *self, struct scm_host *host)
{
    uint32_t at = host->control_head;
    struct service_job *job = HeapAlloc(GetProcessHeap(), 0, sizeof *job);
    bool start = host->controls[at].start;

    host->control_head = (at + 1) % SCM_CONTROLS_MAX;
    host->control_count--;
    if (job == NULL)
        return;
    *job = (struct service_job){ self, host->controls[at].service, host->controls[at].quick };
    if (start)
        self->running |= 1u << job->service;
    server_start_threads(job, start ? service_main : service_stop, 1);
}

DWORD service_dispatcher(const struct hosted *rows, uint32_t count, void *context)
{
    struct service_host *self = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *self);
    struct scm_host *host = &server_site()->scm->hosts[own_place()];
    WCHAR name[16];

    nt_compute(US(CONNECT_US));
    service_control_name(own_place(), name);
    *self =
        (struct service_host){ rows, count, 0, context, CreateEventW(NULL, FALSE, FALSE, name) };
    host->connected = true;
    do {
        while (host->control_count > 0)
            take_control(self, host);
        WaitForSingleObject(self->wake, INFINITE);
    } while (self->running != 0 || host->control_count > 0);
    host->leaving = true;
    return 0;
}

DWORD WINAPI plain_service_main(LPVOID context)
{
    (void)context;
    nt_name_thread("main");
    return service_dispatcher(NULL, 0, NULL);
}

/* ---- The recovery program of IIS Admin ------------------------------------------------------- */

enum { IISRESET_US = 200000, IISRESET_TRIES = 400 };

/* iisreset /fail=1: starts what inetinfo's end took along, IIS Admin first. */
DWORD WINAPI iisreset_main(LPVOID context)
{
    uint32_t automatic = server_site()->set.services.automatic;

    (void)context;
    nt_name_thread("main");
    nt_compute(US(IISRESET_US));
    for (uint32_t i = SERVER_INETINFO; i < SERVER_COUNT; i++) {
        bool its = i == SERVER_INETINFO || (server_rows[i].needs & 1u << SERVER_INETINFO) != 0;

        if (!its || (automatic & 1u << i) == 0 || scm_state(i) != SERVICE_STOPPED)
            continue;
        scm_ask(SCM_START, i);
        for (int tries = 0; scm_state(i) == SERVICE_START_PENDING && tries < IISRESET_TRIES;)
            tries++, Sleep(4 * SCM_POLL_MS);
    }
    return 0;
}
