/* when.c - see when.h.
 *
 * Futures of one number have the same seed at every instant, so that differences between instants
 * are not chance. An instant is a boundary between two entries of the agenda: no code is half-way
 * there, and the world can be put back. That a future escapes at a later instant means that one
 * escapes at every earlier one; so the last such instant is looked for by halving.
 */
#include "ui/explore/when.h"
#include "ui/explore/when_decision.h"
#include "sim/rng.h"
#include "sim/snapshot.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const when_words[] = { "load and schedule", "load", "schedule" };

enum {
    FUTURES_NEAR = 40, /* Futures of an instant of the table. */
    FUTURES_LEAST = 8,
    FUTURES_HALVING = 24, /* Futures of an instant where the limit is looked for. */
    HALVINGS_MAX = 24,
    HORIZON_S = 2,  /* Futures run so long beyond the finding. */
    DECISION_S = 2, /* Questions are tried that were asked so long before no_return. */
    COST_S = 120,   /* Simulated seconds of futures at an instant of the table, about. */
};

struct asking {
    struct when *when;
    struct world *world;
    struct snapshot *start; /* After the boot. */
    struct snapshot *base;  /* A later instant, from which to go on; NULL: none. */
    sim_time base_at, horizon;
};

/* ---- A future -------------------------------------------------------------------------------- */

bool when_is_over(const struct when *when)
{
    return when->options->signal != NULL && atomic_load(when->options->signal);
}

/* Runs one future from a snapshot. True: it ends in the same finding. */
static bool future(struct asking *a, const struct snapshot *from, uint32_t number)
{
    struct when *when = a->when;
    uint64_t seed = rng_draw(when->seed, number);
    struct finding finding;

    world_restore(a->world, from);
    if (when->vary != WHEN_SCHEDULE)
        world_reseed(a->world, seed);
    if (when->vary != WHEN_LOAD)
        world_reschedule(a->world, seed);
    run_watched(a->world, a->horizon);
    finding_in(a->world, when->scenario, &finding);
    when->futures++;
    return finding_same(&finding, &when->finding);
}

/* ---- An instant ------------------------------------------------------------------------------ */

/* Puts the world to the first boundary at or after a time. */
static struct snapshot *go_to(struct asking *a, sim_time at, struct when_point *point)
{
    struct sim *sim = world_sim(a->world);
    struct snapshot *snapshot;

    world_restore(a->world, a->base != NULL && a->base_at <= at ? a->base : a->start);
    if (at > sim->now)
        run_watched(a->world, at);
    *point = (struct when_point){ .at = sim->now, .record = sim->trace.count };
    snapshot = world_snapshot(a->world);
    CHECK(snapshot != NULL);
    return snapshot;
}

/* From now on the world is put to later instants from this one. */
static void go_on_from(struct asking *a, struct snapshot *snapshot, sim_time at)
{
    if (a->base != NULL)
        snapshot_free(a->base);
    a->base = snapshot;
    a->base_at = at;
}

static void ask_futures(struct asking *a, const struct snapshot *from, uint32_t futures,
                        struct when_point *point, bool until_escape)
{
    for (; point->futures < futures && !when_is_over(a->when); point->futures++) {
        bool found = future(a, from, point->futures);

        point->found += found;
        if (!found && until_escape) {
            point->futures++;
            break;
        }
    }
    point->share = stats_wilson(point->found, point->futures);
}

static bool escapes(const struct when_point *point) { return point->found < point->futures; }

static void tell(const struct asking *a, double share)
{
    if (a->when->progress != NULL)
        a->when->progress(a->when->ctx, share, a->when->futures);
}

/* ---- The table ------------------------------------------------------------------------------- */

/* Instants before the finding, in microseconds, the farthest first; the last ones for runs that
 * find what they find within a fraction of a second. */
static const uint32_t before_us[] = { 120000000, 60000000, 30000000, 15000000, 8000000, 6000000,
                                      5000000,   4800000,  4600000,  4400000,  4000000, 3000000,
                                      2000000,   1000000,  500000,   200000,   100000,  50000,
                                      20000,     10000,    1000,     500,      200,     100,
                                      50,        20,       10,       5,        2,       1 };
enum { INSTANTS_LATE = 21, EARLY_MS = 200 };

static void fill_table(struct asking *a)
{
    struct when *when = a->when;

    size_t count = when->finding.at < MS(EARLY_MS) ? ARRAY_LEN(before_us) : INSTANTS_LATE;

    for (size_t i = 0; i < count && !when_is_over(when); i++) {
        sim_time before = US((uint64_t)before_us[i]), length;
        struct when_point *point = &when->points[when->point_count];
        struct snapshot *snapshot;
        uint32_t futures;

        if (before > when->finding.at)
            continue;
        snapshot = go_to(a, when->finding.at - before, point);
        length = a->horizon - point->at;
        futures = (uint32_t)(SEC(COST_S) / MAX_OF(length, MS(1)));
        futures = MAX_OF(MIN_OF(futures, (uint32_t)FUTURES_NEAR), (uint32_t)FUTURES_LEAST);
        ask_futures(a, snapshot, futures, point, false);
        go_on_from(a, snapshot, point->at);
        when->point_count++;
        tell(a, 0.5 * (double)(i + 1) / (double)count);
    }
}

