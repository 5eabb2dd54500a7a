/* cli_curve.c - the verbs curve (table, comparisons, bounds and pictures of a campaign) and rare
 * (stops too rare for a campaign). */
#include "ui/campaign/bounds.h"
#include "ui/campaign/curve.h"
#include "ui/campaign/split.h"
#include "ui/cli/cli_json.h"
#include "ui/host/interrupt.h"
#include "ui/host/memory_file.h"
#include "ui/host/xml.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* GAIN_REPETITIONS: fewer give no usable variance. */
enum { RARE_EFFORT = 48, RARE_REPETITIONS = 10, GAIN_REPETITIONS = 5 };

/* ---- Bounds ---------------------------------------------------------------------------------- */

struct verdict {
    uint32_t passed, failed, skipped;
    FILE *cases;  /* JUnit test cases; NULL: without --junit. */
    json_t *list; /* JSON; NULL: for a person. */
};

static json_t *json_bound(const struct curve_point *point, const char *clause, bool met,
                          const char *why)
{
    json_t *object = json_object();

    json_object_set_new(object, "clause", cli_json_text(clause));
    json_object_set_new(object, "point", point != NULL ? cli_json_text(point->label) : json_null());
    json_object_set_new(object, "met", point != NULL ? json_boolean(met) : json_null());
    json_object_set_new(object, "why", cli_json_text(why));
    return object;
}

static void write_case(FILE *out, const struct curve_point *point, const char *clause,
                       const char *why)
{
    fputs("    <testcase", out);
    xml_attribute(out, "classname", point != NULL ? point->label : "no point");
    xml_attribute(out, "name", clause);
    fputs(" time=\"0\">", out);
    if (point == NULL) {
        fputs("<skipped", out);
        xml_attribute(out, "message", why);
        fputs("/>", out);
    } else if (why != NULL) {
        fputs("<failure", out);
        xml_attribute(out, "message", why);
        fputs(">", out);
        xml_text(out, point->exemplar);
        fputs("</failure>", out);
    }
    fputs("</testcase>\n", out);
}

static void tell_bound(void *context, const struct curve_point *point, const char *clause, bool met,
                       const char *why)
{
    struct verdict *verdict = context;

    verdict->passed += met;
    verdict->failed += !met && point != NULL;
    verdict->skipped += point == NULL;
    if (verdict->list != NULL) {
        json_array_append_new(verdict->list, json_bound(point, clause, met, why));
    } else {
        printf("%s %s\n     %s\n", met ? "pass" : (point != NULL ? "FAIL" : "skip"), clause, why);
        if (!met && point != NULL)
            printf("     see one: %s\n", point->exemplar);
    }
    if (verdict->cases != NULL)
        write_case(verdict->cases, point, clause, met ? NULL : why);
}

/* Finds the [expect] curve of the campaign's scenario. */
static void expected_curve(struct results *results, char out[BOUNDS_CHARS])
{
    char *scenario = results_provenance(results, "scenario_text");
    struct ini *ini;

    out[0] = 0;
    if (scenario == NULL)
        return;
    ini = ini_read_text("campaign", scenario, strlen(scenario));
    bounds_of(ini, out);
    ini_free(ini);
    free(scenario);
}

/* Writes the cases of all clauses as one suite, which has the name of the sweep. */
static bool write_junit(const char *path, struct results *results, const struct verdict *verdict,
                        const char *cases)
{
    char *name = results_provenance(results, "sweep"), *text = NULL, counts[128];
    size_t length = 0;
    FILE *out = memory_file_open(&text, &length);
    bool good;

    CHECK(out != NULL);
    snprintf(counts, sizeof counts, " tests=\"%u\" failures=\"%u\" errors=\"0\" skipped=\"%u\">\n",
             verdict->passed + verdict->failed + verdict->skipped, verdict->failed,
             verdict->skipped);
    fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"exifsim\"%s",
            counts);
    fputs("  <testsuite", out);
    xml_attribute(out, "name", name != NULL ? name : "a sweep without a name");
    fprintf(out, "%s%s  </testsuite>\n</testsuites>\n", counts, cases);
    memory_file_close(out);
    good = cli_write(path, text, length);
    free(text);
    free(name);
    return good;
}

