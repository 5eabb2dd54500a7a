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
#include "sim/explore/dpor.h"
#include <stdlib.h>
#include <string.h>

static void *dpor_make(const struct strategy_options *options, struct explorer *explorer)
{
    struct dpor *d = calloc(1, sizeof *d);

    (void)options;
    if (d == NULL)
        return NULL;
    d->explorer = explorer;
    d->nodes = calloc(DPOR_DEPTH_MAX, sizeof *d->nodes);
    d->past = calloc(DPOR_DEPTH_MAX + 1, sizeof *d->past);
    d->number = calloc(DPOR_DEPTH_MAX + 1, sizeof *d->number);
    CHECK(d->nodes != NULL && d->past != NULL && d->number != NULL);
    return d;
}

static void dpor_free(void *self)
{
    struct dpor *d = self;

    for (uint32_t i = 0; i < d->count; i++)
        dpor_forget(&d->nodes[i]);
    free(d->nodes);
    free(d->past);
    free(d->number);
    free(d);
}

static uint8_t lowest(actor_set bits)
{
    uint64_t low = (uint64_t)bits;

    return (uint8_t)(low != 0 ? __builtin_ctzll(low)
                              : 64 + __builtin_ctzll((uint64_t)(bits >> 64)));
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
                dpor_put_to_sleep(node, &s->step);
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
        if (d->vanished_count == DPOR_VANISHED_MAX) {
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
    if (d->depth == DPOR_DEPTH_MAX)
        explorer_cap(d->explorer);
    if (d->depth == DPOR_DEPTH_MAX || d->strange)
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
        enabled |= dpor_bit(q->number[i]);
    add_node(d, steps, enabled);
    sleeping = dpor_asleep(node);
    while (pick < q->enabled && (sleeping & dpor_bit(q->number[pick])) != 0)
        pick++;
    if (pick == q->enabled) {
        d->count--;
        dpor_forget(node);
        explorer_block(d->explorer);
        d->blocked = true;
        return 0;
    }
    node->chosen = q->number[pick];
    node->wanted = node->tried = dpor_bit(node->chosen);
    d->depth++;
    return pick;
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
    dpor_look_for_races(d, steps, count);
    while (d->count > 0) {
        struct node *node = &d->nodes[d->count - 1];
        actor_set next;

        if (d->count <= count)
            dpor_put_to_sleep(node, &steps[d->count - 1]);
        next = node->wanted & node->enabled & ~node->tried & ~dpor_asleep(node);
        if (next != 0) {
            node->chosen = lowest(next);
            node->tried |= dpor_bit(node->chosen);
            d->planned = d->count;
            d->fresh = d->count - 1;
            return !d->strange;
        }
        dpor_forget(node);
        d->count--;
    }
    return false;
}

const struct strategy strategy_dpor = { .make = dpor_make,
                                        .free = dpor_free,
                                        .start = dpor_start,
                                        .pick = dpor_pick,
                                        .proves = true,
                                        .done = dpor_done,
                                        .shared = dpor_shared,
                                        .mark = dpor_mark,
                                        .skip = dpor_skip,
                                        .carry = dpor_carry,
                                        .estimate = dpor_estimate };
