/* recording.c - the worker: what is wished first, then the run itself.
 *
 *   forward: slice, slice, slice ... a segment is whole: decode it, publish it, begin the next
 *   wishes:  a moment (somebody drags the time), details (somebody looks closely), a search
 *
 * Wishes come before the run, between two slices, so a window answers while a long run is still
 * being computed. The lock is held where the window could see half of a thing, and only there.
 */
#include "model/words/names.h"
#include "ui/guard/guard.h"
#include "ui/guard/watch.h"
#include "ui/host/grow.h"
#include "ui/host/progress.h"
#include "ui/recording/private.h"
#include "model/look/glance.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const sim_time slice_ns = MS(20); /* Also how often gauges are read. */

enum { SNAPSHOTS_BYTES = 320 << 20, DETAILS_BYTES = 192 << 20 };

void recording_changed(struct recording *r)
{
    r->status.version++;
    if (r->options.wake != NULL)
        r->options.wake(r->options.wake_ctx);
}

/* ---- Memory ---------------------------------------------------------------------------------- */

static void count_memory(struct recording *r, uint64_t *snapshots, uint64_t *details)
{
    uint64_t rest = 0;

    *snapshots = *details = 0;
    r->status.snapshots = 0;
    for (uint32_t i = 0; i < r->part_count; i++) {
        const struct part *part = r->parts[i];

        if (part->snapshot != NULL) {
            *snapshots += snapshot_size(part->snapshot);
            r->status.snapshots++;
        }
        *details += part->detail != NULL ? part->detail->bytes : 0;
        rest += part->bytes + lanes_state_bytes(part->lanes) +
                part->sample_count * sizeof *part->samples;
    }
    r->status.memory = *snapshots + *details + rest;
}

/* Every second snapshot goes; the first stays. */
static void thin_out(struct recording *r)
{
    r->snapshot_every *= 2;
    for (uint32_t i = 0; i < r->part_count; i++)
        if (i % r->snapshot_every != 0 && r->parts[i]->snapshot != NULL) {
            snapshot_free(r->parts[i]->snapshot);
            r->parts[i]->snapshot = NULL;
        }
}

/* False: there is only one left, which somebody waits for. */
static bool drop_oldest_detail(struct recording *r)
{
    struct part *oldest = NULL;
    uint32_t count = 0;

    for (uint32_t i = 0; i < r->part_count; i++) {
        struct part *part = r->parts[i];

        count += part->detail != NULL;
        if (part->detail != NULL && (oldest == NULL || part->detail->used < oldest->detail->used))
            oldest = part;
    }
    if (count < 2)
        return false;
    detail_free(oldest->detail);
    oldest->detail = NULL;
    return true;
}

/* Under the lock. */
static void keep_budgets(struct recording *r)
{
    uint64_t snapshots, details;

    count_memory(r, &snapshots, &details);
    while (snapshots > r->options.snapshots_bytes && r->status.snapshots > 8) {
        thin_out(r);
        count_memory(r, &snapshots, &details);
    }
    while (details > r->options.details_bytes && drop_oldest_detail(r))
        count_memory(r, &snapshots, &details);
}

/* ---- Forward --------------------------------------------------------------------------------- */

static void open_part(struct recording *r)
{
    struct sim *sim = world_sim(r->world);
    struct part *part = calloc(1, sizeof *part);

    CHECK(part != NULL);
    part->segment.first =
        r->part_count == 0 ? 0 : sim->trace.count; /* Boot is part of the first. */
    part->segment.first_at = sim->now;
    part->segment.gap_first = r->gap;
    part->lanes = lanes_save(r->lanes);
    if (r->part_count % r->snapshot_every == 0) {
        part->snapshot = snapshot_take(sim->arena, sim->fibers);
        CHECK(part->snapshot != NULL);
    }
    r->open = part;
    if (r->part_count > 0) {
        r->collector.count = 0;
    } else {
        r->boot_count = r->collector.count;
        r->boot = malloc(r->boot_count * sizeof *r->boot + 1);
        CHECK(r->boot != NULL);
        memcpy(r->boot, r->collector.records, r->boot_count * sizeof *r->boot);
    }
}

