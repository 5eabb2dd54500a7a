/* quiz_outcomes.c - stop or not: a crash on purpose under a load, with or without a debugger, with
 * the old or the new driver. The key is what the run comes to; the second way reads it off the
 * records of another run of the same.
 *
 * Outcomes are not equally likely: each question wants one of the three and refuses the others.
 */
#include "model/words/records.h"
#include "ui/lesson/quiz_draw.h"
#include <stdio.h>
#include <string.h>

struct evening { /* What is drawn. */
    const char *rate, *dump;
    bool crash, hotfix, debugger;
    const char *victim;
};

/* A scenario that this can be asked of: mail by [load smtp] with a rate, and no fault but a
 * crash. */
static bool is_base(const struct scenario *s)
{
    return s->load_count == 1 && strcmp(s->loads[0].name, "smtp") == 0 &&
           s->loads[0].shape != ARRIVE_REPLAY && s->loads[0].shape != ARRIVE_CLOSED &&
           s->step_count == 0 && s->fault_count <= 1 && !s->restart &&
           (s->fault_count == 0 || s->faults[0].kind == FAULT_CRASH);
}

static struct evening draw_evening(struct quiz_draw *d, enum outcome wanted)
{
    static const char *const quiet[] = { "0.5", "1", "2", "4.6", "8", "16", "24", "32" };
    static const char *const busy[] = { "8", "16", "24", "32" };
    static const char *const dumps[] = { "0 s", "300 ms", "1 s", "4 s" };
    struct evening e = { quiet[quiz_draw_below(d, ARRAY_LEN(quiet))],
                         dumps[quiz_draw_below(d, ARRAY_LEN(dumps))],
                         wanted != OUTCOME_SURVIVED,
                         quiz_draw_below(d, 3) == 0,
                         quiz_draw_below(d, 4) != 0,
                         "store.exe" };

    /* Heavy load alone ends some evenings, so that a question without a crash says nothing. */
    if (wanted == OUTCOME_SURVIVED || quiz_draw_below(d, 3) == 0) {
        e.rate = busy[quiz_draw_below(d, ARRAY_LEN(busy))];
        e.crash = false;
    }
    if (quiz_draw_below(d, 4) == 0)
        e.victim = "inetinfo.exe";
    return e;
}

/* Seconds of the run: a crash that nobody makes takes longer to come. */
static const char *length_of(const struct evening *e) { return e->crash ? "45 s" : "80 s"; }

static void settings_of(const struct evening *e, const struct scenario *s, uint32_t seed,
                        char out[sizeof((struct quiz_question *)0)->sets])
{
    const size_t size = sizeof((struct quiz_question *)0)->sets;
    const char *fault = s->fault_count > 0 ? s->faults[0].name : "quiz";
    int used =
        snprintf(out, size, "seed=%u;scenario.duration=%s;load.smtp.rate=%s/s;versions.all=%s;",
                 seed, length_of(e), e->rate, e->hotfix ? "hotfix" : "sp2");

    if (e->crash || s->fault_count > 0)
        used += snprintf(out + used, size - (size_t)used,
                         "fault.%s.kind=crash;fault.%s.process=%s;fault.%s.at=%s;", fault, fault,
                         e->victim, fault, e->crash ? "30 s" : "100 s");
    snprintf(out + used, size - (size_t)used, "machine.aedebug=%s;process drwtsn32.dump_time=%s;",
             e->debugger ? "yes" : "no", e->dump);
}

/* What the records of a run say it came to. */
static enum outcome outcome_by_records(const struct quiz_tape *tape)
{
    enum outcome found = OUTCOME_SURVIVED;

    for (uint64_t n = 0; n < tape->count; n++) {
        if (tape->records[n].kind == REC_STOP)
            return OUTCOME_STOP;
        if (tape->records[n].kind == REC_EXCEPTION)
            found = OUTCOME_PROCESS_CRASH;
    }
    return found;
}

