/* world_snapshot_test.c - whole worlds that are restored midway, interleaved on one thread, or run
 * on two threads. Each has the same fingerprint as alone. */
#include "model/world/world.h"
#include "model/kernel/kernel.h"
#include "tests/groups.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* The scenario scenarios/kb908674.ini. */
static const char night[] =
    "[scenario]\ntitle = the night\nduration = 10 min\nseed = 2\n"
    "[machine]\nprocessors = 4\nstore_at = 0xff2a6d88\ninetinfo_at = 0xfdd95978\n"
    "[versions]\nall = sp2\n"
    "[load smtp]\nshape = batch\nrate = 24/s\n";

static struct scenario scenario;

static int read_the_night(void **state)
{
    struct ini *ini = ini_read_text("night.ini", night, sizeof night - 1);

    (void)state;
    assert_true(scenario_read(&scenario, ini, "night.ini"));
    ini_free(ini);
    return 0;
}

static struct world *at(uint64_t seed, sim_time until)
{
    struct world *world = world_new(&scenario, seed);

    assert_non_null(world);
    world_run(world, until);
    return world;
}

static uint64_t print_of(struct world *world)
{
    return trace_fingerprint(&world_sim(world)->trace);
}

static uint64_t alone(uint64_t seed, sim_time until)
{
    struct world *world = at(seed, until);
    uint64_t print = print_of(world);

    world_free(world);
    return print;
}

/* As often as wanted, and from a stop as well as from the middle of the day. */
static void a_world_put_back_goes_the_same_way(void **state)
{
    struct world *world = at(2, SEC(5));
    struct snapshot *snapshot = world_snapshot(world);
    uint64_t at_five = print_of(world), records = world_sim(world)->trace.count;

    (void)state;
    assert_non_null(snapshot);
    world_run(world, SEC(10));
    uint64_t at_ten = print_of(world);

    assert_true(at_ten != at_five);
    for (int i = 0; i < 4; i++) {
        const char *where;

        world_restore(world, snapshot);
        assert_false(snapshot_differs(snapshot, world_sim(world)->arena, &where));
        assert_true(print_of(world) == at_five && world_sim(world)->trace.count == records);
        assert_true(world_sim(world)->now <= SEC(5));
        world_run(world, i == 1 ? SEC(7) : SEC(10)); /* Once it is left midway. */
        assert_true(i == 1 || print_of(world) == at_ten);
    }
    snapshot_free(snapshot);
    world_free(world);
    assert_true(alone(2, SEC(10)) == at_ten);
}

/* Two worlds take turns on one host thread, a tenth of a second each. */
static void two_worlds_on_one_thread(void **state)
{
    struct world *one = at(2, 0), *two = at(3, 0);

    (void)state;
    for (sim_time until = 0; until <= SEC(4); until += MS(100)) {
        world_run(one, until);
        world_run(two, until);
        world_enter(one);
        assert_ptr_equal(ke, world_kernel(one));
    }
    uint64_t first = print_of(one), second = print_of(two);

    world_free(one);
    world_free(two);
    assert_true(first != second);
    assert_true(first == alone(2, SEC(4)) && second == alone(3, SEC(4)));
}

/* One may be put back while the other has gone on. */
static void putting_one_back_leaves_the_other(void **state)
{
    struct world *one = at(2, SEC(1)), *two = at(3, SEC(1));
    struct snapshot *snapshot = world_snapshot(one);

    (void)state;
    world_run(one, SEC(2));
    world_run(two, SEC(2));
    uint64_t wanted = print_of(one);

    world_restore(one, snapshot);
    world_run(two, SEC(3));
    world_run(one, SEC(2));
    assert_true(print_of(one) == wanted && print_of(two) == alone(3, SEC(3)));
    snapshot_free(snapshot);
    world_free(one);
    world_free(two);
}

struct run {
    uint64_t seed, print;
};

static void *on_a_thread_of_its_own(void *context)
{
    struct run *run = context;

    run->print = alone(run->seed, SEC(4));
    return NULL;
}

static void two_worlds_on_two_threads(void **state)
{
    struct run runs[] = { { 2, 0 }, { 3, 0 } };
    pthread_t threads[2];

    (void)state;
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, on_a_thread_of_its_own, &runs[i]), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    assert_true(runs[0].print == alone(2, SEC(4)) && runs[1].print == alone(3, SEC(4)));
}

GROUP(world_snapshot_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_world_put_back_goes_the_same_way),
        cmocka_unit_test(two_worlds_on_one_thread),
        cmocka_unit_test(putting_one_back_leaves_the_other),
        cmocka_unit_test(two_worlds_on_two_threads),
    };

    return cmocka_run_group_tests(tests, read_the_night, NULL);
}
