/* story_test.c - the story as links that are walked, and the diagnosis with its clues. */
#include "model/words/records.h"
#include "tests/groups.h"
#include "tests/timeline/stage.h"
#include "ui/timeline/explain.h"
#include "ui/timeline/stop_rules.h"
#include "ui/timeline/story.h"
#include "model/words/bugchecks.h"
#include <stdlib.h>

static void settle(struct app *app)
{
    for (int i = 0; i < 3; i++)
        app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
}

/* Every link: its record under the playhead and in sight, its sentence in full above the lanes, its
 * thread's lane there, and far fewer lanes than the run has. */
static void each_link_frames_itself_and_shows_its_cast(void **state)
{
    struct app *app = stage_open("kb908674.ini");
    uint32_t links, rows;
    char name[40];

    (void)state;
    rows = app->panes[0].rows.count;
    stage_keys(app, "N");
    settle(app);
    links = app->story->count;
    assert_true(links >= 7);
    for (uint32_t i = 0; i < links; i++) {
        const struct story_link link = app->story->links[i];
        const struct record *r;
        double at;

        assert_int_equal(app->story->at, i);
        assert_true(stage_shows(app, link.text));
        app_lock(app);
        assert_int_equal(app_pane(app)->now, link.record);
        at = axis_of(app->view.axis.kind, app_run(app), link.record);
        assert_true(at >= app->view.axis.from && at <= app->view.axis.to);
        r = recording_record(app_pane(app)->run, link.record);
        assert_non_null(r);
        if (r->thread != 0 && link.lane == LANE_NONE)
            assert_non_null(
                rows_of_lane(&app_pane(app)->rows, lanes_thread_by_id(recording_lanes(app_run(app)),
                                                                      r->thread, link.record)));
        if (link.lane != LANE_NONE)
            assert_non_null(rows_of_lane(&app_pane(app)->rows, link.lane));
        app_unlock(app);
        assert_true(app_pane(app)->rows.count < rows);
        assert_true(app_pane(app)->rows.count < 24);
        stage_keys(app, "N");
        settle(app);
    }
    assert_int_equal(app->story->at, links - 1); /* There is nothing behind the last one. */
    stage_keys(app, "Shift+N");
    assert_int_equal(app->story->at, links - 2);
    snprintf(name, sizeof name, "Link 3 of %u", links);
    stage_click(app, name);
    assert_int_equal(app->story->at, 2);
    stage_click(app, "All lanes");
    settle(app);
    assert_int_equal(story_strip_height(app), 0);
    assert_true(app_pane(app)->rows.count >= rows);
    app_free(app);
}

static const struct story_link *link_with(const struct story *story, const char *words)
{
    for (uint32_t i = 0; i < story->count; i++)
        if (strstr(story->links[i].text, words) != NULL)
            return &story->links[i];
    return NULL;
}

/* Between the debugger and the sweep, told with the true number of visits; and the words of the
 * ends: why the crash, why the stop. */
static void the_debt_made_during_the_dump_is_told(void **state)
{
    struct app *app = stage_open("kb908674.ini");
    const struct story_link *debt, *debugger, *sweep;
    uint32_t visits = 0;
    char number[32];

    (void)state;
    stage_keys(app, "N");
    settle(app);
    debt = link_with(app->story, "through the driver. What they begin there");
    debugger = link_with(app->story, "becomes the debugger of store.exe");
    sweep = link_with(app->story, "closes its handles");
    assert_true(debt != NULL && debugger != NULL && sweep != NULL);
    assert_true(debugger < debt && debt < sweep);
    app_lock(app);
    for (uint64_t n = debugger->record + 1; n < sweep->record; n++) {
        const struct record *r = recording_record(app_pane(app)->run, n);
        uint32_t thread, process;

        assert_non_null(r);
        if (r->kind != REC_ATTACH)
            continue;
        thread = lanes_thread_by_id(recording_lanes(app_run(app)), r->thread, n);
        process = lanes_get(recording_lanes(app_run(app)), thread)->parent;
        if (strcmp(lanes_get(recording_lanes(app_run(app)), process)->name, "inetinfo.exe") != 0)
            continue;
        assert_true(visits > 0 || n == debt->record);
        visits++;
    }
    app_unlock(app);
    snprintf(number, sizeof number, " %u times ", visits);
    assert_true(visits > 1 && strstr(debt->text, number) != NULL);
    assert_non_null(link_with(app->story, "it took the wrong bytes for an address"));
    assert_non_null(link_with(app->story, "one place to keep its own process in, and it is taken"));
    assert_non_null(link_with(app->story, "This build of the driver does not wait"));
    app_free(app);
}

