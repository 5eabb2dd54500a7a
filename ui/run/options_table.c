/* options_table.c - the tables of options.h, from verbs.def and options.def. */
#include "ui/run/options.h"
#include <string.h>

const struct verb verbs[VERB_COUNT] = {
#define VERB(id, name, program, operands, takes, needs, summary, usage, about, examples)     \
    [VERB_##id] = {                                                                          \
        #name, PROGRAM_##program, OPERANDS_##operands, TAKES_##takes, needs, summary, usage, \
        about, examples                                                                      \
    },
#include "ui/run/verbs.def"
#undef VERB
};

/* The verbs as options.def names them: a bit for each. */
enum {
#define VERB(id, ...) id = 1u << VERB_##id,
#include "ui/run/verbs.def"
#undef VERB
    ALL = (1u << VERB_COUNT) - 1
};
_Static_assert(VERB_COUNT < 31, "a set of verbs is 32 bits");

/* Longest duration of a scenario. */
#define SIMULATED_MAX          (SEC(86400) * 7)
#define AT(kind, to)           .type = OPTION_IS_##kind, .field = offsetof(struct options, to)
#define FLAG(to)               AT(FLAG, to)
#define COUNT(to, low, high)   AT(COUNT, to), .least = (low), .most = (high)
#define NUMBER(to, low, high)  AT(NUMBER, to), .least = (low), .most = (high)
#define SEED(to)               AT(SEED, to)
#define REAL(to, low, high)    AT(REAL, to), .least = (low), .most = (high)
#define TIME(to, low, high)    AT(TIME, to), .least = (low), .most = (high)
#define TEXT(to)               AT(TEXT, to), .least = 1
#define ANY_TEXT(to)           AT(TEXT, to)
#define OUTPUT(to)             AT(OUTPUT, to)
#define OUTPUT_OR_STANDARD(to) AT(OUTPUT_OR_STANDARD, to)
#define WORD(to, ...)          AT(WORD, to), .words = { __VA_ARGS__ }
#define SIZE(to)               AT(SIZE, to)
#define SHARD(to, high)        AT(SHARD, to), .most = (high)
#define SETS(to)               AT(SETS, to)
#define HELP(by, what)         { (by), what },

const struct option option_rows[OPTION_COUNT] = {
#define OPTION(id, word, key, holds, shown, valid, ...) \
    [OPTION_##id] = { .name = word,                     \
                      .letter = key,                    \
                      holds,                            \
                      .value = shown,                   \
                      .expected = valid,                \
                      .help = { __VA_ARGS__ } },
#include "ui/run/options.def"
#undef OPTION
};

bool verb_has_cases(enum verb_id verb)
{
    return verb == VERB_RUN || verb == VERB_TEST || verb == VERB_REPLAY;
}

enum verb_id verb_find(const char *name)
{
    int found = 0;

    while (found < VERB_COUNT && strcmp(verbs[found].name, name) != 0)
        found++;
    return (enum verb_id)found;
}

uint32_t option_verbs(enum option_id option)
{
    uint32_t taken = 0;

    for (int i = 0; i < OPTION_HELPS; i++)
        taken |= option_rows[option].help[i].verbs;
    return taken;
}

const char *program_name(enum program program)
{
    static const char *const names[PROGRAMS] = { "exifsim", "exifsim-view" };

    return names[program];
}
