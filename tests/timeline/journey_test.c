/* journey_test.c - navigation: causes, twins, branches, and the parts of a picture. */
#include "model/words/records.h"
#include "tests/groups.h"
#include "tests/timeline/stage.h"
#include "model/words/builds.h"
#include "ui/timeline/branch.h"
#include "ui/draw/raster.h"

/* Waits until searches have ended and moved the playhead. */
static void settle(struct app *app)
{
    do
        app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    while (app->find.searching);
}

static void go(struct app *app, enum command command)
{
    app_do(app, command);
    settle(app);
}

static uint16_t kind_here(struct app *app)
{
    const struct record *record;
    uint16_t kind;

    app_lock(app);
    record = recording_record(app_pane(app)->run, app_pane(app)->now);
    assert_non_null(record);
    kind = record->kind;
    app_unlock(app);
    return kind;
}

static struct recording_end end_of(struct app *app, uint32_t pane)
{
    struct recording_end end;

    app_lock(app);
    assert_non_null(recording_end(app->panes[pane].run));
    end = *recording_end(app->panes[pane].run);
    app_unlock(app);
    return end;
}

/* ---- The first picture ----------------------------------------------------------------------- */

static void the_first_picture_is_paused_three_seconds_before_the_stop(void **state)
{
    struct app *app = stage_open("kb908674.ini");
    struct recording_end end = end_of(app, 0);
    sim_time now;

    (void)state;
    app_lock(app);
    now = recording_time(app->panes[0].run, app->panes[0].now);
    app_unlock(app);
    assert_in_range(end.result.stop.at - now, SEC(3), SEC(3) + MS(50));
    assert_false(app->play.on);
    assert_true(stage_shows(app, "STOP 0x00000005: drwtsn32.exe, inside store.exe, asks for "
                                 "inetinfo.exe"));
    app_free(app);
}

/* ---- Causes ---------------------------------------------------------------------------------- */

/* Seven times "what caused this?", from the stop to the first wrong write. */
static void causes_lead_from_the_stop_to_the_first_wrong_byte(void **state)
{
    static const uint16_t chain[] = { REC_CLEANUP,      REC_HANDLE_SWEEP, REC_TERMINATE,
                                      REC_DEBUG_PORT,   REC_EXCEPTION,    REC_TAINTED_READ,
                                      REC_FOREIGN_WRITE };
    struct app *app = stage_open("kb908674.ini");
    uint64_t last;

    (void)state;
    go(app, COMMAND_TO_END);
    assert_int_equal(kind_here(app), REC_STOP);
    for (size_t i = 0; i < ARRAY_LEN(chain); i++) {
        last = app_pane(app)->now;
        go(app, COMMAND_TO_CAUSE);
        assert_int_equal(kind_here(app), chain[i]);
        assert_true(app_pane(app)->now < last);
    }
    app_free(app);
}

static void history_goes_back_the_way_one_came(void **state)
{
    struct app *app = stage_open("kb908674.ini");
    uint64_t first = app_pane(app)->now;

    (void)state;
    go(app, COMMAND_TO_END);
    go(app, COMMAND_TO_CAUSE);
    uint64_t cause = app_pane(app)->now;

    go(app, COMMAND_HISTORY_BACK);
    go(app, COMMAND_HISTORY_BACK);
    assert_int_equal(app_pane(app)->now, first);
    go(app, COMMAND_HISTORY_FORWARD);
    go(app, COMMAND_HISTORY_FORWARD);
    assert_int_equal(app_pane(app)->now, cause);
    app_free(app);
}

static void a_step_back_undoes_a_step(void **state)
{
    static const enum command there[] = { COMMAND_NEXT, COMMAND_NEXT_SWITCH, COMMAND_NEXT_CALL,
                                          COMMAND_NEXT_IN_LANE },
                              back[] = { COMMAND_PREVIOUS, COMMAND_PREVIOUS_SWITCH,
                                         COMMAND_PREVIOUS_CALL, COMMAND_PREVIOUS_IN_LANE };
    struct app *app = stage_open("kb908674.ini");

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(there); i++) {
        go(app, there[i]);
        uint64_t one = app_pane(app)->now;

        go(app, there[i]);
        assert_true(app_pane(app)->now > one);
        go(app, back[i]);
        assert_int_equal(app_pane(app)->now, one);
    }
    app_free(app);
}

