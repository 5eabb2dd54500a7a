/* run.c - see run.h: reads a scenario, applies the options and runs it. run_repro.c writes the line
 * that repeats a run, run_capsule.c the file. */
#include "ui/run/run.h"
#include "ui/run/document.h"
#include "ui/run/exits.h"
#include "model/words/names.h"
#include <inttypes.h>
#include <stdarg.h>
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
                            FILE *errors, char error[RUN_ERROR_CHARS])
{
    char text[160];

    if (options->surprises == NULL)
        return true;
    choices_init(&scenario->replay, choice_count, 0);
    if (!choices_parse(&scenario->replay, options->surprises, choice_names, text, sizeof text)) {
        snprintf(error, RUN_ERROR_CHARS, "--surprises:1:1: %s", text);
        fprintf(errors, "%s\n", error);
        return false;
    }
    scenario->strategy = CHOICE_LISTED;
    return true;
}

/* Moves a scenario into a block that also holds its text, so that free releases both. */
static struct scenario *with_text(struct scenario *scenario, const char *text)
{
    size_t length = strlen(text) + 1;
    char *block = realloc(scenario, sizeof *scenario + length);

    CHECK(block != NULL);
    scenario = (void *)block;
    memcpy(block + sizeof *scenario, text, length);
    scenario->text = block + sizeof *scenario;
    return scenario;
}

struct scenario *run_load(const struct run_options *options, const char *path,
                          char error[RUN_ERROR_CHARS])
{
    return run_load_telling(options, path, stderr, error);
}

struct scenario *run_load_telling(const struct run_options *options, const char *path, FILE *errors,
                                  char error[RUN_ERROR_CHARS])
{
    struct scenario *scenario = malloc(sizeof *scenario);
    struct ini *ini = document_read(path);
    char *text = NULL;
    bool good;

    CHECK(scenario != NULL);
    for (uint32_t i = 0; i < options->set_count; i++)
        ini_set(ini, options->sets[i]);
    good = scenario_read(scenario, ini, path);
    for (uint32_t i = 0; i < ini_error_count(ini); i++)
        fprintf(errors, "%s\n", ini_error_text(ini, i));
    for (uint32_t i = 0; i < ini_warning_count(ini); i++)
        fprintf(errors, "%s\n", ini_warning_text(ini, i));
    if (ini_error_count(ini) > 0)
        snprintf(error, RUN_ERROR_CHARS, "%s", ini_error_text(ini, 0));
    if (good)
        text = run_document(ini);
    ini_free(ini);
    good = good && apply_surprises(options, scenario, errors, error);
    if (good)
        scenario = with_text(scenario, text);
    else
        free(scenario);
    free(text);
    return good ? scenario : NULL;
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

static PRINTF_LIKE(2, 3) void differ(struct run *run, const char *format, ...)
{
    va_list arguments;

    run->same = false;
    va_start(arguments, format);
    vsnprintf(run->why, sizeof run->why, format, arguments);
    va_end(arguments);
}

/* Writes which builds made the capsule and replay it, if they differ. */
static const char *builds_differ(const struct scenario *scenario, char out[3 * RUN_BUILD_CHARS])
{
    out[0] = 0;
    if (scenario->build[0] != 0 && strcmp(scenario->build, run_build()) != 0)
        snprintf(out, 3 * RUN_BUILD_CHARS, "; made by exifsim %s, replayed by exifsim %s",
                 scenario->build, run_build());
    return out;
}

/* Fills in the result of a finished run: whether expectations were met and fingerprints agree. */
static void judge(const struct run_options *options, const struct scenario *scenario,
                  struct run *run)
{
    const struct choices *choices = &world_sim(run->world)->choices;
    char given[RUN_SURPRISES_CHARS], builds[3 * RUN_BUILD_CHARS];

    run->result = *world_result(run->world);
    choices_print(choices->taken, choices->taken_count, choice_names, run->surprises,
                  sizeof run->surprises);
    /* A list that was given is kept as it was given, reached or not. */
    if (scenario->strategy == CHOICE_LISTED)
        choices_print(choices->listed, choices->listed_count, choice_names, given, sizeof given);
    run_repro(options, scenario->path, run->seed,
              scenario->strategy == CHOICE_LISTED ? given : run->surprises, run->repro);
    run->failed_surprises = run_surprises_failed(choices);
    run->met = world_expected(scenario, &run->result, run->why, sizeof run->why);
    run->same = true;
    if (options->verify &&
        !same_again(scenario, run->seed, run->result.fingerprint, run->result.simulated / 2))
        differ(run,
               "not deterministic: a repetition came to another fingerprint. This is a fault of "
               "exifsim: please report it together with the line that repeats the run");
    if (scenario->has_fingerprint && scenario->fingerprint != run->result.fingerprint)
        differ(run, "fingerprint %016" PRIx64 " (expected %016" PRIx64 ", from the capsule)%s",
               run->result.fingerprint, scenario->fingerprint, builds_differ(scenario, builds));
    else if (options->replay && run->failed_surprises[0] != 0)
        differ(run, "%.*s", (int)strcspn(run->failed_surprises, "\n"), run->failed_surprises);
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
    run->cut = run->cut || scenario->cut;
    if (cut->strategy ==
        CHOICE_CALM) /* An empty list is calm, too, and its questions are counted. */
        cut->strategy = CHOICE_LISTED;
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
    free(run->failed_surprises);
    free(run);
}
