/* drill_test.c - the steps of installing the hotfix, from inside: which files are loaded, which are
 * on the disk, who holds them. The scenarios' [expect] covers the console and the logs.
 */
#include "tests/server/night.h"
#include "model/kernel/cm.h"
#include "model/kernel/ex.h"
#include "model/kernel/io.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ps.h"
#include "model/kernel/win32.h"
#include "model/setup/files.h"
#include "model/scm/scm.h"
#include "tests/groups.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define DRIVER L"\\FileSystem\\EXIFS"

static const struct site *site(void) { return ke->site; }

static uint64_t blocks_of(const char *tag)
{
    struct ex_pool_use use[POOL_TAGS_MAX];
    uint32_t count = ex_pool_tags(use, POOL_TAGS_MAX, NonPagedPool);

    for (uint32_t i = 0; i < count; i++)
        if (memcmp(&use[i].tag, tag, 4) == 0)
            return use[i].blocks;
    return 0;
}

/* The build of the last load of a file that is still there; "": none is. */
static const char *loaded(int file)
{
    const struct modules *modules = site()->modules;
    const char *build = "";

    for (uint32_t i = 0; i < modules->count; i++) {
        const struct loaded_module *module = &modules->loaded[i % LOADED_MAX];
        bool lives = module->process_id == 4 ? !module->gone : ps_by_id(module->process_id) != NULL;

        if (module->file == file && lives)
            build = module->build;
    }
    return build;
}

static void go_to(struct night *night, uint32_t seconds)
{
    world_run(night->world, SEC((uint64_t)seconds));
    world_enter(night->world);
}

/* After the driver has gone nothing of it is left in the pool; then the new one comes. */
static void the_drill_leaves_nothing_of_the_old_driver(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "drill_hotfix.ini", NULL);
    night_begin(&night, 2);
    go_to(&night, 15);
    assert_true(io_driver_present(DRIVER) && blocks_of("AuxL") > 0);
    assert_string_equal(loaded(FILE_DRIVER), "6.5.7638.1");
    go_to(&night, 34);
    assert_false(io_driver_present(DRIVER));
    assert_null(ps_find("store.exe"));
    assert_null(ps_find("inetinfo.exe"));
    assert_int_equal(blocks_of("AuxL"), 0);
    assert_null(site()->modules->driver);
    go_to(&night, 60);
    assert_true(io_driver_present(DRIVER));
    for (int file = 0; file < PRODUCT_FILES; file++)
        assert_string_equal(loaded(file), "6.5.7651.47");
    night_go(&night);
    assert_int_equal(night.result.outcome, OUTCOME_SURVIVED);
    night_end(&night);
}

/* In memory the old one, on the disk the old one: its file could not be written over. */
static void a_driver_in_memory_keeps_its_file(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "drill_driver_not_unloaded.ini", NULL);
    night_run(&night, 2);
    assert_string_equal(loaded(FILE_DRIVER), "6.5.7638.1");
    assert_string_equal(loaded(FILE_DLL_ESE), "6.5.7651.47");
    assert_int_equal(night.result.first_error, -2239);
    assert_null(site()->database);
    night_end(&night);
}

/* The driver object lives until inetinfo's last handle, and no longer. */
static void a_pending_unload_waits_for_the_last_handle(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "drill_unload_pending.ini", NULL);
    night_begin(&night, 2);
    go_to(&night, 40);
    assert_true(io_driver_present(DRIVER));
    assert_int_equal(site()->scm->services[SERVER_EXIFS].state, SERVICE_STOP_PENDING);
    assert_non_null(ps_find("inetinfo.exe"));
    while (ps_find("inetinfo.exe") != NULL)
        world_run(night.world, ke->sim->now + MS(10));
    assert_false(io_driver_present(DRIVER));
    night_end(&night);
}

/* Without the letter the same stop and start work at once: 2003 has none by default. */
static void it_is_the_letter(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "drill_letter_not_removed.ini", NULL);
    night.scenario.set.drive_letter = 0;
    night_run(&night, 2);
    assert_int_equal(site()->scm->services[SERVER_EXIFS].state, SERVICE_RUNNING);
    assert_int_equal(site()->scm->services[SERVER_STORE].state, SERVICE_RUNNING);
    assert_false(world_expected(&night.scenario, &night.result, &(struct unmet){ 0 }));
    night_end(&night);
}

/* The letter is somebody else's: the store says so, and runs without. */
static void a_letter_that_is_taken_is_not_mapped(void **state)
{
    struct night night;
    UNICODE_STRING letter, disk;
    uint32_t said = 0;

    (void)state;
    night_read(&night, "drill_letter_not_removed.ini", NULL);
    night.scenario.set.duration = SEC(10);
    night.scenario.step_count = 0;
    night_begin(&night, 1);
    RtlInitUnicodeString(&letter, L"\\??\\M:");
    RtlInitUnicodeString(&disk, L"\\Device\\HarddiskVolume2");
    assert_true(NT_SUCCESS(IoCreateSymbolicLink(&letter, &disk)));
    night_go(&night);
    for (uint32_t i = 0; i < cm_log_count(); i++)
        said += strcmp(cm_log_line(i)->source, "ExWin32") == 0 && cm_log_line(i)->id == 1 &&
                strcmp(cm_log_line(i)->text, "The Exchange IFS failed to map drive: M:. Please "
                                             "free drive M: to use Exchange IFS.") == 0;
    assert_int_equal(said, 1);
    assert_int_equal(site()->scm->services[SERVER_STORE].state, SERVICE_RUNNING);
    night_end(&night);
}

/* No mail is lost on the way, whatever was done wrong: what was not delivered waits with its
 * sender. */
static void no_drill_loses_mail(void **state)
{
    static const char *const drills[] = {
        "drill_hotfix.ini",        "drill_without_sp2.ini",    "drill_some_files.ini",
        "drill_root_held.ini",     "drill_without_exifs.ini",  "drill_letter_removed.ini",
        "drill_stale_handles.ini", "drill_unload_pending.ini", "services_recovery.ini",
    };
    struct night night;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(drills); i++) {
        uint64_t held = 0;

        night_read(&night, drills[i], NULL);
        night_run(&night, night.scenario.seed);
        for (uint32_t slot = 0; slot < IN_FLIGHT_MAX; slot++)
            held += site()->wires[LOAD_SMTP].in_flight[slot].id != 0;
        assert_int_equal(night.result.refused, 0);
        assert_int_equal(night.result.arrived,
                         night.result.delivered + site()->wires[LOAD_SMTP].count + held);
        night_end(&night);
    }
}

GROUP(drill_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_drill_leaves_nothing_of_the_old_driver),
        cmocka_unit_test(a_driver_in_memory_keeps_its_file),
        cmocka_unit_test(a_pending_unload_waits_for_the_last_handle),
        cmocka_unit_test(it_is_the_letter),
        cmocka_unit_test(a_letter_that_is_taken_is_not_mapped),
        cmocka_unit_test(no_drill_loses_mail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
