/* perfetto.c - writes a Perfetto trace: TrackEvent packets in protobuf, for ui.perfetto.dev and its
 * SQL.
 *
 * A trace is a sequence of packets in order of time; each is written as soon as it is complete. A
 * name is sent once and is a number from then on. When too many names are known, further ones are
 * written out in their packets, so that memory stays bounded.
 */
#include "ui/export/inside.h"
#include "perfetto.pb-c.h"
#include "ui/host/grow.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { BEGIN = 1, END = 2, INSTANT = 3, COUNTER = 4 };         /* TrackEvent.type */
enum { UNIT_COUNT = 2, UNIT_BYTES = 3, ORDER_EXPLICIT = 3 };   /* Values of the format. */
enum { NAMES_BEGIN_ANEW = 1, NAMES_NEEDED = 2, SEQUENCE = 1 }; /* sequence_flags */
enum space { CATEGORIES, NAMES, ARGUMENTS, SPACES };
enum { NAMES_MAX = 2048, NAME_SLOTS = 4096, NEW_MAX = EVENT_ARGS + 2 };

struct interned {
    char *text; /* NULL: the place is free. */
    enum space space;
};

struct perfetto {
    FILE *out;
    /* Hash table with open addressing; a name's number is its place + 1. */
    struct interned names[NAME_SLOTS];
    uint32_t name_count;
    uint8_t *bytes; /* Bytes of the present packet. */
    size_t room;
    bool begun;
};

/* ---- Packets --------------------------------------------------------------------------------- */

