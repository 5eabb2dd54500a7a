/* sweeps.h - small sweeps for tests: making and running them, and their databases as text. */
#pragma once
#include "ui/campaign/runner.h"

/* A path in the test's own folder, which is made on first use and removed by sweeps_clean. */
const char *sweeps_path(const char *name);
int sweeps_clean(void **state); /* A teardown function of cmocka's. */

/* A plan of quick runs of the article's scenario at these rates ("${10,24}/s"), ten simulated
 * seconds each. */
struct plan *sweeps_plan(const char *rates, uint32_t replicas);

/* One call of a sweep: opens (or makes) the database, runs, closes. */
struct sweeps_sitting {
    const char *rates;
    uint32_t replicas, jobs;
    uint64_t budget_runs;
    double until_ci;
    uint32_t shard, shards; /* 0: all runs. */
};
enum runner_end sweeps_run(const char *database, const struct sweeps_sitting *sitting,
                           struct runner_report *report);

/* Runs a sweep in a child process; wait for it with sweeps_end. */
int sweeps_start(const char *database, const struct sweeps_sitting *sitting);
int sweeps_end(int process); /* Returns the exit code, or minus the signal. */

/* The contents of all tables, without the host's name, dates and host_us. Free it with free. */
char *sweeps_content(const char *database);

/* The rows of one statement, one on each line, columns separated by |. Free it with free. "(...)":
 * SQLite's error. */
char *sweeps_ask(const char *database, const char *sql);
