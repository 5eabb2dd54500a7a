/* checks.h - what holds in every run, whatever fails in it: checks.def has the sentences.
 *
 *     checks.c               when the checks look: the world's oracle (world.h)
 *     checks_mail.c          messages, and the pages of the store
 *     checks_kernel.c        threads, spaces, pools, requests, what is left behind
 *     checks_acknowledged.c  what was acknowledged is on the disks
 *     checks_failed.c        what is kept of a check that does not hold
 *
 * They look at each whole second of simulated time, at the records that say a message was
 * acknowledged, and at the end. All they see is plain data (model/look). Looking changes nothing of
 * the run. A check that does not hold is a finding, unless the scenario expects it of what it runs
 * ([expect] violates).
 */
#pragma once
#include "model/look/inspect.h"
#include "model/words/checks.h"

enum { CHECK_COMMITS = 512, CHECK_RUNS = 16, CHECK_PAGES_MAX = 131072 };

/* A commit that the log holds: the message whose text begins its first page, and where it lies. */
struct check_commit {
    uint32_t message, run_count, bytes; /* bytes 0: not acknowledged. */
    uint32_t runs[CHECK_RUNS][2];       /* First page, pages. */
};

struct checks {
    struct world *world;
    struct inspect *look; /* At the last whole second. */
    sim_time next;        /* When to look again. */
    uint32_t violated;    /* Bits of enum check. */
    char what[200];       /* Of the first violation: what was found. */
    uint32_t doubted_irp;
    uint8_t unknown[CHECK_PAGES_MAX / 8]; /* Pages that nobody knew at the last look. */

    /* checks_acknowledged.c: the log as far as it was read. */
    uint32_t log_process, log_offset, log_number, log_generation;
    bool log_written;
    sim_time sure_from; /* The log before was not read: its commits are not missed. */
    uint64_t commit_count;
    struct check_commit commits[CHECK_COMMITS]; /* A ring by count. */
};

/* Those of a world. */
struct checks *checks_of(struct world *world);

/* A check does not hold; format says what was found. The first one's text is kept. */
void check_failed_in(struct checks *checks, enum check check, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* At a whole second, from checks->look. */
void check_mail(struct checks *checks);
void check_pages(struct checks *checks);
void check_kernel(struct checks *checks);

/* A record is being written. */
void check_record(struct checks *checks, const struct record *record);
/* What was acknowledged is still there. */
void check_acknowledged(struct checks *checks);
