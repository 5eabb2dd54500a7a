/* sim.c - the engine's main line: take the next entry, move the clock, act.
 *
 * The floors above decide what an entry does (wake a fiber, tick a clock, bring a message), and end
 * the run by sim_finish.
 */
#include "sim/sim.h"
#include "sim/plain.h"
#include "sim/host/breathe.h"
#include <stdio.h>

struct sim *sim_new(struct arena *arena, const struct sim_limits *limits, uint64_t seed)
{
    struct sim *sim = arena_take(arena, sizeof *sim, 64);

    sim->seed = seed;
    sim->arena = arena;
    sim->agenda = agenda_new(arena, limits->entries_max);
    sim->fibers = fibers_new(arena, limits->stack_size, limits->fibers_max);
    choices_init(&sim->choices, limits->choice_sites, seed);
    trace_init(&sim->trace, &sim->now);
    return sim;
}

/* Ends the run if somebody asked for it. */
static bool is_asked(struct sim *sim)
{
    for (int i = 0; i < SIM_ASKERS; i++)
        if (UNLIKELY(sim->asked[i] != NULL) &&
            atomic_load_explicit(sim->asked[i], memory_order_relaxed)) {
            sim_finish(sim, SIM_ASKED);
            return true;
        }
    return false;
}

void sim_pause(struct sim *sim)
{
    sim->paused = fiber_current(sim->fibers);
    CHECK(sim->paused != NULL);
    fiber_switch(sim->fibers, NULL);
}

static void go_on_with_paused(struct sim *sim)
{
    struct fiber *fiber = sim->paused;

    sim->paused = NULL;
    fiber_switch(sim->fibers, fiber);
}

/* Ends, too, when the first guest is loaded: the rest of the run is contained. */
static void run(struct sim *sim, sim_time until, bool with_guests)
{
    struct agenda_entry entry;

    if (UNLIKELY(sim->paused != NULL) && (sim->fault != NULL) == with_guests)
        go_on_with_paused(sim);
    while (sim->end == SIM_GOING && sim->paused == NULL && (sim->fault != NULL) == with_guests &&
           !is_asked(sim) && agenda_next(sim->agenda) <= until &&
           agenda_take(sim->agenda, &entry)) {
        host_breathe();
        CHECK(entry.at >= sim->now); /* Time never runs backwards. */
        sim->now = sim->entry_at = entry.at;
        entry.act(entry.arg);
        if (UNLIKELY(sim->trace.count >= sim->records_max) && sim->records_max != 0)
            sim_finish(sim, SIM_BUDGET);
    }
    if ((sim->fault != NULL) != with_guests || sim->paused != NULL)
        return;
    if (sim->end == SIM_GOING && agenda_count(sim->agenda) == 0)
        sim->end = SIM_IDLE;
    if (sim->end == SIM_GOING && sim->now < until)
        sim->now = until;
}

/* The run of this host thread whose faults may be a guest's. */
static _Thread_local struct contained {
    bool runs;
    struct fibers *fibers; /* Kept here, where the guest hardly reaches. */
    struct arena *arena;
    struct host_faults faults;
    char message[SIM_BROKEN_CHARS - SIM_GUESTS_CHARS];
} contained;

/* A failed CHECK: the machine is given up, and the run ends. */
static void on_check(const char *message)
{
    plain_copy(message, contained.message, sizeof contained.message);
    mark_jump(contained.faults.broken, 1, NULL);
}

void sim_left_behind(void)
{
    if (!contained.runs)
        return;
    contained.runs = false;
    check_catcher(NULL);
    host_faults_end(&contained.faults);
    arena_open_low(contained.arena);
}

static void run_contained(struct sim *sim, sim_time until)
{
    contained = (struct contained){
        .runs = true, .fibers = sim->fibers, .arena = sim->arena, .faults = { .take = sim->fault }
    };
    host_faults_begin(&contained.faults);
    check_catcher(on_check);
    if (mark_here(contained.faults.broken) == 0) {
        sim->entered();
        run(sim, until, true);
        sim->left();
    } else {
        fibers_back(contained.fibers);
        if (contained.message[0] != 0)
            sim_say_broken(sim, contained.message);
        sim->end = SIM_BROKEN;
    }
    sim_left_behind();
}

void sim_keep_handlers(bool on) { host_faults_keep(on); }

enum sim_end sim_run(struct sim *sim, sim_time until)
{
    bool pauses = false;

    check_clock(&sim->now);
    if (UNLIKELY(sim->arena->written != NULL))
        host_watch_ready();
    if (LIKELY(sim->fault == NULL)) {
        run(sim, until, false);
        pauses = sim->paused != NULL;
    }
    if (UNLIKELY(sim->fault != NULL) && !pauses)
        run_contained(sim, until);
    check_clock(NULL);
    return sim->end;
}

void sim_power_off(struct sim *sim, uint32_t entries_max)
{
    sim->agenda = agenda_new(sim->arena, entries_max);
    fibers_abandon(sim->fibers);
    sim->end = SIM_GOING;
}

void sim_say_broken(struct sim *sim, const char *what)
{
    snprintf(sim->broken, sizeof sim->broken, "%s: %s", sim->guests, what);
}

void sim_finish(struct sim *sim, enum sim_end end)
{
    CHECK(end != SIM_GOING);
    if (sim->end == SIM_GOING) /* The first reason is kept. */
        sim->end = end;
}
