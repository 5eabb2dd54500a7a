/* exam_search.c - the last step of an exam: other orders around loans, slow disks, crashes.
 *
 *     the lab's run, watched:  ...... loan .. loan ........ loan ......
 *     windows of orders               [----]      [----]      [----]      hunt.h
 *     slow transfers, disks           |  |  |  |  |  |  |  |  |  |        one for each run
 *     crashes of the store            |  |  |  |  |  |  |  |  |  |        one for each run
 */
#include "ui/lab/exam_inside.h"
#include "model/look/inspect.h"
#include "model/words/choices.h"
#include "model/words/records.h"
#include "ui/explore/hunt.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LOANS_MAX = 4096, WINDOWS = 3, INSTANTS = 20, SLOW_TRANSFERS = 12, SCHEDULES = 200 };

/* What the lab's own run was seen to do. */
struct seen {
    sim_time loans[LOANS_MAX]; /* Times at which a thread wrote in another process. */
    uint32_t loan_count;
    sim_time end;
    uint32_t transfers; /* Questions about disk transfers. */
};

static void see(const struct record *record, uint64_t number, void *ctx)
{
    struct seen *seen = ctx;

    (void)number;
    if (record->kind == REC_FOREIGN_WRITE && seen->loan_count < LOANS_MAX)
        seen->loans[seen->loan_count++] = record->at;
}

static bool look(struct exam *exam, struct seen *seen)
{
    struct run_options options;
    struct scenario *scenario = exam_load(exam, &(struct exam_run){ .seed = 1 }, &options);
    struct world *world;

    CHECK(scenario != NULL);
    if (scenario->strategy ==
        CHOICE_CALM) /* An empty list is calm, and its questions are counted. */
        scenario->strategy = CHOICE_LISTED;
    world = world_new_watched(scenario, 1, see, seen);
    CHECK(world != NULL);
    world_heed(world, exam->signal, NULL);
    run_watched(world, SIM_NEVER);
    seen->end = world_sim(world)->now;
    seen->transfers = (uint32_t)world_sim(world)->choices.asked[CHOICE_DISK];
    world_free(world);
    free(scenario);
    return !exam_is_ended(exam) && seen->loan_count > 0;
}

static bool say_refuted(struct exam *exam, const char *how)
{
    struct exam_said *said = &exam->steps[EXAM_SEARCH];
    char at[32];

    exam_time(exam->finding.at, at, sizeof at);
    said->answer = EXAM_NO;
    snprintf(said->text, sizeof said->text, "%s, at %s; %s", exam->finding.cause, at, how);
    return false;
}

/* One more run. False: it refuted the driver, or the exam was ended. */
static bool survives(struct exam *exam, const struct exam_run *what, const char *how)
{
    bool refuted;
    struct run *run = exam_run(exam, what, &refuted);

    if (run == NULL)
        return false;
    run_free(run);
    exam_tell(exam, EXAM_SEARCH, exam->runs);
    return refuted ? say_refuted(exam, how) : true;
}

/* ---- Orders ---------------------------------------------------------------------------------- */

/* Makes the whole run of a finding's surprises, which repeats it or not, and refutes by it. */
static bool refute_by_orders(struct exam *exam, const struct hunt_finding *found, const char *how)
{
    exam_refute(exam, &found->finding, found->capsule != NULL ? strdup(found->capsule) : NULL);
    return say_refuted(exam, how);
}

/* Tries orders of a stretch; to 0: to the end. False: the driver is refuted, or the exam ended. */
static bool hunt_in(struct exam *exam, struct hunt *hunt, const struct exam_run *what,
                    const char *how)
{
    struct run_options options;
    struct scenario *scenario = exam_load(exam, what, &options);
    char error[RUN_ERROR_CHARS];
    bool good;

    CHECK(scenario != NULL);
    hunt->options = &options;
    hunt->scenario = scenario;
    hunt->seed = run_seed(&options, scenario);
    hunt->until_found = true;
    good = !hunt_go(hunt, error) || hunt->finding_count == 0;
    exam->orders += hunt->counts.runs;
    if (!good)
        refute_by_orders(exam, &hunt->findings[0], how);
    else if (hunt->interrupted)
        exam->verdict = EXAM_UNKNOWN;
    hunt_free(hunt);
    free(scenario);
    return !exam_is_ended(exam);
}

