/* run_surprises.c - the surprises that a run is given, and what became of them. */
#include "ui/run/run_surprises.h"
#include "model/words/names.h"
#include "ui/host/memory_file.h"
#include "ui/run/anchors.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *run_surprises_failed(const struct choices *choices)
{
    size_t length = 0;
    char *text = NULL;
    FILE *out = memory_file_open(&text, &length);
    uint32_t pick;

    CHECK(out != NULL);
    for (uint32_t i = 0; i < choices->listed_count; i++) {
        const struct surprise *s = &choices->listed[i];
        enum surprise_fate fate = choices_fate(choices, i, &pick);

        if (fate == SURPRISE_HAPPENED)
            continue;
        fprintf(out, "surprise %s:%" PRIu32 ":%" PRIu32 " ", choice_names[s->site], s->nth,
                s->pick);
        if (fate == SURPRISE_NOT_ASKED)
            fprintf(out, "was not reached: %s was asked %" PRIu64 " times\n", choice_names[s->site],
                    choices->asked[s->site]);
        else
            fprintf(out, "is out of range: the answer was %" PRIu32 ", the last one there\n", pick);
    }
    memory_file_close(out);
    return text;
}

/* Tells what became of anchors. why: the reason for which they were looked for; NULL: only what
 * went wrong is told. */
static void tell_anchors(FILE *errors, const struct scenario *scenario,
                         const struct anchors_result *result, const char *why)
{
    if (why != NULL || result->moved + result->gone > 0)
        fprintf(errors, "%s: %s%u of %u surprises found by their anchors, %u moved, %u gone\n",
                scenario->path, why != NULL ? why : "", result->held, result->count, result->moved,
                result->gone);
    for (uint32_t i = 0; i < result->count; i++) {
        const struct anchor_found *found = &result->found[i];

        if (found->fate == ANCHOR_MOVED)
            fprintf(errors, "  moved: %s\n      to %s\n", found->anchor, found->now);
        else if (found->fate == ANCHOR_GONE)
            fprintf(errors, "  gone:  %s\n", found->anchor);
    }
}

/* Makes the surprises of --surprises, which are anchors, the scenario's. */
static bool force_anchors(const struct run_options *options, struct scenario *scenario,
                          const char *text, FILE *errors, char error[RUN_ERROR_CHARS])
{
    struct anchors_result result;
    char why[RUN_ERROR_CHARS - 40];

    if (!options->has_seed && !scenario->has_seed)
        snprintf(why, sizeof why, "anchors without a seed (expected --seed N beside them)");
    else if (anchors_resolve(scenario, run_seed(options, scenario), text, &result, why,
                             sizeof why)) {
        tell_anchors(errors, scenario, &result, NULL);
        anchors_free(&result);
        return true;
    }
    snprintf(error, RUN_ERROR_CHARS, "--surprises:1:1: %s", why);
    fprintf(errors, "%s\n", error);
    return false;
}

/* True if other code made a capsule: another exifsim, this one with changes that have no revision,
 * or other sources of guests. */
static bool is_other_code(const struct scenario *scenario)
{
    bool changed;

    run_revision(&changed);
    return scenario->edited || changed || strcmp(scenario->build, run_build()) != 0;
}

bool run_find_anchors(const struct run_options *options, struct scenario *scenario, struct ini *ini,
                      FILE *errors, char error[RUN_ERROR_CHARS])
{
    char *text = scenario_list(ini, "anchors"), why[RUN_ERROR_CHARS - SCENARIO_PATH / 2];
    struct anchors_result result = { .count = 0 };
    bool good = true;

    if (text != NULL && options->surprises == NULL &&
        (scenario->strategy != CHOICE_LISTED || is_other_code(scenario))) {
        good =
            anchors_resolve(scenario, run_seed(options, scenario), text, &result, why, sizeof why);
        scenario->anchored = good;
        if (good)
            tell_anchors(errors, scenario, &result, "other code than the capsule's: ");
        else {
            snprintf(error, RUN_ERROR_CHARS, "%.200s:1:1: anchors: %s", scenario->path, why);
            fprintf(errors, "%s\n", error);
        }
        anchors_free(&result);
    }
    free(text);
    return good;
}

bool run_force_surprises(const struct run_options *options, struct scenario *scenario, FILE *errors,
                         char error[RUN_ERROR_CHARS])
{
    char text[160];

    if (options->surprises == NULL)
        return true;
    if (anchors_has(options->surprises))
        return force_anchors(options, scenario, options->surprises, errors, error);
    choices_init(&scenario->replay, choice_count, 0);
    if (!choices_parse(&scenario->replay, options->surprises, choice_names, text, sizeof text)) {
        snprintf(error, RUN_ERROR_CHARS, "--surprises:1:1: %s", text);
        fprintf(errors, "%s\n", error);
        return false;
    }
    scenario->strategy = CHOICE_LISTED;
    return true;
}
