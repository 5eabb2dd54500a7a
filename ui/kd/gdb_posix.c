/* gdb_posix.c - a server for gdb: breakpoints in the sources of guests, steps of instructions, and
 * both backwards.
 *
 * A place in the run is a record, and how many instructions of guests have been reached since it
 * was written. Everything is a pass: the run is made again from a record (recording_visit), guests
 * are stepped (sim/host/step.h), and where the pass has come to what it looks for, gdb is served,
 * either inside the visitor at a record, or inside the handler before an instruction. What gdb wants
 * next is a step of the same pass, or the end of it and the plan of the next one. So going back is
 * going forward again, and not as far.
 *
 *   PASS_ARRIVE     to a place
 *   PASS_STEP       on from there, to the next instruction of a thread
 *   PASS_FIND       to the first breakpoint behind a place; at full speed, so it tells the record only
 *   PASS_FIRST      the same instruction by instruction, from a record that PASS_FIND found
 *   PASS_LAST       to a place, and notes the last breakpoint before it: exactly in the record of the
 *                   place itself, else the record and which hit since then it was
 *   PASS_NTH        to that hit
 *   PASS_LAST_OWN   to a place, and notes the last instruction of a thread before it
 *
 * Code of the simulated system is no guest's: a call of it is one instruction. Nothing can be
 * changed: the run is what it is.
 */
#define _GNU_SOURCE
#include "model/world/guests.h"
#include "sim/host/mark.h"
#include "sim/host/step.h"
#include "sim/image.h"
#include "ui/kd/gdb.h"
#include "ui/kd/inside.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    BREAKS_MAX = 64,
    WATCHES_MAX = 8,
    WATCH_BYTES = 64,
    RANGES_MAX = 64,
    NO_THREAD = 1, /* What gdb is told where no thread runs; client IDs are multiples of four. */
    STRETCH_FIRST = 16,
    STRETCH_MOST = 1 << 20,
    POLL_RECORDS = 256,
    TEXT_MAX = 1 << 16
};

struct place {
    uint64_t record, point; /* point 0: at the record itself. */
};

enum pass_kind {
    PASS_ARRIVE,
    PASS_STEP,
    PASS_FIND,
    PASS_FIRST,
    PASS_LAST,
    PASS_NTH,
    PASS_LAST_OWN,
    PASS_COMMAND, /* Not a pass: a command of kd, then back. */
    PASS_END
};

/* Memory that gdb wants to see change. Code of the simulated system is one instruction here, too: what
 * it writes is noticed before the guest's next one. */
struct gdb_watch {
    uintptr_t address;
    size_t count;
    uint8_t bytes[WATCH_BYTES]; /* As they were before the instruction before. */
};

struct gdb {
    struct kd *kd;
    struct gdb_wire wire;
    struct host_step step;
    bool begun; /* The stepper is known to the thread that makes the run. */
    struct host_range ranges[RANGES_MAX];
    uintptr_t breaks[BREAKS_MAX];
    const struct image *images[RANGES_MAX];
    size_t image_count;
    struct gdb_watch watches[WATCHES_MAX];
    size_t watch_count;

    /* The pass. */
    enum pass_kind pass;
    struct place at;     /* Where gdb was served last, or is. */
    struct place goal;   /* ARRIVE, FIND, FIRST: from there; LAST, LAST_OWN: up to there. */
    uint64_t first, end; /* Records of the pass: [first, end). */
    uint64_t nth;        /* NTH: hits still to come. */
    uint32_t thread;     /* STEP, LAST_OWN. */
    struct place now;    /* In FIND and LAST, point counts hits only while breaks are set. */
    struct place before; /* The instruction before; good where each is stepped. */
    bool over;           /* The pass goes no further. */
    bool planned;        /* The next one has been planned. */
    bool found;
    struct place last; /* What it found. */
    bool last_exact;   /* False: last.point is the number of the hit since its record. */
    const char *last_reason;
    uint64_t stretch, low; /* Backwards: records to look at next, and where the last look began. */

    /* Why gdb is told that the machine stands: the replies of its next arrival. */
    const char
        *reason;      /* "", "swbreak:;", "replaylog:begin;", ...; NULL: gdb waits for no reply. */
    char watched[40]; /* "watch:ADDRESS;" */
    char *command;    /* PASS_COMMAND. */
    char *answer;     /* To be sent on arrival, hexadecimal. */

    /* While gdb is served. */
    struct world *world;
    struct host_registers registers;
    uint32_t current, shown; /* The thread that runs; the one whose registers gdb wants. */
    struct inspect *look;
    int memory; /* This process' own. */
};

