/* dialog_test.c - dialogs, by keys and pointer, read off the accessible tree. */
#include "tests/groups.h"
#include "tests/timeline/stage.h"
#include "ui/timeline/dialog_inside.h"

static const char night[] = "kb908674.ini", quiet[] = "kill_without_load.ini";

static void fuzzy_words_find_what_is_meant(void **state)
{
    (void)state;
    assert_true(dialog_score("Zoom in at the pointer", "zoom") >= 0);
    assert_true(dialog_score("Zoom in at the pointer", "poi zo") >= 0);
    assert_true(dialog_score("Zoom in at the pointer", "zmin") >= 0);
    assert_true(dialog_score("Zoom in at the pointer", "xyz") < 0);
    assert_true(dialog_score("Zoom in at the pointer", "") == 0);
    assert_true(dialog_score("store.exe/main", "store") > dialog_score("restore", "store"));
    assert_true(dialog_score("restore", "store") > dialog_score("some tore", "sotore"));
}

static void a_field_is_edited_by_letters_not_bytes(void **state)
{
    struct field field;

    (void)state;
    field_set(&field, "", false);
    assert_true(field_type(&field, "gr\xc3\xb6\xc3\x9f"));
    assert_true(field_type(&field, "e\n\t"));
    assert_string_equal(field.text, "gr\xc3\xb6\xc3\x9f"
                                    "e");
    field_key(&field, "Left");
    field_key(&field, "Backspace");
    assert_string_equal(field.text, "gr\xc3\xb6"
                                    "e");
    field_key(&field, "Home");
    field_key(&field, "Delete");
    assert_string_equal(field.text, "r\xc3\xb6"
                                    "e");
    field_key(&field, "Ctrl+A");
    field_type(&field, "two words");
    field_key(&field, "Ctrl+Backspace");
    assert_string_equal(field.text, "two ");
    field_key(&field, "Shift+Home");
    assert_int_equal(field_key(&field, "Delete"), FIELD_CHANGED);
    assert_string_equal(field.text, "");
    assert_int_equal(field_key(&field, "F9"), FIELD_NOT_MINE);
}

static void a_field_holds_no_more_than_it_can(void **state)
{
    struct field field;

    (void)state;
    field_set(&field, "", false);
    for (int i = 0; i < 2 * FIELD_BYTES; i++)
        field_type(&field, "\xc3\xb6");
    assert_true(strlen(field.text) < FIELD_BYTES);
    assert_int_equal(strlen(field.text) % 2, 0);
}

static void the_palette_does_commands(void **state)
{
    struct app *app = stage_open(NULL);

    (void)state;
    stage_keys(app, "Ctrl+Shift+P");
    assert_int_equal(dialog_kind_of(app), DIALOG_PALETTE);
    stage_type(app, "larger");
    assert_true(stage_node(app, "Larger text")->state & TREE_SELECTED);
    assert_string_equal(stage_value(app, "Larger text"), "Ctrl+=");
    stage_keys(app, "Enter");
    assert_null(app->dialog);
    assert_int_equal(app->looks.text_percent, 125);
    app_free(app);
}

static void nothing_is_done_when_nothing_is_meant(void **state)
{
    struct app *app = stage_open(NULL);

    (void)state;
    stage_keys(app, "Ctrl+Shift+P");
    stage_type(app, "qqqq");
    stage_keys(app, "Enter");
    assert_int_equal(dialog_kind_of(app), DIALOG_PALETTE);
    assert_string_equal(stage_value(app, "Problem"), "nothing here is called that");
    stage_keys(app, "Escape");
    assert_null(app->dialog);
    app_free(app);
}

static void a_dialog_is_modal_and_gives_the_focus_back(void **state)
{
    struct app *app = stage_open(quiet);
    uint64_t before;

    (void)state;
    stage_keys(app, "Tab Tab");
    before = tree_focus(app->tree)->key;
    stage_keys(app, "Ctrl+P");
    assert_int_equal(tree_focus(app->tree)->key, KEY_DIALOG_FIELD);
    assert_null(tree_hit(app->tree, 3, 3)); /* The toolbar cannot be reached. */
    for (int i = 0; i < 5; i++) {
        stage_keys(app, "Tab");
        const struct tree_node *node = tree_focus(app->tree);

        while (node != NULL && node->key != KEY_DIALOG)
            node = tree_parent(app->tree, node);
        assert_non_null(node);
    }
    stage_keys(app, "W Space"); /* Not the timeline's. */
    stage_keys(app, "Escape");
    assert_int_equal(tree_focus(app->tree)->key, before);
    app_free(app);
}

