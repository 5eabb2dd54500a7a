/* exam.c - see exam.h. */
#include "ui/lab/exam_inside.h"
#include "model/look/inspect.h"
#include "model/words/builds.h"
#include "ui/explore/minimize.h"
#include "ui/guest/guest.h"
#include "ui/host/files.h"
#include "ui/host/memory_file.h"
#include "ui/host/programs.h"
#include "ui/host/whole_file.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const char *const exam_step_words[] = { "builds", "works", "known", "search" };
const char *const exam_step_titles[] = { "builds", "does its work", "known ends", "the search" };
const char *const exam_answer_words[] = { "not asked", "yes", "no" };
const char *const exam_verdict_words[] = { "refuted", "not refuted", "does not build", "unknown" };

enum { AWAY_MIN = 3 }; /* Threads away at the end of a run that are no visits under way. */

/* ---- Runs ------------------------------------------------------------------------------------ */

bool exam_is_ended(const struct exam *exam)
{
    return exam->verdict != EXAM_NOT_REFUTED || (exam->signal != NULL && atomic_load(exam->signal));
}

void exam_tell(struct exam *exam, enum exam_step step, uint32_t done)
{
    if (exam->progress != NULL)
        exam->progress(exam->ctx, step, done);
}

/* The build of the hotfix in place of the student's. */
static void use_hotfix(struct scenario *scenario)
{
    snprintf(scenario->set.versions[FILE_EXIFS], sizeof scenario->set.versions[FILE_EXIFS], "%s",
             builds[BUILD_HOTFIX].number);
    scenario->guest_count = 0;
}

struct scenario *exam_load(struct exam *exam, const struct exam_run *what,
                           struct run_options *options)
{
    char error[RUN_ERROR_CHARS], *lines;
    size_t length;
    FILE *errors = memory_file_open(&lines, &length);
    struct scenario *scenario;

    CHECK(errors != NULL);
    *options =
        (struct run_options){ .surprises = what->surprises, .trust = true, .signal = exam->signal };
    options->sets[options->set_count++] = exam->source;
    if (exam->include[0] != 0)
        options->sets[options->set_count++] = exam->include;
    for (uint32_t i = 0; i < EXAM_SETS_MAX && what->sets[i] != NULL; i++)
        options->sets[options->set_count++] = what->sets[i];
    options->has_seed = what->seed != 0;
    options->seed = what->seed;
    scenario = run_load_telling(options, exam->lab->path, errors, error);
    memory_file_close(errors);
    if (scenario != NULL && what->is_hotfix)
        use_hotfix(scenario);
    free(exam->errors);
    exam->errors = lines;
    return scenario;
}

void exam_refute(struct exam *exam, const struct finding *finding, char *capsule)
{
    exam->verdict = EXAM_REFUTED;
    exam->finding = *finding;
    free(exam->capsule);
    exam->capsule = capsule;
}

/* Refutes the driver by a run that found something. */
static void refute_by(struct exam *exam, const struct run *run, const struct run_options *options,
                      const struct scenario *scenario, const struct finding *finding)
{
    char error[RUN_ERROR_CHARS];

    exam_refute(exam, finding,
                run_capsule(options, scenario, run->seed, run->result.fingerprint, run->surprises,
                            finding_told(finding), error));
}

struct run *exam_run(struct exam *exam, const struct exam_run *what, bool *refuted)
{
    struct run_options options;
    struct scenario *scenario = exam_load(exam, what, &options);
    struct finding finding;
    struct run *run;

    *refuted = false;
    CHECK(scenario != NULL); /* The step `builds` has read it before. */
    run = run_once(&options, scenario, run_seed(&options, scenario), NULL, NULL);
    CHECK(run != NULL);
    exam->runs++;
    if (run->interrupted) {
        exam->verdict = EXAM_UNKNOWN;
        run_free(run);
        free(scenario);
        return NULL;
    }
    finding_of(run, scenario, &finding);
    *refuted = !what->is_hotfix && finding.kind != FINDING_NONE &&
               (what->kinds == 0 || (what->kinds >> finding.kind & 1) != 0);
    if (*refuted)
        refute_by(exam, run, &options, scenario, &finding);
    free(scenario);
    return run;
}

/* ---- Sentences ------------------------------------------------------------------------------- */

static void say(struct exam *exam, enum exam_step step, enum exam_answer answer, const char *format,
                ...) PRINTF_LIKE(4, 5);

