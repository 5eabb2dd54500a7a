/* lanes_decode.c - from records to spans: a small state machine a lane.
 *
 * A thread runs from the SWITCH that brings it to the next one on its processor; what it is then
 * was said before (WAIT, PREEMPT, THREAD_EXIT). Visits nest: ATTACH opens a band one level deeper,
 * DETACH closes the deepest. A processor shows the thread it runs in the colour of the thread's
 * process, and the thread's bands with it.
 */
#include "ui/recording/lanes_inside.h"
#include "model/words/records.h"
#include "model/words/services.h"
#include <stdio.h>
#include <string.h>

/* NT's numbers, as the records have them: IRQL, and the environment of a thread that is away. */
enum { IRQL_PASSIVE = 0, IRQL_DISPATCH = 2, AWAY = 1 };

/* ---- Processors and threads ------------------------------------------------------------------ */

static uint32_t cpu_lane(struct lanes *l, const struct record *r, uint64_t number)
{
    return lanes_numbered(l, LANE_CPU, r->cpu, "CPU %u", number);
}

/* NULL process lane: the thread was made before anybody listened. */
static uint32_t thread_lane(struct lanes *l, uint32_t address, uint64_t number)
{
    return lanes_numbered(l, LANE_THREAD, address, "thread %08x", number);
}

static void set_irql(struct lanes *l, uint32_t cpu, uint8_t irql, const struct record *r,
                     uint64_t number)
{
    if (l->states[cpu].irql == irql)
        return;
    l->states[cpu].irql = irql;
    lanes_step(l, cpu, number, r->at, irql);
}

