/* app.c - see app.h: opening, moving, and what frames take in. */
#include "ui/timeline/app.h"
#include "ui/report/report.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/dialog.h"
#include "ui/timeline/inspector.h"
#include "ui/timeline/notes.h"
#include "ui/timeline/settings.h"
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
    app->text_percent = text_percent;
    app->tree = tree_new();
    app->list = draw_list_new();
    app->cursor[0] = app->cursor[1] = RECORD_NONE;
    app->selected = (struct selection){ .lane = LANE_NONE, .record = RECORD_NONE };
    app->speed = APP_SPEED_ONE;
    app->side_open = true;
    app->pointer_x = app->pointer_y = -1;
    app->dirty = true;
    return app;
}

void app_free(struct app *app)
{
    if (app == NULL)
        return;
    for (uint32_t i = app->pane_count; i-- > 0;)
        app_close_pane(app, i);
    dialog_close(app);
    inspector_free(app->inspector);
    curve_view_free(app->curve);
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
    pane->run = recording_open(&(struct recording_options){ .scenario = pane->scenario,
                                                            .seed = pane->seed,
                                                            .wake = app->wake,
                                                            .wake_ctx = app->wake_ctx });
    return pane->run != NULL;
}

bool app_open(struct app *app, uint32_t which, const char *path, const struct run_options *options,
              char *error, size_t error_size)
{
    static const struct run_options none;
    struct pane *fresh = calloc(1, sizeof *fresh);
    char said[RUN_ERROR_CHARS];

    CHECK(fresh != NULL && which <= app->pane_count && which < ARRAY_LEN(app->panes));
    snprintf(fresh->path, sizeof fresh->path, "%s", path);
    if (which == 0)
        snprintf(app->wanted, sizeof app->wanted, "%s", path);
    run_options_copy(&fresh->options, options != NULL ? options : &none);
    fresh->scenario = run_load(&fresh->options, path, said);
    if (fresh->scenario != NULL)
        fresh->seed = run_seed(&fresh->options, fresh->scenario);
    if (fresh->scenario == NULL || !start(app, fresh)) {
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
        app->axis_ready = false;
        app->selected = (struct selection){ .lane = LANE_NONE, .record = RECORD_NONE };
        app->cursor[0] = app->cursor[1] = RECORD_NONE;
        app->history_count = app->history_at = 0;
        app->view = VIEW_TIMELINE;
        notes_read(app);
    }
    app->dirty = true;
    return true;
}

bool app_open_twin(struct app *app, const char *path, const char *const *sets, uint32_t set_count,
                   const char *surprises, char *error, size_t error_size)
{
    struct run_options options = app->panes[0].options;

    if (options.set_count + set_count > RUN_SETS_MAX) {
        snprintf(error, error_size, "this run has too many changes for another branch");
        return false;
    }
    options.has_seed = true;
    options.seed = app->panes[0].seed;
    options.surprises = surprises;
    for (uint32_t i = 0; i < set_count; i++)
        options.sets[options.set_count++] = sets[i];
    app->difference_known = false;
    return app_open(app, 1, path, &options, error, error_size);
}

/* ---- Moving ---------------------------------------------------------------------------------- */

/* The twin's playhead stands at the same time; while they are alike, at the same record. */
static void move_twin(struct app *app)
{
    for (uint32_t i = 0; i < app->pane_count; i++) {
        struct pane *pane = &app->panes[i];
        const struct recording *run = app_run(app);

        if (i == app->active || recording_status(pane->run)->records == 0)
            continue;
        pane->now = app->panes[app->active].now;
        if (app->difference_known && pane->now >= app->difference)
            pane->now = recording_number(pane->run, recording_time(run, app_pane(app)->now));
        pane->now = MIN_OF(pane->now, recording_status(pane->run)->records - 1);
    }
}

void app_go(struct app *app, uint64_t record)
{
    struct pane *pane = app_pane(app);
    uint64_t records = recording_status(pane->run)->records;

    pane->now = records == 0 ? 0 : MIN_OF(record, records - 1);
    move_twin(app);
    app->dirty = true;
}

void app_show(struct app *app, double from, double to)
{
    double begin, end, least = app->axis.kind == AXIS_RECORD ? 4 : 20, width = to - from;

    axis_whole(app->axis.kind, app_run(app), &begin, &end);
    for (uint32_t i = 0; i < app->pane_count; i++) {
        double other_begin, other_end;

        axis_whole(app->axis.kind, app->panes[i].run, &other_begin, &other_end);
        end = MAX_OF(end, other_end);
    }
    width = width < least ? least : width > (end - begin) * 1.02 ? (end - begin) * 1.02 : width;
    end += width * 0.2; /* Air behind the last record. */
    if (from + width > end)
        from = end - width;
    if (from < begin)
        from = begin;
    app->axis.from = from;
    app->axis.to = from + width;
    app->dirty = true;
}

void app_reveal(struct app *app, uint64_t record)
{
    double at = axis_of(app->axis.kind, app_run(app), record);
    double width = app->axis.to - app->axis.from;

    if (at < app->axis.from)
        app_show(app, at - width * 0.15, at + width * 0.85);
    else if (at > app->axis.to - width * 0.02) /* With air for what hangs there. */
        app_show(app, at - width * 0.8, at + width * 0.2);
}

void app_remember(struct app *app)
{
    struct place here = { app->axis.from, app->axis.to, app->axis.kind, app_pane(app)->now };

    if (app->history_at == HISTORY_MAX) {
        memmove(&app->history[0], &app->history[1], (HISTORY_MAX - 1) * sizeof here);
        app->history_at--;
    }
    app->history[app->history_at++] = here;
    app->history_count = app->history_at;
}

