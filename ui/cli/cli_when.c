/* cli_when.c - exifsim explain --when: from when on a finding cannot be escaped any more. */
#include "ui/cli/cli_json.h"
#include "model/words/names.h"
#include "ui/explore/when.h"
#include "ui/host/interrupt.h"
#include "ui/host/progress.h"
#include <inttypes.h>
#include <stdlib.h>

enum { BAR = 20 };

static void tell_progress(void *ctx, double share, uint32_t futures)
{
    if (progress_due(ctx))
        progress_show(ctx, share, "%u futures", futures);
}

/* ---- For people ------------------------------------------------------------------------------ */

/* Writes a time: in seconds, or in microseconds if the run came to its finding within one. */
static void show_time(const struct when *when, sim_time time, char out[CLI_SECONDS_CHARS])
{
    if (when->finding.at >= SEC(1))
        cli_seconds(time, out);
    else
        snprintf(out, CLI_SECONDS_CHARS, "%.3f us", (double)time / 1000);
}

static void print_point(const struct when *when, const struct when_point *point)
{
    char before[CLI_SECONDS_CHARS], at[CLI_SECONDS_CHARS];
    int bar = (int)(point->share.point * BAR + 0.5);

    show_time(when, when->finding.at - point->at, before);
    show_time(when, point->at, at);
    printf("%11s  %11s  %10" PRIu64 "  %3u of %-3u  ", before, at, point->record, point->found,
           point->futures);
    printf("%.2f  %.2f to %.2f  ", point->share.point, point->share.low, point->share.high);
    for (int i = 0; i < bar; i++)
        putchar('#');
    putchar('\n');
}

static void print_no_return(const struct when *when)
{
    const struct when_point *none = &when->no_return;
    char before[CLI_SECONDS_CHARS], at[CLI_SECONDS_CHARS];

    if (none->futures == 0) {
        printf("\nAt every instant that was asked some future escapes.\n");
        return;
    }
    show_time(when, when->finding.at - none->at, before);
    printf("\nNo way back from record %" PRIu64 " on, %s before: 0 of %u futures escape (at most "
           "%.1f %%, with 95 %% confidence).\n",
           none->record, before, none->futures, 100 * when->bound);
    if (when->escapes.futures > 0) {
        show_time(when, when->finding.at - when->escapes.at, at);
        printf("The last instant found from which one does: record %" PRIu64 ", %s before.\n",
               when->escapes.record, at);
    }
}

static void print_decision(const struct when *when)
{
    const struct when_decision *decision = &when->decision;
    char before[CLI_SECONDS_CHARS], name[64];

    if (when->questions == 0)
        return;
    if (!decision->found) {
        printf("None of the %u questions before it that were tried escapes if it is answered "
               "otherwise: no single decision of the schedule is to blame.\n",
               when->questions);
        return;
    }
    show_time(when, when->finding.at - decision->at, before);
    choices_print(decision->other.pick != 0 ? &decision->other : &decision->given, 1, choice_names,
                  name, sizeof name);
    printf("The last decision whose other answer escapes: %s%s at record %" PRIu64
           ", %s before (%s).\n",
           decision->other.pick != 0 ? "" : "without ", name, decision->record, before,
           choice_texts[decision->given.site]);
    if (decision->anchor[0] != 0)
        printf("    %s\n", decision->anchor);
}

static void print_when(const struct when *when)
{
    char at[CLI_SECONDS_CHARS];

    show_time(when, when->finding.at, at);
    printf("%s, at %s\nFutures: %s drawn anew\n\n", when->finding.cause, at,
           when_words[when->vary]);
    printf("     before           at      record    found    share  95 %%\n");
    for (uint32_t i = 0; i < when->point_count; i++)
        print_point(when, &when->points[i]);
    print_no_return(when);
    print_decision(when);
}

/* ---- For programs ---------------------------------------------------------------------------- */

