/* runner.h - makes the runs of a plan that are missing in the database.
 *
 *     struct runner_settings settings = {
 *         .plan = plan, .results = results, .database = path, .jobs = 2, .repro = repro
 *     };
 *     struct runner_report report;
 *     runner_run(&settings, &report);
 *
 * Every worker thread has its own world and every run its own seed, so the database's contents
 * depend neither on the number of threads nor on their order. A run that crashes the simulator, or
 * that a guest hangs or destroys, becomes a row, too. After the first Ctrl+C (SIGTERM, SIGHUP) the
 * running work is completed and written; a second one ends the program at once.
 */
#pragma once
#include "ui/campaign/plan.h"
#include "ui/campaign/results.h"

struct runner_settings {
    struct plan *plan;
    struct results *results;
    const char *database; /* Path of the database; the file of claims is beside it. */
    uint32_t jobs;
    /* Half width of the interval of P(stop) that every point must reach; 0: make plan->replicas
     * runs. */
    double until_ci;
    uint64_t budget_runs, budget_us; /* Limits of runs and of host time; 0: none. */
    uint64_t timeout_ns;             /* Limit of one run's wall-clock time; 0: none. */
    bool progress;                   /* Show progress on stderr. */

    /* Writes the command line that repeats one run, at most RESULTS_REPRO_CHARS. Called from any
     * thread. */
    void (*repro)(void *context, const struct plan_point *point, uint64_t seed, char *out);
    void *context;
};

enum runner_end {
    RUNNER_COMPLETE,
    RUNNER_INTERRUPTED, /* Ctrl+C, SIGTERM or SIGHUP. */
    RUNNER_BUDGET,      /* A budget was used up, or the time of some run. */
    RUNNER_DIFFERENT,   /* The database was made by another simulator: fingerprints differ. */
    /* The database cannot be written, or the host has no memory; error says which. */
    RUNNER_FAILED,
};

struct runner_report {
    enum runner_end end;
    /* Runs of this process; host_us is wall-clock time. */
    uint64_t runs, crashed, simulated_ns, host_us;
    uint64_t there;   /* Runs that were in the database before, or were made by another process. */
    uint64_t missing; /* Runs that are still missing. */
    uint32_t threads;
    char error[RESULTS_ERROR_CHARS];
    /* Command line that crashes the simulator again; empty: none. */
    char first_crash[RESULTS_REPRO_CHARS];
    uint64_t hung;                        /* Runs that the limit of one run's time ended. */
    char first_hung[RESULTS_REPRO_CHARS]; /* Command line of the first of them. */
};

void runner_run(const struct runner_settings *settings, struct runner_report *report);
