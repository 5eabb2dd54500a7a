/* test_sim.c - the main line: why a run ends, and what a broken check says. */
#include "tests/sim/check.h"

#include "sim/sim.h"
#include "sim/snapshot.h"
#include "tests/groups.h"

static struct arena arena;
static struct sim *sim;
static int acted;

static int begin(void **state)
{
    (void)state;
    acted = 0;
    if (!arena_open(&arena, 4 << 20, "test"))
        return -1;
    sim = sim_new(&arena, &(struct sim_limits){ 64, 8, 16384, 2 }, 7);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_close(&arena);
    return 0;
}

static void act(void *arg)
{
    acted++;
    trace_add(&sim->trace, 1, 0, 0, (uint32_t)(uintptr_t)arg, 0, 0, 0);
}

static void tick(void *arg)
{
    act(arg);
    agenda_add(sim->agenda, sim->now + MS(1), tick, arg);
}

static void stop(void *arg)
{
    act(arg);
    sim_finish(sim, SIM_STOPPED);
    sim_finish(sim, SIM_FINISHED); /* The first reason stands. */
}

static void with_nothing_to_do_it_is_idle(void **state)
{
    (void)state;
    assert_int_equal(sim_run(sim, SEC(1)), SIM_IDLE);
    assert_int_equal(sim->now, 0);
}

static void it_runs_up_to_and_including_the_given_time(void **state)
{
    (void)state;
    tick(NULL);
    assert_int_equal(sim_run(sim, MS(10)), SIM_GOING);
    assert_int_equal(acted, 11);
    assert_int_equal(sim->now, MS(10));
    assert_int_equal(sim_run(sim, MS(10) + 5), SIM_GOING);
    assert_int_equal(acted, 11);
    assert_int_equal(sim->now, MS(10) + 5);
    assert_int_equal(sim_run(sim, MS(5)), SIM_GOING); /* Time does not go back. */
    assert_int_equal(sim->now, MS(10) + 5);
}

static void a_stop_ends_it_once_the_entry_has_acted(void **state)
{
    (void)state;
    tick(NULL);
    agenda_add(sim->agenda, MS(5), stop, NULL);
    assert_int_equal(sim_run(sim, SEC(1)), SIM_STOPPED);
    assert_int_equal(sim->now, MS(5));
    assert_int_equal(acted, 6); /* The tick of 5 ms was added after the stop. */
    assert_int_equal(sim_run(sim, SEC(1)), SIM_STOPPED);
    assert_int_equal(acted, 6);
}

static void the_budget_of_records_ends_it(void **state)
{
    (void)state;
    sim->records_max = 100;
    tick(NULL);
    assert_int_equal(sim_run(sim, SEC(10)), SIM_BUDGET);
    assert_int_equal(sim->trace.count, 100);
}

static atomic_bool wish;

/* Wishes for the end, and makes the next entry at the same time: time stands still. */
static void wish_and_stand_still(void *arg)
{
    (void)arg;
    acted++;
    wish = acted == 5;
    agenda_add(sim->agenda, sim->now, wish_and_stand_still, NULL);
}

static void a_wish_of_the_host_ends_it_between_two_entries(void **state)
{
    (void)state;
    wish = false;
    sim->asked[1] = &wish;
    agenda_add(sim->agenda, MS(5), wish_and_stand_still, NULL);
    assert_int_equal(sim_run(sim, SEC(1)), SIM_ASKED);
    assert_int_equal(acted, 5);
    assert_int_equal(sim->now, MS(5));
    assert_int_equal(sim_run(sim, SEC(1)), SIM_ASKED);
    assert_int_equal(acted, 5);
}

static void break_a_check(void *arg)
{
    (void)arg;
    CHECK(acted == 99);
}

static void run_to_the_end(void *arg)
{
    (void)arg;
    sim_run(sim, SEC(1));
}

static void a_broken_check_says_place_time_and_how_to_run_again(void **state)
{
    (void)state;
    check_repro("exifsim run scenarios/kb908674.ini --seed 7");
    agenda_add(sim->agenda, MS(1500) / 1000, break_a_check, NULL);
    const char *message = check_message(run_to_the_end, NULL);

    assert_string_contains(message, "test_sim.c:");
    assert_string_contains(message, "check failed: acted == 99");
    assert_string_contains(message, " at 0.001500000 s");
    assert_string_contains(message, "run again: exifsim run scenarios/kb908674.ini --seed 7");
    check_repro(NULL);
    message =
        check_message(break_a_check, NULL); /* No world runs: no time, and none of a dead one. */
    assert_null(strstr(message, " at "));
    assert_null(strstr(message, "run again"));
}