/* ---- Places ---------------------------------------------------------------------------------- */

static int compare(struct place one, struct place other)
{
    if (one.record != other.record)
        return one.record < other.record ? -1 : 1;
    return (one.point > other.point) - (one.point < other.point);
}

static bool is_break(const struct gdb *g, uint64_t pc)
{
    for (size_t i = 0; i < g->step.break_count; i++)
        if (g->breaks[i] == pc)
            return true;
    return false;
}

/* The record beyond which gdb is not let: the stop, or the last one. */
static uint64_t border(const struct gdb *g)
{
    const struct stop *stop = g->kd->end != NULL ? &g->kd->end->result.stop : NULL;

    return stop != NULL && stop->stopped ? stop->record : g->kd->last;
}

static void plan(struct gdb *g, enum pass_kind pass, uint64_t first, uint64_t end)
{
    g->pass = pass;
    g->first = first < g->kd->first ? g->kd->first : first;
    g->end = MIN_OF(end, g->kd->last + 1);
    g->planned = true;
}

static void plan_arrival(struct gdb *g, struct place to, const char *reason)
{
    g->goal = to;
    g->reason = reason;
    plan(g, PASS_ARRIVE, to.record, g->kd->last + 1);
}

/* Backwards: the records before g->low, or the place's own record at first. */
static void plan_backwards(struct gdb *g, enum pass_kind pass)
{
    if (g->low > g->goal.record) { /* The first look: from the place's own record. */
        g->low = g->goal.record;
        g->stretch = STRETCH_FIRST;
        plan(g, pass, g->goal.record, g->kd->last + 1);
        return;
    }
    uint64_t end = g->low;

    g->low = end - g->kd->first > g->stretch ? end - g->stretch : g->kd->first;
    g->goal = (struct place){ end, 0 };
    g->stretch = MIN_OF(g->stretch * 4, (uint64_t)STRETCH_MOST);
    plan(g, pass, g->low, end + 1);
}

/* Reasons. */
static const char at_end[] = "replaylog:end;", at_begin[] = "replaylog:begin;",
                  at_break[] = "swbreak:;", stopped[] = "stop", stepped[] = "";

/* ---- Answers --------------------------------------------------------------------------------- */

static void say(struct gdb *g, const char *text) { gdb_put(&g->wire, text, strlen(text)); }

/* Prints a line where gdb's user reads. */
static void print_line(struct gdb *g, const char *text)
{
    size_t length = strlen(text);
    char *packet = malloc(2 * length + 2);

    if (packet == NULL)
        return;
    packet[0] = 'O';
    gdb_put(&g->wire, packet, (size_t)(gdb_hex(packet + 1, text, length) - packet));
    free(packet);
}

/* At the end of the run: what ended it. */
static void print_end(struct gdb *g)
{
    const struct stop *stop = g->kd->end != NULL ? &g->kd->end->result.stop : NULL;
    char text[160];

    if (stop == NULL || !stop->stopped || g->now.record != stop->record)
        return;
    snprintf(text, sizeof text,
             "*** Fatal System Error: 0x%08x\n                       "
             "(0x%08X,0x%08X,0x%08X,0x%08X)\n",
             stop->code, stop->args[0], stop->args[1], stop->args[2], stop->args[3]);
    print_line(g, text);
}

static void tell_stop(struct gdb *g)
{
    char text[160];

    if (g->reason == NULL)
        return;
    if (g->reason == at_end)
        print_end(g);
    snprintf(text, sizeof text, "T%s%sthread:%x;", g->reason == stopped ? "02" : "05",
             g->reason == stopped ? "" : g->reason, g->current);
    say(g, text);
    g->reason = NULL;
}

struct text {
    char *bytes;
    size_t used;
};

static void add(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);
static void add(struct text *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    if (text->bytes != NULL && text->used < TEXT_MAX)
        text->used +=
            (size_t)vsnprintf(text->bytes + text->used, TEXT_MAX - text->used, format, arguments);
    va_end(arguments);
}

/* Adds a text as XML has it. */
static void add_escaped(struct text *text, const char *from)
{
    for (; *from != 0; from++)
        if (*from == '<' || *from == '&' || *from == '"')
            add(text, "&#%d;", *from);
        else
            add(text, "%c", *from);
}

/* ---- Registers ------------------------------------------------------------------------------- */

static const char *const general_names[HOST_GENERAL] = { "rax", "rbx", "rcx", "rdx", "rsi", "rdi",
                                                         "rbp", "rsp", "r8",  "r9",  "r10", "r11",
                                                         "r12", "r13", "r14", "r15" };
