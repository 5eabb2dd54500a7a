/* first.c - what is shown before a person has touched anything, and the three lines of first steps.
 *
 * While the run is computed the picture shows all of it and grows with it. Once the run has ended
 * the picture goes where its story ends. Any command, click or wheel ends the following.
 */
#include "ui/timeline/commands.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/layout.h"
#include "ui/timeline/wrap.h"
#include <string.h>

static const sim_time paused_before = SEC(3), shown_before = SEC(8), instants = MS(60);

void view_touch(struct app *app) { app->view.follows = false; }

static bool stopped(const struct app *app)
{
    const struct recording_end *end = recording_end(app_run(app));

    return end != NULL && end->result.stop.stopped;
}

static sim_time before(sim_time at, sim_time by) { return at > by ? at - by : 0; }

/* Chooses the thread that was stopped. */
static void choose_thread(struct app *app)
{
    const struct stop *stop = &recording_end(app_run(app))->result.stop;
    uint32_t thread =
        lanes_thread_by_id(recording_lanes(app_run(app)),
                           recording_end(app_run(app))->result.stop.thread, stop->record);

    app_select(app, app->active, thread, RECORD_NONE);
}

static void show_before(struct app *app, uint64_t record, sim_time by, double air)
{
    struct pane *pane = app_pane(app);
    enum axis_kind kind = app->view.axis.kind;
    double from = axis_of_time(kind, pane->run, before(recording_time(pane->run, record), by));
    double to = axis_of(kind, pane->run, record);

    view_show(app, from, to + (to - from) * air);
}

/* Where the run's story ends: the stop; the first exception; the last record. */
static uint64_t last_instant(const struct app *app)
{
    const struct recording_end *end = recording_end(app_run(app));

    if (stopped(app))
        return end->result.stop.record;
    if (end != NULL && end->result.crashed)
        return recording_number(app_run(app), end->result.crash_at);
    return recording_status(app_run(app))->records - 1;
}

void view_last_instants(struct app *app, int how)
{
    struct pane *pane = app_pane(app);
    uint64_t record = last_instant(app);

    (void)how;
    view_remember(app);
    axis_change(&app->view.axis, AXIS_GAP, pane->run);
    app_go(app, record);
    show_before(app, record, instants, 0.09);
    if (stopped(app))
        choose_thread(app);
}

/* The run has ended, and nobody has touched it. */
static void settle_down(struct app *app)
{
    struct pane *pane = app_pane(app);
    const struct recording_end *end = recording_end(pane->run);
    uint64_t records = recording_status(pane->run)->records;

    view_show_all(app);
    if (end == NULL) { /* The simulator broke, or the run is cut: what is looked for is there. */
        app_go(app, records - 1);
        return;
    }
    if (!end->result.stop.stopped) {
        app_go(app, records / 2);
        return;
    }
    if (app->looks.hint) {
        view_last_instants(app, 0);
        app->view.at = app->view.count = 0; /* There is no place to come back to yet. */
        return;
    }
    app_go(app, recording_number(pane->run, before(end->result.stop.at, paused_before)));
    show_before(app, end->result.stop.record, shown_before, 0.08);
    choose_thread(app);
}

void view_follow(struct app *app)
{
    const struct recording_status *status = recording_status(app_run(app));

    if (!app->view.follows || status->records == 0)
        return;
    app->view.ready = true;
    if (status->ended) {
        app->view.follows = false;
        settle_down(app);
    } else {
        view_show_all(app);
    }
}

/* ---- First steps ----------------------------------------------------------------------------- */

enum { HINT_LINES = 3 };

/* Three lines for somebody who has never seen this, true for the run as it stands. */
static void hint_lines(struct app *app, const char *lines[HINT_LINES])
{
    const struct recording_status *status = recording_status(app_run(app));

    lines[1] = "W and S zoom, A and D move; point at anything to be told what it is, click to ask "
               "more.";
    if (!status->ended) {
        lines[0] = "The run is still being computed; the picture grows with it until you touch it.";
        lines[2] = "? lists all keys and what the mouse does. Esc closes this.";
    } else if (status->broken[0] != 0) {
        lines[0] = "This run broke off. What was computed before can be looked at.";
        lines[2] = "2 says what broke; ? lists all keys and what the mouse does. Esc closes this.";
    } else if (stopped(app)) {
        lines[0] = "These are the last instants before the stop. Space runs the last three "
                   "seconds; Left and Right step by a record.";
        lines[2] = "2 tells what happened, link by link; ? lists all keys and what the mouse does. "
                   "Esc closes this.";
    } else {
        lines[0] = "No stop ended this run. Space runs it from here; Left and Right step by a "
                   "record.";
        lines[2] = "2 tells what happened; ? lists all keys and what the mouse does. Esc closes "
                   "this.";
    }
}

void paint_hint(struct app *app)
{
    const char *lines[HINT_LINES];
    int w = 0, h = 0, y, pad = app_px(app, 14);
    struct draw_box box, room = app->layout.lanes;

    if (layout_is_upright(app)) { /* The names, too, give it room. */
        room.w += room.x;
        room.x = 0;
    }
    hint_lines(app, lines);
    for (size_t i = 0; i < ARRAY_LEN(lines); i++)
        w = MAX_OF(w, draw_text_width(app->fonts, DRAW_BODY, lines[i]));
    w = MIN_OF(w, room.w - 4 * pad);
    for (size_t i = 0; i < ARRAY_LEN(lines); i++)
        h += wrap_lines(app->fonts, DRAW_BODY, lines[i], w) *
             draw_line_height(app->fonts, DRAW_BODY);
    box =
        (struct draw_box){ room.x + pad, room.y + room.h - h - 3 * pad, w + 2 * pad, h + 2 * pad };
    y = box.y + pad;
    draw_rect(app->list, box.x + 3, box.y + 3, box.w, box.h, app->theme->shadow);
    draw_rect(app->list, box.x, box.y, box.w, box.h, app->theme->raised);
    draw_outline(app->list, box.x, box.y, box.w, box.h, 1, app->theme->accent);
    tree_push(app->tree, KEY_HINT, TREE_TIP, "First steps", box, 0);
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        y += wrap_draw(app->list, app->fonts, box.x + pad, y, w, DRAW_BODY, app->theme->ink,
                       lines[i]);
        tree_leaf(app->tree, tree_key(KEY_HINT, NULL, i), TREE_TEXT, lines[i], box, 0);
        tree_tag(app->tree, tag_make(TAG_COMMAND, 0, COMMAND_CLOSE)); /* Pressed, it closes. */
    }
    tree_pop(app->tree);
}
