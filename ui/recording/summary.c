/* summary.c - one segment from far away: for each lane and bucket, how its time was shared out.
 *
 * A summary is read off the detail once, when the segment is new. A lane on which nothing changed
 * is one word for the whole segment; most threads of a server wait most of the time. Shares are
 * parts of the bucket's simulated time. A bucket in which no time passes has no shares: its
 * records happened in one instant.
 */
#include "ui/recording/private.h"
#include <stdlib.h>
#include <string.h>

struct scale { /* The bucket at hand. */
    const struct part *part;
    const struct detail *detail;
};

static uint8_t share(sim_time part, sim_time whole)
{
    return (uint8_t)(whole == 0 ? 0 : MIN_OF((part * 255 + whole - 1) / whole, (sim_time)255));
}

/* What of [begin, end) lies in the bucket. */
static sim_time within(sim_time begin, sim_time end, sim_time from, sim_time to)
{
    sim_time low = MAX_OF(begin, from), high = MIN_OF(end, to);

    return high > low ? high - low : 0;
}

static bool is_busy(uint8_t state)
{
    return state != SPAN_WAITING && state != SPAN_READY && state != SPAN_STOPPED;
}

struct tally { /* One bucket on one level. */
    sim_time longest, longest_busy, busy, ready;
};

static void count_span(struct tally *t, struct cell *cell, const struct cut_span *span,
                       sim_time part)
{
    bool busy = is_busy(span->state), band = span->level != LEVEL_STATE;

    t->busy += busy ? part : 0;
    t->ready += span->state == SPAN_READY ? part : 0;
    if (!band && part >= t->longest) {
        t->longest = part;
        cell->state = span->state;
    }
    if (busy && part >= t->longest_busy) {
        t->longest_busy = part;
        *(band ? &cell->band_process : &cell->process) = span->process;
    }
}

static void close_bucket(const struct tally *t, struct cell *cell, uint32_t level, sim_time whole)
{
    if (level == LEVEL_STATE) {
        cell->busy = share(t->busy, whole);
        cell->ready = share(t->ready, whole);
    } else if (level == LEVEL_DPC) {
        cell->dpc = share(t->busy, whole);
    } else {
        cell->band = MAX_OF(cell->band, share(t->busy, whole));
    }
}

/* Adds one level of a lane to its cells. Spans of a level do not overlap, so one walk does. System
 * services are too many and too short to be seen from far away. */
static void add_level(const struct scale *s, struct cell *cells, uint32_t lane, uint32_t level)
{
    const struct segment *g = &s->part->segment;
    const struct detail *d = s->detail;
    uint32_t group = lane * LANE_LEVELS + level, bucket = 0;
    struct tally tally = { 0 };

    for (uint32_t i = d->span_from[group]; i < d->span_from[group + 1]; i++) {
        const struct cut_span *span = &d->spans[i];
        sim_time begin = recording_span_from(g, d, span), end = recording_span_to(g, d, span);

        for (;; bucket++, tally = (struct tally){ 0 }) {
            sim_time from = g->bucket_at[bucket], to = g->bucket_at[bucket + 1];

            if (span->begin < (bucket + 1) * BUCKET_RECORDS) {
                count_span(&tally, &cells[bucket], span, within(begin, end, from, to));
                if (span->begin >= bucket * BUCKET_RECORDS && cells[bucket].spans < UINT16_MAX)
                    cells[bucket].spans++;
            }
            if (span->end < (bucket + 1) * BUCKET_RECORDS || bucket + 1 == g->bucket_count)
                break;
            close_bucket(&tally, &cells[bucket], level, to - from);
        }
    }
    close_bucket(&tally, &cells[bucket], level, g->bucket_at[bucket + 1] - g->bucket_at[bucket]);
}

static struct cell *cells_of(const struct scale *s, uint32_t lane)
{
    const struct segment *g = &s->part->segment;
    const struct detail *d = s->detail;
    struct cell *cells = calloc(g->bucket_count, sizeof *cells);

    CHECK(cells != NULL);
    for (uint32_t i = 0; i < g->bucket_count; i++) {
        cells[i].process = cells[i].band_process = PROCESS_NONE;
        cells[i].state = SPAN_STATES;
    }
    for (uint32_t level = 0; level < LEVEL_SERVICE; level++)
        if (d->span_from[lane * LANE_LEVELS + level] !=
            d->span_from[lane * LANE_LEVELS + level + 1])
            add_level(s, cells, lane, level);
    for (uint32_t i = d->mark_from[lane]; i < d->mark_from[lane + 1]; i++) {
        struct cell *cell = &cells[d->marks[i] / BUCKET_RECORDS];

        cell->marks = (uint16_t)MIN_OF(cell->marks + 1, 65535);
    }
    return cells;
}

