/* quiz_replay.c - see quiz_replay.h. */
#include "tests/lesson/quiz_replay.h"
#include "model/look/inspect.h"
#include "model/words/bugchecks.h"
#include "model/words/records.h"
#include "ui/lesson/quiz_draw.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* ---- A run of the test's own ----------------------------------------------------------------- */

enum { THREADS = 65536 };

struct replay {
    const struct quiz_question *q;
    struct world *world; /* NULL while it boots. */
    void (*note)(struct replay *replay, const struct record *record, uint64_t number);
    uint32_t in_force[THREADS];  /* By thread ID: address of a process. */
    uint32_t count;              /* Records of the kind that is asked about. */
    bool armed;                  /* The record of the question was seen. */
    uint32_t cpu;                /* Processor of that record. */
    uint32_t thread, address;    /* Thread of that record: client ID, and address of the object. */
    uint32_t addresses[THREADS]; /* By thread ID: address of the thread. */
    uint32_t waits_for[THREADS]; /* By thread ID: address of the object waited for last. */
    uint32_t signal_count;
    struct {
        uint32_t object;
        uint64_t number;
    } signals[THREADS]; /* The last signal of each object. */
    uint32_t level[CPUS_MAX], before_dpc[CPUS_MAX];
    uint32_t left_count;
    struct {
        uint32_t thread, level;
    } left[THREADS];
    uint32_t handle_count;
    struct {
        uint32_t process, handle, object;
    } handles[THREADS];
    struct value found;
    bool has_found;
};

static void watch(const struct record *record, uint64_t number, void *ctx)
{
    struct replay *replay = ctx;

    if (!replay->has_found)
        replay->note(replay, record, number);
    else if (replay->world != NULL)
        sim_finish(world_sim(replay->world), SIM_BUDGET);
}

/* The options that make a question's run: its settings and its seed. */
static struct scenario *load(const struct quiz_question *q, char *texts)
{
    struct run_options own = { 0 };
    char error[RUN_ERROR_CHARS], *rest = texts, *set;

    strcpy(texts, q->sets);
    while ((set = strsep(&rest, ";")) != NULL) {
        if (strncmp(set, "surprises=", 10) == 0)
            own.surprises = set + 10;
        else if (set[0] != 0 && strncmp(set, "seed=", 5) != 0)
            own.sets[own.set_count++] = set;
    }
    return run_load(&own, q->scenario, error);
}

static struct value replayed(const struct quiz_question *q,
                             void (*note)(struct replay *, const struct record *, uint64_t))
{
    struct replay *replay = calloc(1, sizeof *replay);
    char texts[sizeof q->sets];
    struct value found;

    assert_non_null(replay);
    replay->q = q;
    replay->note = note;
    struct scenario *scenario = load(q, texts);

    assert_non_null(scenario);
    struct world *world = world_new_watched(scenario, q->seed, watch, replay);

    assert_non_null(world);
    replay->world = world;
    world_run(world, SIM_NEVER);
    found = replay->found;
    assert_true(replay->has_found);
    world_free(world);
    free(scenario);
    free(replay);
    return found;
}

static void finds(struct replay *replay, struct value value)
{
    replay->found = value;
    replay->has_found = true;
}

/* ---- What each type comes to ----------------------------------------------------------------- */

static void follow_visits(struct replay *replay, const struct record *r)
{
    if (r->kind == REC_THREAD_NEW)
        replay->in_force[r->c % THREADS] = r->b;
    if (r->kind == REC_ATTACH)
        replay->in_force[r->thread % THREADS] = r->a;
    if (r->kind == REC_DETACH)
        replay->in_force[r->thread % THREADS] = r->b;
}

static void note_in_force(struct replay *replay, const struct record *r, uint64_t number)
{
    follow_visits(replay, r);
    if (number == replay->q->record)
        finds(replay,
              value_name(world_process_name(replay->world, replay->in_force[r->thread % THREADS])));
}

struct value find_in_force(const struct quiz_question *q) { return replayed(q, note_in_force); }

