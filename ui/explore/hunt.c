/* hunt.c - see hunt.h. */
#include "ui/explore/hunt.h"
#include "model/words/choices.h"
#include "model/words/names.h"
#include "sim/snapshot.h"
#include "ui/guard/watch.h"
#include "ui/host/threads.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STRICT_SCHEDULES = 300, STRICT_MS = 2000 };

const char *const hunt_strict_words[] = { "not tried", "yes", "not found" };

struct search {
    struct hunt *hunt;
    struct world *world;
    struct snapshot *window;
    struct explorer *explorer;
    sim_time to;
    uint32_t births; /* Threads of guests in the calm run. */
    uint64_t began_ns;
    struct stop stop; /* Stop of the latest schedule with a finding, and what that was. */
    struct finding stopped_as;
    bool more, spent, fresh;
    bool running; /* A schedule is under way. */
};

/* ---- The calm run ---------------------------------------------------------------------------- */

/* Answers calmly, and notes when the first question is asked. */
struct probe {
    struct choice_asker asker;
    const struct sim *sim;
    /* Questions without and with actors: the time of the entry in which the first was asked, and
     * how many. */
    sim_time first[2];
    uint32_t questions[2], actors;
    uint32_t sites; /* Open, as bits. */
    uint32_t names[CHOICE_ACTORS_MAX];
};

static void note_actors(struct probe *probe, const struct choice_actor *actors, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t n = 0;

        while (n < probe->actors && probe->names[n] != actors[i].id)
            n++;
        if (n == probe->actors && n < CHOICE_ACTORS_MAX)
            probe->names[probe->actors++] = actors[i].id;
    }
}

static uint32_t probe_pick(struct choice_asker *asker, uint32_t site,
                           const struct choice_actor *actors, uint32_t enabled, uint32_t count)
{
    struct probe *probe = (struct probe *)(void *)asker;
    bool named = actors != NULL;

    if (named)
        note_actors(probe, actors, count);
    if (enabled > 1 && (named || (probe->sites >> site & 1) != 0) && probe->questions[named]++ == 0)
        probe->first[named] = probe->sim->entry_at;
    return 0;
}

static void probe_touched(struct choice_asker *asker, struct choice_touch touch)
{
    (void)asker, (void)touch;
}

uint32_t hunt_sites(const struct hunt *hunt)
{
    return hunt->scenario->orders.free ? 0
                                       : 1u << CHOICE_READY | 1u << CHOICE_PREEMPT |
                                             1u << CHOICE_WAITER | 1u << CHOICE_WORKER;
}

static void ask(struct world *world, struct choice_asker *asker)
{
    struct choices *choices = &world_sim(world)->choices;

    choices->strategy = CHOICE_ASKED;
    choices->asker = asker;
}

static uint32_t stop_code(struct world *world)
{
    struct stop stop;

    world_stop(world, &stop);
    return stop.stopped ? stop.code : 0;
}

/* Makes the calm run. False: it does not tell what the scenario expects. */
static bool run_calm(struct search *s, struct probe *probe, char error[RUN_ERROR_CHARS])
{
    struct hunt *hunt = s->hunt;
    struct unmet unmet;

    ask(s->world, &probe->asker);
    if (hunt->from != 0) {
        run_watched(s->world, hunt->from);
        probe->questions[0] = probe->questions[1] = probe->actors = 0;
    }
    run_watched(s->world, SIM_NEVER);
    finding_in(s->world, hunt->scenario, &hunt->calm);
    hunt->calm_stop = stop_code(s->world);
    s->births = world_births(s->world);
    hunt->actors = probe->actors;
    hunt->questions = probe->questions[hunt->actors > 0];
    if (hunt->calm.kind != FINDING_BROKEN)
        hunt->expected = scenario_expects(hunt->scenario) &&
                         world_expected(hunt->scenario, world_result(s->world), &unmet);
    if (hunt->calm.kind == FINDING_NONE || hunt->expected)
        return true;
    snprintf(error, RUN_ERROR_CHARS,
             "the calm run ends so already, without another order: %s (expected a scenario whose "
             "calm run does what it expects; exifsim explain tells why)",
             hunt->calm.cause);
    return false;
}

