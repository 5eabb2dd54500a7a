/* quiz_visits.c - questions on visits: which process is in force, which level. The keys are read
 * off a look; the second way rebuilds them from the records alone.
 */
#include "model/words/records.h"
#include "ui/lesson/quiz_draw.h"
#include <string.h>

enum { NEAR_NS = 20000, WALK = 400000, PICKS_MAX = 256, PAST_LINES = 6, DISPATCH_LEVEL = 2 };

static bool is_attachment(const struct record *r)
{
    return r->kind == REC_ATTACH || r->kind == REC_DETACH;
}

/* True for a record that code of a thread writes while it goes on with its work. */
static bool is_steady(const struct record *r)
{
    switch (r->kind) {
    case REC_SERVICE:
    case REC_SIGNAL:
    case REC_IRQL:
    case REC_LOCK:
    case REC_UNLOCK:
    case REC_IRP_CREATE:
    case REC_IRP_CALL:
    case REC_IRP_COMPLETE:
    case REC_IRP_FREE:
    case REC_HANDLE_OPEN:
    case REC_HANDLE_CLOSE:
    case REC_OBJECT_NEW:
    case REC_OBJECT_DELETE:
    case REC_CLEANUP:
    case REC_CLOSE:
    case REC_POOL_ALLOC:
    case REC_POOL_FREE:
    case REC_FOREIGN_WRITE:
    case REC_TAINTED_READ:
        return r->thread != 0;
    default:
        return false;
    }
}

static bool is_attach(const struct quiz_tape *tape, uint64_t number, const void *ctx)
{
    (void)ctx;
    return tape->records[number].kind == REC_ATTACH;
}

bool quiz_draw_visit(struct quiz_draw *d, uint64_t *number)
{
    const struct record *records = d->tape->records;
    uint64_t picks[PICKS_MAX], at = quiz_draw_where(d, is_attach, NULL), from = at;
    bool inside = quiz_draw_below(d, 3) != 0, away = false;
    uint32_t count = 0;
    sim_time low, high;

    if (at == UINT64_MAX)
        return false;
    low = records[at].at > NEAR_NS ? records[at].at - NEAR_NS : 0;
    high = records[at].at + NEAR_NS;
    while (from > d->tape->first && records[from - 1].at >= low)
        from--;
    for (; from < d->tape->last && records[from].at <= high && count < PICKS_MAX; from++) {
        if (records[from].thread != records[at].thread)
            continue;
        if (is_attachment(&records[from]))
            away = records[from].kind == REC_ATTACH;
        else if (is_steady(&records[from]) && away == inside)
            picks[count++] = from;
    }
    if (count == 0)
        return false;
    *number = picks[quiz_draw_below(d, count)];
    return true;
}

/* The process that records alone put in force for the thread of a record: the target of its last
 * ATTACH or DETACH, else its own, as THREAD_NEW has it. */
static uint32_t in_force_by_records(const struct quiz_tape *tape, uint64_t number)
{
    uint32_t thread = tape->records[number].thread;

    while (number-- > 0) {
        const struct record *r = &tape->records[number];

        if (r->kind == REC_THREAD_NEW && r->c == thread)
            return r->b;
        if (r->thread == thread && r->kind == REC_ATTACH)
            return r->a;
        if (r->thread == thread && r->kind == REC_DETACH)
            return r->b;
    }
    return 0;
}

void quiz_list_visits(struct quiz_draw *d, const struct inspect *look, uint64_t number,
                      uint32_t most)
{
    uint64_t found[PAST_LINES];
    uint32_t count = 0, thread = d->tape->records[number].thread;

    for (uint64_t n = number; n-- > 0 && count < MIN_OF(most, (uint32_t)PAST_LINES);) {
        const struct record *r = &d->tape->records[n];

        if (r->kind == REC_THREAD_NEW && r->c == thread)
            break;
        if (r->thread == thread && is_attachment(r))
            found[count++] = n;
    }
    if (count == 0)
        quiz_line(d, "It has visited nobody yet.");
    while (count > 0)
        quiz_record_line(d, look, found[--count]);
}

uint32_t quiz_next_host(const struct quiz_tape *tape, uint64_t number)
{
    uint32_t thread = tape->records[number].thread;

    for (uint64_t n = number; n < tape->last && n < number + WALK; n++)
        if (tape->records[n].thread == thread && tape->records[n].kind == REC_ATTACH)
            return tape->records[n].a;
    return 0;
}

const struct inspect *quiz_look_visitor(struct quiz_draw *d, uint64_t number, uint32_t parts,
                                        struct quiz_visitor *out)
{
    const struct inspect *look = quiz_look(d, number, parts | INSPECT_PROCESSES | INSPECT_THREADS);

    out->thread = look != NULL ? inspect_thread(look, d->tape->records[number].thread) : NULL;
    if (out->thread == NULL || !out->thread->running ||
        out->thread->process >= look->process_count ||
        look->processors[out->thread->processor].dpc_active)
        return NULL;
    out->owner = look->processes[out->thread->process].name;
    out->here = quiz_process(look, out->thread->apc_process);
    quiz_thread(look, out->thread, out->name);
    return look;
}

