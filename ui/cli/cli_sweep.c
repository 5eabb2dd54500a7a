/* cli_sweep.c - exifsim sweep: does a plan's runs into a database and prints a summary. */
#include "ui/campaign/runner.h"
#include "ui/campaign/stats.h"
#include "ui/campaign/bounds.h"
#include "ui/cli/cli_json.h"
#include "ui/host/memory_file.h"
#include "ui/host/xml.h"
#include "ui/host/programs.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct sweep {
    const struct options *options;
    struct plan *plan;
    struct results *results;
    struct runner_report report;
    uint64_t crashed, findings; /* Runs at the plan's points, in the database. */
    bool guests;                /* Code from outside runs: a run without an outcome is its doing. */
    json_t *points, *said;      /* JSON: points, and runs that violate a check; NULL: none. */
};

/* ---- Lines that repeat a run ----------------------------------------------------------------- */

/* True if a --set such as "load.smtp.rate=..." sets an axis or a key of [sweep]: a single run needs
 * neither. */
static bool belongs_to_sweep(const struct plan *plan, const char *set)
{
    char name[128];

    snprintf(name, sizeof name, "%.*s", (int)MIN_OF(strcspn(set, "="), sizeof name - 1), set);
    for (size_t end = strlen(name); end > 0 && name[end - 1] == ' '; end--)
        name[end - 1] = 0;
    for (char *at = name; *at != 0; at++)
        *at = *at == ' ' ? '.' : *at;
    for (uint32_t a = 0; a < plan->axis_count; a++)
        if (strcmp(plan->axes[a].name, name) == 0)
            return true;
    return strncmp(name, "sweep.", 6) == 0;
}

/* Writes the line that repeats one run. Called from any thread. */
static void repro(void *context, const struct plan_point *point, uint64_t seed, char *out)
{
    const struct sweep *sweep = context;
    const struct plan *plan = sweep->plan;
    struct run_options one = { .trust = sweep->options->run.trust };
    char(*words)[SCENARIO_PATH] = calloc(PLAN_AXES_MAX, sizeof *words), line[RUN_REPRO_CHARS];

    CHECK(words != NULL);
    for (uint32_t i = 0; i < sweep->options->run.set_count; i++)
        if (!belongs_to_sweep(plan, sweep->options->run.sets[i]))
            one.sets[one.set_count++] = sweep->options->run.sets[i];
    for (uint32_t a = 0; a < plan->axis_count; a++) {
        snprintf(words[a], sizeof words[a], "%s=%s", plan->axes[a].name,
                 plan_value(plan, point, a));
        one.sets[one.set_count++] = words[a];
    }
    run_repro(&one, plan->path, seed, "", line);
    if (snprintf(out, RESULTS_REPRO_CHARS, "%s", line) >= RESULTS_REPRO_CHARS)
        snprintf(out, RESULTS_REPRO_CHARS, "# %zu characters, too many for the database",
                 strlen(line));
    free(words);
}

/* Writes the command that resumes the sweep. Budgets are left out: they hold for one command. */
static void resume_line(const struct sweep *sweep, char line[RUN_REPRO_CHARS])
{
    const struct options *o = sweep->options;
    char number[32];

    snprintf(line, RUN_REPRO_CHARS, "exifsim sweep");
    run_add_word(line, o->paths[0]);
    for (uint32_t i = 0; i < o->run.set_count; i++) {
        run_add_word(line, "--set");
        run_add_word(line, o->run.sets[i]);
    }
    if (o->run.trust)
        run_add_word(line, "--trust");
    if (o->run.has_seed) {
        snprintf(number, sizeof number, "%" PRIu64, o->run.seed);
        run_add_word(line, "--seed");
        run_add_word(line, number);
    }
    if (o->given & OPTION_BIT(RUNS)) {
        snprintf(number, sizeof number, "-n%u", o->runs);
        run_add_word(line, number);
    }
    if (o->given & OPTION_BIT(JOBS)) {
        snprintf(number, sizeof number, "-j%u", o->jobs);
        run_add_word(line, number);
    }
    if (o->until_ci > 0) {
        snprintf(number, sizeof number, "--until-ci=%g", o->until_ci);
        run_add_word(line, number);
    }
    run_add_word(line, "-o");
    run_add_word(line, o->out);
    run_add_word(line, "--resume");
}

