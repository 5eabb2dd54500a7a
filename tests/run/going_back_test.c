/* going_back_test.c - scenarios whose end is run again in many schedules, each from a snapshot:
 * once by restores that copy what was written, once by restores that copy everything. All ends are
 * the same ones, and the whole memory is held to the snapshot after each restore. */
#include "tests/groups.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "ui/run/run.h"
#include <stdlib.h>
#include <string.h>

static bool can_follow(void) { return strcmp(snapshots_way(), "page protection") == 0; }

static void put_back(struct world *world, const struct snapshot *snapshot)
{
    const char *where;

    world_restore(world, snapshot);
    assert_false(snapshot_differs(snapshot, world_sim(world)->arena, &where));
}

/* A world of the scenario, put so long before its end, and a snapshot of it. */
static struct world *before_the_end(const struct scenario *scenario, sim_time window,
                                    struct snapshot **snapshot)
{
    struct world *world = world_new(scenario, 1);
    sim_time end;

    assert_non_null(world);
    world_run(world, SIM_NEVER);
    end = world_sim(world)->now;
    world_free(world);
    world = world_new(scenario, 1);
    world_run(world, end - MIN_OF(window, end));
    *snapshot = world_snapshot(world);
    assert_non_null(*snapshot);
    return world;
}

static uint64_t one_schedule(struct world *world, const struct snapshot *snapshot, uint64_t seed)
{
    put_back(world, snapshot);
    if (seed != 0)
        world_reschedule(world, seed);
    world_run(world, SIM_NEVER);
    return trace_fingerprint(&world_sim(world)->trace);
}

#if defined(UNDER_ASAN) /* Slow, and both ways are one. */
enum { ONE_IN = 10 };
#else
enum { ONE_IN = 1 };
#endif

/* Runs so many schedules in both ways. The last one is the first one again. */
static void both_ways_are_one(const struct run_options *options, const char *path, sim_time window,
                              uint64_t schedules)
{
    char error[RUN_ERROR_CHARS];
    struct scenario *scenario = run_load(options, path, error);
    struct snapshot *one, *other;
    struct world *follows, *copies;
    uint64_t first = 0;

    schedules = schedules / ONE_IN + 1;
    assert_non_null(scenario);
    follows = before_the_end(scenario, window, &one);
    copies = before_the_end(scenario, window, &other);
    world_sim(copies)->arena->copies_all = true;
    put_back(follows, one);
    for (uint64_t i = 0; i <= schedules; i++) {
        uint64_t print = one_schedule(follows, one, i % schedules);

        assert_true(print == one_schedule(copies, other, i % schedules));
        assert_true(world_sim(follows)->now == world_sim(copies)->now);
        if (i == 0)
            first = print;
        assert_true(i < schedules || print == first);
    }
    if (can_follow()) {
        put_back(follows, one);
        put_back(copies, other);
        assert_true(snapshot_pages(one, world_sim(follows)->arena) <
                    snapshot_pages(other, world_sim(copies)->arena) / 2);
    }
    snapshot_free(one);
    snapshot_free(other);
    world_free(follows);
    world_free(copies);
    free(scenario);
}

static void the_last_tenth_of_a_second_of_a_server(void **state)
{
    struct run_options plain = { .set_count = 0 };

    (void)state;
    both_ways_are_one(&plain, SCENARIOS "kb908674.ini", MS(100), 60);
}

static void its_last_second(void **state)
{
    struct run_options plain = { .set_count = 0 };

    (void)state;
    both_ways_are_one(&plain, SCENARIOS "kb908674.ini", SEC(1), 20);
}

static void a_driver_from_outside(void **state)
{
    struct run_options plain = { .set_count = 0 };

    (void)state;
    both_ways_are_one(&plain, SCENARIOS "guests/races/wakeup.ini", SEC(5), 60);
    both_ways_are_one(&plain, SCENARIOS "guests/races/cancel.ini", SEC(5), 60);
    both_ways_are_one(&plain, SCENARIOS "guests/ramdisk/ramdisk.ini", SEC(5), 20);
}

/* From before the driver is loaded: stacks get guard pages meanwhile, and lose them again. */
static void a_driver_that_is_not_loaded_yet(void **state)
{
    struct run_options plain = { .set_count = 0 };

    (void)state;
    both_ways_are_one(&plain, SCENARIOS "guests/races/wakeup.ini", SEC(100), 20);
    both_ways_are_one(&plain, SCENARIOS "guests/echo/echo.ini", SEC(100), 5);
}

/* Pages of special pool are closed and opened by somebody else. */
static void a_driver_under_driver_verifier(void **state)
{
    struct run_options verified = {
        .sets = { "verifier.drivers=echo.sys", "verifier.options=standard" }, .set_count = 2
    };

    (void)state;
    both_ways_are_one(&verified, SCENARIOS "guests/echo/echo.ini", SEC(20), 20);
}

GROUP(going_back_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_tenth_of_a_second_of_a_server),
        cmocka_unit_test(its_last_second),
        cmocka_unit_test(a_driver_from_outside),
        cmocka_unit_test(a_driver_that_is_not_loaded_yet),
        cmocka_unit_test(a_driver_under_driver_verifier),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
