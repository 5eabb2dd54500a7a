/* test_snapshot.c - a restored world behaves like the original. */
#include "tests/sim/check.h"

#include "sim/sim.h"
#include "sim/snapshot.h"
#include "tests/groups.h"

enum { THREADS = 12 };

/* A little world: threads that draw, sleep, wake each other, make new threads and cancel timers. */
struct world {
    struct sim *sim;
    struct rng rng;
    struct fiber *thread[THREADS];
    agenda_id timer[THREADS];
    uint32_t births;
};

static struct arena arena;
static struct world *world;

static void wake(void *arg) { fiber_switch(world->sim->fibers, *(struct fiber **)arg); }

static void ring(void *arg)
{
    trace_add(&world->sim->trace, 3, 0, (uint32_t)((agenda_id *)arg - world->timer), 0, 0, 0, 0);
}

static void live(void *arg)
{
    struct fiber **me = arg;
    uint32_t self = (uint32_t)(me - world->thread);
    struct sim *sim = world->sim;
    uint64_t own = self;

    for (;;) {
        own = own * 31 + rng_below(&world->rng, 1000);
        trace_add(&sim->trace, 1, (uint8_t)(self % 4), self, (uint32_t)own, (uint32_t)(own >> 32),
                  choice_pick(&sim->choices, self % 4, 5), 0);
        agenda_cancel(sim->agenda, world->timer[self]);
        world->timer[self] = agenda_add(sim->agenda, sim->now + rng_exponential(&world->rng, MS(2)),
                                        ring, &world->timer[self]);
        agenda_add(sim->agenda, sim->now + rng_exponential(&world->rng, MS(1)), wake, me);
        if (own % 50 == 0) { /* Ends, and is born again on whatever stack is free. */
            *me = fiber_new(sim->fibers, live, me);
            world->births++;
            arena_take(&arena, 100, 8);
            fiber_exit(sim->fibers, NULL);
        }
        fiber_switch(sim->fibers, NULL);
    }
}

static void world_begin(void)
{
    assert_true(arena_open(&arena, 32 << 20, "test"));
    world = arena_take(&arena, sizeof *world, 64);
    world->sim = sim_new(&arena, &(struct sim_limits){ 200, 64, 32768, 4 }, 7);
    world->sim->choices.strategy = CHOICE_SEEDED;
    for (int i = 0; i < 4; i++)
        world->sim->choices.odds_ppm[i] = 5000;
    world->rng = rng_stream(7, "world");
    for (int i = 0; i < THREADS; i++) {
        world->thread[i] = fiber_new(world->sim->fibers, live, &world->thread[i]);
        agenda_add(world->sim->agenda, (sim_time)i, wake, &world->thread[i]);
    }
}

static uint64_t run_on(sim_time until)
{
    assert_int_equal(sim_run(world->sim, until), SIM_GOING);
    return trace_fingerprint(&world->sim->trace);
}

static void a_run_restored_midway_ends_with_the_same_fingerprint(void **state)
{
    (void)state;
    world_begin();
    run_on(MS(300));
    struct snapshot *midway = snapshot_take(&arena, world->sim->fibers);
    uint64_t once = run_on(SEC(2));
    uint64_t count = world->sim->trace.count;
    uint32_t births = world->births;

    assert_true(births > 50);
    for (int again = 0; again < 3; again++) {
        snapshot_restore(midway, &arena, world->sim->fibers);
        assert_int_equal(world->sim->now, MS(300));
        assert_int_equal(run_on(SEC(2)), once);
        assert_int_equal(world->sim->trace.count, count);
        assert_int_equal(world->births, births);
    }
    snapshot_free(midway);
    arena_close(&arena);
}

static void stopping_on_the_way_changes_nothing(void **state)
{
    uint64_t once, stepwise = 0;

    (void)state;
    world_begin();
    once = run_on(SEC(1));
    arena_close(&arena);
    world_begin();
    for (int ms = 1; ms <= 1000; ms++)
        stepwise = run_on(MS(ms));
    assert_int_equal(stepwise, once);
    arena_close(&arena);
}

static void a_snapshot_can_be_taken_again_into_the_same_memory(void **state)
{
    (void)state;
    world_begin();
    struct snapshot *s = snapshot_take(&arena, world->sim->fibers);
    uint64_t prints[20], last = 0;

    for (int i = 0; i < 20; i++) { /* Ahead ten, back nine, as someone stepping backwards does. */
        run_on(world->sim->now + MS(100));
        assert_true(snapshot_retake(s, &arena, world->sim->fibers));
        prints[i] = run_on(world->sim->now + MS(50));
        snapshot_restore(s, &arena, world->sim->fibers);
        assert_int_equal(run_on(world->sim->now + MS(50)), prints[i]);
        assert_true(prints[i] != last);
        last = prints[i];
    }
    assert_true(snapshot_size(s) >= arena.used);
    snapshot_free(s);
    arena_close(&arena);
}

static void memory_taken_after_the_snapshot_is_zero_when_taken_again(void **state)
{
    (void)state;
    world_begin();
    struct snapshot *s = snapshot_take(&arena, world->sim->fibers);

    memset(arena_take(&arena, 5000, 8), 1, 5000);
    memset(arena_take_high(&arena, 5000, 8), 1, 5000);
    snapshot_restore(s, &arena, world->sim->fibers);
    const char *low = arena_take(&arena, 5000, 8), *high = arena_take_high(&arena, 5000, 8);

    for (int i = 0; i < 5000; i++)
        assert_int_equal(low[i] | high[i], 0);
    snapshot_free(s);
    arena_close(&arena);
}

static void restore_elsewhere(void *arg)
{
    struct arena other = { .base = (char *)arg };

    snapshot_restore(arg, &other, NULL);
}

static void another_arena_is_refused(void **state)
{
    (void)state;
    world_begin();
    struct snapshot *s = snapshot_take(&arena, world->sim->fibers);

    assert_string_contains(check_message(restore_elsewhere, s), "check failed");
    snapshot_free(s);
    snapshot_free(NULL);
    arena_close(&arena);
}

GROUP(test_snapshot)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_restored_midway_ends_with_the_same_fingerprint),
        cmocka_unit_test(stopping_on_the_way_changes_nothing),
        cmocka_unit_test(a_snapshot_can_be_taken_again_into_the_same_memory),
        cmocka_unit_test(memory_taken_after_the_snapshot_is_zero_when_taken_again),
        cmocka_unit_test(another_arena_is_refused),
    };

    return cmocka_run_group_tests_name("snapshot", tests, NULL, NULL);
}
