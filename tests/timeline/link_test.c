/* link_test.c - the line that a window prints opens the very view that it shows. */
#include "tests/groups.h"
#include "tests/timeline/stage.h"
#include "ui/timeline/wanted.h"

/* A line as a shell would cut it: single quotes, and a backslash outside of them. */
static int words_of(char *line, const char *words[64])
{
    int count = 0;

    for (char *c = line; *c != 0;) {
        char *to;

        c += strspn(c, " ");
        if (*c == 0)
            break;
        words[count++] = to = c;
        for (bool quoted = false; *c != 0 && (quoted || *c != ' '); c++)
            if (*c == '\'')
                quoted = !quoted;
            else if (*c == '\\' && !quoted)
                *to++ = *++c;
            else
                *to++ = *c;
        if (*c != 0)
            c++;
        *to = 0;
    }
    return count;
}

static struct app *open_line(const char *line)
{
    static char copy[RUN_REPRO_CHARS];
    static struct options options;
    const char *words[64];
    struct app *app = app_new(draw_fonts_nominal(100), theme_find("dark"), 100);
    char error[512];
    int count;

    snprintf(copy, sizeof copy, "%s", line);
    count = words_of(copy, words);
    assert_string_equal(words[0], "exifsim");
    assert_true(options_read(&options, PROGRAM_VIEW, count - 1, words + 1));
    if (!app_open(app, 0, options.paths[0], &options.run, error, sizeof error))
        fail_msg("%s", error);
    assert_true(wanted_any(&options));
    app->wish = calloc(1, sizeof *app->wish);
    assert_non_null(app->wish);
    app->wish->options = options;
    for (int i = 0; i < 4; i++)
        app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    assert_null(app->wish);
    return app;
}

/* The lanes that are shown, from top to bottom. */
static void same_lanes(const struct app *one, const struct app *other)
{
    const struct rows *a = &one->panes[0].rows, *b = &other->panes[0].rows;
    uint32_t i = 0, k = 0, lanes = 0;

    for (;;) {
        while (i < a->count && (a->list[i].kind == ROW_GROUP || a->list[i].kind == ROW_HANDLES))
            i++;
        while (k < b->count && (b->list[k].kind == ROW_GROUP || b->list[k].kind == ROW_HANDLES))
            k++;
        if (i == a->count || k == b->count)
            break;
        assert_int_equal(a->list[i++].lane, b->list[k++].lane);
        lanes++;
    }
    assert_true(i == a->count && k == b->count && lanes > 1);
}

static void a_link_opens_the_view_it_was_made_of(void **state)
{
    static const char *const ways[] = {
        "E",
        "E W W W Left Left",
        "0 Down Down Down",
        "T End W W W W",
        "E Down Down Down H Down H Minus", /* Some lanes hidden, a process folded. */
        "N N N",                           /* The cast of a link. */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        struct app *app = stage_open("kb908674.ini"), *again;
        char line[RUN_REPRO_CHARS], twice[RUN_REPRO_CHARS];

        stage_keys(app, ways[i]);
        app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
        app_lock(app);
        wanted_link(app, line, sizeof line);
        app_unlock(app);
        again = open_line(line);
        assert_int_equal(again->panes[0].now, app->panes[0].now);
        assert_int_equal(again->view.axis.kind, app->view.axis.kind);
        assert_int_equal(again->selected.lane, app->selected.lane);
        same_lanes(app, again);
        app_lock(again);
        wanted_link(again, twice, sizeof twice);
        double width = app->view.axis.to - app->view.axis.from;

        assert_true(again->view.axis.from - app->view.axis.from < width / 5);
        assert_true(app->view.axis.from - again->view.axis.from < width / 5);
        assert_true(again->view.axis.to - app->view.axis.to < width / 5);
        assert_true(app->view.axis.to - again->view.axis.to < width / 5);
        app_unlock(again);
        app_free(app);
        app_free(again);
    }
}

GROUP(link_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_opens_the_view_it_was_made_of),
    };

    return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