static void the_lane_finder_chooses_a_lane(void **state)
{
    struct app *app = stage_open(quiet);
    char name[160];

    (void)state;
    stage_keys(app, "Ctrl+P");
    stage_type(app, "store");
    stage_type(app, ".exe");
    stage_keys(app, "Enter");
    assert_null(app->dialog);
    app_lock(app);
    row_name(app_run(app), app->selected.lane, name, sizeof name);
    app_unlock(app);
    assert_string_equal(name, "store.exe");
    app_free(app);
}

static void what_cannot_be_a_place_is_refused_while_typing(void **state)
{
    struct app *app = stage_open(quiet);

    (void)state;
    stage_keys(app, "G");
    stage_type(app, "abc");
    assert_non_null(strstr(stage_value(app, "Problem"), "\"abc\" (expected a time"));
    stage_keys(app, "Enter");
    assert_int_equal(dialog_kind_of(app), DIALOG_GO_TO);
    stage_keys(app, "Ctrl+A");
    stage_type(app, "#77");
    assert_false(stage_shows(app, "Problem"));
    stage_keys(app, "Enter");
    assert_null(app->dialog);
    assert_int_equal(app_pane(app)->now, 77);
    app_free(app);
}

static void help_goes_into_the_field(void **state)
{
    struct app *app = stage_open(quiet);

    (void)state;
    stage_keys(app, "Ctrl+F");
    stage_type(app, "cpu=0 kind=ATTA");
    stage_keys(app, "Down");
    assert_string_equal(stage_value(app, "Condition"), "cpu=0 kind=ATTACH");
    assert_false(stage_shows(app, "Problem"));
    stage_keys(app, "Enter");
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    assert_string_equal(app->find.text, "cpu=0 kind=ATTACH");
    app_free(app);
}

static void wrong_conditions_are_told_as_the_filter_tells_them(void **state)
{
    struct app *app = stage_open(quiet);

    (void)state;
    stage_keys(app, "U");
    stage_type(app, "kind=ATACH");
    assert_non_null(strstr(stage_value(app, "Problem"), "ATACH"));
    stage_keys(app, "Ctrl+A");
    stage_type(app, "from=7parsecs");
    assert_true(stage_shows(app, "Problem"));
    stage_keys(app, "Enter");
    assert_int_equal(dialog_kind_of(app), DIALOG_RUN_UNTIL);
    app_free(app);
}

static void a_branch_is_one_of_what_is_offered(void **state)
{
    struct app *app = stage_open(quiet);

    (void)state;
    stage_keys(app, "B");
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    stage_frame(app);
    assert_true(stage_shows(app, "Kill store.exe") || app->dialog->count > 5);
    stage_type(app, "kill store");
    assert_true(stage_node(app, "Kill store.exe")->state & TREE_SELECTED);
    app_free(app);
}

static void files_are_completed(void **state)
{
    struct app *app = stage_open(quiet);

    (void)state;
    stage_keys(app, "Ctrl+O");
    assert_string_equal(stage_value(app, "File"), SCENARIOS);
    stage_type(app, "kb9");
    assert_non_null(strstr(stage_value(app, "kb908674.ini"), "KB 908674"));
    stage_type(app, "no such thing");
    assert_string_equal(stage_value(app, "Problem"), "there is no such file");
    stage_keys(app, "Enter");
    assert_int_equal(dialog_kind_of(app), DIALOG_OPEN);
    stage_keys(app, "Ctrl+A");
    stage_type(app, SCENARIOS "calm");
    stage_keys(app, "Enter");
    assert_null(app->dialog);
    assert_string_equal(app->panes[0].path, SCENARIOS "calm_day.ini");
    app_free(app);
}

static void an_error_stands_among_its_lines(void **state)
{
    char folder[64], path[128];
    struct app *app = stage_open(NULL);

    (void)state;
    stage_folder(folder);
    snprintf(path, sizeof path, "%s/broken.ini", folder);
    stage_write(path, "# mine\n[scenario]\nextends = " SCENARIOS "kill_without_load.ini\n"
                      "duration = 10 fortnights\n");
    app_open_any(app, path);
    stage_frame(app);
    assert_int_equal(dialog_kind_of(app), DIALOG_ERROR);
    assert_non_null(strstr(stage_value(app, "Error"), ":4:12: \"10 fortnights\""));
    assert_string_equal(stage_value(app, "duration = 10 fortnights"), "line 4, column 12");
    stage_keys(app, "F5");
    assert_int_equal(dialog_kind_of(app), DIALOG_ERROR); /* Still wrong. */
    stage_write(path, "[scenario]\nextends = " SCENARIOS "kill_without_load.ini\n");
    stage_click(app, "Read again");
    assert_null(app->dialog);
    assert_int_equal(app->pane_count, 1);
    app_free(app);
    stage_sweep(folder);
}

