/* curve.c - reads a campaign and prints what it shows. Pictures are in picture.c. */
#include "ui/campaign/curve.h"
#include "ui/host/grow.h"

#include <ctype.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Axes ------------------------------------------------------------------------------------ */

/* Reads the number at the start of a value such as "24/s". False: no number. */
static bool number_of(const char *text, double *out, const char **rest)
{
    char *end;

    *out = strtod(text, &end);
    *rest = end;
    return end != text && isdigit((unsigned char)text[0]);
}

/* The axis for x: the one asked for, else a numeric one called rate, else the first numeric one. */
static const char *choose_axis(json_t *axes, const char *asked)
{
    const char *name, *chosen = NULL, *rest;
    json_t *value;
    double number;

    if (asked != NULL)
        return json_object_get(axes, asked) ? asked : NULL;
    json_object_foreach(axes, name, value) {
        size_t length = strlen(name);

        if (!number_of(json_string_value(value), &number, &rest) ||
            strncmp(name, "versions.", 9) == 0)
            continue;
        if (chosen == NULL || (length > 5 && strcmp(name + length - 5, ".rate") == 0))
            chosen = name;
    }
    return chosen;
}

/* Names a series by the values of its other axes: "sp2", or "machine.processors=4, sp2". Version
 * keys are named by their value alone. */
static void series_name(json_t *axes, const char *x_name, char *out, size_t size)
{
    const char *name;
    json_t *value;
    size_t used = 0;

    out[0] = 0;
    json_object_foreach(axes, name, value) {
        bool version = strcmp(name, "versions.all") == 0;

        if (strcmp(name, x_name) == 0 || used >= size)
            continue;
        used += (size_t)snprintf(out + used, size - used, "%s%s%s%s", used ? ", " : "",
                                 version ? "" : name, version ? "" : "=", json_string_value(value));
    }
    if (out[0] == 0)
        snprintf(out, size, "all runs");
}

static bool find_series(struct curve *curve, const char *name, uint32_t *out)
{
    for (*out = 0; *out < curve->series_count; ++*out)
        if (strcmp(curve->series[*out], name) == 0)
            return true;
    if (curve->series_count == CURVE_SERIES_MAX)
        return false;
    snprintf(curve->series[curve->series_count++], CURVE_NAME_CHARS, "%s", name);
    return true;
}

/* ---- One point ------------------------------------------------------------------------------- */

struct gathering {
    struct curve *curve;
    struct curve_point *point;
    uint64_t latency[LATENCY_BUCKETS];
    double *means, *rates, *cpu, *disk, *queue;
    struct stats_time *times;
    size_t count, room;
    uint64_t earliest_stop;
};

/* Grows all columns together: they have the same length. */
static void make_room(struct gathering *g)
{
    double **columns[] = { &g->means, &g->rates, &g->cpu, &g->disk, &g->queue };
    struct curve_point *point = g->point;
    size_t need = g->count + 1, room = g->room;

    for (size_t i = 0; i < ARRAY_LEN(columns); i++, room = g->room)
        *columns[i] = grow(*columns[i], &room, need, sizeof **columns[i]);
    g->times = grow(g->times, &room, need, sizeof *g->times);
    room = g->room;
    point->stopped = grow(point->stopped, &room, need, sizeof *point->stopped);
    point->seeds = grow(point->seeds, &g->room, need, sizeof *point->seeds);
}

static void choose_exemplar(struct gathering *g, const struct result_run *run)
{
    if (g->count != 0 && (!run->stopped || run->stop_at_ns >= g->earliest_stop))
        return;
    g->earliest_stop = run->stopped ? run->stop_at_ns : UINT64_MAX;
    snprintf(g->point->exemplar, sizeof g->point->exemplar, "%s", run->repro);
}

