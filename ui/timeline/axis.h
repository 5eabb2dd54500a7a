/* axis.h - from records to pixels, three ways.
 *
 * Linear: by simulated time. By record: each record has the same width, so that busy instants open
 * up. Logarithmic gaps: a gap of time is as wide as its number of bits, so that order is seen and a
 * microsecond is not lost beside a second. Positions are in the axis' own unit; every record has
 * one on each.
 */
#pragma once
#include "ui/recording/recording.h"

enum axis_kind { AXIS_TIME, AXIS_RECORD, AXIS_GAP, AXIS_KINDS };
extern const char *const axis_names[AXIS_KINDS]; /* "linear time", "by record", ... */

struct axis {
    enum axis_kind kind;
    double from, to; /* Ends of the visible stretch. */
    int x, w;        /* Pixels it has. */
};

static inline double axis_x(const struct axis *axis, double position)
{
    return axis->x + (position - axis->from) / (axis->to - axis->from) * axis->w;
}
static inline double axis_at(const struct axis *axis, double x)
{
    return axis->from + (x - axis->x) / axis->w * (axis->to - axis->from);
}
/* A position as a pixel, held to a little outside of the visible ones. */
int axis_px(const struct axis *axis, double position);

/* All under the recording's lock. Where a record stands; exact if its detail is here. */
double axis_of(enum axis_kind kind, const struct recording *run, uint64_t number);
double axis_of_time(enum axis_kind kind, const struct recording *run, sim_time at);
/* The last record at or before a position. */
uint64_t axis_record(enum axis_kind kind, const struct recording *run, double position);
sim_time axis_time(enum axis_kind kind, const struct recording *run, double position);

/* The place of a record of a detail: `index` counts within it and may be its count: the segment's
 * end. */
double axis_in(enum axis_kind kind, const struct segment *segment, const struct detail *detail,
               uint32_t index);
/* Begin and end of a span, begin of a step, of a detail. What was carried over begins where the
 * segment begins, so that it joins what the segment before ended with. */
double axis_span_from(enum axis_kind kind, const struct segment *segment,
                      const struct detail *detail, const struct cut_span *span);
double axis_step(enum axis_kind kind, const struct segment *segment, const struct detail *detail,
                 const struct cut_step *step);
/* Where a bucket begins; bucket_count: the segment's end. */
double axis_of_bucket(enum axis_kind kind, const struct segment *segment, uint32_t bucket);

/* Begin and end of all that is there. */
void axis_whole(enum axis_kind kind, const struct recording *run, double *from, double *to);

/* The same stretch of the run on another axis. */
void axis_change(struct axis *axis, enum axis_kind kind, const struct recording *run);
