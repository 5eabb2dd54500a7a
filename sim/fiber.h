/* fiber.h - simulated threads: a stack of their own, switched by hand.
 *
 * A fiber runs until it switches away; nothing preempts it. Stacks lie in the arena, so a snapshot
 * holds where every simulated thread stands. Only this module knows how stacks are switched:
 * assembly for x86-64 (System V and Windows) and AArch64, ucontext elsewhere.
 *
 *     struct fiber *f = fiber_new(&arena, 64 * 1024, body, arg);
 *     fiber_switch(f);          // from the engine's own stack or from another fiber
 *     fiber_switch(NULL);       // back to the engine
 *
 * The body must not return: it ends by fiber_exit, after which the stack may be given to a new
 * fiber.
 */
#pragma once
#include "sim/arena.h"

/* Two share a cache line: with many fibers that is what a switch costs. */
struct fiber {
    void *sp;    /* Saved stack pointer while not running; NULL: not in use. */
    char *stack; /* Lowest byte; the first bytes are the guard pattern. */
    void (*body)(void *arg);
    void *arg; /* Not in use: the next free fiber. */
};

/* The pool of fibers of one world; lies in the arena. */
struct fibers;

struct fibers *fibers_new(struct arena *arena, size_t stack_size, uint32_t fibers_max);

/* A fiber that will run body(arg) when first switched to. Reuses a stack that fiber_exit left;
 * exhaustion of fibers_max is reported by name. */
struct fiber *fiber_new(struct fibers *fibers, void (*body)(void *arg), void *arg);

/* Runs `to` (NULL: the engine) and stays here until somebody switches back. The guard of the fiber
 * that is left is checked: an overflow is a CHECK that names the fiber. */
void fiber_switch(struct fibers *fibers, struct fiber *to);

/* Ends the running fiber and goes to `to` (NULL: the engine). */
NORETURN void fiber_exit(struct fibers *fibers, struct fiber *to);

/* Gives back a fiber that is not running and never will. */
void fiber_free(struct fibers *fibers, struct fiber *fiber);

/* Gives back every fiber: what they were doing is over. Only from the engine's own stack. */
void fibers_abandon(struct fibers *fibers);

/* The running fiber; NULL on the engine's stack. */
struct fiber *fiber_current(const struct fibers *fibers);

/* Host return addresses on a fiber's stack, innermost first, by the chain of frame pointers; how
 * many. from: the frame to begin with (__builtin_frame_address), for the running fiber; NULL: where
 * a fiber that is not running was left. Code without frame pointers ends the chain; so does a
 * processor whose frames nobody here knows (other than x86-64, not on Windows, and AArch64). */
uint32_t fiber_frames(const struct fibers *fibers, const struct fiber *fiber, void *from,
                      void **out, uint32_t out_max);

/* Deepest use of any stack so far, in bytes (from the fill pattern). */
size_t fibers_depth(const struct fibers *fibers);

/* For snapshots: calls visit(live_base, live_size, ctx) for the live part of every stack that is in
 * use. */
void fibers_live(struct fibers *fibers, void (*visit)(void *base, size_t size, void *ctx),
                 void *ctx);

/* For snapshots, before and after stacks are overwritten: forgets what AddressSanitizer believes
 * about the frames on them, and writes the guards anew, for a snapshot of fewer fibers has zeroed
 * those that came later. */
void fibers_overwritten(struct fibers *fibers);
