/* gdb_inside.h - declarations shared by the files that serve gdb: gdb_posix.c (passes),
 * gdb_answers_posix.c (what gdb asks) and gdb_target_posix.c (registers, memory, code,
 * breakpoints).
 */
#pragma once
#include "model/world/guests.h"
#include "sim/host/mark.h"
#include "sim/host/step.h"
#include "model/words/records.h"
#include "sim/image.h"
#include "ui/kd/gdb.h"
#include "ui/kd/inside.h"

enum {
    BREAKS_MAX = 64,
    WATCHES_MAX = 8,
    WATCH_BYTES = 64,
    RANGES_MAX = 64,
    NO_THREAD = 1, /* What gdb is told where no thread runs; client IDs are multiples of four. */
    STRETCH_FIRST = 16,
    STRETCH_MOST = 1 << 20,
    POLL_RECORDS = 256,
    POLL_POINTS = 1 << 16,
    TEXT_MAX = 1 << 16
};

struct place {
    uint64_t record, point; /* point 0: at the record itself. */
};

enum pass_kind {
    PASS_ARRIVE,
    PASS_STEP,
    PASS_FIND,
    PASS_FIRST,
    PASS_LAST,
    PASS_NTH,
    PASS_LAST_OWN,
    PASS_COMMAND, /* Not a pass: a command of kd, then back. */
    PASS_END
};

/* Memory that gdb wants to see change. Code of the simulated system is one instruction here, too:
 * what it writes is noticed before the guest's next one. */
struct gdb_watch {
    uintptr_t address;
    size_t count;
    uint8_t bytes[WATCH_BYTES]; /* Contents before the instruction before. */
};

struct gdb {
    struct kd *kd;
    struct gdb_wire wire;
    struct host_step step;
    bool begun; /* The stepper is known to the thread that makes the run. */
    struct host_range ranges[RANGES_MAX];
    uintptr_t breaks[BREAKS_MAX];
    const struct image *images[RANGES_MAX];
    size_t image_count;
    /* Breakpoints in code of the simulated system, where nothing is stepped: gdb sets them where a
     * thread goes on, or returns to. Each is met when that thread's next instruction of a guest is
     * reached and the place is on its stack no more. */
    struct gdb_outside {
        uintptr_t at;
        uint32_t thread;
    } outside[BREAKS_MAX];
    size_t outside_count;
    struct host_range glue[RANGES_MAX]; /* What guests call the doors by: never stopped in. */
    size_t glue_count;
    uint64_t points; /* Instructions so far, for a look at the wire now and then. */
    struct gdb_watch watches[WATCHES_MAX];
    size_t watch_count;

    /* The pass. */
    enum pass_kind pass;
    struct place at;     /* Where gdb was served last, or is. */
    struct place goal;   /* ARRIVE, FIND, FIRST: from there; LAST, LAST_OWN: up to there. */
    uint64_t first, end; /* Records of the pass: [first, end). */
    uint64_t nth;        /* NTH: hits still to come. */
    uint32_t thread;     /* STEP, LAST_OWN. */
    uint32_t thread_address;
    struct place from;   /* Where gdb was served before this motion. */
    struct place now;    /* In FIND and LAST, point counts hits only while breaks are set. */
    struct place before; /* The instruction before; good where each is stepped. */
    bool over;           /* The pass goes no further. */
    bool planned;        /* The next one has been planned. */
    bool found;
    struct place last; /* What it found. */
    bool last_exact;   /* False: last.point is the number of the hit since its record. */
    const char *last_reason;
    uint64_t stretch, low; /* Backwards: records to look at next, and where the last look began. */

    /* Why gdb is told that the machine stands: the replies of its next arrival. */
    const char
        *reason;      /* "", "swbreak:;", "replaylog:begin;", ...; NULL: gdb waits for no reply. */
    char watched[40]; /* "watch:ADDRESS;" */
    char *command;    /* PASS_COMMAND. */
    char *answer;     /* To be sent on arrival, hexadecimal. */

    /* While gdb is served. */
    struct world *world;
    struct host_registers registers;
    uint32_t current, shown; /* The thread that runs; the one whose registers gdb wants. */
    uint32_t chosen;         /* The one that gdb wants to step; 0: the current one. */
    struct inspect *look;
    int memory; /* This process' own. */
};

/* Why gdb is told that the machine stands. */
extern const char gdb_at_end[], gdb_at_begin[], gdb_at_break[], gdb_stopped[], gdb_stepped[];

/* ---- gdb_posix.c ----------------------------------------------------------------------------- */
/* Plans to go on to the next breakpoint, the stop or the end; back to the breakpoint before; back
 * to the thread's instruction before. */
void gdb_plan_on(struct gdb *g);
void gdb_plan_back(struct gdb *g);
void gdb_plan_step_back(struct gdb *g);
void gdb_plan_step(struct gdb *g);
bool gdb_is_break(const struct gdb *g, uint64_t pc);

/* ---- gdb_answers_posix.c --------------------------------------------------------------------- */
void gdb_say(struct gdb *g, const char *text); /* Sends a packet. */
/* Answers gdb until it lets the machine go; what it wants is then in the pass. */
void gdb_serve(struct gdb *g, uint32_t thread);

/* ---- gdb_target_posix.c ---------------------------------------------------------------------- */
void gdb_send_registers(struct gdb *g);
void gdb_send_memory(struct gdb *g, const char *words);  /* "ADDRESS,LENGTH" */
void gdb_send_object(struct gdb *g, const char *packet); /* "qXfer:..." */
void gdb_set_break(struct gdb *g, const char *packet);   /* "Z0,ADDRESS,..." and so on */
/* True if a breakpoint outside of guests is met by the current thread: by this instruction, or at a
 * record (registers NULL). */
bool gdb_meets_outside(struct gdb *g, const struct host_registers *registers);
/* True if memory that is watched has changed since the last call. */
bool gdb_has_changed(struct gdb *g);
