/* curve_test.c - what a campaign shows: table, comparisons, bounds, pictures.
 *
 * The runs are written by hand, so that every figure is known; nothing is simulated.
 */
#include "tests/campaign/sweeps.h"
#include "tests/groups.h"
#include "ui/campaign/bounds.h"
#include <glob.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

enum { REPLICAS = 20, MESSAGES = 1000 };

/* Properties of the runs of one point. */
struct sort {
    uint32_t stops, crashes, broken; /* Numbers of replicas, counted from the first. */
    uint64_t latency_us;
};

static struct result_run run_of(const struct plan *plan, uint32_t position, int64_t id,
                                uint32_t replica, const struct sort *sort)
{
    struct result_run run = { .point = id, .replica = replica };

    run.seed = plan_seed(plan, &plan->points[position], replica);
    run.status = replica >= REPLICAS - sort->broken ? RUN_CRASHED : RUN_DONE;
    run.stopped = replica < sort->stops;
    run.process_crashed = replica < sort->crashes;
    run.outcome = run.stopped ? OUTCOME_STOP
                              : (run.process_crashed ? OUTCOME_PROCESS_CRASH : OUTCOME_SURVIVED);
    run.stop_code = run.stopped ? 5 : 0;
    run.stop_at_ns = (uint64_t)(200 - replica) * 1000000000u;
    run.simulated_ns = run.stopped ? run.stop_at_ns : 600000000000u;
    run.measured_ns = run.simulated_ns - 30000000000u;
    if (sort->latency_us > 0) /* 0: the run ends before its warm-up. */
        run.latency[latency_bucket(sort->latency_us)] = MESSAGES;
    run.delivered = run.arrived = MESSAGES;
    run.cpu_busy_ppm = 250000;
    run.pool_peak = 64 * 1024;
    snprintf(run.message, sizeof run.message, "%s", run.status == RUN_CRASHED ? "broken" : "");
    snprintf(run.repro, sizeof run.repro, "exifsim run <this> & %u of %s", replica,
             plan->points[position].label);
    return run;
}

/* A database of sp2 and hotfix along the rates; sorts in the order of the plan's points. */
static const char *campaign_of(const char *rates, const struct sort *sorts)
{
    static unsigned number;
    char name[32], rate[128], error[RESULTS_ERROR_CHARS];
    const char *sets[] = { rate, "versions.all=${sp2, hotfix}", "scenario.title=Nights & <mail>" };
    struct result_run *rows = calloc(REPLICAS, sizeof *rows);
    int64_t ids[64];

    snprintf(name, sizeof name, "curve%u.db", number++);
    snprintf(rate, sizeof rate, "load.smtp.rate=%s", rates);
    const char *path = sweeps_path(name);
    struct plan *plan = plan_read(SCENARIOS "/kb908674.ini", sets, ARRAY_LEN(sets), NULL, stderr);
    struct results *results = results_open(path, RESULTS_NEW, error);

    CHECK(rows != NULL && plan != NULL && results != NULL);
    assert_true(plan->point_count <= ARRAY_LEN(ids));
    assert_true(results_take_plan(results, plan, ids, error));
    for (uint32_t p = 0; p < plan->point_count; p++) {
        for (uint32_t i = 0; i < REPLICAS; i++)
            rows[i] = run_of(plan, p, ids[p], i, &sorts[p]);
        assert_true(results_add(results, rows, REPLICAS, error));
    }
    free(rows);
    plan_free(plan);
    results_close(results);
    return path;
}

static struct curve *curve_of(const char *path, char error[RESULTS_ERROR_CHARS])
{
    struct results *results = results_open(path, RESULTS_READ, error);

    assert_non_null(results);
    struct curve *curve = curve_read(results, NULL, error);

    results_close(results);
    return curve;
}

/* The curve over the rates 2, 24, 100 and 200/s; the plan decides which axis changes faster. */
static struct curve *article(void)
{
    static const struct sort old[] = {
        { 0, 0, 0, 8000 }, { 10, 12, 2, 30000 }, { 20, 20, 0, 200000 }, { 20, 20, 0, 0 }
    };
    static const struct sort new[] = {
        { 0, 0, 0, 7000 }, { 0, 0, 0, 8000 }, { 0, 1, 0, 12000 }, { 0, 0, 0, 64000 }
    };
    char error[RESULTS_ERROR_CHARS], rate[] = "load.smtp.rate=${2, 24, 100, 200}/s";
    const char *sets[] = { rate, "versions.all=${sp2, hotfix}" };
    struct plan *plan = plan_read(SCENARIOS "/kb908674.ini", sets, ARRAY_LEN(sets), NULL, stderr);
    struct sort sorts[8];

