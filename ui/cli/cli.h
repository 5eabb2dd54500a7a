/* cli.h - the interface between main.c and the verbs of exifsim.
 *
 * main.c reads the command line and finds the verb; each verb is a function verb_name. To add a
 * verb: a row in ui/run/verbs.def, its options in options.def, its function in a file here.
 */
#pragma once
#include "ui/host/whole_file.h"
#include "ui/report/report.h"
#include "ui/report/outputs.h"
#include "ui/run/exits.h"
#include "ui/run/options.h"

/* Reports the outcome of writing a file: error is an errno from whole_file.h. True: 0. False: the
 * error was printed to stderr. */
bool cli_written(const char *path, int error);
/* Writes a file; path NULL: standard output. False: the error was printed. */
bool cli_write(const char *path, const char *text, size_t length);

/* Carries out exifsim export for a campaign's database (ui/campaign/results.h). Returns the exit
 * code. */
int cli_export_database(const struct options *options);

/* Carries out exifsim export --html: makes the run and writes the page with it. The end is set if
 * the exit code, which is returned, is EXIT_MET. */
struct export_end;
int cli_export_page(const struct options *options, const struct scenario *scenario, uint64_t seed,
                    struct export_end *end);

/* Carries out exifsim explain --when. Returns the exit code. */
int cli_explain_when(const struct options *options);

/* Writes a simulated time as "4.531 s". */
enum { CLI_SECONDS_CHARS = 32 };
void cli_seconds(sim_time time, char out[CLI_SECONDS_CHARS]);

/* Reports that the host has no memory for a world. Always returns EXIT_INTERNAL. */
int cli_no_memory(void);

/* Runs a world to its end and writes the file of --counters on the way. False: the file could not
 * be written, and the error was printed to stderr. */
bool cli_counters_run(const struct options *options, struct world *world);

/* The scenarios that the operands name: files, folders, patterns (cli_paths.c). Without operands:
 * all that come with the program. */
struct cli_path {
    char *path;
    const char *problem; /* Why an operand leads to no scenario; NULL: this is one. */
};
struct cli_paths {
    struct cli_path *list;
    uint32_t count;
    size_t room;
};

/* Finds them, and applies --filter. False: it fits none; error says so, and was printed. Free them
 * with cli_paths_free in both cases. */
bool cli_paths(const struct options *options, struct cli_paths *paths, char error[RUN_ERROR_CHARS]);
/* True if the path has a problem: writes it as an error, and prints it to stderr. */
bool cli_path_problem(const struct cli_path *path, char error[RUN_ERROR_CHARS]);
void cli_paths_free(struct cli_paths *paths);

/* Runs all scenarios of the command line, each with all seeds, on several threads (cli_test.c). */
int cli_run_many(const struct options *options);

/* What run, test and replay share (cli_cases.c). */
int cli_code_of(const struct options *options, const struct run *run);
/* True for a run that fails, or finds something, as its capsule says it would. */
bool cli_reproduced(const struct options *options, const struct scenario *scenario,
                    const struct run *run);
/* What it has in common with the capsule. */
const char *cli_reproduced_as(const struct scenario *scenario, const struct run *run);
/* Makes the capsule of a run, with its finding; as run_capsule. */
char *cli_capsule(const struct options *options, const struct scenario *scenario,
                  const struct run *run, char error[RUN_ERROR_CHARS]);
/* Prints the line of a run, and what it did not meet. */
void cli_print_line(const struct options *options, const struct scenario *scenario,
                    const struct run *run);
/* Writes the name of a case, such as "rate=24,seed=7". */
void cli_label(const struct scenario *scenario, uint64_t seed, char *out, size_t size);
/* Adds a run to the cases of --format and --junit. */
void cli_collect(struct outputs *outputs, const struct options *options,
                 const struct scenario *scenario, const struct run *run);
/* Writes the cases and frees them. False: an error was printed. */
bool cli_finish_outputs(const struct options *options, struct outputs *outputs);

/* The function of each verb of this program; returns the exit code. */
#define VERB(id, name, ...) int verb_##name(const struct options *options);
#include "ui/run/verbs.def"
#undef VERB

/* Carries out exifsim view and render: starts exifsim-view, which lies beside this program, with
 * all words (the last one is NULL). Returns only if that fails, or on Windows. */
int cli_view(char **words);
