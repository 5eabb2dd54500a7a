/* lanes.c - from records to spans: a small state machine a lane.
 *
 * A thread runs from the SWITCH that brings it to the next one on its processor; what it is then
 * was said before (WAIT, PREEMPT, THREAD_EXIT). Visits nest: ATTACH opens a band one level deeper,
 * DETACH closes the deepest. A processor shows the thread it runs in the colour of the thread's
 * process, and the thread's bands with it. What has no lane yet gets one when it is first heard of;
 * a decoder that starts midway knows all lanes from the first pass.
 */
#include "ui/recording/lanes.h"
#include "model/kernel/kernel.h"
#include <stdio.h>
#include <stdlib.h>

const char *const lane_kind_names[LANE_KINDS] = {
    "processor", "process", "thread", "lock", "queue",   "IRP",   "pool",
    "disk",      "service", "log",    "load", "latency", "gauge",
};
const char *const span_state_names[SPAN_STATES] = {
    "running", "ready",         "waiting",      "attached", "DPC", "in a service",
    "alive",   "debugged",      "frozen",       "held",     "IRP", "transfer",
    "stopped", "start pending", "stop pending", "running",
};

enum { IRP_PLACES = 32, LOCK_LANES_MAX = 48, PROCESSES_KNOWN = 256 };

struct open {
    struct span span;
    bool is;
};

/* What goes on with a lane. */
struct state {
    struct open open[LANE_LEVELS];
    uint64_t value;   /* Of its steps. */
    uint32_t cpu;     /* Thread: where it runs; processor: the running thread's lane. */
    uint32_t irp;     /* IRP place: its address; 0 free. */
    uint8_t irql;     /* Thread: as it left its processor. Processor: now. */
    uint8_t dpc_irql; /* Processor: where the DPC came in. */
    bool exited;
};

struct totals {
    uint64_t pool[2];
    uint64_t second;   /* Of the load lane. */
    uint32_t arrivals; /* In that second. */
    uint32_t disk_depth[8];
};

struct lanes {
    struct lanes_sink sink;
    struct lane *lanes;
    struct state *states;
    uint32_t count, room;
    uint32_t *table, table_room; /* Open addressing, (kind, key) -> lane + 1. */
    uint32_t processes[PROCESSES_KNOWN], process_count;
    uint32_t lock_count;
    struct totals totals;
};

struct lanes_state {
    uint32_t count;
    struct totals totals;
    struct state states[];
};

/* ---- Lanes ----------------------------------------------------------------------------------- */

/* A second way to threads and processes: addresses are used again, ids never are. */
enum { KIND_ID = LANE_KINDS };

static uint32_t slot_of(const struct lanes *l, uint32_t kind, uint32_t key)
{
    uint64_t x = ((uint64_t)kind << 32 | key) * 0x9e3779b97f4a7c15u;

    return (uint32_t)(x >> 40) & (l->table_room - 1);
}

static bool is_it(const struct lanes *l, uint32_t entry, uint32_t kind, uint32_t key)
{
    const struct lane *lane = &l->lanes[(entry & 0x7fffffffu) - 1];

    if (entry & 0x80000000u)
        return kind == KIND_ID && lane->id == key;
    return (uint32_t)lane->kind == kind && lane->key == key;
}

static uint32_t look_up(const struct lanes *l, uint32_t kind, uint32_t key)
{
    for (uint32_t i = slot_of(l, kind, key);; i = (i + 1) & (l->table_room - 1)) {
        if (l->table[i] == 0)
            return LANE_NONE;
        if (is_it(l, l->table[i], kind, key))
            return (l->table[i] & 0x7fffffffu) - 1;
    }
}

static void enter(struct lanes *l, uint32_t kind, uint32_t key, uint32_t lane)
{
    uint32_t i = slot_of(l, kind, key);

    while (l->table[i] != 0 && !is_it(l, l->table[i], kind, key))
        i = (i + 1) & (l->table_room - 1);
    l->table[i] = (lane + 1) | (kind == KIND_ID ? 0x80000000u : 0);
}

