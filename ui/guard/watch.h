/* watch.h - a limit of wall-clock time for one run.
 *
 *     watch_call(SEC(10), work, job, &watched);
 *     if (watched.late) ...
 *
 * When the time is over, the flag `asked` becomes true, which a world heeds between two entries of
 * the agenda (world_heed). Work that does not come back although its thread has got a second of
 * processor time since is in an endless loop, and is broken (ui/guard/guard.h). Processor time is
 * counted, so that a busy machine breaks nothing.
 */
#pragma once
#include "sim/sim.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct watched {
    bool late;        /* The time ran out before the work was done. */
    bool broken;      /* The work was in an endless loop. */
    void *frame;      /* Where it was, for fiber_frames; NULL: this host cannot tell. */
    char failed[512]; /* A failed CHECK or a crash that is a fault of exifsim; empty: neither. */
};

/* For the work: says from when on it deals with this run, whose code from outside, if it has any,
 * may do anything. Without a record or a step of the clock for WATCH_STILL_MS of processor time
 * such a run is in an endless loop: it ends as SIM_HUNG. A failed CHECK or a crash ends it as
 * SIM_BROKEN. NULL: the work deals with none from now on. */
enum { WATCH_STILL_MS = 10000 };
void watch_guests(struct sim *sim);

/* Calls work(arg) with a limit in nanoseconds; 0: there is none. work gets the flag that says that
 * the time is over. */
void watch_call(uint64_t limit_ns, void (*work)(void *arg, const atomic_bool *asked), void *arg,
                struct watched *out);
