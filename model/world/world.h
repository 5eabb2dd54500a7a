/* world.h - one machine from one scenario: made, run, asked.
 *
 *     struct world *world = world_new(&scenario, seed);
 *     world_run(world, SIM_NEVER);                      // or in slices, for progress and snapshots
 *     const struct result *result = world_result(world);
 *     world_free(world);
 *
 * Several worlds can live in one process, one at a time per host thread (world_enter makes one
 * current).
 */
#pragma once
#include "model/scenario/scenario.h"
#include "model/words/latency.h"
#include "model/world/stop.h"
#include "sim/sim.h"
#include "sim/snapshot.h"

struct kernel;
struct site;

enum outcome { OUTCOME_SURVIVED, OUTCOME_PROCESS_CRASH, OUTCOME_STOP };
extern const char *const outcome_names[]; /* "survived", "process_crash", "stop". */

/* A line of the causal story: world_story.c reads it off the records; no program writes it. */
enum story_kind {
    STORY_FOREIGN_WRITE,
    STORY_TAINTED_READ,
    STORY_FAULT,
    STORY_EXCEPTION,
    STORY_DEBUGGER,
    STORY_SWEEP,
    STORY_CLEANUP,
    STORY_STOP,
    STORY_EXIT,
    STORY_RESTART,
    STORY_KINDS
};
struct story_line {
    enum story_kind kind;
    sim_time at;
    uint64_t record; /* Number of the record in the trace. */
    char text[200];
};
enum { STORY_LINES_MAX = 24, RESULT_LOG_MAX = 64 };

/* Sentences about expectations that a run did not meet: each a clause without a full stop. */
enum { UNMET_MAX = 50, UNMET_CHARS = 512, UNMET_BYTES = 4096 };
struct unmet {
    uint32_t count, used;
    uint16_t starts[UNMET_MAX]; /* Where each sentence begins in text. */
    char text[UNMET_BYTES];     /* Used bytes, each sentence with its zero. */
};
void unmet_clear(struct unmet *unmet);
/* Adds a sentence of at most UNMET_CHARS bytes, unless there is no room left. */
void unmet_add(struct unmet *unmet, const char *format, ...) PRINTF_LIKE(2, 3);
const char *unmet_text(const struct unmet *unmet, uint32_t index);
/* Joins the sentences by "; ". */
void unmet_join(const struct unmet *unmet, char *out, size_t size);

struct result {
    enum outcome outcome;
    enum sim_end end;
    struct stop stop;                /* Filled in if outcome is OUTCOME_STOP. */
    bool crashed;                    /* A process had an unhandled exception. */
    char victim[NAME_MAX_CHARS + 1]; /* Image name of the first process that crashed. */
    int32_t crash_code;              /* NTSTATUS. */
    uint32_t crash_address;
    sim_time crash_at;
    uint64_t records, fingerprint;
    sim_time simulated;
    sim_time load_from; /* Time at which the services ran and the load began; 0: never. */
    uint64_t arrived, delivered, refused, reads;
    uint64_t latency_mean_us, latency_max_us;
    /* Simulated time after the warm-up; 0: the run ended before. The next five cover it alone. */
    sim_time measured;
    /* Messages that arrived after the warm-up and were delivered: the sum of latency[]. */
    uint64_t delivered_after_warm_up;
    /* Histogram of their delivery times (model/words/latency.h). */
    uint32_t latency[LATENCY_BUCKETS];
    /* Busy share in millionths: all processors together; disks C: (logs), D: (.edb), E: (.stm). */
    uint32_t cpu_busy_ppm, disk_busy_ppm[3];
    uint64_t queue_mean_milli; /* Mean number of messages waiting on the wires, in thousandths. */
    uint32_t queue_most;
    uint64_t pool_peak; /* Most bytes of nonpaged pool in use, over the whole run. */
    /* Attaches to another process, and writes made while attached. */
    uint64_t attaches, foreign_writes;
    /* After the first crash: writes that threads made in other processes while they closed the
     * handles of an ending process, and the image name of the latest process written to. */
    uint64_t undone_writes;
    char undone_in[NAME_MAX_CHARS + 1];
    uint32_t crashes, restarts;
    int32_t first_error; /* First SLV error that a program met; 0: none. */
    uint64_t arena_used, stack_depth;
    /* Checks that failed, as bits of checks.def; violation: what the first of them found. */
    uint32_t violated;
    char violation[200];
    bool power_cut; /* The machine was off at the end. */
    uint32_t pages_lost;
    /* The first outage, in times of the run; boots 0: none. off_at and on_at: power off, and the
     * kernel runs again; flows_at: first delivery after power-on; drained_at: first time no message
     * waits. 0: never. */
    uint32_t boots;
    sim_time off_at, on_at, flows_at, drained_at;
    uint32_t outage_queue_most;
    /* The events, service states, console lines and errors that [expect] asks for and the run has
     * not shown. */
    struct unmet not_shown;
    /* Lines in story[], and lines dropped from the middle because the story was too long. */
    uint32_t story_count, story_dropped;
    struct story_line story[STORY_LINES_MAX];
};

struct world;

/* Most boots in one run. Each boot takes memory of its own from the arena. */
enum { BOOTS_MAX = 6 };

