/* inspect.h - a look: the state of a world at one instant, as plain host data.
 *
 *     struct inspect_gauges gauges;
 *     inspect_gauges(world, &gauges);            // a few numbers, about a microsecond
 *
 *     struct inspect *look = inspect_new();
 *     inspect_take(world, look);                 // everything a person may look at
 *     const struct inspect_thread *thread = inspect_thread(look, 0x104);
 *     inspect_free(look);
 *
 * Looking changes nothing: no record, no choice, no simulated time, not a byte of the world. Both
 * functions may be called while the world rests and from inside trace.watch. There they run on the
 * stack of the fiber that writes the record, and use little of it. The record that a watcher gets
 * is not counted yet, so its number is the value of `record`; the event that it describes may be
 * about to happen or may just have happened.
 *
 * A look has no pointers into the world: objects are simulated addresses, threads are ids, texts
 * are copies. The only exception are frames: host return addresses of this program, for
 * ui/symbols/symbols.h. Arrays belong to the look and are reused by the next inspect_take.
 */
#pragma once
#include "model/words/event_log.h"
#include "model/world/world.h"

/* ---- Gauges ---------------------------------------------------------------------------------- */

enum inspect_gauge {
#define GAUGE(name, text, unit) GAUGE_##name,
#include "model/words/gauges.def"
#undef GAUGE
    GAUGE_COUNT
};
extern const char *const inspect_gauge_names[GAUGE_COUNT]; /* "messages on the wire". */
extern const char *const inspect_gauge_units[GAUGE_COUNT]; /* "pages", "bytes", "us" or "". */

struct inspect_gauges {
    sim_time now;
    uint64_t record; /* Number of records so far. */
    uint64_t value[GAUGE_COUNT];
};
/* Reads the gauges alone, in about a microsecond. */
void inspect_gauges(struct world *world, struct inspect_gauges *out);

/* ---- A whole look ---------------------------------------------------------------------------- */

enum {
    INSPECT_NAME = 64, /* Bytes of a name, with the terminator; longer ones are cut. */
    INSPECT_FRAMES_MAX = 24,
    INSPECT_WAITS_MAX = 4,
    INSPECT_HANDLES_MAX = 1024, /* Handles of one process. */
    INSPECT_RUNS_MAX = 8,       /* Runs of one stream of the driver. */
    INSPECT_NOBODY = UINT32_MAX /* Value of an index: none. */
};

struct inspect_processor {
    uint8_t number;
    /* interrupted_irql: the level that the DPCs interrupted, while they run. */
    uint8_t irql, interrupted_irql;
    bool idle, dpc_active, spinning;
    uint32_t thread, thread_address; /* Id and address of its thread; id 0 while idle. */
    uint32_t next;                   /* Id of the thread that takes over soon; 0: none. */
    uint32_t ready_count;            /* Threads in its ready queues. */
    uint32_t cr3;                    /* Address of the process whose space is loaded. */
    uint32_t current_process;        /* Address of the process in force for its thread. */
    uint64_t switches;
    uint32_t frame_count; /* Frames of its DPC stack, while DPCs run. */
    void *frames[INSPECT_FRAMES_MAX];
};

struct inspect_process {
    uint32_t address, id, parent_id;
    char name[INSPECT_NAME];
    uint32_t debugger; /* Address of the debugger's process; 0: none. */
    uint32_t handle_count, thread_count;
    uint32_t active_threads; /* Threads that have not begun to exit. */
    int32_t stack_count;
    int8_t base_priority;
    bool exiting, deleting, crashed, critical;
    bool ended;          /* The process object is signaled. */
    int32_t exit_status; /* NTSTATUS; STATUS_PENDING while the process lives. */
    sim_time cpu_time;   /* ns of all its threads. */
    uint64_t quota_nonpaged, quota_paged, heap_bytes;
    uint64_t visitors_wrote; /* Writes of threads that were attached to it. */
};

struct inspect_wait {
    uint32_t address; /* Address of the object, as in records. */
    uint8_t type;     /* enum ke_object_type; inspect_wait_type_name. */
};