static bool take_run(void *context, const struct result_run *run)
{
    struct gathering *g = context;
    struct curve_point *point = g->point;
    double watched = (double)run->simulated_ns / 1e9, measured = (double)run->measured_ns / 1e9;
    uint64_t delivered = 0, sum = 0;

    if (run->status == RUN_CRASHED) {
        point->simulator_crashes++;
        return true;
    }
    make_room(g);
    choose_exemplar(g, run);
    for (uint32_t i = 0; i < LATENCY_BUCKETS; i++) {
        g->latency[i] += run->latency[i];
        delivered += run->latency[i];
        sum += run->latency[i] * ((latency_low(i) + latency_low(i + 1)) / 2);
    }
    g->means[g->count] = delivered ? (double)sum / (double)delivered / 1e3 : 0;
    g->rates[g->count] = measured > 0 ? (double)delivered / measured : 0;
    g->cpu[g->count] = run->cpu_busy_ppm / 1e4;
    g->disk[g->count] = run->disk_busy_ppm[0] / 1e4;
    g->queue[g->count] = (double)run->queue_mean_milli / 1e3;
    g->times[g->count] =
        (struct stats_time){ run->stopped ? (double)run->stop_at_ns / 1e9 : watched, run->stopped };
    point->stopped[g->count] = run->stopped;
    point->seeds[g->count++] = run->seed;
    point->stops += run->stopped;
    point->process_crashes += run->process_crashed;
    point->queue_max = MAX_OF(point->queue_max, run->queue_max);
    point->pool_peak = MAX_OF(point->pool_peak, run->pool_peak);
    g->curve->simulated_s = fmax(g->curve->simulated_s, watched);
    return true;
}

static void conclude(struct gathering *g)
{
    struct curve_point *point = g->point;
    struct stats_step *steps = malloc((g->count + 1) * sizeof *steps);

    CHECK(steps != NULL);
    point->runs = g->count;
    point->p_stop = stats_wilson(point->stops, point->runs);
    point->p_crash = stats_wilson(point->process_crashes, point->runs);
    point->latency_ms = stats_mean(g->means, g->count);
    point->delivered_per_s = stats_mean(g->rates, g->count);
    point->cpu_percent = stats_mean(g->cpu, g->count);
    point->log_disk_percent = stats_mean(g->disk, g->count);
    point->queue_mean = stats_mean(g->queue, g->count);
    point->p50_ms = stats_quantile(g->latency, LATENCY_BUCKETS, latency_low, 0.50) / 1e3;
    point->p95_ms = stats_quantile(g->latency, LATENCY_BUCKETS, latency_low, 0.95) / 1e3;
    point->p99_ms = stats_quantile(g->latency, LATENCY_BUCKETS, latency_low, 0.99) / 1e3;
    point->mtbf_s = stats_mtbf(g->times, g->count);
    point->median_s = stats_median(steps, stats_survival(g->times, g->count, steps));
    free(steps);
    free(g->means), free(g->rates), free(g->cpu), free(g->disk), free(g->queue), free(g->times);
}

/* ---- All of them ----------------------------------------------------------------------------- */

static bool place_point(struct curve *curve, const struct result_point *from, const char *asked,
                        struct curve_point *point)
{
    json_t *axes = json_loads(from->axes, 0, NULL);
    const char *x = axes ? choose_axis(axes, asked) : NULL, *rest = "";
    char name[CURVE_NAME_CHARS];
    bool good =
        x != NULL && number_of(json_string_value(json_object_get(axes, x)), &point->x, &rest);

    if (good) {
        snprintf(curve->x_name, sizeof curve->x_name, "%s", x);
        snprintf(curve->x_unit, sizeof curve->x_unit, "%s", rest);
        series_name(axes, x, name, sizeof name);
        good = find_series(curve, name, &point->series);
    }
    point->id = from->id;
    snprintf(point->label, sizeof point->label, "%s", from->label);
    json_decref(axes);
    return good;
}

static int by_series(const void *one, const void *other)
{
    const struct curve_point *a = one, *b = other;

    if (a->series != b->series)
        return a->series < b->series ? -1 : 1;
    return (a->x > b->x) - (a->x < b->x);
}

uint32_t curve_series(const struct curve *curve, uint32_t series, uint32_t *first)
{
    uint32_t count = 0;

    for (*first = 0; *first < curve->count && curve->points[*first].series != series; ++*first)
        continue;
    while (*first + count < curve->count && curve->points[*first + count].series == series)
        count++;
    return count;
}

static void find_knees(struct curve *curve)
{
    for (uint32_t series = 0; series < curve->series_count; series++) {
        uint32_t first, count = curve_series(curve, series, &first);
        double *x = malloc((count + 1) * sizeof *x), *y = malloc((count + 1) * sizeof *y);

        CHECK(x != NULL && y != NULL);
        /* Points at which most runs did not stop; the others show no latency of their load. */
        uint32_t lived = 0;

        for (; lived < count &&
               curve->points[first + lived].stops * 2 <= curve->points[first + lived].runs;
             lived++) {
            x[lived] = curve->points[first + lived].x;
            y[lived] = curve->points[first + lived].p95_ms;
        }
        /* A flat curve has no knee. */
        int knee = lived >= 3 && y[lived - 1] >= 2 * y[0] ? stats_knee(x, y, lived) : -1;

        curve->knee[series] = knee < 0 ? -1 : (int)first + knee;
        free(x);
        free(y);
    }
}

