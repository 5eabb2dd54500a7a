/* recording.h - a run that can be looked at anywhere: forwards, backwards, while it is still being
 * computed.
 *
 * Nothing is stored but what drawing needs. A worker thread owns one world, runs it forward in
 * slices of simulated time and cuts the run into *segments* of about 131,072 records. Of each it
 * keeps a snapshot of its beginning, the decoder's state there (lanes.h) and, per lane, a *summary*
 * in buckets of 1024 records. Its *detail* - the records and exact spans - is made again from the
 * snapshot whenever somebody looks closely, and kept as long as memory allows. So is a *moment*:
 * everything model/look/inspect.h can tell of the instant at which a record was written.
 *
 *     struct recording *run = recording_open(&(struct recording_options){ .scenario = &s });
 *     each frame:
 *         recording_lock(run);                       // pointers are good until the unlock
 *         recording_frame(run);
 *         ... recording_detail(run, segment): NULL: not here yet, asked for; draw the summary
 *         recording_unlock(run);
 *     recording_close(run);
 *
 * Memory stays within the two budgets: when snapshots are too many, every second one goes and its
 * segment is reached from the one before; details leave in order of their last use.
 */
#pragma once
#include "model/look/inspect.h"
#include "model/look/watch.h"
#include "model/world/world.h"
#include "ui/recording/lanes.h"

enum {
    SEGMENT_RECORDS = 131072, /* At least, but for the last one. */
    BUCKET_RECORDS = 1024,
    RECORDING_WANTS = 64, /* Details asked for in one frame. */
};
#define SEGMENT_NONE UINT32_MAX

struct recording_options {
    const struct scenario *scenario; /* Copied. */
    uint64_t seed;
    sim_time until;           /* 0: as long as the scenario says. */
    uint64_t snapshots_bytes; /* 0: 320 MiB. */
    uint64_t details_bytes;   /* 0: 192 MiB. */
    /* Called by the worker whenever something new can be seen; may be NULL. Must not call back. */
    void (*wake)(void *ctx);
    void *wake_ctx;
    uint32_t segment_records; /* Least length of a segment; 0: SEGMENT_RECORDS. */
    /* The run is cut behind this record: what comes later is never made. 0: nothing is cut. */
    uint64_t last;
};

struct recording;

/* NULL: the host has no memory or thread to give. */
struct recording *recording_open(const struct recording_options *options);
void recording_close(struct recording *recording); /* NULL is allowed. */

/* Waits until nothing is left to do: the run has ended and all wishes are met. Not under the
 * lock. */
void recording_wait(struct recording *recording);
/* Waits until the run has come to this record or ended. */
void recording_wait_for(struct recording *recording, uint64_t number);

void recording_lock(struct recording *recording);
void recording_unlock(struct recording *recording);

/* The number of the first record that can be visited: earlier ones were written while the machine
 * was made. */
uint64_t recording_first(const struct recording *recording);

/* The run is made again from record `from` to before record `to`, which is beyond it. */
struct recording_visit {
    uint64_t from, to;
    /* Called by the worker for each record, from inside trace.watch: it may look (inspect.h,
     * glance.h) and must change nothing. True: that is enough. */
    bool (*see)(struct world *world, const struct record *record, uint64_t number, void *ctx);
    void *ctx;
};
/* Waits until the run has ended and see has been called for all. Not under the lock. False: record
 * `from` does not exist, or cannot be visited. */
bool recording_visit(struct recording *recording, const struct recording_visit *visit);

/* ---- Everything below is asked under the lock ------------------------------------------------ */

enum { RECORDING_BROKEN_CHARS = 200, RECORDING_EXIT_BROKEN = 4 };
struct recording_status {
    bool ended;
    bool cut;             /* Ended by options.last: there is no recording_end. */
    enum sim_end end;     /* Once ended. */
    uint64_t records;     /* Published so far: numbers below this one can be asked for. */
    sim_time now;         /* Until when. */
    uint64_t fingerprint; /* Once ended. */
    /* "", or what broke the simulator itself, or how a guest destroyed the machine or kept it in a
     * loop: the run ends with the last whole segment before. */
    char broken[RECORDING_BROKEN_CHARS];
    uint64_t version; /* Grows with whatever becomes visible. */
    uint64_t memory;  /* Bytes in snapshots, summaries and details. */
    uint32_t snapshots;
};
const struct recording_status *recording_status(const struct recording *recording);
const struct scenario *recording_scenario(const struct recording *recording);
const struct lanes *recording_lanes(const struct recording *recording);

/* The run's end; NULL before it, and for ever when the run broke (status.broken) or the run
 * is cut (status.cut). Frames of the stop are host addresses, for ui/symbols/symbols.h. */
