/* perfetto_check.c - reads a Perfetto trace by the format's public description and prints its
 * contents.
 *
 *     perfetto_check FILE
 *
 * Shares nothing with the writer but the public format: varints, lengths and field numbers, by
 * hand. Exit code 1, with the packet's number, for everything that the format does not allow or a
 * viewer would drop: unknown fields, undefined tracks or names, time that runs backwards, slices
 * that do not nest, flows without a beginning. Prints one line for each fact that a test needs.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TRACKS_MAX = 1 << 16,
    NAMES_MAX = 1 << 14,
    DEPTH_MAX = 16,
    PAIRS_MAX = 256,
    ABOUT = 1 << 30
};

struct bytes {
    const uint8_t *at, *end;
};

struct text {
    const char *chars;
    int length;
};

struct track {
    bool known;
    uint64_t parent, last;
    struct text name, process, thread;
    uint64_t pid, tid;
    bool counter;
    uint64_t open[DEPTH_MAX]; /* Name numbers. */
    int depth;
};

struct flow {
    uint64_t id, name; /* Name number of its beginning; id 0: free. */
    bool ended, went_on;
};

struct pair {
    char from[64], to[64];
    uint64_t count;
};

static struct track tracks[TRACKS_MAX + 1]; /* The last one: about the run. */
static struct text names[3][NAMES_MAX];
static struct flow *flows;
static uint64_t flow_room, flow_count;
static struct pair pairs[PAIRS_MAX];
static int pair_count;
static uint64_t packet_number, last_time;
static uint64_t begins, ends, instants, counters, descriptors, categories[NAMES_MAX];

static void refuse(const char *why, uint64_t what)
{
    printf("packet %" PRIu64 ": %s %" PRIu64 "\n", packet_number, why, what);
    exit(1);
}

/* ---- Protobuf by hand ------------------------------------------------------------------------ */

static uint64_t varint(struct bytes *b)
{
    uint64_t value = 0;

    for (int shift = 0; shift < 64; shift += 7) {
        if (b->at == b->end)
            refuse("ends within a number", 0);
        value |= (uint64_t)(*b->at & 0x7f) << shift;
        if ((*b->at++ & 0x80) == 0)
            return value;
    }
    refuse("number too long", 0);
    return 0;
}

struct field {
    uint64_t number, value;
    struct bytes bytes;
};

static bool next_field(struct bytes *b, struct field *out)
{
    uint64_t tag, length;

    if (b->at == b->end)
        return false;
    tag = varint(b);
    *out = (struct field){ .number = tag >> 3 };
    switch (tag & 7) {
    case 0:
        out->value = varint(b);
        break;
    case 1:
        if (b->end - b->at < 8)
            refuse("ends within a fixed number", 0);
        for (int i = 8; i-- > 0;)
            out->value = out->value << 8 | b->at[i];
        b->at += 8;
        break;
    case 2:
        length = varint(b);
        if (length > (uint64_t)(b->end - b->at))
            refuse("ends within a field", out->number);
        out->bytes = (struct bytes){ b->at, b->at + length };
        b->at += length;
        break;
    default:
        refuse("unknown wire type", tag & 7);
    }
    return true;
}

static struct text text_of(struct bytes b)
{
    return (struct text){ (const char *)b.at, (int)(b.end - b.at) };
}

/* ---- Tracks and names ------------------------------------------------------------------------ */

static struct track *track_of(uint64_t uuid)
{
    if (uuid == ABOUT)
        return &tracks[TRACKS_MAX];
    if (uuid == 0 || uuid >= TRACKS_MAX)
        refuse("strange track", uuid);
    return &tracks[uuid];
}

static void read_pair(struct bytes b, uint64_t *pid, uint64_t *tid, struct text *name,
                      uint64_t name_field)
{
    for (struct field f; next_field(&b, &f);) {
        if (f.number == 1)
            *pid = f.value;
        else if (f.number == 2)
            *tid = f.value;
        else if (f.number == name_field)
            *name = text_of(f.bytes);
        else
            refuse("unknown field of a process or thread", f.number);
    }
}

