/* broken_test.c - a simulator that breaks ends a recording, not the program that looks at it. */
#include "ui/recording/recording.h"
#include "tests/breaking_world.h"
#include "tests/groups.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static bool by_signal;

static void break_at_twenty_seconds(struct world *world)
{
    if (world_sim(world)->now > SEC(20)) {
        CHECK(by_signal);
        raise(SIGFPE);
    }
}

static struct recording *broken_recording(void)
{
    struct ini *ini = ini_read(SCENARIOS "kb908674.ini");
    struct scenario scenario;

    breaking_after = break_at_twenty_seconds;
    assert_true(scenario_read(&scenario, ini, SCENARIOS "kb908674.ini"));
    ini_free(ini);
    struct recording *r =
        recording_open(&(struct recording_options){ .scenario = &scenario, .seed = 2 });

    assert_non_null(r);
    recording_wait(r);
    return r;
}

/* The part before the crash can still be shown: records, and the machine at one of them. */
static void what_was_recorded_before_can_be_looked_at(void **state)
{
    (void)state;
    for (int way = 0; way < 2; way++) {
        by_signal = way == 1;
        struct recording *r = broken_recording();

        recording_lock(r);
        assert_true(recording_status(r)->ended);
        assert_true(recording_status(r)->broken[0] != 0);
        uint64_t records = recording_status(r)->records;

        assert_true(records > 100000);
        for (int tries = 0; recording_moment(r, records / 2) == NULL; tries++) {
            assert_true(tries < 10);
            recording_unlock(r);
            recording_wait(r);
            recording_lock(r);
        }
        recording_unlock(r);
        recording_close(r);
    }
}

GROUP(broken_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_recorded_before_can_be_looked_at),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
