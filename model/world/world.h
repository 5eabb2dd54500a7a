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

/* One line of the causal story, found in the records of the run, never written by the model. */
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
    uint64_t record; /* Number in the trace. */
    char text[200];
};
enum { STORY_LINES_MAX = 24, RESULT_LOG_MAX = 64 };

struct result {
    enum outcome outcome;
    enum sim_end end;
    struct stop stop;                /* Outcome STOP. */
    bool crashed;                    /* Some process crashed. */
    char victim[NAME_MAX_CHARS + 1]; /* The first one. */
    int32_t crash_code;              /* NTSTATUS. */
    uint32_t crash_address;
    sim_time crash_at;
    uint64_t records, fingerprint;
    sim_time simulated;
    sim_time load_from; /* The services ran, and the load began; 0: it did not come to that. */
    uint64_t arrived, delivered, refused, reads;
    uint64_t latency_mean_us, latency_max_us;
    sim_time measured; /* What follows is of the time after the warm-up; 0: the run ended before. */
    uint64_t delivered_after_warm_up;  /* Messages that arrived in it: the sum of the histogram. */
    uint32_t latency[LATENCY_BUCKETS]; /* Their delivery times; model/latency.h. */
    /* Of all processors; of C: (logs), D: (.edb), E: (.stm). */
    uint32_t cpu_busy_ppm, disk_busy_ppm[3];
    uint64_t queue_mean_milli; /* Messages that wait on the wire, in thousandths. */
    uint32_t queue_most;
    uint64_t pool_peak;                /* Bytes of nonpaged pool; of the whole run. */
    uint64_t attaches, foreign_writes; /* Visits to another process; writes made there. */
    uint32_t crashes, restarts;
    int32_t first_error; /* First SLV error a program met; 0 none. */
    uint64_t arena_used, stack_depth;
    /* Checks that did not hold, as bits of checks.def, and of the first what was found. */
    uint32_t violated;
    char violation[200];
    bool power_cut; /* The machine was off at the end. */
    uint32_t pages_lost;
    /* The first outage, in times of the run; boots 0: there was none. Flows: the first message is
     * delivered; drained: nobody waits any more. 0: that did not come about. */
    uint32_t boots;
    sim_time off_at, on_at, flows_at, drained_at;
    uint32_t outage_queue_most;
    /* What [expect] wants to be seen (events, services, console, errors) and is not; "": all is. */
    char not_shown[200];
    /* Dropped: lines from the middle of a story that was too long. */
    uint32_t story_count, story_dropped;
    struct story_line story[STORY_LINES_MAX];
};

struct world;

/* The machine starts again so often in one run; each boot takes memory of its own. */
enum { BOOTS_MAX = 6 };

/* NULL only when the host has no memory. The kernel has booted; no time has passed. */
struct world *world_new(const struct scenario *scenario, uint64_t seed);

/* The same, with somebody who sees every record from the first on, during world_new already. Must
 * change nothing. */
struct world *world_new_watched(const struct scenario *scenario, uint64_t seed,
                                void (*watch)(const struct record *record, uint64_t number,
                                              void *ctx),
                                void *ctx);

/* Whether the story is told of the records that pass from here on, and the checks look at them; so
 * it is, unless an older stretch is run again for another reason. */
void world_tell_story(struct world *world, bool told);
void world_enter(struct world *world);
struct sim *world_sim(struct world *world);
/* For the rooms above that look into the machine, and for tests. NULL: it is being made. */
struct kernel *world_kernel(struct world *world);
struct site *world_site(struct world *world);

/* The stop of the machine that runs now, and its first crash; empty where there is none. */
void world_stop(struct world *world, struct stop *out);
void world_crash(struct world *world, struct crash *out);

/* Runs until a simulated time or the run's end. */
enum sim_end world_run(struct world *world, sim_time until);
/* Complete once the run has ended; a look before. */
const struct result *world_result(struct world *world);
struct snapshot *world_snapshot(struct world *world);
void world_restore(struct world *world, const struct snapshot *snapshot);

/* Another future from here: arrivals, sizes and disk times are drawn from this seed's streams. What
 * is under way stays. */
void world_reseed(struct world *world, uint64_t seed);
void world_free(struct world *world);

/* ---- The oracle ------------------------------------------------------------------------------ */
/* Who holds every run to rules while it runs. The world knows this face only; the room above fills
 * it (model/checks), one for the whole program. Looking changes nothing. */
struct world_oracle {
    void *(*begin)(struct world *world); /* Its own memory, on the host; NULL: there is none. */
    void (*record)(void *self, const struct record *record); /* A record is being written. */
    void (*look)(void *self);                       /* Now and then, between two entries. */
    void (*end)(void *self, struct result *result); /* Fills in violated and violation. */
    void (*rewind)(void *self);                     /* The world was put back to an earlier time. */
    void (*free)(void *self);
};
extern const struct world_oracle world_oracle;
void *world_oracle_state(struct world *world);

/* True if the result is what the scenario expects; else why holds one sentence. */
bool world_expected(const struct scenario *scenario, const struct result *result, char *why,
                    size_t size);

/* True, and why in a sentence: a check does not hold that the scenario wants to hold. */
bool world_violation(const struct scenario *scenario, const struct result *result, char *why,
                     size_t size);

/* Image name of the process at a simulated address ("store.exe"), or NULL. Living or dead. */
const char *world_process_name(struct world *world, uint32_t address);

/* The administrator's console. Lines that were printed, from the first on; NULL: dropped, or not
 * there. */
uint32_t world_console_count(struct world *world);
const char *world_console_line(struct world *world, uint32_t index, sim_time *at);
/* Types a line now; cmd.exe takes it as the world runs on. False: no console, the machine is off,
 * or too much is typed and not yet read. */
bool world_type(struct world *world, const char *line);
/* The machine is off: after a stop or a power cut, until it boots again. */
bool world_dark(const struct world *world);
/* Everything typed was carried out. */
bool world_console_idle(struct world *world);
