/* parts.h - a search in numbered parts, which can be made at the same time, or on several
 * computers.
 *
 * A part is a strategy with a seed of its own, and knows nothing of the others. Whoever searches
 * goes over the turns again and again, PARTS_SLICE schedules each; what comes out depends on
 * neither how many parts are made at once nor on who makes them.
 *
 * A strategy that draws has PARTS_DRAWN parts. dpor, rings and bounded go on from what they saw,
 * each in one part. The portfolio is all of them but bounded, whose orders dpor makes with fewer
 * runs; dpor has every other turn: if the orders are few enough, it ends, and all is known.
 */
#pragma once
#include "sim/explore/strategy.h"

enum { PARTS_DRAWN = 16, PARTS_OF_ARM = 4, PARTS_MAX = 32, PARTS_TURNS_MAX = 64 };
enum { PARTS_SLICE = 16 };

struct parts {
    uint32_t count, turn_count;
    enum strategy_name strategy[PARTS_MAX];
    uint64_t seed[PARTS_MAX];
    uint8_t turns[PARTS_TURNS_MAX]; /* Numbers of parts. */
};

/* named: actors have names; without, the portfolio leaves out strategies that need them. */
void parts_make(struct parts *out, enum strategy_name strategy, bool named, uint64_t seed);