/* ---- Which process --------------------------------------------------------------------------- */

bool quiz_draw_in_force(struct quiz_draw *d)
{
    const struct inspect *look;
    struct quiz_visitor v;
    uint64_t number;
    uint32_t next;

    if (!quiz_draw_visit(d, &number) || (look = quiz_look_visitor(d, number, 0, &v)) == NULL)
        return false;
    quiz_ask_text(d, number,
                  "%s runs on processor %u. These are its latest attaches and detaches. Which "
                  "process is in force for it: whose memory does it see?",
                  v.name, v.thread->processor);
    quiz_list_visits(d, look, number, PAST_LINES);
    quiz_key(d, value_name(v.here), "%s",
             strcmp(v.here, v.owner) == 0
                 ? "The thread is at home: after its last visit it came back, or it has made none."
                 : "The thread is on a visit: its last attach has no detach yet. It still belongs "
                   "to its owner, but sees the memory and the handles of its host.");
    quiz_slip(d, value_name(v.owner),
              "That is the owner of the thread. A thread on a visit still belongs to it, but sees "
              "the memory of its host.");
    next = quiz_next_host(d->tape, number);
    if (next != 0)
        quiz_slip(d, value_name(quiz_process(look, next)),
                  "The thread visits it, but not now: between two visits it is at home.");
    quiz_slip(d, value_name("System"),
              "Drivers run in the process of whoever called them. System is only the process of "
              "the kernel's own threads.");
    quiz_slip(d, value_name("nobody"),
              "A running thread always sees some process' memory: its own, or its host's.");
    return quiz_agree(d, value_name(quiz_process(look, in_force_by_records(d->tape, number))));
}

/* ---- Which level ----------------------------------------------------------------------------- */

/* The index of the APC state, asked of a thread near a visit. */
static bool ask_index(struct quiz_draw *d)
{
    const struct inspect *look;
    struct quiz_visitor v;
    uint64_t number;
    uint32_t visits = 0, by_records;

    if (!quiz_draw_visit(d, &number) || (look = quiz_look_visitor(d, number, 0, &v)) == NULL)
        return false;
    for (uint64_t n = number; n-- > 0;) {
        const struct record *r = &d->tape->records[n];

        if (r->kind == REC_THREAD_NEW && r->c == v.thread->id)
            break;
        visits += r->thread == v.thread->id && r->kind == REC_ATTACH;
    }
    quiz_ask_text(
        d, number,
        "%s runs on processor %u. These are its latest attaches and detaches, %u attaches "
        "in all. What is its ApcStateIndex?",
        v.name, v.thread->processor, visits);
    quiz_list_visits(d, look, number, PAST_LINES);
    quiz_key(d, value_count(v.thread->attach_index), "%s",
             v.thread->attach_index == 0 ? "0: the thread is at home."
                                         : "1: the thread is away, however many visits are open.");
    quiz_slip(d, value_count(1 - v.thread->attach_index), "%s",
              v.thread->attach_index == 0
                  ? "1 says that a thread is away. This one has come home."
                  : "0 says that a thread is at home. This one has not detached yet.");
    quiz_slip(d, value_count(visits),
              "The index does not count visits: it is 1 while the thread is away, else 0.");
    quiz_slip(d, value_count(2),
              "Visits that nest do not add up: the index is 1 while the thread is away.");
    quiz_slip(d, value_count(v.thread->priority),
              "That is the priority of the thread, which a visit does not change.");
    by_records =
        in_force_by_records(d->tape, number) == look->processes[v.thread->process].address ? 0 : 1;
    return quiz_agree(d, value_count(by_records));
}

/* True for a record after which the level of its processor may be another. */
static bool moves_level(const struct record *r)
{
    return r->kind == REC_IRQL || r->kind == REC_DPC_RUN || r->kind == REC_DPC_END ||
           r->kind == REC_SWITCH || r->kind == REC_IDLE;
}

static bool is_steady_level(const struct quiz_tape *tape, uint64_t number, const void *ctx)
{
    const struct record *records = tape->records, *r = &records[number];
    uint64_t n = number;

    if (!is_steady(r) || r->kind == REC_IRQL)
        return false;
    while (n > tape->first && !(records[n].cpu == r->cpu && moves_level(&records[n])))
        n--;
    /* ctx: whether the level is to be raised, as far as the last record alone can tell. */
    return (records[n].kind == REC_DPC_RUN || (records[n].kind == REC_IRQL && records[n].b > 0)) ==
           *(const bool *)ctx;
}

enum { THREADS_LEFT = 1024 };

