/* results.h - the database of a campaign: runs that survive whatever happens to the program.
 *
 * One SQLite file in WAL mode; SCHEMA.md is its contract. What has been committed stays, whether
 * the process is killed, the disk is full or another process works on the same file. Every function
 * that can fail says why in one sentence.
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
#define RESULTS_APPLICATION 0x45584653 /* "EXFS": PRAGMA application_id. */

struct results;

/* NEW: nothing may be there. RESUME: may be there or not. */
enum results_mode { RESULTS_READ, RESULTS_NEW, RESULTS_RESUME };
/* CRASHED: the simulator itself; only message and repro count. */
enum run_status { RUN_DONE, RUN_CRASHED };

struct result_point {
    int64_t id;
    uint32_t position;
    char label[PLAN_LABEL_CHARS];
    char *axes; /* JSON object: {"load.smtp.rate":"24/s"}. */
};

struct result_run {
    int64_t point;
    uint32_t replica;
    uint64_t seed;
    enum run_status status;
    enum outcome outcome;
    bool stopped, process_crashed; /* stop_ and crash_ mean something. */
    uint32_t stop_code, stop_args[4];
    char victim[NAME_MAX_CHARS + 1];
    uint64_t crash_at_ns, stop_at_ns, simulated_ns, host_us, records, fingerprint;
    uint64_t arrived, delivered, refused, read_back, restarts;
    int32_t first_error;
    uint64_t latency_mean_us, latency_max_us;
    uint32_t latency[LATENCY_BUCKETS]; /* Of messages that arrived after the warm-up. */
    uint64_t measured_ns;              /* The time behind the warm-up. */
    uint32_t cpu_busy_ppm, disk_busy_ppm[3];
    uint64_t queue_mean_milli, queue_max, pool_peak;
    /* CRASHED: what the simulator said. DONE: a check that does not hold, or "". */
    char message[RESULTS_ERROR_CHARS];
    char repro[RESULTS_REPRO_CHARS];
};

/* NULL: error says why: not there, foreign, damaged, read-only, of a later version, or (NEW) there
 * already. */
struct results *results_open(const char *path, enum results_mode mode,
                             char error[RESULTS_ERROR_CHARS]);

/* Writes provenance and points of a plan, or compares them with what is there: False: another
 * sweep. ids[position] become the points' ids. */
bool results_take_plan(struct results *results, struct plan *plan, int64_t *ids,
                       char error[RESULTS_ERROR_CHARS]);

/* Adds runs in one transaction: all of them, or none and false. A run that is there already stays
 * as it is. */
bool results_add(struct results *results, const struct result_run *runs, uint32_t count,
                 char error[RESULTS_ERROR_CHARS]);
bool results_has(struct results *results, int64_t point, uint32_t replica);

/* The done run that took the least simulated time. False: there is none, and error is empty, or
 * says why. */
bool results_shortest(struct results *results, struct result_run *out,
                      char error[RESULTS_ERROR_CHARS]);

/* Done runs of a point with replica below limit, and how many of them stopped. crashed counts those
 * of the simulator. */
struct result_counts {
    uint64_t done, stopped, crashed;
};
bool results_count(struct results *results, int64_t point, uint32_t limit,
                   struct result_counts *out, char error[RESULTS_ERROR_CHARS]);

/* All points in order of position; free with results_points_free. */
bool results_points(struct results *results, struct result_point **points, uint32_t *count,
                    char error[RESULTS_ERROR_CHARS]);
void results_points_free(struct result_point *points, uint32_t count);

/* Runs of one point (0: of all, by point), in order of replica. take returns false to end it early.
 * The row is the callee's to read only. */
bool results_runs(struct results *results, int64_t point,
                  bool (*take)(void *context, const struct result_run *run), void *context,
                  char error[RESULTS_ERROR_CHARS]);

/* A row of provenance ("tool", "scenario_path", "scenario_text", "sweep", "base_seed", "host",
 * "created"); to be freed, or NULL. */
char *results_provenance(struct results *results, const char *key);
void results_close(struct results *results);

/* The result of a finished world as a row; point, replica, seed, host_us and repro are the
 * caller's. */
void result_run_take(struct result_run *row, const struct result *result);
