/* scenario.h - one run, as its INI file says it: machine, versions, programs, load, faults,
 * expectations.
 *
 * Read by scenario_read through the strict INI reader; every value is checked against its range
 * there, with file, line and column. Plain data: a scenario can be copied, changed and run any
 * number of times.
 */
#pragma once
#include "model/words/limits.h"
#include "model/words/load_plan.h"
#include "model/words/settings.h"
#include "sim/choice.h"
#include "sim/clock.h"
#include "sim/ini.h"

enum { SCENARIO_FAULTS_MAX = 16, SCENARIO_TEXT = 256, SCENARIO_PATH = 512 };

extern const char *const scenario_file_names[FILE_COUNT]; /* "exifs.sys", ... */

enum fault_kind {
    FAULT_CRASH,
    FAULT_KILL,
    FAULT_HANG,
    FAULT_NO_MEMORY,
    FAULT_LEAK,
    FAULT_SLOW_DISK,
    FAULT_DISK_ERROR,
    FAULT_FULL_DISK,
    FAULT_LOST_REPLY,
    FAULT_POWER_CUT,
    FAULT_BAD_PAGE,
};
struct scenario_fault { /* [fault NAME]; faults.c says what each kind does. */
    char name[32];
    enum fault_kind kind;
    sim_time at, until; /* until SIM_NEVER: to the end. */
    char process[32];   /* Image name; NO_MEMORY: "" any. */
    char thread[16];    /* HANG. */
    /* HANG: threads. BAD_PAGE: pages of the .stm that hold something. Else the nth of its kind from
     * `at` on and so many in all. */
    uint64_t nth, count;
    uint32_t tag; /* NO_MEMORY: 0 any. LEAK: the neighbour's. */
    bool has_pool;
    uint32_t pool;  /* POOL_TYPE. */
    uint32_t bytes; /* LEAK: a block. */
    sim_time every; /* LEAK. */
    uint32_t disk, factor;
    bool reads, writes, disk_full; /* DISK_ERROR: what fails; with which status. */
    bool cache_kept;               /* POWER_CUT: the controller has a battery. */
};

/* Can a fault name this image as its process? */
bool scenario_can_fail(const char *image);

/* Names of the threads of a program that a fault can hang; NULL ends. */
const char *const *scenario_threads_of(const char *image);

/* One line typed at the console: [step NAME] do, do_2, ... */
enum { SCENARIO_STEPS_MAX = 96, STEP_LINES_MAX = 16 };
struct scenario_step {
    sim_time at;
    char line[ADMIN_CHARS];
};

/* [expect] event, no_event, service, console, errors_met, each also with _2 to _8. */
enum { EXPECT_SEVERAL = 8 };
struct scenario_event {
    char source[32];
    uint32_t id, count; /* At least so often; 0: not at all. */
};
struct scenario_service {
    uint32_t service, state;
};
struct scenario_several {
    uint32_t event_count, service_count, console_count, error_count;
    struct scenario_event events[2 * EXPECT_SEVERAL];
    struct scenario_service services[EXPECT_SEVERAL];
    char console[EXPECT_SEVERAL][ADMIN_CHARS];
    int32_t errors[EXPECT_SEVERAL];
};

/* [expect] keys that bound the curve of a sweep. They are known here and read by
 * ui/campaign/bounds.h. */
enum { SCENARIO_CURVE_KEYS = 4 };
extern const char *const scenario_curve_keys[SCENARIO_CURVE_KEYS];

enum expect_outcome { EXPECT_ANY, EXPECT_SURVIVED, EXPECT_PROCESS_CRASH, EXPECT_STOP };
struct scenario_expect { /* [expect] */
    enum expect_outcome outcome;
    bool has_code, has_args, has_victim, has_error, has_min_delivered;
    uint32_t code, args[4];
    char victim[32];    /* Image that crashed first. */
    char diagnosis[24]; /* A word of diagnoses.def: what `exifsim explain` must find; "": any. */
    int32_t error;      /* An SLV error that must have been met, e.g. -2239. */
    uint64_t min_delivered;
    uint32_t violates; /* Bits of checks.def that need not hold, by design. */
    struct scenario_several several;
    bool has_boots;
    uint32_t boots;          /* So often the machine was started again. */
    sim_time drained_within; /* Of the first outage's beginning nobody waits any more; 0: any. */
};

enum tdi_filter { TDI_FILTER_NONE, TDI_FILTER_PASSES, TDI_FILTER_PENDS };

struct scenario {
    char path[SCENARIO_PATH];
    char title[SCENARIO_TEXT];
    char story[1024]; /* One paragraph for people; may be empty. */
    bool has_seed;
    uint64_t seed;
    bool has_warm_up;
    sim_time warm_up; /* What measures leave out of the load; see scenario_warm_up. */

    struct site_settings set; /* The programs': versions, [process NAME], the run's duration. */

    uint32_t cpus; /* [machine] */
    bool has_pin_store, has_pin_inetinfo;
    uint32_t pin_store, pin_inetinfo;
    bool checked_build, aedebug;
    /* Disks C:, D:, E: service time, median us and sigma. */
    uint32_t service_us[3], service_sigma_milli[3];

    uint32_t nonpaged_kib; /* The limit of nonpaged pool; 0: limits.h. */
    bool restart;          /* After a stop the machine boots again, in the same run. */
    uint32_t memory_dump_ms, boot_ms;
    bool gflags_pool_tagging;
    /* What else the kernel has: http.sys and its clients, and what stands above the transport. */
    bool http, http_update;
    enum tdi_filter tdi_filter;
    uint64_t http_rate_milli;
    uint32_t step_count;
    struct scenario_step steps[SCENARIO_STEPS_MAX];

    uint32_t load_count; /* [load NAME], in order; [load smtp] where there is none. */
    struct load_plan loads[LOADS_MAX];
    uint32_t fault_count;
    struct scenario_fault faults[SCENARIO_FAULTS_MAX];
    struct scenario_expect expect;

    enum choice_strategy strategy; /* [replay] or [choices] */
    uint32_t choice_odds_ppm[CHOICE_SITES_MAX], choice_budget;
    struct choices replay; /* LISTED: only listed[] and listed_count count. */
    bool has_fingerprint;  /* [replay] fingerprint: what a capsule must come to. */
    uint64_t fingerprint;
    uint32_t cost[32]; /* [costs]: 0 keeps the table's. */
};

/* Mail a second that the loads bring together, in thousandths: load_nominal_milli. */
uint64_t scenario_rate_milli(const struct scenario *scenario);

/* A load of this name as it is before its section is read. */
void scenario_load_defaults(struct load_plan *plan, const char *name, enum load_protocol protocol);

/* Every [load NAME] of the document (scenario_load.c); scenario_read does it. */
void scenario_read_loads(struct scenario *scenario, struct ini *ini);

/* Every default, before a file is read. */
void scenario_defaults(struct scenario *scenario);

/* What [scenario] warm_up says; else 30 s, or a tenth of the duration where that is less. Counted
 * from the load's beginning. */
sim_time scenario_warm_up(const struct scenario *scenario);

/* Takes everything the document says; false when it holds errors (ask ini). The ini stays the
 * caller's. */
bool scenario_read(struct scenario *scenario, struct ini *ini, const char *path);
