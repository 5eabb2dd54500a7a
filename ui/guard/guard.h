/* guard.h - one call whose failure is an outcome, not the end of the program.
 *
 * A CHECK that does not hold, a wild pointer, a division by zero: guard_call comes back with a
 * message, from whatever simulated stack it happened on. What the call had taken stays taken; a
 * world, being one block, can be given back. Each thread prepares itself once.
 *
 *     guard_enter(&guard);
 *     if (!guard_call(run_world, job, message, sizeof message))
 *         ...
 *     guard_leave(&guard);
 */
#pragma once
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

struct guard {
    void *stack; /* Signals of this thread are handled there: a simulated stack may be full. */
    stack_t before;
};

void guard_enter(struct guard *guard);

/* True: work came to its end. False: message says what broke. Calls do not nest. */
bool guard_call(void (*work)(void *arg), void *arg, char *message, size_t size);
void guard_leave(struct guard *guard);
