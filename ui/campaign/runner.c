/* runner.c - see runner.h.
 *
 *     worker: take a run --> world_new, world_run --> store the row --> take a run ...
 *     main:   four times a second, or when 64 rows are stored: one transaction;
 *             the progress line; signals, budgets, the next round
 *
 * Runs are taken replica by replica across all points, so that a sweep that ends early covers the
 * whole curve with fewer runs. A round is over when all its runs are in the database, also those of
 * other processes. With --until-ci the next round depends only on the runs of earlier rounds in the
 * database, so a killed and resumed sweep makes the same runs.
 */
#include "ui/campaign/runner.h"
#include "ui/campaign/claims.h"
#include "ui/guard/guard.h"
#include "ui/guard/watch.h"
#include "ui/campaign/stats.h"
#include "ui/host/grow.h"
#include "ui/host/interrupt.h"
#include "ui/host/progress.h"
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH_MS = 250, BATCH_RUNS = 64, RUNNER_THREADS_MAX = 256, WORKER_STACK = 1 << 20 };

struct runner {
    const struct runner_settings *settings;
    struct runner_report *report;
    int64_t *ids; /* The points' ids in the database, by position. */
    struct claims claims;

    pthread_mutex_t lock;      /* Guards everything below and the database's connection. */
    pthread_cond_t work, rest; /* work wakes workers, rest wakes the main thread. */
    uint32_t *targets, most;   /* Replicas of each point in this round; the largest of them. */
    uint32_t replica, point;   /* Where the search for the next run continues. */
    uint32_t running;
    uint64_t taken;           /* Runs begun by this process. */
    bool elsewhere;           /* Another process works on some run of the round. */
    bool exhausted;           /* No run of the round is left to take. */
    bool stopping;            /* No new run is begun. */
    bool over;                /* Workers end. */
    struct result_run **rows; /* Finished runs that are not written yet. */
    uint32_t row_count;
    size_t row_room;
    uint64_t started_us, total, there;
    struct progress progress;
};

static const char no_memory[] = "the host has no memory for one more world; take fewer --jobs";

/* ---- One run --------------------------------------------------------------------------------- */

struct job {
    struct scenario *scenario;
    struct result_run *row;
    struct world *world;
    bool no_memory, hung;
    bool lost; /* A guest destroyed the machine: its world is not freed. */
};

/* A run that ended so has no outcome: a guest kept a processor for ever, or destroyed the machine.
 * The row's message says how. */
static bool is_without_outcome(struct job *job)
{
    const struct sim *sim = world_sim(job->world);

    if (sim->end != SIM_HUNG && sim->end != SIM_BROKEN)
        return false;
    snprintf(job->row->message, sizeof job->row->message, "%s", sim->broken);
    job->row->status = RUN_CRASHED;
    job->lost = sim->end == SIM_BROKEN;
    return true;
}

static void run_limited(void *arg, const atomic_bool *limit)
{
    struct job *job = arg;

    job->world = world_new(job->scenario, job->row->seed);
    job->no_memory = job->world == NULL;
    if (job->no_memory)
        return;
    world_heed(job->world, NULL, limit);
    watch_guests(world_sim(job->world));
    world_run(job->world, SIM_NEVER);
    if (is_without_outcome(job))
        return;
    result_run_take(job->row, world_result(job->world));
    world_violation(job->scenario, world_result(job->world), job->row->message,
                    sizeof job->row->message);
}

static void run_world(void *arg) { run_limited(arg, NULL); }

/* Runs a job. False: it broke the simulator, and the row's message says how. */
static bool run_job(const struct runner *r, struct job *job)
{
    struct result_run *row = job->row;
    struct watched watched;

    if (r->settings->timeout_ns == 0 && job->scenario->guest_count == 0)
        return guard_call(run_world, job, row->message, sizeof row->message);
    watch_call(r->settings->timeout_ns, run_limited, job, &watched);
    if (watched.failed[0] != 0) {
        snprintf(row->message, sizeof row->message, "%s", watched.failed);
        return false;
    }
    if (job->world != NULL && is_without_outcome(job))
        return true;
    job->hung = watched.broken ||
                (watched.late && job->world != NULL && world_sim(job->world)->end == SIM_ASKED);
    return true;
}

/* Makes one run. False: the host has no memory for a world. */
static bool run_one(const struct runner *r, uint32_t position, uint32_t replica, struct job *job)
{
    const struct plan_point *point = &r->settings->plan->points[position];
    struct result_run *row = job->row = calloc(1, sizeof *row);
    uint64_t started = progress_clock_us();

    CHECK(row != NULL);
    row->point = r->ids[position];
    row->replica = replica;
    row->seed = plan_seed(r->settings->plan, point, replica);
    r->settings->repro(r->settings->context, point, row->seed, row->repro);
    plan_scenario(r->settings->plan, point, job->scenario);
    job->world = NULL;
    job->no_memory = job->hung = job->lost = false;
    if (!run_job(r, job))
        row->status = RUN_CRASHED;
    if (job->world != NULL && !job->lost)
        world_free(job->world);
    row->host_us = progress_clock_us() - started;
    return !job->no_memory;
}

