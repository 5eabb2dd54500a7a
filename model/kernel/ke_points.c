/* ke_points.c - see ke_points.h. */
#include "model/kernel/ke_points.h"
#include "model/kernel/ke_orders.h"
#include "sim/rng.h"
#include "sim/host/fault.h"

enum { POINT_NS = 20, POWERS = 8 };

struct ke_points {
    struct rng rng;
    uint32_t share_ppm;
    uint32_t drivers; /* Drivers that are loaded. */
    sim_time latest;  /* Time of the latest point. */
};

void ke_points_start(uint64_t seed, uint32_t share_ppm)
{
    ke->points = arena_take(ke->sim->arena, sizeof *ke->points, 16);
    ke->points->rng = rng_stream(seed, "points");
    ke->points->share_ppm = share_ppm;
}

void ke_points_reseed(uint64_t seed)
{
    if (ke->points != NULL)
        ke->points->rng = rng_stream(seed, "points");
}

/* A span of 1 to 205 us. It begins at a power of two, each as likely as another, and is at most six
 * tenths longer. */
static sim_time held_for(struct rng *rng)
{
    sim_time least = US(1) << rng_below(rng, POWERS);

    return least + rng_below(rng, least * 6 / 10);
}

void ke_points_driver(bool loaded)
{
    ke->points->drivers += loaded ? 1 : UINT32_MAX;
    ke->points->latest = ke->sim->now;
}

sim_time ke_points_silence(void)
{
    const struct ke_points *points = ke->points;

    return points != NULL && points->drivers > 0 ? ke->sim->now - points->latest : 0;
}

void ke_point(void)
{
    struct ke_points *points = ke->points;
    bool held;

    if (UNLIKELY(ke->orders != NULL)) { /* The call itself is the point. */
        points->latest = ke->sim->now;
        ki_orders_guest();
        return;
    }
    held = rng_odds(&points->rng, points->share_ppm);

    points->latest = ke->sim->now;
    ke_spend(held ? held_for(&points->rng) : POINT_NS);
}

static NORETURN NT_FRAME void stop_unloaded(const void *code)
{
    uint32_t at = ke->code_address(code);

    ke_stop(DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS, at, 8, at, 0);
}

NT_FRAME void ke_point_unloaded(void) { stop_unloaded(HOST_CALLER()); }

NT_FRAME void ke_require_loaded(const void *routine)
{
    if (ke->is_unloaded == NULL || !ke->is_unloaded(routine))
        return;
    ke_stop_begins_in(routine);
    stop_unloaded(routine);
}

void nt_access(const volatile void *address, unsigned bytes, int write)
{
    ke_point();
    if (UNLIKELY(ke->orders != NULL))
        ki_before_access(address, bytes, write ? KE_WRITES : KE_READS);
}