/* Orders with up to two delays, around the first loan, one in the middle and the last. */
static bool orders_survive(struct exam *exam, const struct seen *seen)
{
    char duration[64], end[32];

    for (uint32_t i = 0; i < WINDOWS; i++) {
        sim_time loan = seen->loans[(uint64_t)(seen->loan_count - 1) * i / (WINDOWS - 1)];
        struct hunt *hunt = calloc(1, sizeof *hunt);
        bool good;

        CHECK(hunt != NULL);
        *hunt = (struct hunt){ .strategy = STRATEGY_delays,
                               .depth = 2,
                               .schedules = exam->schedules != 0 ? exam->schedules : SCHEDULES,
                               .from = loan > MS(10) ? loan - MS(10) : 1,
                               .to = loan + MS(60) };
        run_time((hunt->to / MS(1) + 1) * MS(1), end, sizeof end);
        snprintf(duration, sizeof duration, "scenario.duration=%s", end);
        good = hunt_in(exam, hunt, &(struct exam_run){ .sets = { duration }, .seed = 1 },
                       "in another order of threads around a loan");
        free(hunt);
        exam_tell(exam, EXAM_SEARCH, (uint32_t)exam->orders);
        if (!good)
            return false;
    }
    return true;
}

/* ---- Disks and crashes ----------------------------------------------------------------------- */

static bool slow_disks_survive(struct exam *exam, const struct seen *seen)
{
    static const char *const disks[] = { "fault slow.disk=C:", "fault slow.disk=D:",
                                         "fault slow.disk=E:" };
    char surprise[40], at[64], until[64], time[32], how[80];

    for (uint32_t i = 0; i < SLOW_TRANSFERS; i++) {
        snprintf(surprise, sizeof surprise, "DISK:%u:1",
                 1 + (uint32_t)((uint64_t)seen->transfers * i / SLOW_TRANSFERS));
        snprintf(how, sizeof how, "with one slow transfer of a disk, %s", surprise);
        if (!survives(exam, &(struct exam_run){ .surprises = surprise, .seed = 1 }, how))
            return false;
    }
    run_time(seen->loans[0] / MS(1) * MS(1), time, sizeof time);
    snprintf(at, sizeof at, "fault slow.at=%s", time);
    run_time((seen->loans[0] / MS(1) + 2000) * MS(1), time, sizeof time);
    snprintf(until, sizeof until, "fault slow.until=%s", time);
    for (uint32_t i = 0; i < 3; i++) {
        struct exam_run what = { .sets = { "fault slow.kind=slow_disk", disks[i],
                                           "fault slow.factor=10", at, until },
                                 .seed = 1 };

        snprintf(how, sizeof how, "with disk %s slow for two seconds", disks[i] + 16);
        if (!survives(exam, &what, how))
            return false;
    }
    return true;
}

/* The store is crashed on purpose at instants from the first loan on. Its end is no finding. */
static bool crashes_survive(struct exam *exam, const struct seen *seen)
{
    char at[64], time[32], how[80];

    for (uint32_t i = 0; exam->lab->crash && i < INSTANTS; i++) {
        sim_time last = seen->end / 2 > seen->loans[0] ? seen->end / 2 : seen->loans[0];
        sim_time when = seen->loans[0] + (last - seen->loans[0]) * i / INSTANTS;
        struct exam_run what = {
            .sets = { "fault crash.kind=crash", "fault crash.process=store.exe", at },
            .seed = 1 + i,
            .kinds = 1u << FINDING_STOP | 1u << FINDING_HANG | 1u << FINDING_BROKEN
        };

        run_time((when / MS(1) + 1) * MS(1), time, sizeof time);
        snprintf(at, sizeof at, "fault crash.at=%s", time);
        snprintf(how, sizeof how, "with store.exe crashed at %s, seed %" PRIu64, time, what.seed);
        if (!survives(exam, &what, how))
            return false;
    }
    return true;
}

/* Visits to one process, and writes of the visitors there. */
struct visits {
    uint32_t process; /* Address of the process. */
    uint64_t count, writes;
};

static void see_visit(const struct record *record, uint64_t number, void *ctx)
{
    struct visits *visits = ctx;

    (void)number;
    visits->count += record->kind == REC_ATTACH && record->a == visits->process;
}

/* Writes of visitors in a process so far. */
static uint64_t count_writes(struct world *world, uint32_t process)
{
    struct inspect *look = inspect_new();
    uint64_t writes = 0;

    CHECK(look != NULL);
    inspect_take_parts(world, look, INSPECT_PROCESSES);
    for (uint32_t i = 0; i < look->process_count; i++)
        if (look->processes[i].address == process)
            writes = look->processes[i].visitors_wrote;
    inspect_free(look);
    return writes;
}

/* How often inetinfo is visited in a run, and how much is done there. */
static struct visits count_visits(struct exam *exam, const struct exam_run *what)
{
    struct run_options options;
    struct scenario *scenario = exam_load(exam, what, &options);
    struct visits visits = { .process = scenario->pin_inetinfo };
    struct world *world = world_new_watched(scenario, what->seed, see_visit, &visits);

