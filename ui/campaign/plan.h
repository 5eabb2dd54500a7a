/* plan.h - the runs of a sweep.
 *
 * An axis is a key whose value holds ${...}: `rate = ${2, 5, 10}/s`, `processors = ${1..8}`, `all =
 * ${sp2, hotfix}`. A point has one value of each axis; [sweep] only = ... can rule points out. A
 * run is a point and a replica.
 *
 *     struct plan *plan = plan_read("scenarios/load_curve.ini", sets, set_count, NULL, stderr);
 *     plan_scenario(plan, &plan->points[3], &scenario);
 *     uint64_t seed = plan_seed(plan, &plan->points[3], 7);
 *
 * A seed depends only on the base seed, the sweep's name, the point's label without versions, and
 * the replica. Adding points or replicas changes no existing run, and all versions get the same
 * seeds, so that they can be compared in pairs.
 */
#pragma once
#include "model/scenario/scenario.h"
#include <stdio.h>

enum {
    PLAN_AXES_MAX = 8,
    PLAN_POINTS_MAX = 100000,
    PLAN_LABEL_CHARS = 512,
    PLAN_REPLICAS_MAX = 1000000,
    PLAN_SHARDS_MAX = 100000
};

struct plan_axis {
    char section[52], key[52];
    char name[104]; /* Key of the axis, such as "load.smtp.rate". */
    bool version;   /* A key of [versions], which does not change the seed. */
    uint32_t value_count;
    size_t value_room;
    char **values; /* Values with the text around the axis, such as "24/s". */
};

struct plan_point {
    /* Number of the point, from 0; the first axis changes slowest. */
    uint32_t position;
    char *label;                   /* Such as "load.smtp.rate=24/s,versions.all=sp2". */
    char *seed_label;              /* The label without versions. */
    uint32_t picks[PLAN_AXES_MAX]; /* Index of the value of each axis. */
};

struct plan {
    char path[SCENARIO_PATH];
    char name[SCENARIO_TEXT]; /* Name of the sweep: [sweep] name, else the scenario's title. */
    uint64_t base_seed;
    uint32_t replicas;      /* Runs of each point: [sweep] replicas, else 1. */
    uint32_t shard, shards; /* The part of the runs to be made, from 1; shards 0: all runs. */
    uint32_t axis_count, point_count;
    struct plan_axis axes[PLAN_AXES_MAX];
    struct plan_point *points;
    char *text; /* The scenario as one file, with all extended and included files and --set. */
    /* The part of text that determines the runs: without values of axes, [sweep] and prose. */
    char *frame;
    struct ini *ini;
    void *lock; /* Guards ini. */
};

/* Reads a scenario with its sets ("section.key=value") and every point. base_seed NULL: the
 * scenario's seed, else 0. NULL: the errors were written to `errors`, one file:line:column each.
 * Free it with plan_free. */
struct plan *plan_read(const char *path, const char *const *sets, uint32_t set_count,
                       const uint64_t *base_seed, FILE *errors);

/* True if some value of the document is an axis: ${...}. */
bool plan_wanted(const struct ini *ini);
/* True if the file, with these sets, has an axis, a section [sweep] or [expect] curve. plan_read
 * then knows more of its rules than the reader of scenarios. */
bool plan_is_meant(const char *path, const char *const *sets, uint32_t set_count);
/* True if the file, with these sets, can be read and has an axis. */
bool plan_is_sweep(const char *path, const char *const *sets, uint32_t set_count);

/* Makes the scenario of a point. May be called from any thread. */
void plan_scenario(struct plan *plan, const struct plan_point *point, struct scenario *out);
/* True if the run belongs to the plan's shard. Runs are dealt out like cards, replica by replica,
 * so that the shards are of one size. */
bool plan_has(const struct plan *plan, uint32_t position, uint32_t replica);
/* The seed of a run; below 2^63. */
uint64_t plan_seed(const struct plan *plan, const struct plan_point *point, uint32_t replica);

/* The value a point has on an axis. */
const char *plan_value(const struct plan *plan, const struct plan_point *point, uint32_t axis);

/* The values of a point as a JSON object: {"load.smtp.rate":"24/s"}. Free it with free. */
char *plan_axes_json(const struct plan *plan, const struct plan_point *point);
void plan_free(struct plan *plan);
