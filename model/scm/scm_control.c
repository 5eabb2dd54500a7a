/* scm_control.c - services.exe starts and stops services.
 *
 *   STOPPED --start--> START_PENDING --(it says so)--> RUNNING --stop--> STOP_PENDING --> STOPPED
 *                           '--- fails: 7000, 7001, 7024 ---------------------------------'
 *
 * A start begins with what the service needs, deepest first; a stop is refused while something that
 * needs it is not stopped (1051). A driver is loaded and unloaded by the kernel; as it has no way
 * to say that it is gone, the kernel is asked whenever its state matters (facts/nt-kernel.md 7.1).
 */
#include <windows.h>
#include "model/scm/scm.h"
#include "model/setup/files.h"

/* ---- Words ----------------------------------------------------------------------------------- */

static const struct {
    uint32_t error;
    const char *text;
} errors[] = {
    { 2, "The system cannot find the file specified." },
    { 5, "Access is denied." },
    { 31, "A device attached to the system is not functioning." },
    { 32, "The process cannot access the file because it is being used by another process." },
    { 183, "Cannot create a file when that file already exists." },
    { 1051, "A stop control has been sent to a service that other running services are dependent "
            "on." },
    { 1052, "The requested control is not valid for this service." },
    { 1053, "The service did not respond to the start or control request in a timely fashion." },
    { 1056, "An instance of the service is already running." },
    { 1058, "The service cannot be started, either because it is disabled or because it has no "
            "enabled devices associated with it." },
    { 1060, "The specified service does not exist as an installed service." },
    { 1061, "The service cannot accept control messages at this time." },
    { 1062, "The service has not been started." },
    { 1066, "The service has returned a service-specific error code." },
    { 1067, "The process terminated unexpectedly." },
    { 1068, "The dependency service or group failed to start." },
    { 1115, "A system shutdown is in progress." },
    { 1450, "Insufficient system resources exist to complete the requested service." },
};

const char *scm_error_text(uint32_t error)
{
    for (size_t i = 0; i < ARRAYSIZE(errors); i++)
        if (errors[i].error == error)
            return errors[i].text;
    return "(simulated text) The system gave no reason.";
}

static void report_failed(uint32_t service, uint32_t error)
{
    nt_report_event(0, 2, "Service Control Manager", 7000,
                    "The %s service failed to start due to the following error: %s",
                    server_rows[service].display, scm_error_text(error));
}

/* ---- States ---------------------------------------------------------------------------------- */

void scm_mark(uint32_t service, enum server_state state)
{
    struct scm_service *s = &server_site()->scm->services[service];

    if (s->state == state)
        return;
    s->state = state;
    nt_mark_service(service, state);
    if (state == SERVICE_STOPPED)
        s->process_id = 0;
    if (server_rows[service].kind != KIND_SYSTEM &&
        (state == SERVICE_RUNNING || state == SERVICE_STOPPED))
        nt_report_event(0, 0, "Service Control Manager", 7036,
                        "The %s service entered the %s state.", server_rows[service].display,
                        state == SERVICE_RUNNING ? "running" : "stopped");
}

static struct scm_host *host_of(uint32_t service)
{
    struct scm *scm = server_site()->scm;

    for (uint32_t i = 0; i < SERVER_COUNT; i++)
        if (scm->hosts[i].process != NULL && (scm->hosts[i].services & 1u << service) != 0)
            return &scm->hosts[i];
    return NULL;
}

void scm_take_status(uint32_t service, enum server_state state, uint32_t exit_code)
{
    struct scm_service *s = &server_site()->scm->services[service];
    struct scm_host *host = host_of(service);

    if (host == NULL || s->state == SERVICE_STOPPED)
        return; /* The status comes from a process that was given up. */
    if (state == SERVICE_STOPPED) {
        host->services &= ~(1u << service);
        s->exit_code = exit_code == SPECIFIC_ZERO ? 0 : exit_code;
        s->error = exit_code != 0 ? 1066 : 0;
        if (exit_code != 0)
            nt_report_event(0, 2, "Service Control Manager", 7024,
                            "The %s service terminated with service specific error %u.",
                            server_rows[service].display, (unsigned)s->exit_code);
    }
    scm_mark(service, state);
}

enum server_state scm_settle(uint32_t service)
{
    const struct scm_service *s = &server_site()->scm->services[service];

    for (sim_time until = nt_time() + MS((uint64_t)SCM_PENDING_MS); nt_time() < until;) {
        if (s->state == SERVICE_RUNNING || s->state == SERVICE_STOPPED)
            break;
        if (server_rows[service].kind == KIND_DRIVER)
            scm_look_at_driver(service);
        Sleep(SCM_POLL_MS);
    }
    return s->state;
}

/* ---- Drivers --------------------------------------------------------------------------------- */

