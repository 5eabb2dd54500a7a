/* strategies.c - the strategies by name. */
#include "sim/explore/strategy.h"

const struct strategy *const strategies[STRATEGIES] = {
#define STRATEGY(name, what) &strategy_##name,
#include "sim/explore/strategies.def"
#undef STRATEGY
};

const char *const strategy_names[STRATEGIES + 1] = {
#define STRATEGY(name, what) #name,
#include "sim/explore/strategies.def"
#undef STRATEGY
    "portfolio",
};
