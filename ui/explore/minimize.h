/* minimize.h - makes the smallest run with the same finding: as few surprises, faults, steps,
 * programs and load as it needs, and no longer than it takes.
 *
 *     struct minimize m = { .options = &options, .path = "found.ini" };
 *     if (minimize(&m, error)) ... m.capsule, m.parts
 *
 * The result is 1-minimal: without any one of its parts there is another finding, or none. That is
 * tried for each part at the end, and told.
 */
#pragma once
#include "ui/explore/finding.h"

enum { MINIMIZE_PARTS_MAX = 512 };

struct minimize_part {
    char name[96];        /* "PREEMPT:12:1", "fault crash", "load smtp". */
    struct finding other; /* What is found without it. */
};

struct minimize {
    const struct run_options *options;
    const char *path; /* A capsule, or a scenario with a seed. */
    FILE *errors;
    void (*progress)(void *ctx, uint32_t runs, uint32_t parts); /* NULL: nobody is told. */
    void *ctx;

    /* The result. */
    struct finding finding;
    char *capsule;                /* Free it with free. */
    uint32_t runs, before, after; /* Parts before and after. */
    struct minimize_part parts[MINIMIZE_PARTS_MAX];
    uint32_t part_count;
    bool interrupted; /* A signal ended it; there is no result. */
};

/* False: error says why; run_load's errors were printed to `errors`. */
bool minimize(struct minimize *m, char error[RUN_ERROR_CHARS]);
