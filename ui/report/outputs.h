/* outputs.h - the same results for other programs: JSON, JUnit, TAP.
 *
 * Cases are collected while scenarios run and written at the end. A scenario that could not be read
 * is a case, too: nobody shall take its absence for a pass.
 */
#pragma once
#include "model/world/world.h"
#include <stdio.h>

struct outcome_case {
    const struct scenario *scenario;
    struct result result;
    char frames[40][64];
    uint32_t frame_count;
    uint64_t seed, host_us;
    bool met;
    char label[128];                     /* "rate=24,seed=7". */
    const char *why, *repro, *surprises; /* Copied by outputs_add. */
    const char *capsule; /* The run as a small INI; empty: it cannot be said in one. */
};

struct outputs;

struct outputs *outputs_new(void);

/* Takes a copy of the case; the scenario is copied too. */
void outputs_add(struct outputs *outputs, const struct outcome_case *one);

/* A file that could not be read, with its first error. */
void outputs_error(struct outputs *outputs, const char *path, const char *text);

/* A file that is not run here, and why: neither passed nor failed. */
void outputs_skip(struct outputs *outputs, const char *path, const char *text);

/* All cases as one JSON document ({"tool":..., "runs":[...]}). */
void outputs_json(const struct outputs *outputs, FILE *out);
void outputs_tap(const struct outputs *outputs, FILE *out);

/* One root element, a testsuite a scenario file. */
void outputs_junit(const struct outputs *outputs, FILE *out);
void outputs_free(struct outputs *outputs);