static void finish_as_going(void *arg)
{
    (void)arg;
    sim_finish(sim, SIM_GOING);
}

static void going_is_no_reason_to_end(void **state)
{
    (void)state;
    assert_string_contains(check_message(finish_as_going, NULL), "end != SIM_GOING");
}

/* ---- Power ----------------------------------------------------------------------------------- */

static void sleeps_for_ever(void *arg)
{
    act(arg);
    for (;;)
        fiber_switch(sim->fibers, NULL);
}

static void wake(void *arg)
{
    fiber_switch(sim->fibers, fiber_new(sim->fibers, sleeps_for_ever, arg));
}

/* After power off no pending entry acts and every fiber can be reused; time and records
 * continue. */
static void without_power_all_is_forgotten_but_time(void **state)
{
    (void)state;
    for (int life = 0; life < 3; life++) {
        for (int i = 0; i < 8; i++) /* All there are. */
            agenda_add(sim->agenda, sim->now + MS(1), wake, NULL);
        agenda_add(sim->agenda, sim->now + MS(2), stop, NULL);
        agenda_add(sim->agenda, sim->now + MS(3), act, NULL);
        assert_int_equal(sim_run(sim, SIM_NEVER), SIM_STOPPED);
        sim_power_off(sim, 64);
        assert_int_equal(agenda_count(sim->agenda), 0);
    }
    assert_int_equal(acted, 3 * 9);
    assert_int_equal(sim->now, MS(6));
    assert_int_equal(sim->trace.count, 3 * 9);
    agenda_add(sim->agenda, MS(7), act, NULL);
    assert_int_equal(sim_run(sim, SEC(1)), SIM_IDLE);
}

/* Host memory: what the fiber saw when it went on. */
static int saw, told;

static void pauses_between(void *arg)
{
    (void)arg;
    act((void *)1);
    sim_pause(sim);
    saw = told;
    act((void *)2);
    for (;;)
        fiber_switch(sim->fibers, NULL);
}

static void enter(void *arg)
{
    fiber_switch(sim->fibers, fiber_new(sim->fibers, pauses_between, arg));
}

static void a_run_paused_in_an_entry_goes_on_there_as_often_as_wanted(void **state)
{
    struct snapshot *paused;

    (void)state;
    agenda_add(sim->agenda, MS(1), enter, NULL);
    agenda_add(sim->agenda, MS(2), act, NULL);
    assert_int_equal(sim_run(sim, MS(5)), SIM_GOING);
    assert_non_null(sim->paused);
    assert_int_equal(sim->now, MS(1)); /* Neither at the end nor at the next entry. */
    assert_int_equal(acted, 1);
    paused = snapshot_take(&arena, sim->fibers);
    for (int i = 1; i <= 3; i++) {
        acted = 0;
        told = i;
        snapshot_restore(paused, &arena, sim->fibers);
        assert_int_equal(sim_run(sim, MS(5)), SIM_IDLE);
        assert_null(sim->paused);
        assert_int_equal(saw, i);
        assert_int_equal(acted, 2);
        assert_int_equal(sim->trace.count, 3);
    }
    snapshot_free(paused);
}

GROUP(test_sim)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(with_nothing_to_do_it_is_idle, begin, end),
        cmocka_unit_test_setup_teardown(it_runs_up_to_and_including_the_given_time, begin, end),
        cmocka_unit_test_setup_teardown(a_stop_ends_it_once_the_entry_has_acted, begin, end),
        cmocka_unit_test_setup_teardown(the_budget_of_records_ends_it, begin, end),
        cmocka_unit_test_setup_teardown(a_wish_of_the_host_ends_it_between_two_entries, begin, end),
        cmocka_unit_test_setup_teardown(a_broken_check_says_place_time_and_how_to_run_again, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_run_paused_in_an_entry_goes_on_there_as_often_as_wanted,
                                        begin, end),
        cmocka_unit_test_setup_teardown(going_is_no_reason_to_end, begin, end),
        cmocka_unit_test_setup_teardown(without_power_all_is_forgotten_but_time, begin, end),
    };

    return cmocka_run_group_tests_name("sim", tests, NULL, NULL);
}
