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
#include "sim/host/fault.h"
#include "sim/rng.h"
#include "sim/trace.h"
#include <stdatomic.h>

enum sim_end {
    SIM_GOING,    /* `until` was reached; the run can go on. */
    SIM_STOPPED,  /* The simulated machine stopped: a bug check. */
    SIM_FINISHED, /* The scenario's time is over. */
    SIM_IDLE,     /* The agenda is empty. */
    SIM_BUDGET,   /* The record budget ran out. */
    SIM_REBOOT,   /* The simulated machine restarts: the world above boots it again. */
    SIM_ASKED,    /* Somebody on the host asked the run to end. */
    SIM_HUNG,     /* A guest keeps a processor for ever: broken says where. */
    SIM_BROKEN,   /* A guest has destroyed the machine: broken says how. */
};

struct sim_limits {
    uint32_t entries_max; /* Agenda entries pending at one time. */
    uint32_t fibers_max;
    size_t stack_size;     /* Bytes per fiber. */
    uint32_t choice_sites; /* Rows of choices.def. */
};

enum { SIM_BROKEN_CHARS = 384, SIM_GUESTS_CHARS = 96 };
enum { SIM_ASKERS = 2 }; /* A signal, and the limit of wall-clock time. */

struct sim {
    sim_time now;      /* Nanoseconds since boot. */
    sim_time entry_at; /* Time of the entry that runs, or ran last. */
    enum sim_end end;
    uint64_t seed;
    uint64_t records_max; /* The run ends with SIM_BUDGET after this many records; 0: no budget. */
    struct arena *arena;  /* On the host's side; not part of a snapshot. */
    /* Wishes of the host that the run end, looked at before each entry; NULL: nobody has any. */
    const atomic_bool *asked[SIM_ASKERS];
    struct agenda *agenda;
    struct fibers *fibers;
    struct fiber *paused; /* Fiber that sim_pause left, and that goes on first; NULL: none. */
    struct choices choices;
    struct trace trace;
    /* What becomes of a fault of the processor while entries run (sim/host/fault.h); a failed CHECK
     * is SIM_BROKEN then. NULL: both are ours, and end the program. */
    enum host_fault_answer (*fault)(struct host_fault *fault, struct host_landing *land);
    /* Called when a run begins or goes on, and when it is left in good order, if `fault` is set. */
    void (*entered)(void), (*left)(void);
    char guests[SIM_GUESTS_CHARS]; /* Names of the guests, for `broken`. */
    char broken[SIM_BROKEN_CHARS]; /* What was found wrong, by whom it may be. */
};

struct sim *sim_new(struct arena *arena, const struct sim_limits *limits, uint64_t seed);

/* Runs entries up to and including time `until`, or to the end of the run. */
enum sim_end sim_run(struct sim *sim, sim_time until);

/* Pauses the run in the midst of an entry: for what is called on a fiber. sim_run, which entered
 * the entry, comes back with SIM_GOING and `paused` set, so that a snapshot can be taken there; the
 * call comes back in the next sim_run. Code of the entry on the engine's own stack must have
 * nothing left to do behind its switch to the fiber. */
void sim_pause(struct sim *sim);

/* Switches the machine off: empties the agenda and gives back every fiber. Clock, choices and
 * trace continue, and so does the run. Call it between two entries only. */
void sim_power_off(struct sim *sim, uint32_t entries_max);

/* For code that jumps out of sim_run, which then cannot put back what it set for this thread. */
void sim_left_behind(void);

/* For runs that follow on each other on this host thread: from now on, or no more, nobody but
 * sim_run changes the thread's handlers of faults, and it need not look each time. */
void sim_keep_handlers(bool on);

/* Notes what was found wrong with a machine that a guest has destroyed. */
void sim_say_broken(struct sim *sim, const char *what);

/* Ends the run for this reason when the present entry has acted. The first reason is kept. */
void sim_finish(struct sim *sim, enum sim_end end);
