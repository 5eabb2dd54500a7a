/* quiz_draw.c - see quiz_draw.h: records of a run, looks, texts and options of a question. */
#include "ui/lesson/quiz_draw.h"
#include "model/words/names.h"
#include "model/words/records.h"
#include "ui/host/grow.h"
#include "ui/lesson/quiz_inside.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Records --------------------------------------------------------------------------------- */

enum { TAPE_RECORDS_MAX = 6 * 1024 * 1024 }; /* 192 MiB; a longer run is cut there. */

struct taping {
    struct quiz_tape *tape;
    struct world *world; /* NULL while it boots. */
    uint32_t boots;
    bool arrived, over;
};

static void note(const struct record *record, uint64_t number, void *ctx)
{
    struct taping *t = ctx;
    struct quiz_tape *tape = t->tape;

    if (number >= TAPE_RECORDS_MAX) {
        if (t->world != NULL)
            sim_finish(world_sim(t->world), SIM_BUDGET);
        return;
    }
    tape->records = grow(tape->records, &tape->room, (size_t)number + 1, sizeof *tape->records);
    tape->records[number] = *record;
    tape->count = number + 1;
    if (record->kind == REC_ARRIVAL && !t->arrived) {
        t->arrived = true;
        tape->first = number;
    }
    t->boots += record->kind == REC_BOOT;
    t->over = t->over || t->boots > 1 || record->kind == REC_POWER_OFF;
    if (!t->over)
        tape->last = number + 1;
}

struct quiz_tape *quiz_tape_new(const struct quiz *quiz, const struct lesson_run *run)
{
    struct quiz_tape *tape = grow_new(sizeof *tape);
    struct taping taping = { .tape = tape };
    struct world *world =
        world_new_watched(lesson_run_scenario(run), lesson_run_seed(run), note, &taping);

    if (world == NULL) {
        free(tape);
        return NULL;
    }
    taping.world = world;
    world_heed(world, quiz->options.signal, NULL);
    world_run(world, SIM_NEVER);
    tape->result = *world_result(world);
    world_free(world);
    return tape;
}

void quiz_tape_free(struct quiz_tape *tape)
{
    if (tape != NULL)
        free(tape->records);
    free(tape);
}

/* ---- Drawing --------------------------------------------------------------------------------- */

uint32_t quiz_draw_below(struct quiz_draw *d, uint32_t below)
{
    return (uint32_t)rng_below(&d->rng, below);
}

uint64_t quiz_draw_where(struct quiz_draw *d, quiz_fits *fits, const void *ctx)
{
    const struct quiz_tape *tape = d->tape;
    uint64_t count = 0, wanted;

    for (uint64_t n = tape->first; n < tape->last; n++)
        count += fits(tape, n, ctx);
    if (count == 0)
        return UINT64_MAX;
    wanted = rng_below(&d->rng, count);
    for (uint64_t n = tape->first;; n++)
        if (fits(tape, n, ctx) && wanted-- == 0)
            return n;
}

/* ---- Looking --------------------------------------------------------------------------------- */

struct looking {
    struct inspect *look;
    uint32_t parts;
    bool taken;
};

static void take(struct world *world, const struct record *record, uint64_t number, void *ctx)
{
    struct looking *l = ctx;

    (void)record;
    (void)number;
    inspect_take_parts(world, l->look, l->parts);
    l->taken = true;
}

const struct inspect *quiz_look(struct quiz_draw *d, uint64_t number, uint32_t parts)
{
    struct looking looking = { d->quiz->look, parts, false };

    if (!lesson_run_visit(d->run, number, number, take, &looking))
        d->no_memory = true;
    return looking.taken && looking.look->whole ? looking.look : NULL;
}

const char *quiz_process(const struct inspect *look, uint32_t address)
{
    const struct inspect_process *process = inspect_process_at(look, address);

    return process != NULL ? process->name : "nobody";
}