struct inspect_thread {
    uint32_t id, address;
    char name[INSPECT_NAME];
    uint32_t process; /* The owner, an index of processes; INSPECT_NOBODY: already deleted. */
    bool running, system, terminating, exited;
    /* Target of apc_state_pointer[0]: the live APC state (the thread is at home), or the saved
     * one. */
    bool home_is_live, home_is_saved;
    /* Every APC in the thread's lists is marked inserted, belongs to the thread, and is linked both
     * ways. */
    bool apcs_sound;
    uint8_t state; /* enum ke_thread_state; inspect_state_name. */
    uint8_t processor, ideal_processor;
    int8_t priority, base_priority;
    uint8_t irql;

    /* The wait; valid while the thread waits. */
    uint8_t wait_reason; /* KWAIT_REASON; inspect_wait_reason_name. */
    bool wait_all, alertable, user_wait;
    uint32_t wait_count; /* Objects waited for; the first few are in waits. */
    struct inspect_wait waits[INSPECT_WAITS_MAX];
    sim_time deadline; /* SIM_NEVER: no timeout. */

    uint32_t service; /* System service in progress, 0: none; inspect_service_name. */
    uint8_t attach_index;
    uint32_t apc_process;       /* Address of apc_state.process: the process in force. */
    uint32_t saved_apc_process; /* Address of saved_apc_state.process; 0: none, as at home. */
    int16_t kernel_apc_disable, special_apc_disable;
    int32_t suspend_count;
    uint32_t last_error;
    uint32_t irp_count; /* Pending I/O. */
    sim_time ready_since;
    sim_time cpu_time;
    uint64_t switches;

    uint32_t frame_count; /* Innermost first; 0: this host cannot tell. */
    void *frames[INSPECT_FRAMES_MAX];
};

struct inspect_irp { /* An IRP on the list of its thread. */
    uint32_t address;
    uint32_t thread; /* Id. */
    uint32_t file;   /* Address of the file object; 0: none. */
    uint32_t device; /* Address of the device that has the IRP, or got it first. */
    uint8_t major, minor;
    bool pending, cancelled, cancelable, completed;
    int32_t status; /* NTSTATUS of the IRP's status block. */
    uint64_t information;
};

struct inspect_handle {
    uint32_t process; /* Index. */
    uint32_t handle, object;
    uint8_t type; /* enum ob_type_index; inspect_type_name. */
    uint32_t access;
    char name[INSPECT_NAME];
};

struct inspect_file { /* A file object with at least one handle. */
    uint32_t address, device;
    uint32_t process; /* Index of the first process with a handle. */
    uint32_t flags;
    int32_t handles;
    char name[INSPECT_NAME];
};

enum inspect_page { /* States of a page of the .stm, in the low bits of a byte of its map. */
                    INSPECT_PAGE_FREE,
                    INSPECT_PAGE_RESERVED,
                    INSPECT_PAGE_COMMITTED,
                    INSPECT_PAGE_DELETED,
                    INSPECT_PAGE_STATES
};
enum {
    INSPECT_PAGE_STATE = 0x07,  /* Mask. */
    INSPECT_PAGE_DRIVER = 0x08, /* Reserved, and handed to the driver. */
    INSPECT_PAGE_LENT = 0x10,   /* Reserved, and in the lending table. */
};

struct
    /* One entry of the lending table: the engine's records, and the table's own bytes. */
    inspect_lent {
    uint32_t index;
    uint32_t first_page, pages; /* From the engine's records; pages 0: nothing lent. */
    uint32_t borrower;          /* FileId to which the driver has lent the entry; 0: none. */
    /* From the table in the store's memory, to which other processes write, too. */
    bool readable, sound; /* sound: the checksum over the entry's words is right. */
    uint32_t address;     /* Address of the entry in the store. */
    uint32_t words[16];   /* The entry as EXIFS_LENT. */
};

enum inspect_ask { INSPECT_ASK_IDLE, INSPECT_ASK_QUEUED, INSPECT_ASK_FETCHED };
struct inspect_request { /* A request in the driver that needs the store. */
    uint8_t kind;        /* 1 reserve (a write), 2 open, 4 list. */
    uint8_t state;       /* State of the request: 0 new, 1 waiting, 2 ready, 3 done. */
    uint8_t ask;         /* enum inspect_ask. */
    /* No thread waits for it: the root reserves ahead of need, or the waiter has gone. */
    bool ahead;
    uint32_t irp, thread;
    uint32_t owner, peer; /* Addresses of two processes: the requester and the store. */
    uint32_t serial, file_id, pages;
    uint64_t offset;
    uint32_t length;
};

