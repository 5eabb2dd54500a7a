/* cli.h - the command: its options, its verbs, its exit codes.
 *
 * main.c reads the words and finds the verb; each verb is a file with one function. Exit codes and
 * spelling follow the conventions of the tools our users know. To add a verb: a function here, a
 * row in main.c, its words in the help.
 */
#pragma once
#include "ui/host/whole_file.h"
#include "ui/report/report.h"
#include "ui/report/outputs.h"
#include "ui/run/exits.h"
#include "ui/run/run.h"

enum format { FORMAT_HUMAN, FORMAT_JSON, FORMAT_TAP };
enum { PATHS_MAX = 1024 };

struct options {
    const char *verb;
    const char *paths[PATHS_MAX];
    uint32_t path_count;
    struct run_options run;
    uint32_t runs; /* -n: seeds from the first one on. */
    uint32_t jobs;
    bool quiet, verbose;
    const char *out, *junit;
    enum format format;
    bool has_runs, has_jobs;
    bool plan; /* list --runs. */
    bool resume, csv, json, perfetto, chrome;
    double until_ci; /* 0: not given. */
    uint64_t budget_runs;
    sim_time budget_time;                  /* Of the host. */
    const char *svg, *png, *html, *x_axis; /* curve. */
    const char *counters;                  /* run: where they go; NULL: nowhere. */
    sim_time interval;                     /* Between two looks. */
    bool color; /* Decided: --color, NO_COLOR, and whether stdout is a terminal. */
};

/* Whether a file was written, by the errno that whole_file.h gave; a failure is said on stderr. */
bool cli_written(const char *path, int error);
bool cli_can_write(const char *path); /* Better known before a long run. NULL: nobody wants it. */
bool cli_write(const char *path, const char *text, size_t length); /* NULL: standard output. */

/* exifsim export of a campaign's database (ui/campaign/results.h). */
int cli_export_database(const struct options *options);

/* Says that there was none for a world. EXIT_INTERNAL, always. */
int cli_no_memory(void);

/* "90 s", "5min": the INI's own units, by the INI's own reader. */
bool cli_parse_time(const char *text, sim_time *out);

/* Runs a world to its end and writes --counters on the way. False: they could not be written, and
 * that was said on stderr. */
bool cli_counters_run(const struct options *options, struct world *world);

int verb_run(const struct options *options);
int verb_console(const struct options *options);
int verb_explain(const struct options *options);
int verb_test(const struct options *options);
int verb_list(const struct options *options);
int verb_lint(const struct options *options);
int verb_replay(const struct options *options);
int verb_sweep(const struct options *options);
int verb_export(const struct options *options);
int verb_curve(const struct options *options);
int verb_rare(const struct options *options);
int verb_version(const struct options *options);

/* exifsim view and render: starts exifsim-view beside this program with all words (the last one
 * NULL). Returns only where that cannot be, or on Windows. */
int cli_view(char **words);
