/* cli_test.c - the verb test, and run with many seeds: scenarios times seeds, on several threads.
 *
 *     paths --> items: a scenario, or why there is none --> pairs (item, seed) --> pool --> lines
 *
 * Every scenario is read before the first run begins, so an error of the last file is not met after
 * an hour. Runs are made on worker threads. Lines, reports and counts are made on the main thread,
 * in the order of names, so they do not depend on the number of threads. A signal and --fail-fast
 * end the rest: each run that was not made is a case "skipped" with the reason.
 */
#include "ui/cli/cli.h"
#include "ui/campaign/plan.h"
#include "ui/campaign/pool.h"
#include "ui/host/interrupt.h"
#include "ui/host/memory_file.h"
#include "ui/host/progress.h"
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* MANY: runs from which on the slowest are told. PPM: one run's share of the progress. */
enum { SLOWEST = 5, MANY = 10, SLICE_S = 5, PPM = 1000000 };

static const char sweep_text[] = "a sweep: exifsim sweep runs it";

struct item {
    const char *path;
    struct scenario *scenario;   /* NULL: it could not be read, or is a sweep. */
    char error[RUN_ERROR_CHARS]; /* Empty: it is a sweep. */
    uint64_t first_seed;
    uint32_t first, runs; /* Number of its first pair, and how many it has. */
};

struct slow {
    uint64_t us, seed;
    const char *path;
};

struct campaign {
    const struct options *options;
    struct run_options run; /* The options with the flag of signals. */
    struct item *items;
    uint32_t item_count, pair_count;
    struct outputs *outputs;
    bool lines;      /* Print one line for each run. */
    const char *end; /* Why no further run is wanted; NULL: go on. */
    bool gone;       /* Standard output was closed. */
    int code;
    uint32_t passed, failed, skipped, unmade;
    uint32_t outcomes[3];
    struct slow slowest[SLOWEST];
    pthread_mutex_t lock; /* Guards what follows. */
    struct progress progress;
    uint64_t shares; /* The sum over all runs, PPM each. */
};

/* ---- Reading --------------------------------------------------------------------------------- */

/* True if a sweep has no error; else error holds the first. */
static bool sweep_is_good(const struct options *options, const char *path,
                          char error[RUN_ERROR_CHARS])
{
    char *text = NULL;
    size_t length = 0;
    FILE *errors = memory_file_open(&text, &length);
    struct plan *plan;

    CHECK(errors != NULL);
    plan = plan_read(path, options->run.sets, options->run.set_count,
                     options->run.has_seed ? &options->run.seed : NULL, errors);
    memory_file_close(errors);
    fputs(text, stderr);
    if (plan == NULL)
        snprintf(error, RUN_ERROR_CHARS, "%.*s", (int)strcspn(text, "\n"), text);
    free(text);
    if (plan == NULL)
        return false;
    plan_free(plan);
    return true;
}

static void read_item(const struct campaign *c, struct item *item)
{
    const struct options *options = c->options;
    bool drawn;

    item->runs = 1;
    if (options->verb == VERB_TEST && plan_is_sweep(item->path, NULL, 0)) {
        sweep_is_good(options, item->path, item->error);
        return;
    }
    item->scenario = run_load(&options->run, item->path, item->error);
    if (item->scenario == NULL)
        return;
    item->runs = options->runs;
    item->first_seed = run_seed(&options->run, item->scenario);
    drawn = !options->run.has_seed && !item->scenario->has_seed;
    if (drawn && options->verb == VERB_TEST)
        fprintf(stderr, "%s: warning: no seed; %" PRIu64 " was drawn (expected seed = N)\n",
                item->path, item->first_seed);
    else if (drawn && c->lines)
        printf("seed %" PRIu64 " (drawn)\n", item->first_seed);
}

static void read_items(struct campaign *c, const struct cli_paths *paths)
{
    c->items = calloc(paths->count + 1, sizeof *c->items);
    CHECK(c->items != NULL);
    for (uint32_t i = 0; i < paths->count; i++) {
        struct item *item = &c->items[c->item_count++];

        item->path = paths->list[i].path;
        if (cli_path_problem(&paths->list[i], item->error))
            item->runs = 1;
        else
            read_item(c, item);
        item->first = c->pair_count;
        c->pair_count += item->runs;
    }
}

