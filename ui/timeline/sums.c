/* sums.c - see sums.h. */
#include "ui/timeline/sums.h"
#include "model/words/records.h"
#include "ui/host/grow.h"
#include <stdlib.h>
#include <string.h>

enum { REASON_UNKNOWN = 255 };

struct pile { /* Sums of one sort while they grow. */
    struct sum *list;
    size_t room;
    uint32_t count;
};

struct adding {
    struct recording *run;
    const struct lanes *lanes;
    const struct segment *segment;
    const struct detail *detail;
    sim_time from, to;
    struct pile processes, threads, reasons, irps, locks;
};

static void put(struct pile *pile, uint32_t key, sim_time time)
{
    struct sum *sum = NULL;

    for (uint32_t i = 0; i < pile->count && sum == NULL; i++)
        if (pile->list[i].key == key)
            sum = &pile->list[i];
    if (sum == NULL) {
        pile->list = grow(pile->list, &pile->room, pile->count + 1, sizeof *pile->list);
        sum = &pile->list[pile->count++];
        *sum = (struct sum){ .key = key };
    }
    sum->count++;
    sum->time += time;
    sum->longest = MAX_OF(sum->longest, time);
}

/* What of a span lies in the range. */
static sim_time within(const struct adding *a, const struct cut_span *span)
{
    sim_time from = MAX_OF(recording_span_from(a->segment, a->detail, span), a->from);
    sim_time to = MIN_OF(recording_span_to(a->segment, a->detail, span), a->to);

    return to > from ? to - from : 0;
}

/* Why a thread waits: said by the record that began the wait, if it is in this segment. */
static uint32_t reason_of(const struct adding *a, const struct cut_span *span)
{
    const struct record *r = &a->detail->records[span->begin];

    return span->before || r->kind != REC_WAIT ? REASON_UNKNOWN : r->c;
}

static void add_span(struct adding *a, uint32_t lane, const struct cut_span *span)
{
    const struct lane *own = lanes_get(a->lanes, lane);
    sim_time time = within(a, span);

    if (time == 0)
        return;
    if (own->kind == LANE_CPU && span->state == SPAN_RUNNING) {
        put(&a->processes, lanes_process_lane(a->lanes, span->process), time);
        put(&a->threads, span->value, time);
    } else if (own->kind == LANE_THREAD && span->state == SPAN_WAITING) {
        uint32_t lock = lanes_find(a->lanes, LANE_LOCK, span->value);

        put(&a->reasons, reason_of(a, span), time);
        if (lock != LANE_NONE)
            put(&a->locks, lock, time);
    } else if (own->kind == LANE_IRP) {
        put(&a->irps, span->extra, time);
    }
}

static void add_segment(struct adding *a, uint32_t index)
{
    const struct detail *d;

    a->segment = recording_segment(a->run, index);
    a->detail = d = recording_detail_now(a->run, index);
    for (uint32_t lane = 0; lane < d->lane_count; lane++) {
        uint32_t group = lane * LANE_LEVELS + LEVEL_STATE;

        for (uint32_t i = d->span_from[group]; i < d->span_from[group + 1]; i++)
            add_span(a, lane, &d->spans[i]);
    }
}

static int by_time(const void *one, const void *other)
{
    const struct sum *a = one, *b = other;

    if (a->time != b->time)
        return a->time > b->time ? -1 : 1;
    return (a->key > b->key) - (a->key < b->key);
}

static void settle(struct pile *pile, struct sums_table *out)
{
    *out = (struct sums_table){ .count = MIN_OF(pile->count, (uint32_t)SUMS_ROWS) };
    if (pile->count > 0)
        qsort(pile->list, pile->count, sizeof *pile->list, by_time);
    for (uint32_t i = 0; i < pile->count; i++) {
        out->whole += pile->list[i].time;
        if (i < out->count)
            out->rows[i] = pile->list[i];
    }
    out->others = pile->count - out->count;
    free(pile->list);
}

void sums_make(struct sums *sums, struct recording *run, uint64_t a, uint64_t b)
{
    uint64_t from = MIN_OF(a, b), to = MAX_OF(a, b);
    uint32_t first = recording_segment_of(run, from), last = recording_segment_of(run, to);
    struct adding adding = { .run = run, .lanes = recording_lanes(run) };
    bool all = true;

    if (sums->run == run && sums->from == from && sums->to == to && (sums->ready || sums->too_long))
        return;
    *sums = (struct sums){ .run = run, .from = from, .to = to };
    if (first == SEGMENT_NONE || last == SEGMENT_NONE)
        return;
    sums->too_long = last - first >= SUMS_SEGMENTS;
    for (uint32_t i = first; i <= last && !sums->too_long; i++)
        all = recording_detail(run, i) != NULL && all;
    if (!all || sums->too_long)
        return;
    adding.from = recording_time(run, from);
    adding.to = recording_time(run, to);
    for (uint32_t i = first; i <= last; i++)
        add_segment(&adding, i);
    sums->length = adding.to - adding.from;
    settle(&adding.processes, &sums->processes);
    settle(&adding.threads, &sums->threads);
    settle(&adding.reasons, &sums->reasons);
    settle(&adding.irps, &sums->irps);
    settle(&adding.locks, &sums->locks);
    sums->ready = true;
}
