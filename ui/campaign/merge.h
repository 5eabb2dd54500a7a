/* merge.h - joins databases that hold parts of one sweep.
 *
 * Parts are the databases of shards (plan.h), of shards made twice, cut short or resumed, and whole
 * databases. Parts of one shard joined are that shard. The result has every run of any part once,
 * and is the database that one sweep would have written, but for host_us. It appears complete or
 * not at all.
 *
 *     struct part parts[2] = { { .path = "part1.db" }, { .path = "part2.db" } };
 *     struct merge_report report;
 *
 *     merge_parts("all.db", parts, 2, true, &report);
 */
#pragma once
#include "ui/campaign/results.h"

/* One database; the caller sets path. */
struct part {
    const char *path;
    uint32_t shard, shards;          /* Such as 2 of 8; a whole sweep is 1 of 1. */
    uint64_t wanted, there;          /* Runs that the part is to have, and of them those it has. */
    uint64_t crashed;                /* Runs of it without an outcome. */
    char error[RESULTS_ERROR_CHARS]; /* Why the database cannot be used; "": it can. */
};

/* Fills the parts in from their databases; nothing is written. A part that is of another sweep than
 * the first usable one has an error. */
void merge_look(struct part *parts, uint32_t count);

enum merge_end {
    MERGE_DONE,
    MERGE_INTERRUPTED, /* Ctrl+C, SIGTERM or SIGHUP; nothing was written. */
    MERGE_DIFFERENT,   /* Two parts differ in the same run; nothing was written. */
    MERGE_FAILED,      /* A part cannot be used, or the result cannot be written. */
};

struct merge_report {
    enum merge_end end;
    uint64_t runs,
        wanted; /* Runs of the result, and those it is to have: of the sweep or of its shard. */
    uint64_t doubled; /* Rows that were in an earlier part already. */
    char error[RESULTS_ERROR_CHARS];
};

/* Writes the database of all parts to path, and fills the parts in as merge_look does. A database
 * that is there already is one more part, so that its runs are kept. progress: shown on stderr. */
void merge_parts(const char *path, struct part *parts, uint32_t count, bool progress,
                 struct merge_report *report);
