/* diff.h - where two runs part: the first record that differs, and what only one of them did.
 *
 *     struct diff *diff = diff_open(scenarios, seeds, 0, error);
 *     if (!diff->same)
 *         diff_show(diff, 0, stdout);
 *     diff_close(diff);
 */
#pragma once
#include "model/scenario/scenario.h"
#include <stdio.h>

enum { DIFF_ERROR_CHARS = 400, DIFF_KINDS_MAX = 256 };

struct diff {
    bool same;
    uint64_t number;     /* The first record that differs; in one of the runs it may be missing. */
    uint64_t records[2]; /* Records of each run. */
    /* Records of each kind from there on, by the rows of records.def. */
    uint64_t counts[2][DIFF_KINDS_MAX];
    struct kd *kd[2];
};

/* Makes both runs to their ends, or to `until` (0: as long as the scenarios say). NULL: error says
 * why not. */
struct diff *diff_open(const struct scenario *const scenarios[2], const uint64_t seeds[2],
                       sim_time until, char error[DIFF_ERROR_CHARS]);
void diff_close(struct diff *diff); /* NULL is allowed. */

/* Prints the record of one of the runs (0 or 1): time, processor, thread, fields, and the stack. */
void diff_show(struct diff *diff, int run, FILE *out);
