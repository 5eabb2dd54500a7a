/* files_test.c - the store's files in use, missing or damaged, and the engine's errors. The
 * scenarios' [expect] covers the logs.
 */
#include "tests/server/night.h"
#include "model/kernel/cm.h"
#include "model/kernel/kernel.h"
#include "model/kernel/win32.h"
#include "model/outside/console.h"
#include "tests/groups.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static bool console_has(const struct night *night, const char *text)
{
    for (uint32_t i = 0; i < world_console_count(night->world); i++) {
        sim_time at;
        const char *line = world_console_line(night->world, i, &at);

        if (line != NULL && strstr(line, text) != NULL)
            return true;
    }
    return false;
}

static bool met(const struct night *night, int32_t error)
{
    const struct site *site = world_kernel(night->world)->site;

    for (uint32_t i = 0; i < site->stats.errors_met_count; i++)
        if (site->stats.errors_met[i] == error)
            return true;
    return false;
}

/* Without the .edb the engine does not guess whose .stm this is, however often it is started. */
static void a_stm_without_its_edb_is_not_attached(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "kb307790.ini", "step make room.do_2=del D:\\Exchsrvr\\Mdbdata\\priv1.edb",
               "step cure.do_2=rem nothing", NULL);
    night_run(&night, 3);
    assert_true(met(&night, -2205));
    assert_false(met(&night, -2204));
    assert_true(night.result.delivered < night.result.arrived / 2);
    night_end(&night);
}

static void a_mounted_database_is_in_use(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "kb307790.ini", "step make room.do=rem it runs", "step make room.do_3=rem",
               "step cure.do=rem it runs", "step cure.do_3=rem", NULL);
    night_run(&night, 3);
    assert_true(console_has(&night, "being used by another process"));
    assert_true(console_has(&night, "Operation terminated with error -2206."));
    assert_int_equal(night.result.first_error, 0);
    night_end(&night);
}

/* Not attached before the hotfix: nothing of it was ever made, so nothing is missing. */
static void what_was_never_made_is_not_missing(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "drill_hotfix.ini", "versions.ese=hotfix", NULL);
    night_run(&night, 2);
    assert_true(met(&night, -2239));
    assert_false(met(&night, -2204));
    assert_false(met(&night, -2205));
    assert_true(night.result.delivered > 1000);
    night_end(&night);
}

static uint32_t events(uint32_t id)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < cm_log_count(); i++)
        count += strcmp(cm_log_line(i)->source, "ESE") == 0 && cm_log_line(i)->id == id;
    return count;
}

/* What was committed is what is read, page by page, while mail comes in and is deleted. */
static void every_page_of_a_good_run_is_as_it_was_committed(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "kb814891.ini", "load.smtp.rate=20/s", "process store.retention=2 MiB",
               "fault bit.at=69 s", "step second backup.at=60 s", NULL);
    night_run(&night, 6);
    assert_int_equal(night.result.first_error, 0);
    assert_int_equal(events(222), 4);
    assert_int_equal(events(478) + events(217), 0);
    const struct site *site = world_kernel(night.world)->site;

    assert_true(site->console->backup.pages > 300);
    night_end(&night);
}

/* One bit, wherever it is; and the first bad page ends the backup. */
static void every_bad_page_is_found(void **state)
{
    static const char *const which[] = { "fault bit.nth=1", "fault bit.nth=77", "fault bit.nth=300",
                                         "fault bit.count=3" };
    struct night night;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(which); i++) {
        night_read(&night, "kb814891.ini", which[i], NULL);
        night_run(&night, 6);
        assert_int_equal(night.result.first_error, -613);
        assert_int_equal(events(478), 1);
        assert_int_equal(events(217), 1);
        assert_int_equal(events(222), 3);
        night_end(&night);
    }
}

/* Not only a backup: whatever the store itself reads. Here it converts messages for IMAP4. */
static void a_conversion_finds_a_bad_page(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "kb814891.ini", "machine.services=MSExchangeIS, SMTPSVC, IMAP4Svc",
               "process store.mapi_only=100%", "load imap.protocol=imap4", "load imap.rate=5/s",
               "fault bit.at=12 s", "fault bit.nth=1", "fault bit.count=400",
               "step first backup.do=rem", "step second backup.do=rem", NULL);
    night_run(&night, 6);
    assert_int_equal(night.result.first_error, 0); /* The reader's request failed, no program's. */
    assert_true(events(478) > 0);
    assert_int_equal(events(217), 0);
    night_end(&night);
}

/* Rows and checksums last from one life of the store to the next: a page that went bad meanwhile is
 * found, whether the store was stopped in good order or recovers from its log. */
