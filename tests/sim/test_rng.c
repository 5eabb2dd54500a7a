/* test_rng.c - streams are the same on every platform, and distributions have their known shapes.
 *
 * The golden numbers were computed by another program in another language. If one changes, every
 * known seed gives another run, which must be intended.
 */
#include "tests/sim/check.h"

#include "sim/rng.h"
#include "tests/groups.h"

enum { DRAWS = 200000 };

static void a_stream_has_its_golden_numbers(void **state)
{
    static const uint64_t golden[] = { 0xd9c9be9a7fcfd00fu, 0x2643f5a0ea5aba28u,
                                       0x4494eb520d389dc0u, 0xda4be1a0d4eb938au };
    struct rng rng = rng_stream(7, "load.smtp.size");

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(golden); i++)
        assert_int_equal(rng_next(&rng), golden[i]);
}

static void every_distribution_has_its_golden_numbers(void **state)
{
    static const uint64_t below[] = { 844, 891, 126, 978 };
    static const uint64_t exponential[] = { 1088859, 3912253, 3586002, 639721 };
    static const uint64_t lognormal[] = { 13, 652, 2656, 1567 };
    static const int64_t normal[] = { -69868, -114282, -139772, 63285 };
    static const uint32_t weighted[] = { 0, 2, 2, 1, 1, 2, 1, 2 };
    static const uint64_t empirical[] = { 271, 336, 535, 394 };
    static const uint32_t weights[] = { 1, 2, 3 };
    static const uint64_t quantiles[] = { 10, 100, 1000 };
    struct rng rng = rng_stream(7, "load.smtp.size");

    (void)state;
    for (int i = 0; i < 4; i++)
        rng_next(&rng);
    for (int i = 0; i < 4; i++)
        assert_int_equal(rng_below(&rng, 1000), below[i]);
    for (int i = 0; i < 4; i++)
        assert_int_equal(rng_exponential(&rng, 1000000), exponential[i]);
    for (int i = 0; i < 4; i++)
        assert_int_equal(rng_lognormal(&rng, 4096, 1750), lognormal[i]);
    for (int i = 0; i < 4; i++)
        assert_int_equal(rng_normal(&rng), normal[i]);
    for (int i = 0; i < 8; i++)
        assert_int_equal(rng_weighted(&rng, weights, 3), weighted[i]);
    for (int i = 0; i < 4; i++)
        assert_int_equal(rng_empirical(&rng, quantiles, 3), empirical[i]);
}

static void streams_differ_by_seed_and_by_name(void **state)
{
    struct rng one = rng_stream(1, "a"), other = rng_stream(2, "a"), third = rng_stream(1, "b");
    uint64_t same = 0;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        uint64_t a = rng_next(&one), b = rng_next(&other), c = rng_next(&third);

        same += a == b || b == c || a == c ? 1 : 0;
    }
    assert_int_equal(same, 0);
}

static void below_is_uniform_and_keeps_its_bound(void **state)
{
    static const uint64_t bounds[] = { 1, 2, 3, 1000, (1ull << 63) + 1, UINT64_MAX };
    struct rng rng = rng_stream(3, "uniform");
    uint32_t bins[10] = { 0 };

    (void)state;
    for (size_t b = 0; b < ARRAY_LEN(bounds); b++) {
        for (int i = 0; i < 1000; i++)
            assert_true(rng_below(&rng, bounds[b]) < bounds[b]);
    }
    for (int i = 0; i < DRAWS; i++)
        bins[rng_below(&rng, 10)]++;
    for (int i = 0; i < 10; i++)
        assert_in_range(bins[i], DRAWS / 10 - 700, DRAWS / 10 + 700); /* Five deviations. */
}

static void odds_are_parts_in_a_million(void **state)
{
    struct rng rng = rng_stream(4, "odds");
    uint32_t hits = 0;

    (void)state;
    for (int i = 0; i < DRAWS; i++) {
        assert_false(rng_odds(&rng, 0));
        assert_true(rng_odds(&rng, 1000000));
        hits += rng_odds(&rng, 250000) ? 1 : 0;
    }
    assert_in_range(hits, DRAWS / 4 - 1000, DRAWS / 4 + 1000);
}

/* The exponential distribution: its mean, and the shares above 1, 2 and 4 means (36.79 %, 13.53 %,
 * 1.83 %). */
static void exponential_gaps_have_their_mean_and_their_tail(void **state)
{
    const uint64_t mean = 40000000;
    struct rng rng = rng_stream(5, "gaps");
    uint64_t sum = 0, beyond[3] = { 0 };

    (void)state;
    for (int i = 0; i < DRAWS; i++) {
        uint64_t gap = rng_exponential(&rng, mean);

        sum += gap;
        beyond[0] += gap > mean ? 1 : 0;
        beyond[1] += gap > 2 * mean ? 1 : 0;
        beyond[2] += gap > 4 * mean ? 1 : 0;
    }
    assert_in_range(sum / DRAWS, mean - mean / 80, mean + mean / 80);
    assert_in_range(beyond[0], 73576 - 1100, 73576 + 1100);
    assert_in_range(beyond[1], 27067 - 800, 27067 + 800);
    assert_in_range(beyond[2], 3663 - 300, 3663 + 300);
    assert_int_equal(rng_exponential(&rng, 0), 0);
    assert_in_range(rng_exponential(&rng, UINT64_MAX), 1, UINT64_MAX);
}

