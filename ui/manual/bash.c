/* bash.c - the completion for bash: functions of its own, without the package bash-completion.
 *
 * What the tables say becomes three functions of patterns (verbs, options of a verb, values of an
 * option); the function that looks them up is the same for every table.
 */
#include "ui/manual/manual.h"
#include <string.h>

static const char lookup[] =
    "# Folders, and files that end with one of the suffixes.\n"
    "_exifsim_files() { # SUFFIX...\n"
    "    local suffix\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    for suffix; do\n"
    "        mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -f -X \"!*$suffix\" -- "
    "\"$cur\")\n"
    "    done\n"
    "    mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -d -- \"$cur\")\n"
    "}\n"
    "\n"
    "# Words of a list.\n"
    "_exifsim_words() { # WORD...\n"
    "    mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -W \"$*\" -- \"$cur\")\n"
    "}\n"
    "\n"
    "# Names of scenarios and lessons, as the program that is completed finds them.\n"
    "_exifsim_names() {\n"
    "    _exifsim_words \"$(\"${program%-view}\" list --names 2>/dev/null)\"\n"
    "}\n"
    "\n"
    "# Those of a folder, lessons or game, without it.\n"
    "_exifsim_names_in() { # FOLDER\n"
    "    _exifsim_words \"$(\"${program%-view}\" list --names 2>/dev/null | sed -n "
    "\"s|^$1/||p\")\"\n"
    "}\n"
    "\n"
    "_exifsim() {\n"
    "    local program=${1/#\\~/$HOME} cur=${COMP_WORDS[COMP_CWORD]} "
    "prev=${COMP_WORDS[COMP_CWORD-1]}\n"
    "    local verb=${COMP_WORDS[1]} option='' value\n"
    "    COMPREPLY=()\n"
    "    if [[ $cur == '=' ]]; then\n"
    "        option=$prev cur=''\n"
    "    elif [[ $prev == '=' ]]; then\n"
    "        option=${COMP_WORDS[COMP_CWORD-2]}\n"
    "    elif [[ $prev == -* ]]; then\n"
    "        option=$prev\n"
    "    fi\n"
    "    if ((COMP_CWORD == 1)) && [[ $cur != -* ]]; then\n"
    "        _exifsim_verbs\n"
    "        return\n"
    "    fi\n"
    "    [[ ${1##*/} != exifsim-view || $verb == view || $verb == render || $verb == poster ]] || "
    "verb=view\n"
    "    [[ $verb != help ]] || { _exifsim_verbs; return; }\n"
    "    if [[ -n $option && $option != -- ]] && value=$(_exifsim_value \"$verb\" \"$option\"); "
    "then\n"
    "        case $value in\n"
    "        *:files*) _exifsim_files '' ;;\n"
    "        *:folders*) _exifsim_files ;;\n"
    "        esac\n"
    "        case $value in\n"
    "        *:lessons*) _exifsim_names_in lessons ;;\n"
    "        *:game*) _exifsim_names_in game ;;\n"
    "        *:names*) _exifsim_names ;;\n"
    "        esac\n"
    "        _exifsim_words \"${value%%:*}\"\n"
    "    elif [[ $cur == -* ]]; then\n"
    "        _exifsim_words \"$(_exifsim_options \"$verb\")\"\n"
    "    else\n"
    "        _exifsim_operands \"$verb\"\n"
    "    fi\n"
    "}\n"
    "complete -F _exifsim exifsim\n";

static void verbs_function(FILE *out)
{
    fputs("_exifsim_verbs() {\n    if [[ ${program##*/} == exifsim-view ]]; then\n"
          "        _exifsim_words view render poster\n        _exifsim_operands view\n"
          "    else\n        _exifsim_words help",
          out);
    for (int v = 0; v < VERB_COUNT; v++)
        fprintf(out, " %s", verbs[v].name);
    fputs("\n    fi\n}\n\n", out);
}