/* The level of a record's processor, rebuilt from the records alone (the head of records.def). */
static uint32_t level_by_records(const struct quiz_tape *tape, uint64_t number)
{
    static const uint32_t none = UINT32_MAX;
    struct left { /* Threads and the level at which they left their last processor. */
        uint32_t thread, level;
    } left[THREADS_LEFT];
    uint32_t level[CPUS_MAX] = { 0 }, before_dpc[CPUS_MAX] = { 0 }, at, lefts = 0;

    for (uint64_t n = 0; n < number; n++) {
        const struct record *r = &tape->records[n];

        if (!moves_level(r) || r->cpu >= CPUS_MAX)
            continue;
        if (r->kind == REC_IRQL)
            level[r->cpu] = r->b;
        if (r->kind == REC_DPC_RUN) {
            before_dpc[r->cpu] = level[r->cpu];
            level[r->cpu] = DISPATCH_LEVEL;
        }
        if (r->kind == REC_DPC_END)
            level[r->cpu] = before_dpc[r->cpu];
        if (r->kind == REC_IDLE)
            level[r->cpu] = 0;
        if (r->kind != REC_SWITCH)
            continue;
        for (at = 0; at < lefts && left[at].thread != r->b; at++)
            ;
        if (at == THREADS_LEFT)
            return none;
        left[at] = (struct left){ r->b, level[r->cpu] };
        lefts = MAX_OF(lefts, at + 1);
        for (at = 0; at < lefts && left[at].thread != r->a; at++)
            ;
        level[r->cpu] = at < lefts ? left[at].level : 0;
    }
    return level[tape->records[number].cpu];
}

static const char *level_name(uint32_t level)
{
    static const char *const names[] = { "PASSIVE_LEVEL", "APC_LEVEL", "DISPATCH_LEVEL" };

    return level < ARRAY_LEN(names) ? names[level] : "a device's level";
}

/* Lists what moved the level of a record's processor lately, and locks. What the last IRQL record
 * came to is what is asked, so it is left out. */
static void list_levels(struct quiz_draw *d, const struct inspect *look, uint64_t number)
{
    const struct record *records = d->tape->records;
    uint64_t found[PAST_LINES];
    uint32_t count = 0, last = UINT32_MAX;

    for (uint64_t n = number; n-- > d->tape->first && count < PAST_LINES;)
        if (records[n].cpu == records[number].cpu &&
            (moves_level(&records[n]) || records[n].kind == REC_LOCK ||
             records[n].kind == REC_UNLOCK)) {
            if (last == UINT32_MAX && records[n].kind == REC_IRQL)
                last = count;
            found[count++] = n;
        }
    for (uint32_t i = count; i-- > 0;) {
        quiz_record_line(d, look, found[i]);
        char *shown = i == last ? strstr(d->q->lines[d->q->line_count - 1], "-> ") : NULL;

        if (shown != NULL)
            strcpy(shown, "-> ?");
    }
}

static void level_slip(struct quiz_draw *d, uint32_t level, const char *slip)
{
    uint32_t before = d->q->option_count;

    quiz_slip(d, value_count(level), "%s", slip);
    if (d->q->option_count > before)
        quiz_text(d, "%u, %s", level, level_name(level));
}

static bool ask_irql(struct quiz_draw *d)
{
    bool raised = quiz_draw_below(d, 3) != 0;
    uint64_t number = quiz_draw_where(d, is_steady_level, &raised);
    const struct inspect *look;
    uint32_t irql, cpu;

    if (number == UINT64_MAX ||
        (look = quiz_look(d, number, INSPECT_PROCESSES | INSPECT_THREADS)) == NULL)
        return false;
    cpu = d->tape->records[number].cpu;
    irql = look->processors[cpu].irql;
    const struct inspect_thread *thread = inspect_thread(look, look->processors[cpu].thread);

    quiz_ask_text(d, number,
                  "These are the latest records of processor %u that have to do with its level. At "
                  "which IRQL does it run?",
                  cpu);
    list_levels(d, look, number);
    quiz_key(d, value_count(irql), "%s",
             irql == 0   ? "Nothing holds the level up: no lock, no DPC, no raise without a lower."
             : irql == 1 ? "APC_LEVEL: no APC may interrupt, a thread switch may."
                         : "DISPATCH_LEVEL: a spin lock is held, or a DPC runs; no thread switch "
                           "happens.");
    quiz_text(d, "%u, %s", irql, level_name(irql));
    level_slip(d, 2,
               "DISPATCH_LEVEL lasts from a spin lock to its release, and while a DPC runs. "
               "Neither is so here.");
    level_slip(d, 0, "Something has raised the level and has not lowered it yet.");
    level_slip(d, 1, "APC_LEVEL only keeps APCs out: fast mutexes and APC routines run at it.");
    if (thread != NULL)
        quiz_slip(d, value_count(thread->priority),
                  "That is the priority of the thread. IRQL belongs to the processor.");
    return quiz_agree(d, value_count(level_by_records(d->tape, number)));
}

bool quiz_draw_level(struct quiz_draw *d)
{
    return quiz_draw_below(d, 2) == 0 ? ask_index(d) : ask_irql(d);
}
