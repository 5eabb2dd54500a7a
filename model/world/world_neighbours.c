/* world_neighbours.c - a machine on which http.sys is loaded: the transport, perhaps a filter above
 * it, http.sys, and the clients that ask.
 *
 * `[machine] http` switches all of this on. Clients arrive as a Poisson process and send requests
 * of log-normal size, both drawn from a stream of their own; they begin when the services run.
 * W3SVC answers them (w3wp.c).
 */
#include "model/world/world_private.h"
#include "model/kernel/cm.h"
#include "model/kernel/io.h"
#include "model/kernel/kernel.h"
#include "model/kernel/win32.h"
#include "model/neighbours/http_ioctl.h"
#include "model/neighbours/neighbours.h"

enum { REQUEST_MEDIAN = 6000, REQUEST_SIGMA_MILLI = 700 };

static const struct io_image tcpip = { "tcpip.sys", TcpipEntry };
static const struct io_image filters[] = {
    [TDI_FILTER_PASSES] = { "tdifilter.sys", TdiFilterPassingEntry },
    [TDI_FILTER_PENDS] = { "tdifilter.sys", TdiFilterEntry },
};
static const struct io_image http[] = { { "http.sys", HttpEntry },
                                        { "http.sys", HttpUpdatedEntry } };

struct web_clients {
    struct world *world;
    struct rng rng;
    WORK_QUEUE_ITEM item;
    bool served; /* True once the drivers are loaded. */
};

static void request_arrives(void *arg);

static void next_request(struct web_clients *clients)
{
    sim_time mean = SEC(1) * 1000 / clients->world->scenario.http_rate_milli;

    ke_interrupt_at(ke->sim->now + rng_exponential(&clients->rng, mean), 0, request_arrives,
                    clients);
}

static void request_arrives(void *arg)
{
    struct web_clients *clients = arg;
    uint64_t bytes = rng_lognormal(&clients->rng, REQUEST_MEDIAN, REQUEST_SIGMA_MILLI);

    TcpipReceive(ob_name_find(TCP_DEVICE_NAME),
                 (ULONG)MIN_OF(bytes, (uint64_t)HTTP_REQUEST_BYTES_MAX));
    next_request(clients);
}

void world_clients_begin(struct world *world)
{
    struct web_clients *clients = world->present->clients;

    if (clients != NULL && clients->served)
        next_request(clients);
}

/* Runs in a System worker thread, as the I/O manager loads drivers that start with the system. */
static VOID NTAPI load_all(PVOID context)
{
    struct web_clients *clients = context;
    const struct scenario *s = &clients->world->scenario;
    NTSTATUS status = io_load_driver(L"Tcpip", L"\\Driver\\Tcpip", &tcpip);

    if (NT_SUCCESS(status) && s->tdi_filter != TDI_FILTER_NONE)
        status = io_load_driver(L"TdiFilter", L"\\Driver\\TdiFilter", &filters[s->tdi_filter]);
    if (NT_SUCCESS(status))
        status = io_load_driver(L"HTTP", L"\\Driver\\HTTP", &http[s->http_update]);
    clients->served = NT_SUCCESS(status);
    if (!clients->served)
        cm_log(LOG_SYSTEM, LOG_ERROR, "Service Control Manager", 7000,
               "The HTTP service failed to start due to the following error: (simulated text) "
               "status %08x.",
               (unsigned)status);
}

static void system_runs(void *arg)
{
    struct web_clients *clients = arg;

    clients->item = (WORK_QUEUE_ITEM){ .WorkerRoutine = load_all, .Parameter = clients };
    ExQueueWorkItem(&clients->item, CriticalWorkQueue);
}

void world_load_neighbours(struct world *world)
{
    struct web_clients *clients;

    if (!world->scenario.http)
        return;
    clients = arena_take(&world->arena, sizeof *clients, 16);
    clients->world = world;
    clients->rng = rng_stream(world->sim->seed, "http");
    world->present->clients = clients;
    ke_interrupt_at(ke->sim->now, 0, system_runs, clients);
}