static bool fill(struct curve *curve, struct results *results, const struct result_point *points,
                 uint32_t count, const char *asked, char error[RESULTS_ERROR_CHARS])
{
    curve->points = calloc(count + 1, sizeof *curve->points);
    CHECK(curve->points != NULL);
    for (uint32_t i = 0; i < count; i++) {
        struct gathering gathering = { .curve = curve, .point = &curve->points[curve->count] };

        if (!place_point(curve, &points[i], asked, gathering.point)) {
            snprintf(error, RESULTS_ERROR_CHARS, "no numeric axis%s%s in %s: a curve needs one",
                     asked ? " called " : "", asked ? asked : "", points[i].label);
            return false;
        }
        if (!results_runs(results, points[i].id, take_run, &gathering, error))
            return false;
        if (gathering.count == 0)
            continue; /* No run is finished: the curve has no such point. */
        conclude(&gathering);
        curve->count++;
    }
    if (curve->count == 0)
        snprintf(error, RESULTS_ERROR_CHARS, "no finished runs: let the sweep run first");
    return curve->count > 0;
}

/* The scenario's title, which is more descriptive than the sweep's name. Free it with free. */
static char *title_of(struct results *results)
{
    char *scenario = results_provenance(results, "scenario_text"), *title = NULL;
    const char *text;

    if (scenario != NULL) {
        struct ini *ini = ini_read_text("campaign", scenario, strlen(scenario));

        if (ini_get_text(ini, "scenario", "title", &text))
            title = strdup(text);
        ini_free(ini);
        free(scenario);
    }
    return title ? title : results_provenance(results, "sweep");
}

struct curve *curve_read(struct results *results, const char *x_axis,
                         char error[RESULTS_ERROR_CHARS])
{
    struct curve *curve = calloc(1, sizeof *curve);
    struct result_point *points;
    uint32_t count;
    bool good;

    CHECK(curve != NULL);
    if (!results_points(results, &points, &count, error)) {
        free(curve);
        return NULL;
    }
    good = fill(curve, results, points, count, x_axis, error);
    results_points_free(points, count);
    if (!good) {
        curve_free(curve);
        return NULL;
    }
    qsort(curve->points, curve->count, sizeof *curve->points, by_series);
    find_knees(curve);
    curve->title = title_of(results);
    return curve;
}

void curve_free(struct curve *curve)
{
    for (uint32_t i = 0; i < curve->count; i++) {
        free(curve->points[i].stopped);
        free(curve->points[i].seeds);
    }
    free(curve->points);
    free(curve->title);
    free(curve);
}

/* ---- In words -------------------------------------------------------------------------------- */

/* Writes a share with its interval: "46 % (33..60)". */
static void percent(struct stats_interval p, char *out, size_t size)
{
    snprintf(out, size, "%.0f %% (%.0f..%.0f)", p.point * 100, p.low * 100, p.high * 100);
}

/* Writes a time: "110 s", "> 6506 s" if the event was not seen in that time, "-" if nothing is
 * known. */
static void seconds(struct stats_interval s, char *out, size_t size)
{
    char text[32];

    stats_format(s, text, sizeof text);
    if (isfinite(s.point))
        snprintf(out, size, "%s s", text);
    else if (isfinite(s.low))
        snprintf(out, size, "> %.0f s", s.low);
    else
        snprintf(out, size, "-");
}

/* Writes a figure with at most three digits that count, without an exponent: "3820", "24.1",
 * "0.03"; below 0.005: "0". */
static void figure(double value, char *out, size_t size)
{
    double unit = value >= 1000 ? pow(10, floor(log10(value)) - 2) : 1;

    if (value < 0.005)
        snprintf(out, size, "0");
    else if (value >= 1000)
        snprintf(out, size, "%.0f", round(value / unit) * unit);
    else
        snprintf(out, size, value >= 1 ? "%.3g" : "%.2f", value);
}

