/* world_neighbours.c - a machine on which http.sys is loaded: the transport, perhaps a filter above
 * it, http.sys, and the clients that ask.
 *
 * `[machine] http` switches all of this on. Clients arrive as a Poisson process and send requests
 * of log-normal size, both drawn from a stream of their own; they begin when the services run.
 * W3SVC answers them (w3wp.c).
 */
#include "model/world/world_private.h"
#include "model/kernel/io.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ob.h"
#include "model/neighbours/http_ioctl.h"
#include "model/neighbours/neighbours.h"

enum { REQUEST_MEDIAN = 6000, REQUEST_SIGMA_MILLI = 700 };

static const struct io_image tcpip = { .file = "tcpip.sys", .entry = TcpipEntry };
static const struct io_image filters[] = {
    [TDI_FILTER_PASSES] = { .file = "tdifilter.sys", .entry = TdiFilterPassingEntry },
    [TDI_FILTER_PENDS] = { .file = "tdifilter.sys", .entry = TdiFilterEntry },
};
static const struct io_image http[] = { { .file = "http.sys", .entry = HttpEntry },
                                        { .file = "http.sys", .entry = HttpUpdatedEntry } };

struct web_clients {
    struct world *world;
    struct rng rng;
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

    if (clients != NULL && io_service_present("HTTP"))
        next_request(clients);
}

void world_install_neighbours(struct world *world)
{
    const struct scenario *s = &world->scenario;
    struct web_clients *clients;

    if (!s->http)
        return;
    clients = arena_take(&world->arena, sizeof *clients, 16);
    clients->world = world;
    clients->rng = rng_stream(world->sim->seed, "http");
    world->present->clients = clients;
    io_install_driver("Tcpip", "Driver", &tcpip);
    world_boot_driver(world, "Tcpip", NULL);
    if (s->tdi_filter != TDI_FILTER_NONE) {
        io_install_driver("TdiFilter", "Driver", &filters[s->tdi_filter]);
        world_boot_driver(world, "TdiFilter", "Tcpip");
    }
    io_install_driver("HTTP", "Driver", &http[s->http_update]);
    world_boot_driver(world, "HTTP", s->tdi_filter != TDI_FILTER_NONE ? "TdiFilter" : "Tcpip");
}
