/* frame.c - one frame: the minimap, the status line, and who paints what. */
#include "model/words/names.h"
#include "ui/timeline/debugger.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/layout.h"
#include "ui/timeline/paint.h"
#include "ui/timeline/tip.h"
#include "ui/timeline/examiner.h"
#include "ui/timeline/player.h"
#include "ui/timeline/quizzer.h"
#include "ui/timeline/tutor.h"
#include "ui/timeline/wrap.h"
#include <inttypes.h>
#include <string.h>

/* ---- Minimap --------------------------------------------------------------------------------- */

/* Buckets are too coarse for a segment that has fewer than a bucket for so many columns. */
enum { COLUMNS_A_BUCKET = 4 };

/* Adds to each column the part of 255 for which a processor was busy there. */
static void add_busy(struct overview *o, const struct axis *whole, double from, double to)
{
    double x0 = axis_x(whole, from), x1 = axis_x(whole, to);

    for (int x = MAX_OF((int)x0, 0); x < x1 && x < whole->w; x++) {
        double part = MIN_OF(x1, x + 1.0) - MAX_OF(x0, (double)x);

        o->busy[x] += (uint32_t)(part * 255 + 0.5);
        o->most = MAX_OF(o->most, o->busy[x]);
    }
}

/* The same by the spans of a segment. False: its detail is not here (asked for). */
static bool look_closely(struct app *app, uint32_t segment, const uint32_t *cpus,
                         uint32_t cpu_count, struct overview *o, const struct axis *whole)
{
    const struct segment *g = recording_segment(app_run(app), segment);
    const struct detail *d = recording_detail(app_pane(app)->run, segment);

    for (uint32_t i = 0; d != NULL && i < cpu_count; i++) {
        uint32_t at = cpus[i] * LANE_LEVELS + LEVEL_STATE;

        for (uint32_t k = cpus[i] < d->lane_count ? d->span_from[at] : 0;
             cpus[i] < d->lane_count && k < d->span_from[at + 1]; k++)
            if (d->spans[k].state == SPAN_RUNNING)
                add_busy(o, whole, axis_span_from(whole->kind, g, d, &d->spans[k]),
                         axis_in(whole->kind, g, d, d->spans[k].end));
    }
    return d != NULL;
}

/* For each column of the whole run, how busy the processors were: made anew when the run, the axis
 * or the width has changed. False: some detail is not here. */
static bool look_over(struct app *app, struct overview *o, const struct axis *whole)
{
    const struct recording *run = app_run(app);
    const struct lanes *lanes = recording_lanes(run);
    uint32_t cpus[CPUS_MAX], cpu_count = 0;
    bool good = true;

    memset(o->busy, 0, sizeof o->busy);
    o->most = 1;
    for (uint32_t i = 0; i < CPUS_MAX; i++) {
        uint32_t lane = lanes_find(lanes, LANE_CPU, i);

        if (lane != LANE_NONE)
            cpus[cpu_count++] = lane;
    }
    for (uint32_t s = 0; s < recording_segment_count(run); s++) {
        const struct segment *g = recording_segment(run, s);
        int columns = axis_px(whole, axis_of_bucket(whole->kind, g, g->bucket_count)) -
                      axis_px(whole, axis_of_bucket(whole->kind, g, 0));

        if (columns > COLUMNS_A_BUCKET * (int)g->bucket_count) {
            good = look_closely(app, s, cpus, cpu_count, o, whole) && good;
            continue;
        }
        for (uint32_t k = 0; k < g->bucket_count; k++) {
            int x0 = axis_px(whole, axis_of_bucket(whole->kind, g, k));
            int x1 = axis_px(whole, axis_of_bucket(whole->kind, g, k + 1));
            uint32_t sum = 0;

            for (uint32_t i = 0; i < cpu_count; i++)
                if (cpus[i] < g->lane_count && g->cells[cpus[i]] != NULL)
                    sum += g->cells[cpus[i]][k].busy;
            for (int x = x0; x <= x1 && x < whole->w; x++)
                o->busy[x] = MAX_OF(o->busy[x], sum);
            o->most = MAX_OF(o->most, sum);
        }
    }
    return good;
}