/* The name of a thread, as options have it. */
static struct value thread_name(struct world *world, uint32_t address)
{
    struct inspect *look = inspect_new();
    char name[VALUE_NAME_CHARS];

    assert_non_null(look);
    inspect_take_parts(world, look, INSPECT_PROCESSES | INSPECT_THREADS);
    quiz_thread(look, inspect_thread_at(look, address), name);
    inspect_free(look);
    return value_name(name);
}

static void note_who_next(struct replay *replay, const struct record *r, uint64_t number)
{
    if (number == replay->q->record) {
        replay->armed = true;
        replay->cpu = r->cpu;
    } else if (replay->armed && r->cpu == replay->cpu) {
        assert_int_equal(r->kind, REC_SWITCH);
        finds(replay, thread_name(replay->world, r->a));
    }
}

struct value find_who_next(const struct quiz_question *q) { return replayed(q, note_who_next); }

static void follow_handles(struct replay *replay, const struct record *r)
{
    uint32_t i = 0;

    if (r->kind != REC_HANDLE_OPEN && r->kind != REC_HANDLE_CLOSE)
        return;
    while (i < replay->handle_count &&
           (replay->handles[i].process != r->c || replay->handles[i].handle != r->a))
        i++;
    assert_true(i < THREADS);
    replay->handle_count = MAX_OF(replay->handle_count, i + 1);
    replay->handles[i].process = r->c;
    replay->handles[i].handle = r->a;
    replay->handles[i].object = r->kind == REC_HANDLE_OPEN ? r->b : 0;
}

/* Type and name of an object, found by its address among all handles. */
static struct value object_name(struct world *world, uint32_t address)
{
    struct inspect *look = inspect_new();
    char text[VALUE_NAME_CHARS];

    assert_non_null(look);
    inspect_take_parts(world, look, INSPECT_PROCESSES | INSPECT_HANDLES);
    const struct inspect_handle *handle = inspect_handle_to(look, address);

    assert_non_null(handle);
    if (handle->name[0] != 0)
        snprintf(text, sizeof text, "%.14s %.63s", inspect_type_name(handle->type), handle->name);
    else
        snprintf(text, sizeof text, "%.14s at %08x", inspect_type_name(handle->type),
                 (unsigned)address);
    inspect_free(look);
    return value_name(text);
}

static void note_handle(struct replay *replay, const struct record *r, uint64_t number)
{
    const char *asked = strstr(replay->q->ask, "closes handle 0x");

    assert_non_null(asked);
    if (number == replay->q->record)
        for (uint32_t i = 0; i < replay->handle_count; i++)
            if (replay->handles[i].process == replay->in_force[r->thread % THREADS] &&
                replay->handles[i].handle == strtoul(asked + 14, NULL, 16))
                finds(replay, object_name(replay->world, replay->handles[i].object));
    follow_visits(replay, r);
    follow_handles(replay, r);
}

struct value find_handle(const struct quiz_question *q) { return replayed(q, note_handle); }

static void follow_level(struct replay *replay, const struct record *r)
{
    uint32_t *level = &replay->level[r->cpu], i;

    if (r->kind == REC_IRQL)
        *level = r->b;
    if (r->kind == REC_DPC_RUN)
        replay->before_dpc[r->cpu] = *level;
    if (r->kind == REC_DPC_RUN || r->kind == REC_DPC_END)
        *level = r->kind == REC_DPC_RUN ? 2 : replay->before_dpc[r->cpu];
    if (r->kind == REC_IDLE)
        *level = 0;
    if (r->kind != REC_SWITCH)
        return;
    for (i = 0; i < replay->left_count && replay->left[i].thread != r->b; i++)
        ;
    assert_true(i < THREADS);
    replay->left_count = MAX_OF(replay->left_count, i + 1);
    replay->left[i].thread = r->b;
    replay->left[i].level = *level;
    for (*level = 0, i = 0; i < replay->left_count; i++)
        if (replay->left[i].thread == r->a)
            *level = replay->left[i].level;
}

