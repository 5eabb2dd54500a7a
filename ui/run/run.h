/* run.h - a scenario under options, a world of it, its result, and what runs it again.
 *
 * Everything here is shared by whoever runs scenarios: the command, the window, campaigns. A line
 * (run_repro) or a file (run_capsule) that comes of a run leads to the same run, record by record.
 *
 *     struct run_options options = { .sets = { "versions.all=hotfix" }, .set_count = 1 };
 *     struct scenario *scenario = run_load(&options, "scenarios/kb908674.ini", error);
 *     struct run *run = run_once(&options, scenario, run_seed(&options, scenario), NULL, NULL);
 *
 *     printf("Again: %s\n", run->repro);
 *     run_free(run);
 *     free(scenario);
 */
#pragma once
#include "model/world/world.h"

enum {
    RUN_SETS_MAX = 64,
    RUN_SURPRISES_CHARS = 4096,
    RUN_REPRO_CHARS = 8192,
    RUN_ERROR_CHARS = 512,
};

/* What a person may say of a run beside its file. */
struct run_options {
    const char *sets[RUN_SETS_MAX]; /* section.key=value, in order; they win over the file. */
    uint32_t set_count;
    bool has_seed;
    uint64_t seed;
    const char *surprises; /* NULL: the scenario's own. */
    bool has_until;
    sim_time until; /* The scenario's own end stays in scenario.set.duration if it is earlier. */
    bool verify;    /* Run again, and from a snapshot midway: the same fingerprint? */
    bool replay;    /* The file is a capsule, which holds seed and surprises. */
};

/* A copy with texts of its own. */
void run_options_copy(struct run_options *to, const struct run_options *from);
void run_options_drop(struct run_options *copy);

/* A scenario from its file; to be freed. NULL: errors were printed, and the first is in error. */
struct scenario *run_load(const struct run_options *options, const char *path,
                          char error[RUN_ERROR_CHARS]);

/* By the options, then the file's, then a drawn one. */
uint64_t run_seed(const struct run_options *options, const struct scenario *scenario);

/* The line that runs the scenario of this path again. */
void run_repro(const struct run_options *options, const char *path, uint64_t seed,
               const char *surprises, char out[RUN_REPRO_CHARS]);
/* A word as a shell takes it, with a blank before it. */
void run_add_word(char out[RUN_REPRO_CHARS], const char *word);

/* The scenario extended by seed, surprises, sets and fingerprint: `exifsim replay` runs it again.
 * To be freed; NULL: it cannot be said in a file, and error tells why. */
char *run_capsule(const struct run_options *options, const struct scenario *scenario, uint64_t seed,
                  uint64_t fingerprint, const char *surprises, char error[RUN_ERROR_CHARS]);

/* One run from beginning to end. */
struct run {
    struct world *world;
    struct result result;
    uint64_t seed, host_us;
    bool met, same; /* Expectation; fingerprints of verify and of a capsule. */
    bool cut;       /* `until` ended it before the scenario would have. */
    char why[256];  /* One sentence when not met. */
    char surprises[RUN_SURPRISES_CHARS];
    char repro[RUN_REPRO_CHARS];
};

/* Brings a world to its end, by way of whatever somebody wants to see meanwhile. */
typedef void run_drive(void *ctx, struct world *world);

/* drive NULL: straight to the end. NULL: the host has no memory for a world. */
struct run *run_once(const struct run_options *options, const struct scenario *scenario,
                     uint64_t seed, run_drive *drive, void *ctx);
void run_free(struct run *run); /* And its world. */