static void overview(struct app *app, const struct draw_box *box, double from, double to)
{
    const struct axis whole = { app->view.axis.kind, from, to, 0,
                                MIN_OF(box->w, OVERVIEW_COLUMNS) };
    struct overview *o = &app->overview;
    uint64_t segments = recording_segment_count(app_run(app));

    if (o->run != app_run(app) || o->segments != segments || o->width != whole.w ||
        o->kind != whole.kind) {
        o->run = app_run(app);
        o->segments = segments;
        o->width = whole.w;
        o->kind = whole.kind;
        if (!look_over(app, o, &whole))
            o->run = NULL;
    }
    for (int x = 0; x < whole.w; x++) {
        int h = (int)(o->busy[x] * (uint32_t)(box->h - 4) / o->most);

        draw_rect(app->list, box->x + x, box->y + box->h - 2 - h, 1, h, app->theme->dim);
    }
}

void paint_minimap(struct app *app)
{
    struct draw_box box = app->layout.minimap;
    const struct recording *run = app_run(app);
    double from, to;
    uint32_t count;
    uint64_t dropped;
    const struct highlight *list = recording_highlights(run, &count, &dropped);

    axis_whole(app->view.axis.kind, run, &from, &to);
    const struct axis whole = { app->view.axis.kind, from, to, box.x, box.w };

    draw_rect(app->list, app->layout.left, box.y, box.x + box.w - app->layout.left, box.h,
              app->theme->panel);
    draw_text(app->list, app->layout.left + app_px(app, 10),
              draw_text_top(app->fonts, DRAW_SMALL, box.y, box.h),
              box.x - app->layout.left - app_px(app, 14), DRAW_SMALL, DRAW_LEFT, app->theme->dim,
              layout_is_small(app) ? "whole run" : "whole run, processors busy");
    draw_clip_push(app->list, box.x, box.y, box.w, box.h);
    overview(app, &box, from, to);
    for (uint32_t i = 0; i < count; i++) {
        int x = axis_px(&whole, axis_of(app->view.axis.kind, run, list[i].number));

        if (paint_glyph_rank(&list[i]) == 0) {
            draw_rect(app->list, x - app_px(app, 3), box.y, app_px(app, 3), box.h,
                      app->theme->stop_black);
            draw_hatch(app->list, x - app_px(app, 3), box.y, app_px(app, 3), box.h, app_px(app, 8),
                       app_px(app, 4), app->theme->stop_yellow);
        } else {
            draw_rect(app->list, x, box.y, 1, app_px(app, 8),
                      list[i].surprising ? theme_palette(OKABE_GREEN)
                                         : theme_palette(OKABE_VERMILION));
        }
    }
    int x0 = axis_px(&whole, app->view.axis.from), x1 = axis_px(&whole, app->view.axis.to);

    if (x1 - x0 < app_px(app, 4))
        x1 = x0 + app_px(app, 4);
    draw_rect(app->list, box.x, box.y, x0 - box.x, box.h, app->theme->shade);
    draw_rect(app->list, x1, box.y, box.x + box.w - x1, box.h, app->theme->shade);
    draw_outline(app->list, x0, box.y, x1 - x0, box.h, app_px(app, 2), app->theme->accent);
    draw_rect(app->list, axis_px(&whole, axis_of(whole.kind, run, app_pane(app)->now)), box.y,
              app_px(app, 2), box.h, app->theme->playhead);
    draw_clip_pop(app->list);
    tree_leaf(app->tree, KEY_MINIMAP, TREE_MINIMAP, "Whole run", box, TREE_FOCUSABLE);
    tree_tag(app->tree, tag_make(TAG_MINIMAP, 0, 0));
    tree_value(app->tree, "%u marks, shows %u to %u per mille", count,
               (unsigned)((app->view.axis.from - from) * 1000 / (to - from) + 0.5),
               (unsigned)((app->view.axis.to - from) * 1000 / (to - from) + 0.5));
}

