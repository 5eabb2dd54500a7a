/* view.c - see view.h. */
#include "ui/timeline/view.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/player.h"
#include <string.h>

static struct axis *axis_of_view(struct app *app) { return &app->view.axis; }

void view_reset(struct view *view)
{
    view->ready = view->fit_wanted = view->fitted = false;
    view->follows = true;
    view->journey = RECORD_NONE;
    view->cursor[0] = view->cursor[1] = RECORD_NONE;
    view->count = view->at = 0;
}

/* ---- The stretch ----------------------------------------------------------------------------- */

void view_show(struct app *app, double from, double to)
{
    struct axis *axis = axis_of_view(app);
    double begin, end, least = axis->kind == AXIS_RECORD ? 4 : 20, width = to - from;

    axis_whole(axis->kind, app_run(app), &begin, &end);
    for (uint32_t i = 0; i < app->pane_count; i++) {
        double other_begin, other_end;

        axis_whole(axis->kind, app->panes[i].run, &other_begin, &other_end);
        end = MAX_OF(end, other_end);
    }
    end = MAX_OF(end, player_horizon(app, axis->kind));
    width = width < least ? least : width > (end - begin) * 1.02 ? (end - begin) * 1.02 : width;
    end += width * 0.2; /* Air behind the last record. */
    if (from + width > end)
        from = end - width;
    if (from < begin)
        from = begin;
    axis->from = from;
    axis->to = from + width;
    app->view.fitted = false;
    app->dirty = true;
}

void view_show_all(struct app *app)
{
    double from, to;

    axis_whole(axis_of_view(app)->kind, app_run(app), &from, &to);
    view_show(app, from, to * 1.02);
    app->view.fitted = true;
}

void view_reveal(struct app *app, uint64_t record)
{
    const struct axis *axis = axis_of_view(app);
    double at = axis_of(axis->kind, app_run(app), record), width = axis->to - axis->from;

    if (at < axis->from)
        view_show(app, at - width * 0.15, at + width * 0.85);
    else if (at > axis->to)
        view_show(app, at - width * 0.8, at + width * 0.2);
}

/* ---- Zooming and panning --------------------------------------------------------------------- */

/* At the pointer if the mouse has moved since the last key, else at the playhead. A direction above
 * 0 zooms in. */
void view_zoom(struct app *app, int direction)
{
    const struct axis *axis = axis_of_view(app);
    double factor = direction > 0 ? 1 / 1.5 : 1.5;
    double at =
        app->pointer.leads && app->pointer.x >= axis->x && app->pointer.x < axis->x + axis->w
            ? axis_at(axis, app->pointer.x)
            : axis_of(axis->kind, app_run(app), app_pane(app)->now);

    if (at < axis->from || at > axis->to)
        at = (axis->from + axis->to) / 2;
    view_show(app, at - (at - axis->from) * factor, at + (axis->to - at) * factor);
}

void view_pan(struct app *app, int direction)
{
    const struct axis *axis = axis_of_view(app);
    double by = (axis->to - axis->from) * 0.15 * direction;

    view_show(app, axis->from + by, axis->to + by);
}

static void fit(struct app *app, uint64_t from, uint64_t to)
{
    enum axis_kind kind = axis_of_view(app)->kind;
    double begin = axis_of(kind, app_run(app), from), end = axis_of(kind, app_run(app), to),
           air = (end - begin) * 0.08;

    view_remember(app);
    view_show(app, begin - air, end + air);
}

/* The span of the chosen lane at the playhead, on its innermost level. Where the details are not
 * here yet, the next frame tries again. */
void view_fit_selection(struct app *app, int how)
{
    struct pane *pane = app_pane(app);
    struct whole_span whole;

    (void)how;
    app->view.fit_wanted = false;
    if (app->selected.lane == LANE_NONE) {
        app_say(app, true, "no span is chosen: click one");
        return;
    }
    for (uint32_t level = LANE_LEVELS; level-- > 0;)
        switch (recording_span(pane->run, app->selected.lane, level, pane->now, &whole)) {
        case FOUND_YES:
            fit(app, whole.span.begin, whole.span.end);
            return;
        case FOUND_PENDING:
            app->view.fit_wanted = true;
            return;
        default:
            break;
        }
    app_say(app, true, "this lane has no span here");
}

void view_fit_cursors(struct app *app, int how)
{
    const uint64_t *cursor = app->view.cursor;

    (void)how;
    if (cursor[0] == RECORD_NONE || cursor[1] == RECORD_NONE)
        app_say(app, true, "put cursor A (Ctrl+1) and cursor B (Ctrl+2) first");
    else
        fit(app, MIN_OF(cursor[0], cursor[1]), MAX_OF(cursor[0], cursor[1]));
}

void view_fit_all(struct app *app, int how)
{
    (void)how;
    view_remember(app);
    view_show_all(app);
}

void view_put_cursor(struct app *app, int which) { app->view.cursor[which] = app_pane(app)->now; }

void view_next_axis(struct app *app, int how)
{
    struct axis *axis = axis_of_view(app);
    struct pane *pane = app_pane(app);
    double here = axis_of(axis->kind, pane->run, pane->now);
    bool in_sight = here >= axis->from && here <= axis->to, fitted = app->view.fitted;

    (void)how;
    axis_change(axis, (enum axis_kind)((axis->kind + 1) % AXIS_KINDS), pane->run);
    app->view.chosen_axis = axis->kind;
    view_show(app, axis->from, axis->to);
    if (fitted)
        view_show_all(app);
    else if (in_sight)
        view_reveal(app, pane->now);
    app_say(app, false, "time axis: %s", axis_names[axis->kind]);
}

/* ---- History --------------------------------------------------------------------------------- */

void view_remember(struct app *app)
{
    const struct axis *axis = axis_of_view(app);
    struct view *view = &app->view;
    struct place here = { axis->from, axis->to, axis->kind, app_pane(app)->now };

    if (view->at == HISTORY_MAX) {
        memmove(&view->places[0], &view->places[1], (HISTORY_MAX - 1) * sizeof here);
        view->at--;
    }
    view->places[view->at++] = here;
    view->count = view->at;
}

/* To the place before, or forward again. */
void view_history(struct app *app, int direction)
{
    struct view *view = &app->view;
    const struct place *place;

    if (direction < 0 ? view->at == 0 : view->at + 1 >= view->count) {
        app_say(app, true, "no place %s", direction < 0 ? "before" : "after");
        return;
    }
    if (direction < 0 && view->at == view->count) {
        view_remember(app); /* To come back to. */
        view->at--;
    }
    view->at = (uint32_t)((int)view->at + direction);
    place = &view->places[view->at];
    axis_change(&view->axis, place->kind, app_run(app));
    view_show(app, place->from, place->to);
    app_go(app, place->now);
}