static void say(struct exam *exam, enum exam_step step, enum exam_answer answer, const char *format,
                ...)
{
    struct exam_said *said = &exam->steps[step];
    va_list list;

    said->answer = answer;
    va_start(list, format);
    vsnprintf(said->text, sizeof said->text, format, list);
    va_end(list);
}

void exam_time(sim_time at, char *out, size_t size)
{
    if (at < MS(1))
        snprintf(out, size, "%" PRIu64 " ns", at);
    else
        snprintf(out, size, "%" PRIu64 ".%03" PRIu64 " s", at / SEC(1), at % SEC(1) / MS(1));
}

/* Says that a run of a step has found something. */
static void say_found(struct exam *exam, enum exam_step step, const char *where)
{
    char at[32];

    exam_time(exam->finding.at, at, sizeof at);
    say(exam, step, EXAM_NO, "%s, at %s; %s", exam->finding.cause, at, where);
}

/* ---- Builds ---------------------------------------------------------------------------------- */

/* The value of the driver's sources: the student's driver.c, and beside it what the lab brings. */
static bool set_source(struct exam *exam)
{
    char driver[PLACE_CHARS], harness[PLACE_CHARS + 16];
    int length;

    lab_driver_path(exam->folder, driver);
    snprintf(harness, sizeof harness, "%s/harness.c", exam->lab->folder);
    if (file_look(harness).kind == FILE_REGULAR) {
        snprintf(exam->include, sizeof exam->include, "%s.include=\"%s\"", exam->lab->driver,
                 exam->lab->folder);
        length = snprintf(exam->source, sizeof exam->source, "%s.source=\"%s\" \"%s\"",
                          exam->lab->driver, harness, driver);
    } else {
        length = snprintf(exam->source, sizeof exam->source, "%s.source=\"%s\"", exam->lab->driver,
                          driver);
    }
    return length < (int)sizeof exam->source;
}

static bool builds_well(struct exam *exam)
{
    struct run_options options;
    struct exam_run plain = { .surprises = NULL };
    struct scenario *scenario;

    guest_trust(); /* The folder was named to have its code run. */
    if (!set_source(exam)) {
        say(exam, EXAM_BUILDS, EXAM_NO, "the folder's path is too long");
        exam->verdict = EXAM_DOES_NOT_BUILD;
        return false;
    }
    scenario = exam_load(exam, &plain, &options);
    if (scenario == NULL) {
        exam->verdict = EXAM_DOES_NOT_BUILD;
        say(exam, EXAM_BUILDS, EXAM_NO, "%.*s", (int)strcspn(exam->errors, "\n"), exam->errors);
        return false;
    }
    exam->is_race = scenario->orders.free;
    free(scenario);
    say(exam, EXAM_BUILDS, EXAM_YES, "compiled, and calls nothing that the machine has not");
    return true;
}

/* ---- Works ----------------------------------------------------------------------------------- */

/* Mail and lending of one or several runs. */
struct work {
    uint64_t arrived, delivered, visits, writes, latency_us, runs;
};

static void add_work(struct work *sum, const struct result *result)
{
    sum->arrived += result->arrived;
    sum->delivered += result->delivered;
    sum->visits += result->attaches;
    sum->writes += result->foreign_writes;
    sum->latency_us += result->latency_mean_us;
    sum->runs++;
}

/* Adds a run with the student's driver, and the same with the hotfix. False: the exam is ended. A
 * finding of the student's run is kept only if `judged`: the known ends come later. */
static bool add_pair(struct exam *exam, struct exam_run what, bool judged, struct work sums[2],
                     bool *found)
{
    bool refuted = false;

    *found = false;
    for (int i = 0; i < 2; i++) {
        struct run *run;

        what.is_hotfix = i == 1;
        run = exam_run(exam, &what, &refuted);
        if (run == NULL)
            return false;
        if (refuted && !judged)
            exam->verdict = EXAM_NOT_REFUTED;
        *found = *found || refuted;
        add_work(&sums[i], &run->result);
        run_free(run);
        exam_tell(exam, EXAM_WORKS, exam->runs);
    }
    return true;
}

