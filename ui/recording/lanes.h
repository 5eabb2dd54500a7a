/* lanes.h - what records mean for a picture: who ran where, who waited for what, who was inside
 * whom.
 *
 * A *lane* is one row of the picture: a processor, a thread, a lock, a disk. The decoder is fed
 * every record in order and says, through a sink, which *spans* (a state from one record to
 * another), *steps* (a value from here on) and *marks* (something of note) lie on which lane.
 * Lanes are made as their things appear and are never removed, so a lane's number is its name for
 * the whole run.
 *
 *     struct lanes *lanes = lanes_new(&sink);
 *     for each record: lanes_feed(lanes, &record, number);
 *     lanes_close(lanes, count, now);              // what is still open ends with the run
 *
 * A decoder can be copied at any record (lanes_save) and go on from there later (lanes_load), as a
 * run does from a snapshot. Names that no record carries - of threads, of locks - come from
 * outside by lanes_rename.
 */
#pragma once
#include "sim/trace.h"

enum { LANE_NAME_CHARS = 64 };
#define LANE_NONE    UINT32_MAX
#define PROCESS_NONE UINT16_MAX

/* What a lane is of; `key` tells which. */
enum lane_kind {
    LANE_CPU,     /* key: its number. Spans of threads and DPCs; steps of the IRQL. */
    LANE_PROCESS, /* key: its address. Its life; steps of its handle count. */
    LANE_THREAD,  /* key: its address. Its states, the processes it visits, its system services. */
    LANE_LOCK,    /* key: its address. Held, and by whom; marks where somebody spins. */
    LANE_QUEUE,   /* key: its number. Steps of its length. */
    LANE_IRP,     /* key: a place; each holds one IRP at a time. */
    LANE_POOL,    /* key: 0 nonpaged, 1 paged. Steps in bytes. */
    LANE_DISK,    /* key: 0 C:, 1 D:, 2 E:. Transfers; steps of the queue. */
    LANE_SERVICE, /* key: its number. States. */
    LANE_LOG,     /* key: 0. Marks, a line of the event log each. */
    LANE_LOAD,    /* key: 0. Steps: arrivals of the last whole second. */
    LANE_LATENCY, /* key: 0. Steps: microseconds of each delivery. */
    LANE_GAUGE,   /* key: its number. Steps of what was read now and then (lanes_gauge). */
    LANE_KINDS
};
extern const char *const lane_kind_names[LANE_KINDS]; /* "processor", "process", ... */

/* Several spans can lie on a lane at once, one a level. Bands are a thread's visits, the first
 * inside the thread's own process, the second inside the first. */
enum lane_level {
    LEVEL_STATE,
    LEVEL_BAND_1,
    LEVEL_BAND_2,
    LEVEL_BAND_3,
    LEVEL_DPC,
    LEVEL_SERVICE,
    LANE_LEVELS
};

enum span_state {
    SPAN_RUNNING,  /* Thread: value is the processor. Processor: value is the thread's lane. */
    SPAN_READY,    /* value: the thread that woke it, as an address; 0: nobody. */
    SPAN_WAITING,  /* value: address of the (first) object. */
    SPAN_ATTACHED, /* value: the process it visits, as an address. */
    SPAN_DPC,      /* value: the DPC's address. */
    SPAN_SERVICE,  /* value: its number in services.def. */
    SPAN_LIFE,     /* A process' life. */
    SPAN_DEBUGGED, /* LEVEL_BAND_1 of a process: it has a debugger. */
    SPAN_FROZEN,   /* LEVEL_BAND_2 of a process. */
    SPAN_HELD,     /* Lock; value: the holding thread's lane. */
    SPAN_IRP,      /* value: IRP address; extra: major function. */
    SPAN_TRANSFER, /* value: bytes. */
    SPAN_STOPPED,  /* Services, as Win32 names their states. */
    SPAN_START_PENDING,
    SPAN_STOP_PENDING,
    SPAN_SERVICE_RUNNING,
    SPAN_STATES
};
extern const char *const span_state_names[SPAN_STATES]; /* "running", "ready", ... */

