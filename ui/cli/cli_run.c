/* cli_run.c - the verbs run, test and replay: one run or many runs, and their output. */
#include "model/words/names.h"
#include "ui/cli/cli.h"
#include "ui/campaign/plan.h"
#include "ui/campaign/pool.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PROGRESS_SLICE_S = 5, PROGRESS_MS = 120 };

static uint64_t host_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* ---- One run --------------------------------------------------------------------------------- */

static void show_progress(struct world *world, const struct scenario *scenario, uint64_t started)
{
    const struct sim *sim = world_sim(world);
    uint64_t host = MAX_OF(host_us() - started, 1), seconds = sim->now / SEC(1),
             all = MAX_OF(scenario->set.duration / SEC(1), 1);

    fprintf(stderr,
            "\r%3" PRIu64 "%%  %" PRIu64 " of %" PRIu64 " simulated s, %" PRIu64
            " records, %" PRIu64 " simulated s/s \033[K",
            seconds * 100 / all, seconds, all, sim->trace.count, sim->now / US(1) / host);
    fflush(stderr);
}

/* How a run is brought to its end: at once, with progress, or with rows of counters. */
struct drive {
    const struct options *options;
    const struct scenario *scenario;
    bool progress, unwritten; /* unwritten: --counters failed, and the error was printed. */
};

static void run_to_end(void *ctx, struct world *world)
{
    struct drive *drive = ctx;
    uint64_t started = host_us(), shown = started;

    if (drive->options->given & OPTION_BIT(BREAK_AT))
        trace_break_at(&world_sim(world)->trace, drive->options->break_at);
    if (drive->options->counters != NULL) {
        drive->unwritten = !cli_counters_run(drive->options, world);
        return;
    }
    for (sim_time until = SEC(PROGRESS_SLICE_S);
         drive->progress && world_run(world, until) == SIM_GOING; until += SEC(PROGRESS_SLICE_S)) {
        if (host_us() - shown < PROGRESS_MS * 1000)
            continue;
        show_progress(world, drive->scenario, started);
        shown = host_us();
    }
    world_run(world, SIM_NEVER);
    if (shown != started)
        fprintf(stderr, "\r\033[K");
}

static bool write_capsule(const struct options *options, const struct scenario *scenario,
                          const struct run *run)
{
    char error[RUN_ERROR_CHARS];
    char *text = run_capsule(&options->run, scenario, run->seed, run->result.fingerprint,
                             run->surprises, error);
    bool good = text != NULL && cli_write(options->out, text, strlen(text));

    if (text == NULL)
        fprintf(stderr, "exifsim: no capsule can say this run: %s\n", error);
    free(text);
    return good;
}

/* ---- What is printed ------------------------------------------------------------------------- */

static bool passed(const struct run *run) { return run->met && run->same; }

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
    world_run(world, run->cut ? options->run.until : SIM_NEVER);
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
    if (r->stop.stopped)
        printf("stop 0x%x%s", (unsigned)r->stop.code, r->crashed ? ", " : "");
    if (r->crashed)
        printf("%s crashed%s", r->victim, r->stop.stopped ? " first" : ", Windows kept running");
    else if (!r->stop.stopped)
        printf("no process crashed, Windows kept running");
    printf(".\n");
}

/* Prints what was not met: one sentence after the head, several on lines of their own. */
static void print_unmet(const char *head, const struct run *run, const char *end)
{
    if (run->unmet.count == 1) {
        printf("%s %s%s.\n", head, run->unmet.texts[0], end);
        return;
    }
    printf("%s\n", head);
    for (uint32_t i = 0; i < run->unmet.count; i++)
        printf("  - %s%s\n", run->unmet.texts[i], i + 1 == run->unmet.count ? end : "");
}

