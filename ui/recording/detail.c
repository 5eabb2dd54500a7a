/* detail.c - one segment, exactly: its records, and the spans, steps and marks they mean.
 *
 * The decoder reports a span when it ends, whatever its lane. This file sorts spans into one run
 * per lane and level, so that a picture finds those in sight by bisection. Indices count from the
 * segment's first record. A span or step carried over from the segment before has index 0 and is
 * marked `before`: it is in force from the segment's beginning, not from its first record.
 */
#include "ui/recording/private.h"
#include "ui/host/grow.h"
#include <stdlib.h>
#include <string.h>

/* ---- Collecting ------------------------------------------------------------------------------ */

struct item { /* A record, span or value, before sorting. */
    uint32_t key;
    union {
        struct cut_span span;
        struct cut_step step;
        uint32_t mark;
    };
};

struct items {
    struct item *list;
    uint32_t count;
    size_t room;
};

struct builder {
    struct recording *recording;
    uint64_t first;
    uint32_t last; /* Index of the segment's last record. */
    uint64_t now;  /* Number of the record that is being decoded. */
    struct items spans, steps, marks;
};

static struct item *add(struct items *items, uint32_t key)
{
    items->list = grow(items->list, &items->room, items->count + 1, sizeof *items->list);
    items->list[items->count].key = key;
    return &items->list[items->count++];
}

static void on_span(void *ctx, uint32_t lane, const struct span *span)
{
    struct builder *b = ctx;
    bool before = span->begin < b->first;
    uint64_t end = span->end - b->first;

    add(&b->spans, lane * LANE_LEVELS + span->level)->span =
        (struct cut_span){ .begin = before ? 0 : (uint32_t)(span->begin - b->first),
                           .end = (uint32_t)end,
                           .value = span->value,
                           .extra = span->extra,
                           .process = span->process,
                           .level = span->level,
                           .state = span->state,
                           .before = before,
                           .after = end > b->last };
}

static void on_step(void *ctx, uint32_t lane, uint64_t number, sim_time at, uint64_t value)
{
    struct builder *b = ctx;

    (void)at;
    add(&b->steps, lane)->step =
        (struct cut_step){ (uint32_t)(number - b->first),
                           (uint32_t)MIN_OF(value, (uint64_t)UINT32_MAX), false };
}

/* The value a lane has when the segment begins. */
static void carry_step(struct builder *b, uint32_t lane, uint64_t value)
{
    on_step(b, lane, b->first, 0, value);
    b->steps.list[b->steps.count - 1].step.before = true;
}

static void on_mark(void *ctx, uint32_t lane, uint64_t number, const struct record *record)
{
    struct builder *b = ctx;

    (void)record;
    add(&b->marks, lane)->mark = (uint32_t)(number - b->first);
}

/* ---- Sorting: stable, by counting ------------------------------------------------------------ */

/* Where each key's items begin; one more at the end. */
static uint32_t *places(const struct items *items, uint32_t keys)
{
    uint32_t *from = calloc(keys + 1, sizeof *from);

    CHECK(from != NULL);
    for (uint32_t i = 0; i < items->count; i++)
        from[items->list[i].key + 1]++;
    for (uint32_t key = 0; key < keys; key++)
        from[key + 1] += from[key];
    return from;
}

#define SORT_INTO(items, from, keys, array, field)                          \
    do {                                                                    \
        uint32_t *next = malloc((keys) * sizeof *next + 1);                 \
        (array) = malloc((items)->count * sizeof *(array) + 1);             \
        CHECK(next != NULL && (array) != NULL);                             \
        memcpy(next, (from), (keys) * sizeof *next);                        \
        for (uint32_t i = 0; i < (items)->count; i++)                       \
            (array)[next[(items)->list[i].key]++] = (items)->list[i].field; \
        free(next);                                                         \
    } while (0)

