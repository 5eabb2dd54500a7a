/* merge.c - see merge.h.
 *
 * Each part is opened once, looked at, and copied row by row into a new file by one transaction; a
 * row goes from statement to statement as SQLite holds it. A row that is there already is compared:
 * only host_us and the line that repeats the run may differ, since they tell of the host.
 */
#include "ui/campaign/merge.h"
#include "ui/campaign/results_inside.h"
#include "ui/host/interrupt.h"
#include "ui/host/progress.h"
#include "ui/host/whole_file.h"
#include "ui/host/files.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 64 };

/* The database that is written. */
struct target {
    struct results *results, *first; /* first: of the parts, which the others are compared with. */
    sqlite3_stmt *point, *add, *there;
    uint32_t replicas;
    uint32_t shard, shards; /* Shard of all parts so far; shards 1: none in common. */
    struct merge_report *report;
};

/* ---- Looking --------------------------------------------------------------------------------- */

/* Asks for one number. False: error says why there is none. */
static bool ask_number(struct results *results, const char *sql, const int64_t *values,
                       uint32_t count, uint64_t *out, char error[RESULTS_ERROR_CHARS])
{
    sqlite3_stmt *ask;
    bool good;

    if (!results_prepare(results, sql, &ask, error))
        return false;
    for (uint32_t i = 0; i < count; i++)
        sqlite3_bind_int64(ask, (int)i + 1, values[i]);
    good = sqlite3_step(ask) == SQLITE_ROW || results_failed(results, error);
    if (good)
        *out = (uint64_t)sqlite3_column_int64(ask, 0);
    sqlite3_finalize(ask);
    return good;
}

/* The replicas of the plan: from the provenance, else the most that a point has. */
static bool ask_replicas(struct results *results, uint64_t *out, char error[RESULTS_ERROR_CHARS])
{
    return ask_number(results,
                      "SELECT coalesce((SELECT CAST(value AS INTEGER) FROM provenance WHERE key = "
                      "'replicas'), (SELECT max(replica) + 1 FROM runs), 0)",
                      NULL, 0, out, error);
}

/* Number of the runs below `runs` that belong to a shard. */
static uint64_t share(uint64_t runs, uint32_t shard, uint32_t shards)
{
    return runs >= shard ? (runs - shard) / shards + 1 : 0;
}

static bool look(struct part *part, struct results *results)
{
    char *shard = results_provenance(results, "shard");
    uint64_t replicas = 0, points = 0;
    bool good;

    part->shard = part->shards = 1;
    good = shard == NULL ||
           (sscanf(shard, "%" SCNu32 "/%" SCNu32, &part->shard, &part->shards) == 2 &&
            part->shard >= 1 && part->shard <= part->shards && part->shards <= PLAN_SHARDS_MAX) ||
           results_wrong(results, part->error,
                         "the provenance is damaged: shard \"%.40s\" (expected one such as 2/8)",
                         shard);
    free(shard);
    good = good && ask_replicas(results, &replicas, part->error) &&
           ask_number(results, "SELECT count(*) FROM points", NULL, 0, &points, part->error);
    if (!good)
        return false;
    part->wanted = share(replicas * points, part->shard, part->shards);
    return ask_number(results,
                      "SELECT count(*) FROM runs JOIN points ON id = point WHERE replica < ?1 AND "
                      "(replica * ?2 + position) % ?3 = ?4 - 1",
                      (int64_t[]){ (int64_t)replicas, (int64_t)points, part->shards, part->shard },
                      4, &part->there, part->error) &&
           ask_number(results, "SELECT count(*) FROM runs WHERE status = 'crashed'", NULL, 0,
                      &part->crashed, part->error);
}

/* Opens a part and fills it in. NULL: its error says why it cannot be used. */
static struct results *open_part(struct part *part, struct results *first)
{
    struct results *results = results_open(part->path, RESULTS_READ, part->error);

    if (results != NULL && ((first != NULL && !results_same_sweep(results, first, part->error)) ||
                            !look(part, results))) {
        results_close(results);
        results = NULL;
    }
    return results;
}

void merge_look(struct part *parts, uint32_t count)
{
    struct results *first = NULL;

    for (uint32_t i = 0; i < count; i++) {
        struct results *results = open_part(&parts[i], first);

        if (first == NULL)
            first = results;
        else
            results_close(results);
    }
    results_close(first);
}

/* ---- Copying --------------------------------------------------------------------------------- */

static bool begin(struct target *to, const char *path, char error[RESULTS_ERROR_CHARS])
{
    /* The file has no name yet that anybody could read it by, so it needs no journal. */
    static const char alone[] = "PRAGMA journal_mode = OFF; PRAGMA synchronous = FULL; "
                                "PRAGMA cache_size = -131072";
    uint64_t replicas;

    to->results = results_open(path, RESULTS_NEW, error);
    if (to->results == NULL || !ask_replicas(to->first, &replicas, error))
        return false;
    to->replicas = (uint32_t)replicas;
    return results_execute(to->results, alone, error) &&
           results_begin_copy(to->results, to->first, to->replicas, error) &&
           results_prepare(to->results,
                           "INSERT INTO points(label, position, axes) VALUES(?1, ?2, ?3) ON "
                           "CONFLICT(label) DO UPDATE SET label = label RETURNING id",
                           &to->point, error) &&
           results_prepare(to->results, "SELECT * FROM runs WHERE point = ? AND replica = ?",
                           &to->there, error);
}