void quiz_thread(const struct inspect *look, const struct inspect_thread *thread,
                 char out[VALUE_NAME_CHARS])
{
    const char *owner =
        thread->process < look->process_count ? look->processes[thread->process].name : "nobody";

    snprintf(out, VALUE_NAME_CHARS, "%.32s/%.32s (%u)", owner,
             thread->name[0] != 0 ? thread->name : "thread", (unsigned)thread->id);
}

/* ---- Saying ---------------------------------------------------------------------------------- */

void quiz_ask_text(struct quiz_draw *d, uint64_t number, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    vsnprintf(d->q->ask, sizeof d->q->ask, format, list);
    va_end(list);
    d->q->has_instant = number != UINT64_MAX;
    if (d->q->has_instant) {
        d->q->record = number;
        d->q->at = d->tape->records[number].at;
    }
}

void quiz_line(struct quiz_draw *d, const char *format, ...)
{
    va_list list;

    if (d->q->line_count == QUIZ_LINES_MAX)
        return;
    va_start(list, format);
    vsnprintf(d->q->lines[d->q->line_count++], QUIZ_LINE_CHARS, format, list);
    va_end(list);
}

struct namer {
    const struct inspect *look;
    char name[VALUE_NAME_CHARS];
};

/* The name of a process or thread at an address. */
static const char *name_of(void *ctx, char argument, char how, uint32_t value)
{
    struct namer *namer = ctx;
    const struct inspect_process *process = inspect_process_at(namer->look, value);
    const struct inspect_thread *thread = inspect_thread_at(namer->look, value);

    (void)argument;
    if (how != 'x' || value == 0)
        return NULL;
    if (process != NULL)
        return process->name;
    if (thread == NULL)
        return NULL;
    quiz_thread(namer->look, thread, namer->name);
    return namer->name;
}

void quiz_record_line(struct quiz_draw *d, const struct inspect *look, uint64_t number)
{
    const struct record *r = &d->tape->records[number];
    struct namer namer = { look, "" };
    struct value before = value_time(d->q->at >= r->at ? d->q->at - r->at : 0);
    char words[120], time[VALUE_TEXT_CHARS];

    trace_words(r, record_kinds[r->kind].format, name_of, &namer, words, sizeof words);
    if (r->kind == REC_ATTACH || r->kind == REC_DETACH) /* The index may be what is asked. */
        words[strcspn(words, ",")] = 0;
    quiz_line(d, "%9s before  cpu%u  %-9s %s", value_text(&before, time), r->cpu,
              record_kinds[r->kind].name, words);
}

/* ---- Options --------------------------------------------------------------------------------- */

static struct quiz_option *add(struct quiz_draw *d, const struct value *value)
{
    struct quiz_question *q = d->q;

    for (uint32_t i = 0; i < q->option_count; i++)
        if (value_equal(&q->options[i].value, value))
            return NULL;
    if (q->option_count == QUIZ_OPTIONS_MAX)
        return NULL;
    q->options[q->option_count].value = *value;
    value_text(value, q->options[q->option_count].text);
    return &q->options[q->option_count++];
}

void quiz_key(struct quiz_draw *d, struct value value, const char *because, ...)
{
    va_list list;

    CHECK(d->q->option_count == 0);
    add(d, &value);
    d->q->right = 0;
    va_start(list, because);
    vsnprintf(d->q->because, sizeof d->q->because, because, list);
    va_end(list);
}

void quiz_slip(struct quiz_draw *d, struct value value, const char *slip, ...)
{
    struct quiz_option *option = add(d, &value);
    va_list list;

    if (option == NULL)
        return;
    va_start(list, slip);
    vsnprintf(option->slip, sizeof option->slip, slip, list);
    va_end(list);
}

void quiz_text(struct quiz_draw *d, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    vsnprintf(d->q->options[d->q->option_count - 1].text, VALUE_TEXT_CHARS, format, list);
    va_end(list);
}

bool quiz_agree(struct quiz_draw *d, struct value value)
{
    return value_equal(&d->q->options[0].value, &value) || quiz_refuse(d, REFUSED_TWO_WAYS);
}

bool quiz_refuse(struct quiz_draw *d, enum quiz_refusal why)
{
    d->why = why;
    return false;
}
