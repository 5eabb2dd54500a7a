/* anchor.h - an instant of a run, named in words: the same for options, dialogs and scripts.
 *
 *     78.5 s               a time                     #1006614      a record
 *     begin   end   stop   the edges, the stop
 *     stop - 30 us         before it by time          stop - 3 records
 *     first FOREIGN_WRITE  the first record of a kind (records.def; case does not matter)
 *     2nd DETACH after first FOREIGN_WRITE
 *     last ATTACH by inetinfo.exe before stop         by a thread of that process
 *     TERMINATE of store.exe                          an argument of the record is that process
 *     FOREIGN_WRITE in store.exe                      that process' memory was in force
 *     QUEUE with a=1 b=0x10                           arguments a b c d, thread, cpu
 *     ATTACH with index=1                             the same by their names in records.def
 *     ARRIVAL of last DELIVERED                       its cause or effect of that kind: partners.h
 *     story first_wrong_byte                          a line of the run's story
 *     first_difference                                where the run and its twin part
 *
 * An ordinal is first, last, 2nd, 3rd ...; without one it is the first. Names are those of lanes:
 * "store.exe", "store.exe 2" (the second of that name), "store.exe/proxy 3".
 *
 *     struct anchor anchor;
 *     if (!anchor_parse(&anchor, "stop - 30 us", error, sizeof error)) ...
 *     each frame, under the lock: anchor_find(run, NULL, &anchor, &number, error, sizeof error)
 */
#pragma once
#include "ui/recording/recording.h"

enum {
    ANCHOR_CHARS = 200,
    ANCHOR_NAME = 80,
    ANCHOR_DEPTH = 5,
    ANCHOR_WITH = 4,
    ANCHOR_ERROR = 300
};

struct anchor_part { /* One condition, without what stands after `after`. */
    enum anchor_form {
        ANCHOR_TIME,
        ANCHOR_RECORD,
        ANCHOR_BEGIN,
        ANCHOR_END,
        ANCHOR_STOP,
        ANCHOR_KIND,
        ANCHOR_STORY,
        ANCHOR_DIFFERENCE
    } form;
    sim_time time;
    uint64_t number;
    uint16_t kind;
    uint32_t story; /* enum story_kind */
    bool last;
    uint32_t ordinal; /* 1: the first. */
    char of[ANCHOR_NAME], by[ANCHOR_NAME], in[ANCHOR_NAME];
    uint32_t with_count;
    struct {
        char field; /* a b c d, t: thread, p: processor. */
        uint32_t value;
    } with[ANCHOR_WITH];
    bool partner;  /* The record of this kind that caused the next part, or was its effect. */
    int direction; /* 1: after the next part, -1: before it, 0: there is none. */
    int sign;      /* Sign of the offset; 0: there is none. */
    bool records;  /* The offset counts records, else nanoseconds. */
    uint64_t offset;
    /* How far a search has come. */
    bool begun, found;
    uint32_t segment, hits;
    uint64_t at;
};

struct anchor {
    char text[ANCHOR_CHARS];
    uint32_t count;
    struct anchor_part parts[ANCHOR_DEPTH];
};

/* False: it cannot be understood; error says what was found and what was expected. */
bool anchor_parse(struct anchor *anchor, const char *text, char *error, size_t error_size);

/* Under the lock, and that of the twin; NULL: there is none. FOUND_PENDING: a run or a detail is
 * not there yet (asked for); ask again. FOUND_NO: this run has no such instant; error says why. */
enum recording_found anchor_find(struct recording *run, struct recording *twin,
                                 struct anchor *anchor, uint64_t *number, char *error,
                                 size_t error_size);

/* Both, and waits; not under the locks. */
bool anchor_resolve(struct recording *run, struct recording *twin, const char *text,
                    uint64_t *number, char *error, size_t error_size);

/* Calls see for each record from `from` to before `to` that meets a condition: a kind with by, in,
 * of, with, as above without ordinal. Waits; not under the lock. False: error says why. */
bool anchor_each(struct recording *run, const char *condition, uint64_t from, uint64_t to,
                 void (*see)(const struct record *record, uint64_t number, void *ctx), void *ctx,
                 char *error, size_t error_size);