static void note_level(struct replay *replay, const struct record *r, uint64_t number)
{
    bool is_index = strstr(replay->q->ask, "ApcStateIndex") != NULL;
    struct inspect *look;

    if (number == replay->q->record && is_index) {
        look = inspect_new();
        assert_non_null(look);
        inspect_take_parts(replay->world, look, INSPECT_PROCESSES | INSPECT_THREADS);
        const struct inspect_thread *thread = inspect_thread(look, r->thread);

        finds(replay, value_count(look->processes[thread->process].address !=
                                  replay->in_force[r->thread % THREADS]));
        inspect_free(look);
    } else if (number == replay->q->record) {
        finds(replay, value_count(replay->level[r->cpu]));
    }
    follow_visits(replay, r);
    follow_level(replay, r);
}

struct value find_level(const struct quiz_question *q) { return replayed(q, note_level); }

/* ---- Waits and their ends ------------------------------------------------------------------ */

static void follow_waits(struct replay *replay, const struct record *r, uint64_t number)
{
    uint32_t i = 0;

    if (r->kind == REC_THREAD_NEW)
        replay->addresses[r->c % THREADS] = r->a;
    if (r->kind == REC_WAIT)
        replay->waits_for[r->thread % THREADS] = r->a;
    if (r->kind != REC_SIGNAL)
        return;
    while (i < replay->signal_count && replay->signals[i].object != r->a)
        i++;
    assert_true(i < THREADS);
    replay->signals[i].object = r->a;
    replay->signals[i].number = number;
    replay->signal_count += i == replay->signal_count;
}

static void note_waits_for(struct replay *replay, const struct record *r, uint64_t number)
{
    follow_waits(replay, r, number);
    if (number == replay->q->record) {
        replay->armed = true;
        replay->address = replay->addresses[r->thread % THREADS];
    } else if (replay->armed && r->kind == REC_READY && r->a == replay->address) {
        finds(replay, thread_name(replay->world, replay->addresses[r->thread % THREADS]));
    }
}

struct value find_waits_for(const struct quiz_question *q) { return replayed(q, note_waits_for); }

static void note_cause(struct replay *replay, const struct record *r, uint64_t number)
{
    follow_waits(replay, r, number);
    if (number != replay->q->record)
        return;
    assert_int_equal(r->kind, REC_READY);
    for (uint32_t id = 0; id < THREADS; id++)
        if (replay->addresses[id] == r->a)
            replay->thread = id; /* Addresses are used again: the latest thread counts. */
    for (uint32_t i = 0; i < replay->signal_count; i++)
        if (replay->signals[i].object == replay->waits_for[replay->thread])
            finds(replay, value_instant(replay->signals[i].number));
}

struct value find_cause(const struct quiz_question *q) { return replayed(q, note_cause); }

/* ---- Whole runs ------------------------------------------------------------------------------ */

static struct result result_of(const struct quiz_question *q)
{
    char texts[sizeof q->sets];
    struct scenario *scenario = load(q, texts);
    struct world *world;
    struct result result;

    assert_non_null(scenario);
    world = world_new(scenario, q->seed);
    assert_non_null(world);
    world_run(world, SIM_NEVER);
    result = *world_result(world);
    world_free(world);
    free(scenario);
    return result;
}

struct value find_stop_or_not(const struct quiz_question *q)
{
    struct result result = result_of(q);

    return value_name(result.stop.stopped ? "stop" : result.crashed ? "process_crash" : "survived");
}

/* What the scenario's own run comes to: questions about turns ask it again and again. */
static struct result plain_result(const struct quiz_question *q)
{
    static char scenario[sizeof q->scenario];
    static uint64_t seed;
    static struct result result;
    struct quiz_question *plain;

    if (strcmp(scenario, q->scenario) == 0 && seed == q->seed)
        return result;
    plain = malloc(sizeof *plain);
    assert_non_null(plain);
    *plain = *q;
    plain->sets[0] = 0;
    result = result_of(plain);
    strcpy(scenario, q->scenario);
    seed = q->seed;
    free(plain);
    return result;
}

