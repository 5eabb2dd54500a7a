/* files_test.c - the store's files as an administrator meets them: what is in use, what is missing,
 * and what the engine says of it. What the logs show is in the scenarios' own [expect].
 */
#include "tests/server/night.h"
#include "model/kernel/win32.h"
#include "model/server/server.h"
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stm_without_its_edb_is_not_attached),
        cmocka_unit_test(a_mounted_database_is_in_use),
        cmocka_unit_test(what_was_never_made_is_not_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
