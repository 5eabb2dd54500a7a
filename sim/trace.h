/* trace.h - what happened: fixed-size records, hashed as they come.
 *
 * A record is 32 bytes: when, which kind, where (processor, thread) and four arguments. Kinds are
 * rows of the model's records.def; the engine knows only their number and how to print them. Every
 * record enters the running fingerprint; records are kept only after trace_keep. An argument that
 * depends on the host, such as the size of a driver's structure with its pointers, is shown and
 * kept, but does not enter the fingerprint (trace_add_beside).
 *
 *     trace_add(&sim->trace, REC_ATTACH, cpu, thread_id, target, current, index);
 */
#pragma once
#include "sim/arena.h"
#include "sim/clock.h"

struct record {
    sim_time at;
    uint16_t kind;
    uint8_t cpu;
    uint8_t flags;
    uint32_t thread;  /* Simulated thread id, 0: none. */
    uint32_t a, b, c; /* Meaning by kind; addresses are simulated ones. */
    uint32_t d;
};
_Static_assert(sizeof(struct record) == 32, "records are hashed as 32 bytes");

enum { TRACE_BLOCK = 128 }; /* Records hashed at once. */

struct trace {
    uint64_t hash[4]; /* Running state, from which trace_fingerprint is computed. */
    uint64_t count;   /* Records so far; also the number of the next one. */
    const sim_time *now;
    /* Ring of the last kept_max records, or all when large enough. Not in the arena. */
    struct record *kept;
    uint64_t kept_max;
    /* Called for every record, for live views and filters; NULL: not called. */
    void (*watch)(const struct record *record, uint64_t number, void *ctx);
    void *watch_ctx;
    bool watching;         /* watch is being called. */
    void (*watched)(void); /* Called once after the call in progress, if it is set meanwhile. */
    uint64_t break_at;     /* trace_breakpoint's record, plus one; 0: none. */
    struct record block[TRACE_BLOCK]; /* Not hashed yet: the last count % TRACE_BLOCK records. */
};

void trace_init(struct trace *trace, const sim_time *now);

/* Keeps the last ring_max records in ring; NULL: none. */
void trace_keep(struct trace *trace, struct record *ring, uint64_t ring_max);
void trace_add(struct trace *trace, uint16_t kind, uint8_t cpu, uint32_t thread, uint32_t a,
               uint32_t b, uint32_t c, uint32_t d);

/* trace_add with one argument ('a' to 'd') for which the fingerprint has a zero. */
void trace_add_beside(struct trace *trace, uint16_t kind, uint8_t cpu, uint32_t thread, uint32_t a,
                      uint32_t b, uint32_t c, uint32_t d, char beside);

/* Calls trace_breakpoint when the record of this number is added; UINT64_MAX: never. */
void trace_break_at(struct trace *trace, uint64_t number);

/* Does nothing: the function for a debugger's breakpoint. The record's own code calls it, before
 * the record takes effect, so the stack shows the cause. */
void trace_breakpoint(const struct record *record, uint64_t number);

/* Fingerprint of all records so far; the same on every platform. */
uint64_t trace_fingerprint(const struct trace *trace);

/* The kept record of this number; NULL: not kept. */
const struct record *trace_get(const struct trace *trace, uint64_t number);

/* How to print a kind of record: its name; a format, with %a %b %c %d (hexadecimal), %ua..
 * (decimal), %qa.. (four letters), %ta.. (time); the names of its arguments, with blanks between;
 * NULL: they have none. */
struct record_kind {
    const char *name;
    const char *format;
    const char *fields;
};

/* Writes a record as one line, without newline. Returns its length.
 * "   12.345678901 cpu1 t0104  ATTACH  fdd95978 from ff2a6d88 index 0" */
size_t trace_text(const struct record *record, const struct record_kind *kinds, uint32_t kind_count,
                  char *out, size_t size);

/* Returns the text for one argument ('a' to 'd'), which the format prints as hexadecimal 'x',
 * decimal 'u', time 't' or letters 'q'. NULL: print the number. */
typedef const char *trace_namer(void *ctx, char argument, char how, uint32_t value);

/* Writes a record by its kind's format, without time, processor and thread. namer NULL: all
 * arguments as numbers. */
size_t trace_words(const struct record *record, const char *format, trace_namer *namer, void *ctx,
                   char *out, size_t size);

/* A filter: "kind=ATTACH,STOP cpu=1 thread=0x104 from=1s until=2s". False with a message: not
 * understood. */
struct trace_filter {
    uint64_t kinds[4]; /* Bit set; all ones: every kind. */
    int32_t cpu;       /* -1: any. */
    uint32_t thread;   /* 0: any. */
    sim_time from, until;
};
bool trace_filter_parse(struct trace_filter *filter, const char *text,
                        const struct record_kind *kinds, uint32_t kind_count, char *error,
                        size_t error_size);
bool trace_filter_match(const struct trace_filter *filter, const struct record *record);

/* Number of the first record in which two runs differ; UINT64_MAX: none among the records that
 * both have kept. */
uint64_t trace_first_difference(const struct trace *one, const struct trace *other);
