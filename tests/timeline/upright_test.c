/* upright_test.c - a small picture, as a telephone has it: all is in sight, nothing overlaps, and
 * what is pressed is high enough for a finger, which also scrolls.
 */
#include "tests/groups.h"
#include "tests/timeline/stage.h"
#include "ui/timeline/layout.h"
#include "ui/timeline/quizzer.h"
#include "ui/timeline/tutor.h"

static const int sizes[][2] = { { 390, 844 }, { 360, 640 }, { 320, 568 } };

enum { WIDTH = 390, HEIGHT = 844, FINGER = 40 };

static struct options options;

static struct app *open_page(const char *name, uint32_t page)
{
    struct app *app = app_new(draw_fonts_nominal(100), theme_find("dark"), 100);
    static char path[512];

    snprintf(path, sizeof path, "%slessons/%s.ini", SCENARIOS, name);
    options = (struct options){ .lesson = path, .page = page };
    assert_true(tutor_open(app, &options, false));
    app_settle(app, WIDTH, HEIGHT);
    return app;
}

static bool is_empty(struct draw_box box) { return box.w <= 0 || box.h <= 0; }

/* What lies over lanes by its nature, and the lines of the hint, which share its box. */
static bool may_overlap(struct app *app, const struct tree_node *node)
{
    const struct tree_node *above = tree_parent(app->tree, node);

    return node->role == TREE_SLIDER || node->role == TREE_MARK || node->role == TREE_SPAN ||
           node->role == TREE_CURSOR || node->role == TREE_DIALOG || node->role == TREE_TIP ||
           node->role == TREE_LANE || node->key == KEY_LEGEND ||
           (above != NULL && (above->role == TREE_TIP || above->role == TREE_LANE));
}

static void nothing_overlaps(struct app *app, const struct tree_node *a)
{
    const struct tree_node *b;

    for (size_t k = (size_t)(a - tree_at(app->tree, 0)) + 1; k < tree_count(app->tree); k++) {
        b = tree_at(app->tree, k);
        if (b->parent != a->parent || is_empty(b->box) || may_overlap(app, b))
            continue;
        if (a->box.x < b->box.x + b->box.w && b->box.x < a->box.x + a->box.w &&
            a->box.y < b->box.y + b->box.h && b->box.y < a->box.y + a->box.h)
            fail_msg("%dx%d: \"%s\" lies over \"%s\"", app->width, app->height,
                     tree_name(app->tree, a), tree_name(app->tree, b));
    }
}

/* A button that is half scrolled out of its pane has the height that is left. */
static bool is_cut(const struct app *app, struct draw_box box)
{
    int bottom = box.y + box.h;

    return bottom == app->height || (app->quizzer != NULL && box.y == app->quizzer->box.y) ||
           (app->tutor != NULL && (bottom == app->tutor->box[0].y + app->tutor->box[0].h ||
                                   box.y == app->tutor->box[0].y));
}

/* Returns how many buttons there are. */
static uint32_t is_fit_for_a_finger(struct app *app)
{
    uint32_t buttons = 0;

    for (size_t i = 0; i < tree_count(app->tree); i++) {
        const struct tree_node *node = tree_at(app->tree, i);
        struct draw_box box = node->box;

        if (is_empty(box) || node->role == TREE_MARK) /* A mark is cut at the end of its lane. */
            continue;
        if (box.x < 0 || box.y < 0 || box.x + box.w > app->width || box.y + box.h > app->height)
            fail_msg("%dx%d: \"%s\" is outside: %d %d %d %d", app->width, app->height,
                     tree_name(app->tree, node), box.x, box.y, box.w, box.h);
        if (!may_overlap(app, node))
            nothing_overlaps(app, node);
        if ((node->role != TREE_BUTTON && node->role != TREE_TOGGLE) || is_cut(app, box))
            continue;
        buttons++;
        if (box.h < FINGER)
            fail_msg("%dx%d: \"%s\" is %d pixels high", app->width, app->height,
                     tree_name(app->tree, node), box.h);
    }
    return buttons;
}

