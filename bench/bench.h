/* bench.h - what all benchmark programs share: clock, memory, random numbers and the line of
 * output.
 *
 * A program measures one thing once, after a warm-up, and prints
 *
 *     RESULT <group> <who> <n> <ns per operation> <bytes per item>
 *
 * bench/run calls the programs in turn for several rounds and takes medians. C and C++ programs
 * include this file.
 */
#pragma once
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TICK ((uint64_t)1 << 30) /* Mean delay of the hold model, near a second in ns. */

static inline double bench_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static inline int bench_by_value(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;

    return (a > b) - (a < b);
}

/* The median of n values, which are put in order. */
static inline double bench_median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, bench_by_value);
    return values[n / 2];
}

/* Resident memory in bytes; 0: the host does not tell. */
static inline double bench_resident(void)
{
    char line[256];
    double kib = 0;
    FILE *file = fopen("/proc/self/smaps_rollup", "r");

    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "Rss:", 4) == 0)
            kib = atof(line + 4);
    }
    if (file != NULL)
        fclose(file);
    return kib * 1024;
}

static inline uint64_t bench_random(uint64_t *state) /* splitmix64 */
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t bench_quantiles[1024];

static inline void bench_begin(void)
{
    for (int i = 0; i < 1024; i++)
        bench_quantiles[i] = (uint64_t)(-log1p(-i / 1024.0) * (double)TICK);
}

/* Draws Exp(1) in ticks; the same cheap draw for all programs. */
static inline uint64_t bench_exponential(uint64_t *state)
{
    for (uint64_t base = 0;; base += bench_quantiles[1023]) {
        uint64_t r = bench_random(state), i = r >> 54, part = (r >> 22) & 0xffffffffu;

        if (i < 1023)
            return base + bench_quantiles[i] +
                   (((bench_quantiles[i + 1] - bench_quantiles[i]) * part) >> 32) + 1;
    }
}

/* A random order in which to visit n things, so that successive ones are rarely neighbours. */
static inline uint32_t *bench_shuffle(size_t n)
{
    uint32_t *order = (uint32_t *)malloc(n * sizeof *order);
    uint64_t state = 7;

    for (size_t i = 0; i < n; i++) {
        size_t j = (size_t)(bench_random(&state) % (i + 1));

        order[i] = order[j];
        order[j] = (uint32_t)i;
    }
    return order;
}

static inline void bench_result(const char *group, const char *who, double n, double ns,
                                double bytes)
{
    printf("RESULT %s %s %.0f %.3f %.1f\n", group, who, n, ns, bytes);
    fflush(stdout);
}