/* ---- Twins and branches ---------------------------------------------------------------------- */

/* The same seed with the hotfix is equal up to the record at which the old driver writes its
 * receipt into the wrong process. */
static void twins_part_at_the_first_wrong_byte(void **state)
{
    struct app *app = stage_open("kb908674.ini");

    (void)state;
    go(app, COMMAND_TWIN);
    assert_int_equal(app->pane_count, 2);
    assert_true(app->twins.known);
    assert_true(end_of(app, 0).result.stop.stopped);
    assert_false(end_of(app, 1).result.stop.stopped);
    go(app, COMMAND_TWIN_DIFFERENCE);
    assert_int_equal(kind_here(app), REC_FOREIGN_WRITE);
    go(app, COMMAND_TWIN);
    assert_int_equal(app->pane_count, 1);
    app_free(app);
}

/* The choice of this title at the playhead. */
static struct branch_choice choice_called(struct app *app, const char *title)
{
    static struct branch_choice choices[BRANCH_CHOICES_MAX];
    uint32_t count;

    do {
        settle(app);
        app_lock(app);
        count = branch_choices(app, choices, BRANCH_CHOICES_MAX);
        app_unlock(app);
        if (count == 0)
            recording_wait(app_pane(app)->run);
    } while (count == 0);
    for (uint32_t i = 0; i < count; i++)
        if (strncmp(choices[i].title, title, strlen(title)) == 0)
            return choices[i];
    fail_msg("no branch is called \"%s\"", title);
    return choices[0];
}

static void a_branch_is_alike_up_to_where_it_begins_and_replays_headless(void **state)
{
    static const char *const titles[] = { "Kill inetinfo.exe", "Crash store.exe",
                                          "Choice: the quantum ends" };
    char folder[64], path[128], error[512];

    (void)state;
    stage_folder(folder);
    snprintf(path, sizeof path, "%s/branch.ini", folder);
    for (size_t i = 0; i < ARRAY_LEN(titles); i++) {
        static const struct run_options options = {
            .sets = { "scenario.duration=40 s", "expect.min_delivered=0" }, .set_count = 2
        };
        struct app *app = stage_open(NULL);
        uint64_t here, fingerprint;

        if (!app_open(app, 0, SCENARIOS "hotfix.ini", &options, error, sizeof error))
            fail_msg("%s", error);
        settle(app);

        app_lock(app);
        app_go(app, recording_number(app_pane(app)->run, SEC(20)));
        here = app_pane(app)->now;
        app_unlock(app);
        struct branch_choice choice = choice_called(app, titles[i]);

        assert_true(branch_take(app, &choice));
        settle(app);
        assert_true(app->twins.known);
        assert_true(app->twins.difference >= here);
        if (i < 2) /* A quantum that ends need not bring anybody else. */
            assert_true(app->twins.difference < here + 200000);
        app_lock(app);
        fingerprint = recording_status(app->panes[1].run)->fingerprint;
        app_unlock(app);
        assert_true(branch_save(app, path));
        app_free(app);

        app = app_new(draw_fonts_nominal(100), theme_find("dark"), 100);
        if (!app_open(app, 0, path, NULL, error, sizeof error))
            fail_msg("%s", error);
        settle(app);
        assert_true(app->panes[0].scenario->has_fingerprint);
        assert_true(app->panes[0].scenario->fingerprint == fingerprint);
        app_lock(app);
        assert_true(recording_status(app->panes[0].run)->fingerprint == fingerprint);
        app_unlock(app);
        app_free(app);
    }
    stage_sweep(folder);
}

static void a_branch_with_other_files_has_them(void **state)
{
    static const struct {
        const char *title;
        enum build_id driver, ese;
    } files[] = {
        { "Other files: the hotfix, all four", BUILD_HOTFIX, BUILD_HOTFIX },
        { "Other files: Service Pack 2, all four", BUILD_SP2, BUILD_SP2 },
        { "Other files: the hotfix's exifs.sys only", BUILD_HOTFIX, BUILD_SP2 },
    };
    struct app *app = stage_open("kill_without_load.ini");

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        struct branch_choice choice = choice_called(app, files[i].title);

        if (!branch_take(app, &choice))
            fail_msg("%s", app->toast.text);
        assert_string_equal(app->panes[1].scenario->set.versions[FILE_EXIFS],
                            builds[files[i].driver].number);
        assert_string_equal(app->panes[1].scenario->set.versions[FILE_ESE],
                            builds[files[i].ese].number);
    }
    app_free(app);
}

