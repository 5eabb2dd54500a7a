/* cli_run.c - one run, many runs of one scenario, and what is printed of them. */
#include "ui/cli/cli.h"
#include "ui/cli/pool.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PROGRESS_SLICE_S = 5, PROGRESS_MS = 120 };

static const char *const choice_names[] = {
#define CHOICE(name, text) #name,
#include "model/choices.def"
#undef CHOICE
};

static uint64_t host_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* ---- One run ------------------------------------------------------------------------------------------------------- */

static void show_progress(struct world *world, const struct scenario *scenario, uint64_t started)
{
    const struct sim *sim = world_sim(world);
    uint64_t host = MAX_OF(host_us() - started, 1), seconds = sim->now / SEC(1), all = MAX_OF(scenario->duration / SEC(1), 1);

    fprintf(stderr, "\r%3" PRIu64 "%%  %" PRIu64 " of %" PRIu64 " simulated s, %" PRIu64 " records, %" PRIu64 " simulated s/s \033[K",
            seconds * 100 / all, seconds, all, sim->trace.count, sim->now / US(1) / host);
    fflush(stderr);
}

static void run_to_end(struct world *world, const struct scenario *scenario, bool progress)
{
    uint64_t started = host_us(), shown = started;

    for (sim_time until = SEC(PROGRESS_SLICE_S); progress && world_run(world, until) == SIM_GOING; until += SEC(PROGRESS_SLICE_S)) {
        if (host_us() - shown < PROGRESS_MS * 1000)
            continue;
        show_progress(world, scenario, started);
        shown = host_us();
    }
    world_run(world, SIM_NEVER);
    if (shown != started)
        fprintf(stderr, "\r\033[K");
}

/* The same again, and once more from a snapshot midway: one fingerprint or none. */
static bool same_again(const struct scenario *scenario, uint64_t seed, uint64_t fingerprint, sim_time middle)
{
    struct world *world = world_new(scenario, seed);
    struct snapshot *snapshot;
    bool same;

    if (world == NULL)
        return false;
    world_run(world, middle);
    snapshot = world_snapshot(world);
    world_run(world, SIM_NEVER);
    same = world_result(world)->fingerprint == fingerprint;
    if (snapshot != NULL) {
        world_restore(world, snapshot);
        world_run(world, SIM_NEVER);
        same = same && world_result(world)->fingerprint == fingerprint;
        snapshot_free(snapshot);
    }
    world_free(world);
    return same;
}

bool cli_run_once(const struct options *options, const struct scenario *scenario, uint64_t seed, bool progress, struct cli_run *run)
{
    uint64_t started = host_us();

    memset(run, 0, sizeof *run);
    run->seed = seed;
    cli_repro(options, scenario, seed, options->surprises ? options->surprises : "", run->repro, sizeof run->repro);
    check_repro(run->repro);
    run->world = world_new(scenario, seed);
    if (run->world == NULL) {
        fprintf(stderr, "exifsim: no memory for a world of %zu MiB\n", ARENA_BYTES >> 20);
        return false;
    }
    run_to_end(run->world, scenario, progress);
    run->host_us = host_us() - started;
    run->result = *world_result(run->world);
    choices_print(&world_sim(run->world)->choices, choice_names, run->surprises, sizeof run->surprises);
    cli_repro(options, scenario, seed, run->surprises, run->repro, sizeof run->repro);
    run->met = world_expected(scenario, &run->result, run->why, sizeof run->why);
    run->same = !options->verify || same_again(scenario, seed, run->result.fingerprint, run->result.simulated / 2);
    if (scenario->has_fingerprint && scenario->fingerprint != run->result.fingerprint)
        run->same = false;
    check_repro(NULL);
    return true;
}

/* ---- Capsules --------------------------------------------------------------------------------------------------------- */

/* "--set load.smtp.rate=100/s" as it stands in a file. */
static void write_set(FILE *out, const char *assignment)
{
    const char *equals = strchr(assignment, '='), *dot = equals;

    while (dot > assignment && *dot != '.')
        dot--;
    fputs("\n[", out);
    for (const char *at = assignment; at < dot; at++)
        fputc(*at == '.' ? ' ' : *at, out);
    fprintf(out, "]\n%.*s = %s\n", (int)(equals - dot - 1), dot + 1, equals + 1);
}

/* A scenario that extends the one that was run, with its seed, its surprises and what it must come to. */
static bool write_capsule(const struct options *options, const struct scenario *scenario, const struct cli_run *run)
{
    char temporary[4096], *absolute = realpath(scenario->path, NULL);
    FILE *out;
    bool good;

    snprintf(temporary, sizeof temporary, "%s.%ld.tmp", options->out, (long)getpid());
    out = fopen(temporary, "w");
    if (out == NULL) {
        fprintf(stderr, "exifsim: %s: %s\n", options->out, strerror(errno));
        free(absolute);
        return false;
    }
    fprintf(out, "# A capsule: this run, again. exifsim replay %s\n[scenario]\nextends = %s\nseed = %" PRIu64 "\n", options->out,
            absolute ? absolute : scenario->path, run->seed);
    for (uint32_t i = 0; i < options->set_count; i++)
        write_set(out, options->sets[i]);
    fprintf(out, "\n[replay]\nfingerprint = %016" PRIx64 "\n", run->result.fingerprint);
    if (run->surprises[0] != 0)
        fprintf(out, "surprises = %s\n", run->surprises);
    free(absolute);
    good = !ferror(out);
    good = fclose(out) == 0 && good && rename(temporary, options->out) == 0;
    if (!good) {
        fprintf(stderr, "exifsim: %s: %s\n", options->out, strerror(errno));
        remove(temporary);
    }
    return good;
}

