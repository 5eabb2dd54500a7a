/* sweeps.h - small sweeps for tests: made, run, and their databases as text. */
#pragma once
#include "ui/campaign/runner.h"

/* A path in the test's own folder, which is made on first use and removed by sweeps_clean. */
const char *sweeps_path(const char *name);
int sweeps_clean(void **state); /* As cmocka ends a group. */

/* Quick runs of the article's scenario at these rates ("${10,24}/s"), ten simulated seconds
 * each. */
struct plan *sweeps_plan(const char *rates, uint32_t replicas);

/* One sitting: opens (or makes) the database, runs, closes. */
struct sweeps_sitting {
    const char *rates;
    uint32_t replicas, jobs;
    uint64_t budget_runs;
    double until_ci;
};
enum runner_end sweeps_run(const char *database, const struct sweeps_sitting *sitting,
                           struct runner_report *report);

/* The same in a process of its own; wait for it with sweeps_end. */
int sweeps_start(const char *database, const struct sweeps_sitting *sitting);
int sweeps_end(int process); /* Exit code, or -signal. */

/* All tables but what belongs to the host: its name, the date, host_us. To be freed. */
char *sweeps_content(const char *database);

/* The rows of one statement, a line each, columns by |. To be freed. "(...)" when SQLite cannot. */
char *sweeps_ask(const char *database, const char *sql);
