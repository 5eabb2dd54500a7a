/* scenario.h - one run, as described by its INI file: machine, versions, programs, load, faults,
 * expectations.
 *
 * scenario_read reads it through the strict INI reader and checks every value against its range,
 * with file, line and column. A scenario is plain data and can be copied, changed and run any
 * number of times.
 */
#pragma once
#include "model/words/limits.h"
#include "model/words/load_plan.h"
#include "model/words/settings.h"
#include "model/words/verifier.h"
#include "sim/choice.h"
#include "sim/clock.h"
#include "sim/ini.h"

enum { SCENARIO_FAULTS_MAX = 16, SCENARIO_TEXT = 256, SCENARIO_PATH = 512, SCENARIO_BUILD = 64 };
enum { SCENARIO_FINDING = 200 };

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
struct scenario_fault { /* [fault NAME]; faults.c implements the kinds. */
    char name[32];
    enum fault_kind kind;
    sim_time at, until; /* until SIM_NEVER: to the end of the run. */
    char process[32];   /* Image name; NO_MEMORY: "" for any. */
    char thread[16];    /* HANG: the name of the threads. */
    /* HANG: threads. BAD_PAGE: nonzero pages of the .stm. Other kinds: the nth operation from `at`
     * on, and `count` operations in all. */
    uint64_t nth, count;
    uint32_t tag; /* NO_MEMORY: pool tag, 0: any. LEAK: the neighbour's tag. */
    bool has_pool;
    uint32_t pool;  /* POOL_TYPE. */
    uint32_t bytes; /* LEAK: size of a block. */
    sim_time every; /* LEAK: interval of the blocks. */
    uint32_t disk, factor;
    /* DISK_ERROR: the failing transfers; disk_full: with STATUS_DISK_FULL. */
    bool reads, writes, disk_full;
    bool cache_kept; /* POWER_CUT: the cache has a battery and keeps its pages. */
};

/* True if a fault can name this image as its process. */
bool scenario_can_fail(const char *image);

/* Returns the names of a program's threads that a fault can hang; NULL ends the list. */
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
    uint32_t id, count; /* Least number of lines; 0: there must be none. */
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

/* [expect] keys that bound the curve of a sweep. The scenario reader only knows their names;
 * ui/campaign/bounds.h reads them. */
enum { SCENARIO_CURVE_KEYS = 4 };
extern const char *const scenario_curve_keys[SCENARIO_CURVE_KEYS];

/* [driver NAME], [program NAME]: code from outside. */
enum {
    SCENARIO_GUESTS_MAX = 12,
    GUEST_NAME_CHARS = 24,
    GUEST_SOURCES_MAX = 16,
    GUEST_INCLUDES_MAX = 8,
    GUEST_VALUES_MAX = 12,
    GUEST_TEXT = 96,
};
enum guest_start { GUEST_AT_BOOT, GUEST_ON_DEMAND };
struct scenario_value { /* A value under the driver's key Parameters. */
    char name[32];
    bool is_number;
    uint32_t number;
    char text[64];
};
struct scenario_guest {
    char name[GUEST_NAME_CHARS]; /* "echo": of the service, or of the program without ".exe". */
    bool is_program;
    bool is_exifs;             /* [driver exifs]: the build "mine" of ExIFS. */
    char image[SCENARIO_PATH]; /* The shared object that the host loads. */
    /* A driver's. */
    enum guest_start start;
    sim_time start_at, stop_at; /* SIM_NEVER: nobody starts, or stops, it at a time. */
    char attach_to[GUEST_TEXT]; /* Device that the driver filters; "": none. */
    uint32_t value_count;
    struct scenario_value values[GUEST_VALUES_MAX];
    /* A program's. */
    char arguments[GUEST_TEXT];
    char input[GUEST_TEXT]; /* What is typed at its console. */
    sim_time at;            /* After the services have started. */
    uint32_t count;
    bool has_exit_code; /* Each of its processes must end with this code. */
    uint32_t exit_code;
};

