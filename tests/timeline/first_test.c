/* first_test.c - the picture before anybody touches it, and how keys, fits and arrows treat it. */
#include "model/words/records.h"
#include "tests/breaking_world.h"
#include "tests/groups.h"
#include "tests/timeline/stage.h"
#include <time.h>

static struct app *open_with_hint(const char *file, bool hint)
{
    struct app *app = app_new(draw_fonts_nominal(100), theme_find("dark"), 100);
    char path[512], error[512] = "";

    app->looks.hint = hint;
    snprintf(path, sizeof path, "%s%s", SCENARIOS, file);
    if (!app_open(app, 0, path, NULL, error, sizeof error))
        fail_msg("%s", error);
    stage_frame(app);
    return app;
}

static bool ended(struct app *app)
{
    bool is;

    app_lock(app);
    is = recording_status(app_run(app))->ended;
    app_unlock(app);
    return is;
}

/* Frames as a window makes them, while the run is still being computed. */
static void a_run_is_followed_and_ends_before_its_stop(void **state)
{
    struct app *app = open_with_hint("kb887742.ini", false);
    uint32_t grown = 0;
    double to = 0, begin, end;
    sim_time now;

    (void)state;
    while (!ended(app)) {
        nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL);
        stage_frame(app);
        if (app->view.follows && app->view.ready && app->view.axis.to > to) {
            to = app->view.axis.to;
            grown++;
        }
    }
    assert_true(grown > 3);
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    app_lock(app);
    const struct stop *stop = &recording_end(app_run(app))->result.stop;

    assert_true(stop->stopped);
    now = recording_time(app_run(app), app_pane(app)->now);
    assert_in_range(stop->at - now, SEC(3), SEC(3) + MS(50));
    axis_whole(app->view.axis.kind, app_run(app), &begin, &end);
    assert_true(app->view.axis.from > begin && app->view.axis.to >= end);
    app_unlock(app);
    app_free(app);
}

static void what_was_touched_is_not_moved(void **state)
{
    struct app *app = open_with_hint("kb887742.ini", false);
    double from, to;

    (void)state;
    while (!app->view.ready) {
        nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL);
        stage_frame(app);
    }
    app_do(app, COMMAND_ZOOM_IN);
    from = app->view.axis.from;
    to = app->view.axis.to;
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    assert_true(ended(app));
    assert_true(app->view.axis.from == from && app->view.axis.to == to);
    app_free(app);
}

/* The first start shows the best picture, and the hint says what it is. */
static void the_first_start_shows_the_last_instants(void **state)
{
    struct app *app = open_with_hint("kb908674.ini", true);

    (void)state;
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    assert_int_equal(app->view.axis.kind, AXIS_GAP);
    assert_true(stage_shows(app, "These are the last instants before the stop. Space runs the last "
                                 "three seconds; Left and Right step by a record."));
    app_lock(app);
    assert_int_equal(app_pane(app)->now, recording_end(app_run(app))->result.stop.record);
    app_unlock(app);
    stage_keys(app, "Space"); /* At the end the last seconds are played. */
    app_lock(app);
    assert_true(recording_time(app_run(app), app_pane(app)->now) + SEC(2) <
                recording_end(app_run(app))->result.stop.at);
    app_unlock(app);
    app_free(app);
}

static void a_run_without_a_stop_gets_no_hint_of_one(void **state)
{
    struct app *app = open_with_hint("calm_day.ini", true);

    (void)state;
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    for (size_t i = 0; i < tree_count(app->tree); i++) {
        const struct tree_node *node = tree_at(app->tree, i);

        if (tree_parent(app->tree, node) != NULL && tree_parent(app->tree, node)->role == TREE_TIP)
            assert_null(strstr(tree_name(app->tree, node), "before the stop"));
    }
    assert_int_equal(app->view.axis.kind, AXIS_TIME);
    app_free(app);
}

/* ---- Fits ------------------------------------------------------------------------------------ */

static void a_fit_stays_a_fit(void **state)
{
    struct app *app = stage_open("kb908674.ini");
    double begin, end;

    (void)state;
    stage_keys(app, "0");
    for (int i = 0; i < 7; i++) {
        stage_keys(app, i % 2 ? "End" : "T");
        app_lock(app);
        axis_whole(app->view.axis.kind, app_run(app), &begin, &end);
        app_unlock(app);
        assert_true(app->view.axis.from == begin);
        assert_true(app->view.axis.to >= end && app->view.axis.to < end * 1.05);
    }
    app_free(app);
}