static bool refuse_empty(const struct hunt *hunt, char error[RUN_ERROR_CHARS])
{
    if (hunt->to != 0 && hunt->to <= hunt->window_from) {
        char from[32], to[32];

        run_time(hunt->window_from, from, sizeof from);
        run_time(hunt->to, to, sizeof to);
        snprintf(error, RUN_ERROR_CHARS,
                 "an empty window, from %s to %s (expected an end behind the beginning)", from, to);
    } else {
        snprintf(error, RUN_ERROR_CHARS,
                 "an empty window: nothing could have gone otherwise in it (expected a stretch "
                 "in which more than one thread can go on)");
    }
    return false;
}

/* Makes the calm run, and puts the world to the beginning of the window. */
static bool prepare(struct search *s, char error[RUN_ERROR_CHARS])
{
    struct hunt *hunt = s->hunt;
    struct probe probe = { .asker = { probe_pick, probe_touched },
                           .sim = world_sim(s->world),
                           .sites = hunt_sites(hunt) };
    struct snapshot *start = world_snapshot(s->world);
    bool good;

    CHECK(start != NULL);
    good = run_calm(s, &probe, error);
    s->to = hunt->to != 0 ? hunt->to : SIM_NEVER;
    hunt->window_from = hunt->from;
    if (hunt->from == 0 && probe.first[hunt->actors > 0] > 0)
        hunt->window_from = probe.first[hunt->actors > 0] - 1;
    if (good && (hunt->questions == 0 || s->to <= hunt->window_from))
        good = refuse_empty(hunt, error);
    if (good) {
        world_restore(s->world, start);
        ask(s->world, &probe.asker);
        run_watched(s->world, hunt->window_from);
        if (s->births > 0)
            world_end_after(s->world, s->births);
        s->window = world_snapshot(s->world);
        CHECK(s->window != NULL);
    }
    snapshot_free(start);
    return good;
}

/* ---- Schedules ------------------------------------------------------------------------------- */

static uint64_t spent_ns(void)
{
    uint64_t ns = 0;

    thread_spent(pthread_self(), &ns);
    return ns;
}

static bool is_wanted(const struct hunt *hunt, const struct finding *finding)
{
    if (finding->kind == FINDING_NONE)
        return false;
    return hunt->kinds == 0 || (hunt->kinds >> finding->kind & 1) != 0;
}

static void name_finding(struct hunt_finding *kept)
{
    if (kept->finding.kind == FINDING_STOP)
        snprintf(kept->name, sizeof kept->name, "stop-0x%08x-%" PRIu64, kept->stop, kept->first_at);
    else
        snprintf(kept->name, sizeof kept->name, "%s-%" PRIu64, finding_names[kept->finding.kind],
                 kept->first_at);
}

/* True if nobody had found this before. */
static bool keep(struct search *s, const struct finding *finding)
{
    struct hunt *hunt = s->hunt;
    const struct choices *choices = &world_sim(s->world)->choices;
    struct hunt_finding *kept = hunt->findings;
    struct explorer_counts counts = explorer_counts(s->explorer);

    while (kept < hunt->findings + hunt->finding_count && !finding_same(&kept->finding, finding))
        kept++;
    if (kept < hunt->findings + hunt->finding_count) {
        kept->count++;
        return false;
    }
    if (hunt->finding_count == HUNT_FINDINGS_MAX)
        return false;
    hunt->finding_count++;
    *kept = (struct hunt_finding){ .finding = *finding,
                                   .count = 1,
                                   .stop = stop_code(s->world),
                                   .first_at = counts.runs + counts.blocked + 1,
                                   .first_us = (spent_ns() - s->began_ns) / 1000 };
    choices_print(choices->taken, choices->taken_count, choice_names, kept->surprises,
                  sizeof kept->surprises);
    name_finding(kept);
    return true;
}

/* A stop with the code and the stack of the one before is the same finding: to name the functions
 * of a stack takes longer than many a schedule. */
static bool is_the_stop_before(struct search *s, struct finding *out)
{
    struct stop before = s->stop;

    world_stop(s->world, &s->stop);
    if (!before.stopped || !s->stop.stopped || before.code != s->stop.code ||
        before.frame_count != s->stop.frame_count ||
        memcmp(before.frames, s->stop.frames, before.frame_count * sizeof *before.frames) != 0)
        return false;
    *out = s->stopped_as;
    out->at = s->stop.at;
    return true;
}

