/* strategy_pct.c - probabilistic concurrency testing: priorities by chance, lowered at a few
 * points.
 *
 * The actor of the highest priority goes on. At depth - 1 questions, drawn from all of them, the
 * one that goes on falls below all others. A run shows a bug that `depth` constraints of order
 * suffice for with a probability of at least 1 / (actors * questions^(depth - 1)).
 */
#include "sim/explore/explorer.h"
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 16 };

struct pct {
    struct explorer *explorer;
    uint64_t seed;
    uint32_t depth, questions;
    struct rng rng;
    uint32_t priority[CHOICE_ACTORS_MAX]; /* 0: none yet. Chance gives high ones. */
    uint32_t change[DEPTH_MAX];           /* Questions at which a priority falls. */
    uint32_t question;
};

static void *pct_make(const struct strategy_options *options, struct explorer *explorer)
{
    struct pct *p = calloc(1, sizeof *p);

    if (p == NULL)
        return NULL;
    p->explorer = explorer;
    p->seed = options->seed;
    p->depth = MIN_OF(options->depth, (uint32_t)DEPTH_MAX);
    p->questions = MAX_OF(options->questions, 1u);
    return p;
}

static void pct_start(void *self, uint64_t run)
{
    struct pct *p = self;

    p->rng = rng_stream(rng_draw(p->seed, run), "pct");
    p->question = 0;
    p->questions = MAX_OF(p->questions, explorer_counts(p->explorer).most_questions);
    memset(p->priority, 0, sizeof p->priority);
    for (uint32_t i = 0; i + 1 < p->depth; i++)
        p->change[i] = (uint32_t)rng_below(&p->rng, p->questions);
}

static uint32_t highest(struct pct *p, const struct question *q)
{
    uint32_t best = 0;

    for (uint32_t i = 0; i < q->enabled; i++) {
        uint32_t *priority = &p->priority[q->number[i]];

        if (*priority == 0)
            *priority = DEPTH_MAX + 1 + (uint32_t)rng_below(&p->rng, 1u << 30);
        if (*priority > p->priority[q->number[best]])
            best = i;
    }
    return best;
}

static uint32_t pct_pick(void *self, const struct question *q)
{
    struct pct *p = self;
    uint32_t best = highest(p, q);

    if (q->enabled < 2)
        return best;
    for (uint32_t i = 0; i + 1 < p->depth; i++)
        if (p->change[i] == p->question) {
            p->priority[q->number[best]] = p->depth - 1 - i;
            best = highest(p, q);
        }
    p->question++;
    return best;
}

const struct strategy strategy_pct = {
    .make = pct_make, .free = free, .start = pct_start, .pick = pct_pick
};
