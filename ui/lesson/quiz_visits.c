/* quiz_visits.c - questions on visits: which process is in force, which level. The keys are read
 * off a look; the second way rebuilds them from the records alone.
 */
#include "model/words/records.h"
#include "ui/lesson/quiz_draw.h"
#include <string.h>

enum { NEAR_NS = 20000, WALK = 400000, PICKS_MAX = 256, PAST_LINES = 6 };

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

/* Draws a record inside a visit, or in a third of all cases just outside it, of the visiting
 * thread. */
static bool draw_near_visit(struct quiz_draw *d, uint64_t *number)
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

/* Lists the latest attaches and detaches of a thread before a record, oldest first. */
static void list_visits(struct quiz_draw *d, const struct inspect *look, uint64_t number)
{
    uint64_t found[PAST_LINES];
    uint32_t count = 0, thread = d->tape->records[number].thread;

    for (uint64_t n = number; n-- > 0 && count < PAST_LINES;) {
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

/* The target of the thread's next visit; 0: there is none soon. */
static uint32_t next_target(const struct quiz_tape *tape, uint64_t number)
{
    uint32_t thread = tape->records[number].thread;

    for (uint64_t n = number; n < tape->last && n < number + WALK; n++)
        if (tape->records[n].thread == thread && tape->records[n].kind == REC_ATTACH)
            return tape->records[n].a;
    return 0;
}

bool quiz_draw_in_force(struct quiz_draw *d)
{
    const struct inspect_thread *thread;
    const struct inspect *look;
    const char *owner, *here;
    char name[VALUE_NAME_CHARS];
    uint32_t next, second;
    uint64_t number;

    if (!draw_near_visit(d, &number))
        return false;
    look = quiz_look(d, number, INSPECT_PROCESSES | INSPECT_THREADS);
    thread = look != NULL ? inspect_thread(look, d->tape->records[number].thread) : NULL;
    if (thread == NULL || !thread->running || thread->process >= look->process_count ||
        look->processors[thread->processor].dpc_active)
        return false;
    owner = look->processes[thread->process].name;
    here = quiz_process(look, thread->apc_process);
    quiz_thread(look, thread, name);
    quiz_ask_text(d, number,
                  "%s runs on processor %u. These are its latest attaches and detaches. Which "
                  "process is in force for it: whose memory does it see?",
                  name, thread->processor);
    list_visits(d, look, number);
    quiz_key(d, value_name(here), "%s",
             strcmp(here, owner) == 0
                 ? "The thread is at home: after its last visit it came back, or it has made none."
                 : "The thread is on a visit: its last attach has no detach yet. It still belongs "
                   "to its "
                   "owner, but sees the memory and the handles of its host.");
    quiz_slip(d, value_name(owner),
              "That is the owner of the thread. A thread on a visit still belongs to it, but sees "
              "the memory of its host.");
    next = next_target(d->tape, number);
    if (next != 0)
        quiz_slip(d, value_name(quiz_process(look, next)),
                  "The thread will visit it next, or has just been there. Between two visits it is "
                  "at home.");
    quiz_slip(d, value_name("System"),
              "Drivers run in the process of whoever called them. System is only the process of "
              "the kernel's own threads.");
    quiz_slip(d, value_name("nobody"),
              "A running thread always sees some process' memory: its own, or its host's.");
    second = in_force_by_records(d->tape, number);
    return quiz_agree(d, value_name(quiz_process(look, second)));
}
