/* fiber.h - simulated threads: each has its own stack, switched by hand.
 *
 * A fiber runs until it switches away; nothing preempts it. Stacks lie in the arena, so a snapshot
 * contains the position of every simulated thread. Only this module knows how stacks are switched:
 * assembly for x86-64 (System V and Windows) and AArch64, Asyncify for WebAssembly, ucontext
 * elsewhere.
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

/* Kept small, so that two share a cache line: with many fibers, cache misses are the cost of a
 * switch. */
struct fiber {
    void *sp;    /* Saved stack pointer while not running; NULL: not in use. */
    char *stack; /* Lowest byte of the stack, where the guard pattern is. */
    void (*body)(void *arg);
    void *arg; /* Argument of the body; in a free fiber: the next free one. */
};

/* All fibers of one world. Lies in the arena. */
struct fibers;

struct fibers *fibers_new(struct arena *arena, size_t stack_size, uint32_t fibers_max);

/* Makes a fiber that runs body(arg) when first switched to. Reuses a stack that fiber_exit gave
 * back. More than fibers_max fibers: fails like a CHECK and names the limit. */
struct fiber *fiber_new(struct fibers *fibers, void (*body)(void *arg), void *arg);

/* Runs `to` (NULL: the engine) and returns when the caller's fiber is switched to again. Checks
 * the guard of the fiber that is left: an overflow is a CHECK that names the fiber. */
void fiber_switch(struct fibers *fibers, struct fiber *to);

/* Ends the running fiber and goes to `to` (NULL: the engine). */
NORETURN void fiber_exit(struct fibers *fibers, struct fiber *to);

/* Gives back a fiber that is not running and will never run again. */
void fiber_free(struct fibers *fibers, struct fiber *fiber);

/* Gives back every fiber, whatever it was doing. Call it on the engine's own stack only. */
void fibers_abandon(struct fibers *fibers);

/* The running fiber; NULL on the engine's stack. */
struct fiber *fiber_current(const struct fibers *fibers);

/* Number of a fiber, from 0: its place in the order in which stacks were made. */
uint32_t fiber_number(const struct fibers *fibers, const struct fiber *fiber);

/* Collects the host return addresses on a fiber's stack, innermost first, along the chain of
 * frame pointers; returns their number. from: for the running fiber, the frame to begin with
 * (__builtin_frame_address); NULL: where a fiber that is not running was left. Code without
 * frame pointers ends the chain. Only x86-64 (not on Windows) and AArch64 frames can be read. */
uint32_t fiber_frames(const struct fibers *fibers, const struct fiber *fiber, void *from,
                      void **out, uint32_t out_max);

/* Tells the registers that a fiber which is not running was left with, as mark_here keeps them
 * (sim/host/mark.h). False: it is running, or this host cannot tell. */
bool fiber_left(const struct fiber *fiber, void **mark);

/* Puts a page that cannot be touched into every stack, also of fibers made later, so that code that
 * overflows its stack faults. Below the page is room for what the overflow leads to. For code of
 * guests; call it once. */
void fibers_protect(struct fibers *fibers);
/* Where an address lies on the running fiber's stack. */
enum fiber_place { FIBER_OUTSIDE, FIBER_ON_STACK, FIBER_IN_GUARD, FIBER_BELOW_GUARD };
enum fiber_place fiber_place(const struct fibers *fibers, uintptr_t address);
/* The fiber on whose stack an address lies, and how many bytes below the stack's end; NULL: on
 * none. */
const struct fiber *fiber_at(const struct fibers *fibers, uintptr_t address, size_t *depth);
/* Opens the guard page of the running fiber, which has overflowed; returns the address below which
 * code may run. */
uintptr_t fiber_open_guard(const struct fibers *fibers);
/* Closes it again, when nothing of the overflow stands on it any more. */
void fiber_close_guard(const struct fibers *fibers, const struct fiber *fiber);
/* The engine runs again, though no fiber switched to it: the fiber is lost. */
void fibers_back(struct fibers *fibers);

/* Deepest use of any stack so far, in bytes. */
size_t fibers_depth(const struct fibers *fibers);

/* For snapshots: calls visit(live_base, live_size, ctx) for the live part of every stack that is in
 * use. */
void fibers_live(struct fibers *fibers, void (*visit)(void *base, size_t size, void *ctx),
                 void *ctx);

/* True if a switch of fibers is no call of the system. Where it is one, as with ucontext, the
 * system writes registers into the arena. */
bool fibers_need_no_system(void);

/* For snapshots: the number of stacks made so far, and whether they have guard pages. */
uint32_t fibers_made(const struct fibers *fibers);
bool fibers_protected(const struct fibers *fibers);
/* For snapshots: zeroes stacks made later, which lie in this part of the high end. Closed guard
 * pages have no bytes and stay closed: the next stack there has the same ones. */
void fibers_zero(const struct fibers *fibers, char *from, char *end);
/* For snapshots, after stacks were put back: closes the guard pages of stacks from this number on,
 * but where one has overflowed, and writes the guards anew, which fibers_zero has taken away. */
void fibers_close(struct fibers *fibers, uint32_t from);
/* For snapshots, before and after stacks are overwritten: clears AddressSanitizer's marks on the
 * frames. */
void fibers_overwritten(struct fibers *fibers);
