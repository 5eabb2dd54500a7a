/* run.c - see run.h: reads a scenario, applies the options and runs it. run_repro.c writes the line
 * that repeats a run, run_capsule.c the file. */
#include "ui/run/run.h"
#include "ui/run/document.h"
#include "ui/run/exits.h"
#include "ui/run/run_surprises.h"
#include "ui/guard/watch.h"
#include "model/words/names.h"
#include "ui/host/programs.h"
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

/* Makes a scenario of a document, which it frees. */
static struct scenario *load(const struct run_options *options, const char *path, struct ini *ini,
                             FILE *errors, char error[RUN_ERROR_CHARS])
{
    struct scenario *scenario = malloc(sizeof *scenario);
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
    good = good && run_find_anchors(options, scenario, ini, errors, error) &&
           run_force_surprises(options, scenario, errors, error);
    ini_free(ini);
    if (good)
        scenario = with_text(scenario, text);
    else
        free(scenario);
    free(text);
    return good ? scenario : NULL;
}

struct scenario *run_load_telling(const struct run_options *options, const char *path, FILE *errors,
                                  char error[RUN_ERROR_CHARS])
{
    return load(options, path, document_read(path), errors, error);
}

struct scenario *run_load_text(const struct run_options *options, const char *path,
                               const char *text, FILE *errors, char error[RUN_ERROR_CHARS])
{
    return load(options, path, ini_read_text(path, text, strlen(text)), errors, error);
}

