/* load_test.c - a small version of the table of loads: more load gives more stops, and none with
 * the hotfix.
 *
 * Seeds are fixed, so a run of this test is always the same; the bounds are wide enough for changes
 * of the model that move single runs. tests/soak.sh has the large sample.
 */
#include "tests/groups.h"
#include "tests/server/night.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

enum { SEEDS = NIGHT_SANITIZED ? 3 : 12 };

static void a_normal_day_passes(void **state)
{
    struct night night;
    (void)state;

    night_read(&night, "calm_day.ini", "scenario.duration=2 min", NULL);
    struct tally old = night_tally(&night, 1, SEEDS);

    assert_int_equal(old.survived, SEEDS);
}

static void under_heavy_load_some_nights_end_in_a_stop(void **state)
{
    struct night night;
    (void)state;

    night_read(&night, "kb908674.ini", NULL);
    struct tally old = night_tally(&night, 1, SEEDS);

    assert_int_equal(old.other_stops, 0);
    assert_true(old.stopped < SEEDS);
    if (!NIGHT_SANITIZED) {
        assert_in_range(old.stopped, 2, 11);
        assert_true(old.stopped * 2 > old.crashed); /* Most crashes take the system with them. */
    }
}

static void under_stress_nearly_every_night_does(void **state)
{
    struct night night;
    (void)state;

    night_read(&night, "kb908674.ini", "load.smtp.rate=100/s", NULL);
    struct tally old = night_tally(&night, 1, SEEDS);

    assert_int_equal(old.other_stops, 0);
    assert_true(old.stopped + 1 >= SEEDS);
}

static void with_the_hotfix_it_stands(void **state)
{
    struct night night;
    (void)state;

    night_read(&night, "hotfix.ini", NULL);
    assert_int_equal(night_tally(&night, 1, SEEDS).survived, SEEDS);
    night_read(&night, "hotfix.ini", "load.smtp.rate=100/s", "scenario.duration=2 min", NULL);
    assert_int_equal(night_tally(&night, 1, SEEDS).survived, SEEDS);
}

GROUP(load_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_normal_day_passes),
        cmocka_unit_test(under_heavy_load_some_nights_end_in_a_stop),
        cmocka_unit_test(under_stress_nearly_every_night_does),
        cmocka_unit_test(with_the_hotfix_it_stands),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
