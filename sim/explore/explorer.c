/* explorer.c - see explorer.h. */
#include "sim/explore/explorer.h"
#include "sim/explore/carry.h"
#include <stdlib.h>
#include <string.h>

enum { STEPS_MAX = 20000, OBJECTS = 1 << 12 };

/* What has happened to an object in this run. */
struct object {
    uint64_t run; /* Number of the run that touched it last; another's: nothing has happened. */
    uint32_t name;
    uint64_t writes, reads; /* Hash up to the last write; sum of the reads since. */
};

struct mark {
    uint32_t steps, questions; /* Before it. */
};

struct explorer {
    struct choice_asker asker; /* First: the asker is the explorer. */
    const struct strategy *strategy;
    void *self;
    uint32_t sites;
    uint32_t names[CHOICE_ACTORS_MAX]; /* The actors' ids, by number. */
    struct explorer_counts counts;
    struct step *steps;
    uint32_t step_count;
    uint32_t of_actor[CHOICE_ACTORS_MAX]; /* Steps so far. */
    struct question left;
    struct choice_actor left_actors[CHOICE_ACTORS_MAX];
    struct mark marks[EXPLORER_MARKS];
    bool under_way; /* The last step is not over. */
    bool blocked;
    uint64_t run;
    struct object objects[OBJECTS];
    uint32_t used[OBJECTS], used_count; /* Objects of this run. */
    bool is_new;
    uint64_t fingerprint; /* Fingerprint of the latest run's order; 0: none. */
    struct fingerprints unique;
};

/* ---- Conflicts ------------------------------------------------------------------------------- */

static bool touches_conflict(const struct choice_touch *one, uint32_t one_count,
                             const struct choice_touch *other, uint32_t other_count)
{
    for (uint32_t i = 0; i < one_count; i++)
        for (uint32_t k = 0; k < other_count; k++)
            if (one[i].object == other[k].object && (one[i].write || other[k].write))
                return true;
    return false;
}

bool steps_conflict(const struct step *one, const struct step *other)
{
    return one->everything || other->everything ||
           touches_conflict(one->touch, one->count, other->touch, other->count);
}

bool actors_conflict(const struct choice_actor *one, const struct choice_actor *other)
{
    return touches_conflict(one->touch, one->count, other->touch, other->count);
}

/* ---- The order-free fingerprint -------------------------------------------------------------- */

static uint64_t mix(uint64_t value)
{
    value ^= value >> 31;
    value *= 0x9e3779b97f4a7c15u;
    value ^= value >> 29;
    value *= 0xbf58476d1ce4e5b9u;
    return value ^ value >> 32;
}

static struct object *object_of(struct explorer *e, uint32_t name)
{
    uint32_t at = (uint32_t)mix(name) % OBJECTS;

    while (e->objects[at].run == e->run && e->objects[at].name != name)
        at = (at + 1) % OBJECTS;
    struct object *object = &e->objects[at];

    if (object->run != e->run) {
        if (e->used_count >= OBJECTS / 2) {
            e->counts.capped = true;
            return NULL;
        }
        *object = (struct object){ .run = e->run, .name = name };
        e->used[e->used_count++] = at;
    }
    return object;
}

/* Takes a step into the fingerprint. */
static void fold(struct explorer *e, const struct step *step)
{
    uint64_t who = (uint64_t)e->names[step->actor] << 32 | e->of_actor[step->actor]++;

    for (uint32_t i = 0; i < step->count; i++) {
        struct object *object = object_of(e, step->touch[i].object);
        uint64_t access = mix(who * 2 + step->touch[i].write);

        if (object == NULL)
            return;
        if (!step->touch[i].write) {
            object->reads += access;
            continue;
        }
        object->writes = mix(object->writes + mix(object->reads) + access);
        object->reads = 0;
    }
}

/* The fingerprint of all steps. */
static uint64_t whole_fingerprint(struct explorer *e)
{
    uint64_t sum = 1;

    e->used_count = 0;
    memset(e->of_actor, 0, e->counts.actors * sizeof *e->of_actor);
    for (uint32_t i = 0; i < e->step_count; i++)
        fold(e, &e->steps[i]);
    for (uint32_t i = 0; i < e->used_count; i++) {
        const struct object *object = &e->objects[e->used[i]];

        sum += mix(mix(object->writes + mix(object->reads)) + object->name);
    }
    return sum != 0 ? sum : 1;
}

