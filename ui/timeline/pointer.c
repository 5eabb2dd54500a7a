/* pointer.c - what pressing, dragging and the wheel do. */
#include "ui/timeline/commands.h"
#include "ui/timeline/debugger.h"
#include "ui/timeline/dialog.h"
#include "ui/timeline/inspector.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/layout.h"
#include "ui/timeline/records.h"
#include "ui/timeline/tip.h"
#include "ui/timeline/examiner.h"
#include "ui/timeline/player.h"
#include "ui/timeline/quizzer.h"
#include "ui/timeline/tutor.h"
#include <stdlib.h>

enum { FINGER = 8 }; /* Pixels at 100 % that a finger may slip without dragging. */

static double minimap_at(const struct app *app, int x)
{
    double from, to;

    axis_whole(app->view.axis.kind, app_run(app), &from, &to);
    const struct axis whole = { app->view.axis.kind, from, to, app->layout.minimap.x,
                                MAX_OF(app->layout.minimap.w, 1) };

    return axis_at(&whole, x);
}

static void centre_on(struct app *app, double at)
{
    double width = app->view.axis.to - app->view.axis.from;

    view_show(app, at - width / 2, at + width / 2);
}

/* A click on the lanes chooses the lane and puts the playhead there. */
static void press_lanes(struct app *app, uint32_t which, int x, int y, int clicks)
{
    struct pane *pane = &app->panes[which];
    const struct row *row = rows_at(&pane->rows, y - pane->lanes.y + pane->scroll);

    app->active = which;
    if (row == NULL)
        return;
    if (row->kind == ROW_GROUP || (x < pane->lanes.x && row->expandable && clicks == 2) ||
        (row->expandable && x < pane->lanes.x && x < app->layout.headers.x + app_px(app, 22))) {
        struct row copy = *row;

        rows_fold(&pane->rows, &copy, copy.expanded);
        return;
    }
    uint32_t lane = row->lane; /* Choosing may build the rows anew. */

    if (x >= pane->lanes.x) {
        uint64_t mark = tip_mark_at(app, pane, lane, x);

        if (mark == RECORD_NONE)
            mark = tip_edge_at(app, pane, lane, x);
        app_go(app, mark != RECORD_NONE
                        ? mark
                        : axis_record(app->view.axis.kind, pane->run, axis_at(&app->view.axis, x)));
        app_select(app, which, lane, pane->now);
    } else {
        app_select(app, which, lane, RECORD_NONE);
    }
}

static uint32_t pane_at(const struct app *app, int y)
{
    for (uint32_t i = 0; i < app->pane_count; i++)
        if (y >= app->panes[i].lanes.y && y < app->panes[i].lanes.y + app->panes[i].lanes.h)
            return i;
    return UINT32_MAX;
}

static uint64_t record_at(const struct app *app, int x)
{
    return axis_record(app->view.axis.kind, app_run(app), axis_at(&app->view.axis, x));
}

/* A range begins: cursor A here, B where the pointer goes. A cursor that is taken hold of moves. */
static bool press_range(struct app *app, int x, int y)
{
    const struct draw_box *lanes = &app->layout.lanes;

    if (app->dialog != NULL || app->screen != SCREEN_TIMELINE || app->pane_count == 0 ||
        !draw_box_has(*lanes, x, y))
        return false;
    app_lock(app);
    view_touch(app);
    if (recording_status(app_run(app))->records > 0) {
        app->pointer.cursor = 1;
        app->pointer.anchor = record_at(app, x);
        app->pointer.dragging = true;
        app->pointer.what = DRAG_RANGE;
        app->pointer.from_x = x;
        app->pointer.moved = false;
    }
    app_unlock(app);
    return true;
}

/* The cursor whose letter is under the pointer; -1: none. */
static int cursor_at(const struct app *app, int x, int y)
{
    int half = app_px(app, 9);

    if (y < app->panes[0].lanes.y || y > app->panes[0].lanes.y + app_px(app, 15))
        return -1;
    for (int i = 1; i >= 0; i--)
        if (app->view.cursor[i] != RECORD_NONE &&
            abs(axis_px(&app->view.axis,
                        axis_of(app->view.axis.kind, app_run(app), app->view.cursor[i])) -
                x) <= half)
            return i;
    return -1;
}

static void drag_range(struct app *app, int x)
{
    uint64_t here = record_at(app, x);

    if (!app->pointer.moved && abs(x - app->pointer.from_x) <= app_px(app, 4))
        return;
    if (!app->pointer.moved && app->pointer.anchor != RECORD_NONE)
        app->view.cursor[0] = app->pointer.anchor;
    app->pointer.moved = true;
    app->view.cursor[app->pointer.cursor] = here;
}

