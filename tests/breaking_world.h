/* breaking_world.h - a simulator that breaks, by the linker's --wrap: the product has no such door.
 *
 * While a hook is set every world_run calls it, before or after the real one; there a test raises
 * what it likes. NULL: nothing happens.
 */
#pragma once
#include "model/world/world.h"

extern void (*breaking_before)(struct world *world);
extern void (*breaking_after)(struct world *world);
