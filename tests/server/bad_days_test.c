/* bad_days_test.c - the faults of scenarios: when each begins, what it does, and what remains
 * afterwards. */
#include "tests/server/night.h"
#include "model/kernel/ex.h"
#include "model/look/inspect.h"
#include "model/outside/site.h"
#include "model/words/checks.h"
#include "tests/groups.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define BEGIN 6 /* Seconds. */

static const char *const kinds[][5] = {
    { "kind=crash", "process=store.exe", NULL },
    { "kind=kill", "process=inetinfo.exe", NULL },
    { "kind=hang", "process=store.exe", "thread=proxy", "until=8 s", NULL },
    { "kind=no_memory", "tag=AuxL", "count=50", NULL },
    { "kind=leak", "bytes=64 KiB", "until=8 s", NULL },
    { "kind=slow_disk", "disk=E:", "until=8 s", NULL },
    { "kind=disk_error", "disk=C:", "until=8 s", NULL },
    { "kind=full_disk", "disk=E:", NULL },
    { "kind=lost_reply", "nth=2", NULL },
    { "kind=power_cut", NULL },
};

static struct scenario with_fault(const char *const *lines)
{
    struct ini *ini = ini_read(SCENARIOS "hotfix.ini");
    struct scenario scenario;
    char set[80];

    ini_set(ini, "scenario.duration=10 s");
    if (lines != NULL)
        ini_set(ini, "fault one.at=6 s");
    for (; lines != NULL && *lines != NULL; lines++) {
        snprintf(set, sizeof set, "fault one.%s", *lines);
        ini_set(ini, set);
    }
    if (!scenario_read(&scenario, ini, "hotfix.ini"))
        fail_msg("%s", ini_error_text(ini, 0));
    ini_free(ini);
    return scenario;
}

/* ---- Until its time -------------------------------------------------------------------------- */

struct past {
    uint64_t hash, count, all;
};

static void remember(const struct record *record, uint64_t number, void *context)
{
    struct past *past = context;
    const uint32_t words[] = { record->kind, record->thread, record->a,
                               record->b,    record->c,      record->d };

    past->all = number + 1;
    if (record->at >= SEC(BEGIN))
        return;
    past->count = number + 1;
    past->hash = (past->hash ^ record->at) * 0x100000001b3ull;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        past->hash = (past->hash ^ words[i]) * 0x100000001b3ull;
}

static struct past past_of(const struct scenario *scenario)
{
    struct past past = { 0 };
    struct world *world = world_new_watched(scenario, 1, remember, &past);

    world_run(world, SIM_NEVER);
    world_free(world);
    return past;
}

static void until_its_time_a_run_is_the_one_without(void **state)
{
    struct scenario calm = with_fault(NULL);
    struct past before, after;

    (void)state;
    before = past_of(&calm);
    assert_true(before.count > 10000);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        struct scenario scenario = with_fault(kinds[i]);

        after = past_of(&scenario);
        assert_true(after.hash == before.hash && after.count == before.count);
        if (scenario.faults[0].kind != FAULT_FULL_DISK) /* Nothing has to grow here. */
            assert_true(after.all != before.all);
    }
}

/* ---- What each does -------------------------------------------------------------------------- */

static uint32_t hanging(struct world *world)
{
    struct inspect *look = inspect_new();
    uint32_t count = 0;

    inspect_take(world, look);
    for (uint32_t i = 0; i < look->thread_count; i++)
        count += strcmp(look->threads[i].name, "proxy") == 0 && look->threads[i].suspend_count > 0;
    inspect_free(look);
    return count;
}

static void hung_threads_stand_still_and_go_on(void **state)
{
    struct night night;
    uint64_t before, during;

    (void)state;
    night_read(&night, "fault_hang.ini", NULL);
    night_begin(&night, 1);
    world_run(night.world, SEC(15) - 1);
    assert_int_equal(hanging(night.world), 0);
    world_run(night.world, SEC(16));
    assert_int_equal(hanging(night.world), 4);
    before = world_result(night.world)->delivered;
    world_run(night.world, SEC(25) - 1);
    during = world_result(night.world)->delivered;
    assert_true(during - before < 100); /* What the lending table could serve; 216 came. */
    world_run(night.world, SEC(26));
    assert_int_equal(hanging(night.world), 0);
    night_go(&night);
    assert_true(night.result.delivered + 10 > night.result.arrived);
    night_end(&night);
}

static void hung_threads_can_be_killed(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "fault_hang.ini", "fault kill.kind=kill", "fault kill.process=store.exe",
               "fault kill.at=18 s", NULL);
    night_run(&night, 1);
    assert_int_equal(night.result.outcome, OUTCOME_SURVIVED);
    assert_int_equal(night.result.restarts, 1);
    assert_int_equal(night.result.violated, 0);
    night_end(&night);
}

static bool met_error(const struct night *night, int32_t error)
{
    const struct site_statistics *stats = &world_site(night->world)->stats;

    for (uint32_t i = 0; i < stats->errors_met_count; i++)
        if (stats->errors_met[i] == error)
            return true;
    return false;
}

