/* replay.c - the world goes back and forth; only the worker calls.
 *
 * The world stands at the frontier while the run is being computed. Whoever wants something older
 * puts the frontier aside, goes back to a snapshot and runs again; the trace's watcher collects
 * records or takes the moment, and the frontier is put back when the computing goes on. The watcher
 * lies in the arena, so every snapshot brings it along.
 */
#include "model/look/glance.h"
#include "model/words/records.h"
#include "ui/recording/private.h"
#include "ui/host/grow.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct sim *sim_of(const struct recording *r) { return world_sim(r->world); }

static void restore(struct recording *r, const struct snapshot *snapshot)
{
    struct sim *sim = sim_of(r);

    snapshot_restore(snapshot, sim->arena, sim->fibers);
    world_enter(r->world); /* Another kernel may run there. */
}

static void collect(struct collector *c, const struct record *record)
{
    c->records = grow(c->records, &c->room, c->count + 1, sizeof *c->records);
    c->records[c->count++] = *record;
}

static bool worth_a_mark(uint16_t kind)
{
    switch (kind) {
    case REC_FOREIGN_WRITE:
    case REC_TAINTED_READ:
    case REC_EXCEPTION:
    case REC_DEBUG_PORT:
    case REC_TERMINATE:
    case REC_HANDLE_SWEEP:
    case REC_PROCESS_EXIT:
    case REC_POOL_FAIL:
    case REC_STOP:
        return true;
    default:
        return false;
    }
}

static void highlight(struct recording *r, const struct record *record, uint64_t number,
                      const struct surprise *surprise)
{
    struct highlight *h;

    if (r->highlight_count == HIGHLIGHTS_MAX) {
        r->highlight_dropped++;
        return;
    }
    h = &r->highlights[r->highlight_count++];
    *h = (struct highlight){ .number = number, .record = *record };
    if (surprise != NULL) {
        h->surprising = true;
        h->surprise = *surprise;
    }
}

static void look_for_highlights(struct recording *r, const struct record *record, uint64_t number)
{
    if (r->world != NULL) { /* Not while it boots: no choice is taken there. */
        const struct choices *choices = &sim_of(r)->choices;

        while (r->surprises_seen < choices->taken_count)
            highlight(r, record, number, &choices->taken[r->surprises_seen++]);
    }
    if (worth_a_mark(record->kind))
        highlight(r, record, number, NULL);
}

/* Threads name themselves when they run; most never again. */
static void note_name(struct recording *r)
{
    const char *name;
    size_t index = inspect_running(&name) / 4;
    struct thread_names *names = &r->names[MIN_OF(r->boots_over, (uint32_t)BOOTS_MAX)];
    struct thread_name *known;

    if (index == 0 || name == NULL)
        return;
    names->list = grow(names->list, &names->room, index + 1, sizeof *names->list);
    known = &names->list[index];
    if (known->said == name)
        return;
    *known = (struct thread_name){ .said = name };
    memcpy(known->name, name, strnlen(name, sizeof known->name - 1));
}

static void note_process(struct recording *r, const struct record *record, uint64_t number)
{
    const char *name = r->world != NULL ? glance_process_name(r->world, record->a) : NULL;

    if (name == NULL) /* While the machine boots: System's address is asked for later. */
        return;
    r->processes = grow(r->processes, &r->process_room, r->process_count + 1, sizeof *r->processes);
    r->processes[r->process_count] =
        (struct process_began){ .number = number, .address = record->a };
    snprintf(r->processes[r->process_count++].name, LANE_NAME_CHARS, "%s", name);
}

/* Copies what each process has at the address that is asked for. */
static void take_memory(struct recording *r)
{
    struct recording_memory *m = &r->memory_next;
    const struct inspect *look = r->moment_next;

    m->count = 0;
    for (uint32_t i = 0; i < look->process_count && m->count < MEMORY_PROCESSES; i++) {
        m->processes[m->count].process = look->processes[i].address;
        m->processes[m->count].readable =
            glance_bytes(r->world, look->processes[i].address, m->address,
                         m->processes[m->count].bytes, MEMORY_BYTES);
        m->count++;
    }
}

/* The visitor sees a record of his stretch; when he has seen enough the world goes no further. */
static void visit(struct recording *r, const struct record *record, uint64_t number)
{
    const struct recording_visit *v = r->collector.visit;

    if (number < v->to && !v->see(r->world, record, number, v->ctx) && number + 1 < v->to)
        return;
    r->collector.visit = NULL;
    sim_finish(sim_of(r), SIM_BUDGET);
}

void replay_watch(const struct record *record, uint64_t number, void *ctx)
{
    struct recording *r = ctx;
    struct collector *c = &r->collector;

    if (number > r->options.last && r->world != NULL) { /* Unseen, up to the thread's next point. */
        sim_finish(sim_of(r), SIM_BUDGET);
        return;
    }
    if (r->forward) {
        look_for_highlights(r, record, number);
        note_name(r);
        if (record->kind == REC_PROCESS_NEW)
            note_process(r, record, number);
        r->boots_over += record->kind == REC_POWER_OFF;
    }
    if (c->keep)
        collect(c, record);
    if (c->visit != NULL && number >= c->visit->from)
        visit(r, record, number);
    if (number == c->target) {
        inspect_take(r->world, r->moment_next);
        if (r->memory_next.address != 0)
            take_memory(r);
        c->target = UINT64_MAX;
        sim_finish(sim_of(r), SIM_BUDGET); /* Far enough; the world goes back before it goes on. */
    }
}

/* ---- The frontier ---------------------------------------------------------------------------- */