/* Why no stop follows, from what was drawn and what came of it. */
static const char *why_it_stands(const struct evening *e, enum outcome outcome)
{
    return outcome == OUTCOME_SURVIVED
               ? "No program crashes in this time, so nobody sweeps the handles of one."
           : e->hotfix    ? "The new driver nests its visits: the sweep of a crashed program's "
                            "handles finds nothing forbidden to do."
           : !e->debugger ? "No debugger ends the program from outside: it ends itself, and is at "
                            "home while its handles are closed."
                          : "A crash ends the program. Windows stops only if the driver still owes "
                            "something to another process when the handles are closed.";
}

static const char *said(enum outcome outcome)
{
    return outcome == OUTCOME_STOP            ? "Windows stops: a blue screen"
           : outcome == OUTCOME_PROCESS_CRASH ? "a program crashes, Windows stands"
                                              : "nothing crashes, mail goes on";
}

static void add(struct quiz_draw *d, enum outcome outcome, const char *slip)
{
    uint32_t before = d->q->option_count;

    quiz_slip(d, value_name(outcome_names[outcome]), "%s", slip);
    if (d->q->option_count > before)
        quiz_text(d, "%s", said(outcome));
}

static void ask(struct quiz_draw *d, const struct evening *e, enum outcome outcome)
{
    char crash[120] = "", debugger[160] = "There is no debugger for crashed programs.";

    if (e->crash)
        snprintf(crash, sizeof crash, "After 30 s %s follows a null pointer, on purpose. ",
                 e->victim);
    if (e->debugger)
        snprintf(debugger, sizeof debugger,
                 "Dr. Watson is the debugger for crashed programs; a dump takes it %s.", e->dump);
    quiz_ask_text(d, UINT64_MAX,
                  "%s letters a second arrive; the files are %s. %s%s What has happened after "
                  "%s?",
                  e->rate, e->hotfix ? "the hotfix' (6.5.7651.47)" : "Service Pack 2's", crash,
                  debugger, length_of(e));
    quiz_key(
        d, value_name(outcome_names[outcome]), "%s",
        outcome == OUTCOME_STOP
            ? "The driver had something to undo in another process; Dr. Watson's thread closed "
              "the dead program's handles, attached to it, and the old driver attached again."
            : why_it_stands(e, outcome));
    quiz_text(d, "%s", said(outcome));
    add(d, OUTCOME_STOP, why_it_stands(e, outcome));
    add(d, OUTCOME_PROCESS_CRASH,
        outcome == OUTCOME_STOP
            ? "With work under way between two processes, closing the dead program's handles makes "
              "the old driver attach while attached: that is forbidden."
            : "No program crashes here: heavy load is no fault of itself, and this order of events "
              "is survived.");
    add(d, OUTCOME_SURVIVED,
        e->crash ? "A program that follows a null pointer crashes, whatever the load is."
                 : "Nobody makes a program crash, but under load the old driver takes pages from a "
                   "table in the store's memory, and the store pays for it later.");
}

bool quiz_draw_stop_or_not(struct quiz_draw *d)
{
    const struct scenario *scenario = lesson_run_scenario(d->run);
    enum outcome wanted = (enum outcome)quiz_draw_below(d, 3), outcome, second;
    struct evening e = draw_evening(d, wanted);
    uint32_t seed = 1 + quiz_draw_below(d, 1000);
    const struct lesson_result *result;
    char error[LESSON_ERROR_CHARS];
    struct lesson_run *run;
    struct quiz_tape *tape;

    d->hopeless = !is_base(scenario);
    if (d->hopeless)
        return false;
    settings_of(&e, scenario, seed, d->q->sets);
    run = lesson_run_with(d->runs, NULL, d->q->sets, error);
    result = run != NULL ? lesson_run_result(run) : NULL;
    if (result == NULL)
        return false;
    outcome = result->result.outcome;
    if (outcome != wanted)
        return quiz_refuse(d, REFUSED_BALANCE);
    d->q->seed = lesson_run_seed(run);
    ask(d, &e, outcome);
    tape = quiz_tape_new(d->quiz, run);
    if (tape == NULL) {
        d->no_memory = true;
        return false;
    }
    second = outcome_by_records(tape);
    if (tape->result.fingerprint != result->result.fingerprint)
        quiz_refuse(d, REFUSED_TWO_WAYS);
    quiz_tape_free(tape);
    return d->why != REFUSED_TWO_WAYS && quiz_agree(d, value_name(outcome_names[second]));
}