static json_t *point_json(const struct when_point *point)
{
    json_t *json = json_object();

    json_object_set_new(json, "time", cli_json_count(point->at));
    json_object_set_new(json, "record", cli_json_count(point->record));
    json_object_set_new(json, "futures", cli_json_count(point->futures));
    json_object_set_new(json, "found", cli_json_count(point->found));
    json_object_set_new(json, "p", cli_json_real(point->share.point));
    json_object_set_new(json, "low", cli_json_real(point->share.low));
    json_object_set_new(json, "high", cli_json_real(point->share.high));
    return json;
}

static json_t *decision_json(const struct when *when)
{
    const struct when_decision *decision = &when->decision;
    json_t *json = json_object();

    json_object_set_new(json, "time", cli_json_count(decision->at));
    json_object_set_new(json, "record", cli_json_count(decision->record));
    json_object_set_new(json, "site", json_string(choice_names[decision->given.site]));
    json_object_set_new(json, "nth", cli_json_count(decision->given.nth));
    json_object_set_new(json, "given", cli_json_count(decision->given.pick));
    json_object_set_new(json, "other", cli_json_count(decision->other.pick));
    json_object_set_new(json, "anchor", cli_json_text(decision->anchor));
    return json;
}

/* Takes the list of errors, which is empty. */
static void print_document(const struct when *when, json_t *errors)
{
    json_t *document = cli_json_new("when"), *points = json_array(), *none = json_null();

    json_object_set_new(document, "cause", cli_json_text(when->finding.cause));
    json_object_set_new(document, "time", cli_json_count(when->finding.at));
    json_object_set_new(document, "record", cli_json_count(when->finding_record));
    json_object_set_new(document, "varied", json_string(when_words[when->vary]));
    for (uint32_t i = 0; i < when->point_count; i++)
        json_array_append_new(points, point_json(&when->points[i]));
    json_object_set_new(document, "points", points);
    if (when->no_return.futures > 0) {
        none = json_object();
        json_object_set_new(none, "time", cli_json_count(when->no_return.at));
        json_object_set_new(none, "record", cli_json_count(when->no_return.record));
        json_object_set_new(none, "futures", cli_json_count(when->no_return.futures));
        json_object_set_new(none, "bound", cli_json_real(when->bound));
    }
    json_object_set_new(document, "no_return", none);
    json_object_set_new(document, "decision",
                        when->decision.found ? decision_json(when) : json_null());
    json_object_set_new(document, "questions", cli_json_count(when->questions));
    json_object_set_new(document, "errors", errors);
    cli_json_print(document);
}

int cli_explain_when(const struct options *options)
{
    struct run_options run_options = options->run;
    json_t *errors = options->format == FORMAT_JSON ? json_array() : NULL;
    struct scenario *scenario = cli_json_load(options, options->paths[0], errors);
    struct when *when = calloc(1, sizeof *when);
    char why[RUN_ERROR_CHARS] = "", line[RUN_ERROR_CHARS + 600];
    struct progress progress;
    int code = EXIT_MET;

    if (scenario == NULL) {
        if (errors != NULL)
            cli_json_fail("when", errors);
        free(when);
        return EXIT_USAGE;
    }
    CHECK(when != NULL);
    run_options.signal = interrupt_flag();
    when->options = &run_options;
    when->scenario = scenario;
    when->seed = run_seed(&options->run, scenario);
    when->vary = (enum when_vary)options->vary;
    when->progress = tell_progress;
    when->ctx = &progress;
    progress_begin(&progress, !options->quiet);
    bool good = when_ask(when, why);

    progress_end(&progress);
    snprintf(line, sizeof line, "%s:1:1: %s\n", options->paths[0], why);
    if (!good && when->interrupted) {
        fprintf(stderr, "exifsim: %s", line);
        code = EXIT_INCONCLUSIVE;
    } else if (!good) {
        code = cli_json_refuse(options, "", line);
    } else if (errors != NULL) {
        print_document(when, errors);
    } else {
        print_when(when);
    }
    if (!good)
        json_decref(errors);
    free(when);
    free(scenario);
    return code;
}
