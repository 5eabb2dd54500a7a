/* sim.c - the engine's main line: take the next entry, move the clock, act.
 *
 * The floors above decide what an entry does (wake a fiber, tick a clock, bring a message), and end
 * the run by sim_finish.
 */
#include "sim/sim.h"

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

enum sim_end sim_run(struct sim *sim, sim_time until)
{
    struct agenda_entry entry;

    check_clock(&sim->now);
    while (sim->end == SIM_GOING && !is_asked(sim) && agenda_next(sim->agenda) <= until &&
           agenda_take(sim->agenda, &entry)) {
        CHECK(entry.at >= sim->now); /* Time never runs backwards. */
        sim->now = entry.at;
        entry.act(entry.arg);
        if (UNLIKELY(sim->trace.count >= sim->records_max) && sim->records_max != 0)
            sim_finish(sim, SIM_BUDGET);
    }
    if (sim->end == SIM_GOING && agenda_count(sim->agenda) == 0)
        sim->end = SIM_IDLE;
    if (sim->end == SIM_GOING && sim->now < until)
        sim->now = until;
    check_clock(NULL);
    return sim->end;
}

void sim_power_off(struct sim *sim, uint32_t entries_max)
{
    sim->agenda = agenda_new(sim->arena, entries_max);
    fibers_abandon(sim->fibers);
    sim->end = SIM_GOING;
}

void sim_finish(struct sim *sim, enum sim_end end)
{
    CHECK(end != SIM_GOING);
    if (sim->end == SIM_GOING) /* The first reason is kept. */
        sim->end = end;
}