/* ---- What is printed ---------------------------------------------------------------------------------------------------- */

static void print_run(const struct options *options, const struct scenario *scenario, struct cli_run *run)
{
    struct report report = { .out = stdout, .color = options->color, .world = run->world, .scenario = scenario, .result = &run->result,
                             .seed = run->seed, .host_us = run->host_us };

    if (!options->quiet) {
        if (run->result.stop.stopped)
            report_stop_screen(&report);
        report_story(&report);
        if (run->result.stop.stopped)
            report_analysis(&report);
        report_event_log(&report);
        report_figures(&report);
    }
    if (run->surprises[0] != 0)
        printf("Surprises %s\n", run->surprises);
    if (!run->met)
        printf("\nNot as expected: %s.\n", run->why);
    else
        printf("\n%s\n", scenario->expect.outcome == EXPECT_ANY ? "The scenario expects nothing in particular." : "As expected.");
    if (options->verify)
        printf("Verified: %s.\n", run->same ? "the same fingerprint again, and from a snapshot midway" : "NOT the same fingerprint");
    printf("Again: %s\n", run->repro);
}

static int code_of(const struct options *options, const struct scenario *scenario, const struct cli_run *run)
{
    (void)scenario;
    if (!run->same)
        return EXIT_DIFFERENT;
    if (run->met)
        return EXIT_MET;
    return options->has_until || run->result.end == SIM_BUDGET ? EXIT_INCONCLUSIVE : EXIT_FINDING;
}

static int worse(int one, int other)
{
    return one > other ? one : other;
}

static void collect(struct outputs *outputs, const struct scenario *scenario, struct cli_run *run)
{
    static _Thread_local struct outcome_case one;
    const struct ke_stop *stop = &run->result.stop;
    char rate[24];

    memset(&one, 0, sizeof one);
    one.scenario = scenario;
    one.result = run->result;
    one.seed = run->seed;
    one.host_us = run->host_us;
    one.met = run->met && run->same;
    report_rate(scenario->load.rate_milli, rate, sizeof rate);
    snprintf(one.label, sizeof one.label, "rate=%s,seed=%" PRIu64, rate, run->seed);
    snprintf(one.why, sizeof one.why, "%s", run->met ? "fingerprints differ" : run->why);
    snprintf(one.repro, sizeof one.repro, "%s", run->repro);
    snprintf(one.surprises, sizeof one.surprises, "%s", run->surprises);
    if (stop->stopped) {
        snprintf(one.owner, sizeof one.owner, "%s", stop->owner->name);
        snprintf(one.current, sizeof one.current, "%s", stop->current->name);
        for (int i = 0; i < 2; i++)
            if (stop->arg_process[i] != NULL)
                snprintf(one.arg_process[i], sizeof one.arg_process[i], "%s", stop->arg_process[i]->name);
        one.frame_count = report_frames(stop, one.frames);
    }
    outputs_add(outputs, &one);
}

/* ---- Many seeds ------------------------------------------------------------------------------------------------------------ */

struct campaign {
    const struct options *options;
    const struct scenario *scenario;
    uint64_t first_seed;
    struct outputs *outputs;
    bool lines;                          /* A line each. */
    int code;
    uint32_t passed, failed;
    uint32_t outcomes[3];
};

static void print_line(const struct campaign *campaign, const struct cli_run *run)
{
    const struct result *r = &run->result;

    printf("%s seed %-8" PRIu64 " %-13s", run->met && run->same ? "pass" : "FAIL", run->seed, outcome_names[r->outcome]);
    if (r->stop.stopped)
        printf(" 0x%08X (0x%08X,0x%08X,0x%08X,0x%08X) at %" PRIu64 " s", r->stop.code, r->stop.args[0], r->stop.args[1],
               r->stop.args[2], r->stop.args[3], r->stop.at / SEC(1));
    else
        printf(" %" PRIu64 " of %" PRIu64 " delivered", r->delivered, r->arrived);
    printf("  %016" PRIx64 "  %s\n", r->fingerprint, campaign->scenario->path);
    if (!run->met)
        printf("     %s\n     %s\n", run->why, run->repro);
    else if (!run->same)
        printf("     another fingerprint\n     %s\n", run->repro);
    fflush(stdout);
}

/* Runs on a worker thread. */
static void *one_seed(void *context, uint32_t index)
{
    const struct campaign *campaign = context;
    struct cli_run *run = malloc(sizeof *run);

    CHECK(run != NULL);
    if (!cli_run_once(campaign->options, campaign->scenario, campaign->first_seed + index, false, run)) {
        free(run);
        return NULL;
    }
    return run;
}