    CHECK(plan != NULL && plan->point_count == 8);
    for (uint32_t p = 0, olds = 0, news = 0; p < 8; p++)
        sorts[p] = strstr(plan->points[p].label, "sp2") != NULL ? old[olds++] : new[news++];
    plan_free(plan);
    struct curve *curve = curve_of(campaign_of("${2, 24, 100, 200}/s", sorts), error);

    assert_non_null(curve);
    return curve;
}

static const struct curve_point *point_at(const struct curve *curve, const char *series, double x)
{
    for (uint32_t i = 0; i < curve->count; i++)
        if (curve->points[i].x == x && strcmp(curve->series[curve->points[i].series], series) == 0)
            return &curve->points[i];
    fail_msg("no point of %s at %g", series, x);
    return NULL;
}

static void near(double is, double meant, double tolerance)
{
    if (!(fabs(is - meant) <= tolerance))
        fail_msg("read %g, meant %g +- %g", is, meant, tolerance);
}

/* ---- Figures --------------------------------------------------------------------------------- */

static void a_point_says_what_its_runs_say(void **state)
{
    struct curve *curve = article();
    const struct curve_point *p = point_at(curve, "sp2", 24);

    (void)state;
    assert_int_equal(curve->series_count, 2);
    assert_int_equal(curve->count, 8);
    assert_string_equal(curve->x_name, "load.smtp.rate");
    assert_string_equal(curve->x_unit, "/s");
    assert_string_equal(curve->title, "Nights & <mail>");
    assert_int_equal(p->runs, 18); /* Without two that crashed the simulator. */
    assert_int_equal(p->simulator_crashes, 2);
    assert_int_equal(p->stops, 10);
    assert_int_equal(p->process_crashes, 12);
    near(p->p_stop.point, 10.0 / 18, 1e-9);
    near(p->p_stop.low, 0.337, 0.001); /* Wilson, 10 of 18. */
    near(p->p_stop.high, 0.754, 0.001);
    near(p->p95_ms, 30, 1); /* Buckets are exact to one part in 32. */
    near(p->cpu_percent.point, 25, 1e-9);
    near(p->mtbf_s.point, (1955.0 + 8 * 600) / 10, 1e-6); /* Observed time divided by stops. */
    near(p->median_s.point, 199, 1e-6);                   /* The ninth of 18. */
    assert_int_equal(p->pool_peak, 64 * 1024);
    curve_free(curve);
}

static void a_survivor_bounds_the_time_to_a_stop_from_below(void **state)
{
    struct curve *curve = article();
    const struct curve_point *p = point_at(curve, "hotfix", 100);

    (void)state;
    assert_int_equal(p->stops, 0);
    assert_true(isinf(p->mtbf_s.point) && p->mtbf_s.low > 20 * 600 / 4);
    assert_true(isinf(p->median_s.point));
    near(p->p_stop.high, 0.161, 0.001); /* Wilson, 0 of 20. */
    near(p->p_crash.point, 0.05, 1e-9);
    curve_free(curve);
}

static void the_exemplar_is_the_earliest_stop(void **state)
{
    struct curve *curve = article();

    (void)state;
    assert_non_null(strstr(point_at(curve, "sp2", 24)->exemplar, "& 9 of "));
    assert_non_null(strstr(point_at(curve, "hotfix", 24)->exemplar, "& 0 of "));
    curve_free(curve);
}

static void the_knee_is_sought_where_runs_live_and_latency_doubles(void **state)
{
    struct curve *curve = article();

    (void)state;
    for (uint32_t s = 0; s < curve->series_count; s++) {
        if (strcmp(curve->series[s], "sp2") == 0) /* Two surviving points have no knee. */
            assert_int_equal(curve->knee[s], -1);
        else
            near(curve->points[curve->knee[s]].x, 100, 1e-9);
    }
    curve_free(curve);
}

/* ---- Words ----------------------------------------------------------------------------------- */

static char *printed(const struct curve *curve)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    CHECK(out != NULL);
    curve_print(curve, out);
    fclose(out);
    return text;
}

static void a_manager_reads_one_sentence_a_load(void **state)
{
    struct curve *curve = article();
    char sentence[512], *text = printed(curve);

    (void)state;
    assert_true(curve_compare(curve, point_at(curve, "sp2", 100), point_at(curve, "hotfix", 100),
                              sentence, sizeof sentence));
    assert_string_equal(sentence,
                        "At 100/s sp2 stopped the server in 20 of 20 runs, hotfix in 0 of them "
                        "(the same mail each time): 100 points of difference (77..100), "
                        "p < 0.001.");
    assert_non_null(strstr(text, sentence));
    assert_non_null(strstr(text, "At 24/s sp2 stopped the server in 10 of 18 runs"));
    assert_null(strstr(text, "At 2/s sp2")); /* No run stopped: nothing to compare. */
    assert_non_null(strstr(text, "56 % (34..75)"));
    assert_null(strstr(text, "nan"));
    assert_null(strstr(text, "inf"));
    free(text);
    curve_free(curve);
}

