/* input.c - keys, pointer and the passing of host time, turned into commands and moves. */
#include "ui/timeline/commands.h"
#include "ui/timeline/dialog.h"
#include "ui/timeline/inspector.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/settings.h"
#include <stdlib.h>
#include <string.h>

const struct app_speed app_speeds[] = {
    { "1/1000 x", 1000 },        { "1/300 x", 3333 },    { "1/100 x", 10000 },
    { "1/10 x", 100000 },        { "1 x", 1000000 },     { "3 x", 3000000 },
    { "10 x", 10000000 },        { "100 x", 100000000 }, { "1000 x", 1000000000 },
    { "as fast as it goes", 0 },
};
_Static_assert(ARRAY_LEN(app_speeds) == APP_SPEEDS, "the number is in commands.h");

/* ---- Keys ------------------------------------------------------------------------------------ */

/* Enter on what has the focus; true: it had a meaning. */
static bool activate_focus(struct app *app)
{
    const struct tree_node *node = tree_focus(app->tree);

    if (node == NULL || node->tag == 0 || node->role == TREE_LANE)
        return false;
    app_activate(app, node->tag);
    return true;
}

bool app_key(struct app *app, const char *key)
{
    enum command command;

    app->dirty = true;
    if (app->dialog != NULL)
        return dialog_key(app, key);
    if (strcmp(key, "Enter") == 0 && activate_focus(app))
        return true;
    command = settings_command(app->settings, key);
    if (command == COMMAND_NONE)
        return false;
    app_do(app, command);
    return true;
}

void app_text(struct app *app, const char *utf8)
{
    if (app->dialog != NULL)
        dialog_text(app, utf8);
    app->dirty = true;
}

/* ---- What a click means ---------------------------------------------------------------------- */

static void go_to_record(struct app *app, uint64_t record)
{
    app_remember(app);
    app_go(app, record);
    app_reveal(app, app_pane(app)->now);
}

static void select_thing(struct app *app, enum lane_kind kind, uint32_t address)
{
    uint32_t lane = lanes_find(recording_lanes(app_run(app)), kind, address);

    if (lane == LANE_NONE)
        app_say(app, true, "%08x has no lane", address);
    else
        app_select(app, app->active, lane, RECORD_NONE);
}

/* The IRP is on a place as long as it lives; which one, the details know. */
static void select_irp(struct app *app, uint32_t address)
{
    const struct lanes *lanes = recording_lanes(app_run(app));
    uint32_t index = recording_segment_of(app_run(app), app_pane(app)->now);
    const struct detail *d =
        index == SEGMENT_NONE ? NULL : recording_detail_now(app_run(app), index);

    for (uint32_t lane = 0; d != NULL && lane < d->lane_count; lane++) {
        if (lanes_get(lanes, lane)->kind != LANE_IRP)
            continue;
        for (uint32_t i = d->span_from[lane * LANE_LEVELS];
             i < d->span_from[lane * LANE_LEVELS + 1]; i++)
            if (d->spans[i].value == address) {
                app_select(app, app->active, lane, RECORD_NONE);
                return;
            }
    }
    app_say(app, true, "IRP %08x is not near", address);
}

static void select_row(struct app *app, uint32_t which, uint32_t index)
{
    struct pane *pane = &app->panes[which];

    if (index >= pane->rows.count)
        return;
    const struct row row = pane->rows.list[index];

    app->active = which;
    if (row.kind == ROW_GROUP)
        rows_fold(&pane->rows, &row, row.expanded);
    else
        app_select(app, which, row.lane, RECORD_NONE);
}

void app_activate(struct app *app, uint64_t tag)
{
    app->dirty = true;
    if (tag_kind(tag) == TAG_COMMAND) {
        app_do(app, (enum command)tag_number(tag));
        return;
    }
    if (tag_kind(tag) == TAG_ITEM) {
        dialog_click(app, (uint32_t)tag_number(tag));
        return;
    }
    if (tag_kind(tag) == TAG_POINT) {
        curve_view_click(app, (uint32_t)tag_number(tag));
        return;
    }
    if (app->pane_count == 0)
        return;
    app_lock(app);
    switch (tag_kind(tag)) {
    case TAG_RECORD:
        app->view = VIEW_TIMELINE;
        go_to_record(app, tag_number(tag));
        break;
    case TAG_THREAD:
        app->view = VIEW_TIMELINE;
        select_thing(app, LANE_THREAD, (uint32_t)tag_number(tag));
        break;
    case TAG_PROCESS:
        app->view = VIEW_TIMELINE;
        select_thing(app, LANE_PROCESS, (uint32_t)tag_number(tag));
        break;
    case TAG_LANE:
        app->view = VIEW_TIMELINE;
        app_select(app, tag_pane(tag), (uint32_t)tag_number(tag), RECORD_NONE);
        break;
    case TAG_IRP:
        select_irp(app, (uint32_t)tag_number(tag));
        break;
    case TAG_FOLD:
        inspector_fold(app, tag_number(tag));
        break;
    case TAG_ARGUMENT:
        stop_follow(app, tag_number(tag));
        break;
    case TAG_ROW:
        select_row(app, tag_pane(tag), (uint32_t)tag_number(tag));
        break;
    default:
        break;
    }
    app_unlock(app);
}

/* ---- Pointer --------------------------------------------------------------------------------- */

static double minimap_at(const struct app *app, int x)
{
    double from, to;

    axis_whole(app->axis.kind, app_run(app), &from, &to);
    const struct axis whole = { app->axis.kind, from, to, app->layout.minimap.x,
                                MAX_OF(app->layout.minimap.w, 1) };

    return axis_at(&whole, x);
}