static void a_page_lies_below_the_lanes(void **state)
{
    static const struct {
        const char *lesson;
        uint32_t page;
    } pages[] = { { "1_day", 1 }, { "3_queue", 1 }, { "3_queue", 2 }, { "4_memory", 1 } };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        struct app *app = open_page(pages[i].lesson, pages[i].page);

        for (size_t k = 0; k < ARRAY_LEN(sizes); k++) {
            app_settle(app, sizes[k][0], sizes[k][1]);
            assert_true(is_fit_for_a_finger(app) >= 5);
            assert_int_equal(app->layout.lanes.x + app->layout.lanes.w, sizes[k][0]);
            assert_true(app->layout.lanes.w > sizes[k][0] / 2);
            assert_true(app->layout.status.y + app->layout.status.h <= app->tutor->box[0].y);
            assert_true(stage_node(app, "Next")->box.h >= FINGER);
        }
        app_free(app);
    }
}

static void other_shapes_keep_the_page_at_the_left(void **state)
{
    static const int others[][2] = { { 844, 600 }, { 700, 900 }, { 1280, 720 } };
    struct app *app = open_page("1_day", 1);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        app_settle(app, others[i][0], others[i][1]);
        assert_int_equal(app->tutor->box[0].y, app->layout.toolbar.h);
        assert_int_equal(app->layout.toolbar.h, 38);
        assert_int_equal(app->layout.status.y + app->layout.status.h, others[i][1]);
    }
    app_free(app);
}

static void a_telephone_held_across_has_the_page_beside_the_names(void **state)
{
    static const int low[][2] = { { 844, 390 }, { 740, 360 }, { 667, 375 } };
    static const char *const lessons[] = { "1_day", "3_queue", "4_memory" };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(lessons); i++) {
        struct app *app = open_page(lessons[i], 1);

        for (size_t k = 0; k < ARRAY_LEN(low); k++) {
            const struct app_layout *l = &app->layout;

            app_settle(app, low[k][0], low[k][1]);
            assert_true(is_fit_for_a_finger(app) >= 5);
            assert_true(l->headers.x >= app->tutor->box[0].w); /* The names are in sight. */
            assert_true(l->headers.w >= 100);
            assert_true(l->lanes.w >= l->headers.w);
            assert_true(l->lanes.h >= low[k][1] / 2);
            assert_true(stage_node(app, "Next")->box.h >= FINGER);
            assert_true(stage_node(app, "Next")->box.y + FINGER <= low[k][1]);
        }
        app_free(app);
    }
}

static void a_question_lies_below_the_lanes_and_is_read_from_its_beginning(void **state)
{
    struct app *app = app_new(draw_fonts_nominal(100), theme_find("dark"), 100);
    static const char path[] = SCENARIOS "kb908674.ini";

    (void)state;
    options = (struct options){ .quiz = true, .paths = { path }, .path_count = 1 };
    options.type = "fix"; /* The longest of all. */
    options.runs = 1;
    options.given = OPTION_BIT(RUNS);
    app->width = WIDTH;
    assert_true(quizzer_open(app, &options));
    for (size_t k = 0; k < ARRAY_LEN(sizes); k++) {
        app_settle(app, sizes[k][0], sizes[k][1]);
        assert_int_equal(app->quizzer->scroll.offset, 0);
        assert_true(app->quizzer->scroll.height > app->quizzer->box.h);
        assert_int_equal(app->quizzer->box.w, sizes[k][0]);
        assert_true(app->layout.status.y + app->layout.status.h <= app->quizzer->box.y);
        is_fit_for_a_finger(app);
    }
    app_settle(app, WIDTH, HEIGHT);
    app_key(app, "B"); /* What is said to it comes into sight, with the next button. */
    app_settle(app, WIDTH, HEIGHT);
    assert_true(app->quizzer->scroll.offset > 0);
    assert_true(stage_node(app, "Verdict")->box.h > 0);
    assert_true(stage_node(app, "Score")->box.h >= FINGER);
    is_fit_for_a_finger(app);
    app_free(app);
}

