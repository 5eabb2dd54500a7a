/* fish.c - the completion for fish: a line a verb, an option of some verbs, an operand. */
#include "ui/manual/manual.h"
#include <string.h>

static void put(FILE *out, const char *text)
{
    fputc('\'', out);
    for (; *text != 0; text++)
        fprintf(out, *text == '\'' || *text == '\\' ? "\\%c" : "%c", *text);
    fputc('\'', out);
}

static enum verb_id first_of(uint32_t among)
{
    int v = 0;

    while (!(among >> v & 1))
        v++;
    return (enum verb_id)v;
}

/* Writes the condition that one of these verbs was typed. */
static void put_condition(FILE *out, const char *program, uint32_t among)
{
    fprintf(out, "complete -c %s -n '__fish_seen_subcommand_from", program);
    for (int v = 0; v < VERB_COUNT; v++)
        if (among >> v & 1)
            fprintf(out, " %s", verbs[v].name);
    fputc('\'', out);
}

static void put_value(FILE *out, int option, enum verb_id verb)
{
    struct manual_value value = manual_value(&option_rows[option], verb);

    if (!value.takes)
        return;
    if (value.files || value.names)
        fputs(" -r -F", out);
    else
        fputs(" -x", out);
    if (value.folders)
        fputs(" -a '(__fish_complete_directories)'", out);
    else if (value.names)
        fprintf(out, " -a '%s (__exifsim_%s)'", value.words,
                option == OPTION_LESSON ? "lessons"
                : option == OPTION_GAME ? "levels"
                                        : "names");
    else if (value.words[0] != 0)
        fprintf(out, " -a '%s'", value.words);
}

static void put_options(FILE *out, enum program program)
{
    uint32_t all = 0;

    for (int v = 0; v < VERB_COUNT; v++)
        if (program == PROGRAM_EXIFSIM || verbs[v].program == program)
            all |= 1u << v;
    for (int i = 0; i < OPTION_COUNT; i++)
        for (int h = 0; h < OPTION_HELPS; h++) {
            const struct option *row = &option_rows[i];

            if ((row->help[h].verbs & all) == 0)
                continue;
            put_condition(out, program_name(program), row->help[h].verbs & all);
            if (row->letter != 0)
                fprintf(out, " -s %c", row->letter);
            fprintf(out, " -l %s", row->name + 2);
            put_value(out, i, first_of(row->help[h].verbs & all));
            fputs(" -d ", out);
            put(out, row->help[h].text);
            fputc('\n', out);
        }
}

static void put_operands(FILE *out, enum program program, int v)
{
    const struct verb *verb = &verbs[v];
    char kinds[128];

    if (verb->takes == TAKES_NOTHING)
        return;
    put_condition(out, program_name(program), 1u << v);
    manual_kinds(kinds, sizeof kinds);
    if (verb->takes == TAKES_SCENARIOS)
        fputs(" -F -a '(__exifsim_names)'\n", out);
    else if (verb->takes == TAKES_LESSONS)
        fputs(" -F -a '(__exifsim_lessons)'\n", out);
    else if (verb->takes == TAKES_LEVELS)
        fputs(" -F -a '(__exifsim_levels)'\n", out);
    else if (verb->takes == TAKES_NEW)
        fprintf(out, " -F -a '%s'\n", kinds);
    else
        fputs(" -F\n", out);
}

static void put_program(FILE *out, enum program program)
{
    const char *name = program_name(program);

    fprintf(out, "\ncomplete -c %s -f\n", name);
    for (int v = 0; v < VERB_COUNT; v++) {
        if (program != PROGRAM_EXIFSIM && verbs[v].program != program)
            continue;
        fprintf(out, "complete -c %s -n __fish_use_subcommand -a %s -d ", name, verbs[v].name);
        put(out, verbs[v].summary);
        fputc('\n', out);
    }
    for (int v = 0; v < VERB_COUNT; v++)
        if (program == PROGRAM_EXIFSIM || verbs[v].program == program)
            put_operands(out, program, v);
    put_options(out, program);
}

void manual_fish(FILE *out)
{
    fputs("# Completion of exifsim for fish. Made from the table of options; the build makes it "
          "anew.\n\n"
          "function __exifsim_names\n"
          "    set -l program (string replace -r -- '-view$' '' (commandline -opc)[1])\n"
          "    $program list --names 2>/dev/null\n"
          "end\n"
          "\n"
          "function __exifsim_lessons\n"
          "    __exifsim_names | string replace -rf '^lessons/' ''\n"
          "end\n"
          "\n"
          "function __exifsim_levels\n"
          "    __exifsim_names | string replace -rf '^game/' ''\n"
          "end\n",
          out);
    put_program(out, PROGRAM_EXIFSIM);
    put_program(out, PROGRAM_VIEW);
}
