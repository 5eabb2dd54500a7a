/* options.h - the command line of exifsim and of exifsim-view, as one table.
 *
 * Verbs (verbs.def), options (options.def) and the rules for their combination (options_rules.c)
 * are plain data, which the parser, --help and "did you mean" read.
 *
 *     struct options o;
 *
 *     if (!options_read(&o, PROGRAM_EXIFSIM, count, words))
 *         return EXIT_USAGE;                               // what is wrong was said on stderr
 *     if (o.help || o.verb == VERB_NONE)
 *         options_help(stdout, PROGRAM_EXIFSIM, o.verb);
 */
#pragma once
#include "ui/run/run.h"
#include <stdio.h>

enum program { PROGRAM_EXIFSIM, PROGRAM_VIEW, PROGRAMS };

enum verb_id {
#define VERB(id, name, program, operands, takes, needs, summary, usage, about, examples) VERB_##id,
#include "ui/run/verbs.def"
#undef VERB
    VERB_COUNT,
    VERB_NONE = VERB_COUNT
};

enum operands {
    OPERANDS_ANY,
    OPERANDS_NONE,
    OPERANDS_ONE,
    OPERANDS_TWO,
    OPERANDS_OPTIONAL,
    OPERANDS_MANY
};

/* What the operands of a verb are. */
enum takes {
    TAKES_NOTHING,
    TAKES_SCENARIOS, /* Files or names (supplied.h); also capsules, folders, as usage says. */
    TAKES_CAPSULES,
    TAKES_LESSONS,
    TAKES_LEVELS, /* Levels of the game: numbers, files or names. */
    TAKES_DATABASES,
    TAKES_FOLDERS, /* Folders of labs. */
    TAKES_NEW,     /* A kind of file, and the file to be made. */
};

struct verb {
    const char *name;
    enum program program; /* The program that does it. */
    enum operands operands;
    enum takes takes;
    const char *needs; /* The operands that the verb needs, for the error when they are missing. */
    const char *summary, *usage, *about, *examples;
};
extern const struct verb verbs[VERB_COUNT];

enum option_id {
#define OPTION(id, ...) OPTION_##id,
#include "ui/run/options.def"
#undef OPTION
    OPTION_COUNT
};
typedef unsigned __int128 option_set; /* A set of options: a bit for each. */
_Static_assert(OPTION_COUNT <= 128, "a set of options is 128 bits");
#define OPTION_BIT(id) ((option_set)1 << OPTION_##id)

/* How an option's value is read, and the type of its field in struct options. */
enum option_type {
    OPTION_IS_FLAG,               /* bool */
    OPTION_IS_COUNT,              /* uint32_t */
    OPTION_IS_NUMBER,             /* uint64_t */
    OPTION_IS_SEED,               /* uint64_t; decimal, hexadecimal or a git hash */
    OPTION_IS_REAL,               /* double; least and most in millionths */
    OPTION_IS_TIME,               /* sim_time */
    OPTION_IS_TEXT,               /* const char *; least: its shortest length in bytes */
    OPTION_IS_OUTPUT,             /* const char *: a file that will be written */
    OPTION_IS_OUTPUT_OR_STANDARD, /* Like OUTPUT; without a value: standard output */
    OPTION_IS_WORD,               /* uint32_t: index of the word in words */
    OPTION_IS_SIZE,               /* struct option_size */
    OPTION_IS_SHARD,              /* struct option_shard; most: the greatest number of parts */
    OPTION_IS_SETS,               /* struct run_options, which gets one more set */
};

struct option_size {
    int width, height;
};

/* One of several parts of a whole, from 1. */
struct option_shard {
    uint32_t number, of;
};

enum { OPTION_WORDS = 10, OPTION_HELPS = 20, PATHS_MAX = 4096 };

struct option_help {
    uint32_t verbs; /* Verbs that this text is for: a bit for each. */
    const char *text;
};

struct option {
    const char *name; /* "--seed" */
    char letter;      /* 's'; 0: the option has no letter. */
    enum option_type type;
    size_t field; /* Offset in struct options. */
    uint64_t least, most;
    const char *words[OPTION_WORDS];
    const char *value;    /* Name of the value, such as "N"; NULL: the option takes none. */
    const char *expected; /* What a value must be, such as "a number from 1 to 256". */
    struct option_help help[OPTION_HELPS];
};
extern const struct option option_rows[OPTION_COUNT];

/* The contents of a command line. */
enum format { FORMAT_HUMAN, FORMAT_JSON, FORMAT_TAP };
enum glue_kind { GLUE_NONE, GLUE_DRIVER, GLUE_PROGRAM };