/* ---- Workers --------------------------------------------------------------------------------- */

/* Takes the next run of the round that is neither in the database nor claimed. */
static bool take(struct runner *r, uint32_t *position, uint32_t *replica)
{
    const struct plan *plan = r->settings->plan;

    while (!r->stopping && r->replica < r->most) {
        *position = r->point++;
        *replica = r->replica;
        if (r->point == plan->point_count) {
            r->point = 0;
            r->replica++;
        }
        if (*replica >= r->targets[*position] || !plan_has(plan, *position, *replica) ||
            results_has(r->settings->results, r->ids[*position], *replica))
            continue;
        if (!claims_take(&r->claims, r->ids[*position], *replica)) {
            r->elsewhere = true;
            continue;
        }
        if (!results_has(r->settings->results, r->ids[*position], *replica))
            return true; /* An owner writes its run before it drops the claim. */
        claims_drop(&r->claims, r->ids[*position], *replica);
    }
    r->exhausted = true;
    return false;
}

static void put_down(struct runner *r, struct result_run *row)
{
    r->rows = grow(r->rows, &r->row_room, r->row_count + 1, sizeof *r->rows);
    r->rows[r->row_count++] = row;
}

static void fail(struct runner *r, const char *error)
{
    if (r->report->end != RUNNER_FAILED)
        snprintf(r->report->error, sizeof r->report->error, "%s", error);
    r->report->end = RUNNER_FAILED;
    r->stopping = true;
}

/* A run that hung is no row, so that --resume makes it again. */
static void drop_hung(struct runner *r, struct result_run *row)
{
    if (r->report->hung++ == 0)
        snprintf(r->report->first_hung, sizeof r->report->first_hung, "%s", row->repro);
    claims_drop(&r->claims, row->point, row->replica);
    free(row);
}

static void *work(void *arg)
{
    struct runner *r = arg;
    struct job job = { .scenario = malloc(sizeof *job.scenario) };
    struct guard guard;
    uint32_t position, replica;

    CHECK(job.scenario != NULL);
    guard_enter(&guard);
    pthread_mutex_lock(&r->lock);
    while (!r->over) {
        if (!take(r, &position, &replica)) {
            pthread_cond_signal(&r->rest);
            pthread_cond_wait(&r->work, &r->lock);
            continue;
        }
        r->running++;
        r->taken++;
        if (r->taken == r->settings->budget_runs) {
            r->stopping = true;
            r->report->end = RUNNER_BUDGET;
        }
        pthread_mutex_unlock(&r->lock);
        bool good = run_one(r, position, replica, &job);

        pthread_mutex_lock(&r->lock);
        r->running--;
        if (good && job.hung) {
            drop_hung(r, job.row);
        } else if (good) {
            put_down(r, job.row);
        } else {
            free(job.row);
            fail(r, no_memory);
        }
        if (r->row_count >= BATCH_RUNS || r->exhausted || r->stopping)
            pthread_cond_signal(&r->rest);
    }
    pthread_mutex_unlock(&r->lock);
    guard_leave(&guard);
    free(job.scenario);
    return NULL;
}

/* ---- Writing --------------------------------------------------------------------------------- */

static void count_row(struct runner_report *report, const struct result_run *row)
{
    report->runs++;
    report->simulated_ns += row->simulated_ns;
    if (row->status == RUN_CRASHED && report->crashed++ == 0)
        snprintf(report->first_crash, sizeof report->first_crash, "%s", row->repro);
}

/* Writes the stored rows in one transaction. A failure ends the sweep and loses the rows; --resume
 * makes these runs again. */
static void write_rows(struct runner *r)
{
    struct result_run *batch = r->row_count > 0 ? malloc(r->row_count * sizeof *batch) : NULL;
    char error[RESULTS_ERROR_CHARS];
    bool good;

    if (r->row_count == 0)
        return;
    CHECK(batch != NULL);
    for (uint32_t i = 0; i < r->row_count; i++)
        batch[i] = *r->rows[i];
    good = r->report->end != RUNNER_FAILED &&
           results_add(r->settings->results, batch, r->row_count, error);
    if (!good && r->report->end != RUNNER_FAILED)
        fail(r, error);
    for (uint32_t i = 0; i < r->row_count; i++) {
        if (good)
            count_row(r->report, &batch[i]);
        claims_drop(&r->claims, batch[i].point, batch[i].replica);
        free(r->rows[i]);
    }
    r->row_count = 0;
    free(batch);
}