static const char *const segment_names[] = { "cs", "ss", "ds", "es", "fs", "gs" };
static const char *const float_names[] = { "fctrl", "fstat", "ftag",  "fiseg",
                                           "fioff", "foseg", "fooff", "fop" };

static void describe_target(struct text *t)
{
    static const char flags[] =
        "<flags id=\"i386_eflags\" size=\"4\"><field name=\"CF\" start=\"0\" end=\"0\"/>"
        "<field name=\"PF\" start=\"2\" end=\"2\"/><field name=\"AF\" start=\"4\" end=\"4\"/>"
        "<field name=\"ZF\" start=\"6\" end=\"6\"/><field name=\"SF\" start=\"7\" end=\"7\"/>"
        "<field name=\"TF\" start=\"8\" end=\"8\"/><field name=\"IF\" start=\"9\" end=\"9\"/>"
        "<field name=\"DF\" start=\"10\" end=\"10\"/><field name=\"OF\" start=\"11\" end=\"11\"/>"
        "</flags>";

    add(t,
        "<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\"><target>"
        "<architecture>i386:x86-64</architecture><osabi>GNU/Linux</osabi>"
        "<feature name=\"org.gnu.gdb.i386.core\">%s",
        flags);
    for (int i = 0; i < HOST_GENERAL; i++)
        add(t, "<reg name=\"%s\" bitsize=\"64\" type=\"%s\"/>", general_names[i],
            i == HOST_RBP || i == HOST_RSP ? "data_ptr" : "int64");
    add(t, "<reg name=\"rip\" bitsize=\"64\" type=\"code_ptr\"/>"
           "<reg name=\"eflags\" bitsize=\"32\" type=\"i386_eflags\"/>");
    for (size_t i = 0; i < ARRAY_LEN(segment_names); i++)
        add(t, "<reg name=\"%s\" bitsize=\"32\" type=\"int32\"/>", segment_names[i]);
    for (int i = 0; i < 8; i++)
        add(t, "<reg name=\"st%d\" bitsize=\"80\" type=\"i387_ext\"/>", i);
    for (size_t i = 0; i < ARRAY_LEN(float_names); i++)
        add(t, "<reg name=\"%s\" bitsize=\"32\" type=\"int\" group=\"float\"/>", float_names[i]);
    add(t, "</feature><feature name=\"org.gnu.gdb.i386.sse\">"
           "<vector id=\"v4f\" type=\"ieee_single\" count=\"4\"/>"
           "<vector id=\"v2d\" type=\"ieee_double\" count=\"2\"/>"
           "<vector id=\"v16i8\" type=\"int8\" count=\"16\"/>"
           "<vector id=\"v8i16\" type=\"int16\" count=\"8\"/>"
           "<vector id=\"v4i32\" type=\"int32\" count=\"4\"/>"
           "<vector id=\"v2i64\" type=\"int64\" count=\"2\"/>"
           "<union id=\"vec128\"><field name=\"v4_float\" type=\"v4f\"/>"
           "<field name=\"v2_double\" type=\"v2d\"/><field name=\"v16_int8\" type=\"v16i8\"/>"
           "<field name=\"v8_int16\" type=\"v8i16\"/><field name=\"v4_int32\" type=\"v4i32\"/>"
           "<field name=\"v2_int64\" type=\"v2i64\"/><field name=\"uint128\" type=\"uint128\"/>"
           "</union>");
    for (int i = 0; i < 16; i++)
        add(t, "<reg name=\"xmm%d\" bitsize=\"128\" type=\"vec128\"/>", i);
    add(t, "<reg name=\"mxcsr\" bitsize=\"32\" type=\"int\" group=\"vector\"/></feature>"
           "<feature name=\"org.gnu.gdb.i386.linux\">"
           "<reg name=\"orig_rax\" bitsize=\"64\" type=\"int\" group=\"system\"/>"
           "</feature></target>");
}

/* Writes a register; one that is not known is written as such. */
static char *put_register(char *to, const void *bytes, size_t count, bool known)
{
    if (known)
        return gdb_hex(to, bytes, count);
    memset(to, 'x', 2 * count);
    return to + 2 * count;
}

