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

/* Reports that the host has no memory for a world. Always returns EXIT_INTERNAL. */
int cli_no_memory(void);

/* Runs a world to its end and writes the file of --counters on the way. False: the file could not
 * be written, and the error was printed to stderr. */
bool cli_counters_run(const struct options *options, struct world *world);

/* The function of each verb of this program; returns the exit code. */
#define VERB(id, name, ...) int verb_##name(const struct options *options);
#include "ui/run/verbs.def"
#undef VERB

/* Carries out exifsim view and render: starts exifsim-view, which lies beside this program, with
 * all words (the last one is NULL). Returns only if that fails, or on Windows. */
int cli_view(char **words);