static void read_descriptor(struct bytes b)
{
    struct track read = { .known = true }, *track;
    uint64_t uuid = 0;

    for (struct field f; next_field(&b, &f);) {
        switch (f.number) {
        case 1:
            uuid = f.value;
            break;
        case 2:
            read.name = text_of(f.bytes);
            break;
        case 3:
            read_pair(f.bytes, &read.pid, &read.tid, &read.process, 6);
            break;
        case 4:
            read_pair(f.bytes, &read.pid, &read.tid, &read.thread, 5);
            break;
        case 5:
            read.parent = f.value;
            if (!track_of(f.value)->known)
                refuse("unknown parent", f.value);
            break;
        case 8:
            read.counter = true;
            break;
        case 11:
        case 12:
            break;
        default:
            refuse("unknown field of a track", f.number);
        }
    }
    track = track_of(uuid);
    if (read.name.length + read.process.length + read.thread.length == 0)
        refuse("track without a name", uuid);
    if (track->known) { /* Only its name may change. */
        if (track->pid != read.pid || track->tid != read.tid || track->parent != read.parent)
            refuse("a track became another one", uuid);
        track->thread = read.thread;
        return;
    }
    *track = read;
    descriptors++;
}

static void read_names(struct bytes b)
{
    for (struct field f; next_field(&b, &f);) {
        uint64_t iid = 0;
        struct text name = { 0 };
        struct field inner;

        if (f.number < 1 || f.number > 3)
            refuse("unknown names", f.number);
        while (next_field(&f.bytes, &inner)) {
            if (inner.number == 1)
                iid = inner.value;
            else
                name = text_of(inner.bytes);
        }
        if (iid == 0 || iid >= NAMES_MAX || name.length == 0)
            refuse("strange name", iid);
        names[f.number - 1][iid] = name;
    }
}

/* ---- Flows ----------------------------------------------------------------------------------- */

static struct flow *flow_of(uint64_t id)
{
    uint64_t i = id * 0x9e3779b97f4a7c15u >> 40;

    for (i &= flow_room - 1; flows[i].id != 0 && flows[i].id != id; i = (i + 1) & (flow_room - 1))
        continue;
    return &flows[i];
}

static void grow_flows(void)
{
    struct flow *old = flows;
    uint64_t room = flow_room;

    flow_room = room == 0 ? 1 << 16 : room * 2;
    flows = calloc(flow_room, sizeof *flows);
    for (uint64_t i = 0; i < room; i++)
        if (old[i].id != 0)
            *flow_of(old[i].id) = old[i];
    free(old);
}

/* "wakes inetinfo.exe smtp" -> "wakes": one kind of flow is one line. */
static void short_name(struct text name, char out[64])
{
    snprintf(out, 64, "%.*s", name.length, name.chars);
    if (strncmp(out, "wakes ", 6) == 0 || strncmp(out, "DPC ", 4) == 0)
        *strchr(out, ' ') = 0;
}

static void count_pair(struct text from, struct text to)
{
    struct pair pair = { .count = 1 };

    short_name(from, pair.from);
    short_name(to, pair.to);
    for (int i = 0; i < pair_count; i++)
        if (strcmp(pairs[i].from, pair.from) == 0 && strcmp(pairs[i].to, pair.to) == 0) {
            pairs[i].count++;
            return;
        }
    if (pair_count == PAIRS_MAX)
        refuse("too many kinds of flows", PAIRS_MAX);
    pairs[pair_count++] = pair;
}

static void take_flow(uint64_t id, bool ends_here, uint64_t name)
{
    struct flow *flow;

    if (flow_count * 2 >= flow_room)
        grow_flows();
    flow = flow_of(id);
    if (flow->id != 0) {
        if (flow->ended)
            refuse("flow goes on after its end", id);
        count_pair(names[1][flow->name], names[1][name]);
        flow->ended = ends_here;
        flow->went_on = true;
        return;
    }
    if (ends_here)
        refuse("flow ends without a beginning", id);
    *flow = (struct flow){ .id = id, .name = name };
    flow_count++;
}

