/* parts.c - see parts.h. */
#include "sim/explore/parts.h"
#include "sim/rng.h"

/* The arms of the portfolio beside dpor, and how many parts each has: those that learn from their
 * own runs have one. */
static const struct {
    enum strategy_name strategy;
    uint32_t parts;
} arms[] = { { STRATEGY_rings, 1 },
             { STRATEGY_pos, PARTS_OF_ARM },
             { STRATEGY_surw, 1 },
             { STRATEGY_pct, PARTS_OF_ARM },
             { STRATEGY_random, PARTS_OF_ARM },
             { STRATEGY_delays, PARTS_OF_ARM },
             { STRATEGY_novelty, 1 } };

static uint8_t add(struct parts *parts, enum strategy_name strategy, uint64_t seed)
{
    uint32_t number = parts->count++;

    CHECK(number < PARTS_MAX);
    parts->strategy[number] = strategy;
    parts->seed[number] = rng_draw(seed, number);
    return (uint8_t)number;
}

static void turn(struct parts *parts, uint32_t part)
{
    CHECK(parts->turn_count < PARTS_TURNS_MAX);
    parts->turns[parts->turn_count++] = (uint8_t)part;
}

static bool takes_part(enum strategy_name strategy, bool named)
{
    return named || strategies[strategy]->answer != NULL;
}

static void make_portfolio(struct parts *parts, bool named, uint64_t seed)
{
    uint8_t first[ARRAY_LEN(arms)] = { 0 }, dpor = 0;

    if (named)
        dpor = add(parts, STRATEGY_dpor, seed);
    for (uint32_t arm = 0; arm < ARRAY_LEN(arms); arm++)
        for (uint32_t i = 0; i < arms[arm].parts && takes_part(arms[arm].strategy, named); i++) {
            uint8_t part = add(parts, arms[arm].strategy, seed);

            if (i == 0)
                first[arm] = part;
        }
    for (uint32_t pass = 0; pass < PARTS_OF_ARM; pass++)
        for (uint32_t arm = 0; arm < ARRAY_LEN(arms); arm++) {
            if (!takes_part(arms[arm].strategy, named))
                continue;
            if (named)
                turn(parts, dpor);
            turn(parts, first[arm] + pass % arms[arm].parts);
        }
}

void parts_make(struct parts *out, enum strategy_name strategy, bool named, uint64_t seed)
{
    bool one =
        strategy == STRATEGY_dpor || strategy == STRATEGY_rings || strategy == STRATEGY_bounded;

    *out = (struct parts){ .count = 0 };
    if (strategy == STRATEGY_portfolio) {
        make_portfolio(out, named, seed);
        return;
    }
    for (uint32_t i = 0; i < (one ? 1u : PARTS_DRAWN); i++)
        turn(out, add(out, strategy, seed));
}