/* ---- Pictures -------------------------------------------------------------------------------- */

/* The accessible tree alone tells which thread stopped the machine, and where it was. */
static void the_transcript_tells_what_the_picture_shows(void **state)
{
    struct app *app = stage_open("kb908674.ini");
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    (void)state;
    go(app, COMMAND_TO_END);
    app_describe(app, out);
    fclose(out);
    assert_non_null(strstr(text, "attached to store.exe"));
    assert_non_null(strstr(text, "STOP 0x00000005"));
    assert_non_null(strstr(text, "row \"In force\": store.exe"));
    free(text);
    app_free(app);
}

static uint64_t picture(struct app *app, const struct theme *theme)
{
    struct raster *raster = raster_new(STAGE_WIDTH, STAGE_HEIGHT);
    uint64_t hash;

    app->theme = theme;
    settle(app);
    stage_frame(app);
    raster_draw(raster, app->list, app->fonts);
    hash = raster_hash(raster);
    raster_free(raster);
    return hash;
}

/* Two apps with the same input show the same pixels, in whatever order details arrived. */
static void a_picture_depends_on_nothing_but_what_is_shown(void **state)
{
    struct app *one = stage_open("kb908674.ini"), *other = stage_open("kb908674.ini");

    (void)state;
    go(one, COMMAND_FIT_ALL);
    go(one, COMMAND_TO_BEGIN);
    go(one, COMMAND_TO_END);
    go(other, COMMAND_TO_END);
    for (int axis = 0; axis < AXIS_KINDS; axis++) {
        for (int theme = 0; theme < THEMES; theme++) {
            double from, to;

            app_lock(one);
            axis_whole(one->view.axis.kind, one->panes[0].run, &from, &to);
            view_show(one, to * 0.98, to);
            app_unlock(one);
            app_lock(other);
            view_show(other, to * 0.98, to);
            app_unlock(other);
            assert_true(picture(one, theme_get((enum theme_kind)theme)) ==
                        picture(other, theme_get((enum theme_kind)theme)));
        }
        go(one, COMMAND_AXIS);
        go(other, COMMAND_AXIS);
        one->toast.text[0] = other->toast.text[0] = 0;
    }
    app_free(one);
    app_free(other);
}

/* Lanes never draw outside their area, on any axis and zoom. */
static void lanes_stay_within_their_place(void **state)
{
    struct app *app = stage_open("kb908674.ini");

    (void)state;
    for (int step = 0; step < 12; step++) {
        go(app, step % 4 == 3 ? COMMAND_AXIS : COMMAND_ZOOM_OUT);
        for (size_t i = 0; i < app->list->count; i++) {
            const struct draw_command *c = &app->list->commands[i];

            if (c->op != DRAW_OP_RECT && c->op != DRAW_OP_HATCH)
                continue;
            assert_in_range(c->x, 0, STAGE_WIDTH);
            assert_in_range(c->x + c->w, 0, STAGE_WIDTH);
            assert_in_range(c->y + c->h, 0, STAGE_HEIGHT);
        }
    }
    app_free(app);
}

GROUP(journey_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_picture_is_paused_three_seconds_before_the_stop),
        cmocka_unit_test(causes_lead_from_the_stop_to_the_first_wrong_byte),
        cmocka_unit_test(history_goes_back_the_way_one_came),
        cmocka_unit_test(a_step_back_undoes_a_step),
        cmocka_unit_test(twins_part_at_the_first_wrong_byte),
        cmocka_unit_test(a_branch_is_alike_up_to_where_it_begins_and_replays_headless),
        cmocka_unit_test(a_branch_with_other_files_has_them),
        cmocka_unit_test(the_transcript_tells_what_the_picture_shows),
        cmocka_unit_test(a_picture_depends_on_nothing_but_what_is_shown),
        cmocka_unit_test(lanes_stay_within_their_place),
    };

    return cmocka_run_group_tests_name("journey", tests, NULL, NULL);
}
