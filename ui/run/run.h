/* run.h - runs a scenario under options, and makes the line and the file that repeat the run.
 *
 * The command, the window and campaigns share this. The line (run_repro) and the file (run_capsule)
 * of a run lead to the same run, record by record; the file also on another machine.
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
#include <stdatomic.h>
#include <stdio.h>

enum {
    RUN_SETS_MAX = 64,
    RUN_SURPRISES_CHARS = 8192,
    RUN_REPRO_CHARS = 65536, /* Room for every --set, quoted, and all surprises. */
    RUN_BUILD_CHARS = 64,
    RUN_ERROR_CHARS = 512,
};

/* The options of a run beside its scenario file. Texts are kept by pointer. */
struct run_options {
    const char *sets[RUN_SETS_MAX]; /* "section.key=value", in order; each wins over the file. */
    uint32_t set_count;
    bool has_seed;
    uint64_t seed;
    const char *surprises; /* List of surprises; NULL: the scenario's own. */
    bool has_until;
    sim_time until;      /* End of the run, unless scenario.duration is earlier. */
    bool verify;         /* Run again, and from a snapshot midway, and compare fingerprints. */
    bool replay;         /* The file is a capsule, which holds seed and surprises. */
    bool trust;          /* Code from outside the scenario's folder may run: guest_trust. */
    bool strict;         /* No expectation, or no mail delivered under load, is a failure. */
    uint64_t timeout_ns; /* Limit of the run's wall-clock time; 0: none. */
    const atomic_bool *signal; /* Becomes true when the run is to end at once; NULL: never. */
};

/* Copies options together with their texts; run_options_drop frees the texts. */
void run_options_copy(struct run_options *to, const struct run_options *from);
void run_options_drop(struct run_options *copy);

/* Names this build: "0.1.0 8731f64a1b2c", the version and the revision of its sources; "+" behind
 * it: they were changed. */
const char *run_build(void);
/* The revision of the sources, such as "8731f64a1b2c"; empty: unknown. *changed: they were changed
 * after it. */
const char *run_revision(bool *changed);

/* Reads a scenario under options. Free it with free. NULL: all errors were printed to stderr, and
 * error holds the first. */
struct scenario *run_load(const struct run_options *options, const char *path,
                          char error[RUN_ERROR_CHARS]);

/* As run_load, but prints errors and warnings to `errors`. */
struct scenario *run_load_telling(const struct run_options *options, const char *path, FILE *errors,
                                  char error[RUN_ERROR_CHARS]);

/* The same for a text; path: where relative names in it begin, and what errors call it. */
struct scenario *run_load_text(const struct run_options *options, const char *path,
                               const char *text, FILE *errors, char error[RUN_ERROR_CHARS]);

/* Writes a document that scenario_read has read as one file: the text of a capsule without seed,
 * [choices], [sweep] and [replay]. Free it with free. */
char *run_document(struct ini *ini);

/* The seed of the options, else of the scenario, else a drawn one. */
uint64_t run_seed(const struct run_options *options, const struct scenario *scenario);

/* Writes the command line that repeats a run of the scenario at path. */
void run_repro(const struct run_options *options, const char *path, uint64_t seed,
               const char *surprises, char out[RUN_REPRO_CHARS]);
/* Writes a time in the largest unit that is exact: "90s", "5min". */
void run_time(sim_time time, char *out, size_t size);
/* Writes the command line that opens the same run in the window. */
void run_view(const struct run_options *options, const char *path, uint64_t seed,
              const char *surprises, char out[RUN_REPRO_CHARS]);
/* Appends a blank and a word, quoted for a shell where needed. */
void run_add_word(char out[RUN_REPRO_CHARS], const char *word);

/* Makes the text of a capsule: the whole scenario of run_load in one file, with seed, surprises and
 * their anchors, fingerprint and build, for `exifsim replay`. finding: what the run found; "":
 * nothing, and a replay is held to what the scenario expects. Free it with free. NULL: a value
 * cannot be written in a scenario file, and error says which. */
char *run_capsule(const struct run_options *options, const struct scenario *scenario, uint64_t seed,
                  uint64_t fingerprint, const char *surprises, const char *finding,
                  char error[RUN_ERROR_CHARS]);

/* What a run says about its scenario. */
enum run_verdict {
    RUN_PASSED,
    RUN_FAILED,
    RUN_SKIPPED, /* The run ended before it could say anything. */
};

/* A finished run. */
struct run {
    struct world *world;
    struct result result;
    uint64_t seed, host_us;
    enum run_verdict verdict;
    /* Expectations were met; the fingerprints of --verify and of a capsule agree. */
    bool met, same;
    bool cut;         /* `until` ended the run before the scenario's own end. */
    bool interrupted; /* A signal ended the run. */
    bool hung;        /* The limit of wall-clock time ended the run, or it ended as SIM_HUNG. */
    bool broken;      /* A guest destroyed the machine; nothing in it can be looked at. */
    void *hung_frame; /* Where it was in an endless loop (model/look/inspect.h); NULL: in none. */
    /* What was not met or not the same, or why there is no verdict; empty: RUN_PASSED. */
    struct unmet unmet;
    char surprises[RUN_SURPRISES_CHARS]; /* Surprises that changed something. */
    char *failed_surprises; /* Lines of run_surprises_failed; "": all happened as listed. */
    char repro[RUN_REPRO_CHARS];
};

/* As world_run; a guest that loops without a call, or overwrites what is needed, ends the run, too.
 * For a run that nobody watches otherwise (ui/guard/watch.h). */
enum sim_end run_watched(struct world *world, sim_time until);

/* "hung", "broken", "interrupted", "cut short", or the name of the outcome. */
const char *run_outcome(const struct run *run);

/* Runs a world to its end; the caller of run_once gives it, to observe the world on the way. */
typedef void run_drive(void *ctx, struct world *world);

/* Makes a line for each listed surprise that was not asked or was clamped. Free it with free. */
char *run_surprises_failed(const struct choices *choices);

/* Makes a world, runs it to its end or to a limit, and judges the result. drive NULL: world_run.
 * Free the run with run_free. NULL: the host has no memory for a world. */
struct run *run_once(const struct run_options *options, const struct scenario *scenario,
                     uint64_t seed, run_drive *drive, void *ctx);
void run_free(struct run *run); /* Frees its world, too. */
