/* plan_test.c - the points of sweeps, errors in them, and the seeds of runs. */
#include "ui/campaign/plan.h"
#include "tests/groups.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static const char *const base = SCENARIOS "/kb908674.ini";
static char said[8192];

/* A plan from --set words, ended by NULL; errors are in `said`. */
static struct plan *plan_of(const char *path, ...)
{
    const char *sets[16];
    uint32_t count = 0;
    va_list words;
    FILE *errors = fmemopen(said, sizeof said, "w");

    va_start(words, path);
    while ((sets[count] = va_arg(words, const char *)) != NULL)
        count++;
    va_end(words);
    said[0] = 0;
    struct plan *plan = plan_read(path, sets, count, NULL, errors);

    fclose(errors);
    return plan;
}

static const struct plan_point *point_of(const struct plan *plan, const char *label)
{
    for (uint32_t i = 0; i < plan->point_count; i++)
        if (strcmp(plan->points[i].label, label) == 0)
            return &plan->points[i];
    fail_msg("no point %s", label);
    return NULL;
}

static void refused(const char *expected, const char *set, const char *second)
{
    struct plan *plan = plan_of(base, set, second, NULL);

    assert_null(plan);
    if (strstr(said, expected) == NULL)
        fail_msg("said \"%s\", expected \"%s\"", said, expected);
}

static void one_axis(void **state)
{
    struct plan *plan = plan_of(base, "load.smtp.rate=${2, 5,10}/s", NULL);
    struct scenario *scenario = malloc(sizeof *scenario);

    (void)state;
    assert_non_null(plan);
    assert_int_equal(plan->point_count, 3);
    assert_string_equal(plan->points[0].label, "load.smtp.rate=2/s");
    assert_string_equal(plan->points[2].label, "load.smtp.rate=10/s");
    plan_scenario(plan, &plan->points[1], scenario);
    assert_int_equal(scenario_rate_milli(scenario), 5000);
    plan_scenario(plan, &plan->points[0], scenario);
    assert_int_equal(scenario_rate_milli(scenario), 2000);
    assert_string_equal(plan->name, "KB 908674: heavy load, the old driver, one night");
    free(scenario);
    plan_free(plan);
}

static void ranges_with_and_without_a_step(void **state)
{
    struct plan *plan =
        plan_of(base, "machine.processors=${1..8}", "load.smtp.rate=${1..10..3, 24}/s", NULL);

    (void)state;
    assert_non_null(plan);
    assert_int_equal(plan->point_count, 8 * 5);
    assert_string_equal(plan->points[0].label, "machine.processors=1,load.smtp.rate=1/s");
    assert_string_equal(plan->points[39].label, "machine.processors=8,load.smtp.rate=24/s");
    point_of(plan, "machine.processors=3,load.smtp.rate=10/s");
    plan_free(plan);
}

static void a_scenario_without_axes_is_one_point(void **state)
{
    struct plan *plan = plan_of(base, NULL);

    (void)state;
    assert_non_null(plan);
    assert_int_equal(plan->point_count, 1);
    assert_string_equal(plan->points[0].label, "all");
    plan_free(plan);
}

static void constraints_leave_points_out(void **state)
{
    struct plan *plan = plan_of(
        base, "load.smtp.rate=${2,24,100}/s", "versions.all=${sp2,hotfix}",
        "sweep.only=load.smtp.rate < 100/s and load.smtp.rate >= 24/s or versions.all != hotfix",
        NULL);

    (void)state;
    assert_non_null(plan);
    assert_int_equal(plan->point_count, 4); /* sp2 at three rates, the hotfix at 24/s. */
    point_of(plan, "versions.all=hotfix,load.smtp.rate=24/s");
    point_of(plan, "versions.all=sp2,load.smtp.rate=100/s");
    plan_free(plan);
}

static void what_is_wrong_is_said_with_its_place(void **state)
{
    (void)state;
    refused("expected one ${...} with its closing brace", "load.smtp.rate=${2,5/s", NULL);
    refused("expected one ${...}", "load.smtp.rate=${2}${5}/s", NULL);
    refused("an empty value", "load.smtp.rate=${2,,5}/s", NULL);
    refused("an empty value", "load.smtp.rate=${}/s", NULL);
    refused("whole numbers that rise", "machine.processors=${8..1}", NULL);
    refused("whole numbers that rise", "machine.processors=${1..8..0}", NULL);
    refused("twice", "load.smtp.rate=${2,5,2}/s", NULL);
    refused("\"5/x\" (expected a rate", "load.smtp.rate=${2/s,5/x}", NULL);
    refused("[sweep] has no axes", "sweep.replicas=${1,2}", NULL);
    refused("expected an axis of this sweep such as load.smtp.rate", "load.smtp.rate=${2,5}/s",
            "sweep.only=load.smtp.rat < 5/s");
    refused("expected a comparison", "load.smtp.rate=${2,5}/s", "sweep.only=load.smtp.rate");
    refused("the axis' own unit", "load.smtp.rate=${2,5}/s", "sweep.only=load.smtp.rate < 5/min");
    refused("leaves no point", "load.smtp.rate=${2,5}/s", "sweep.only=load.smtp.rate < 1/s");
    refused("more than 100000", "scenario.seed=${1..200000}", NULL);
    refused("expected 1 to 1000000", "sweep.replicas=0", NULL);
    refused("expected a key of [sweep]", "sweep.replica=3", NULL);
    assert_non_null(strstr(said, "did you mean \"replicas\""));
}

