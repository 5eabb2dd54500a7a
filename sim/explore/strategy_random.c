/* strategy_random.c - every question answered by chance.
 *
 * Some runs leave whoever is running at every point with equal odds, others seldom: then each goes
 * on for a while, as threads do.
 */
#include "sim/explore/strategy.h"
#include <stdlib.h>

enum { ANSWER_PPM = 200000 };

struct walk {
    uint64_t seed;
    struct rng rng;
    uint32_t leave_ppm, answer_ppm;
};

static void *random_make(const struct strategy_options *options, struct explorer *explorer)
{
    struct walk *w = calloc(1, sizeof *w);

    (void)explorer;
    if (w != NULL)
        w->seed = options->seed;
    return w;
}

static void random_start(void *self, uint64_t run)
{
    static const uint32_t leave[] = { 1000000, 300000, 100000, 30000 };
    struct walk *w = self;

    w->rng = rng_stream(rng_draw(w->seed, (uint32_t)run), "random");
    w->leave_ppm = leave[run % ARRAY_LEN(leave)];
    w->answer_ppm = ANSWER_PPM >> (run % 3) * 4;
}

static uint32_t random_pick(void *self, const struct question *q)
{
    struct walk *w = self;

    return q->enabled > 1 && rng_odds(&w->rng, w->leave_ppm)
               ? (uint32_t)rng_below(&w->rng, q->enabled)
               : 0;
}

static uint32_t random_answer(void *self, uint32_t site, uint32_t count)
{
    struct walk *w = self;

    (void)site;
    return rng_odds(&w->rng, w->answer_ppm) ? (uint32_t)rng_below(&w->rng, count) : 0;
}

const struct strategy strategy_random = { .make = random_make,
                                          .free = free,
                                          .start = random_start,
                                          .pick = random_pick,
                                          .answer = random_answer };
