/* sim.h - the engine's main line: take the next entry, move the clock, act.
 *
 * One struct sim is the engine part of a world: clock, agenda, fibers, choices, records. It lies in
 * the arena with everything else.
 *
 *     struct sim *sim = sim_new(&arena, &(struct sim_limits){ ... }, seed);
 *     while (sim_run(sim, until) == SIM_GOING) ...
 */
#pragma once
#include "sim/agenda.h"
#include "sim/arena.h"
#include "sim/choice.h"
#include "sim/clock.h"
#include "sim/fiber.h"
#include "sim/rng.h"
#include "sim/trace.h"

enum sim_end {
    SIM_GOING,    /* `until` was reached; the run can go on. */
    SIM_STOPPED,  /* The simulated machine stopped: a bug check. */
    SIM_FINISHED, /* The scenario's time is over. */
    SIM_IDLE,     /* Nothing is left to happen. */
    SIM_BUDGET,   /* The record budget ran out. */
    SIM_REBOOT,   /* The simulated machine restarts: the world above boots it again. */
};

struct sim_limits {
    uint32_t entries_max; /* Agenda entries pending at once. */
    uint32_t fibers_max;
    size_t stack_size;     /* Bytes a fiber. */
    uint32_t choice_sites; /* Rows of choices.def. */
};

struct sim {
    sim_time now; /* Nanoseconds since boot. */
    enum sim_end end;
    uint64_t seed;
    uint64_t records_max; /* SIM_BUDGET beyond this many records; 0: no budget. */
    struct arena *arena;  /* Host side; not part of the snapshot. */
    struct agenda *agenda;
    struct fibers *fibers;
    struct choices choices;
    struct trace trace;
};

struct sim *sim_new(struct arena *arena, const struct sim_limits *limits, uint64_t seed);

/* Runs entries up to and including time `until`, or to the end of the run. */
enum sim_end sim_run(struct sim *sim, sim_time until);

/* The machine is off: whatever was to happen is forgotten, every fiber given back. Clock, choices
 * and trace go on; so does the run. Between two entries only. */
void sim_power_off(struct sim *sim, uint32_t entries_max);

/* The run ends for this reason once the present entry has acted. */
void sim_finish(struct sim *sim, enum sim_end end);
