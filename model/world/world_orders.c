/* world_orders.c - a machine in free order, for those who look for orders. */
#include "model/world/world_private.h"
#include "model/kernel/ke_orders.h"

uint32_t world_births(struct world *world)
{
    world_enter(world);
    return ke->orders != NULL ? ke->orders->births : 0;
}

void world_end_after(struct world *world, uint32_t births)
{
    world_enter(world);
    if (ke->orders != NULL)
        ke->orders->enough = births;
}

bool world_is_sound(const struct world *world)
{
    const struct kernel *kernel = world->present->kernel;

    return !kernel->stop.stopped && kernel->crash.thread == NULL;
}