/* No two neighbouring labels of the ruler are the same, and none stands behind the end. */
static void ticks_do_not_repeat_themselves(void **state)
{
    struct app *app = stage_open("kb908674.ini");

    (void)state;
    stage_keys(app, "E W W W W W W");
    for (int look = 0; look < 12; look++) {
        const struct draw_box *box = &app->layout.ruler;
        char last[64] = "";
        uint32_t labels = 0;

        for (size_t i = 0; i < app->list->count; i++) {
            const struct draw_command *c = &app->list->commands[i];

            if (c->op != DRAW_OP_TEXT || c->y < box->y || c->y >= box->y + box->h / 2 ||
                c->x < box->x || draw_command_text(app->list, c)[0] == 0)
                continue;
            assert_string_not_equal(draw_command_text(app->list, c), last);
            snprintf(last, sizeof last, "%s", draw_command_text(app->list, c));
            labels++;
        }
        assert_true(labels > 0);
        stage_keys(app, look % 2 ? "S S" : "A");
    }
    app_free(app);
}

/* ---- Zooming --------------------------------------------------------------------------------- */

static bool playhead_in_sight(struct app *app)
{
    double at;

    app_lock(app);
    at = axis_of(app->view.axis.kind, app_run(app), app_pane(app)->now);
    app_unlock(app);
    return at >= app->view.axis.from && at <= app->view.axis.to;
}

static void keys_zoom_at_the_playhead_and_the_mouse_at_the_pointer(void **state)
{
    struct app *app = stage_open("kb908674.ini");
    const struct draw_box lanes = app->layout.lanes;
    double before;

    (void)state;
    app_move(app, lanes.x + lanes.w / 8, lanes.y + 40);
    stage_keys(app, "End");
    for (int i = 0; i < 8; i++)
        stage_keys(app, "W");
    assert_true(playhead_in_sight(app));

    stage_keys(app, "0");
    app_move(app, lanes.x + lanes.w / 8, lanes.y + 40);
    before = axis_at(&app->view.axis, lanes.x + lanes.w / 8);
    for (int i = 0; i < 8; i++)
        stage_keys(app, "W");
    assert_true(axis_at(&app->view.axis, lanes.x + lanes.w / 8) - before < SEC(1) &&
                before - axis_at(&app->view.axis, lanes.x + lanes.w / 8) < SEC(1));
    app_free(app);
}

/* ---- Causes ---------------------------------------------------------------------------------- */

/* From the stop back: each step chooses the lane of who did it, unfolded, with both ends of the
 * arrow in sight. */
static void going_to_a_cause_shows_it(void **state)
{
    struct app *app = stage_open("kb908674.ini");
    const struct record *r;

    (void)state;
    app_do(app, COMMAND_TO_END);
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    for (int i = 0; i < 7; i++) {
        uint64_t effect = app_pane(app)->now;

        app_do(app, COMMAND_TO_CAUSE);
        do
            app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
        while (app->find.searching);
        app_lock(app);
        r = recording_record(app_pane(app)->run, app_pane(app)->now);
        assert_non_null(r);
        const struct axis *axis = &app->view.axis;
        double a = axis_of(axis->kind, app_run(app), effect),
               b = axis_of(axis->kind, app_run(app), app_pane(app)->now);

        assert_true(app_pane(app)->now < effect);
        assert_true(a >= axis->from && a <= axis->to && b >= axis->from && b <= axis->to);
        assert_int_equal(app->selected.lane, lanes_thread_by_id(recording_lanes(app_run(app)),
                                                                r->thread, app_pane(app)->now));
        assert_non_null(rows_of_lane(&app_pane(app)->rows, app->selected.lane));
        app_unlock(app);
    }
    app_lock(app);
    assert_int_equal(recording_record(app_pane(app)->run, app_pane(app)->now)->kind,
                     REC_FOREIGN_WRITE);
    app_unlock(app);
    app_free(app);
}

/* ---- A broken simulator ---------------------------------------------------------------------- */

static void break_at_twenty_seconds(struct world *world) { CHECK(world_sim(world)->now < SEC(20)); }