static void print_resume(const struct sweep *sweep)
{
    char line[RUN_REPRO_CHARS];

    resume_line(sweep, line);
    printf("Go on: %s\n", line);
}

/* What runs without an outcome did. */
static const char *without_outcome(const struct sweep *sweep)
{
    return sweep->guests ? "hung or were destroyed by a guest" : "broke the simulator";
}

/* ---- Summary --------------------------------------------------------------------------------- */

struct point_told {
    struct result_counts counts;
    uint64_t host_us, findings;
    json_t *said; /* Runs that violate a check, the first of each point; NULL: print them. */
    /* Message and line of the first run without an outcome. */
    char message[RESULTS_ERROR_CHARS], repro[RESULTS_REPRO_CHARS];
};

static void tell_finding(const struct point_told *told, const struct result_run *run)
{
    json_t *object;

    if (told->said == NULL) {
        printf("%s\n     Again: %s\n", run->message, run->repro);
        return;
    }
    object = json_object();
    json_object_set_new(object, "message", cli_json_text(run->message));
    json_object_set_new(object, "repro", cli_json_text(run->repro));
    json_array_append_new(told->said, object);
}

static bool take_run(void *context, const struct result_run *run)
{
    struct point_told *told = context;

    told->host_us += run->host_us;
    told->counts.done += run->status == RUN_DONE;
    told->counts.stopped += run->status == RUN_DONE && run->stopped;
    if (run->status == RUN_DONE && run->message[0] != 0 && told->findings++ == 0)
        tell_finding(told, run);
    if (run->status == RUN_CRASHED && told->counts.crashed++ == 0) {
        snprintf(told->message, sizeof told->message, "%s", run->message);
        snprintf(told->repro, sizeof told->repro, "%s", run->repro);
    }
    return true;
}

static void junit_point(FILE *out, const struct sweep *sweep, const struct plan_point *point,
                        const struct point_told *told)
{
    struct stats_interval p = stats_wilson(told->counts.stopped, told->counts.done);
    uint64_t there = told->counts.done + told->counts.crashed;
    char text[96];

    fputs("    <testcase", out);
    xml_attribute(out, "classname", sweep->plan->path);
    xml_attribute(out, "name", point->label);
    fprintf(out, " time=\"%" PRIu64 ".%06" PRIu64 "\">\n      <properties>\n",
            told->host_us / 1000000, told->host_us % 1000000);
    snprintf(text, sizeof text, "%" PRIu64, told->counts.done);
    xml_property(out, "runs", text);
    snprintf(text, sizeof text, "%" PRIu64, told->counts.stopped);
    xml_property(out, "stopped", text);
    stats_format(p, text, sizeof text);
    xml_property(out, "p_stop", text);
    snprintf(text, sizeof text, "%.4f..%.4f", p.low, p.high);
    xml_property(out, "p_stop_wilson_95", text);
    fputs("      </properties>\n", out);
    if (told->counts.crashed > 0) {
        fputs("      <error", out);
        xml_attribute(out, "message", told->message);
        fputs(">", out);
        xml_text(out, told->repro);
        fputs("</error>\n", out);
    } else if (there < sweep->plan->replicas) {
        snprintf(text, sizeof text, "%" PRIu64 " of %u runs are done", there,
                 sweep->plan->replicas);
        fputs("      <skipped", out);
        xml_attribute(out, "message", text);
        fputs("/>\n", out);
    }
    fputs("    </testcase>\n", out);
}

/* Says who compares [expect] with the runs; "": nobody has to, because it is empty. A sweep does
 * not: one point of a curve may stop, another may not. */
static void say_expectations(const struct sweep *sweep, char *out, size_t size)
{
    struct scenario *scenario = malloc(sizeof *scenario);
    char curve[BOUNDS_CHARS];

    CHECK(scenario != NULL);
    out[0] = 0;
    bounds_of(sweep->plan->ini, curve);
    plan_scenario(sweep->plan, &sweep->plan->points[0], scenario);
    if (curve[0] != 0)
        snprintf(out, size, "[expect] curve is checked by: exifsim curve %s", sweep->options->out);
    else if (scenario_expects(scenario))
        snprintf(out, size,
                 "[expect] is not compared with the runs of a sweep: [expect] curve = ... "
                 "bounds a curve, and exifsim curve checks it");
    free(scenario);
}

