/* sums.h - what happened between the cursors A and B, added up: processor time by process and
 * thread, waits by reason, IRPs by length, locks by waiting time.
 *
 * Added up from the exact spans of the segments in the range, once for each range. A range of more
 * than SUMS_SEGMENTS segments is refused: its details would not fit into memory together.
 */
#pragma once
#include "ui/recording/recording.h"

enum { SUMS_SEGMENTS = 8, SUMS_ROWS = 8 };

struct sum {
    uint32_t key; /* A lane; a wait reason; a major function. */
    uint32_t count;
    sim_time time, longest;
};

struct sums_table { /* The longest times first; what is behind the last row is only counted. */
    struct sum rows[SUMS_ROWS];
    uint32_t count, others;
    sim_time whole; /* Processor time of all. */
};

struct sums {
    const struct recording *run; /* Made for this range. */
    uint64_t from, to;
    bool ready, too_long;
    sim_time length;
    struct sums_table processes, threads, reasons, irps, locks;
};

/* Adds up, unless it is done already; ready says whether all details were there. Under the lock. */
void sums_make(struct sums *sums, struct recording *run, uint64_t a, uint64_t b);
