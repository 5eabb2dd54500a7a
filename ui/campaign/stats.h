/* stats.h - what many runs say, and how sure one may be.
 *
 * Every interval is of 95 %. Proportions have Wilson's interval, means Student's, medians of times
 * to an event Kaplan and Meier's with the log-log interval, rates the exact Poisson interval
 * (chi-square), paired proportions Newcombe's. No figure is printed with more digits than its
 * interval deserves (stats_format).
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stats_interval {
    double low, point, high;
};

/* k of n. n = 0: 0 to 1. */
struct stats_interval stats_wilson(uint64_t k, uint64_t n);

/* Mean of values with Student's interval; n = 1: from minus to plus infinity. */
struct stats_interval stats_mean(const double *values, size_t n);

/* The q quantile (0 < q < 1) of a histogram whose bucket i covers [low(i), low(i + 1)). Linear
 * inside the bucket. 0: empty. */
double stats_quantile(const uint64_t *buckets, uint32_t count, uint64_t (*low)(uint32_t bucket),
                      double q);

/* ---- Times to an event ----------------------------------------------------------------------- */

/* event false: watched until then, and nothing came (censored). */
struct stats_time {
    double at;
    bool event;
};
struct stats_step {
    double at, survival, low, high;
    uint64_t at_risk;
};

/* Kaplan and Meier's curve: one step for each distinct time of an event, at most n; times are
 * sorted in place. The number of steps. */
size_t stats_survival(struct stats_time *times, size_t n, struct stats_step *steps);

/* Where the curve falls to a half, and where its bounds do. Infinity: it does not, in what was
 * watched. */
struct stats_interval stats_median(const struct stats_step *steps, size_t count);

/* Mean time between events from the whole time watched; no event: the point is infinite, the low
 * bound is not. */
struct stats_interval stats_mtbf(const struct stats_time *times, size_t n);

/* ---- Two versions on the same seeds ---------------------------------------------------------- */

struct stats_paired {
    uint64_t both, first_only, second_only, neither;
    struct stats_interval difference; /* P(first) - P(second). */
    double p_value;                   /* McNemar's exact test: no difference. */
};
struct stats_paired stats_paired(const bool *first, const bool *second, size_t n);

/* ---- Curves ---------------------------------------------------------------------------------- */

/* Index of the knee of y over x (x rising): where it is farthest from the straight line between its
 * ends. count >= 3; -1: it has none (flat, or bent the other way by less than a twentieth). */
int stats_knee(const double *x, const double *y, size_t count);

/* A value as text with the digits that its interval deserves: "24.1", "0.46", "1200". */
void stats_format(struct stats_interval interval, char *out, size_t size);
