/* debugger_test.c - the pane with the debugger's prompt: it stands where the playhead is. */
#include "tests/groups.h"
#include "tests/timeline/stage.h"

static struct app *prompted(const char *file)
{
    struct app *app = stage_open(file);

    stage_keys(app, "Ctrl+K");
    return app;
}

static void say(struct app *app, const char *command)
{
    stage_type(app, command);
    stage_keys(app, "Enter");
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
}

/* True if a line in sight has this part. */
static bool said(struct app *app, const char *part)
{
    for (size_t i = 0; i < tree_count(app->tree); i++)
        if (tree_at(app->tree, i)->role == TREE_TEXT &&
            strstr(tree_name(app->tree, tree_at(app->tree, i)), part) != NULL)
            return true;
    return false;
}

static void go(struct app *app, uint64_t record)
{
    app_lock(app);
    app_go(app, record);
    app_unlock(app);
}

static void a_command_is_carried_out_at_the_playhead(void **state)
{
    struct app *app = prompted("kill_without_load.ini");
    char position[64];

    (void)state;
    go(app, 100000);
    say(app, "!position");
    snprintf(position, sizeof position, "record %d at ", 100000);
    assert_true(said(app, "kd> !position"));
    assert_true(said(app, position));
    assert_string_equal(stage_value(app, "Command"), "");
    app_free(app);
}

static void where_a_command_goes_in_time_the_playhead_follows(void **state)
{
    struct app *app = prompted("kb908674.ini");

    (void)state;
    go(app, 1080000);
    say(app, "bp KeAttachProcess; g-");
    assert_true(said(app, "Breakpoint 0 hit"));
    const uint64_t first = app->panes[0].now;

    say(app, "g-");
    assert_true(app->panes[0].now < first);
    say(app, "g");
    assert_int_equal(app->panes[0].now, first);
    app_free(app);
}

static void what_is_wrong_is_said_in_the_pane(void **state)
{
    struct app *app = prompted("kill_without_load.ini");

    (void)state;
    say(app, "!proces");
    assert_true(said(app, "did you mean \"!process\"?"));
    assert_int_equal(app->toast.text[0], 0);
    app_free(app);
}

static void commands_are_completed_and_recalled(void **state)
{
    struct app *app = prompted("kill_without_load.ini");

    (void)state;
    stage_type(app, "!posi");
    stage_keys(app, "Tab");
    assert_string_equal(stage_value(app, "Command"), "!position ");
    stage_keys(app, "Enter");
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    say(app, "lm");
    stage_keys(app, "Up Up");
    assert_string_equal(stage_value(app, "Command"), "!position ");
    stage_keys(app, "Down Down");
    assert_string_equal(stage_value(app, "Command"), "");
    app_free(app);
}

static void letters_are_typed_and_do_no_commands(void **state)
{
    struct app *app = prompted("kill_without_load.ini");
    const enum app_screen before = app->screen;

    (void)state;
    stage_keys(app, "V 2 B Q Space Shift+B Slash Minus Shift+Slash LeftBracket");
    assert_int_equal(app->screen, before);
    assert_null(app->dialog);
    stage_keys(app, "Ctrl+K V");
    assert_int_equal(app->screen, SCREEN_STOP);
    app_free(app);
}

static void the_list_of_records_and_the_debugger_take_turns(void **state)
{
    struct app *app = prompted("kill_without_load.ini");

    (void)state;
    assert_true(stage_shows(app, "Debugger"));
    stage_keys(app, "Ctrl+R");
    assert_false(stage_shows(app, "Debugger"));
    assert_true(stage_shows(app, "Records"));
    stage_keys(app, "Ctrl+K");
    assert_true(stage_shows(app, "Debugger"));
    assert_false(stage_shows(app, "Records"));
    app_free(app);
}

static void a_run_may_be_closed_while_a_command_is_at_hand(void **state)
{
    struct app *app = prompted("kill_without_load.ini");
    char error[512], path[512];

    (void)state;
    go(app, 100000);
    stage_type(app, "bp KeAttachProcess; g-");
    stage_keys(app, "Enter");
    snprintf(path, sizeof path, "%s%s", SCENARIOS, "kb908674.ini");
    assert_true(app_open(app, 0, path, NULL, error, sizeof error));
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    say(app, "lm");
    assert_true(said(app, "exifs "));
    app_free(app);
}

GROUP(debugger_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_is_carried_out_at_the_playhead),
        cmocka_unit_test(where_a_command_goes_in_time_the_playhead_follows),
        cmocka_unit_test(what_is_wrong_is_said_in_the_pane),
        cmocka_unit_test(commands_are_completed_and_recalled),
        cmocka_unit_test(letters_are_typed_and_do_no_commands),
        cmocka_unit_test(the_list_of_records_and_the_debugger_take_turns),
        cmocka_unit_test(a_run_may_be_closed_while_a_command_is_at_hand),
    };

    return cmocka_run_group_tests_name("debugger", tests, NULL, NULL);
}
