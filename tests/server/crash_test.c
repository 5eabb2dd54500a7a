/* crash_test.c - a crash stops the machine only if the driver has work half-done in another
 * process.
 *
 * The exception, the process and the debugger's thread that closes the handles are the same;
 * without load the driver has nothing to undo.
 */
#include "tests/groups.h"
#include "tests/server/night.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

enum { SEEDS = NIGHT_SANITIZED ? 3 : 20 };

static void with_nothing_outstanding_the_system_stays_up(void **state)
{
    static const char *const victims[] = { "fault.crash.process=store.exe",
                                           "fault.crash.process=inetinfo.exe" };
    struct night night;
    (void)state;

    for (size_t i = 0; i < ARRAY_LEN(victims); i++) {
        night_read(&night, "crash_without_load.ini", victims[i], NULL);
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            night_run(&night, seed);
            assert_int_equal(night.result.outcome, OUTCOME_PROCESS_CRASH);
            assert_string_equal(night.result.victim,
                                victims[i] + sizeof "fault.crash.process=" - 1);
            /* And the service control manager has started it again. */
            assert_true(night.result.restarts >= 1);
            assert_true(night.result.delivered + 5 >= night.result.arrived);
            night_end(&night);
        }
    }
}

/* The sweep arrives attached either way: what makes the stop is the driver's wish to undo something
 * in the peer. */
static void the_same_sweep_is_seen_both_times(void **state)
{
    struct night night;
    bool swept = false, cleaned = false;
    (void)state;

    night_read(&night, "crash_without_load.ini", NULL);
    night_run(&night, 1);
    for (uint32_t i = 0; i < night.result.story_count; i++)
        swept = swept || night.result.story[i].kind == STORY_SWEEP;
    assert_true(swept && !night.result.stop.stopped);
    night_end(&night);

    night_read(&night, "kb908674.ini", NULL);
    night_run(&night, night.scenario.seed);
    for (uint32_t i = 0; i < night.result.story_count; i++)
        cleaned = cleaned || night.result.story[i].kind == STORY_CLEANUP;
    assert_true(cleaned && night.result.stop.stopped);
    assert_int_equal(night.result.stop.code, 0x5);
    night_end(&night);
}

static void the_hotfix_survives_a_crash_under_load(void **state)
{
    struct night night;
    (void)state;

    night_read(&night, "crash_without_load.ini", "versions.all=hotfix", "load.smtp.rate=100/s",
               "scenario.duration=80 s", NULL);
    for (uint64_t seed = 1; seed <= SEEDS / 2; seed++) {
        night_run(&night, seed);
        assert_int_equal(night.result.outcome, OUTCOME_PROCESS_CRASH);
        night_end(&night);
    }
}

GROUP(crash_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_nothing_outstanding_the_system_stays_up),
        cmocka_unit_test(the_same_sweep_is_seen_both_times),
        cmocka_unit_test(the_hotfix_survives_a_crash_under_load),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
