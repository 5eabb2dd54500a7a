/* guard.h - calls a function whose crash, or whose endless loop, must not end the program.
 *
 * When the function fails a CHECK, follows a wild pointer or divides by zero, guard_call returns
 * with a message, on whatever simulated stack it happened. Resources of the function are not
 * released, but a world is one block and can be freed. Each thread calls guard_enter once before
 * and guard_leave once after.
 *
 *     guard_enter(&guard);
 *     if (!guard_call(run_world, job, message, sizeof message))
 *         ...
 *     guard_leave(&guard);
 *
 * Another thread breaks an endless loop by guard_break. Call it only when the guarded function does
 * not end otherwise: it may be anywhere.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct guard {
    struct guard_own *own; /* What this system keeps for it. */
};

void guard_enter(struct guard *guard);

/* Calls work(arg). True: it returned. False: it crashed, and message says how. Calls do not
 * nest. */
bool guard_call(void (*work)(void *arg), void *arg, char *message, size_t size);
void guard_leave(struct guard *guard);

/* Ends the guard_call that the thread of this guard is in, if it is in one. Called by another
 * thread. */
void guard_break(const struct guard *guard);

/* True if guard_break ended this thread's last guard_call. frame: what the interrupted function's
 * chain of frames begins with, for fiber_frames; NULL: this host cannot tell. */
bool guard_was_broken(void **frame);

/* Ends the whole program with exit code 70 and a message when it crashes outside any guard_call,
 * which is always a fault of exifsim: a shell's 128 + signal could mean something else. Call it
 * first in main. */
void guard_program(void);