void replay_leave_frontier(struct recording *r)
{
    struct sim *sim = sim_of(r);

    if (!r->forward)
        return;
    r->forward = false;
    world_tell_story(r->world, false);
    if (r->status.ended)
        return;
    if (r->frontier == NULL)
        r->frontier = snapshot_take(sim->arena, sim->fibers);
    else
        CHECK(snapshot_retake(r->frontier, sim->arena, sim->fibers));
    CHECK(r->frontier != NULL);
}

void replay_to_frontier(struct recording *r)
{
    if (r->forward || r->status.ended)
        return;
    restore(r, r->frontier);
    r->collector.keep = true;
    r->collector.target = UINT64_MAX;
    world_tell_story(r->world, true);
    r->forward = true;
}

/* ---- Details --------------------------------------------------------------------------------- */

/* The nearest part at or before it that still has its snapshot. The first always has. */
static uint32_t snapshot_before(const struct recording *r, uint32_t part)
{
    while (r->parts[part]->snapshot == NULL)
        part--;
    return part;
}

void replay_go_back(struct recording *r, uint32_t part)
{
    replay_leave_frontier(r);
    r->collector.keep = false;
    r->collector.target = UINT64_MAX;
    restore(r, r->parts[part]->snapshot);
}

struct detail *replay_detail(struct recording *r, uint32_t index)
{
    struct part *part = r->parts[index];
    struct collector kept = r->collector;
    uint32_t from = snapshot_before(r, index);
    struct detail *detail;
    struct lanes *lanes;

    replay_leave_frontier(r);
    r->collector = (struct collector){ .target = UINT64_MAX };
    for (uint32_t i = 0; index == 0 && i < r->boot_count; i++)
        collect(&r->collector, &r->boot[i]);
    restore(r, r->parts[from]->snapshot);
    if (from != index)
        world_run(r->world, r->parts[index - 1]->slice);
    CHECK(sim_of(r)->trace.count == part->segment.first + r->collector.count);
    r->collector.keep = true;
    world_run(r->world, part->slice);
    CHECK(MIN_OF(sim_of(r)->trace.count, recording_most(r)) == part->segment.end);
    lanes = lanes_clone(r->lanes); /* There, addresses mean what they meant then. */
    lanes_load(lanes, part->lanes);
    detail = detail_build(r, lanes, part, r->collector.records, r->collector.count);
    lanes_free(lanes);
    detail->segment = index;
    free(r->collector.records);
    r->collector = kept;
    r->collector.keep = false;
    return detail;
}

/* ---- Moments --------------------------------------------------------------------------------- */

/* Goes to shortly before the record and puts a snapshot there: the next step is a short way. A
 * thread that spends time runs past the time it was asked for, as long as nothing else is due; so a
 * first try may go too far. room: so many buckets earlier, for who will step back from there. */
static void approach(struct recording *r, const struct part *part, const struct snapshot *snapshot,
                     uint64_t number, uint64_t room)
{
    const struct segment *g = &part->segment;
    struct sim *sim = sim_of(r);
    uint64_t bucket = (number - g->first) / BUCKET_RECORDS;

    bucket -= MIN_OF(bucket, room);
    for (uint64_t back = 1;; back *= 4) {
        sim_time before = g->bucket_at[bucket];

        restore(r, snapshot);
        if (before > sim->now + 1)
            world_run(r->world, before - 1);
        if (sim->trace.count <= number)
            break;
        CHECK(bucket > 0); /* The snapshot itself lies before the record. */
        bucket -= MIN_OF(bucket, back);
    }
    if (r->near == NULL)
        r->near = snapshot_take(sim->arena, sim->fibers);
    else
        CHECK(snapshot_retake(r->near, sim->arena, sim->fibers));
    CHECK(r->near != NULL);
    r->near_number = sim->trace.count;
}

/* Buckets between the snapshot that a visit leaves and its first record. */
enum { VISIT_ROOM = 3 };

/* Puts the world shortly before a record of a part, with room for so many buckets. */
static void come_near(struct recording *r, uint32_t index, uint64_t number, uint64_t room)
{
    uint32_t from = snapshot_before(r, index);

    replay_leave_frontier(r);
    r->collector.keep = false;
    r->collector.target = UINT64_MAX;
    r->collector.visit = NULL;
    if (r->near != NULL && r->near_number <= number &&
        r->near_number >= r->parts[from]->segment.first &&
        number - r->near_number < (2 + room) * BUCKET_RECORDS) {
        restore(r, r->near);
    } else {
        approach(r, r->parts[index], r->parts[from]->snapshot, number, room);
    }
}

/* Into moment_next. False: there is no such record yet. */
bool replay_moment(struct recording *r, uint64_t number)
{
    uint32_t index = recording_segment_of(r, number);

    if (index == SEGMENT_NONE)
        return false;
    come_near(r, index, number, 0);
    r->collector.target = number;
    world_run(r->world, r->parts[index]->slice);
    CHECK(r->collector.target == UINT64_MAX); /* The watcher was there. */
    return true;
}

bool replay_visit(struct recording *r, const struct recording_visit *visit)
{
    uint32_t index = recording_segment_of(r, visit->from);

    if (index == SEGMENT_NONE || visit->from < r->boot_count)
        return false;
    come_near(r, index, visit->from, VISIT_ROOM);
    r->collector.visit = visit;
    for (; index < r->part_count && r->collector.visit != NULL; index++)
        world_run(r->world, r->parts[index]->slice);
    r->collector.visit = NULL; /* The run may end before the stretch does. */
    return true;
}
