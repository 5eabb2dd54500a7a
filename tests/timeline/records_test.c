/* records_test.c - the list of records: filter, count, keys, pointer, the playhead. */
#include "tests/groups.h"
#include "tests/timeline/stage.h"

static void settle(struct app *app) { app_settle(app, STAGE_WIDTH, STAGE_HEIGHT); }

static struct app *listed(const char *condition)
{
    struct app *app = stage_open("kb908674.ini");

    stage_keys(app, "Ctrl+Shift+F");
    if (condition[0] != 0)
        stage_type(app, condition);
    stage_keys(app, "Enter");
    settle(app);
    settle(app);
    return app;
}

/* The record of the selected line; RECORD_NONE: no line in sight is. */
static uint64_t selected(struct app *app)
{
    for (size_t i = 0; i < tree_count(app->tree); i++) {
        const struct tree_node *node = tree_at(app->tree, i);

        if (tag_kind(node->tag) == TAG_LISTED && (node->state & TREE_SELECTED))
            return tag_number(node->tag);
    }
    return RECORD_NONE;
}

/* The record in a line in sight, counted from the top. */
static uint64_t line(struct app *app, uint32_t index, struct draw_box *box)
{
    for (size_t i = 0; i < tree_count(app->tree); i++) {
        const struct tree_node *node = tree_at(app->tree, i);

        if (tag_kind(node->tag) != TAG_LISTED || index-- > 0)
            continue;
        *box = node->box;
        return tag_number(node->tag);
    }
    fail_msg("there are not so many lines");
    return 0;
}

static void a_filter_lists_what_it_says_and_counts_it(void **state)
{
    struct app *app = listed("kind=FOREIGN_WRITE process=inetinfo");
    const char *hits = stage_value(app, "Hits");
    uint32_t lines = 0;

    (void)state;
    assert_true(strncmp(hits, "Records: ", 9) == 0 && atoi(hits + 9) > 10);
    assert_non_null(strstr(hits, "kind=FOREIGN_WRITE process=inetinfo"));
    for (size_t i = 0; i < tree_count(app->tree); i++) {
        const struct tree_node *node = tree_at(app->tree, i);

        if (tag_kind(node->tag) != TAG_LISTED)
            continue;
        assert_non_null(strstr(tree_value_of(app->tree, node), "inetinfo.exe/"));
        assert_non_null(strstr(tree_value_of(app->tree, node), "FOREIGN_WRITE"));
        lines++;
    }
    assert_true(lines > 3);
    app_free(app);
}

static void keys_go_from_hit_to_hit(void **state)
{
    struct app *app = listed("kind=FOREIGN_WRITE");
    uint64_t before;

    (void)state;
    stage_keys(app, "Home");
    settle(app);
    before = selected(app);
    assert_int_equal(before, app->panes[0].now);
    for (int i = 0; i < 20; i++) {
        stage_keys(app, "Down");
        settle(app);
        assert_true(selected(app) > before && selected(app) == app->panes[0].now);
        before = selected(app);
    }
    stage_keys(app, "Up PageUp");
    settle(app);
    assert_true(selected(app) < before && selected(app) == app->panes[0].now);
    stage_keys(app, "End");
    settle(app);
    before = selected(app);
    stage_keys(app, "Down");
    settle(app);
    assert_int_equal(selected(app), before);
    /* Enter shows it on the lanes: the lane of its thread is chosen. */
    stage_keys(app, "Enter");
    settle(app);
    assert_int_equal(app->selected.record, before);
    app_free(app);
}

static void the_list_follows_the_playhead_and_the_wheel_leaves_it(void **state)
{
    struct app *app = listed("");
    uint64_t now = app->panes[0].now, top;
    struct draw_box box;

    (void)state;
    assert_int_equal(selected(app), now);
    stage_keys(app, "1 Left");
    settle(app);
    assert_int_equal(selected(app), now - 1);
    line(app, 0, &box);
    app_wheel(app, box.x + 5, box.y + 5, 0, 20, 0);
    settle(app);
    assert_int_equal(app->panes[0].now, now - 1);
    assert_int_equal(selected(app), RECORD_NONE);
    top = line(app, 2, &box);
    app_press(app, box.x + 5, box.y + 5, BUTTON_LEFT, 0, 1);
    app_release(app, box.x + 5, box.y + 5, BUTTON_LEFT);
    settle(app);
    assert_int_equal(app->panes[0].now, top);
    assert_int_equal(selected(app), top);
    /* The bar's lower end is the end of the run. */
    box = stage_node(app, "Place in the list")->box;
    app_press(app, box.x + 3, box.y + box.h - 1, BUTTON_LEFT, 0, 1);
    app_release(app, box.x + 3, box.y + box.h - 1, BUTTON_LEFT);
    settle(app);
    app_lock(app);
    now = recording_status(app_run(app))->records;
    app_unlock(app);
    assert_true(line(app, 3, &box) + 40 > now);
    app_free(app);
}

static void what_is_no_condition_is_refused(void **state)
{
    struct app *app = stage_open("burst.ini");

    (void)state;
    stage_keys(app, "Ctrl+Shift+F");
    stage_type(app, "procss=store");
    stage_keys(app, "Enter");
    assert_int_equal(dialog_kind_of(app), DIALOG_RECORDS); /* The dialog stays. */
    assert_false(app->records.open);
    app_free(app);
}

GROUP(records_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_filter_lists_what_it_says_and_counts_it),
        cmocka_unit_test(keys_go_from_hit_to_hit),
        cmocka_unit_test(the_list_follows_the_playhead_and_the_wheel_leaves_it),
        cmocka_unit_test(what_is_no_condition_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
