/* settings_test.c - keys, appearance and lanes are saved and restored; wrong files; bookmarks. */
#include "tests/groups.h"
#include "tests/timeline/stage.h"
#include "ui/timeline/keyboard.h"
#include "ui/timeline/notes.h"
#include "ui/timeline/settings.h"
#include <sys/stat.h>

static char folder[64], path[128];

static int set_up(void **state)
{
    (void)state;
    stage_folder(folder);
    snprintf(path, sizeof path, "%s/view.ini", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    stage_sweep(folder);
    return 0;
}

/* ---- Keys ------------------------------------------------------------------------------------ */

static void keys_have_one_spelling(void **state)
{
    char key[KEY_CHARS], text[64];

    (void)state;
    assert_true(keyboard_normal("shift+ctrl+p", key));
    assert_string_equal(key, "Ctrl+Shift+P");
    assert_true(keyboard_normal("f11", key));
    assert_string_equal(key, "F11");
    assert_false(keyboard_normal("Ctrl+", key));
    assert_false(keyboard_normal("Blah", key));
    assert_false(keyboard_normal("", key));
    keyboard_text("Shift+Slash F1", false, text, sizeof text);
    assert_string_equal(text, "Shift+/ or F1");
    keyboard_text("Shift+Slash F1", true, text, sizeof text);
    assert_string_equal(text, "Shift+/");
}

/* Every command can be reached, each key does one thing, and each is a key. */
static void the_defaults_are_sound(void **state)
{
    (void)state;
    for (int i = 1; i < COMMAND_COUNT; i++) {
        const char *list = command_keys((enum command)i);
        char key[KEY_CHARS];

        while (keyboard_next(&list, key))
            assert_int_equal(settings_command(NULL, key), i);
        assert_int_equal(*list, 0);
    }
    assert_int_equal(settings_command(NULL, "Ctrl+Alt+F12"), COMMAND_NONE);
}

static void keys_can_be_changed(void **state)
{
    struct settings *s;

    (void)state;
    stage_write(path, "[keys]\nZOOM_IN = ctrl+up\nPLAY = W\nQUIT = none\n");
    s = settings_open(path);
    assert_string_equal(s->error, "");
    assert_int_equal(settings_command(s, "Ctrl+Up"), COMMAND_ZOOM_IN);
    assert_int_equal(settings_command(s, "W"), COMMAND_PLAY);
    assert_int_equal(settings_command(s, "Space"), COMMAND_NONE);
    assert_int_equal(settings_command(s, "Ctrl+Q"), COMMAND_NONE);
    assert_int_equal(settings_command(s, "S"), COMMAND_ZOOM_OUT);
    assert_string_equal(settings_keys(s, COMMAND_ZOOM_IN), "Ctrl+Up");
    assert_string_equal(settings_keys(s, COMMAND_QUIT), "");
    settings_free(s);
}

static void wrong_keys_are_told_and_passed_over(void **state)
{
    static const struct {
        const char *text, *error;
    } cases[] = {
        { "[keys]\nZOM_IN = W\n", ":2:10: \"ZOM_IN\" is no command (did you mean \"ZOOM_IN\"?)" },
        { "[keys]\nQQQQ = W\n", ":2:8: \"QQQQ\" (expected a command" },
        { "[keys]\nPLAY = Blah\n", ":2:8: \"Blah\" (expected keys such as" },
        { "[keys]\nPLAY = W\nQUIT = W\n", ":3:8: \"W\", which is PLAY's already" },
        { "[look]\ntheme = drak\n", ":2:9: \"drak\"" },
        { "[look]\ntext_percent = 5\n", ":2:16: \"5\" is out of range (expected 75 to 300" },
        { "[window]\nwidth = 10\n", ":2:9: \"10\"" },
        { "[windows]\nwidth = 1000\n", ":1:1: \"[windows]\"" },
        { "[lane 1]\nhidden = yes\n", ":1:1: a lane without a name" },
        { "[look]\ntheme = dark", "the end of the file within a line" },
        { "", "an empty file" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct settings *s;
        struct app *app = stage_open(NULL);
        char error[256], *after;

        stage_write(path, cases[i].text);
        s = settings_open(path);
        if (strstr(s->error, cases[i].error) == NULL)
            fail_msg("\"%s\" (expected \"%s\"", s->error, cases[i].error);
        settings_apply(s, app);
        assert_string_equal(app->toast.text, s->error);
        assert_true(app->toast.bad);
        assert_int_equal(settings_command(s, "S"), COMMAND_ZOOM_OUT);
        assert_true(settings_save(s, error, sizeof error)); /* And leaves the file alone. */
        after = stage_read(path);
        assert_string_equal(after, cases[i].text);
        free(after);
        settings_free(s);
        app_free(app);
    }
}

/* ---- Looks and lanes ------------------------------------------------------------------------- */

static void without_a_file_nothing_is_written(void **state)
{
    struct settings *s = settings_open(NULL);
    char error[256], home[256];

    (void)state;
    assert_int_equal(s->width, 1280);
    assert_true(s->side_open);
    assert_true(settings_save(s, error, sizeof error));
    settings_free(s);
    setenv("XDG_CONFIG_HOME", "/nowhere/at/all", 1);
    assert_true(settings_place(home, sizeof home));
    assert_string_equal(home, "/nowhere/at/all/exifsim/view.ini");
}

static uint32_t lane_called(struct app *app, const char *name)
{
    uint32_t found = LANE_NONE;
    char own[160];

    app_lock(app);
    for (uint32_t i = 0; i < lanes_count(recording_lanes(app_run(app))); i++) {
        row_name(app_run(app), i, own, sizeof own);
        if (strcmp(own, name) == 0)
            found = i;
    }
    app_unlock(app);
    assert_int_not_equal(found, LANE_NONE);
    return found;
}

static void what_was_seen_is_found_again(void **state)
{
    struct settings *s;
    struct app *app = stage_open("kill_without_load.ini");
    struct row_choice *choice;
    char deep[200], error[256];

    (void)state;
    snprintf(deep, sizeof deep, "%s/a/b/view.ini", folder); /* Folders come with it. */
    s = settings_open(deep);
    app->theme = theme_find("light");
    app->looks.side_open = false;
    app->looks.reduced_motion = true;
    stage_keys(app, "T T"); /* The axis that a person chose, not the one of a first start. */
    app->panes[0].rows.folded[GROUP_CPU] = true;
    app->panes[0].rows.fold_known[GROUP_CPU] = true;
    choice = rows_choice(&app->panes[0].rows, lane_called(app, "store.exe"));
    choice->pinned = true;
    choice = rows_choice(&app->panes[0].rows, lane_called(app, "System"));
    choice->hidden = true;
    settings_collect(s, app);
    s->width = 1111;
    s->text_percent = 150;
    assert_true(settings_save(s, error, sizeof error));
    settings_free(s);
    app_free(app);

    s = settings_open(deep);
    assert_string_equal(s->error, "");
    assert_int_equal(s->width, 1111);
    assert_int_equal(s->text_percent, 150);
    assert_string_equal(s->theme->name, "light");
    app = app_new(draw_fonts_nominal(100), s->theme, 100);
    settings_apply(s, app);
    assert_false(app->looks.side_open);
    assert_true(app->looks.reduced_motion);
    assert_int_equal(app->view.axis.kind, AXIS_GAP);
    assert_true(app_open(app, 0, SCENARIOS "kill_without_load.ini", NULL, error, sizeof error));
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    settings_follow(s, app);
    stage_frame(app);
    assert_true(app->panes[0].rows.folded[GROUP_CPU]);
    assert_true(rows_choice(&app->panes[0].rows, lane_called(app, "store.exe"))->pinned);
    assert_true(rows_choice(&app->panes[0].rows, lane_called(app, "System"))->hidden);

    /* A value that is reset is removed; the user's own lines about keys stay unchanged. */
    app_do(app, COMMAND_SHOW_HIDDEN);
    settings_collect(s, app);
    assert_true(settings_save(s, error, sizeof error));
    settings_free(s);
    s = settings_open(deep);
    settings_follow(s, app);
    assert_int_equal(s->lane_count, 1);
    settings_free(s);
    app_free(app);
}

static void keys_stay_as_they_were_written(void **state)
{
    static const char keys[] = "[keys]\n# mine\nPLAY = P    ; as in other programs\n";
    struct settings *s;
    char error[256], *after;

    (void)state;
    stage_write(path, keys);
    s = settings_open(path);
    assert_string_equal(s->error, "");
    assert_true(settings_save(s, error, sizeof error));
    settings_free(s);
    after = stage_read(path);
    assert_non_null(strstr(after, keys));
    assert_non_null(strstr(after, "[window]"));
    free(after);
    s = settings_open(path);
    assert_string_equal(s->error, "");
    assert_int_equal(settings_command(s, "P"), COMMAND_PLAY);
    settings_free(s);
}

static void a_place_that_cannot_be_written_is_told(void **state)
{
    struct settings *s;
    char error[1300] = "", inside[200];

    (void)state;
    stage_write(path, "[look]\ntheme = dark\n");
    snprintf(inside, sizeof inside, "%s/view.ini", path); /* A file is no folder. */
    s = settings_open(inside);
    assert_false(settings_save(s, error, sizeof error));
    assert_non_null(strstr(error, inside));
    settings_free(s);
}

/* ---- Bookmarks ------------------------------------------------------------------------------- */

static struct app *open_mine(char *out, size_t size)
{
    snprintf(out, size, "%s/mine.ini", folder);
    stage_write(out, "[scenario]\nextends = " SCENARIOS "kill_without_load.ini\n");
    struct app *app = app_new(draw_fonts_nominal(100), theme_find("dark"), 100);
    char error[512];

    assert_true(app_open(app, 0, out, NULL, error, sizeof error));
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    return app;
}

static void set_mark(struct app *app, uint64_t record, const char *note)
{
    app_lock(app);
    app_go(app, record);
    app_unlock(app);
    stage_keys(app, "M");
    stage_type(app, note);
    stage_keys(app, "Enter");
}

static void bookmarks_lie_beside_the_scenario(void **state)
{
    char mine[128], notes[160], long_note[300];
    struct app *app = open_mine(mine, sizeof mine);
    struct stat there;

    (void)state;
    snprintf(notes, sizeof notes, "%s.notes", mine);
    memset(long_note, 'x', sizeof long_note);
    memcpy(long_note + sizeof long_note - 3, "\xc3\xb6", 3);
    set_mark(app, 100,
             "# gr\xc3\xb6\xc3\x9f"
             "er ; ${a,b} \" end");
    set_mark(app, 50, long_note);
    set_mark(app, 200, "");
    assert_int_equal(app->marks.count, 3);
    app_free(app);

    app = open_mine(mine, sizeof mine);
    assert_int_equal(app->marks.state, NOTES_FINE);
    assert_int_equal(app->marks.count, 3);
    assert_int_equal(app->marks.list[0].record, 100);
    assert_string_equal(app->marks.list[0].note, "gr\xc3\xb6\xc3\x9f"
                                                 "er , $(a,b} \" end");
    assert_true(strlen(app->marks.list[1].note) > 100);
    assert_string_equal(app->marks.list[2].note, "");
    app_lock(app);
    app_go(app, 50);
    app_unlock(app);
    stage_keys(app, "Delete");
    assert_int_equal(app->marks.count, 2);
    for (int i = 0; i < 2; i++) {
        app_lock(app);
        app_go(app, app->marks.list[0].record);
        app_unlock(app);
        stage_keys(app, "Delete");
    }
    assert_int_not_equal(stat(notes, &there), 0); /* The last one took the file with it. */
    app_free(app);
}

static void a_wrong_file_of_bookmarks_is_left_alone(void **state)
{
    static const char wrong[] = "[bookmark 1]\nrecord = minus one\n";
    char mine[128], notes[160], *after;
    struct app *app;

    (void)state;
    snprintf(notes, sizeof notes, "%s/mine.ini.notes", folder);
    stage_write(notes, wrong);
    app = open_mine(mine, sizeof mine);
    stage_frame(app);
    assert_non_null(strstr(stage_value(app, "Status"), ".notes:2:10: \"minus one\""));
    assert_int_equal(app->marks.count, 0);
    set_mark(app, 7, "mine");
    assert_int_equal(app->marks.count, 1);
    after = stage_read(notes);
    assert_string_equal(after, wrong);
    free(after);
    app_free(app);
}

static void a_folder_that_cannot_be_written_is_told_once(void **state)
{
    char mine[128], notes[160];
    struct app *app;

    (void)state;
    snprintf(notes, sizeof notes, "%s/mine.ini.notes", folder);
    remove(notes);
    app = open_mine(mine, sizeof mine);
    assert_int_equal(mkdir(notes, 0777), 0); /* Root may write anywhere, but not over a folder. */
    snprintf(notes + strlen(notes), sizeof notes - strlen(notes), "/x");
    stage_write(notes, "");
    set_mark(app, 7, "mine");
    assert_non_null(strstr(app->toast.text, "cannot be written"));
    assert_int_equal(app->marks.count, 1);
    set_mark(app, 9, "mine");
    assert_null(strstr(app->toast.text, "cannot be written"));
    assert_int_equal(app->marks.count, 2);
    app_free(app);
}

GROUP(settings_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_have_one_spelling),
        cmocka_unit_test(the_defaults_are_sound),
        cmocka_unit_test(keys_can_be_changed),
        cmocka_unit_test(wrong_keys_are_told_and_passed_over),
        cmocka_unit_test(without_a_file_nothing_is_written),
        cmocka_unit_test(what_was_seen_is_found_again),
        cmocka_unit_test(keys_stay_as_they_were_written),
        cmocka_unit_test(a_place_that_cannot_be_written_is_told),
        cmocka_unit_test(bookmarks_lie_beside_the_scenario),
        cmocka_unit_test(a_wrong_file_of_bookmarks_is_left_alone),
        cmocka_unit_test(a_folder_that_cannot_be_written_is_told_once),
    };

    return cmocka_run_group_tests_name("settings", tests, set_up, tear_down);
}
