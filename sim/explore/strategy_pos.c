/* strategy_pos.c - partial order sampling: a priority by chance for each step, not for each actor.
 *
 * When a step is done, the steps in conflict with it draw anew. So the order of two steps in
 * conflict is as good as drawn, whatever else there is; there is nothing to be set.
 */
#include "sim/explore/strategy.h"
#include <stdlib.h>
#include <string.h>

struct pos {
    uint64_t seed;
    struct rng rng;
    uint32_t priority[CHOICE_ACTORS_MAX]; /* Priorities of the actors' next steps; 0: none yet. */
};

static void *pos_make(const struct strategy_options *options, struct explorer *explorer)
{
    struct pos *p = calloc(1, sizeof *p);

    (void)explorer;
    if (p != NULL)
        p->seed = options->seed;
    return p;
}

static void pos_start(void *self, uint64_t run)
{
    struct pos *p = self;

    p->rng = rng_stream(rng_draw(p->seed, run), "pos");
    memset(p->priority, 0, sizeof p->priority);
}

static uint32_t pos_pick(void *self, const struct question *q)
{
    struct pos *p = self;
    uint32_t best = 0;

    for (uint32_t i = 0; i < q->enabled; i++) {
        uint32_t *priority = &p->priority[q->number[i]];

        if (*priority == 0)
            *priority = 1 + (uint32_t)rng_below(&p->rng, 1u << 30);
        if (*priority > p->priority[q->number[best]])
            best = i;
    }
    for (uint32_t i = 0; i < q->count; i++)
        if (i == best || actors_conflict(&q->actors[i], &q->actors[best]))
            p->priority[q->number[i]] = 0;
    return best;
}

const struct strategy strategy_pos = {
    .make = pos_make, .free = free, .start = pos_start, .pick = pos_pick
};