static void grow(struct lanes *l)
{
    uint32_t room = l->room == 0 ? 256 : l->room * 2;

    l->lanes = realloc(l->lanes, room * sizeof *l->lanes);
    l->states = realloc(l->states, room * sizeof *l->states);
    free(l->table);
    l->table_room = room * 8;
    l->table = calloc(l->table_room, sizeof *l->table);
    CHECK(l->lanes != NULL && l->states != NULL && l->table != NULL);
    l->room = room;
    for (uint32_t i = 0; i < l->count; i++) {
        enter(l, (uint32_t)l->lanes[i].kind, l->lanes[i].key, i);
        if (l->lanes[i].id != 0)
            enter(l, KIND_ID, l->lanes[i].id, i);
    }
}

/* From here on the key means this lane. */
static uint32_t add_lane(struct lanes *l, enum lane_kind kind, uint32_t key, const char *name,
                         uint64_t number)
{
    uint32_t found;

    if (l->count == l->room)
        grow(l);
    found = l->count++;
    l->lanes[found] = (struct lane){
        .kind = kind, .key = key, .parent = LANE_NONE, .process = PROCESS_NONE, .born = number
    };
    snprintf(l->lanes[found].name, LANE_NAME_CHARS, "%s", name);
    memset(&l->states[found], 0, sizeof l->states[found]);
    l->states[found].cpu = LANE_NONE;
    enter(l, (uint32_t)kind, key, found);
    if (l->sink.lane != NULL)
        l->sink.lane(l->sink.ctx, found);
    return found;
}

/* The lane of a thing, new if need be. */
static uint32_t lane_of(struct lanes *l, enum lane_kind kind, uint32_t key, const char *name,
                        uint64_t number)
{
    uint32_t found = look_up(l, (uint32_t)kind, key);

    return found != LANE_NONE ? found : add_lane(l, kind, key, name, number);
}

/* The lane of a thread or process that appears, at an address where another one may have been.
 * False: it is known from an earlier pass. */
static bool appear(struct lanes *l, enum lane_kind kind, uint32_t key, uint32_t id,
                   const char *name, uint64_t number, uint32_t *out)
{
    uint32_t known = look_up(l, KIND_ID, id);

    if (known == LANE_NONE) {
        *out = look_up(l, (uint32_t)kind, key);
        if (*out == LANE_NONE || l->lanes[*out].id != 0)
            *out = add_lane(l, kind, key, name, number);
        l->lanes[*out].id = id;
        enter(l, KIND_ID, id, *out);
        return true;
    }
    enter(l, (uint32_t)kind, key, known);
    *out = known;
    return false;
}

static uint32_t numbered_lane(struct lanes *l, enum lane_kind kind, uint32_t key,
                              const char *format, uint64_t number)
{
    uint32_t found = look_up(l, (uint32_t)kind, key);
    char name[LANE_NAME_CHARS];

    if (found != LANE_NONE)
        return found;
    snprintf(name, sizeof name, format, key);
    return lane_of(l, kind, key, name, number);
}

/* ---- Spans, steps, marks --------------------------------------------------------------------- */

static void end_span(struct lanes *l, uint32_t lane, enum lane_level level, uint64_t number,
                     sim_time at)
{
    struct open *open = &l->states[lane].open[level];

    if (!open->is)
        return;
    open->is = false;
    open->span.end = number;
    open->span.end_at = at;
    if (l->sink.end != NULL)
        l->sink.end(l->sink.ctx, lane, &open->span);
}

static void begin_span(struct lanes *l, uint32_t lane, enum lane_level level, enum span_state state,
                       uint32_t value, uint16_t process, const struct record *r, uint64_t number)
{
    struct open *open = &l->states[lane].open[level];

    end_span(l, lane, level, number, r->at);
    *open = (struct open){ .is = true,
                           .span = { .begin = number,
                                     .end = number,
                                     .begin_at = r->at,
                                     .end_at = r->at,
                                     .value = value,
                                     .level = (uint8_t)level,
                                     .state = (uint8_t)state,
                                     .process = process } };
    if (l->sink.begin != NULL)
        l->sink.begin(l->sink.ctx, lane, &open->span);
}