static void write_packet(struct perfetto *p, Pf__TracePacket *packet)
{
    uint8_t head[12] = { 1 << 3 | 2 }; /* Field 1 of the trace, length-delimited. */
    size_t size, used = 1;

    packet->has_trusted_packet_sequence_id = packet->has_sequence_flags = 1;
    packet->trusted_packet_sequence_id = SEQUENCE;
    packet->sequence_flags = p->begun ? NAMES_NEEDED : NAMES_BEGIN_ANEW | NAMES_NEEDED;
    p->begun = true;
    size = pf__trace_packet__get_packed_size(packet);
    p->bytes = grow(p->bytes, &p->room, size, 1);
    pf__trace_packet__pack(packet, p->bytes);
    for (size_t rest = size; used == 1 || rest > 0; rest >>= 7)
        head[used++] = (uint8_t)((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    fwrite(head, 1, used, p->out);
    fwrite(p->bytes, 1, size, p->out);
}

/* ---- Names ----------------------------------------------------------------------------------- */

struct fresh { /* New names, which are sent with the first packet that uses them. */
    Pf__InternedName names[SPACES][NEW_MAX];
    Pf__InternedName *list[SPACES][NEW_MAX];
    size_t count[SPACES];
};

static uint32_t hash_of(enum space space, const char *text)
{
    return (uint32_t)XXH3_64bits_withSeed(text, strlen(text), space) & (NAME_SLOTS - 1);
}

/* The number of a name; 0: too many names, so this one must be written out. */
static uint64_t intern(struct perfetto *p, struct fresh *fresh, enum space space, const char *text)
{
    uint32_t i = hash_of(space, text);

    while (p->names[i].text != NULL &&
           (p->names[i].space != space || strcmp(p->names[i].text, text) != 0))
        i = (i + 1) & (NAME_SLOTS - 1);
    if (p->names[i].text == NULL) {
        size_t *count = &fresh->count[space];
        Pf__InternedName *name = &fresh->names[space][*count];

        /* Categories and arguments are few: the table always has room for them. */
        if (p->name_count >= NAMES_MAX && space == NAMES)
            return 0;
        p->names[i] = (struct interned){ strdup(text), space };
        CHECK(p->names[i].text != NULL && ++p->name_count < NAME_SLOTS);
        pf__interned_name__init(name);
        name->has_iid = 1;
        name->iid = i + 1;
        name->name = p->names[i].text;
        fresh->list[space][(*count)++] = name;
    }
    return i + 1;
}

static void attach_names(struct fresh *fresh, Pf__InternedData *data, Pf__TracePacket *packet)
{
    if (fresh->count[CATEGORIES] + fresh->count[NAMES] + fresh->count[ARGUMENTS] == 0)
        return;
    pf__interned_data__init(data);
    data->n_event_categories = fresh->count[CATEGORIES];
    data->event_categories = fresh->list[CATEGORIES];
    data->n_event_names = fresh->count[NAMES];
    data->event_names = fresh->list[NAMES];
    data->n_debug_annotation_names = fresh->count[ARGUMENTS];
    data->debug_annotation_names = fresh->list[ARGUMENTS];
    packet->interned_data = data;
}

/* ---- Events ---------------------------------------------------------------------------------- */

static void set_argument(struct perfetto *p, struct fresh *fresh, const struct arg *arg,
                         Pf__DebugAnnotation *out)
{
    pf__debug_annotation__init(out);
    out->has_name_iid = 1;
    out->name_iid = intern(p, fresh, ARGUMENTS, arg->name);
    if (arg->kind == ARG_TEXT) {
        out->string_value = (char *)(uintptr_t)arg->text;
    } else if (arg->kind == ARG_ADDRESS) {
        out->has_pointer_value = 1;
        out->pointer_value = arg->number;
    } else {
        out->has_uint_value = 1;
        out->uint_value = arg->number;
    }
}

static void write_event(struct perfetto *p, const struct track *track, sim_time at, int32_t type,
                        const struct event *event)
{
    Pf__DebugAnnotation args[EVENT_ARGS], *list[EVENT_ARGS];
    Pf__TrackEvent out = PF__TRACK_EVENT__INIT;
    Pf__TracePacket packet = PF__TRACE_PACKET__INIT;
    Pf__InternedData data;
    struct fresh fresh;
    uint64_t category, flow = event->flow;

    memset(fresh.count, 0, sizeof fresh.count);
    out.has_type = out.has_track_uuid = 1;
    out.type = type;
    out.track_uuid = track->id;
    if (type != END) {
        category = intern(p, &fresh, CATEGORIES, event->category);
        out.n_category_iids = 1;
        out.category_iids = &category;
        out.name_iid = intern(p, &fresh, NAMES, event->name);
        out.has_name_iid = out.name_iid != 0;
        if (out.name_iid == 0)
            out.name = (char *)(uintptr_t)event->name;
    }
    for (uint32_t i = 0; i < event->arg_count; i++) {
        set_argument(p, &fresh, &event->args[i], &args[i]);
        list[i] = &args[i];
    }
    out.n_debug_annotations = event->arg_count;
    out.debug_annotations = list;
    if (event->step == FLOW_ENDS) {
        out.n_terminating_flow_ids = 1;
        out.terminating_flow_ids = &flow;
    } else if (event->step != FLOW_NONE) {
        out.n_flow_ids = 1;
        out.flow_ids = &flow;
    }
    packet.has_timestamp = 1;
    packet.timestamp = at;
    packet.track_event = &out;
    attach_names(&fresh, &data, &packet);
    write_packet(p, &packet);
}

static void begin(void *p, const struct track *track, sim_time at, const struct event *event)
{
    write_event(p, track, at, BEGIN, event);
}

static void end(void *p, const struct track *track, sim_time at, const struct event *event)
{
    write_event(p, track, at, END, event);
}

static void instant(void *p, const struct track *track, sim_time at, const struct event *event)
{
    write_event(p, track, at, INSTANT, event);
}

static void count(void *p, const struct track *track, sim_time at, uint64_t value)
{
    Pf__TrackEvent out = PF__TRACK_EVENT__INIT;
    Pf__TracePacket packet = PF__TRACE_PACKET__INIT;

    out.has_type = out.has_track_uuid = out.has_counter_value = 1;
    out.type = COUNTER;
    out.track_uuid = track->id;
    out.counter_value = (int64_t)value;
    packet.has_timestamp = 1;
    packet.timestamp = at;
    packet.track_event = &out;
    write_packet(p, &packet);
}

/* ---- Tracks ---------------------------------------------------------------------------------- */

static void set_unit(const struct track *track, Pf__CounterDescriptor *counter)
{
    bool bytes = strcmp(track->unit, "bytes") == 0, other = !bytes && track->unit[0] != 0;

    pf__counter_descriptor__init(counter);
    counter->has_unit = !other;
    counter->unit = bytes ? UNIT_BYTES : UNIT_COUNT;
    if (other)
        counter->unit_name = (char *)(uintptr_t)track->unit;
}

static void describe(void *ctx, const struct track *track)
{
    struct perfetto *p = ctx;
    Pf__TrackDescriptor out = PF__TRACK_DESCRIPTOR__INIT;
    Pf__ProcessDescriptor process = PF__PROCESS_DESCRIPTOR__INIT;
    Pf__ThreadDescriptor thread = PF__THREAD_DESCRIPTOR__INIT;
    Pf__TracePacket packet = PF__TRACE_PACKET__INIT;
    Pf__CounterDescriptor counter;
    char *name = (char *)(uintptr_t)track->name;

    out.has_uuid = 1;
    out.uuid = track->id;
    out.has_parent_uuid = track->parent != 0;
    out.parent_uuid = track->parent;
    if (track->kind == TRACK_PROCESS) {
        process.has_pid = 1;
        process.pid = (int32_t)track->pid;
        process.process_name = name;
        out.process = &process;
    } else if (track->kind == TRACK_THREAD) {
        thread.has_pid = thread.has_tid = 1;
        thread.pid = (int32_t)track->pid;
        thread.tid = (int32_t)track->tid;
        thread.thread_name = name;
        out.thread = &thread;
    } else {
        out.name = name;
        out.has_sibling_order_rank = 1;
        out.sibling_order_rank = (int32_t)track->id;
    }
    if (track->kind == TRACK_COUNTER) {
        set_unit(track, &counter);
        out.counter = &counter;
    }
    out.has_child_ordering = track->kind == TRACK_GROUP;
    out.child_ordering = ORDER_EXPLICIT;
    packet.track_descriptor = &out;
    write_packet(p, &packet);
}

/* ---- The run --------------------------------------------------------------------------------- */

static const struct track about = { .kind = TRACK_SLICES, .id = 1 << 30, .name = "Run" };

static void head(void *p, const struct run_words *words)
{
    struct event event = { .category = "run", .name = "begins", .arg_count = 4 };

    event.args[0] = (struct arg){ "scenario", ARG_TEXT, 0, words->scenario->path };
    event.args[1] = (struct arg){ "title", ARG_TEXT, 0, words->scenario->title };
    event.args[2] = (struct arg){ "seed", ARG_NUMBER, words->seed, NULL };
    event.args[3] = (struct arg){ "command", ARG_TEXT, 0, words->repro ? words->repro : "" };
    describe(p, &about);
    instant(p, &about, 0, &event);
}

static void tail(void *p, const struct run_words *words)
{
    struct event event = { .category = "run", .name = "ends", .arg_count = 3 };
    char fingerprint[24];

    snprintf(fingerprint, sizeof fingerprint, "%016" PRIx64, words->result->fingerprint);
    event.args[0] = (struct arg){ "outcome", ARG_TEXT, 0, world_outcome(words->result) };
    event.args[1] = (struct arg){ "records", ARG_NUMBER, words->result->records, NULL };
    event.args[2] = (struct arg){ "fingerprint", ARG_TEXT, 0, fingerprint };
    instant(p, &about, words->result->simulated, &event);
}

static void free_writer(void *ctx)
{
    struct perfetto *p = ctx;

    for (uint32_t i = 0; i < NAME_SLOTS; i++)
        free(p->names[i].text);
    free(p->bytes);
    free(p);
}

struct writer perfetto_writer(FILE *out)
{
    struct perfetto *p = calloc(1, sizeof *p);

    CHECK(p != NULL);
    p->out = out;
    return (struct writer){ .ctx = p,
                            .head = head,
                            .track = describe,
                            .begin = begin,
                            .end = end,
                            .instant = instant,
                            .count = count,
                            .tail = tail,
                            .free = free_writer };
}
