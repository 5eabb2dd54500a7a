/* man.c - man pages in the macros of man(7). */
#include "ui/manual/manual.h"
#include <ctype.h>
#include <string.h>

enum { TITLE_CHARS = 64 };

/* ---- Text ------------------------------------------------------------------------------------ */

/* Writes text so that roff prints it as it is: a hyphen stays one, and no line is a request. */
static void put_length(FILE *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (i == 0 && (text[i] == '.' || text[i] == '\''))
            fputs("\\&", out);
        if (text[i] == '\\')
            fputs("\\e", out);
        else if (text[i] == '-')
            fputs("\\-", out);
        else if (text[i] == '\'')
            fputs("\\(aq", out);
        else if (text[i] == '`')
            fputs("\\(ga", out);
        else if (text[i] == '^')
            fputs("\\(ha", out);
        else if (text[i] == '~')
            fputs("\\(ti", out);
        else
            fputc(text[i], out);
    }
}

static void put(FILE *out, const char *text) { put_length(out, text, strlen(text)); }

/* A line of text for roff begins in column 1 and a new sentence on a new line. */
static void paragraph(FILE *out, const char *text)
{
    while (*text != 0) {
        const char *end = strstr(text, ". ");
        size_t length = end != NULL ? (size_t)(end - text) + 1 : strlen(text);

        put_length(out, text, length);
        fputc('\n', out);
        text += length + (end != NULL);
    }
}

static void section(FILE *out, const char *name) { fprintf(out, ".SH %s\n", name); }

/* A line of usage: the literal words bold, what stands for something else italic. */
static void usage_line(FILE *out, const char *text, size_t length)
{
    for (size_t at = 0; at < length;) {
        size_t word = 0;
        bool name = false, small = false;

        while (at + word < length && (isalnum((unsigned char)text[at + word]) ||
                                      strchr("-_.", text[at + word]) != NULL)) {
            name = name || isupper((unsigned char)text[at + word]);
            small = small || islower((unsigned char)text[at + word]);
            word++;
        }
        if (word == 0 || (!name && !small)) {
            put_length(out, text + at, word > 0 ? word : 1);
            at += word > 0 ? word : 1;
            continue;
        }
        fputs(name || strncmp(text + at, "options", 7) == 0 ? "\\fI" : "\\fB", out);
        put_length(out, text + at, word);
        fputs("\\fR", out);
        at += word;
    }
    fputc('\n', out);
}

static void usage(FILE *out, const char *text)
{
    for (bool first = true; *text != 0; first = false) {
        size_t length = strcspn(text, "\n");

        if (!first)
            fputs(".br\n", out);
        usage_line(out, text, length);
        text += length + (text[length] == '\n');
    }
}

/* ---- Sections -------------------------------------------------------------------------------- */

static void option_head(FILE *out, const struct option *row)
{
    fputs(".TP\n", out);
    if (row->letter != 0)
        fprintf(out, "\\fB\\-%c\\fR, ", row->letter);
    fputs("\\fB", out);
    put(out, row->name);
    fputs("\\fR", out);
    if (row->value != NULL) {
        fputs(row->value[0] == '[' ? "\\fI" : " \\fI", out);
        put(out, row->value);
        fputs("\\fR", out);
    }
    fputc('\n', out);
}

static void options_of(FILE *out, enum verb_id verb)
{
    section(out, "OPTIONS");
    for (int i = 0; i < OPTION_COUNT; i++) {
        const char *text = manual_help(&option_rows[i], verb);

        if (text == NULL)
            continue;
        option_head(out, &option_rows[i]);
        put(out, text);
        fputs(".\n", out);
    }
}

static void exits_of(FILE *out, enum program program)
{
    section(out, "EXIT STATUS");
    for (const struct option_exit *exit = options_exits(program); exit->meaning != NULL; exit++) {
        fprintf(out, ".TP\n.B %d\n", exit->code);
        put(out, exit->meaning);
        fputs(".\n", out);
    }
}

static void examples_of(FILE *out, const char *text)
{
    if (text[0] == 0)
        return;
    section(out, "EXAMPLES");
    fputs(".EX\n", out);
    for (; *text != 0; text += *text == '\n') {
        size_t length = strcspn(text, "\n");

        put_length(out, text, length);
        fputc('\n', out);
        text += length;
    }
    fputs(".EE\n", out);
}

static void environment(FILE *out)
{
    section(out, "ENVIRONMENT");
    fputs(
        ".TP\n.B EXIFSIM_SCENARIOS\nA folder of scenarios, which is searched for names before all "
        "others.\n"
        ".TP\n.B EXIFSIM_PAGE\nThe page without a run, from which\n.B exifsim export --html\nmakes "
        "one with a run, instead of the one beside the program.\n"
        ".TP\n.B NO_COLOR\nIf it is set and not empty, nothing is printed in colours.\n"
        ".TP\n.B XDG_DATA_HOME\nThe folder below which the progress of lessons and of the game "
        "and bookmarks of "
        "installed scenarios are kept, instead of\n.IR \\(ti/.local/share .\n",
        out);
}