static void options_function(FILE *out)
{
    fputs("_exifsim_options() { # VERB\n    case $1 in\n", out);
    for (int v = 0; v < VERB_COUNT; v++) {
        const char *blank = "";

        fprintf(out, "    %s) echo '", verbs[v].name);
        for (int i = 0; i < OPTION_COUNT; i++) {
            const struct option *row = &option_rows[i];

            if (manual_help(row, (enum verb_id)v) == NULL)
                continue;
            fprintf(out, "%s%s", blank, row->name);
            if (row->letter != 0)
                fprintf(out, " -%c", row->letter);
            blank = " ";
        }
        fputs("' ;;\n", out);
    }
    fputs("    *) echo '--help -h --version' ;;\n    esac\n}\n\n", out);
}

/* Writes what can stand behind an option: words, then what else there can be. */
static void put_value(FILE *out, const char *verb, int option, const struct manual_value *value)
{
    const struct option *row = &option_rows[option];

    fprintf(out, "    %s:%s", verb, row->name);
    if (row->letter != 0)
        fprintf(out, " | %s:-%c", verb, row->letter);
    fprintf(out, ") echo '%s:%s%s%s' ;;\n", value->words, value->files ? ":files" : "",
            value->folders ? ":folders" : "",
            !value->names             ? ""
            : option == OPTION_LESSON ? ":lessons"
            : option == OPTION_GAME   ? ":game"
                                      : ":names");
}

/* The function fails for an option that takes no value. */
static void value_function(FILE *out)
{
    fputs("_exifsim_value() { # VERB OPTION\n    case $1:$2 in\n", out);
    for (int i = 0; i < OPTION_COUNT; i++) {
        struct manual_value usual = manual_value(&option_rows[i], VERB_NONE);

        for (int v = 0; v < VERB_COUNT && usual.takes; v++) {
            struct manual_value value = manual_value(&option_rows[i], (enum verb_id)v);

            if (manual_help(&option_rows[i], (enum verb_id)v) != NULL &&
                strcmp(value.words, usual.words) != 0)
                put_value(out, verbs[v].name, i, &value);
        }
        if (usual.takes)
            put_value(out, "*", i, &usual);
    }
    fputs("    *) return 1 ;;\n    esac\n}\n\n", out);
}

static void operands_function(FILE *out)
{
    char kinds[128];

    manual_kinds(kinds, sizeof kinds);
    fputs("_exifsim_operands() { # VERB\n    case $1 in\n", out);
    for (int v = 0; v < VERB_COUNT; v++) {
        fprintf(out, "    %s) ", verbs[v].name);
        switch (verbs[v].takes) {
        case TAKES_SCENARIOS:
            fputs(strstr(verbs[v].usage, ".db") != NULL ? "_exifsim_names; _exifsim_files .ini .db"
                                                        : "_exifsim_names; _exifsim_files .ini",
                  out);
            break;
        case TAKES_LESSONS:
            fputs("_exifsim_names_in lessons; _exifsim_files .ini", out);
            break;
        case TAKES_LEVELS:
            fputs("_exifsim_names_in game; _exifsim_files .ini", out);
            break;
        case TAKES_CAPSULES:
            fputs("_exifsim_files .ini", out);
            break;
        case TAKES_DATABASES:
            fputs("_exifsim_files .db", out);
            break;
        case TAKES_FOLDERS:
            fputs("_exifsim_files", out);
            break;
        case TAKES_NEW:
            fprintf(out, "((COMP_CWORD > 2)) && _exifsim_files .ini || _exifsim_words %s", kinds);
            break;
        case TAKES_NOTHING:
            fputs(":", out);
            break;
        }
        fputs(" ;;\n", out);
    }
    fputs("    esac\n}\n\n", out);
}

void manual_bash(FILE *out)
{
    fputs("# Completion of exifsim for bash. Made from the table of options; the build makes it "
          "anew.\n\n",
          out);
    verbs_function(out);
    options_function(out);
    value_function(out);
    operands_function(out);
    fputs(lookup, out);
}

void manual_bash_view(FILE *out)
{
    fputs("# Completion of exifsim-view for bash: that of exifsim, which knows both.\n"
          ". \"${BASH_SOURCE[0]%/*}/exifsim\"\n"
          "complete -F _exifsim exifsim-view\n",
          out);
}
