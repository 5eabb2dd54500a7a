/* quiz_turns.c - what if this turn ends here: one question of the oracle is answered otherwise, and
 * a thread loses its processor. The key is what a run with that one surprise comes to; the second
 * way reads it off the records of another such run.
 *
 * A calm run does not ask the oracle where nothing could come of it, so the number of questions is
 * that of the same run with a list of surprises whose one question is never reached.
 *
 * Most turns that end early change nothing, and hardly any changes the outcome, so every question
 * wants one of the first two answers; the third stands beside them.
 */
#include "model/words/choices.h"
#include "ui/lesson/quiz_inside.h"
#include <stdio.h>

struct asked {       /* Where the question of this number is asked. */
    uint64_t number; /* Number of the question of site PREEMPT. */
    uint64_t record, ready;
    char thread[VALUE_NAME_CHARS];
    struct inspect *look; /* The machine at that record. */
    bool found;
};

static void find_question(struct world *world, const struct record *record, uint64_t number,
                          void *ctx)
{
    struct asked *a = ctx;

    (void)record;
    if (a->found || world_sim(world)->choices.asked[CHOICE_PREEMPT] < a->number)
        return;
    a->record = number;
    a->found = true;
    inspect_take_parts(world, a->look, INSPECT_PROCESSES | INSPECT_THREADS | INSPECT_RUN);
    sim_finish(world_sim(world), SIM_BUDGET);
}

static const char *said(int change)
{
    static const char *const texts[] = { "nothing: every record is the same",
                                         "other records follow, and the run ends as before",
                                         "the run ends otherwise" };

    return texts[change];
}

/* 0: the same records, 1: other records, 2: another outcome. */
static int change_of(const struct result *before, const struct result *after)
{
    return before->outcome != after->outcome           ? 2
           : before->fingerprint != after->fingerprint ? 1
                                                       : 0;
}

static void add(struct quiz_draw *d, int change, const char *slip)
{
    static const char *const names[] = { "same", "other records", "other outcome" };
    uint32_t before = d->q->option_count;

    if (slip == NULL)
        quiz_key(d, value_name(names[change]), "%s",
                 change == 0 ? "Nobody else was ready for that processor, so the thread went on."
                             : "Another thread took the processor: from here on threads meet "
                               "otherwise. Few such differences reach the end of a run.");
    else
        quiz_slip(d, value_name(names[change]), "%s", slip);
    if (d->q->option_count > before)
        quiz_text(d, "%s", said(change));
}

/* How many questions of the site PREEMPT the run asks; 0: there is no memory. */
static uint64_t count_questions(struct quiz_draw *d)
{
    struct quiz *quiz = d->quiz;
    const struct inspect *look;

    if (quiz->turns == 0 && (look = quiz_look(d, d->tape->last - 1, INSPECT_RUN)) != NULL)
        quiz->turns = look->asked[CHOICE_PREEMPT];
    return quiz->turns;
}

/* Draws a question of the site PREEMPT and finds where it is asked. */
static bool draw_question(struct quiz_draw *d, struct asked *a)
{
    const uint64_t count = count_questions(d);
    const struct inspect *look = a->look = d->quiz->look;

    if (count < 100)
        return false;
    a->number = 1 + quiz_draw_below(d, (uint32_t)count - 1);
    if (!lesson_run_visit(d->run, d->tape->first, d->tape->last - 1, find_question, a) || !a->found)
        return false;
    const struct inspect_thread *thread =
        inspect_thread(look, look->processors[look->executing].thread);

    if (thread == NULL)
        return false;
    quiz_thread(look, thread, a->thread);
    a->ready = look->gauges.value[GAUGE_THREADS_READY];
    return true;
}

bool quiz_draw_turn(struct quiz_draw *d)
{
    char sets[80], error[LESSON_ERROR_CHARS];
    struct asked asked = { 0 };
    const struct lesson_result *before, *after;
    struct lesson_run *own = d->run, *other;
    int wanted = (int)quiz_draw_below(d, 2), change;
    bool drawn;

    d->run = lesson_run_with(d->runs, own, "surprises=PREEMPT:4000000000:1", error);
    drawn = d->run != NULL && draw_question(d, &asked);
    d->run = own;
    if (!drawn)
        return false;
    snprintf(sets, sizeof sets, "surprises=PREEMPT:%llu:1", (unsigned long long)asked.number);
    other = lesson_run_with(d->runs, d->run, sets, error);
    before = lesson_run_result(d->run);
    after = other != NULL ? lesson_run_result(other) : NULL;
    if (before == NULL || after == NULL)
        return false;
    change = change_of(&before->result, &after->result);
    if (change != 2 && change != wanted)
        return quiz_refuse(d, REFUSED_BALANCE);
    snprintf(d->q->sets, sizeof d->q->sets, "%s;", sets);
    quiz_ask_text(d, asked.record,
                  "%s runs. Its turn ends here, although its time is not up and nobody of higher "
                  "priority came: one decision of the scheduler is another. What changes in the "
                  "rest of the run?",
                  asked.thread);
    quiz_line(d, "threads that are ready at this instant: %llu", (unsigned long long)asked.ready);
    for (int i = 0; i < 3; i++)
        add(d, (change + i) % 3,
            i == 0                  ? NULL
            : (change + i) % 3 == 0 ? "A turn that ends is not always nothing: somebody else was "
                                      "ready, and ran."
            : (change + i) % 3 == 1 ? "Who runs next is decided by who is ready. Nobody was."
                                    : "Few differences of one turn reach the end of a run.");
    struct quiz_tape *tape = quiz_tape_new(d->quiz, other);

    if (tape == NULL)
        return quiz_refuse(d, REFUSED_TWO_WAYS);
    static const char *const names[] = { "same", "other records", "other outcome" };
    struct value second = value_name(names[change_of(&d->tape->result, &tape->result)]);

    quiz_tape_free(tape);
    return quiz_agree(d, second);
}
