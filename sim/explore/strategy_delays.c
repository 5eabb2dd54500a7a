/* strategy_delays.c - the calm order with few delays: at most `depth` questions, drawn from all of
 * them, are answered otherwise.
 *
 * The calm order lets whoever runs go on until he waits, then the ready ones in turn. Most bugs
 * need one or two delays of it.
 */
#include "sim/explore/explorer.h"
#include "sim/explore/surprise_list.h"
#include <stdlib.h>

struct delays {
    struct explorer *explorer;
    uint64_t seed;
    uint32_t depth, questions, question;
    struct rng rng;
    struct surprise_list list;
};

static void *delays_make(const struct strategy_options *options, struct explorer *explorer)
{
    struct delays *d = calloc(1, sizeof *d);

    if (d == NULL)
        return NULL;
    d->explorer = explorer;
    d->seed = options->seed;
    d->depth = MIN_OF(options->depth, (uint32_t)SURPRISE_LIST_MAX);
    d->questions = MAX_OF(options->questions, 1u);
    return d;
}

static void delays_start(void *self, uint64_t run)
{
    struct delays *d = self;

    d->rng = rng_stream(rng_draw(d->seed, run), "delays");
    d->question = 0;
    d->questions = MAX_OF(d->questions, explorer_counts(d->explorer).most_questions);
    d->list.count = 1 + (uint32_t)rng_below(&d->rng, d->depth);
    for (uint32_t i = 0; i < d->list.count; i++) {
        d->list.question[i] = (uint32_t)rng_below(&d->rng, d->questions);
        d->list.pick[i] = 1 + (uint32_t)rng_below(&d->rng, i == 0 ? CHOICE_ACTORS_MAX : 2);
    }
}

static uint32_t delays_answer(void *self, uint32_t site, uint32_t count)
{
    struct delays *d = self;

    (void)site;
    return count > 1 ? surprise_list_pick(&d->list, d->question++, count) : 0;
}

static uint32_t delays_pick(void *self, const struct question *q)
{
    return delays_answer(self, 0, q->enabled);
}

const struct strategy strategy_delays = { .make = delays_make,
                                          .free = free,
                                          .start = delays_start,
                                          .pick = delays_pick,
                                          .answer = delays_answer };
