/* golden_test.c - the last instants of the article's night, as a draw list and as a transcript.
 *
 * Fonts are nominal, so the goldens are the same on every system. GOLDEN_UPDATE=1 writes them anew;
 * read the difference.
 */
#include "tests/draw/support.h"
#include "tests/groups.h"
#include "tests/timeline/stage.h"

enum { WIDTH = 900, HEIGHT = 480 };

/* By logarithmic gaps, from Dr. Watson's last turn to the stop, one process unfolded. */
static struct app *last_instants(void)
{
    struct app *app = stage_open("kb908674.ini");
    double from, to;

    app->looks.side_open = false;
    app_do(app, COMMAND_AXIS);
    app_do(app, COMMAND_AXIS);
    app_do(app, COMMAND_TO_END);
    app->toast.text[0] = 0;
    app_lock(app);
    axis_whole(app->view.axis.kind, app->panes[0].run, &from, &to);
    view_show(app, to - 3000, to + 300);
    app_unlock(app);
    app_settle(app, WIDTH, HEIGHT);
    return app;
}

static void the_draw_list_of_the_last_instants(void **state)
{
    struct app *app = last_instants();
    FILE *file = tmpfile();
    char *text;

    (void)state;
    assert_non_null(file);
    draw_dump(app->list, file);
    text = text_of(file);
    assert_golden(GOLDENS "/last_instants.golden", text);
    free(text);
    app_free(app);
}

static void the_transcript_of_the_last_instants(void **state)
{
    struct app *app = last_instants();
    FILE *file = tmpfile();
    char *text;

    (void)state;
    assert_non_null(file);
    app_describe(app, file);
    text = text_of(file);
    assert_golden(GOLDENS "/last_instants_told.golden", text);
    free(text);
    app_free(app);
}

GROUP(golden_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_draw_list_of_the_last_instants),
        cmocka_unit_test(the_transcript_of_the_last_instants),
    };

    return cmocka_run_group_tests_name("golden", tests, NULL, NULL);
}