/* Checks the scenario's bounds; list: the JSON of their verdicts, NULL: print them. */
static int check_bounds(const struct options *options, const struct curve *curve,
                        struct results *results, json_t *list)
{
    char text[BOUNDS_CHARS], error[RESULTS_ERROR_CHARS];
    struct verdict verdict = { .list = list };
    char *cases = NULL;
    size_t length = 0;
    bool good;

    expected_curve(results, text);
    if (text[0] == 0 && options->junit == NULL)
        return EXIT_MET;
    if (options->junit != NULL)
        verdict.cases = memory_file_open(&cases, &length);
    if (list == NULL)
        printf("\nExpected of the curve\n");
    good = bounds_check(curve, text, tell_bound, &verdict, error);
    if (!good)
        fprintf(stderr, "exifsim: %s\n", error);
    if (verdict.cases != NULL) {
        memory_file_close(verdict.cases);
        good = write_junit(options->junit, results, &verdict, cases) && good;
        free(cases);
    }
    if (list == NULL)
        printf("%u passed, %u failed, %u skipped\n", verdict.passed, verdict.failed,
               verdict.skipped);
    if (!good)
        return EXIT_USAGE;
    if (verdict.failed > 0)
        return EXIT_FINDING;
    return verdict.skipped > 0 ? EXIT_INCONCLUSIVE : EXIT_MET;
}

/* ---- curve ----------------------------------------------------------------------------------- */

static bool draw(const struct options *options, const struct curve *curve)
{
    char error[RESULTS_ERROR_CHARS];

    if ((options->svg == NULL || curve_picture(curve, options->svg, PICTURE_SVG, error)) &&
        (options->png == NULL || curve_picture(curve, options->png, PICTURE_PNG, error)) &&
        (options->html == NULL || curve_page(curve, options->html, error)))
        return true;
    fprintf(stderr, "exifsim: %s\n", error);
    return false;
}

static json_t *json_point(const struct curve *curve, const struct curve_point *p)
{
    json_t *object = json_object();
    bool measured = p->p99_ms > 0; /* Otherwise all runs ended before the warm-up did. */

    json_object_set_new(object, "label", cli_json_text(p->label));
    json_object_set_new(object, "series", cli_json_text(curve->series[p->series]));
    json_object_set_new(object, "x", cli_json_real(p->x));
    json_object_set_new(object, "runs", cli_json_count(p->runs));
    json_object_set_new(object, "stops", cli_json_count(p->stops));
    json_object_set_new(object, "process_crashes", cli_json_count(p->process_crashes));
    json_object_set_new(object, "simulator_crashes", cli_json_count(p->simulator_crashes));
    json_object_set_new(object, "p_stop", cli_json_interval(p->p_stop));
    json_object_set_new(object, "p_crash", cli_json_interval(p->p_crash));
    json_object_set_new(object, "latency_ms", cli_json_interval(p->latency_ms));
    json_object_set_new(object, "delivered_per_s", cli_json_interval(p->delivered_per_s));
    json_object_set_new(object, "p50_ms", measured ? cli_json_real(p->p50_ms) : json_null());
    json_object_set_new(object, "p95_ms", measured ? cli_json_real(p->p95_ms) : json_null());
    json_object_set_new(object, "p99_ms", measured ? cli_json_real(p->p99_ms) : json_null());
    json_object_set_new(object, "cpu_percent", cli_json_interval(p->cpu_percent));
    json_object_set_new(object, "log_disk_percent", cli_json_interval(p->log_disk_percent));
    json_object_set_new(object, "queue_mean", cli_json_interval(p->queue_mean));
    json_object_set_new(object, "queue_max", cli_json_count(p->queue_max));
    json_object_set_new(object, "pool_peak_bytes", cli_json_count(p->pool_peak));
    json_object_set_new(object, "median_to_stop_s", cli_json_interval(p->median_s));
    json_object_set_new(object, "mean_between_stops_s", cli_json_interval(p->mtbf_s));
    json_object_set_new(object, "exemplar", cli_json_text(p->exemplar));
    return object;
}

