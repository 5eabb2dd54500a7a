/* curve.h - from a campaign's database to the load curve: one figure a point, with its interval,
 * and pictures of them.
 *
 * A curve has one axis to go along (x: the first whose values are numbers, the rate if there is
 * one) and one series for each combination of the others: old and new versions, say. Statistics are
 * those of stats.h; what lies before the warm-up is not in the database's latencies to begin with.
 *
 *     struct curve *curve = curve_read(results, NULL, error);
 *     curve_print(curve, stdout);
 *     curve_picture(curve, "curve.svg", PICTURE_SVG, error);
 *     curve_free(curve);
 */
#pragma once
#include "ui/campaign/results.h"
#include "ui/campaign/stats.h"

enum { CURVE_SERIES_MAX = 16, CURVE_NAME_CHARS = 128 };

struct curve_point {
    double x;
    uint32_t series;
    int64_t id;
    char label[PLAN_LABEL_CHARS];
    uint64_t runs, stops, process_crashes, simulator_crashes;
    /* P(process crash) counts those that ended in a stop, too. */
    struct stats_interval p_stop, p_crash;
    struct stats_interval latency_ms, delivered_per_s; /* Of the runs' means. */
    double p50_ms, p95_ms, p99_ms;                     /* Of all messages of all runs together. */
    struct stats_interval cpu_percent, log_disk_percent, queue_mean;
    uint64_t queue_max, pool_peak;
    struct stats_interval median_s, mtbf_s; /* Time to the stop. */
    bool *stopped;                          /* By replica; in both versions the same seeds. */
    uint64_t *seeds;
    char exemplar[RESULTS_REPRO_CHARS]; /* How to see one: the earliest stop, else the first run. */
};

struct curve {
    char x_name[CURVE_NAME_CHARS]; /* "load.smtp.rate". */
    char x_unit[16];               /* "/s". */
    uint32_t series_count, count;
    char series[CURVE_SERIES_MAX][CURVE_NAME_CHARS];
    struct curve_point *points; /* By series, then by x. */
    int knee[CURVE_SERIES_MAX]; /* Index into points of the latency's knee; -1: none. */
    double simulated_s;         /* Of one run, at most. */
    char *title;
};

/* x_axis NULL: the first numeric one. NULL: error says why (an empty database, no numeric axis). */
struct curve *curve_read(struct results *results, const char *x_axis,
                         char error[RESULTS_ERROR_CHARS]);

/* Points of one series: [*first, *first + returned count). */
uint32_t curve_series(const struct curve *curve, uint32_t series, uint32_t *first);

/* The table, the paired comparisons of version series, the knees. */
void curve_print(const struct curve *curve, FILE *out);

/* One sentence on two series at one x, on the same seeds. False: there is no such pair, or nothing
 * stopped in either. */
bool curve_compare(const struct curve *curve, const struct curve_point *one,
                   const struct curve_point *other, char *out, size_t size);

enum picture_format { PICTURE_SVG, PICTURE_PNG };

/* Draws through gnuplot; the file appears whole or not at all. False: error says why. */
bool curve_picture(const struct curve *curve, const char *path, enum picture_format format,
                   char error[RESULTS_ERROR_CHARS]);

/* A page that needs no network: picture, table, comparisons, an exemplar of each point with the
 * line that runs it. */
bool curve_page(const struct curve *curve, const char *path, char error[RESULTS_ERROR_CHARS]);
void curve_free(struct curve *curve);
