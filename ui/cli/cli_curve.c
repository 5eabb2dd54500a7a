/* cli_curve.c - the verbs curve (table, comparisons, bounds and pictures of a campaign) and rare
 * (stops too rare for a campaign). */
#include "ui/campaign/bounds.h"
#include "ui/campaign/curve.h"
#include "ui/campaign/split.h"
#include "ui/cli/cli.h"
#include "ui/host/interrupt.h"
#include "ui/host/xml.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* GAIN_REPETITIONS: fewer give no usable variance. */
enum { RARE_EFFORT = 48, RARE_REPETITIONS = 10, GAIN_REPETITIONS = 5 };

/* ---- Bounds ---------------------------------------------------------------------------------- */

struct verdict {
    uint32_t passed, failed, skipped;
    FILE *cases; /* JUnit test cases; NULL: without --junit. */
};

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

static void tell(void *context, const struct curve_point *point, const char *clause, bool met,
                 const char *why)
{
    struct verdict *verdict = context;

    verdict->passed += met;
    verdict->failed += !met && point != NULL;
    verdict->skipped += point == NULL;
    printf("%s %s\n     %s\n", met ? "pass" : (point != NULL ? "FAIL" : "skip"), clause, why);
    if (!met && point != NULL)
        printf("     see one: %s\n", point->exemplar);
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
    FILE *out = open_memstream(&text, &length);
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
    fclose(out);
    good = cli_write(path, text, length);
    free(text);
    free(name);
    return good;
}

static int check_bounds(const struct options *options, const struct curve *curve,
                        struct results *results)
{
    char text[BOUNDS_CHARS], error[RESULTS_ERROR_CHARS];
    struct verdict verdict = { 0 };
    char *cases = NULL;
    size_t length = 0;
    bool good;

    expected_curve(results, text);
    if (text[0] == 0 && options->junit == NULL)
        return EXIT_MET;
    if (options->junit != NULL)
        verdict.cases = open_memstream(&cases, &length);
    printf("\nExpected of the curve\n");
    good = bounds_check(curve, text, tell, &verdict, error);
    if (!good)
        fprintf(stderr, "exifsim: %s\n", error);
    if (verdict.cases != NULL) {
        fclose(verdict.cases);
        good = write_junit(options->junit, results, &verdict, cases) && good;
        free(cases);
    }
    printf("%u passed, %u failed, %u skipped\n", verdict.passed, verdict.failed, verdict.skipped);
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

static int show_curve(const struct options *options, const char *path)
{
    char error[RESULTS_ERROR_CHARS];
    struct results *results = results_open(path, RESULTS_READ, error);
    struct curve *curve = results ? curve_read(results, options->x_axis, error) : NULL;
    int code = EXIT_USAGE;

    if (curve == NULL) {
        fprintf(stderr, "exifsim: %s\n", error);
    } else {
        if (!options->quiet)
            curve_print(curve, stdout);
        code = check_bounds(options, curve, results);
        if (!draw(options, curve))
            code = exit_worse(code, EXIT_USAGE);
        curve_free(curve);
    }
    if (results != NULL)
        results_close(results);
    return code;
}

int verb_curve(const struct options *options)
{
    int code = EXIT_MET;

    for (uint32_t i = 0; i < options->path_count; i++)
        code = exit_worse(code, show_curve(options, options->paths[i]));
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

int verb_rare(const struct options *options)
{
    char error[RUN_ERROR_CHARS];
    struct split_result result;
    struct scenario *scenario;

    scenario = run_load(&options->run, options->paths[0], error);
    if (scenario == NULL)
        return EXIT_USAGE;
    if (options->run.has_until)
        scenario->set.duration = MIN_OF(scenario->set.duration, options->run.until);
    struct split_setup setup = { .scenario = scenario,
                                 .seed = run_seed(&options->run, scenario),
                                 .effort = RARE_EFFORT,
                                 .repetitions =
                                     options->given & OPTION_BIT(RUNS)
                                         ? MIN_OF(options->runs, (uint32_t)SPLIT_REPETITIONS_MAX)
                                         : RARE_REPETITIONS,
                                 .jobs = options->jobs,
                                 .progress = !options->quiet,
                                 .signal = interrupt_flag() };
    bool good;

    interrupt_watch();
    if (!options->quiet)
        report_title(stdout, scenario, setup.seed);
    fflush(stdout);
    good = split_estimate(&setup, &result);
    if (good)
        print_rare(scenario, &setup, &result, options->quiet);
    else
        printf("interrupted by %s: no estimate\n", interrupt_name());
    free(scenario);
    return good ? EXIT_MET : EXIT_INCONCLUSIVE;
}