/* In order of index, on the main thread. */
static void one_done(void *context, uint32_t index, void *product)
{
    struct campaign *campaign = context;
    struct cli_run *run = product;

    (void)index;
    if (run == NULL) {
        campaign->code = EXIT_INTERNAL;
        return;
    }
    campaign->code = worse(campaign->code, code_of(campaign->options, campaign->scenario, run));
    campaign->passed += run->met && run->same;
    campaign->failed += !(run->met && run->same);
    campaign->outcomes[run->result.outcome]++;
    if (campaign->lines)
        print_line(campaign, run);
    collect(campaign->outputs, campaign->scenario, run);
    world_free(run->world);
    free(run);
}

static bool finish_outputs(const struct options *options, struct outputs *outputs)
{
    bool good = true;

    if (options->format == FORMAT_JSON)
        outputs_json(outputs, stdout);
    if (options->format == FORMAT_TAP)
        outputs_tap(outputs, stdout);
    if (options->junit != NULL && !outputs_junit(outputs, options->junit)) {
        fprintf(stderr, "exifsim: %s: %s\n", options->junit, strerror(errno));
        good = false;
    }
    outputs_free(outputs);
    return good;
}

/* All files of the command, each with its seeds. The scenarios live until the outputs are written. */
static int run_files(const struct options *options, bool lines)
{
    struct campaign campaign = { .options = options, .outputs = outputs_new(), .lines = lines && options->format == FORMAT_HUMAN };
    struct scenario scenario;

    for (uint32_t i = 0; i < options->path_count; i++) {
        if (!cli_load(options, options->paths[i], &scenario)) {
            campaign.code = worse(campaign.code, EXIT_USAGE);
            campaign.failed++;
            continue;
        }
        campaign.scenario = &scenario;
        campaign.first_seed = cli_seed(options, &scenario);
        if (!options->has_seed && !scenario.has_seed && campaign.lines)
            printf("seed %" PRIu64 " (drawn)\n", campaign.first_seed);
        pool_run(options->jobs, options->runs, one_seed, one_done, &campaign);
    }
    if (!finish_outputs(options, campaign.outputs))
        campaign.code = worse(campaign.code, EXIT_USAGE);
    if (options->runs > 1 && campaign.lines)
        printf("%u survived, %u with a process crash only, %u stopped\n", campaign.outcomes[OUTCOME_SURVIVED],
               campaign.outcomes[OUTCOME_PROCESS_CRASH], campaign.outcomes[OUTCOME_STOP]);
    if (options->format == FORMAT_HUMAN)
        printf("%u passed, %u failed, 0 skipped\n", campaign.passed, campaign.failed);
    return campaign.code;
}

/* ---- Verbs -------------------------------------------------------------------------------------------------------------------- */

int verb_test(const struct options *options)
{
    return run_files(options, true);
}

/* One scenario, one seed: the whole report. */
static int tell_one(const struct options *options, const char *path, struct outputs *outputs)
{
    static struct scenario scenario;
    static struct cli_run run;
    int code;

    if (!cli_load(options, path, &scenario))
        return EXIT_USAGE;
    uint64_t seed = cli_seed(options, &scenario);

    if (options->format == FORMAT_HUMAN) {
        report_title(stdout, &scenario, seed);
        fflush(stdout);
    }
    if (!cli_run_once(options, &scenario, seed, isatty(STDERR_FILENO) && !options->quiet, &run))
        return EXIT_INTERNAL;
    if (options->format == FORMAT_HUMAN)
        print_run(options, &scenario, &run);
    collect(outputs, &scenario, &run);
    code = code_of(options, &scenario, &run);
    if (options->out != NULL && !write_capsule(options, &scenario, &run))
        code = worse(code, EXIT_USAGE);
    world_free(run.world);
    return code;
}

int verb_run(const struct options *options)
{
    struct outputs *outputs;
    uint32_t passed = 0;
    int code = EXIT_MET;

    if (options->runs > 1)
        return run_files(options, true);
    outputs = outputs_new();
    for (uint32_t i = 0; i < options->path_count; i++) {
        int one = tell_one(options, options->paths[i], outputs);

        passed += one == EXIT_MET;
        code = worse(code, one);
    }
    if (!finish_outputs(options, outputs))
        code = worse(code, EXIT_USAGE);
    if (options->format == FORMAT_HUMAN)
        printf("%u passed, %u failed, 0 skipped\n", passed, options->path_count - passed);
    return code;
}

int verb_replay(const struct options *options)
{
    static struct scenario scenario;

    for (uint32_t i = 0; i < options->path_count; i++) {
        if (!cli_load(options, options->paths[i], &scenario))
            return EXIT_USAGE;
        if (!scenario.has_fingerprint) {
            fprintf(stderr, "%s:1:1: read no fingerprint, meant a capsule: [replay] with fingerprint = 16 hexadecimal digits\n",
                    options->paths[i]);
            return EXIT_USAGE;
        }
    }
    return verb_run(options);
}