static void step(struct lanes *l, uint32_t lane, uint64_t number, sim_time at, uint64_t value)
{
    l->states[lane].value = value;
    if (l->sink.step != NULL)
        l->sink.step(l->sink.ctx, lane, number, at, value);
}

static void mark(struct lanes *l, uint32_t lane, const struct record *r, uint64_t number)
{
    if (lane != LANE_NONE && l->sink.mark != NULL)
        l->sink.mark(l->sink.ctx, lane, number, r);
}

/* ---- Processors and threads ------------------------------------------------------------------ */

static uint32_t cpu_lane(struct lanes *l, const struct record *r, uint64_t number)
{
    return numbered_lane(l, LANE_CPU, r->cpu, "CPU %u", number);
}

/* NULL process lane: the thread was made before anybody listened. */
static uint32_t thread_lane(struct lanes *l, uint32_t address, uint64_t number)
{
    return numbered_lane(l, LANE_THREAD, address, "thread %08x", number);
}

static void set_irql(struct lanes *l, uint32_t cpu, uint8_t irql, const struct record *r,
                     uint64_t number)
{
    if (l->states[cpu].irql == irql)
        return;
    l->states[cpu].irql = irql;
    step(l, cpu, number, r->at, irql);
}

/* The bands of a thread on the processor that runs it. */
static void show_bands(struct lanes *l, uint32_t cpu, uint32_t thread, const struct record *r,
                       uint64_t number)
{
    for (int level = LEVEL_BAND_1; level <= LEVEL_BAND_3; level++) {
        const struct open *band = thread == LANE_NONE ? NULL : &l->states[thread].open[level];

        if (band != NULL && band->is)
            begin_span(l, cpu, (enum lane_level)level, SPAN_ATTACHED, band->span.value,
                       band->span.process, r, number);
        else
            end_span(l, cpu, (enum lane_level)level, number, r->at);
    }
}

/* The processor's thread is no longer it. */
static void leave_cpu(struct lanes *l, uint32_t cpu, const struct record *r, uint64_t number)
{
    uint32_t old = l->states[cpu].cpu;

    if (old == LANE_NONE)
        return;
    struct state *state = &l->states[old];

    state->irql = l->states[cpu].irql;
    state->cpu = LANE_NONE;
    if (state->exited)
        for (int level = 0; level < LANE_LEVELS; level++)
            end_span(l, old, (enum lane_level)level, number, r->at);
    else if (state->open[LEVEL_STATE].is && state->open[LEVEL_STATE].span.state == SPAN_RUNNING)
        begin_span(l, old, LEVEL_STATE, SPAN_READY, 0, l->lanes[old].process, r, number);
    l->states[cpu].cpu = LANE_NONE;
}

static void on_switch(struct lanes *l, const struct record *r, uint64_t number)
{
    uint32_t cpu = cpu_lane(l, r, number), thread = thread_lane(l, r->a, number);

    leave_cpu(l, cpu, r, number);
    l->states[cpu].cpu = thread;
    l->states[thread].cpu = cpu;
    begin_span(l, cpu, LEVEL_STATE, SPAN_RUNNING, thread, l->lanes[thread].process, r, number);
    begin_span(l, thread, LEVEL_STATE, SPAN_RUNNING, r->cpu, l->lanes[thread].process, r, number);
    show_bands(l, cpu, thread, r, number);
    set_irql(l, cpu, l->states[thread].irql, r, number);
}

