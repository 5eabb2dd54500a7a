/* quiz_stops.c - which argument of a stop says what. The key is the argument of the run's stop; the
 * second way reads the STOP record of another run of the same, or for Arg4, which no record has,
 * that run's own stop screen.
 */
#include "model/words/bugchecks.h"
#include "model/words/records.h"
#include "ui/lesson/quiz_draw.h"
#include <stdio.h>
#include <string.h>

enum { SEEDS = 400, ARGUMENTS = 4 };

/* True for a meaning that can be asked for. */
static bool is_meant(const char *meaning)
{
    return strcmp(meaning, "Reserved") != 0 && strcmp(meaning, "By kind") != 0 &&
           strcmp(meaning, "?") != 0 && strcmp(meaning, "0") != 0;
}

/* A value as the screen has it, with the name of the process that it is. */
static void add_argument(struct quiz_draw *d, const struct stop *stop, uint32_t value)
{
    const struct stop_process *const known[] = { &stop->arg_process[0], &stop->arg_process[1],
                                                 &stop->owner, &stop->current };
    const char *name = NULL;

    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (known[i]->address == value && value != 0)
            name = known[i]->name;
    if (name != NULL)
        quiz_text(d, "0x%08X, process %s", (unsigned)value, name);
    else
        quiz_text(d, "0x%08X", (unsigned)value);
}

static void slip(struct quiz_draw *d, const struct stop *stop, uint32_t value, const char *text,
                 const char *more)
{
    uint32_t before = d->q->option_count;

    quiz_slip(d, value_count(value), text, more);
    if (d->q->option_count > before)
        add_argument(d, stop, value);
}

/* Arguments of a STOP record, which has room for three. */
static bool by_record(const struct quiz_tape *tape, uint32_t index, uint32_t *value)
{
    for (uint64_t n = tape->count; n-- > 0;)
        if (tape->records[n].kind == REC_STOP) {
            const struct record *r = &tape->records[n];
            const uint32_t arguments[] = { r->b, r->c, r->d, tape->result.stop.args[3] };

            *value = arguments[index];
            return true;
        }
    return false;
}

static void ask(struct quiz_draw *d, const struct stop *stop, uint32_t index)
{
    const char *meaning = bugcheck_argument(stop->code, stop->args[0], index);
    const char *text = bugcheck_text(stop->code);

    quiz_ask_text(
        d, UINT64_MAX,
        "Windows stops with 0x%X, %s, on a thread of %s that is in %s at that time. Which "
        "value on the screen has this meaning: \"%s\"?",
        (unsigned)stop->code, bugcheck_name(stop->code), stop->owner.name, stop->current.name,
        meaning);
    if (text != NULL)
        quiz_line(d, "%.190s", text);
    quiz_key(d, value_count(stop->args[index]), "It is Arg%u of this stop.", index + 1);
    add_argument(d, stop, stop->args[index]);
    for (uint32_t i = 0; i < ARGUMENTS; i++)
        if (i != index)
            slip(d, stop, stop->args[i], "That is another argument: \"%s\".",
                 bugcheck_argument(stop->code, stop->args[0], i));
    slip(d, stop, stop->owner.address,
         "That is the process which the stopped thread belongs to, %s. No argument says so here.",
         stop->owner.name);
    slip(d, stop, stop->thread, "That is the ID of the stopped thread in %s, which is no argument.",
         stop->owner.name);
    slip(d, stop, stop->code, "That is the code of the stop itself, %s.",
         bugcheck_name(stop->code));
}

/* The run that is asked about: in half of all cases the scenario's own, which may well stop; else
 * one with another seed, at most as long as it takes the night to end. NULL: it did not stop. */
static struct lesson_run *draw_run(struct quiz_draw *d)
{
    char error[LESSON_ERROR_CHARS];
    struct lesson_run *run = d->run;

    if (quiz_draw_below(d, 2) != 0 || !d->tape->result.stop.stopped) {
        snprintf(d->q->sets, sizeof d->q->sets, "seed=%u;%s", 1 + quiz_draw_below(d, SEEDS),
                 lesson_run_scenario(d->run)->set.duration > SEC(100) ? "scenario.duration=100 s;"
                                                                      : "");
        run = lesson_run_with(d->runs, NULL, d->q->sets, error);
    }
    const struct lesson_result *result = run != NULL ? lesson_run_result(run) : NULL;

    return result != NULL && result->result.stop.stopped ? run : NULL;
}

bool quiz_draw_argument(struct quiz_draw *d)
{
    uint32_t index = quiz_draw_below(d, ARGUMENTS), second;
    struct lesson_run *run = draw_run(d);
    struct quiz_tape *tape;
    const struct stop *stop;
    bool found;

    if (run == NULL)
        return false;
    stop = &lesson_run_result(run)->result.stop;
    if (!is_meant(bugcheck_argument(stop->code, stop->args[0], index)))
        return false;
    d->q->seed = lesson_run_seed(run);
    ask(d, stop, index);
    if (run == d->run)
        return by_record(d->tape, index, &second) && quiz_agree(d, value_count(second));
    tape = quiz_tape_new(d->quiz, run);
    if (tape == NULL) {
        d->no_memory = true;
        return false;
    }
    found = by_record(tape, index, &second);
    quiz_tape_free(tape);
    return found && quiz_agree(d, value_count(second));
}
