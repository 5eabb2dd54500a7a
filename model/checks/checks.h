/* checks.h - what holds in every run, whatever fails in it: checks.def has the sentences.
 *
 * They look at each whole second of simulated time, at the records that say a message was
 * acknowledged, and at the end. Looking changes nothing of the run. A check that does not hold is a
 * finding, unless the scenario expects it of what it runs ([expect] violates).
 */
#pragma once
#include "sim/base.h"
#include "sim/trace.h"

enum check {
#define CHECK_ROW(name, text, sentence) CHECKED_##name,
#include "model/words/checks.def"
#undef CHECK_ROW
    CHECKS
};
extern const char *const check_names[CHECKS];     /* "pages_balance". */
extern const char *const check_sentences[CHECKS]; /* "Free + Reserved + ... are all its pages". */

enum { CHECK_COMMITS = 512, CHECK_RUNS = 16, CHECK_PAGES_MAX = 131072 };

/* A commit that the log holds: the message whose text begins its first page, and where it lies. */
struct check_commit {
    uint32_t message, run_count, bytes; /* bytes 0: not acknowledged. */
    uint32_t runs[CHECK_RUNS][2];       /* First page, pages. */
};

struct checks {
    sim_time next; /* When to look again. */
    uint32_t violated;
    char what[200]; /* Of the first violation: what was found. */
    uint32_t doubted_irp;
    uint8_t unknown[CHECK_PAGES_MAX / 8]; /* Pages that nobody knew at the last look. */

    /* checks_acknowledged.c: the log as far as it was read. */
    uint32_t log_process, log_offset, log_number, log_generation;
    bool log_written;
    sim_time sure_from; /* The log before was not read: its commits are not missed. */
    uint64_t commit_count;
    struct check_commit commits[CHECK_COMMITS]; /* A ring by count. */
};

struct world;

/* At a whole second: all that can be seen between two instants. */
void checks_look(struct world *world);

/* A record is being written. */
void checks_record(struct world *world, const struct record *record);

/* The run is over, or somebody wants its result as if it were. */
void checks_end(struct world *world);

/* The world was put back to an earlier time. */
void checks_rewind(struct world *world);