/* ---- Questions ------------------------------------------------------------------------------- */

static uint8_t number_of(struct explorer *e, uint32_t id)
{
    uint32_t i = 0;

    while (i < e->counts.actors && e->names[i] != id)
        i++;
    if (i == e->counts.actors) {
        if (i == CHOICE_ACTORS_MAX) {
            e->counts.capped = true;
            return CHOICE_ACTORS_MAX - 1;
        }
        e->names[i] = id;
        e->counts.actors++;
    }
    return (uint8_t)i;
}

static void note_bits(struct step *step, const struct choice_touch *touch)
{
    step->touched |= touch_bit(touch->object);
    if (touch->write)
        step->written |= touch_bit(touch->object);
}

static void begin_step(struct explorer *e, const struct question *q, uint32_t pick)
{
    const struct choice_actor *actor = &q->actors[pick];
    struct step *step = &e->steps[e->step_count];

    if (e->step_count == STEPS_MAX) {
        e->counts.capped = true;
        return;
    }
    step->actor = q->number[pick];
    step->count = actor->count;
    step->waits = actor->waits;
    step->everything = false;
    step->enabled = 0;
    step->touched = step->written = 0;
    memcpy(step->touch, actor->touch, actor->count * sizeof *actor->touch);
    for (uint32_t i = 0; i < actor->count; i++)
        note_bits(step, &actor->touch[i]);
    for (uint32_t i = 0; i < q->enabled; i++)
        step->enabled |= (actor_set)1 << q->number[i];
    e->step_count++;
    e->under_way = true;
}

static uint32_t asker_pick(struct choice_asker *asker, uint32_t site,
                           const struct choice_actor *actors, uint32_t enabled, uint32_t count)
{
    struct explorer *e = (struct explorer *)(void *)asker;
    uint32_t pick = 0;

    if (actors == NULL)
        return (e->sites >> site & 1) != 0 && e->strategy->answer != NULL
                   ? e->strategy->answer(e->self, site, count)
                   : 0;
    struct question *q = &e->left;

    e->under_way = false;
    q->enabled = enabled;
    q->count = count;
    for (uint32_t i = 0; i < count; i++)
        q->number[i] = number_of(e, actors[i].id);
    memcpy(e->left_actors, actors, count * sizeof *actors);
    e->counts.questions += enabled > 1;
    if (enabled == 0 || e->blocked)
        return 0;
    if (e->step_count < STEPS_MAX)
        pick = e->strategy->pick(e->self, q);
    CHECK(pick < enabled);
    if (!e->blocked)
        begin_step(e, q, pick);
    return pick;
}

static void asker_touched(struct choice_asker *asker, struct choice_touch touch)
{
    struct explorer *e = (struct explorer *)(void *)asker;
    struct step *step;

    if (!e->under_way)
        return;
    step = &e->steps[e->step_count - 1];
    note_bits(step, &touch);
    for (uint32_t i = 0; i < step->count; i++)
        if (step->touch[i].object == touch.object) {
            step->touch[i].write = step->touch[i].write || touch.write;
            return;
        }
    if (step->count < STEP_TOUCHES_MAX)
        step->touch[step->count++] = touch;
    else
        step->everything = e->counts.capped = true;
}

/* ---- Runs ------------------------------------------------------------------------------------ */

struct explorer *explorer_new(enum strategy_name name, const struct strategy_options *options)
{
    struct explorer *e = calloc(1, sizeof *e);

    if (e == NULL)
        return NULL;
    e->asker = (struct choice_asker){ .pick = asker_pick, .touched = asker_touched };
    e->strategy = strategies[name];
    e->steps = calloc(STEPS_MAX, sizeof *e->steps);
    e->left.actors = e->left_actors;
    e->sites = options->sites;
    e->self = e->strategy->make(options, e);
    if (e->steps == NULL || e->self == NULL) {
        explorer_free(e);
        return NULL;
    }
    return e;
}

void explorer_free(struct explorer *e)
{
    if (e == NULL)
        return;
    if (e->self != NULL)
        e->strategy->free(e->self);
    free(e->steps);
    fingerprints_free(&e->unique);
    free(e);
}

struct choice_asker *explorer_begin(struct explorer *e)
{
    e->run++;
    e->step_count = 0;
    e->counts.questions = 0;
    e->left.enabled = e->left.count = 0;
    e->under_way = e->blocked = e->is_new = false;
    e->strategy->start(e->self, e->run - 1);
    return &e->asker;
}

