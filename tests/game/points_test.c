/* points_test.c - points, and what is kept of the best play.
 */
#include "tests/groups.h"
#include "ui/game/game.h"
#include "ui/lesson/progress.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static void points_are_par_over_moves(void **state)
{
    (void)state;
    assert_int_equal(game_score(1, 1, 0), 100);
    assert_int_equal(game_score(2, 3, 0), 66);
    assert_int_equal(game_score(1, 4, 0), 25);
    assert_int_equal(game_score(2, 1, 0), 100); /* Better than par, which was a bound. */
}

static void hints_cost_ten_and_nothing_falls_below_zero(void **state)
{
    (void)state;
    assert_int_equal(game_score(1, 1, 3), 70);
    assert_int_equal(game_score(1, 4, 3), 0);
    assert_int_equal(game_score(0, 0, 1), 90);
}

static struct progress_level row(const char *name, uint32_t score, uint32_t moves, const char *play)
{
    struct progress_level level = { .score = score, .moves = moves };

    snprintf(level.level, sizeof level.level, "%s", name);
    snprintf(level.play, sizeof level.play, "%s", play);
    return level;
}

static void only_a_better_play_takes_the_place(void **state)
{
    struct progress *progress = progress_read("there/is/no/such.ini");
    struct progress_level one = row("a", 50, 2, "DISK:1:1,DISK:2:1"),
                          worse = row("a", 40, 1, "DISK:9:1"),
                          shorter = row("a", 50, 1, "DISK:3:1"),
                          better = row("a", 90, 3, "DISK:4:1");

    (void)state;
    assert_null(progress_find_level(progress, "a"));
    assert_true(progress_note_level(progress, &one));
    assert_false(progress_note_level(progress, &one));
    assert_false(progress_note_level(progress, &worse));
    assert_true(progress_note_level(progress, &shorter));
    assert_string_equal(progress_find_level(progress, "a")->play, "DISK:3:1");
    assert_true(progress_note_level(progress, &better));
    assert_int_equal(progress_find_level(progress, "a")->score, 90);
    progress_free(progress);
}

/* A file keeps lessons and levels, long plays too. */
static void a_file_keeps_both(void **state)
{
    struct progress *progress = progress_read("there/is/no/such.ini");
    struct progress_row lesson = { .best = 3, .most = 14, .page = 2 };
    struct progress_level level = row("07", 80, 30, "");
    char path[100];

    (void)state;
    for (int i = 0; i < 30; i++)
        snprintf(level.play + strlen(level.play), sizeof level.play - strlen(level.play),
                 "%sDISK:%d:1", i > 0 ? "," : "", 1000 + i);
    snprintf(lesson.lesson, sizeof lesson.lesson, "4_memory");
    snprintf(path, sizeof path, "progress_%d.ini", (int)getpid());
    progress_note(progress, &lesson);
    assert_true(progress_note_level(progress, &level));
    assert_int_equal(progress_write(progress, path), 0);
    progress_free(progress);
    progress = progress_read(path);
    unlink(path);
    assert_non_null(progress_find(progress, "4_memory"));
    assert_non_null(progress_find_level(progress, "07"));
    assert_string_equal(progress_find_level(progress, "07")->play, level.play);
    assert_int_equal(progress_find_level(progress, "07")->moves, 30);
    progress_free(progress);
}

GROUP(points_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_are_par_over_moves),
        cmocka_unit_test(hints_cost_ten_and_nothing_falls_below_zero),
        cmocka_unit_test(only_a_better_play_takes_the_place),
        cmocka_unit_test(a_file_keeps_both),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
