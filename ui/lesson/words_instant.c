/* words_instant.c - words that ask about one instant of a run (words.def): records, threads, the
 * machine as it was.
 */
#include "ui/lesson/words_inside.h"
#include "model/look/glance.h"
#include "model/words/names.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- Records --------------------------------------------------------------------------------- */

bool word_instant(const struct asking *a, struct value *out)
{
    uint64_t number;

    if (!ask_instant(a, 0, &number))
        return false;
    *out = value_instant(number);
    return true;
}

bool word_exists(const struct asking *a, struct value *out)
{
    uint64_t number;

    *out = value_yes(ask_instant(a, 0, &number));
    return true;
}

bool word_same(const struct asking *a, struct value *out)
{
    uint64_t one, other;

    if (!ask_instant(a, 0, &one) || !ask_instant(a, 1, &other))
        return false;
    *out = value_yes(one == other);
    return true;
}

static bool record_of(const struct asking *a, uint32_t index, uint64_t *number, struct record *r)
{
    return ask_instant(a, index, number) && ask_record(a, *number, r);
}

bool word_time(const struct asking *a, struct value *out)
{
    uint64_t number;
    struct record r;

    if (!record_of(a, 0, &number, &r))
        return false;
    *out = value_time(r.at);
    return true;
}

bool word_between(const struct asking *a, struct value *out)
{
    uint64_t number;
    struct record one, other;

    if (!record_of(a, 0, &number, &one) || !record_of(a, 1, &number, &other))
        return false;
    *out = value_time(0);
    out->number = (int64_t)other.at - (int64_t)one.at;
    return true;
}

bool word_kind(const struct asking *a, struct value *out)
{
    uint64_t number;
    struct record r;

    if (!record_of(a, 0, &number, &r))
        return false;
    *out = value_name(record_kinds[r.kind].name);
    return true;
}

bool word_cpu(const struct asking *a, struct value *out)
{
    uint64_t number;
    struct record r;

    if (!record_of(a, 0, &number, &r))
        return false;
    *out = value_count(r.cpu);
    return true;
}

bool word_field(const struct asking *a, struct value *out)
{
    uint64_t number;
    struct record r;
    int field;

    if (!record_of(a, 0, &number, &r))
        return false;
    field = record_field(r.kind, ask_text(a, 1));
    if (field < 0)
        return ask_refuse(a, "%s has no field \"%s\" (expected one of: %s)",
                          record_kinds[r.kind].name, ask_text(a, 1), record_kinds[r.kind].fields);
    return ask_name_at(a, record_argument(&r, field), number, out);
}

/* ---- Threads at an instant ------------------------------------------------------------------- */

struct thread_look {
    uint32_t id;
    struct inspect_thread thread;
    char in_force[INSPECT_NAME];
    bool found;
};

static bool take_thread(const struct inspect *look, void *ctx)
{
    struct thread_look *t = ctx;
    const struct inspect_thread *thread = inspect_thread(look, t->id);
    const struct inspect_process *process;

    t->found = thread != NULL;
    if (!t->found)
        return true;
    t->thread = *thread;
    process = inspect_process_at(look, thread->apc_process);
    snprintf(t->in_force, sizeof t->in_force, "%s", process != NULL ? process->name : "nobody");
    return true;
}

static bool thread_at(const struct asking *a, struct thread_look *t)
{
    struct recording *run;
    uint64_t number;
    uint32_t lane;

    if (!ask_thread(a, 0, &lane) || !ask_instant(a, 1, &number))
        return false;
    run = lesson_run_recording(a->run);
    recording_lock(run);
    t->id = lanes_get(recording_lanes(run), lane)->id;
    recording_unlock(run);
    if (!ask_look(a, number, take_thread, t))
        return false;
    return t->found ||
           ask_refuse(a, "the thread does not exist at #%llu", (unsigned long long)number);
}

bool word_in_force(const struct asking *a, struct value *out)
{
    struct thread_look t;

    if (!thread_at(a, &t))
        return false;
    *out = value_name(t.in_force);
    return true;
}

