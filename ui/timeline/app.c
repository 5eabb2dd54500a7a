/* app.c - see app.h: opening, moving, and what frames take in. */
#include "ui/timeline/app.h"
#include "ui/report/report.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/debugger.h"
#include "ui/timeline/dialog.h"
#include "ui/timeline/explain.h"
#include "ui/timeline/fate.h"
#include "ui/timeline/go.h"
#include "ui/timeline/inspector.h"
#include "ui/timeline/journey.h"
#include "ui/timeline/notes.h"
#include "ui/timeline/settings.h"
#include "ui/timeline/story.h"
#include "ui/timeline/examiner.h"
#include "ui/timeline/player.h"
#include "ui/timeline/quizzer.h"
#include "ui/timeline/tutor.h"
#include "ui/timeline/wanted.h"
#include "ui/host/memory_file.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void app_lock(struct app *app)
{
    for (uint32_t i = 0; i < app->pane_count; i++)
        recording_lock(app->panes[i].run);
}

void app_unlock(struct app *app)
{
    for (uint32_t i = app->pane_count; i-- > 0;)
        recording_unlock(app->panes[i].run);
}

/* ---- Life ------------------------------------------------------------------------------------ */

struct app *app_new(struct draw_fonts *fonts, const struct theme *theme, int text_percent)
{
    struct app *app = calloc(1, sizeof *app);

    CHECK(app != NULL);
    app->fonts = fonts;
    app->theme = theme;
    app->looks.text_percent = text_percent;
    app->tree = tree_new();
    app->list = draw_list_new();
    view_reset(&app->view);
    app->selected = (struct selection){ .lane = LANE_NONE, .record = RECORD_NONE };
    app->play.speed = PLAY_SPEED_ONE;
    app->looks.side_open = true;
    app->pointer.x = app->pointer.y = -1;
    app->dirty = true;
    return app;
}

void app_free(struct app *app)
{
    if (app == NULL)
        return;
    tutor_close(app);
    player_close(app);
    examiner_close(app);
    quizzer_close(app);
    for (uint32_t i = app->pane_count; i-- > 0;)
        app_close_pane(app, i);
    dialog_close(app);
    inspector_free(app->inspector);
    curve_view_free(app->curve);
    debugger_free(app);
    free(app->story);
    free(app->wish);
    free(app->read_said);
    tree_free(app->tree);
    draw_list_free(app->list);
    draw_fonts_close(app->fonts);
    free(app);
}

void app_close_pane(struct app *app, uint32_t which)
{
    struct pane *pane = &app->panes[which];

    if (which >= app->pane_count)
        return;
    app->records.run = NULL;
    if (app->wrote.pane == which)
        app->wrote.on = false;
    explain_end(pane);
    fate_end(pane);
    debugger_forget(app, pane->run);
    recording_close(pane->run);
    rows_free(&pane->rows);
    free(pane->places);
    free(pane->scenario);
    run_options_drop(&pane->options);
    memset(pane, 0, sizeof *pane);
    app->pane_count = which; /* Panes are closed from the last on. */
    app->active = 0;
}

/* ---- Opening --------------------------------------------------------------------------------- */

static void label_of(struct pane *pane)
{
    char versions[96];

    report_versions(pane->scenario, versions, sizeof versions);
    snprintf(pane->label, sizeof pane->label, "%s", versions);
}

static bool start(struct app *app, struct pane *pane)
{
    pane->run = recording_open(
        &(struct recording_options){ .scenario = pane->scenario,
                                     .seed = pane->seed,
                                     .until = pane->options.has_until ? pane->options.until : 0,
                                     .segment_records = app->segment_records,
                                     .wake = app->wake,
                                     .wake_ctx = app->wake_ctx });
    return pane->run != NULL;
}

/* Reads the scenario. NULL: app->read_said and stderr have the reasons, said has the first. */
static struct scenario *load(struct app *app, const struct run_options *options, const char *path,
                             char said[RUN_ERROR_CHARS])
{
    char *lines = NULL;
    size_t length;
    FILE *out = memory_file_open(&lines, &length);

    CHECK(out != NULL);
    struct scenario *scenario = run_load_telling(options, path, out, said);

    memory_file_close(out);
    fputs(lines, stderr);
    free(app->read_said);
    app->read_said = lines;
    return scenario;
}