static void print_series(const struct curve *curve, uint32_t series, FILE *out)
{
    static const char heads[] =
        "%8s %5s %17s %17s %10s %7s %7s %7s %7s %6s %6s %7s %9s %11s %13s\n";
    uint32_t first, count = curve_series(curve, series, &first);

    fprintf(out, "\n%s\n", curve->series[series]);
    fprintf(out, heads, "load", "runs", "P(stop)", "P(process crash)", "delivered", "mean",
            "median", "95 %", "99 %", "cpu", "log", "queue", "pool", "median time", "mean time");
    fprintf(out, heads, "", "", "", "", "", "ms", "ms", "ms", "ms", "%", "disk %", "", "KiB",
            "to stop", "between stops");
    for (uint32_t i = first; i < first + count; i++) {
        const struct curve_point *p = &curve->points[i];
        char stop[32], crash[32], rate[32], median[40], mtbf[40], load[32], mean[32];

        percent(p->p_stop, stop, sizeof stop);
        percent(p->p_crash, crash, sizeof crash);
        stats_format(p->delivered_per_s, rate, sizeof rate);
        stats_format(p->latency_ms, mean, sizeof mean);
        seconds(p->median_s, median, sizeof median);
        seconds(p->mtbf_s, mtbf, sizeof mtbf);
        snprintf(load, sizeof load, "%g%s", p->x, curve->x_unit);
        fprintf(out, "%8s %5" PRIu64 " %17s %17s", load, p->runs, stop, crash);
        if (p->p99_ms > 0) {
            const double figures[] = { p->p50_ms,
                                       p->p95_ms,
                                       p->p99_ms,
                                       p->cpu_percent.point,
                                       p->log_disk_percent.point,
                                       p->queue_mean.point };
            static const int widths[] = { 7, 7, 7, 6, 6, 7 };
            char text[32];

            fprintf(out, " %8s/s %7s", rate, mean);
            for (size_t k = 0; k < ARRAY_LEN(figures); k++) {
                figure(figures[k], text, sizeof text);
                fprintf(out, " %*s", widths[k], text);
            }
        } else { /* All runs ended before the warm-up did. */
            fprintf(out, " %10s %7s %7s %7s %7s %6s %6s %7s", "-", "-", "-", "-", "-", "-", "-",
                    "-");
        }
        fprintf(out, " %9" PRIu64 " %11s %13s%s\n", p->pool_peak / 1024, median, mtbf,
                curve->knee[series] == (int)i ? "  <- knee" : "");
    }
}

/* Pairs the replicas of two points that had the same seed, in order; returns the number of
 * pairs. */
static size_t pair(const struct curve_point *one, const struct curve_point *other, bool *first,
                   bool *second)
{
    size_t pairs = 0;

    for (size_t i = 0, j = 0; i < one->runs && j < other->runs; i++)
        for (size_t k = j; k < other->runs; k++)
            if (one->seeds[i] == other->seeds[k]) {
                first[pairs] = one->stopped[i];
                second[pairs++] = other->stopped[k];
                j = k + 1;
                break;
            }
    return pairs;
}

bool curve_compare(const struct curve *curve, const struct curve_point *one,
                   const struct curve_point *other, char *out, size_t size)
{
    bool *first = calloc(one->runs + 1, 1), *second = calloc(one->runs + 1, 1);
    struct stats_paired paired;
    char p_value[32];

    CHECK(first != NULL && second != NULL);
    size_t pairs = pair(one, other, first, second);

    paired = stats_paired(first, second, pairs);
    free(first);
    free(second);
    if (pairs == 0 || one->stops + other->stops == 0)
        return false;
    snprintf(p_value, sizeof p_value, paired.p_value < 0.001 ? "p < 0.001" : "p = %.2g",
             paired.p_value);
    snprintf(out, size,
             "At %g%s %s stopped the server in %" PRIu64 " of %zu runs, %s in %" PRIu64
             " of them (the same mail each time): %.0f points of difference (%.0f..%.0f), %s.",
             one->x, curve->x_unit, curve->series[one->series], paired.both + paired.first_only,
             pairs, curve->series[other->series], paired.both + paired.second_only,
             paired.difference.point * 100, paired.difference.low * 100,
             paired.difference.high * 100, p_value);
    return true;
}

void curve_print(const struct curve *curve, FILE *out)
{
    char sentence[512];

    fprintf(out, "%s\nalong %s; intervals of 95 %%; latencies after the warm-up\n",
            curve->title ? curve->title : "a campaign", curve->x_name);
    for (uint32_t series = 0; series < curve->series_count; series++)
        print_series(curve, series, out);
    fputc('\n', out);
    for (uint32_t i = 0; i < curve->count; i++)
        for (uint32_t j = i + 1; j < curve->count; j++)
            if (curve->points[i].x == curve->points[j].x &&
                curve_compare(curve, &curve->points[i], &curve->points[j], sentence,
                              sizeof sentence))
                fprintf(out, "%s\n", sentence);
    for (uint32_t series = 0; series < curve->series_count; series++)
        if (curve->knee[series] >= 0)
            fprintf(out, "%s: latency turns up at %g%s (the knee of p95).\n", curve->series[series],
                    curve->points[curve->knee[series]].x, curve->x_unit);
}
