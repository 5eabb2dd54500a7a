/* split.c - see split.h. */
#include "ui/campaign/split.h"

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

enum { SLICE_US = 4000, WAITING_MAX = 256, MAJOR_WRITE = 4, MAJOR_CONTROL = 14 };

/* The levels on the way to the stop: numbers of waiting writes, then the steps that follow when the
 * driver stops waiting. */
static const struct level {
    const char *name;
    uint32_t waiting;
    enum { BY_WAITING, BY_WRITE, BY_CRASH, BY_STOP } kind;
} levels[] = {
    { "3 writes wait", 3, BY_WAITING },
    { "5 writes wait", 5, BY_WAITING },
    { "7 writes wait", 7, BY_WAITING },
    { "9 writes wait", 9, BY_WAITING },
    { "11 writes wait", 11, BY_WAITING },
    { "13 writes wait", 13, BY_WAITING },
    { "a write into another process", 0, BY_WRITE },
    { "a process crash", 0, BY_CRASH },
    { "the stop", 0, BY_STOP },
};

/* What was learnt from the records so far. Saved and restored together with the world. */
struct tracker {
    uint32_t device; /* The driver's device: the first that got a control request. */
    uint32_t waiting, irps[WAITING_MAX];
    uint32_t last_write; /* IRP of the last write to the device. */
    uint32_t reached;    /* Number of levels reached. */
    bool wrote, crashed;
};

struct state {
    struct snapshot *snapshot;
    struct tracker tracker;
};

struct walker { /* The world of one repetition. */
    struct world *world;
    struct tracker tracker;
    void (*story)(const struct record *record, uint64_t number, void *context);
    void *story_context;
    uint64_t records;
    uint64_t seed, draws;
};

/* ---- Levels ---------------------------------------------------------------------------------- */

static bool is_reached(const struct tracker *t, const struct level *level, bool stopped)
{
    switch (level->kind) {
    case BY_WAITING:
        return t->waiting >= level->waiting || t->wrote || t->crashed || stopped;
    case BY_WRITE:
        return t->wrote || t->crashed || stopped;
    case BY_CRASH:
        return t->crashed || stopped;
    default:
        return stopped;
    }
}

static void look(const struct record *r, uint64_t number, void *context)
{
    struct walker *walker = context;
    struct tracker *t = &walker->tracker;

    if (r->kind == REC_IRP_CALL) {
        if (t->device == 0 && r->c == MAJOR_CONTROL)
            t->device = r->b;
        if (r->b == t->device && r->c == MAJOR_WRITE)
            t->last_write = r->a;
    } else if (r->kind == REC_IRP_PEND && r->a == t->last_write && t->waiting < WAITING_MAX) {
        t->irps[t->waiting++] = r->a;
        t->last_write = 0;
    } else if (r->kind == REC_IRP_COMPLETE) {
        for (uint32_t i = 0; i < t->waiting; i++)
            if (t->irps[i] == r->a)
                t->irps[i] = t->irps[--t->waiting];
    } else if (r->kind == REC_FOREIGN_WRITE) {
        t->wrote = true;
    } else if (r->kind == REC_EXCEPTION) {
        t->crashed = true;
    }
    while (t->reached < ARRAY_LEN(levels) &&
           is_reached(t, &levels[t->reached], r->kind == REC_STOP))
        t->reached++;
    walker->story(r, number, walker->story_context);
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

    while (walker->tracker.reached <= level &&
           world_run(walker->world, sim->now + US(SLICE_US)) == SIM_GOING)
        continue;
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
    world_reseed(walker->world, walker->seed + ++walker->draws);
}

static uint64_t draw(struct walker *walker) { return rng_draw(walker->seed, walker->draws++); }

struct sum { /* What all repetitions add up to. */
    const struct split_setup *setup;
    double p[SPLIT_REPETITIONS_MAX], fraction[ARRAY_LEN(levels)];
    uint64_t records;
    pthread_mutex_t lock; /* Guards what follows. */
    struct progress progress;
    uint32_t trajectories; /* The sum over all repetitions. */
};

/* Counts trajectories, and shows now and then how many are done. */
static void tell_trajectories(struct sum *sum, uint32_t count)
{
    const struct split_setup *setup = sum->setup;
    uint32_t all = setup->repetitions * (uint32_t)ARRAY_LEN(levels) * setup->effort;

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
    double p, fraction[ARRAY_LEN(levels)];
    uint64_t records;
};

static void *one_repetition(struct sum *sum, uint32_t index)
{
    const struct split_setup *setup = sum->setup;
    struct repetition *done = calloc(1, sizeof *done);
    struct walker walker = { .seed = setup->seed * 1000003 + (uint64_t)index * 7919 + 1 };
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
    for (uint32_t level = 0; level < ARRAY_LEN(levels) && count > 0 && !is_over(setup); level++) {
        uint32_t reached = stage(sum, &walker, level, states[current], count, states[!current]);

        forget(states[current], count);
        current = !current;
        count = reached;
        done->fraction[level] = (double)reached / setup->effort;
        done->p *= done->fraction[level];
        levels_done++;
    }
    forget(states[current], count);
    tell_trajectories(sum, ((uint32_t)ARRAY_LEN(levels) - levels_done) * setup->effort);
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
    for (size_t i = 0; i < ARRAY_LEN(levels); i++)
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
    result->level_count = ARRAY_LEN(levels);
    for (uint32_t i = 0; i < ARRAY_LEN(levels); i++) {
        result->level_name[i] = levels[i].name;
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