/* Stop or not: what the scenario is about is told in several links, all of them instants of it. */
static void every_finding_has_a_story_of_several_links(void **state)
{
    static const char *const files[] = { "kb908674.ini",
                                         "h2_reentry.ini",
                                         "h3_forgotten_detach.ini",
                                         "h4_apc_attached.ini",
                                         "h5_exit_attached.ini",
                                         "h6_dpc_attaches.ini",
                                         "h7_state_overwritten.ini",
                                         "kb285116.ini",
                                         "kb329674.ini" };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        struct app *app = stage_open(files[i]);

        stage_keys(app, "2");
        settle(app);
        app_lock(app);
        const struct story *story = story_of(app);

        if (story->count < 2)
            fail_msg("%s: %u links", files[i], story->count);
        for (uint32_t k = 0; k < story->count; k++) {
            assert_true(story->links[k].record < recording_status(app_run(app))->records);
            assert_true(story->links[k].text[0] != 0);
        }
        app_unlock(app);
        assert_true(stage_shows(app, "Diagnosis"));
        app_free(app);
    }
}

/* The diagnosis of the window is that of the command. */
static void the_diagnosis_names_the_article(void **state)
{
    struct app *app = stage_open("kb908674.ini");
    const struct explain *explain;

    (void)state;
    stage_keys(app, "2");
    settle(app);
    explain = explain_of(&app->panes[0]);
    assert_non_null(explain);
    assert_string_equal(diagnosis_word(explain->opinions[0].diagnosis), "kb908674");
    assert_true(explain->opinions[0].clue_count > 3);
    app_free(app);
}

static void twins_tell_their_first_difference(void **state)
{
    struct app *app = stage_open("kb908674.ini");
    const struct record *r[2];

    (void)state;
    stage_keys(app, "X");
    settle(app);
    stage_keys(app, "Shift+X");
    settle(app);
    assert_true(stage_shows(app, "First difference of the twins"));
    app_lock(app);
    assert_true(app->twins.known);
    for (int i = 0; i < 2; i++) {
        r[i] = recording_record(app->panes[i].run, app->twins.difference);
        assert_non_null(r[i]);
    }
    assert_int_not_equal(memcmp(r[0], r[1], sizeof *r[0]), 0);
    assert_int_not_equal(r[0]->kind, r[1]->kind);
    app_unlock(app);
    assert_non_null(strstr(stage_value(app, "They differ in"), "kind"));
    app_free(app);
}

/* A code without a row of its own is told in a sentence, too, and not by its name. */
static void a_rule_is_a_sentence(void **state)
{
    struct recording_end *end = calloc(1, sizeof *end);
    char text[STOP_TEXT_CHARS];

    (void)state;
    assert_non_null(end);
    end->result.stop.code = DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS;
    stop_rule(end, "", text);
    free(end);
    assert_null(strstr(text, "DRIVER_UNLOADED"));
    assert_non_null(strstr(text, "A driver was unloaded"));
}

GROUP(story_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_link_frames_itself_and_shows_its_cast),
        cmocka_unit_test(the_debt_made_during_the_dump_is_told),
        cmocka_unit_test(every_finding_has_a_story_of_several_links),
        cmocka_unit_test(the_diagnosis_names_the_article),
        cmocka_unit_test(twins_tell_their_first_difference),
        cmocka_unit_test(a_rule_is_a_sentence),
    };

    return cmocka_run_group_tests_name("story", tests, NULL, NULL);
}