static json_t *json_curve(const struct curve *curve, const char *path, json_t *bounds)
{
    json_t *object = json_object(), *points = json_array(), *knees = json_array();

    for (uint32_t i = 0; i < curve->count; i++)
        json_array_append_new(points, json_point(curve, &curve->points[i]));
    for (uint32_t i = 0; i < curve->series_count; i++)
        if (curve->knee[i] >= 0)
            json_array_append_new(knees, cli_json_text(curve->points[curve->knee[i]].label));
    json_object_set_new(object, "database", cli_json_text(path));
    json_object_set_new(object, "name", cli_json_text(curve->title ? curve->title : ""));
    json_object_set_new(object, "x_name", cli_json_text(curve->x_name));
    json_object_set_new(object, "x_unit", cli_json_text(curve->x_unit));
    json_object_set_new(object, "points", points);
    json_object_set_new(object, "knees", knees);
    json_object_set_new(object, "bounds", bounds);
    return object;
}

/* Shows one curve; curves and errors: lists of the document, NULL: for a person. */
static int show_curve(const struct options *options, const char *path, json_t *curves,
                      json_t *errors)
{
    char error[RESULTS_ERROR_CHARS];
    struct results *results = results_open(path, RESULTS_READ, error);
    struct curve *curve = results ? curve_read(results, options->x_axis, error) : NULL;
    json_t *bounds = curves != NULL ? json_array() : NULL;
    int code = EXIT_USAGE;

    if (curve == NULL) {
        fprintf(stderr, "exifsim: %s\n", error);
        if (errors != NULL)
            cli_json_errors(errors, error);
        json_decref(bounds);
    } else {
        if (!options->quiet && curves == NULL)
            curve_print(curve, stdout);
        code = check_bounds(options, curve, results, bounds);
        if (!draw(options, curve))
            code = exit_worse(code, EXIT_USAGE);
        if (curves != NULL)
            json_array_append_new(curves, json_curve(curve, path, bounds));
        curve_free(curve);
    }
    if (results != NULL)
        results_close(results);
    return code;
}

int verb_curve(const struct options *options)
{
    bool json = options->format == FORMAT_JSON;
    json_t *curves = json ? json_array() : NULL, *errors = json ? json_array() : NULL, *document;
    int code = EXIT_MET;

    for (uint32_t i = 0; i < options->path_count; i++)
        code = exit_worse(code, show_curve(options, options->paths[i], curves, errors));
    if (json) {
        document = cli_json_new("curve");
        json_object_set_new(document, "curves", curves);
        json_object_set_new(document, "errors", errors);
        cli_json_print(document);
    }
    return code;
}

/* ---- rare ------------------------------------------------------------------------------------ */

/* Prints how often a stop comes, in a unit that suits. */
static void print_every(double seconds)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = { { "days", 86400 }, { "hours", 3600 }, { "minutes", 60 }, { "seconds", 1 } };
    size_t i = 0;

    while (i + 1 < ARRAY_LEN(units) && seconds < 2 * units[i].seconds)
        i++;
    printf("About one stop every %.0f %s of this load.\n", seconds / units[i].seconds,
           units[i].name);
}

static void print_cost(const struct split_result *r)
{
    printf("Cost: %.1f million records, as many as %.0f plain runs.\n", (double)r->records / 1e6,
           r->plain_runs);
}

static void print_rare(const struct scenario *scenario, const struct split_setup *setup,
                       const struct split_result *r, bool quiet)
{
    printf("P(stop in %" PRIu64 " s) ", scenario->set.duration / SEC(1));
    if (r->p_stop.point <= 0)
        printf("is below about %.1g: no trajectory stopped\n", r->p_stop.high);
    else
        printf("= %.2g   (%.2g..%.2g, 95 %%)\n", r->p_stop.point, r->p_stop.low, r->p_stop.high);
    if (quiet) {
        print_cost(r);
        return;
    }
    if (r->p_stop.point > 0.99)
        printf("Nearly every run of this length stops.\n");
    else if (r->p_stop.point > 0)
        print_every((double)scenario->set.duration / 1e9 / -log1p(-r->p_stop.point));
    printf("%u repetitions with %u trajectories for each level:\n", setup->repetitions,
           setup->effort);
    for (uint32_t i = 0; i < r->level_count; i++)
        printf("  %5.1f %%  reach  %s\n", r->fraction[i] * 100, r->level_name[i]);
    print_cost(r);
    if (r->gain > 0 && setup->repetitions >= GAIN_REPETITIONS)
        printf("Plain runs of this cost would have %.2g times the variance.\n", r->gain);
}

