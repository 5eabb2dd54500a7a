/* paint_sight.c - which segments are in sight, near or far, and where their records stand. */
#include "ui/timeline/paint.h"
#include "ui/host/grow.h"

/* So many records in sight are drawn exactly; beyond, by their summaries. */
enum { NEAR_RECORDS = 4 * SEGMENT_RECORDS, BUCKETS_A_PIXEL = 16 };

/* ---- What is in sight ------------------------------------------------------------------------ */

static bool in_sight(const struct axis *axis, const struct segment *g)
{
    return axis_of_bucket(axis->kind, g, g->bucket_count) >= axis->from &&
           axis_of_bucket(axis->kind, g, 0) <= axis->to;
}

/* Buckets by bisection; the border ones are in. */
static void cut_buckets(const struct axis *axis, struct stretch *s)
{
    const struct segment *g = s->segment;
    uint32_t low = 0, high = g->bucket_count;

    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;

        if (axis_of_bucket(axis->kind, g, middle) <= axis->from)
            low = middle;
        else
            high = middle;
    }
    s->bucket_from = low;
    high = g->bucket_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (axis_of_bucket(axis->kind, g, middle) <= axis->to)
            low = middle + 1;
        else
            high = middle;
    }
    s->bucket_to = low;
}

static void cut_records(const struct axis *axis, struct stretch *s)
{
    const struct detail *d = s->detail;
    uint32_t low = 0, high = d->count;

    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;

        if (axis_in(axis->kind, s->segment, d, middle) <= axis->from)
            low = middle;
        else
            high = middle;
    }
    s->from = low;
    high = d->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (axis_in(axis->kind, s->segment, d, middle) <= axis->to)
            low = middle + 1;
        else
            high = middle;
    }
    s->to = low > 0 ? low - 1 : 0;
}

/* Where the buckets stand: for all rows of the frame at once. */
static void place_buckets(struct pane *pane, const struct axis *axis, struct stretch *list,
                          uint32_t count)
{
    uint32_t need = 0, at = 0;

    for (uint32_t i = 0; i < count; i++)
        need += list[i].bucket_to - list[i].bucket_from + 1;
    pane->places = grow(pane->places, &pane->place_room, need, sizeof *pane->places);
    for (uint32_t i = 0; i < count; i++) {
        list[i].x = &pane->places[at];
        if (list[i].whole) {
            pane->places[at++] = axis_px(axis, axis_of_bucket(axis->kind, list[i].segment, 0));
            pane->places[at++] = axis_px(
                axis, axis_of_bucket(axis->kind, list[i].segment, list[i].segment->bucket_count));
            continue;
        }
        for (uint32_t k = list[i].bucket_from; k <= list[i].bucket_to; k++)
            pane->places[at++] = axis_px(axis, axis_of_bucket(axis->kind, list[i].segment, k));
    }
}

uint32_t paint_stretches(struct app *app, struct pane *pane, struct stretch *out)
{
    const struct axis *axis = &app->view.axis;
    uint32_t count = 0;
    uint64_t records = 0;

    for (uint32_t i = 0; i < recording_segment_count(pane->run) && count < STRETCHES_MAX; i++) {
        const struct segment *g = recording_segment(pane->run, i);

        if (!in_sight(axis, g))
            continue;
        out[count] = (struct stretch){ .index = i, .segment = g };
        cut_buckets(axis, &out[count]);
        records += (uint64_t)(out[count].bucket_to - out[count].bucket_from) * BUCKET_RECORDS;
        count++;
    }
    for (uint32_t i = 0; i < count && records <= NEAR_RECORDS; i++) {
        out[i].detail = recording_detail(pane->run, out[i].index);
        if (out[i].detail != NULL)
            cut_records(axis, &out[i]);
    }
    if (records / BUCKET_RECORDS > (uint64_t)BUCKETS_A_PIXEL * (uint32_t)axis->w)
        for (uint32_t i = 0; i < count; i++) {
            out[i].whole = true;
            out[i].bucket_from = 0;
            out[i].bucket_to = 1;
        }
    place_buckets(pane, axis, out, count);
    return count;
}

const struct cell *stretch_cells(const struct stretch *s, uint32_t lane)
{
    const struct segment *g = s->segment;

    if (lane >= g->lane_count || g->cells[lane] == NULL)
        return NULL;
    return s->whole ? &g->whole[lane] : &g->cells[lane][s->bucket_from];
}

const struct cell *stretch_crowd(const struct stretch *s, uint32_t lane)
{
    const struct segment *g = s->segment;

    if (lane >= g->lane_count || g->crowds[lane] == NULL)
        return NULL;
    return s->whole ? &g->whole_crowd[lane] : &g->crowds[lane][s->bucket_from];
}

const struct range *stretch_ranges(const struct stretch *s, uint32_t lane)
{
    const struct segment *g = s->segment;

    if (lane >= g->lane_count || g->ranges[lane] == NULL)
        return NULL;
    return s->whole ? &g->whole_range[lane] : &g->ranges[lane][s->bucket_from];
}