/* ---- Events ---------------------------------------------------------------------------------- */

/* Where the machine stopped: its thread, and what was open around it. */
static void print_stop(const struct track *track, uint64_t name)
{
    struct text text = names[1][name], process;

    if (text.length < 5 || memcmp(text.chars, "STOP ", 5) != 0 || track->thread.length == 0)
        return;
    process = track_of(track->parent)->process;
    printf("%.*s: thread %.*s of %.*s", text.length, text.chars, track->thread.length,
           track->thread.chars, process.length, process.chars);
    for (int i = 0; i < track->depth; i++)
        printf(", %.*s", names[1][track->open[i]].length, names[1][track->open[i]].chars);
    putchar('\n');
}

static void read_argument(struct bytes b)
{
    bool named = false, valued = false;

    for (struct field f; next_field(&b, &f);) {
        if (f.number == 1)
            named = f.value < NAMES_MAX && names[2][f.value].length > 0;
        else if (f.number == 3 || f.number == 6 || f.number == 7)
            valued = true;
        else
            refuse("unknown field of an argument", f.number);
    }
    if (!named || !valued)
        refuse("argument without name or value", 0);
}

static void apply(struct track *track, uint64_t type, uint64_t name)
{
    switch (type) {
    case 1:
        if (track->depth == DEPTH_MAX)
            refuse("too deep", DEPTH_MAX);
        track->open[track->depth++] = name;
        begins++;
        return;
    case 2:
        if (track->depth-- == 0)
            refuse("end without a begin", 0);
        ends++;
        return;
    case 3:
        print_stop(track, name);
        instants++;
        return;
    case 4:
        counters++;
        return;
    default:
        refuse("strange type", type);
    }
}

static void read_event(struct bytes b, uint64_t time)
{
    uint64_t type = 0, name = 0, uuid = 0, category = 0, flow = 0;
    bool ends_here = false, named = false, counted = false;

    for (struct field f; next_field(&b, &f);) {
        switch (f.number) {
        case 3:
            category = f.value;
            break;
        case 4:
            read_argument(f.bytes);
            break;
        case 9:
            type = f.value;
            break;
        case 10:
            name = f.value;
            break;
        case 11:
            uuid = f.value;
            break;
        case 23:
            named = true;
            break;
        case 30:
            counted = true;
            break;
        case 47:
        case 48:
            flow = f.value;
            ends_here = f.number == 48;
            break;
        default:
            refuse("unknown field of an event", f.number);
        }
    }
    struct track *track = track_of(uuid);

    if (!track->known)
        refuse("track without a description", uuid);
    if (time < track->last)
        refuse("time runs backwards on track", uuid);
    track->last = time;
    if ((type == 1 || type == 3) && !(named || (name < NAMES_MAX && names[1][name].length > 0)))
        refuse("event without a name", name);
    if ((type == 1 || type == 3) && !(category < NAMES_MAX && names[0][category].length > 0))
        refuse("event without a category", category);
    if ((type == 4) != track->counter || (type == 4) != counted)
        refuse("a counter and not a counter", uuid);
    apply(track, type, name);
    categories[category] += type == 1 || type == 3;
    if (flow != 0)
        take_flow(flow, ends_here, name);
}