/* Finds the points of a part in the target, or adds them. Returns a table by the part's ids, which
 * have *count as their limit; free it with free. NULL: error says why. */
static int64_t *map_points(struct target *to, struct results *from, int64_t *count,
                           char error[RESULTS_ERROR_CHARS])
{
    struct result_point *points;
    uint32_t all;
    int64_t *map;
    bool good = true;

    if (!results_points(from, &points, &all, error))
        return NULL;
    *count = 1;
    for (uint32_t i = 0; i < all; i++)
        *count = MAX_OF(*count, points[i].id + 1);
    map = *count <= PLAN_POINTS_MAX * 4 ? calloc((size_t)*count, sizeof *map) : NULL;
    for (uint32_t i = 0; i < all && map != NULL && good; i++) {
        sqlite3_bind_text(to->point, 1, points[i].label, -1, SQLITE_STATIC);
        sqlite3_bind_int64(to->point, 2, points[i].position);
        sqlite3_bind_text(to->point, 3, points[i].axes, -1, SQLITE_STATIC);
        good = points[i].id > 0 && sqlite3_step(to->point) == SQLITE_ROW;
        if (good)
            map[points[i].id] = sqlite3_column_int64(to->point, 0);
        good = sqlite3_reset(to->point) == SQLITE_OK && good;
    }
    results_points_free(points, all);
    if (map == NULL || !good) {
        free(map);
        if (map == NULL)
            results_wrong(from, error, "the points are damaged: an id beyond all plans");
        else
            results_failed(to->results, error);
        return NULL;
    }
    return map;
}

static bool same_value(sqlite3_value *one, sqlite3_value *other)
{
    int size = sqlite3_value_bytes(one);

    if (sqlite3_value_type(one) != sqlite3_value_type(other))
        return false;
    if (sqlite3_value_type(one) == SQLITE_INTEGER)
        return sqlite3_value_int64(one) == sqlite3_value_int64(other);
    return size == sqlite3_value_bytes(other) &&
           (size == 0 ||
            memcmp(sqlite3_value_blob(one), sqlite3_value_blob(other), (size_t)size) == 0);
}

/* Compares a row of a part with the same run in the target. */
static bool same_run(struct target *to, sqlite3_stmt *row, int64_t point, const char **differs)
{
    static const char *const free_to_differ[] = { "point", "host_us", "repro" };
    bool same;

    sqlite3_bind_int64(to->there, 1, point);
    sqlite3_bind_value(to->there, 2, sqlite3_column_value(row, 1));
    same = sqlite3_step(to->there) == SQLITE_ROW;
    for (int i = 0; i < sqlite3_column_count(row) && same; i++) {
        bool free_one = false;

        *differs = sqlite3_column_name(row, i);
        for (size_t f = 0; f < ARRAY_LEN(free_to_differ); f++)
            free_one = free_one || strcmp(*differs, free_to_differ[f]) == 0;
        same = free_one ||
               same_value(sqlite3_column_value(row, i), sqlite3_column_value(to->there, i));
    }
    sqlite3_reset(to->there);
    return same;
}

/* Copies a row. False: end and error of the report are set. */
static bool copy_row(struct target *to, struct results *from, sqlite3_stmt *row, int64_t point)
{
    struct merge_report *report = to->report;
    const char *differs = "";

    sqlite3_bind_int64(to->add, 1, point);
    for (int i = 1; i < sqlite3_column_count(row); i++)
        sqlite3_bind_value(to->add, i + 1, sqlite3_column_value(row, i));
    sqlite3_step(to->add);
    if (sqlite3_reset(to->add) != SQLITE_OK) {
        report->end = MERGE_FAILED;
        return results_failed(to->results, report->error);
    }
    if (sqlite3_changes(to->results->db) > 0)
        return true;
    report->doubled++;
    if (same_run(to, row, point, &differs))
        return true;
    report->end = MERGE_DIFFERENT;
    return results_wrong(from, report->error,
                         "replica %d of point %d differs from the same run in an earlier part, in "
                         "%s (expected the same: another simulator made one of them)",
                         sqlite3_column_int(row, 1), sqlite3_column_int(row, 0), differs);
}

static bool prepare_rows(struct target *to, struct results *from, sqlite3_stmt **rows,
                         char error[RESULTS_ERROR_CHARS])
{
    char sql[64 + 2 * COLUMNS_MAX] = "INSERT OR IGNORE INTO runs VALUES(?";
    int columns;

    if (!results_prepare(from, "SELECT * FROM runs", rows, error))
        return false;
    columns = sqlite3_column_count(*rows);
    if (columns != sqlite3_column_count(to->there)) {
        sqlite3_finalize(*rows);
        return results_wrong(from, error, "its runs have %d columns (expected %d)", columns,
                             sqlite3_column_count(to->there));
    }
    for (int i = 1; i < columns; i++)
        strcat(sql, ",?");
    strcat(sql, ")");
    return to->add != NULL || results_prepare(to->results, sql, &to->add, error);
}

