/* outputs.h - results for other programs: JSON, JUnit, TAP.
 *
 * Cases are collected while scenarios run and written at the end. A scenario that could not be read
 * is a case, too, so that its absence is not mistaken for a pass.
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
    bool skipped;                     /* No verdict: unmet holds the reason. */
    const char *outcome;              /* A word that lives on, such as "stop" or "hung". */
    char label[128];                  /* Name of the case, such as "rate=24,seed=7". */
    struct unmet unmet;               /* What the run did not meet. */
    const char *repro, *surprises;    /* Copied by outputs_add. */
    const char *capsule;              /* Text of the capsule; empty: there is none. */
    const char *threads;              /* The threads of a run that hung; empty: another one. */
    const char *failed_surprises;     /* One line each, run_surprises_failed. */
    uint64_t asked[CHOICE_SITES_MAX]; /* Questions of each choice site. */
};

struct outputs;

struct outputs *outputs_new(void);

/* Adds a copy of the case and of its scenario. */
void outputs_add(struct outputs *outputs, const struct outcome_case *one);

/* Adds a file that could not be read, with its first error. */
void outputs_error(struct outputs *outputs, const char *path, const char *text);

/* Adds a file that was not run, or a run of it, with the reason; it counts neither as passed nor as
 * failed. label: "rate=24,seed=7"; NULL: the file. */
void outputs_skip(struct outputs *outputs, const char *path, const char *label, const char *text);

/* Version of all JSON documents (docs/json.md). */
enum { OUTPUTS_VERSION = 1 };

/* Writes all cases as one JSON document ({"tool":..., "runs":[...]}); kind is the verb. */
void outputs_json(const struct outputs *outputs, const char *kind, FILE *out);
void outputs_tap(const struct outputs *outputs, FILE *out);

/* Writes all cases as JUnit XML, one testsuite for each scenario file. */
void outputs_junit(const struct outputs *outputs, FILE *out);
void outputs_free(struct outputs *outputs);
