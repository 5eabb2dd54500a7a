/* strategy_dpor.c - one run for each order, modulo equivalence: source sets with sleep sets.
 *
 * The runs are the branches of a tree, visited depth first; a node is a question. After a run the
 * races in it are looked for: two steps in conflict of which neither had to come first. For each,
 * somebody who can begin the other order is put on the list of the node before the earlier step.
 * Who has been tried at a node sleeps below it, until a step in conflict with his wakes him: so no
 * order is run twice. A run in which all who could go on sleep is the beginning of a known one.
 *
 * A wait that could be done only because its object was open is no race with the step that opened
 * it; it is one with an earlier wait that took the object while it was open. At the end of a run,
 * those who could not go on are taken as if they had done their step, and so are those whom another
 * one's step took the possibility: or orders would be lost.
 */
#include "sim/explore/explorer.h"
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 2000, VANISHED_MAX = 64 };
typedef uint32_t clocks[CHOICE_ACTORS_MAX]; /* By actor: steps of his that came before. */

/* One who has been tried at a node, with the step that he did. */
struct sleeper {
    struct step step;
    struct sleeper *next;
};

struct node {
    uint8_t chosen;
    actor_set enabled, wanted, tried; /* Actors as bits. */
    struct sleeper *sleeping;         /* From above, and those tried here. */
};

/* An actor that could have gone on, and cannot any more because of another one's step: a timer that
 * was cancelled, a DPC that was removed. */
struct vanished {
    uint32_t steps; /* Steps of the run until then. */
    struct step step;
};

struct dpor {
    struct explorer *explorer;
    struct node *nodes;
    uint32_t count;        /* Nodes of the present branch. */
    uint32_t planned;      /* Nodes that the run must follow. */
    uint32_t actors;       /* Actors seen so far. */
    uint32_t depth;        /* Depth of the run that is under way. */
    uint32_t fresh;        /* Steps from here on were not in the run before. */
    clocks *past;          /* By step: what came before it, and itself. */
    uint32_t *number;      /* By step: its number among its actor's, from 1. */
    struct question asked; /* The question before. */
    struct choice_actor asked_actors[CHOICE_ACTORS_MAX];
    struct vanished vanished[VANISHED_MAX];
    uint32_t vanished_count;
    bool blocked; /* The run that is under way is the beginning of a known one. */
    bool strange; /* The run did not follow its plan: the stretch is not repeatable. */
};

static actor_set bit(uint8_t actor) { return (actor_set)1 << actor; }

static void *dpor_make(const struct strategy_options *options, struct explorer *explorer)
{
    struct dpor *d = calloc(1, sizeof *d);

    (void)options;
    if (d == NULL)
        return NULL;
    d->explorer = explorer;
    d->nodes = calloc(DEPTH_MAX, sizeof *d->nodes);
    d->past = calloc(DEPTH_MAX + 1, sizeof *d->past);
    d->number = calloc(DEPTH_MAX + 1, sizeof *d->number);
    CHECK(d->nodes != NULL && d->past != NULL && d->number != NULL);
    return d;
}

static void forget(struct node *node)
{
    while (node->sleeping != NULL) {
        struct sleeper *next = node->sleeping->next;

        free(node->sleeping);
        node->sleeping = next;
    }
}

static void dpor_free(void *self)
{
    struct dpor *d = self;

    for (uint32_t i = 0; i < d->count; i++)
        forget(&d->nodes[i]);
    free(d->nodes);
    free(d->past);
    free(d->number);
    free(d);
}

static void put_to_sleep(struct node *node, const struct step *step)
{
    struct sleeper *sleeper = malloc(sizeof *sleeper);

    CHECK(sleeper != NULL);
    *sleeper = (struct sleeper){ *step, node->sleeping };
    node->sleeping = sleeper;
}

static uint8_t lowest(actor_set bits)
{
    uint64_t low = (uint64_t)bits;

    return (uint8_t)(low != 0 ? __builtin_ctzll(low)
                              : 64 + __builtin_ctzll((uint64_t)(bits >> 64)));
}

static actor_set asleep(const struct node *node)
{
    actor_set bits = 0;

    for (const struct sleeper *s = node->sleeping; s != NULL; s = s->next)
        bits |= bit(s->step.actor);
    return bits;
}

static void dpor_start(void *self, uint64_t run)
{
    struct dpor *d = self;

    (void)run;
    d->depth = d->asked.enabled = d->vanished_count = 0;
    d->blocked = false;
}

/* Makes the node of a question that no run has come to yet. */
static void add_node(struct dpor *d, const struct step *steps, actor_set enabled)
{
    struct node *node = &d->nodes[d->count];

    *node = (struct node){ .enabled = enabled };
    if (d->count > 0)
        for (const struct sleeper *s = node[-1].sleeping; s != NULL; s = s->next)
            if (s->step.actor != steps[d->count - 1].actor &&
                !steps_conflict(&s->step, &steps[d->count - 1]))
                put_to_sleep(node, &s->step);
    d->count++;
}