static void different_seeds_are_not_compared(void **state)
{
    struct curve *curve = article();
    char sentence[512];

    (void)state;
    assert_false(curve_compare(curve, point_at(curve, "sp2", 24), point_at(curve, "sp2", 100),
                               sentence, sizeof sentence));
    curve_free(curve);
}

static void a_curve_needs_runs_and_numbers(void **state)
{
    const char *sets[] = { "versions.all=${sp2, hotfix}" };
    char error[RESULTS_ERROR_CHARS];
    const char *path = sweeps_path("words.db");
    struct plan *plan = plan_read(SCENARIOS "/kb908674.ini", sets, ARRAY_LEN(sets), NULL, stderr);
    struct results *results = results_open(path, RESULTS_NEW, error);
    int64_t ids[2];

    (void)state;
    assert_true(results_take_plan(results, plan, ids, error));
    assert_null(curve_read(results, NULL, error));
    assert_string_equal(error, "no numeric axis in versions.all=sp2: a curve needs one");
    assert_null(curve_read(results, "load.smtp.rate", error));
    assert_non_null(strstr(error, "no numeric axis called load.smtp.rate"));
    results_close(results);
    plan_free(plan);

    assert_null(curve_of(campaign_of("${2, 3}/s", (struct sort[4]){ { .broken = REPLICAS },
                                                                    { .broken = REPLICAS },
                                                                    { .broken = REPLICAS },
                                                                    { .broken = REPLICAS } }),
                         error));
    assert_string_equal(error, "no finished runs: let the sweep run first");
}

/* ---- Bounds ---------------------------------------------------------------------------------- */

struct told {
    unsigned met, broken, open;
    char why[256];
};

static void tell(void *context, const struct curve_point *point, const char *clause, bool met,
                 const char *why)
{
    struct told *told = context;

    (void)clause;
    told->met += met;
    told->broken += !met && point != NULL;
    told->open += point == NULL;
    if (!met)
        snprintf(told->why, sizeof told->why, "%s", why);
}

static void bound(const struct curve *curve, const char *text, unsigned met, unsigned broken)
{
    struct told told = { 0 };
    char error[RESULTS_ERROR_CHARS] = "";

    if (!bounds_check(curve, text, tell, &told, error))
        fail_msg("%s: %s", text, error);
    if (told.met != met || told.broken != broken)
        fail_msg("%s: %u met, %u broken (%s)", text, told.met, told.broken, told.why);
}

static void a_bound_is_broken_only_by_more_than_chance(void **state)
{
    struct curve *curve = article();

    (void)state;
    bound(curve, "p_stop at 24/s for sp2 in 0.10..0.60", 1, 0);
    bound(curve, "p_stop at 24/s for sp2 < 0.40", 1, 0); /* 0.56, but 0.34 cannot be excluded. */
    bound(curve, "p_stop at 24/s for sp2 < 0.30", 0, 1);
    bound(curve, "p_stop at 24/s for sp2 > 0.80", 0, 1);
    bound(curve, "p_stop at 24/s < 0.30", 1, 1); /* Both series; one breaks the bound. */
    bound(curve, "p_crash at 100/s for hotfix < 0.5; p95_latency at 24/s for sp2 < 40 ms", 2, 0);
    bound(curve, "p95_latency at 24/s for sp2 < 0.02 s", 0, 1);
    bound(curve, "mtbf at 24/s for sp2 in 1 min..1 h", 1, 0);
    bound(curve, "mtbf at 24/s for sp2 > 2 h", 0, 1);
    bound(curve, "delivered at 2/s > 100/s;", 0, 2);
    bound(curve, "p95_latency at 200/s < 2 s", 1, 1); /* Without a measurement no bound holds. */
    curve_free(curve);
}

static void a_bound_on_a_point_without_runs_stays_open(void **state)
{
    struct curve *curve = article();
    struct told told = { 0 };
    char error[RESULTS_ERROR_CHARS];

    (void)state;
    assert_true(
        bounds_check(curve, "p_stop at 25/s < 1; p_stop at 24/s for sp3 < 1", tell, &told, error));
    assert_int_equal(told.open, 2);
    assert_int_equal(told.met + told.broken, 0);
    curve_free(curve);
}