static bool write_junit(const struct sweep *sweep, const struct point_told *told)
{
    char *text = NULL;
    size_t length = 0;
    char expectations[SCENARIO_PATH + 80];
    uint32_t errors = 0, skipped = 0;
    FILE *out = memory_file_open(&text, &length);
    bool good;

    CHECK(out != NULL);
    for (uint32_t i = 0; i < sweep->plan->point_count; i++) {
        errors += told[i].counts.crashed > 0;
        skipped += told[i].counts.crashed == 0 && told[i].counts.done < sweep->plan->replicas;
    }
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"exifsim\" tests=\"%u\" "
            "failures=\"0\" errors=\"%u\" skipped=\"%u\">\n"
            "  <testsuite",
            sweep->plan->point_count, errors, skipped);
    xml_attribute(out, "name", sweep->plan->name);
    fprintf(out, " tests=\"%u\" failures=\"0\" errors=\"%u\" skipped=\"%u\">\n",
            sweep->plan->point_count, errors, skipped);
    say_expectations(sweep, expectations, sizeof expectations);
    if (expectations[0] != 0) {
        fputs("    <properties>\n", out);
        xml_property(out, "expectations", expectations);
        fputs("    </properties>\n", out);
    }
    for (uint32_t i = 0; i < sweep->plan->point_count; i++)
        junit_point(out, sweep, &sweep->plan->points[i], &told[i]);
    fputs("  </testsuite>\n</testsuites>\n", out);
    memory_file_close(out);
    good = cli_write(sweep->options->junit, text, length);
    free(text);
    return good;
}

static void print_points(const struct sweep *sweep, const struct point_told *told)
{
    int width = 5;

    for (uint32_t i = 0; i < sweep->plan->point_count; i++)
        width = MAX_OF(width, (int)strlen(sweep->plan->points[i].label));
    printf("%-*s  %6s  %7s  P(stop)\n", width, "point", "runs", "stopped");
    for (uint32_t i = 0; i < sweep->plan->point_count; i++) {
        const struct result_counts *counts = &told[i].counts;
        struct stats_interval p = stats_wilson(counts->stopped, counts->done);
        char text[32];

        stats_format(p, text, sizeof text);
        printf("%-*s  %6" PRIu64 "  %7" PRIu64 "  %s (%.2f..%.2f)", width,
               sweep->plan->points[i].label, counts->done, counts->stopped, text, p.low, p.high);
        if (counts->crashed > 0)
            printf("  %" PRIu64 " %s", counts->crashed, without_outcome(sweep));
        printf("\n");
    }
}

static void json_points(const struct sweep *sweep, const struct point_told *told)
{
    for (uint32_t i = 0; i < sweep->plan->point_count; i++) {
        const struct result_counts *counts = &told[i].counts;
        json_t *point = json_object();

        json_object_set_new(point, "label", cli_json_text(sweep->plan->points[i].label));
        json_object_set_new(point, "runs", cli_json_count(counts->done));
        json_object_set_new(point, "stopped", cli_json_count(counts->stopped));
        json_object_set_new(point, "p_stop",
                            cli_json_interval(stats_wilson(counts->stopped, counts->done)));
        json_object_set_new(point, "simulator_crashes", cli_json_count(counts->crashed));
        json_object_set_new(point, "findings", cli_json_count(told[i].findings));
        json_array_append_new(sweep->points, point);
    }
}

/* Prints what the database holds for each of the plan's points. False: error says why. */
static bool tell_points(struct sweep *sweep, char error[RESULTS_ERROR_CHARS])
{
    uint32_t count = sweep->plan->point_count, there = 0;
    struct point_told *told = calloc(count, sizeof *told);
    struct result_point *points = NULL;
    bool good = results_points(sweep->results, &points, &there, error);

    CHECK(told != NULL);
    for (uint32_t i = 0; i < count; i++)
        told[i].said = sweep->said;
    for (uint32_t i = 0; i < count && good; i++)
        for (uint32_t p = 0; p < there && good; p++)
            if (points[p].position == i &&
                strcmp(points[p].label, sweep->plan->points[i].label) == 0)
                good = results_runs(sweep->results, points[p].id, take_run, &told[i], error);
    results_points_free(points, there);
    for (uint32_t i = 0; i < count && good; i++) {
        sweep->crashed += told[i].counts.crashed;
        sweep->findings += told[i].findings;
    }
    if (good && sweep->points != NULL)
        json_points(sweep, told);
    else if (good && !sweep->options->quiet)
        print_points(sweep, told);
    if (good && sweep->options->junit != NULL && !write_junit(sweep, told))
        good = false;
    free(told);
    return good;
}