/* ---- Status ---------------------------------------------------------------------------------- */

static void cursors_text(struct app *app, char *out, size_t size)
{
    const struct recording *run = app_run(app);
    uint64_t a = app->view.cursor[0], b = app->view.cursor[1];
    char length[48], count[40];

    out[0] = 0;
    if (a == RECORD_NONE || b == RECORD_NONE)
        return;
    sim_time at_a = recording_time(run, a), at_b = recording_time(run, b);

    text_length(at_a < at_b ? at_b - at_a : at_a - at_b, length, sizeof length);
    text_count(a < b ? b - a : a - b, count, sizeof count);
    snprintf(out, size, "A to B: %s, %s records", length, count);
}

/* What stands at the right, if the text at the left leaves it room. Returns where the left one has
 * to end. */
static int status_right(struct app *app, const char *text, const char *left)
{
    const struct draw_box *box = &app->layout.status;
    int w = draw_text_width(app->fonts, DRAW_SMALL, text) + app_px(app, 10);
    int other = draw_text_width(app->fonts, DRAW_SMALL, left) + app_px(app, 30);

    if (w + MIN_OF(other, box->w / 2) > box->w)
        return box->w;
    draw_text(app->list, box->w - app_px(app, 10),
              draw_text_top(app->fonts, DRAW_SMALL, box->y, box->h), 0, DRAW_SMALL, DRAW_RIGHT,
              app->theme->ink, text);
    return box->w - w;
}

void paint_status(struct app *app)
{
    const struct draw_box *box = &app->layout.status;
    const struct theme *t = app->theme;
    char cursors[120] = "", text[300] = "";
    int right = box->w;

    draw_rect(app->list, box->x, box->y, box->w, box->h, t->raised);
    draw_line(app->list, 0, box->y, box->w, box->y, 1, t->border);
    if (app->pane_count > 0) {
        const struct record *r = recording_record(app_pane(app)->run, app_pane(app)->now);

        if (r != NULL && tutor_keeps_back(app)) /* Values may be what is asked. */
            snprintf(text, sizeof text, "%s", record_kinds[r->kind].name);
        else if (r != NULL)
            text_record(app_pane(app), r, text, sizeof text);
        cursors_text(app, cursors, sizeof cursors);
    }
    if (app->toast.text[0] != 0)
        snprintf(text, sizeof text, "%s", app->toast.text);
    if (app->pane_count > 0 && (cursors[0] != 0 || !layout_is_small(app)))
        right =
            status_right(app, cursors[0] != 0 ? cursors : "? keys   Ctrl+Shift+P commands", text);
    draw_text(app->list, app_px(app, 10), draw_text_top(app->fonts, DRAW_SMALL, box->y, box->h),
              right - app_px(app, 20), DRAW_SMALL, DRAW_LEFT, app->toast.bad ? t->bad : t->ink,
              text);
    tree_leaf(app->tree, KEY_STATUS, TREE_STATUS, "Status", *box, TREE_LIVE);
    tree_value(app->tree, "%s", text);
    if (cursors[0] != 0)
        tree_note(app->tree, "%s", cursors);
}

/* ---- Frame ----------------------------------------------------------------------------------- */

static void paint_focus(struct app *app)
{
    const struct tree_node *node = tree_focus(app->tree);

    if (node == NULL || node->box.w <= 0)
        return;
    draw_outline(app->list, node->box.x, node->box.y, node->box.w, node->box.h, app_px(app, 2),
                 app->theme->focus);
}