static void centre_on(struct app *app, double at)
{
    double width = app->axis.to - app->axis.from;

    app_show(app, at - width / 2, at + width / 2);
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
        app_go(app, axis_record(app->axis.kind, pane->run, axis_at(&app->axis, x)));
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

static void press_timeline(struct app *app, int x, int y, int clicks)
{
    struct draw_box ruler = app->layout.ruler, mini = app->layout.minimap;
    uint32_t which = pane_at(app, y);

    if (draw_box_has(mini, x, y)) {
        centre_on(app, minimap_at(app, x));
        app->dragging = true;
        app->drag_what = DRAG_MINIMAP;
    } else if (draw_box_has(ruler, x, y)) {
        app_go(app, axis_record(app->axis.kind, app_run(app), axis_at(&app->axis, x)));
        app->dragging = true;
        app->drag_what = DRAG_PLAYHEAD;
    } else if (which != UINT32_MAX && x < app->layout.lanes.x + app->layout.lanes.w) {
        press_lanes(app, which, x, y, clicks);
        if (x >= app->layout.lanes.x) {
            app->dragging = true;
            app->drag_what = DRAG_VIEW;
        }
    }
    app->drag_x = x;
    app->drag_from = app->axis.from;
    app->drag_moved = false;
}

void app_press(struct app *app, int x, int y, int button, int modifiers, int clicks)
{
    const struct tree_node *node = tree_hit(app->tree, x, y);
    enum tag_kind kind = node == NULL ? TAG_NONE : tag_kind(node->tag);
    struct draw_box lanes = app->layout.headers;

    (void)modifiers;
    app->dirty = true;
    app->pointer_x = x;
    app->pointer_y = y;
    if (button != BUTTON_LEFT)
        return;
    if (app->dialog != NULL && node == NULL) {
        dialog_close(app);
        return;
    }
    if (node != NULL && (node->state & TREE_FOCUSABLE))
        tree_focus_key(app->tree, node->key);
    lanes.w += app->layout.lanes.w;
    if (app->dialog == NULL && app->view == VIEW_TIMELINE && app->pane_count > 0 &&
        (kind == TAG_ROW || kind == TAG_LANES || kind == TAG_RULER || kind == TAG_MINIMAP ||
         kind == TAG_NONE)) {
        app_lock(app);
        if (recording_status(app_run(app))->records > 0)
            press_timeline(app, x, y, clicks);
        app_unlock(app);
        return;
    }
    if (node != NULL && node->tag != 0)
        app_activate(app, node->tag);
}

void app_release(struct app *app, int x, int y, int button)
{
    (void)x;
    (void)y;
    (void)button;
    app->dragging = false;
    app->dirty = true;
}

void app_move(struct app *app, int x, int y)
{
    app->pointer_x = x;
    app->pointer_y = y;
    app->dirty = true;
    if (!app->dragging || app->pane_count == 0)
        return;
    app_lock(app);
    if (app->drag_what == DRAG_MINIMAP) {
        centre_on(app, minimap_at(app, x));
    } else if (app->drag_what == DRAG_PLAYHEAD) {
        app_go(app, axis_record(app->axis.kind, app_run(app), axis_at(&app->axis, x)));
    } else if (app->drag_moved || abs(x - app->drag_x) > app_px(app, 4)) {
        double width = app->axis.to - app->axis.from;
        double from = app->drag_from - (x - app->drag_x) * width / app->axis.w;

        app->drag_moved = true;
        app_show(app, from, from + width);
    }
    app_unlock(app);
}

void app_wheel(struct app *app, int x, int y, int dx, int dy, int modifiers)
{
    uint32_t which;

    app->pointer_x = x;
    app->pointer_y = y;
    app->dirty = true;
    if (dialog_wheel(app, dy))
        return;
    if (app->pane_count == 0 || inspector_wheel(app, x, y, dy))
        return;
    if (modifiers & MOD_CTRL) {
        app_do(app, dy > 0 ? COMMAND_ZOOM_IN : COMMAND_ZOOM_OUT);
    } else if ((modifiers & MOD_SHIFT) || dx != 0) {
        app_do(app, (dx != 0 ? dx > 0 : dy < 0) ? COMMAND_PAN_RIGHT : COMMAND_PAN_LEFT);
    } else {
        which = pane_at(app, y);
        app->panes[which == UINT32_MAX ? app->active : which].scroll -= dy * app_px(app, 60);
    }
}

/* ---- Host time ------------------------------------------------------------------------------- */

bool app_tick(struct app *app, uint64_t host_ms)
{
    struct pane *pane = app_pane(app);
    uint64_t passed = app->played_at_ms == 0 ? 0 : host_ms - app->played_at_ms;

    if (!app->playing || app->pane_count == 0)
        return app->dirty;
    app->played_at_ms = host_ms;
    app_lock(app);
    const struct recording_status *status = recording_status(pane->run);
    uint64_t rate = app_speeds[app->speed].ns_per_ms, before = pane->now;
    sim_time at = app->played_time;

    if (app->played_record != pane->now || at == 0) /* Somebody moved it. */
        at = recording_time(pane->run, pane->now);
    if (rate != 0)
        at += rate * MIN_OF(passed, 100u);
    else /* A twentieth of the view. */
        at = axis_time(app->axis.kind, pane->run,
                       axis_of(app->axis.kind, pane->run, pane->now) +
                           (app->axis.to - app->axis.from) / 20);
    app_go(app, MAX_OF(recording_number(pane->run, at), before));
    app->played_time = at;
    app->played_record = pane->now;
    app_reveal(app, pane->now);
    if (pane->now + 1 >= status->records && status->ended)
        app->playing = false;
    app_unlock(app);
    return true;
}
