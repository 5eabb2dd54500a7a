/* tip_test.c - what pointing tells, what a click on a mark hits, and what a range adds up to. */
#include "model/words/records.h"
#include "tests/groups.h"
#include "tests/timeline/stage.h"
#include "ui/timeline/sums.h"
#include "ui/timeline/tip.h"

static const struct tree_node *tip_line(struct app *app, uint64_t line)
{
    const struct tree_node *node = tree_find(app->tree, tree_key(KEY_TIP, NULL, line));

    return node;
}

static void rest_at(struct app *app, int x, int y)
{
    app_move(app, x, y);
    tip_tick(app, 1000);
    tip_tick(app, 1000 + TIP_MS - 1);
    stage_frame(app);
    assert_null(tip_line(app, 0)); /* Not yet. */
    tip_tick(app, 1000 + TIP_MS);
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
}

static struct app *last_instants(void)
{
    struct app *app = stage_open("kb908674.ini");

    stage_keys(app, "E");
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    return app;
}

/* Over each bar: the tip's times are the span's own. */
static void a_tip_tells_what_since_when_how_long_and_where(void **state)
{
    struct app *app = last_instants();
    struct pane *pane = &app->panes[0];
    uint32_t told = 0;

    (void)state;
    for (uint32_t i = 0; i < pane->rows.count; i++) {
        const struct row row = pane->rows.list[i];
        struct whole_span whole;
        char length[48];
        int x = pane->lanes.x + pane->lanes.w / 2, y = pane->lanes.y + row.y - pane->scroll + 3;
        uint64_t number;
        enum recording_found found;

        if (row.kind != ROW_LANE || y >= pane->lanes.y + pane->lanes.h)
            continue;
        app_lock(app);
        if (lanes_get(recording_lanes(pane->run), row.lane)->kind != LANE_CPU) {
            app_unlock(app);
            continue;
        }
        number = axis_record(app->view.axis.kind, pane->run, axis_at(&app->view.axis, x));
        found = recording_span(pane->run, row.lane, LEVEL_STATE, number, &whole);
        app_unlock(app);
        rest_at(app, x, y);
        assert_non_null(tip_line(app, 0));
        if (found != FOUND_YES)
            continue;
        text_length(whole.span.end_at - whole.span.begin_at, length, sizeof length);
        assert_non_null(strstr(tree_name(app->tree, tip_line(app, 0)), " runs "));
        assert_non_null(strstr(tree_name(app->tree, tip_line(app, 1)), length));
        assert_non_null(strstr(tree_name(app->tree, tip_line(app, 2)), "in "));
        told++;
    }
    assert_true(told >= 2);
    app_free(app);
}

static void moving_takes_the_tip_away(void **state)
{
    struct app *app = last_instants();

    (void)state;
    rest_at(app, app->layout.lanes.x + 50, app->layout.lanes.y + 60);
    assert_non_null(tip_line(app, 0));
    app_move(app, app->layout.lanes.x + 51, app->layout.lanes.y + 60);
    stage_frame(app);
    assert_null(tip_line(app, 0));
    app_free(app);
}

/* A click on a mark goes to its record, although the mark hangs to the right of its instant. */
static void a_mark_of_a_lane_is_a_target(void **state)
{
    struct app *app = last_instants();
    struct pane *pane = &app->panes[0];
    uint32_t count, hit = 0;
    uint64_t dropped;

    (void)state;
    app_lock(app);
    const struct highlight *list = recording_highlights(pane->run, &count, &dropped);
    app_unlock(app);
    for (uint32_t i = 0; i < count; i++) {
        const struct row *row;
        uint32_t process;
        int x, y;

        if (list[i].record.kind != REC_TERMINATE && list[i].record.kind != REC_HANDLE_SWEEP)
            continue;
        app_lock(app);
        process = lanes_find_at(recording_lanes(pane->run), LANE_PROCESS, list[i].record.a,
                                list[i].number);
        x = axis_px(&app->view.axis, axis_of(app->view.axis.kind, pane->run, list[i].number)) + 2;
        row = rows_of_lane(&pane->rows, process);
        app_unlock(app);
        if (row == NULL || x < app->layout.lanes.x ||
            x >= app->layout.lanes.x + app->layout.lanes.w)
            continue;
        y = pane->lanes.y + row->y - pane->scroll + row->h / 2;
        app_press(app, x, y, BUTTON_LEFT, 0, 1);
        app_release(app, x, y, BUTTON_LEFT);
        assert_int_equal(pane->now, list[i].number);
        stage_frame(app);
        hit++;
    }
    assert_true(hit >= 1);
    app_free(app);
}

