/* split.h - estimates the probability of a stop that plain runs would almost never show.
 *
 * Multilevel splitting with fixed effort. The way to a stop has levels, which the scenario gives:
 * gauges that reach a value. A scenario without [rare] gets levels of novelty: some gauge goes
 * beyond all that a few plain runs came to, then further. Behind them, in any machine, come a write
 * into another process, a process' crash, the stop. Each stage starts its trajectories from
 * snapshots of states that reached the level before, with fresh randomness, and counts how many
 * reach the next level before the run's time is over. The product of the fractions estimates
 * P(stop) without bias; independent repetitions give its interval.
 *
 * What is redrawn is what the scenario itself draws: load, disk times, interrupts at the points of
 * guests, and its [choices].
 *
 * Method: Garvels, The splitting method in rare event simulation (2000). The levels are our choice;
 * they decide how good the estimate is, not what it estimates.
 */
#pragma once
#include <stdatomic.h>
#include "model/scenario/scenario.h"
#include "ui/campaign/stats.h"

enum { SPLIT_LEVELS_MAX = 32, SPLIT_NAME = 80, SPLIT_REPETITIONS_MAX = 256 };

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
    char level_name[SPLIT_LEVELS_MAX][SPLIT_NAME];
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
