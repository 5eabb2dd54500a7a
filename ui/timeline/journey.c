/* journey.c - see journey.h. */
#include "ui/timeline/journey.h"
#include "ui/timeline/arrows.h"
#include "ui/timeline/commands.h"

/* A record without anything it belongs to is shown with so much time around it. */
static const sim_time around = US(200);
enum { APART_LEAST = 90 }; /* Pixels between the two ends of an arrow. */

/* Chooses the lane of the thread that wrote the record, or of the processor it was written on. */
static void choose_writer(struct app *app, uint64_t number)
{
    const struct recording *run = app_run(app);
    const struct record *r = recording_record(app_pane(app)->run, number);
    uint32_t lane;

    if (r == NULL)
        return;
    lane = r->thread != 0 ? lanes_thread_by_id(recording_lanes(run), r->thread, number)
                          : lanes_find(recording_lanes(run), LANE_CPU, r->cpu);
    if (lane != LANE_NONE)
        app_select(app, app->active, lane, number);
}

/* A stretch that holds both positions, with air on either side. */
static void show_both(struct app *app, double a, double b)
{
    double from = MIN_OF(a, b), to = MAX_OF(a, b), air = MAX_OF((to - from) * 0.3, 4.0);

    view_show(app, from - air, to + air);
}

void journey_along(struct app *app, uint64_t from, uint64_t to)
{
    const struct axis *axis = &app->view.axis;
    double a = axis_of(axis->kind, app_run(app), from), b = axis_of(axis->kind, app_run(app), to);
    bool in_sight = MIN_OF(a, b) >= axis->from && MAX_OF(a, b) <= axis->to;
    int apart = axis_px(axis, MAX_OF(a, b)) - axis_px(axis, MIN_OF(a, b));

    app_go(app, to);
    choose_writer(app, to);
    if (!in_sight || apart < app_px(app, APART_LEAST))
        show_both(app, a, b);
}

/* The visit in which the record was written, from attach to detach. */
static enum recording_found visit_of(struct app *app, uint64_t number, struct whole_span *visit)
{
    struct recording *run = app_pane(app)->run;
    const struct record *r = recording_record(run, number);
    uint32_t lane;

    if (r == NULL)
        return FOUND_PENDING;
    lane = r->thread != 0 ? lanes_thread_by_id(recording_lanes(run), r->thread, number) : LANE_NONE;
    return lane == LANE_NONE ? FOUND_NO : recording_span(run, lane, LEVEL_BAND_1, number, visit);
}

void journey_to(struct app *app, uint64_t record)
{
    struct pane *pane = app_pane(app);
    enum axis_kind kind = app->view.axis.kind;
    struct whole_span visit;
    enum recording_found found;
    uint64_t cause;

    record = MIN_OF(record, MAX_OF(recording_status(pane->run)->records, 1u) - 1);
    app_go(app, record);
    app->view.journey = RECORD_NONE;
    found = visit_of(app, record, &visit);
    if (found == FOUND_PENDING) {
        app->view.journey = record;
        view_reveal(app, record);
        return;
    }
    choose_writer(app, record);
    cause = cause_near(pane, record);
    if (found == FOUND_YES)
        show_both(app, axis_of(kind, pane->run, visit.span.begin),
                  axis_of(kind, pane->run, visit.span.end));
    else if (cause != RECORD_NONE)
        show_both(app, axis_of(kind, pane->run, cause), axis_of(kind, pane->run, record));
    else {
        sim_time at = recording_time(pane->run, record);

        show_both(app, axis_of_time(kind, pane->run, at > around ? at - around : 0),
                  axis_of_time(kind, pane->run, at + around));
    }
}

void journey_take(struct app *app)
{
    if (app->view.journey != RECORD_NONE)
        journey_to(app, app->view.journey);
}