/* ---- Rounds ---------------------------------------------------------------------------------- */

/* The runs of a point that are to be made here. */
static uint64_t wanted_of(const struct runner *r, uint32_t position)
{
    const struct plan *plan = r->settings->plan;
    uint64_t wanted = 0;

    if (plan->shards == 0)
        return r->targets[position];
    for (uint32_t replica = 0; replica < r->targets[position]; replica++)
        wanted += plan_has(plan, position, replica);
    return wanted;
}

static bool count_round(struct runner *r)
{
    char error[RESULTS_ERROR_CHARS];
    uint64_t held = 0;

    r->total = r->most = 0;
    for (uint32_t i = 0; i < r->settings->plan->point_count; i++) {
        struct result_counts counts;

        if (!results_count(r->settings->results, r->ids[i], r->targets[i], &counts, error)) {
            fail(r, error);
            return false;
        }
        r->total += wanted_of(r, i);
        r->most = MAX_OF(r->most, r->targets[i]);
        held += counts.done + counts.crashed;
    }
    r->there = held - MIN_OF(held, r->report->runs);
    return true;
}

static void begin_round(struct runner *r)
{
    r->replica = r->point = 0;
    r->elsewhere = r->exhausted = false;
    if (count_round(r))
        pthread_cond_broadcast(&r->work);
}

static double half_width(const struct result_counts *counts)
{
    struct stats_interval interval = stats_wilson(counts->stopped, counts->done);

    return (interval.high - interval.low) / 2;
}

/* Plans more replicas for all points whose interval of P(stop) is nearly as wide as the widest. An
 * interval shrinks with the root of n; a round at most doubles n. False: every interval is narrow
 * enough. */
static bool next_round(struct runner *r)
{
    const struct plan *plan = r->settings->plan;
    double goal = r->settings->until_ci, widest = 0,
           *widths = calloc(plan->point_count, sizeof *widths);
    char error[RESULTS_ERROR_CHARS];
    bool more = false;

    CHECK(widths != NULL);
    for (uint32_t i = 0; i < plan->point_count && goal > 0; i++) {
        struct result_counts counts;

        if (!results_count(r->settings->results, r->ids[i], r->targets[i], &counts, error)) {
            fail(r, error);
            goto Out;
        }
        /* A point in which every run crashes the simulator gets no more runs. */
        widths[i] = counts.done == 0 && counts.crashed > 0 ? 0 : half_width(&counts);
        widest = MAX_OF(widest, widths[i]);
    }
    goal = MAX_OF(goal, widest * 0.75);
    for (uint32_t i = 0; i < plan->point_count && r->settings->until_ci > 0; i++) {
        double factor = widths[i] / goal, wanted = r->targets[i] * factor * factor;

        if (widths[i] <= goal || r->targets[i] >= PLAN_REPLICAS_MAX)
            continue;
        wanted = MIN_OF(MAX_OF(wanted, r->targets[i] + 8.0), r->targets[i] * 2.0 + 8.0);
        r->targets[i] = MIN_OF((uint32_t)wanted, (uint32_t)PLAN_REPLICAS_MAX);
        more = true;
    }
Out:
    free(widths);
    return more;
}

/* ---- The main line --------------------------------------------------------------------------- */

static void show_progress(struct runner *r)
{
    uint64_t spent = MAX_OF(progress_clock_us() - r->started_us, 1),
             done = r->report->runs + r->there;
    uint64_t left = r->total - MIN_OF(done, r->total);

    if (!progress_due(&r->progress))
        return;
    progress_show(&r->progress, (double)r->report->runs / (double)MAX_OF(r->report->runs + left, 1),
                  "%" PRIu64 " of %" PRIu64 " runs, %" PRIu64 " to go, %.1f runs/s%s", done,
                  r->total, left, (double)r->report->runs * 1e6 / (double)spent,
                  interrupt_came() ? "; finishing what runs" : "");
}

static void look_at_limits(struct runner *r)
{
    bool spent = r->settings->budget_us != 0 &&
                 progress_clock_us() - r->started_us >= r->settings->budget_us;

    if (r->stopping || (!interrupt_came() && !spent))
        return;
    r->stopping = true;
    r->report->end = interrupt_came() ? RUNNER_INTERRUPTED : RUNNER_BUDGET;
}

static void wait_a_little(struct runner *r)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += BATCH_MS * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    pthread_cond_timedwait(&r->rest, &r->lock, &until);
}

/* True if the round is done, or no run may be begun. Call it with the lock. */
static bool finished(struct runner *r)
{
    if (r->running > 0 || (!r->exhausted && !r->stopping))
        return false;
    if (r->stopping)
        return true;
    if (r->elsewhere) { /* Another process writes the run, or dies and releases its claim. */
        wait_a_little(r);
        begin_round(r);
        return false;
    }
    if (!next_round(r))
        return true;
    begin_round(r);
    return false;
}

