/* results.c - opens the database and writes its plan.
 *
 * A campaign's database is known by its application_id. One transaction writes that mark, the
 * tables, the provenance and the points, so a killed process leaves either an empty file, which any
 * sweep may use, or a complete one. Runs are added in batches, each in one transaction, which
 * survives the death of the process. The row of a run is never changed.
 */
#include "ui/campaign/results.h"
#include "ui/campaign/results_inside.h"
#include "ui/host/files.h"
#include "ui/host/programs.h"
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WAIT_MS = 60000 }; /* Wait for another process' transaction, at most. */

static const char schema[] =
    "CREATE TABLE provenance(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE points(id INTEGER PRIMARY KEY, label TEXT NOT NULL UNIQUE, position INTEGER NOT "
    "NULL, axes TEXT NOT NULL);"
    "CREATE TABLE runs(point INTEGER NOT NULL REFERENCES points(id), replica INTEGER NOT NULL, "
    "seed INTEGER NOT NULL,"
    " status TEXT NOT NULL CHECK(status IN ('done','crashed')), outcome TEXT, stop_code INTEGER, "
    "stop_arg1 INTEGER,"
    " stop_arg2 INTEGER, stop_arg3 INTEGER, stop_arg4 INTEGER, victim TEXT, crash_at_ns INTEGER, "
    "stop_at_ns INTEGER,"
    " simulated_ns INTEGER, host_us INTEGER NOT NULL, records INTEGER, fingerprint TEXT, arrived "
    "INTEGER, delivered INTEGER,"
    " refused INTEGER, read_back INTEGER, restarts INTEGER, first_error INTEGER, latency_mean_us "
    "INTEGER,"
    " latency_max_us INTEGER, latency_histogram BLOB, measured_ns INTEGER, cpu_busy_ppm INTEGER, "
    "disk0_busy_ppm INTEGER,"
    " disk1_busy_ppm INTEGER, disk2_busy_ppm INTEGER, queue_mean_milli INTEGER, queue_max INTEGER, "
    "pool_peak INTEGER,"
    " message TEXT, repro TEXT NOT NULL, PRIMARY KEY(point, replica)) WITHOUT ROWID;";

/* ---- Errors ---------------------------------------------------------------------------------- */

bool results_wrong(struct results *results, char error[RESULTS_ERROR_CHARS], const char *format,
                   ...)
{
    va_list arguments;
    int used = snprintf(error, RESULTS_ERROR_CHARS, "%.400s: ", results->path);

    va_start(arguments, format);
    vsnprintf(error + used, (size_t)(RESULTS_ERROR_CHARS - used), format, arguments);
    va_end(arguments);
    return false;
}

/* Writes an error that says what to do; SQLite's own text is exact but does not. */
bool results_failed(struct results *results, char error[RESULTS_ERROR_CHARS])
{
    int code = sqlite3_errcode(results->db), host = file_error(sqlite3_system_errno(results->db));

    if (code == SQLITE_FULL || file_error_is_room(host))
        return results_wrong(results, error,
                             "no room on the disk (%s); what was written before is safe",
                             strerror(host == 0 ? ENOSPC : host));
    if (code == SQLITE_READONLY || host == EROFS || host == EACCES || host == EPERM)
        return results_wrong(results, error,
                             "cannot be written: %s (expected a file and a folder that can)",
                             host != 0 ? strerror(host) : sqlite3_errmsg(results->db));
    if (code == SQLITE_CORRUPT)
        return results_wrong(
            results, error,
            "the database is damaged (%s); restore a copy, or save what is left with "
            "sqlite3's .recover",
            sqlite3_errmsg(results->db));
    if (host == EISDIR)
        return results_wrong(results, error, "is a folder (expected a file)");
    if (code == SQLITE_IOERR)
        return results_wrong(results, error,
                             "cannot be written or read (%s%s%s): is there room on the disk? what "
                             "was written before is "
                             "safe",
                             sqlite3_errmsg(results->db), host != 0 ? ": " : "",
                             host != 0 ? strerror(host) : "");
    if (code == SQLITE_NOTADB)
        return results_wrong(results, error,
                             "no database (expected one that exifsim sweep has written)");
    return results_wrong(results, error, "%s%s%s", sqlite3_errmsg(results->db),
                         host != 0 ? ": " : "", host != 0 ? strerror(host) : "");
}

bool results_execute(struct results *results, const char *sql, char error[RESULTS_ERROR_CHARS])
{
    return sqlite3_exec(results->db, sql, NULL, NULL, NULL) == SQLITE_OK ||
           results_failed(results, error);
}

bool results_prepare(struct results *results, const char *sql, sqlite3_stmt **out,
                     char error[RESULTS_ERROR_CHARS])
{
    return sqlite3_prepare_v2(results->db, sql, -1, out, NULL) == SQLITE_OK ||
           results_failed(results, error);
}

