/* strategy_surw.c - selectively uniform random walk: the orders of the steps that touch one object,
 * each as likely as another.
 *
 * A run looks at one object, drawn from the steps of the run before. Who touches it next is drawn
 * in proportion to how often each actor still will, by the counts of that run; all else is a walk.
 * When counts are right and nobody waits, each order of those steps is equally likely.
 */
#include "sim/explore/carry.h"
#include "sim/explore/explorer.h"
#include <stdlib.h>
#include <string.h>

struct surw {
    struct explorer *explorer;
    uint64_t seed;
    struct rng rng;
    bool looks; /* There is an object. */
    uint32_t object;
    uint32_t all[CHOICE_ACTORS_MAX], left[CHOICE_ACTORS_MAX]; /* Steps that touch it, by actor. */
    uint8_t chosen;                                           /* Actor that touches it next. */
};

static void *surw_make(const struct strategy_options *options, struct explorer *explorer)
{
    struct surw *s = calloc(1, sizeof *s);

    if (s == NULL)
        return NULL;
    s->explorer = explorer;
    s->seed = options->seed;
    s->rng = rng_stream(options->seed, "surw");
    return s;
}

/* Draws who touches the object next, of the actors in `among` (bits). */
static void choose(struct surw *s, actor_set among)
{
    uint64_t sum = 0, draw;

    for (uint32_t i = 0; i < CHOICE_ACTORS_MAX; i++)
        if ((among >> i & 1) != 0)
            sum += s->left[i] + 1;
    draw = sum > 0 ? rng_below(&s->rng, sum) : 0;
    for (uint32_t i = 0; i < CHOICE_ACTORS_MAX; i++) {
        if ((among >> i & 1) == 0)
            continue;
        if (draw <= s->left[i]) {
            s->chosen = (uint8_t)i;
            return;
        }
        draw -= s->left[i] + 1;
    }
}

static actor_set who_will(const struct surw *s)
{
    actor_set bits = 0;

    for (uint32_t i = 0; i < CHOICE_ACTORS_MAX; i++)
        if (s->left[i] > 0)
            bits |= (actor_set)1 << i;
    return bits;
}

static void surw_start(void *self, uint64_t run)
{
    struct surw *s = self;

    s->rng = rng_stream(rng_draw(s->seed, run), "surw");
    memcpy(s->left, s->all, sizeof s->left);
    choose(s, who_will(s));
}

static bool touches(const struct surw *s, const struct choice_touch *touch, uint32_t count)
{
    for (uint32_t i = 0; s->looks && i < count; i++)
        if (touch[i].object == s->object)
            return true;
    return false;
}

static uint32_t surw_pick(void *self, const struct question *q)
{
    struct surw *s = self;
    uint32_t may[CHOICE_ACTORS_MAX], count = 0, pick;
    actor_set others = 0;

    for (uint32_t i = 0; i < q->enabled; i++) {
        if (!touches(s, q->actors[i].touch, q->actors[i].count) || q->number[i] == s->chosen)
            may[count++] = i;
        else
            others |= (actor_set)1 << q->number[i];
    }
    if (count == 0) { /* The chosen one cannot go on. */
        choose(s, others);
        while (q->number[count] != s->chosen)
            count++;
        pick = count;
    } else {
        pick = may[rng_below(&s->rng, count)];
    }
    if (touches(s, q->actors[pick].touch, q->actors[pick].count)) {
        s->left[q->number[pick]] -= s->left[q->number[pick]] > 0;
        choose(s, who_will(s));
    }
    return pick;
}

static bool surw_done(void *self, bool found)
{
    struct surw *s = self;
    uint32_t count;
    const struct step *steps = explorer_steps(s->explorer, &count);

    (void)found;
    for (int tries = 0; tries < 16 && count > 0; tries++) {
        const struct step *step = &steps[rng_below(&s->rng, count)];

        if (step->count == 0)
            continue;
        s->looks = true;
        s->object = step->touch[rng_below(&s->rng, step->count)].object;
        break;
    }
    memset(s->all, 0, sizeof s->all);
    for (uint32_t i = 0; i < count; i++)
        s->all[steps[i].actor] += touches(s, steps[i].touch, steps[i].count);
    return true;
}

static void surw_carry(void *self, struct carry *carry)
{
    struct surw *s = self;

    carry_word(carry, "object");
    s->looks = carry_number(carry, s->looks, 1) != 0;
    s->object = (uint32_t)carry_number(carry, s->object, UINT32_MAX);
    for (uint32_t i = 0; i < CHOICE_ACTORS_MAX; i++)
        s->all[i] = (uint32_t)carry_number(carry, s->all[i], UINT32_MAX);
    carry_line(carry);
}

const struct strategy strategy_surw = { .make = surw_make,
                                        .free = free,
                                        .start = surw_start,
                                        .pick = surw_pick,
                                        .done = surw_done,
                                        .carry = surw_carry };
