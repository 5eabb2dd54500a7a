/* ke_guest.h - guests: drivers and programs from outside the tree, which may do anything.
 *
 *     ke_guest_loaded("echo");       // before its first instruction runs
 *
 * From then on a fault of the processor while entries run is the machine's: an exception of the
 * running thread, or a stop (ke_fault.c). A failed CHECK, and a fault where no simulated code runs,
 * end the run with SIM_BROKEN: a guest can overwrite anything, so they prove nothing against the
 * simulator. Stacks get guard pages, and freed pool is filled with a pattern.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

void ke_guest_loaded(const char *name);
/* Looks, at a clock tick, whether a processor has stayed at DISPATCH_LEVEL or above for hung_ns
 * (struct ke_switches) of simulated time: then the run ends, SIM_HUNG. */
void ke_watch_processors(void);
/* A handler has taken an exception, or the program ends for it. */
void ke_fault_handled(void);
/* True once a guest has been loaded. */
bool ke_guests(void);
