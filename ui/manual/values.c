/* values.c - what can stand behind an option or a verb, read off the tables. */
#include "ui/manual/manual.h"
#include <ctype.h>
#include <string.h>

static void add_word(char *list, size_t size, const char *word, size_t length)
{
    size_t used = strlen(list);

    snprintf(list + used, size - used, "%s%.*s", used > 0 ? " " : "", (int)length, word);
}

/* Reads a value's name such as "sp2|hotfix|FILE": words in small letters stand for themselves, and
 * a file beside other things is a scenario or a lesson. */
static void read_name(struct manual_value *value, const char *name)
{
    bool several = strchr(name, '|') != NULL;

    while (*name != 0) {
        size_t length = strcspn(name, "|");

        if (islower((unsigned char)name[0]))
            add_word(value->words, sizeof value->words, name, length);
        value->files = value->files || (length == 4 && memcmp(name, "FILE", 4) == 0);
        value->folders = value->folders || (length == 6 && memcmp(name, "FOLDER", 6) == 0);
        value->names = value->names || (several && value->files);
        name += length + (name[length] == '|');
    }
}

struct manual_value manual_value(const struct option *option, enum verb_id verb)
{
    struct manual_value value = { .takes = option->type != OPTION_IS_FLAG &&
                                           option->type != OPTION_IS_OUTPUT_OR_STANDARD };

    if (option->type == OPTION_IS_WORD) {
        for (int i = 0; i < OPTION_WORDS && option->words[i] != NULL; i++)
            if (strcmp(option->words[i], "tap") != 0 || verb_has_cases(verb))
                add_word(value.words, sizeof value.words, option->words[i],
                         strlen(option->words[i]));
    } else if (option->type == OPTION_IS_OUTPUT)
        value.files = true;
    else if (option->type == OPTION_IS_TEXT)
        read_name(&value, option->value);
    return value;
}

void manual_kinds(char *out, size_t size)
{
    static const char before[] = "exifsim new ";
    const char *usage = verbs[VERB_NEW].usage;

    out[0] = 0;
    while ((usage = strstr(usage, before)) != NULL) {
        usage += strlen(before);
        add_word(out, size, usage, strcspn(usage, " "));
    }
}

const char *manual_help(const struct option *option, enum verb_id verb)
{
    for (int i = 0; i < OPTION_HELPS; i++)
        if (option->help[i].verbs >> verb & 1)
            return option->help[i].text;
    return NULL;
}