struct inspect_stream { /* An open stream of the driver. */
    uint32_t file_id;
    uint32_t file;    /* Address of the file object. */
    uint32_t process; /* Address of the process that opened it. */
    bool opening, cleaned, committed;
    bool posted;               /* Half-done: pages posted in the client's file block. */
    uint32_t borrowed_runs;    /* Half-done: runs borrowed in the store. */
    uint32_t transfers;        /* Reads and writes in flight. */
    uint32_t pages, run_count; /* run_count may exceed the size of runs. */
    uint64_t length, block_address;
    struct inspect_run {
        uint32_t first_page, pages;
        int32_t lent; /* Lending entry that it was borrowed from; -1: none. */
    } runs[INSPECT_RUNS_MAX];
};

enum { INSPECT_NONPAGED, INSPECT_PAGED };
struct inspect_pool { /* Use of one tag in one pool. */
    uint8_t type;
    struct inspect_pool_use {
        uint32_t tag;
        uint64_t bytes, blocks, allocs, frees, fails;
    } use;
};

struct inspect_packet { /* Any allocated IRP, on a thread's list or not. */
    uint32_t address;
    bool completed;
    sim_time made;
};

/* The mounted database, from the engine's records; the map of its pages is in struct
 * inspect.pages. */
struct inspect_database {
    uint32_t process; /* Client ID of its store process; 0: no database is mounted. */
    uint32_t root_id;
    uint32_t users; /* Proxy threads that are serving an upcall. */
    uint32_t in_state[INSPECT_PAGE_STATES];
    uint32_t log_offset, log_generation; /* Position of the next record in the log. */
};

/* The living root of the driver; its map of the pages is in struct inspect.root_pages. */
struct inspect_root {
    uint32_t root_id; /* 0: none is alive. */
    uint32_t fetched; /* Upcalls that the store has fetched and not answered. */
};

struct inspect {
    bool whole; /* False: the host's memory did not suffice for all of it. */
    sim_time now;
    uint64_t record; /* Records so far; inside a watcher, the number of the present one. */
    enum sim_end end;
    /* First frame of the executing thread, set by the caller of inspect_take if the thread was left
     * amidst its work; NULL: inspect_take itself runs on the thread. */
    void *from;
    struct inspect_gauges gauges;

    uint32_t processor_count, executing; /* executing: the processor whose code ran last. */
    struct inspect_processor processors[CPUS_MAX];

    uint32_t process_count, process_max;
    struct inspect_process *processes; /* In order of creation. */
    uint32_t thread_count, thread_max;
    struct inspect_thread *threads; /* Process by process. */
    uint32_t irp_count, irp_max;
    struct inspect_irp *irps;
    uint32_t handle_count, handle_max, handles_dropped;
    struct inspect_handle *handles; /* Process by process, then by value. */
    uint32_t file_count, file_max;
    struct inspect_file *files;
    uint32_t pool_count, pool_max;
    struct inspect_pool *pools; /* Nonpaged, then paged, each by tag. */
    uint64_t pool_bytes[2];     /* Bytes in use, as the pools count them. */
    uint32_t packet_count, packet_max;
    struct inspect_packet *packets; /* In order of allocation. */
    uint32_t log_count, log_max;
    struct cm_line *log; /* Both event logs in one. A line that is being written has no text yet. */

    bool pool_tagging; /* GFlags: NtGlobalFlag, bit 0x400. */