/* Opens what hides the lane and scrolls to it. */
static void reveal_lane(struct app *app, struct pane *pane, uint32_t lane)
{
    const struct lane *what = lanes_get(recording_lanes(pane->run), lane);
    const struct row *row;

    rows_choice(&pane->rows, lane)->hidden = false;
    if (what->kind == LANE_THREAD && what->parent != LANE_NONE) {
        struct row_choice *choice = rows_choice(&pane->rows, what->parent);

        choice->hidden = false;
        choice->expanded = choice->has_expanded = true;
    }
    rows_build(&pane->rows, pane->run, app->text_percent);
    row = rows_of_lane(&pane->rows, lane);
    for (int group = 0; row == NULL && group < ROW_GROUPS; group++) {
        if (!pane->rows.folded[group])
            continue;
        pane->rows.folded[group] = false;
        rows_build(&pane->rows, pane->run, app->text_percent);
        row = rows_of_lane(&pane->rows, lane);
        pane->rows.folded[group] = row == NULL;
    }
    if (row == NULL)
        return;
    if (row->y < pane->scroll)
        pane->scroll = row->y;
    if (row->y + row->h > pane->scroll + pane->lanes.h)
        pane->scroll = row->y + row->h - pane->lanes.h;
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
    vsnprintf(app->toast, sizeof app->toast, format, arguments);
    va_end(arguments);
    app->toast_bad = bad;
    app->dirty = true;
}

/* ---- What frames take in --------------------------------------------------------------------- */

/* The first picture: the last seconds before a stop, with its thread chosen; else the whole run. */
static void first_picture(struct app *app)
{
    struct pane *pane = app_pane(app);
    const struct recording_end *end = recording_end(pane->run);
    const struct recording_status *status = recording_status(pane->run);
    double from, to;

    if (!status->ended && status->records < 8ull * SEGMENT_RECORDS)
        return;
    app->axis_ready = true;
    axis_whole(app->axis.kind, pane->run, &from, &to);
    app_show(app, from, to);
    if (end == NULL || !end->result.stop.stopped) {
        app_go(app, end == NULL ? 0 : status->records / 2);
        return;
    }
    sim_time stop = end->result.stop.at, paused = stop > SEC(3) ? stop - SEC(3) : 0;

    app_go(app, recording_number(pane->run, paused));
    from = axis_of_time(app->axis.kind, pane->run, stop > SEC(8) ? stop - SEC(8) : 0);
    to = axis_of(app->axis.kind, pane->run, end->result.stop.record);
    app_show(app, from, to + (to - from) * 0.04);
    app->selected = (struct selection){
        app->active, lanes_thread_by_id(recording_lanes(pane->run), end->stop_thread), RECORD_NONE
    };
}

static void take_search(struct app *app)
{
    struct pane *pane = app_pane(app);
    uint64_t number;
    enum recording_found found = recording_found(pane->run, &number);

    if (!app->searching || found == FOUND_PENDING)
        return;
    app->searching = false;
    if (found == FOUND_YES) {
        app->toast[0] = 0;
        app_go(app, number);
        app_reveal(app, number);
    } else {
        app_say(app, true, "%s: none %s here", app->search_what,
                app->search_backwards ? "before" : "after");
    }
}

/* Twins: the first record in which they differ, as soon as it can be known. */
static void take_difference(struct app *app)
{
    const struct recording *one = app->panes[0].run, *other = app->panes[1].run;
    uint32_t count;

    if (app->pane_count < 2 || app->difference_known)
        return;
    count = MIN_OF(recording_segment_count(one), recording_segment_count(other));
    for (uint32_t i = 0; i < count; i++) {
        const struct segment *a = recording_segment(one, i), *b = recording_segment(other, i);
        const struct detail *x, *y;

        if (a->fingerprint == b->fingerprint && a->end == b->end)
            continue;
        x = recording_detail(app->panes[0].run, i);
        y = recording_detail(app->panes[1].run, i);
        if (x == NULL || y == NULL)
            return;
        app->difference = a->first;
        for (uint32_t k = 0; k < MIN_OF(x->count, y->count) &&
                             memcmp(&x->records[k], &y->records[k], sizeof x->records[k]) == 0;
             k++)
            app->difference++;
        app->difference_known = true;
        return;
    }
    if (recording_status(one)->ended && recording_status(other)->ended) {
        app->difference_known = true;
        app->difference = MIN_OF(recording_status(one)->records, recording_status(other)->records);
    }
}

static void tell_broken(struct app *app)
{
    for (uint32_t i = 0; i < app->pane_count; i++) {
        const struct recording_status *status = recording_status(app->panes[i].run);

        if (status->broken[0] == 0 || app->panes[i].told_broken)
            continue;
        app->panes[i].told_broken = true;
        app_say(app, true, "the simulator broke here: %s", status->broken);
    }
}

void app_advance(struct app *app)
{
    if (app->pane_count == 0)
        return;
    tell_broken(app);
    if (!app->axis_ready)
        first_picture(app);
    take_search(app);
    take_difference(app);
}

void app_settle(struct app *app, int width, int height)
{
    uint64_t version = 0, before = 1;

    do {
        before = version;
        for (uint32_t i = 0; i < app->pane_count; i++)
            recording_wait(app->panes[i].run);
        app_frame(app, width, height);
        for (uint32_t i = 0; i < app->pane_count; i++)
            recording_wait(app->panes[i].run);
        version = 0;
        app_lock(app);
        for (uint32_t i = 0; i < app->pane_count; i++)
            version += recording_status(app->panes[i].run)->version;
        app_unlock(app);
    } while (version != before);
}