static void files(FILE *out)
{
    section(out, "FILES");
    fputs(".TP\n.I ", out);
    put(out, EXIFSIM_SCENARIOS_FOLDER);
    fputs(
        "\nThe scenarios that come with the program; each has a comment that says what it shows.\n"
        ".TP\n.I \\(ti/.local/share/exifsim\nProgress of lessons and of the game, its log, and "
        "bookmarks.\n",
        out);
}

static void see_also(FILE *out, enum verb_id verb)
{
    section(out, "SEE ALSO");
    if (verb != VERB_NONE)
        fputs(".BR exifsim (1),\n", out);
    for (int v = 0, last = verb == VERB_COUNT - 1 ? VERB_COUNT - 2 : VERB_COUNT - 1; v <= last; v++)
        if (v != (int)verb)
            fprintf(out, ".BR exifsim\\-%s (1)%s\n", verbs[v].name, v < last ? "," : "");
}

/* ---- Pages ----------------------------------------------------------------------------------- */

static void head(FILE *out, const char *name, const char *date, const char *summary)
{
    char title[TITLE_CHARS];
    size_t i = 0;

    for (; name[i] != 0 && i + 1 < sizeof title; i++)
        title[i] = (char)toupper((unsigned char)name[i]);
    title[i] = 0;
    fputs(".\\\" Made from the table of options; the build makes it anew.\n.TH ", out);
    put(out, title);
    fprintf(out, " 1 \"%s\" \"exifsim %s\" \"exifsim\"\n", date, EXIFSIM_VERSION);
    section(out, "NAME");
    put(out, name);
    fputs(" \\- ", out);
    put(out, summary);
    fputc('\n', out);
}

/* Says how the words of a command line are read, where a verb takes scenarios. */
static void names(FILE *out)
{
    section(out, "SCENARIOS BY NAME");
    paragraph(
        out,
        "A scenario is a file, or the name of one that comes with the program: kb908674 "
        "is found from any folder. `exifsim list` prints the names. A file that lies at "
        "the path as given comes first; then the folder EXIFSIM_SCENARIOS, the folder "
        "scenarios here, that of the sources of a build, and that of the installed "
        "program are searched. The names of lessons and levels may leave out lessons/ and game/.");
}

static void page_of_program(FILE *out, const char *date)
{
    head(out, "exifsim", date, "simulated Exchange 2003 server, its ExIFS driver, and KB 908674");
    section(out, "SYNOPSIS");
    usage(out, "exifsim VERB [options] SCENARIO ...\nexifsim help VERB\nexifsim --version");
    section(out, "DESCRIPTION");
    paragraph(
        out, "Simulates a whole machine of 2006, deterministically: the Windows kernel, the driver "
             "exifs.sys, its libraries, the mail programs, services, disks and mail. The driver "
             "and the libraries are real C, which also compiles for Windows. The same scenario and "
             "the same seed give the same run, record for record, and the same fingerprint.");
    section(out, "VERBS");
    for (int v = 0; v < VERB_COUNT; v++) {
        fprintf(out, ".TP\n.BR exifsim\\-%s (1)\n", verbs[v].name);
        put(out, verbs[v].summary);
        fputs(".\n", out);
    }
    names(out);
    exits_of(out, PROGRAM_EXIFSIM);
    environment(out);
    files(out);
    examples_of(out, "exifsim run kb908674\nexifsim explain kb887742\nexifsim lesson\n");
    see_also(out, VERB_NONE);
}

void manual_page(FILE *out, enum verb_id verb, const char *date)
{
    char name[TITLE_CHARS];
    const struct verb *row = &verbs[verb];

    if (verb == VERB_NONE) {
        page_of_program(out, date);
        return;
    }
    snprintf(name, sizeof name, "exifsim-%s", row->name);
    head(out, name, date, row->summary);
    section(out, "SYNOPSIS");
    usage(out, row->usage);
    section(out, "DESCRIPTION");
    paragraph(out, row->about);
    if (verb == VERB_VIEW) /* The page of the program, too. */
        paragraph(out, "exifsim starts the program exifsim-view for the verbs view, render and "
                       "poster; exifsim-view takes the same words, and without a verb means view.");
    options_of(out, verb);
    if (row->takes != TAKES_NOTHING && row->takes != TAKES_NEW && row->takes != TAKES_FOLDERS &&
        row->takes != TAKES_DATABASES)
        names(out);
    exits_of(out, row->program);
    examples_of(out, row->examples);
    see_also(out, verb);
}