static void send_registers(struct gdb *g)
{
    struct host_registers other, *r = &g->registers;
    void *mark[MARK_WORDS];
    char text[2048], *to = text;
    uint64_t zero = 0;

    if (g->shown != g->current) {
        r = &other;
        memset(r, 0, sizeof *r);
        if (glance_thread_left(g->world, g->shown, mark))
            host_step_marked(mark, r);
    }
    for (int i = 0; i < HOST_GENERAL; i++)
        to = put_register(to, &r->general[i], 8,
                          r->whole || (r->pc != 0 && (i == HOST_RBX || i == HOST_RBP ||
                                                      i == HOST_RSP || i >= HOST_R12)));
    to = put_register(to, &r->pc, 8, r->pc != 0);
    to = put_register(to, &r->flags, 4, r->whole);
    to = put_register(to, &r->cs, 4, r->whole);
    for (size_t i = 1; i < ARRAY_LEN(segment_names); i++)
        to = put_register(to, &zero, 4, false);
    for (int i = 0; i < 8; i++)
        to = put_register(to, r->floats[i], 10, r->whole);
    for (size_t i = 0; i < ARRAY_LEN(float_names); i++)
        to = put_register(to, &zero, 4, false);
    for (int i = 0; i < 16; i++)
        to = put_register(to, r->vectors[i], 16, r->whole);
    to = put_register(to, &r->mxcsr, 4, r->whole);
    to = put_register(to, &zero, 8, false); /* orig_rax */
    gdb_put(&g->wire, text, (size_t)(to - text));
}

/* ---- Memory ---------------------------------------------------------------------------------- */

/* Copies memory as a guest sees it; returns how much could be read. */
static size_t read_memory(const struct gdb *g, uintptr_t address, void *to, size_t count)
{
    ssize_t got;

    if (glance_pointer(g->world, (const void *)address, to, count))
        return count;
    got = pread(g->memory, to, count, (off_t)address);
    return got > 0 ? (size_t)got : 0;
}

static void send_memory(struct gdb *g, const char *words)
{
    static _Thread_local char bytes[GDB_PACKET / 2 - 16], text[GDB_PACKET];
    char *end;
    uint64_t address = strtoull(words, &end, 16);
    size_t count = *end == ',' ? strtoul(end + 1, NULL, 16) : 0;
    size_t got = read_memory(g, (uintptr_t)address, bytes, MIN_OF(count, sizeof bytes));

    if (got == 0 && count > 0)
        say(g, "E14");
    else
        gdb_put(&g->wire, text, (size_t)(gdb_hex(text, bytes, got) - text));
}

/* ---- What runs where ------------------------------------------------------------------------- */

static void add_libraries(const struct gdb *g, struct text *t)
{
    add(t, "<library-list-svr4 version=\"1.0\">");
    for (size_t i = 0; i < g->image_count; i++) {
        add(t, "<library name=\"");
        add_escaped(t, g->images[i]->path);
        add(t, "\" lm=\"0x%zx\" l_addr=\"0x%" PRIxPTR "\" l_ld=\"0x%" PRIxPTR "\" lmid=\"0x0\"/>",
            i + 1, (uintptr_t)g->images[i]->extent.base, host_image_dynamic(g->images[i]->host));
    }
    add(t, "</library-list-svr4>");
}

static void add_threads(struct gdb *g, struct text *t)
{
    add(t, "<threads>");
    if (g->current == NO_THREAD)
        add(t, "<thread id=\"%x\" name=\"no thread\"/>", NO_THREAD);
    for (uint32_t i = 0; i < g->look->thread_count; i++) {
        const struct inspect_thread *thread = &g->look->threads[i];

        if (thread->process == INSPECT_NOBODY || (thread->exited && thread->id != g->current))
            continue;
        add(t, "<thread id=\"%x\" core=\"%u\" name=\"", thread->id, thread->processor);
        add_escaped(t, g->look->processes[thread->process].name);
        add(t, "/");
        add_escaped(t, thread->name[0] != 0 ? thread->name : "thread");
        add(t, "\">%s%s%s</thread>", inspect_state_name(thread->state),
            thread->service != 0 ? ", in " : "",
            thread->service != 0 ? inspect_service_name(thread->service) : "");
    }
    add(t, "</threads>");
}

static void send_file(struct gdb *g, const char *path, bool is_link, const char *part)
{
    static _Thread_local char bytes[TEXT_MAX];
    int file = is_link ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = is_link ? readlink(path, bytes, sizeof bytes) : read(file, bytes, sizeof bytes);

    if (file >= 0)
        close(file);
    gdb_put_part(&g->wire, bytes, got > 0 ? (size_t)got : 0, part);
}