static json_t *json_rare(const struct scenario *scenario, const struct split_setup *setup,
                         const struct split_result *r, json_t *errors)
{
    json_t *object = cli_json_new("rare"), *levels = json_array();
    double per_s = (double)scenario->set.duration / 1e9;

    for (uint32_t i = 0; i < r->level_count; i++) {
        json_t *level = json_object();

        json_object_set_new(level, "name", cli_json_text(r->level_name[i]));
        json_object_set_new(level, "fraction", cli_json_real(r->fraction[i]));
        json_array_append_new(levels, level);
    }
    json_object_set_new(object, "scenario", cli_json_text(scenario->path));
    json_object_set_new(object, "seed", cli_json_seed(setup->seed));
    json_object_set_new(object, "duration_ns", cli_json_count(scenario->set.duration));
    json_object_set_new(object, "p_stop", cli_json_interval(r->p_stop));
    json_object_set_new(object, "mean_between_stops_s",
                        r->p_stop.point > 0 && r->p_stop.point < 1
                            ? cli_json_real(per_s / -log1p(-r->p_stop.point))
                            : json_null());
    json_object_set_new(object, "repetitions", cli_json_count(setup->repetitions));
    json_object_set_new(object, "trajectories", cli_json_count(setup->effort));
    json_object_set_new(object, "levels", levels);
    json_object_set_new(object, "records", cli_json_count(r->records));
    json_object_set_new(object, "plain_runs", cli_json_real(r->plain_runs));
    json_object_set_new(object, "variance_gain",
                        r->gain > 0 && setup->repetitions >= GAIN_REPETITIONS
                            ? cli_json_real(r->gain)
                            : json_null());
    json_object_set_new(object, "errors", errors);
    return object;
}

/* Tells that there is no estimate; errors: list of a document, NULL: for a person. */
static void rare_interrupted(json_t *errors)
{
    char text[80];

    snprintf(text, sizeof text, "interrupted by %s: no estimate", interrupt_name());
    if (errors == NULL) {
        printf("%s\n", text);
        return;
    }
    cli_json_errors(errors, text);
    cli_json_fail("rare", errors);
}

int verb_rare(const struct options *options)
{
    bool json = options->format == FORMAT_JSON;
    json_t *errors = json ? json_array() : NULL;
    struct split_result result;
    struct scenario *scenario;

    if (options->given & OPTION_BIT(RUNS) &&
        (options->runs < 2 || options->runs > SPLIT_REPETITIONS_MAX)) {
        fprintf(stderr, "exifsim: --runs \"%u\" (expected 2 to %d repetitions)\n", options->runs,
                SPLIT_REPETITIONS_MAX);
        json_decref(errors);
        return EXIT_USAGE;
    }
    scenario = cli_json_load(options, options->paths[0], errors);
    if (scenario == NULL) {
        if (json)
            cli_json_fail("rare", errors);
        return EXIT_USAGE;
    }
    if (options->run.has_until)
        scenario->set.duration = MIN_OF(scenario->set.duration, options->run.until);
    struct split_setup setup = { .scenario = scenario,
                                 .seed = run_seed(&options->run, scenario),
                                 .effort = RARE_EFFORT,
                                 .repetitions = options->given & OPTION_BIT(RUNS)
                                                    ? options->runs
                                                    : RARE_REPETITIONS,
                                 .jobs = options->jobs,
                                 .progress = !options->quiet,
                                 .signal = interrupt_flag() };
    bool good;

    interrupt_watch();
    if (!json && !options->quiet)
        report_title(stdout, scenario, setup.seed);
    fflush(stdout);
    good = split_estimate(&setup, &result);
    if (good && json)
        cli_json_print(json_rare(scenario, &setup, &result, errors));
    else if (good)
        print_rare(scenario, &setup, &result, options->quiet);
    else
        rare_interrupted(errors);
    free(scenario);
    return good ? EXIT_MET : EXIT_INCONCLUSIVE;
}