/* Draws a seed. It is printed before the run, and all randomness of the run comes from it. */
static uint64_t draw_seed(void)
{
    uint64_t seed = (uint64_t)time(NULL) * 0x9e3779b97f4a7c15u;

    if (!program_random(&seed, sizeof seed))
        seed ^= (uint64_t)clock();
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

/* One run under way, and the flag of its limit (watch.h; NULL: it has none). */
struct under_way {
    const struct run_options *options;
    const struct scenario *scenario;
    struct run *run;
    run_drive *drive;
    void *ctx;
    const atomic_bool *limit;
    bool same;      /* --verify found no other fingerprint. */
    bool again_cut; /* --verify was ended on its way. */
};

/* True if the run ended in a way that a repetition need not be held against. */
static bool is_at_its_end(const struct world *world)
{
    enum sim_end end = world_sim((struct world *)(uintptr_t)world)->end;

    return end != SIM_ASKED && end != SIM_BROKEN && end != SIM_HUNG;
}

/* Puts a world back, and holds its whole memory to the snapshot. */
static void restore_exactly(struct world *world, const struct snapshot *snapshot)
{
    const struct arena *arena = world_sim(world)->arena;
    const char *where;

    world_restore(world, snapshot);
    if (!snapshot_differs(snapshot, arena, &where))
        return;
    if (arena_holds(arena, where))
        check_failed_with(__FILE__, __LINE__,
                          "byte 0x%zx of a restored world is not what the snapshot has (%s)",
                          (size_t)(where - arena->base), snapshots_way());
    check_failed_with(__FILE__, __LINE__,
                      "a variable of a restored guest is not what the snapshot has");
}

/* Runs the scenario again, and once more from a snapshot midway. True if both come to the run's
 * fingerprint, or were ended before they came to any. The second restore in a row begins to follow
 * what the run writes; so the last one proves that no written page is missed. */
static bool same_again(struct under_way *u)
{
    const struct result *first = world_result(u->run->world), *result;
    uint64_t fingerprint = first->fingerprint;
    sim_time middle = first->simulated / 2;
    struct world *world = world_new(u->scenario, u->run->seed);
    struct snapshot *snapshot;
    bool same;

    if (world == NULL) {
        fprintf(stderr, "exifsim: no memory for the second world of --verify\n");
        exit(EXIT_INTERNAL);
    }
    world_heed(world, u->options->signal, u->limit);
    watch_guests(world_sim(world));
    world_run(world, middle);
    snapshot = world_snapshot(world);
    world_run(world, SIM_NEVER);
    result = world_result(world);
    u->again_cut = result->end == SIM_ASKED;
    same = result->fingerprint == fingerprint;
    if (snapshot != NULL && !u->again_cut) {
        restore_exactly(world, snapshot);
        restore_exactly(world, snapshot);
        world_run(world, SIM_NEVER);
        result = world_result(world);
        u->again_cut = result->end == SIM_ASKED;
        same = same && result->fingerprint == fingerprint;
        if (is_at_its_end(world))
            restore_exactly(world, snapshot);
    }
    if (snapshot != NULL)
        snapshot_free(snapshot);
    watch_guests(NULL);
    world_free(world);
    return same || u->again_cut;
}

static void go(void *arg, const atomic_bool *limit)
{
    struct under_way *u = arg;
    struct run *run = u->run;

    u->limit = limit;
    run->world = world_new(u->scenario, run->seed);
    if (run->world == NULL)
        return;
    world_heed(run->world, u->options->signal, limit);
    watch_guests(world_sim(run->world));
    if (u->drive != NULL)
        u->drive(u->ctx, run->world);
    else
        world_run(run->world, SIM_NEVER);
    watch_guests(NULL);
    u->same = !u->options->verify || !is_at_its_end(run->world) || same_again(u);
}

/* True if the run or its repetition was asked to end, and did. */
static bool is_ended(const struct under_way *u)
{
    return u->again_cut || (u->run->world != NULL && world_sim(u->run->world)->end == SIM_ASKED);
}

/* Runs the scenario under the limit of --timeout, if there is one. */
static void go_watched(struct under_way *u)
{
    struct watched watched;

    watch_call(u->options->timeout_ns, go, u, &watched);
    if (watched.failed[0] != 0) { /* A fault of exifsim, as without a limit. */
        fprintf(stderr, "%s\n", watched.failed);
        exit(EXIT_INTERNAL);
    }
    u->run->hung = watched.broken || (watched.late && is_ended(u));
    u->run->hung_frame = watched.frame;
    u->same = u->same || watched.broken;
}

struct stretch {
    struct world *world;
    sim_time until;
};

static void go_stretch(void *arg, const atomic_bool *asked)
{
    const struct stretch *stretch = arg;

    (void)asked;
    watch_guests(world_sim(stretch->world));
    world_run(stretch->world, stretch->until);
}

enum sim_end run_watched(struct world *world, sim_time until)
{
    struct stretch stretch = { world, until };
    struct watched watched;

    if (world_sim(world)->guests[0] == 0)
        return world_run(world, until);
    watch_call(0, go_stretch, &stretch, &watched);
    return world_sim(world)->end;
}

/* ---- The verdict ----------------------------------------------------------------------------- */

const char *run_outcome(const struct run *run)
{
    if (run->hung)
        return "hung";
    if (run->broken)
        return "broken";
    if (run->interrupted)
        return "interrupted";
    if (run->cut && run->verdict == RUN_SKIPPED)
        return "cut short";
    return outcome_names[run->result.outcome];
}

/* Says instead of all else why the run has no verdict. */
static void say_alone(struct run *run, const char *format, ...) PRINTF_LIKE(2, 3);
static void say_alone(struct run *run, const char *format, ...)
{
    char text[UNMET_CHARS];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    unmet_clear(&run->unmet);
    unmet_add(&run->unmet, "%s", text);
}

/* Writes what differs between the code of the capsule and that of the replay. */
static const char *code_differs(const struct scenario *scenario, char out[3 * RUN_BUILD_CHARS])
{
    snprintf(out, 3 * RUN_BUILD_CHARS, "%s",
             scenario->edited ? "; the code of its drivers or programs has been edited" : "");
    if (scenario->build[0] != 0 && strcmp(scenario->build, run_build()) != 0)
        snprintf(out, 3 * RUN_BUILD_CHARS, "; made by exifsim %s, replayed by exifsim %s",
                 scenario->build, run_build());
    return out;
}

/* True if what was not met may be due to the early end alone: neither a stop, nor a check that does
 * not hold. */
static bool may_be_early(const struct scenario *scenario, const struct run *run)
{
    char why[UNMET_CHARS];

    return !run->result.stop.stopped && !world_violation(scenario, &run->result, why, sizeof why);
}

/* What --strict demands beside the expectations. */
static void demand(const struct scenario *scenario, struct run *run)
{
    const struct result *result = &run->result;

    if (!scenario_expects(scenario))
        unmet_add(&run->unmet, "nothing is expected (--strict wants [expect] with an outcome, or "
                               "anything else that a run can fail)");
    if ((scenario_rate_milli(scenario) > 0 || result->arrived > 0) && result->delivered == 0 &&
        result->reads == 0)
        unmet_add(&run->unmet, "nothing was delivered of %" PRIu64 " messages (--strict wants one)",
                  result->arrived);
    run->met = run->met && run->unmet.count == 0;
}

/* In a replay each surprise happens as it is listed. */
static void compare_surprises(struct run *run)
{
    for (const char *line = run->failed_surprises; *line != 0; line += strcspn(line, "\n") + 1) {
        run->same = false;
        unmet_add(&run->unmet, "%.*s", (int)strcspn(line, "\n"), line);
    }
}

/* Compares the run with its repetition and with its capsule. */
static void compare(const struct under_way *u, struct run *run)
{
    const struct scenario *scenario = u->scenario;
    char builds[3 * RUN_BUILD_CHARS];

    run->same = u->same;
    if (!u->same)
        unmet_add(&run->unmet, "not deterministic: a repetition came to another fingerprint. This "
                               "is a fault of exifsim: please report it together with the line "
                               "that repeats the run");
    if (scenario->has_fingerprint && scenario->fingerprint != run->result.fingerprint) {
        run->same = false;
        unmet_add(&run->unmet,
                  "fingerprint %016" PRIx64 " (expected %016" PRIx64 ", from the capsule)%s",
                  run->result.fingerprint, scenario->fingerprint, code_differs(scenario, builds));
    }
    if (u->options->replay)
        compare_surprises(run);
}

/* The lines of run_surprises_failed. A run that was hung or interrupted did not come to the rest of
 * its list, which says nothing about the list. */
static char *failed_surprises(const struct run *run, const struct choices *choices)
{
    if (run->hung || run->interrupted)
        return strdup("");
    return run_surprises_failed(choices);
}

/* What ended a run before the scenario's own end. */
static const char *cut_by(const struct under_way *u)
{
    return u->options->has_until && u->options->until == u->scenario->set.duration
               ? "--until"
               : "until of the capsule";
}

/* Judges a run whose machine a guest has destroyed, by what the engine still knows. */
static void judge_broken(const struct under_way *u)
{
    const struct sim *sim = world_sim(u->run->world);
    struct run *run = u->run;
    char how[UNMET_CHARS];

    run->result.end = SIM_BROKEN;
    run->result.records = sim->trace.count;
    run->result.simulated = sim->now;
    run->failed_surprises = strdup("");
    run->same = true;
    run->verdict = RUN_FAILED;
    world_end_by_guest(sim, how, sizeof how);
    say_alone(run, "%s", how);
}

/* Judges a finished run: whether expectations were met and fingerprints agree. */
static void judge(const struct under_way *u)
{
    const struct run_options *options = u->options;
    const struct choices *choices = &world_sim(u->run->world)->choices;
    struct run *run = u->run;
    sim_time whole; /* Unit to which the end of the run is told. */
    char limit[32], at[32], unmet[UNMET_CHARS - 80], given[RUN_SURPRISES_CHARS];
    char how[UNMET_CHARS];

    run->broken = world_sim(run->world)->end == SIM_BROKEN;
    if (run->broken) {
        judge_broken(u);
        return;
    }
    run->result = *world_result(run->world);
    run->hung = run->hung || run->result.end == SIM_HUNG;
    choices_print(choices->taken, choices->taken_count, choice_names, run->surprises,
                  sizeof run->surprises);
    /* A list that was given is kept as it was given, reached or not. */
    if (u->scenario->strategy == CHOICE_LISTED)
        choices_print(choices->listed, choices->listed_count, choice_names, given, sizeof given);
    run_repro(options, u->scenario->path, run->seed,
              u->scenario->strategy == CHOICE_LISTED ? given : run->surprises, run->repro);
    run->met = world_expected(u->scenario, &run->result, &run->unmet);
    run->interrupted = !run->hung && is_ended(u);
    run->failed_surprises = failed_surprises(run, choices);
    run->verdict = run->met ? RUN_PASSED : RUN_FAILED;
    run->same = true;
    whole = run->result.simulated < SEC(10) ? MS(1) : SEC(1);
    run_time(run->result.simulated / whole * whole, at, sizeof at);
    if (run->hung) {
        run_time(options->timeout_ns, limit, sizeof limit);
        run->met = run->met && u->scenario->expect.outcome == EXPECT_HUNG;
        if (run->met)
            return;
        run->verdict = RUN_FAILED;
        if (world_end_by_guest(world_sim(run->world), how, sizeof how))
            say_alone(run, "%s", how);
        else
            say_alone(run,
                      "hung: after %s of wall-clock time (--timeout) the run had come to %s of "
                      "simulated time",
                      limit, at);
    } else if (run->interrupted) {
        run->met = false;
        run->verdict = RUN_SKIPPED;
        say_alone(run, "interrupted at %s of simulated time", at);
    } else {
        compare(u, run);
        if (options->strict)
            demand(u->scenario, run);
        if (run->unmet.count > 0)
            run->verdict = RUN_FAILED;
        if (run->same && !run->met && may_be_early(u->scenario, run) &&
            (run->cut || run->result.end == SIM_BUDGET)) {
            run->verdict = RUN_SKIPPED;
            unmet_join(&run->unmet, unmet, sizeof unmet);
            say_alone(run, "cut short at %s by %s: %s", at,
                      run->cut ? cut_by(u) : "the budget of records", unmet);
        }
    }
}

struct run *run_once(const struct run_options *options, const struct scenario *scenario,
                     uint64_t seed, run_drive *drive, void *ctx)
{
    struct run *run = calloc(1, sizeof *run);
    struct scenario *cut = malloc(sizeof *cut);
    struct under_way u = {
        .options = options, .scenario = cut, .run = run, .drive = drive, .ctx = ctx
    };
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
    if (options->timeout_ns != 0 || scenario->guest_count > 0)
        go_watched(&u);
    else
        go(&u, NULL);
    if (run->world != NULL) {
        run->host_us = host_us() - started;
        judge(&u);
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
    if (!run->broken) /* What could be wrong with a destroyed world is not worth its memory. */
        world_free(run->world);
    free(run->failed_surprises);
    free(run);
}
