/* scm.c - services.exe: starts what starts at boot, answers requests, watches processes.
 *
 * The main thread watches the processes of services and does what is due after a crash; a few
 * threads take requests (scm_client.c) and work on one service at a time, so that what a service
 * says about itself is heard while another one is being started.
 */
#include <windows.h>
#include "model/scm/scm.h"
#include "model/setup/files.h"
#include <stdio.h>

enum { RPC_THREADS = 4, REQUEST_US = 120, HOSTS_WATCHED = SERVER_COUNT + 1 };

struct services_exe {
    CRITICAL_SECTION one_at_a_time; /* Starts, stops, recovery, shutdown. */
    HANDLE requests, changed;
};

/* ---- Requests -------------------------------------------------------------------------------- */

static uint32_t operate(struct services_exe *self, const struct scm_call *call)
{
    uint32_t error = 0;

    EnterCriticalSection(&self->one_at_a_time);
    if (call->kind == SCM_START)
        error = scm_start_service(call->service);
    else if (call->kind == SCM_STOP)
        error = scm_stop_service(call->service);
    else
        scm_shut_down();
    LeaveCriticalSection(&self->one_at_a_time);
    return error;
}

static void configure(const struct scm_call *call)
{
    struct scm_service *s = &server_site()->scm->services[call->service];

    if (call->value != UINT32_MAX)
        s->start = (enum server_start)call->value;
    if (call->value2 != UINT32_MAX)
        s->needs = call->value2;
}

static void serve(struct services_exe *self, struct scm_call *call)
{
    nt_compute(US(REQUEST_US));
    switch (call->kind) {
    case SCM_START:
    case SCM_STOP:
    case SCM_SHUTDOWN:
        call->error = operate(self, call);
        break;
    case SCM_QUERY:
        if (server_rows[call->service].kind == KIND_DRIVER)
            scm_look_at_driver(call->service);
        break;
    case SCM_SET_STATUS:
        scm_take_status(call->service, (enum server_state)call->value, call->value2);
        break;
    case SCM_CONFIG:
        configure(call);
        break;
    }
    call->state = server_site()->scm->services[call->service].state;
    SetEvent(self->changed);
}

static DWORD WINAPI rpc_thread(LPVOID context)
{
    struct services_exe *self = context;
    struct scm *scm = server_site()->scm;
    WCHAR name[16];

    nt_name_thread("rpc");
    while (WaitForSingleObject(self->requests, INFINITE) == WAIT_OBJECT_0) {
        if (scm->queue_count == 0)
            continue;
        uint32_t place = scm->queue[scm->queue_head];

        scm->queue_head = (scm->queue_head + 1) % SCM_CALLS_MAX;
        scm->queue_count--;
        scm_reply_name(place, name);
        HANDLE reply = CreateEventW(NULL, FALSE, FALSE, name);

        serve(self, &scm->calls[place]);
        SetEvent(reply);
        CloseHandle(reply);
    }
    return 0;
}

/* ---- Boot ------------------------------------------------------------------------------------ */

/* Writes the events that follow a stop or a power cut (facts/nt-kernel.md 8.3). */
static void report_stop(void)
{
    const struct outage *outage = &server_site()->outage;
    const uint32_t *args = outage->args;

    nt_report_event(0, 2, "EventLog", 6008,
                    "(simulated text) The previous system shutdown was unexpected.");
    if (outage->code == 0) /* Power cut: no dump was written. */
        return;
    nt_report_event(0, 0, "Save Dump", 1001,
                    "The computer has rebooted from a bugcheck.  The bugcheck was: 0x%08x "
                    "(0x%08x, 0x%08x, 0x%08x, 0x%08x). A dump was saved in: "
                    "C:\\WINDOWS\\MEMORY.DMP.",
                    (unsigned)outage->code, (unsigned)args[0], (unsigned)args[1], (unsigned)args[2],
                    (unsigned)args[3]);
    nt_report_event(0, 2, "System Error", 1003,
                    "Error code %08x, parameter1 %08x, parameter2 %08x, parameter3 %08x, "
                    "parameter4 %08x.",
                    (unsigned)outage->code, (unsigned)args[0], (unsigned)args[1], (unsigned)args[2],
                    (unsigned)args[3]);
}

/* Starts the system's drivers, then the automatic services, one after the other. After the last one
 * the load begins. */
static void boot(struct services_exe *self)
{
    struct scm *scm = server_site()->scm;
    char failed[96] = "";

    EnterCriticalSection(&self->one_at_a_time);
    scm->booting = server_site()->outage.boots == 0;
    for (uint32_t i = 0; i < SERVER_COUNT; i++)
        if (server_rows[i].kind == KIND_DRIVER && scm->services[i].start == START_SYSTEM &&
            scm_start_service(i) != 0)
            snprintf(failed, sizeof failed, "%s", server_rows[i].name);
    if (failed[0] != 0)
        nt_report_event(0, 2, "Service Control Manager", 7026,
                        "The following boot-start or system-start driver(s) failed to load: %s",
                        failed);
    for (uint32_t i = 0; i < SERVER_COUNT; i++)
        if (scm->services[i].start == START_AUTO && scm->services[i].state == SERVICE_STOPPED &&
            scm_start_service(i) == 0)
            scm_settle(i);
    scm->booting = false;
    LeaveCriticalSection(&self->one_at_a_time);
    server_site()->services_run(server_site()->world);
}

/* ---- Watching -------------------------------------------------------------------------------- */

/* Waits until a process ends, the list of processes changes, or a recovery action is due. */
static void watch(struct services_exe *self, DWORD timeout)
{
    struct scm *scm = server_site()->scm;
    struct scm_host *hosts[HOSTS_WATCHED];
    HANDLE handles[HOSTS_WATCHED];
    DWORD count = 1;

    handles[0] = self->changed;
    for (uint32_t i = 0; i < SERVER_COUNT; i++) {
        if (scm->hosts[i].process == NULL)
            continue;
        hosts[count] = &scm->hosts[i];
        handles[count++] = scm->hosts[i].process;
    }
    DWORD which = WaitForMultipleObjects(count, handles, FALSE, timeout);

    if (which == WAIT_OBJECT_0 || which >= WAIT_OBJECT_0 + count)
        return;
    scm_host_ended(hosts[which]);
}

DWORD WINAPI scm_main(LPVOID context)
{
    struct services_exe *self = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *self);
    PROCESS_INFORMATION child;
    WCHAR none[1] = { 0 };

    (void)context;
    nt_name_thread("scm");
    InitializeCriticalSection(&self->one_at_a_time);
    self->requests = CreateSemaphoreW(NULL, 0, SCM_CALLS_MAX, SCM_REQUESTS);
    self->changed = CreateEventW(NULL, FALSE, FALSE, L"ScmChanged");
    if (server_site()->outage.boots == 0)
        files_install();
    scm_control_begin();
    server_start_threads(self, rpc_thread, RPC_THREADS);
    CreateProcessW(L"cmd.exe", none, NULL, NULL, FALSE, 0, NULL, NULL, NULL, &child);
    if (server_site()->set.cluster.there)
        CreateProcessW(L"resrcmon.exe", none, NULL, NULL, FALSE, 0, NULL, NULL, NULL, &child);
    if (server_site()->outage.dirty)
        report_stop();
    boot(self);
    for (;;) {
        EnterCriticalSection(&self->one_at_a_time);
        DWORD next = scm_recover();

        LeaveCriticalSection(&self->one_at_a_time);
        watch(self, next);
    }
}