/* Calm load: all mail comes through, and no rule is broken. */
static bool works_calmly(struct exam *exam)
{
    static const struct exam_run calm = { .sets = { "load smtp.rate=5/s",
                                                    "scenario.duration=20 s" } };
    struct work sums[2] = { { 0 }, { 0 } };
    bool found;

    if (!add_pair(exam, calm, true, sums, &found))
        return false;
    if (found) {
        say_found(exam, EXAM_WORKS, "under a calm load");
        return false;
    }
    if (sums[0].delivered >= sums[1].delivered)
        return true;
    exam->verdict = EXAM_REFUTED;
    say(exam, EXAM_WORKS, EXAM_NO,
        "under a calm load %" PRIu64 " of %" PRIu64 " messages come through, and %" PRIu64
        " with the hotfix",
        sums[0].delivered, sums[0].arrived, sums[1].delivered);
    return false;
}

/* The lab's own load: the driver lends and undoes its loans, and is about as fast as the hotfix.
 * Runs that end badly say nothing of that, and are left to the known ends. */
static bool works_hard(struct exam *exam, struct work sums[2])
{
    for (uint64_t seed = 1; seed <= 3; seed++) {
        /* A driver that jams the mail shows it at once, and its runs take long. */
        if (sums[0].delivered * 10 < sums[1].delivered * 9)
            return true;
        struct work pair[2] = { { 0 }, { 0 } };
        bool found;

        if (!add_pair(exam, (struct exam_run){ .seed = seed }, false, pair, &found))
            return false;
        for (int i = 0; !found && i < 2; i++) {
            sums[i].arrived += pair[i].arrived;
            sums[i].delivered += pair[i].delivered;
            sums[i].visits += pair[i].visits;
            sums[i].writes += pair[i].writes;
            sums[i].latency_us += pair[i].latency_us;
            sums[i].runs++;
        }
    }
    return true;
}

static bool does_its_work(struct exam *exam)
{
    struct work sums[2] = { { 0 }, { 0 } };
    const struct work *own = &sums[0], *other = &sums[1];

    if (!works_calmly(exam) || !works_hard(exam, sums))
        return false;
    if (own->runs == 0) {
        say(exam, EXAM_WORKS, EXAM_YES,
            "under a calm load all mail comes through; under the lab's load no run came to its "
            "end");
        return true;
    }
    uint64_t latency[2] = { own->latency_us / own->runs, other->latency_us / own->runs };
    const char *fault =
        own->writes * 2 < other->writes || own->writes == 0
            ? "it lends less than half as often as the hotfix: "
        : own->visits * 4 < other->visits * 3
            ? "it goes to other processes less often than the hotfix, as if it did "
              "not undo its loans: "
        : own->delivered * 20 < other->delivered * 19 ? "it brings less mail through: "
        : latency[0] * 10 > latency[1] * 12 ? "it is more than a fifth slower than the hotfix: "
                                            : NULL;

    say(exam, EXAM_WORKS, fault == NULL ? EXAM_YES : EXAM_NO,
        "%s%" PRIu64 " of %" PRIu64 " messages, %" PRIu64 " visits and %" PRIu64
        " writes in other processes, mean latency %" PRIu64 " ms; with the hotfix %" PRIu64
        " messages, %" PRIu64 " visits, %" PRIu64 " writes, %" PRIu64 " ms",
        fault != NULL ? fault : "", own->delivered, own->arrived, own->visits, own->writes,
        latency[0] / 1000, other->delivered, other->visits, other->writes, latency[1] / 1000);
    if (fault != NULL)
        exam->verdict = EXAM_REFUTED;
    return fault == NULL;
}

/* ---- Known ends ------------------------------------------------------------------------------ */

/* Threads that wait in another process than their own. A visit waits seldom, and not for long. */
static uint32_t count_away(struct world *world)
{
    struct inspect *look = inspect_new();
    uint32_t away = 0;

    CHECK(look != NULL);
    inspect_take_parts(world, look, INSPECT_PROCESSES | INSPECT_THREADS);
    for (uint32_t i = 0; i < look->thread_count; i++)
        away += look->threads[i].attach_index != 0 && !look->threads[i].running &&
                !look->threads[i].exited;
    inspect_free(look);
    return away;
}

/* Says that threads stay away: nothing stops the machine yet, but they are never home again. */
static void say_away(struct exam *exam, uint32_t away, uint32_t seed)
{
    exam->verdict = EXAM_REFUTED;
    say(exam, EXAM_KNOWN, EXAM_NO,
        "at the end of the run with seed %u, %u threads wait in another process than their own",
        seed, away);
}

