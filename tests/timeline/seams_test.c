/* seams_test.c - the lanes are drawn alike, wherever a recording was cut into segments. */
#include "tests/groups.h"
#include "ui/draw/raster.h"
#include "tests/timeline/stage.h"

enum { ONE_PIECE = 100000000, LOOKS = 24, PIECES = 5000 };

static struct app *open_cut(uint32_t segment_records)
{
    static const char *const sets[] = { "scenario.duration=8 s" };
    struct run_options options = { .sets = { sets[0] }, .set_count = 1 };
    struct app *app = app_new(draw_fonts_nominal(100), theme_find("dark"), 100);
    char error[512] = "";

    app->segment_records = segment_records;
    app->looks.side_open = false;
    if (!app_open(app, 0, SCENARIOS "hotfix.ini", &options, error, sizeof error))
        fail_msg("%s", error);
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    return app;
}

static void look_at(struct app *app, enum axis_kind kind, double from, double to, int scroll)
{
    app_lock(app);
    app->view.axis.kind = kind;
    view_show(app, from, to);
    app->panes[0].scroll = scroll;
    app_unlock(app);
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
}

/* The pixels of the lanes. */
static struct raster *lanes_of(const struct app *app)
{
    struct raster *raster = raster_new(app->width, app->height);

    raster_clear(raster, app->theme->background);
    raster_draw(raster, app->list, app->fonts);
    return raster;
}

/* How many pixels of the lanes differ, and how many are drawn at all. */
static uint32_t differing(const struct app *app, const struct raster *a, const struct raster *b,
                          uint32_t *ink)
{
    const struct draw_box *box = &app->layout.lanes;
    uint32_t count = 0;

    for (int y = box->y; y < box->y + box->h; y++)
        for (int x = box->x; x < box->x + box->w; x++) {
            count += raster_at(a, x, y) != raster_at(b, x, y);
            *ink += raster_at(a, x, y) != app->theme->background;
        }
    return count;
}

static void a_cut_recording_is_drawn_like_a_whole_one(void **state)
{
    struct app *whole = open_cut(ONE_PIECE), *cut = open_cut(PIECES);
    uint64_t records = recording_status(whole->panes[0].run)->records;
    uint32_t ink = 0;

    (void)state;
    assert_true(recording_segment_count(cut->panes[0].run) > 5);
    for (uint32_t i = 0; i < LOOKS; i++) {
        const struct segment *border = recording_segment(
            cut->panes[0].run, 1 + i % (recording_segment_count(cut->panes[0].run) - 1));
        enum axis_kind kind = i % 2 ? AXIS_TIME : AXIS_RECORD;
        double at = kind == AXIS_TIME ? (double)border->first_at : (double)border->first;
        double width = kind == AXIS_TIME ? 1e6 * (1 << i / 2) : 100.0 * (1 << i / 2);
        struct raster *a, *b;

        look_at(whole, kind, at - width, at + width, (int)(i * 30));
        look_at(cut, kind, at - width, at + width, (int)(i * 30));
        a = lanes_of(whole);
        b = lanes_of(cut);
        assert_int_equal(differing(cut, a, b, &ink), 0);
        raster_free(a);
        raster_free(b);
    }
    assert_true(ink > 100000);
    assert_true(records > 20000);
    app_free(whole);
    app_free(cut);
}

/* F on a span that has been open since long before shows all of it. */
static void fit_shows_the_whole_span_over_borders(void **state)
{
    struct app *app = open_cut(PIECES);
    uint32_t lane = LANE_NONE;
    struct whole_span whole;

    (void)state;
    app_lock(app);
    for (uint32_t i = 0; i < lanes_count(recording_lanes(app_run(app))); i++)
        if (strcmp(lanes_get(recording_lanes(app_run(app)), i)->name, "store.exe") == 0)
            lane = i;
    assert_int_not_equal(lane, LANE_NONE);
    app_go(app, recording_status(app_run(app))->records - 10);
    app_select(app, 0, lane, RECORD_NONE);
    app_unlock(app);
    app_do(app, COMMAND_FIT_SELECTION);
    app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    app_lock(app);
    assert_false(app->view.fit_wanted);
    assert_int_equal(
        recording_span(app_pane(app)->run, lane, LEVEL_STATE, app_pane(app)->now, &whole),
        FOUND_YES);
    assert_true(recording_segment_of(app_run(app), whole.span.begin) == 0);
    assert_true(whole.open);
    assert_true(app->view.axis.from <=
                axis_of(app->view.axis.kind, app_run(app), whole.span.begin));
    assert_true(app->view.axis.to >= (double)whole.span.end_at);
    app_unlock(app);
    app_free(app);
}

GROUP(seams_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_recording_is_drawn_like_a_whole_one),
        cmocka_unit_test(fit_shows_the_whole_span_over_borders),
    };

    return cmocka_run_group_tests_name("seams", tests, NULL, NULL);
}
