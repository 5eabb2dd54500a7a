/* tip.c - see tip.h.
 *
 * On the lanes the tip tells the mark, the bar or the value under the pointer; anywhere else the
 * name and the note of the node there, which is what a person without a screen is told.
 */
#include "ui/timeline/tip.h"
#include "model/words/records.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/paint.h"
#include "ui/timeline/tell.h"
#include "ui/timeline/wrap.h"
#include <stdlib.h>
#include <string.h>

enum { LINES = 4, WIDEST = 420, SNAP = 4 /* Pixels at 100 %. */ };

struct tip {
    char line[LINES][300];
    int count;
};

int tip_due(const struct app *app, uint64_t host_ms)
{
    const struct pointer *p = &app->pointer;

    if (p->tip || p->dragging || p->x < 0 || !p->leads)
        return -1;
    return p->rested || host_ms - p->moved_ms >= TIP_MS ? 0
                                                        : (int)(TIP_MS - (host_ms - p->moved_ms));
}

bool tip_tick(struct app *app, uint64_t host_ms)
{
    struct pointer *p = &app->pointer;

    if (p->rested) { /* The pointer has just moved: the waiting begins. */
        p->rested = false;
        p->moved_ms = host_ms;
    }
    if (tip_due(app, host_ms) != 0)
        return false;
    p->tip = true;
    app->dirty = true;
    return true;
}

static void say(struct tip *tip, const char *text)
{
    if (tip->count < LINES && text[0] != 0)
        snprintf(tip->line[tip->count++], sizeof tip->line[0], "%s", text);
}

/* ---- On the lanes ---------------------------------------------------------------------------- */

uint64_t tip_mark_at(struct app *app, struct pane *pane, uint32_t lane, int x)
{
    const struct axis *axis = &app->view.axis;
    uint64_t number = axis_record(axis->kind, pane->run, axis_at(axis, x));
    uint32_t index = recording_segment_of(pane->run, number);
    const struct detail *d = index == SEGMENT_NONE ? NULL : recording_detail_now(pane->run, index);

    if (d == NULL || lane >= d->lane_count)
        return RECORD_NONE;
    const struct segment *g = recording_segment(pane->run, index);
    uint64_t best = RECORD_NONE;
    int last = -1000;

    /* As they are drawn (paint_marks.c): the first of those that share pixels, and the stop's
     * beside its line. */
    for (uint32_t i = d->mark_from[lane]; i < d->mark_from[lane + 1]; i++) {
        uint16_t kind = d->records[d->marks[i]].kind;
        double where = axis_in(axis->kind, g, d, d->marks[i]);
        int at = axis_px(axis, where) + (kind == REC_STOP ? app_px(app, 6) + 1 : 0);

        if (where < axis->from || !paint_has_glyph(kind) ||
            (kind != REC_STOP && at - last < app_px(app, 3)))
            continue;
        last = kind == REC_STOP ? last : at;
        if (x >= at && x < at + app_px(app, 14))
            best = g->first + d->marks[i];
    }
    return best;
}

uint64_t tip_edge_at(struct app *app, struct pane *pane, uint32_t lane, int x)
{
    const struct axis *axis = &app->view.axis;
    uint64_t number = axis_record(axis->kind, pane->run, axis_at(axis, x)), best = RECORD_NONE;
    uint32_t index = recording_segment_of(pane->run, number);
    const struct detail *d = index == SEGMENT_NONE ? NULL : recording_detail_now(pane->run, index);
    int nearest = app_px(app, SNAP) + 1;

    if (d == NULL || lane >= d->lane_count)
        return RECORD_NONE;
    const struct segment *g = recording_segment(pane->run, index);

    for (uint32_t i = d->span_from[lane * LANE_LEVELS]; i < d->span_from[(lane + 1) * LANE_LEVELS];
         i++) {
        const struct cut_span *span = &d->spans[i];
        const uint32_t edges[] = { span->begin, span->end };
        const bool cut[] = { span->before, span->after };

        for (int k = 0; k < 2; k++) {
            int away;

            if (cut[k] || edges[k] >= d->count)
                continue;
            away = abs(axis_px(axis, axis_in(axis->kind, g, d, edges[k])) - x);
            if (away < nearest) {
                nearest = away;
                best = g->first + edges[k];
            }
        }
    }
    return best;
}

static void tell_record(struct pane *pane, uint64_t number, struct tip *tip)
{
    const struct record *r = recording_record(pane->run, number);
    char text[300], time[48], count[40];

    if (r == NULL)
        return;
    say(tip, paint_glyph_text(paint_mark_kind(pane->run, r)));
    text_record(pane, r, text, sizeof text);
    say(tip, text);
    text_time(r->at, time, sizeof time);
    text_count(number, count, sizeof count);
    snprintf(text, sizeof text, "at %s, #%s", time, count);
    say(tip, text);
}

/* What the busiest thread of a process' row does there. */
static enum recording_found tell_process(struct pane *pane, uint32_t process, uint64_t number,
                                         struct told *told)
{
    const struct lanes *lanes = recording_lanes(pane->run);
    enum recording_found best = FOUND_NO;