static uint32_t error_of(int32_t status)
{
    switch ((uint32_t)status) {
    case 0:
        return 0;
    case 0xC0000034u: /* OBJECT_NAME_NOT_FOUND */
    case 0xC000003Au: /* OBJECT_PATH_NOT_FOUND */
    case 0xC000000Fu: /* NO_SUCH_FILE */
        return 2;
    case 0xC0000035u: /* OBJECT_NAME_COLLISION */
        return 183;
    case 0xC000010Eu: /* IMAGE_ALREADY_LOADED */
    case 0xC0000056u: /* DELETE_PENDING */
        return 1056;
    case 0xC0000010u: /* INVALID_DEVICE_REQUEST: no unload routine */
        return 1052;
    case 0xC000009Au: /* INSUFFICIENT_RESOURCES */
        return 1450;
    default:
        return 31;
    }
}

void scm_look_at_driver(uint32_t service)
{
    const struct scm_service *s = &server_site()->scm->services[service];

    if ((s->state == SERVICE_STOP_PENDING || s->state == SERVICE_RUNNING) &&
        !nt_driver_present(server_rows[service].name)) {
        files_release_driver();
        scm_mark(service, SERVICE_STOPPED);
    }
}

static uint32_t load(uint32_t service)
{
    char build[FILE_BUILD_CHARS];
    uint32_t error = 2;

    scm_mark(service, SERVICE_START_PENDING);
    if (files_hold_driver(build)) {
        error = error_of(nt_load_driver_build(server_rows[service].name, build));
        if (error != 0)
            files_release_driver();
    }
    scm_mark(service, error == 0 ? SERVICE_RUNNING : SERVICE_STOPPED);
    if (error != 0)
        report_failed(service, error);
    return error;
}

static uint32_t unload(uint32_t service)
{
    uint32_t error = error_of(nt_unload_driver(server_rows[service].name));

    if (error != 0)
        return error;
    scm_mark(service, SERVICE_STOP_PENDING);
    scm_look_at_driver(service);
    return 0;
}

/* ---- Processes ------------------------------------------------------------------------------- */

void scm_send(uint32_t service, bool start)
{
    struct scm_host *host = host_of(service);

    if (host == NULL || host->control_count == SCM_CONTROLS_MAX)
        return;
    uint32_t at = (host->control_head + host->control_count++) % SCM_CONTROLS_MAX;

    host->controls[at].service = service;
    host->controls[at].start = start;
    host->controls[at].quick = server_site()->scm->booting;
    SetEvent(host->wake);
}

static struct scm_host *free_host(uint32_t *place)
{
    struct scm *scm = server_site()->scm;

    for (*place = 0; *place < SERVER_COUNT; ++*place)
        if (scm->hosts[*place].process == NULL)
            return &scm->hosts[*place];
    return NULL;
}

static struct scm_host *shared_host(uint32_t service)
{
    struct scm *scm = server_site()->scm;

    for (uint32_t i = 0; i < SERVER_COUNT; i++)
        if (server_rows[service].kind == KIND_SHARED && scm->hosts[i].process != NULL &&
            !scm->hosts[i].leaving && scm->hosts[i].image == server_rows[service].image)
            return &scm->hosts[i];
    return NULL;
}

static void widen(const char *from, PWSTR to, size_t chars)
{
    size_t i = 0;

    for (; i + 1 < chars && from[i] != 0; i++)
        to[i] = (WCHAR)from[i];
    to[i] = 0;
}

static struct scm_host *new_host(uint32_t service)
{
    WCHAR image[32], command[] = L"-k 00", name[16];
    PROCESS_INFORMATION information;
    uint32_t place;
    struct scm_host *host = free_host(&place);

    if (host == NULL)
        return NULL;
    service_control_name(place, name);
    widen(server_rows[service].image, image, ARRAYSIZE(image));
    command[3] = (WCHAR)(L'0' + place / 10);
    command[4] = (WCHAR)(L'0' + place % 10);
    *host = (struct scm_host){ .image = server_rows[service].image };
    host->wake = CreateEventW(NULL, FALSE, FALSE, name);
    if (!CreateProcessW(image, command, NULL, NULL, FALSE, 0, NULL, NULL, NULL, &information)) {
        CloseHandle(host->wake);
        return NULL;
    }
    host->process = information.hProcess;
    host->process_id = information.dwProcessId;
    /* services.exe has one more process to watch. */
    SetEvent(CreateEventW(NULL, FALSE, FALSE, L"ScmChanged"));
    return host;
}

/* Waits for the dispatcher of a new process; after SCM_RESPONSE_MS the process is given up. */
static bool connects(struct scm_host *host)
{
    sim_time until = nt_time() + MS((uint64_t)SCM_RESPONSE_MS);

    while (!host->connected && host->process != NULL) {
        if (nt_time() >= until) {
            host->services = 0;
            TerminateProcess(host->process, 1053);
            return false;
        }
        Sleep(SCM_POLL_MS);
    }
    return host->connected;
}