/* run NULL: it is to be opened. */
static bool open_pane(struct app *app, uint32_t which, const char *path,
                      const struct run_options *options, struct recording *run, char *error,
                      size_t error_size)
{
    static const struct run_options none;
    struct pane *fresh = calloc(1, sizeof *fresh);
    char said[RUN_ERROR_CHARS];

    CHECK(fresh != NULL && which <= app->pane_count && which < ARRAY_LEN(app->panes));
    snprintf(fresh->path, sizeof fresh->path, "%s", path);
    run_options_copy(&fresh->options, options != NULL ? options : &none);
    fresh->scenario = load(app, &fresh->options, path, said);
    if (fresh->scenario != NULL)
        fresh->seed = run_seed(&fresh->options, fresh->scenario);
    fresh->run = run;
    if (fresh->scenario == NULL || (run == NULL && !start(app, fresh))) {
        snprintf(error, error_size, "%s",
                 fresh->scenario == NULL ? said : "the host has no memory for another run");
        free(fresh->scenario);
        run_options_drop(&fresh->options);
        free(fresh);
        return false;
    }
    label_of(fresh);
    for (uint32_t i = app->pane_count; i-- > which;)
        app_close_pane(app, i);
    app->panes[which] = *fresh;
    free(fresh);
    app->pane_count = which + 1;
    app->active = which;
    if (which == 0) {
        view_reset(&app->view);
        app->selected = (struct selection){ .lane = LANE_NONE, .record = RECORD_NONE };
        app->screen = SCREEN_TIMELINE;
        notes_read(app);
    }
    app->dirty = true;
    return true;
}

bool app_open(struct app *app, uint32_t which, const char *path, const struct run_options *options,
              char *error, size_t error_size)
{
    if (which == 0) {
        snprintf(app->wanted, sizeof app->wanted, "%s", path);
        tutor_close(app);
        player_close(app);
    }
    return open_pane(app, which, path, options, NULL, error, error_size);
}

bool app_open_run(struct app *app, uint32_t which, const char *path,
                  const struct run_options *options, struct recording *run, char *error,
                  size_t error_size)
{
    if (which == 0)
        snprintf(app->wanted, sizeof app->wanted, "%s", path);
    return open_pane(app, which, path, options, run, error, error_size);
}

void app_reload(struct app *app, int how)
{
    char error[512];

    (void)how;
    if (!app_open(app, 0, app->panes[0].path, &app->panes[0].options, error, sizeof error))
        dialog_open(app, DIALOG_ERROR, error);
}

static bool has_suffix(const char *text, const char *suffix)
{
    size_t a = strlen(text), b = strlen(suffix);

    return a >= b && strcmp(text + a - b, suffix) == 0;
}

void app_open_any(struct app *app, const char *path)
{
    char error[512];

    if (has_suffix(path, ".db")) {
        if (!curve_view_open(app, path, error, sizeof error))
            app_say(app, true, "%s", error);
        else
            app->screen = SCREEN_CURVE;
        return;
    }
    if (!app_open(app, 0, path, NULL, error, sizeof error))
        dialog_open(app, DIALOG_ERROR, error);
}

/* ---- Moving --------------------------------------------------------------------------------- */

void app_go(struct app *app, uint64_t record)
{
    struct pane *pane = app_pane(app);
    uint64_t records = recording_status(pane->run)->records;

    pane->now = records == 0 ? 0 : MIN_OF(record, records - 1);
    twins_follow(app);
    app->dirty = true;
}

void app_visit(struct app *app, uint64_t record)
{
    view_remember(app);
    app_go(app, record);
    view_reveal(app, app_pane(app)->now);
}

/* Opens what hides the lane and scrolls to it. */
static void reveal_lane(struct app *app, struct pane *pane, uint32_t lane)
{
    const struct lane *what = lanes_get(recording_lanes(pane->run), lane);
    const struct row *row;
    int height;

    rows_choice(&pane->rows, lane)->hidden = false;
    if (what->kind == LANE_THREAD && what->parent != LANE_NONE) {
        struct row_choice *choice = rows_choice(&pane->rows, what->parent);

        choice->hidden = false;
        choice->expanded = choice->has_expanded = true;
    }
    rows_build(&pane->rows, pane->run, app->looks.text_percent);
    row = rows_of_lane(&pane->rows, lane);
    for (int group = 0; row == NULL && group < ROW_GROUPS; group++) {
        if (!pane->rows.folded[group])
            continue;
        pane->rows.folded[group] = false;
        rows_build(&pane->rows, pane->run, app->looks.text_percent);
        row = rows_of_lane(&pane->rows, lane);
        pane->rows.folded[group] = row == NULL;
    }
    if (row == NULL)
        return;
    height = pane->lanes.h > 0 ? pane->lanes.h : app->layout.lanes.h; /* 0: never drawn yet. */
    if (row->y < pane->scroll)
        pane->scroll = row->y;
    if (row->y + row->h > pane->scroll + height)
        pane->scroll = row->y + row->h - height;
}

struct draw_box app_lanes_thumb(const struct app *app, const struct pane *pane)
{
    struct draw_box box = pane->lanes;
    int all = pane->rows.height, w = app_px(app, 5), h;

    if (all <= box.h || box.h <= 0)
        return (struct draw_box){ 0 };
    h = MAX_OF((int)((double)box.h * box.h / all), app_px(app, 18));
    return (struct draw_box){ box.x + box.w - w,
                              box.y + (int)((double)(box.h - h) * pane->scroll / (all - box.h)),
                              w - 1, h };
}

