/* words.c - see words.h. */
#include "ui/run/words.h"
#include "sim/ini.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct cli_word *row(const struct cli_words *words, size_t i)
{
    return (const void *)((const char *)words->table + i * words->row_bytes);
}

int cli_find_word(const struct cli_words *words, const char *word, const char **attached)
{
    *attached = NULL;
    for (size_t i = 0; i < words->count; i++) {
        const struct cli_word *known = row(words, i);
        size_t length = strlen(known->name);

        if (strncmp(word, known->name, length) == 0 && (word[length] == 0 || word[length] == '=')) {
            if (word[length] == '=')
                *attached = word + length + 1;
            return (int)i;
        }
        if (known->letter != 0 && word[0] == '-' && word[1] == known->letter) {
            if (word[2] != 0)
                *attached = word + 2;
            return (int)i;
        }
    }
    return -1;
}

bool cli_unknown_word(const struct cli_words *words, const char *word)
{
    const char **names = malloc(words->count * sizeof *names), *near;
    char name[64];

    CHECK(names != NULL);
    snprintf(name, sizeof name, "%.*s", (int)MIN_OF(strcspn(word, "="), sizeof name - 1), word);
    for (size_t i = 0; i < words->count; i++)
        names[i] = row(words, i)->name;
    near = word[1] == '-' ? ini_did_you_mean(name, names, (uint32_t)words->count) : NULL;
    fprintf(stderr, "%s: unknown option \"%s\"%s%s%s; see %s\n", words->program, name,
            near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "", words->see);
    free(names);
    return false;
}

bool cli_refuse(const struct cli_words *words, const char *format, const char *what)
{
    fprintf(stderr, "%s: ", words->program);
    fprintf(stderr, format, what);
    fprintf(stderr, "; see %s\n", words->see);
    return false;
}

void cli_print_word(FILE *out, const struct cli_word *word, int column)
{
    char left[64], letter[] = { '-', word->letter, ',', 0 };

    snprintf(left, sizeof left, "%3s %s%s%s", word->letter ? letter : "", word->name,
             word->value ? " " : "", word->value ? word->value : "");
    if ((int)strlen(left) >= column)
        fprintf(out, "  %s\n  %*s%s\n", left, column, "", word->help);
    else
        fprintf(out, "  %-*s%s\n", column, left, word->help);
}

bool cli_parse_seed(const char *text, uint64_t *seed)
{
    char first[17], *end;

    if (strlen(text) == 40 && strspn(text, "0123456789abcdefABCDEF") == 40) {
        memcpy(first, text, 16);
        first[16] = 0;
        *seed = strtoull(first, NULL, 16);
        return true;
    }
    errno = 0;
    *seed = strtoull(text, &end, strncmp(text, "0x", 2) == 0 ? 16 : 10);
    return isdigit((unsigned char)text[0]) && *end == 0 && errno == 0;
}

bool cli_parse_time_from(const char *text, sim_time least, sim_time *out)
{
    char document[128];
    int length = snprintf(document, sizeof document, "[option]\ntime = %s\n", text);
    struct ini *ini;
    bool good;

    if (length < 0 || length >= (int)sizeof document || strchr(text, '\n') != NULL)
        return false;
    ini = ini_read_text("option", document, (size_t)length);
    good = ini_get_time(ini, "option", "time", least, UINT64_MAX / 2, out) &&
           ini_error_count(ini) == 0;
    ini_free(ini);
    return good;
}

bool cli_parse_word(const char *text, const char *const *words, uint32_t count, uint32_t *out)
{
    for (*out = 0; *out < count; ++*out)
        if (strcmp(text, words[*out]) == 0)
            return true;
    return false;
}
