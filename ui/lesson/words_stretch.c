/* words_stretch.c - words that ask about a stretch of a run (words.def): counts, sums, extremes. */
#include "ui/lesson/words_inside.h"
#include "model/look/glance.h"
#include "model/words/names.h"
#include "model/words/records.h"
#include "ui/recording/anchor.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool stretch(const struct asking *a, uint32_t first, uint64_t *from, uint64_t *to)
{
    if (!ask_instant(a, first, from) || !ask_instant(a, first + 1, to))
        return false;
    return *from <= *to || ask_refuse(a, "a stretch that ends before it begins (expected the "
                                         "earlier instant first)");
}

/* What is gathered over the records that meet a condition. */
struct gathering {
    const char *field;
    uint64_t count, sum;
    uint32_t seen[256]; /* Different values, in the order of their first record. */
    uint32_t distinct;
    bool no_field;
};

static void gather(const struct record *record, uint64_t number, void *ctx)
{
    struct gathering *g = ctx;
    int field = g->field != NULL ? record_field(record->kind, g->field) : -1;
    uint32_t value, i = 0;

    (void)number;
    g->count++;
    if (g->field == NULL || (g->no_field = field < 0))
        return;
    value = record_argument(record, field);
    g->sum += value;
    while (i < g->distinct && g->seen[i] != value)
        i++;
    if (i == g->distinct && g->distinct < ARRAY_LEN(g->seen))
        g->seen[g->distinct++] = value;
}

/* Gathers over records from one instant to before another; the condition is argument `first`. */
static bool gather_all(const struct asking *a, uint32_t first, struct gathering *g)
{
    struct recording *run = lesson_run_recording(a->run);
    uint64_t from, to;

    if (run == NULL)
        return ask_refuse(a, "the host has no memory for a recording");
    if (!stretch(a, first + 1, &from, &to) ||
        !anchor_each(run, ask_text(a, first), from, to, gather, g, a->error, LESSON_ERROR_CHARS))
        return false;
    return !g->no_field || ask_refuse(a, "no field \"%s\" in %s", g->field, ask_text(a, first));
}

bool word_count(const struct asking *a, struct value *out)
{
    struct gathering g = { 0 };

    if (!gather_all(a, 0, &g))
        return false;
    *out = value_count((int64_t)g.count);
    return true;
}

bool word_distinct(const struct asking *a, struct value *out)
{
    struct gathering g = { .field = ask_text(a, 0) };

    if (!gather_all(a, 1, &g))
        return false;
    *out = value_count(g.distinct);
    return true;
}

bool word_sum(const struct asking *a, struct value *out)
{
    struct gathering g = { .field = ask_text(a, 0) };

    if (!gather_all(a, 1, &g))
        return false;
    *out = value_count((int64_t)g.sum);
    return true;
}

bool word_sum_time(const struct asking *a, struct value *out)
{
    if (!word_sum(a, out))
        return false;
    out->kind = VALUE_TIME;
    return true;
}

/* The thread that makes a thread ready next: the waker of READY. */
bool word_woken_by(const struct asking *a, struct value *out)
{
    char anchor[160];
    struct recording *run;
    struct record record;
    uint64_t number;
    uint32_t lane, key;

    if (!ask_thread(a, 0, &lane) || !ask_instant(a, 1, &number))
        return false;
    run = lesson_run_recording(a->run);
    recording_lock(run);
    key = lanes_get(recording_lanes(run), lane)->key;
    recording_unlock(run);
    snprintf(anchor, sizeof anchor, "first READY with a=0x%08x after #%llu", (unsigned)key,
             (unsigned long long)number);
    if (!anchor_resolve(run, NULL, anchor, &number, a->error, LESSON_ERROR_CHARS) ||
        !ask_record(a, number, &record))
        return false;
    if (record.c == 0)
        *out = value_name("an interrupt");
    else
        return ask_name_at(a, record.c, number, out);
    return true;
}

/* ---- Gauges ---------------------------------------------------------------------------------- */

