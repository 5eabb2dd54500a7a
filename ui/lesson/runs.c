/* runs.c - see runs.h. */
#include "ui/lesson/runs.h"
#include "model/look/glance.h"
#include "ui/report/diagnosis.h"
#include "ui/host/files.h"
#include "ui/host/texts.h"
#include <stdlib.h>
#include <string.h>

struct lesson_run {
    struct lesson_runs *runs;
    char *sets; /* Settings, each followed by a semicolon: what tells this run from others. */
    struct scenario *scenario;
    uint64_t seed;
    struct lesson_result *result;
    struct recording *recording;
    struct lesson_run *next;
};

struct lesson_runs {
    const struct run_options *options;
    const char *path;
    struct lesson_run *first; /* The latest first. */
    uint32_t made;
};

struct lesson_runs *lesson_runs_new(const struct run_options *options, const char *path)
{
    struct lesson_runs *runs = calloc(1, sizeof *runs);

    CHECK(runs != NULL);
    runs->options = options;
    runs->path = path;
    return runs;
}

void lesson_runs_free(struct lesson_runs *runs)
{
    while (runs != NULL && runs->first != NULL) {
        struct lesson_run *run = runs->first;

        runs->first = run->next;
        recording_close(run->recording);
        if (run->result != NULL)
            free(run->result->log);
        free(run->result);
        free(run->scenario);
        free(run->sets);
        free(run);
    }
    free(runs);
}

void lesson_runs_page(struct lesson_runs *runs) { runs->made = 0; }
uint32_t lesson_runs_made(const struct lesson_runs *runs) { return runs->made; }

/* ---- Making a run ---------------------------------------------------------------------------- */

/* The value of a setting of this name, such as "seed=3"; NULL: it is another setting. */
static const char *own_setting(const char *set, const char *name)
{
    size_t length = strlen(name);

    return strncmp(set, name, length) == 0 && set[length] == '=' ? set + length + 1 : NULL;
}

/* The path of a file that is named beside the lesson's. */
static void beside(const char *lesson, const char *name, char *out, size_t size)
{
    int folder = file_absolute(name) ? 0 : (int)(file_short_name(lesson) - lesson);

    snprintf(out, size, "%.*s%s", folder, lesson, name);
}

/* Adds one setting to the options. path: the scenario's, which a setting can replace. */
static void add_setting(struct run_options *options, const char *lesson, const char *set,
                        char path[RUNS_PATH_CHARS])
{
    const char *own;

    if ((own = own_setting(set, "seed")) != NULL) {
        options->has_seed = true;
        options->seed = strtoull(own, NULL, 0);
    } else if ((own = own_setting(set, "surprises")) != NULL) {
        options->surprises = own;
    } else if ((own = own_setting(set, "scenario")) != NULL) {
        beside(lesson, own, path, RUNS_PATH_CHARS);
    } else if (strcmp(set, "again") != 0 && options->set_count < RUN_SETS_MAX) {
        options->sets[options->set_count++] = set;
    }
}

void lesson_run_options(char *sets, const char *lesson, struct run_options *options,
                        char path[RUNS_PATH_CHARS])
{
    char *set;

    snprintf(path, RUNS_PATH_CHARS, "%s", lesson);
    while ((set = text_take(&sets, ";")) != NULL) {
        set += strspn(set, " ");
        if (*set != 0)
            add_setting(options, lesson, set, path);
    }
}

static struct lesson_run *make(struct lesson_runs *runs, const char *sets,
                               char error[LESSON_ERROR_CHARS])
{
    struct run_options options = *runs->options;
    char path[RUNS_PATH_CHARS], why[RUN_ERROR_CHARS] = "", *copy = strdup(sets);
    struct scenario *scenario;
    struct lesson_run *run;

    CHECK(copy != NULL);
    lesson_run_options(copy, runs->path, &options, path);
    scenario = run_load(&options, path, why);
    if (scenario == NULL) {
        snprintf(error, LESSON_ERROR_CHARS, "%s", why);
        free(copy);
        return NULL;
    }
    run = calloc(1, sizeof *run);
    CHECK(run != NULL);
    run->runs = runs;
    run->scenario = scenario;
    run->seed = run_seed(&options, scenario);
    free(copy);
    return run;
}

