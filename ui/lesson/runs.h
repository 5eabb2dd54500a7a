/* runs.h - the runs that a lesson looks at: its own, its named counter-runs, and others that
 * differ from it by settings or by seed.
 *
 * A run is made when it is first asked for, and kept: a result costs one run; anchors and spans
 * want a recording; memory and gauges want a *visit*, which runs the machine again up to one record
 * or through a stretch. The number of runs that a page may make is limited.
 *
 *     struct lesson_runs *runs = lesson_runs_new(&options, path);
 *     struct lesson_run *heavy = lesson_run_with(runs, NULL, "load.smtp.rate=24/s", error);
 *     if (lesson_run_result(heavy)->result.outcome == OUTCOME_STOP) ...
 *     lesson_runs_free(runs);
 *
 * One thread uses it at a time. Functions that fail write what is wrong to error.
 */
#pragma once
#include "model/look/inspect.h"
#include "ui/recording/recording.h"
#include "ui/run/run.h"

enum { LESSON_RUNS_MAX = 64, LESSON_ERROR_CHARS = RUN_ERROR_CHARS, RUNS_PATH_CHARS = 4096 };

struct lesson_runs;
struct lesson_run;

struct lesson_result {
    struct result result;
    uint64_t seed;
    struct crash crash; /* The first one of the last boot; empty: none. */
    struct cm_line *log;
    uint32_t log_count;
    char diagnosis[24]; /* Word of diagnoses.def; "": not asked for yet. */
};

/* Prepares runs of the scenario at path under options (its sets come first). Both texts must live
 * as long as the runs. A run that the signal of the options ends says nothing of use. */
struct lesson_runs *lesson_runs_new(const struct run_options *options, const char *path);
void lesson_runs_free(struct lesson_runs *runs); /* NULL is allowed. */

/* A page begins: it may make LESSON_RUNS_MAX runs beside the lesson's own. */
void lesson_runs_page(struct lesson_runs *runs);
/* Number of runs that the page has made. */
uint32_t lesson_runs_made(const struct lesson_runs *runs);

/* The run that differs from `base` (NULL: the lesson's own) by settings, which have the form
 * "section.key=value" and semicolons between; "" is base itself. "seed=N", "surprises=SITE:N:PICK"
 * and "scenario=FILE" (a file beside the lesson's) are settings, too, and "again" is the same run
 * once more. NULL: a setting is wrong, or the page has made too many runs. */
struct lesson_run *lesson_run_with(struct lesson_runs *runs, const struct lesson_run *base,
                                   const char *sets, char error[LESSON_ERROR_CHARS]);

/* Adds settings of that form to options of the lesson's own run, and says which file is run. `sets`
 * is cut into pieces, which the options point to. */
void lesson_run_options(char *sets, const char *lesson, struct run_options *options,
                        char path[RUNS_PATH_CHARS]);

/* What the run came to. NULL: the host has no memory for it. */
const struct lesson_result *lesson_run_result(struct lesson_run *run);
/* The word of its diagnosis, as `exifsim explain` finds it. */
const char *lesson_run_diagnosis(struct lesson_run *run);
/* The whole recording of the run. NULL: the host has no memory for it. */
struct recording *lesson_run_recording(struct lesson_run *run);
const struct scenario *lesson_run_scenario(const struct lesson_run *run);
uint64_t lesson_run_seed(const struct lesson_run *run);
/* Settings of the run over the lesson's own, each followed by a semicolon. */
const char *lesson_run_sets(const struct lesson_run *run);

/* The record of this number, waiting for it. False: the run has none, or there is no memory. */
bool lesson_run_record(struct lesson_run *run, uint64_t number, struct record *out);
/* Runs the machine again and calls look at each record in [from, to], before the machine goes on.
 * look may ask model/look about the world. False: no memory. */
typedef void lesson_look(struct world *world, const struct record *record, uint64_t number,
                         void *ctx);
bool lesson_run_visit(struct lesson_run *run, uint64_t from, uint64_t to, lesson_look *look,
                      void *ctx);
