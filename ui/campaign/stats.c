/* stats.c - see stats.h. The formulas are those of their authors' papers. The two special functions
 * they need are computed by series or continued fraction. */
#include "ui/campaign/stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define Z 1.959963984540054 /* The 97.5 % quantile of the normal distribution. */

struct stats_interval stats_wilson(uint64_t k, uint64_t n)
{
    double p, middle, half;

    if (n == 0)
        return (struct stats_interval){ 0, 0.5, 1 };
    p = (double)k / (double)n;
    middle = (p + Z * Z / (2 * (double)n)) / (1 + Z * Z / (double)n);
    half = Z / (1 + Z * Z / (double)n) *
           sqrt(p * (1 - p) / (double)n + Z * Z / (4 * (double)n * (double)n));
    return (struct stats_interval){ k == 0 ? 0 : middle - half, p, k == n ? 1 : middle + half };
}

/* ---- Special functions ----------------------------------------------------------------------- */

/* P(a, x), the regularized lower incomplete gamma function. */
static double gamma_p(double a, double x)
{
    double term = 1 / a, sum = term;

    if (x <= 0)
        return 0;
    if (x < a + 1) {
        for (int i = 1; i < 1000 && term > sum * 1e-16; i++)
            sum += term *= x / (a + i);
        return sum * exp(a * log(x) - x - lgamma(a));
    }
    double b = x + 1 - a, c = 1e300, d = 1 / b, h = d;

    for (int i = 1; i < 1000; i++) {
        double an = -i * (i - a);

        b += 2;
        d = 1 / (an * d + b);
        c = b + an / c;
        h *= d * c;
        if (fabs(d * c - 1) < 1e-15)
            break;
    }
    return 1 - h * exp(a * log(x) - x - lgamma(a));
}

/* Solves f(x) = p for a rising f, between 0 and high. */
static double invert(double (*f)(double parameter, double x), double parameter, double p,
                     double high)
{
    double low = 0;

    for (int i = 0; i < 200; i++) {
        double middle = (low + high) / 2;

        if (f(parameter, middle) < p)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

/* I(x; a, b), the regularized incomplete beta function, by its continued fraction (Lentz). */
static double beta_i(double a, double b, double x)
{
    double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
    double c = 1, d = 1 - (a + b) * x / (a + 1), h;

    if (x > (a + 1) / (a + b + 2))
        return 1 - beta_i(b, a, 1 - x);
    d = 1 / d;
    h = d;
    for (int m = 1; m < 1000; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));

        d = 1 / (1 + even * d);
        c = 1 + even / c;
        h *= d * c;
        d = 1 / (1 + odd * d);
        c = 1 + odd / c;
        h *= d * c;
        if (fabs(d * c - 1) < 1e-15)
            break;
    }
    return front * h / a;
}

static double student(double freedom, double t)
{
    return 1 - 0.5 * beta_i(freedom / 2, 0.5, freedom / (freedom + t * t));
}

struct stats_interval stats_mean(const double *values, size_t n)
{
    double sum = 0, squares = 0, mean, half;

    if (n == 0)
        return (struct stats_interval){ -INFINITY, 0, INFINITY };
    for (size_t i = 0; i < n; i++)
        sum += values[i];
    mean = sum / (double)n;
    if (n == 1)
        return (struct stats_interval){ -INFINITY, mean, INFINITY };
    for (size_t i = 0; i < n; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    half =
        invert(student, (double)(n - 1), 0.975, 1000) * sqrt(squares / (double)(n - 1) / (double)n);
    return (struct stats_interval){ mean - half, mean, mean + half };
}

double stats_quantile(const uint64_t *buckets, uint32_t count, uint64_t (*low)(uint32_t bucket),
                      double q)
{
    uint64_t all = 0;
    double wanted, passed = 0;

    for (uint32_t i = 0; i < count; i++)
        all += buckets[i];
    wanted = q * (double)all;
    for (uint32_t i = 0; i < count && all > 0; i++) {
        double here = (double)buckets[i];

        if (here > 0 && passed + here >= wanted)
            return (double)low(i) + (double)(low(i + 1) - low(i)) * (wanted - passed) / here;
        passed += here;
    }
    return 0;
}

/* ---- Times to an event ----------------------------------------------------------------------- */

/* Sorts by time; an event precedes a censored observation of the same time, as in Kaplan and
 * Meier's estimate. */
static int by_time(const void *one, const void *other)
{
    const struct stats_time *a = one, *b = other;

    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return (int)b->event - (int)a->event;
}

/* Bounds of S from the normal interval of log(-log S), which stay between 0 and 1. */
static void bound(struct stats_step *step, double greenwood)
{
    double s = step->survival, loglog, width;

    step->low = step->high = s;
    if (s <= 0 || s >= 1)
        return;
    loglog = log(-log(s));
    width = Z * sqrt(greenwood) / fabs(log(s));
    step->low = exp(-exp(loglog + width));
    step->high = exp(-exp(loglog - width));
}

size_t stats_survival(struct stats_time *times, size_t n, struct stats_step *steps)
{
    double survival = 1, greenwood = 0;
    size_t count = 0;

    qsort(times, n, sizeof *times, by_time);
    for (size_t i = 0; i < n;) {
        size_t events = 0, next = i;

        for (; next < n && times[next].at == times[i].at; next++)
            events += times[next].event;
        if (events > 0) {
            double risk = (double)(n - i), died = (double)events;

            survival *= 1 - died / risk;
            if (risk > died)
                greenwood += died / (risk * (risk - died));
            steps[count] = (struct stats_step){ times[i].at, survival, 0, 0, n - i };
            bound(&steps[count++], greenwood);
        }
        i = next;
    }
    return count;
}

struct stats_interval stats_median(const struct stats_step *steps, size_t count)
{
    struct stats_interval median = { INFINITY, INFINITY, INFINITY };