static void on_idle(struct lanes *l, const struct record *r, uint64_t number)
{
    uint32_t cpu = cpu_lane(l, r, number);

    leave_cpu(l, cpu, r, number);
    end_span(l, cpu, LEVEL_STATE, number, r->at);
    show_bands(l, cpu, LANE_NONE, r, number);
    set_irql(l, cpu, PASSIVE_LEVEL, r, number);
}

static void set_thread(struct lanes *l, uint32_t thread, enum span_state state, uint32_t value,
                       const struct record *r, uint64_t number)
{
    begin_span(l, thread, LEVEL_STATE, state, value, l->lanes[thread].process, r, number);
}

/* The thread that wrote the record; LANE_NONE for idle threads. */
static uint32_t writer_of(const struct lanes *l, const struct record *r)
{
    return r->thread == 0 ? LANE_NONE : look_up(l, KIND_ID, r->thread);
}

static void on_attach(struct lanes *l, const struct record *r, uint64_t number)
{
    uint32_t thread = writer_of(l, r);

    if (thread == LANE_NONE)
        return;
    for (int level = LEVEL_BAND_1; level <= LEVEL_BAND_3; level++)
        if (!l->states[thread].open[level].is) {
            begin_span(l, thread, (enum lane_level)level, SPAN_ATTACHED, r->a,
                       lanes_process_at(l, r->a), r, number);
            break;
        }
    if (l->states[thread].cpu != LANE_NONE)
        show_bands(l, l->states[thread].cpu, thread, r, number);
}

static void on_detach(struct lanes *l, const struct record *r, uint64_t number)
{
    uint32_t thread = writer_of(l, r);

    if (thread == LANE_NONE)
        return;
    for (int level = LEVEL_BAND_3; level >= LEVEL_BAND_1; level--)
        if (l->states[thread].open[level].is) {
            end_span(l, thread, (enum lane_level)level, number, r->at);
            break;
        }
    if (l->states[thread].cpu != LANE_NONE)
        show_bands(l, l->states[thread].cpu, thread, r, number);
}

/* The lane of a process; made for one that no record brought, as System, which boots with the
 * machine. */
static uint32_t process_lane(struct lanes *l, uint32_t address, uint64_t number)
{
    uint32_t before = l->count, process = look_up(l, LANE_PROCESS, address);
    const char *name;

    if (process != LANE_NONE)
        return process;
    name = l->sink.process_name != NULL ? l->sink.process_name(l->sink.ctx, address) : NULL;
    process = lane_of(l, LANE_PROCESS, address, name != NULL ? name : "process", number);
    if (l->count != before && l->process_count < PROCESSES_KNOWN) {
        l->lanes[process].process = (uint16_t)l->process_count;
        l->processes[l->process_count++] = process;
    }
    return process;
}

static void on_thread_new(struct lanes *l, const struct record *r, uint64_t number)
{
    char name[LANE_NAME_CHARS];
    uint32_t thread;

    snprintf(name, sizeof name, "thread %08x", r->a);
    if (appear(l, LANE_THREAD, r->a, r->c, name, number, &thread)) {
        uint32_t process = process_lane(l, r->b, number);

        l->lanes[thread].parent = process;
        l->lanes[thread].process = l->lanes[process].process;
    }
    l->states[thread].cpu = LANE_NONE;
}

static void on_process_new(struct lanes *l, const struct record *r, uint64_t number)
{
    const char *name =
        l->sink.process_name != NULL ? l->sink.process_name(l->sink.ctx, r->a) : NULL;
    uint32_t process;

    if (appear(l, LANE_PROCESS, r->a, r->b, name != NULL ? name : "process", number, &process) &&
        l->process_count < PROCESSES_KNOWN) {
        l->lanes[process].process = (uint16_t)l->process_count;
        l->processes[l->process_count++] = process;
    }
    begin_span(l, process, LEVEL_STATE, SPAN_LIFE, r->b, l->lanes[process].process, r, number);
}

static void end_all(struct lanes *l, uint32_t lane, const struct record *r, uint64_t number)
{
    for (int level = 0; level < LANE_LEVELS; level++)
        end_span(l, lane, (enum lane_level)level, number, r->at);
}

