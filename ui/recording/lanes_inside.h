/* lanes_inside.h - what lanes.c (lanes, their spans, asking) and lanes_decode.c (what records mean)
 * share. */
#pragma once
#include "ui/recording/lanes.h"

enum { IRP_PLACES = 32, LOCK_LANES_MAX = 48, PROCESSES_KNOWN = 256 };

struct open {
    struct span span;
    bool is;
};

/* What goes on with a lane. */
struct state {
    struct open open[LANE_LEVELS];
    uint64_t value;   /* Value of the lane's steps. */
    uint32_t cpu;     /* Thread: where it runs; processor: the running thread's lane. */
    uint32_t irp;     /* IRP place: its address; 0 free. */
    uint8_t irql;     /* Thread: as it left its processor. Processor: now. */
    uint8_t dpc_irql; /* Processor: where the DPC came in. */
    bool exited;
};

struct totals {
    uint64_t pool[2];
    uint64_t second;   /* Second of the load lane. */
    uint32_t arrivals; /* In that second. */
    uint32_t boot;     /* Number of the boot; 0: the first. */
};

struct lanes {
    struct lanes_sink sink;
    struct lane *lanes;
    struct state *states;
    uint32_t count;
    size_t room;
    uint32_t *table, table_room; /* Open addressing, (kind, key) -> lane + 1. */
    uint32_t processes[PROCESSES_KNOWN], process_count;
    uint32_t lock_count;
    struct totals totals;
};

struct lanes_state {
    uint32_t count;
    struct totals totals;
    struct state states[];
};

/* A second way to threads and processes: within one boot addresses are used again, client IDs are
 * not. */
enum { KIND_ID = LANE_KINDS, ID_BITS = 24 };

/* The lane of a key; KIND_ID: of an ID and a boot. LANE_NONE: there is none. */
uint32_t lanes_look_up(const struct lanes *l, uint32_t kind, uint32_t key);
/* The lane that has the key in this boot of the machine: after a restart the addresses of processes
 * and threads mean others. LANE_NONE: there is none. */
uint32_t lanes_known(struct lanes *l, enum lane_kind kind, uint32_t key);
/* The lane of a process or thread of this boot, by its client ID. */
uint32_t lanes_with_id(const struct lanes *l, uint32_t id);
/* The lane of a thing, new if need be; the name may hold %u or %08x for the key. */
uint32_t lanes_take(struct lanes *l, enum lane_kind kind, uint32_t key, const char *name,
                    uint64_t number);
uint32_t lanes_numbered(struct lanes *l, enum lane_kind kind, uint32_t key, const char *format,
                        uint64_t number);
/* The lane of a thread or process that appears, at an address where another one may have been.
 * False: it is known from an earlier pass. */
bool lanes_appear(struct lanes *l, enum lane_kind kind, uint32_t key, uint32_t id, const char *name,
                  uint64_t number, uint32_t *out);

/* What the sink is told. A span that begins ends the one that was open on its level. */
void lanes_begin(struct lanes *l, uint32_t lane, enum lane_level level, enum span_state state,
                 uint32_t value, uint16_t process, const struct record *r, uint64_t number);
void lanes_end(struct lanes *l, uint32_t lane, enum lane_level level, uint64_t number, sim_time at);
void lanes_step(struct lanes *l, uint32_t lane, uint64_t number, sim_time at, uint64_t value);
void lanes_mark(struct lanes *l, uint32_t lane, const struct record *r, uint64_t number);
