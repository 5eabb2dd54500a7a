/* hunt.h - tries many orders of one scenario, and keeps what it finds.
 *
 *     struct hunt hunt = { .options = &options, .scenario = scenario, .seed = 1,
 *                          .strategy = STRATEGY_dpor, .schedules = 10000 };
 *     if (hunt_go(&hunt, error)) ... hunt.findings, hunt.counts
 *
 * The run is made once without surprises; then its stretch from the first question on (or from a
 * given time) is put back and run again and again, each time in another order (sim/explore). In
 * free order (model/kernel/ke_orders.h) a question is any point of a guest's thread; else it is
 * what NT's own dispatcher leaves open. Findings of one kind and cause are one, with a count.
 */
#pragma once
#include "sim/explore/explorer.h"
#include "ui/explore/finding.h"
#include "ui/run/run.h"

enum { HUNT_FINDINGS_MAX = 16, HUNT_NAME_CHARS = 64 };
/* Whether NT's own dispatcher comes to a finding of free order, too. */
enum hunt_strict { HUNT_NOT_TRIED, HUNT_STRICT_FOUND, HUNT_STRICT_NOT_FOUND };
extern const char *const hunt_strict_words[]; /* "not tried", "yes", "not found". */

struct hunt_finding {
    struct finding finding;
    uint32_t stop;     /* Code of the stop; 0: none. */
    uint64_t count;    /* Schedules that ended so. */
    uint64_t first_at; /* Number of the first of them, from 1; 0: the calm run. */
    uint64_t first_us; /* Processor time until then. */
    char surprises[RUN_SURPRISES_CHARS];
    char *capsule;              /* Text, the hunt's own; NULL: the run did not repeat. */
    char name[HUNT_NAME_CHARS]; /* For a file: "stop-0x000000e2-15". */
    enum hunt_strict strict;
};

struct hunt {
    const struct run_options *options;
    const struct scenario *scenario;
    uint64_t seed;
    enum strategy_name strategy;
    uint32_t depth;     /* Depth of pct, delays and rings; 0: 3. */
    uint64_t schedules; /* At most; 0: no limit. */
    uint64_t time_ms;   /* Processor time at most; 0: no limit. */
    sim_time from, to;  /* Window; from 0: the first question; to 0: the end. */
    uint32_t kinds;     /* Bits of enum finding_kind that are findings; 0: all. */
    bool until_found;   /* Ends with the first finding. */
    bool only_count;    /* Makes no capsules, and does not try findings in NT's order. */
    void (*progress)(void *ctx, const struct hunt *hunt); /* NULL: nobody is told. */
    /* Told of each finding as soon as it was made, in the order of `findings`; NULL: nobody. */
    void (*found)(void *ctx, const struct hunt_finding *finding);
    void *ctx;

    /* The result. */
    struct finding calm;
    uint32_t calm_stop; /* Code of its stop; 0: none. */
    sim_time window_from;
    bool expected;   /* The calm run met what the scenario expects. */
    uint32_t actors; /* In the calm run. */
    uint32_t questions;
    struct explorer_counts counts;
    struct hunt_finding findings[HUNT_FINDINGS_MAX];
    uint32_t finding_count;
    uint64_t spent_us; /* Processor time of the schedules. */
    bool interrupted;
};

/* False: error says what is wrong with the scenario, the strategy or the window. */
bool hunt_go(struct hunt *hunt, char error[RUN_ERROR_CHARS]);
void hunt_free(struct hunt *hunt); /* What the hunt owns. */

/* The sites whose questions without actors are open in a hunt, as bits: the order of threads in
 * NT's own order. Failures of the pool and of disks, and what a disk takes, stay as they are. */
uint32_t hunt_sites(const struct hunt *hunt);

/* The probability that the runs of pct have missed a finding of its depth in the window; 1: nothing
 * can be said. *of_one: the least probability with which one run shows it. */
double hunt_missed(const struct hunt *hunt, double *of_one);
