/* split.h - the probability of a stop that plain runs would almost never see.
 *
 * Multilevel splitting with fixed effort. A stop is reached by way of levels: more and more writes
 * wait in the driver, the driver helps itself in another process, a process crashes, the machine
 * stops. Each stage starts its trajectories from states in which the stage before reached its level
 * (snapshots), with fresh randomness, and counts how many reach the next one before the run's time
 * is over. The product of the fractions estimates P(stop) without bias; independent repetitions
 * give its interval.
 *
 * Garvels, The splitting method in rare event simulation (2000), is the method; the levels are
 * ours.
 */
#pragma once
#include "model/scenario/scenario.h"
#include "ui/campaign/stats.h"

enum { SPLIT_LEVELS_MAX = 32, SPLIT_REPETITIONS_MAX = 256 };

struct split_setup {
    const struct scenario *scenario;
    uint64_t seed;
    uint32_t effort; /* Trajectories a stage. */
    uint32_t repetitions;
    uint32_t jobs; /* Host threads. */
    bool progress; /* On stderr. */
};

struct split_result {
    /* Over the run's whole time; low is cut at 0. Where nothing stopped, high is a rough bound. */
    struct stats_interval p_stop;
    uint32_t level_count;
    const char *level_name[SPLIT_LEVELS_MAX];
    /* Mean over repetitions of those that reached it from the level before. */
    double fraction[SPLIT_LEVELS_MAX];
    uint64_t records;  /* What it cost. */
    double plain_runs; /* Plain runs of the same cost. */
    double gain;       /* Variance of plain runs at this cost, over ours; 0: cannot be told. */
};

void split_estimate(const struct split_setup *setup, struct split_result *result);