/* The promise of plan.h: added points or replicas change no existing run. */
static void seeds_stay_when_points_are_added(void **state)
{
    struct plan *small = plan_of(base, "load.smtp.rate=${5,24}/s", NULL);
    struct plan *large =
        plan_of(base, "load.smtp.rate=${2,5,10,24,50}/s", "sweep.replicas=900", NULL);

    (void)state;
    for (uint32_t replica = 0; replica < 50; replica++)
        for (uint32_t i = 0; i < small->point_count; i++)
            assert_int_equal(plan_seed(small, &small->points[i], replica),
                             plan_seed(large, point_of(large, small->points[i].label), replica));
    /* The seed must never change, because databases hold it. */
    assert_int_equal(plan_seed(small, &small->points[1], 7), 0x556ca28d7334cff5);
    plan_free(small);
    plan_free(large);
}

static void versions_meet_the_same_seeds(void **state)
{
    struct plan *plan =
        plan_of(base, "load.smtp.rate=${5,24}/s", "versions.all=${sp2,hotfix}", NULL);
    struct plan *alone = plan_of(base, "load.smtp.rate=${5,24}/s", NULL);
    const struct plan_point *old = point_of(plan, "versions.all=sp2,load.smtp.rate=24/s");
    const struct plan_point *new = point_of(plan, "versions.all=hotfix,load.smtp.rate=24/s");
    const struct plan_point *other = point_of(plan, "versions.all=sp2,load.smtp.rate=5/s");

    (void)state;
    for (uint32_t replica = 0; replica < 50; replica++) {
        assert_int_equal(plan_seed(plan, old, replica), plan_seed(plan, new, replica));
        assert_int_equal(plan_seed(plan, old, replica),
                         plan_seed(alone, &alone->points[1], replica));
        assert_int_not_equal(plan_seed(plan, old, replica), plan_seed(plan, other, replica));
        assert_int_not_equal(plan_seed(plan, old, replica), plan_seed(plan, old, replica + 1));
    }
    plan_free(plan);
    plan_free(alone);
}

static void a_seed_axis_gives_its_own_seeds(void **state)
{
    struct plan *plan = plan_of(base, "scenario.seed=${1..200}", NULL);

    (void)state;
    assert_int_equal(plan->point_count, 200);
    assert_int_equal(plan_seed(plan, &plan->points[6], 0), 7);
    assert_int_not_equal(plan_seed(plan, &plan->points[6], 1), 7);
    plan_free(plan);
}

static void the_text_is_a_whole_scenario(void **state)
{
    struct plan *plan = plan_of(SCENARIOS "/hotfix.ini", "load.smtp.rate=${5,24}/s", NULL);
    struct ini *ini = ini_read_text("text", plan->text, strlen(plan->text));
    const char *value, *key;
    struct ini_place place;

    (void)state;
    assert_int_equal(ini_error_count(ini), 0);
    assert_true(plan_wanted(ini));
    assert_true(ini_has(ini, "machine", "store_at")); /* From the extended file. */
    assert_true(ini_key_at(ini, "versions", 0, &key, &value, &place));
    assert_string_equal(value, "hotfix");
    assert_non_null(strstr(plan->frame, "load smtp.rate = ${}\n"));
    assert_null(strstr(plan->frame, "expect"));
    char *axes = plan_axes_json(plan, &plan->points[1]);

    assert_string_equal(axes, "{\"load.smtp.rate\":\"24/s\"}");
    free(axes);
    ini_free(ini);
    plan_free(plan);
}

GROUP(plan_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_axis),
        cmocka_unit_test(ranges_with_and_without_a_step),
        cmocka_unit_test(a_scenario_without_axes_is_one_point),
        cmocka_unit_test(constraints_leave_points_out),
        cmocka_unit_test(what_is_wrong_is_said_with_its_place),
        cmocka_unit_test(seeds_stay_when_points_are_added),
        cmocka_unit_test(versions_meet_the_same_seeds),
        cmocka_unit_test(a_seed_axis_gives_its_own_seeds),
        cmocka_unit_test(the_text_is_a_whole_scenario),
    };

    return cmocka_run_group_tests_name("campaign.plan", tests, NULL, NULL);
}