static uint32_t pick_of(const struct question *q, uint8_t actor)
{
    uint32_t pick = 0;

    while (pick < q->enabled && q->number[pick] != actor)
        pick++;
    return pick;
}

static bool is_there(const struct question *q, uint8_t actor)
{
    for (uint32_t i = 0; i < q->count; i++)
        if (q->number[i] == actor)
            return true;
    return false;
}

/* Notes who has vanished since the question before, but for the one that went on. */
static void note_vanished(struct dpor *d, const struct question *q, const struct step *steps,
                          uint32_t count)
{
    for (uint32_t i = 0; count > 0 && i < d->asked.enabled; i++) {
        const struct choice_actor *actor = &d->asked_actors[i];
        uint8_t number = d->asked.number[i];

        if (number == steps[count - 1].actor || is_there(q, number))
            continue;
        if (d->vanished_count == VANISHED_MAX) {
            explorer_cap(d->explorer);
            break;
        }
        struct vanished *v = &d->vanished[d->vanished_count++];

        *v =
            (struct vanished){ .steps = count, .step = { .actor = number, .count = actor->count } };
        memcpy(v->step.touch, actor->touch, actor->count * sizeof *actor->touch);
    }
    d->asked = *q;
    memcpy(d->asked_actors, q->actors, q->enabled * sizeof *q->actors);
}

static uint32_t dpor_pick(void *self, const struct question *q)
{
    struct dpor *d = self;
    uint32_t count, pick = 0;
    const struct step *steps = explorer_steps(d->explorer, &count);
    struct node *node = &d->nodes[d->depth];

    note_vanished(d, q, steps, count);
    if (d->depth == DEPTH_MAX)
        explorer_cap(d->explorer);
    if (d->depth == DEPTH_MAX || d->strange)
        return 0;
    if (d->depth < d->planned) {
        pick = pick_of(q, node->chosen);
        d->strange = pick == q->enabled;
        if (d->strange)
            explorer_cap(d->explorer);
        d->depth++;
        return d->strange ? 0 : pick;
    }
    actor_set enabled = 0, sleeping;

    for (uint32_t i = 0; i < q->enabled; i++)
        enabled |= bit(q->number[i]);
    add_node(d, steps, enabled);
    sleeping = asleep(node);
    while (pick < q->enabled && (sleeping & bit(q->number[pick])) != 0)
        pick++;
    if (pick == q->enabled) {
        d->count--;
        forget(node);
        explorer_block(d->explorer);
        d->blocked = true;
        return 0;
    }
    node->chosen = q->number[pick];
    node->wanted = node->tried = bit(node->chosen);
    d->depth++;
    return pick;
}

/* ---- Races ----------------------------------------------------------------------------------- */

/* True if step `i` had to come before what has this past. */
static bool comes_before(const struct dpor *d, const struct step *steps, uint32_t i,
                         const clocks past)
{
    return past[steps[i].actor] >= d->number[i];
}

/* What a step did to an object; NULL: nothing. */
static const struct choice_touch *touch_of(const struct step *step, uint32_t object)
{
    for (uint32_t i = 0; i < step->count; i++)
        if (step->touch[i].object == object)
            return &step->touch[i];
    return NULL;
}

/* Somebody must be tried at the node before step i who can begin an order in which `later`, done by
 * its actor behind `count` steps, comes before step i. */
static void want(struct dpor *d, const struct step *steps, uint32_t i, uint32_t count,
                 const struct step *later, const clocks before)
{
    struct node *node = &d->nodes[i];
    actor_set seen = bit(steps[i].actor), first = 0;

    for (uint32_t k = i + 1; k < count; k++) { /* Steps that need not follow step i. */
        bool leads = true;

        if (comes_before(d, steps, i, d->past[k]) || (seen & bit(steps[k].actor)) != 0)
            continue;
        seen |= bit(steps[k].actor);
        for (uint32_t m = i + 1; m < k && leads; m++)
            leads = comes_before(d, steps, i, d->past[m]) || !comes_before(d, steps, m, d->past[k]);
        if (leads)
            first |= bit(steps[k].actor);
    }
    if ((seen & bit(later->actor)) == 0) {
        bool leads = true;

        for (uint32_t m = i + 1; m < count && leads; m++)
            leads = comes_before(d, steps, i, d->past[m]) ||
                    (!comes_before(d, steps, m, before) && !steps_conflict(&steps[m], later));
        if (leads)
            first |= bit(later->actor);
    }
    if ((first & (node->wanted | asleep(node))) != 0)
        return;
    first &= node->enabled;
    node->wanted |= first != 0 ? first & -first : node->enabled;
}

/* True if an actor has done no step behind step i: he stood before his next one there already. */
static bool stood_at(const struct step *steps, uint32_t i, uint32_t count, uint8_t actor)
{
    for (uint32_t k = i; k < count; k++)
        if (steps[k].actor == actor)
            return false;
    return true;
}

