/* recovery_test.c - recovery of the store after net stop and after a crash at any instant. Mail
 * that was acknowledged and not deleted is found by its name, can be read, and is deleted later.
 */
#include "tests/server/night.h"
#include "model/checks/checks.h"
#include "model/ese/ese_internal.h"
#include "model/kernel/cm.h"
#include "model/kernel/win32.h"
#include "model/outside/site.h"
#include "tests/groups.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static uint32_t printed(const struct night *night, const char *text)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < world_console_count(night->world); i++) {
        sim_time at;
        const char *line = world_console_line(night->world, i, &at);

        count += line != NULL && strstr(line, text) != NULL;
    }
    return count;
}

static uint32_t events(uint32_t id)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < cm_log_count(); i++)
        count += cm_log_line(i)->id == id && strcmp(cm_log_line(i)->source, "ESE") == 0;
    return count;
}

static const ESE_DATABASE *database(const struct night *night)
{
    world_enter(night->world);
    return world_site(night->world)->database;
}

/* By path, after the store was stopped, or ended: the letter that came before is typed. */
static void a_letter_outlives_its_store(void **state)
{
    static const char *const ends[] = { "step looks.do=net stop MSExchangeIS",
                                        "step looks.do=taskkill /f /im store.exe" };
    struct night night;

    (void)state;
    for (uint32_t i = 0; i < ARRAY_LEN(ends); i++) {
        night_read(&night, "m_drive.ini", "scenario.duration=60 s", ends[i],
                   "step looks.do_2=net start MSExchangeIS", "step looks.do_3=rem",
                   "step looks.do_4=rem", "step looks.do_5=rem", "step looks.do_6=rem",
                   "step takes_away.do=type m:\\priv1\\m3",
                   "step takes_away.do_2=type m:\\priv1\\m77", "step takes_away.do_3=rem",
                   "step takes_away.do_4=rem", NULL);
        night_run(&night, 1);
        assert_int_equal(printed(&night, "bytes of mail"), 2);
        assert_int_equal(events(301), i);
        assert_int_equal(night.result.violated, 0);
        night_end(&night);
    }
}

static void begin_with_kill(struct night *night, uint64_t seed, sim_time at)
{
    night_read(night, "services_recovery.ini", "step three.at=59 s", "step look.at=59 s",
               "step two.at=59 s", "scenario.duration=60 s", "load.smtp.rate=20/s",
               "process store.checksums=yes", "process store.retention=64 MiB", NULL);
    night->scenario.step_count = 0;
    night->scenario.fault_count = 1;
    night->scenario.faults[0] = (struct scenario_fault){ .kind = FAULT_KILL, .at = at };
    snprintf(night->scenario.faults[0].process, sizeof night->scenario.faults[0].process,
             "store.exe");
    night_begin(night, seed);
}

static uint32_t acknowledged(const struct night *night)
{
    const struct checks *checks = checks_of(night->world);
    uint32_t count = 0;

    for (uint32_t i = 0; i < CHECK_COMMITS; i++)
        count += checks->commits[i].message != 0 && checks->commits[i].bytes != 0;
    return count;
}

/* Runs past the kill, looks at what the new store has, and runs on. */
static void survive(struct night *night, sim_time at)
{
    world_run(night->world, at);
    uint32_t before = acknowledged(night);

    world_run(night->world, at + SEC(8));
    assert_non_null(database(night));
    assert_int_equal(events(302), 1);
    assert_int_equal(checks_of(night->world)->violated, 0);
    assert_true(before > 40 && database(night)->RowCount >= before);
    night_go(night);
    assert_int_equal(night->result.violated, 0);
    assert_true(night->result.delivered + 25 >= night->result.arrived);
}

static void twenty_crashes_lose_nothing(void **state)
{
    struct night night;

    (void)state;
    for (uint32_t i = 0; i < (NIGHT_SANITIZED ? 5u : 20u); i++) {
        sim_time at = SEC(9) + MS(1) * (i * 997 % 20000) + US(137) * i;

        begin_with_kill(&night, 100 + i, at);
        survive(&night, at);
        night_end(&night);
    }
}

/* While the checkpoint is written, while the log is formatted, and a little later. */
static void a_crash_at_the_turn_of_a_generation(void **state)
{
    struct night night;
    sim_time turn = SEC(9);

    (void)state;
    begin_with_kill(&night, 7, SEC(59));
    do
        world_run(night.world, turn += MS(5));
    while (database(&night)->LogGeneration == 0);
    night_end(&night);
    for (uint32_t i = 0; i < (NIGHT_SANITIZED ? 4u : 16u); i++) {
        sim_time at = turn - MS(600) + MS(50) * i;

        begin_with_kill(&night, 7, at);
        survive(&night, at);
        night_end(&night);
    }
}

/* Pages of earlier lives do not pile up: the janitor takes the oldest first, whoever kept them. */
static void the_janitor_takes_what_earlier_lives_kept(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "services_recovery.ini", "process store.retention=2 MiB",
               "load.smtp.rate=20/s", NULL);
    night_run(&night, 1);
    assert_int_equal(night.result.violated, 0);
    assert_in_range(database(&night)->InState[EsePageCommitted], 256, 512 + 128);
    assert_int_equal(database(&night)->Refused, 0);
    night_end(&night);
}

/* A reader who comes by POP3, IMAP4, DAV or MAPI for a letter of an earlier life gets it: all mail
 * there is came before the store ended. */
static void readers_find_the_letters_of_earlier_lives(void **state)
{
    struct night night;
    uint64_t reads[LOAD_PROTOCOLS], delivered, errors;

    (void)state;
    night_read(&night, "protocols_services.ini", "step in_order.at=59 s", "scenario.duration=60 s",
               "load.smtp.shape=burst", "load.smtp.rate=1/min", "load.smtp.burst_rate=20/s",
               "load.smtp.burst_at=5 s", "load.smtp.burst_length=10 s", "load.dav-put.rate=1/min",
               "load.mapi-read.rate=4/s", NULL);
    night.scenario.step_count = 0;
    night.scenario.fault_count = 1;
    night.scenario.faults[0] = (struct scenario_fault){ .kind = FAULT_KILL, .at = SEC(25) };
    snprintf(night.scenario.faults[0].process, sizeof night.scenario.faults[0].process,
             "store.exe");
    night_begin(&night, 1);
    world_run(night.world, SEC(35));
    const struct site_statistics *stats = &world_site(night.world)->stats;

    memcpy(reads, stats->reads_by, sizeof reads);
    errors = stats->read_errors;
    delivered = stats->delivered;
    night_go(&night);
    assert_in_range(delivered, 150, stats->delivered);
    assert_true(stats->reads_by[LOAD_POP3] > reads[LOAD_POP3] + 40);
    assert_true(stats->reads_by[LOAD_IMAP4] > reads[LOAD_IMAP4] + 80);
    assert_true(stats->reads_by[LOAD_DAV_GET] > reads[LOAD_DAV_GET] + 50);
    assert_true(stats->reads_by[LOAD_MAPI_READ] > reads[LOAD_MAPI_READ] + 50);
    assert_int_equal(stats->read_errors, errors);
    assert_int_equal(night.result.violated, 0);
    night_end(&night);
}

GROUP(recovery_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_outlives_its_store),
        cmocka_unit_test(twenty_crashes_lose_nothing),
        cmocka_unit_test(a_crash_at_the_turn_of_a_generation),
        cmocka_unit_test(the_janitor_takes_what_earlier_lives_kept),
        cmocka_unit_test(readers_find_the_letters_of_earlier_lives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
