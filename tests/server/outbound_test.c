/* outbound_test.c - outgoing mail: messages in the temporary tables survive the end of every
 * process and leave exactly once. */
#include "tests/server/night.h"
#include "model/outside/site.h"
#include "tests/groups.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct scenario evening(const char *const *sets)
{
    struct ini *ini = ini_read(SCENARIOS "kb950757_corrected.ini");
    struct scenario scenario;

    for (; *sets != NULL; sets++)
        ini_set(ini, *sets);
    if (!scenario_read(&scenario, ini, "kb950757_corrected.ini"))
        fail_msg("%s", ini_error_text(ini, 0));
    ini_free(ini);
    return scenario;
}

static const struct result *run(const char *const *sets, struct world **world)
{
    struct scenario scenario = evening(sets);

    *world = world_new(&scenario, 1);
    assert_non_null(*world);
    world_run(*world, SIM_NEVER);
    return world_result(*world);
}

static void nothing_was_violated(const struct result *result)
{
    if (result->violated != 0)
        fail_msg("%s", result->violation);
}

/* ---- Stories --------------------------------------------------------------------------------- */

/* At most two seconds' worth is still on its way when the run ends. */
static void all_of_it_leaves_although_both_processes_are_ended_once(void **state)
{
    static const char *const sets[] = { "fault other.kind=kill", "fault other.process=inetinfo.exe",
                                        "fault other.at=40 s", NULL };
    struct world *world;
    const struct result *result = run(sets, &world);

    (void)state;
    nothing_was_violated(result);
    assert_int_equal(result->refused, 0);
    assert_true(result->arrived - result->delivered < 10);
    assert_int_equal(result->arrived - result->delivered, world_site(world)->outbox_count);
    world_free(world);
}

static void it_waits_for_a_store_that_is_gone_and_is_not_lost(void **state)
{
    static const char *const sets[] = { "fault end.at=23 s", "scenario.duration=23200 ms",
                                        "scenario.warm_up=1 s", NULL };
    struct world *world;
    const struct result *result = run(sets, &world);

    (void)state;
    nothing_was_violated(result);
    assert_true(world_site(world)->outbox_count > 30);
    world_free(world);
}

static void a_table_that_is_full_refuses_what_comes(void **state)
{
    static const char *const sets[] = {
        "load mapi-send.burst_rate=400/s",  "scenario.duration=40 s", "scenario.warm_up=1 s",
        "process inetinfo.link_delay=10 s", "fault end.at=39 s",      NULL
    };
    struct world *world;
    const struct result *result = run(sets, &world);

    (void)state;
    nothing_was_violated(result);
    assert_int_equal(world_site(world)->outbox_count, OUTBOX_MAX);
    assert_true(result->refused > 100);
    world_free(world);
}

/* The queue holds messages from before the restart, and none that were submitted afterwards. */
static void drviis_of_sp2_holds_what_waited_over_a_restart_only(void **state)
{
    static const char *const sets[] = { "process inetinfo.drviis=sp2", "scenario.duration=90 s",
                                        NULL };
    struct world *world;
    const struct result *result = run(sets, &world);
    uint32_t old = 0, late = 0;

    (void)state;
    nothing_was_violated(result);
    for (uint32_t i = 0; i < OUTBOX_MAX; i++) {
        const struct outbound *out = &world_site(world)->outbox[i];

        old += out->message.id != 0 && out->stamp == 1;
        late += out->message.id != 0 && out->stamp == 2 && out->message.at < SEC(80);
    }
    assert_true(old > 30);
    assert_int_equal(late, 0);
    world_free(world);
}

/* What is under way goes its way; the rest waits for the service. */
static void nothing_leaves_while_smtp_is_stopped(void **state)
{
    static const char *const sets[] = { "fault end.at=59 s",
                                        "scenario.duration=60 s",
                                        "step stop.at=21 s",
                                        "step stop.do=net stop SMTPSVC",
                                        "step start.at=40 s",
                                        "step start.do=net start SMTPSVC",
                                        NULL };
    struct scenario scenario = evening(sets);
    struct world *world = world_new(&scenario, 1);
    const uint64_t *sent = &world_site(world)->stats.delivered_by[LOAD_MAPI_SEND];

    (void)state;
    world_run(world, SEC(25));
    uint64_t before = *sent;

    world_run(world, SEC(39));
    assert_int_equal(*sent, before);
    assert_true(world_site(world)->outbox_count > 60);
    world_run(world, SIM_NEVER);
    nothing_was_violated(world_result(world));
    assert_true(*sent > before + 100); /* Four threads, half a second each. */
    world_free(world);
}

static void a_machine_without_such_mail_has_none_of_it(void **state)
{
    struct ini *ini = ini_read(SCENARIOS "hotfix.ini");
    struct scenario scenario;

    (void)state;
    ini_set(ini, "scenario.duration=5 s");
    assert_true(scenario_read(&scenario, ini, "hotfix.ini"));
    ini_free(ini);
    struct world *world = world_new(&scenario, 1);

    world_run(world, SIM_NEVER);
    assert_int_equal(world_site(world)->store_lives, 0);
    for (uint32_t i = 0; i < LOAD_PROTOCOLS; i++)
        assert_true((world_site(world)->wires[i].queue != NULL) ==
                    (i == LOAD_SMTP || i == LOAD_POP3));
    assert_null(world_site(world)->outbox);
    world_free(world);
}

/* A message of megabytes lies in more runs than an EA list holds unless its room is set aside, and
 * a database that nothing was written to has no file yet. */
static void a_morning_of_outlook_meets_no_error(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct ini *ini = ini_read(SCENARIOS "mapi_users.ini");
        struct scenario scenario;

        assert_true(scenario_read(&scenario, ini, "mapi_users.ini"));
        ini_free(ini);
        struct world *world = world_new(&scenario, seed);

        world_run(world, SIM_NEVER);
        const struct result *result = world_result(world);

        nothing_was_violated(result);
        assert_int_equal(result->first_error, 0);
        for (uint32_t i = 0; i < OUTBOX_MAX; i++)
            if (world_site(world)->outbox[i].message.id != 0)
                assert_true(scenario.set.duration - world_site(world)->outbox[i].message.at <
                            SEC(10));
        world_free(world);
    }
}

GROUP(outbound_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_it_leaves_although_both_processes_are_ended_once),
        cmocka_unit_test(it_waits_for_a_store_that_is_gone_and_is_not_lost),
        cmocka_unit_test(a_table_that_is_full_refuses_what_comes),
        cmocka_unit_test(drviis_of_sp2_holds_what_waited_over_a_restart_only),
        cmocka_unit_test(a_morning_of_outlook_meets_no_error),
        cmocka_unit_test(nothing_leaves_while_smtp_is_stopped),
        cmocka_unit_test(a_machine_without_such_mail_has_none_of_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