static void read_gauges(struct recording *r)
{
    struct sim *sim = world_sim(r->world);
    struct inspect_gauges now;

    inspect_gauges(r->world, &now);
    for (uint32_t i = 0; i < GAUGE_COUNT; i++) {
        uint32_t value = (uint32_t)MIN_OF(now.value[i], (uint64_t)UINT32_MAX);

        if (value == r->gauge_last[i])
            continue;
        r->gauge_last[i] = value;
        r->samples = grow(r->samples, &r->sample_room, r->sample_count + 1, sizeof *r->samples);
        r->samples[r->sample_count++] =
            (struct gauge_sample){ sim->trace.count, sim->now, i, value };
    }
}

/* What was read behind the last record of a segment goes before the first one of the next: a gauge
 * that does not change again would keep its old value in its lane for ever. */
static void take_samples(struct recording *r, struct part *part)
{
    uint32_t count = r->sample_count;

    while (count > 0 && r->samples[count - 1].number >= part->segment.end)
        count--;
    part->samples = malloc(count * sizeof *r->samples + 1);
    CHECK(part->samples != NULL);
    memcpy(part->samples, r->samples, count * sizeof *r->samples);
    part->sample_count = count;
    r->sample_count -= count;
    memmove(r->samples, r->samples + count, r->sample_count * sizeof *r->samples);
}

static void name_threads(const struct recording *r, struct lanes *lanes)
{
    for (uint32_t i = 0; i < lanes_count(lanes); i++) {
        const struct lane *lane = lanes_get(lanes, i);
        const struct thread_names *names = &r->names[MIN_OF(lane->boot, (uint32_t)BOOTS_MAX)];
        const char *name = lane->id / 4 < names->room ? names->list[lane->id / 4].name : "";

        if (lane->kind == LANE_THREAD && lane->id != 0)
            lanes_rename(lanes, i, name[0] != 0 ? name : "thread");
    }
}

static void publish(struct recording *r, sim_time until)
{
    struct sim *sim = world_sim(r->world);
    struct part *part = r->open;
    struct detail *detail;
    struct lanes *lanes;

    part->segment.end = MIN_OF(sim->trace.count, recording_most(r));
    part->segment.end_at = part->segment.end < sim->trace.count
                               ? r->collector.records[r->collector.count - 1].at
                               : sim->now;
    part->segment.fingerprint = trace_fingerprint(&sim->trace);
    part->slice = until; /* Not the clock: a thread that spends time may have moved it on. */
    take_samples(r, part);
    lanes = lanes_clone(r->lanes);
    detail = detail_build(r, lanes, part, r->collector.records, r->collector.count);
    name_threads(r, lanes);
    detail->segment = r->part_count;
    summary_build(part, detail, lanes);
    r->gap = part->segment.gap_end;

    pthread_mutex_lock(&r->lock);
    lanes_free(r->lanes);
    r->lanes = lanes;
    r->parts = grow(r->parts, &r->part_room, r->part_count + 1, sizeof *r->parts);
    part->detail = detail;
    detail->used = r->clock;
    r->parts[r->part_count++] = part;
    r->open = NULL;
    r->status.records = part->segment.end;
    r->status.now = part->segment.end_at;
    r->highlight_shown = r->highlight_count;
    keep_budgets(r);
    recording_changed(r);
    pthread_mutex_unlock(&r->lock);
}

