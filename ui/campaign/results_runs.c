/* results_runs.c - writes runs as rows, in batches, and reads them one by one.
 *
 * One list gives the order of the columns for INSERT, SELECT, binding and reading. A histogram is
 * stored as pairs of variable-length integers: the number of buckets since the last pair, and the
 * count in this bucket. That takes a few hundred bytes instead of four thousand.
 */
#include "ui/campaign/results_inside.h"
#include "ui/host/grow.h"
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Columns in the order of the statements below. */
enum column {
    POINT,
    REPLICA,
    SEED,
    STATUS,
    OUTCOME,
    STOP_CODE,
    STOP_ARG1,
    STOP_ARG2,
    STOP_ARG3,
    STOP_ARG4,
    VICTIM,
    CRASH_AT,
    STOP_AT,
    SIMULATED,
    HOST,
    RECORDS,
    FINGERPRINT,
    ARRIVED,
    DELIVERED,
    REFUSED,
    READ_BACK,
    RESTARTS,
    FIRST_ERROR,
    LATENCY_MEAN,
    LATENCY_MAX,
    HISTOGRAM,
    MEASURED,
    CPU,
    DISK0,
    DISK1,
    DISK2,
    QUEUE_MEAN,
    QUEUE_MAX,
    POOL,
    MESSAGE,
    REPRO,
    COLUMNS
};
#define COLUMN_NAMES                                                                         \
    "point, replica, seed, status, outcome, stop_code, stop_arg1, stop_arg2, stop_arg3, "    \
    "stop_arg4, victim, crash_at_ns, "                                                       \
    "stop_at_ns, simulated_ns, host_us, records, fingerprint, arrived, delivered, refused, " \
    "read_back, restarts, first_error, "                                                     \
    "latency_mean_us, latency_max_us, latency_histogram, measured_ns, cpu_busy_ppm, "        \
    "disk0_busy_ppm, disk1_busy_ppm, "                                                       \
    "disk2_busy_ppm, queue_mean_milli, queue_max, pool_peak, message, repro"

/* The columns that are plain numbers, with their offset in struct result_run. */
static const struct {
    enum column column;
    size_t offset;
} numbers[] = {
    { SIMULATED, offsetof(struct result_run, simulated_ns) },
    { RECORDS, offsetof(struct result_run, records) },
    { ARRIVED, offsetof(struct result_run, arrived) },
    { DELIVERED, offsetof(struct result_run, delivered) },
    { REFUSED, offsetof(struct result_run, refused) },
    { READ_BACK, offsetof(struct result_run, read_back) },
    { RESTARTS, offsetof(struct result_run, restarts) },
    { LATENCY_MEAN, offsetof(struct result_run, latency_mean_us) },
    { LATENCY_MAX, offsetof(struct result_run, latency_max_us) },
    { MEASURED, offsetof(struct result_run, measured_ns) },
    { QUEUE_MEAN, offsetof(struct result_run, queue_mean_milli) },
    { QUEUE_MAX, offsetof(struct result_run, queue_max) },
    { POOL, offsetof(struct result_run, pool_peak) },
};

static uint64_t *number_in(struct result_run *run, size_t index)
{
    return (uint64_t *)(void *)((char *)run + numbers[index].offset);
}

static uint64_t number_of(const struct result_run *run, size_t index)
{
    return *(const uint64_t *)(const void *)((const char *)run + numbers[index].offset);
}

/* ---- Histograms ------------------------------------------------------------------------------ */

static size_t put_varint(uint8_t *out, uint64_t value)
{
    size_t used = 0;

    for (; value >= 0x80; value >>= 7)
        out[used++] = (uint8_t)(value | 0x80);
    out[used++] = (uint8_t)value;
    return used;
}

