/* options_help.c - prints --help from the tables. */
#include "ui/run/options.h"
#include <stdio.h>
#include <string.h>

enum { COLUMNS = 100, OPTION_COLUMN = 29, FEW = 3 };

/* Prints a paragraph from column `at` on; its further lines begin at the indent. */
static void wrap(FILE *out, const char *text, int at, int indent)
{
    const char *blank = "";

    while (*text != 0) {
        int length = (int)strcspn(text, " ");

        if (blank[0] != 0 && at + 1 + length > COLUMNS) {
            fprintf(out, "\n%*s", indent, "");
            at = indent;
            blank = "";
        }
        fprintf(out, "%s%.*s", blank, length, text);
        at += (int)strlen(blank) + length;
        text += length + (text[length] == ' ');
        blank = " ";
    }
    fputc('\n', out);
}

/* Prints each line of text behind a margin. */
static void lines(FILE *out, const char *text, const char *first, const char *margin)
{
    for (; *text != 0; first = margin) {
        int length = (int)strcspn(text, "\n");

        fprintf(out, "%s%.*s\n", first, length, text);
        text += length + (text[length] == '\n');
    }
}

/* Writes the names of verbs as a list: "run, test". */
static void names_of(uint32_t taken, char *out, size_t size)
{
    out[0] = 0;
    for (int v = 0; v < VERB_COUNT; v++)
        if (taken >> v & 1)
            snprintf(out + strlen(out), size - strlen(out), "%s%s", out[0] != 0 ? ", " : "",
                     verbs[v].name);
}

static int bits_of(uint32_t set)
{
    int count = 0;

    for (; set != 0; set &= set - 1)
        count++;
    return count;
}

/* Prints what an option does for the verbs asked for. The texts name their verbs if they differ
 * from verb to verb, or if only a few of the verbs take the option. */
static void print_option(FILE *out, const struct option *row, uint32_t asked)
{
    char left[64], letter[] = { '-', row->letter, ',', 0 }, text[512];
    uint32_t taken = option_verbs((enum option_id)(row - option_rows)) & asked;
    bool named = taken != asked && bits_of(taken) <= FEW;
    int at;

    if (taken == 0)
        return;
    for (int i = 0; i < OPTION_HELPS; i++)
        named = named || ((row->help[i].verbs & taken) != 0 && (taken & ~row->help[i].verbs) != 0);
    snprintf(left, sizeof left, "%3s %s%s%s", row->letter ? letter : "", row->name,
             row->value ? " " : "", row->value ? row->value : "");
    at = fprintf(out, "  %s", left);
    if (at >= OPTION_COLUMN + 2) {
        fputc('\n', out);
        at = 0;
    }
    for (int i = 0; i < OPTION_HELPS; i++) {
        if (!(row->help[i].verbs & asked))
            continue;
        names_of(named ? row->help[i].verbs & asked : 0, text, sizeof text);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", named ? ": " : "",
                 row->help[i].text);
        fprintf(out, "%*s", OPTION_COLUMN + 2 - at, "");
        wrap(out, text, OPTION_COLUMN + 2, OPTION_COLUMN + 2);
        at = 0;
    }
}

const struct option_exit *options_exits(enum program program)
{
    static const struct option_exit exits[] = {
        { 0, "expectations met" },
        { 1, "finding" },
        { 2, "error in the command line or a scenario" },
        { 3, "fingerprints differ" },
        { 4, "no verdict (cut short, or a budget used up)" },
        { 70, "internal error" },
        { 0, NULL },
    };
    static const struct option_exit view_exits[] = {
        { 0, "done" },
        { 1, "an expectation of the script is not met" },
        { 2, "error in the command line, a scenario or the display" },
        { 0, NULL },
    };

    return program == PROGRAM_VIEW ? view_exits : exits;
}

static void print_options(FILE *out, enum program program, uint32_t asked)
{
    char text[512] = "";

    fprintf(out, "\noptions\n");
    for (int i = 0; i < OPTION_COUNT; i++)
        print_option(out, &option_rows[i], asked);
    for (const struct option_exit *exit = options_exits(program); exit->meaning != NULL; exit++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%d %s",
                 text[0] != 0 ? ", " : "", exit->code, exit->meaning);
    wrap(out, text, fprintf(out, "\nexit codes: ") - 1, 12);
}

static void print_verb(FILE *out, enum program program, enum verb_id id)
{
    const struct verb *verb = &verbs[id];

    lines(out, verb->usage, "usage: ", "       ");
    if (verb->about[0] != 0) {
        fputc('\n', out);
        wrap(out, verb->about, 0, 0);
    }
    if (verb->examples[0] != 0) {
        fputc('\n', out);
        lines(out, verb->examples, "    ", "    ");
    }
    print_options(out, program, 1u << id);
}

void options_help(FILE *out, enum program program, enum verb_id verb)
{
    uint32_t asked = 0;

    if (verb != VERB_NONE) {
        print_verb(out, program, verb);
        return;
    }
    fprintf(out, "exifsim: a simulated Exchange 2003 server, its ExIFS driver, and KB 908674\n\n"
                 "usage: exifsim VERB [options] SCENARIO ...\n\nverbs\n");
    for (int i = 0; i < VERB_COUNT; i++) {
        fprintf(out, "  %-10s %s\n", verbs[i].name, verbs[i].summary);
        asked |= verbs[i].program == program ? 1u << i : 0;
    }
    print_options(out, program, asked);
    fprintf(
        out,
        "\nexifsim help VERB tells more; exifsim list prints the scenarios by name. A first run:\n"
        "    exifsim run kb908674\n");
}