/* ---- Opening --------------------------------------------------------------------------------- */

/* Checks that the file is a campaign's database, or empty. */
static bool look(struct results *results, bool *empty, char error[RESULTS_ERROR_CHARS])
{
    /* A single statement sees one state: between two, another process might make the tables. */
    static const char question[] =
        "SELECT (SELECT application_id FROM pragma_application_id),"
        " (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)";
    int64_t application = 0, version = 0, tables = 0;
    sqlite3_stmt *ask;
    bool good;

    if (!results_prepare(results, question, &ask, error))
        return false;
    good = sqlite3_step(ask) == SQLITE_ROW || results_failed(results, error);
    if (good) {
        application = sqlite3_column_int64(ask, 0);
        version = sqlite3_column_int64(ask, 1);
        tables = sqlite3_column_int64(ask, 2);
    }
    sqlite3_finalize(ask);
    if (!good)
        return false;
    *empty = application == 0 && version == 0 && tables == 0;
    if (*empty)
        return true;
    if (application != RESULTS_APPLICATION)
        return results_wrong(
            results, error,
            "a database of another program (expected one that exifsim sweep has written)");
    if (version != RESULTS_VERSION)
        return results_wrong(results, error,
                             "a database of version %" PRId64
                             " (expected version %d: another exifsim made it)",
                             version, RESULTS_VERSION);
    return true;
}

/* Checks the file for damage before it is used. */
static bool sound(struct results *results, char error[RESULTS_ERROR_CHARS])
{
    sqlite3_stmt *ask;
    bool good;

    if (!results_prepare(results, "PRAGMA quick_check(1)", &ask, error))
        return false;
    if (sqlite3_step(ask) != SQLITE_ROW)
        good = results_failed(results, error);
    else
        good = strcmp((const char *)sqlite3_column_text(ask, 0), "ok") == 0 ||
               results_wrong(results, error,
                             "the database is damaged (%.300s); restore a copy, or save what is "
                             "left with sqlite3's .recover",
                             (const char *)sqlite3_column_text(ask, 0));
    sqlite3_finalize(ask);
    return good;
}

/* Makes the tables and sets the application_id. The transaction stays open for provenance and
 * points. */
static bool make(struct results *results, char error[RESULTS_ERROR_CHARS])
{
    char mark[96];

    snprintf(mark, sizeof mark, "PRAGMA application_id = %d; PRAGMA user_version = %d",
             RESULTS_APPLICATION, RESULTS_VERSION);
    return results_execute(results, schema, error) && results_execute(results, mark, error);
}