/* ---- Everything else ------------------------------------------------------------------------- */

static uint32_t irp_lane(struct lanes *l, uint32_t irp)
{
    for (uint32_t i = 0; i < IRP_PLACES; i++) {
        uint32_t lane = look_up(l, LANE_IRP, i);

        if (lane != LANE_NONE && l->states[lane].irp == irp)
            return lane;
    }
    return LANE_NONE;
}

static void on_irp_create(struct lanes *l, const struct record *r, uint64_t number)
{
    for (uint32_t i = 0; i < IRP_PLACES; i++) {
        uint32_t lane = numbered_lane(l, LANE_IRP, i, "IRP place %u", number);
        uint32_t writer = writer_of(l, r);

        if (l->states[lane].irp != 0 && l->states[lane].irp != r->a)
            continue;
        l->states[lane].irp = r->a;
        begin_span(l, lane, LEVEL_STATE, SPAN_IRP, r->a,
                   writer == LANE_NONE ? PROCESS_NONE : l->lanes[writer].process, r, number);
        l->states[lane].open[LEVEL_STATE].span.extra = r->c;
        return;
    }
}

static void on_irp_free(struct lanes *l, const struct record *r, uint64_t number)
{
    uint32_t lane = irp_lane(l, r->a);

    if (lane == LANE_NONE)
        return;
    end_span(l, lane, LEVEL_STATE, number, r->at);
    l->states[lane].irp = 0;
}

/* At most so many locks have lanes; a busy machine makes one an object. */
static uint32_t lock_lane(struct lanes *l, uint32_t address, uint64_t number)
{
    uint32_t lane = look_up(l, LANE_LOCK, address);

    if (lane != LANE_NONE || l->lock_count == LOCK_LANES_MAX)
        return lane;
    l->lock_count++;
    return numbered_lane(l, LANE_LOCK, address, "lock %08x", number);
}

static void on_lock(struct lanes *l, const struct record *r, uint64_t number)
{
    uint32_t lane = lock_lane(l, r->a, number), writer = writer_of(l, r);

    if (lane != LANE_NONE)
        begin_span(l, lane, LEVEL_STATE, SPAN_HELD, writer,
                   writer == LANE_NONE ? PROCESS_NONE : l->lanes[writer].process, r, number);
}

static void on_handle(struct lanes *l, const struct record *r, uint64_t number)
{
    uint32_t process = look_up(l, LANE_PROCESS, r->c);

    if (process == LANE_NONE)
        return;
    uint64_t count = l->states[process].value;

    if (r->kind == REC_HANDLE_OPEN)
        step(l, process, number, r->at, count + 1);
    else if (count > 0)
        step(l, process, number, r->at, count - 1);
}

static void on_pool(struct lanes *l, const struct record *r, uint64_t number)
{
    bool fresh = r->kind == REC_POOL_ALLOC;
    uint32_t type = (fresh ? r->a : r->d) & 1, bytes = fresh ? r->d : r->c;
    uint32_t lane = lane_of(l, LANE_POOL, type, type ? "Paged pool" : "Nonpaged pool", number);
    uint64_t *total = &l->totals.pool[type];

    *total = fresh ? *total + bytes : *total - MIN_OF(*total, bytes);
    step(l, lane, number, r->at, *total);
}

static void on_disk(struct lanes *l, const struct record *r, uint64_t number)
{
    static const char *const names[] = { "Disk C: (logs)", "Disk D: (.edb)", "Disk E: (.stm)" };
    uint32_t lane = lane_of(l, LANE_DISK, r->a, r->a < 3 ? names[r->a] : "Disk", number);

    if (r->kind == REC_DISK_START) {
        begin_span(l, lane, LEVEL_STATE, SPAN_TRANSFER, r->b, PROCESS_NONE, r, number);
        step(l, lane, number, r->at, r->c);
    } else {
        end_span(l, lane, LEVEL_STATE, number, r->at);
        step(l, lane, number, r->at, r->c);
    }
}