static void what_is_not_in_the_log_is_not_acknowledged(void **state)
{
    struct night night;

    (void)state;
    for (uint64_t seed = 1; seed <= (NIGHT_SANITIZED ? 2u : 8u); seed++) {
        night_read(&night, "fault_disk_error.ini", NULL);
        night_run(&night, seed);
        assert_true(met_error(&night, -510)); /* JET_errLogWriteFail */
        assert_int_equal(night.result.violated, 0);
        assert_true(night.result.delivered + 10 > night.result.arrived);
        night_end(&night);
    }
}

static void a_leak_ends_with_the_neighbour(void **state)
{
    struct night night;
    uint64_t during;

    (void)state;
    night_read(&night, "fault_pool.ini", NULL);
    night_begin(&night, 1);
    world_run(night.world, SEC(21));
    during = world_result(night.world)->delivered;
    assert_true(ex_pool_bytes(NonPagedPool) > POOL_NONPAGED_BYTES - (1 << 20));
    world_run(night.world, SEC(23));
    assert_true(ex_pool_bytes(NonPagedPool) < 8 << 20);
    night_go(&night);
    assert_true(night.result.delivered > during + 200);
    assert_int_equal(night.result.violated, 0);
    night_end(&night);
}

static void a_cut_loses_what_only_the_cache_had(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "fault_power_cut.ini", NULL);
    night_run(&night, 1);
    assert_true(night.result.power_cut && night.result.pages_lost > 0);
    assert_true(night.result.simulated == SEC(20));
    assert_int_equal(night.result.violated, 1u << CHECKED_ACKNOWLEDGED_KEPT);
    night_end(&night);

    night_read(&night, "fault_power_cut.ini", "fault current.cache=kept", NULL);
    night_run(&night, 1);
    assert_true(night.result.power_cut && night.result.pages_lost == 0);
    assert_int_equal(night.result.violated, 0);
    night_end(&night);
}

/* Nobody wrote a dump; the store's files were open; and then mail flows again. */
static void after_a_cut_the_machine_boots_where_the_scenario_says_so(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "fault_power_back.ini", NULL);
    night_run(&night, 1);
    assert_false(night.result.power_cut);
    assert_int_equal(night.result.boots, 1);
    assert_true(night.result.on_at == SEC(80) && night.result.off_at == SEC(20));
    assert_true(night.result.flows_at > night.result.on_at && night.result.drained_at != 0);
    assert_false(night.result.stop.stopped);
    night_end(&night);
}

static void a_refusal_the_driver_meets_is_heard_by_who_waits(void **state)
{
    struct night night;

    (void)state;
    for (uint64_t seed = 3; seed <= (NIGHT_SANITIZED ? 5u : 13u); seed++) {
        night_read(&night, "fault_no_memory.ini", NULL);
        night_run(&night, seed);
        /* All but what came in the last second: a log file may be rolling over just then. */
        assert_true(night.result.delivered + 24 > night.result.arrived);
        night_end(&night);
    }
}

static void a_full_disk_is_a_full_streaming_file(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "fault_full_disk.ini", NULL);
    night_run(&night, 1);
    assert_true(met_error(&night, -2233));
    night_end(&night);
    night_read(&night, "fault_full_disk.ini", NULL);
    night.scenario.fault_count = 0;
    night_run(&night, 1);
    assert_false(met_error(&night, -2233));
    night_end(&night);
}

/* ---- Names ----------------------------------------------------------------------------------- */

static void threads_are_called_as_faults_call_them(void **state)
{
    struct inspect *look = inspect_new();
    struct night night;

    (void)state;
    night_read(&night, "hotfix.ini", "scenario.duration=10 s", NULL);
    night_run(&night, 1);
    inspect_take(night.world, look);
    for (uint32_t i = 0; i < look->thread_count; i++) {
        const struct inspect_thread *thread = &look->threads[i];
        const char *image = look->processes[thread->process].name;
        const char *const *name = scenario_threads_of(image);

        if (strcmp(image, "store.exe") != 0 && strcmp(image, "inetinfo.exe") != 0)
            continue;
        while (*name != NULL && strcmp(*name, thread->name) != 0)
            name++;
        if (*name == NULL)
            fail_msg("no fault can name thread %s of %s", thread->name, image);
    }
    inspect_free(look);
    night_end(&night);
}

GROUP(bad_days_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(until_its_time_a_run_is_the_one_without),
        cmocka_unit_test(hung_threads_stand_still_and_go_on),
        cmocka_unit_test(hung_threads_can_be_killed),
        cmocka_unit_test(what_is_not_in_the_log_is_not_acknowledged),
        cmocka_unit_test(a_leak_ends_with_the_neighbour),
        cmocka_unit_test(a_cut_loses_what_only_the_cache_had),
        cmocka_unit_test(after_a_cut_the_machine_boots_where_the_scenario_says_so),
        cmocka_unit_test(a_refusal_the_driver_meets_is_heard_by_who_waits),
        cmocka_unit_test(a_full_disk_is_a_full_streaming_file),
        cmocka_unit_test(threads_are_called_as_faults_call_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
