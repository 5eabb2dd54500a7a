/* quiz_causes.c - who waits for whom, and which record caused this one: a wait, and the signal of
 * its object that ends it. The keys are read off the records; the second way is a look at the
 * machine when the waiting thread becomes ready.
 */
#include "model/words/records.h"
#include "ui/lesson/quiz_draw.h"
#include <stdio.h>
#include <string.h>

enum { FAR = 20000, OTHERS_MAX = 3 };

/* A wait for one object, its end, and other signals on the way. */
struct wait {
    uint64_t begins, signal, ready; /* Records WAIT, SIGNAL of its object, READY. */
    uint32_t thread, address;       /* The waiting thread: client ID, and the object's address. */
    char name[VALUE_NAME_CHARS];
    uint32_t other_count;
    uint64_t others[OTHERS_MAX]; /* SIGNAL records of other threads on other objects. */
};

static bool is_wait(const struct quiz_tape *tape, uint64_t number, const void *ctx)
{
    const struct record *r = &tape->records[number];

    (void)ctx;
    return r->kind == REC_WAIT && r->b == 1 && r->a != 0 && r->thread != 0;
}

/* The READY of a thread at this address, soon behind a record; UINT64_MAX: none. */
static uint64_t ready_after(const struct quiz_tape *tape, uint64_t number, uint32_t address)
{
    for (uint64_t n = number + 1; n < tape->last && n < number + FAR; n++)
        if (tape->records[n].kind == REC_READY && tape->records[n].a == address)
            return n;
    return UINT64_MAX;
}

/* The signal of the object by the thread that then makes the waiting one ready. */
static uint64_t signal_before(const struct quiz_tape *tape, const struct wait *w)
{
    const struct record *wait = &tape->records[w->begins], *ready = &tape->records[w->ready];

    for (uint64_t n = w->ready; n-- > w->begins;)
        if (tape->records[n].kind == REC_SIGNAL && tape->records[n].a == wait->a)
            return tape->records[n].thread == ready->thread ? n : UINT64_MAX;
    return UINT64_MAX;
}

static bool is_new_other(const struct quiz_tape *tape, const struct wait *w, uint64_t number)
{
    const struct record *r = &tape->records[number];

    if (r->kind != REC_SIGNAL || r->thread == 0 || r->thread == w->thread ||
        r->thread == tape->records[w->signal].thread || r->a == tape->records[w->begins].a)
        return false;
    for (uint32_t i = 0; i < w->other_count; i++)
        if (tape->records[w->others[i]].thread == r->thread)
            return false;
    return true;
}

/* Draws a wait that a thread ends by a signal, with signals of others before that. */
static bool draw_wait(struct quiz_draw *d, struct wait *w)
{
    const struct quiz_tape *tape = d->tape;
    const struct inspect_thread *thread;
    const struct inspect *look;

    memset(w, 0, sizeof *w);
    w->begins = quiz_draw_where(d, is_wait, NULL);
    if (w->begins == UINT64_MAX)
        return false;
    look = quiz_look(d, w->begins, INSPECT_PROCESSES | INSPECT_THREADS);
    w->thread = tape->records[w->begins].thread;
    thread = look != NULL ? inspect_thread(look, w->thread) : NULL;
    if (thread == NULL)
        return false;
    w->address = thread->address;
    quiz_thread(look, thread, w->name);
    w->ready = ready_after(tape, w->begins, w->address);
    if (w->ready == UINT64_MAX || tape->records[w->ready].thread == 0 ||
        tape->records[w->ready].thread == w->thread)
        return false;
    w->signal = signal_before(tape, w);
    if (w->signal == UINT64_MAX)
        return false;
    for (uint64_t n = w->signal; n-- > w->begins && w->other_count < OTHERS_MAX;)
        if (is_new_other(tape, w, n))
            w->others[w->other_count++] = n;
    return w->other_count > 0;
}

static void name_writer(const struct inspect *look, const struct record *r,
                        char out[VALUE_NAME_CHARS])
{
    const struct inspect_thread *thread = inspect_thread(look, r->thread);

    if (thread != NULL)
        quiz_thread(look, thread, out);
    else
        snprintf(out, VALUE_NAME_CHARS, "nobody");
}

/* Lists the signals in the order of their times, as facts. */
static void list_signals(struct quiz_draw *d, const struct inspect *look, const struct wait *w)
{
    char name[VALUE_NAME_CHARS], text[VALUE_TEXT_CHARS];

    for (uint32_t i = w->other_count + 1; i-- > 0;) {
        const struct record *r = &d->tape->records[i == 0 ? w->signal : w->others[i - 1]];
        struct value later = value_time(r->at - d->tape->records[w->begins].at);

        name_writer(look, r, name);
        quiz_line(d, "%s later %s signals %08x", value_text(&later, text), name, (unsigned)r->a);
    }
}