/* Makes a machine whose kernel has booted; no simulated time has passed. The caller frees it with
 * world_free. NULL: the host has no memory. */
struct world *world_new(const struct scenario *scenario, uint64_t seed);

/* Makes a machine like world_new, and calls watch for every record from the first on, those of the
 * boot included. watch must change nothing in the machine. */
struct world *world_new_watched(const struct scenario *scenario, uint64_t seed,
                                void (*watch)(const struct record *record, uint64_t number,
                                              void *ctx),
                                void *ctx);

/* Switches the story and the checks off (told false) and on again. A new world has them on; a
 * caller that runs an older stretch again, only to look, switches them off. */
void world_tell_story(struct world *world, bool told);
/* Ends the run, with SIM_ASKED, as soon as one of these becomes true, even if simulated time stands
 * still; NULL: nobody asks. They must outlive the world. */
void world_heed(struct world *world, const atomic_bool *signal, const atomic_bool *limit);
void world_enter(struct world *world);
struct sim *world_sim(struct world *world);
/* The parts of the machine, for onlookers and tests; NULL while world_new makes them. The world
 * owns them. */
struct kernel *world_kernel(struct world *world);
struct site *world_site(struct world *world);

/* Copy the stop of the present boot, and its first crash; empty if there was none. */
void world_stop(struct world *world, struct stop *out);
void world_crash(struct world *world, struct crash *out);

/* Runs until simulated time `until` (ns), the run's end or a pause (sim_pause), and returns why it
 * came back. */
enum sim_end world_run(struct world *world, sim_time until);
/* The result so far, complete once the run has ended. The world owns it; the next call changes
 * it. */
const struct result *world_result(struct world *world);
/* True if Exchange and its load are on the machine. */
bool world_has_exchange(const struct world *world);
/* The word for how a run ended: one of outcome_names, "hung", or "broken". */
const char *world_outcome(const struct result *result);
/* Writes how a guest ended the run of this sim, such as "hung at 12.000 s of simulated time: ...".
 * False, and "": no guest did. */
bool world_end_by_guest(const struct sim *sim, char *out, size_t size);
struct snapshot *world_snapshot(struct world *world);
void world_restore(struct world *world, const struct snapshot *snapshot);

/* In free order (model/kernel/ke_orders.h): how many threads guests have made so far; and from now
 * on the run ends with SIM_ASKED as soon as so many were made and have ended. In NT's order: 0, and
 * nothing. */
uint32_t world_births(struct world *world);
void world_end_after(struct world *world, uint32_t births);
/* True if the machine has neither stopped nor a process crashed. */
bool world_is_sound(const struct world *world);

/* Gives the run another future: arrivals, sizes and disk times are drawn from this seed's streams
 * from now on. Transfers under way keep their times. */
void world_reseed(struct world *world, uint64_t seed);
/* Gives the run another future of all that the scenario draws: as world_reseed, and interrupts at
 * the points of guests, and the surprises of [choices]. */
void world_redraw(struct world *world, uint64_t seed);
/* Gives the run another schedule from now on: a few surprises, drawn from this seed, in the order
 * of threads (0.1 % of the questions PREEMPT, 20 % of READY and WAITER, 20 at most), and other
 * interrupts at the points of guests. Surprises that were listed do not happen any more. */
void world_reschedule(struct world *world, uint64_t seed);
void world_free(struct world *world);

/* ---- The oracle ------------------------------------------------------------------------------ */
/* The checker that holds every run to rules while it runs. The world knows this interface only;
 * model/checks fills it in, one for the whole program. Its functions change nothing in the
 * machine. */
struct world_oracle {
    void *(*begin)(struct world *world); /* Allocates its state on the host; NULL: no memory. */
    void (*record)(void *self, const struct record *record); /* Sees a record as it is written. */
    /* Looks at the machine between two entries of the agenda. */
    void (*look)(void *self);
    void (*end)(void *self, struct result *result); /* Fills in result.violated and .violation. */
    /* Follows a world put back to an earlier time. */
    void (*rewind)(void *self);
    void (*free)(void *self);
};
extern const struct world_oracle world_oracle;
void *world_oracle_state(struct world *world);

/* True if the result is what the scenario expects; else unmet holds a sentence for each expectation
 * that was not met. */
bool world_expected(const struct scenario *scenario, const struct result *result,
                    struct unmet *unmet);

/* True if a check failed that the scenario wants to hold; why then holds one sentence. */
bool world_violation(const struct scenario *scenario, const struct result *result, char *why,
                     size_t size);

/* Image name ("store.exe") of the process at a simulated address, living or ended; NULL:
 * unknown. */
const char *world_process_name(struct world *world, uint32_t address);

/* The administrator's console: how many lines were printed, and one of them with its time. NULL:
 * the line has been dropped, or index is too high. */
uint32_t world_console_count(struct world *world);
const char *world_console_line(struct world *world, uint32_t index, sim_time *at);
/* Types a line now; cmd.exe reads it as the world runs on. False: no console, the machine is off,
 * or the keyboard's buffer is full. */
bool world_type(struct world *world, const char *line);
/* True while the machine is off: after a stop or a power cut, until it boots again. */
bool world_dark(const struct world *world);
/* True if every typed line has been carried out. */
bool world_console_idle(struct world *world);