static void press_timeline(struct app *app, int x, int y, int clicks)
{
    struct draw_box ruler = app->layout.ruler, mini = app->layout.minimap;
    uint32_t which = pane_at(app, y);

    int cursor = cursor_at(app, x, y);

    if (cursor >= 0) {
        app->pointer.cursor = cursor;
        app->pointer.anchor = RECORD_NONE;
        app->pointer.dragging = true;
        app->pointer.what = DRAG_RANGE;
    } else if (draw_box_has(mini, x, y)) {
        centre_on(app, minimap_at(app, x));
        app->pointer.dragging = true;
        app->pointer.what = DRAG_MINIMAP;
    } else if (draw_box_has(ruler, x, y)) {
        app_go(app, axis_record(app->view.axis.kind, app_run(app), axis_at(&app->view.axis, x)));
        app->pointer.dragging = true;
        app->pointer.what = DRAG_PLAYHEAD;
    } else if (which != UINT32_MAX && x < app->layout.lanes.x + app->layout.lanes.w) {
        press_lanes(app, which, x, y, clicks);
        if (x >= app->layout.lanes.x) {
            app->pointer.dragging = true;
            app->pointer.what = DRAG_VIEW;
            app->pointer.cursor = (int)which;
        }
    }
    app->pointer.from_x = x;
    app->pointer.from_y = app->pointer.last_y = y;
    app->pointer.from = app->view.axis.from;
    app->pointer.moved = false;
}

/* ---- A finger, in a small picture ----------------------------------------------------------- */

/* Is it a pane or the inspector, which can be scrolled, rather than the timeline? */
static bool is_sheet(const struct app *app, int x, int y)
{
    const struct app_layout *l = &app->layout;

    return y >= l->status.y + l->status.h || draw_box_has(l->side, x, y);
}

/* What is pressed is done when the finger is lifted, for it may go on to scroll. */
static void press_finger(struct app *app, int x, int y, uint64_t tag)
{
    app->pointer.dragging = true;
    app->pointer.moved = false;
    app->pointer.what = DRAG_FINGER;
    app->pointer.from_x = x;
    app->pointer.from_y = app->pointer.last_y = y;
    app->pointer.tag = tag;
}

static void drag_finger(struct app *app, int y)
{
    int x = app->pointer.from_x, at = app->pointer.from_y, by = app->pointer.last_y - y;

    if (!app->pointer.moved && abs(y - at) <= app_px(app, FINGER))
        return;
    app->pointer.moved = true;
    app->pointer.last_y = y;
    if (!dialog_drag(app, by) && !tutor_wheel(app, x, at, by) && !player_wheel(app, x, at, by) &&
        !examiner_wheel(app, x, at, by) && !quizzer_wheel(app, x, at, by) && app->pane_count > 0)
        inspector_drag(app, x, at, by);
}

/* ---- Pressed, moved, released ---------------------------------------------------------------- */

void app_press(struct app *app, int x, int y, int button, int modifiers, int clicks)
{
    const struct tree_node *node = tree_hit(app->tree, x, y);
    enum tag_kind kind = node == NULL ? TAG_NONE : tag_kind(node->tag);
    struct draw_box lanes = app->layout.headers;

    app->dirty = true;
    app->pointer.x = x;
    app->pointer.y = y;
    app->pointer.tip = false;
    if ((button == BUTTON_RIGHT || (button == BUTTON_LEFT && (modifiers & MOD_SHIFT))) &&
        press_range(app, x, y))
        return;
    if (button != BUTTON_LEFT)
        return;
    if (app->dialog != NULL && node == NULL) {
        dialog_close(app);
        return;
    }
    if (node != NULL && (node->state & TREE_FOCUSABLE))
        tree_focus_key(app->tree, node->key);
    if (layout_is_small(app) && kind == TAG_NONE &&
        (app->dialog != NULL || app->screen != SCREEN_TIMELINE || is_sheet(app, x, y))) {
        press_finger(app, x, y, 0);
        return;
    }
    lanes.w += app->layout.lanes.w;
    if (app->dialog == NULL && app->screen == SCREEN_TIMELINE && app->pane_count > 0 &&
        (kind == TAG_ROW || kind == TAG_LANES || kind == TAG_RULER || kind == TAG_MINIMAP ||
         kind == TAG_NONE)) {
        app_lock(app);
        view_touch(app);
        if (recording_status(app_run(app))->records > 0)
            press_timeline(app, x, y, clicks);
        app_unlock(app);
        return;
    }
    if (kind == TAG_SPLITTER) {
        app->pointer.dragging = true;
        app->pointer.what = DRAG_SPLITTER;
        app->pointer.cursor = (int)tag_number(node->tag);
        return;
    }
    if (kind == TAG_DEBUGGER) {
        debugger_click(app, x);
        return;
    }
    if (kind == TAG_RECORDS_BAR) {
        app_lock(app);
        app->pointer.dragging = true;
        app->pointer.what = DRAG_RECORDS;
        records_drag(app, y);
        app_unlock(app);
        return;
    }
    if (kind == TAG_LANES_BAR) {
        app->pointer.dragging = true;
        app->pointer.what = DRAG_LANES;
        app->pointer.cursor = (int)tag_pane(node->tag);
        app_lanes_drag(app, &app->panes[app->pointer.cursor], y);
        return;
    }
    if (layout_is_small(app) && node != NULL)
        press_finger(app, x, y, node->tag);
    else if (node != NULL && node->tag != 0)
        app_activate(app, node->tag);
}