static bool open_file(struct results *results, enum results_mode mode,
                      char error[RESULTS_ERROR_CHARS])
{
    bool there = file_look(results->path).kind != FILE_ABSENT;
    /* A reader that may write removes -wal and -shm when it is the last to leave. */
    int flags = mode != RESULTS_READ           ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                : file_writable(results->path) ? SQLITE_OPEN_READWRITE
                                               : SQLITE_OPEN_READONLY;

    if (!there && mode == RESULTS_READ)
        return results_wrong(results, error,
                             "%s (expected a database that exifsim sweep has written)",
                             strerror(errno));
    if (there && mode != RESULTS_READ && !file_writable(results->path))
        return results_wrong(results, error, "cannot be written: %s (expected a file that can)",
                             strerror(errno));
    if (sqlite3_open_v2(results->path, &results->db, flags | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK)
        return results_failed(results, error);
    sqlite3_busy_timeout(results->db, WAIT_MS);
    if (mode == RESULTS_READ)
        sqlite3_exec(results->db, "PRAGMA query_only = ON", NULL, NULL, NULL);
    return true;
}

/* Opens the file for reading without its -wal and -shm files, where those cannot be made. */
static bool reopen_as_it_is(struct results *results, char error[RESULTS_ERROR_CHARS])
{
    char uri[4096 * 3 + 32] = "file:";
    size_t used = strlen(uri);

    for (const char *at = results->path; *at != 0 && used < sizeof uri - 20; at++)
        used += (size_t)snprintf(uri + used, sizeof uri - used,
                                 strchr("?#%", *at) != NULL ? "%%%02X" : "%c", (unsigned char)*at);
    snprintf(uri + used, sizeof uri - used, "?immutable=1");
    sqlite3_close(results->db);
    return sqlite3_open_v2(uri, &results->db,
                           SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
                           NULL) == SQLITE_OK ||
           results_failed(results, error);
}

/* Switches the file to WAL mode, trying again while another process does so: SQLite refuses at once
 * in this case, because waiting could deadlock. */
static bool use_wal(struct results *results, char error[RESULTS_ERROR_CHARS])
{
    enum { PAUSE_MS = 5 };
    time_t end = time(NULL) + WAIT_MS / 1000;
    int code;

    while ((code = sqlite3_exec(results->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL)) ==
               SQLITE_BUSY &&
           time(NULL) < end)
        sqlite3_sleep(PAUSE_MS);
    return code == SQLITE_OK || results_failed(results, error);
}

static bool get_ready(struct results *results, enum results_mode mode,
                      char error[RESULTS_ERROR_CHARS])
{
    bool empty;

    /* SQLite asks a named pipe or a device for its pages, too. */
    if (file_look(results->path).kind == FILE_SPECIAL)
        return results_wrong(
            results, error,
            "not a regular file (expected a database that exifsim sweep has written)");
    if (!open_file(results, mode, error))
        return false;
    if (!look(results, &empty, error)) {
        int code = sqlite3_errcode(results->db);

        if (mode != RESULTS_READ || (code != SQLITE_CANTOPEN && code != SQLITE_READONLY) ||
            !reopen_as_it_is(results, error) || !look(results, &empty, error))
            return false;
    }
    if (empty && mode == RESULTS_READ)
        return results_wrong(results, error,
                             "an empty file (expected a database that exifsim sweep has written)");
    if (!empty && mode == RESULTS_NEW)
        return results_wrong(
            results, error,
            "holds a sweep already; go on with it by --resume, or name another file");
    if (!empty && !sound(results, error))
        return false;
    return mode == RESULTS_READ || (use_wal(results, error) &&
                                    results_execute(results, "PRAGMA synchronous = NORMAL", error));
}

struct results *results_open(const char *path, enum results_mode mode,
                             char error[RESULTS_ERROR_CHARS])
{
    struct results *results = calloc(1, sizeof *results);

    CHECK(results != NULL);
    results->mode = mode;
    snprintf(results->path, sizeof results->path, "%s", path);
    error[0] = 0;
    if (strlen(path) < sizeof results->path && path[0] != 0
            ? get_ready(results, mode, error)
            : results_wrong(results, error, "an empty name (expected the name of a file)"))
        return results;
    results_close(results);
    return NULL;
}

void results_close(struct results *results)
{
    if (results == NULL)
        return;
    sqlite3_finalize(results->add);
    sqlite3_finalize(results->has);
    sqlite3_close(results->db);
    free(results);
}

/* ---- The plan -------------------------------------------------------------------------------- */

static bool put_fact(struct results *results, const char *key, const char *value,
                     char error[RESULTS_ERROR_CHARS])
{
    sqlite3_stmt *put;
    bool good;

    if (!results_prepare(results,
                         "INSERT INTO provenance VALUES(?, ?) ON CONFLICT DO UPDATE SET value = "
                         "excluded.value",
                         &put, error))
        return false;
    sqlite3_bind_text(put, 1, key, -1, SQLITE_STATIC);
    sqlite3_bind_text(put, 2, value, -1, SQLITE_STATIC);
    good = sqlite3_step(put) == SQLITE_DONE || results_failed(results, error);
    sqlite3_finalize(put);
    return good;
}

/* "2/8"; "" for a whole sweep, whose database has no such row. */
static const char *shard_text(uint32_t shard, uint32_t shards, char out[32])
{
    out[0] = 0;
    if (shards > 0)
        snprintf(out, 32, "%u/%u", shard, shards);
    return out;
}

static bool put_facts(struct results *results, const struct plan *plan,
                      char error[RESULTS_ERROR_CHARS])
{
    char host[256] = "", created[32], base[24], shard[32];
    time_t now = time(NULL);
    struct tm utc;

    program_machine(host, sizeof host);
    strftime(created, sizeof created, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    snprintf(base, sizeof base, "%" PRIu64, plan->base_seed);
    return put_fact(results, "tool", "exifsim " EXIFSIM_VERSION, error) &&
           put_fact(results, "scenario_path", plan->path, error) &&
           put_fact(results, "scenario_text", plan->text, error) &&
           put_fact(results, "scenario_frame", plan->frame, error) &&
           put_fact(results, "sweep", plan->name, error) &&
           put_fact(results, "base_seed", base, error) && put_fact(results, "host", host, error) &&
           put_fact(results, "created", created, error) &&
           (plan->shards == 0 ||
            put_fact(results, "shard", shard_text(plan->shard, plan->shards, shard), error));
}

/* What an error calls a fact of the provenance. */
static const char *fact_name(const char *key)
{
    static const struct {
        const char *key, *name;
    } others[] = { { "scenario_frame", "scenario" }, { "sweep", "name" }, { "base_seed", "seed" } };

    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (strcmp(key, others[i].key) == 0)
            return others[i].name;
    return key;
}

static bool same_fact(struct results *results, const char *key, const char *wanted,
                      char error[RESULTS_ERROR_CHARS])
{
    char *there = results_provenance(results, key);
    const char *one = there != NULL ? there : "", *other = wanted;
    bool same = strcmp(one, other) == 0;

    /* Skip to the first line that differs. */
    while (!same && *one != 0 && strncmp(one, other, strcspn(one, "\n") + 1) == 0) {
        other += strcspn(one, "\n") + (one[strcspn(one, "\n")] != 0);
        one += strcspn(one, "\n") + (one[strcspn(one, "\n")] != 0);
    }
    if (!same)
        results_wrong(
            results, error,
            "holds another sweep: its %s is \"%.*s\", now it is \"%.*s\"; name another file",
            fact_name(key), (int)MIN_OF(strcspn(one, "\n"), (size_t)200), one,
            (int)MIN_OF(strcspn(other, "\n"), (size_t)200), other);
    free(there);
    return same;
}

static bool same_sweep(struct results *results, const struct plan *plan,
                       char error[RESULTS_ERROR_CHARS])
{
    char base[24], shard[32];

    snprintf(base, sizeof base, "%" PRIu64, plan->base_seed);
    shard_text(plan->shard, plan->shards, shard);
    return same_fact(results, "scenario_frame", plan->frame, error) &&
           same_fact(results, "sweep", plan->name, error) &&
           same_fact(results, "base_seed", base, error) &&
           same_fact(results, "shard", shard, error) &&
           same_fact(results, "tool", "exifsim " EXIFSIM_VERSION, error);
}

bool results_same_sweep(struct results *results, struct results *other,
                        char error[RESULTS_ERROR_CHARS])
{
    static const char *const keys[] = { "scenario_frame", "sweep", "base_seed", "tool" };
    bool same = true;

    for (size_t i = 0; i < ARRAY_LEN(keys) && same; i++) {
        char *wanted = results_provenance(other, keys[i]);

        same = same_fact(results, keys[i], wanted != NULL ? wanted : "", error);
        free(wanted);
    }
    return same;
}

bool results_begin_copy(struct results *results, struct results *from, uint32_t replicas,
                        char error[RESULTS_ERROR_CHARS])
{
    static const char *const keys[] = { "tool",  "scenario_path", "scenario_text", "scenario_frame",
                                        "sweep", "base_seed",     "host",          "created" };
    char text[16];
    bool good = results_execute(results, "BEGIN IMMEDIATE", error) && make(results, error);

    for (size_t i = 0; i < ARRAY_LEN(keys) && good; i++) {
        char *value = results_provenance(from, keys[i]);

        good = value == NULL || put_fact(results, keys[i], value, error);
        free(value);
    }
    snprintf(text, sizeof text, "%u", replicas);
    return good && put_fact(results, "replicas", text, error);
}

static bool put_points(struct results *results, const struct plan *plan, int64_t *ids,
                       char error[RESULTS_ERROR_CHARS])
{
    sqlite3_stmt *put;
    bool good = results_prepare(
        results,
        "INSERT INTO points(label, position, axes) VALUES(?1, ?2, ?3) ON CONFLICT(label) "
        "DO UPDATE SET position = ?2 RETURNING id",
        &put, error);

    for (uint32_t i = 0; i < plan->point_count && good; i++) {
        const struct plan_point *point = &plan->points[i];

        sqlite3_bind_text(put, 1, point->label, -1, SQLITE_STATIC);
        sqlite3_bind_int64(put, 2, point->position);
        sqlite3_bind_text(put, 3, plan_axes_json(plan, point), -1, free);
        good = sqlite3_step(put) == SQLITE_ROW;
        if (good)
            ids[i] = sqlite3_column_int64(put, 0);
        good = good && sqlite3_step(put) == SQLITE_DONE;
        if (!good)
            results_failed(results, error);
        sqlite3_reset(put);
    }
    sqlite3_finalize(put);
    return good;
}

bool results_take_plan(struct results *results, struct plan *plan, int64_t *ids,
                       char error[RESULTS_ERROR_CHARS])
{
    bool empty, good;
    char replicas[16];

    /* Another process may write the plan at the same time: the second then compares with the
     * first. */
    if (!results_execute(results, "BEGIN IMMEDIATE", error))
        return false;
    good = look(results, &empty, error);
    if (good && !empty && results->mode == RESULTS_NEW)
        good =
            results_wrong(results, error,
                          "holds a sweep already; go on with it by --resume, or name another file");
    good = good && (empty ? make(results, error) && put_facts(results, plan, error)
                          : same_sweep(results, plan, error));
    snprintf(replicas, sizeof replicas, "%u", plan->replicas);
    good = good && put_fact(results, "replicas", replicas, error) &&
           put_points(results, plan, ids, error) && results_execute(results, "COMMIT", error);
    if (!good)
        sqlite3_exec(results->db, "ROLLBACK", NULL, NULL, NULL);
    return good;
}
