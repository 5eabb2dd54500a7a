/* cli.h - what the files of the command share.
 *
 * main.c reads the words and finds the verb; each verb is a file with one function. To add a verb:
 * a row in ui/run/verbs.def, its options in options.def, its function in a file here.
 */
#pragma once
#include "ui/host/whole_file.h"
#include "ui/report/report.h"
#include "ui/report/outputs.h"
#include "ui/run/exits.h"
#include "ui/run/options.h"

/* Whether a file was written, by the errno that whole_file.h gave; a failure is said on stderr. */
bool cli_written(const char *path, int error);
bool cli_write(const char *path, const char *text, size_t length); /* NULL: standard output. */

/* exifsim export of a campaign's database (ui/campaign/results.h). */
int cli_export_database(const struct options *options);

/* Says that there was none for a world. EXIT_INTERNAL, always. */
int cli_no_memory(void);

/* Runs a world to its end and writes --counters on the way. False: they could not be written, and
 * that was said on stderr. */
bool cli_counters_run(const struct options *options, struct world *world);

/* What a verb of this program does; its exit code. */
#define VERB(id, name, ...) int verb_##name(const struct options *options);
#include "ui/run/verbs.def"
#undef VERB

/* exifsim view and render: starts exifsim-view beside this program with all words (the last one
 * NULL). Returns only where that cannot be, or on Windows. */
int cli_view(char **words);