static void print_verdict(const struct options *options, const struct scenario *scenario,
                          const struct run *run)
{
    static const char verb[] = "exifsim run ";
    bool has_a_name = scenario->expect.diagnoses[0][0] != 0;

    if (run->surprises[0] != 0)
        printf("Surprises %s\n", run->surprises);
    if (options->run.verify && run->same)
        printf("Verified: the same fingerprint again, and from a snapshot midway\n");
    if (!run->same)
        print_unmet("\nNot the same run:", run, "");
    else if (!run->met)
        print_unmet("\nNot as expected:", run, run->cut ? "; --until ended the run early" : "");
    else if (scenario->expect.outcome == EXPECT_ANY && !has_a_name)
        printf("\nPassed: the scenario expects no outcome. To check one, add outcome = survived, "
               "process_crash or stop to [expect].\n");
    else
        print_as_expected(&run->result);
    printf("Again: %s\n", run->repro);
    if (has_a_name && strncmp(run->repro, verb, strlen(verb)) == 0)
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

    if (run->result.stop.stopped)
        report_stop_screen(&report);
    report_story(&report);
    if (run->result.stop.stopped)
        report_analysis(&report);
    report_console(&report);
    report_event_log(&report);
    if (options->verbose)
        print_last_records(options, scenario, run);
    report_figures(&report);
    print_verdict(options, scenario, run);
}

/* The exit code of a run. A run that was cut short may still have met its expectations, or have
 * stopped unexpectedly; otherwise it has no verdict. */
static int code_of(const struct run *run)
{
    if (!run->same)
        return EXIT_DIFFERENT;
    if (run->met)
        return EXIT_MET;
    return (run->cut && !run->result.stop.stopped) || run->result.end == SIM_BUDGET
               ? EXIT_INCONCLUSIVE
               : EXIT_FINDING;
}

static void collect(struct outputs *outputs, const struct options *options,
                    const struct scenario *scenario, struct run *run)
{
    struct outcome_case *one = calloc(1, sizeof *one);
    const struct stop *stop = &run->result.stop;
    char rate[24], error[RUN_ERROR_CHARS];
    char *capsule = run_capsule(&options->run, scenario, run->seed, run->result.fingerprint,
                                run->surprises, error);

    CHECK(one != NULL);
    one->scenario = scenario;
    one->result = run->result;
    one->seed = run->seed;
    one->host_us = run->host_us;
    one->met = passed(run);
    report_rate(scenario_rate_milli(scenario), rate, sizeof rate);
    snprintf(one->label, sizeof one->label, "rate=%.*s,seed=%" PRIu64, (int)strcspn(rate, "/"),
             rate, run->seed);
    one->unmet = run->unmet;
    one->repro = run->repro;
    one->surprises = run->surprises;
    one->capsule = capsule != NULL ? capsule : "";
    if (stop->stopped)
        one->frame_count = report_frames(stop, one->frames);
    outputs_add(outputs, one);
    free(one);
    free(capsule);
}

/* ---- Many seeds ------------------------------------------------------------------------------ */

struct campaign {
    const struct options *options;
    const struct scenario *scenario;
    uint64_t first_seed;
    struct outputs *outputs;
    bool lines; /* Print one line for each run. */
    int code;
    uint32_t passed, failed, skipped;
    uint32_t outcomes[3];
    bool progress; /* Show progress on stderr. */
    bool gone;     /* Standard output was closed: the remaining runs are skipped. */
};

static void print_line(const struct scenario *scenario, const struct run *run)
{
    const struct result *r = &run->result;

    printf("%s seed %-8" PRIu64 " %-13s", passed(run) ? "pass" : "FAIL", run->seed,
           outcome_names[r->outcome]);
    if (r->stop.stopped)
        printf(" 0x%08X (0x%08X,0x%08X,0x%08X,0x%08X) at %" PRIu64 " s", r->stop.code,
               r->stop.args[0], r->stop.args[1], r->stop.args[2], r->stop.args[3],
               r->stop.at / SEC(1));
    else
        printf(" %" PRIu64 " of %" PRIu64 " delivered", r->delivered, r->arrived);
    printf("  %016" PRIx64 "  %s\n", r->fingerprint, scenario->path);
    for (uint32_t i = 0; i < run->unmet.count; i++)
        printf("     %s%s\n", run->unmet.texts[i],
               run->same && run->cut && i + 1 == run->unmet.count ? "; --until ended the run early"
                                                                  : "");
    if (!passed(run))
        printf("     %s\n", run->repro);
    fflush(stdout);
}

