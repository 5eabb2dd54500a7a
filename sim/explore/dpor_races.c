/* dpor_races.c - the races in a run: two steps in conflict of which neither had to come first.
 *
 * For each, somebody who can begin the other order is put on the list of the node before the
 * earlier step (strategy_dpor.c).
 */
#include "sim/explore/dpor.h"
#include <string.h>

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
    actor_set seen = dpor_bit(steps[i].actor), first = 0;

    for (uint32_t k = i + 1; k < count; k++) { /* Steps that need not follow step i. */
        bool leads = true;

        if (comes_before(d, steps, i, d->past[k]) || (seen & dpor_bit(steps[k].actor)) != 0)
            continue;
        seen |= dpor_bit(steps[k].actor);
        for (uint32_t m = i + 1; m < k && leads; m++)
            leads = comes_before(d, steps, i, d->past[m]) || !comes_before(d, steps, m, d->past[k]);
        if (leads)
            first |= dpor_bit(steps[k].actor);
    }
    if ((seen & dpor_bit(later->actor)) == 0) {
        bool leads = true;

        for (uint32_t m = i + 1; m < count && leads; m++)
            leads = comes_before(d, steps, i, d->past[m]) ||
                    (!comes_before(d, steps, m, before) && !steps_conflict(&steps[m], later));
        if (leads)
            first |= dpor_bit(later->actor);
    }
    if ((first & (node->wanted | dpor_asleep(node))) != 0)
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
        uint64_t bit = touch_bit(mine->object);

        for (uint32_t i = count; i-- > 0;) {
            if (((mine->write ? steps[i].touched : steps[i].written) & bit) == 0)
                continue;
            const struct choice_touch *other = touch_of(&steps[i], mine->object);

            if (other == NULL || (!other->write && !mine->write))
                continue;
            if (comes_before(d, steps, i, before)) {
                if (other->write)
                    break;
                continue;
            }
            bool stood = stood_at(steps, i, count, later->actor);

            if (later->waits && stood && (steps[i].enabled & dpor_bit(later->actor)) == 0)
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
        if ((steps[i].enabled & dpor_bit(actor)) != 0)
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
    for (uint32_t k = i; k-- > 0;) /* Most are known from later ones. */
        if (!comes_before(d, steps, k, d->past[i]) && steps_conflict(&steps[k], step))
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

void dpor_look_for_races(struct dpor *d, const struct step *steps, uint32_t count)
{
    d->actors = explorer_counts(d->explorer).actors;
    for (uint32_t i = d->fresh; i < count; i++)
        look_at(d, steps, i);
    look_at_the_vanished(d, steps, count);
    if (!d->blocked)
        look_at_the_left(d, steps, count);
}
