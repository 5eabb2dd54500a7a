/* ke_cost.h - the processor time of the kernel's own work: a row of costs.def, spent by the running
 * thread.
 *
 * Spending is a point (ke.h).
 */
#pragma once
#include "model/kernel/kernel.h"
#include "model/words/costs.h"

static inline void ke_cost(enum cost cost) { ke_spend(ke->cost[cost]); }

/* ke_cost for code that also runs while the world is being made: there is no thread yet then, and
 * nothing is spent. */
static inline void ex_cost(enum cost cost)
{
    if (fiber_current(ke->sim->fibers) != NULL)
        ke_cost(cost);
}