/* Makes one run, on a worker thread. */
static void *one_seed(void *context, uint32_t index)
{
    const struct campaign *campaign = context;

    return campaign->gone ? NULL
                          : run_once(&campaign->options->run, campaign->scenario,
                                     campaign->first_seed + index, NULL, NULL);
}

/* Handles a finished run: on the main thread, in order of index. */
static void one_done(void *context, uint32_t index, void *product)
{
    struct campaign *campaign = context;
    struct run *run = product;

    if (run == NULL) {
        campaign->code =
            exit_worse(campaign->code, campaign->gone ? EXIT_INCONCLUSIVE : cli_no_memory());
        return;
    }
    campaign->code = exit_worse(campaign->code, code_of(run));
    campaign->passed += passed(run);
    campaign->failed += !passed(run);
    campaign->outcomes[run->result.outcome]++;
    if (campaign->progress)
        fprintf(stderr, "\r\033[K");
    if (campaign->lines && !(campaign->options->quiet && passed(run)))
        print_line(campaign->scenario, run);
    campaign->gone = campaign->lines && ferror(stdout);
    if (campaign->progress && index + 1 < campaign->options->runs)
        fprintf(stderr, "%u of %u runs of %s, %u failed", index + 1, campaign->options->runs,
                campaign->scenario->path, campaign->failed);
    collect(campaign->outputs, campaign->options, campaign->scenario, run);
    run_free(run);
}

/* Prints JSON or TAP to the file of `test --out`, else to standard output. */
static bool print_machine(const struct options *options, const struct outputs *outputs)
{
    bool to_file = options->verb == VERB_TEST, good;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    CHECK(out != NULL);
    if (options->format == FORMAT_JSON)
        outputs_json(outputs, out);
    else
        outputs_tap(outputs, out);
    fclose(out);
    good = cli_write(to_file ? options->out : NULL, text, length);
    free(text);
    return good;
}

static bool finish_outputs(const struct options *options, struct outputs *outputs)
{
    bool good = true;

    if (options->format != FORMAT_HUMAN)
        good = print_machine(options, outputs);
    if (options->junit != NULL) {
        char *text = NULL;
        size_t length = 0;
        FILE *out = open_memstream(&text, &length);

        CHECK(out != NULL);
        outputs_junit(outputs, out);
        fclose(out);
        good = cli_write(options->junit, text, length) && good;
        free(text);
    }
    outputs_free(outputs);
    return good;
}

/* Runs all files of the command line, each with its seeds. */
static int run_files(const struct options *options)
{
    struct campaign campaign = { .options = options,
                                 .outputs = outputs_new(),
                                 .lines = options->format == FORMAT_HUMAN,
                                 .progress = isatty(STDERR_FILENO) && options->runs > 1 };
    char error[RUN_ERROR_CHARS];

    for (uint32_t i = 0; i < options->path_count; i++) {
        if (options->verb == VERB_TEST && plan_is_sweep(options->paths[i], NULL, 0)) {
            campaign.skipped++;
            outputs_skip(campaign.outputs, options->paths[i], "a sweep: exifsim sweep runs it");
            if (campaign.lines)
                printf("skip a sweep: exifsim sweep runs it  %s\n", options->paths[i]);
            continue;
        }
        struct scenario *scenario = run_load(&options->run, options->paths[i], error);

        if (scenario == NULL) {
            campaign.code = exit_worse(campaign.code, EXIT_USAGE);
            campaign.failed++;
            outputs_error(campaign.outputs, options->paths[i], error);
            continue;
        }
        campaign.scenario = scenario;
        campaign.first_seed = run_seed(&options->run, scenario);
        if (!options->run.has_seed && !scenario->has_seed && campaign.lines)
            printf("seed %" PRIu64 " (drawn)\n", campaign.first_seed);
        pool_run(options->jobs, options->runs, one_seed, one_done, &campaign);
        free(scenario);
    }
    if (!finish_outputs(options, campaign.outputs))
        campaign.code = exit_worse(campaign.code, EXIT_USAGE);
    if (options->runs > 1 && campaign.lines)
        printf("%u survived, %u with a process crash only, %u stopped\n",
               campaign.outcomes[OUTCOME_SURVIVED], campaign.outcomes[OUTCOME_PROCESS_CRASH],
               campaign.outcomes[OUTCOME_STOP]);
    if (options->format == FORMAT_HUMAN)
        printf("%u passed, %u failed, %u skipped\n", campaign.passed, campaign.failed,
               campaign.skipped);
    return campaign.code;
}

