/* play_test.c - a play stands at decisions, can be taken back, and is the run that --surprises
 * makes.
 */
#include "tests/groups.h"
#include "ui/game/play.h"
#include "model/words/names.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char path[] = SCENARIOS "game/03_one_slow_disk.ini";
static struct run_options options;

struct opened {
    struct level *level;
    struct choices solution;
    struct scenario *scenario;
    struct play *play;
    char error[RUN_ERROR_CHARS];
};

static struct opened open_level(void)
{
    struct opened o = { .level = level_read(path, stderr) };

    assert_non_null(o.level);
    choices_init(&o.solution, choice_count, 0);
    assert_true(
        choices_parse(&o.solution, o.level->solution, choice_names, o.error, sizeof o.error));
    o.scenario = run_load(&options, path, o.error);
    assert_non_null(o.scenario);
    o.play = play_new(o.level, o.scenario, &options, 1, o.error);
    assert_non_null(o.play);
    return o;
}

static void close_level(struct opened *o)
{
    play_free(o->play);
    free(o->scenario);
    level_free(o->level);
}

static void calm_answers_lose_and_can_be_taken_back(void **state)
{
    struct opened o = open_level();
    struct question first = *play_question(o.play);
    uint64_t second;

    (void)state;
    assert_int_equal(play_state(o.play), PLAY_ASKS);
    assert_int_equal(play_decision(o.play), 0);
    assert_false(play_undo(o.play));
    assert_true(play_answer(o.play, 0));
    second = play_question(o.play)->record;
    assert_int_equal(play_decision(o.play), 1);
    assert_true(second > first.record);
    assert_true(play_undo(o.play));
    assert_int_equal(play_decision(o.play), 0);
    assert_memory_equal(play_question(o.play), &first, sizeof first);
    play_go_to(o.play, UINT32_MAX);
    assert_int_equal(play_state(o.play), PLAY_LOST);
    assert_int_equal(play_decision(o.play), play_calm_decisions(o.play));
    assert_true(play_undo(o.play));
    assert_true(play_answer(o.play, 0));
    assert_int_equal(play_question(o.play)->record, second);
    assert_int_equal(play_undone(o.play), 2);
    close_level(&o);
}

/* The run of a play is the run of its surprises: the same fingerprint. */
static void a_play_is_the_run_of_its_surprises(void **state)
{
    struct opened o = open_level();
    struct run_options again = options;
    struct play_move moves[PLAY_MOVES_MAX];
    char surprises[RUN_SURPRISES_CHARS];
    struct run *run;

    (void)state;
    assert_int_equal(play_find(o.play, &o.solution, moves), 1);
    assert_true(play_follow(o.play, &o.solution));
    play_go_to(o.play, UINT32_MAX);
    assert_int_equal(play_state(o.play), PLAY_WON);
    play_print(o.play, surprises, sizeof surprises);
    assert_string_equal(surprises, o.level->solution);
    again.surprises = surprises;
    free(o.scenario);
    o.scenario = run_load(&again, path, o.error);
    assert_non_null(o.scenario);
    run = run_once(&again, o.scenario, 1, NULL, NULL);
    assert_non_null(run);
    assert_int_equal(run->result.stop.code, 5);
    assert_true(run->result.fingerprint == world_result(play_world(o.play))->fingerprint);
    run_free(run);
    close_level(&o);
}

static void a_move_that_is_not_there_changes_nothing(void **state)
{
    struct opened o = open_level();
    struct choices list;

    (void)state;
    choices_init(&list, choice_count, 0);
    assert_true(choices_parse(&list, "DISK:400000:1", choice_names, o.error, sizeof o.error));
    assert_true(play_answer(o.play, 0));
    assert_false(play_follow(o.play, &list));
    assert_int_equal(play_state(o.play), PLAY_ASKS);
    assert_int_equal(play_decision(o.play), 1);
    assert_false(play_answer(o.play, 2)); /* There is no such answer. */
    assert_int_equal(play_decision(o.play), 1);
    close_level(&o);
}

static void a_search_finds_the_first_play_that_wins(void **state)
{
    struct opened o = open_level();
    struct play_search *none = calloc(1, sizeof *none), *one = calloc(1, sizeof *one);

    (void)state;
    assert_non_null(none);
    assert_non_null(one);
    play_search(o.play, none);
    assert_true(none->exhausted);
    assert_int_equal(none->runs, 1);
    assert_int_equal(none->move_count, 0);
    one->most = 1;
    play_search(o.play, one);
    assert_int_equal(one->move_count, 1);
    assert_true(play_wins(o.play, one->moves, 1));
    assert_false(play_wins(o.play, NULL, 0));
    assert_int_equal(play_decision(o.play), 0); /* The play stands where it stood. */
    *one = (struct play_search){ .most = 1, .runs_max = 3 };
    play_search(o.play, one);
    assert_false(one->exhausted);
    free(none);
    free(one);
    close_level(&o);
}

GROUP(play_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calm_answers_lose_and_can_be_taken_back),
        cmocka_unit_test(a_play_is_the_run_of_its_surprises),
        cmocka_unit_test(a_move_that_is_not_there_changes_nothing),
        cmocka_unit_test(a_search_finds_the_first_play_that_wins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
