/* manual.h - man pages and completions, from the tables that --help is printed from.
 *
 * The build runs exifsim-manual once, which writes everything below one folder:
 *
 *     exifsim/man1/exifsim.1 exifsim-run.1 ...         pages of verbs that exifsim carries out
 *     exifsim-view/man1/exifsim-view.1 ...             pages of those that exifsim-view carries out
 *     completions/exifsim.bash exifsim-view.bash _exifsim exifsim.fish
 */
#pragma once
#include "ui/run/options.h"
#include <stdio.h>

/* Writes the page of a verb, or of the whole program for VERB_NONE. `date` is that of the release,
 * such as 2026-11-30. */
void manual_page(FILE *out, enum verb_id verb, const char *date);

void manual_bash(FILE *out);
/* The file that bash loads for exifsim-view: it loads that of exifsim. */
void manual_bash_view(FILE *out);
void manual_zsh(FILE *out);
void manual_fish(FILE *out);

/* What can stand behind an option of a verb, for completions (values.c). */
struct manual_value {
    char words[128]; /* Words to choose from, separated by blanks; may be empty. */
    bool takes;      /* The option has a value in the next word. */
    bool files, folders, names;
};
struct manual_value manual_value(const struct option *option, enum verb_id verb);

/* The words that can follow `exifsim new`, from its usage, separated by blanks. */
void manual_kinds(char *out, size_t size);

/* The text of an option for a verb; NULL: the verb does not take it. */
const char *manual_help(const struct option *option, enum verb_id verb);