    for (size_t i = count; i-- > 0;) {
        if (steps[i].low <= 0.5)
            median.low = steps[i].at;
        if (steps[i].survival <= 0.5)
            median.point = steps[i].at;
        if (steps[i].high <= 0.5)
            median.high = steps[i].at;
    }
    return median;
}

struct stats_interval stats_mtbf(const struct stats_time *times, size_t n)
{
    double watched = 0, events = 0, most, least;

    for (size_t i = 0; i < n; i++) {
        watched += times[i].at;
        events += times[i].event;
    }
    /* Upper bound of the number of events. */
    most = invert(gamma_p, events + 1, 0.975, 10 * (events + 10));
    least = events > 0 ? invert(gamma_p, events, 0.025, 10 * (events + 10)) : 0;
    return (struct stats_interval){ watched / most, events > 0 ? watched / events : INFINITY,
                                    least > 0 ? watched / least : INFINITY };
}

/* ---- Pairs ----------------------------------------------------------------------------------- */

/* McNemar's exact test: of the discordant pairs, half should fall on either side. */
static double mcnemar(uint64_t one, uint64_t other)
{
    uint64_t n = one + other, least = one < other ? one : other;
    double sum = 0;

    for (uint64_t k = 0; k <= least; k++)
        sum += exp(lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1) -
                   (double)n * log(2));
    return fmin(1, 2 * sum);
}

/* Newcombe's interval for the difference of paired proportions (his method 10): Wilson's bounds of
 * both, with their correlation. */
static struct stats_interval difference(const struct stats_paired *p)
{
    double both = (double)p->both, neither = (double)p->neither, one = (double)p->first_only,
           other = (double)p->second_only;
    uint64_t n = p->both + p->first_only + p->second_only + p->neither;
    struct stats_interval a = stats_wilson(p->both + p->first_only, n),
                          b = stats_wilson(p->both + p->second_only, n);
    double margins = (both + one) * (other + neither) * (both + other) * (one + neither),
           cross = both * neither - one * other;
    double phi = margins > 0 ? (cross > (double)n / 2 ? cross - (double)n / 2
                                : cross < 0           ? cross
                                                      : 0) /
                                   sqrt(margins)
                             : 0;
    double down_a = a.point - a.low, up_a = a.high - a.point, down_b = b.point - b.low,
           up_b = b.high - b.point;
    double d = a.point - b.point;

    return (struct stats_interval){
        d - sqrt(fmax(0, down_a * down_a - 2 * phi * down_a * up_b + up_b * up_b)), d,
        d + sqrt(fmax(0, up_a * up_a - 2 * phi * up_a * down_b + down_b * down_b))
    };
}

struct stats_paired stats_paired(const bool *first, const bool *second, size_t n)
{
    struct stats_paired paired = { 0 };

    for (size_t i = 0; i < n; i++) {
        paired.both += first[i] && second[i];
        paired.first_only += first[i] && !second[i];
        paired.second_only += !first[i] && second[i];
        paired.neither += !first[i] && !second[i];
    }
    paired.difference = difference(&paired);
    paired.p_value = mcnemar(paired.first_only, paired.second_only);
    return paired;
}

/* ---- Curves ---------------------------------------------------------------------------------- */

int stats_knee(const double *x, const double *y, size_t count)
{
    double width = x[count - 1] - x[0], low = y[0], high = y[0], farthest = 0.05;
    int knee = -1;

    for (size_t i = 0; i < count; i++) {
        low = fmin(low, y[i]);
        high = fmax(high, y[i]);
    }
    if (width <= 0 || high <= low)
        return -1;
    for (size_t i = 1; i + 1 < count; i++) {
        double along = (x[i] - x[0]) / width, chord = y[0] + along * (y[count - 1] - y[0]);
        double distance = fabs(chord - y[i]) / (high - low);

        if (distance > farthest) {
            farthest = distance;
            knee = (int)i;
        }
    }
    return knee;
}

void stats_format(struct stats_interval interval, char *out, size_t size)
{
    double half = fmax(interval.high - interval.point, interval.point - interval.low);
    int digits = 2;

    if (!isfinite(interval.point)) {
        snprintf(out, size, "none seen");
        return;
    }
    if (isfinite(half) && half > 0 && interval.point != 0) {
        digits = (int)ceil(log10(fabs(interval.point) / half)) + 1;
        digits = digits < 1 ? 1 : digits > 4 ? 4 : digits;
    }
    double magnitude = interval.point == 0 ? 0 : floor(log10(fabs(interval.point)));
    int decimals = digits - 1 - (int)magnitude;

    if (decimals > 0) {
        snprintf(out, size, "%.*f", decimals, interval.point);
    } else {
        double unit = pow(10, -decimals);

        snprintf(out, size, "%.0f", round(interval.point / unit) * unit);
    }
}
