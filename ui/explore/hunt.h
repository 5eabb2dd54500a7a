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

enum { HUNT_FINDINGS_MAX = 16 };
struct hunt_finding {
    struct finding finding;
    uint64_t count;    /* Schedules that ended so. */
    uint64_t first_at; /* Number of the first of them, from 1; 0: the calm run. */
    uint64_t first_us; /* Processor time until then. */
    uint64_t fingerprint, order_free;
    char surprises[RUN_SURPRISES_CHARS];
};

struct hunt {
    const struct run_options *options;
    const struct scenario *scenario;
    uint64_t seed;
    enum strategy_name strategy;
    uint32_t depth;               /* Of pct, delays and rings; 0: 3. */
    uint64_t schedules;           /* At most; 0: no limit. */
    uint64_t time_ms;             /* Of processor time; 0: no limit. */
    sim_time from, to;            /* Window; from 0: the first question; to 0: the end. */
    uint32_t kinds;               /* Bits of enum finding_kind that are findings; 0: all. */
    bool until_found;             /* Ends with the first finding. */
    void (*progress)(void *ctx, const struct hunt *hunt); /* NULL: nobody is told. */
    void *ctx;

    /* The result. */
    struct finding calm;
    sim_time window_from;
    struct explorer_counts counts;
    struct hunt_finding findings[HUNT_FINDINGS_MAX];
    uint32_t finding_count;
    uint64_t spent_us; /* Processor time of the schedules. */
    bool interrupted;
};

/* False: error says what is wrong with the scenario or the window. */
bool hunt_go(struct hunt *hunt, char error[RUN_ERROR_CHARS]);
