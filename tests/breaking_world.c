/* breaking_world.c - see breaking_world.h. */
#include "tests/breaking_world.h"

void (*breaking_before)(struct world *world);
void (*breaking_after)(struct world *world);

enum sim_end __real_world_run(struct world *world, sim_time until);
enum sim_end __wrap_world_run(struct world *world, sim_time until);

enum sim_end __wrap_world_run(struct world *world, sim_time until)
{
    enum sim_end end;

    if (breaking_before != NULL)
        breaking_before(world);
    end = __real_world_run(world, until);
    if (breaking_after != NULL)
        breaking_after(world);
    return end;
}
