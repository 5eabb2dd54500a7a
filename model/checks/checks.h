/* checks.h - the invariants that hold in every run, whatever fails in it; checks.def has their
 * sentences.
 *
 *     checks.c               when the checks run: the world's oracle (world.h)
 *     checks_mail.c          messages, and the pages of the store
 *     checks_kernel.c        threads, spaces, pools, requests, leaks of ended processes
 *     checks_acknowledged.c  acknowledged mail is on the disks
 *     checks_failed.c        the record of a violation
 *
 * The checks run at each whole second of simulated time, at the records that say that a message was
 * acknowledged, and at the end. They see only plain data (model/look) and change nothing in the
 * run. A violated check is a finding, unless the scenario expects it ([expect] violates).
 */
#pragma once
#include "model/look/inspect.h"
#include "model/words/checks.h"

enum { CHECK_COMMITS = 512, CHECK_RUNS = 16, CHECK_PAGES_MAX = 131072 };

/* A commit in the log: the message whose text begins its first page, and its pages. */
struct check_commit {
    uint32_t message, run_count, bytes; /* bytes: size of the message; 0: not acknowledged. */
    uint32_t runs[CHECK_RUNS][2];       /* First page and number of pages of each run. */
};

struct checks {
    struct world *world;
    struct inspect *look; /* The look at the last whole second. */
    sim_time next;        /* Time of the next look. */
    uint32_t violated;    /* Bits of enum check. */
    char what[200];       /* The finding of the first violation. */
    uint32_t doubted_irp;

    /* checks_acknowledged.c: the position up to which the log was read. */
    uint32_t log_process, log_offset, log_number, log_generation;
    bool log_written;
    struct file_node *log; /* Good for the present instant only. */
    /* Time from which a missing commit is a violation; before it the commit may be in a log not
     * read. */
    sim_time sure_from;
    uint64_t commit_count;
    bool any_unknown; /* Some bit of `unknown` may be set. */

    /* Large, and therefore last: whoever goes back often clears only what was used. */
    struct check_commit commits[CHECK_COMMITS]; /* A ring, by commit_count. */
    /* Bit map: reserved pages without a known holder at the last look. */
    uint8_t unknown[CHECK_PAGES_MAX / 8];
};

/* Returns the checks of a world. */
struct checks *checks_of(struct world *world);

/* Notes that a check is violated; format says what was found. Only the first violation's text is
 * kept. */
void check_failed_in(struct checks *checks, enum check check, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* Called at a whole second; these read checks->look. */
void check_mail(struct checks *checks);
void check_pages(struct checks *checks);
void check_kernel(struct checks *checks);

/* Called while a record is being written. */
void check_record(struct checks *checks, const struct record *record);
/* Checks that acknowledged messages are still on the disks. */
void check_acknowledged(struct checks *checks);
