/* cli.h - the command: its options, its verbs, its exit codes.
 *
 * main.c reads the words and finds the verb; each verb is a file with one function. Exit codes and
 * spelling follow the conventions of the tools our users know. To add a verb: a function here, a
 * row in main.c, its words in the help.
 */
#pragma once
#include "ui/report/report.h"
#include "ui/report/outputs.h"

enum exit_code {
    EXIT_MET = 0,          /* Every expectation met; an expected stop is a pass. */
    EXIT_FINDING = 1,      /* An unexpected stop, an expected one missing, a check violated. */
    EXIT_USAGE = 2,        /* Usage or scenario error. */
    EXIT_DIFFERENT = 3,    /* Fingerprints differ. */
    EXIT_INCONCLUSIVE = 4, /* A budget ran out. */
    EXIT_INTERNAL = 70,
};

enum format { FORMAT_HUMAN, FORMAT_JSON, FORMAT_TAP };
enum { SETS_MAX = 64, PATHS_MAX = 1024, SURPRISES_CHARS = 4096 };

struct options {
    const char *verb;
    const char *paths[PATHS_MAX];
    uint32_t path_count;
    const char *sets[SETS_MAX]; /* --set section.key=value, in order. */
    uint32_t set_count;
    bool has_seed;
    uint64_t seed;
    uint32_t runs; /* -n: seeds from the first one on. */
    uint32_t jobs;
    bool has_until;
    sim_time until; /* The scenario's own end stays in scenario.set.duration if it is earlier. */
    bool verify, quiet, verbose;
    const char *out, *junit, *surprises;
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

/* Reads one scenario with the options' --set, seed and surprises. False: errors were printed, and
 * the first is in error. */
enum { CLI_ERROR_CHARS = 512 };
bool cli_load(const struct options *options, const char *path, struct scenario *scenario,
              char error[CLI_ERROR_CHARS]);

/* Says so on stderr and returns false when no file can be put there: better before a long run than
 * after it. */
bool cli_can_write(const char *path);

/* Writes text to a temporary file beside path and renames it. False: said so on stderr. */
bool cli_write(const char *path, const char *text, size_t length);

/* Where a verb's results go while they are being made: standard output (path NULL), or a file
 * beside path that takes its name at the end. An interrupted command leaves no file behind. */
struct cli_output {
    FILE *file;
    const char *path;
    char temporary[4096];
    int error; /* The first errno that was met in writing; 0: none that is known. */
};
bool cli_output_open(struct cli_output *output, const char *path); /* False: said so on stderr. */
/* good: the results are whole; else the file goes. False: they are not, and if they could not be
 * written, that was said on stderr. A reader of standard output that left has seen what it
 * wanted. */
bool cli_output_close(struct cli_output *output, bool good);

/* exifsim export of a campaign's database (ui/campaign/results.h). */
int cli_export_database(const struct options *options);

/* The code that matters more. */
int cli_worse(int one, int other);

/* True if the file can be read and has axes, these --set included: `exifsim sweep` runs such a
 * file. */
bool cli_is_sweep(const char *path, const char *const *sets, uint32_t set_count);

/* The seed of a scenario under these options: --seed, then the file's, then a drawn one. */
uint64_t cli_seed(const struct options *options, const struct scenario *scenario);

/* The line that runs a case again. */
enum { CLI_REPRO_CHARS = 8192 };

/* A word as a shell takes it, with a blank before it. */
void cli_add_word(char out[CLI_REPRO_CHARS], const char *word);
void cli_repro(const struct options *options, const struct scenario *scenario, uint64_t seed,
               const char *surprises, char out[CLI_REPRO_CHARS]);

/* The scenario extended by seed, surprises, --set and fingerprint: `exifsim replay` runs it again.
 * To be freed; NULL: it cannot be said in a file, and error tells why. */
char *cli_capsule(const struct options *options, const struct scenario *scenario, uint64_t seed,
                  uint64_t fingerprint, const char *surprises, char error[CLI_ERROR_CHARS]);

/* One run from beginning to end. The world is the caller's to free. */
struct cli_run {
    struct world *world;
    struct result result;
    uint64_t seed, host_us;
    bool met, same; /* Expectation; fingerprints of --verify and of a capsule. */
    bool unwritten; /* --counters could not be written; that was said. */
    bool cut;       /* --until ended it before the scenario would have. */
    char why[256];  /* One sentence when not met. */
    char surprises[SURPRISES_CHARS];
    char repro[CLI_REPRO_CHARS];
};
bool cli_run_once(const struct options *options, const struct scenario *scenario, uint64_t seed,
                  bool progress, struct cli_run *run);

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