static void an_unread_bound_is_an_error_and_no_pass(void **state)
{
    static const char *const wrong[] = {
        "p_stops at 24/s < 1",      "p_stop 24/s < 1",     "p_stop at heavy < 1",
        "p_stop at 24/s is 1",      "p_stop at 24/s in 1", "p_stop at 24/s in 0.6..0.1",
        "p95_latency at 24/s < 2",  "mtbf at 24/s < 2 pt", "delivered at 24/s > 3",
        "p_stop at 24/s < 1 often",
    };
    struct curve *curve = article();

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct told told = { 0 };
        char error[RESULTS_ERROR_CHARS] = "";

        if (bounds_check(curve, wrong[i], tell, &told, error))
            fail_msg("%s was taken", wrong[i]);
        assert_non_null(strstr(error, wrong[i]));
    }
    curve_free(curve);
}

/* ---- Pictures -------------------------------------------------------------------------------- */

static char *slurp(const char *path)
{
    FILE *in = fopen(path, "r");
    char *text = calloc(1, 1 << 20);

    assert_non_null(in);
    CHECK(text != NULL);
    CHECK(fread(text, 1, (1 << 20) - 1, in) > 0);
    fclose(in);
    return text;
}

static void the_page_stands_alone_and_shows_an_exemplar_of_each_point(void **state)
{
    struct curve *curve = article();
    char error[RESULTS_ERROR_CHARS] = "";
    const char *path = sweeps_path("page.html");

    (void)state;
    assert_true(curve_page(curve, path, error));
    char *page = slurp(path);

    assert_non_null(strstr(page, "<h1>Nights &amp; &lt;mail&gt;</h1>"));
    assert_non_null(strstr(page, "exifsim run &lt;this&gt; &amp; 9 of "));
    assert_non_null(strstr(page, "At 100/s sp2 stopped the server in 20 of 20 runs"));
    for (const char *at = page; (at = strstr(at, "http")) != NULL; at += 4)
        assert_true(strncmp(at, "http://www.w3.org/", 18) == 0); /* Only SVG's namespace names. */
    assert_null(strstr(page, "<script src"));
    free(page);
    curve_free(curve);
}

static void a_picture_appears_whole_or_not_at_all(void **state)
{
    struct curve *curve = article();
    char error[RESULTS_ERROR_CHARS] = "", *path = strdup(getenv("PATH"));
    const char *file = sweeps_path("curve.svg");

    (void)state;
    assert_false(curve_picture(curve, "/nonexistent/c.svg", PICTURE_SVG, error));
    assert_non_null(strstr(error, "No such file or directory"));
    setenv("PATH", "/nonexistent", 1); /* gnuplot cannot be found. */
    assert_false(curve_picture(curve, file, PICTURE_SVG, error));
    assert_non_null(strstr(error, "gnuplot is not here; install it to draw"));
    assert_int_equal(access(file, F_OK), -1);
    glob_t left;

    assert_int_equal(glob(sweeps_path("*.tmp"), 0, NULL, &left), GLOB_NOMATCH);
    assert_true(curve_page(curve, sweeps_path("bare.html"), error));
    char *page = slurp(sweeps_path("bare.html"));

    assert_non_null(strstr(page, "No picture: gnuplot is not here"));
    free(page);
    setenv("PATH", path, 1);
    free(path);
    if (system("command -v gnuplot >/dev/null") == 0) {
        assert_true(curve_picture(curve, file, PICTURE_SVG, error));
        char *svg = slurp(file);

        assert_non_null(strstr(svg, "sp2"));
        assert_non_null(strstr(svg, "hotfix"));
        assert_non_null(strstr(svg, "</svg>"));
        free(svg);
    }
    curve_free(curve);
}

GROUP(curve_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_point_says_what_its_runs_say),
        cmocka_unit_test(a_survivor_bounds_the_time_to_a_stop_from_below),
        cmocka_unit_test(the_exemplar_is_the_earliest_stop),
        cmocka_unit_test(the_knee_is_sought_where_runs_live_and_latency_doubles),
        cmocka_unit_test(a_manager_reads_one_sentence_a_load),
        cmocka_unit_test(different_seeds_are_not_compared),
        cmocka_unit_test(a_curve_needs_runs_and_numbers),
        cmocka_unit_test(a_bound_is_broken_only_by_more_than_chance),
        cmocka_unit_test(a_bound_on_a_point_without_runs_stays_open),
        cmocka_unit_test(an_unread_bound_is_an_error_and_no_pass),
        cmocka_unit_test(the_page_stands_alone_and_shows_an_exemplar_of_each_point),
        cmocka_unit_test(a_picture_appears_whole_or_not_at_all),
    };

    return cmocka_run_group_tests(tests, NULL, sweeps_clean);
}