/* Copies the runs of a part. False: end and error of the report are set. */
static bool copy_part(struct target *to, struct results *from)
{
    struct merge_report *report = to->report;
    int64_t limit = 0, *map = map_points(to, from, &limit, report->error);
    sqlite3_stmt *rows = NULL;
    uint64_t replicas;
    int code = SQLITE_DONE;

    if (map == NULL || !ask_replicas(from, &replicas, report->error) ||
        !prepare_rows(to, from, &rows, report->error)) {
        report->end = MERGE_FAILED;
        free(map);
        return false;
    }
    to->replicas = MAX_OF(to->replicas, (uint32_t)replicas);
    while (report->end == MERGE_DONE && (code = sqlite3_step(rows)) == SQLITE_ROW) {
        int64_t point = sqlite3_column_int64(rows, 0);

        if (point > 0 && point < limit && map[point] > 0) {
            copy_row(to, from, rows, map[point]);
        } else {
            results_wrong(from, report->error, "the runs are damaged: one of no point");
            report->end = MERGE_FAILED;
        }
    }
    if (report->end == MERGE_DONE && code != SQLITE_DONE) {
        results_failed(from, report->error);
        report->end = MERGE_FAILED;
    }
    sqlite3_finalize(rows);
    free(map);
    return report->end == MERGE_DONE;
}

/* ---- The main line --------------------------------------------------------------------------- */

/* Writes the number of replicas, and the shard if it is one, and ends the transaction. */
static bool complete(struct target *to)
{
    struct merge_report *report = to->report;
    char sql[160];
    uint64_t points;
    bool good;

    snprintf(sql, sizeof sql,
             "INSERT OR REPLACE INTO provenance SELECT 'replicas', '%u' UNION ALL "
             "SELECT 'shard', '%u/%u' WHERE %u > 1",
             to->replicas, to->shard, to->shards, to->shards);
    good =
        results_execute(to->results, sql, report->error) &&
        ask_number(to->results, "SELECT count(*) FROM points", NULL, 0, &points, report->error) &&
        ask_number(to->results, "SELECT count(*) FROM runs", NULL, 0, &report->runs,
                   report->error) &&
        results_execute(to->results, "COMMIT", report->error);
    if (good)
        report->wanted = MAX_OF(share(points * to->replicas, to->shard, to->shards), report->runs);
    else
        report->end = MERGE_FAILED;
    return good;
}

/* Opens a part and copies it; the first one also begins the target. */
static bool take_part(struct target *to, struct part *part, const char *temporary)
{
    struct results *from = open_part(part, to->first);
    bool good = from != NULL;

    if (from == NULL)
        snprintf(to->report->error, sizeof to->report->error, "%s", part->error);
    if (good && (to->first == NULL || (to->shard == part->shard && to->shards == part->shards))) {
        to->shard = part->shard;
        to->shards = part->shards;
    } else {
        to->shard = to->shards = 1;
    }
    if (good && to->first == NULL) {
        to->first = from;
        good = begin(to, temporary, to->report->error);
    }
    if (!good)
        to->report->end = MERGE_FAILED;
    good = good && copy_part(to, from);
    if (from != to->first)
        results_close(from);
    return good;
}

static void close_target(struct target *to)
{
    sqlite3_finalize(to->point);
    sqlite3_finalize(to->add);
    sqlite3_finalize(to->there);
    results_close(to->first);
    results_close(to->results);
}

void merge_parts(const char *path, struct part *parts, uint32_t count, bool progress,
                 struct merge_report *report)
{
    struct target to = { .report = report };
    struct part before = { .path = path };
    struct progress shown;
    struct whole_file file;
    bool good = true;
    int error;

    *report = (struct merge_report){ .end = MERGE_DONE };
    error = whole_file_open(&file, path);
    if (error != 0 || file.temporary == NULL) {
        report->end = MERGE_FAILED;
        snprintf(report->error, sizeof report->error, "%.400s: %s", path,
                 error != 0 ? strerror(error)
                            : "no regular file (expected the name of a database)");
        if (error == 0)
            whole_file_drop(&file);
        return;
    }
    interrupt_watch();
    progress_begin(&shown, progress);
    if (file_look(path).bytes > 0)
        good = take_part(&to, &before, file.temporary);
    for (uint32_t i = 0; i < count && good; i++) {
        if (interrupt_came()) {
            report->end = MERGE_INTERRUPTED;
            good = false;
            break;
        }
        good = take_part(&to, &parts[i], file.temporary);
        if (progress_due(&shown))
            progress_show(&shown, (double)(i + 1) / count, "%u of %u parts", i + 1, count);
    }
    progress_end(&shown);
    good = good && complete(&to);
    close_target(&to);
    if (!good) {
        whole_file_drop(&file);
        return;
    }
    error = whole_file_close(&file);
    if (error != 0) {
        report->end = MERGE_FAILED;
        snprintf(report->error, sizeof report->error, "%.400s: %s", path, strerror(error));
    }
}