static uint32_t launch(uint32_t service)
{
    struct scm_service *s = &server_site()->scm->services[service];
    struct scm_host *host = shared_host(service);

    scm_mark(service, SERVICE_START_PENDING);
    if (host == NULL)
        host = new_host(service);
    if (host != NULL) {
        host->services |= 1u << service;
        s->process_id = host->process_id;
        scm_send(service, true);
        if (connects(host))
            return 0;
    }
    scm_mark(service, SERVICE_STOPPED);
    report_failed(service, host == NULL ? 1450 : 1053);
    return host == NULL ? 1450 : 1053;
}

/* ---- Start ----------------------------------------------------------------------------------- */

/* Starts every service this one depends on; if one fails: 1068 and event 7001. */
static uint32_t start_needed(uint32_t service)
{
    struct scm *scm = server_site()->scm;

    for (uint32_t i = 0; i < SERVER_COUNT; i++) {
        uint32_t error = 0;

        if ((scm->services[service].needs & 1u << i) == 0 ||
            scm->services[i].state == SERVICE_RUNNING)
            continue;
        if (scm->services[i].state == SERVICE_STOPPED)
            error = scm_start_service(i);
        if (error == 0 && scm_settle(i) != SERVICE_RUNNING)
            error = scm->services[i].error != 0 ? scm->services[i].error : 1053;
        if (error == 0)
            continue;
        nt_report_event(0, 2, "Service Control Manager", 7001,
                        "The %s service depends on the %s service which failed to start because "
                        "of the following error: %s",
                        server_rows[service].display, server_rows[i].display,
                        scm_error_text(error));
        return 1068;
    }
    return 0;
}

uint32_t scm_start_service(uint32_t service)
{
    struct scm *scm = server_site()->scm;
    struct scm_service *s = &scm->services[service];
    uint32_t error;

    if (server_rows[service].kind == KIND_DRIVER)
        scm_look_at_driver(service);
    if (s->state != SERVICE_STOPPED)
        return 1056;
    if (scm->shutting_down)
        return 1115;
    if (s->start == START_DISABLED)
        return 1058;
    s->recovering = false;
    error = start_needed(service);
    if (error == 0)
        error = server_rows[service].kind == KIND_DRIVER ? load(service) : launch(service);
    s->error = error;
    return error;
}

/* ---- Stop ------------------------------------------------------------------------------------ */

static bool is_needed(uint32_t service)
{
    const struct scm *scm = server_site()->scm;

    for (uint32_t i = 0; i < SERVER_COUNT; i++)
        if ((scm->services[i].needs & 1u << service) != 0 &&
            scm->services[i].state != SERVICE_STOPPED)
            return true;
    return false;
}

uint32_t scm_stop_service(uint32_t service)
{
    struct scm_service *s = &server_site()->scm->services[service];

    if (server_rows[service].kind == KIND_DRIVER)
        scm_look_at_driver(service);
    s->recovering = false;
    if (s->state == SERVICE_STOPPED)
        return 1062;
    if (server_rows[service].kind == KIND_SYSTEM)
        return 1052;
    if (s->state != SERVICE_RUNNING)
        return 1061;
    if (is_needed(service))
        return 1051;
    if (server_rows[service].kind == KIND_DRIVER)
        return unload(service);
    scm_send(service, false);
    for (sim_time until = nt_time() + MS((uint64_t)SCM_RESPONSE_MS); s->state == SERVICE_RUNNING;) {
        if (nt_time() >= until) {
            nt_report_event(0, 2, "Service Control Manager", 7011,
                            "Timeout (%u milliseconds) waiting for a transaction response from "
                            "the %s service.",
                            (unsigned)SCM_RESPONSE_MS, server_rows[service].name);
            return 1053;
        }
        Sleep(SCM_POLL_MS);
    }
    return 0;
}

/* The scenario lists the services that start at boot; the others start on request. */
static enum server_start start_type(uint32_t service)
{
    bool automatic = (server_site()->set.services.automatic & 1u << service) != 0;
    enum server_start start = server_rows[service].start;

    /* The system's driver is ExIFS, and a machine that serves no protocol has no Exchange. */
    if (start == START_SYSTEM)
        return server_site()->set.protocols != 0 ? start : START_DEMAND;
    if (automatic)
        return START_AUTO;
    return start == START_AUTO ? START_DEMAND : start;
}

void scm_control_begin(void)
{
    struct scm *scm = server_site()->scm;

    for (uint32_t i = 0; i < SERVER_COUNT; i++) {
        struct scm_service *s = &scm->services[i];

        *s = (struct scm_service){ .state = SERVICE_STOPPED,
                                   .start = start_type(i),
                                   .needs = server_rows[i].needs };
        if (server_rows[i].kind == KIND_SYSTEM)
            scm_mark(i, SERVICE_RUNNING);
    }
}
