/* hunt_world.c - schedules in a world that is put back before each. */
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

enum { PLACES_APART = 8 }; /* Steps between two places at least: a place costs about as many. */

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
                              .stop = hunt_stop_code(h->world),
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

/* Pauses the run at the place that is asked for. The frame comes back with each restore, as that of
 * forerunner_pick does. */
static uint32_t pauser_pick(struct choice_asker *asker, uint32_t site,
                            const struct choice_actor *actors, uint32_t enabled, uint32_t count)
{
    struct hunter *h = CONTAINER(asker, struct hunter, pauser);
    struct sim *sim = world_sim(h->world);

    if (actors != NULL && explorer_at(h->places.of) == h->pause_at &&
        fiber_current(sim->fibers) != NULL) {
        h->pause_at = HUNT_NOWHERE;
        sim_pause(sim);
    }
    return h->asker->pick(h->asker, site, actors, enabled, count);
}

static void pauser_touched(struct choice_asker *asker, struct choice_touch touch)
{
    const struct hunter *h = CONTAINER(asker, struct hunter, pauser);

    h->asker->touched(h->asker, touch);
}

/* Makes a place of the question at which the run is paused. */
static void make_place(struct hunter *h)
{
    struct hunt_places *places = &h->places;
    struct sim *sim = world_sim(h->world);
    struct snapshot **snapshot = &places->snapshot[places->count];

    explorer_mark(places->of, places->count++);
    if (*snapshot == NULL)
        *snapshot = world_snapshot(h->world);
    else
        CHECK(snapshot_retake(*snapshot, sim->arena, sim->fibers));
    CHECK(*snapshot != NULL);
}

/* Begins a run at the last place that it comes to, and has it paused where it leaves the run before
 * it, if that is far: further runs will leave it there, too, and behind. */
static void begin_at_place(struct hunter *h, uint32_t shared)
{
    struct hunt_places *places = &h->places;
    uint32_t last;

    while (places->count > 1 && explorer_mark_at(places->of, places->count - 1) > shared)
        places->count--;
    last = places->count - 1;
    h->asker = explorer_begin_at(places->of, last);
    world_restore(h->world, last > 0 ? places->snapshot[last] : h->window);
    h->pause_at = places->count < HUNT_PLACES && shared - explorer_at(places->of) >= PLACES_APART
                      ? shared
                      : HUNT_NOWHERE;
    h->pauser = (struct choice_asker){ .pick = pauser_pick, .touched = pauser_touched };
    hunt_ask(h->world, &h->pauser);
}

/* Begins a run in the window. */
static void begin_in_window(struct hunter *h, struct explorer *explorer)
{
    h->asker = explorer_begin(explorer);
    hunt_play(&h->tape, h->asker);
    h->places.of = explorer;
    h->places.count = 1;
    explorer_mark(explorer, 0);
    world_restore(h->world, h->window);
    hunt_ask(h->world, h->asker);
}

static void run_schedule(struct hunter *h)
{
    struct hunted *part = &h->search->part[h->slice->part];
    uint32_t shared = explorer_shared(part->explorer);

    h->running = true;
    if (h->places.of == part->explorer && part->by == h && shared > 0 &&
        shared >= explorer_mark_at(part->explorer, 0))
        begin_at_place(h, shared);
    else
        begin_in_window(h, part->explorer);
    part->by = h;
    while (world_run(h->world, h->search->to) == SIM_GOING && world_sim(h->world)->paused != NULL)
        make_place(h);
    h->running = false;
    if (world_sim(h->world)->end == SIM_BUDGET)
        explorer_cap(part->explorer);
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
    sim_keep_handlers(true);
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
    h->places.of = NULL;
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
        sim_keep_handlers(false);
        if (h->running)
            take_broken(h);
        else if (watched.failed[0] != 0)
            fail(watched.failed);
    } while (h->slice != NULL);
    atomic_store(&h->spent_us, (spent_ns() - h->began_ns) / 1000);
}
