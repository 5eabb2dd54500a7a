/* when.h - from when on a finding cannot be escaped any more.
 *
 * At instants of a run, the world is put back and given other futures: arrivals, sizes and disk
 * times drawn anew, or the schedule, or both. The share of futures that end in the same finding is
 * the chance of it as things stand at that instant. Between the last instant at which a future
 * escapes and the first at which none does, the record is looked for from which on none does. And
 * among the questions before it, the last is looked for whose other answer escapes.
 *
 *     struct when when = { .scenario = scenario, .seed = 2, .vary = WHEN_BOTH };
 *     if (when_ask(&when, error)) ... when.points, when.no_return
 */
#pragma once
#include "ui/campaign/stats.h"
#include "ui/explore/finding.h"
#include "ui/run/anchors.h"

enum when_vary { WHEN_BOTH, WHEN_LOAD, WHEN_SCHEDULE };
extern const char *const when_words[]; /* "load and schedule", "load", "schedule". */

enum { WHEN_POINTS_MAX = 32, WHEN_LAST_FUTURES = 300 };
struct when_point {
    sim_time at;
    uint64_t record; /* Number of the next record. */
    uint32_t futures, found;
    struct stats_interval share; /* Wilson's interval of found / futures. */
};

/* A question of the run, and an answer that does not lead to the finding. */
struct when_decision {
    bool found;
    sim_time at;
    uint64_t record;
    struct surprise given, other; /* The answers: pick 0 is the calm one. */
    char anchor[ANCHORS_CHARS];   /* Name of the other answer, with who was asked; "": unknown. */
};

struct when {
    const struct run_options *options;
    const struct scenario *scenario;
    uint64_t seed;
    enum when_vary vary;
    void (*progress)(void *ctx, double share, uint32_t futures); /* NULL: nobody is told. */
    void *ctx;

    /* The result. */
    struct finding finding;
    uint64_t finding_record;
    struct when_point points[WHEN_POINTS_MAX]; /* By time. */
    uint32_t point_count;
    /* The first instant found from which no future escapes, with its futures; futures 0: at every
     * instant some future escapes. escapes: the last instant found from which one does. */
    struct when_point no_return, escapes;
    struct choices given; /* The run's surprises, as a list. */
    struct when_decision decision;
    uint32_t questions, trials; /* Questions before no_return that were tried, and runs for that. */
    double bound;               /* Most likely share of futures that escape from there, at 95 %. */
    uint32_t futures;
    bool interrupted;
};

/* Makes the run's surprises the list of `choices`, but for one question, which is answered
 * otherwise. */
void when_answer(const struct when *when, struct surprise other, struct choices *choices);

/* True if the signal has ended it. */
bool when_is_over(const struct when *when);

/* False: the run finds nothing, or was interrupted; error says so. */
bool when_ask(struct when *when, char error[RUN_ERROR_CHARS]);
