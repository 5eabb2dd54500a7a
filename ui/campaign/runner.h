/* runner.h - does the runs of a plan that the database does not hold yet.
 *
 *     struct runner_settings settings = {
 *         .plan = plan, .results = results, .database = path, .jobs = 2, .repro = repro
 *     };
 *     struct runner_report report;
 *     runner_run(&settings, &report);
 *
 * Every worker thread has a world of its own and every run its own seed, so what is in the database
 * at the end depends neither on the number of threads nor on their order. A run that breaks the
 * simulator is a row like the others. The first Ctrl+C (or SIGTERM) lets the running work end and
 * be written, the second ends at once.
 */
#pragma once
#include "ui/campaign/plan.h"
#include "ui/campaign/results.h"

struct runner_settings {
    struct plan *plan;
    struct results *results;
    const char *database; /* Its path: claims lie beside it. */
    uint32_t jobs;
    /* Go on until P(stop) of every point is known to +- this. 0: plan->replicas are enough. */
    double until_ci;
    uint64_t budget_runs, budget_us; /* 0: none. */
    bool progress;                   /* A live line on stderr. */

    /* The line that does one run again, into RESULTS_REPRO_CHARS. From any thread. */
    void (*repro)(void *context, const struct plan_point *point, uint64_t seed, char *out);
    void *context;
};

enum runner_end {
    RUNNER_COMPLETE,
    RUNNER_INTERRUPTED, /* Ctrl+C. */
    RUNNER_BUDGET,      /* A budget ran out. */
    RUNNER_DIFFERENT,   /* The database was made by another simulator: fingerprints differ. */
    RUNNER_FAILED,      /* It cannot be written, or the host has no memory: error says which. */
};

struct runner_report {
    enum runner_end end;
    /* Done here; host_us by the clock on the wall. */
    uint64_t runs, crashed, simulated_ns, host_us;
    uint64_t there;   /* Done before, or by another process. */
    uint64_t missing; /* Still to be done. */
    uint32_t threads;
    char error[RESULTS_ERROR_CHARS];
    char first_crash[RESULTS_REPRO_CHARS]; /* The line that breaks the simulator again. */
};

void runner_run(const struct runner_settings *settings, struct runner_report *report);