bool word_index(const struct asking *a, struct value *out)
{
    struct thread_look t;

    if (!thread_at(a, &t))
        return false;
    *out = value_count(t.thread.attach_index);
    return true;
}

bool word_state(const struct asking *a, struct value *out)
{
    struct thread_look t;

    if (!thread_at(a, &t))
        return false;
    *out = value_name(t.thread.running ? "running" : inspect_state_name(t.thread.state));
    return true;
}

bool word_priority(const struct asking *a, struct value *out)
{
    struct thread_look t;

    if (!thread_at(a, &t))
        return false;
    *out = value_count(t.thread.priority);
    return true;
}

bool word_waits_for(const struct asking *a, struct value *out)
{
    struct thread_look t;

    if (!thread_at(a, &t))
        return false;
    *out = value_name(t.thread.wait_count > 0 && !t.thread.running
                          ? inspect_wait_type_name(t.thread.waits[0].type)
                          : "nothing");
    return true;
}

/* ---- The machine at an instant --------------------------------------------------------------- */

static bool take_running(const struct inspect *look, void *ctx)
{
    int64_t *count = ctx;

    for (uint32_t i = 0; i < look->processor_count; i++)
        *count += !look->processors[i].idle;
    return true;
}

static bool take_ready(const struct inspect *look, void *ctx)
{
    *(int64_t *)ctx = (int64_t)look->gauges.value[GAUGE_THREADS_READY];
    return true;
}

static bool count_at(const struct asking *a, bool (*take)(const struct inspect *, void *),
                     struct value *out)
{
    uint64_t number;
    int64_t count = 0;

    if (!ask_instant(a, 0, &number) || !ask_look(a, number, take, &count))
        return false;
    *out = value_count(count);
    return true;
}

bool word_running(const struct asking *a, struct value *out)
{
    return count_at(a, take_running, out);
}

bool word_ready(const struct asking *a, struct value *out) { return count_at(a, take_ready, out); }

struct irql_look {
    uint8_t cpu, irql;
};

static bool take_irql(const struct inspect *look, void *ctx)
{
    struct irql_look *i = ctx;

    i->irql = look->processors[i->cpu].irql;
    return true;
}

bool word_irql(const struct asking *a, struct value *out)
{
    struct irql_look irql = { 0 };
    uint64_t number;
    struct record r;

    if (!record_of(a, 0, &number, &r))
        return false;
    irql.cpu = r.cpu;
    if (!ask_look(a, number, take_irql, &irql))
        return false;
    *out = value_count(irql.irql);
    return true;
}

/* ---- Processes at an instant ----------------------------------------------------------------- */

struct process_look {
    const char *name;
    struct inspect_process process;
    uint32_t handle;
    char object[2 * INSPECT_NAME];
    bool found;
};

/* Finds the latest process of this name that has not ended, with the object of its handle. */
static bool take_process(const struct inspect *look, void *ctx)
{
    struct process_look *p = ctx;
    uint32_t at = 0;

    for (uint32_t i = 0; i < look->process_count; i++)
        if (strcasecmp(look->processes[i].name, p->name) == 0 && !look->processes[i].ended) {
            p->process = look->processes[i];
            p->found = true;
            at = i;
        }
    for (uint32_t i = 0; p->found && i < look->handle_count; i++)
        if (look->handles[i].process == at && look->handles[i].handle == p->handle)
            snprintf(p->object, sizeof p->object, "%s %s", inspect_type_name(look->handles[i].type),
                     look->handles[i].name);
    return true;
}

static bool process_at(const struct asking *a, uint32_t name, uint32_t instant,
                       struct process_look *p, uint64_t *number)
{
    p->name = ask_text(a, name);
    if (!ask_instant(a, instant, number) || !ask_look(a, *number, take_process, p))
        return false;
    return p->found ||
           ask_refuse(a, "no process \"%s\" lives at #%llu", p->name, (unsigned long long)*number);
}