enum expect_outcome { EXPECT_ANY, EXPECT_SURVIVED, EXPECT_PROCESS_CRASH, EXPECT_STOP, EXPECT_HUNG };
enum { EXPECT_DIAGNOSES = 3 };

struct scenario_expect { /* [expect] */
    enum expect_outcome outcome;
    bool has_code, has_args, has_victim, has_error, has_min_delivered;
    uint32_t code, args[4];
    char victim[32]; /* Image of the first process that crashed. */
    /* Words of diagnoses.def that `exifsim explain` must find: the first, and those that are true
     * beside it; "": any. */
    char diagnoses[EXPECT_DIAGNOSES][24];
    /* An error of the streaming store that a program must have met, such as -2239. */
    int32_t error;
    uint64_t min_delivered;
    uint32_t violates; /* Checks that need not hold, by design; bits of enum check. */
    struct scenario_several several;
    bool has_boots;
    uint32_t boots; /* Number of restarts of the machine. */
    /* Most time from the start of the first outage until no sender waits any more; 0: any. */
    sim_time drained_within;
};

enum tdi_filter { TDI_FILTER_NONE, TDI_FILTER_PASSES, TDI_FILTER_PENDS };

/* [orders]: whose order of threads a run follows, and what exifsim explore must find. */
enum scenario_finding {
    SCENARIO_FINDS_NONE,
    SCENARIO_FINDS_STOP,
    SCENARIO_FINDS_CRASH,
    SCENARIO_FINDS_HANG,
    SCENARIO_FINDS_CHECK,
};
extern const char *const scenario_finding_words[]; /* "none", "stop", "crash", "hang", "check". */
enum { SCENARIO_LEVELS_MAX = 16 };
struct scenario_level {
    uint32_t gauge; /* Row of gauges.def. */
    uint64_t least; /* The level is reached when the gauge is this or more. */
};

struct scenario_orders {
    bool free;   /* Free order (model/kernel/ke_orders.h); false: NT's own. */
    bool judged; /* `finding` is expected of some order. */
    enum scenario_finding finding;
    uint32_t stop;    /* Code of the stop that is expected; 0: any. */
    uint32_t count;   /* Orders, modulo equivalence; 0: not told. */
    uint32_t waiting; /* Threads that may be left waiting for ever. */
};

struct scenario {
    char path[SCENARIO_PATH];
    char title[SCENARIO_TEXT];
    char story[1024]; /* One paragraph of description; may be empty. */
    bool has_seed;
    uint64_t seed;
    bool has_warm_up;
    sim_time warm_up; /* Start of the load that statistics leave out; see scenario_warm_up. */

    /* Settings of the programs: versions, [process NAME], the run's duration. */
    struct site_settings set;

    uint32_t cpus; /* [machine] */
    bool has_pin_store, has_pin_inetinfo;
    uint32_t pin_store, pin_inetinfo;
    bool checked_build, irql_falls_freely, aedebug;
    /* Service times of disks C, D and E: median in us, and sigma. */
    uint32_t service_us[3], service_sigma_milli[3];

    uint32_t nonpaged_kib; /* Limit of nonpaged pool; 0: as in limits.h. */
    bool restart;          /* After a stop the machine boots again within the run. */
    uint32_t memory_dump_ms, boot_ms;
    bool gflags_pool_tagging;
    /* Other drivers in the kernel: http.sys with its clients, and TDI filters. */
    bool http, http_update;
    enum tdi_filter tdi_filter;
    uint64_t http_rate_milli;
    uint32_t step_count;
    struct scenario_step steps[SCENARIO_STEPS_MAX];

