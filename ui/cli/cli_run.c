/* cli_run.c - the verbs run and replay: one run, told in full. Many seeds are cli_test.c's. */
#include "model/words/names.h"
#include "ui/cli/cli.h"
#include "ui/explore/finding.h"
#include "ui/host/interrupt.h"
#include "ui/host/progress.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Simulated time between two looks at the clock; characters of a line that is too long to copy. */
enum { SLICE_S = 5, LONG_LINE = 1500 };

/* ---- One run --------------------------------------------------------------------------------- */

/* How a run is brought to its end: at once, with progress, or with rows of counters. */
struct drive {
    const struct options *options;
    const struct scenario *scenario;
    struct progress progress;
    bool unwritten; /* --counters failed, and the error was printed. */
};

static void show_progress(struct drive *drive, struct world *world)
{
    const struct sim *sim = world_sim(world);
    uint64_t all = MAX_OF(drive->scenario->set.duration, 1);

    if (progress_due(&drive->progress))
        progress_show(&drive->progress, (double)sim->now / (double)all,
                      "%" PRIu64 " of %" PRIu64 " simulated s, %" PRIu64 " records",
                      sim->now / SEC(1), all / SEC(1), sim->trace.count);
}

static void run_to_end(void *ctx, struct world *world)
{
    struct drive *drive = ctx;

    if (drive->options->given & OPTION_BIT(BREAK_AT))
        trace_break_at(&world_sim(world)->trace, drive->options->break_at);
    if (drive->options->counters != NULL) {
        drive->unwritten = !cli_counters_run(drive->options, world);
        return;
    }
    for (sim_time until = SEC(SLICE_S); drive->progress.on && world_run(world, until) == SIM_GOING;
         until += SEC(SLICE_S))
        show_progress(drive, world);
    world_run(world, SIM_NEVER);
    progress_end(&drive->progress);
}

static bool write_capsule(const struct options *options, const struct scenario *scenario,
                          const struct run *run)
{
    char error[RUN_ERROR_CHARS];
    char *text = cli_capsule(options, scenario, run, error);
    bool good = text != NULL && cli_write(options->out, text, strlen(text));

    if (text == NULL)
        fprintf(stderr, "exifsim: no capsule can say this run: %s\n", error);
    free(text);
    return good;
}

/* ---- What is printed ------------------------------------------------------------------------- */

/* Prints the last records before the end. Runs the scenario again, with a ring that keeps them. */
static void print_last_records(const struct options *options, const struct scenario *scenario,
                               const struct run *run)
{
    enum { LAST = 40 };
    uint64_t count = run->result.records;
    struct record ring[LAST];
    struct world *world = world_new(scenario, run->seed);
    char line[256];

    if (world == NULL)
        return;
    trace_keep(&world_sim(world)->trace, ring, LAST);
    world_run(world, options->run.has_until ? options->run.until : SIM_NEVER);
    printf("\nThe last records\n");
    for (uint64_t number = count > LAST ? count - LAST : 0; number < count; number++) {
        const struct record *record = trace_get(&world_sim(world)->trace, number);

        if (record == NULL)
            continue;
        trace_text(record, record_kinds, record_kind_count, line, sizeof line);
        printf("  %-9" PRIu64 " %s\n", number, line);
    }
    world_free(world);
}

static void print_as_expected(const struct result *r)
{
    printf("\nAs expected: ");
    if (r->end == SIM_HUNG) {
        printf("the run hung.\n");
        return;
    }
    if (r->stop.stopped)
        printf("stop 0x%x%s", (unsigned)r->stop.code, r->crashed ? ", " : "");
    if (r->crashed)
        printf("%s crashed%s", r->victim, r->stop.stopped ? " first" : ", Windows kept running");
    else if (!r->stop.stopped)
        printf("no process crashed, Windows kept running");
    printf(".\n");
}

/* Prints how many questions each site had. */
static void print_questions(const struct run *run)
{
    const struct choices *choices = &world_sim(run->world)->choices;

    printf("Questions");
    for (uint32_t i = 0; i < choice_count; i++)
        printf("%s %s %" PRIu64, i > 0 ? "," : "", choice_names[i], choices->asked[i]);
    putchar('\n');
}

