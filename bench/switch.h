/* switch.h - fibers in a ring of random order, each switching directly to the next; for any kind of
 * fiber.
 *
 * The including file defines the fibers and a main that calls ring_main.
 */
#pragma once
#include "bench.h"
#include <stddef.h>
#include <stdint.h>

void ring_open(size_t n, const uint32_t *next); /* Makes n fibers that run ring_body. */
void ring_start(void);                          /* Runs fiber 0; returns after ring_finish. */
void ring_switch(size_t from, size_t to);
void ring_finish(size_t from); /* Returns to ring_start. */

enum { RING_STACK = 16384 };

static const uint32_t *ring_next;
static size_t ring_left, ring_running;

/* The number of the next fiber is read from memory outside the fiber's stack, as a scheduler's
 * choice would be. */
static inline void ring_body(void)
{
    for (;;) {
        size_t me = ring_running;

        if (--ring_left == 0) {
            ring_finish(me);
        } else {
            ring_running = ring_next[me];
            ring_switch(me, ring_running);
        }
    }
}

/* usage: program FIBERS SWITCHES */
static inline int ring_main(int argc, char **argv, const char *who)
{
    size_t n = argc > 1 ? strtoull(argv[1], NULL, 0) : 2;
    size_t switches = argc > 2 ? strtoull(argv[2], NULL, 0) : 1000000;
    uint32_t *order = bench_shuffle(n), *next = (uint32_t *)malloc(n * sizeof *next);
    double before = bench_resident(), start = 0;

    for (size_t i = 0; i < n; i++)
        next[order[i]] = order[(i + 1) % n];
    ring_next = next;
    ring_open(n, next);
    for (int measured = 0; measured < 2; measured++) {
        ring_left = measured ? switches : 3 * n;
        start = bench_now();
        ring_start();
    }
    bench_result("switch", who, (double)n, (bench_now() - start) / (double)switches,
                 (bench_resident() - before) / (double)n);
    return 0;
}
