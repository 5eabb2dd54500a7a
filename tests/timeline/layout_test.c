/* layout_test.c - splitters, the drawer, and a toolbar in which the clock is the last to go. */
#include "tests/groups.h"
#include "tests/timeline/stage.h"
#include "ui/timeline/layout.h"

static void drag(struct app *app, const char *name, int dx, int dy)
{
    const struct draw_box box = stage_node(app, name)->box;
    int x = box.x + box.w / 2, y = box.y + box.h / 2;

    app_move(app, x, y);
    app_press(app, x, y, BUTTON_LEFT, 0, 1);
    app_move(app, x + dx, y + dy);
    app_release(app, x + dx, y + dy, BUTTON_LEFT);
    stage_frame(app);
}

static void splitters_follow_mouse_and_keys(void **state)
{
    struct app *app = stage_open("burst.ini");
    int names = app->layout.lanes.x, side = app->layout.side.w, records;

    (void)state;
    drag(app, "Width of the names", 60, 0);
    assert_in_range(app->layout.lanes.x, names + 58, names + 62);
    drag(app, "Width of the inspector", -100, 0);
    assert_in_range(app->layout.side.w, side + 98, side + 102);
    stage_keys(app, "Ctrl+R");
    records = app->layout.records.h;
    drag(app, "Height of the list of records, or the debugger", 0, -50);
    assert_in_range(app->layout.records.h, records + 48, records + 52);
    /* By key; the view stays where it is. */
    uint64_t now = app->panes[0].now;

    assert_true(tree_focus_key(app->tree, stage_node(app, "Width of the inspector")->key));
    side = app->layout.side.w;
    stage_keys(app, "Left Left");
    assert_true(app->layout.side.w > side + 30);
    stage_keys(app, "Right Right");
    assert_in_range(app->layout.side.w, side - 2, side + 2);
    assert_int_equal(app->panes[0].now, now);
    /* Nothing can be dragged out of the window. */
    drag(app, "Width of the inspector", -5000, 0);
    drag(app, "Width of the names", 5000, 0);
    assert_true(app->layout.lanes.w > 20);
    assert_true(app->layout.side.x + app->layout.side.w <= STAGE_WIDTH);
    app_free(app);
}

static void the_lanes_have_a_bar_to_drag(void **state)
{
    struct app *app = stage_open("burst.ini");
    struct pane *pane = &app->panes[0];
    int most;

    (void)state;
    stage_keys(app, "Ctrl+R"); /* Leaves less room for the lanes. */
    most = pane->rows.height - pane->lanes.h;
    assert_true(most > 0);
    pane->scroll = 0;
    stage_frame(app);
    drag(app, "Place among the lanes", 0, 2000);
    assert_int_equal(pane->scroll, most);
    drag(app, "Place among the lanes", 0, 0);
    assert_in_range(pane->scroll, most * 4 / 10, most * 6 / 10);
    drag(app, "Place among the lanes", 0, -2000);
    assert_int_equal(pane->scroll, 0);
    app_free(app);
}

static void a_narrow_window_has_a_drawer(void **state)
{
    struct app *app = stage_open("burst.ini");
    int lanes;

    (void)state;
    assert_true(stage_shows(app, "Inspector"));
    app_frame(app, 1024, 600);
    assert_false(layout_side_shown(app));
    lanes = app->layout.lanes.w;
    assert_true(lanes > 700);
    app_key(app, "I");
    app_frame(app, 1024, 600);
    assert_true(layout_side_shown(app));
    assert_int_equal(app->layout.lanes.w, lanes); /* The lanes keep their width. */
    app_frame(app, STAGE_WIDTH, STAGE_HEIGHT);
    assert_true(app->layout.lanes.w < lanes);
    app_free(app);
}

static bool overlap(struct draw_box a, struct draw_box b)
{
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

static void the_clock_always_has_its_place(void **state)
{
    static const int sizes[][2] = { { 1920, 1080 }, { 1280, 720 }, { 1024, 600 },
                                    { 640, 400 },   { 480, 320 },  { 320, 200 } };
    struct app *app = stage_open("burst.ini");
    uint32_t hidden = 0;

    (void)state;
    for (int text = 0; text < 9; text++, app_do(app, COMMAND_TEXT_LARGER))
        for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
            const struct tree_node *now;
            uint32_t buttons = 0;

            app_frame(app, sizes[i][0], sizes[i][1]);
            now = stage_node(app, "Now");
            assert_true(now->box.x >= 0 && now->box.w > 30);
            assert_non_null(strstr(tree_value_of(app->tree, now), " s"));
            for (size_t k = 0; k < tree_count(app->tree); k++) {
                const struct tree_node *node = tree_at(app->tree, k);

                if (node->box.y >= app->layout.toolbar.h || tag_kind(node->tag) != TAG_COMMAND)
                    continue;
                assert_false(overlap(node->box, now->box));
                buttons += tag_number(node->tag) != COMMAND_MORE;
            }
            /* Each is a button, or behind "...". */
            assert_true(buttons + app->more_count >= 9);
            hidden += app->more_count;
        }
    assert_true(hidden > 20);
    app_free(app);
}

static void what_has_no_room_is_in_a_list(void **state)
{
    struct app *app = stage_open("burst.ini");
    uint32_t count;

    (void)state;
    app_frame(app, 640, 400);
    count = app->more_count;
    assert_true(count > 0);
    app_activate(app, stage_node(app, "...")->tag);
    app_frame(app, 640, 400);
    assert_int_equal(dialog_kind_of(app), DIALOG_MORE);
    for (uint32_t i = 0; i < count; i++)
        assert_true(stage_shows(app, command_text((enum command)app->more[i])));
    app_free(app);
}

GROUP(layout_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splitters_follow_mouse_and_keys),
        cmocka_unit_test(the_lanes_have_a_bar_to_drag),
        cmocka_unit_test(a_narrow_window_has_a_drawer),
        cmocka_unit_test(the_clock_always_has_its_place),
        cmocka_unit_test(what_has_no_room_is_in_a_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