/* The normal distribution: half below zero, 68.27 % within one, 95.45 % within two, 99.73 % within
 * three deviations. */
static void normal_deviates_lie_where_they_should(void **state)
{
    struct rng rng = rng_stream(6, "normal");
    uint64_t below = 0, within[3] = { 0 };
    int64_t sum = 0;

    (void)state;
    for (int i = 0; i < DRAWS; i++) {
        int64_t z = rng_normal(&rng), size = z < 0 ? -z : z;

        sum += z;
        below += z < 0 ? 1 : 0;
        for (int k = 0; k < 3; k++)
            within[k] += size <= (k + 1) * 65536 ? 1 : 0;
        assert_in_range(size, 0, 7 * 65536);
    }
    assert_in_range(below, DRAWS / 2 - 1200, DRAWS / 2 + 1200);
    assert_in_range(sum / DRAWS + 1000, 1000 - 750, 1000 + 750);
    assert_in_range(within[0], 136538 - 1100, 136538 + 1100);
    assert_in_range(within[1], 190900 - 500, 190900 + 500);
    assert_in_range(within[2], 199460 - 130, 199460 + 130);
}

/* Log-normal: half below the median, 84.13 % below median * e^sigma, 15.87 % below median /
 * e^sigma. */
static void lognormal_sizes_have_their_median_and_spread(void **state)
{
    const uint64_t median = 1000000;
    struct rng rng = rng_stream(8, "sizes");
    uint64_t below[3] = { 0 };

    (void)state;
    for (int i = 0; i < DRAWS; i++) {
        uint64_t size = rng_lognormal(&rng, median, 1000);

        below[0] += size < 367879 ? 1 : 0;
        below[1] += size < median ? 1 : 0;
        below[2] += size < 2718282 ? 1 : 0;
    }
    assert_in_range(below[0], 31731 - 850, 31731 + 850);
    assert_in_range(below[1], DRAWS / 2 - 1200, DRAWS / 2 + 1200);
    assert_in_range(below[2], 168269 - 850, 168269 + 850);
    for (int i = 0; i < 1000; i++)
        assert_in_range(rng_lognormal(&rng, 5000, 0), 4999, 5000);
}

static void weighted_and_empirical_keep_their_shares(void **state)
{
    static const uint32_t weights[] = { 0, 10, 0, 30, 60, 0 };
    static const uint64_t quantiles[] = { 1000, 100, 100, 0 }, huge[] = { 0, UINT64_MAX };
    struct rng rng = rng_stream(9, "shares");
    uint32_t counts[6] = { 0 }, falling = 0;

    (void)state;
    for (int i = 0; i < DRAWS; i++) {
        counts[rng_weighted(&rng, weights, 6)]++;
        uint64_t value = rng_empirical(&rng, quantiles, 4);

        assert_in_range(value, 0, 1000);
        falling += value >= 100 ? 1 : 0;
        rng_empirical(&rng, huge, 2);
    }
    assert_int_equal(counts[0] + counts[2] + counts[5], 0);
    assert_in_range(counts[1], 20000 - 700, 20000 + 700);
    assert_in_range(counts[3], 60000 - 1100, 60000 + 1100);
    assert_in_range(falling, DRAWS / 3 * 2 - 1100, DRAWS / 3 * 2 + 1100);
}

static void below_nothing(void *arg) { rng_below(arg, 0); }
static void weigh_nothing(void *arg) { rng_weighted(arg, (const uint32_t[]){ 0, 0 }, 2); }
static void one_quantile(void *arg) { rng_empirical(arg, (const uint64_t[]){ 1 }, 1); }

static void senseless_questions_are_checks(void **state)
{
    struct rng rng = rng_stream(1, "wrong");

    (void)state;
    assert_string_contains(check_message(below_nothing, &rng), "check failed: bound != 0");
    assert_string_contains(check_message(weigh_nothing, &rng), "check failed: total != 0");
    assert_string_contains(check_message(one_quantile, &rng), "check failed: count >= 2");
}

GROUP(test_rng)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_has_its_golden_numbers),
        cmocka_unit_test(every_distribution_has_its_golden_numbers),
        cmocka_unit_test(streams_differ_by_seed_and_by_name),
        cmocka_unit_test(below_is_uniform_and_keeps_its_bound),
        cmocka_unit_test(odds_are_parts_in_a_million),
        cmocka_unit_test(exponential_gaps_have_their_mean_and_their_tail),
        cmocka_unit_test(normal_deviates_lie_where_they_should),
        cmocka_unit_test(lognormal_sizes_have_their_median_and_spread),
        cmocka_unit_test(weighted_and_empirical_keep_their_shares),
        cmocka_unit_test(senseless_questions_are_checks),
    };

    return cmocka_run_group_tests_name("rng", tests, NULL, NULL);
}
