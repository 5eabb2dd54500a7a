/* stats_test.c - statistics against published values and against simulations of known answer. */
#include "ui/campaign/stats.h"
#include "tests/groups.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void near(double got, double wanted, double within)
{
    if (!(fabs(got - wanted) <= within))
        fail_msg("%g is not %g within %g", got, wanted, within);
}

/* Newcombe, Statistics in Medicine 17 (1998) 857-872, table I: 81/263, 15/148, 0/20, 1/29. */
static void wilson_gives_newcombes_published_intervals(void **state)
{
    (void)state;
    near(stats_wilson(81, 263).low, 0.2553, 5e-5);
    near(stats_wilson(81, 263).high, 0.3662, 5e-5);
    near(stats_wilson(15, 148).low, 0.0624, 5e-5);
    near(stats_wilson(15, 148).high, 0.1605, 5e-5);
    near(stats_wilson(0, 20).low, 0, 0);
    near(stats_wilson(0, 20).high, 0.1611, 5e-5);
    near(stats_wilson(1, 29).low, 0.0061, 5e-5);
    near(stats_wilson(1, 29).high, 0.1718, 5e-5);
}

static void the_mean_has_students_interval(void **state)
{
    const double values[] = { 1, 2, 3, 4, 5 }; /* s = 1.5811, t(4) = 2.7764: half = 1.9632. */
    struct stats_interval mean = stats_mean(values, 5);

    (void)state;
    near(mean.point, 3, 1e-12);
    near(mean.high - mean.point, 1.96324, 1e-4);
    assert_true(isinf(stats_mean(values, 1).high));
}

static uint64_t tens(uint32_t bucket) { return bucket * 10ull; }

static void quantiles_are_linear_inside_a_bucket(void **state)
{
    const uint64_t buckets[] = { 10, 0, 80, 10 };

    (void)state;
    near(stats_quantile(buckets, 4, tens, 0.5), 25, 1e-9);
    near(stats_quantile(buckets, 4, tens, 0.95), 35, 1e-9);
    near(stats_quantile(buckets, 0, tens, 0.5), 0, 0);
}

/* Freireich's 6-MP arm, the textbook example (Kleinbaum and Klein, Survival Analysis): S(6) =
 * 0.857, S(23) = 0.448, median 23. */
static void kaplan_and_meier_give_the_textbooks_curve(void **state)
{
    static const int weeks[] = { 6,   6,   6,   7,   10,  13,  16,  22,  23,  -6, -9,
                                 -10, -11, -17, -19, -20, -25, -32, -32, -34, -35 };
    struct stats_time times[21];
    struct stats_step steps[21];

    (void)state;
    for (int i = 0; i < 21; i++)
        times[i] = (struct stats_time){ abs(weeks[i]), weeks[i] > 0 };
    size_t count = stats_survival(times, 21, steps);

    assert_int_equal(count, 7);
    near(steps[0].survival, 0.8571, 5e-5);
    near(steps[2].survival, 0.7529, 5e-5);
    near(steps[6].survival, 0.4482, 5e-5);
    near(stats_median(steps, count).point, 23, 0);
    near(stats_median(steps, count).low, 13, 0);
    assert_true(isinf(stats_median(steps, count).high));
}

/* Exact Poisson bounds of 10 events: 4.795 and 18.390 (Garwood). */
static void the_mtbf_has_the_exact_interval_of_the_count(void **state)
{
    struct stats_time times[20];

    (void)state;
    for (int i = 0; i < 20; i++)
        times[i] = (struct stats_time){ 10, i < 10 };
    struct stats_interval mtbf = stats_mtbf(times, 20);

    near(mtbf.point, 20, 1e-9);
    near(mtbf.low, 200 / 18.3904, 1e-3);
    near(mtbf.high, 200 / 4.7954, 1e-3);
    for (int i = 0; i < 20; i++)
        times[i].event = false;
    mtbf = stats_mtbf(times, 20);
    assert_true(isinf(mtbf.point) && isinf(mtbf.high));
    near(mtbf.low, 200 / 3.6889, 1e-3); /* No event: the upper bound is 3.689. */
}

static void pairs_are_compared_as_pairs(void **state)
{
    bool old[30], new[30];

    (void)state;
    for (int i = 0; i < 30; i++) {
        old[i] = i < 20;
        new[i] = i < 2;
    }
    struct stats_paired paired = stats_paired(old, new, 30);

    assert_int_equal(paired.both, 2);
    assert_int_equal(paired.first_only, 18);
    near(paired.difference.point, 0.6, 1e-12);
    assert_true(paired.difference.low > 0.35 && paired.difference.high < 0.8);
    near(paired.p_value, 2 * pow(0.5, 18), 1e-12);
    paired = stats_paired(old, old, 30);
    near(paired.p_value, 1, 1e-12);
}

/* Coverage: about 95 % of many samples have the true value in their interval. */
static void intervals_hold_what_they_promise(void **state)
{
    uint64_t random = 1, wilson = 0, mtbf = 0;

    (void)state;
    for (int sample = 0; sample < 4000; sample++) {
        struct stats_time times[40];
        uint64_t hits = 0;

        for (int i = 0; i < 40; i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            double u = ((double)(random >> 11) + 0.5) / 9007199254740992.0, t = -log(u) * 50;

            hits += u < 0.2;
            times[i] = (struct stats_time){ fmin(t, 30), t < 30 };
        }
        struct stats_interval p = stats_wilson(hits, 40), m = stats_mtbf(times, 40);

        wilson += p.low <= 0.2 && 0.2 <= p.high;
        mtbf += m.low <= 50 && 50 <= m.high;
    }
    near((double)wilson / 4000, 0.95, 0.025);
    near((double)mtbf / 4000, 0.96, 0.03); /* Exact intervals are a little wide. */
}

static void the_knee_is_where_the_curve_turns(void **state)
{
    const double x[] = { 2, 5, 10, 24, 50, 100 }, flat[] = { 1, 1, 1, 1, 1, 1 },
                 hockey[] = { 10, 11, 12, 14, 18, 400 };

    (void)state;
    assert_int_equal(stats_knee(x, hockey, 6), 4);
    assert_int_equal(stats_knee(x, flat, 6), -1);
}

static void figures_have_the_digits_they_deserve(void **state)
{
    char text[32];

    (void)state;
    stats_format((struct stats_interval){ 0.35, 0.4583, 0.57 }, text, sizeof text);
    assert_string_equal(text, "0.46");
    stats_format((struct stats_interval){ 1190, 1203.7, 1217 }, text, sizeof text);
    assert_string_equal(text, "1200");
    stats_format((struct stats_interval){ 500, 1203.7, 1900 }, text, sizeof text);
    assert_string_equal(text, "1200");
    stats_format((struct stats_interval){ 1, INFINITY, INFINITY }, text, sizeof text);
    assert_string_equal(text, "none seen");
}

GROUP(stats_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wilson_gives_newcombes_published_intervals),
        cmocka_unit_test(the_mean_has_students_interval),
        cmocka_unit_test(quantiles_are_linear_inside_a_bucket),
        cmocka_unit_test(kaplan_and_meier_give_the_textbooks_curve),
        cmocka_unit_test(the_mtbf_has_the_exact_interval_of_the_count),
        cmocka_unit_test(pairs_are_compared_as_pairs),
        cmocka_unit_test(intervals_hold_what_they_promise),
        cmocka_unit_test(the_knee_is_where_the_curve_turns),
        cmocka_unit_test(figures_have_the_digits_they_deserve),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
