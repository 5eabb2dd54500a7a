/* cli_export_db.c - exifsim export FILE.db: writes a database's runs for other programs, one row
 * for each run.
 *
 * The first columns are the point's label and one column for each axis; then follow those of the
 * table `runs` (ui/campaign/SCHEMA.md) and quantiles of the latency. Rows are written as they are
 * read, so the size of the database does not matter.
 */
#include "ui/campaign/results.h"
#include "ui/cli/cli.h"
#include "ui/report/csv.h"
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct export
{
    FILE *out;
    struct result_point *points;
    uint32_t point_count;
    const struct result_point *point; /* Point of the present run. */
    json_t *axes;                     /* Names of the axes of all points, in order. */
    json_t *values;                   /* Values of the point's axes. */
    bool first, csv;
};

/* ---- One run as JSON ------------------------------------------------------------------------- */

static json_t *number(uint64_t value) { return json_integer((json_int_t)value); }

static json_t *hex(uint64_t value, int digits)
{
    char text[24];

    snprintf(text, sizeof text, "0x%0*" PRIx64, digits, value);
    return json_string(text);
}

/* The latency quantile at this share (in thousandths) of the messages: the middle of its bucket,
 * exact to one part in 64. */
static json_t *quantile(const struct result_run *run, uint64_t thousandths)
{
    uint64_t all = 0, seen = 0;

    for (uint32_t i = 0; i < LATENCY_BUCKETS; i++)
        all += run->latency[i];
    for (uint32_t i = 0; i < LATENCY_BUCKETS && all > 0; i++) {
        seen += run->latency[i];
        if (seen * 1000 >= all * thousandths)
            return number((latency_low(i) + latency_low(i + 1)) / 2);
    }
    return json_null();
}

static json_t *histogram(const struct result_run *run)
{
    json_t *pairs = json_array();

    for (uint32_t i = 0; i < LATENCY_BUCKETS; i++) {
        json_t *pair;

        if (run->latency[i] == 0)
            continue;
        pair = json_array();
        json_array_append_new(pair, number(latency_low(i)));
        json_array_append_new(pair, number(run->latency[i]));
        json_array_append_new(pairs, pair);
    }
    return pairs;
}

static void put_end(json_t *row, const struct result_run *run)
{
    bool done = run->status == RUN_DONE;
    char text[24];

    json_object_set_new(row, "outcome",
                        done ? json_string(outcome_names[run->outcome]) : json_null());
    json_object_set_new(row, "stop_code", run->stopped ? hex(run->stop_code, 8) : json_null());
    for (int i = 0; i < 4; i++) {
        snprintf(text, sizeof text, "stop_arg%d", i + 1);
        json_object_set_new(row, text, run->stopped ? hex(run->stop_args[i], 8) : json_null());
    }
    json_object_set_new(row, "victim",
                        run->process_crashed ? json_string(run->victim) : json_null());
    json_object_set_new(row, "crash_at_ns",
                        run->process_crashed ? number(run->crash_at_ns) : json_null());
    json_object_set_new(row, "stop_at_ns", run->stopped ? number(run->stop_at_ns) : json_null());
    snprintf(text, sizeof text, "%016" PRIx64, run->fingerprint);
    json_object_set_new(row, "fingerprint", done ? json_string(text) : json_null());
}

static void put_counters(json_t *row, const struct result_run *run)
{
    const struct {
        const char *name;
        uint64_t value;
    } counters[] = {
        { "simulated_ns", run->simulated_ns },
        { "records", run->records },
        { "arrived", run->arrived },
        { "delivered", run->delivered },
        { "refused", run->refused },
        { "read_back", run->read_back },
        { "restarts", run->restarts },
        { "latency_mean_us", run->latency_mean_us },
        { "latency_max_us", run->latency_max_us },
        { "measured_ns", run->measured_ns },
        { "cpu_busy_ppm", run->cpu_busy_ppm },
        { "disk0_busy_ppm", run->disk_busy_ppm[0] },
        { "disk1_busy_ppm", run->disk_busy_ppm[1] },
        { "disk2_busy_ppm", run->disk_busy_ppm[2] },
        { "queue_mean_milli", run->queue_mean_milli },
        { "queue_max", run->queue_max },
        { "pool_peak", run->pool_peak },
    };
    bool done = run->status == RUN_DONE;

    for (size_t i = 0; i < ARRAY_LEN(counters); i++)
        json_object_set_new(row, counters[i].name, done ? number(counters[i].value) : json_null());
    json_object_set_new(row, "first_error", done ? json_integer(run->first_error) : json_null());
    json_object_set_new(row, "latency_p50_us", quantile(run, 500));
    json_object_set_new(row, "latency_p95_us", quantile(run, 950));
    json_object_set_new(row, "latency_p99_us", quantile(run, 990));
}

