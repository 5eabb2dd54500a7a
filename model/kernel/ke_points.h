/* ke_points.h - points where a guest's thread may be held, beside those of every kernel call.
 *
 * A point of ke_spend lies at each call that takes time. Races of drivers live between calls that
 * take none: an interlocked operation, a cleared event, a lock just released. So each call of a
 * guest's driver to the doors is a point, too, whatever it calls (guest_glue.c): the thread may
 * lose its processor there (choice PREEMPT), and a device's interrupt may hold the processor for a
 * while, at any IRQL below its own. How often that happens is a share of the points; how long, 1 to
 * about 200 us, is drawn from a stream of its own. Code that is not a guest's has none of this.
 */
#pragma once
#include "model/kernel/kernel.h"

/* Makes these points; share_ppm of them are interrupted. */
void ke_points_start(uint64_t seed, uint32_t share_ppm);

/* Draws the interruptions from another stream from now on. */
void ke_points_reseed(uint64_t seed);

/* A point of a guest. */
void ke_point(void);

/* A driver with points has been loaded, or is gone: as long as there is one, ke_points_silence
 * tells how long none of them has called the doors. */
void ke_points_driver(bool loaded);
sim_time ke_points_silence(void);

/* What the point of a driver becomes when it has been unloaded: stop 0xCE. Its code is gone, and a
 * DPC, a timer or a thread of it still runs. */
void ke_point_unloaded(void);

/* Called before a routine of a DPC, a work item or a thread: the same stop if the driver is gone,
 * whose routine it was. */
void ke_require_loaded(const void *routine);

/* Called by code that was compiled to tell each access to memory (points = memory): a point. */
void nt_access(const volatile void *address, unsigned bytes, int write);
