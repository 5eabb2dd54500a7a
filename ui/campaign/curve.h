/* curve.h - makes the load curve of a campaign's database: figures with intervals for each point,
 * and pictures.
 *
 * A curve has a horizontal axis x (the rate, else the first axis whose values are numbers) and one
 * series for each combination of values of the other axes, such as old and new versions. Statistics
 * are those of stats.h. The database holds no latencies from before the warm-up.
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
    /* Shares of runs with a stop, and with a process crash; the latter include runs that then
     * stopped. */
    struct stats_interval p_stop, p_crash;
    struct stats_interval latency_ms, delivered_per_s; /* Mean of the runs' means. */
    /* Quantiles over all messages of all runs. */
    double p50_ms, p95_ms, p99_ms;
    struct stats_interval cpu_percent, log_disk_percent, queue_mean;
    uint64_t queue_max, pool_peak;
    /* Time to the stop: median, and mean time between stops. */
    struct stats_interval median_s, mtbf_s;
    /* Whether each replica stopped; the same index has the same seed in all versions. */
    bool *stopped;
    uint64_t *seeds;
    /* Command line of an example: the earliest stop, else the first run. */
    char exemplar[RESULTS_REPRO_CHARS];
};

struct curve {
    char x_name[CURVE_NAME_CHARS]; /* Name of the axis x, such as "load.smtp.rate". */
    char x_unit[16];               /* Unit of x, such as "/s". */
    uint32_t series_count, count;
    char series[CURVE_SERIES_MAX][CURVE_NAME_CHARS];
    struct curve_point *points; /* Sorted by series, then by x. */
    int knee[CURVE_SERIES_MAX]; /* Index into points of the knee of the latency; -1: none. */
    double simulated_s;         /* Longest simulated time of a run, in seconds. */
    char *title;
};

/* Reads the curve; x_axis NULL: the default. NULL: error says why (an empty database, no numeric
 * axis). Free it with curve_free. */
struct curve *curve_read(struct results *results, const char *x_axis,
                         char error[RESULTS_ERROR_CHARS]);

/* Finds the points of one series: [*first, *first + returned count). */
uint32_t curve_series(const struct curve *curve, uint32_t series, uint32_t *first);

/* Prints the table, the paired comparisons of versions, and the knees. */
void curve_print(const struct curve *curve, FILE *out);

/* Writes one sentence that compares two series at one x, on the same seeds. False: no such pair, or
 * no run of either stopped. */
bool curve_compare(const struct curve *curve, const struct curve_point *one,
                   const struct curve_point *other, char *out, size_t size);

enum picture_format { PICTURE_SVG, PICTURE_PNG };

/* Draws the curve through gnuplot; the file appears complete or not at all. False: error says
 * why. */
bool curve_picture(const struct curve *curve, const char *path, enum picture_format format,
                   char error[RESULTS_ERROR_CHARS]);

/* Writes an HTML page that loads nothing from a network: picture, table, comparisons, and an
 * example run of each point with its command line. */
bool curve_page(const struct curve *curve, const char *path, char error[RESULTS_ERROR_CHARS]);
void curve_free(struct curve *curve);