static void read_packet(struct bytes b)
{
    struct bytes event = { 0 }, descriptor = { 0 }, interned = { 0 };
    uint64_t time = 0, sequence = 0, flags = 0;
    bool timed = false;

    for (struct field f; next_field(&b, &f);) {
        switch (f.number) {
        case 8:
            time = f.value;
            timed = true;
            break;
        case 10:
            sequence = f.value;
            break;
        case 11:
            event = f.bytes;
            break;
        case 12:
            interned = f.bytes;
            break;
        case 13:
            flags = f.value;
            break;
        case 60:
            descriptor = f.bytes;
            break;
        default:
            refuse("unknown field of a packet", f.number);
        }
    }
    if (sequence == 0 || (flags & 2) == 0 || ((flags & 1) != 0) != (packet_number == 0))
        refuse("strange sequence or flags", flags);
    if (interned.at != NULL)
        read_names(interned);
    if (descriptor.at != NULL)
        read_descriptor(descriptor);
    if (event.at == NULL)
        return;
    if (!timed || time < last_time)
        refuse("time runs backwards", time);
    last_time = time;
    read_event(event, time);
}

/* ---- What is in it --------------------------------------------------------------------------- */

static void print_tracks(void)
{
    uint64_t processes = 0, threads = 0, unnamed = 0;

    for (int i = 0; i <= TRACKS_MAX; i++) {
        const struct track *track = &tracks[i];

        if (track->depth > 0)
            refuse("slice is still open on track", (uint64_t)i);
        processes += track->process.length > 0;
        threads += track->thread.length > 0;
        if (track->thread.length > 0) {
            struct text process = track_of(track->parent)->process;

            unnamed += strncmp(track->thread.chars, "thread ", 7) == 0;
            printf("thread %.*s of %.*s\n", track->thread.length, track->thread.chars,
                   process.length, process.chars);
        } else if (track->process.length > 0) {
            printf("process %.*s\n", track->process.length, track->process.chars);
        } else if (track->known && track->name.length > 0 &&
                   strncmp(track->name.chars, "state", 5) != 0) {
            printf("track %.*s\n", track->name.length, track->name.chars);
        }
    }
    printf("processes %" PRIu64 "\nthreads %" PRIu64 "\nthreads without a name %" PRIu64 "\n",
           processes, threads, unnamed);
}

static void print_flows(void)
{
    uint64_t alone = 0, written = 0;

    for (uint64_t i = 0; i < flow_room; i++)
        if (flows[i].id != 0 && !flows[i].ended) {
            struct text name = names[1][flows[i].name];

            if (name.length == 13 && memcmp(name.chars, "foreign write", 13) == 0)
                written++; /* May be read any number of times. */
            else
                alone++;
        }
    for (int i = 0; i < pair_count; i++)
        printf("flow %s -> %s %" PRIu64 "\n", pairs[i].from, pairs[i].to, pairs[i].count);
    printf("flows %" PRIu64 "\nflows without an end %" PRIu64 "\nforeign writes %" PRIu64 "\n",
           flow_count, alone, written);
}

int main(int count, char **words)
{
    FILE *in = count == 2 ? fopen(words[1], "rb") : NULL;
    struct bytes all;
    uint8_t *bytes;
    long size;

    if (in == NULL || fseek(in, 0, SEEK_END) != 0 || (size = ftell(in)) < 0)
        return 2;
    rewind(in);
    bytes = malloc((size_t)size + 1);
    if (bytes == NULL || fread(bytes, 1, (size_t)size, in) != (size_t)size)
        return 2;
    fclose(in);
    all = (struct bytes){ bytes, bytes + size };
    for (struct field f; next_field(&all, &f); packet_number++) {
        if (f.number != 1 || f.bytes.at == NULL)
            refuse("not a packet", f.number);
        read_packet(f.bytes);
    }
    print_tracks();
    print_flows();
    for (int i = 0; i < NAMES_MAX; i++)
        if (categories[i] > 0)
            printf("events of %.*s %" PRIu64 "\n", names[0][i].length, names[0][i].chars,
                   categories[i]);
    printf("packets %" PRIu64 "\ntracks %" PRIu64 "\nslices %" PRIu64 "\ninstants %" PRIu64
           "\ncounters %" PRIu64 "\n",
           packet_number, descriptors, begins, instants, counters);
    free(bytes);
    free(flows);
    return begins == ends && packet_number > 0 ? 0 : 1;
}