/* Prints each surprise that changed something: when, and what it changed. */
static void print_surprises(const struct run *run)
{
    const struct choices *choices = &world_sim(run->world)->choices;

    for (uint32_t i = 0; i < choices->taken_count; i++) {
        const struct surprise *s = &choices->taken[i];
        const struct choice_instant *when = &choices->when[i];

        printf("  %s:%" PRIu32 ":%" PRIu32 " at %" PRIu64 ".%09" PRIu64 " s, record %" PRIu64
               ": %s\n",
               choice_names[s->site], s->nth, s->pick, when->at / SEC(1), when->at % SEC(1),
               when->record, choice_texts[s->site]);
    }
}

/* Prints what was not met: one sentence after the head, several on lines of their own. */
static void print_unmet(const char *head, const struct run *run)
{
    if (run->unmet.count == 1) {
        printf("%s: %s.\n", head, unmet_text(&run->unmet, 0));
        return;
    }
    printf("%s:\n", head);
    for (uint32_t i = 0; i < run->unmet.count; i++)
        printf("  - %s\n", unmet_text(&run->unmet, i));
}

static void print_judgement(const struct options *options, const struct scenario *scenario,
                            const struct run *run)
{
    if (options->run.verify && run->same && run->verdict != RUN_SKIPPED && !run->hung)
        printf("Verified: the same fingerprint again, and from a snapshot midway\n");
    if (cli_reproduced(options, scenario, run))
        printf("\nReproduced: %s.", cli_reproduced_as(scenario, run));
    if (!run->same)
        print_unmet("\nNot the same run", run);
    else if ((run->hung && run->result.end != SIM_HUNG) || run->verdict == RUN_SKIPPED)
        print_unmet("\nNo verdict", run);
    else if (run->verdict == RUN_FAILED)
        print_unmet("\nNot as expected", run);
    else if (scenario->expect.outcome == EXPECT_ANY && scenario->expect.diagnoses[0][0] == 0)
        printf("\nPassed: the scenario expects no outcome. To check one, add outcome = survived, "
               "process_crash or stop to [expect].\n");
    else
        print_as_expected(&run->result);
}

static void print_verdict(const struct options *options, const struct scenario *scenario,
                          const struct run *run)
{
    static const char verb[] = "exifsim run ";

    if (options->verbose)
        print_questions(run);
    if (run->surprises[0] != 0)
        printf("Surprises %s\n", run->surprises);
    if (options->verbose)
        print_surprises(run);
    fputs(run->failed_surprises, stdout);
    print_judgement(options, scenario, run);
    if (run->hung && run->verdict != RUN_PASSED) {
        printf("\nThreads when the run was ended\n");
        report_threads(stdout, run->world, run->hung_frame);
        printf("\n");
    }
    printf("Again: %s\n", run->repro);
    if (strcmp(scenario->path, "-") == 0)
        printf("       (give it the same scenario, or keep the run: exifsim run - -o FILE)\n");
    if (strlen(run->repro) > LONG_LINE)
        printf("       (shorter: exifsim run ... -o FILE, then exifsim replay FILE)\n");
    if (scenario->expect.diagnoses[0][0] != 0 && strncmp(run->repro, verb, strlen(verb)) == 0)
        printf("Why:   exifsim explain %s\n", run->repro + strlen(verb));
}

static void print_run(const struct options *options, const struct scenario *scenario,
                      struct run *run)
{
    struct report report = { .out = stdout,
                             .color = options->color,
                             .world = run->world,
                             .scenario = scenario,
                             .result = &run->result,
                             .seed = run->seed,
                             .host_us = run->host_us };
    char view[RUN_REPRO_CHARS];

    if (run->broken) {
        print_unmet("\nBroken", run);
        return;
    }
    run_view(&options->run, options->paths[0], run->seed, run->surprises, view);
    report.view = options->verbose ? view : NULL;
    if (run->result.stop.stopped)
        report_stop_screen(&report);
    report_story(&report);
    report_verifier(&report);
    if (run->result.stop.stopped)
        report_analysis(&report);
    report_guests(&report);
    report_console(&report);
    report_event_log(&report);
    if (options->verbose && !run->hung && !run->interrupted) /* Such a run would not end again. */
        print_last_records(options, scenario, run);
    report_figures(&report);
    print_verdict(options, scenario, run);
}

/* ---- Verbs ----------------------------------------------------------------------------------- */

/* Counts of the summary, by verdict. */
struct counts {
    uint32_t verdicts[RUN_SKIPPED + 1];
};