static struct range *ranges_of(const struct scale *s, uint32_t lane)
{
    const struct segment *g = &s->part->segment;
    const struct detail *d = s->detail;
    struct range *ranges = malloc(g->bucket_count * sizeof *ranges);
    uint32_t i = d->step_from[lane], value = 0;

    CHECK(ranges != NULL);
    if (d->steps[i].before)
        value = d->steps[i++].value;
    for (uint32_t bucket = 0; bucket < g->bucket_count; bucket++) {
        struct range range = { value, value, value };

        for (; i < d->step_from[lane + 1] && d->steps[i].index < (bucket + 1) * BUCKET_RECORDS;
             i++) {
            value = d->steps[i].value;
            range.least = MIN_OF(range.least, value);
            range.most = MAX_OF(range.most, value);
            range.last = value;
        }
        ranges[bucket] = range;
    }
    return ranges;
}

/* A lane whose level 0 is one span from end to end, and nothing else. */
static bool quiet(const struct detail *d, uint32_t lane)
{
    uint32_t first = d->span_from[lane * LANE_LEVELS];

    if (d->mark_from[lane] != d->mark_from[lane + 1])
        return false;
    if (first == d->span_from[(lane + 1) * LANE_LEVELS])
        return true;
    return d->span_from[(lane + 1) * LANE_LEVELS] == first + 1 && d->spans[first].before &&
           d->spans[first].after && d->spans[first].level == LEVEL_STATE;
}

static void lane_summary(const struct scale *s, struct segment *g, uint32_t lane)
{
    const struct detail *d = s->detail;
    uint32_t first = d->span_from[lane * LANE_LEVELS], step = d->step_from[lane];
    bool any = d->span_from[lane * LANE_LEVELS + 1] != first;
    uint32_t steps = d->step_from[lane + 1] - step;

    g->rest[lane] = (struct rest){ .state = any ? d->spans[first].state : SPAN_STATES,
                                   .process = any ? d->spans[first].process : PROCESS_NONE,
                                   .value = steps != 0 ? d->steps[step].value : 0 };
    g->cells[lane] = quiet(d, lane) ? NULL : cells_of(s, lane);
    g->ranges[lane] =
        steps == 0 || (steps == 1 && d->steps[step].before) ? NULL : ranges_of(s, lane);
}

static uint8_t add_share(uint8_t one, uint8_t other) { return (uint8_t)MIN_OF(one + other, 255); }

/* Adds a thread's cells to its process' crowd. */
static void join(struct cell *crowd, const struct cell *cells, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct cell *to = &crowd[i];

        to->busy = add_share(to->busy, cells[i].busy);
        to->ready = add_share(to->ready, cells[i].ready);
        to->spans = (uint16_t)MIN_OF(to->spans + cells[i].spans, 65535);
        if (cells[i].process != PROCESS_NONE)
            to->process = cells[i].process;
        if (cells[i].band > to->band) {
            to->band = cells[i].band;
            to->band_process = cells[i].band_process;
        }
    }
}

/* A server's threads are many: drawn together they are added up once, not in every frame. */
static void crowds(struct part *part, const struct lanes *lanes)
{
    struct segment *g = &part->segment;

    for (uint32_t lane = 0; lane < g->lane_count; lane++) {
        uint32_t process = lanes_get(lanes, lane)->parent;

        if (lanes_get(lanes, lane)->kind != LANE_THREAD || process == LANE_NONE ||
            process >= g->lane_count || g->cells[lane] == NULL)
            continue;
        if (g->crowds[process] == NULL) {
            g->crowds[process] = calloc(g->bucket_count, sizeof(struct cell));
            CHECK(g->crowds[process] != NULL);
            part->bytes += g->bucket_count * sizeof(struct cell);
            for (uint32_t i = 0; i < g->bucket_count; i++)
                g->crowds[process][i].process = g->crowds[process][i].band_process = PROCESS_NONE;
        }
        join(g->crowds[process], g->cells[lane], g->bucket_count);
    }
}

/* All buckets of a lane in one cell: its mean busyness, what was longest, and all spans. */
static struct cell one_cell(const struct segment *g, const struct cell *cells)
{
    struct cell one = { .state = SPAN_STATES,
                        .process = PROCESS_NONE,
                        .band_process = PROCESS_NONE };
    uint64_t busy = 0, ready = 0;
    uint32_t spans = 0, marks = 0;

    for (uint32_t i = 0; i < g->bucket_count; i++) {
        sim_time length = g->bucket_at[i + 1] - g->bucket_at[i];

        busy += cells[i].busy * (length / 1000);
        ready += cells[i].ready * (length / 1000);
        spans += cells[i].spans;
        marks += cells[i].marks;
        if (cells[i].process != PROCESS_NONE)
            one.process = cells[i].process;
        if (cells[i].band > one.band) {
            one.band = cells[i].band;
            one.band_process = cells[i].band_process;
        }
        if (cells[i].state != SPAN_STATES)
            one.state = cells[i].state;
    }
    uint64_t length = MAX_OF((g->end_at - g->first_at) / 1000, 1u);