/* The thread that ran on the processor when the waiting one became ready, by a look. */
static bool waker_by_look(const struct inspect *look, const struct record *ready,
                          char out[VALUE_NAME_CHARS])
{
    const struct inspect_processor *cpu = &look->processors[ready->cpu];

    if (cpu->idle || cpu->dpc_active || inspect_thread(look, cpu->thread) == NULL)
        return false;
    quiz_thread(look, inspect_thread(look, cpu->thread), out);
    return true;
}

bool quiz_draw_waits_for(struct quiz_draw *d)
{
    char name[VALUE_NAME_CHARS];
    const struct inspect *look;
    struct wait w;

    if (!draw_wait(d, &w))
        return false;
    look = quiz_look(d, w.ready, INSPECT_PROCESSES | INSPECT_THREADS);
    if (look == NULL)
        return false;
    quiz_ask_text(d, w.begins,
                  "%s begins to wait for the object at %08x. These threads signal objects "
                  "afterwards. For which of them does it wait: who ends its wait?",
                  w.name, (unsigned)d->tape->records[w.begins].a);
    list_signals(d, look, &w);
    name_writer(look, &d->tape->records[w.signal], name);
    quiz_key(d, value_name(name), "It signals the very object that is waited for.");
    for (uint32_t i = 0; i < w.other_count; i++) {
        name_writer(look, &d->tape->records[w.others[i]], name);
        quiz_slip(d, value_name(name),
                  "It signals another object, %08x; that wakes whoever waits for that one.",
                  (unsigned)d->tape->records[w.others[i]].a);
    }
    quiz_slip(d, value_name(w.name),
              "A waiting thread does nothing, not even look whether its wait is over.");
    if (!waker_by_look(look, &d->tape->records[w.ready], name))
        return quiz_refuse(d, REFUSED_TWO_WAYS);
    return quiz_agree(d, value_name(name));
}

/* ---- Which record caused this one? ----------------------------------------------------------- */

static void record_option(struct quiz_draw *d, const struct inspect *look, uint64_t number,
                          const char *slip)
{
    const struct record *r = &d->tape->records[number];
    uint32_t before = d->q->option_count;
    char name[VALUE_NAME_CHARS];

    if (slip == NULL)
        quiz_key(d, value_instant(number),
                 "The object that it signals is the one that was waited "
                 "for, and nobody signalled it later.");
    else
        quiz_slip(d, value_instant(number), "%s", slip);
    name_writer(look, r, name);
    if (d->q->option_count > before)
        quiz_text(d, "%s signals %08x at %llu.%09llu s", name, (unsigned)r->a,
                  (unsigned long long)(r->at / SEC(1)), (unsigned long long)(r->at % SEC(1)));
}

/* The last signal of the object that a thread waits for, by a look, before it becomes ready. */
static uint64_t cause_by_look(const struct quiz_tape *tape, const struct inspect *look,
                              const struct wait *w)
{
    const struct inspect_thread *thread = inspect_thread(look, w->thread);

    if (thread == NULL || thread->wait_count != 1)
        return UINT64_MAX;
    for (uint64_t n = w->ready; n-- > 0;)
        if (tape->records[n].kind == REC_SIGNAL && tape->records[n].a == thread->waits[0].address)
            return n;
    return UINT64_MAX;
}

bool quiz_draw_cause(struct quiz_draw *d)
{
    const struct inspect *look;
    uint64_t by_look;
    struct wait w;

    if (!draw_wait(d, &w))
        return false;
    look = quiz_look(d, w.begins + 1, INSPECT_PROCESSES | INSPECT_THREADS);
    if (look == NULL)
        return false;
    by_look = cause_by_look(d->tape, look, &w);
    quiz_ask_text(d, w.ready,
                  "%s waits for the object at %08x, and becomes ready here. Which record brought "
                  "that about?",
                  w.name, (unsigned)d->tape->records[w.begins].a);
    record_option(d, look, w.signal, NULL);
    for (uint32_t i = 0; i < w.other_count; i++)
        record_option(d, look, w.others[i],
                      i == 0 ? "Nearest in time is not the cause: it signals another object."
                             : "Another object was signalled here; nobody who waits for this one "
                               "is woken by it.");
    return quiz_agree(d, value_instant(by_look));
}