    for (uint32_t i = 0; i < lanes_count(lanes); i++) {
        struct whole_span whole;

        if (lanes_get(lanes, i)->kind != LANE_THREAD || lanes_get(lanes, i)->parent != process ||
            recording_span(pane->run, i, LEVEL_STATE, number, &whole) != FOUND_YES ||
            whole.span.state != SPAN_RUNNING)
            continue;
        return tell_lane(pane, i, number, told);
    }
    best = tell_span(pane, process, LEVEL_BAND_1, number, told);
    return best != FOUND_NO ? best : tell_span(pane, process, LEVEL_STATE, number, told);
}

static void tell_row(struct app *app, struct pane *pane, const struct row *row, int x,
                     struct tip *tip)
{
    uint64_t mark = tip_mark_at(app, pane, row->lane, x);
    uint64_t number = axis_record(app->view.axis.kind, pane->run, axis_at(&app->view.axis, x));
    struct told told;
    enum recording_found found;
    char now[200], text[300], time[48];

    if (mark != RECORD_NONE && row->kind != ROW_HANDLES) {
        tell_record(pane, mark, tip);
        return;
    }
    found = row->kind == ROW_PROCESS   ? tell_process(pane, row->lane, number, &told)
            : row->kind == ROW_HANDLES ? FOUND_NO
                                       : tell_lane(pane, row->lane, number, &told);
    if (found == FOUND_YES) {
        say(tip, told.what);
        say(tip, told.when);
        say(tip, told.where);
        return;
    }
    row_name(pane->run, row->lane, text, sizeof text);
    say(tip, text);
    paint_lane_at(pane, row->lane, number, now, sizeof now);
    text_time(recording_time(pane->run, number), time, sizeof time);
    snprintf(text, sizeof text, "%s at %s", found == FOUND_PENDING ? "being computed" : now, time);
    say(tip, text);
}

static bool on_lanes(struct app *app, struct tip *tip)
{
    for (uint32_t i = 0; i < app->pane_count; i++) {
        struct pane *pane = &app->panes[i];
        const struct row *row;

        if (!draw_box_has(pane->lanes, app->pointer.x, app->pointer.y))
            continue;
        row = rows_at(&pane->rows, app->pointer.y - pane->lanes.y + pane->scroll);
        if (row != NULL && row->lane != LANE_NONE)
            tell_row(app, pane, row, app->pointer.x, tip);
        return true;
    }
    return false;
}

/* ---- Anywhere -------------------------------------------------------------------------------- */

static void tell_node(struct app *app, struct tip *tip)
{
    const struct tree_node *node = tree_hit(app->tree, app->pointer.x, app->pointer.y);

    if (node == NULL || node->role == TREE_WINDOW || node->role == TREE_GROUP ||
        node->role == TREE_TOOLBAR || node->role == TREE_LIST || node->role == TREE_TEXT ||
        node->role == TREE_STATUS)
        return;
    say(tip, tree_name(app->tree, node));
    say(tip, tree_value_of(app->tree, node));
    say(tip, tree_description(app->tree, node));
}

static void draw_tip(struct app *app, const struct tip *tip)
{
    int pad = app_px(app, 8), w = 0, h = 0, x, y;
    struct draw_box box;

    for (int i = 0; i < tip->count; i++)
        w = MAX_OF(w, draw_text_width(app->fonts, DRAW_SMALL, tip->line[i]));
    w = MIN_OF(w, app_px(app, WIDEST));
    for (int i = 0; i < tip->count; i++)
        h += wrap_lines(app->fonts, DRAW_SMALL, tip->line[i], w) *
             draw_line_height(app->fonts, DRAW_SMALL);
    x = app->pointer.x + app_px(app, 14);
    y = app->pointer.y + app_px(app, 18);
    if (x + w + 2 * pad > app->width)
        x = MAX_OF(app->pointer.x - w - 2 * pad - app_px(app, 6), 0);
    if (y + h + 2 * pad > app->height)
        y = MAX_OF(app->pointer.y - h - 2 * pad - app_px(app, 6), 0);
    box = (struct draw_box){ x, y, w + 2 * pad, h + 2 * pad };
    draw_rect(app->list, box.x + 3, box.y + 3, box.w, box.h, app->theme->shadow);
    draw_rect(app->list, box.x, box.y, box.w, box.h, app->theme->raised);
    draw_outline(app->list, box.x, box.y, box.w, box.h, 1, app->theme->accent);
    tree_push(app->tree, KEY_TIP, TREE_TIP, "Tip", box, 0);
    y = box.y + pad;
    for (int i = 0; i < tip->count; i++) {
        y += wrap_draw(app->list, app->fonts, box.x + pad, y, w, DRAW_SMALL,
                       i == 0 ? app->theme->ink : app->theme->dim, tip->line[i]);
        tree_leaf(app->tree, tree_key(KEY_TIP, NULL, (uint64_t)i), TREE_TEXT, tip->line[i], box, 0);
    }
    tree_pop(app->tree);
}

/* The tree of this frame is still being built: nodes are those of the frame before. */
void paint_tip(struct app *app)
{
    struct tip tip = { .count = 0 };

    if (!app->pointer.tip || app->pointer.dragging || app->pointer.x < 0 || app->dialog != NULL)
        return;
    if (app->screen != SCREEN_TIMELINE || !app->view.ready || !on_lanes(app, &tip))
        tell_node(app, &tip);
    if (tip.count > 0)
        draw_tip(app, &tip);
}