struct value find_turn(const struct quiz_question *q)
{
    struct result before = plain_result(q), after = result_of(q);

    return value_name(before.outcome != after.outcome           ? "other outcome"
                      : before.fingerprint != after.fingerprint ? "other records"
                                                                : "same");
}

struct value find_argument(const struct quiz_question *q)
{
    struct stop stop = result_of(q).stop;

    for (uint32_t i = 0; i < 4; i++) {
        char quoted[200];

        snprintf(quoted, sizeof quoted, "\"%s\"", bugcheck_argument(stop.code, stop.args[0], i));
        if (strstr(q->ask, quoted) != NULL)
            return value_count(stop.args[i]);
    }
    fail_msg("no argument is asked for: %s", q->ask);
    return value_yes(false);
}

struct value find_article(const struct quiz_question *q)
{
    char texts[sizeof q->sets];
    struct scenario *scenario = load(q, texts);
    struct value value;

    assert_non_null(scenario);
    value = value_name(scenario->expect.diagnoses[0]);
    free(scenario);
    return value;
}

static uint16_t kind_asked(const char *ask)
{
    return strstr(ask, "letters arrive") != NULL          ? REC_ARRIVAL
           : strstr(ask, "letters are delivered") != NULL ? REC_DELIVERED
           : strstr(ask, "visits") != NULL                ? REC_ATTACH
                                                          : REC_SWITCH;
}

static void note_how_many(struct replay *replay, const struct record *r, uint64_t number)
{
    const char *asked = strstr(replay->q->ask, "in the next ");
    sim_time to;

    (void)number;
    assert_non_null(asked);
    to = replay->q->at + MS(strtoul(asked + 12, NULL, 10));
    if (r->at > to)
        finds(replay, value_count(replay->count));
    replay->count += r->at > replay->q->at && r->kind == kind_asked(replay->q->ask);
}

struct value find_how_many(const struct quiz_question *q) { return replayed(q, note_how_many); }

/* ---- Orders ---------------------------------------------------------------------------------- */

enum { PLACES = 512 };

/* Answers by a list, and calmly behind it; notes which answers take the processor from somebody. */
struct lister {
    struct choice_asker asker;
    uint32_t pick[PLACES], enabled[PLACES]; /* Answer, and answers; of each question. */
    bool takes[PLACES];                     /* Any answer but 0 pre-empts the one who went on. */
    uint32_t count, listed;
    uint32_t latest; /* Actor that went on last. */
};

static uint32_t lister_pick(struct choice_asker *asker, uint32_t site,
                            const struct choice_actor *actors, uint32_t enabled, uint32_t count)
{
    struct lister *l = (struct lister *)(void *)asker;
    uint32_t pick = 0, n = l->count;

    (void)site;
    (void)count;
    if (actors == NULL || enabled == 0)
        return 0;
    if (enabled > 1) {
        assert_true(n < PLACES);
        pick = n < l->listed ? l->pick[n] : 0;
        assert_true(pick < enabled);
        l->pick[n] = pick;
        l->enabled[n] = enabled;
        l->takes[n] = actors[0].id == l->latest;
        l->count++;
    }
    l->latest = actors[pick].id;
    return pick;
}

/* Runs the story, by the list or (NULL) by the question's surprises. How the run ends: "stop",
 * "hang", or "" if well. */
static const char *end_of(const struct scenario *scenario, uint64_t seed, struct lister *l)
{
    struct world *world = world_new(scenario, seed);
    const char *end = "";

    assert_non_null(world);
    if (l != NULL) {
        l->asker.pick = lister_pick;
        l->count = l->latest = 0;
        world_sim(world)->choices.strategy = CHOICE_ASKED;
        world_sim(world)->choices.asker = &l->asker;
    }
    world_run(world, SIM_NEVER);
    if (world_result(world)->stop.stopped)
        end = "stop";
    else if (world_sim(world)->end == SIM_HUNG)
        end = "hang";
    world_free(world);
    return end;
}