static void finish(struct recording *r)
{
    struct recording_end *end = &r->end;
    struct sim *sim = world_sim(r->world);

    if (sim->trace.count > recording_most(r)) { /* What is behind the last record is not told. */
        pthread_mutex_lock(&r->lock);
        r->status.ended = r->status.cut = true;
        recording_changed(r);
        pthread_mutex_unlock(&r->lock);
        return;
    }
    end->result = *world_result(r->world);
    world_end_by_guest(sim, end->by_guest, sizeof end->by_guest);
    world_enter(r->world);
    end->log_count = glance_log_count(r->world);
    end->log = malloc(end->log_count * sizeof *end->log + 1);
    CHECK(end->log != NULL);
    for (uint32_t i = 0; i < end->log_count; i++)
        CHECK(glance_log_line(r->world, i, &end->log[i]));
    choices_print(sim->choices.taken, sim->choices.taken_count, choice_names, end->surprises,
                  sizeof end->surprises);
    pthread_mutex_lock(&r->lock);
    r->status.ended = true;
    r->status.end = sim->end;
    r->status.fingerprint = end->result.fingerprint;
    recording_changed(r);
    pthread_mutex_unlock(&r->lock);
}

/* One slice; a segment when it is whole. */
static void go_on(struct recording *r)
{
    struct sim *sim = world_sim(r->world);
    sim_time until = (sim->now / slice_ns + 1) * slice_ns, end = r->options.until;
    enum sim_end state;

    if (r->open == NULL)
        open_part(r);
    if (end != 0 && until > end)
        until = end;
    state = world_run(r->world, until);
    if (state == SIM_BROKEN) /* go_on_watched tells; the segments before are good. */
        return;
    read_gauges(r);
    bool over = state != SIM_GOING || (end != 0 && sim->now >= end);

    if (r->collector.count > 0 && (over || r->collector.count >= r->options.segment_records))
        publish(r, until);
    if (over)
        finish(r);
}

/* A failed check of ours, a signal, or a guest's endless loop, on whatever simulated stack: the
 * world is as it was left and can be put back to any segment before. */
static void broke(struct recording *r, const char *message)
{
    if (r->part_count == 0) { /* Nothing has been seen yet. */
        fprintf(stderr, "exifsim: %s\n", message);
        exit(RECORDING_EXIT_BROKEN);
    }
    part_free(r->open);
    r->open = NULL;
    r->collector.count = 0;
    pthread_mutex_lock(&r->lock);
    r->status.ended = true;
    snprintf(r->status.broken, sizeof r->status.broken, "%s", message);
    recording_changed(r);
    pthread_mutex_unlock(&r->lock);
}

static void go_on_guarded(void *context)
{
    struct recording *r = context;

    replay_to_frontier(r);
    go_on(r);
}

/* Slices that are made under one watcher, which costs more than a slice of a quiet machine. */
enum { STRETCH_US = 50000 };

static void go_on_for_guests(void *context, const atomic_bool *asked)
{
    struct recording *r = context;
    struct sim *sim = world_sim(r->world);
    uint64_t until = progress_clock_us() + STRETCH_US;

    (void)asked;
    watch_guests(sim);
    do
        go_on_guarded(r);
    while (!r->status.ended && sim->end != SIM_BROKEN && progress_clock_us() < until);
}

/* Makes the next slice. False: the run broke, and message says how. */
static bool go_on_watched(struct recording *r, char message[RECORDING_BROKEN_CHARS])
{
    struct sim *sim = world_sim(r->world);
    struct watched watched;

    if (r->scenario.guest_count == 0)
        return guard_call(go_on_guarded, r, message, RECORDING_BROKEN_CHARS);
    watch_call(0, go_on_for_guests, r, &watched);
    snprintf(message, RECORDING_BROKEN_CHARS, "%.*s", RECORDING_BROKEN_CHARS - 1, sim->broken);
    return !watched.broken && sim->end != SIM_BROKEN;
}

/* ---- Wishes ---------------------------------------------------------------------------------- */

static void make_detail(struct recording *r, uint32_t index)
{
    struct detail *detail;

    pthread_mutex_unlock(&r->lock);
    detail = replay_detail(r, index);
    pthread_mutex_lock(&r->lock);
    detail->used = ++r->clock;
    r->parts[index]->detail = detail;
    keep_budgets(r);
    recording_changed(r);
}