static void print_speed(const struct sweep *sweep)
{
    const struct runner_report *report = &sweep->report;
    double seconds = (double)MAX_OF(report->host_us, 1) / 1e6,
           simulated = (double)report->simulated_ns / 1e9;
    uint32_t threads = (uint32_t)MIN_OF(MAX_OF(report->runs, 1), report->threads);

    printf("%" PRIu64 " runs in %.1f s, %" PRIu64 " were there", report->runs, seconds,
           report->there);
    if (report->runs > 0 && report->threads > 0)
        printf("; %.1f runs/s, %.0f simulated s/s; per core (%u) %.1f runs/s, %.0f simulated s/s",
               (double)report->runs / seconds, simulated / seconds, threads,
               (double)report->runs / seconds / threads, simulated / seconds / threads);
    printf("\n");
}

static const char *const ends[] = { "complete", "interrupted", "a budget ran out" };

static void print_end(const struct sweep *sweep)
{
    char expectations[SCENARIO_PATH + 80];

    print_speed(sweep);
    printf("%s: %s, %" PRIu64 " runs to go\n", sweep->options->out, ends[sweep->report.end],
           sweep->report.missing);
    say_expectations(sweep, expectations, sizeof expectations);
    if (expectations[0] != 0 && !sweep->options->quiet)
        printf("%s\n", expectations);
    if (sweep->crashed > 0)
        printf("%" PRIu64 " runs %s; `exifsim export` shows each with its line\n", sweep->crashed,
               without_outcome(sweep));
    if (sweep->findings > 0)
        printf("%" PRIu64 " runs violate a check; `exifsim export` shows each with its line\n",
               sweep->findings);
    if (sweep->report.hung > 0)
        printf("%" PRIu64 " runs hung: --timeout ended them, and they are not in the database\n"
               "Again: %s\n",
               sweep->report.hung, sweep->report.first_hung);
    if (sweep->report.first_crash[0] != 0)
        printf("Again: %s\n", sweep->report.first_crash);
    if (sweep->report.end != RUNNER_COMPLETE)
        print_resume(sweep);
}

static void json_end(const struct sweep *sweep, const char *error)
{
    static const char *const words[] = { "complete", "interrupted", "budget", "different",
                                         "failed" };
    const struct runner_report *report = &sweep->report;
    json_t *document = cli_json_new("sweep"), *errors = json_array();
    char line[RUN_REPRO_CHARS], expectations[SCENARIO_PATH + 80];

    if (error[0] != 0)
        cli_json_errors(errors, error);
    resume_line(sweep, line);
    say_expectations(sweep, expectations, sizeof expectations);
    json_object_set_new(document, "scenario", cli_json_text(sweep->plan->path));
    json_object_set_new(document, "name", cli_json_text(sweep->plan->name));
    json_object_set_new(document, "database", cli_json_text(sweep->options->out));
    json_object_set_new(document, "end", json_string(words[report->end]));
    json_object_set_new(document, "runs", cli_json_count(report->runs));
    json_object_set_new(document, "runs_there", cli_json_count(report->there));
    json_object_set_new(document, "runs_missing", cli_json_count(report->missing));
    json_object_set_new(document, "threads", cli_json_count(report->threads));
    json_object_set_new(document, "host_us", cli_json_count(report->host_us));
    json_object_set_new(document, "simulated_ns", cli_json_count(report->simulated_ns));
    json_object_set_new(document, "points", sweep->points);
    json_object_set_new(document, "findings", sweep->said);
    json_object_set_new(document, "first_crash",
                        report->first_crash[0] != 0 ? cli_json_text(report->first_crash)
                                                    : json_null());
    json_object_set_new(document, "runs_hung", cli_json_count(report->hung));
    json_object_set_new(document, "first_hung",
                        report->hung > 0 ? cli_json_text(report->first_hung) : json_null());
    json_object_set_new(document, "expectations", cli_json_text(expectations));
    json_object_set_new(document, "resume",
                        report->end != RUNNER_COMPLETE ? cli_json_text(line) : json_null());
    json_object_set_new(document, "errors", errors);
    cli_json_print(document);
}