/* ---- No way back ----------------------------------------------------------------------------- */

/* The number of the first instant of the table from which on none escapes. */
static uint32_t first_without_escape(const struct when *when)
{
    uint32_t first = when->point_count;

    while (first > 0 && !escapes(&when->points[first - 1]))
        first--;
    return first;
}

/* Halves the time between an instant from which a future escapes and one from which none does,
 * until they are one boundary apart. */
static void halve(struct asking *a, sim_time low, struct when_point *none)
{
    struct when *when = a->when;

    for (int i = 0; i < HALVINGS_MAX && none->at > low + 1 && !when_is_over(when); i++) {
        struct when_point middle;
        struct snapshot *snapshot = go_to(a, low + (none->at - low) / 2, &middle);

        if (middle.at >= none->at) { /* No boundary lies between. */
            snapshot_free(snapshot);
            low = low + (none->at - low) / 2;
            continue;
        }
        ask_futures(a, snapshot, FUTURES_HALVING, &middle, true);
        if (escapes(&middle)) {
            low = middle.at;
            when->escapes = middle;
            go_on_from(a, snapshot, middle.at);
        } else {
            *none = middle;
            snapshot_free(snapshot);
        }
        tell(a, 0.5 + 0.4 * (i + 1) / HALVINGS_MAX);
    }
}

/* Finds the instant, and asks there again with many futures: one that escapes moves the limit. */
static void find_no_return(struct asking *a)
{
    struct when *when = a->when;
    uint32_t first = first_without_escape(when);
    struct when_point none, low;
    struct snapshot *snapshot;

    if (first == when->point_count)
        return;
    none = when->points[first];
    if (first > 0) {
        when->escapes = when->points[first - 1];
        snapshot = go_to(a, when->escapes.at, &low);
        go_on_from(a, snapshot, low.at);
        halve(a, when->escapes.at, &none);
    }
    for (int tries = 0; tries < 3 && !when_is_over(when); tries++) {
        snapshot = go_to(a, none.at, &none);
        ask_futures(a, snapshot, WHEN_LAST_FUTURES, &none, true);
        snapshot_free(snapshot);
        if (!escapes(&none)) {
            when->no_return = none;
            when->bound = 1 - pow(0.05, 1.0 / none.futures);
            return;
        }
        when->escapes = none;
        while (first < when->point_count && when->points[first].at <= none.at)
            first++;
        if (first == when->point_count)
            return;
        none = when->points[first];
        halve(a, when->escapes.at, &none);
    }
}

/* Keeps the answers of the run, which is over. */
static void keep_answers(struct when *when, const struct choices *choices)
{
    choices_init(&when->given, choices->site_count, 0);
    if (choices->strategy == CHOICE_LISTED)
        choices_force(&when->given, choices->listed, choices->listed_count);
    else
        choices_force(&when->given, choices->taken, choices->taken_count);
}

static void find_decision(struct asking *a)
{
    struct when *when = a->when;
    struct when_point point;
    struct snapshot *snapshot;

    if (when->no_return.futures == 0 || when->vary == WHEN_LOAD || when_is_over(when))
        return;
    snapshot = go_to(
        a, when->no_return.at > SEC(DECISION_S) ? when->no_return.at - SEC(DECISION_S) : 0, &point);
    when_decide(when, a->world, snapshot, when->no_return.at, a->horizon);
    snapshot_free(snapshot);
    tell(a, 1);
}

bool when_ask(struct when *when, char error[RUN_ERROR_CHARS])
{
    struct asking a = { .when = when, .world = world_new(when->scenario, when->seed) };

    CHECK(a.world != NULL);
    world_heed(a.world, when->options->signal, NULL);
    a.start = world_snapshot(a.world);
    CHECK(a.start != NULL);
    run_watched(a.world, SIM_NEVER);
    finding_in(a.world, when->scenario, &when->finding);
    when->finding_record = world_sim(a.world)->trace.count;
    keep_answers(when, &world_sim(a.world)->choices);
    a.horizon = when->finding.at + SEC(HORIZON_S);
    if (when->finding.kind == FINDING_NONE || when->finding.kind == FINDING_EXPECTATION) {
        snprintf(error, RUN_ERROR_CHARS,
                 "this run finds nothing (expected one that stops, crashes, hangs or breaks a "
                 "rule)");
    } else {
        fill_table(&a);
        find_no_return(&a);
        find_decision(&a);
        if (when->point_count == 0)
            snprintf(error, RUN_ERROR_CHARS,
                     "%s within a microsecond of the start (expected a finding with an instant "
                     "before it)",
                     when->finding.cause);
    }
    when->interrupted = when_is_over(when);
    if (when->interrupted)
        snprintf(error, RUN_ERROR_CHARS, "interrupted");
    snapshot_free(a.start);
    if (a.base != NULL)
        snapshot_free(a.base);
    if (world_sim(a.world)->end != SIM_BROKEN)
        world_free(a.world);
    return when->point_count > 0 && !when->interrupted;
}