static int tell_run(const struct options *options, const struct scenario *scenario, uint64_t seed,
                    struct outputs *outputs, struct counts *counts)
{
    bool telling = options->format == FORMAT_HUMAN && !options->quiet;
    struct run_options run_options = options->run;
    struct drive drive = { .options = options, .scenario = scenario };
    struct run *run;
    int code;

    if (telling) {
        report_title(stdout, scenario, seed);
        fflush(stdout);
    }
    run_options.signal = interrupt_flag();
    progress_begin(&drive.progress, !options->quiet);
    run = run_once(&run_options, scenario, seed, run_to_end, &drive);
    if (run == NULL) {
        counts->verdicts[RUN_FAILED]++;
        return cli_no_memory();
    }
    progress_end(&drive.progress);
    if (options->run.replay)
        finding_replayed(run, scenario);
    if (telling)
        print_run(options, scenario, run);
    else if (options->format == FORMAT_HUMAN)
        cli_print_line(options, scenario, run);
    if (!telling)
        fputs(run->failed_surprises, stderr);
    cli_collect(outputs, options, scenario, run);
    counts->verdicts[run->verdict]++;
    code = cli_code_of(options, run);
    if (options->given & OPTION_BIT(BREAK_AT) && options->break_at >= run->result.records)
        fprintf(stderr, "exifsim: record %" PRIu64 " was not reached: the run has %" PRIu64 "\n",
                options->break_at, run->result.records);
    if ((run->interrupted || run->hung || run->broken) && options->out != NULL)
        fprintf(stderr, "exifsim: %s was not written: the run was not made to its end\n",
                options->out);
    else if (options->out != NULL && !write_capsule(options, scenario, run))
        code = exit_worse(code, EXIT_USAGE);
    if (drive.unwritten)
        code = exit_worse(code, EXIT_USAGE);
    run_free(run);
    return code;
}

/* Tells when a capsule is none, or made by another exifsim. */
static bool is_capsule(const struct scenario *scenario, const char *path)
{
    if (!scenario->has_fingerprint)
        fprintf(stderr,
                "%s:1:1: no fingerprint (expected a capsule: [replay] with fingerprint = 16 "
                "hexadecimal digits)\n",
                path);
    else if (scenario->build[0] != 0 && strcmp(scenario->build, run_build()) != 0)
        fprintf(stderr, "%s: made by exifsim %s, replayed by exifsim %s\n", path, scenario->build,
                run_build());
    return scenario->has_fingerprint;
}

/* Runs one scenario with one seed and prints the whole report. */
static int tell_one(const struct options *options, const char *path, struct outputs *outputs,
                    struct counts *counts)
{
    char error[RUN_ERROR_CHARS];
    struct scenario *scenario;
    int code;

    if (interrupt_came()) {
        outputs_skip(outputs, path, NULL, "interrupted");
        counts->verdicts[RUN_SKIPPED]++;
        return EXIT_INCONCLUSIVE;
    }
    scenario = run_load(&options->run, path, error);
    if (scenario == NULL || (options->run.replay && !is_capsule(scenario, path))) {
        if (scenario != NULL)
            snprintf(error, sizeof error, "%.200s:1:1: no capsule", path);
        free(scenario);
        outputs_error(outputs, path, error);
        counts->verdicts[RUN_FAILED]++;
        return EXIT_USAGE;
    }
    code = tell_run(options, scenario, run_seed(&options->run, scenario), outputs, counts);
    free(scenario);
    return code;
}

int verb_run(const struct options *options)
{
    struct counts counts = { { 0 } };
    struct outputs *outputs;
    int code = EXIT_MET;

    if (options->runs > 1)
        return cli_run_many(options);
    interrupt_watch();
    outputs = outputs_new();
    for (uint32_t i = 0; i < options->path_count; i++)
        code = exit_worse(code, tell_one(options, options->paths[i], outputs, &counts));
    if (!cli_finish_outputs(options, outputs))
        code = exit_worse(code, EXIT_USAGE);
    if (options->format == FORMAT_HUMAN)
        printf("%u passed, %u failed, %u skipped\n", counts.verdicts[RUN_PASSED],
               counts.verdicts[RUN_FAILED], counts.verdicts[RUN_SKIPPED]);
    return code;
}

int verb_replay(const struct options *options) { return verb_run(options); }
