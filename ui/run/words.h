/* words.h - the words of a command line, for every program of the house.
 *
 * A program's table has a row an option, beginning with a struct cli_word; what else a row holds is
 * the program's.
 *
 *     static const struct cli_words words = { "exifsim", "exifsim --help", known, sizeof known[0],
 *                                             O_COUNT };
 *     int found = cli_find_word(&words, "--seed=7", &attached);     // O_SEED, "7"
 */
#pragma once
#include "sim/clock.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct cli_word {
    const char *name;         /* "--seed" */
    char letter;              /* 's', 0: none. */
    const char *value, *help; /* value NULL: it takes none. */
};

struct cli_words {
    const char *program, *see; /* Before and behind every complaint. */
    const void *table;
    size_t row_bytes, count;
};

/* "--name", "--name=value", "-x", "-xvalue": the row's number, -1: none. *attached: where a value
 * that is part of the word begins, or NULL. */
int cli_find_word(const struct cli_words *words, const char *word, const char **attached);

/* Says that there is no such option, and which one may be meant. False, always. */
bool cli_unknown_word(const struct cli_words *words, const char *word);

/* "program: <format with what>; see <see>" on standard error. False, always. */
bool cli_refuse(const struct cli_words *words, const char *format, const char *what);

/* One line of a help text, or two when the left column is full. */
void cli_print_word(FILE *out, const struct cli_word *word, int column);

/* Values. A seed: decimal, hexadecimal, or the first 16 digits of a 40-digit git hash. A time: by
 * the INI's own units, `least` at least. A word: its place among count. */
bool cli_parse_seed(const char *text, uint64_t *seed);
bool cli_parse_time_from(const char *text, sim_time least, sim_time *out);
bool cli_parse_word(const char *text, const char *const *words, uint32_t count, uint32_t *out);