/* Answers "qXfer:OBJECT:read:ANNEX:OFFSET,LENGTH". */
static void send_object(struct gdb *g, const char *packet)
{
    struct text text = { .bytes = malloc(TEXT_MAX) };
    const char *object = packet + strlen("qXfer:"), *part = strrchr(packet, ':') + 1;
    bool known = true;

    if (strncmp(object, "exec-file:", 10) == 0)
        send_file(g, "/proc/self/exe", true, part);
    else if (strncmp(object, "auxv:", 5) == 0)
        send_file(g, "/proc/self/auxv", false, part);
    else if (strncmp(object, "features:", 9) == 0)
        describe_target(&text);
    else if (strncmp(object, "libraries-svr4:", 15) == 0)
        add_libraries(g, &text);
    else if (strncmp(object, "threads:", 8) == 0)
        add_threads(g, &text);
    else
        known = false;
    if (!known)
        say(g, "");
    else if (text.used > 0)
        gdb_put_part(&g->wire, text.bytes, MIN_OF(text.used, (size_t)TEXT_MAX - 1), part);
    free(text.bytes);
}

/* ---- Breakpoints ----------------------------------------------------------------------------- */

static bool in_guests(const struct gdb *g, uintptr_t at)
{
    for (size_t i = 0; i < g->step.range_count; i++)
        if (at - (uintptr_t)g->ranges[i].base < g->ranges[i].size)
            return true;
    return false;
}

static void set_watch(struct gdb *g, bool on, uintptr_t at, size_t count)
{
    size_t i = 0;

    while (i < g->watch_count && (g->watches[i].address != at || g->watches[i].count != count))
        i++;
    if (!on && i < g->watch_count) {
        g->watches[i] = g->watches[--g->watch_count];
    } else if (on && i == g->watch_count) {
        if (i == WATCHES_MAX || count > WATCH_BYTES) {
            say(g, "E28");
            return;
        }
        g->watches[g->watch_count++] = (struct gdb_watch){ .address = at, .count = count };
    }
    say(g, "OK");
}

/* True if memory that is watched has changed since the last call. */
static bool has_changed(struct gdb *g)
{
    bool changed = false;

    for (size_t i = 0; i < g->watch_count; i++) {
        struct gdb_watch *watch = &g->watches[i];
        uint8_t now[WATCH_BYTES] = { 0 };

        read_memory(g, watch->address, now, watch->count);
        if (memcmp(now, watch->bytes, watch->count) == 0)
            continue;
        memcpy(watch->bytes, now, watch->count);
        changed = true;
        snprintf(g->watched, sizeof g->watched, "watch:%" PRIxPTR ";", watch->address);
    }
    return changed;
}

/* True for code of exifsim itself, where nothing is stepped. */
static bool in_program(uintptr_t at)
{
    Dl_info own, other;

    return dladdr((void *)(uintptr_t)in_program, &own) != 0 && dladdr((void *)at, &other) != 0 &&
           own.dli_fbase == other.dli_fbase;
}

/* gdb sets some of its own in the host's loader: they are taken, and never met. */
static void set_break(struct gdb *g, const char *packet)
{
    char *end;
    uintptr_t at = (uintptr_t)strtoull(packet + 3, &end, 16);
    size_t i = 0;

    if (packet[1] == '2') {
        set_watch(g, packet[0] == 'Z', at, *end == ',' ? strtoul(end + 1, NULL, 16) : 0);
        return;
    }
    if (packet[1] != '0' && packet[1] != '1') {
        say(g, ""); /* Reads are not noticed. */
        return;
    }
    if (packet[0] == 'Z' && in_program(at)) {
        say(g, "E.only code of guests can be stopped");
        return;
    }
    while (i < g->step.break_count && g->breaks[i] != at)
        i++;
    if (packet[0] == 'z' && i < g->step.break_count)
        g->breaks[i] = g->breaks[--g->step.break_count];
    else if (packet[0] == 'Z' && i == g->step.break_count && in_guests(g, at)) {
        if (i == BREAKS_MAX) {
            say(g, "E28");
            return;
        }
        g->breaks[g->step.break_count++] = at;
    }
    say(g, "OK");
}

/* ---- Serving gdb ----------------------------------------------------------------------------- */

static void go_on(struct gdb *g)
{
    g->goal = g->at;
    if (g->step.break_count + g->watch_count > 0)
        plan(g, g->watch_count > 0 ? PASS_FIRST : PASS_FIND, g->at.record, g->kd->last + 1);
    else
        plan_arrival(g, (struct place){ border(g), 0 }, at_end);
}

static void go_back(struct gdb *g, enum pass_kind pass)
{
    g->goal = g->at;
    g->low = UINT64_MAX;
    g->thread = g->current;
    plan_backwards(g, pass);
}

