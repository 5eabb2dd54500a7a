/* arrows.c - see arrows.h. Only partners among the details that are here have an arrow. */
#include "ui/timeline/arrows.h"
#include "ui/timeline/paint.h"

/* The row on which a record is at home: its thread's, or its process'. */
static const struct row *row_of(const struct pane *pane, const struct record *r, uint64_t number)
{
    const struct lanes *lanes = recording_lanes(pane->run);
    uint32_t thread = r->thread != 0 ? lanes_thread_by_id(lanes, r->thread, number) : LANE_NONE;
    const struct row *row = thread != LANE_NONE ? rows_of_lane(&pane->rows, thread) : NULL;

    if (row == NULL && thread != LANE_NONE)
        row = rows_of_lane(&pane->rows, lanes_get(lanes, thread)->parent);
    if (row == NULL)
        row = rows_of_lane(&pane->rows, lanes_find(lanes, LANE_CPU, r->cpu));
    return row;
}

/* The nearest partner within the details that are here; no new search is begun for a picture. */
static uint64_t nearest(const struct pane *pane, const struct recording_query *query)
{
    uint32_t index = recording_segment_of(pane->run, query->from);

    for (int step = 0; step < 3 && index != SEGMENT_NONE; step++) {
        const struct detail *d = recording_detail_now(pane->run, index);
        const struct segment *g = recording_segment(pane->run, index);

        for (uint32_t i = 0; d != NULL && i < d->count; i++) {
            uint32_t at = query->backwards ? d->count - 1 - i : i;
            uint64_t number = g->first + at;

            if (query->backwards ? number >= query->from : number <= query->from)
                continue;
            if (query->match(&d->records[at], number, (void *)(uintptr_t)query->ctx))
                return number;
        }
        if (query->backwards ? index == 0 : index + 1 >= recording_segment_count(pane->run))
            break;
        index = query->backwards ? index - 1 : index + 1;
    }
    return RECORD_NONE;
}

uint64_t cause_near(struct pane *pane, uint64_t number)
{
    const struct record *r = recording_record(pane->run, number);
    struct recording_query query;
    uint64_t named = r == NULL ? RECORD_NONE : cause_named(r, number);

    if (r == NULL || named != RECORD_NONE)
        return named;
    return cause_query(r, number, &query) ? nearest(pane, &query) : RECORD_NONE;
}

static void draw_between(struct app *app, struct pane *pane, uint64_t from, uint64_t to)
{
    const struct record *one = recording_record(pane->run, from),
                        *other = recording_record(pane->run, to);
    const struct row *a, *b;
    int x0, x1, y0, y1;

    if (one == NULL || other == NULL)
        return;
    a = row_of(pane, one, from);
    b = row_of(pane, other, to);
    if (a == NULL || b == NULL)
        return;
    x0 = axis_px(&app->view.axis, axis_of(app->view.axis.kind, pane->run, from));
    x1 = axis_px(&app->view.axis, axis_of(app->view.axis.kind, pane->run, to));
    y0 = pane->lanes.y + a->y - pane->scroll + a->h / 2;
    y1 = pane->lanes.y + b->y - pane->scroll + b->h / 2;
    if (x1 - x0 < app_px(app, 8) && a == b)
        return;
    draw_arrow(app->list, x0, y0, x1, y1, app_px(app, 2), app_px(app, 9), app->theme->arrow);
}

/* Both partners of the record under the playhead; searched once for each place. */
static void find_partners(struct pane *pane, const struct record *r)
{
    struct recording_query query;
    uint64_t version = recording_status(pane->run)->version;

    if (pane->partners_of == pane->now && pane->partners_version == version)
        return;
    pane->partners_of = pane->now;
    pane->partners_version = version;
    pane->cause = cause_near(pane, pane->now);
    pane->effect = effect_query(r, pane->now, &query) ? nearest(pane, &query) : RECORD_NONE;
}

void paint_arrows(struct app *app, struct pane *pane)
{
    const struct record *r = recording_record(pane->run, pane->now);

    if (r == NULL)
        return;
    find_partners(pane, r);
    if (pane->cause != RECORD_NONE)
        draw_between(app, pane, pane->cause, pane->now);
    if (pane->effect != RECORD_NONE)
        draw_between(app, pane, pane->now, pane->effect);
}
