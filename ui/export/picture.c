/* picture.c - turns lanes into tracks on which slices nest.
 *
 * Viewers require that a slice which begins inside another also ends inside it. Lanes do not
 * guarantee that: a thread may return from a system service while it is still attached to another
 * process, and a thread that is switched to a processor brings its visits along. So the begins and
 * ends of one record are collected until the lanes have handled the whole record, and then applied
 * track by track: slices are closed down to the lowest that ends, slices that were only closed
 * because they lay above it are opened again, and new ones go on top.
 */
#include "ui/export/picture_inside.h"
#include "model/words/records.h"
#include "ui/host/grow.h"
#include "model/words/records.h"
#include <stdlib.h>
#include <string.h>

enum group {
    GROUP_CPU,
    GROUP_MACHINE,
    GROUP_MAIL,
    GROUP_DISK,
    GROUP_IRP,
    GROUP_LOCK,
    GROUP_MEMORY
};

static const char *const group_names[] = { "Processors",   "Machine", "Mail",  "Disks",
                                           "I/O requests", "Locks",   "Memory" };

static const uint8_t group_of[LANE_KINDS] = {
    [LANE_CPU] = GROUP_CPU,         [LANE_LOCK] = GROUP_LOCK,   [LANE_QUEUE] = GROUP_MAIL,
    [LANE_IRP] = GROUP_IRP,         [LANE_POOL] = GROUP_MEMORY, [LANE_DISK] = GROUP_DISK,
    [LANE_SERVICE] = GROUP_MACHINE, [LANE_LOG] = GROUP_MACHINE, [LANE_LOAD] = GROUP_MAIL,
    [LANE_LATENCY] = GROUP_MAIL,
};

/* ---- Tracks ---------------------------------------------------------------------------------- */

struct row *picture_row(struct picture *p, uint32_t lane)
{
    p->rows = grow(p->rows, &p->row_room, (size_t)lane + 1, sizeof *p->rows);
    return &p->rows[lane];
}

static struct track *add_track(struct picture *p, const struct track *words)
{
    struct track *track;

    p->tracks = grow(p->tracks, &p->track_room, p->track_count + 1, sizeof *p->tracks);
    track = &p->tracks[p->track_count];
    *track = *words;
    track->id = p->track_count++;
    if (track->tid == 0)
        track->tid = track->id;
    p->writer->track(p->writer->ctx, track);
    return track;
}

static uint32_t group_track(struct picture *p, enum group group)
{
    if (p->groups[group] == 0) {
        struct track words = { .kind = TRACK_GROUP,
                               .lane = LANE_NONE,
                               .pid = (uint32_t)group * 4 + 1 }; /* NT's are multiples of 4. */

        snprintf(words.name, sizeof words.name, "%s", group_names[group]);
        p->groups[group] = add_track(p, &words)->id;
    }
    return p->groups[group];
}

static uint32_t process_track(struct picture *p, uint32_t lane)
{
    const struct lane *process = lanes_get(p->lanes, lane);
    struct row *row = picture_row(p, lane);
    struct track words = {
        .kind = TRACK_PROCESS, .lane = lane, .nested = true, .pid = process->id
    };

    if (row->main == 0) {
        snprintf(words.name, sizeof words.name, "%s", process->name);
        row->main = add_track(p, &words)->id;
    }
    return row->main;
}

static uint32_t thread_track(struct picture *p, uint32_t lane)
{
    const struct lane *thread = lanes_get(p->lanes, lane);
    struct track words = { .kind = TRACK_THREAD, .lane = lane, .nested = true, .tid = thread->id };

    if (picture_row(p, lane)->main == 0) {
        if (thread->parent != LANE_NONE) {
            words.parent = process_track(p, thread->parent);
            words.pid = p->tracks[words.parent].pid;
        }
        snprintf(words.name, sizeof words.name, "%s", thread->name);
        picture_row(p, lane)->main = add_track(p, &words)->id;
    }
    return picture_row(p, lane)->main;
}

static uint32_t state_track(struct picture *p, uint32_t lane)
{
    uint32_t thread = thread_track(p, lane);
    struct track words = {
        .kind = TRACK_STATE,
        .lane = lane,
        .parent = thread,
        .pid = p->tracks[thread].pid,
        .tid = p->tracks[thread].tid + 1, /* NT's are multiples of 4. */
        .name = "state",
    };

    if (picture_row(p, lane)->side == 0)
        picture_row(p, lane)->side = add_track(p, &words)->id;
    return picture_row(p, lane)->side;
}