/* What a packet says that lets the machine go. False: it is another packet. */
static bool read_motion(struct gdb *g, const char *packet)
{
    switch (packet[0]) {
    case 's':
    case 'S':
        g->thread = g->current;
        g->pass = PASS_STEP;
        break;
    case 'c':
    case 'C':
        go_on(g);
        break;
    case 'b':
        if (packet[1] != 's' && packet[1] != 'c')
            return false;
        go_back(g, packet[1] == 's' ? PASS_LAST_OWN : PASS_LAST);
        break;
    case 'D':
        say(g, "OK");
        g->pass = PASS_END;
        break;
    case 'k':
        g->pass = PASS_END;
        break;
    default:
        return false;
    }
    return true;
}

static void read_command(struct gdb *g, const char *hex)
{
    free(g->command);
    g->command = calloc(1, strlen(hex) / 2 + 1);
    if (g->command != NULL)
        gdb_unhex(hex, g->command, strlen(hex) / 2);
    g->pass = PASS_COMMAND;
}

static void answer(struct gdb *g, const char *packet)
{
    char text[64];

    if (strncmp(packet, "qSupported", 10) == 0) {
        say(g, "PacketSize=3f00;QStartNoAckMode+;qXfer:features:read+;qXfer:exec-file:read+;"
               "qXfer:auxv:read+;qXfer:libraries-svr4:read+;qXfer:threads:read+;ReverseStep+;"
               "ReverseContinue+;swbreak+");
    } else if (strcmp(packet, "QStartNoAckMode") == 0) {
        say(g, "OK");
        g->wire.quiet = true;
    } else if (strncmp(packet, "qXfer:", 6) == 0) {
        send_object(g, packet);
    } else if (strcmp(packet, "?") == 0) {
        g->reason = stepped;
        tell_stop(g);
    } else if (strcmp(packet, "g") == 0) {
        send_registers(g);
    } else if (packet[0] == 'm') {
        send_memory(g, packet + 1);
    } else if (packet[0] == 'H') {
        if (packet[1] == 'g')
            g->shown = (uint32_t)strtoul(packet + 2, NULL, 16);
        if (g->shown == 0)
            g->shown = g->current;
        say(g, "OK");
    } else if (packet[0] == 'T') {
        uint32_t id = (uint32_t)strtoul(packet + 1, NULL, 16);

        say(g, id == g->current || inspect_thread(g->look, id) != NULL ? "OK" : "E03");
    } else if (packet[0] == 'Z' || packet[0] == 'z') {
        set_break(g, packet);
    } else if (strcmp(packet, "qC") == 0) {
        snprintf(text, sizeof text, "QC%x", g->current);
        say(g, text);
    } else if (strncmp(packet, "qAttached", 9) == 0) {
        say(g, "1");
    } else if (packet[0] == 'G' || packet[0] == 'P' || packet[0] == 'M') {
        say(g, "E.what has happened cannot be changed");
    } else {
        say(g, ""); /* Unknown. */
    }
}

/* Answers gdb until it lets the machine go; what it wants is then in the pass. */
static void serve(struct gdb *g, uint32_t thread)
{
    static _Thread_local char packet[GDB_PACKET + 1];

    g->at = g->now;
    g->current = g->shown = thread;
    inspect_take_parts(g->world, g->look, INSPECT_PROCESSES | INSPECT_THREADS);
    tell_stop(g);
    if (g->answer != NULL) {
        say(g, g->answer);
        free(g->answer);
        g->answer = NULL;
        say(g, "OK");
    }
    for (;;) {
        int length = gdb_get(&g->wire, packet);

        if (length == GDB_GONE) {
            g->pass = PASS_END;
            return;
        }
        if (length == GDB_INTERRUPT)
            continue;
        if (strncmp(packet, "qRcmd,", 6) == 0) {
            read_command(g, packet + 6);
            return;
        }
        if (read_motion(g, packet))
            return;
        answer(g, packet);
    }
}

/* ---- Inside a pass --------------------------------------------------------------------------- */

static uint32_t thread_now(void)
{
    struct glance_actor actor;

    glance_actor(&actor);
    return actor.by != GLANCE_NOBODY && actor.thread != 0 ? actor.thread : NO_THREAD;
}

/* How guests run from here on, where the pass is not over. */
static enum host_step_mode mode_of(const struct gdb *g)
{
    if (g->watch_count > 0)
        return HOST_STEP_EACH;
    if (g->pass == PASS_FIND)
        return compare(g->now, g->goal) < 0 ? HOST_STEP_EACH : HOST_STEP_BREAKS;
    if (g->pass == PASS_LAST)
        return g->now.record == g->goal.record ? HOST_STEP_EACH : HOST_STEP_BREAKS;
    return HOST_STEP_EACH;
}

static enum host_step_mode end_pass(struct gdb *g)
{
    g->over = true;
    return HOST_STEP_OFF;
}