/* The bands of a thread on the processor that runs it. */
static void show_bands(struct lanes *l, uint32_t cpu, uint32_t thread, const struct record *r,
                       uint64_t number)
{
    for (int level = LEVEL_BAND_1; level <= LEVEL_BAND_3; level++) {
        const struct open *band = thread == LANE_NONE ? NULL : &l->states[thread].open[level];

        if (band != NULL && band->is)
            lanes_begin(l, cpu, (enum lane_level)level, SPAN_ATTACHED, band->span.value,
                        band->span.process, r, number);
        else
            lanes_end(l, cpu, (enum lane_level)level, number, r->at);
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
            lanes_end(l, old, (enum lane_level)level, number, r->at);
    else if (state->open[LEVEL_STATE].is && state->open[LEVEL_STATE].span.state == SPAN_RUNNING)
        lanes_begin(l, old, LEVEL_STATE, SPAN_READY, 0, l->lanes[old].process, r, number);
    l->states[cpu].cpu = LANE_NONE;
}

static void on_switch(struct lanes *l, const struct record *r, uint64_t number)
{
    uint32_t cpu = cpu_lane(l, r, number), thread = thread_lane(l, r->a, number);

    leave_cpu(l, cpu, r, number);
    l->states[cpu].cpu = thread;
    l->states[thread].cpu = cpu;
    lanes_begin(l, cpu, LEVEL_STATE, SPAN_RUNNING, thread, l->lanes[thread].process, r, number);
    lanes_begin(l, thread, LEVEL_STATE, SPAN_RUNNING, r->cpu, l->lanes[thread].process, r, number);
    show_bands(l, cpu, thread, r, number);
    set_irql(l, cpu, l->states[thread].irql, r, number);
}

static void on_idle(struct lanes *l, const struct record *r, uint64_t number)
{
    uint32_t cpu = cpu_lane(l, r, number);

    leave_cpu(l, cpu, r, number);
    lanes_end(l, cpu, LEVEL_STATE, number, r->at);
    show_bands(l, cpu, LANE_NONE, r, number);
    set_irql(l, cpu, IRQL_PASSIVE, r, number);
}

static void set_thread(struct lanes *l, uint32_t thread, enum span_state state, uint32_t value,
                       const struct record *r, uint64_t number)
{
    lanes_begin(l, thread, LEVEL_STATE, state, value, l->lanes[thread].process, r, number);
}

/* The thread that wrote the record; LANE_NONE for idle threads. */
static uint32_t writer_of(const struct lanes *l, const struct record *r)
{
    return r->thread == 0 ? LANE_NONE : lanes_with_id(l, r->thread);
}

static void on_attach(struct lanes *l, const struct record *r, uint64_t number)
{
    uint32_t thread = writer_of(l, r);

    if (thread == LANE_NONE)
        return;
    for (int level = LEVEL_BAND_1; level <= LEVEL_BAND_3; level++)
        if (!l->states[thread].open[level].is) {
            lanes_begin(l, thread, (enum lane_level)level, SPAN_ATTACHED, r->a,
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
            lanes_end(l, thread, (enum lane_level)level, number, r->at);
            break;
        }
    if (l->states[thread].cpu != LANE_NONE)
        show_bands(l, l->states[thread].cpu, thread, r, number);
}

/* The lane of a process; made for one that no record brought, as System, which boots with the
 * machine. */
static uint32_t process_lane(struct lanes *l, uint32_t address, uint64_t number)
{
    uint32_t before = l->count, process;
    const char *name;

    name = l->sink.process_name != NULL ? l->sink.process_name(l->sink.ctx, address) : NULL;
    process = lanes_take(l, LANE_PROCESS, address, name != NULL ? name : "process", number);
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
    if (lanes_appear(l, LANE_THREAD, r->a, r->c, name, number, &thread)) {
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

    if (lanes_appear(l, LANE_PROCESS, r->a, r->b, name != NULL ? name : "process", number,
                     &process) &&
        l->process_count < PROCESSES_KNOWN) {
        l->lanes[process].process = (uint16_t)l->process_count;
        l->processes[l->process_count++] = process;
    }
    lanes_begin(l, process, LEVEL_STATE, SPAN_LIFE, r->b, l->lanes[process].process, r, number);
}

static void end_all(struct lanes *l, uint32_t lane, const struct record *r, uint64_t number)
{
    for (int level = 0; level < LANE_LEVELS; level++)
        lanes_end(l, lane, (enum lane_level)level, number, r->at);
}

/* ---- Everything else ------------------------------------------------------------------------- */

static uint32_t irp_lane(struct lanes *l, uint32_t irp)
{
    for (uint32_t i = 0; i < IRP_PLACES; i++) {
        uint32_t lane = lanes_look_up(l, LANE_IRP, i);

        if (lane != LANE_NONE && l->states[lane].irp == irp)
            return lane;
    }
    return LANE_NONE;
}

static void on_irp_create(struct lanes *l, const struct record *r, uint64_t number)
{
    for (uint32_t i = 0; i < IRP_PLACES; i++) {
        uint32_t lane = lanes_numbered(l, LANE_IRP, i, "IRP place %u", number);
        uint32_t writer = writer_of(l, r);

        if (l->states[lane].irp != 0 && l->states[lane].irp != r->a)
            continue;
        l->states[lane].irp = r->a;
        lanes_begin(l, lane, LEVEL_STATE, SPAN_IRP, r->a,
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
    lanes_end(l, lane, LEVEL_STATE, number, r->at);
    l->states[lane].irp = 0;
}

/* At most so many locks have lanes; a busy machine makes one an object. */
static uint32_t lock_lane(struct lanes *l, uint32_t address, uint64_t number)
{
    uint32_t lane = lanes_look_up(l, LANE_LOCK, address);

    if (lane != LANE_NONE || l->lock_count == LOCK_LANES_MAX)
        return lane;
    l->lock_count++;
    return lanes_numbered(l, LANE_LOCK, address, "lock %08x", number);
}

static void on_lock(struct lanes *l, const struct record *r, uint64_t number)
{
    uint32_t lane = lock_lane(l, r->a, number), writer = writer_of(l, r);

    if (lane != LANE_NONE)
        lanes_begin(l, lane, LEVEL_STATE, SPAN_HELD, writer,
                    writer == LANE_NONE ? PROCESS_NONE : l->lanes[writer].process, r, number);
}

static void on_handle(struct lanes *l, const struct record *r, uint64_t number)
{
    uint32_t process = lanes_known(l, LANE_PROCESS, r->c);

    if (process == LANE_NONE)
        return;
    uint64_t count = l->states[process].value;

    if (r->kind == REC_HANDLE_OPEN)
        lanes_step(l, process, number, r->at, count + 1);
    else if (count > 0)
        lanes_step(l, process, number, r->at, count - 1);
}

static void on_pool(struct lanes *l, const struct record *r, uint64_t number)
{
    bool fresh = r->kind == REC_POOL_ALLOC;
    uint32_t type = (fresh ? r->a : r->d) & 1, bytes = fresh ? r->d : r->c;
    uint32_t lane = lanes_take(l, LANE_POOL, type, type ? "Paged pool" : "Nonpaged pool", number);
    uint64_t *total = &l->totals.pool[type];

    *total = fresh ? *total + bytes : *total - MIN_OF(*total, bytes);
    lanes_step(l, lane, number, r->at, *total);
}

static void on_disk(struct lanes *l, const struct record *r, uint64_t number)
{
    static const char *const names[] = { "Disk C: (logs)", "Disk D: (.edb)", "Disk E: (.stm)" };
    uint32_t lane = lanes_take(l, LANE_DISK, r->a, r->a < 3 ? names[r->a] : "Disk", number);

    if (r->kind == REC_DISK_START) {
        lanes_begin(l, lane, LEVEL_STATE, SPAN_TRANSFER, r->b, PROCESS_NONE, r, number);
        lanes_step(l, lane, number, r->at, r->c);
    } else {
        lanes_end(l, lane, LEVEL_STATE, number, r->at);
        lanes_step(l, lane, number, r->at, r->c);
    }
}

static const char *queue_name(uint32_t queue)
{
    static const char *const names[] = {
        "Epoxy: client out", "Epoxy: store out", /* SMTP's */
#define EPOXY_PAIR(id, instance, name, protocol) \
    "Epoxy " instance ": client out", "Epoxy " instance ": store out",
#include "model/words/epoxy_pairs.def"
#undef EPOXY_PAIR
    };

    return queue < 2 ? names[queue] : names[MIN_OF(queue + 2, ARRAY_LEN(names) - 1)];
}

static void on_arrival(struct lanes *l, const struct record *r, uint64_t number)
{
    uint32_t lane = lanes_take(l, LANE_LOAD, 0, "Arrivals", number);
    uint64_t second = r->at / SEC(1);

    if (second != l->totals.second) {
        lanes_step(l, lane, number, r->at, second == l->totals.second + 1 ? l->totals.arrivals : 0);
        l->totals.second = second;
        l->totals.arrivals = 0;
    }
    l->totals.arrivals++;
}

static void on_service_state(struct lanes *l, const struct record *r, uint64_t number)
{
    static const uint8_t states[] = { SPAN_STOPPED, SPAN_STOPPED, SPAN_START_PENDING,
                                      SPAN_STOP_PENDING, SPAN_SERVICE_RUNNING };
    uint32_t lane = lanes_take(l, LANE_SERVICE, r->a,
                               r->a < SERVER_COUNT ? server_rows[r->a].name : "service", number);

    lanes_begin(l, lane, LEVEL_STATE, (enum span_state)states[r->b < 5 ? r->b : 0], r->b,
                PROCESS_NONE, r, number);
}

/* Things of note that belong to a process. */
static void on_process_note(struct lanes *l, const struct record *r, uint64_t number)
{
    bool third = r->kind == REC_EXCEPTION;
    bool second = r->kind == REC_FAULT || r->kind == REC_FOREIGN_WRITE ||
                  r->kind == REC_TAINTED_READ || r->kind == REC_CLEANUP;
    uint32_t process = lanes_known(l, LANE_PROCESS, third ? r->c : second ? r->b : r->a);

    lanes_mark(l, process, r, number);
    lanes_mark(l, writer_of(l, r), r, number);
    if (process == LANE_NONE)
        return;
    if (r->kind == REC_DEBUG_PORT)
        lanes_begin(l, process, LEVEL_BAND_1, SPAN_DEBUGGED, r->b, lanes_process_at(l, r->b), r,
                    number);
    else if (r->kind == REC_FREEZE)
        lanes_begin(l, process, LEVEL_BAND_2, SPAN_FROZEN, 0, PROCESS_NONE, r, number);
    else if (r->kind == REC_PROCESS_DELETE)
        end_all(l, process, r, number);
}

/* What stands still when the machine stops belongs to its processor as well. */
static void on_stop(struct lanes *l, const struct record *r, uint64_t number)
{
    lanes_mark(l, cpu_lane(l, r, number), r, number);
    lanes_mark(l, writer_of(l, r), r, number);
}

/* Whether a lane's value lives in the kernel's memory. The world outside never stops, and gauges
 * are read from the machine that runs. */
static bool is_in_memory(enum lane_kind kind)
{
    return kind != LANE_LOAD && kind != LANE_LATENCY && kind != LANE_GAUGE;
}

/* Nothing that was in memory goes on: spans end here, values fall to zero. */
static void on_power_off(struct lanes *l, const struct record *r, uint64_t number)
{
    for (uint32_t lane = 0; lane < l->count; lane++) {
        if (l->lanes[lane].kind != LANE_CPU)
            end_all(l, lane, r, number);
        if (is_in_memory(l->lanes[lane].kind) && l->states[lane].value != 0)
            lanes_step(l, lane, number, r->at, 0);
    }
    l->totals.pool[0] = l->totals.pool[1] = 0;
    l->totals.boot++;
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
        if ((lane = lanes_known(l, LANE_THREAD, r->a)) != LANE_NONE) {
            l->states[lane].exited = true;
            lanes_mark(l, lane, r, number);
        }
        return true;
    case REC_SERVICE:
        if ((lane = writer_of(l, r)) != LANE_NONE)
            lanes_begin(l, lane, LEVEL_SERVICE, SPAN_SERVICE, r->a, l->lanes[lane].process, r,
                        number);
        return true;
    case REC_SERVICE_END:
        if ((lane = writer_of(l, r)) != LANE_NONE)
            lanes_end(l, lane, LEVEL_SERVICE, number, r->at);
        return true;
    case REC_DPC_RUN:
        lane = cpu_lane(l, r, number);
        lanes_begin(l, lane, LEVEL_DPC, SPAN_DPC, r->a, PROCESS_NONE, r, number);
        l->states[lane].dpc_irql = l->states[lane].irql;
        set_irql(l, lane, IRQL_DISPATCH, r, number);
        return true;
    case REC_DPC_END:
        lane = cpu_lane(l, r, number);
        lanes_end(l, lane, LEVEL_DPC, number, r->at);
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
        if (r->d == AWAY)
            on_process_note(l, r, number);
        break;
    case REC_STOP:
        on_stop(l, r, number);
        break;
    case REC_POWER_OFF:
        on_power_off(l, r, number);
        break;
    case REC_IRP_CREATE:
        on_irp_create(l, r, number);
        break;
    case REC_IRP_PEND:
    case REC_IRP_CANCEL:
    case REC_IRP_COMPLETE:
        lanes_mark(l, irp_lane(l, r->a), r, number);
        break;
    case REC_IRP_FREE:
        on_irp_free(l, r, number);
        break;
    case REC_LOCK:
        on_lock(l, r, number);
        break;
    case REC_LOCK_SPIN:
        lanes_mark(l, lock_lane(l, r->a, number), r, number);
        break;
    case REC_UNLOCK:
        if ((lane = lanes_look_up(l, LANE_LOCK, r->a)) != LANE_NONE)
            lanes_end(l, lane, LEVEL_STATE, number, r->at);
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
        lanes_step(l, lanes_take(l, LANE_QUEUE, r->a, queue_name(r->a), number), number, r->at,
                   r->b);
        break;
    case REC_LOG:
        lanes_mark(l, lanes_take(l, LANE_LOG, 0, "Event log", number), r, number);
        break;
    case REC_ARRIVAL:
        on_arrival(l, r, number);
        break;
    case REC_DELIVERED:
        lanes_step(l, lanes_take(l, LANE_LATENCY, 0, "Delivery time", number), number, r->at, r->b);
        break;
    case REC_SERVICE_STATE:
        on_service_state(l, r, number);
        break;
    default:
        break;
    }
}
