/* inspector_test.c - the texts of the inspector and of the stop view for kb908674.
 *
 * Everything is read from the accessible tree, as a screen reader would read it. Links are followed
 * by their tags, as a click does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "model/words/records.h"
#include "tests/groups.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/story.h"
#include "ui/timeline/inspector.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/wrap.h"
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 1280, HEIGHT = 720 };

static struct app *open_run(const char *file)
{
    struct app *app = app_new(draw_fonts_nominal(100), theme_find("dark"), 100);
    char path[512], error[512] = "";

    snprintf(path, sizeof path, "%s%s", SCENARIOS, file);
    if (!app_open(app, 0, path, NULL, error, sizeof error))
        fail_msg("%s", error);
    app_settle(app, WIDTH, HEIGHT);
    return app;
}

static struct recording_end end_of(struct app *app)
{
    struct recording_end end = { 0 };
    bool there;

    app_lock(app);
    there = recording_end(app_run(app)) != NULL;
    if (there)
        end = *recording_end(app_run(app));
    app_unlock(app);
    assert_true(there);
    return end;
}

/* The record under the playhead; nothing may fail while the lock is held. */
static struct record record_now(struct app *app)
{
    const struct record *record;
    struct record copy = { 0 };

    app_lock(app);
    record = recording_record(app_pane(app)->run, app_pane(app)->now);
    if (record != NULL)
        copy = *record;
    app_unlock(app);
    assert_non_null(record);
    return copy;
}

/* A lane under the playhead, looked at. */
static void inspect(struct app *app, uint64_t record, uint32_t lane)
{
    app_lock(app);
    app->screen = SCREEN_TIMELINE;
    app_go(app, record);
    app_select(app, 0, lane, RECORD_NONE);
    app_unlock(app);
    app_settle(app, WIDTH, HEIGHT);
}

static uint32_t lane_of(struct app *app, enum lane_kind kind, uint32_t key)
{
    uint32_t lane;

    app_lock(app);
    lane = kind == LANE_THREAD ? lanes_thread_by_id(recording_lanes(app_run(app)), key, UINT64_MAX)
                               : lanes_find(recording_lanes(app_run(app)), kind, key);
    app_unlock(app);
    assert_int_not_equal(lane, LANE_NONE);
    return lane;
}

static void inspect_stopped(struct app *app)
{
    struct recording_end end = end_of(app);

    inspect(app, end.result.stop.record, lane_of(app, LANE_THREAD, end.result.stop.thread));
}

static bool is_within(const struct tree *tree, const struct tree_node *node, const char *group)
{
    for (; node != NULL; node = tree_parent(tree, node))
        if (node->role == TREE_GROUP && strcmp(tree_name(tree, node), group) == 0)
            return true;
    return false;
}

static const struct tree_node *find(const struct tree *tree, enum tree_role role, const char *group,
                                    const char *prefix)
{
    for (size_t i = 0; i < tree_count(tree); i++) {
        const struct tree_node *node = tree_at(tree, i);

        if (node->role == role && is_within(tree, node, group) &&
            strncmp(tree_name(tree, node), prefix, strlen(prefix)) == 0)
            return node;
    }
    fail_msg("nothing is called \"%s\" in \"%s\"", prefix, group);
    return NULL;
}

static void says(struct app *app, const char *group, const char *row, const char *value)
{
    const struct tree_node *node = find(app->tree, TREE_ROW, group, row);

    assert_string_equal(tree_value_of(app->tree, node), value);
}

static void follow(struct app *app, const struct tree_node *node)
{
    app_activate(app, node->tag);
    app_settle(app, WIDTH, HEIGHT);
}

/* ---- The inspector --------------------------------------------------------------------------- */

static void the_stopped_thread_is_away_from_home(void **state)
{
    struct app *app = *state;

    inspect_stopped(app);
    says(app, "Attachment", "Owner", "drwtsn32.exe");
    says(app, "Attachment", "Saved", "drwtsn32.exe");
    says(app, "Attachment", "In force", "store.exe");
    says(app, "Attachment", "ApcStateIndex", "1, attached");
    says(app, "State", "Service", "NtTerminateProcess");
}

/* The same thread, one record before it attaches, is at home. */
static void before_the_visit_it_was_at_home(void **state)
{
    struct app *app = *state;
    struct recording_end end = end_of(app);
    const struct tree_node *link;
    struct record record;

    inspect_stopped(app);
    link = find(app->tree, TREE_LINK, "Attachment", "ApcStateIndex, last written");
    follow(app, link);
    record = record_now(app);
    assert_int_equal(record.kind, REC_ATTACH);
    assert_int_equal(record.thread, end.result.stop.thread);
    inspect(app, app_pane(app)->now - 1, lane_of(app, LANE_THREAD, end.result.stop.thread));
    says(app, "Attachment", "In force", "drwtsn32.exe");
    says(app, "Attachment", "Saved", "none");
    says(app, "Attachment", "ApcStateIndex", "0, at home");
}