/* The track of a lane that belongs to no process; its parent is a group. */
static uint32_t machine_track(struct picture *p, uint32_t lane, uint32_t *place, const char *suffix,
                              const char *unit)
{
    const struct lane *thing = lanes_get(p->lanes, lane);
    struct track words = { .kind = unit != NULL ? TRACK_COUNTER : TRACK_SLICES,
                           .lane = lane,
                           .unit = unit,
                           /* A thread and its visits. */
                           .nested = thing->kind == LANE_CPU && suffix[0] == 0 };

    if (*place != 0)
        return *place;
    words.parent = group_track(p, (enum group)group_of[thing->kind]);
    words.pid = p->tracks[words.parent].pid;
    snprintf(words.name, sizeof words.name, "%s%s", thing->name, suffix);
    return *place = add_track(p, &words)->id;
}

static uint32_t main_track(struct picture *p, uint32_t lane)
{
    switch (lanes_get(p->lanes, lane)->kind) {
    case LANE_THREAD:
        return thread_track(p, lane);
    case LANE_PROCESS:
        return process_track(p, lane);
    default:
        return machine_track(p, lane, &picture_row(p, lane)->main, "", NULL);
    }
}

static uint32_t level_track(struct picture *p, uint32_t lane, enum lane_level level)
{
    enum lane_kind kind = lanes_get(p->lanes, lane)->kind;

    if (kind == LANE_THREAD && level == LEVEL_STATE)
        return state_track(p, lane);
    if (kind == LANE_CPU && level == LEVEL_DPC)
        return machine_track(p, lane, &picture_row(p, lane)->side, " DPCs", NULL);
    return main_track(p, lane);
}

static uint32_t counter_track(struct picture *p, uint32_t lane)
{
    static const char *const suffixes[LANE_KINDS] = {
        [LANE_CPU] = " IRQL", [LANE_DISK] = " queue", [LANE_LOAD] = " a second"
    };
    static const char *const units[LANE_KINDS] = { [LANE_POOL] = "bytes", [LANE_LATENCY] = "us" };
    const struct lane *thing = lanes_get(p->lanes, lane);
    const char *unit = units[thing->kind] != NULL ? units[thing->kind] : "";
    struct track words = { .kind = TRACK_COUNTER, .lane = lane, .unit = unit, .name = "handles" };

    if (thing->kind != LANE_PROCESS)
        return machine_track(p, lane, &picture_row(p, lane)->steps,
                             suffixes[thing->kind] != NULL ? suffixes[thing->kind] : "", unit);
    if (picture_row(p, lane)->steps == 0) {
        words.parent = process_track(p, lane);
        words.pid = p->tracks[words.parent].pid;
        picture_row(p, lane)->steps = add_track(p, &words)->id;
    }
    return picture_row(p, lane)->steps;
}

void picture_instant(struct picture *p, uint32_t lane, enum lane_level level, sim_time at,
                     struct event *event)
{
    enum lane_kind kind = lanes_get(p->lanes, lane)->kind;
    uint32_t around = kind == LANE_THREAD ? state_track(p, lane) : 0;
    uint32_t track = kind == LANE_THREAD ? thread_track(p, lane) : level_track(p, lane, level);

    if (kind == LANE_CPU) /* A DPC, or the thread that it interrupts. */
        around = p->tracks[track].depth > 0 ? track : main_track(p, lane);
    event->around = around != 0 ? &p->tracks[around] : NULL;
    p->writer->instant(p->writer->ctx, &p->tracks[track], at, event);
}

/* ---- Slices ---------------------------------------------------------------------------------- */

static void note(struct picture *p, uint32_t lane, const struct span *span, bool ends)
{
    p->pending = grow(p->pending, &p->pending_room, p->pending_count + 1, sizeof *p->pending);
    p->pending[p->pending_count++] = (struct pending){
        .track = level_track(p, lane, (enum lane_level)span->level), .ends = ends, .span = *span
    };
}

static void on_begin(void *ctx, uint32_t lane, const struct span *span)
{
    note(ctx, lane, span, false);
}

static void on_end(void *ctx, uint32_t lane, const struct span *span)
{
    note(ctx, lane, span, true);
}

