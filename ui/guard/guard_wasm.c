/* guard_wasm.c - see guard.h.
 *
 * The guarded call has a stack of its own, so that a failed CHECK can go back from wherever it is,
 * and forget what stands there. What WebAssembly itself ends (a wild pointer beyond the memory, a
 * division by zero) nobody here survives: the page starts the program anew.
 */
#include "ui/guard/guard.h"
#include "ui/host/strand_wasm.h"
#include "sim/base.h"
#include "sim/sim.h"
#include <stdio.h>

static _Thread_local struct {
    struct strand *back;   /* The caller of guard_call; NULL: no call is guarded. */
    struct strand *inside; /* The call. */
    void (*work)(void *arg);
    void *arg;
    char *message;
    size_t size;
    bool good;
} guarded;

void guard_enter(struct guard *guard) { (void)guard; }
void guard_leave(struct guard *guard) { (void)guard; }
void guard_break(const struct guard *guard) { (void)guard; }
void guard_program(void) {}

bool guard_was_broken(void **frame)
{
    *frame = NULL;
    return false;
}

static void on_check(const char *message)
{
    if (guarded.back == NULL)
        return;
    snprintf(guarded.message, guarded.size, "%s", message);
    strand_go(guarded.inside, guarded.back);
}

static void call(void *arg)
{
    (void)arg;
    guarded.work(guarded.arg);
    guarded.good = true;
    strand_go(guarded.inside, guarded.back);
}

bool guard_call(void (*work)(void *arg), void *arg, char *message, size_t size)
{
    struct strand here, inside;

    strand_here(&here);
    strand_new(&inside, call, NULL);
    guarded.back = &here;
    guarded.inside = &inside;
    guarded.work = work;
    guarded.arg = arg;
    guarded.message = message;
    guarded.size = size;
    guarded.good = false;
    check_hook(on_check);
    strand_go(&here, &inside);
    guarded.back = NULL;
    sim_left_behind();
    check_hook(NULL);
    check_clock(NULL);
    strand_free(&inside);
    strand_free(&here);
    return guarded.good;
}