/* Judges the run that has ended. True: it found something; *fresh: for the first time. */
static bool judge(struct search *s, bool *fresh)
{
    const struct sim *sim = world_sim(s->world);
    struct finding finding;

    *fresh = false;
    if (sim->end == SIM_ASKED && world_is_sound(s->world))
        return false;
    if (!is_the_stop_before(s, &finding)) {
        finding_in(s->world, s->hunt->scenario, &finding);
        s->stopped_as = finding;
    }
    if (!is_wanted(s->hunt, &finding))
        return false;
    *fresh = keep(s, &finding);
    return true;
}

static bool is_spent(struct search *s)
{
    struct hunt *hunt = s->hunt;
    struct explorer_counts counts = explorer_counts(s->explorer);

    if (hunt->schedules != 0 && counts.runs >= hunt->schedules)
        return true;
    hunt->counts = counts;
    hunt->spent_us = (spent_ns() - s->began_ns) / 1000;
    if (hunt->progress != NULL)
        hunt->progress(hunt->ctx, hunt);
    hunt->interrupted = hunt->options->signal != NULL && atomic_load(hunt->options->signal);
    return hunt->interrupted || (hunt->time_ms != 0 && hunt->spent_us / 1000 >= hunt->time_ms);
}

static uint64_t trace_of(const struct search *s)
{
    const struct sim *sim = world_sim(s->world);

    return s->hunt->actors > 0 || sim->end == SIM_BROKEN ? 0 : trace_fingerprint(&sim->trace);
}

/* Runs schedules until one finds something new, or ends the thread's work (watch.h), or the search
 * is over. */
static void go(void *arg, const atomic_bool *asked)
{
    struct search *s = arg;
    bool fresh = false;

    (void)asked;
    if (world_sim(s->world)->guests[0] != 0)
        watch_guests(world_sim(s->world));
    while (!fresh && s->more) {
        bool found;

        if (is_spent(s)) {
            s->spent = true;
            return;
        }
        s->running = true;
        world_restore(s->world, s->window);
        ask(s->world, explorer_begin(s->explorer));
        world_run(s->world, s->to);
        s->running = false;
        if (world_sim(s->world)->end == SIM_BUDGET)
            explorer_cap(s->explorer);
        found = judge(s, &fresh);
        s->more = explorer_end(s->explorer, found, trace_of(s));
    }
    s->fresh = fresh;
}

/* ---- Findings -------------------------------------------------------------------------------- */

static bool force(struct scenario *scenario, const char *surprises)
{
    char error[RUN_ERROR_CHARS];

    choices_init(&scenario->replay, choice_count, 0);
    scenario->strategy = CHOICE_LISTED;
    return choices_parse(&scenario->replay, surprises, choice_names, error, sizeof error);
}

/* Makes the run of a finding again, by its surprises alone, and its capsule. */
static void make_capsule(const struct hunt *hunt, struct hunt_finding *kept)
{
    struct run_options options = *hunt->options;
    struct scenario *scenario = malloc(sizeof *scenario);
    struct finding again;
    struct run *run;
    char error[RUN_ERROR_CHARS];

    CHECK(scenario != NULL);
    *scenario = *hunt->scenario;
    options.surprises = kept->surprises;
    options.verify = false;
    if (force(scenario, kept->surprises)) {
        run = run_once(&options, scenario, hunt->seed, NULL, NULL);
        CHECK(run != NULL);
        finding_of(run, scenario, &again);
        if (finding_same(&again, &kept->finding))
            kept->capsule = run_capsule(&options, scenario, hunt->seed, run->result.fingerprint,
                                        kept->surprises, finding_told(&kept->finding), error);
        run_free(run);
    }
    free(scenario);
}

