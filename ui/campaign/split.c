/* split.c - see split.h. */
#include "ui/campaign/split.h"

#include "model/look/inspect.h"
#include "model/words/records.h"
#include "model/world/world.h"
#include "sim/rng.h"
#include "ui/campaign/pool.h"
#include "ui/host/progress.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLICES = 2000, SLICE_US = 4000, PILOTS = 6 };

/* A level: what has to be seen for it. */
struct level {
    char name[SPLIT_NAME];
    enum { BY_GAUGE, BY_NOVELTY, BY_WRITE, BY_CRASH, BY_STOP } kind;
    uint32_t gauge;
    uint64_t least;
    uint32_t percent; /* BY_NOVELTY: of the most that plain runs came to. */
};

struct ladder {
    struct level levels[SPLIT_LEVELS_MAX];
    uint32_t count;
    uint64_t most[GAUGE_COUNT]; /* The most in plain runs. */
    sim_time slice;             /* Gauges are read that often. */
};

/* What was learnt so far. Saved and restored together with the world. */
struct tracker {
    uint32_t reached; /* Number of levels reached. */
    bool wrote, crashed, stopped;
};

struct state {
    struct snapshot *snapshot;
    struct tracker tracker;
};

struct walker { /* The world of one repetition. */
    struct world *world;
    const struct ladder *ladder;
    struct tracker tracker;
    void (*story)(const struct record *record, uint64_t number, void *context);
    void *story_context;
    uint64_t records;
    uint64_t seed, draws;
};

/* ---- Levels ---------------------------------------------------------------------------------- */

static bool only_grows(uint32_t gauge)
{
    return gauge >= GAUGE_ARRIVED_TOTAL; /* Rows behind it, all totals. */
}

static bool is_novel(const struct ladder *ladder, const struct level *level,
                     const struct inspect_gauges *now)
{
    for (uint32_t i = 0; i < GAUGE_COUNT; i++)
        if (!only_grows(i) && now->value[i] > ladder->most[i] * level->percent / 100)
            return true;
    return false;
}

/* True if a level is reached; whoever is beyond it has reached it, too. */
static bool is_reached(const struct walker *walker, const struct level *level,
                       const struct inspect_gauges *now)
{
    const struct tracker *t = &walker->tracker;
    bool crashed = t->crashed || t->stopped, wrote = t->wrote || crashed;

    switch (level->kind) {
    case BY_GAUGE:
        return wrote || now->value[level->gauge] >= level->least;
    case BY_NOVELTY:
        return wrote || is_novel(walker->ladder, level, now);
    case BY_WRITE:
        return wrote;
    case BY_CRASH:
        return crashed;
    default:
        return t->stopped;
    }
}

static void look(const struct record *r, uint64_t number, void *context)
{
    struct walker *walker = context;
    struct tracker *t = &walker->tracker;

    t->wrote = t->wrote || r->kind == REC_FOREIGN_WRITE;
    t->crashed = t->crashed || r->kind == REC_EXCEPTION;
    t->stopped = t->stopped || r->kind == REC_STOP;
    if (walker->story != NULL)
        walker->story(r, number, walker->story_context);
}

/* Looks, between two slices, which levels are reached. */
static void climb(struct walker *walker)
{
    const struct ladder *ladder = walker->ladder;
    struct inspect_gauges now;

    inspect_gauges(walker->world, &now);
    while (walker->tracker.reached < ladder->count &&
           is_reached(walker, &ladder->levels[walker->tracker.reached], &now))
        walker->tracker.reached++;
}

static struct level *add_level(struct ladder *ladder)
{
    CHECK(ladder->count < SPLIT_LEVELS_MAX);
    return &ladder->levels[ladder->count++];
}

/* The most of each gauge in plain runs. */
static void run_pilots(const struct split_setup *setup, struct ladder *ladder)
{
    for (uint32_t pilot = 0; pilot < PILOTS; pilot++) {
        struct world *world = world_new(setup->scenario, rng_draw(setup->seed, pilot));
        struct inspect_gauges now;

        CHECK(world != NULL);
        world_heed(world, setup->signal, NULL);
        do {
            inspect_gauges(world, &now);
            for (uint32_t i = 0; i < GAUGE_COUNT; i++)
                ladder->most[i] = MAX_OF(ladder->most[i], now.value[i]);
        } while (world_run(world, world_sim(world)->now + ladder->slice) == SIM_GOING);
        world_free(world);
    }
}

static void add_novelty(const struct split_setup *setup, struct ladder *ladder)
{
    static const uint32_t percents[] = { 100, 125, 150, 200, 300 };

    run_pilots(setup, ladder);
    for (size_t i = 0; i < ARRAY_LEN(percents); i++) {
        struct level *level = add_level(ladder);

        *level = (struct level){ .kind = BY_NOVELTY, .percent = percents[i] };
        snprintf(level->name, sizeof level->name,
                 i == 0 ? "a gauge beyond all of %d plain runs" : "a gauge beyond %d %% of it",
                 i == 0 ? PILOTS : (int)percents[i]);
    }
}