struct options {
    enum verb_id verb;
    const char *paths[PATHS_MAX];
    uint32_t path_count;
    option_set given; /* OPTION_BIT of each option that was given. */
    struct run_options run;
    uint32_t runs; /* Number of seeds, of replicas or of repetitions, by verb. */
    uint32_t jobs;
    bool help, quiet, verbose;
    uint32_t glue; /* enum glue_kind. */
    const char *out, *junit;
    uint32_t format; /* enum format */
    uint32_t color_when;
    /* Whether to print colours: from --color, NO_COLOR, and whether stdout is a terminal. */
    bool color;
    const char *filter; /* Part of a name or a title; NULL: all scenarios. */
    bool fail_fast;
    /* run */
    const char *counters;
    sim_time interval; /* Simulated time between two rows of counters. */
    uint64_t break_at; /* Number of the record to break at. */
    /* sweep, merge and plan */
    bool resume, status;
    struct option_shard shard;    /* of 0: not given. */
    uint32_t engine;              /* Index of the word: slurm, parallel, kubernetes, htcondor. */
    uint32_t shards;              /* 0: not given. */
    sim_time task_time, run_time; /* Host times; 0: not given. */
    double until_ci;              /* 0: not given. */
    uint64_t budget_runs;
    sim_time budget_time; /* Host time. */
    /* export, list, curve, version */
    bool csv, json, perfetto, chrome, points, names;
    const char *svg, *png, *html, *x_axis;
    const char *kinds, *process;
    const char *url; /* link */
    /* lab */
    const char *lab;
    /* lesson */
    bool check;
    const char *ask, *answers;
    uint32_t grade; /* Index of the word: autolab, gradescope, junit. */
    bool show_keys, reset, fingerprint;
    /* quiz */
    const char *type, *stats;
    bool gift, sheet, key;
    bool quiz;            /* view: questions beside the run. */
    const char *commands; /* kd; NULL: read them. */
    uint64_t gdb;         /* A port. */
    bool when;            /* explain: shares of futures. */
    const char *findings;
    uint32_t strategy; /* Index of the word. */
    uint64_t schedules;
    sim_time explore_time;
    uint32_t mode, fail, depth;
    uint32_t vary; /* Index of the word: both, load, schedule. */
    /* view and render */
    uint32_t theme, text_percent; /* enum theme; size of texts in percent, 0: not given. */
    struct option_size size;      /* 0: not given. */
    const char *font, *mono_font, *twin;
    const char *script, *settings;
    bool no_settings, no_window;
    const char *lanes, *select, *wrote, *unfold, *records, *describe, *frames, *video;
    bool no_inspector;
    const char *handout, *storyboard;
    uint32_t paper;                 /* Index of the word: A4, Letter, A3. */
    const char *game;               /* Number or file of a level; NULL: none. */
    bool list_levels, check_levels; /* game */
    const char *lesson;             /* File or name; NULL: none. */
    uint32_t page;                  /* From 1; 0: not given. */
    bool presenter, notes;
    const char *at, *from, *to; /* Instants, ui/recording/anchor.h; NULL: not given. */
    uint64_t record;
    uint32_t axis, screen;
    uint32_t fps;
    double speed; /* Simulated seconds in one second of the film. */
};

/* Reads the words after the program's name. False: the error was printed to stderr. The words are
 * kept by pointer. */
bool options_read(struct options *options, enum program program, int count,
                  const char *const *words);
/* Checks the combination of options and files (options_rules.c). False: the error was printed to
 * stderr. options_read calls it. */
bool options_fit(const struct options *options, enum program program);

/* True if an output of a verb that also prints a report is standard output. */
bool options_use_standard_output(const struct options *options);

/* Prints the help for a verb; VERB_NONE: for the whole program. */
void options_help(FILE *out, enum program program, enum verb_id verb);

/* What the exit codes of a program mean; the last row has no meaning. */
struct option_exit {
    int code;
    const char *meaning;
};
const struct option_exit *options_exits(enum program program);

/* True if the results of a verb are cases, which --format tap can print. */
bool verb_has_cases(enum verb_id verb);
enum verb_id verb_find(const char *name);     /* VERB_NONE: no such verb. */
uint32_t option_verbs(enum option_id option); /* The verbs that take an option: a bit for each. */
const char *program_name(enum program program);

/* Prints "program: <format>; see <how to get help>" to stderr. Always returns false. */
bool options_refuse(enum program program, const char *format, ...) PRINTF_LIKE(2, 3);

/* Reads a time such as "90 s" or "5min", with the units of scenario files. False: not a time of at
 * least `least`. */
bool options_parse_time(const char *text, sim_time least, sim_time *out);
