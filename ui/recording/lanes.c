/* lanes.c - the rows of a picture: found by key, told to a sink, put aside and put back.
 *
 * A decoder that starts midway knows all lanes from the first pass; what has no lane yet gets one
 * when it is first heard of. What records mean is lanes_decode.c's.
 */
#include "ui/recording/lanes_inside.h"
#include "ui/host/grow.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const lane_kind_names[LANE_KINDS] = {
    "processor", "process", "thread", "lock", "queue",   "IRP",   "pool",
    "disk",      "service", "log",    "load", "latency", "gauge",
};
const char *const span_state_names[SPAN_STATES] = {
    "running", "ready",         "waiting",      "attached", "DPC", "in a service",
    "alive",   "debugged",      "frozen",       "held",     "IRP", "transfer",
    "stopped", "start pending", "stop pending", "running",
};

/* ---- Lanes ----------------------------------------------------------------------------------- */

static uint32_t slot_of(const struct lanes *l, uint32_t kind, uint32_t key)
{
    uint64_t x = ((uint64_t)kind << 32 | key) * 0x9e3779b97f4a7c15u;

    return (uint32_t)(x >> 40) & (l->table_room - 1);
}

/* Client IDs begin anew with every boot. */
static uint32_t id_key(uint32_t id, uint32_t boot) { return id | boot << ID_BITS; }

static bool is_it(const struct lanes *l, uint32_t entry, uint32_t kind, uint32_t key)
{
    const struct lane *lane = &l->lanes[(entry & 0x7fffffffu) - 1];

    if (entry & 0x80000000u)
        return kind == KIND_ID && id_key(lane->id, lane->boot) == key;
    return (uint32_t)lane->kind == kind && lane->key == key;
}

uint32_t lanes_look_up(const struct lanes *l, uint32_t kind, uint32_t key)
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

static void make_room(struct lanes *l)
{
    size_t room = l->room;

    l->lanes = grow(l->lanes, &room, l->count + 1, sizeof *l->lanes);
    l->states = grow(l->states, &l->room, l->count + 1, sizeof *l->states);
    free(l->table);
    l->table_room = (uint32_t)l->room * 8;
    l->table = grow_new(l->table_room * sizeof *l->table);
    for (uint32_t i = 0; i < l->count; i++) {
        enter(l, (uint32_t)l->lanes[i].kind, l->lanes[i].key, i);
        if (l->lanes[i].id != 0)
            enter(l, KIND_ID, id_key(l->lanes[i].id, l->lanes[i].boot), i);
    }
}

/* From here on the key means this lane. */
static uint32_t add_lane(struct lanes *l, enum lane_kind kind, uint32_t key, const char *name,
                         uint64_t number)
{
    uint32_t found;

    if (l->count == l->room)
        make_room(l);
    found = l->count++;
    l->lanes[found] = (struct lane){ .kind = kind,
                                     .key = key,
                                     .parent = LANE_NONE,
                                     .process = PROCESS_NONE,
                                     .born = number,
                                     .boot = l->totals.boot };
    snprintf(l->lanes[found].name, LANE_NAME_CHARS, "%s", name);
    memset(&l->states[found], 0, sizeof l->states[found]);
    l->states[found].cpu = LANE_NONE;
    enter(l, (uint32_t)kind, key, found);
    if (l->sink.lane != NULL)
        l->sink.lane(l->sink.ctx, found);
    return found;
}

uint32_t lanes_known(struct lanes *l, enum lane_kind kind, uint32_t key)
{
    uint32_t found = lanes_look_up(l, (uint32_t)kind, key), boot = l->totals.boot;

    if (found == LANE_NONE || (kind != LANE_PROCESS && kind != LANE_THREAD) ||
        l->lanes[found].boot == boot)
        return found;
    for (uint32_t i = l->count; i-- > 0;)
        if (l->lanes[i].kind == kind && l->lanes[i].key == key && l->lanes[i].boot == boot) {
            enter(l, (uint32_t)kind, key, i);
            return i;
        }
    return LANE_NONE;
}

uint32_t lanes_with_id(const struct lanes *l, uint32_t id)
{
    return lanes_look_up(l, KIND_ID, id_key(id, l->totals.boot));
}

/* The lane of a thing, new if need be. */
uint32_t lanes_take(struct lanes *l, enum lane_kind kind, uint32_t key, const char *name,
                    uint64_t number)
{
    uint32_t found = lanes_known(l, kind, key);

    return found != LANE_NONE ? found : add_lane(l, kind, key, name, number);
}

/* The lane of a thread or process that appears, at an address where another one may have been.
 * False: it is known from an earlier pass. */