/* The list of the next run with so many pre-emptions at most. False: there is none. */
static bool next_list(struct lister *l, uint32_t most)
{
    for (uint32_t n = l->count; n-- > 0;) {
        uint32_t before = 0;

        for (uint32_t i = 0; i < n; i++)
            before += l->takes[i] && l->pick[i] > 0;
        if (l->pick[n] + 1 == l->enabled[n] || before + l->takes[n] > most)
            continue;
        l->pick[n]++;
        l->listed = n + 1;
        return true;
    }
    return false;
}

/* Makes all runs with so few pre-emptions; those of a story that never goes wrong, or later, are
 * told apart by what the story itself says it is to show. */
struct value find_orders(const struct quiz_question *q)
{
    const char *with = strstr(q->ask, "With ");
    char texts[sizeof q->sets], *end;
    struct lister *l = calloc(1, sizeof *l);
    struct scenario *scenario;
    const char *found = "";
    uint32_t most = 0;

    assert_non_null(with);
    assert_non_null(l);
    if (strncmp(with, "With at most ", 13) == 0)
        most = (uint32_t)strtoul(with + 13, &end, 10);
    scenario = load(q, texts);
    assert_non_null(scenario);
    if (q->sets[0] != 0) /* The order that the question tells of goes wrong. */
        assert_true(end_of(scenario, q->seed, NULL)[0] != 0);
    do
        found = end_of(scenario, q->seed, l);
    while (found[0] == 0 && next_list(l, most));
    if (found[0] == 0)
        found = scenario->orders.finding == SCENARIO_FINDS_NONE ? "never" : "later";
    free(scenario);
    free(l);
    return value_name(found);
}

/* ---- Cures ----------------------------------------------------------------------------------- */

/* How many letters are delivered in the night of a question with one more setting and this seed;
 * -1: something stops or crashes, or mail is lost. */
static int64_t delivered_with(const struct quiz_question *q, const char *set, uint64_t seed,
                              uint64_t *arrived)
{
    struct quiz_question *changed = malloc(sizeof *changed);
    struct result result;

    assert_non_null(changed);
    *changed = *q;
    changed->seed = seed;
    assert_true(strlen(q->sets) + strlen(set) < sizeof q->sets);
    strcat(changed->sets, set);
    result = result_of(changed);
    free(changed);
    *arrived = result.arrived;
    return result.stop.stopped || result.crashed || result.violated != 0
               ? -1
               : (int64_t)result.delivered;
}

static bool cures_all(const struct quiz_question *q, const char *set, uint64_t from,
                      const uint64_t letters[8])
{
    for (uint64_t i = 0; i < 8; i++) {
        uint64_t arrived;
        int64_t delivered = delivered_with(q, set, from + i, &arrived);

        if (delivered < 0 || (uint64_t)delivered * 100 < letters[i] * 90)
            return false;
    }
    return true;
}

struct value find_fix(const struct quiz_question *q)
{
    const char *seeds = strstr(q->ask, "this night, seeds ");
    struct value found = value_yes(false);
    uint64_t arrived, letters[8];
    char *end;

    assert_non_null(seeds);
    uint64_t from = strtoull(seeds + 18, &end, 10), to = strtoull(end + 4, NULL, 10);

    assert_true(from == q->seed && to == from + 7);
    assert_int_equal(delivered_with(q, "", from, &arrived), -1);
    for (uint32_t i = 0; i < 8; i++) /* Letters that come with each seed, if nothing stops. */
        delivered_with(q, q->options[q->right].value.name, from + i, &letters[i]);
    for (uint32_t i = 0; i < q->option_count; i++) {
        if (!cures_all(q, q->options[i].value.name, from, letters))
            continue;
        if (found.kind == VALUE_NAME)
            fail_msg("both %s and %s cure it", found.name, q->options[i].value.name);
        found = q->options[i].value;
    }
    return found;
}