static void screens_and_dialogs_fit(void **state)
{
    static const enum command shown[] = { COMMAND_VIEW_TIMELINE, COMMAND_INSPECTOR,
                                          COMMAND_INSPECTOR,     COMMAND_VIEW_STOP,
                                          COMMAND_VIEW_BOXES,    COMMAND_VIEW_TIMELINE,
                                          COMMAND_LEGEND,        COMMAND_LEGEND,
                                          COMMAND_STORY_NEXT,    COMMAND_PALETTE };
    struct app *app = stage_open("burst.ini");

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
        app_do(app, shown[i]);
        app_settle(app, WIDTH, HEIGHT);
        if (shown[i] != COMMAND_INSPECTOR) /* A drawer lies over the lanes. */
            is_fit_for_a_finger(app);
    }
    assert_true(stage_node(app, "Run or pause")->box.h >= FINGER);
    app_free(app);
}

static void drag(struct app *app, int x, int y, int by)
{
    app_move(app, x, y);
    app_press(app, x, y, BUTTON_LEFT, 0, 1);
    app_move(app, x, y + by / 2);
    app_move(app, x, y + by);
    app_release(app, x, y + by, BUTTON_LEFT);
    app_settle(app, WIDTH, HEIGHT);
}

static void a_finger_scrolls_what_it_does_not_press(void **state)
{
    struct app *app = open_page("4_memory", 1);
    struct draw_box offer;
    int text;

    (void)state;
    app_settle(app, WIDTH, 568); /* So low that the page does not fit. */
    offer = stage_node(app, "A: yes")->box;
    text = offer.y;
    app_press(app, offer.x + 60, offer.y + 8, BUTTON_LEFT, 0, 1);
    app_move(app, offer.x + 60, offer.y - 40);
    app_release(app, offer.x + 60, offer.y - 40, BUTTON_LEFT);
    app_frame(app, WIDTH, 568);
    assert_false(app->tutor->pages[0].wrong); /* Dragged, it is no answer. */
    assert_true(stage_node(app, "A: yes")->box.y < text);
    offer = stage_node(app, "A: yes")->box;
    app_press(app, offer.x + 60, offer.y + 20, BUTTON_LEFT, 0, 1);
    assert_false(app->tutor->pages[0].wrong); /* The finger is not lifted yet. */
    app_release(app, offer.x + 60, offer.y + 20, BUTTON_LEFT);
    assert_true(app->tutor->pages[0].wrong);
    app_free(app);

    app = open_page("4_memory", 1); /* The boxes: the lower one comes into sight. */
    assert_true(is_empty(stage_node(app, "inetinfo.exe")->box));
    drag(app, WIDTH / 2, 300, -200);
    assert_false(is_empty(stage_node(app, "inetinfo.exe")->box));
    is_fit_for_a_finger(app);
    app_free(app);

    app = stage_open("burst.ini");
    app_settle(app, WIDTH, HEIGHT);
    app->panes[0].scroll = 0;
    drag(app, WIDTH * 2 / 3, 500, -120);
    assert_in_range(app->panes[0].scroll, 100, 140);
    app_free(app);
}

static void the_hint_and_the_legend_close_when_they_are_pressed(void **state)
{
    struct app *app = stage_open("burst.ini");
    const struct tree_node *node;

    (void)state;
    app->looks.hint = true;
    app_settle(app, WIDTH, HEIGHT);
    is_fit_for_a_finger(app);
    node = stage_node(app, "First steps");
    app_press(app, node->box.x + 30, node->box.y + 30, BUTTON_LEFT, 0, 1);
    app_release(app, node->box.x + 30, node->box.y + 30, BUTTON_LEFT);
    assert_false(app->looks.hint);
    app_do(app, COMMAND_LEGEND);
    app_settle(app, WIDTH, HEIGHT);
    node = stage_node(app, "Legend");
    app_press(app, node->box.x + 30, node->box.y + 60, BUTTON_LEFT, 0, 1);
    app_release(app, node->box.x + 30, node->box.y + 60, BUTTON_LEFT);
    assert_false(app->looks.legend);
    app_free(app);
}

GROUP(upright_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_lies_below_the_lanes),
        cmocka_unit_test(other_shapes_keep_the_page_at_the_left),
        cmocka_unit_test(a_telephone_held_across_has_the_page_beside_the_names),
        cmocka_unit_test(a_question_lies_below_the_lanes_and_is_read_from_its_beginning),
        cmocka_unit_test(screens_and_dialogs_fit),
        cmocka_unit_test(a_finger_scrolls_what_it_does_not_press),
        cmocka_unit_test(the_hint_and_the_legend_close_when_they_are_pressed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