static bool survives_known(struct exam *exam)
{
    uint32_t seeds = exam->seeds != 0 ? exam->seeds : exam->lab->seeds;
    char where[80];

    for (uint32_t seed = 1; seed <= seeds; seed++) {
        bool refuted;
        struct run *run = exam_run(exam, &(struct exam_run){ .seed = seed }, &refuted);

        if (run == NULL)
            return false;
        uint32_t away = refuted ? 0 : count_away(run->world);

        run_free(run);
        exam_tell(exam, EXAM_KNOWN, seed);
        if (away >= AWAY_MIN) {
            say_away(exam, away, seed);
            return false;
        }
        if (refuted) {
            snprintf(where, sizeof where, "the lab's load, seed %u", seed);
            say_found(exam, EXAM_KNOWN, where);
            return false;
        }
    }
    say(exam, EXAM_KNOWN, EXAM_YES, "the lab's load with seeds 1 to %u: no run ends badly", seeds);
    return true;
}

/* ---- The capsule ----------------------------------------------------------------------------- */

/* Makes the capsule as small as it can be; keeps it as it is if that fails. */
static void make_small(struct exam *exam)
{
    struct run_options options = { .trust = true, .signal = exam->signal };
    struct minimize *m = calloc(1, sizeof *m);
    char path[PLACE_CHARS], error[RUN_ERROR_CHARS], *lines;
    size_t length;
    FILE *errors = memory_file_open(&lines, &length), *out;

    CHECK(m != NULL && errors != NULL);
    snprintf(path, sizeof path, "%s/exifsim-lab-%lu.ini", program_scratch_folder(),
             program_number());
    out = file_open_new(path);
    if (out != NULL) {
        fputs(exam->capsule, out);
        fclose(out);
        *m = (struct minimize){ .options = &options, .path = path, .errors = errors };
        if (minimize(m, error) && finding_same(&m->finding, &exam->finding)) {
            free(exam->capsule);
            exam->capsule = m->capsule;
            exam->is_minimal = true;
        } else {
            free(m->capsule);
        }
        file_remove(path);
    }
    memory_file_close(errors);
    free(lines);
    free(m);
}

/* ---- The exam -------------------------------------------------------------------------------- */

/* The calm order of a race: the harness says whether the driver does its work. */
static bool works_in_calm_order(struct exam *exam)
{
    bool refuted;
    struct run *run = exam_run(exam, &(struct exam_run){ .seed = 0 }, &refuted);

    if (run == NULL)
        return false;
    run_free(run);
    if (refuted)
        say_found(exam, EXAM_WORKS, "in the calm order");
    else
        say(exam, EXAM_WORKS, EXAM_YES, "in the calm order all of it is done");
    return !refuted;
}

void exam_go(struct exam *exam)
{
    bool done;

    exam->verdict = EXAM_NOT_REFUTED;
    exam->errors = strdup("");
    CHECK(exam->errors != NULL);
    exam_tell(exam, EXAM_BUILDS, 0);
    if (!builds_well(exam))
        return;
    if (exam->is_race)
        done = works_in_calm_order(exam) && exam_search_free(exam);
    else
        done = does_its_work(exam) && survives_known(exam) && exam_search(exam);
    if (!done && exam->verdict == EXAM_NOT_REFUTED)
        exam->verdict = EXAM_UNKNOWN;
    if (exam->verdict != EXAM_REFUTED) {
        free(exam->capsule);
        exam->capsule = NULL;
    } else if (exam->capsule != NULL && exam->finding.kind != FINDING_BROKEN &&
               exam->finding.kind != FINDING_HANG) {
        make_small(exam);
    }
}

enum exam_kept exam_keep(const struct exam *exam, char path[PLACE_CHARS], int *error)
{
    *error = 0;
    snprintf(path, PLACE_CHARS, "%s/refuted.ini", exam->folder);
    if (exam->capsule != NULL) {
        *error = whole_file_write(path, exam->capsule, strlen(exam->capsule));
        return *error == 0 ? EXAM_KEPT : EXAM_NOT_KEPT;
    }
    return exam->verdict == EXAM_NOT_REFUTED && file_look(path).kind == FILE_REGULAR &&
                   file_remove(path)
               ? EXAM_REMOVED
               : EXAM_KEPT_NOTHING;
}

void exam_free(struct exam *exam)
{
    free(exam->errors);
    free(exam->capsule);
    exam->errors = exam->capsule = NULL;
}

uint32_t exam_points(const struct exam *exam)
{
    uint32_t points = 0;

    for (int i = 0; i < EXAM_STEPS; i++)
        points += exam->steps[i].answer == EXAM_YES;
    return points;
}

uint32_t exam_most(const struct exam *exam) { return exam->is_race ? EXAM_STEPS - 1 : EXAM_STEPS; }