static void sort_all(struct builder *b, struct detail *d)
{
    uint32_t lanes = d->lane_count, groups = lanes * LANE_LEVELS;

    d->span_from = places(&b->spans, groups);
    SORT_INTO(&b->spans, d->span_from, groups, d->spans, span);
    d->step_from = places(&b->steps, lanes);
    SORT_INTO(&b->steps, d->step_from, lanes, d->steps, step);
    d->mark_from = places(&b->marks, lanes);
    SORT_INTO(&b->marks, d->mark_from, lanes, d->marks, mark);
    d->bytes = sizeof *d + d->count * (sizeof *d->records + sizeof *d->gap) +
               b->spans.count * sizeof *d->spans + b->steps.count * sizeof *d->steps +
               b->marks.count * sizeof *d->marks + (groups + 2 * lanes + 3) * sizeof(uint32_t);
    free(b->spans.list);
    free(b->steps.list);
    free(b->marks.list);
}

/* ---- Building -------------------------------------------------------------------------------- */

static void first_values(struct builder *b, struct lanes *lanes)
{
    for (uint32_t lane = 0; lane < lanes_count(lanes); lane++)
        if (lanes_value(lanes, lane) != 0)
            carry_step(b, lane, lanes_value(lanes, lane));
}

static uint32_t *gaps_of(const struct record *records, uint32_t count, sim_time before)
{
    uint32_t *gap = malloc(count * sizeof *gap + 1);
    uint64_t sum = 0;

    CHECK(gap != NULL);
    for (uint32_t i = 0; i < count; i++) {
        sum += gap_width(records[i].at - before);
        before = records[i].at;
        gap[i] = (uint32_t)sum;
    }
    return gap;
}

static const char *name_of(void *ctx, uint32_t address)
{
    const struct builder *b = ctx;
    const struct recording *r = b->recording;

    for (uint32_t i = r->process_count; i-- > 0;)
        if (r->processes[i].address == address && r->processes[i].number <= b->now)
            return r->processes[i].name;
    return world_process_name(r->world, address); /* One that was there before the records. */
}

/* Gauges were read between two slices of the run: what was read goes before the next record. */
static void feed_gauges(struct lanes *lanes, const struct part *part, uint32_t *sample,
                        uint64_t number)
{
    while (*sample < part->sample_count && part->samples[*sample].number <= number) {
        const struct gauge_sample *s = &part->samples[(*sample)++];

        lanes_gauge(lanes, s->gauge, inspect_gauge_names[s->gauge], s->number, s->at, s->value);
    }
}

struct detail *detail_build(struct recording *r, struct lanes *lanes, struct part *part,
                            const struct record *records, uint32_t count)
{
    struct detail *d = calloc(1, sizeof *d);
    struct builder b = { .recording = r, .first = part->segment.first, .last = count - 1 };
    uint32_t sample = 0;

    CHECK(d != NULL && count > 0);
    lanes_set_sink(
        lanes,
        &(struct lanes_sink){
            .ctx = &b, .end = on_span, .step = on_step, .mark = on_mark, .process_name = name_of });
    first_values(&b, lanes);
    for (uint32_t i = 0; i < count; i++) {
        feed_gauges(lanes, part, &sample, b.first + i);
        b.now = b.first + i;
        lanes_feed(lanes, &records[i], b.now);
    }
    lanes_cut(lanes, b.first + count, records[count - 1].at);
    lanes_set_sink(lanes, &(struct lanes_sink){ 0 });
    d->count = count;
    d->lane_count = lanes_count(lanes);
    d->records = malloc(count * sizeof *d->records);
    CHECK(d->records != NULL);
    memcpy(d->records, records, count * sizeof *d->records);
    d->gap = gaps_of(records, count, part->segment.first_at);
    sort_all(&b, d);
    return d;
}

void detail_free(struct detail *d)
{
    if (d == NULL)
        return;
    free(d->records);
    free(d->gap);
    free(d->span_from);
    free(d->spans);
    free(d->step_from);
    free(d->steps);
    free(d->mark_from);
    free(d->marks);
    free(d);
}