void app_lanes_drag(struct app *app, struct pane *pane, int y)
{
    struct draw_box thumb = app_lanes_thumb(app, pane);
    int way = pane->lanes.h - thumb.h, from = y - pane->lanes.y - thumb.h / 2;

    if (thumb.h > 0 && way > 0)
        pane->scroll =
            (int)((double)(pane->rows.height - pane->lanes.h) * MAX_OF(0, MIN_OF(from, way)) / way);
}

void app_select(struct app *app, uint32_t which, uint32_t lane, uint64_t record)
{
    app->selected = (struct selection){ which, lane, record };
    if (lane != LANE_NONE)
        reveal_lane(app, &app->panes[which], lane);
    app->dirty = true;
}

void app_say(struct app *app, bool bad, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(app->toast.text, sizeof app->toast.text, format, arguments);
    va_end(arguments);
    app->toast.bad = bad;
    app->dirty = true;
}

/* ---- Leaving --------------------------------------------------------------------------------- */

/* What is innermost closes first. */
void app_close_one(struct app *app, int how)
{
    (void)how;
    if (app->looks.hint)
        app->looks.hint = false;
    else if (tutor_escape(app) || quizzer_escape(app, true))
        return;
    else if (app->toast.text[0] != 0)
        app->toast.text[0] = 0;
    else if (app->story != NULL && app->story->open)
        story_leave(app);
    else if (app->find.filter[0] != 0)
        app->find.filter[0] = 0;
    else if (app->screen != SCREEN_TIMELINE)
        app->screen = SCREEN_TIMELINE;
    else if (quizzer_escape(app, false))
        return;
    else if (app->selected.lane != LANE_NONE)
        app->selected = (struct selection){ .lane = LANE_NONE, .record = RECORD_NONE };
}

void app_quit(struct app *app, int how)
{
    (void)how;
    app->quit = true;
}

/* ---- What frames take in --------------------------------------------------------------------- */

static void tell_broken(struct app *app)
{
    for (uint32_t i = 0; i < app->pane_count; i++) {
        const struct recording_status *status = recording_status(app->panes[i].run);

        if (status->broken[0] == 0 || app->panes[i].told_broken)
            continue;
        app->panes[i].told_broken = true;
        app_say(app, true, "%s (2 says more): %s",
                app->panes[i].scenario->guest_count > 0
                    ? "a driver broke the machine at the end of this run"
                    : "the simulator broke at the end of this run: a bug of exifsim",
                status->broken);
    }
}

/* What the options ask for, once the run is there. */
static void show_wanted(struct app *app)
{
    char error[WANTED_ERROR];
    enum recording_found found = wanted_show(app, app->wish, error, sizeof error);

    if (found == FOUND_PENDING) {
        app->view.ready = app->view.ready || recording_status(app_run(app))->records > 0;
        if (app->view.ready && app->view.follows)
            view_show_all(app);
        return;
    }
    free(app->wish);
    app->wish = NULL;
    app->view.ready = app->view.ready || found == FOUND_YES;
    if (found == FOUND_NO)
        app_say(app, true, "%s", error);
}

void app_advance(struct app *app)
{
    if (app->pane_count == 0)
        return;
    tell_broken(app);
    if (app->wish != NULL)
        show_wanted(app);
    else
        view_follow(app);
    tutor_settle(app);
    player_settle(app);
    quizzer_settle(app);
    if (app->view.fit_wanted)
        view_fit_selection(app, 0);
    if (app->looks.story_wanted && story_of(app)->whole)
        story_walk(app, 1);
    debugger_advance(app);
    fate_advance(app);
    if (app->going)
        go_on(app);
    search_take(app);
    journey_take(app);
    twins_compare(app);
}

void app_settle(struct app *app, int width, int height)
{
    uint64_t version = 0, before = 1;

    do {
        before = version;
        tutor_wait(app);
        examiner_wait(app);
        quizzer_wait(app);
        app->settled += debugger_wait(app);
        for (uint32_t i = 0; i < app->pane_count; i++)
            recording_wait(app->panes[i].run);
        app_frame(app, width, height);
        for (uint32_t i = 0; i < app->pane_count; i++)
            recording_wait(app->panes[i].run);
        for (uint32_t i = 0; i < app->pane_count; i++) {
            explain_wait(&app->panes[i]);
            fate_wait(&app->panes[i]);
        }
        version = (app->tutor != NULL ? app->tutor->version << 32 : 0) +
                  (app->player != NULL ? app->player->version << 40 : 0) +
                  (app->examiner != NULL ? app->examiner->version << 48 : 0) +
                  (app->quizzer != NULL ? app->quizzer->version << 56 : 0) + (app->wish != NULL) +
                  (app->settled << 24);
        app_lock(app);
        for (uint32_t i = 0; i < app->pane_count; i++)
            version += recording_status(app->panes[i].run)->version +
                       (explain_of(&app->panes[i]) != NULL) + (fate_of(&app->panes[i]) != NULL);
        app_unlock(app);
    } while (version != before);
}