    one.busy = (uint8_t)MIN_OF((busy + length - 1) / length, 255u);
    one.ready = (uint8_t)MIN_OF((ready + length - 1) / length, 255u);
    one.spans = (uint16_t)MIN_OF(spans, 65535u);
    one.marks = (uint16_t)MIN_OF(marks, 65535u);
    return one;
}

static struct range one_range(const struct segment *g, const struct range *ranges)
{
    struct range one = ranges[0];

    for (uint32_t i = 1; i < g->bucket_count; i++) {
        one.least = MIN_OF(one.least, ranges[i].least);
        one.most = MAX_OF(one.most, ranges[i].most);
        one.last = ranges[i].last;
    }
    return one;
}

static void wholes(struct part *part)
{
    struct segment *g = &part->segment;

    g->whole = calloc(g->lane_count + 1, sizeof *g->whole);
    g->whole_crowd = calloc(g->lane_count + 1, sizeof *g->whole_crowd);
    g->whole_range = calloc(g->lane_count + 1, sizeof *g->whole_range);
    CHECK(g->whole != NULL && g->whole_crowd != NULL && g->whole_range != NULL);
    for (uint32_t lane = 0; lane < g->lane_count; lane++) {
        if (g->cells[lane] != NULL)
            g->whole[lane] = one_cell(g, g->cells[lane]);
        if (g->crowds[lane] != NULL)
            g->whole_crowd[lane] = one_cell(g, g->crowds[lane]);
        if (g->ranges[lane] != NULL)
            g->whole_range[lane] = one_range(g, g->ranges[lane]);
    }
    part->bytes += g->lane_count * (2 * sizeof(struct cell) + sizeof(struct range));
}

static void buckets(struct part *part, const struct detail *d)
{
    struct segment *g = &part->segment;

    g->bucket_count = (d->count + BUCKET_RECORDS - 1) / BUCKET_RECORDS;
    g->bucket_at = malloc((g->bucket_count + 1) * sizeof *g->bucket_at);
    g->bucket_gap = malloc((g->bucket_count + 1) * sizeof *g->bucket_gap);
    CHECK(g->bucket_at != NULL && g->bucket_gap != NULL);
    for (uint32_t i = 0; i < g->bucket_count; i++) {
        g->bucket_at[i] = i == 0 ? g->first_at : d->records[i * BUCKET_RECORDS].at;
        g->bucket_gap[i] = g->gap_first + (i == 0 ? 0 : (uint64_t)d->gap[i * BUCKET_RECORDS]);
    }
    g->bucket_at[g->bucket_count] = g->end_at;
    g->bucket_gap[g->bucket_count] = g->gap_end;
}

void summary_build(struct part *part, const struct detail *d, const struct lanes *lanes)
{
    struct segment *g = &part->segment;
    struct scale s = { part, d };

    g->gap_end =
        g->gap_first + d->gap[d->count - 1] + gap_width(g->end_at - d->records[d->count - 1].at);
    buckets(part, d);
    g->lane_count = d->lane_count;
    g->cells = calloc(d->lane_count + 1, sizeof *g->cells);
    g->ranges = calloc(d->lane_count + 1, sizeof *g->ranges);
    g->rest = calloc(d->lane_count + 1, sizeof *g->rest);
    g->crowds = calloc(d->lane_count + 1, sizeof *g->crowds);
    CHECK(g->crowds != NULL && g->cells != NULL && g->ranges != NULL && g->rest != NULL);
    part->bytes = (g->bucket_count + 1) * 2 * sizeof(uint64_t) + d->lane_count * 32;
    for (uint32_t i = 0; i < d->count; i++)
        g->kinds[d->records[i].kind / 64] |= 1ull << d->records[i].kind % 64;
    for (uint32_t lane = 0; lane < d->lane_count; lane++) {
        lane_summary(&s, g, lane);
        part->bytes += (g->cells[lane] ? g->bucket_count * sizeof(struct cell) : 0) +
                       (g->ranges[lane] ? g->bucket_count * sizeof(struct range) : 0);
    }
    crowds(part, lanes);
    wholes(part);
}

void part_free(struct part *part)
{
    if (part == NULL)
        return;
    for (uint32_t lane = 0; lane < part->segment.lane_count; lane++) {
        free(part->segment.cells[lane]);
        free(part->segment.ranges[lane]);
        free(part->segment.crowds[lane]);
    }
    free(part->segment.cells);
    free(part->segment.ranges);
    free(part->segment.crowds);
    free(part->segment.whole);
    free(part->segment.whole_crowd);
    free(part->segment.whole_range);
    free(part->segment.rest);
    free(part->segment.bucket_at);
    free(part->segment.bucket_gap);
    snapshot_free(part->snapshot);
    free(part->lanes);
    free(part->samples);
    free(part->hits);
    detail_free(part->detail);
    free(part);
}