/* The digits of "#1 006 614  ...", with blanks between the groups. */
static uint64_t number_in(const char *text)
{
    uint64_t number = 0;

    for (text++; *text != 0 && strncmp(text, "  ", 2) != 0; text++)
        if (*text >= '0' && *text <= '9')
            number = number * 10 + (uint64_t)(*text - '0');
    return number;
}

static void its_history_leads_back(void **state)
{
    struct app *app = *state;
    uint64_t now, there;
    const struct tree_node *link;

    inspect_stopped(app);
    now = app_pane(app)->now;
    link = find(app->tree, TREE_LINK, "History", "#");
    there = number_in(tree_name(app->tree, link));
    assert_true(there < now);
    follow(app, link);
    assert_int_equal(app_pane(app)->now, there);
}

static void a_handle_count_names_its_writer(void **state)
{
    struct app *app = *state;
    struct recording_end end = end_of(app);
    struct record record;
    uint32_t store = end.result.stop.args[1];

    inspect(app, end.result.stop.record, lane_of(app, LANE_PROCESS, store));
    says(app, "Process", "Debugger", "drwtsn32.exe");
    follow(app, find(app->tree, TREE_LINK, "Process", "Handles, last written"));
    record = record_now(app);
    assert_int_equal(record.kind, REC_HANDLE_CLOSE);
    assert_int_equal(record.c, store);
}

static void broken_entries_of_the_lending_table_stand_out(void **state)
{
    struct app *app = *state;
    struct recording_end end = end_of(app);
    const struct tree_node *node;

    inspect(app, end.result.stop.record, lane_of(app, LANE_PROCESS, end.result.stop.args[1]));
    node = find(app->tree, TREE_GROUP, "Inspector", "Lending table");
    assert_non_null(strstr(tree_name(app->tree, node), "broken"));
    node = find(app->tree, TREE_GRAPH, "Pages of the .stm", "Map of 8192 pages");
    assert_non_null(node);
}

static void a_folded_section_tells_nothing(void **state)
{
    struct app *app = *state;
    const struct tree_node *heading;
    uint64_t tag;

    inspect_stopped(app);
    heading = tree_find_name(app->tree, TREE_HEADING, "Stack");
    assert_non_null(heading);
    tag = heading->tag;
    follow(app, heading);
    assert_null(tree_find_name(app->tree, TREE_LIST_ITEM, "exifs!ExifsKillRoot"));
    app_activate(app, tag);
    app_settle(app, WIDTH, HEIGHT);
    assert_non_null(tree_find_name(app->tree, TREE_LIST_ITEM, "exifs!ExifsKillRoot"));
}

/* Tab must not turn in a circle on two links that pass for one. */
static void every_link_can_be_reached(void **state)
{
    struct app *app = *state;
    struct recording_end end = end_of(app);

    for (int look = 0; look < 3; look++) {
        if (look == 0)
            inspect_stopped(app);
        else if (look == 1)
            inspect(app, end.result.stop.record,
                    lane_of(app, LANE_PROCESS, end.result.stop.args[1]));
        else
            app->screen = SCREEN_STOP;
        app_settle(app, WIDTH, HEIGHT);
        for (size_t i = 0; i < tree_count(app->tree); i++) {
            const struct tree_node *node = tree_at(app->tree, i);

            if (node->state & TREE_FOCUSABLE && tree_find(app->tree, node->key) != node)
                fail_msg("two nodes are called \"%s\"", tree_name(app->tree, node));
        }
    }
}

static bool is_in_sight(const struct app *app, uint64_t key)
{
    const struct tree_node *node = tree_find(app->tree, key);

    return node != NULL && node->box.w > 0 && node->box.h > 0;
}

static void the_focus_is_scrolled_to(void **state)
{
    struct app *app = *state;
    uint64_t key;

    inspect_stopped(app);
    key = find(app->tree, TREE_LINK, "History", "Later")->key;
    assert_false(is_in_sight(app, key));
    assert_true(tree_focus_key(app->tree, key));
    app_frame(app, WIDTH, HEIGHT);
    app_frame(app, WIDTH, HEIGHT);
    assert_true(is_in_sight(app, key));
    assert_true(inspector_wheel(app, WIDTH - 20, HEIGHT / 2, 1000));
    app_frame(app, WIDTH, HEIGHT);
    assert_false(is_in_sight(app, key)); /* The wheel wins over the focus. */
}

