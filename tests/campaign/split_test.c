/* split_test.c - splitting agrees with plain runs at loads where both can measure, and measures
 * where plain runs cannot. */
#include "ui/campaign/split.h"

#include "model/look/inspect.h"
#include "model/world/world.h"
#include "tests/groups.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct scenario heavy;

/* The article's scenario, shortened, at some load. */
static void prepare(uint64_t rate_milli, sim_time duration)
{
    scenario_defaults(&heavy);
    heavy.loads[0].rate_micro = heavy.loads[0].rate_end_micro = rate_milli * 1000;
    heavy.set.duration = duration;
    heavy.level_count = 0;
}

/* Levels of the scenario in place of novelty. */
static void give_levels(void)
{
    static const uint64_t waiting[] = { 3, 5, 7, 9, 11, 13 };

    for (size_t i = 0; i < ARRAY_LEN(waiting); i++)
        heavy.levels[heavy.level_count++] =
            (struct scenario_level){ GAUGE_REQUESTS_WAITING, waiting[i] };
}

static void splitting_agrees_with_plain_runs(void **state)
{
    uint32_t runs = 160, stops = 0;
    struct split_result split;

    (void)state;
    prepare(44000, SEC(14)); /* About every fourth run stops. */
    give_levels();
    for (uint32_t seed = 1; seed <= runs; seed++) {
        struct world *world = world_new(&heavy, seed);

        world_run(world, SIM_NEVER);
        stops += world_result(world)->outcome == OUTCOME_STOP;
        world_free(world);
    }
    struct stats_interval plain = stats_wilson(stops, runs);

    assert_true(split_estimate(&(struct split_setup){ &heavy, 5, 12, 8, 2, false, NULL }, &split));
    assert_true(stops > 0);
    assert_true(split.p_stop.point > 0);
    assert_true(split.p_stop.low <= plain.high && plain.low <= split.p_stop.high);
    assert_true(split.plain_runs > 1);
    assert_int_equal(split.level_count, 9);

    heavy.level_count = 0; /* By novelty the same is estimated, on other levels. */
    assert_true(split_estimate(&(struct split_setup){ &heavy, 5, 8, 6, 2, false, NULL }, &split));
    assert_true(split.p_stop.point > 0);
    assert_true(split.p_stop.low <= plain.high && plain.low <= split.p_stop.high);
    assert_string_equal(split.level_name[0], "a gauge beyond all of 6 plain runs");
}

/* At a load at which no plain run of 200 stops, trajectories still reach the levels. */
static void splitting_climbs_where_plain_runs_see_nothing(void **state)
{
    struct split_result split;

    (void)state;
    prepare(30000, SEC(14));
    give_levels();
    assert_true(split_estimate(&(struct split_setup){ &heavy, 5, 12, 4, 2, false, NULL }, &split));
    assert_true(split.fraction[0] > 0 && split.fraction[1] > 0 && split.fraction[2] > 0);
    assert_true(split.p_stop.point < 0.05);
}

/* With almost no mail no trajectory stops, so only a bound is given. */
static void what_was_not_reached_is_bounded_and_not_excluded(void **state)
{
    struct split_result split;

    (void)state;
    prepare(1000, SEC(60));
    assert_true(split_estimate(&(struct split_setup){ &heavy, 5, 12, 2, 2, false, NULL }, &split));
    assert_true(split.p_stop.point == 0 && split.p_stop.low == 0);
    assert_true(split.p_stop.high > 0 && split.p_stop.high < 0.3);
}

/* The same estimate comes out again, on one host thread or two. */
static void an_estimate_can_be_repeated(void **state)
{
    struct split_result one, other;

    (void)state;
    prepare(44000, SEC(14));
    assert_true(split_estimate(&(struct split_setup){ &heavy, 9, 6, 3, 1, false, NULL }, &one));
    assert_true(split_estimate(&(struct split_setup){ &heavy, 9, 6, 3, 2, false, NULL }, &other));
    assert_true(memcmp(&one.p_stop, &other.p_stop, sizeof one.p_stop) == 0);
    assert_true(one.records == other.records);
}

GROUP(split_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splitting_agrees_with_plain_runs),
        cmocka_unit_test(splitting_climbs_where_plain_runs_see_nothing),
        cmocka_unit_test(what_was_not_reached_is_bounded_and_not_excluded),
        cmocka_unit_test(an_estimate_can_be_repeated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