/* ---- Verbs ----------------------------------------------------------------------------------- */

int verb_test(const struct options *options) { return run_files(options); }

static int tell_run(const struct options *options, const struct scenario *scenario, uint64_t seed,
                    struct outputs *outputs)
{
    bool telling = options->format == FORMAT_HUMAN && !options->quiet;
    struct drive drive = { .options = options,
                           .scenario = scenario,
                           .progress = isatty(STDERR_FILENO) && !options->quiet };
    struct run *run;
    int code;

    if (telling) {
        report_title(stdout, scenario, seed);
        fflush(stdout);
    }
    run = run_once(&options->run, scenario, seed, run_to_end, &drive);
    if (run == NULL)
        return cli_no_memory();
    if (telling)
        print_run(options, scenario, run);
    else if (options->format == FORMAT_HUMAN)
        print_line(scenario, run);
    collect(outputs, options, scenario, run);
    code = code_of(run);
    if (options->given & OPTION_BIT(BREAK_AT) && options->break_at >= run->result.records)
        fprintf(stderr, "exifsim: record %" PRIu64 " was not reached: the run has %" PRIu64 "\n",
                options->break_at, run->result.records);
    if (drive.unwritten || (options->out != NULL && !write_capsule(options, scenario, run)))
        code = exit_worse(code, EXIT_USAGE);
    run_free(run);
    return code;
}

/* Runs one scenario with one seed and prints the whole report. */
static int tell_one(const struct options *options, const char *path, struct outputs *outputs)
{
    char error[RUN_ERROR_CHARS];
    struct scenario *scenario = run_load(&options->run, path, error);
    int code;

    if (scenario == NULL) {
        outputs_error(outputs, path, error);
        return EXIT_USAGE;
    }
    code = tell_run(options, scenario, run_seed(&options->run, scenario), outputs);
    free(scenario);
    return code;
}

int verb_run(const struct options *options)
{
    struct outputs *outputs;
    uint32_t met = 0;
    int code = EXIT_MET;

    if (options->runs > 1)
        return run_files(options);
    outputs = outputs_new();
    for (uint32_t i = 0; i < options->path_count; i++) {
        int one = tell_one(options, options->paths[i], outputs);

        met += one == EXIT_MET;
        code = exit_worse(code, one);
    }
    if (!finish_outputs(options, outputs))
        code = exit_worse(code, EXIT_USAGE);
    if (options->format == FORMAT_HUMAN)
        printf("%u passed, %u failed, 0 skipped\n", met, options->path_count - met);
    return code;
}

static bool is_capsule(const struct options *options, const char *path)
{
    char error[RUN_ERROR_CHARS];
    struct scenario *scenario = run_load(&options->run, path, error);
    bool good = scenario != NULL && scenario->has_fingerprint;

    if (scenario != NULL && !good)
        fprintf(stderr,
                "%s:1:1: no fingerprint (expected a capsule: [replay] with fingerprint = 16 "
                "hexadecimal digits)\n",
                path);
    free(scenario);
    return good;
}

int verb_replay(const struct options *options)
{
    for (uint32_t i = 0; i < options->path_count; i++)
        if (!is_capsule(options, options->paths[i]))
            return EXIT_USAGE;
    return verb_run(options);
}
