/* picture_flows.c - flows from cause to effect.
 *
 *   READY -> the SWITCH that follows    DPC_QUEUE -> DPC_RUN          APC_QUEUE -> APC_RUN
 *   WORK_QUEUE -> WORK_RUN              IRP_CREATE -> IRP_COMPLETE    FOREIGN_WRITE -> TAINTED_READ
 *
 * A cause is an instant on the thread that acts, or on the processor's DPC track if a DPC acts; an
 * interrupt has no track and no flow. Open flows are found by the address of the object they wait
 * for and removed at the effect, so memory is bounded by the number of living objects. A flow whose
 * effect never comes (a byte that is not read, a DPC removed from its queue) has no end.
 */
#include "ui/export/picture_inside.h"
#include "model/words/records.h"
#include <stdlib.h>
#include <string.h>

enum flow_of { FLOW_THREAD = 1, FLOW_DPC, FLOW_APC, FLOW_WORK, FLOW_IRP };

struct entry {
    uint64_t key; /* 0: the place is free. */
    uint64_t flow;
};

struct flows {
    uint64_t last;
    struct entry *entries; /* Hash table with open addressing. */
    uint32_t count, room;
};

/* ---- Open flows ------------------------------------------------------------------------------ */

static uint32_t slot_of(const struct flows *f, uint64_t key)
{
    return (uint32_t)(key * 0x9e3779b97f4a7c15u >> 40) & (f->room - 1);
}

static struct entry *look_up(const struct flows *f, uint64_t key)
{
    uint32_t i = slot_of(f, key);

    while (f->entries[i].key != 0 && f->entries[i].key != key)
        i = (i + 1) & (f->room - 1);
    return &f->entries[i];
}

static void grow(struct flows *f)
{
    struct flows bigger = { .room = f->room * 2, .count = f->count, .last = f->last };

    bigger.entries = calloc(bigger.room, sizeof *bigger.entries);
    CHECK(bigger.entries != NULL);
    for (uint32_t i = 0; i < f->room; i++)
        if (f->entries[i].key != 0)
            *look_up(&bigger, f->entries[i].key) = f->entries[i];
    free(f->entries);
    *f = bigger;
}

static uint64_t key_of(enum flow_of of, uint32_t thing) { return (uint64_t)of << 32 | thing; }

static uint64_t begin(struct flows *f, enum flow_of of, uint32_t thing)
{
    struct entry *entry;

    if (f->count * 2 >= f->room)
        grow(f);
    entry = look_up(f, key_of(of, thing));
    f->count += entry->key == 0;
    *entry = (struct entry){ key_of(of, thing), ++f->last };
    return f->last;
}

/* Removes an entry and moves later ones up, so that searches still find them. Returns the flow; 0:
 * none. */
static uint64_t take(struct flows *f, enum flow_of of, uint32_t thing)
{
    uint32_t hole = (uint32_t)(look_up(f, key_of(of, thing)) - f->entries);
    uint64_t flow = f->entries[hole].flow;

    if (f->entries[hole].key == 0)
        return 0;
    f->count--;
    for (uint32_t i = (hole + 1) & (f->room - 1); f->entries[i].key != 0;
         i = (i + 1) & (f->room - 1)) {
        uint32_t home = slot_of(f, f->entries[i].key);

        if (((i - home) & (f->room - 1)) < ((i - hole) & (f->room - 1)))
            continue;
        f->entries[hole] = f->entries[i];
        hole = i;
    }
    f->entries[hole] = (struct entry){ 0 };
    return flow;
}

struct flows *flows_new(void)
{
    struct flows *f = calloc(1, sizeof *f);

    CHECK(f != NULL);
    f->room = 256;
    f->entries = calloc(f->room, sizeof *f->entries);
    CHECK(f->entries != NULL);
    return f;
}

void flows_free(struct flows *f)
{
    free(f->entries);
    free(f);
}

uint64_t flows_to_run(struct picture *p, uint32_t lane)
{
    return take(p->flows, FLOW_THREAD, lane);
}
uint64_t flows_to_dpc(struct picture *p, uint32_t dpc) { return take(p->flows, FLOW_DPC, dpc); }
uint64_t flows_of_write(uint64_t record) { return (uint64_t)1 << 48 | (uint32_t)record; }

/* ---- Causes and effects ---------------------------------------------------------------------- */

/* The lane of the thread or DPC that acts; LANE_NONE: an interrupt. */
static uint32_t actor_lane(const struct picture *p)
{
    const struct record *r = &p->seen->record;

    switch ((enum glance_by)p->seen->actor) {
    case GLANCE_THREAD:
        return lanes_thread_by_id(p->lanes, r->thread, UINT64_MAX);
    case GLANCE_DPC:
        return lanes_find(p->lanes, LANE_CPU, r->cpu);
    default:
        return LANE_NONE;
    }
}

static void tell(struct picture *p, const char *name, uint64_t flow, enum flow_step step)
{
    uint32_t lane = actor_lane(p);
    struct event event = { .category = "flow", .step = step, .flow = flow };

    snprintf(event.name, sizeof event.name, "%s", name);
    picture_instant(p, lane, LEVEL_DPC, p->seen->record.at, &event);
}

static void cause(struct picture *p, enum flow_of of, uint32_t thing, const char *name)
{
    if (actor_lane(p) != LANE_NONE)
        tell(p, name, begin(p->flows, of, thing), FLOW_BEGINS);
    else
        take(p->flows, of, thing); /* Drop an older flow of the same object. */
}

static void effect(struct picture *p, enum flow_of of, uint32_t thing, const char *name)
{
    uint64_t flow = take(p->flows, of, thing);

    if (flow != 0 && actor_lane(p) != LANE_NONE)
        tell(p, name, flow, FLOW_ENDS);
}

static void wakes(struct picture *p, const struct record *r)
{
    uint32_t woken = lanes_find(p->lanes, LANE_THREAD, r->a);
    char who[EVENT_NAME], name[EVENT_NAME];

    if (woken == LANE_NONE)
        return;
    words_of_thread(p, woken, who, sizeof who);
    snprintf(name, sizeof name, "wakes %.140s", who);
    cause(p, FLOW_THREAD, woken, name);
}

void flows_feed(struct picture *p)
{
    const struct record *r = &p->seen->record;

    switch ((enum rec_kind)r->kind) {
    case REC_READY:
        wakes(p, r);
        break;
    case REC_DPC_QUEUE:
        cause(p, FLOW_DPC, r->a, "queues DPC");
        break;
    case REC_APC_QUEUE:
        cause(p, FLOW_APC, r->a, "queues APC");
        break;
    case REC_APC_RUN:
        effect(p, FLOW_APC, r->a, "APC runs");
        break;
    case REC_WORK_QUEUE:
        cause(p, FLOW_WORK, r->a, "queues work item");
        break;
    case REC_WORK_RUN:
        effect(p, FLOW_WORK, r->a, "work item runs");
        break;
    case REC_IRP_CREATE:
        cause(p, FLOW_IRP, r->a, "sends IRP");
        break;
    case REC_IRP_COMPLETE:
        effect(p, FLOW_IRP, r->a, "completes IRP");
        break;
    case REC_IRP_FREE:
        take(p->flows, FLOW_IRP, r->a);
        break;
    default:
        break;
    }
}