/* Prints what became of the sweep and returns its exit code. */
static int tell_end(struct sweep *sweep)
{
    bool failed = sweep->report.end == RUNNER_DIFFERENT || sweep->report.end == RUNNER_FAILED;
    char error[RESULTS_ERROR_CHARS] = "";
    int code = EXIT_MET;

    if (failed) {
        snprintf(error, sizeof error, "%s", sweep->report.error);
        code = sweep->report.end == RUNNER_DIFFERENT ? EXIT_DIFFERENT : EXIT_USAGE;
    } else if (!tell_points(sweep, error)) {
        code = EXIT_USAGE;
    }
    if (error[0] != 0)
        fprintf(stderr, "exifsim: %s\n", error);
    if (sweep->points != NULL)
        json_end(sweep, error);
    else if (!failed)
        print_end(sweep);
    else if (sweep->report.end == RUNNER_FAILED && sweep->report.threads > 0)
        print_resume(sweep);
    if (failed)
        return code;
    if (sweep->crashed > 0)
        code = exit_worse(code, sweep->guests ? EXIT_FINDING : EXIT_INTERNAL);
    if (sweep->findings > 0)
        code = exit_worse(code, EXIT_FINDING);
    return sweep->report.end == RUNNER_COMPLETE ? code : exit_worse(code, EXIT_INCONCLUSIVE);
}

/* ---- The verb -------------------------------------------------------------------------------- */

static uint32_t jobs_of(const struct options *options)
{
    if ((options->given & OPTION_BIT(JOBS)))
        return options->jobs;
    return MIN_OF(program_processors(), 256u);
}

static void run_sweep(struct sweep *sweep)
{
    const struct options *options = sweep->options;
    struct runner_settings settings = {
        .plan = sweep->plan,
        .results = sweep->results,
        .database = options->out,
        .jobs = jobs_of(options),
        .until_ci = options->until_ci,
        .budget_runs = options->budget_runs,
        .budget_us = options->budget_time / 1000,
        .timeout_ns = options->run.timeout_ns,
        .progress = !options->quiet,
        .repro = repro,
        .context = sweep,
    };

    runner_run(&settings, &sweep->report);
}

static bool has_guests(struct plan *plan)
{
    struct scenario *scenario = malloc(sizeof *scenario);
    bool guests;

    CHECK(scenario != NULL);
    plan_scenario(plan, &plan->points[0], scenario);
    guests = scenario->guest_count > 0;
    free(scenario);
    return guests;
}

int verb_sweep(const struct options *options)
{
    struct sweep sweep = { .options = options };
    char error[RESULTS_ERROR_CHARS + 1];
    int code;

    sweep.plan = cli_json_plan(options);
    if (sweep.plan == NULL)
        return EXIT_USAGE;
    sweep.guests = has_guests(sweep.plan);
    sweep.plan->shard = options->shard.number;
    sweep.plan->shards = options->shard.of;
    if (options->run.set_count + sweep.plan->axis_count > RUN_SETS_MAX) {
        snprintf(error, sizeof error, "%u times --set (expected at most %u beside %u axes)\n",
                 options->run.set_count, RUN_SETS_MAX - sweep.plan->axis_count,
                 sweep.plan->axis_count);
        plan_free(sweep.plan);
        return cli_json_refuse(options, "exifsim: ", error);
    }
    sweep.results =
        results_open(options->out, options->resume ? RESULTS_RESUME : RESULTS_NEW, error);
    if (sweep.results == NULL) {
        strcat(error, "\n");
        plan_free(sweep.plan);
        return cli_json_refuse(options, "exifsim: ", error);
    }
    if (options->format == FORMAT_JSON) {
        sweep.points = json_array();
        sweep.said = json_array();
    } else if (!options->quiet)
        printf("%s: %u points, %u replicas each\n", sweep.plan->name, sweep.plan->point_count,
               sweep.plan->replicas);
    fflush(stdout);
    run_sweep(&sweep);
    code = tell_end(&sweep);
    results_close(sweep.results);
    plan_free(sweep.plan);
    return code;
}