/* ---- The stop view --------------------------------------------------------------------------- */

static void show_stop(struct app *app)
{
    app->screen = SCREEN_STOP;
    app_settle(app, WIDTH, HEIGHT);
}

static void argument_leads_to(struct app *app, const char *name, uint32_t lane)
{
    const struct tree_node *link;

    show_stop(app);
    link = find(app->tree, TREE_LINK, "Blue screen", name);
    assert_true(strlen(tree_description(app->tree, link)) > 20);
    follow(app, link);
    assert_int_equal(app->screen, SCREEN_TIMELINE);
    assert_int_equal(app->selected.lane, lane);
}

static void arguments_lead_to_what_they_mean(void **state)
{
    struct app *app = *state;
    struct recording_end end = end_of(app);
    const uint32_t *args = end.result.stop.args;
    uint32_t thread = lane_of(app, LANE_THREAD, end.result.stop.thread);
    struct record record;

    argument_leads_to(app, "Arg1 0xFDD95978", lane_of(app, LANE_PROCESS, args[0]));
    argument_leads_to(app, "Arg2 0xFF2A6D88", lane_of(app, LANE_PROCESS, args[1]));
    argument_leads_to(app, "Arg4 0x00000000", lane_of(app, LANE_CPU, end.result.stop.cpu));
    assert_int_equal(app_pane(app)->now, end.result.stop.record);
    argument_leads_to(app, "Arg3 0x00000001", thread);
    record = record_now(app);
    assert_int_equal(record.kind, REC_ATTACH);
    assert_int_equal(record.a, args[1]);
}

static void the_screen_is_that_of_the_report(void **state)
{
    struct app *app = *state;

    show_stop(app);
    find(app->tree, TREE_TEXT, "Blue screen", "INVALID_PROCESS_ATTACH_ATTEMPT");
    find(app->tree, TREE_TEXT, "Blue screen", "*** STOP: 0x00000005 (");
    find(app->tree, TREE_TEXT, "The rule that was broken",
         "KeAttachProcess was called for inetinfo.exe by a thread of drwtsn32.exe");
    find(app->tree, TREE_LIST_ITEM, "The stack of the thread that was stopped", "exifs!EnterOnce");
    find(app->tree, TREE_TEXT, "The event log after the restart",
         "The computer has rebooted from a bugcheck.");
}

static void the_story_can_be_followed(void **state)
{
    struct app *app = *state;
    struct recording_end end = end_of(app);

    assert_true(end.result.story_count >= 5);
    show_stop(app);
    for (uint32_t i = 0, next = 0; i < app->story->count; i++) {
        struct story_link link = app->story->links[i];
        char number[16];

        show_stop(app);
        snprintf(number, sizeof number, "%u.", i + 1);
        follow(app, find(app->tree, TREE_LINK, "How it came to this", number));
        assert_int_equal(app->screen, SCREEN_TIMELINE);
        assert_int_equal(app_pane(app)->now, link.record);
        if (next < end.result.story_count && link.record == end.result.story[next].record) {
            assert_non_null(strstr(link.text, end.result.story[next].text + 1));
            next++;
        }
        assert_true(i + 1 < app->story->count || next == end.result.story_count);
    }
    app_lock(app);
    story_leave(app);
    app_unlock(app);
}

/* Every sentence about a rule: with names, and without a stop. */
static void a_run_without_a_stop_says_so(void **state)
{
    struct app *app = open_run("crash_without_load.ini");

    (void)state;
    show_stop(app);
    find(app->tree, TREE_HEADING, "What happened", "No stop screen");
    find(app->tree, TREE_ROW, "Figures", "Messages");
    find(app->tree, TREE_HEADING, "What happened", "Diagnosis");
    app_free(app);
}

