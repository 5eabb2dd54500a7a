/* results.h - the database of a campaign.
 *
 * One SQLite file in WAL mode; SCHEMA.md describes it for other programs. Committed runs stay, even
 * if the process is killed, the disk is full, or another process works on the same file. A function
 * that can fail writes one sentence into error.
 *
 *     struct results *results = results_open("curve.db", RESULTS_READ, error);
 *     results_points(results, &points, &count, error);
 *     results_runs(results, points[0].id, take_row, context, error);
 *     results_close(results);
 *
 * One connection belongs to one thread at a time.
 */
#pragma once
#include "model/words/latency.h"
#include "model/world/world.h"
#include "ui/campaign/plan.h"

enum { RESULTS_ERROR_CHARS = 1024, RESULTS_VERSION = 1, RESULTS_REPRO_CHARS = 8192 };
#define RESULTS_APPLICATION 0x45584653 /* "EXFS", the application_id of the file. */

struct results;

/* NEW: the file must not exist. RESUME: it may exist or not. */
enum results_mode { RESULTS_READ, RESULTS_NEW, RESULTS_RESUME };
/* CRASHED: the simulator itself failed, or a guest hung or destroyed the machine; only message and
 * repro are valid. */
enum run_status { RUN_DONE, RUN_CRASHED };

struct result_point {
    int64_t id;
    uint32_t position;
    char label[PLAN_LABEL_CHARS];
    char *axes; /* Values of the axes as a JSON object: {"load.smtp.rate":"24/s"}. */
};

struct result_run {
    int64_t point;
    uint32_t replica;
    uint64_t seed;
    enum run_status status;
    enum outcome outcome;
    bool stopped, process_crashed; /* Whether the fields stop_ and crash_ are valid. */
    uint32_t stop_code, stop_args[4];
    char victim[NAME_MAX_CHARS + 1];
    uint64_t crash_at_ns, stop_at_ns, simulated_ns, host_us, records, fingerprint;
    uint64_t arrived, delivered, refused, read_back, restarts;
    int32_t first_error;
    uint64_t latency_mean_us, latency_max_us;
    uint32_t latency[LATENCY_BUCKETS]; /* Histogram over messages that arrived after the warm-up. */
    uint64_t measured_ns;              /* Simulated time after the warm-up. */
    uint32_t cpu_busy_ppm, disk_busy_ppm[3];
    uint64_t queue_mean_milli, queue_max, pool_peak;
    /* CRASHED: the simulator's message. DONE: a violated check, or "". */
    char message[RESULTS_ERROR_CHARS];
    char repro[RESULTS_REPRO_CHARS];
};

/* Opens a database; close it with results_close. NULL: error says why (missing, foreign, damaged,
 * read-only, from a later version, or with NEW: exists already). */
struct results *results_open(const char *path, enum results_mode mode,
                             char error[RESULTS_ERROR_CHARS]);

/* Writes provenance and points of a plan into a new database, or compares them with those of an
 * existing one. ids[position] become the points' ids. False: error says why (such as another
 * sweep). */
bool results_take_plan(struct results *results, struct plan *plan, int64_t *ids,
                       char error[RESULTS_ERROR_CHARS]);

/* Adds runs in one transaction. False: none was added. A run that exists already is not changed. */
bool results_add(struct results *results, const struct result_run *runs, uint32_t count,
                 char error[RESULTS_ERROR_CHARS]);
bool results_has(struct results *results, int64_t point, uint32_t replica);

/* Finds the finished run with the least simulated time. False: no run (error is empty), or a
 * failure (error says why). */
bool results_shortest(struct results *results, struct result_run *out,
                      char error[RESULTS_ERROR_CHARS]);

/* Numbers of a point's finished runs with replica below a limit, of those that stopped, and of runs
 * whose status is RUN_CRASHED. */
struct result_counts {
    uint64_t done, stopped, crashed;
};
bool results_count(struct results *results, int64_t point, uint32_t limit,
                   struct result_counts *out, char error[RESULTS_ERROR_CHARS]);

/* Reads all points in order of position. Free them with results_points_free. */
bool results_points(struct results *results, struct result_point **points, uint32_t *count,
                    char error[RESULTS_ERROR_CHARS]);
void results_points_free(struct result_point *points, uint32_t count);

/* Calls take for each run of a point (0: of all points), in order of replica. take returns false to
 * end early, and may only read the row. */
bool results_runs(struct results *results, int64_t point,
                  bool (*take)(void *context, const struct result_run *run), void *context,
                  char error[RESULTS_ERROR_CHARS]);

/* Reads a row of provenance (SCHEMA.md has the keys). Free it with free. NULL: no such row. */
char *results_provenance(struct results *results, const char *key);
void results_close(struct results *results);

/* Makes a row from the result of a finished world. The caller sets point, replica, seed, host_us
 * and repro. */
void result_run_take(struct result_run *row, const struct result *result);