uint32_t explorer_shared(const struct explorer *e)
{
    return e->strategy->shared != NULL ? MIN_OF(e->strategy->shared(e->self), e->step_count) : 0;
}

uint32_t explorer_at(const struct explorer *e) { return e->step_count; }

void explorer_mark(struct explorer *e, uint32_t mark)
{
    CHECK(mark < EXPLORER_MARKS);
    e->marks[mark] = (struct mark){ e->step_count, e->counts.questions };
    if (e->strategy->mark != NULL)
        e->strategy->mark(e->self, mark);
}

uint32_t explorer_mark_at(const struct explorer *e, uint32_t mark) { return e->marks[mark].steps; }

struct choice_asker *explorer_begin_at(struct explorer *e, uint32_t mark)
{
    struct choice_asker *asker = explorer_begin(e);

    e->step_count = e->marks[mark].steps;
    e->counts.questions = e->marks[mark].questions;
    e->under_way = e->step_count > 0;
    e->strategy->skip(e->self, mark);
    return asker;
}

bool explorer_end(struct explorer *e, bool found, uint64_t trace)
{
    bool more;

    e->under_way = false;
    e->counts.most_questions = MAX_OF(e->counts.most_questions, e->counts.questions);
    if (e->blocked) {
        e->counts.blocked++;
    } else {
        e->counts.runs++;
        e->counts.found += found;
    }
    e->fingerprint = 0;
    if (!e->blocked && !found) { /* A run that stops shows only the beginning of its order. */
        e->fingerprint = e->step_count > 0 ? whole_fingerprint(e) : trace | 1;
        e->is_new = fingerprints_add(&e->unique, e->fingerprint);
    }
    more = e->strategy->done == NULL || e->strategy->done(e->self, found);
    e->counts.ended = !more;
    e->counts.exhausted = !more && e->strategy->proves && !e->counts.capped;
    return more;
}

struct explorer_counts explorer_counts(const struct explorer *e)
{
    struct explorer_counts counts = e->counts;

    counts.unique = e->unique.count;
    return counts;
}

uint64_t explorer_estimate(const struct explorer *e)
{
    if (e->counts.ended || e->strategy->estimate == NULL)
        return e->counts.ended ? e->counts.runs : 0;
    return e->strategy->estimate(e->self, e->counts.runs);
}

const struct step *explorer_steps(const struct explorer *e, uint32_t *count)
{
    *count = e->step_count;
    return e->steps;
}

const struct question *explorer_left(const struct explorer *e) { return &e->left; }

void explorer_block(struct explorer *e) { e->blocked = true; }

void explorer_cap(struct explorer *e) { e->counts.capped = true; }

bool explorer_is_new(const struct explorer *e) { return e->is_new; }

uint64_t explorer_fingerprint(const struct explorer *e) { return e->fingerprint; }

const struct fingerprints *explorer_unique(const struct explorer *e) { return &e->unique; }

/* ---- Between two runs ------------------------------------------------------------------------ */

static void carry_flag(struct carry *carry, bool *flag)
{
    *flag = carry_number(carry, *flag, 1) != 0;
}

void explorer_carry(struct explorer *e, struct carry *carry)
{
    struct explorer_counts *counts = &e->counts;

    carry_word(carry, "runs");
    e->run = carry_number(carry, e->run, UINT64_MAX);
    counts->runs = carry_number(carry, counts->runs, UINT64_MAX);
    counts->found = carry_number(carry, counts->found, UINT64_MAX);
    counts->blocked = carry_number(carry, counts->blocked, UINT64_MAX);
    counts->most_questions = (uint32_t)carry_number(carry, counts->most_questions, UINT32_MAX);
    carry_flag(carry, &counts->exhausted);
    carry_flag(carry, &counts->ended);
    carry_flag(carry, &counts->capped);
    carry_line(carry);
    carry_word(carry, "actors");
    counts->actors = (uint32_t)carry_number(carry, counts->actors, CHOICE_ACTORS_MAX);
    for (uint32_t i = 0; i < counts->actors; i++)
        e->names[i] = (uint32_t)carry_number(carry, e->names[i], UINT32_MAX);
    carry_line(carry);
    if (e->strategy->carry != NULL)
        e->strategy->carry(e->self, carry);
    fingerprints_carry(&e->unique, carry);
}