static void checksums_last(void **state)
{
    static const char *const ends[] = { "step defragment.do=net stop MSExchangeIS",
                                        "step defragment.do=taskkill /f /im store.exe" };
    struct night night;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        night_read(&night, "kb288651.ini", ends[i], "step defragment.do_2=rem", NULL);
        night_run(&night, 8);
        assert_true(met(&night, -613));
        assert_int_equal(events(478), 1);
        night_end(&night);
    }
}

static void eseutil_compares_or_does_not(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "kb288651.ini", "process store.defrag_recomputes=no", NULL);
    night_run(&night, 8);
    assert_true(console_has(&night, "Operation terminated with error -613."));
    assert_int_equal(events(478), 1); /* The backup finds it, too. */
    night_end(&night);
    night_read(&night, "kb288651.ini", "step defragment.do=rem it runs", NULL);
    night_run(&night, 8);
    assert_true(console_has(&night, "Operation terminated with error -1032."));
    night_end(&night);
    night_read(&night, "kb288651.ini", "step defragment.do=taskkill /f /im store.exe",
               "process services.recovery=no", NULL);
    night_run(&night, 8);
    assert_true(console_has(&night, "Operation terminated with error -550."));
    night_end(&night);
}

/* An empty .stm is nobody's: what the .edb has noted of the old one is forgotten. */
static void a_new_stm_begins_without_checksums(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "kb307790.ini", "process store.checksums=yes", "step backup.at=90 s",
               "step backup.do=ntbackup", NULL);
    night_run(&night, 3);
    assert_true(console_has(&night, "The operation successfully completed."));
    assert_int_equal(events(478), 0);
    night_end(&night);
}

/* A page that cannot be read at commit refuses the message before anything is promised; the sender
 * comes again, and every check holds. */
static void a_disk_that_does_not_read_refuses_commits(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "kb814891.ini", "load.smtp.rate=20/s", "fault disk.kind=disk_error",
               "fault disk.disk=E:", "fault disk.transfers=reads", "fault disk.at=12 s",
               "fault disk.until=16 s", "fault bit.at=69 s", NULL);
    night_run(&night, 6);
    assert_true(met(&night, -2232));
    assert_int_equal(night.result.violated, 0);
    assert_int_equal(events(478), 0);
    assert_int_equal(night.result.arrived, night.result.delivered);
    night_end(&night);
}

/* So does Outlook, for whom the store reads the stream. */
static void an_outlook_finds_a_bad_page(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "kb814891.ini", "load outlook.protocol=mapi-read", "load outlook.rate=5/s",
               "fault bit.at=12 s", "fault bit.nth=1", "fault bit.count=400",
               "step first backup.do=rem", "step second backup.do=rem", NULL);
    night_run(&night, 6);
    assert_true(met(&night, -613));
    assert_true(events(478) > 0);
    assert_int_equal(events(217), 0);
    night_end(&night);
}

/* Nobody compares where nobody has noted anything; and nobody answers when the store is stopped. */
static void a_backup_needs_checksums_and_a_store(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "kb814891.ini", "process store.checksums=no",
               "step first backup.do=net stop MSExchangeIS", "step first backup.do_2=ntbackup",
               "step first backup.do_3=net start MSExchangeIS", NULL);
    night_run(&night, 6);
    assert_true(console_has(&night, "Store does not answer."));
    assert_true(console_has(&night, "successfully completed"));
    assert_int_equal(events(478), 0);
    night_end(&night);
}

/* The console does not wait for a store that is no more; the next one can be asked again. */
static void a_store_that_dies_ends_its_backup(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "kb814891.ini", "machine.stm_disk=20 ms", "fault dies.kind=kill",
               "fault dies.process=store.exe", "fault dies.at=25300 ms", "fault bit.at=69 s", NULL);
    night_run(&night, 6);
    assert_true(console_has(&night, "Store does not answer any more."));
    assert_true(console_has(&night, "The operation successfully completed."));
    assert_int_equal(events(210), 2);
    night_end(&night);
}

GROUP(files_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stm_without_its_edb_is_not_attached),
        cmocka_unit_test(a_mounted_database_is_in_use),
        cmocka_unit_test(what_was_never_made_is_not_missing),
        cmocka_unit_test(every_page_of_a_good_run_is_as_it_was_committed),
        cmocka_unit_test(every_bad_page_is_found),
        cmocka_unit_test(a_conversion_finds_a_bad_page),
        cmocka_unit_test(checksums_last),
        cmocka_unit_test(eseutil_compares_or_does_not),
        cmocka_unit_test(a_new_stm_begins_without_checksums),
        cmocka_unit_test(a_disk_that_does_not_read_refuses_commits),
        cmocka_unit_test(a_store_that_dies_ends_its_backup),
        cmocka_unit_test(an_outlook_finds_a_bad_page),
        cmocka_unit_test(a_backup_needs_checksums_and_a_store),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