bool word_handles(const struct asking *a, struct value *out)
{
    struct process_look p = { 0 };
    uint64_t number;

    if (!process_at(a, 0, 1, &p, &number))
        return false;
    *out = value_count(p.process.handle_count);
    return true;
}

bool word_object(const struct asking *a, struct value *out)
{
    struct process_look p = { 0 };
    struct value handle;
    uint64_t number;

    if (!ask_expression(a, 1, &handle))
        return false;
    p.handle = (uint32_t)handle.number;
    if (!process_at(a, 0, 2, &p, &number))
        return false;
    *out = value_name(p.object[0] != 0 ? p.object : "nothing");
    return true;
}

/* ---- Memory ---------------------------------------------------------------------------------- */

enum { BYTES_MAX = 4096 };
struct bytes_look {
    uint32_t process[2], address;
    size_t count;
    uint8_t bytes[2][BYTES_MAX];
    bool readable[2];
};

static void take_bytes(struct world *world, const struct record *record, uint64_t number, void *ctx)
{
    struct bytes_look *b = ctx;

    (void)record;
    (void)number;
    for (int i = 0; i < 2; i++)
        if (b->process[i] != 0)
            b->readable[i] = glance_bytes(world, b->process[i], b->address, b->bytes[i], b->count);
}

static bool address_of(const struct asking *a, uint32_t index, uint32_t *address)
{
    struct value value;

    if (!ask_expression(a, index, &value))
        return false;
    if (value.kind != VALUE_COUNT || value.number < 0 || value.number > UINT32_MAX)
        return ask_refuse(a, "no address (expected a number of 32 bits)");
    *address = (uint32_t)value.number;
    return true;
}

bool word_word(const struct asking *a, struct value *out)
{
    struct bytes_look *b = calloc(1, sizeof *b);
    struct process_look p = { 0 };
    uint64_t number;
    uint32_t word;
    bool good;

    CHECK(b != NULL);
    b->count = 4;
    good = address_of(a, 1, &b->address) && process_at(a, 0, 2, &p, &number);
    if (good) {
        b->process[0] = p.process.address;
        good = lesson_run_visit(a->run, number, number, take_bytes, b) && b->readable[0];
        if (!good)
            ask_refuse(a, "%s has no memory at 0x%08x", p.name, (unsigned)b->address);
        memcpy(&word, b->bytes[0], sizeof word);
        *out = value_count(word);
    }
    free(b);
    return good;
}

bool word_same_bytes(const struct asking *a, struct value *out)
{
    struct bytes_look *b = calloc(1, sizeof *b);
    uint32_t count = 0;
    uint64_t number = 0;
    bool good;

    CHECK(b != NULL);
    good = address_of(a, 2, &b->address) && address_of(a, 3, &count);
    b->count = MIN_OF(count, (uint32_t)BYTES_MAX);
    for (uint32_t i = 0; i < 2 && good; i++) {
        struct process_look p = { 0 };

        good = process_at(a, i, 4, &p, &number);
        b->process[i] = p.process.address;
    }
    if (good && (!lesson_run_visit(a->run, number, number, take_bytes, b) || !b->readable[0] ||
                 !b->readable[1]))
        good = ask_refuse(a, "0x%08x cannot be read in both processes", (unsigned)b->address);
    *out = value_yes(good && memcmp(b->bytes[0], b->bytes[1], b->count) == 0);
    free(b);
    return good;
}

bool word_is_kernel(const struct asking *a, struct value *out)
{
    uint32_t address;

    if (!address_of(a, 0, &address))
        return false;
    *out = value_yes(address >= 0x80000000u);
    return true;
}

bool word_hex(const struct asking *a, struct value *out)
{
    char text[16];
    uint32_t address;

    if (!address_of(a, 0, &address))
        return false;
    snprintf(text, sizeof text, "0x%08x", (unsigned)address);
    *out = value_name(text);
    return true;
}
