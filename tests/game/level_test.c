/* level_test.c - the reader of levels: what a good one says, and where a bad one is wrong.
 */
#include "tests/groups.h"
#include "ui/game/level.h"
#include "model/words/choices.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static char path[200], said[4000];

/* Reads a level of these lines, the first of which is line 4 of the file. */
static struct level *read_lines(const char *lines)
{
    FILE *file, *errors = tmpfile();
    struct level *level;
    size_t length;

    snprintf(path, sizeof path, "level_%d.ini", (int)getpid());
    file = fopen(path, "w");
    assert_non_null(file);
    assert_non_null(errors);
    fprintf(file, "[scenario]\ntitle = x\n[level]\n%s", lines);
    fclose(file);
    level = level_read(path, errors);
    rewind(errors);
    length = fread(said, 1, sizeof said - 1, errors);
    said[length] = 0;
    fclose(errors);
    unlink(path);
    return level;
}

/* The first error is this, at this place. */
static void refused(const char *lines, const char *place, const char *what)
{
    char begins[300];
    struct level *level = read_lines(lines);

    assert_null(level);
    snprintf(begins, sizeof begins, "%s:%s: %s", path, place, what);
    if (strncmp(said, begins, strlen(begins)) != 0)
        fail_msg("found    %s\nexpected %s", said, begins);
}

#define REST "moves = DISK\npar = 0\n"

static void a_level_says_what_it_is(void **state)
{
    struct level *level = read_lines("title = A\ntext = one\ntext_2 = two\ngoal = stop 0x5\n"
                                     "window = 1.5 s .. 20 ms\nmoves = DISK, READY\npar = 1\n"
                                     "solution = DISK:7:1\n");
    char goal[100];

    (void)state;
    assert_null(level); /* The window ends before it begins. */
    level = read_lines("title = A\ntext = one\ntext_2 = two\ngoal = stop 0x5\n"
                       "window = 20 ms .. 1.5 s\nmoves = DISK, READY\npar = 2\n"
                       "solution = DISK:7:1\nsolution_2 = READY:3:2\n");
    assert_non_null(level);
    assert_string_equal(level->text, "one two");
    assert_int_equal(level->goal, GOAL_STOP);
    assert_int_equal(level->stop, 5);
    assert_int_equal(level->from, MS(20));
    assert_int_equal(level->to, MS(1500));
    assert_int_equal(level->sites, 1u << CHOICE_DISK | 1u << CHOICE_READY);
    assert_int_equal(level->par, 2);
    assert_int_equal(level->solution_count, 2);
    level_goal_text(level, goal, sizeof goal);
    assert_string_equal(goal, "bring the machine to STOP 0x5");
    level_free(level);
}

static void each_goal_is_read(void **state)
{
    static const struct {
        const char *text;
        enum level_goal goal;
    } goals[] = { { "stop", GOAL_STOP },           { "crash", GOAL_CRASH },
                  { "crash a.exe", GOAL_CRASH },   { "hang", GOAL_HANG },
                  { "survive", GOAL_SURVIVE },     { "check pages_balance", GOAL_CHECK },
                  { "stop 0x000000e2", GOAL_STOP } };

    (void)state;
    for (size_t i = 0; i < sizeof goals / sizeof *goals; i++) {
        char lines[200];
        struct level *level;

        snprintf(lines, sizeof lines, "title = A\ngoal = %s\n" REST, goals[i].text);
        level = read_lines(lines);
        assert_non_null(level);
        assert_int_equal(level->goal, goals[i].goal);
        level_free(level);
    }
}

static void what_is_wrong_is_told_with_its_place(void **state)
{
    (void)state;
    refused("title = A\ngoal = win\n" REST, "5:8", "\"win\" (expected stop, stop CODE");
    refused("title = A\ngoal = stop 0\n" REST, "5:8", "\"stop 0\" (expected");
    refused("title = A\ngoal = stop 5x\n" REST, "5:8", "\"stop 5x\" (expected");
    refused("title = A\ngoal = hang up\n" REST, "5:8", "\"hang up\" (expected");
    refused("title = A\ngoal = check no_such\n" REST, "5:8", "\"check no_such\" (expected");
    refused("title = A\n" REST, "3:1", "a level without a goal (expected");
    refused("goal = stop\n" REST, "3:1", "a level without a title (expected");
    refused("title = A\ngoal = stop\nmoves = DISC\npar = 0\n", "6:9",
            "\"DISC\", did you mean \"DISK\"? (expected READY");
    refused("title = A\ngoal = stop\npar = 0\n", "3:1", "a level without moves (expected");
    refused("title = A\ngoal = stop\nmoves = DISK\n", "3:1", "a level without par (expected");
    refused("title = A\ngoal = stop\nmoves = DISK\npar = many\n", "7:7", "\"many\"");
    refused("title = A\ngoal = stop\nmoves = DISK\npar = 1\n", "7:7",
            "1 beside a solution of 0 moves (expected as many");
    refused("title = A\ngoal = stop\nmoves = DISK\npar = 1\nsolution = DISK:x:1\n", "8:12",
            "\"DISK:x:1\" (expected SITE:N:PICK");
    refused("title = A\ngoal = stop\nwindow = 3 s\n" REST, "6:10", "\"3 s\" (expected two times");
    refused("title = A\ngoal = stop\nwindow = 3 .. 4 s\n" REST, "6:10",
            "\"3 .. 4 s\" (expected two times");
    refused("title = A\ngoal = stop\ntext_2 = b\n" REST, "6:10", "a piece of text without");
}

static void a_scenario_is_no_level(void **state)
{
    FILE *errors = tmpfile();

    (void)state;
    assert_non_null(errors);
    assert_false(level_is_one(SCENARIOS "calm_day.ini"));
    assert_true(level_is_one(SCENARIOS "game/01_two_clerks.ini"));
    assert_null(level_read(SCENARIOS "calm_day.ini", errors));
    fclose(errors);
}

GROUP(level_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_level_says_what_it_is),
        cmocka_unit_test(each_goal_is_read),
        cmocka_unit_test(what_is_wrong_is_told_with_its_place),
        cmocka_unit_test(a_scenario_is_no_level),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