/* Near the beginning of a bar, a click goes exactly there; in its middle it does not. */
static void the_edge_of_a_bar_is_a_target(void **state)
{
    struct app *app = last_instants();
    struct pane *pane = &app->panes[0];
    uint32_t hits = 0;

    (void)state;
    for (uint32_t cpu = 0; cpu < 4; cpu++) {
        uint32_t lane = lanes_find(recording_lanes(pane->run), LANE_CPU, cpu);
        const struct row *row = rows_of_lane(&pane->rows, lane);
        int y = pane->lanes.y + row->y - pane->scroll + 3;

        for (int x = pane->lanes.x + 20; x < pane->lanes.x + pane->lanes.w - 60; x += 40) {
            struct whole_span whole;
            enum recording_found found;
            uint64_t number;
            int begin, end;

            app_lock(app);
            number = axis_record(app->view.axis.kind, pane->run, axis_at(&app->view.axis, x));
            found = recording_span(pane->run, lane, LEVEL_STATE, number, &whole);
            begin =
                axis_px(&app->view.axis, axis_of(app->view.axis.kind, pane->run, whole.span.begin));
            end = axis_px(&app->view.axis, axis_of(app->view.axis.kind, pane->run, whole.span.end));
            app_unlock(app);
            if (found != FOUND_YES || begin < pane->lanes.x + 4 || end - begin < 30)
                continue;
            app_press(app, begin + 3, y, BUTTON_LEFT, 0, 1);
            app_release(app, begin + 3, y, BUTTON_LEFT);
            assert_int_equal(pane->now, whole.span.begin);
            hits++;
        }
    }
    assert_true(hits >= 3);
    app_free(app);
}

/* Shift and drag: cursors A and B. The sums agree with an account made record by record. */
static void a_dragged_range_is_added_up(void **state)
{
    struct app *app = last_instants();
    struct pane *pane = &app->panes[0];
    int y = pane->lanes.y + 100, x = pane->lanes.x;
    sim_time running[CPUS_MAX] = { 0 }, since[CPUS_MAX] = { 0 }, busy = 0, from, to;
    struct sums sums = { 0 };

    (void)state;
    app_press(app, x + 20, y, BUTTON_LEFT, MOD_SHIFT, 1);
    app_move(app, x + 300, y);
    app_move(app, x + 500, y);
    app_release(app, x + 500, y, BUTTON_LEFT);
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    assert_true(app->view.cursor[0] < app->view.cursor[1]);
    assert_true(stage_shows(app, "Between A and B"));
    assert_true(stage_shows(app, "Processor time by process (share of all processors)"));

    app_lock(app);
    sums_make(&sums, pane->run, app->view.cursor[0], app->view.cursor[1]);
    assert_true(sums.ready);
    from = recording_time(pane->run, app->view.cursor[0]);
    to = recording_time(pane->run, app->view.cursor[1]);
    uint64_t number = app->view.cursor[0] - MIN_OF(app->view.cursor[0], 100000u);

    for (; number <= app->view.cursor[1]; number++) {
        const struct record *r = recording_record(pane->run, number);

        if (r == NULL || (r->kind != REC_SWITCH && r->kind != REC_IDLE))
            continue;
        if (running[r->cpu] && r->at > from)
            busy += r->at - MAX_OF(since[r->cpu], from);
        running[r->cpu] = r->kind == REC_SWITCH;
        since[r->cpu] = r->at;
    }
    for (int cpu = 0; cpu < CPUS_MAX; cpu++)
        busy += running[cpu] ? to - MAX_OF(since[cpu], from) : 0;
    assert_int_equal(sums.processes.whole, busy);
    assert_int_equal(sums.threads.whole, busy);
    assert_true(sums.reasons.count > 1 && sums.irps.whole > 0);
    app_unlock(app);
    app_free(app);
}

static void the_legend_tells_every_mark(void **state)
{
    struct app *app = stage_open("calm_day.ini");

    (void)state;
    stage_keys(app, "O");
    assert_true(stage_shows(app, "Legend"));
    assert_true(stage_shows(app, "a thread of another process writes here"));
    assert_true(stage_shows(app, "dots along the top: a DPC, work of the kernel that breaks in"));
    stage_keys(app, "O");
    assert_false(stage_shows(app, "Legend"));
    stage_keys(app, "F1");
    assert_true(stage_shows(app, "Mouse"));
    app_free(app);
}

GROUP(tip_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tip_tells_what_since_when_how_long_and_where),
        cmocka_unit_test(moving_takes_the_tip_away),
        cmocka_unit_test(a_mark_of_a_lane_is_a_target),
        cmocka_unit_test(the_edge_of_a_bar_is_a_target),
        cmocka_unit_test(a_dragged_range_is_added_up),
        cmocka_unit_test(the_legend_tells_every_mark),
    };

    return cmocka_run_group_tests_name("tip", tests, NULL, NULL);
}