static void add_gauges(const struct scenario *scenario, struct ladder *ladder)
{
    for (uint32_t i = 0; i < scenario->level_count; i++) {
        const struct scenario_level *given = &scenario->levels[i];
        const char *unit = inspect_gauge_units[given->gauge];
        struct level *level = add_level(ladder);

        *level = (struct level){ .kind = BY_GAUGE, .gauge = given->gauge, .least = given->least };
        snprintf(level->name, sizeof level->name, "%s: %" PRIu64 "%s%s",
                 inspect_gauge_names[given->gauge], given->least, unit[0] != 0 ? " " : "", unit);
    }
}

static void build_ladder(const struct split_setup *setup, struct ladder *ladder)
{
    static const struct level last[] = {
        { .name = "a write into another process", .kind = BY_WRITE },
        { .name = "a process crash", .kind = BY_CRASH },
        { .name = "the stop", .kind = BY_STOP },
    };

    *ladder = (struct ladder){ .slice = setup->scenario->set.duration / SLICES };
    ladder->slice = MAX_OF(MIN_OF(ladder->slice, US(SLICE_US)), US(1));
    if (setup->scenario->level_count > 0)
        add_gauges(setup->scenario, ladder);
    else
        add_novelty(setup, ladder);
    for (size_t i = 0; i < ARRAY_LEN(last); i++)
        *add_level(ladder) = last[i];
}

/* ---- Trajectories ---------------------------------------------------------------------------- */

static void watch(struct walker *walker)
{
    struct trace *trace = &world_sim(walker->world)->trace;

    if (walker->story == NULL) {
        walker->story = trace->watch;
        walker->story_context = trace->watch_ctx;
    }
    trace->watch = look;
    trace->watch_ctx = walker;
}

/* Runs until the level is reached (true) or the run is over (false). */
static bool walk(struct walker *walker, uint32_t level)
{
    struct sim *sim = world_sim(walker->world);
    uint64_t before = sim->trace.count;

    for (bool more = true; more && walker->tracker.reached <= level; climb(walker))
        more = world_run(walker->world, sim->now + walker->ladder->slice) == SIM_GOING;
    walker->records += sim->trace.count - before;
    return walker->tracker.reached > level;
}

static struct state keep(struct walker *walker)
{
    struct state state = { world_snapshot(walker->world), walker->tracker };

    CHECK(state.snapshot != NULL);
    return state;
}

static void go_back(struct walker *walker, const struct state *state)
{
    world_restore(walker->world, state->snapshot);
    walker->tracker = state->tracker;
    watch(walker);
    world_redraw(walker->world, walker->seed + ++walker->draws);
}

static uint64_t draw(struct walker *walker) { return rng_draw(walker->seed, walker->draws++); }

struct sum { /* What all repetitions add up to. */
    const struct split_setup *setup;
    struct ladder ladder;
    double p[SPLIT_REPETITIONS_MAX], fraction[SPLIT_LEVELS_MAX];
    uint64_t records;
    pthread_mutex_t lock; /* Guards what follows. */
    struct progress progress;
    uint32_t trajectories; /* The sum over all repetitions. */
};

/* Counts trajectories, and shows now and then how many are done. */
static void tell_trajectories(struct sum *sum, uint32_t count)
{
    const struct split_setup *setup = sum->setup;
    uint32_t all = setup->repetitions * sum->ladder.count * setup->effort;

    pthread_mutex_lock(&sum->lock);
    sum->trajectories += count;
    if (progress_due(&sum->progress))
        progress_show(&sum->progress, (double)sum->trajectories / all,
                      "%u of at most %u trajectories, %u repetitions", sum->trajectories, all,
                      setup->repetitions);
    pthread_mutex_unlock(&sum->lock);
}

/* Runs one stage: `effort` trajectories from randomly picked states. The states that reach the
 * level are kept for the next stage. */
static uint32_t stage(struct sum *sum, struct walker *walker, uint32_t level,
                      const struct state *from, uint32_t from_count, struct state *to)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < sum->setup->effort; i++) {
        go_back(walker, &from[draw(walker) % from_count]);
        if (walk(walker, level))
            to[count++] = keep(walker);
        tell_trajectories(sum, 1);
    }
    return count;
}

static bool is_over(const struct split_setup *setup)
{
    return setup->signal != NULL && atomic_load(setup->signal);
}

static void forget(struct state *states, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        snapshot_free(states[i].snapshot);
}

/* ---- Repetitions ----------------------------------------------------------------------------- */