struct lesson_run *lesson_run_with(struct lesson_runs *runs, const struct lesson_run *base,
                                   const char *sets, char error[LESSON_ERROR_CHARS])
{
    const char *before = base != NULL ? base->sets : "";
    size_t size = strlen(before) + strlen(sets) + 2;
    char *all = malloc(size);
    struct lesson_run *run = runs->first;

    CHECK(all != NULL);
    snprintf(all, size, "%s%s%s", before, sets, sets[0] != 0 ? ";" : "");
    while (run != NULL && strcmp(run->sets, all) != 0)
        run = run->next;
    if (run == NULL && all[0] != 0 && runs->made == LESSON_RUNS_MAX)
        snprintf(error, LESSON_ERROR_CHARS, "one more run (expected at most %d on a page)",
                 LESSON_RUNS_MAX);
    else if (run == NULL && (run = make(runs, all, error)) != NULL) {
        runs->made += all[0] != 0;
        run->sets = all;
        run->next = runs->first;
        runs->first = run;
        return run;
    }
    free(all);
    return run;
}

/* ---- What it came to ------------------------------------------------------------------------- */

const struct scenario *lesson_run_scenario(const struct lesson_run *run) { return run->scenario; }

uint64_t lesson_run_seed(const struct lesson_run *run) { return run->seed; }

const char *lesson_run_sets(const struct lesson_run *run) { return run->sets; }

static void copy_log(struct lesson_result *out, struct world *world)
{
    uint32_t count = glance_log_count(world);

    out->log = calloc(MAX_OF(count, 1u), sizeof *out->log);
    CHECK(out->log != NULL);
    for (uint32_t i = 0; i < count; i++)
        out->log_count += glance_log_line(world, i, &out->log[out->log_count]);
}

const struct lesson_result *lesson_run_result(struct lesson_run *run)
{
    struct world *world;

    if (run->result != NULL)
        return run->result;
    world = world_new(run->scenario, run->seed);
    if (world == NULL)
        return NULL;
    world_heed(world, run->runs->options->signal, NULL);
    world_run(world, SIM_NEVER);
    run->result = calloc(1, sizeof *run->result);
    CHECK(run->result != NULL);
    run->result->result = *world_result(world);
    run->result->seed = run->seed;
    world_crash(world, &run->result->crash);
    copy_log(run->result, world);
    world_free(world);
    return run->result;
}

const char *lesson_run_diagnosis(struct lesson_run *run)
{
    struct opinion *opinions;
    struct evidence evidence;
    struct world *world;

    if (lesson_run_result(run) == NULL)
        return "";
    if (run->result->diagnosis[0] != 0)
        return run->result->diagnosis;
    world = world_new(run->scenario, run->seed);
    opinions = calloc(DIAGNOSES, sizeof *opinions);
    if (world == NULL || opinions == NULL) {
        if (world != NULL)
            world_free(world);
        free(opinions);
        return "";
    }
    evidence_gather(&evidence, world, 0, NULL, NULL);
    diagnose(&evidence, opinions);
    snprintf(run->result->diagnosis, sizeof run->result->diagnosis, "%s",
             diagnosis_word(opinions[0].diagnosis));
    evidence_free(&evidence);
    world_free(world);
    free(opinions);
    return run->result->diagnosis;
}

struct recording *lesson_run_recording(struct lesson_run *run)
{
    if (run->recording == NULL) {
        run->recording = recording_open(
            &(struct recording_options){ .scenario = run->scenario, .seed = run->seed });
        if (run->recording != NULL)
            recording_wait(run->recording);
    }
    return run->recording;
}

bool lesson_run_record(struct lesson_run *run, uint64_t number, struct record *out)
{
    struct recording *recording = lesson_run_recording(run);
    bool there = false, ended = recording == NULL;

    while (!there && !ended) {
        recording_lock(recording);
        recording_frame(recording);
        const struct record *record = recording_record(recording, number);

        there = record != NULL;
        ended = number >= recording_status(recording)->records;
        if (there)
            *out = *record;
        recording_unlock(recording);
        if (!there && !ended)
            recording_wait(recording);
    }
    return there;
}

/* ---- Visits ---------------------------------------------------------------------------------- */

struct visit {
    struct world *world; /* NULL while it boots. */
    uint64_t from, to;
    lesson_look *look;
    void *ctx;
};

static void watch(const struct record *record, uint64_t number, void *ctx)
{
    struct visit *visit = ctx;

    if (visit->world == NULL || number < visit->from)
        return;
    if (number <= visit->to)
        visit->look(visit->world, record, number, visit->ctx);
    if (number >= visit->to)
        sim_finish(world_sim(visit->world), SIM_BUDGET);
}

bool lesson_run_visit(struct lesson_run *run, uint64_t from, uint64_t to, lesson_look *look,
                      void *ctx)
{
    struct visit visit = { NULL, from, to, look, ctx };
    struct world *world = world_new_watched(run->scenario, run->seed, watch, &visit);

    if (world == NULL)
        return false;
    visit.world = world;
    world_heed(world, run->runs->options->signal, NULL);
    world_run(world, SIM_NEVER);
    world_free(world);
    return true;
}