static void on_arrival(struct lanes *l, const struct record *r, uint64_t number)
{
    uint32_t lane = lane_of(l, LANE_LOAD, 0, "Arrivals", number);
    uint64_t second = r->at / SEC(1);

    if (second != l->totals.second) {
        step(l, lane, number, r->at, second == l->totals.second + 1 ? l->totals.arrivals : 0);
        l->totals.second = second;
        l->totals.arrivals = 0;
    }
    l->totals.arrivals++;
}

static void on_service_state(struct lanes *l, const struct record *r, uint64_t number)
{
    static const char *const names[] = { "EXIFS", "MSExchangeIS", "IISADMIN" };
    static const uint8_t states[] = { SPAN_STOPPED, SPAN_STOPPED, SPAN_START_PENDING,
                                      SPAN_STOP_PENDING, SPAN_SERVICE_RUNNING };
    uint32_t lane =
        lane_of(l, LANE_SERVICE, r->a, r->a < ARRAY_LEN(names) ? names[r->a] : "service", number);

    begin_span(l, lane, LEVEL_STATE, (enum span_state)states[r->b < 5 ? r->b : 0], r->b,
               PROCESS_NONE, r, number);
}

/* Things of note that belong to a process. */
static void on_process_note(struct lanes *l, const struct record *r, uint64_t number)
{
    bool third = r->kind == REC_EXCEPTION;
    bool second = r->kind == REC_FAULT || r->kind == REC_FOREIGN_WRITE ||
                  r->kind == REC_TAINTED_READ || r->kind == REC_CLEANUP;
    uint32_t process = look_up(l, LANE_PROCESS, third ? r->c : second ? r->b : r->a);

    mark(l, process, r, number);
    mark(l, writer_of(l, r), r, number);
    if (process == LANE_NONE)
        return;
    if (r->kind == REC_DEBUG_PORT)
        begin_span(l, process, LEVEL_BAND_1, SPAN_DEBUGGED, r->b, lanes_process_at(l, r->b), r,
                   number);
    else if (r->kind == REC_FREEZE)
        begin_span(l, process, LEVEL_BAND_2, SPAN_FROZEN, 0, PROCESS_NONE, r, number);
    else if (r->kind == REC_PROCESS_DELETE)
        end_all(l, process, r, number);
}

/* What stands still when the machine stops belongs to its processor as well. */
static void on_stop(struct lanes *l, const struct record *r, uint64_t number)
{
    mark(l, cpu_lane(l, r, number), r, number);
    mark(l, writer_of(l, r), r, number);
}

/* Scheduling and attachment; false: the record is of another sort. */
static bool feed_threads(struct lanes *l, const struct record *r, uint64_t number)
{
    uint32_t lane;

    switch (r->kind) {
    case REC_SWITCH:
        on_switch(l, r, number);
        return true;
    case REC_IDLE:
        on_idle(l, r, number);
        return true;
    case REC_READY:
        set_thread(l, thread_lane(l, r->a, number), SPAN_READY, r->c, r, number);
        return true;
    case REC_PREEMPT:
        set_thread(l, thread_lane(l, r->a, number), SPAN_READY, r->b, r, number);
        return true;
    case REC_WAIT:
        if ((lane = writer_of(l, r)) != LANE_NONE)
            set_thread(l, lane, SPAN_WAITING, r->a, r, number);
        return true;
    case REC_ATTACH:
        on_attach(l, r, number);
        return true;
    case REC_DETACH:
        on_detach(l, r, number);
        return true;
    case REC_THREAD_NEW:
        on_thread_new(l, r, number);
        return true;
    case REC_THREAD_EXIT:
        if ((lane = look_up(l, LANE_THREAD, r->a)) != LANE_NONE) {
            l->states[lane].exited = true;
            mark(l, lane, r, number);
        }
        return true;
    case REC_SERVICE:
        if ((lane = writer_of(l, r)) != LANE_NONE)
            begin_span(l, lane, LEVEL_SERVICE, SPAN_SERVICE, r->a, l->lanes[lane].process, r,
                       number);
        return true;
    case REC_SERVICE_END:
        if ((lane = writer_of(l, r)) != LANE_NONE)
            end_span(l, lane, LEVEL_SERVICE, number, r->at);
        return true;
    case REC_DPC_RUN:
        lane = cpu_lane(l, r, number);
        begin_span(l, lane, LEVEL_DPC, SPAN_DPC, r->a, PROCESS_NONE, r, number);
        l->states[lane].dpc_irql = l->states[lane].irql;
        set_irql(l, lane, DISPATCH_LEVEL, r, number);
        return true;
    case REC_DPC_END:
        lane = cpu_lane(l, r, number);
        end_span(l, lane, LEVEL_DPC, number, r->at);
        set_irql(l, lane, l->states[lane].dpc_irql, r, number);
        return true;
    case REC_IRQL:
        set_irql(l, cpu_lane(l, r, number), (uint8_t)r->b, r, number);
        return true;
    default:
        return false;
    }
}