static void an_error_without_a_place_is_told_too(void **state)
{
    struct app *app = stage_open(NULL);

    (void)state;
    dialog_open(app, DIALOG_ERROR, "the host has no memory for another run");
    stage_frame(app);
    assert_string_equal(stage_value(app, "Error"), "the host has no memory for another run");
    stage_keys(app, "Tab Enter");
    assert_null(app->dialog);
    app_free(app);
}

static void the_pointer_does_what_keys_do(void **state)
{
    struct app *app = stage_open(NULL);

    (void)state;
    stage_keys(app, "Ctrl+Shift+P");
    stage_type(app, "theme");
    stage_click(app, "Theme: dark, light, high contrast");
    assert_null(app->dialog);
    assert_string_equal(app->theme->name, "light");
    stage_keys(app, "F1");
    stage_click(app, "Close");
    assert_null(app->dialog);
    stage_keys(app, "F1");
    app_press(app, 2, 2, BUTTON_LEFT, 0, 1); /* Beside it. */
    assert_null(app->dialog);
    app_free(app);
}

/* Whatever the window and the text size: all of it is in the picture, and its buttons are. */
static void every_dialog_fits(void **state)
{
    static const int sizes[][2] = { { 1280, 720 }, { 640, 480 }, { 3840, 2160 } };
    static const int percents[] = { 100, 175, 300 };
    struct app *app = stage_open(night);

    (void)state;
    for (int kind = 0; kind < DIALOG_KINDS; kind++)
        for (size_t s = 0; s < ARRAY_LEN(sizes); s++)
            for (size_t p = 0; p < ARRAY_LEN(percents); p++) {
                const struct draw_box all = { 0, 0, sizes[s][0], sizes[s][1] };
                const struct tree_node *close, *box;

                draw_fonts_close(app->fonts);
                app->fonts = draw_fonts_nominal(percents[p]);
                app->looks.text_percent = percents[p];
                dialog_open(app, (enum dialog_kind)kind, "x.ini:3:4: \"a\" (expected b");
                app_frame(app, all.w, all.h);
                box = tree_find(app->tree, KEY_DIALOG);
                assert_non_null(box);
                assert_true(box->box.x >= 0 && box->box.x + box->box.w <= all.w);
                close = tree_find(app->tree, tree_key(KEY_DIALOG, "button", ITEM_CLOSE));
                assert_non_null(close);
                if (all.h >= 720 || percents[p] < 300)
                    assert_int_equal(draw_box_cut(close->box, all).h, close->box.h);
                for (int i = 0; i < 200; i++)
                    dialog_key(app, "PageDown");
                app_frame(app, all.w, all.h);
                dialog_wheel(app, 100000);
                app_frame(app, all.w, all.h);
                dialog_close(app);
            }
    app_free(app);
}

GROUP(dialog_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fuzzy_words_find_what_is_meant),
        cmocka_unit_test(a_field_is_edited_by_letters_not_bytes),
        cmocka_unit_test(a_field_holds_no_more_than_it_can),
        cmocka_unit_test(the_palette_does_commands),
        cmocka_unit_test(nothing_is_done_when_nothing_is_meant),
        cmocka_unit_test(a_dialog_is_modal_and_gives_the_focus_back),
        cmocka_unit_test(the_lane_finder_chooses_a_lane),
        cmocka_unit_test(what_cannot_be_a_place_is_refused_while_typing),
        cmocka_unit_test(help_goes_into_the_field),
        cmocka_unit_test(wrong_conditions_are_told_as_the_filter_tells_them),
        cmocka_unit_test(a_branch_is_one_of_what_is_offered),
        cmocka_unit_test(files_are_completed),
        cmocka_unit_test(an_error_stands_among_its_lines),
        cmocka_unit_test(an_error_without_a_place_is_told_too),
        cmocka_unit_test(the_pointer_does_what_keys_do),
        cmocka_unit_test(every_dialog_fits),
    };

    return cmocka_run_group_tests_name("dialog", tests, NULL, NULL);
}
