/* costs.h - the operations that take processor time, by name: COST_ATTACH and so on (costs.def). */
#pragma once
#include "model/words/limits.h"

enum cost {
#define COST(name, ns, source) COST_##name,
#include "model/words/costs.def"
#undef COST
    COST_COUNT
};
_Static_assert((int)COST_COUNT <= (int)COSTS_MAX, "raise COSTS_MAX");
