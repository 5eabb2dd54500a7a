/* finding.c - see finding.h. */
#include "ui/explore/finding.h"
#include "ui/report/stack.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

const char *const finding_names[] = { "none",   "stop",  "crash",      "hang",
                                      "broken", "check", "expectation" };

const enum finding_kind finding_kinds[] = { FINDING_STOP, FINDING_CRASH, FINDING_HANG,
                                            FINDING_CHECK, FINDING_EXPECTATION };

/* The innermost function of a stopped stack that is none of the kernel's; "": none is known. */
static const char *culprit(const struct stack *stack)
{
    for (uint32_t i = 0; i < stack->count; i++)
        if (!stack->lines[i].user && !stack_is_of(stack->lines[i].name, "nt"))
            return stack->lines[i].name;
    return "";
}

static void name_stop(const struct stop *stop, char out[FINDING_CHARS])
{
    struct stack stack;
    const char *name;

    stack_of_stop(&stack, stop);
    name = culprit(&stack);
    snprintf(out, FINDING_CHARS, "STOP 0x%08x%s%s", stop->code, name[0] != 0 ? " in " : "", name);
}

/* Copies a sentence without its numbers: they differ from run to run. */
static void without_numbers(const char *text, char out[FINDING_CHARS])
{
    size_t used = 0;

    for (; *text != 0 && used + 2 < FINDING_CHARS; text++) {
        if (!isdigit((unsigned char)*text))
            out[used++] = *text;
        else if (used == 0 || out[used - 1] != '#')
            out[used++] = '#';
    }
    out[used] = 0;
}

void finding_of(const struct run *run, const struct scenario *scenario, struct finding *out)
{
    const struct result *result = &run->result;
    char why[UNMET_CHARS];

    *out = (struct finding){ .at = result->simulated };
    if (run->broken) {
        out->kind = FINDING_BROKEN;
        snprintf(out->cause, sizeof out->cause, "the machine is destroyed");
    } else if (run->hung) {
        out->kind = FINDING_HANG;
        snprintf(out->cause, sizeof out->cause, "the machine hangs");
    } else if (result->stop.stopped) {
        out->kind = FINDING_STOP;
        out->at = result->stop.at;
        name_stop(&result->stop, out->cause);
    } else if (result->crashed) {
        out->kind = FINDING_CRASH;
        out->at = result->crash_at;
        snprintf(out->cause, sizeof out->cause, "%s crashes with %08x", result->victim,
                 (unsigned)result->crash_code);
    } else if (world_violation(scenario, result, why, sizeof why)) {
        out->kind = FINDING_CHECK;
        without_numbers(why, out->cause);
    } else if (run->unmet.count > 0) {
        out->kind = FINDING_EXPECTATION;
        without_numbers(unmet_text(&run->unmet, 0), out->cause);
    }
}

void finding_in(struct world *world, const struct scenario *scenario, struct finding *out)
{
    struct run *run = calloc(1, sizeof *run);
    enum sim_end end = world_sim(world)->end;

    CHECK(run != NULL);
    run->broken = end == SIM_BROKEN;
    run->hung = end == SIM_HUNG;
    if (!run->broken)
        run->result = *world_result(world);
    if (end == SIM_FINISHED)
        world_expected(scenario, &run->result, &run->unmet);
    finding_of(run, scenario, out);
    free(run);
}

const char *finding_told(const struct finding *finding)
{
    return finding->kind == FINDING_EXPECTATION || strchr(finding->cause, ';') != NULL
               ? ""
               : finding->cause;
}

void finding_replayed(struct run *run, const struct scenario *scenario)
{
    struct finding finding;

    if (scenario->finding[0] == 0 || run->same || run->interrupted || !scenario->anchored)
        return;
    if (run->hung || run->broken)
        finding_of(run, scenario, &finding);
    else
        finding_in(run->world, scenario, &finding);
    if (strcmp(finding.cause, scenario->finding) != 0) {
        unmet_add(&run->unmet, "%s (expected %s, from the capsule)",
                  finding.kind == FINDING_NONE ? "no finding" : finding.cause, scenario->finding);
        return;
    }
    unmet_clear(&run->unmet);
    run->same = true;
    run->met = world_expected(scenario, &run->result, &run->unmet);
    run->verdict = run->met ? RUN_PASSED : RUN_FAILED;
}

bool finding_same(const struct finding *one, const struct finding *other)
{
    return one->kind == other->kind && strcmp(one->cause, other->cause) == 0;
}
