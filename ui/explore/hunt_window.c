/* hunt_window.c - the calm run, and the world at the beginning of the window.
 *
 *     boot ---- window_from ---- first question with several answers ---- the end
 *                    '-- the tape ---'                     '-- what each schedule costs --'
 */
#include "model/words/choices.h"
#include "sim/snapshot.h"
#include "ui/explore/hunt_inside.h"
#include "ui/host/grow.h"
#include <stdlib.h>
#include <string.h>

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

uint32_t hunt_sites(const struct hunt *hunt)
{
    return hunt->free_order ? 0
                            : 1u << CHOICE_READY | 1u << CHOICE_PREEMPT | 1u << CHOICE_WAITER |
                                  1u << CHOICE_WORKER;
}

void hunt_ask(struct world *world, struct choice_asker *asker)
{
    struct choices *choices = &world_sim(world)->choices;

    choices->strategy = CHOICE_ASKED;
    choices->asker = asker;
}

uint32_t hunt_stop_code(struct world *world)
{
    struct stop stop;

    world_stop(world, &stop);
    return stop.stopped ? stop.code : 0;
}

/* Makes the calm run. False: it does not tell what the scenario expects. */
static bool run_calm(struct search *s, struct world *world, struct probe *probe,
                     char error[RUN_ERROR_CHARS])
{
    struct hunt *hunt = s->hunt;
    struct unmet unmet;

    hunt_ask(world, &probe->asker);
    if (hunt->from != 0) {
        run_watched(world, hunt->from);
        probe->questions[0] = probe->questions[1] = probe->actors = 0;
    }
    run_watched(world, SIM_NEVER);
    finding_in(world, hunt->scenario, &hunt->calm);
    hunt->calm_stop = hunt_stop_code(world);
    s->births = world_births(world);
    if (world_sim(world)->end != SIM_BROKEN)
        s->calm_print = trace_fingerprint(&world_sim(world)->trace);
    hunt->actors = probe->actors;
    hunt->questions = probe->questions[hunt->actors > 0];
    if (hunt->calm.kind != FINDING_BROKEN)
        hunt->expected = scenario_expects(hunt->scenario) &&
                         world_expected(hunt->scenario, world_result(world), &unmet);
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

bool hunt_calm(struct search *s, struct world *world, char error[RUN_ERROR_CHARS])
{
    struct hunt *hunt = s->hunt;
    struct probe probe = { .asker = { .pick = probe_pick },
                           .sim = world_sim(world),
                           .sites = hunt_sites(hunt) };
    struct snapshot *start = world_snapshot(world);
    bool good;

    CHECK(start != NULL);
    world_heed(world, hunt->options->signal, NULL);
    good = run_calm(s, world, &probe, error);
    s->to = hunt->to != 0 ? hunt->to : SIM_NEVER;
    hunt->window_from = hunt->from;
    if (hunt->from == 0 && probe.first[hunt->actors > 0] > 0)
        hunt->window_from = probe.first[hunt->actors > 0] - 1;
    if (good && (hunt->questions == 0 || s->to <= hunt->window_from))
        good = refuse_empty(hunt, error);
    world_restore(world, start);
    snapshot_free(start);
    return good;
}

/* ---- The window ------------------------------------------------------------------------------ */

/* Answers calmly until the window begins. */
static uint32_t calm_pick(struct choice_asker *asker, uint32_t site,
                          const struct choice_actor *actors, uint32_t enabled, uint32_t count)
{
    (void)asker, (void)site, (void)actors, (void)enabled, (void)count;
    return 0;
}

/* Answers the questions that have one answer, and pauses the run at the first that has more: from
 * there on orders part. What was asked and touched before is the same in every schedule, and is
 * noted on a tape. */
struct forerunner {
    struct choice_asker asker;
    struct sim *sim;
    struct hunt_tape *tape;
};

static struct hunt_taped *tape_next(struct hunt_tape *tape)
{
    tape->list = grow(tape->list, &tape->room, tape->count + 1, sizeof *tape->list);
    return &tape->list[tape->count++];
}

/* The frame of this function lies on the fiber that is paused, and comes back with each restore:
 * from there on the asker of the schedule is asked. */
static uint32_t forerunner_pick(struct choice_asker *asker, uint32_t site,
                                const struct choice_actor *actors, uint32_t enabled, uint32_t count)
{
    const struct forerunner *f = (const struct forerunner *)(void *)asker;
    struct choices *choices = &f->sim->choices;

    if (actors == NULL)
        return 0;
    if (enabled > 1 && fiber_current(f->sim->fibers) != NULL) {
        sim_pause(f->sim);
        return choices->asker->pick(choices->asker, site, actors, enabled, count);
    }
    if (enabled > 1)
        f->tape->spoilt = true; /* Asked on the engine's own stack, which cannot be paused. */
    struct hunt_taped *taped = tape_next(f->tape);

    taped->asks = true;
    taped->site = site;
    taped->enabled = enabled;
    taped->count = count;
    taped->actors = malloc(count * sizeof *actors);
    CHECK(taped->actors != NULL || count == 0);
    memcpy(taped->actors, actors, count * sizeof *actors);
    return 0;
}

static void forerunner_touched(struct choice_asker *asker, struct choice_touch touch)
{
    const struct forerunner *f = (const struct forerunner *)(void *)asker;

    tape_next(f->tape)->touch = touch;
}

static void tape_free(struct hunt_tape *tape)
{
    for (size_t i = 0; i < tape->count; i++)
        free(tape->list[i].actors);
    free(tape->list);
    *tape = (struct hunt_tape){ .count = 0 };
}

/* Runs on from the beginning of the window to the question at which orders part, and puts the
 * window there. Where that cannot be, the window stays. */
static void run_ahead(struct hunter *h)
{
    struct forerunner f = { .asker = { .pick = forerunner_pick, .touched = forerunner_touched },
                            .sim = world_sim(h->world),
                            .tape = &h->tape };
    struct snapshot *start = h->window;

    world_restore(h->world, start);
    hunt_ask(h->world, &f.asker);
    run_watched(h->world, h->search->to);
    if (f.sim->paused != NULL && !h->tape.spoilt) {
        h->window = world_snapshot(h->world);
        CHECK(h->window != NULL);
        snapshot_free(start);
        return;
    }
    tape_free(&h->tape);
}

/* Tells an explorer what happens before the window. */
void hunt_play(const struct hunt_tape *tape, struct choice_asker *asker)
{
    for (size_t i = 0; i < tape->count; i++) {
        const struct hunt_taped *taped = &tape->list[i];

        if (taped->asks)
            asker->pick(asker, taped->site, taped->actors, taped->enabled, taped->count);
        else
            asker->touched(asker, taped->touch);
    }
}

/* A schedule is not broken off by a signal: it belongs to the result, or was never begun. */
void hunter_open(struct hunter *h, struct world *world)
{
    static struct choice_asker calm = { .pick = calm_pick };
    struct search *s = h->search;

    h->world = world;
    world_heed(world, NULL, NULL);
    hunt_ask(world, &calm);
    run_watched(world, s->hunt->window_from);
    if (s->births > 0)
        world_end_after(world, s->births);
    h->window = world_snapshot(world);
    CHECK(h->window != NULL);
    if (s->hunt->actors > 0)
        run_ahead(h);
}

void hunter_close(struct hunter *h)
{
    snapshot_free(h->window);
    for (uint32_t i = 0; i < HUNT_PLACES; i++)
        snapshot_free(h->places.snapshot[i]);
    tape_free(&h->tape);
    if (world_sim(h->world)->end != SIM_BROKEN)
        world_free(h->world);
}
