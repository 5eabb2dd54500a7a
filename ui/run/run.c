/* run.c - see run.h: reads a scenario, applies the options and runs it. run_repro.c writes the line
 * that repeats a run, run_capsule.c the file. */
#include "ui/run/run.h"
#include "ui/run/exits.h"
#include "model/words/names.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- Options --------------------------------------------------------------------------------- */

static const char *copy_of(const char *text)
{
    char *copy = strdup(text);

    CHECK(copy != NULL);
    return copy;
}

void run_options_copy(struct run_options *to, const struct run_options *from)
{
    *to = *from;
    for (uint32_t i = 0; i < from->set_count; i++)
        to->sets[i] = copy_of(from->sets[i]);
    to->surprises = from->surprises != NULL ? copy_of(from->surprises) : NULL;
}

void run_options_drop(struct run_options *copy)
{
    for (uint32_t i = 0; i < copy->set_count; i++)
        free((char *)(uintptr_t)copy->sets[i]);
    free((char *)(uintptr_t)copy->surprises);
    *copy = (struct run_options){ .set_count = 0 };
}

/* ---- The scenario ---------------------------------------------------------------------------- */

static bool apply_surprises(const struct run_options *options, struct scenario *scenario,
                            char error[RUN_ERROR_CHARS])
{
    char text[160];

    if (options->surprises == NULL)
        return true;
    choices_init(&scenario->replay, choice_count, 0);
    if (!choices_parse(&scenario->replay, options->surprises, choice_names, text, sizeof text)) {
        snprintf(error, RUN_ERROR_CHARS, "--surprises:1:1: %s", text);
        fprintf(stderr, "%s\n", error);
        return false;
    }
    scenario->strategy = CHOICE_LISTED;
    return true;
}

struct scenario *run_load(const struct run_options *options, const char *path,
                          char error[RUN_ERROR_CHARS])
{
    struct scenario *scenario = malloc(sizeof *scenario);
    struct ini *ini = ini_read(path);
    bool good;

    CHECK(scenario != NULL);
    for (uint32_t i = 0; i < options->set_count; i++)
        ini_set(ini, options->sets[i]);
    good = scenario_read(scenario, ini, path);
    for (uint32_t i = 0; i < ini_error_count(ini); i++)
        fprintf(stderr, "%s\n", ini_error_text(ini, i));
    for (uint32_t i = 0; i < ini_warning_count(ini); i++)
        fprintf(stderr, "%s\n", ini_warning_text(ini, i));
    if (ini_error_count(ini) > 0)
        snprintf(error, RUN_ERROR_CHARS, "%s", ini_error_text(ini, 0));
    ini_free(ini);
    if (good && apply_surprises(options, scenario, error))
        return scenario;
    free(scenario);
    return NULL;
}

/* Draws a seed. It is printed before the run, and all randomness of the run comes from it. */
static uint64_t draw_seed(void)
{
    uint64_t seed = (uint64_t)time(NULL) * 0x9e3779b97f4a7c15u;
    FILE *random = fopen("/dev/urandom", "rb");

    if (random != NULL) {
        if (fread(&seed, sizeof seed, 1, random) != 1)
            seed ^= (uint64_t)clock();
        fclose(random);
    }
    return seed >> 32; /* Ten digits at most, because people copy it. */
}

uint64_t run_seed(const struct run_options *options, const struct scenario *scenario)
{
    if (options->has_seed)
        return options->seed;
    if (scenario->has_seed)
        return scenario->seed;
    return draw_seed();
}

/* ---- The run --------------------------------------------------------------------------------- */

static uint64_t host_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* Runs the scenario again, and once more from a snapshot midway. True if both come to this
 * fingerprint. */
static bool same_again(const struct scenario *scenario, uint64_t seed, uint64_t fingerprint,
                       sim_time middle)
{
    struct world *world = world_new(scenario, seed);
    struct snapshot *snapshot;
    bool same;

    if (world == NULL) {
        fprintf(stderr, "exifsim: no memory for the second world of --verify\n");
        exit(EXIT_INTERNAL);
    }
    world_run(world, middle);
    snapshot = world_snapshot(world);
    world_run(world, SIM_NEVER);
    same = world_result(world)->fingerprint == fingerprint;
    if (snapshot != NULL) {
        world_restore(world, snapshot);
        world_run(world, SIM_NEVER);
        same = same && world_result(world)->fingerprint == fingerprint;
        snapshot_free(snapshot);
    }
    world_free(world);
    return same;
}

/* Fills in the result of a finished run: whether expectations were met and fingerprints agree. */
static void judge(const struct run_options *options, const struct scenario *scenario,
                  struct run *run)
{
    run->result = *world_result(run->world);
    choices_print(&world_sim(run->world)->choices, choice_names, run->surprises,
                  sizeof run->surprises);
    run_repro(options, scenario->path, run->seed, run->surprises, run->repro);
    run->met = world_expected(scenario, &run->result, &run->unmet);
    run->same = true;
    if (options->verify &&
        !same_again(scenario, run->seed, run->result.fingerprint, run->result.simulated / 2)) {
        run->same = false;
        unmet_add(&run->unmet, "not deterministic: a repetition came to another fingerprint. This "
                               "is a fault of exifsim: please report it together with the line "
                               "that repeats the run");
    }
    if (scenario->has_fingerprint && scenario->fingerprint != run->result.fingerprint) {
        run->same = false;
        unmet_add(&run->unmet,
                  "fingerprint %016" PRIx64 " (expected %016" PRIx64 ", from the capsule)",
                  run->result.fingerprint, scenario->fingerprint);
    }
}

struct run *run_once(const struct run_options *options, const struct scenario *scenario,
                     uint64_t seed, run_drive *drive, void *ctx)
{
    struct run *run = calloc(1, sizeof *run);
    struct scenario *cut = malloc(sizeof *cut);
    uint64_t started = host_us();

    CHECK(run != NULL && cut != NULL);
    *cut = *scenario;
    run->seed = seed;
    run->cut = options->has_until && options->until < scenario->set.duration;
    if (run->cut)
        cut->set.duration = options->until;
    run_repro(options, scenario->path, seed, options->surprises ? options->surprises : "",
              run->repro);
    check_repro(run->repro);
    run->world = world_new(cut, seed);
    if (run->world != NULL) {
        if (drive != NULL)
            drive(ctx, run->world);
        else
            world_run(run->world, SIM_NEVER);
        run->host_us = host_us() - started;
        judge(options, cut, run);
    }
    check_repro(NULL);
    free(cut);
    if (run->world != NULL)
        return run;
    free(run);
    return NULL;
}

void run_free(struct run *run)
{
    world_free(run->world);
    free(run);
}
