/* scm_bare.c - services.exe of a scenario that names no services: starts the driver and the two
 * services, and starts again what died.
 *
 * Order: EXIFS, then the store, and inetinfo once the store is ready (facts/exchange-exifs.md 3.2);
 * w3wp where somebody comes by DAV.
 * A service that ends without being told is event 7031 with its recovery action (3.4 there):
 * restart after a delay. The whole service control manager is scm.c.
 */
#include <windows.h>
#include "model/outside/site.h"

enum { STORE_READY_WAIT_MS = 20000 };

struct service {
    PCWSTR image;
    const char *display;
    enum server_service number;
    HANDLE process;
    uint32_t ends;
};

static BOOL start(struct service *service)
{
    PROCESS_INFORMATION information;
    WCHAR none[1] = { 0 };

    nt_mark_service(service->number, SERVICE_START_PENDING);
    if (!CreateProcessW(service->image, none, NULL, NULL, FALSE, 0, NULL, NULL, NULL,
                        &information)) {
        nt_mark_service(service->number, SERVICE_STOPPED);
        return FALSE;
    }
    service->process = information.hProcess;
    return TRUE;
}

/* 7031, then the recovery action. */
static void recover(struct service *service)
{
    struct site *site = server_site();
    uint32_t delay = site->set.restart_delay_ms;

    nt_mark_service(service->number, SERVICE_STOPPED);
    CloseHandle(service->process);
    service->process = NULL;
    site->stats.crashes++;
    nt_report_event(0, 2, "Service Control Manager", 7031,
                    "The %s service terminated unexpectedly. It has done this %u time(s). The "
                    "following corrective action will "
                    "be taken in %u milliseconds: Restart service.",
                    service->display, ++service->ends, delay);
    Sleep(delay);
    if (start(service))
        site->stats.restarts++;
}

DWORD scm_bare_run(void)
{
    struct service services[] = {
        { L"store.exe", "Microsoft Exchange Information Store", SERVER_STORE, NULL, 0 },
        { L"inetinfo.exe", "IIS Admin Service", SERVER_INETINFO, NULL, 0 },
        { L"w3wp.exe", "World Wide Web Publishing Service", SERVER_W3SVC, NULL, 0 },
    };
    DWORD count = ARRAYSIZE(services) - !load_uses(LOAD_DAV_GET);
    HANDLE ready = CreateEventW(NULL, TRUE, FALSE, STORE_READY);

    nt_mark_service(SERVER_EXIFS, SERVICE_START_PENDING);
    int32_t status = nt_load_driver("EXIFS");

    nt_mark_service(SERVER_EXIFS, status < 0 ? SERVICE_STOPPED : SERVICE_RUNNING);
    nt_name_thread("scm");
    if (status < 0)
        nt_report_event(
            0, 2, "Service Control Manager", 7000,
            "The EXIFS service failed to start due to the following error: (simulated text) "
            "status %08x.",
            (unsigned)status);
    start(&services[0]);
    WaitForSingleObject(ready, STORE_READY_WAIT_MS);
    for (DWORD i = 1; i < count; i++)
        start(&services[i]);
    for (;;) {
        HANDLE processes[ARRAYSIZE(services)];

        for (DWORD i = 0; i < count; i++)
            processes[i] = services[i].process;
        DWORD which = WaitForMultipleObjects(count, processes, FALSE, INFINITE);

        if (which >= count)
            return 1; /* A service could not be started again: nothing is left to watch. */
        recover(&services[which]);
    }
}
