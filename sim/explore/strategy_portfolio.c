/* strategy_portfolio.c - all the others in turn, in slices of some runs.
 *
 * dpor has every other slice: if the orders are few enough, it ends, and all is known. An order
 * that waits for no actor's name (NT's own, not free order) leaves out those that need names.
 */
#include "sim/explore/explorer.h"
#include <stdlib.h>

enum { SLICE = 16, ARMS = STRATEGY_portfolio };

struct portfolio {
    struct explorer *explorer;
    void *self[ARMS];
    uint64_t runs[ARMS];
    bool over[ARMS];
    bool named; /* Actors have names. */
    uint32_t turn, left;
    enum strategy_name arm;
};

static const enum strategy_name turns[] = { STRATEGY_dpor,   STRATEGY_rings,  STRATEGY_dpor,
                                            STRATEGY_pos,    STRATEGY_dpor,   STRATEGY_surw,
                                            STRATEGY_dpor,   STRATEGY_pct,    STRATEGY_dpor,
                                            STRATEGY_random, STRATEGY_dpor,   STRATEGY_delays,
                                            STRATEGY_dpor,   STRATEGY_novelty };

static void *portfolio_make(const struct strategy_options *options, struct explorer *explorer)
{
    struct portfolio *p = calloc(1, sizeof *p);

    if (p == NULL)
        return NULL;
    p->explorer = explorer;
    p->named = options->actors > 0;
    for (uint32_t i = 0; i < ARMS; i++) {
        p->self[i] = strategies[i]->make(options, explorer);
        CHECK(p->self[i] != NULL);
    }
    return p;
}

static void portfolio_free(void *self)
{
    struct portfolio *p = self;

    for (uint32_t i = 0; i < ARMS; i++)
        strategies[i]->free(p->self[i]);
    free(p);
}

static bool takes_part(const struct portfolio *p, enum strategy_name arm)
{
    return !p->over[arm] && (p->named || strategies[arm]->answer != NULL);
}

static void portfolio_start(void *self, uint64_t run)
{
    struct portfolio *p = self;

    (void)run;
    if (p->left == 0 || !takes_part(p, p->arm)) {
        do
            p->arm = turns[p->turn++ % ARRAY_LEN(turns)];
        while (!takes_part(p, p->arm));
        p->left = SLICE;
    }
    p->left--;
    strategies[p->arm]->start(p->self[p->arm], p->runs[p->arm]++);
}

static uint32_t portfolio_pick(void *self, const struct question *q)
{
    struct portfolio *p = self;

    return strategies[p->arm]->pick(p->self[p->arm], q);
}

static uint32_t portfolio_answer(void *self, uint32_t site, uint32_t count)
{
    struct portfolio *p = self;

    return strategies[p->arm]->answer != NULL
               ? strategies[p->arm]->answer(p->self[p->arm], site, count)
               : 0;
}

static bool portfolio_done(void *self, bool found)
{
    struct portfolio *p = self;
    const struct strategy *strategy = strategies[p->arm];

    if (strategy->done != NULL && !strategy->done(p->self[p->arm], found))
        p->over[p->arm] = true;
    return !p->over[STRATEGY_dpor] || explorer_counts(p->explorer).capped;
}

const struct strategy strategy_portfolio = { .make = portfolio_make,
                                             .free = portfolio_free,
                                             .start = portfolio_start,
                                             .pick = portfolio_pick,
                                             .answer = portfolio_answer,
                                             .proves = true,
                                             .done = portfolio_done };
