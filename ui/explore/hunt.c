/* hunt.c - see hunt.h. */
#include "ui/explore/hunt.h"
#include "model/kernel/ke_orders.h"
#include "model/words/names.h"
#include "sim/snapshot.h"
#include "ui/guard/watch.h"
#include "ui/host/threads.h"
#include <stdlib.h>
#include <string.h>

enum { LOOK_EACH = 64 }; /* Schedules between two looks at the clock. */

struct search {
    struct hunt *hunt;
    struct world *world;
    struct snapshot *window;
    struct explorer *explorer;
    sim_time to;
    uint32_t births; /* Threads of guests in the calm run. */
    uint64_t began_ns, looked;
    bool more;
};

/* ---- The calm run ---------------------------------------------------------------------------- */

/* Answers calmly, and notes when the first question is asked. */
struct probe {
    struct choice_asker asker;
    const struct sim *sim;
    sim_time first;
    uint32_t questions, actors;
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

    (void)site;
    if (actors != NULL)
        note_actors(probe, actors, count);
    if (enabled > 1 && probe->questions++ == 0)
        probe->first = probe->sim->now;
    return 0;
}

static void probe_touched(struct choice_asker *asker, struct choice_touch touch)
{
    (void)asker, (void)touch;
}

static void ask(struct world *world, struct choice_asker *asker)
{
    struct choices *choices = &world_sim(world)->choices;

    choices->strategy = CHOICE_ASKED;
    choices->asker = asker;
}

/* Makes the calm run, and puts the world to the beginning of the window. */
static bool prepare(struct search *s, struct strategy_options *options, char error[RUN_ERROR_CHARS])
{
    struct hunt *hunt = s->hunt;
    struct probe probe = { .asker = { probe_pick, probe_touched }, .sim = world_sim(s->world) };
    struct snapshot *start = world_snapshot(s->world);

    CHECK(start != NULL);
    ask(s->world, &probe.asker);
    if (hunt->from != 0) {
        run_watched(s->world, hunt->from);
        probe.questions = probe.actors = 0;
    }
    run_watched(s->world, SIM_NEVER);
    finding_in(s->world, hunt->scenario, &hunt->calm);
    if (ke->orders != NULL)
        s->births = ke_orders_births();
    options->questions = probe.questions;
    options->actors = probe.actors;
    s->to = hunt->to != 0 ? hunt->to : SIM_NEVER;
    hunt->window_from = hunt->from != 0 ? hunt->from : probe.first > 0 ? probe.first - 1 : 0;
    if (probe.questions == 0) {
        snprintf(error, RUN_ERROR_CHARS,
                 "an empty window: nothing could have gone otherwise in it (expected a stretch "
                 "with more than one thread that can go on)");
        snapshot_free(start);
        return false;
    }
    world_restore(s->world, start);
    snapshot_free(start);
    ask(s->world, &probe.asker);
    run_watched(s->world, hunt->window_from);
    if (ke->orders != NULL && s->births > 0)
        ke_orders_enough(s->births);
    s->window = world_snapshot(s->world);
    CHECK(s->window != NULL);
    return true;
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
    if (finding->kind == FINDING_NONE || finding_same(finding, &hunt->calm))
        return false;
    return hunt->kinds == 0 || (hunt->kinds >> finding->kind & 1) != 0;
}

static void keep(struct search *s, const struct finding *finding)
{
    struct hunt *hunt = s->hunt;
    const struct choices *choices = &world_sim(s->world)->choices;
    struct hunt_finding *kept = hunt->findings;

    while (kept < hunt->findings + hunt->finding_count && !finding_same(&kept->finding, finding))
        kept++;
    if (kept == hunt->findings + HUNT_FINDINGS_MAX)
        return;
    if (kept == hunt->findings + hunt->finding_count) {
        struct explorer_counts counts = explorer_counts(s->explorer);

        hunt->finding_count++;
        *kept = (struct hunt_finding){ .finding = *finding,
                                       .first_at = counts.runs + counts.blocked + 1,
                                       .first_us = (spent_ns() - s->began_ns) / 1000 };
        if (world_sim(s->world)->end != SIM_BROKEN)
            kept->fingerprint = trace_fingerprint(&world_sim(s->world)->trace);
        choices_print(choices->taken, choices->taken_count, choice_names, kept->surprises,
                      sizeof kept->surprises);
    }
    kept->count++;
}

/* Judges the run that has ended. True: it found something. */
static bool judge(struct search *s)
{
    const struct sim *sim = world_sim(s->world);
    struct finding finding;

    if (sim->end == SIM_ASKED && !ke->stop.stopped && ke->crash.thread == NULL)
        return false;
    finding_in(s->world, s->hunt->scenario, &finding);
    if (!is_wanted(s->hunt, &finding))
        return false;
    keep(s, &finding);
    return true;
}

static bool is_spent(struct search *s)
{
    struct hunt *hunt = s->hunt;
    struct explorer_counts counts = explorer_counts(s->explorer);

    if (hunt->schedules != 0 && counts.runs >= hunt->schedules)
        return true;
    if (s->looked++ % LOOK_EACH != 0)
        return false;
    hunt->counts = counts;
    hunt->spent_us = (spent_ns() - s->began_ns) / 1000;
    if (hunt->progress != NULL)
        hunt->progress(hunt->ctx, hunt);
    hunt->interrupted = hunt->options->signal != NULL && atomic_load(hunt->options->signal);
    return hunt->interrupted || (hunt->time_ms != 0 && hunt->spent_us / 1000 >= hunt->time_ms);
}

/* Runs schedules until one ends the thread's work (watch.h) or the search is over. */
static void go(void *arg, const atomic_bool *asked)
{
    struct search *s = arg;

    (void)asked;
    if (world_sim(s->world)->guests[0] != 0)
        watch_guests(world_sim(s->world));
    while (s->more && !is_spent(s)) {
        bool found;

        world_restore(s->world, s->window);
        ask(s->world, explorer_begin(s->explorer));
        world_run(s->world, s->to);
        found = judge(s);
        s->more = explorer_end(s->explorer, found);
        if (found && s->hunt->until_found)
            break;
    }
}

bool hunt_go(struct hunt *hunt, char error[RUN_ERROR_CHARS])
{
    struct search s = { .hunt = hunt, .world = world_new(hunt->scenario, hunt->seed), .more = true };
    struct strategy_options options = { .seed = hunt->seed,
                                        .depth = hunt->depth != 0 ? hunt->depth : 3 };
    struct watched watched;

    CHECK(s.world != NULL);
    world_heed(s.world, hunt->options->signal, NULL);
    if (!prepare(&s, &options, error)) {
        world_free(s.world);
        return false;
    }
    s.explorer = explorer_new(hunt->strategy, &options);
    CHECK(s.explorer != NULL);
    s.began_ns = spent_ns();
    watch_call(0, go, &s, &watched);
    hunt->counts = explorer_counts(s.explorer);
    hunt->spent_us = (spent_ns() - s.began_ns) / 1000;
    snapshot_free(s.window);
    explorer_free(s.explorer);
    if (world_sim(s.world)->end != SIM_BROKEN)
        world_free(s.world);
    return true;
}