struct recording_end {
    struct result result;
    char by_guest[UNMET_CHARS]; /* How a guest ended it (world_end_by_guest); "": none did. */
    struct cm_line *log;        /* The event log's lines. */
    uint32_t log_count;
    char surprises[8192]; /* Taken by the run, as --surprises has them. */
};
const struct recording_end *recording_end(const struct recording *recording);

/* A frame begins: wishes of the last one that were not met are forgotten. */
void recording_frame(struct recording *recording);

/* ---- Segments and their summaries ------------------------------------------------------------ */

/* One bucket of one lane: shares are parts of 255 of the bucket's time. */
struct cell {
    uint8_t busy, ready, band, dpc; /* Running, held, under way; ready; visiting; in DPCs. */
    uint8_t state;                  /* enum span_state of the longest span. */
    uint16_t process, band_process; /* Processes of the longest busy span and the longest visit. */
    uint16_t spans, marks;          /* How many began here; 65535: or more. */
};
struct range { /* One bucket of a lane's steps. */
    uint32_t least, most, last;
};

struct segment {
    uint64_t first, end; /* Records [first, end). */
    sim_time first_at, end_at;
    uint64_t gap_first, gap_end; /* See axis.h: the axis of logarithmic gaps. */
    uint64_t fingerprint;        /* Fingerprint of the run up to its end. */
    uint64_t kinds[4];           /* Bit set of record kinds it holds. */
    uint32_t bucket_count;       /* Boundaries below are one more. */
    sim_time *bucket_at;
    uint64_t *bucket_gap;
    uint32_t lane_count;   /* Lanes known at its end. */
    struct cell **cells;   /* [lane][bucket]; NULL: the whole lane is like `rest`. */
    struct range **ranges; /* [lane][bucket]; NULL: no step; see rest. */
    /* A process' lane: all its threads together, marks left out; NULL: none did anything. */
    struct cell **crowds;
    /* Sums over whole lanes, for runs of which a segment is hardly a pixel. */
    struct cell *whole, *whole_crowd; /* [lane] */
    struct range *whole_range;        /* [lane] */
    struct rest {
        uint8_t state; /* State of LEVEL_STATE throughout; SPAN_STATES: nothing is open. */
        uint16_t process;
        uint32_t value; /* Value of the steps. */
    } * rest;
};
uint32_t recording_segment_count(const struct recording *recording);
const struct segment *recording_segment(const struct recording *recording, uint32_t segment);
uint32_t recording_segment_of(const struct recording *recording, uint64_t number);
uint32_t recording_segment_at(const struct recording *recording, sim_time at);

/* ---- Details ------------------------------------------------------------------------------- */

struct cut_span { /* A span within one segment; indices count from the segment's first record. */
    uint32_t begin, end;
    uint32_t value, extra;
    uint16_t process;
    uint8_t level, state;
    bool before, after; /* Goes on beyond the segment's beginning, end. */
};
struct cut_step {
    uint32_t index, value;
    bool before; /* Carried over: in force from the segment's beginning, written earlier. */
};
struct detail {
    uint32_t segment, count;
    struct record *records;
    uint32_t *gap; /* Gap before each record, from gap_first on. */
    uint32_t lane_count;
    uint32_t *span_from; /* [lane * LANE_LEVELS + level], one more at the end. In order. */
    struct cut_span *spans;
    uint32_t *step_from; /* [lane], one more at the end. */
    struct cut_step *steps;
    uint32_t *mark_from; /* [lane], one more at the end. */
    uint32_t *marks;     /* Record indices. */
    size_t bytes;
    uint64_t used;
};

/* NULL: not here; it has been asked for and will come with a wake. */
const struct detail *recording_detail(struct recording *recording, uint32_t segment);
/* The same, but asks for nothing. */
const struct detail *recording_detail_now(const struct recording *recording, uint32_t segment);

/* Begin and end of what was cut. A carried one begins with its segment, which may be long before
 * the segment's first record. */
sim_time recording_span_from(const struct segment *segment, const struct detail *detail,
                             const struct cut_span *span);
sim_time recording_span_to(const struct segment *segment, const struct detail *detail,
                           const struct cut_span *span);

/* The whole span of a lane's level at a record, put together over the borders of segments.
 * FOUND_PENDING: a detail is not here (asked for). FOUND_NO: nothing is open there. A span that is
 * still open at the end of what was computed ends there, `open`. */
struct whole_span {
    struct span span;
    bool open;
};
enum recording_found { FOUND_NONE, FOUND_PENDING, FOUND_YES, FOUND_NO };
enum recording_found recording_span(struct recording *recording, uint32_t lane, uint32_t level,
                                    uint64_t number, struct whole_span *out);

