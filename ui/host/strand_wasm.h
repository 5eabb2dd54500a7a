/* strand_wasm.h - WebAssembly: a call on a stack of its own, which can be left in the middle.
 *
 * Emscripten's fibers, with a stack each. What is left in the middle goes on when it is gone to
 * again, or is forgotten.
 *
 *     struct strand here, there;
 *
 *     strand_here(&here);                      // the stack that runs now
 *     strand_new(&there, body, arg);           // body must not return
 *     strand_go(&here, &there);                // returns when somebody goes to `here`
 *     strand_free(&there);
 */
#pragma once
#include <emscripten/fiber.h>

struct strand {
    emscripten_fiber_t fiber;
    void *stack, *written; /* The stack, and what Asyncify writes of it; NULL: not its own. */
};

/* Has room for what Asyncify writes of the stack that runs now. */
void strand_here(struct strand *strand);
void strand_new(struct strand *strand, void (*body)(void *arg), void *arg);
/* from: the strand that runs now. */
void strand_go(struct strand *from, struct strand *to);
/* The strand must not be running. */
void strand_free(struct strand *strand);
