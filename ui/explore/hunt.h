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
 *
 * The search is made in parts (sim/explore/parts.h), by several threads if wanted. What it counts
 * and finds depends on how many schedules there are, and not on the threads. Its state can be kept
 * in a file, so that a search that was ended goes on, and joined with those of other shards.
 */
#pragma once
#include "sim/explore/explorer.h"
#include "ui/explore/finding.h"
#include "ui/run/run.h"

enum { HUNT_FINDINGS_MAX = 16, HUNT_NAME_CHARS = 64, HUNT_WHERE_CHARS = 4096 + 64 };
/* Whether NT's own dispatcher comes to a finding of free order, too. */
enum hunt_strict { HUNT_NOT_TRIED, HUNT_STRICT_FOUND, HUNT_STRICT_NOT_FOUND };
extern const char *const hunt_strict_words[]; /* "not tried", "yes", "not found". */

struct hunt_finding {
    struct finding finding;
    uint32_t stop;     /* Code of the stop; 0: none. */
    uint64_t count;    /* Schedules that ended so. */
    uint64_t first_at; /* Number of the first of them in the plan of the search; 0: the calm run. */
    uint64_t first_us; /* Processor time until then. */
    char surprises[RUN_SURPRISES_CHARS];
    bool repeats;  /* The surprises alone lead there: there is a capsule. */
    char *capsule; /* Text, the hunt's own; NULL: none, or found before the state was read. */
    char name[HUNT_NAME_CHARS]; /* For a file: "stop-0x000000e2-15". */
    enum hunt_strict strict;
};

struct hunt {
    const struct run_options *options;
    const struct scenario *scenario;
    uint64_t seed;
    enum strategy_name strategy;
    uint32_t depth;         /* Depth of pct, delays, rings and bounded; 0: 3. */
    uint64_t schedules;     /* At most; 0: no limit. */
    uint64_t time_ms;       /* Processor time of a thread at most; 0: no limit. */
    uint32_t jobs;          /* Threads; 0: one. */
    uint32_t shard, shards; /* Makes this part of the search only, from 1; shards 0: all of it. */
    const char *folder;     /* Where the state is kept; NULL: nowhere. It is made if needed. */
    bool resume;            /* Goes on from the state that is there, if there is one. */
    sim_time from, to;      /* Window; from 0: the first question; to 0: the end. */
    uint32_t kinds;         /* Bits of enum finding_kind that are findings; 0: all. */
    bool until_found;       /* Ends with the first finding. */
    bool only_count;        /* Makes no capsules, and does not try findings in NT's order. */
    void (*progress)(void *ctx, const struct hunt *hunt); /* NULL: nobody is told. */
    /* Told of each finding as soon as it was made, in the order of `findings`; NULL: nobody. */
    void (*found)(void *ctx, const struct hunt_finding *finding);
    void *ctx;

    /* The result. */
    char where[HUNT_WHERE_CHARS]; /* FILE:LINE:COLUMN of an error; "": it is the scenario's. */
    bool free_order, guests;
    bool kept;         /* There is a state in the folder. */
    bool resumed;      /* The search went on from it. */
    int keep_error;    /* The errno of a state that could not be written; 0: none. */
    uint64_t estimate; /* How many orders there are (dpor) or runs (rings); 0: unknown. */
    struct {
        uint64_t runs;
        uint32_t actors, questions; /* Most of a run. */
    } pct;                          /* What pct alone had. */
    struct finding calm;
    uint32_t calm_stop; /* Code of its stop; 0: none. */
    sim_time window_from;
    bool expected;   /* The calm run met what the scenario expects. */
    uint32_t actors; /* In the calm run. */
    uint32_t questions;
    struct explorer_counts counts;
    struct hunt_finding findings[HUNT_FINDINGS_MAX];
    uint32_t finding_count;
    uint64_t spent_us; /* Processor time of the schedules, of all threads. */
    bool interrupted;
};

/* False: error says what is wrong with the scenario, the strategy, the window or the state. */
bool hunt_go(struct hunt *hunt, char error[RUN_ERROR_CHARS]);
void hunt_free(struct hunt *hunt); /* What the hunt owns. */

/* The probability that the runs of pct have missed a finding of its depth in the window; 1: nothing
 * can be said. *of_one: the least probability with which one run shows it. */
double hunt_missed(const struct hunt *hunt, double *of_one);

/* Name of the file in which a search keeps its state. */
extern const char hunt_state_name[];

/* Joins the states of shards that were kept in these folders: fills the hunt in as hunt_go does,
 * and writes the state of all into hunt->folder, if that is not NULL. from[i] is the number of the
 * folder that has the first of findings[i]; missing: shards that are in no folder, as bits from
 * bit 1. False: error says what is wrong, at hunt->where. */
struct hunt_joined {
    uint32_t shards;
    uint64_t missing;
    uint32_t from[HUNT_FINDINGS_MAX];
};
bool hunt_merge(struct hunt *hunt, const char *const *folders, uint32_t count,
                struct hunt_joined *joined, char error[RUN_ERROR_CHARS]);