static void make_moment(struct recording *r)
{
    uint64_t number = r->moment_wish;
    bool good;

    r->moment_wish = UINT64_MAX;
    r->memory_next.number = number;
    r->memory_next.address = r->memory_wish;
    pthread_mutex_unlock(&r->lock);
    good = replay_moment(r, number);
    pthread_mutex_lock(&r->lock);
    if (good) {
        struct inspect *swap = r->moment;

        r->moment = r->moment_next;
        r->moment_next = swap;
        r->memory = r->memory_next;
        r->has_moment = true;
        r->moment_number = number;
        recording_changed(r);
    }
}

static void end_search(struct recording *r, enum recording_found found, uint64_t number)
{
    r->found = found;
    r->found_number = number;
    recording_changed(r);
}

/* The segment in which the search goes on; SEGMENT_NONE: there is none (yet). */
static uint32_t search_segment(const struct recording *r)
{
    const struct recording_query *q = &r->query;

    if (!q->backwards)
        return recording_segment_of(r, q->from + 1);
    if (q->from == 0 || r->status.records == 0)
        return SEGMENT_NONE;
    return recording_segment_of(r, MIN_OF(q->from, r->status.records) - 1);
}

bool recording_may_match(const struct recording_query *q, const struct segment *g)
{
    uint64_t wanted = 0, there = 0;

    for (int i = 0; i < 4; i++) {
        wanted |= q->kinds[i];
        there |= q->kinds[i] & g->kinds[i];
    }
    return wanted == 0 || there != 0;
}

/* In one segment; true: it has been found. */
static bool search_detail(struct recording *r, const struct detail *d, const struct segment *g)
{
    struct recording_query *q = &r->query;

    for (uint32_t i = 0; i < d->count; i++) {
        uint32_t at = q->backwards ? d->count - 1 - i : i;
        uint64_t number = g->first + at;

        if (q->backwards ? number >= q->from : number <= q->from)
            continue;
        if (q->match(&d->records[at], number, q->ctx)) {
            end_search(r, FOUND_YES, number);
            return true;
        }
    }
    return false;
}

/* One segment of the search; the next time the next one, so that others have their turn. */
static void search_on(struct recording *r)
{
    uint32_t index = search_segment(r);
    struct part *part;

    if (index == SEGMENT_NONE) {
        end_search(r, FOUND_NO, 0);
        return;
    }
    part = r->parts[index];
    if (recording_may_match(&r->query, &part->segment)) {
        if (part->detail == NULL) {
            make_detail(r, index);
            return; /* Somebody may have changed his mind meanwhile. */
        }
        part->detail->used = ++r->clock;
        if (search_detail(r, part->detail, &part->segment))
            return;
    }
    r->query.from = r->query.backwards ? part->segment.first : part->segment.end - 1;
}

static bool search_can_go_on(const struct recording *r)
{
    return r->found == FOUND_PENDING &&
           (r->query.backwards || r->status.ended || r->query.from + 1 < r->status.records);
}

/* Under the lock; false: nothing is wished. */
static bool serve(struct recording *r)
{
    if (r->moment_wish != UINT64_MAX && r->moment_wish < r->status.records) {
        make_moment(r);
        return true;
    }
    if (r->visit != NULL && r->status.ended) {
        visit_serve(r);
        return true;
    }
    if (r->want_count > 0) {
        uint32_t index = r->wants[--r->want_count];

        if (index < r->part_count && r->parts[index]->detail == NULL)
            make_detail(r, index);
        return true;
    }
    if (search_can_go_on(r)) {
        search_on(r);
        return true;
    }
    if (sieve_can_go_on(r)) {
        sieve_go_on(r);
        return true;
    }
    if (writers_can_go_on(r)) {
        writers_go_on(r);
        return true;
    }
    return false;
}