static void direct(struct runner *r)
{
    pthread_mutex_lock(&r->lock);
    begin_round(r);
    do {
        if (r->row_count < BATCH_RUNS && !(r->running == 0 && (r->exhausted || r->stopping)))
            wait_a_little(r);
        look_at_limits(r);
        write_rows(r);
        show_progress(r);
    } while (!finished(r));
    count_round(r);
    r->report->there = r->there;
    r->report->missing = r->total - MIN_OF(r->total, r->report->runs + r->there);
    if (r->report->missing == 0 && r->report->end == RUNNER_BUDGET && !next_round(r))
        r->report->end = RUNNER_COMPLETE;
    if (r->report->hung > 0 && r->report->end == RUNNER_COMPLETE)
        r->report->end = RUNNER_BUDGET;
    r->over = true;
    pthread_cond_broadcast(&r->work);
    pthread_mutex_unlock(&r->lock);
    progress_end(&r->progress);
}

/* ---- Before the first run -------------------------------------------------------------------- */

/* Repeats the shortest run of the database before resuming. Another fingerprint means that another
 * build of the simulator made the database, and the sweep ends. */
static void try_old_run(struct runner *r)
{
    struct result_run *old = malloc(sizeof *old);
    struct job job = { .scenario = malloc(sizeof *job.scenario) };
    uint32_t position = 0;
    struct guard guard;

    CHECK(old != NULL && job.scenario != NULL);
    bool found = results_shortest(r->settings->results, old, r->report->error);

    while (found && position < r->settings->plan->point_count && r->ids[position] != old->point)
        position++;
    if (found && position < r->settings->plan->point_count) {
        guard_enter(&guard);
        bool good = run_one(r, position, old->replica, &job);

        guard_leave(&guard);
        if (!good) {
            fail(r, no_memory);
        } else if (job.row->fingerprint != old->fingerprint || job.row->seed != old->seed) {
            r->report->end = RUNNER_DIFFERENT;
            snprintf(r->report->error, sizeof r->report->error,
                     "%.300s: another simulator made it: replica %u of %.200s comes to fingerprint "
                     "%016" PRIx64 ", it holds %016" PRIx64,
                     r->settings->database, old->replica, r->settings->plan->points[position].label,
                     job.row->fingerprint, old->fingerprint);
        }
        free(job.row);
    }
    free(job.scenario);
    free(old);
}

static void run_all(struct runner *r)
{
    pthread_t workers[RUNNER_THREADS_MAX];
    pthread_attr_t attributes;
    uint32_t count = MIN_OF(MAX_OF(r->settings->jobs, 1), (uint32_t)RUNNER_THREADS_MAX),
             started = 0;

    interrupt_watch();
    progress_begin(&r->progress, r->settings->progress);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, WORKER_STACK);
    r->started_us = progress_clock_us();
    while (started < count && pthread_create(&workers[started], &attributes, work, r) == 0)
        started++;
    pthread_attr_destroy(&attributes);
    CHECK(started > 0);
    r->report->threads = started;
    direct(r);
    while (started > 0)
        pthread_join(workers[--started], NULL);
    r->report->host_us = progress_clock_us() - r->started_us;
}

static void failed_to_claim(struct runner *r)
{
    char error[RESULTS_ERROR_CHARS];

    snprintf(error, sizeof error, "%.600s: %s", r->claims.path, strerror(errno));
    fail(r, error);
}

void runner_run(const struct runner_settings *settings, struct runner_report *report)
{
    struct runner r = { .settings = settings, .report = report, .claims = { .file = { -1 } } };
    uint32_t points = settings->plan->point_count;

    memset(report, 0, sizeof *report);
    r.ids = calloc(points, sizeof *r.ids);
    r.targets = calloc(points, sizeof *r.targets);
    CHECK(r.ids != NULL && r.targets != NULL);
    for (uint32_t i = 0; i < points; i++)
        r.targets[i] = settings->plan->replicas;
    pthread_mutex_init(&r.lock, NULL);
    pthread_cond_init(&r.work, NULL);
    pthread_cond_init(&r.rest, NULL);
    if (!results_take_plan(settings->results, settings->plan, r.ids, report->error))
        report->end = RUNNER_FAILED;
    else if (!claims_open(&r.claims, settings->database))
        failed_to_claim(&r);
    else
        try_old_run(&r);
    if (report->end == RUNNER_COMPLETE)
        run_all(&r);
    claims_close(&r.claims, report->end == RUNNER_COMPLETE && report->missing == 0);
    pthread_cond_destroy(&r.work);
    pthread_cond_destroy(&r.rest);
    pthread_mutex_destroy(&r.lock);
    free(r.rows);
    free(r.ids);
    free(r.targets);
}
