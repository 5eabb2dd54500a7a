/* split.h - estimates the probability of a stop that plain runs would almost never show.
 *
 * Multilevel splitting with fixed effort. The way to a stop has levels: more and more writes wait
 * in the driver, the driver takes pages in another process, a process crashes, the machine stops.
 * Each stage starts its trajectories from snapshots of states that reached the level before, with
 * fresh randomness, and counts how many reach the next level before the run's time is over. The
 * product of the fractions estimates P(stop) without bias; independent repetitions give its
 * interval.
 *
 * Method: Garvels, The splitting method in rare event simulation (2000). The levels are our choice.
 */
#pragma once
#include <stdatomic.h>
#include "model/scenario/scenario.h"
#include "ui/campaign/stats.h"

enum { SPLIT_LEVELS_MAX = 32, SPLIT_REPETITIONS_MAX = 256 };

struct split_setup {
    const struct scenario *scenario;
    uint64_t seed;
    uint32_t effort; /* Trajectories in each stage. */
    uint32_t repetitions;
    uint32_t jobs;             /* Host threads. */
    bool progress;             /* Show progress on stderr. */
    const atomic_bool *signal; /* Becomes true to end the estimate at once; NULL: never. */
};

struct split_result {
    /* Estimate for the run's whole time; low is cut at 0. If no trajectory stopped, high is a rough
     * bound. */
    struct stats_interval p_stop;
    uint32_t level_count;
    const char *level_name[SPLIT_LEVELS_MAX];
    /* Fraction of trajectories that reached each level from the one before; mean over
     * repetitions. */
    double fraction[SPLIT_LEVELS_MAX];
    uint64_t records;  /* Cost of the estimate, in records. */
    double plain_runs; /* Number of plain runs of the same cost. */
    /* Variance of plain runs at this cost, divided by that of the estimate; 0: unknown. */
    double gain;
};

/* False: the signal ended it, and there is no estimate. */
bool split_estimate(const struct split_setup *setup, struct split_result *result);
