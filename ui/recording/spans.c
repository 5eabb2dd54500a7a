/* spans.c - spans that were cut at the borders of segments, put together again.
 *
 * The decoder's state at the beginning of a segment knows every span that is open there, with its
 * true beginning. So the segment in which a span ends is found by bisection over those states, and
 * only that segment's detail is needed for the end.
 */
#include "ui/recording/lanes_inside.h"
#include "ui/recording/private.h"

sim_time recording_span_from(const struct segment *g, const struct detail *d,
                             const struct cut_span *span)
{
    return span->before ? g->first_at : d->records[span->begin].at;
}

sim_time recording_span_to(const struct segment *g, const struct detail *d,
                           const struct cut_span *span)
{
    return span->end < d->count ? d->records[span->end].at : g->end_at;
}

/* What is open on a level at the beginning of a segment; NULL: nothing. */
static const struct span *open_at(const struct recording *r, uint32_t part, uint32_t lane,
                                  uint32_t level)
{
    const struct lanes_state *state = r->parts[part]->lanes;

    if (lane >= state->count || !state->states[lane].open[level].is)
        return NULL;
    return &state->states[lane].open[level].span;
}

/* The last segment at whose beginning the span that began there is open; it is open in `low`. */
static uint32_t last_part_of(const struct recording *r, uint32_t low, uint32_t lane, uint32_t level,
                             uint64_t begin)
{
    uint32_t high = r->part_count;

    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        const struct span *open = open_at(r, middle, lane, level);

        if (open != NULL && open->begin == begin)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The cut span at a record of the detail: the last one of those that meet there. */
static const struct cut_span *cut_at(const struct detail *d, uint32_t lane, uint32_t level,
                                     uint32_t index)
{
    const struct cut_span *found = NULL;
    uint32_t group = lane * LANE_LEVELS + level;

    if (lane >= d->lane_count)
        return NULL;
    for (uint32_t i = d->span_from[group];
         i < d->span_from[group + 1] && d->spans[i].begin <= index; i++)
        if (d->spans[i].end > index)
            found = &d->spans[i];
    return found;
}

/* Finds the end of a span that leaves segment `part`. */
static enum recording_found find_end(struct recording *r, uint32_t part, uint32_t lane,
                                     uint32_t level, struct whole_span *out)
{
    uint32_t last;
    const struct segment *g;
    const struct detail *d;
    const struct cut_span *cut;

    if (part + 1 >= r->part_count) {
        out->open = true;
        return FOUND_YES;
    }
    last = last_part_of(r, part + 1, lane, level, out->span.begin);
    g = recording_segment(r, last);
    d = recording_detail(r, last);
    if (d == NULL)
        return FOUND_PENDING;
    cut = &d->spans[d->span_from[lane * LANE_LEVELS + level]]; /* The carried one is the first. */
    out->span.end = MIN_OF(g->first + cut->end, g->end);
    out->span.end_at = recording_span_to(g, d, cut);
    out->open = cut->after;
    return FOUND_YES;
}

enum recording_found recording_span(struct recording *r, uint32_t lane, uint32_t level,
                                    uint64_t number, struct whole_span *out)
{
    uint32_t part = recording_segment_of(r, number);
    const struct detail *d = part == SEGMENT_NONE ? NULL : recording_detail(r, part);
    const struct segment *g;
    const struct cut_span *cut;

    if (part == SEGMENT_NONE)
        return FOUND_NO;
    if (d == NULL)
        return FOUND_PENDING;
    g = recording_segment(r, part);
    cut = cut_at(d, lane, level, (uint32_t)(number - g->first));
    if (cut == NULL)
        return FOUND_NO;
    *out = (struct whole_span){ .span = { .begin = g->first + cut->begin,
                                          .end = g->first + cut->end,
                                          .begin_at = recording_span_from(g, d, cut),
                                          .end_at = recording_span_to(g, d, cut),
                                          .value = cut->value,
                                          .level = cut->level,
                                          .state = cut->state,
                                          .process = cut->process,
                                          .extra = cut->extra } };
    if (cut->before) {
        const struct span *open = open_at(r, part, lane, level);

        out->span.begin = open->begin;
        out->span.begin_at = open->begin_at;
    }
    return cut->after ? find_end(r, part, lane, level, out) : FOUND_YES;
}
