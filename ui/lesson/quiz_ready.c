/* quiz_ready.c - who runs next: instants at which a thread begins to wait while others are ready.
 * The key is the thread of the SWITCH record that follows; the second way is the rule, over the
 * ready queues of a look.
 */
#include "model/words/records.h"
#include "ui/host/grow.h"
#include "ui/lesson/quiz_draw.h"
#include <stdlib.h>
#include <string.h>

enum { READY_LEAST = 2, SHOWN_MAX = 8 };

static bool schedules(const struct record *r)
{
    return r->kind == REC_READY || r->kind == REC_SWITCH || r->kind == REC_PREEMPT ||
           r->kind == REC_QUANTUM || r->kind == REC_IDLE || r->kind == REC_THREAD_EXIT;
}

/* The WAIT record by which the thread before a SWITCH left the processor, if nothing became ready
 * or began to run in between; UINT64_MAX: another way, or more happened. */
static uint64_t wait_before(const struct quiz_tape *tape, uint64_t number)
{
    for (uint64_t n = number; n-- > tape->first;) {
        const struct record *r = &tape->records[n];

        if (r->cpu == tape->records[number].cpu)
            return r->kind == REC_WAIT ? n : UINT64_MAX;
        if (schedules(r))
            return UINT64_MAX;
    }
    return UINT64_MAX;
}

/* Draws a WAIT record with at least two threads ready, and the SWITCH that follows it. */
static bool draw_wait(struct quiz_draw *d, uint64_t *wait, uint64_t *next)
{
    const struct quiz_tape *tape = d->tape;
    uint64_t *found = NULL, before;
    size_t room = 0;
    uint32_t count = 0, ready = 0;

    for (uint64_t n = 0; n < tape->last; n++) {
        const struct record *r = &tape->records[n];

        if (r->kind == REC_SWITCH && ready >= READY_LEAST && n > tape->first &&
            (before = wait_before(tape, n)) != UINT64_MAX) {
            found = grow(found, &room, count + 1, sizeof *found);
            found[count++] = n;
        }
        ready += r->kind == REC_READY || r->kind == REC_PREEMPT;
        ready -= r->kind == REC_SWITCH && ready > 0;
    }
    if (count > 0) {
        *next = found[quiz_draw_below(d, count)];
        *wait = wait_before(tape, *next);
    }
    free(found);
    return count > 0;
}

static bool in_queue(const struct inspect_thread *thread)
{
    return strcmp(inspect_state_name(thread->state), "ready") == 0;
}

/* The thread that a processor takes by the rule: of its own queue, else of the first other one that
 * is not empty, the highest priority; among equals the oldest. NULL: none, or two are as old. */
static const struct inspect_thread *by_rule(const struct inspect *look, uint32_t cpu)
{
    const struct inspect_thread *best = NULL;
    bool tie = false;

    for (uint32_t i = 0; i <= look->processor_count && best == NULL; i++) {
        uint32_t queue = i == 0 ? cpu : i - 1;

        for (uint32_t t = 0; t < look->thread_count; t++) {
            const struct inspect_thread *thread = &look->threads[t];

            if (!in_queue(thread) || thread->processor != queue)
                continue;
            tie = best != NULL && thread->priority == best->priority &&
                  thread->ready_since == best->ready_since;
            if (best == NULL || thread->priority > best->priority ||
                (thread->priority == best->priority && thread->ready_since < best->ready_since))
                best = thread;
        }
    }
    return tie ? NULL : best;
}

static const char *slip_of(const struct inspect_thread *thread, const struct inspect_thread *best)
{
    if (thread->processor != best->processor)
        return "It stands in the queue of another processor. A processor takes from its own queue, "
               "and looks into others only when it would be idle.";
    if (thread->priority < best->priority && thread->ready_since < best->ready_since)
        return "It has waited longest, but its priority is lower. Priority goes first; age decides "
               "among equals only.";
    if (thread->priority < best->priority)
        return "It became ready last, but its priority is lower. Being woken is no claim to run.";
    return "Its priority is the same, but it became ready later: equals run in the order in which "
           "they came.";
}

bool quiz_draw_who_next(struct quiz_draw *d)
{
    const struct inspect_thread *best, *key;
    const struct inspect *look;
    struct value age;
    char name[VALUE_NAME_CHARS], text[VALUE_TEXT_CHARS];
    uint64_t wait, next;
    uint32_t cpu, ready = 0;

    if (!draw_wait(d, &wait, &next))
        return false;
    cpu = d->tape->records[wait].cpu;
    look = quiz_look(d, wait, INSPECT_PROCESSES | INSPECT_THREADS);
    key = look != NULL ? inspect_thread_at(look, d->tape->records[next].a) : NULL;
    if (key == NULL || look->processors[cpu].next != 0 || !in_queue(key))
        return false;
    for (uint32_t t = 0; t < look->thread_count; t++)
        ready += in_queue(&look->threads[t]);
    if (ready < READY_LEAST || ready > SHOWN_MAX)
        return false;
    best = by_rule(look, cpu);
    if (best == NULL)
        return quiz_refuse(d, REFUSED_TWO_WAYS);
    quiz_ask_text(d, wait,
                  "The thread on processor %u begins to wait. These threads are ready. Which of "
                  "them runs on processor %u next?",
                  cpu, cpu);
    quiz_thread(look, key, name);
    quiz_key(d, value_name(name),
             "Of the threads in the processor's own queue the one with the highest priority runs, "
             "and among equals the one that came first.");
    for (uint32_t t = 0; t < look->thread_count; t++) {
        const struct inspect_thread *thread = &look->threads[t];

        if (!in_queue(thread))
            continue;
        quiz_thread(look, thread, name);
        age = value_time(look->now - thread->ready_since);
        quiz_line(d, "%s: priority %d, ready for %s, queue of processor %u", name, thread->priority,
                  value_text(&age, text), thread->processor);
        if (thread != key)
            quiz_slip(d, value_name(name), "%s", slip_of(thread, best));
    }
    if (look->processors[cpu].thread != 0) {
        quiz_thread(look, inspect_thread(look, look->processors[cpu].thread), name);
        quiz_slip(d, value_name(name),
                  "It has just begun to wait: it runs again when somebody has woken it.");
    }
    quiz_slip(d, value_name("nobody"), "A processor is idle only if no thread is ready.");
    quiz_thread(look, best, name);
    return quiz_agree(d, value_name(name));
}
