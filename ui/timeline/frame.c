/* frame.c - one frame: the layout, the bars around the lanes, and who paints what. */
#include "ui/timeline/commands.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/paint.h"
#include "ui/timeline/records.h"
#include "ui/timeline/story.h"
#include "ui/timeline/tip.h"
#include "ui/timeline/wrap.h"
#include <inttypes.h>
#include <string.h>

/* ---- Layout ---------------------------------------------------------------------------------- */

static void lay_out(struct app *app)
{
    struct app_layout *l = &app->layout;
    int bar = app_px(app, 38), mini = app_px(app, 40), ruler = app_px(app, 36),
        status = app_px(app, 26);
    int head = MIN_OF(app_px(app, 250), app->width / 4);
    int side = app->looks.side_open && app->screen == SCREEN_TIMELINE
                   ? MIN_OF(app_px(app, 380), app->width * 2 / 5)
                   : 0;
    int strip = story_strip_height(app);
    int top = bar + mini + strip + ruler, right = app->width - side;
    int records = records_height(app, app->height - top - status);
    int bottom = app->height - status - records;

    l->toolbar = (struct draw_box){ 0, 0, app->width, bar };
    l->minimap = (struct draw_box){ head, bar, right - head, mini };
    l->strip = (struct draw_box){ 0, bar + mini, right, strip };
    l->ruler = (struct draw_box){ head, bar + mini + strip, right - head, ruler };
    l->headers = (struct draw_box){ 0, top, head, bottom - top };
    l->lanes = (struct draw_box){ head, top, right - head, bottom - top };
    l->records = (struct draw_box){ 0, bottom, right, records };
    l->side = (struct draw_box){ right, bar, side, app->height - bar - status };
    l->status = (struct draw_box){ 0, app->height - status, app->width, status };
    app->view.axis.x = l->lanes.x;
    app->view.axis.w = MAX_OF(l->lanes.w, 1);
}

/* ---- Toolbar --------------------------------------------------------------------------------- */

static int button(struct app *app, int x, enum command command, const char *text, bool on)
{
    const struct theme *t = app->theme;
    const struct draw_box *bar = &app->layout.toolbar;
    int w = draw_text_width(app->fonts, DRAW_BODY, text) + app_px(app, 18), h = app_px(app, 26);
    struct draw_box box = { x, bar->y + (bar->h - h) / 2, w, h };
    bool over = draw_box_has(box, app->pointer.x, app->pointer.y);
    char keys[64];

    if (x + w > bar->w - app_px(app, 6)) /* The command stays in the palette. */
        return x;
    draw_rect(app->list, box.x, box.y, box.w, box.h,
              on     ? t->accent
              : over ? t->pressed
                     : t->raised);
    draw_outline(app->list, box.x, box.y, box.w, box.h, 1, t->border);
    draw_label(app->list, app->fonts, box.x, box.y, box.w, box.h, DRAW_BODY, DRAW_CENTER,
               on ? t->accent_ink : t->ink, text);
    tree_leaf(app->tree, tree_key(KEY_BUTTON, NULL, command), on ? TREE_TOGGLE : TREE_BUTTON, text,
              box, TREE_FOCUSABLE | (on ? TREE_CHECKED : 0));
    snprintf(keys, sizeof keys, "%s", command_keys(command));
    keys[strcspn(keys, " ")] = 0;
    tree_note(app->tree, "%s%s%s", command_text(command), keys[0] != 0 ? ", key " : "", keys);
    tree_tag(app->tree, tag_make(TAG_COMMAND, 0, command));
    return x + w + app_px(app, 6);
}

static void where(struct app *app, int from)
{
    const struct pane *pane = app_pane(app);
    const struct recording_status *status = recording_status(pane->run);
    const struct draw_box *bar = &app->layout.toolbar;
    char time[48], number[40], all[40], text[160];
    int right = bar->w - app_px(app, 10);

    text_time(recording_time(pane->run, pane->now), time, sizeof time);
    text_count(pane->now, number, sizeof number);
    text_count(status->records, all, sizeof all);
    snprintf(text, sizeof text, "%s   #%s of %s%s", time, number, all,
             !status->ended           ? ", computing"
             : status->broken[0] != 0 ? ", broken off"
                                      : "");
    if (right - draw_text_width(app->fonts, DRAW_MONO, text) < from)
        snprintf(text, sizeof text, "%s", time);
    if (right - draw_text_width(app->fonts, DRAW_MONO, text) >= from)
        draw_text(app->list, right, draw_text_top(app->fonts, DRAW_MONO, bar->y, bar->h), 0,
                  DRAW_MONO, DRAW_RIGHT, app->theme->ink, text);
    tree_leaf(app->tree, tree_key(KEY_STATUS, "now", 0), TREE_STATUS, "Now",
              (struct draw_box){ from, bar->y, right - from, bar->h }, TREE_LIVE);
    tree_value(app->tree, "%s", text);
}