bool lanes_appear(struct lanes *l, enum lane_kind kind, uint32_t key, uint32_t id, const char *name,
                  uint64_t number, uint32_t *out)
{
    uint32_t known = lanes_with_id(l, id);

    if (known == LANE_NONE) {
        *out = lanes_known(l, kind, key);
        if (*out == LANE_NONE || l->lanes[*out].id != 0)
            *out = add_lane(l, kind, key, name, number);
        l->lanes[*out].id = id;
        enter(l, KIND_ID, id_key(id, l->lanes[*out].boot), *out);
        return true;
    }
    enter(l, (uint32_t)kind, key, known);
    *out = known;
    return false;
}

uint32_t lanes_numbered(struct lanes *l, enum lane_kind kind, uint32_t key, const char *format,
                        uint64_t number)
{
    uint32_t found = lanes_known(l, kind, key);
    char name[LANE_NAME_CHARS];

    if (found != LANE_NONE)
        return found;
    snprintf(name, sizeof name, format, key);
    return lanes_take(l, kind, key, name, number);
}

/* ---- Spans, steps, marks --------------------------------------------------------------------- */

void lanes_end(struct lanes *l, uint32_t lane, enum lane_level level, uint64_t number, sim_time at)
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

void lanes_begin(struct lanes *l, uint32_t lane, enum lane_level level, enum span_state state,
                 uint32_t value, uint16_t process, const struct record *r, uint64_t number)
{
    struct open *open = &l->states[lane].open[level];

    lanes_end(l, lane, level, number, r->at);
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

void lanes_step(struct lanes *l, uint32_t lane, uint64_t number, sim_time at, uint64_t value)
{
    l->states[lane].value = value;
    if (l->sink.step != NULL)
        l->sink.step(l->sink.ctx, lane, number, at, value);
}

void lanes_mark(struct lanes *l, uint32_t lane, const struct record *r, uint64_t number)
{
    if (lane != LANE_NONE && l->sink.mark != NULL)
        l->sink.mark(l->sink.ctx, lane, number, r);
}

void lanes_gauge(struct lanes *l, uint32_t gauge, const char *name, uint64_t number, sim_time at,
                 uint64_t value)
{
    lanes_step(l, lanes_take(l, LANE_GAUGE, gauge, name, number), number, at, value);
}

/* ---- Life ------------------------------------------------------------------------------------ */

struct lanes *lanes_new(const struct lanes_sink *sink)
{
    struct lanes *l = calloc(1, sizeof *l);

    CHECK(l != NULL);
    l->sink = *sink;
    make_room(l);
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
            lanes_end(l, i, (enum lane_level)level, number, at);
            open->is = true; /* The same span, with its own beginning. */
        }
}

void lanes_close(struct lanes *l, uint64_t number, sim_time at)
{
    for (uint32_t i = 0; i < l->count; i++)
        for (int level = 0; level < LANE_LEVELS; level++)
            lanes_end(l, i, (enum lane_level)level, number, at);
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

static void *copy_of(const void *from, size_t size)
{
    void *copy = malloc(size);

    CHECK(copy != NULL);
    return memcpy(copy, from, size);
}

struct lanes *lanes_clone(const struct lanes *l)
{
    struct lanes *clone = copy_of(l, sizeof *l);

    clone->lanes = copy_of(l->lanes, l->room * sizeof *l->lanes);
    clone->states = copy_of(l->states, l->room * sizeof *l->states);
    clone->table = copy_of(l->table, l->table_room * sizeof *l->table);
    return clone;
}

uint32_t lanes_count(const struct lanes *l) { return l->count; }
const struct lane *lanes_get(const struct lanes *l, uint32_t lane) { return &l->lanes[lane]; }

uint32_t lanes_find(const struct lanes *l, enum lane_kind kind, uint32_t key)
{
    return lanes_look_up(l, (uint32_t)kind, key);
}

uint32_t lanes_find_at(const struct lanes *l, enum lane_kind kind, uint32_t key, uint64_t number)
{
    uint32_t found = LANE_NONE;

    for (uint32_t i = 0; i < l->count; i++)
        if (l->lanes[i].kind == kind && l->lanes[i].key == key &&
            (found == LANE_NONE || l->lanes[i].born <= number))
            found = i;
    return found;
}

uint32_t lanes_thread_by_id(const struct lanes *l, uint32_t id, uint64_t number)
{
    uint32_t found = LANE_NONE;

    for (uint32_t boot = 0; boot <= l->totals.boot; boot++) {
        uint32_t lane = lanes_look_up(l, KIND_ID, id_key(id, boot));

        if (lane != LANE_NONE && (found == LANE_NONE || l->lanes[lane].born <= number))
            found = lane;
    }
    return found;
}

uint32_t lanes_process_count(const struct lanes *l) { return l->process_count; }

uint32_t lanes_process_lane(const struct lanes *l, uint16_t process)
{
    return process < l->process_count ? l->processes[process] : LANE_NONE;
}

uint16_t lanes_process_at(const struct lanes *l, uint32_t address)
{
    uint32_t lane = lanes_look_up(l, LANE_PROCESS, address);

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
    for (uint32_t i = state->count; i < l->count; i++) { /* Lanes that are made after this state. */
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