static struct item *item_of(const struct campaign *c, uint32_t pair)
{
    uint32_t low = 0, high = c->item_count;

    while (high - low > 1) {
        uint32_t middle = (low + high) / 2;

        *(c->items[middle].first <= pair ? &low : &high) = middle;
    }
    return &c->items[low];
}

/* ---- Runs, on worker threads ----------------------------------------------------------------- */

struct making {
    struct campaign *campaign;
    const struct scenario *scenario;
    uint64_t told; /* The share of this run, in PPM, that the progress has. */
};

/* Adds a run's share to the progress, and shows it now and then. */
static void tell_share(struct making *m, uint64_t share)
{
    struct campaign *c = m->campaign;

    pthread_mutex_lock(&c->lock);
    c->shares += share - m->told;
    m->told = share;
    if (progress_due(&c->progress))
        progress_show(&c->progress, (double)c->shares / PPM / c->pair_count,
                      "%" PRIu64 " of %u runs, %u failed", c->shares / PPM, c->pair_count,
                      c->failed);
    pthread_mutex_unlock(&c->lock);
}

/* Runs a world in slices, for the progress. */
static void drive(void *ctx, struct world *world)
{
    struct making *m = ctx;
    uint64_t all = MAX_OF(m->scenario->set.duration / MS(1), 1);

    for (sim_time until = SEC(SLICE_S); world_run(world, until) == SIM_GOING; until += SEC(SLICE_S))
        tell_share(m, MIN_OF(until / MS(1), all) * PPM / all);
}

/* True if no further run is wanted. */
static bool is_over(struct campaign *c)
{
    bool over;

    pthread_mutex_lock(&c->lock);
    over = c->end != NULL || interrupt_came();
    pthread_mutex_unlock(&c->lock);
    return over;
}

static void *make(void *context, uint32_t pair)
{
    struct campaign *c = context;
    const struct item *item = item_of(c, pair);
    struct making m = { .campaign = c, .scenario = item->scenario };
    struct run *run;

    if (item->scenario == NULL || is_over(c))
        return NULL;
    run = run_once(&c->run, item->scenario, item->first_seed + (pair - item->first),
                   c->progress.on ? drive : NULL, &m);
    tell_share(&m, PPM);
    return run;
}

/* ---- Results, on the main thread ------------------------------------------------------------- */

/* Counts and tells a file without a scenario. */
static void tell_unread(struct campaign *c, const struct item *item)
{
    if (item->error[0] != 0) {
        c->code = exit_worse(c->code, EXIT_USAGE);
        c->failed++;
        outputs_error(c->outputs, item->path, item->error);
        return;
    }
    c->skipped++;
    outputs_skip(c->outputs, item->path, NULL, sweep_text);
    if (c->lines)
        printf("skip %s  %s\n", sweep_text, item->path);
}

/* Counts a run that was not made, or is not wanted any more. */
static void tell_unmade(struct campaign *c, const struct item *item, uint64_t seed)
{
    char label[128];

    if (c->end == NULL && !interrupt_came()) {
        c->code = exit_worse(c->code, cli_no_memory());
        c->failed++;
        outputs_error(c->outputs, item->path, "the host has no memory for a world");
        return;
    }
    if (c->end == NULL)
        c->end = "interrupted";
    cli_label(item->scenario, seed, label, sizeof label);
    if (!c->lines || c->options->junit != NULL)
        outputs_skip(c->outputs, item->path, label, c->end);
    c->skipped++;
    c->unmade++;
}

static void keep_slow(struct campaign *c, const struct item *item, const struct run *run)
{
    struct slow now = { run->host_us, run->seed, item->path };

    for (int i = 0; i < SLOWEST; i++)
        if (now.us > c->slowest[i].us) {
            struct slow before = c->slowest[i];

            c->slowest[i] = now;
            now = before;
        }
}