void paint_waiting(struct app *app)
{
    const struct recording_status *status = recording_status(app_run(app));
    struct draw_box box = { app->layout.left, app->layout.toolbar.h,
                            app->layout.lanes.x + app->layout.lanes.w - app->layout.left,
                            app->layout.status.y - app->layout.toolbar.h };
    char count[40], text[120];

    text_count(status->records, count, sizeof count);
    snprintf(text, sizeof text, "Running the scenario: %s records, %" PRIu64 " s", count,
             status->now / SEC(1));
    draw_label(app->list, app->fonts, box.x, box.y, box.w, box.h, DRAW_TITLE, DRAW_CENTER,
               app->theme->dim, text);
    tree_leaf(app->tree, KEY_HINT, TREE_PROGRESS, text, box, TREE_BUSY);
}

/* Nothing is open: how to begin. */
static void paint_nothing(struct app *app)
{
    static const char text[] = "No run is open. Drop a scenario here, or press Ctrl+O.";
    struct draw_box box = { 0, app->layout.toolbar.h, app->width,
                            app->height - app->layout.toolbar.h - app->layout.status.h };

    draw_label(app->list, app->fonts, box.x, box.y, box.w, box.h, DRAW_TITLE, DRAW_CENTER,
               app->theme->dim, text);
    tree_leaf(app->tree, KEY_HINT, TREE_TEXT, text, box, 0);
}

/* The screen, and what lies beside it. */
static void paint_picture(struct app *app)
{
    bool timeline = app->screen == SCREEN_TIMELINE;

    if (app->tutor != NULL && !app->tutor->placed) {
        paint_tutor_waiting(app);
        return;
    }
    if (app->screen == SCREEN_CURVE)
        paint_curve(app);
    else if (app->pane_count == 0)
        paint_nothing(app);
    else if (app->screen == SCREEN_STOP)
        paint_stop(app);
    else if (!app->view.ready)
        paint_waiting(app);
    else if (app->screen == SCREEN_BOXES)
        paint_boxes(app);
    else
        paint_timeline(app);
    if (app->view.ready && debugger_is_open(app))
        paint_debugger(app);
    else if (app->view.ready)
        paint_records(app);
    if (layout_side_shown(app) && app->pane_count > 0)
        paint_side(app);
    if (timeline && app->pane_count > 0 && app->view.ready)
        paint_splitters(app);
}

void app_frame(struct app *app, int width, int height)
{
    char title[sizeof app->panes[0].scenario->title + 16];

    tutor_advance(app);
    player_advance(app);
    examiner_advance(app);
    quizzer_advance(app);
    app->dirty = false; /* Painters that need another frame set it again. */
    app->width = width;
    app->height = height;
    layout_make(app);
    app_lock(app);
    for (uint32_t i = 0; i < app->pane_count; i++)
        recording_frame(app->panes[i].run);
    app_advance(app);
    draw_begin(app->list, width, height);
    draw_rect(app->list, 0, 0, width, height, app->theme->background);
    snprintf(title, sizeof title, "exifsim%s%s", app->pane_count > 0 ? ": " : "",
             app->pane_count > 0 ? app->panes[0].scenario->title : "");
    tree_begin(app->tree);
    tree_push(app->tree, KEY_WINDOW, TREE_WINDOW, title, (struct draw_box){ 0, 0, width, height },
              0);
    if (app->layout.toolbar.h > 0)
        paint_toolbar(app);
    paint_picture(app);
    if (app->tutor != NULL)
        paint_tutor(app);
    if (app->player != NULL)
        paint_player(app);
    if (app->examiner != NULL)
        paint_examiner(app);
    if (app->quizzer != NULL)
        paint_quizzer(app);
    if (app->layout.status.h > 0)
        paint_status(app);
    if (app->looks.hint && app->screen == SCREEN_TIMELINE && app->pane_count > 0)
        paint_hint(app);
    if (app->looks.legend && app->screen == SCREEN_TIMELINE && app->pane_count > 0)
        paint_legend(app);
    if (app->dialog != NULL)
        paint_dialog(app);
    paint_tip(app);
    tree_pop(app->tree);
    tree_end(app->tree);
    paint_focus(app);
    app_unlock(app);
}

void app_describe(struct app *app, FILE *out) { tree_describe(app->tree, out, false); }