/* Each view says that the simulator broke; none says how the machine's run ended. */
static void a_broken_simulator_is_called_so_in_every_view(void **state)
{
    struct app *app;

    (void)state;
    breaking_after = break_at_twenty_seconds;
    app = open_with_hint("kb908674.ini", true);
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    assert_true(stage_shows(app, "The simulator broke here: a bug of exifsim, see 2"));
    assert_non_null(strstr(stage_value(app, "Now"), "broken off"));
    stage_keys(app, "2");
    assert_true(stage_shows(app, "The simulator broke"));
    assert_true(stage_shows(app, "This line repeats it"));
    assert_false(stage_shows(app, "No stop screen"));
    assert_false(stage_shows(app, "What to try"));
    breaking_after = NULL;
    app_free(app);
}

static void hang_at_twenty_seconds(struct world *world)
{
    struct sim *sim = world_sim(world);

    if (sim->now < SEC(20) || sim->end != SIM_GOING)
        return;
    sim_say_broken(sim, "processor 0 is kept");
    sim_finish(sim, SIM_HUNG);
}

/* A machine that hangs has not survived. */
static void a_machine_that_hangs_is_called_so(void **state)
{
    struct app *app;

    (void)state;
    breaking_after = hang_at_twenty_seconds;
    app = open_with_hint("calm_day.ini", true);
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    stage_keys(app, "2");
    assert_string_equal(stage_value(app, "Outcome"), "hung");
    assert_true(stage_shows(
        app, "The machine hangs: hung at 20.000 s of simulated time: : processor 0 is kept."));
    breaking_after = NULL;
    app_free(app);
}

/* ---- Keys and regions ------------------------------------------------------------------------ */

static void on_the_stop_screen_keys_scroll(void **state)
{
    struct app *app = stage_open("kb908674.ini");
    uint32_t lane = app->selected.lane;
    uint64_t now = app_pane(app)->now;

    (void)state;
    app_frame(app, 1024, 600);
    stage_keys(app, "2");
    app_frame(app, 1024, 600);
    const struct draw_box before = stage_node(app, "The event log after the restart")->box;

    assert_int_equal(before.h, 0); /* Below the foot. */
    for (int i = 0; i < 30; i++) {
        app_key(app, "PageDown");
        app_frame(app, 1024, 600);
    }
    assert_int_equal(stage_node(app, "The rule that was broken")->box.h, 0); /* Above the top. */
    app_key(app, "Home");
    app_frame(app, 1024, 600);
    assert_true(stage_node(app, "The rule that was broken")->box.h > 0);
    assert_int_equal(app->selected.lane, lane);
    assert_int_equal(app_pane(app)->now, now);
    app_free(app);
}

static void in_the_inspector_keys_scroll_and_choose_nothing(void **state)
{
    struct app *app = stage_open("kb908674.ini");
    uint32_t lane = app->selected.lane;
    int at;

    (void)state;
    tree_focus_key(app->tree, stage_node(app, "Attachment")->key);
    stage_frame(app);
    at = stage_node(app, "Attachment")->box.y;
    stage_keys(app, "Down");
    assert_true(stage_node(app, "Attachment")->box.y != at);
    stage_keys(app, "PageDown End Home");
    assert_int_equal(app->selected.lane, lane);
    app_free(app);
}

GROUP(first_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_is_followed_and_ends_before_its_stop),
        cmocka_unit_test(what_was_touched_is_not_moved),
        cmocka_unit_test(the_first_start_shows_the_last_instants),
        cmocka_unit_test(a_run_without_a_stop_gets_no_hint_of_one),
        cmocka_unit_test(a_fit_stays_a_fit),
        cmocka_unit_test(ticks_do_not_repeat_themselves),
        cmocka_unit_test(keys_zoom_at_the_playhead_and_the_mouse_at_the_pointer),
        cmocka_unit_test(going_to_a_cause_shows_it),
        cmocka_unit_test(a_broken_simulator_is_called_so_in_every_view),
        cmocka_unit_test(a_machine_that_hangs_is_called_so),
        cmocka_unit_test(on_the_stop_screen_keys_scroll),
        cmocka_unit_test(in_the_inspector_keys_scroll_and_choose_nothing),
    };

    return cmocka_run_group_tests_name("first", tests, NULL, NULL);
}