void lanes_feed(struct lanes *l, const struct record *r, uint64_t number)
{
    uint32_t lane;

    if (feed_threads(l, r, number))
        return;
    switch (r->kind) {
    case REC_PROCESS_NEW:
        on_process_new(l, r, number);
        break;
    case REC_PROCESS_EXIT:
    case REC_PROCESS_DELETE:
    case REC_TERMINATE:
    case REC_HANDLE_SWEEP:
    case REC_FOREIGN_WRITE:
    case REC_TAINTED_READ:
    case REC_FAULT:
    case REC_EXCEPTION:
    case REC_DEBUG_PORT:
    case REC_FREEZE:
        on_process_note(l, r, number);
        break;
    case REC_CLEANUP:
        if (r->d == ATTACHED_APC_ENVIRONMENT)
            on_process_note(l, r, number);
        break;
    case REC_STOP:
        on_stop(l, r, number);
        break;
    case REC_IRP_CREATE:
        on_irp_create(l, r, number);
        break;
    case REC_IRP_PEND:
    case REC_IRP_CANCEL:
    case REC_IRP_COMPLETE:
        mark(l, irp_lane(l, r->a), r, number);
        break;
    case REC_IRP_FREE:
        on_irp_free(l, r, number);
        break;
    case REC_LOCK:
        on_lock(l, r, number);
        break;
    case REC_LOCK_SPIN:
        mark(l, lock_lane(l, r->a, number), r, number);
        break;
    case REC_UNLOCK:
        if ((lane = look_up(l, LANE_LOCK, r->a)) != LANE_NONE)
            end_span(l, lane, LEVEL_STATE, number, r->at);
        break;
    case REC_HANDLE_OPEN:
    case REC_HANDLE_CLOSE:
        on_handle(l, r, number);
        break;
    case REC_POOL_ALLOC:
    case REC_POOL_FREE:
        on_pool(l, r, number);
        break;
    case REC_DISK_START:
    case REC_DISK_DONE:
        on_disk(l, r, number);
        break;
    case REC_QUEUE:
        step(l,
             lane_of(l, LANE_QUEUE, r->a, r->a ? "Epoxy: store out" : "Epoxy: client out", number),
             number, r->at, r->b);
        break;
    case REC_LOG:
        mark(l, lane_of(l, LANE_LOG, 0, "Event log", number), r, number);
        break;
    case REC_ARRIVAL:
        on_arrival(l, r, number);
        break;
    case REC_DELIVERED:
        step(l, lane_of(l, LANE_LATENCY, 0, "Delivery time", number), number, r->at, r->b);
        break;
    case REC_SERVICE_STATE:
        on_service_state(l, r, number);
        break;
    default:
        break;
    }
}

