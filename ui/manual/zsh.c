/* zsh.c - the completion for zsh: a list of specifications for _arguments for each verb. */
#include "ui/manual/manual.h"
#include <string.h>

/* Writes text for the inside of '[...]' of a specification. */
static void put(FILE *out, const char *text)
{
    for (; *text != 0; text++) {
        if (*text == '\'')
            fputs("'\\''", out);
        else if (strchr("[]:\\", *text) != NULL)
            fprintf(out, "\\%c", *text);
        else
            fputc(*text, out);
    }
}

static void put_value(FILE *out, int option, enum verb_id verb)
{
    struct manual_value value = manual_value(&option_rows[option], verb);

    fputc(':', out);
    put(out, option_rows[option].value);
    fputc(':', out);
    if (value.names)
        fprintf(out, "_exifsim_%s \"*\" %s",
                option == OPTION_LESSON ? "lessons"
                : option == OPTION_GAME ? "levels"
                                        : "scenarios",
                value.words);
    else if (value.words[0] != 0)
        fprintf(out, "(%s)", value.words);
    else if (value.files)
        fputs("_files", out);
    else if (value.folders)
        fputs("_files -/", out);
    else
        fputc(' ', out);
}

static void put_option(FILE *out, int option, enum verb_id verb, const char *help)
{
    const struct option *row = &option_rows[option];
    const char *often = row->type == OPTION_IS_SETS ? "*" : "";
    bool takes = manual_value(row, verb).takes;

    if (row->letter != 0)
        fprintf(out, "        '(-%c %s)'{-%c%s,%s%s}'[", row->letter, row->name, row->letter,
                takes ? "+" : "", row->name, takes ? "=" : "");
    else
        fprintf(out, "        '%s%s%s[", often, row->name, takes ? "=" : "");
    put(out, help);
    fputc(']', out);
    if (takes)
        put_value(out, option, verb);
    fputs("' \\\n", out);
}

static void put_operands(FILE *out, const struct verb *verb)
{
    char kinds[128];

    switch (verb->takes) {
    case TAKES_SCENARIOS:
        fprintf(out, "        '*:scenario:_exifsim_scenarios \"*.(ini%s)\"'\n",
                strstr(verb->usage, ".db") != NULL ? "|db" : "");
        break;
    case TAKES_LESSONS:
        fputs("        '*:lesson:_exifsim_lessons \"*.ini\"'\n", out);
        break;
    case TAKES_LEVELS:
        fputs("        '*:level:_exifsim_levels \"*.ini\"'\n", out);
        break;
    case TAKES_CAPSULES:
        fputs("        '*:capsule:_files -g \"*.ini\"'\n", out);
        break;
    case TAKES_DATABASES:
        fputs("        '*:database:_files -g \"*.db\"'\n", out);
        break;
    case TAKES_FOLDERS:
        fputs("        '*:folder:_files -/'\n", out);
        break;
    case TAKES_NEW:
        manual_kinds(kinds, sizeof kinds);
        fprintf(out, "        '1:kind:(%s)' '2:file:_files'\n", kinds);
        break;
    case TAKES_NOTHING:
        fputs("        && return\n", out);
        break;
    }
}

void manual_zsh(FILE *out)
{
    fputs("#compdef exifsim exifsim-view\n"
          "# Completion of exifsim for zsh. Made from the table of options; the build makes it "
          "anew.\n"
          "\n"
          "_exifsim_list() {\n"
          "    ${exifsim_program%-view} list --names 2>/dev/null\n"
          "}\n"
          "\n"
          "_exifsim_scenarios() { # PATTERN WORD...\n"
          "    local -a names=(${(f)\"$(_exifsim_list)\"} $argv[2,-1])\n"
          "    _alternative 'names:scenario:compadd -a names' \"files:file:_files -g ${(q)1}\"\n"
          "}\n"
          "\n"
          "_exifsim_lessons() { # PATTERN\n"
          "    local -a names=(${${(M)${(f)\"$(_exifsim_list)\"}:#lessons/*}#lessons/})\n"
          "    _alternative 'names:lesson:compadd -a names' \"files:file:_files -g ${(q)1}\"\n"
          "}\n"
          "\n"
          "_exifsim_levels() { # PATTERN\n"
          "    local -a names=(${${(M)${(f)\"$(_exifsim_list)\"}:#game/*}#game/})\n"
          "    _alternative 'names:level:compadd -a names' \"files:file:_files -g ${(q)1}\"\n"
          "}\n"
          "\n"
          "_exifsim_verbs() {\n"
          "    local -a verbs\n"
          "    verbs=(\n",
          out);
    for (int v = 0; v < VERB_COUNT; v++) {
        fprintf(out, "        '%s:", verbs[v].name);
        put(out, verbs[v].summary);
        fputs("'\n", out);
    }
    fputs("    )\n"
          "    [[ ${exifsim_program:t} != exifsim-view ]] || "
          "verbs=(${(M)verbs:#(view|render|poster):*})\n"
          "    _describe verb verbs\n"
          "}\n"
          "\n"
          "_exifsim_arguments() { # VERB\n"
          "    case $1 in\n",
          out);
    for (int v = 0; v < VERB_COUNT; v++) {
        fprintf(out, "    %s)\n        _arguments -s \\\n", verbs[v].name);
        for (int i = 0; i < OPTION_COUNT; i++) {
            const char *help = manual_help(&option_rows[i], (enum verb_id)v);

            if (help != NULL)
                put_option(out, i, (enum verb_id)v, help);
        }
        put_operands(out, &verbs[v]);
        fputs("        ;;\n", out);
    }
    fputs(
        "    esac\n"
        "}\n"
        "\n"
        "_exifsim() {\n"
        "    local exifsim_program=${(Q)words[1]} verb=$words[2]\n"
        "\n"
        "    if ((CURRENT == 2)) && [[ $words[2] != -* ]]; then\n"
        "        _exifsim_verbs\n"
        "        return\n"
        "    fi\n"
        "    if [[ $verb == help ]]; then\n"
        "        _exifsim_verbs\n"
        "        return\n"
        "    fi\n"
        "    if [[ ${exifsim_program:t} == exifsim-view && $verb != (view|render|poster) ]]; then\n"
        "        verb=view\n"
        "    else\n"
        "        shift words\n"
        "        ((CURRENT--))\n"
        "    fi\n"
        "    _exifsim_arguments $verb\n"
        "}\n"
        "\n"
        "_exifsim \"$@\"\n",
        out);
}