static const char *const gauge_words[GAUGE_COUNT] = {
#define GAUGE(name, text, unit) #name,
#include "model/words/gauges.def"
#undef GAUGE
};

static bool gauge_of(const struct asking *a, uint32_t index, uint32_t *gauge)
{
    const char *text = ask_text(a, index), *near;

    for (*gauge = 0; *gauge < GAUGE_COUNT; (*gauge)++)
        if (strcasecmp(gauge_words[*gauge], text) == 0)
            return true;
    near = ini_did_you_mean(text, gauge_words, GAUGE_COUNT);
    return ask_refuse(a, "\"%s\" is no gauge (expected a row of gauges.def%s%s)", text,
                      near != NULL ? ", such as " : "", near != NULL ? near : "");
}

struct extremes {
    uint32_t gauge;
    bool begun;
    uint64_t least, most;
};

static void read_gauge(struct world *world, const struct record *record, uint64_t number, void *ctx)
{
    struct extremes *e = ctx;
    struct inspect_gauges now;
    uint64_t value;

    (void)record;
    (void)number;
    inspect_gauges(world, &now);
    value = now.value[e->gauge];
    e->least = e->begun ? MIN_OF(e->least, value) : value;
    e->most = MAX_OF(e->most, value);
    e->begun = true;
}

static bool extremes(const struct asking *a, uint64_t from, uint64_t to, struct extremes *e)
{
    return gauge_of(a, 0, &e->gauge) && (lesson_run_visit(a->run, from, to, read_gauge, e) ||
                                         ask_refuse(a, "the host has no memory for a run"));
}

bool word_gauge(const struct asking *a, struct value *out)
{
    struct extremes e = { 0 };
    uint64_t number;

    if (!ask_instant(a, 1, &number) || !extremes(a, number, number, &e))
        return false;
    *out = value_count((int64_t)e.most);
    return true;
}

bool word_max(const struct asking *a, struct value *out)
{
    struct extremes e = { 0 };
    uint64_t from, to;

    if (!stretch(a, 1, &from, &to) || !extremes(a, from, to, &e))
        return false;
    *out = value_count((int64_t)e.most);
    return true;
}

bool word_min(const struct asking *a, struct value *out)
{
    struct extremes e = { 0 };
    uint64_t from, to;

    if (!stretch(a, 1, &from, &to) || !extremes(a, from, to, &e))
        return false;
    *out = value_count((int64_t)e.least);
    return true;
}

/* ---- Processor time -------------------------------------------------------------------------- */

struct times {
    const char *process; /* NULL: all but the idle threads. */
    sim_time now, time;
    uint32_t processors;
};

static bool take_times(const struct inspect *look, void *ctx)
{
    struct times *t = ctx;

    t->now = look->now;
    t->processors = look->processor_count;
    for (uint32_t i = 0; i < look->process_count; i++)
        if (t->process == NULL || strcasecmp(look->processes[i].name, t->process) == 0)
            t->time += look->processes[i].cpu_time;
    return true;
}

static bool times_of(const struct asking *a, uint32_t first, const char *process,
                     struct times both[2])
{
    uint64_t from, to;

    if (!stretch(a, first, &from, &to))
        return false;
    both[0] = both[1] = (struct times){ .process = process };
    return ask_look(a, from, take_times, &both[0]) && ask_look(a, to, take_times, &both[1]);
}

bool word_cpu_time(const struct asking *a, struct value *out)
{
    struct times both[2];

    if (!times_of(a, 1, ask_text(a, 0), both))
        return false;
    *out = value_time(both[1].time - MIN_OF(both[0].time, both[1].time));
    return true;
}

bool word_busy(const struct asking *a, struct value *out)
{
    struct times both[2];
    sim_time length;

    if (!times_of(a, 0, NULL, both))
        return false;
    length = (both[1].now - both[0].now) * both[1].processors;
    if (length == 0)
        return ask_refuse(a, "a stretch of no time (expected a longer one)");
    *out = value_share((both[1].time - MIN_OF(both[0].time, both[1].time)) * 1000000 / length);
    return true;
}