static void tell_run(struct campaign *c, const struct item *item, struct run *run)
{
    c->code = exit_worse(c->code, cli_code_of(c->options, run));
    c->passed += run->verdict == RUN_PASSED;
    c->failed += run->verdict == RUN_FAILED;
    c->skipped += run->verdict == RUN_SKIPPED;
    c->outcomes[run->result.outcome] += run->verdict != RUN_SKIPPED && !run->hung;
    keep_slow(c, item, run);
    if (c->lines && !(c->options->quiet && run->verdict == RUN_PASSED))
        cli_print_line(c->options, item->scenario, run);
    cli_collect(c->outputs, c->options, item->scenario, run);
    c->gone = c->lines && ferror(stdout);
    if (c->gone)
        c->end = "standard output was closed";
    else if (run->interrupted)
        c->end = "interrupted";
    else if (run->verdict == RUN_FAILED && c->options->fail_fast)
        c->end = "not run: --fail-fast";
}

static void done(void *context, uint32_t pair, void *product)
{
    struct campaign *c = context;
    const struct item *item = item_of(c, pair);
    struct run *run = product;

    pthread_mutex_lock(&c->lock);
    progress_clear(&c->progress);
    if (item->scenario == NULL)
        tell_unread(c, item);
    else if (run == NULL || c->end != NULL) /* Whatever other threads have made since. */
        tell_unmade(c, item, item->first_seed + (pair - item->first));
    else
        tell_run(c, item, run);
    if (item->scenario == NULL && item->error[0] != 0 && c->options->fail_fast && c->end == NULL)
        c->end = "not run: --fail-fast";
    pthread_mutex_unlock(&c->lock);
    if (run != NULL)
        run_free(run);
}

/* ---- The end --------------------------------------------------------------------------------- */

static void print_slowest(const struct campaign *c)
{
    uint32_t made = c->pair_count - c->unmade;

    if (c->options->quiet || !(c->options->verbose || made > MANY))
        return;
    printf("The slowest\n");
    for (int i = 0; i < SLOWEST && c->slowest[i].us > 0; i++)
        printf("  %3" PRIu64 ".%" PRIu64 " s  seed %-8" PRIu64 " %s\n", c->slowest[i].us / 1000000,
               c->slowest[i].us / 100000 % 10, c->slowest[i].seed, c->slowest[i].path);
}

static void print_summary(const struct campaign *c)
{
    print_slowest(c);
    if (c->unmade > 0)
        printf("%u %s not made: %s%s%s\n", c->unmade, c->unmade == 1 ? "run was" : "runs were",
               c->end, interrupt_came() ? " by " : "", interrupt_name());
    if (c->options->runs > 1)
        printf("%u survived, %u with a process crash only, %u stopped\n",
               c->outcomes[OUTCOME_SURVIVED], c->outcomes[OUTCOME_PROCESS_CRASH],
               c->outcomes[OUTCOME_STOP]);
    printf("%u passed, %u failed, %u skipped\n", c->passed, c->failed, c->skipped);
}

int cli_run_many(const struct options *options)
{
    struct campaign c = { .options = options,
                          .run = options->run,
                          .lines = options->format == FORMAT_HUMAN,
                          .code = EXIT_MET };
    struct cli_paths paths;
    char error[RUN_ERROR_CHARS];

    c.outputs = outputs_new();
    if (!cli_paths(options, &paths, error)) {
        c.code = EXIT_USAGE;
        c.failed++;
        outputs_error(c.outputs, "--filter", error);
    }
    interrupt_watch();
    c.run.signal = interrupt_flag();
    pthread_mutex_init(&c.lock, NULL);
    read_items(&c, &paths);
    progress_begin(&c.progress, !options->quiet);
    pool_run(options->jobs, c.pair_count, make, done, &c);
    progress_end(&c.progress);
    if (c.end != NULL && c.unmade > 0)
        c.code = exit_worse(c.code, EXIT_INCONCLUSIVE);
    if (!cli_finish_outputs(options, c.outputs))
        c.code = exit_worse(c.code, EXIT_USAGE);
    if (options->format == FORMAT_HUMAN)
        print_summary(&c);
    for (uint32_t i = 0; i < c.item_count; i++)
        free(c.items[i].scenario);
    free(c.items);
    cli_paths_free(&paths);
    pthread_mutex_destroy(&c.lock);
    return c.code;
}

int verb_test(const struct options *options) { return cli_run_many(options); }