static bool at_once(const struct picture *p, const struct track *track)
{
    return !track->nested && p->writer->whole != NULL;
}

static void open_slice(struct picture *p, struct track *track, const struct slot *slot, sim_time at)
{
    struct event event = { 0 };

    CHECK(track->depth < LANE_LEVELS);
    track->open[track->depth++] = *slot;
    if (at_once(p, track))
        return;
    words_of_span(p, lanes_get(p->lanes, track->lane), slot, &event);
    p->writer->begin(p->writer->ctx, track, at, &event);
}

static void close_slice(struct picture *p, struct track *track, sim_time at)
{
    const struct slot *slot = &track->open[--track->depth];
    const struct record *r = &p->seen->record;
    struct event event = { 0 };

    if (at_once(p, track)) {
        words_of_span(p, lanes_get(p->lanes, track->lane), slot, &event);
        p->writer->whole(p->writer->ctx, track, slot->span.begin_at, at, &event);
        return;
    }
    if (slot->span.state == SPAN_SERVICE && r->kind == REC_SERVICE_END && r->b != 0)
        words_add(&event, (struct arg){ "status", ARG_ADDRESS, r->b, NULL });
    p->writer->end(p->writer->ctx, track, at, &event);
}

static struct slot new_slot(struct picture *p, const struct track *track, const struct span *span)
{
    struct slot slot = { .span = *span, .object = OBJECT_NONE };

    if (span->state == SPAN_WAITING)
        slot.object = p->seen->object;
    else if (track->kind == TRACK_STATE && span->state == SPAN_RUNNING)
        slot.flow = flows_to_run(p, track->lane);
    else if (span->state == SPAN_DPC)
        slot.flow = flows_to_dpc(p, span->value);
    return slot;
}

/* Drops the end and begin of a visit that continues: unless the processor's thread has changed, it
 * is the same slice. */
static void drop_repeated(struct picture *p, uint32_t first)
{
    struct pending *list = p->pending;
    uint32_t track = list[first].track;

    for (uint32_t i = first; i < p->pending_count; i++)
        if (list[i].track == track && list[i].span.level == LEVEL_STATE)
            return;
    for (uint32_t i = first; i < p->pending_count; i++)
        for (uint32_t k = i + 1; k < p->pending_count && list[i].ends && !list[i].done; k++)
            if (list[k].track == track && list[i].track == track && !list[k].ends &&
                list[k].span.level == list[i].span.level && list[k].span.state == SPAN_ATTACHED &&
                list[k].span.value == list[i].span.value)
                list[i].done = list[k].done = true;
}

/* Applies all begins and ends of one track at this record. */
static void settle(struct picture *p, uint32_t first)
{
    struct track *track = &p->tracks[p->pending[first].track];
    struct slot again[LANE_LEVELS];
    uint32_t again_count = 0, lowest = track->depth;
    bool ending[LANE_LEVELS] = { false };
    sim_time at = p->pending[first].span.end_at;

    if (lanes_get(p->lanes, track->lane)->kind == LANE_CPU)
        drop_repeated(p, first);
    for (uint32_t i = first; i < p->pending_count; i++) {
        const struct pending *one = &p->pending[i];

        if (one->track != track->id || one->done || !one->ends)
            continue;
        for (uint32_t k = 0; k < track->depth; k++)
            if (track->open[k].span.level == one->span.level) {
                ending[k] = true;
                lowest = MIN_OF(lowest, k);
            }
    }
    while (track->depth > lowest) {
        if (!ending[track->depth - 1])
            again[again_count++] = track->open[track->depth - 1];
        close_slice(p, track, at);
    }
    while (again_count > 0) {
        again[--again_count].flow = 0;
        open_slice(p, track, &again[again_count], at);
    }
    for (uint32_t i = first; i < p->pending_count; i++) {
        struct pending *one = &p->pending[i];

        if (one->track != track->id)
            continue;
        if (!one->done && !one->ends) {
            struct slot slot = new_slot(p, track, &one->span);

            open_slice(p, track, &slot, at);
        }
        one->done = true;
    }
}

static void settle_all(struct picture *p)
{
    for (uint32_t i = 0; i < p->pending_count; i++)
        if (!p->pending[i].done)
            settle(p, i);
    p->pending_count = 0;
}

/* ---- Instants and counters ------------------------------------------------------------------- */