/* Looks for the same finding in NT's own order, with a few orders by chance. */
static void try_strict(const struct hunt *hunt, struct hunt_finding *kept)
{
    struct scenario *scenario = malloc(sizeof *scenario);
    struct hunt *strict = calloc(1, sizeof *strict);
    char error[RUN_ERROR_CHARS];

    CHECK(scenario != NULL && strict != NULL);
    *scenario = *hunt->scenario;
    scenario->orders.free = false;
    *strict = (struct hunt){ .options = hunt->options,
                             .scenario = scenario,
                             .seed = hunt->seed,
                             .strategy = STRATEGY_random,
                             .schedules = STRICT_SCHEDULES,
                             .time_ms = STRICT_MS,
                             .until_found = true,
                             .only_count = true };
    kept->strict = HUNT_STRICT_NOT_FOUND;
    if (!hunt_go(strict, error)) {
        if (finding_same(&strict->calm, &kept->finding))
            kept->strict = HUNT_STRICT_FOUND;
    }
    for (uint32_t i = 0; i < strict->finding_count; i++)
        if (strict->findings[i].finding.kind == kept->finding.kind &&
            strict->findings[i].stop == kept->stop)
            kept->strict = HUNT_STRICT_FOUND;
    hunt_free(strict);
    free(strict);
    free(scenario);
}

static void tell_finding(struct hunt *hunt)
{
    struct hunt_finding *kept = &hunt->findings[hunt->finding_count - 1];

    if (hunt->only_count)
        return;
    make_capsule(hunt, kept);
    if (hunt->scenario->orders.free)
        try_strict(hunt, kept);
    if (hunt->found != NULL)
        hunt->found(hunt->ctx, kept);
}

/* The thread's work was ended in the middle of a schedule: a guest loops without a call, or has
 * destroyed the machine. */
static bool take_broken(struct search *s)
{
    struct finding finding;
    bool fresh;

    finding_in(s->world, s->hunt->scenario, &finding);
    fresh = is_wanted(s->hunt, &finding) && keep(s, &finding);
    s->running = false;
    s->more = explorer_end(s->explorer, true, 0);
    return fresh;
}

static void search(struct search *s)
{
    struct watched watched;

    s->began_ns = spent_ns();
    while (s->more && !s->spent) {
        bool fresh;

        watch_call(0, go, s, &watched);
        fresh = s->running ? take_broken(s) : s->fresh;
        if (fresh)
            tell_finding(s->hunt);
        if (fresh && s->hunt->until_found)
            break;
        world_enter(s->world);
    }
    s->hunt->counts = explorer_counts(s->explorer);
    s->hunt->spent_us = (spent_ns() - s->began_ns) / 1000;
}

bool hunt_go(struct hunt *hunt, char error[RUN_ERROR_CHARS])
{
    struct search s = { .hunt = hunt,
                        .world = world_new(hunt->scenario, hunt->seed),
                        .more = true };
    bool good;

    CHECK(s.world != NULL);
    hunt->depth = hunt->depth != 0 ? hunt->depth : 3;
    world_heed(s.world, hunt->options->signal, NULL);
    good = prepare(&s, error);
    if (good && hunt->actors == 0 && strategies[hunt->strategy]->answer == NULL) {
        snprintf(
            error, RUN_ERROR_CHARS,
            "--strategy %s needs to know who goes on (expected --mode free, or random, delays, "
            "rings, novelty or portfolio)",
            strategy_names[hunt->strategy]);
        good = false;
    }
    if (good && is_wanted(hunt, &hunt->calm))
        hunt->findings[hunt->finding_count++] =
            (struct hunt_finding){ .finding = hunt->calm, .stop = hunt->calm_stop };
    if (good) {
        s.explorer =
            explorer_new(hunt->strategy, &(struct strategy_options){ .seed = hunt->seed,
                                                                     .depth = hunt->depth,
                                                                     .actors = hunt->actors,
                                                                     .questions = hunt->questions,
                                                                     .sites = hunt_sites(hunt) });
        CHECK(s.explorer != NULL);
        search(&s);
        explorer_free(s.explorer);
    }
    snapshot_free(s.window);
    if (world_sim(s.world)->end != SIM_BROKEN)
        world_free(s.world);
    return good;
}

void hunt_free(struct hunt *hunt)
{
    for (uint32_t i = 0; i < hunt->finding_count; i++)
        free(hunt->findings[i].capsule);
    hunt->finding_count = 0;
}

double hunt_missed(const struct hunt *hunt, double *of_one)
{
    double actors = hunt->counts.actors, questions = MAX_OF(hunt->counts.most_questions, 1u);

    *of_one = 1 / (actors * pow(questions, hunt->depth - 1));
    if (hunt->strategy != STRATEGY_pct || hunt->counts.actors == 0)
        return 1;
    return pow(1 - *of_one, (double)hunt->counts.runs);
}
