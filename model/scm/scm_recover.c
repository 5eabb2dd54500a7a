/* scm_recover.c - services that ended without being told: event 7031 and what is configured to be
 * done about it; and the end of all services, when the system is shut down.
 *
 * Failures are counted per service; after a time without one the count begins anew
 * (facts/exchange-exifs.md 3.4). A shutdown ignores dependencies: every service is told at once,
 * and processes not stopped within WaitToKillServiceTimeout are ended (3.1).
 */
#include <windows.h>
#include "model/scm/scm.h"

static const char *const action_words[] = {
    [ACTION_NONE] = "No action",
    [ACTION_RESTART] = "Restart service",
    [ACTION_PROGRAM] = "Run the configured recovery program",
};

static void service_crashed(uint32_t service)
{
    struct site *site = server_site();
    struct scm_service *s = &site->scm->services[service];
    const struct server_row *row = &server_rows[service];
    const struct services_settings *set = &site->set.services;
    enum server_action action = set->recovery ? row->action : ACTION_NONE;
    uint32_t delay = set->has_delay && action != ACTION_NONE ? set->delay_ms : row->delay_ms;

    if (s->crashes > 0 && nt_time() - s->crashed_at > MS((uint64_t)set->reset_ms))
        s->crashes = 0;
    s->crashes++;
    s->crashed_at = nt_time();
    s->error = 1067;
    scm_mark(service, SERVICE_STOPPED);
    nt_report_event(0, 2, "Service Control Manager", 7031,
                    "The %s service terminated unexpectedly. It has done this %u time(s). The "
                    "following corrective action will be taken in %u milliseconds: %s.",
                    row->display, (unsigned)s->crashes, (unsigned)delay, action_words[action]);
    s->recovering = action != ACTION_NONE && !site->scm->shutting_down;
    s->recover_at = nt_time() + MS((uint64_t)delay);
}

void scm_host_ended(struct scm_host *host)
{
    uint32_t services = host->services;

    CloseHandle(host->process);
    CloseHandle(host->wake);
    host->process = host->wake = NULL;
    host->services = 0;
    server_site()->stats.crashes += services != 0;
    for (uint32_t i = 0; i < SERVER_COUNT; i++)
        if ((services & 1u << i) != 0)
            service_crashed(i);
}

static void act(uint32_t service)
{
    struct site *site = server_site();
    PROCESS_INFORMATION information;
    WCHAR command[] = L"/fail=1";

    site->scm->services[service].recovering = false;
    if (server_rows[service].action == ACTION_RESTART) {
        if (scm_start_service(service) == 0)
            site->stats.restarts++;
    } else if (CreateProcessW(L"iisreset.exe", command, NULL, NULL, FALSE, 0, NULL, NULL, NULL,
                              &information)) {
        site->stats.restarts++;
        CloseHandle(information.hProcess);
    }
}

DWORD scm_recover(void)
{
    struct scm *scm = server_site()->scm;
    DWORD next = INFINITE;

    for (uint32_t i = 0; i < SERVER_COUNT; i++) {
        struct scm_service *s = &scm->services[i];

        if (!s->recovering)
            continue;
        if (s->recover_at <= nt_time())
            act(i);
        else
            next = MIN_OF(next, (DWORD)((s->recover_at - nt_time()) / MS(1) + 1));
    }
    return next;
}

/* ---- The end --------------------------------------------------------------------------------- */

static uint32_t tell_all(void)
{
    struct scm *scm = server_site()->scm;
    uint32_t told = 0;

    for (uint32_t i = 0; i < SERVER_COUNT; i++) {
        bool process = server_rows[i].kind == KIND_OWN || server_rows[i].kind == KIND_SHARED;

        if (!process || scm->services[i].state != SERVICE_RUNNING)
            continue;
        scm_send(i, false);
        told |= 1u << i;
    }
    return told;
}

static bool all_stopped(uint32_t told)
{
    const struct scm *scm = server_site()->scm;

    for (uint32_t i = 0; i < SERVER_COUNT; i++)
        if ((told & 1u << i) != 0 && scm->services[i].state != SERVICE_STOPPED)
            return false;
    return true;
}

void scm_shut_down(void)
{
    struct site *site = server_site();
    struct scm *scm = site->scm;

    scm->shutting_down = true;
    uint32_t told = tell_all();

    sim_time until = nt_time() + MS((uint64_t)site->set.services.wait_kill_ms);

    while (nt_time() < until && !all_stopped(told))
        Sleep(SCM_POLL_MS);
    for (uint32_t i = 0; i < SERVER_COUNT; i++) {
        struct scm_host *host = &scm->hosts[i];

        if (host->process == NULL || host->services == 0)
            continue;
        for (uint32_t s = 0; s < SERVER_COUNT; s++)
            if ((host->services & 1u << s) != 0)
                scm_mark(s, SERVICE_STOPPED);
        host->services = 0;
        site->stats.killed_at_shutdown++;
        TerminateProcess(host->process, 1);
    }
}