struct lane {
    enum lane_kind kind;
    uint32_t key;
    uint32_t id;      /* Threads, processes: the client ID. */
    uint32_t parent;  /* The process of a thread; else LANE_NONE. */
    uint16_t process; /* Index of lane_processes whose colour it bears; PROCESS_NONE. */
    uint64_t born;    /* Record that brought it. */
    uint32_t boot;    /* Number of the boot that made it; the first is 0. */
    char name[LANE_NAME_CHARS];
};

struct span {
    uint64_t begin, end; /* Records; end is the one that ended it. */
    sim_time begin_at, end_at;
    uint32_t value;
    uint8_t level, state;
    uint16_t process; /* The process whose colour it has; PROCESS_NONE. */
    uint32_t extra;
};

/* Each may be NULL. `begin` and `end` come in the order of records; `end` has the whole span. */
struct lanes_sink {
    void *ctx;
    void (*lane)(void *ctx, uint32_t lane); /* A new one. */
    /* A span whose end is not known yet. */
    void (*begin)(void *ctx, uint32_t lane, const struct span *span);
    void (*end)(void *ctx, uint32_t lane, const struct span *span);
    void (*step)(void *ctx, uint32_t lane, uint64_t number, sim_time at, uint64_t value);
    void (*mark)(void *ctx, uint32_t lane, uint64_t number, const struct record *record);
    /* Image name of a process that has just appeared; NULL: not known. */
    const char *(*process_name)(void *ctx, uint32_t address);
};

struct lanes;

struct lanes *lanes_new(const struct lanes_sink *sink);
void lanes_set_sink(struct lanes *lanes, const struct lanes_sink *sink);
void lanes_feed(struct lanes *lanes, const struct record *record, uint64_t number);

/* A value that no record carries, read at this record and time, with the lane's name. */
void lanes_gauge(struct lanes *lanes, uint32_t gauge, const char *name, uint64_t number,
                 sim_time at, uint64_t value);

/* Every open span ends here as far as the sink is concerned. lanes_cut: but goes on all the
 * same, and its end comes once more later, for recordings in pieces. */
void lanes_cut(struct lanes *lanes, uint64_t number, sim_time at);
void lanes_close(struct lanes *lanes, uint64_t number, sim_time at);
void lanes_free(struct lanes *lanes);

/* One of its own that knows and has open what this one does: to decode beside those who ask. */
struct lanes *lanes_clone(const struct lanes *lanes);

/* Asking. Lanes are numbered from 0; processes have numbers of their own, in order of creation. */
uint32_t lanes_count(const struct lanes *lanes);
const struct lane *lanes_get(const struct lanes *lanes, uint32_t lane);
/* The lane that has the key now, or had it last: addresses of threads and processes are used
 * again. */
uint32_t lanes_find(const struct lanes *lanes, enum lane_kind kind, uint32_t key); /* LANE_NONE. */
/* The lane that had the key when record `number` was written, or has it first after that. */
uint32_t lanes_find_at(const struct lanes *lanes, enum lane_kind kind, uint32_t key,
                       uint64_t number);
/* The thread that had this client ID when record `number` was written; LANE_NONE: no such. */
uint32_t lanes_thread_by_id(const struct lanes *lanes, uint32_t id, uint64_t number);
uint32_t lanes_process_count(const struct lanes *lanes);
uint32_t lanes_process_lane(const struct lanes *lanes, uint16_t process);
uint16_t lanes_process_at(const struct lanes *lanes, uint32_t address);      /* PROCESS_NONE. */
const char *lanes_process_name(const struct lanes *lanes, uint16_t process); /* "": none. */
void lanes_rename(struct lanes *lanes, uint32_t lane, const char *name);

/* What is open and counted at this record, to go on from there. lanes_load keeps lanes and names;
 * the state must be from this decoder. */
struct lanes_state;
struct lanes_state *lanes_save(const struct lanes *lanes);
void lanes_load(struct lanes *lanes, const struct lanes_state *state);
size_t lanes_state_bytes(const struct lanes_state *state);

/* The value of a lane's steps now. */
uint64_t lanes_value(const struct lanes *lanes, uint32_t lane);