    /* The driver, all empty while it is not loaded, and the store's database. */
    struct inspect_database database;
    struct inspect_root root;
    bool driver_present;       /* The driver object exists, loaded or on its way out. */
    uint64_t driver_blocks[2]; /* Pool blocks of the driver: tagged AuxL, tagged EIfs. */
    uint32_t root_page_count, root_page_max;
    uint8_t *root_pages; /* enum inspect_page of each page, in the driver's map. */
    uint32_t returning_count, returning_max;
    struct inspect_span {
        uint32_t first_page, pages;
    } * returning; /* Runs that the driver is giving back to the store. */
    uint32_t page_count, page_max;
    uint8_t *pages; /* The map of the .stm, a byte a page: enum inspect_page and flags. */
    uint32_t lent_count, lent_max;
    struct inspect_lent *lent;
    uint32_t request_count, request_max;
    struct inspect_request *requests;
    uint32_t stream_count, stream_max;
    struct inspect_stream *streams;
    char own_drivers[128];  /* Loaded drivers of one's own: "echo.sys, disk.sys"; "": none. */
    char driver_build[16];  /* "6.5.7638.1"; "": the driver is not loaded. */
    uint32_t driver_device; /* Address of the device object. */

    struct stop stop;

    /* Number of questions to the oracle, by site of choices.def. */
    uint64_t asked[CHOICE_SITES_MAX];
    uint32_t taken_count;
    struct surprise taken[CHOICE_SURPRISES_MAX];
};

/* Allocates an empty look; NULL: no memory. */
struct inspect *inspect_new(void);
/* Fills a look with everything, replacing its old content. */
void inspect_take(struct world *world, struct inspect *out);

/* inspect_take_parts fills only these parts, at a fraction of the cost, and empties all other
 * arrays. */
enum inspect_part {
    INSPECT_PROCESSES = 1, /* Also processors. */
    INSPECT_THREADS = 2,   /* Also IRPs; needs PROCESSES. */
    INSPECT_FRAMES = 4,    /* Frames of threads and DPC stacks. */
    INSPECT_HANDLES = 8,   /* Also files; needs PROCESSES. */
    INSPECT_POOLS = 16,    /* Also packets. */
    INSPECT_DRIVER = 32,
    INSPECT_STORE = 64, /* Also the driver's data about pages of the .stm. */
    INSPECT_LOG = 128,
    INSPECT_RUN = 256, /* Gauges, the stop, choices. */
    INSPECT_ALL = 511
};
void inspect_take_parts(struct world *world, struct inspect *out, uint32_t parts);
void inspect_free(struct inspect *look);

/* Takes the mounted database alone; process 0: none is mounted. */
void inspect_database_now(struct world *world, struct inspect_database *out);
/* Returns one byte of the .stm's map, with flags; INSPECT_PAGE_STATES: the page is not in the
 * file. */
uint8_t inspect_page_now(struct world *world, uint32_t page);
/* The thread whose code runs, for watchers of records: its client ID (0: an idle thread) and, in
 * *name, what it called itself; NULL: nothing yet. Good while the watcher runs. */
uint32_t inspect_running(const char **name);

/* ---- Finding --------------------------------------------------------------------------------- */

/* Find a thread by id or address, a process by address, an IRP by address; NULL: not there. */
const struct inspect_thread *inspect_thread(const struct inspect *look, uint32_t id);
const struct inspect_thread *inspect_thread_at(const struct inspect *look, uint32_t address);
const struct inspect_process *inspect_process_at(const struct inspect *look, uint32_t address);
const struct inspect_irp *inspect_irp_at(const struct inspect *look, uint32_t address);

/* Finds the first thread of this name in a process of this image name (NULL: any): "store.exe",
 * "janitor". */
const struct inspect_thread *inspect_thread_named(const struct inspect *look, const char *image,
                                                  const char *name);

/* Finds the first handle to the object at this address; NULL: none. */
const struct inspect_handle *inspect_handle_to(const struct inspect *look, uint32_t object);

/* ---- Words; "?" for unknown numbers ---------------------------------------------------------- */

const char *inspect_state_name(uint32_t state);        /* "waiting" */
const char *inspect_wait_reason_name(uint32_t reason); /* "UserRequest" */
const char *inspect_wait_type_name(uint32_t type);     /* "SynchronizationEvent" */
const char *inspect_service_name(uint32_t number);     /* "NtReadFile" */
const char *inspect_type_name(uint32_t type);          /* "File" */
const char *inspect_major_name(uint32_t major);        /* "IRP_MJ_WRITE" */
const char *inspect_page_name(uint32_t state);         /* "committed" */
/* By the number in SERVICE_STATE: "MSExchangeIS" */
const char *inspect_server_name(uint32_t service);
const char *inspect_server_state_name(uint32_t state); /* "running" */