/* Looks for the races of `later`, whose actor had this past, with the steps 0 .. count-1. A wait
 * that could not be done before step i is no race with it, but may be one with an earlier step. If
 * it is not known, because its actor had not come there yet, both are taken for races: that costs
 * runs, and no order is lost. */
static void find_races(struct dpor *d, const struct step *steps, uint32_t count,
                       const struct step *later, const clocks before)
{
    for (uint32_t t = 0; t < later->count; t++) {
        const struct choice_touch *mine = &later->touch[t];

        for (uint32_t i = count; i-- > 0;) {
            const struct choice_touch *other = touch_of(&steps[i], mine->object);

            if (other == NULL || (!other->write && !mine->write))
                continue;
            if (comes_before(d, steps, i, before)) {
                if (other->write)
                    break;
                continue;
            }
            bool stood = stood_at(steps, i, count, later->actor);

            if (later->waits && stood && (steps[i].enabled & bit(later->actor)) == 0)
                continue;
            if (later->waits && !stood && !other->open)
                continue; /* Nobody's wait could have been done there. */
            want(d, steps, i, count, later, before);
            if (other->write && (stood || !later->waits))
                break;
        }
    }
}

static void join(const struct dpor *d, clocks into, const clocks other)
{
    for (uint32_t i = 0; i < d->actors; i++)
        into[i] = MAX_OF(into[i], other[i]);
}

/* What had come before the next step of an actor: his own past; before his first step, the past of
 * the step that made him. */
static void past_of(const struct dpor *d, const struct step *steps, uint32_t count, uint8_t actor,
                    clocks out)
{
    uint32_t first = count;

    for (uint32_t i = count; i-- > 0;) {
        if (steps[i].actor == actor) {
            memcpy(out, d->past[i], d->actors * sizeof *out);
            return;
        }
        if ((steps[i].enabled & bit(actor)) != 0)
            first = i;
    }
    if (first > 0)
        memcpy(out, d->past[first - 1], d->actors * sizeof *out);
    else
        memset(out, 0, d->actors * sizeof *out);
}

static void look_at(struct dpor *d, const struct step *steps, uint32_t i)
{
    const struct step *step = &steps[i];
    clocks before;

    past_of(d, steps, i, step->actor, before);
    find_races(d, steps, i, step, before);
    memcpy(d->past[i], before, d->actors * sizeof *before);
    d->number[i] = before[step->actor] + 1;
    d->past[i][step->actor] = d->number[i];
    for (uint32_t k = 0; k < i; k++)
        if (steps_conflict(&steps[k], step))
            join(d, d->past[i], d->past[k]);
}

static void look_at_the_left(struct dpor *d, const struct step *steps, uint32_t count)
{
    const struct question *left = explorer_left(d->explorer);

    for (uint32_t i = left->enabled; i < left->count; i++) {
        struct step step = { .actor = left->number[i], .waits = true };
        clocks before;

        step.count = left->actors[i].count;
        memcpy(step.touch, left->actors[i].touch, step.count * sizeof *step.touch);
        past_of(d, steps, count, step.actor, before);
        find_races(d, steps, count, &step, before);
    }
}

static void look_at_the_vanished(struct dpor *d, const struct step *steps, uint32_t count)
{
    for (uint32_t i = 0; i < d->vanished_count; i++) {
        const struct vanished *v = &d->vanished[i];
        clocks before;

        if (v->steps > count)
            break;
        past_of(d, steps, v->steps, v->step.actor, before);
        find_races(d, steps, v->steps, &v->step, before);
    }
}

/* ---- The next run ---------------------------------------------------------------------------- */

static bool dpor_done(void *self, bool found)
{
    struct dpor *d = self;
    uint32_t count;
    const struct step *steps = explorer_steps(d->explorer, &count);

    (void)found;
    count = MIN_OF(count, d->count);
    d->actors = explorer_counts(d->explorer).actors;
    for (uint32_t i = d->fresh; i < count; i++)
        look_at(d, steps, i);
    look_at_the_vanished(d, steps, count);
    if (!d->blocked)
        look_at_the_left(d, steps, count);
    while (d->count > 0) {
        struct node *node = &d->nodes[d->count - 1];
        actor_set next;

        if (d->count <= count)
            put_to_sleep(node, &steps[d->count - 1]);
        next = node->wanted & node->enabled & ~node->tried & ~asleep(node);
        if (next != 0) {
            node->chosen = lowest(next);
            node->tried |= bit(node->chosen);
            d->planned = d->count;
            d->fresh = d->count - 1;
            return !d->strange;
        }
        forget(node);
        d->count--;
    }
    return false;
}

const struct strategy strategy_dpor = { .make = dpor_make,
                                        .free = dpor_free,
                                        .start = dpor_start,
                                        .pick = dpor_pick,
                                        .proves = true,
                                        .done = dpor_done };
