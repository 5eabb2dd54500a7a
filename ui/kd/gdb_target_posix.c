/* gdb_target_posix.c - the machine as gdb sees it: registers, memory, images, threads, and where it
 * is to stop. */
#define _GNU_SOURCE
#include "ui/kd/gdb_inside.h"
#include <dlfcn.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- Texts ----------------------------------------------------------------------------------- */

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

/* True if a general register is known: all before an instruction of a guest, those that calls
 * preserve of a thread that waits, and two at a record. */
static bool is_known(const struct host_registers *r, int i)
{
    if (r->whole || r->pc == 0)
        return r->whole;
    return i == HOST_RBP || i == HOST_RSP || (!r->thin && (i == HOST_RBX || i >= HOST_R12));
}

void gdb_send_registers(struct gdb *g)
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
        to = put_register(to, &r->general[i], 8, is_known(r, i));
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

void gdb_send_memory(struct gdb *g, const char *words)
{
    static _Thread_local char bytes[GDB_PACKET / 2 - 16], text[GDB_PACKET];
    char *end;
    uint64_t address = strtoull(words, &end, 16);
    size_t count = *end == ',' ? strtoul(end + 1, NULL, 16) : 0;
    size_t got = read_memory(g, (uintptr_t)address, bytes, MIN_OF(count, sizeof bytes));

    if (got == 0 && count > 0)
        gdb_say(g, "E14");
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
void gdb_send_object(struct gdb *g, const char *packet)
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
        gdb_say(g, "");
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
            gdb_say(g, "E28");
            return;
        }
        g->watches[g->watch_count++] = (struct gdb_watch){ .address = at, .count = count };
    }
    gdb_say(g, "OK");
}

/* True if memory that is watched has changed since the last call. */
bool gdb_has_changed(struct gdb *g)
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

/* True for code of exifsim itself, where nothing is gdb_stepped. */
static bool in_program(uintptr_t at)
{
    Dl_info own, other;

    return dladdr((void *)(uintptr_t)in_program, &own) != 0 && dladdr((void *)at, &other) != 0 &&
           own.dli_fbase == other.dli_fbase;
}

/* True if a thread goes on at this place, or will return there. */
static bool is_on_stack(struct gdb *g, const struct inspect_thread *thread, uintptr_t at)
{
    void *mark[MARK_WORDS];
    struct host_registers left;

    for (uint32_t i = 0; i < thread->frame_count; i++)
        if ((uintptr_t)thread->frames[i] == at)
            return true;
    if (!glance_thread_left(g->world, thread->id, mark))
        return false;
    host_step_marked(mark, &left);
    return left.pc == at;
}

/* The thread that a place outside of guests means; NULL: none goes on there. */
static const struct inspect_thread *owner_of(struct gdb *g, uintptr_t at)
{
    const struct inspect_thread *current = inspect_thread(g->look, g->current);

    if (current != NULL && is_on_stack(g, current, at))
        return current;
    for (uint32_t i = 0; i < g->look->thread_count; i++)
        if (is_on_stack(g, &g->look->threads[i], at))
            return &g->look->threads[i];
    return NULL;
}

static void set_outside(struct gdb *g, bool on, uintptr_t at)
{
    const struct inspect_thread *thread = on ? owner_of(g, at) : NULL;
    size_t i = 0;

    while (i < g->outside_count && g->outside[i].at != at)
        i++;
    if (!on && i < g->outside_count) {
        g->outside[i] = g->outside[--g->outside_count];
    } else if (on && (thread == NULL || i == BREAKS_MAX)) {
        gdb_say(g, "E.only code of guests can be stopped");
        return;
    } else if (on && i == g->outside_count) {
        g->outside[g->outside_count++] = (struct gdb_outside){ at, thread->id };
    }
    gdb_say(g, "OK");
}

bool gdb_meets_outside(struct gdb *g, const struct host_registers *registers)
{
    struct glance_actor actor;
    const struct inspect_thread *thread;

    glance_actor(&actor);
    for (size_t i = 0; i < g->outside_count; i++) {
        if (g->outside[i].thread != actor.thread)
            continue;
        g->look->from = registers != NULL ? (void *)(uintptr_t)registers->general[HOST_RBP] : NULL;
        inspect_take_parts(g->world, g->look, INSPECT_PROCESSES | INSPECT_THREADS | INSPECT_FRAMES);
        thread = inspect_thread(g->look, actor.thread);
        if (thread != NULL && !is_on_stack(g, thread, g->outside[i].at))
            return true;
    }
    return false;
}

/* gdb sets some of its own in the host's loader: they are taken, and never met. */
void gdb_set_break(struct gdb *g, const char *packet)
{
    char *end;
    uintptr_t at = (uintptr_t)strtoull(packet + 3, &end, 16);
    size_t i = 0;

    if (packet[1] == '2') {
        set_watch(g, packet[0] == 'Z', at, *end == ',' ? strtoul(end + 1, NULL, 16) : 0);
        return;
    }
    if (packet[1] != '0' && packet[1] != '1') {
        gdb_say(g, ""); /* Reads are not noticed. */
        return;
    }
    if (in_program(at)) {
        set_outside(g, packet[0] == 'Z', at);
        return;
    }
    while (i < g->step.break_count && g->breaks[i] != at)
        i++;
    if (packet[0] == 'z' && i < g->step.break_count)
        g->breaks[i] = g->breaks[--g->step.break_count];
    else if (packet[0] == 'Z' && i == g->step.break_count && in_guests(g, at)) {
        if (i == BREAKS_MAX) {
            gdb_say(g, "E28");
            return;
        }
        g->breaks[g->step.break_count++] = at;
    }
    gdb_say(g, "OK");
}
