/* cli_cases.c - what run, test and replay share: the line of a run, its exit code, and the files
 * that other programs read.
 */
#include "ui/cli/cli.h"
#include "ui/explore/finding.h"
#include "ui/host/memory_file.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int cli_code_of(const struct options *options, const struct run *run)
{
    if (!run->same)
        return EXIT_DIFFERENT;
    if (run->verdict == RUN_PASSED)
        return EXIT_MET;
    /* The limit of time is a failure in a test; a run of one's own merely has no verdict. */
    if (run->hung && run->result.end != SIM_HUNG)
        return options->verb == VERB_TEST ? EXIT_FINDING : EXIT_INCONCLUSIVE;
    return run->verdict == RUN_SKIPPED ? EXIT_INCONCLUSIVE : EXIT_FINDING;
}

bool cli_reproduced(const struct options *options, const struct scenario *scenario,
                    const struct run *run)
{
    return options->run.replay && scenario->has_fingerprint && run->same &&
           (run->verdict == RUN_FAILED ||
            (run->verdict == RUN_PASSED && scenario->finding[0] != 0)) &&
           !run->hung && !run->broken;
}

const char *cli_reproduced_as(const struct scenario *scenario, const struct run *run)
{
    return scenario->fingerprint == run->result.fingerprint
               ? "the fingerprint is the capsule's"
               : "the finding is the capsule's; other code, so another fingerprint";
}

char *cli_capsule(const struct options *options, const struct scenario *scenario,
                  const struct run *run, char error[RUN_ERROR_CHARS])
{
    struct finding finding;

    finding_of(run, scenario, &finding);
    return run_capsule(&options->run, scenario, run->seed, run->result.fingerprint, run->surprises,
                       finding_told(&finding), error);
}

void cli_print_line(const struct options *options, const struct scenario *scenario,
                    const struct run *run)
{
    static const char *const words[] = { "pass", "FAIL", "skip" };
    const struct result *r = &run->result;

    printf("%s seed %-8" PRIu64 " %-13s", words[run->verdict], run->seed, run_outcome(run));
    if (r->stop.stopped)
        printf(" 0x%08X (0x%08X,0x%08X,0x%08X,0x%08X) at %" PRIu64 " s", r->stop.code,
               r->stop.args[0], r->stop.args[1], r->stop.args[2], r->stop.args[3],
               r->stop.at / SEC(1));
    else if (scenario->exchange)
        printf(" %" PRIu64 " of %" PRIu64 " delivered", r->delivered, r->arrived);
    printf("  %016" PRIx64 "  %s\n", r->fingerprint, scenario->path);
    if (cli_reproduced(options, scenario, run))
        printf("     reproduced: %s\n", cli_reproduced_as(scenario, run));
    for (uint32_t i = 0; i < run->unmet.count; i++)
        printf("     %s\n", unmet_text(&run->unmet, i));
    if (run->verdict == RUN_FAILED)
        printf("     %s\n", run->repro);
    if (run->hung && run->verdict != RUN_PASSED)
        report_threads(stdout, run->world, run->hung_frame);
    fflush(stdout);
}

/* ---- Files for other programs ---------------------------------------------------------------- */

void cli_label(const struct scenario *scenario, uint64_t seed, char *out, size_t size)
{
    char rate[24];

    report_rate(scenario_rate_milli(scenario), rate, sizeof rate);
    snprintf(out, size, "rate=%.*s,seed=%" PRIu64, (int)strcspn(rate, "/"), rate, seed);
}

/* The threads of a run that hung, as text; "": another run. Free it with free. */
static char *threads_of(const struct run *run)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = memory_file_open(&text, &length);

    CHECK(out != NULL);
    if (run->hung)
        report_threads(out, run->world, run->hung_frame);
    memory_file_close(out);
    return text;
}

void cli_collect(struct outputs *outputs, const struct options *options,
                 const struct scenario *scenario, const struct run *run)
{
    const struct stop *stop = &run->result.stop;
    const struct choices *choices = &world_sim(run->world)->choices;
    struct outcome_case *one;
    char error[RUN_ERROR_CHARS], *capsule, *threads;

    if (options->format == FORMAT_HUMAN && options->junit == NULL)
        return; /* Nobody will read them, and there may be a million. */
    one = calloc(1, sizeof *one);
    capsule = NULL;
    if (!run->interrupted && !run->hung &&
        !run->broken) /* Nobody comes to that fingerprint again. */
        capsule = cli_capsule(options, scenario, run, error);
    threads = threads_of(run);
    CHECK(one != NULL);
    one->scenario = scenario;
    one->result = run->result;
    one->seed = run->seed;
    one->host_us = run->host_us;
    one->met = run->verdict == RUN_PASSED;
    one->skipped = run->verdict == RUN_SKIPPED;
    one->outcome = run_outcome(run);
    cli_label(scenario, run->seed, one->label, sizeof one->label);
    one->unmet = run->unmet;
    one->repro = run->repro;
    one->surprises = run->surprises;
    one->capsule = capsule != NULL ? capsule : "";
    one->threads = threads;
    one->failed_surprises = run->failed_surprises;
    memcpy(one->asked, choices->asked, sizeof one->asked);
    if (stop->stopped)
        one->frame_count = report_frames(stop, one->frames);
    outputs_add(outputs, one);
    free(one);
    free(capsule);
    free(threads);
}

enum cases_form { CASES_JSON, CASES_TAP, CASES_JUNIT };

/* Writes the cases as one file; path NULL: standard output. kind: that of a JSON document. */
static bool write_cases(const char *path, const struct outputs *outputs, enum cases_form form,
                        const char *kind)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = memory_file_open(&text, &length);
    bool good;

    CHECK(out != NULL);
    if (form == CASES_JSON)
        outputs_json(outputs, kind, out);
    else if (form == CASES_TAP)
        outputs_tap(outputs, out);
    else
        outputs_junit(outputs, out);
    memory_file_close(out);
    good = cli_write(path, text, length);
    free(text);
    return good;
}

bool cli_finish_outputs(const struct options *options, struct outputs *outputs)
{
    const char *path = options->verb == VERB_TEST ? options->out : NULL;
    const char *kind = verbs[options->verb].name;
    bool good = true;

    if (options->format != FORMAT_HUMAN)
        good = write_cases(path, outputs, options->format == FORMAT_JSON ? CASES_JSON : CASES_TAP,
                           kind);
    if (options->junit != NULL)
        good = write_cases(options->junit, outputs, CASES_JUNIT, kind) && good;
    outputs_free(outputs);
    return good;
}