/* Serves gdb at this instant; what is wanted next may go on from here. */
static enum host_step_mode arrive(struct gdb *g, const struct host_registers *registers,
                                  const char *reason)
{
    g->registers = *registers;
    g->reason = reason;
    serve(g, thread_now());
    return g->pass == PASS_STEP ? HOST_STEP_EACH : end_pass(g);
}

static void note(struct gdb *g, struct place place, bool exact, const char *why)
{
    g->found = true;
    g->last = place;
    g->last_exact = exact;
    g->last_reason = why;
}

/* Before an instruction of a guest. */
static enum host_step_mode stop(struct host_step *step, const struct host_registers *registers)
{
    struct gdb *g = step->ctx;
    bool each = step->mode == HOST_STEP_EACH, hit, changed;
    const char *why;
    int to_goal;

    if (g->over)
        return HOST_STEP_OFF;
    hit = is_break(g, registers->pc);
    changed = has_changed(g);
    g->before = g->now;
    g->now.point++;
    to_goal = compare(g->now, g->goal);
    why = changed ? g->watched : hit ? at_break : stepped;
    switch (g->pass) {
    case PASS_ARRIVE:
        if (to_goal == 0)
            return arrive(g, registers, g->reason);
        break;
    case PASS_STEP:
        if (hit || changed || thread_now() == g->thread)
            return arrive(g, registers, why);
        break;
    case PASS_FIND:
        if (each)
            break;
        note(g, g->now, false, why);
        return end_pass(g);
    case PASS_FIRST:
        if ((hit || changed) && to_goal > 0)
            return arrive(g, registers, why);
        break;
    case PASS_LAST:
        if (changed) /* Going back, memory changes when its writer is undone. */
            note(g, g->before, true, why);
        if (each && to_goal >= 0)
            return end_pass(g);
        if (hit)
            note(g, g->now, each, at_break);
        break;
    case PASS_NTH:
        if (hit && --g->nth == 0)
            return arrive(g, registers, why);
        break;
    case PASS_LAST_OWN:
        if (to_goal >= 0)
            return end_pass(g);
        if (thread_now() == g->thread)
            note(g, g->now, true, stepped);
        break;
    default:
        break;
    }
    return mode_of(g);
}

/* The registers of the visitor stand for those of the code that writes the record. */
static enum host_step_mode arrive_at_record(struct gdb *g, const char *reason)
{
    struct host_registers registers;
    void *mark[MARK_WORDS];

    host_step_mode(&g->step, HOST_STEP_OFF);
    (void)mark_here(mark);
    host_step_marked(mark, &registers);
    return arrive(g, &registers, reason);
}

static enum host_step_mode reach_record(struct gdb *g, const struct record *record)
{
    (void)record;
    bool asked =
        g->now.record % POLL_RECORDS == 0 && g->pass != PASS_ARRIVE && gdb_wants_stop(&g->wire);

    if (asked && g->pass != PASS_STEP && g->pass != PASS_FIND) { /* Back to where it began. */
        plan_arrival(g, g->at, stopped);
        return end_pass(g);
    }
    if (asked)
        return arrive_at_record(g, stopped);
    switch (g->pass) {
    case PASS_ARRIVE:
        if (compare(g->now, g->goal) == 0)
            return arrive_at_record(g, g->reason);
        break;
    case PASS_STEP:
    case PASS_FIND:
    case PASS_FIRST:
        if (g->now.record != border(g) || compare(g->now, g->goal) <= 0)
            break;
        return arrive_at_record(g, at_end);
    case PASS_LAST:
    case PASS_LAST_OWN:
        if (compare(g->now, g->goal) >= 0 && g->goal.point == 0)
            return end_pass(g);
        break;
    default:
        break;
    }
    return mode_of(g);
}

/* Finds where the code of the world's guests lies. */
static void take_ranges(struct gdb *g, struct world *world)
{
    const struct image *image;

    g->world = world;
    g->image_count = g->step.range_count = 0;
    while ((image = world_guest_image(world, (uint32_t)g->image_count)) != NULL &&
           g->image_count < RANGES_MAX) {
        g->step.range_count += host_image_code(image->host, g->ranges + g->step.range_count,
                                               RANGES_MAX - g->step.range_count);
        g->images[g->image_count++] = image;
    }
}

static bool see_gdb(struct world *world, const struct record *record, uint64_t number, void *ctx)
{
    struct gdb *g = ctx;

    if (!g->begun) {
        take_ranges(g, world);
        host_step_begin(&g->step);
        g->begun = true;
    }
    if (!g->over) {
        if (number == g->first)
            has_changed(g); /* The first look tells nothing. */
        g->now = (struct place){ number, 0 };
        host_step_mode(&g->step, reach_record(g, record));
    }
    if (g->over)
        host_step_mode(&g->step, HOST_STEP_OFF);
    return g->over;
}