/* The record; NULL: its detail is not here (asked for) or it does not exist. */
const struct record *recording_record(struct recording *recording, uint64_t number);

/* The time of a record, exact if its detail is here, else between its bucket's ends. */
sim_time recording_time(const struct recording *recording, uint64_t number);
/* The last record at or before a time; by its bucket's ends if the detail is not here. */
uint64_t recording_number(const struct recording *recording, sim_time at);

/* ---- Highlights ------------------------------------------------------------------------------ */

/* What the ruler marks: surprises, faults, and the steps of a story. In order; at most
 * HIGHLIGHTS_MAX, the later ones are only counted. */
enum { HIGHLIGHTS_MAX = 8192 };
struct highlight {
    uint64_t number;
    struct record record; /* A surprise: the first record after it. */
    bool surprising;
    struct surprise surprise;
};
const struct highlight *recording_highlights(const struct recording *recording, uint32_t *count,
                                             uint64_t *dropped);

/* ---- Moments ------------------------------------------------------------------------------- */

/* The instant at which record `number` was written: NULL until it is there (asked for). A new wish
 * replaces an older one. */
const struct inspect *recording_moment(struct recording *recording, uint64_t number);
/* What lies at a user address at that instant, in each process. Addresses are whole lines. */
enum { MEMORY_BYTES = 64, MEMORY_PROCESSES = 24 };
struct recording_memory {
    uint64_t number; /* The record. */
    uint32_t address, count;
    struct {
        uint32_t process; /* Address of the process object. */
        bool readable;
        uint8_t bytes[MEMORY_BYTES];
    } processes[MEMORY_PROCESSES];
};
/* NULL until it is there (asked for, together with the moment). */
const struct recording_memory *recording_memory(struct recording *recording, uint64_t number,
                                                uint32_t address);
/* The last one that was there, whatever is wished now; its number is inside. May be NULL. */
const struct inspect *recording_last_moment(const struct recording *recording);

/* ---- Searching ------------------------------------------------------------------------------- */

struct recording_query {
    uint64_t from; /* Not itself found. */
    bool backwards;
    /* Only segments that hold one of these kinds are looked into; all zero: every one. */
    uint64_t kinds[4];
    bool (*match)(const struct record *record, uint64_t number, void *ctx); /* On the worker. */
    uint8_t ctx[256];                                                       /* Handed to match. */
};
/* Begins a search; one at a time, a new one replaces it. */
void recording_search(struct recording *recording, const struct recording_query *query);
/* FOUND_YES: *number is it. FOUND_NO: the run holds none (so far). */
enum recording_found recording_found(const struct recording *recording, uint64_t *number);

/* ---- Two runs -------------------------------------------------------------------------------- */

/* The first record in which two runs differ, under the locks of both. FOUND_PENDING: a detail is
 * not here (asked for), or both are alike so far. FOUND_NO: they are alike to their ends; *number
 * is one past the last record. */
enum recording_found recording_difference(struct recording *one, struct recording *other,
                                          uint64_t *number);

/* ---- All that match -------------------------------------------------------------------------- */

struct sieve {
    enum recording_found found; /* FOUND_NONE: nothing is sieved. FOUND_YES: the whole run is. */
    uint64_t hits;              /* Records that match, so far. */
    uint32_t done;              /* Segments looked through. */
};
/* Counts the records that match in the whole run; `from` and `backwards` mean nothing. A new
 * condition replaces the old one; NULL: none. */
void recording_sieve(struct recording *recording, const struct recording_query *query);
const struct sieve *recording_sieved(const struct recording *recording);
/* The record that is hit number `index`, counted from 0. FOUND_PENDING: its detail is not here
 * (asked for), or it may still come. */
enum recording_found recording_hit(struct recording *recording, uint64_t index, uint64_t *number);
/* How many hits are before a record. FOUND_PENDING: as above. */
enum recording_found recording_hits_before(struct recording *recording, uint64_t number,
                                           uint64_t *index);

/* ---- Who wrote a byte ------------------------------------------------------------------------ */

enum { WRITERS_MAX = 8192 };
struct writers {
    uint32_t process; /* Client ID; 0: a system address. */
    uint32_t address;
    enum recording_found found; /* FOUND_PENDING: more may come. FOUND_YES: these are all. */
    uint32_t count;             /* In order; `dropped` earlier ones are only counted. */
    uint64_t dropped;
    struct watch_hit *list;
};
/* Asks for all writers of a byte through the whole run, which the worker finds by running it again.
 * False: no bytes are simulated at this address. A new question replaces an older one. */
bool recording_ask_writers(struct recording *recording, uint32_t process, uint32_t address);
void recording_forget_writers(struct recording *recording);
const struct writers *recording_writers(const struct recording *recording); /* NULL: not asked. */
