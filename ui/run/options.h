/* options.h - the words of a command line, for every program of the house, as one table.
 *
 * Verbs (verbs.def), options (options.def) and what goes together (options_rules.c) are plain data.
 * Parsing, help and "did you mean" read them; whatever else is to be made of them can, too.
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
#define VERB(id, name, program, operands, wants, summary, usage, about, examples) VERB_##id,
#include "ui/run/verbs.def"
#undef VERB
    VERB_COUNT,
    VERB_NONE = VERB_COUNT
};

enum operands { OPERANDS_NONE, OPERANDS_ONE, OPERANDS_OPTIONAL, OPERANDS_MANY };

struct verb {
    const char *name;
    enum program program; /* Who does it. */
    enum operands operands;
    const char *wants; /* What is missing where nothing stands behind it. */
    const char *summary, *usage, *about, *examples;
};
extern const struct verb verbs[VERB_COUNT];

enum option_id {
#define OPTION(id, ...) OPTION_##id,
#include "ui/run/options.def"
#undef OPTION
    OPTION_COUNT
};
_Static_assert(OPTION_COUNT <= 64, "a set of options is 64 bits");
#define OPTION_BIT(id) (UINT64_C(1) << OPTION_##id)

/* The type of an option's field. */
enum option_type {
    OPTION_IS_FLAG,               /* bool */
    OPTION_IS_COUNT,              /* uint32_t */
    OPTION_IS_NUMBER,             /* uint64_t */
    OPTION_IS_SEED,               /* uint64_t; also hexadecimal and git hashes */
    OPTION_IS_REAL,               /* double; least and most in millionths */
    OPTION_IS_TIME,               /* sim_time */
    OPTION_IS_TEXT,               /* const char *; least: its shortest length */
    OPTION_IS_OUTPUT,             /* const char *: a file that will be written */
    OPTION_IS_OUTPUT_OR_STANDARD, /* The same; alone it means standard output. */
    OPTION_IS_WORD,               /* uint32_t: which of words */
    OPTION_IS_SIZE,               /* struct option_size */
    OPTION_IS_SETS,               /* struct run_options, to which a set is added */
};

struct option_size {
    int width, height;
};

enum { OPTION_WORDS = 3, OPTION_HELPS = 8, PATHS_MAX = 1024 };

struct option_help {
    uint32_t verbs; /* A bit for each. */
    const char *text;
};

struct option {
    const char *name; /* "--seed" */
    char letter;      /* 's', 0: none. */
    enum option_type type;
    size_t field; /* Offset in struct options. */
    uint64_t least, most;
    const char *words[OPTION_WORDS];
    const char *value;    /* "N"; NULL: it takes none. */
    const char *expected; /* "a number from 1 to 256" */
    struct option_help help[OPTION_HELPS];
};
extern const struct option option_rows[OPTION_COUNT];

/* What was asked for. */
enum format { FORMAT_HUMAN, FORMAT_JSON, FORMAT_TAP };
struct options {
    enum verb_id verb;
    const char *paths[PATHS_MAX];
    uint32_t path_count;
    uint64_t given; /* OPTION_BIT of each. */
    struct run_options run;
    uint32_t runs; /* Seeds from the first one on, replicas, repetitions. */
    uint32_t jobs;
    bool help, quiet, verbose;
    const char *out, *junit;
    uint32_t format; /* enum format */
    uint32_t color_when;
    bool color; /* Decided: --color, NO_COLOR, and whether stdout is a terminal. */
    /* run */
    const char *counters;
    sim_time interval; /* Between two looks. */
    uint64_t break_at; /* Number of a record. */
    /* sweep */
    bool resume;
    double until_ci; /* 0: not given. */
    uint64_t budget_runs;
    sim_time budget_time; /* Of the host. */
    /* export, list, curve */
    bool csv, json, perfetto, chrome, points;
    const char *svg, *png, *html, *x_axis;
    /* view and render */
    uint32_t theme, text_percent; /* text_percent 0: not given. */
    struct option_size size;      /* 0: not given. */
    const char *font, *mono_font, *twin;
    const char *script, *settings;
    bool no_settings, no_window;
    const char *lanes, *select, *describe, *frames, *video;
    bool no_inspector;
    const char *at, *from, *to; /* Instants, ui/recording/anchor.h; NULL: not given. */
    uint64_t record;
    uint32_t axis, screen;
    uint32_t fps;
    double speed; /* Simulated seconds in one of the film. */
};

/* Reads the words behind the program's name. False: what is wrong was said on stderr. */
bool options_read(struct options *options, enum program program, int count,
                  const char *const *words);
/* What does not go together (options_rules.c). False: said on stderr. options_read asks it. */
bool options_fit(const struct options *options, enum program program);

/* VERB_NONE: all that the program can do. */
void options_help(FILE *out, enum program program, enum verb_id verb);

enum verb_id verb_find(const char *name);     /* VERB_NONE: there is no such. */
uint32_t option_verbs(enum option_id option); /* A bit for each verb that takes it. */
const char *program_name(enum program program);

/* "program: <format>; see <how to get help>" on stderr. False, always. */
bool options_refuse(enum program program, const char *format, ...) PRINTF_LIKE(2, 3);

/* "90 s", "5min": the INI's own units, by the INI's own reader. */
bool options_parse_time(const char *text, sim_time least, sim_time *out);