static void *work(void *context)
{
    struct recording *r = context;
    char message[RECORDING_BROKEN_CHARS];
    struct guard guard;

    guard_enter(&guard);
    world_enter(r->world);
    pthread_mutex_lock(&r->lock);
    while (!r->quit) {
        if (serve(r))
            continue;
        if (!r->status.ended) {
            pthread_mutex_unlock(&r->lock);
            if (!go_on_watched(r, message))
                broke(r, message);
            pthread_mutex_lock(&r->lock);
            continue;
        }
        r->busy = false;
        pthread_cond_broadcast(&r->idle);
        pthread_cond_wait(&r->work, &r->lock);
        r->busy = true;
    }
    r->busy = false;
    pthread_cond_broadcast(&r->idle);
    pthread_mutex_unlock(&r->lock);
    guard_leave(&guard);
    return NULL;
}

/* ---- Life ------------------------------------------------------------------------------------ */

struct recording *recording_open(const struct recording_options *options)
{
    struct recording *r = calloc(1, sizeof *r);

    if (r == NULL)
        return NULL;
    r->options = *options;
    r->options.snapshots_bytes =
        options->snapshots_bytes ? options->snapshots_bytes : SNAPSHOTS_BYTES;
    r->options.details_bytes = options->details_bytes ? options->details_bytes : DETAILS_BYTES;
    r->options.segment_records =
        options->segment_records ? options->segment_records : SEGMENT_RECORDS;
    r->options.last = options->last ? options->last : UINT64_MAX;
    r->scenario = *options->scenario;
    r->options.scenario = &r->scenario;
    if (r->scenario.strategy ==
        CHOICE_CALM) { /* The same answers, but the questions are counted. */
        r->scenario.strategy = CHOICE_LISTED;
        r->scenario.replay.listed_count = 0;
    }
    r->highlights = malloc(HIGHLIGHTS_MAX * sizeof *r->highlights);
    CHECK(r->highlights != NULL);
    r->collector = (struct collector){ .keep = true, .target = UINT64_MAX };
    r->lanes = lanes_new(&(struct lanes_sink){ 0 });
    r->forward = r->busy = true;
    r->world = world_new_watched(&r->scenario, options->seed, replay_watch, r);
    r->moment = inspect_new();
    r->moment_next = inspect_new();
    r->people = inspect_new();
    if (r->world == NULL || r->moment == NULL || r->moment_next == NULL || r->people == NULL) {
        recording_close(r);
        return NULL;
    }
    /* Onlookers go to another instant each time, which following the writes makes dearer; and what
     * a window is made of may have handlers of faults that come in the way. */
    world_sim(r->world)->arena->copies_all = true;
    r->snapshot_every = 1;
    open_part(r);
    r->moment_wish = UINT64_MAX;
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->work, NULL);
    pthread_cond_init(&r->idle, NULL);
    r->has_thread = pthread_create(&r->thread, NULL, work, r) == 0;
    if (!r->has_thread) {
        recording_close(r);
        return NULL;
    }
    return r;
}

void recording_close(struct recording *r)
{
    if (r == NULL)
        return;
    if (r->has_thread) {
        recording_lock(r);
        r->quit = true;
        pthread_cond_signal(&r->work);
        recording_unlock(r);
        pthread_join(r->thread, NULL);
    }
    for (uint32_t i = 0; i < r->part_count; i++)
        part_free(r->parts[i]);
    part_free(r->open);
    free(r->parts);
    free(r->samples);
    free(r->boot);
    free(r->highlights);
    for (int i = 0; i <= BOOTS_MAX; i++)
        free(r->names[i].list);
    free(r->processes);
    free(r->collector.records);
    writers_free(r);
    snapshot_free(r->frontier);
    snapshot_free(r->near);
    inspect_free(r->moment);
    inspect_free(r->moment_next);
    inspect_free(r->people);
    lanes_free(r->lanes);
    free(r->end.log);
    if (r->world != NULL)
        world_free(r->world);
    free(r);
}