static void other_stops_name_their_rule(void **state)
{
    static const struct {
        const char *file, *rule;
    } stops[] = {
        { "h3_forgotten_detach.ini", "A system service came back to its program" },
        { "h5_exit_attached.ini", "A thread of System ended while it was still attached" },
        { "h6_dpc_attaches.ini", "A DPC asked to attach to store.exe" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(stops); i++) {
        struct app *app = open_run(stops[i].file);

        show_stop(app);
        find(app->tree, TREE_TEXT, "The rule that was broken", stops[i].rule);
        for (uint64_t argument = 0; argument < 4; argument++) { /* Each leads somewhere. */
            app_activate(app, tag_make(TAG_ARGUMENT, 0, argument));
            assert_int_not_equal(app->selected.lane, LANE_NONE);
        }
        app_free(app);
    }
}

/* ---- Sizes ----------------------------------------------------------------------------------- */

/* Presenter's size in a small window: all nodes in sight lie within it. */
static void nothing_leaves_its_window(void **state)
{
    struct app *app = *state;
    static const enum app_screen views[] = { SCREEN_TIMELINE, SCREEN_STOP };

    inspect_stopped(app);
    draw_fonts_close(app->fonts);
    app->fonts = draw_fonts_nominal(175);
    app->looks.text_percent = 175;
    for (size_t v = 0; v < ARRAY_LEN(views); v++) {
        app->screen = views[v];
        app_settle(app, WIDTH, HEIGHT);
        for (size_t i = 0; i < tree_count(app->tree); i++) {
            const struct tree_node *node = tree_at(app->tree, i);

            if (!is_within(app->tree, node, "Inspector") &&
                !is_within(app->tree, node, "Stop screen"))
                continue;
            assert_true(node->box.w <= 0 || node->box.x + node->box.w <= WIDTH);
            assert_true(node->box.h <= 0 || node->box.y + node->box.h <= HEIGHT);
        }
    }
    draw_fonts_close(app->fonts);
    app->fonts = draw_fonts_nominal(100);
    app->looks.text_percent = 100;
}

static void text_wraps_and_loses_nothing(void **state)
{
    static const char text[] = "one two averyveryverylongwordindeed three";
    struct draw_fonts *fonts = draw_fonts_nominal(100);
    int width = draw_text_width(fonts, DRAW_BODY, "averyvery");
    char joined[100] = "";
    const char *at = text;

    (void)state;
    while (*at != 0) {
        const char *next;
        size_t bytes = wrap_line(fonts, DRAW_BODY, at, width, &next);
        char line[100];

        assert_true(bytes > 0);
        snprintf(line, sizeof line, "%.*s", (int)bytes, at);
        assert_true(draw_text_width(fonts, DRAW_BODY, line) <= width);
        strcat(joined, line);
        if (next > at + bytes)
            strcat(joined, " ");
        at = next;
    }
    assert_string_equal(joined, text);
    assert_int_equal(wrap_lines(fonts, DRAW_BODY, "", width), 0);
    assert_int_equal(wrap_lines(fonts, DRAW_BODY, "abc", 1), 3); /* Never stuck. */
    draw_fonts_close(fonts);
}

/* A long name breaks where its parts meet, and between letters only where it has no such place. */
static void a_long_name_wraps_behind_a_sign(void **state)
{
    struct draw_fonts *fonts = draw_fonts_nominal(100);
    int width = draw_text_width(fonts, DRAW_BODY, "INVALID_PROC");
    const char *next;

    (void)state;
    assert_int_equal(wrap_line(fonts, DRAW_BODY, "INVALID_PROCESS_ATTACH", width, &next), 8);
    assert_string_equal(next, "PROCESS_ATTACH");
    assert_int_equal(wrap_line(fonts, DRAW_BODY, "exifs!ExifsUndoNow", width, &next), 6);
    assert_int_equal(wrap_line(fonts, DRAW_BODY, "/averyverylongword", width, &next), 12);
    draw_fonts_close(fonts);
}

static int open_night(void **state)
{
    *state = open_run("kb908674.ini");
    return 0;
}

static int close_night(void **state)
{
    app_free(*state);
    return 0;
}

GROUP(inspector_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_stopped_thread_is_away_from_home),
        cmocka_unit_test(before_the_visit_it_was_at_home),
        cmocka_unit_test(its_history_leads_back),
        cmocka_unit_test(a_handle_count_names_its_writer),
        cmocka_unit_test(broken_entries_of_the_lending_table_stand_out),
        cmocka_unit_test(a_folded_section_tells_nothing),
        cmocka_unit_test(every_link_can_be_reached),
        cmocka_unit_test(the_focus_is_scrolled_to),
        cmocka_unit_test(arguments_lead_to_what_they_mean),
        cmocka_unit_test(the_screen_is_that_of_the_report),
        cmocka_unit_test(the_story_can_be_followed),
        cmocka_unit_test(a_run_without_a_stop_says_so),
        cmocka_unit_test(other_stops_name_their_rule),
        cmocka_unit_test(nothing_leaves_its_window),
        cmocka_unit_test(text_wraps_and_loses_nothing),
        cmocka_unit_test(a_long_name_wraps_behind_a_sign),
    };

    return cmocka_run_group_tests_name("inspector", tests, open_night, close_night);
}
