/* resrcmon.c - resrcmon.exe, the cluster's resource monitor, as far as it asks whether the virtual
 * servers of POP3 and IMAP4 are alive.
 *
 * IsAlive logs on by the protocol, as a client does, and waits. No answer in time and the resource
 * has failed: the cluster moves its group to another node. Here is only one node, so the failure is
 * in the event log, and the next look is the next.
 */
#include <windows.h>
#include "model/outside/site.h"

enum { LOOK_MS = 100, ASK_US = 200 };

struct resource {
    enum load_protocol protocol;
    const char *name, *thread;
};

static const struct resource resources[] = {
    { LOAD_POP3, "Exchange POP3 Virtual Server", "pop3 alive" },
    { LOAD_IMAP4, "Exchange IMAP4 Virtual Server", "imap4 alive" },
};

static BOOL is_alive(const struct resource *resource)
{
    uint32_t wait_ms = server_site()->set.cluster.wait_ms;

    nt_compute(US(ASK_US));
    if (!load_probe(resource->protocol))
        return FALSE;
    for (uint32_t waited = 0; waited < wait_ms; waited += LOOK_MS) {
        if (load_probe_answered(resource->protocol))
            return TRUE;
        Sleep(LOOK_MS);
    }
    return load_probe_answered(resource->protocol);
}

static DWORD WINAPI resource_thread(LPVOID context)
{
    const struct resource *resource = context;

    nt_name_thread(resource->thread);
    for (;;) {
        Sleep(server_site()->set.cluster.is_alive_ms);
        if (!is_alive(resource))
            nt_report_event(0, 2, "ClusSvc", 1069,
                            "(simulated text) Cluster resource '%s' failed: IsAlive had no answer "
                            "in %u ms.",
                            resource->name, (unsigned)server_site()->set.cluster.wait_ms);
    }
    return 0;
}

DWORD WINAPI resrcmon_main(LPVOID context)
{
    (void)context;
    nt_name_thread("main");
    for (DWORD i = 0; i < ARRAYSIZE(resources); i++)
        server_start_threads((LPVOID)&resources[i], resource_thread, 1);
    Sleep(INFINITE);
    return 0;
}