void lanes_gauge(struct lanes *l, uint32_t gauge, const char *name, uint64_t number, sim_time at,
                 uint64_t value)
{
    step(l, lane_of(l, LANE_GAUGE, gauge, name, number), number, at, value);
}

/* ---- Life ------------------------------------------------------------------------------------ */

struct lanes *lanes_new(const struct lanes_sink *sink)
{
    struct lanes *l = calloc(1, sizeof *l);

    CHECK(l != NULL);
    l->sink = *sink;
    grow(l);
    return l;
}

void lanes_set_sink(struct lanes *l, const struct lanes_sink *sink) { l->sink = *sink; }

void lanes_cut(struct lanes *l, uint64_t number, sim_time at)
{
    for (uint32_t i = 0; i < l->count; i++)
        for (int level = 0; level < LANE_LEVELS; level++) {
            struct open *open = &l->states[i].open[level];

            if (!open->is)
                continue;
            end_span(l, i, (enum lane_level)level, number, at);
            open->is = true;
            open->span.begin = number;
            open->span.begin_at = at;
        }
}

void lanes_close(struct lanes *l, uint64_t number, sim_time at)
{
    for (uint32_t i = 0; i < l->count; i++)
        for (int level = 0; level < LANE_LEVELS; level++)
            end_span(l, i, (enum lane_level)level, number, at);
}

void lanes_free(struct lanes *l)
{
    if (l == NULL)
        return;
    free(l->lanes);
    free(l->states);
    free(l->table);
    free(l);
}

uint32_t lanes_count(const struct lanes *l) { return l->count; }
const struct lane *lanes_get(const struct lanes *l, uint32_t lane) { return &l->lanes[lane]; }

uint32_t lanes_find(const struct lanes *l, enum lane_kind kind, uint32_t key)
{
    return look_up(l, (uint32_t)kind, key);
}

uint32_t lanes_thread_by_id(const struct lanes *l, uint32_t id)
{
    return look_up(l, KIND_ID, id);
}

uint32_t lanes_process_count(const struct lanes *l) { return l->process_count; }

uint32_t lanes_process_lane(const struct lanes *l, uint16_t process)
{
    return process < l->process_count ? l->processes[process] : LANE_NONE;
}

uint16_t lanes_process_at(const struct lanes *l, uint32_t address)
{
    uint32_t lane = look_up(l, LANE_PROCESS, address);

    return lane == LANE_NONE ? PROCESS_NONE : l->lanes[lane].process;
}

const char *lanes_process_name(const struct lanes *l, uint16_t process)
{
    return process < l->process_count ? l->lanes[l->processes[process]].name : "";
}

void lanes_rename(struct lanes *l, uint32_t lane, const char *name)
{
    snprintf(l->lanes[lane].name, LANE_NAME_CHARS, "%s", name);
}

struct lanes_state *lanes_save(const struct lanes *l)
{
    struct lanes_state *state = malloc(sizeof *state + l->count * sizeof l->states[0]);

    CHECK(state != NULL);
    state->count = l->count;
    state->totals = l->totals;
    memcpy(state->states, l->states, l->count * sizeof l->states[0]);
    return state;
}

void lanes_load(struct lanes *l, const struct lanes_state *state)
{
    CHECK(state->count <= l->count);
    memcpy(l->states, state->states, state->count * sizeof l->states[0]);
    l->totals = state->totals;
    for (uint32_t i = state->count; i < l->count; i++) { /* They come later. */
        memset(&l->states[i], 0, sizeof l->states[i]);
        l->states[i].cpu = LANE_NONE;
    }
    for (uint32_t i = 0; i < state->count; i++) /* Addresses mean who was there last. */
        enter(l, (uint32_t)l->lanes[i].kind, l->lanes[i].key, i);
}

size_t lanes_state_bytes(const struct lanes_state *state)
{
    return sizeof *state + state->count * sizeof state->states[0];
}

uint64_t lanes_value(const struct lanes *l, uint32_t lane) { return l->states[lane].value; }
