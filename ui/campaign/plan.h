/* plan.h - which runs make up a sweep.
 *
 * An axis is a key whose value holds ${...}: `rate = ${2, 5, 10}/s`, `processors = ${1..8}`, `all =
 * ${sp2, hotfix}`. A point takes one value of each axis, unless [sweep] only = ... rules it out; a
 * run is a point and a replica.
 *
 *     struct plan *plan = plan_read("scenarios/load_curve.ini", sets, set_count, NULL, stderr);
 *     plan_scenario(plan, &plan->points[3], &scenario);
 *     uint64_t seed = plan_seed(plan, &plan->points[3], 7);
 *
 * A seed depends on the sweep's name, the point's label and the replica alone, so more points or
 * replicas change no run that is there. Versions do not count: old and new meet the same seeds, and
 * their differences can be paired.
 */
#pragma once
#include "model/scenario/scenario.h"
#include <stdio.h>

enum {
    PLAN_AXES_MAX = 8,
    PLAN_POINTS_MAX = 100000,
    PLAN_LABEL_CHARS = 512,
    PLAN_REPLICAS_MAX = 1000000
};

struct plan_axis {
    char section[52], key[52];
    char name[104]; /* "load.smtp.rate". */
    bool version;   /* Of [versions]: no part of the seed. */
    uint32_t value_count;
    size_t value_room;
    char **values; /* As they stand in place of the axis: "24/s". */
};

struct plan_point {
    uint32_t position;             /* From 0, the first axis slowest. */
    char *label;                   /* "load.smtp.rate=24/s,versions.all=sp2". */
    char *seed_label;              /* The same without versions. */
    uint32_t picks[PLAN_AXES_MAX]; /* Index of the value of each axis. */
};

struct plan {
    char path[SCENARIO_PATH];
    char name[SCENARIO_TEXT]; /* [sweep] name, else the scenario's title. */
    uint64_t base_seed;
    uint32_t replicas; /* [sweep] replicas, else 1. */
    uint32_t axis_count, point_count;
    struct plan_axis axes[PLAN_AXES_MAX];
    struct plan_point *points;
    char *text; /* The scenario with all it extends and includes, and --set, as one file. */
    /* Of it, what every run has in common: axes without values, no [sweep], no prose. */
    char *frame;
    struct ini *ini;
    void *lock; /* Of ini. */
};

/* Reads a scenario, with --set "section.key=value", and tries every point. NULL: what is wrong was
 * written to errors, one file:line:column a line. base_seed NULL: the scenario's own, else 0. */
struct plan *plan_read(const char *path, const char *const *sets, uint32_t set_count,
                       const uint64_t *base_seed, FILE *errors);

/* True if some value of the document is a sweep: ${...}. */
bool plan_wanted(const struct ini *ini);
/* True if the file can be read and is a sweep, these sets included. */
bool plan_is_sweep(const char *path, const char *const *sets, uint32_t set_count);

/* The scenario of a point. From any thread. */
void plan_scenario(struct plan *plan, const struct plan_point *point, struct scenario *out);
/* Below 2^63. */
uint64_t plan_seed(const struct plan *plan, const struct plan_point *point, uint32_t replica);

/* The value a point has on an axis. */
const char *plan_value(const struct plan *plan, const struct plan_point *point, uint32_t axis);

/* The axes of a point as one JSON object: {"load.smtp.rate":"24/s"}. To be freed. */
char *plan_axes_json(const struct plan *plan, const struct plan_point *point);
void plan_free(struct plan *plan);
