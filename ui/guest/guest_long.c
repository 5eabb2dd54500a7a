/* guest_long.c - see guest_long.h. */
#include "ui/guest/guest_long.h"
#include "ui/guest/code_text.h"
#include <string.h>

struct word {
    const char *at; /* NULL: none is beside. */
    size_t length;
};

static bool is(struct word word, const char *text)
{
    return word.at != NULL && strlen(text) == word.length &&
           strncmp(word.at, text, word.length) == 0;
}

static struct word word_behind(const char *at)
{
    struct word word = { at, 0 };

    while (is_blank(*word.at))
        word.at++;
    while (is_of_name(word.at[word.length]))
        word.length++;
    return word.length > 0 ? word : (struct word){ NULL, 0 };
}

static struct word word_before(const char *code, const char *at)
{
    struct word word = { at, 0 };

    while (word.at > code && is_blank(word.at[-1]))
        word.at--;
    while (word.at > code && is_of_name(word.at[-1])) {
        word.at--;
        word.length++;
    }
    return word.length > 0 ? word : (struct word){ NULL, 0 };
}

/* Words that may stand between `long` and the other word of its type. */
static bool is_between(struct word word)
{
    return is(word, "unsigned") || is(word, "signed") || is(word, "const") || is(word, "volatile");
}

static void narrow(char *to, const char *code, const char *at, uint32_t *count)
{
    struct word behind = word_behind(at + 4), before = word_before(code, at);

    while (is_between(behind))
        behind = word_behind(behind.at + behind.length);
    while (is_between(before))
        before = word_before(code, before.at);
    if (is(behind, "long") || is(before, "long") || is(behind, "double") || is(before, "double"))
        return;
    memcpy(to, is(behind, "int") || is(before, "int") ? "    " : "int ", 4);
    ++*count;
}

/* Changes the end of a number: 5i64 to 5ll, 5ui64 to 5ull. Returns the length of the number. */
static size_t narrow_number(char *to, const char *code, uint32_t *count)
{
    size_t length = 0;

    while (is_of_name(code[length]))
        length++;
    if (length > 3 && strncmp(code + length - 3, "i64", 3) == 0) {
        memcpy(to + length - 3, "ll ", 3);
        ++*count;
    }
    return length;
}

/* Reads `# 12 "file" 1 3`: false for a header of the system (3) and for what the compiler defines
 * ("<built-in>"). */
static bool is_of_guest(const char *line)
{
    const char *name = strchr(line, '"'), *end = line + strcspn(line, "\n");
    const char *flags = end;

    if (name == NULL || name > end || name[1] == '<')
        return false;
    while (flags > name && flags[-1] != '"')
        flags--;
    return memchr(flags, '3', (size_t)(end - flags)) == NULL;
}

uint32_t guest_narrow_long(char *text, const char *code)
{
    uint32_t count = 0;
    bool inside = false;

    for (size_t i = 0; text[i] != 0; i++) {
        bool begins = i == 0 || text[i - 1] == '\n';

        if (begins && text[i] == '#' && text[i + 1] == ' ' && code[i] == '#')
            inside = is_of_guest(text + i);
        else if (inside && code[i] >= '0' && code[i] <= '9' && !is_of_name(code[i - 1]))
            i += narrow_number(text + i, code + i, &count) - 1;
        else if (inside && strncmp(code + i, "long", 4) == 0 && !is_of_name(code[i + 4]) &&
                 (i == 0 || !is_of_name(code[i - 1])))
            narrow(text + i, code, code + i, &count);
    }
    return count;
}