    bool exchange; /* False: a machine without Exchange and without a load. */
    uint32_t guest_count;
    struct scenario_guest guests[SCENARIO_GUESTS_MAX];
    struct {
        uint32_t drivers; /* Guests that are verified, as bits; 0: the verifier is off. */
        struct vf_settings settings;
    } verifier;
    struct scenario_orders orders;
    struct scenario_level levels[SCENARIO_LEVELS_MAX]; /* [rare]: on the way to a stop, in order. */
    uint32_t level_count;                              /* 0: found from plain runs. */
    /* Time at DISPATCH_LEVEL or above after which a processor counts as hung, with guests. */
    sim_time hung_ns;
    /* Time without a call of a driver from outside after which the run counts as hung; 0: none. */
    sim_time silent_ns;
    uint32_t interrupted_ppm; /* Share of the guests' points that an interrupt holds. */

    uint32_t load_count; /* [load NAME] in order of the file; without any, [load smtp]. */
    struct load_plan loads[LOADS_MAX];
    uint32_t fault_count;
    struct scenario_fault faults[SCENARIO_FAULTS_MAX];
    struct scenario_expect expect;

    enum choice_strategy strategy; /* [replay] or [choices] */
    uint32_t choice_odds_ppm[CHOICE_SITES_MAX], choice_budget;
    struct choices replay; /* Strategy LISTED: only listed[] and listed_count are used. */
    bool has_fingerprint;  /* [replay] fingerprint: the fingerprint that a replay must have. */
    uint64_t fingerprint;
    bool cut;                   /* [replay] until: the run ended before the scenario's end. */
    char build[SCENARIO_BUILD]; /* [replay] build: the exifsim that made the capsule; may be "". */
    char finding[SCENARIO_FINDING]; /* [replay] finding: what the capsule's run found; may be "". */
    bool edited;                    /* Code of guests is not that of the capsule's run. */
    bool anchored;     /* Other code made the capsule: its surprises were found by their anchors. */
    uint32_t cost[32]; /* [costs]: ns; 0: as in costs.def. */

    /* The document as one text, for a capsule; NULL: not kept. The reader of the scenario owns
     * it. */
    const char *text;
};

/* True if [expect] names anything that a run can fail. A diagnosis is compared by explain alone,
 * the bounds of a curve by curve. */
bool scenario_expects(const struct scenario *scenario);

/* Returns the mail of all loads in thousandths of a message a second: load_nominal_milli. */
uint64_t scenario_rate_milli(const struct scenario *scenario);

/* What is made of a guest's sources. */
struct guest_sources {
    const char *section; /* "driver echo" */
    const struct ini_file *files;
    uint32_t count;
    const char *const *include; /* Folders, as paths. */
    uint32_t include_count;
    const char *defines; /* "NAME NAME=VALUE"; may be "". */
    bool is_program;
    bool is_exifs;  /* A row of ExIFS: calls its functions, too. */
    bool at_memory; /* Each access of the code to memory is a point. */
};

/* Makes a shared object of sources and writes its path; without sources, checks the finished one
 * whose path is in image. Errors are recorded in ini. The floors above give the maker, because the
 * reader starts no compiler. */
typedef void scenario_guest_maker(struct ini *ini, const struct guest_sources *sources,
                                  char image[SCENARIO_PATH]);
void scenario_make_guests_by(scenario_guest_maker *maker);

/* Sets the defaults of a load, before its section is read. */
void scenario_load_defaults(struct load_plan *plan, const char *name, enum load_protocol protocol);

/* Reads every [load NAME] of the document (scenario_load.c); called by scenario_read. */
void scenario_read_loads(struct scenario *scenario, struct ini *ini);

/* Sets every default, before a file is read. */
void scenario_defaults(struct scenario *scenario);

/* Returns the warm-up, counted from the beginning of the load: [scenario] warm_up, by default 30 s,
 * or a tenth of the duration if that is less. */
sim_time scenario_warm_up(const struct scenario *scenario);

/* The list that [replay] has under NAME, NAME_2, NAME_3, ..., for a line of a file has at most 200
 * bytes; joined by commas. Free it with free. NULL: there is none. */
char *scenario_list(struct ini *ini, const char *name);

/* Reads a whole document. False: it has errors, which ini has recorded. The ini stays the
 * caller's. */
bool scenario_read(struct scenario *scenario, struct ini *ini, const char *path);
