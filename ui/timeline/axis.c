/* axis.c - see axis.h. */
#include "ui/timeline/axis.h"

const char *const axis_names[AXIS_KINDS] = { "linear time", "by record", "logarithmic gaps" };

int axis_px(const struct axis *axis, double position)
{
    double x = axis_x(axis, position), low = axis->x - 8.0, high = axis->x + axis->w + 8.0;

    return (int)(x < low ? low : x > high ? high : x);
}

double axis_in(enum axis_kind kind, const struct segment *g, const struct detail *d, uint32_t index)
{
    bool end = index >= d->count;

    switch (kind) {
    case AXIS_RECORD:
        return (double)(g->first + (end ? d->count : index));
    case AXIS_GAP:
        return (double)(end ? g->gap_end : g->gap_first + d->gap[index]);
    default:
        return (double)(end ? g->end_at : d->records[index].at);
    }
}

double axis_of_bucket(enum axis_kind kind, const struct segment *g, uint32_t bucket)
{
    switch (kind) {
    case AXIS_RECORD:
        return bucket == g->bucket_count ? (double)g->end
                                         : (double)(g->first + (uint64_t)bucket * BUCKET_RECORDS);
    case AXIS_GAP:
        return (double)g->bucket_gap[bucket];
    default:
        return (double)g->bucket_at[bucket];
    }
}

double axis_span_from(enum axis_kind kind, const struct segment *g, const struct detail *d,
                      const struct cut_span *span)
{
    return span->before ? axis_of_bucket(kind, g, 0) : axis_in(kind, g, d, span->begin);
}

double axis_step(enum axis_kind kind, const struct segment *g, const struct detail *d,
                 const struct cut_step *step)
{
    return step->before ? axis_of_bucket(kind, g, 0) : axis_in(kind, g, d, step->index);
}

double axis_of(enum axis_kind kind, const struct recording *run, uint64_t number)
{
    uint32_t index = recording_segment_of(run, number);

    if (kind == AXIS_RECORD)
        return (double)number;
    if (index == SEGMENT_NONE) {
        double from, to;

        axis_whole(kind, run, &from, &to);
        return to;
    }
    const struct segment *g = recording_segment(run, index);
    const struct detail *d = recording_detail_now(run, index);
    uint64_t offset = number - g->first;

    if (d != NULL)
        return axis_in(kind, g, d, (uint32_t)offset);
    uint32_t bucket = (uint32_t)(offset / BUCKET_RECORDS);
    double from = axis_of_bucket(kind, g, bucket), to = axis_of_bucket(kind, g, bucket + 1);

    return from + (to - from) * (double)(offset % BUCKET_RECORDS) / BUCKET_RECORDS;
}

double axis_of_time(enum axis_kind kind, const struct recording *run, sim_time at)
{
    return kind == AXIS_TIME ? (double)at : axis_of(kind, run, recording_number(run, at));
}

/* Bisection over all records, by axis_of. */
uint64_t axis_record(enum axis_kind kind, const struct recording *run, double position)
{
    uint64_t low = 0, high = recording_status(run)->records;

    if (position <= 0 || high == 0)
        return 0;
    if (kind == AXIS_RECORD)
        return position >= (double)high ? high - 1 : (uint64_t)position;
    while (high - low > 1) {
        uint64_t middle = low + (high - low) / 2;

        if (axis_of(kind, run, middle) <= position)
            low = middle;
        else
            high = middle;
    }
    return low;
}

sim_time axis_time(enum axis_kind kind, const struct recording *run, double position)
{
    if (kind == AXIS_TIME)
        return position <= 0 ? 0 : (sim_time)position;
    return recording_time(run, axis_record(kind, run, position));
}

void axis_whole(enum axis_kind kind, const struct recording *run, double *from, double *to)
{
    uint32_t count = recording_segment_count(run);

    *from = 0;
    *to = 1;
    if (count == 0)
        return;
    const struct segment *last = recording_segment(run, count - 1);

    *to = axis_of_bucket(kind, last, last->bucket_count);
}

void axis_change(struct axis *axis, enum axis_kind kind, const struct recording *run)
{
    uint64_t from = axis_record(axis->kind, run, axis->from),
             to = axis_record(axis->kind, run, axis->to);
    double begin = axis_of(kind, run, from), end = axis_of(kind, run, to);

    axis->kind = kind;
    axis->from = begin;
    axis->to = end > begin ? end : begin + 1;
}