static void on_step(void *ctx, uint32_t lane, uint64_t number, sim_time at, uint64_t value)
{
    struct picture *p = ctx;
    uint32_t track = counter_track(p, lane); /* The table of tracks may have grown, and moved. */

    (void)number;
    p->writer->count(p->writer->ctx, &p->tracks[track], at, value);
}

static void on_mark(void *ctx, uint32_t lane, uint64_t number, const struct record *record)
{
    struct picture *p = ctx;
    struct event event = { 0 };
    char text[PICTURE_TEXT];

    settle_all(p); /* Slices that this record opens or closes come first. */
    words_of_mark(p, record, number, &event, text);
    if (lanes_get(p->lanes, lane)->kind == LANE_THREAD) {
        if (record->kind == REC_FOREIGN_WRITE) {
            event.step = FLOW_BEGINS;
            event.flow = flows_of_write(number);
        } else if (record->kind == REC_TAINTED_READ) {
            event.step = FLOW_GOES_ON;
            event.flow = flows_of_write(record->c);
        }
    }
    picture_instant(p, lane, LEVEL_STATE, record->at, &event);
}

/* ---- Life ------------------------------------------------------------------------------------ */

static const char *process_name(void *ctx, uint32_t address)
{
    return export_process_name(((struct picture *)ctx)->world, address);
}

struct picture *picture_new(struct world *world, const struct writer *writer)
{
    struct picture *p = calloc(1, sizeof *p);
    struct lanes_sink sink = { .ctx = p,
                               .begin = on_begin,
                               .end = on_end,
                               .step = on_step,
                               .mark = on_mark,
                               .process_name = process_name };
    struct seen born = { .record = { .kind = REC_PROCESS_NEW } };

    CHECK(p != NULL);
    glance_system_process(world, &born.record.a, &born.record.b);
    p->world = world;
    p->writer = writer;
    p->flows = flows_new();
    p->lanes = lanes_new(&sink);
    p->track_count = 1;
    for (uint32_t group = 0; group < ARRAY_LEN(group_names); group++)
        group_track(p, (enum group)group);
    picture_feed(p, &born, 0); /* The System process exists before the first record. */
    return p;
}

void picture_feed(struct picture *p, const struct seen *seen, uint64_t number)
{
    p->seen = seen;
    p->number = number;
    lanes_feed(p->lanes, &seen->record, number);
    settle_all(p);
    flows_feed(p);
}

void picture_begin_again(struct picture *p, sim_time at)
{
    for (uint32_t i = 1; i < p->track_count; i++) {
        struct track *track = &p->tracks[i];

        for (uint32_t level = 0; level < track->depth && !at_once(p, track); level++) {
            struct event event = { 0 };

            words_of_span(p, lanes_get(p->lanes, track->lane), &track->open[level], &event);
            p->writer->begin(p->writer->ctx, track, at, &event);
        }
    }
}

void picture_end_all(struct picture *p, sim_time at)
{
    for (uint32_t i = 1; i < p->track_count; i++) {
        struct track *track = &p->tracks[i];

        for (uint32_t level = track->depth; level-- > 0;) {
            struct event event = { 0 };

            if (at_once(p, track)) {
                words_of_span(p, lanes_get(p->lanes, track->lane), &track->open[level], &event);
                p->writer->whole(p->writer->ctx, track, track->open[level].span.begin_at, at,
                                 &event);
            } else {
                p->writer->end(p->writer->ctx, track, at, &event);
            }
        }
    }
}

void picture_name_thread(struct picture *p, uint32_t thread, const char *name)
{
    uint32_t lane = lanes_thread_by_id(p->lanes, thread, UINT64_MAX);

    if (lane == LANE_NONE)
        return;
    lanes_rename(p->lanes, lane, name);
    struct track *track = &p->tracks[picture_row(p, lane)->main];

    if (track->id == 0)
        return;
    snprintf(track->name, sizeof track->name, "%s", name);
    p->writer->track(p->writer->ctx, track);
}

void picture_close(struct picture *p, uint64_t number, sim_time at)
{
    struct seen nothing = { .record = { .at = at, .kind = REC_COUNT } };

    p->seen = &nothing;
    lanes_close(p->lanes, number, at);
    settle_all(p);
}

void picture_free(struct picture *p)
{
    if (p == NULL)
        return;
    lanes_free(p->lanes);
    flows_free(p->flows);
    free(p->rows);
    free(p->tracks);
    free(p->pending);
    free(p);
}
