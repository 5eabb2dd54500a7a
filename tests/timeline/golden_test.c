/* golden_test.c - the last instants of kb908674: as a transcript, and as a hash of the draw list.
 *
 * Fonts are nominal, so the golden is the same on every system. GOLDEN_UPDATE=1 writes it anew:
 * read the difference; if only the hash changed, look at the picture.
 */
#include "tests/draw/support.h"
#include "tests/groups.h"
#include "tests/timeline/stage.h"
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { WIDTH = 900, HEIGHT = 480 };

/* Shows the time from Dr. Watson's last turn to the stop, by logarithmic gaps, with one process
 * expanded. */
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

/* What is drawn, in a line: how many operations, and a hash of all of them. The list itself is left
 * in a file beside the program, to be compared by whoever changed it. */
static void add_draw_list(const struct app *app, FILE *file)
{
    FILE *dump = tmpfile();
    char *text;

    assert_non_null(dump);
    draw_dump(app->list, dump);
    text = text_of(dump);

    FILE *list = fopen("last_instants.list", "w");

    if (list != NULL) {
        fputs(text, list);
        fclose(list);
    }
    uint32_t lines = 0;

    for (const char *c = text; *c != 0; c++)
        lines += *c == '\n';
    fprintf(file, "draw list: %u operations, hash %016llx\n", lines,
            (unsigned long long)XXH3_64bits(text, strlen(text)));
    free(text);
}

static void the_last_instants_as_they_are_told_and_drawn(void **state)
{
    struct app *app = last_instants();
    FILE *file = tmpfile();
    char *text;

    (void)state;
    assert_non_null(file);
    app_describe(app, file);
    add_draw_list(app, file);
    text = text_of(file);
    assert_golden(GOLDENS "/last_instants.golden", text);
    free(text);
    app_free(app);
}

GROUP(golden_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_instants_as_they_are_told_and_drawn),
    };

    return cmocka_run_group_tests_name("golden", tests, NULL, NULL);
}
