/* hold.h - the hold model for any queue: take the earliest entry, add one later; n stay pending.
 *
 * The including file defines the queue and a main that calls hold_main.
 *
 * Variants: exp - delays of Exp(1); ties - rounded up to 1/64, so that very many entries share a
 * moment; zero - 2 of 5 have no delay, 2 of 5 a thousandth of the mean; cancel - besides, one
 * pending timer in each operation is cancelled and set anew, as most timers of a server are.
 */
#pragma once
#include "bench.h"
#include <stddef.h>
#include <stdint.h>

void queue_open(size_t n);
uint64_t queue_add(uint64_t at);    /* Returns a handle for queue_cancel. */
uint64_t queue_take(void);          /* Takes the earliest entry; returns its time. */
void queue_cancel(uint64_t handle); /* With HOLD_CANCELS only. */

enum hold_variant { HOLD_EXP, HOLD_TIES, HOLD_ZERO, HOLD_CANCEL };

static const char *const hold_names[] = { "exp", "ties", "zero", "cancel" };

static inline uint64_t hold_next(enum hold_variant variant, uint64_t now, uint64_t *state)
{
    uint64_t delay = bench_exponential(state), dice = delay & 1023;

    if (variant == HOLD_TIES)
        return ((now + delay) | 0xffffff) + 1;
    if (variant == HOLD_ZERO)
        return now + (dice < 410 ? 0 : dice < 820 ? delay >> 10 : delay);
    return now + delay;
}

#if defined(HOLD_CANCELS)
/* The variant cancel: half of the n pending entries are timers that never expire. */
static uint64_t hold_cancel(size_t n, size_t ops, uint64_t *state)
{
    static uint64_t *timers;
    static size_t timer_count;
    static uint64_t now;
    uint64_t sum = 0;

    if (timers == NULL) {
        timer_count = n / 2;
        timers = (uint64_t *)malloc(timer_count * sizeof *timers);
        for (size_t i = 0; i < timer_count; i++)
            timers[i] = queue_add(64 * TICK + bench_exponential(state));
        for (size_t i = timer_count; i < n; i++)
            queue_add(bench_exponential(state));
    }
    for (size_t i = 0; i < ops; i++) {
        size_t which = (size_t)(bench_random(state) % timer_count);

        now = queue_take();
        queue_cancel(timers[which]);
        timers[which] = queue_add(now + 64 * TICK + bench_exponential(state));
        queue_add(hold_next(HOLD_EXP, now, state));
        sum = sum * 31 + now;
    }
    return sum;
}
#endif

static uint64_t hold_plain(enum hold_variant variant, size_t n, size_t ops, uint64_t *state)
{
    static int filled;
    uint64_t sum = 0;

    for (size_t i = 0; i < n && !filled; i++)
        queue_add(bench_exponential(state));
    filled = 1;
    for (size_t i = 0; i < ops; i++) {
        uint64_t now = queue_take();

        sum = sum * 31 + now;
        queue_add(hold_next(variant, now, state));
    }
    return sum;
}

/* usage: program N OPERATIONS VARIANT */
static inline int hold_main(int argc, char **argv, const char *who)
{
    size_t n = argc > 1 ? strtoull(argv[1], NULL, 0) : 100;
    size_t ops = argc > 2 ? strtoull(argv[2], NULL, 0) : 1000000;
    enum hold_variant variant = HOLD_EXP;
    uint64_t state = 42, sum = 0;
    char group[32];

    for (int i = 0; i < 4; i++) {
        if (argc > 3 && strcmp(argv[3], hold_names[i]) == 0)
            variant = (enum hold_variant)i;
    }
    bench_begin();
    double before = bench_resident(), start = 0;

    queue_open(n);
    for (int measured = 0; measured < 2; measured++) {
        size_t count = measured ? ops : 3 * n;

        start = bench_now();
#if defined(HOLD_CANCELS)
        if (variant == HOLD_CANCEL) {
            sum ^= hold_cancel(n, count, &state);
            continue;
        }
#endif
        sum ^= hold_plain(variant, n, count, &state);
    }
    double ns = (bench_now() - start) / (double)ops;

    snprintf(group, sizeof group, "hold-%s", hold_names[variant]);
    bench_result(group, who, (double)n, ns, (bench_resident() - before) / (double)n);
    printf("check %016llx\n", (unsigned long long)sum);
    return 0;
}