void app_release(struct app *app, int x, int y, int button)
{
    bool pressed = app->pointer.dragging && app->pointer.what == DRAG_FINGER &&
                   !app->pointer.moved && app->pointer.tag != 0;

    (void)x;
    (void)y;
    (void)button;
    app->pointer.dragging = false;
    app->dirty = true;
    if (pressed)
        app_activate(app, app->pointer.tag);
}

/* The view follows; in a small picture the lanes do, too. */
static void drag_view(struct app *app, int x, int y)
{
    double width = app->view.axis.to - app->view.axis.from;
    double from = app->pointer.from - (x - app->pointer.from_x) * width / app->view.axis.w;
    bool small = layout_is_small(app);

    if (!app->pointer.moved && abs(x - app->pointer.from_x) <= app_px(app, 4) &&
        (!small || abs(y - app->pointer.from_y) <= app_px(app, FINGER)))
        return;
    app->pointer.moved = true;
    view_show(app, from, from + width);
    if (!small || app->pointer.cursor >= (int)app->pane_count)
        return;
    app->panes[app->pointer.cursor].scroll += app->pointer.last_y - y;
    app->pointer.last_y = y;
}

void app_move(struct app *app, int x, int y)
{
    app->pointer.leads = app->pointer.rested = true;
    app->pointer.tip = false;
    app->pointer.x = x;
    app->pointer.y = y;
    app->dirty = true;
    if (app->pointer.dragging && app->pointer.what == DRAG_FINGER)
        drag_finger(app, y);
    if (!app->pointer.dragging || app->pointer.what == DRAG_FINGER || app->pane_count == 0)
        return;
    if (app->pointer.what == DRAG_SPLITTER) {
        layout_drag(app, (enum splitter)app->pointer.cursor, x, y);
        return;
    }
    app_lock(app);
    if (app->pointer.what == DRAG_MINIMAP) {
        centre_on(app, minimap_at(app, x));
    } else if (app->pointer.what == DRAG_RECORDS) {
        records_drag(app, y);
    } else if (app->pointer.what == DRAG_LANES) {
        if (app->pointer.cursor < (int)app->pane_count)
            app_lanes_drag(app, &app->panes[app->pointer.cursor], y);
    } else if (app->pointer.what == DRAG_RANGE) {
        drag_range(app, x);
    } else if (app->pointer.what == DRAG_PLAYHEAD) {
        app_go(app, axis_record(app->view.axis.kind, app_run(app), axis_at(&app->view.axis, x)));
    } else {
        drag_view(app, x, y);
    }
    app_unlock(app);
}

void app_wheel(struct app *app, int x, int y, int dx, int dy, int modifiers)
{
    uint32_t which;

    app->pointer.x = x;
    app->pointer.y = y;
    app->dirty = true;
    app->pointer.leads = true;
    if (dialog_wheel(app, dy) || tutor_wheel(app, x, y, -dy * app_px(app, 60)) ||
        player_wheel(app, x, y, -dy * app_px(app, 60)) ||
        examiner_wheel(app, x, y, -dy * app_px(app, 60)) ||
        quizzer_wheel(app, x, y, -dy * app_px(app, 60)))
        return;
    if (app->pane_count == 0 || inspector_wheel(app, x, y, dy) || records_wheel(app, x, y, dy) ||
        debugger_wheel(app, x, y, dy))
        return;
    if (modifiers & MOD_CTRL) {
        app_do(app, dy > 0 ? COMMAND_ZOOM_IN : COMMAND_ZOOM_OUT);
    } else if ((modifiers & MOD_SHIFT) || dx != 0) {
        app_do(app, (dx != 0 ? dx > 0 : dy < 0) ? COMMAND_PAN_RIGHT : COMMAND_PAN_LEFT);
    } else {
        which = pane_at(app, y);
        view_touch(app);
        app->panes[which == UINT32_MAX ? app->active : which].scroll -= dy * app_px(app, 60);
    }
}