static json_t *row_of(const struct export *export, const struct result_run *run)
{
    json_t *row = json_object();
    const char *name;
    json_t *one;

    json_object_set_new(row, "point", json_string(export->point->label));
    if (export->csv) { /* CSV has the same columns for every point. */
        json_object_foreach(export->axes, name, one) {
            json_t *value = json_object_get(export->values, name);

            json_object_set(row, name, value != NULL ? value : one);
        }
    } else {
        json_object_set(row, "axes", export->values);
    }
    json_object_set_new(row, "replica", number(run->replica));
    json_object_set_new(row, "seed", number(run->seed));
    json_object_set_new(row, "status", json_string(run->status == RUN_DONE ? "done" : "crashed"));
    put_end(row, run);
    put_counters(row, run);
    json_object_set_new(row, "host_us", number(run->host_us));
    if (!export->csv)
        json_object_set_new(row, "latency_histogram", histogram(run));
    json_object_set_new(row, "message",
                        run->message[0] != 0 ? json_string(run->message) : json_null());
    json_object_set_new(row, "repro", json_string(run->repro));
    return row;
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static void csv_row(struct export *export, json_t *row)
{
    const char *name, *comma = "";
    json_t *value;

    if (export->first) {
        json_object_foreach(row, name, value) {
            fputs(comma, export->out);
            csv_field(export->out, name);
            comma = ",";
        }
        fputs("\r\n", export->out);
        comma = "";
    }
    json_object_foreach(row, name, value) {
        fputs(comma, export->out);
        if (json_is_integer(value))
            fprintf(export->out, "%" PRId64, (int64_t)json_integer_value(value));
        else if (json_is_string(value))
            csv_field(export->out, json_string_value(value));
        comma = ",";
    }
    fputs("\r\n", export->out);
}

static void enter_point(struct export *export, int64_t id)
{
    json_decref(export->values);
    export->point = NULL;
    for (uint32_t i = 0; i < export->point_count; i++)
        if (export->points[i].id == id)
            export->point = &export->points[i];
    export->values = export->point != NULL ? json_loads(export->point->axes, 0, NULL) : NULL;
    if (export->values == NULL)
        export->values = json_object();
}

static bool take_run(void *context, const struct result_run *run)
{
    static const struct result_point nowhere = { .label = "?" };
    struct export *export = context;

    if (export->point == NULL || export->point->id != run->point)
        enter_point(export, run->point);
    if (export->point == NULL)
        export->point = &nowhere;
    json_t *row = row_of(export, run);

    if (export->csv) {
        csv_row(export, row);
    } else {
        fputs(export->first ? "\n" : ",\n", export->out);
        json_dumpf(row, export->out, JSON_COMPACT | JSON_PRESERVE_ORDER);
    }
    export->first = false;
    json_decref(row);
    return !ferror(export->out);
}

/* ---- The document ---------------------------------------------------------------------------- */

static void find_axes(struct export *export)
{
    export->axes = json_object();
    for (uint32_t i = 0; i < export->point_count; i++) {
        json_t *axes = json_loads(export->points[i].axes, 0, NULL), *value;
        const char *name;

        json_object_foreach(axes, name, value)
            json_object_set_new(export->axes, name, json_null());
        json_decref(axes);
    }
}

static void begin_document(struct export *export, struct results *results)
{
    static const char *const keys[] = { "tool",      "sweep", "scenario_path", "scenario_text",
                                        "base_seed", "host",  "created" };
    json_t *provenance = json_object();

    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        char *value = results_provenance(results, keys[i]);

        json_object_set_new(provenance, keys[i], value != NULL ? json_string(value) : json_null());
        free(value);
    }
    fputs("{\"tool\":\"exifsim\",\"provenance\":", export->out);
    json_dumpf(provenance, export->out, JSON_COMPACT | JSON_PRESERVE_ORDER);
    fputs(",\"runs\":[", export->out);
    json_decref(provenance);
}

static bool write_all(struct export *export, struct results *results,
                      char error[RESULTS_ERROR_CHARS])
{
    bool good = results_points(results, &export->points, &export->point_count, error);

    if (!good)
        return false;
    find_axes(export);
    if (!export->csv)
        begin_document(export, results);
    good = results_runs(results, 0, take_run, export, error);
    if (!export->csv)
        fputs("\n]}\n", export->out);
    results_points_free(export->points, export->point_count);
    json_decref(export->axes);
    json_decref(export->values);
    return good;
}

int cli_export_database(const struct options *options)
{
    struct export export = { .first = true, .csv = options->csv };
    char error[RESULTS_ERROR_CHARS];
    struct results *results = results_open(options->paths[0], RESULTS_READ, error);
    struct whole_file output;
    bool good = results != NULL;

    if (!good) {
        fprintf(stderr, "exifsim: %s\n", error);
        return EXIT_USAGE;
    }
    good = cli_written(options->out, whole_file_open(&output, options->out));
    if (good) {
        export.out = output.out;
        errno = 0;
        good = write_all(&export, results, error);
        output.error = ferror(output.out) ? errno : 0;
        if (good || ferror(output.out)) {
            good = cli_written(options->out, whole_file_close(&output));
        } else {
            fprintf(stderr, "exifsim: %s\n", error);
            whole_file_drop(&output);
        }
    }
    results_close(results);
    return good ? EXIT_MET : EXIT_USAGE;
}
