/* world_neighbours.c - a machine on which http.sys runs, too: the transport, perhaps a filter above
 * it, http.sys, its worker process, and the clients that ask.
 *
 * Nothing of it is there in a scenario without `[machine] http`. The clients are Poisson, their
 * requests of a log-normal size, from a stream of their own.
 */
#include "model/world/world_private.h"
#include "model/kernel/cm.h"
#include "model/kernel/io.h"
#include "model/kernel/kernel.h"
#include "model/kernel/win32.h"
#include "model/neighbours/http_ioctl.h"
#include "model/neighbours/neighbours.h"

enum { REQUEST_MEDIAN = 6000, REQUEST_SIGMA_MILLI = 700, FIRST_REQUEST_AFTER_MS = 500 };

static const struct io_image tcpip = { "tcpip.sys", TcpipEntry };
static const struct io_image filters[] = {
    [TDI_FILTER_PASSES] = { "tdifilter.sys", TdiFilterPassingEntry },
    [TDI_FILTER_PENDS] = { "tdifilter.sys", TdiFilterEntry },
};
static const struct io_image http[] = { { "http.sys", HttpEntry },
                                        { "http.sys", HttpUpdatedEntry } };

struct clients {
    struct world *world;
    struct rng rng;
    WORK_QUEUE_ITEM item;
};

static void request_arrives(void *arg)
{
    struct clients *clients = arg;
    uint64_t bytes = rng_lognormal(&clients->rng, REQUEST_MEDIAN, REQUEST_SIGMA_MILLI);
    sim_time mean = SEC(1) * 1000 / clients->world->scenario.http_rate_milli;

    TcpipReceive(ob_name_find(TCP_DEVICE_NAME),
                 (ULONG)MIN_OF(bytes, (uint64_t)HTTP_REQUEST_BYTES_MAX));
    ke_interrupt_at(ke->sim->now + rng_exponential(&clients->rng, mean), 0, request_arrives,
                    clients);
}

/* In a System worker, as the I/O manager loads drivers that start with the system. */
static VOID NTAPI load_all(PVOID context)
{
    struct clients *clients = context;
    const struct scenario *s = &clients->world->scenario;
    struct ke_process *worker;
    NTSTATUS status = io_load_driver(L"Tcpip", L"\\Driver\\Tcpip", &tcpip);

    if (NT_SUCCESS(status) && s->tdi_filter != TDI_FILTER_NONE)
        status = io_load_driver(L"TdiFilter", L"\\Driver\\TdiFilter", &filters[s->tdi_filter]);
    if (NT_SUCCESS(status))
        status = io_load_driver(L"HTTP", L"\\Driver\\HTTP", &http[s->http_update]);
    if (NT_SUCCESS(status))
        status = win32_start_process("w3wp.exe", NULL, ke->system, &worker);
    if (!NT_SUCCESS(status)) {
        cm_log(LOG_SYSTEM, LOG_ERROR, "Service Control Manager", 7000,
               "The HTTP service failed to start due to the following error: (simulated text) "
               "status %08x.",
               (unsigned)status);
        return;
    }
    ObDereferenceObject(worker);
    ke_interrupt_at(ke->sim->now + MS(FIRST_REQUEST_AFTER_MS), 0, request_arrives, clients);
}

static void system_runs(void *arg)
{
    struct clients *clients = arg;

    clients->item = (WORK_QUEUE_ITEM){ .WorkerRoutine = load_all, .Parameter = clients };
    ExQueueWorkItem(&clients->item, CriticalWorkQueue);
}

void world_load_neighbours(struct world *world)
{
    struct clients *clients;

    if (!world->scenario.http)
        return;
    win32_register_image("w3wp.exe", http_worker_main, 0);
    clients = arena_take(&world->arena, sizeof *clients, 16);
    clients->world = world;
    clients->rng = rng_stream(world->sim->seed, "http");
    ke_interrupt_at(ke->sim->now, 0, system_runs, clients);
}