struct repetition {
    double p, fraction[SPLIT_LEVELS_MAX];
    uint64_t records;
};

static void *one_repetition(struct sum *sum, uint32_t index)
{
    const struct split_setup *setup = sum->setup;
    struct repetition *done = calloc(1, sizeof *done);
    struct walker walker = { .ladder = &sum->ladder,
                             .seed = setup->seed * 1000003 + (uint64_t)index * 7919 + 1 };
    struct state *states[2] = { calloc(setup->effort + 1, sizeof *states[0]),
                                calloc(setup->effort + 1, sizeof *states[1]) };
    uint32_t count = 1, current = 0, levels_done = 0;

    CHECK(done != NULL && states[0] != NULL && states[1] != NULL);
    walker.world = world_new(setup->scenario, draw(&walker));
    CHECK(walker.world != NULL);
    world_heed(walker.world, setup->signal, NULL);
    watch(&walker);
    states[0][0] = keep(&walker);
    done->p = 1;
    for (uint32_t level = 0; level < sum->ladder.count && count > 0 && !is_over(setup); level++) {
        uint32_t reached = stage(sum, &walker, level, states[current], count, states[!current]);

        forget(states[current], count);
        current = !current;
        count = reached;
        done->fraction[level] = (double)reached / setup->effort;
        done->p *= done->fraction[level];
        levels_done++;
    }
    forget(states[current], count);
    tell_trajectories(sum, (sum->ladder.count - levels_done) * setup->effort);
    if (count == 0)
        done->p = 0;
    done->records = walker.records;
    world_free(walker.world);
    free(states[0]);
    free(states[1]);
    return done;
}

static void *make(void *context, uint32_t index)
{
    struct sum *sum = context;

    return is_over(sum->setup) ? NULL : one_repetition(sum, index);
}

static void add(void *context, uint32_t index, void *product)
{
    struct sum *sum = context;
    struct repetition *done = product;

    if (done == NULL)
        return;
    sum->p[index] = done->p;
    sum->records += done->records;
    for (size_t i = 0; i < SPLIT_LEVELS_MAX; i++)
        sum->fraction[i] += done->fraction[i];
    free(done);
}

/* Number of records of one plain run, the cost of one sample of plain Monte Carlo. */
static uint64_t plain_cost(const struct split_setup *setup)
{
    struct world *world = world_new(setup->scenario, setup->seed);
    uint64_t records;

    CHECK(world != NULL);
    world_heed(world, setup->signal, NULL);
    world_run(world, SIM_NEVER);
    records = world_result(world)->records;
    world_free(world);
    return MAX_OF(records, 1);
}

/* An upper bound of P(stop) when no trajectory stopped: the fractions of the levels reached, times
 * the upper bound for the level that no trajectory reached. Later levels count as certain. */
static double bound(const struct split_setup *setup, const struct split_result *result)
{
    double climbed = 1;

    for (uint32_t i = 0; i < result->level_count && result->fraction[i] > 0; i++)
        climbed *= result->fraction[i];
    return climbed * stats_wilson(0, setup->effort).high;
}

bool split_estimate(const struct split_setup *setup, struct split_result *result)
{
    struct sum sum = { .setup = setup };
    double p, variance = 0;

    CHECK(setup->repetitions >= 2 && setup->repetitions <= SPLIT_REPETITIONS_MAX &&
          setup->effort >= 2);
    memset(result, 0, sizeof *result);
    build_ladder(setup, &sum.ladder);
    pthread_mutex_init(&sum.lock, NULL);
    progress_begin(&sum.progress, setup->progress);
    pool_run(setup->jobs, setup->repetitions, make, add, &sum);
    progress_end(&sum.progress);
    pthread_mutex_destroy(&sum.lock);
    if (is_over(setup))
        return false;
    result->p_stop = stats_mean(sum.p, setup->repetitions);
    p = result->p_stop.point;
    result->p_stop.low = fmax(0, result->p_stop.low);
    result->p_stop.high = fmin(1, result->p_stop.high);
    result->level_count = sum.ladder.count;
    for (uint32_t i = 0; i < sum.ladder.count; i++) {
        memcpy(result->level_name[i], sum.ladder.levels[i].name, SPLIT_NAME);
        result->fraction[i] = sum.fraction[i] / setup->repetitions;
    }
    if (p <= 0)
        result->p_stop.high = bound(setup, result);
    result->records = sum.records;
    result->plain_runs = (double)sum.records / (double)plain_cost(setup);
    for (uint32_t i = 0; i < setup->repetitions; i++)
        variance += (sum.p[i] - p) * (sum.p[i] - p);
    variance /= (double)setup->repetitions * (setup->repetitions - 1);
    if (variance > 0)
        result->gain = p * (1 - p) / result->plain_runs / variance;
    return !is_over(setup);
}