static bool see_last(struct world *world, const struct record *record, uint64_t number, void *ctx)
{
    struct gdb *g = ctx;

    (void)world, (void)record, (void)number;
    host_step_end(&g->step);
    return true;
}

/* ---- From pass to pass ----------------------------------------------------------------------- */

/* Carries out a command of kd at the record where gdb stands; its output goes to gdb. */
static void carry_out(struct gdb *g)
{
    struct kd *kd = g->kd;
    FILE *out = kd->out, *errors = kd->errors;
    struct place at = g->at;
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);

    if (memory == NULL || g->command == NULL) {
        plan_arrival(g, at, NULL);
        g->answer = strdup("");
        return;
    }
    kd_print_to(kd, memory, memory);
    kd->options.echo = false;
    if (kd_stand(kd, at.record))
        kd_line(kd, g->command);
    kd->over = kd->wrong = false;
    fclose(memory);
    kd_print_to(kd, out, errors);
    g->answer = calloc(2, size + 1);
    CHECK(g->answer != NULL);
    g->answer[0] = 'O';
    gdb_hex(g->answer + (size > 0), text, size);
    free(text);
    plan_arrival(g, at, NULL);
}

/* Plans what follows a pass that came to its end without serving gdb, or a command. */
static void follow(struct gdb *g)
{
    struct place begin = { g->kd->first, 0 }, end = { border(g), 0 };

    switch (g->pass) {
    case PASS_FIND:
        if (g->found) {
            if (g->last.record != g->goal.record)
                g->goal = (struct place){ g->last.record, 0 };
            plan(g, PASS_FIRST, g->goal.record, g->kd->last + 1);
        } else {
            plan_arrival(g, end, at_end);
        }
        break;
    case PASS_LAST:
    case PASS_LAST_OWN:
        if (g->found && g->last_exact) {
            plan_arrival(g, g->last, g->last_reason);
        } else if (g->found) {
            g->nth = g->last.point;
            plan(g, PASS_NTH, g->last.record, g->kd->last + 1);
        } else if (g->low > g->kd->first) {
            plan_backwards(g, g->pass);
        } else {
            plan_arrival(g, begin, at_begin);
        }
        break;
    case PASS_COMMAND:
        carry_out(g);
        break;
    case PASS_END:
        break;
    default: /* The run ended before. */
        plan_arrival(g, end, at_end);
        break;
    }
}

static void listening(uint16_t port, void *ctx)
{
    struct gdb *g = ctx;

    fprintf(g->kd->out, "gdb: target remote localhost:%u\n", port);
    fflush(g->kd->out);
}

bool kd_serve_gdb(struct kd *kd, uint16_t port, char error[KD_ERROR_CHARS])
{
    struct gdb *g = calloc(1, sizeof *g);
    uint64_t first = kd->options.at != NULL ? kd->at : kd->first;

    if (!host_step_exists()) {
        snprintf(error, KD_ERROR_CHARS,
                 "guests cannot be stepped on this host (expected Linux on x86-64)");
        free(g);
        return false;
    }
    CHECK(g != NULL);
    g->kd = kd;
    g->step =
        (struct host_step){ .stop = stop, .ctx = g, .ranges = g->ranges, .breaks = g->breaks };
    g->look = inspect_new();
    CHECK(g->look != NULL);
    g->memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    g->wire.socket = gdb_accept(port, listening, g);
    if (g->wire.socket < 0)
        snprintf(error, KD_ERROR_CHARS, "port %u: %s", port, strerror(errno));
    else
        plan_arrival(g, (struct place){ first, 0 }, NULL);
    while (g->wire.socket >= 0 && g->pass != PASS_END) {
        g->over = g->planned = g->found = false;
        CHECK(recording_visit(
            kd->run,
            &(struct recording_visit){ .from = g->first, .to = g->end, .see = see_gdb, .ctx = g }));
        if (!g->planned)
            follow(g);
    }
    if (g->begun)
        recording_visit(kd->run,
                        &(struct recording_visit){
                            .from = kd->first, .to = kd->first + 1, .see = see_last, .ctx = g });
    bool served = g->wire.socket >= 0;

    if (served)
        close(g->wire.socket);
    if (g->memory >= 0)
        close(g->memory);
    inspect_free(g->look);
    free(g->command);
    free(g->answer);
    free(g);
    return served;
}
