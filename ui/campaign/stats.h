/* stats.h - statistics of many runs, with intervals.
 *
 * Every interval is of 95 %. Proportions have Wilson's interval, means Student's, medians of times
 * to an event Kaplan and Meier's estimate with the log-log interval, rates the exact Poisson
 * interval (chi-square), paired proportions Newcombe's. stats_format prints no more digits than the
 * interval justifies.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stats_interval {
    double low, point, high;
};

/* The proportion k of n. n = 0: from 0 to 1. */
struct stats_interval stats_wilson(uint64_t k, uint64_t n);

/* Mean of values with Student's interval. n = 1: from minus to plus infinity. */
struct stats_interval stats_mean(const double *values, size_t n);

/* The q quantile (0 < q < 1) of a histogram whose bucket i covers [low(i), low(i + 1)).
 * Interpolates linearly within the bucket. Returns 0 for an empty histogram. */
double stats_quantile(const uint64_t *buckets, uint32_t count, uint64_t (*low)(uint32_t bucket),
                      double q);

/* ---- Times to an event ----------------------------------------------------------------------- */

/* One observation; event false: observed until then without an event (censored). */
struct stats_time {
    double at;
    bool event;
};
struct stats_step {
    double at, survival, low, high;
    uint64_t at_risk;
};

/* Computes Kaplan and Meier's curve: one step for each distinct time of an event, at most n. Sorts
 * times in place. Returns the number of steps. */
size_t stats_survival(struct stats_time *times, size_t n, struct stats_step *steps);

/* The time at which the curve falls to a half, with bounds. Infinity: it does not within the
 * observed time. */
struct stats_interval stats_median(const struct stats_step *steps, size_t count);

/* Mean time between events over the whole observed time. Without an event the point is infinite,
 * but not the low bound. */
struct stats_interval stats_mtbf(const struct stats_time *times, size_t n);

/* ---- Two versions on the same seeds ---------------------------------------------------------- */

struct stats_paired {
    uint64_t both, first_only, second_only, neither;
    struct stats_interval difference; /* Difference P(first) - P(second). */
    double p_value;                   /* P-value of McNemar's exact test for "no difference". */
};
struct stats_paired stats_paired(const bool *first, const bool *second, size_t n);

/* ---- Curves ---------------------------------------------------------------------------------- */

/* Index of the knee of y over rising x: the point farthest from the straight line between the ends.
 * count >= 3. -1: none is farther than a twentieth of the range of y. */
int stats_knee(const double *x, const double *y, size_t count);

/* Writes a value with as many digits as its interval justifies: "24.1", "0.46", "1200". */
void stats_format(struct stats_interval interval, char *out, size_t size);