void paint_toolbar(struct app *app)
{
    const struct draw_box *bar = &app->layout.toolbar;
    int x = app_px(app, 8);
    char text[64];

    draw_rect(app->list, bar->x, bar->y, bar->w, bar->h, app->theme->raised);
    draw_line(app->list, 0, bar->h - 1, bar->w, bar->h - 1, 1, app->theme->border);
    tree_push(app->tree, KEY_TOOLBAR, TREE_TOOLBAR, "Tools", *bar, TREE_REGION);
    x = button(app, x, COMMAND_VIEW_TIMELINE, "Timeline", app->screen == SCREEN_TIMELINE);
    x = button(app, x, COMMAND_VIEW_STOP, "What happened", app->screen == SCREEN_STOP);
    x = button(app, x, COMMAND_VIEW_CURVE, "Load curve", app->screen == SCREEN_CURVE);
    x = button(app, x, COMMAND_PALETTE, "Commands", false);
    x += app_px(app, 10);
    if (app->pane_count > 0 && app->screen == SCREEN_TIMELINE) {
        x = button(app, x, COMMAND_PLAY, app->play.on ? "Pause" : "Play", app->play.on);
        snprintf(text, sizeof text, "%s", play_speeds[app->play.speed].text);
        x = button(app, x, COMMAND_FASTER, text, false);
        x = button(app, x, COMMAND_AXIS, axis_names[app->view.axis.kind], false);
        x = button(app, x, COMMAND_BRANCH, "Branch", false);
        x = button(app, x, COMMAND_TWIN, "Twin", app->pane_count > 1);
    }
    if (app->pane_count > 0)
        where(app, x);
    tree_pop(app->tree);
}

/* ---- Minimap --------------------------------------------------------------------------------- */

/* For each column of the whole run, how busy the processors were: made anew when the run, the axis
 * or the width has changed. */
static void look_over(struct app *app, struct overview *o, const struct axis *whole)
{
    const struct recording *run = app_run(app);
    const struct lanes *lanes = recording_lanes(run);
    uint32_t cpus[CPUS_MAX], cpu_count = 0;

    memset(o->busy, 0, sizeof o->busy);
    o->most = 1;
    for (uint32_t i = 0; i < CPUS_MAX; i++) {
        uint32_t lane = lanes_find(lanes, LANE_CPU, i);

        if (lane != LANE_NONE)
            cpus[cpu_count++] = lane;
    }
    for (uint32_t s = 0; s < recording_segment_count(run); s++) {
        const struct segment *g = recording_segment(run, s);

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
        look_over(app, o, &whole);
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

    draw_rect(app->list, 0, box.y, box.x + box.w, box.h, app->theme->panel);
    draw_text(app->list, app_px(app, 10), draw_text_top(app->fonts, DRAW_SMALL, box.y, box.h),
              box.x - app_px(app, 14), DRAW_SMALL, DRAW_LEFT, app->theme->dim,
              "whole run, processors busy");
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

void paint_status(struct app *app)
{
    const struct draw_box *box = &app->layout.status;
    const struct theme *t = app->theme;
    char cursors[120] = "", text[300] = "";

    draw_rect(app->list, box->x, box->y, box->w, box->h, t->raised);
    draw_line(app->list, 0, box->y, box->w, box->y, 1, t->border);
    if (app->pane_count > 0) {
        const struct record *r = recording_record(app_pane(app)->run, app_pane(app)->now);

        if (r != NULL)
            text_record(app_pane(app), r, text, sizeof text);
        cursors_text(app, cursors, sizeof cursors);
        draw_text(app->list, box->w - app_px(app, 10),
                  draw_text_top(app->fonts, DRAW_SMALL, box->y, box->h), 0, DRAW_SMALL, DRAW_RIGHT,
                  t->ink, cursors[0] != 0 ? cursors : "? keys   Ctrl+Shift+P commands");
    }
    if (app->toast.text[0] != 0)
        snprintf(text, sizeof text, "%s", app->toast.text);
    draw_text(app->list, app_px(app, 10), draw_text_top(app->fonts, DRAW_SMALL, box->y, box->h),
              box->w - app_px(app, 320), DRAW_SMALL, DRAW_LEFT, app->toast.bad ? t->bad : t->ink,
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
    struct draw_box box = { 0, app->layout.toolbar.h, app->layout.lanes.x + app->layout.lanes.w,
                            app->height - app->layout.toolbar.h - app->layout.status.h };
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

void app_frame(struct app *app, int width, int height)
{
    char title[sizeof app->panes[0].scenario->title + 16];

    app->dirty = false; /* Painters that need another frame set it again. */
    app->width = width;
    app->height = height;
    lay_out(app);
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
    paint_toolbar(app);
    if (app->screen == SCREEN_CURVE)
        paint_curve(app);
    else if (app->pane_count == 0)
        paint_nothing(app);
    else if (app->screen == SCREEN_STOP)
        paint_stop(app);
    else if (!app->view.ready)
        paint_waiting(app);
    else
        paint_timeline(app);
    if (app->view.ready)
        paint_records(app);
    if (app->looks.side_open && app->screen == SCREEN_TIMELINE && app->pane_count > 0)
        paint_side(app);
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
