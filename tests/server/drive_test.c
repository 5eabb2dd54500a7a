/* drive_test.c - opening files of M: by name: which requests the driver answers itself, which the
 * store, and what happens when the store does not answer. */
#include "tests/server/night.h"
#include "model/kernel/include/ntifs.h"
#include "model/words/records.h"
#include "tests/groups.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

/* When a line with this text was printed first; SIM_NEVER: it was not. */
static sim_time printed(const struct night *night, const char *text)
{
    uint32_t count = world_console_count(night->world);

    for (uint32_t i = 0; i < count; i++) {
        sim_time at;
        const char *line = world_console_line(night->world, i, &at);

        if (line != NULL && strstr(line, text) != NULL)
            return at;
    }
    return SIM_NEVER;
}

/* The roots the driver knows; the letters in one it has to ask for. */
static void a_store_that_hangs(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "m_drive.ini", "fault.hang.kind=hang", "fault.hang.process=store.exe",
               "fault.hang.thread=proxy", "fault.hang.count=64", "fault.hang.at=29 s",
               "fault.hang.until=36 s", NULL);
    night_run(&night, 1);
    assert_in_range(printed(&night, "Directory of M:\\"), SEC(30), SEC(31));
    assert_in_range(printed(&night, "1 Dir(s)"), SEC(30), SEC(31));
    assert_in_range(printed(&night, "Directory of M:\\priv1"), SEC(36), SEC(37));
    assert_in_range(printed(&night, "bytes of mail"), SEC(36), SEC(38));
    assert_int_equal(night.result.outcome, OUTCOME_SURVIVED);
    night_end(&night);
}

static uint64_t asked;

static void watch(const struct record *record, uint64_t number, void *unused)
{
    (void)number, (void)unused;
    asked += record->kind == REC_IRP_CALL && record->c == IRP_MJ_DIRECTORY_CONTROL;
}

/* Eight names an answer, and one that there are no more; the drive's own, and priv1 twice. */
static void names_come_in_eights(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "m_drive.ini", NULL);
    asked = 0;
    night.world = world_new_watched(&night.scenario, 1, watch, NULL);
    night_go(&night);
    assert_true(printed(&night, "132 File(s)") != SIM_NEVER);
    assert_true(printed(&night, "175 File(s)") != SIM_NEVER);
    assert_int_equal(asked, 2 + (132 + 7) / 8 + 1 + (175 + 7) / 8 + 1);
    night_end(&night);
}

/* A store that dies under the scanner: whoever waits for it is answered, and nothing is lost. */
static void a_store_that_dies_under_the_scanner(void **state)
{
    static const char *const kinds[] = { "fault.end.kind=kill", "fault.end.kind=crash" };
    struct night night;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        night_read(&night, "kb298924.ini", kinds[i], "fault.end.process=store.exe",
                   "fault.end.at=30 s", "expect.outcome=any", NULL);
        for (uint64_t seed = 1; seed <= 2; seed++) {
            night_run(&night, seed);
            assert_int_equal(night.result.violated, 0);
            assert_false(night.result.stop.stopped);
            assert_true(night.result.delivered + 5 >= night.result.arrived);
            night_end(&night);
        }
    }
}

/* What the scanner costs is seen by whoever sends mail. */
static void mail_waits_for_the_scanner(void **state)
{
    struct night with, without;

    (void)state;
    night_read(&with, "kb298924.ini", NULL);
    night_read(&without, "kb298924.ini", "step.scanner.do=rem", NULL);
    for (uint64_t seed = 1; seed <= 2; seed++) {
        night_run(&with, seed);
        night_run(&without, seed);
        assert_int_equal(with.result.arrived, without.result.arrived);
        assert_true(with.result.latency_mean_us * 2 > without.result.latency_mean_us * 3);
        night_end(&with);
        night_end(&without);
    }
}

/* KB 329674 takes two: the driver of Exchange 2000, and pool tagging. */
static void tagging_alone_does_no_harm(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "kb329674.ini", "versions.exifs=rtm", NULL);
    night_run(&night, 1);
    assert_int_equal(night.result.outcome, OUTCOME_SURVIVED);
    assert_true(printed(&night, "1 Dir(s)") != SIM_NEVER);
    night_end(&night);
}

GROUP(drive_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_store_that_hangs),
        cmocka_unit_test(names_come_in_eights),
        cmocka_unit_test(a_store_that_dies_under_the_scanner),
        cmocka_unit_test(mail_waits_for_the_scanner),
        cmocka_unit_test(tagging_alone_does_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