    CHECK(world != NULL);
    world_heed(world, exam->signal, NULL);
    run_watched(world, SIM_NEVER);
    exam->runs++;
    visits.writes = count_writes(world, visits.process);
    world_free(world);
    free(scenario);
    return visits;
}

/* The store is crashed in the middle: the driver goes to inetinfo to take back what it left there,
 * about as often as the hotfix does, and writes there as often. Who never goes has nothing that
 * could go wrong, nor has one who goes and leaves everything as it is. */
static bool undoes(struct exam *exam, const struct seen *seen)
{
    char at[64], time[32];
    struct visits seen_of[2];

    if (!exam->lab->crash)
        return true;
    run_time(seen->loans[seen->loan_count / 4] / MS(1) * MS(1), time, sizeof time);
    snprintf(at, sizeof at, "fault crash.at=%s", time);
    for (int i = 0; i < 2; i++) {
        struct exam_run what = { .sets = { "fault crash.kind=crash",
                                           "fault crash.process=store.exe", at },
                                 .seed = 1,
                                 .is_hotfix = i == 1 };

        seen_of[i] = count_visits(exam, &what);
        if (exam_is_ended(exam))
            return false;
    }
    const struct visits *own = &seen_of[0], *other = &seen_of[1];
    bool goes = own->count * 2 >= other->count;

    if (goes && own->writes * 2 >= other->writes)
        return true;
    exam->verdict = EXAM_REFUTED;
    exam->steps[EXAM_SEARCH].answer = EXAM_NO;
    snprintf(exam->steps[EXAM_SEARCH].text, sizeof exam->steps[EXAM_SEARCH].text,
             "with store.exe crashed at %s, seed 1, it goes to inetinfo.exe %" PRIu64
             " times to take back what it left there and writes %" PRIu64
             " times, and the hotfix goes %" PRIu64 " times and writes %" PRIu64 " times: %s",
             time, own->count, own->writes, other->count, other->writes,
             goes ? "it goes, and undoes nothing" : "it does not undo");
    return false;
}

static void say_survived(struct exam *exam, const char *crashes)
{
    struct exam_said *said = &exam->steps[EXAM_SEARCH];

    said->answer = EXAM_YES;
    snprintf(said->text, sizeof said->text,
             "%" PRIu64
             " orders with up to 2 delays in %d windows of 70 ms around loans, a sample; "
             "%d slow transfers; each disk slow for two seconds; %s: none ends badly",
             exam->orders, WINDOWS, SLOW_TRANSFERS, crashes);
    snprintf(exam->not_asked, sizeof exam->not_asked,
             "not asked: all other orders; other loads, rates and numbers of processors; failed "
             "allocations (POOL) and disk errors; what piles up without an end%s",
             exam->lab->crash ? ""
                              : "; a crash of the store or of inetinfo, which this lab leaves out");
}

bool exam_search(struct exam *exam)
{
    struct seen *seen = calloc(1, sizeof *seen);
    char crashes[60];
    bool good;

    CHECK(seen != NULL);
    good = look(exam, seen) && orders_survive(exam, seen) && slow_disks_survive(exam, seen) &&
           crashes_survive(exam, seen) && undoes(exam, seen);
    free(seen);
    snprintf(crashes, sizeof crashes, "store.exe crashed at %d instants", INSTANTS);
    if (good)
        say_survived(exam, exam->lab->crash ? crashes : "no crash on purpose");
    return good;
}

/* ---- Free order ------------------------------------------------------------------------------ */

bool exam_search_free(struct exam *exam)
{
    struct hunt *hunt = calloc(1, sizeof *hunt);
    struct exam_said *said = &exam->steps[EXAM_SEARCH];
    bool good;

    CHECK(hunt != NULL);
    *hunt = (struct hunt){ .strategy = STRATEGY_dpor,
                           .schedules = exam->schedules,
                           .time_ms = exam->schedules != 0 ? 0 : 60000 };
    good = hunt_in(exam, hunt, &(struct exam_run){ .seed = 0 }, "in another order of the threads");
    if (good) {
        said->answer = EXAM_YES;
        snprintf(said->text, sizeof said->text,
                 hunt->counts.exhausted
                     ? "all %" PRIu64 " orders of the threads, modulo equivalence: none ends badly"
                     : "%" PRIu64 " orders of the threads, not all there are: none ends badly",
                 hunt->counts.unique);
        snprintf(
            exam->not_asked, sizeof exam->not_asked,
            "not asked: other numbers of threads and requests; failed allocations (POOL); what "
            "a processor may reorder");
    }
    free(hunt);
    return good;
}
