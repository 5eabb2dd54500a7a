/* hunt_world.c - the calm run, and schedules in a world that is put back before each. */
#include "model/words/choices.h"
#include "model/words/names.h"
#include "sim/snapshot.h"
#include "ui/explore/hunt_inside.h"
#include "ui/guard/watch.h"
#include "ui/host/grow.h"
#include "ui/host/progress.h"
#include "ui/host/texts.h"
#include "ui/host/threads.h"
#include "ui/run/exits.h"
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

static void probe_touched(struct choice_asker *asker, struct choice_touch touch)
{
    (void)asker, (void)touch;
}

uint32_t hunt_sites(const struct hunt *hunt)
{
    return hunt->free_order ? 0
                            : 1u << CHOICE_READY | 1u << CHOICE_PREEMPT | 1u << CHOICE_WAITER |
                                  1u << CHOICE_WORKER;
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
static bool run_calm(struct search *s, struct world *world, struct probe *probe,
                     char error[RUN_ERROR_CHARS])
{
    struct hunt *hunt = s->hunt;
    struct unmet unmet;

    ask(world, &probe->asker);
    if (hunt->from != 0) {
        run_watched(world, hunt->from);
        probe->questions[0] = probe->questions[1] = probe->actors = 0;
    }
    run_watched(world, SIM_NEVER);
    finding_in(world, hunt->scenario, &hunt->calm);
    hunt->calm_stop = stop_code(world);
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
    struct probe probe = { .asker = { probe_pick, probe_touched },
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
    ask(h->world, &f.asker);
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
static void play_tape(const struct hunt_tape *tape, struct choice_asker *asker)
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
    static struct choice_asker calm = { .pick = calm_pick, .touched = probe_touched };
    struct search *s = h->search;

    h->world = world;
    world_heed(world, NULL, NULL);
    ask(world, &calm);
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
    tape_free(&h->tape);
    if (world_sim(h->world)->end != SIM_BROKEN)
        world_free(h->world);
}

/* ---- Schedules ------------------------------------------------------------------------------- */

static uint64_t spent_ns(void)
{
    uint64_t ns = 0;

    thread_spent(pthread_self(), &ns);
    return ns;
}

bool hunt_wants(const struct hunt *hunt, const struct finding *finding)
{
    if (finding->kind == FINDING_NONE)
        return false;
    return hunt->kinds == 0 || (hunt->kinds >> finding->kind & 1) != 0;
}

/* Puts down what the schedule that has ended found. */
static void put_down(struct hunter *h, const struct finding *finding)
{
    const struct choices *choices = &world_sim(h->world)->choices;
    struct slice *slice = h->slice;
    char surprises[RUN_SURPRISES_CHARS];

    for (size_t i = 0; i < slice->found_count; i++)
        if (finding_same(&slice->found[i].finding, finding)) {
            slice->found[i].count++;
            return;
        }
    choices_print(choices->taken, choices->taken_count, choice_names, surprises, sizeof surprises);
    slice->found =
        grow(slice->found, &slice->found_room, slice->found_count + 1, sizeof *slice->found);
    slice->found[slice->found_count++] =
        (struct slice_found){ .finding = *finding,
                              .stop = stop_code(h->world),
                              .count = 1,
                              .first = slice->done,
                              .surprises = text_copy(surprises, strlen(surprises)) };
}

/* A stop with the code and the stack of the one before is the same finding: to name the functions
 * of a stack takes longer than many a schedule. */
static bool is_the_stop_before(struct hunter *h, struct finding *out)
{
    struct stop before = h->stop;

    world_stop(h->world, &h->stop);
    if (!before.stopped || !h->stop.stopped || before.code != h->stop.code ||
        before.frame_count != h->stop.frame_count ||
        memcmp(before.frames, h->stop.frames, before.frame_count * sizeof *before.frames) != 0)
        return false;
    *out = h->stopped_as;
    out->at = h->stop.at;
    return true;
}

/* Judges the schedule that has ended. True: it found something. */
static bool judge(struct hunter *h)
{
    const struct hunt *hunt = h->search->hunt;
    const struct sim *sim = world_sim(h->world);
    struct finding finding;

    if (sim->end == SIM_ASKED && world_is_sound(h->world))
        return false;
    if (!is_the_stop_before(h, &finding)) {
        finding_in(h->world, hunt->scenario, &finding);
        h->stopped_as = finding;
    }
    if (!hunt_wants(hunt, &finding))
        return false;
    put_down(h, &finding);
    return true;
}

static uint64_t trace_of(const struct hunter *h)
{
    const struct sim *sim = world_sim(h->world);

    return h->search->hunt->actors > 0 || sim->end == SIM_BROKEN ? 0
                                                                 : trace_fingerprint(&sim->trace);
}

/* A schedule is over. */
static void end_schedule(struct hunter *h, bool found)
{
    struct slice *slice = h->slice;
    struct hunted *part = &h->search->part[slice->part];

    part->more = explorer_end(part->explorer, found, trace_of(h));
    slice->done++;
    if (!explorer_is_new(part->explorer))
        return;
    slice->fresh =
        grow(slice->fresh, &slice->fresh_room, slice->fresh_count + 1, sizeof *slice->fresh);
    slice->fresh[slice->fresh_count++] = explorer_fingerprint(part->explorer);
}

static void run_schedule(struct hunter *h)
{
    struct explorer *explorer = h->search->part[h->slice->part].explorer;
    struct choice_asker *asker = explorer_begin(explorer);

    h->running = true;
    play_tape(&h->tape, asker);
    world_restore(h->world, h->window);
    ask(h->world, asker);
    world_run(h->world, h->search->to);
    h->running = false;
    if (world_sim(h->world)->end == SIM_BUDGET)
        explorer_cap(explorer);
    end_schedule(h, judge(h));
}

/* True if no further schedule may begin. With several hunters, a slice that was begun is made when
 * the time is over: others that were made depend on it. */
static bool is_stopped(struct hunter *h)
{
    struct search *s = h->search;
    const struct hunt *hunt = s->hunt;
    uint64_t now_us = progress_clock_us();

    if (hunt->options->signal != NULL && atomic_load(hunt->options->signal))
        atomic_store(&s->halt, true);
    if (now_us - h->looked_us >= 1000) { /* To ask for processor time is a call of the system. */
        h->looked_us = now_us;
        atomic_store(&h->spent_us, (spent_ns() - h->began_ns) / 1000);
        if (hunt->time_ms != 0 && atomic_load(&h->spent_us) / 1000 >= hunt->time_ms)
            atomic_store(&s->spent, true);
        if (s->hunter_count == 1 && hunt->progress != NULL)
            hunt->progress(hunt->ctx, hunt);
    }
    return atomic_load(&s->halt) || (s->hunter_count == 1 && atomic_load(&s->spent));
}

/* Goes on with the slices until there are none, or the thread's work is ended (watch.h). */
static void go(void *arg, const atomic_bool *asked)
{
    struct hunter *h = arg;

    (void)asked;
    if (world_sim(h->world)->guests[0] != 0)
        watch_guests(world_sim(h->world));
    while (h->slice != NULL || (h->slice = h->take(h)) != NULL) {
        struct slice *slice = h->slice;
        struct hunted *part = &h->search->part[slice->part];

        while (slice->done < slice->limit && part->more && !is_stopped(h))
            run_schedule(h);
        slice->counts = explorer_counts(part->explorer);
        slice->estimate = explorer_estimate(part->explorer);
        h->slice = NULL;
        if (!h->give(h, slice))
            return;
    }
}

/* The thread's work was ended in the middle of a schedule: a guest loops without a call, or has
 * destroyed the machine. */
static void take_broken(struct hunter *h)
{
    struct finding finding;

    finding_in(h->world, h->search->hunt->scenario, &finding);
    if (hunt_wants(h->search->hunt, &finding))
        put_down(h, &finding);
    h->running = false;
    end_schedule(h, true);
}

/* A fault of exifsim itself, outside of a schedule. */
static void fail(const char *what)
{
    fprintf(stderr, "exifsim: %s\n", what);
    exit(EXIT_INTERNAL);
}

void hunter_work(struct hunter *h)
{
    struct watched watched;

    h->began_ns = spent_ns() - atomic_load(&h->spent_us) * 1000;
    do {
        world_enter(h->world);
        watch_call(0, go, h, &watched);
        if (h->running)
            take_broken(h);
        else if (watched.failed[0] != 0)
            fail(watched.failed);
    } while (h->slice != NULL);
    atomic_store(&h->spent_us, (spent_ns() - h->began_ns) / 1000);
}