/* Reads a variable-length integer. False: the bytes end within it, or it is too long. */
static bool get_varint(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
    *value = 0;
    for (unsigned shift = 0; *at < end && shift < 35; shift += 7) {
        uint8_t byte = *(*at)++;

        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

static size_t pack(const uint32_t *buckets, uint8_t *out)
{
    size_t used = 0;
    uint32_t last = 0;

    for (uint32_t i = 0; i < LATENCY_BUCKETS; i++) {
        if (buckets[i] == 0)
            continue;
        used += put_varint(out + used, i - last);
        used += put_varint(out + used, buckets[i]);
        last = i;
    }
    return used;
}

static bool unpack(const uint8_t *bytes, size_t length, uint32_t *buckets)
{
    const uint8_t *end = length > 0 ? bytes + length : bytes;
    uint64_t bucket = 0, gap, count;

    memset(buckets, 0, LATENCY_BUCKETS * sizeof *buckets);
    while (bytes < end) {
        if (!get_varint(&bytes, end, &gap) || !get_varint(&bytes, end, &count))
            return false;
        bucket += gap;
        if (bucket >= LATENCY_BUCKETS || count > UINT32_MAX)
            return false;
        buckets[bucket] = (uint32_t)count;
    }
    return true;
}

/* ---- Writing --------------------------------------------------------------------------------- */

static void bind_number(sqlite3_stmt *add, enum column column, uint64_t value)
{
    sqlite3_bind_int64(add, (int)column + 1, (int64_t)value);
}

static void bind_text(sqlite3_stmt *add, enum column column, const char *text)
{
    sqlite3_bind_text(add, (int)column + 1, text, -1, SQLITE_TRANSIENT);
}

/* Binds the columns of a finished run. A crashed run leaves them NULL. */
static void bind_done(sqlite3_stmt *add, const struct result_run *run)
{
    uint8_t packed[LATENCY_BUCKETS * 7];
    char fingerprint[20];

    bind_text(add, OUTCOME, outcome_names[run->outcome]);
    if (run->stopped) {
        bind_number(add, STOP_CODE, run->stop_code);
        for (int i = 0; i < 4; i++)
            bind_number(add, STOP_ARG1 + (enum column)i, run->stop_args[i]);
        bind_number(add, STOP_AT, run->stop_at_ns);
    }
    if (run->process_crashed) {
        bind_text(add, VICTIM, run->victim);
        bind_number(add, CRASH_AT, run->crash_at_ns);
    }
    snprintf(fingerprint, sizeof fingerprint, "%016" PRIx64, run->fingerprint);
    bind_text(add, FINGERPRINT, fingerprint);
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        bind_number(add, numbers[i].column, number_of(run, i));
    sqlite3_bind_int64(add, FIRST_ERROR + 1, run->first_error);
    sqlite3_bind_blob(add, HISTOGRAM + 1, packed, (int)pack(run->latency, packed),
                      SQLITE_TRANSIENT);
    bind_number(add, CPU, run->cpu_busy_ppm);
    for (int i = 0; i < 3; i++)
        bind_number(add, DISK0 + (enum column)i, run->disk_busy_ppm[i]);
}

static bool add_one(struct results *results, const struct result_run *run)
{
    sqlite3_stmt *add = results->add;
    bool good;

    sqlite3_clear_bindings(add);
    bind_number(add, POINT, (uint64_t)run->point);
    bind_number(add, REPLICA, run->replica);
    bind_number(add, SEED, run->seed);
    bind_text(add, STATUS, run->status == RUN_DONE ? "done" : "crashed");
    bind_number(add, HOST, run->host_us);
    bind_text(add, REPRO, run->repro);
    if (run->status == RUN_DONE)
        bind_done(add, run);
    if (run->message[0] != 0)
        bind_text(add, MESSAGE, run->message);
    good = sqlite3_step(add) == SQLITE_DONE;
    return sqlite3_reset(add) == SQLITE_OK && good;
}

bool results_add(struct results *results, const struct result_run *runs, uint32_t count,
                 char error[RESULTS_ERROR_CHARS])
{
    bool good = true;

    if (results->add == NULL) {
        char marks[COLUMNS * 2] = "", sql[1024];

        for (int i = 0; i < COLUMNS; i++)
            strcat(marks, i == 0 ? "?" : ",?");
        snprintf(sql, sizeof sql, "INSERT OR IGNORE INTO runs(" COLUMN_NAMES ") VALUES(%s)", marks);
        if (!results_prepare(results, sql, &results->add, error))
            return false;
    }
    if (!results_execute(results, "BEGIN IMMEDIATE", error))
        return false;
    for (uint32_t i = 0; i < count && good; i++)
        good = add_one(results, &runs[i]) || results_failed(results, error);
    good = good && results_execute(results, "COMMIT", error);
    if (!good)
        sqlite3_exec(results->db, "ROLLBACK", NULL, NULL, NULL);
    return good;
}

/* ---- Asking ---------------------------------------------------------------------------------- */

bool results_has(struct results *results, int64_t point, uint32_t replica)
{
    char error[RESULTS_ERROR_CHARS];
    bool has;

    if (results->has == NULL &&
        !results_prepare(results, "SELECT 1 FROM runs WHERE point = ? AND replica = ?",
                         &results->has, error))
        return false;
    sqlite3_bind_int64(results->has, 1, point);
    sqlite3_bind_int64(results->has, 2, replica);
    has = sqlite3_step(results->has) == SQLITE_ROW;
    sqlite3_reset(results->has);
    return has;
}

bool results_count(struct results *results, int64_t point, uint32_t limit,
                   struct result_counts *out, char error[RESULTS_ERROR_CHARS])
{
    sqlite3_stmt *ask;
    bool good;

    if (!results_prepare(
            results,
            "SELECT count(*) FILTER (WHERE status = 'done'), count(*) FILTER (WHERE outcome = "
            "'stop'), "
            "count(*) FILTER (WHERE status = 'crashed') FROM runs WHERE point = ? AND replica < ?",
            &ask, error))
        return false;
    sqlite3_bind_int64(ask, 1, point);
    sqlite3_bind_int64(ask, 2, limit);
    good = sqlite3_step(ask) == SQLITE_ROW || results_failed(results, error);
    if (good)
        *out = (struct result_counts){ (uint64_t)sqlite3_column_int64(ask, 0),
                                       (uint64_t)sqlite3_column_int64(ask, 1),
                                       (uint64_t)sqlite3_column_int64(ask, 2) };
    sqlite3_finalize(ask);
    return good;
}

static const char *text_of(sqlite3_stmt *ask, int column)
{
    const char *text = (const char *)sqlite3_column_text(ask, column);

    return text != NULL ? text : "";
}

char *results_provenance(struct results *results, const char *key)
{
    char error[RESULTS_ERROR_CHARS], *value = NULL;
    sqlite3_stmt *ask;

    if (!results_prepare(results, "SELECT value FROM provenance WHERE key = ?", &ask, error))
        return NULL;
    sqlite3_bind_text(ask, 1, key, -1, SQLITE_STATIC);
    if (sqlite3_step(ask) == SQLITE_ROW)
        value = strdup(text_of(ask, 0));
    sqlite3_finalize(ask);
    return value;
}

static bool is_plain(const char *text)
{
    while (*text != 0 && (unsigned char)*text >= ' ' && *text != 0x7f)
        text++;
    return *text == 0;
}

/* A row of points as a sweep writes it: a label and a text an axis, without control characters, and
 * the axes of the first row. Pictures and reports print both as they stand. */
static bool good_point(sqlite3_stmt *row, const char *first_axes)
{
    json_t *axes = json_loads(text_of(row, 3), 0, NULL);
    json_t *first = json_loads(first_axes != NULL ? first_axes : text_of(row, 3), 0, NULL);
    bool good = json_is_object(axes) && json_object_size(axes) == json_object_size(first) &&
                is_plain(text_of(row, 1));
    const char *name;
    json_t *value;

    json_object_foreach(axes, name, value) {
        good = good && json_is_string(value) && is_plain(json_string_value(value)) &&
               is_plain(name) && json_object_get(first, name) != NULL;
    }
    json_decref(axes);
    json_decref(first);
    return good;
}

bool results_points(struct results *results, struct result_point **points, uint32_t *count,
                    char error[RESULTS_ERROR_CHARS])
{
    sqlite3_stmt *ask;
    size_t room = 0;
    bool damaged = false;
    int code;

    *points = NULL;
    *count = 0;
    if (!results_prepare(results,
                         "SELECT id, label, position, axes FROM points ORDER BY position, id", &ask,
                         error))
        return false;
    while ((code = sqlite3_step(ask)) == SQLITE_ROW) {
        struct result_point *point;

        if (!good_point(ask, *count > 0 ? (*points)[0].axes : NULL)) {
            damaged = true;
            break;
        }
        *points = grow(*points, &room, *count + 1, sizeof **points);
        point = &(*points)[(*count)++];
        point->id = sqlite3_column_int64(ask, 0);
        snprintf(point->label, sizeof point->label, "%s", text_of(ask, 1));
        point->position = (uint32_t)sqlite3_column_int64(ask, 2);
        point->axes = strdup(text_of(ask, 3));
        CHECK(point->axes != NULL);
    }
    sqlite3_finalize(ask);
    if (code == SQLITE_DONE)
        return true;
    if (damaged)
        results_wrong(results, error,
                      "the points are damaged: the axes of row %u (expected one text an axis, the "
                      "same axes in each row, no control characters)",
                      *count + 1);
    else
        results_failed(results, error);
    results_points_free(*points, *count);
    *points = NULL;
    return false;
}

void results_points_free(struct result_point *points, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        free(points[i].axes);
    free(points);
}

/* ---- Reading runs ---------------------------------------------------------------------------- */

static bool read_row(sqlite3_stmt *ask, struct result_run *run)
{
    const char *outcome = text_of(ask, OUTCOME);

    run->point = sqlite3_column_int64(ask, POINT);
    run->replica = (uint32_t)sqlite3_column_int64(ask, REPLICA);
    run->seed = (uint64_t)sqlite3_column_int64(ask, SEED);
    run->status = strcmp(text_of(ask, STATUS), "done") == 0 ? RUN_DONE : RUN_CRASHED;
    run->outcome = OUTCOME_SURVIVED;
    for (int i = 0; i < 3; i++)
        if (strcmp(outcome, outcome_names[i]) == 0)
            run->outcome = (enum outcome)i;
    run->stopped = sqlite3_column_type(ask, STOP_CODE) != SQLITE_NULL;
    run->process_crashed = sqlite3_column_type(ask, CRASH_AT) != SQLITE_NULL;
    run->stop_code = (uint32_t)sqlite3_column_int64(ask, STOP_CODE);
    for (int i = 0; i < 4; i++)
        run->stop_args[i] = (uint32_t)sqlite3_column_int64(ask, STOP_ARG1 + i);
    snprintf(run->victim, sizeof run->victim, "%s", text_of(ask, VICTIM));
    run->crash_at_ns = (uint64_t)sqlite3_column_int64(ask, CRASH_AT);
    run->stop_at_ns = (uint64_t)sqlite3_column_int64(ask, STOP_AT);
    run->host_us = (uint64_t)sqlite3_column_int64(ask, HOST);
    run->fingerprint = strtoull(text_of(ask, FINGERPRINT), NULL, 16);
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        *number_in(run, i) = (uint64_t)sqlite3_column_int64(ask, (int)numbers[i].column);
    run->first_error = (int32_t)sqlite3_column_int64(ask, FIRST_ERROR);
    run->cpu_busy_ppm = (uint32_t)sqlite3_column_int64(ask, CPU);
    for (int i = 0; i < 3; i++)
        run->disk_busy_ppm[i] = (uint32_t)sqlite3_column_int64(ask, DISK0 + i);
    snprintf(run->message, sizeof run->message, "%s", text_of(ask, MESSAGE));
    snprintf(run->repro, sizeof run->repro, "%s", text_of(ask, REPRO));
    return unpack(sqlite3_column_blob(ask, HISTOGRAM), (size_t)sqlite3_column_bytes(ask, HISTOGRAM),
                  run->latency);
}

bool results_runs(struct results *results, int64_t point,
                  bool (*take)(void *context, const struct result_run *run), void *context,
                  char error[RESULTS_ERROR_CHARS])
{
    struct result_run *run = calloc(1, sizeof *run);
    bool good = true, more = true;
    sqlite3_stmt *ask;
    int code = SQLITE_DONE;

    CHECK(run != NULL);
    if (!results_prepare(results,
                         point == 0 ? "SELECT " COLUMN_NAMES " FROM runs ORDER BY point, replica"
                                    : "SELECT " COLUMN_NAMES
                                      " FROM runs WHERE point = ? ORDER BY replica",
                         &ask, error)) {
        free(run);
        return false;
    }
    sqlite3_bind_int64(ask, 1, point);
    while (good && more && (code = sqlite3_step(ask)) == SQLITE_ROW) {
        good = read_row(ask, run) ||
               results_wrong(results, error,
                             "the histogram of point %" PRId64 ", replica %u is damaged",
                             run->point, run->replica);
        more = good && take(context, run);
    }
    if (good && more && code != SQLITE_DONE)
        good = results_failed(results, error);
    sqlite3_finalize(ask);
    free(run);
    return good;
}

bool results_shortest(struct results *results, struct result_run *out,
                      char error[RESULTS_ERROR_CHARS])
{
    sqlite3_stmt *ask;
    bool found;

    error[0] = 0;
    if (!results_prepare(
            results,
            "SELECT " COLUMN_NAMES
            " FROM runs WHERE status = 'done' ORDER BY simulated_ns, point, replica LIMIT 1",
            &ask, error))
        return false;
    found = sqlite3_step(ask) == SQLITE_ROW && read_row(ask, out);
    sqlite3_finalize(ask);
    return found;
}

void result_run_take(struct result_run *row, const struct result *result)
{
    row->status = RUN_DONE;
    row->outcome = result->outcome;
    row->stopped = result->stop.stopped;
    row->stop_code = result->stop.code;
    memcpy(row->stop_args, result->stop.args, sizeof row->stop_args);
    row->stop_at_ns = result->stop.at;
    row->process_crashed = result->crashed;
    snprintf(row->victim, sizeof row->victim, "%s", result->victim);
    row->crash_at_ns = result->crash_at;
    row->simulated_ns = result->simulated;
    row->records = result->records;
    row->fingerprint = result->fingerprint;
    row->arrived = result->arrived;
    row->delivered = result->delivered;
    row->refused = result->refused;
    row->read_back = result->reads;
    row->restarts = result->restarts;
    row->first_error = result->first_error;
    row->latency_mean_us = result->latency_mean_us;
    row->latency_max_us = result->latency_max_us;
    memcpy(row->latency, result->latency, sizeof row->latency);
    row->measured_ns = result->measured;
    row->cpu_busy_ppm = result->cpu_busy_ppm;
    memcpy(row->disk_busy_ppm, result->disk_busy_ppm, sizeof row->disk_busy_ppm);
    row->queue_mean_milli = result->queue_mean_milli;
    row->queue_max = result->queue_most;
    row->pool_peak = result->pool_peak;
}
