/* breaking_world.h - makes world_run fail in tests, by the linker's --wrap.
 *
 * While a hook is set, every world_run calls it, before or after the real one, and the hook may
 * crash. NULL: no hook.
 */
#pragma once
#include "model/world/world.h"

extern void (*breaking_before)(struct world *world);
extern void (*breaking_after)(struct world *world);
