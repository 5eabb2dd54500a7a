/* carry.c - see carry.h. */
#include "sim/explore/carry.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_CHARS = 60 };

void carry_write(struct carry *c) { *c = (struct carry){ .line = 1, .column = 1 }; }

void carry_read(struct carry *c, char *text, size_t length)
{
    *c = (struct carry){ .reads = true, .text = text, .length = length, .line = 1, .column = 1 };
}

void carry_free(struct carry *c)
{
    if (!c->reads)
        free(c->text);
    c->text = NULL;
}

bool carry_good(const struct carry *c) { return c->error[0] == 0; }

static void fail(struct carry *c, uint32_t column, const char *format, ...) PRINTF_LIKE(3, 4);
static void fail(struct carry *c, uint32_t column, const char *format, ...)
{
    va_list list;

    if (!carry_good(c))
        return;
    va_start(list, format);
    vsnprintf(c->error, sizeof c->error, format, list);
    va_end(list);
    c->error_line = c->line;
    c->error_column = column;
}

static void put(struct carry *c, const char *text, size_t length)
{
    if (c->length + length > c->room) {
        c->room = (c->length + length) * 2 + 4096;
        c->text = realloc(c->text, c->room);
        CHECK(c->text != NULL);
    }
    memcpy(c->text + c->length, text, length);
    c->length += length;
}

static void put_word(struct carry *c, const char *word)
{
    if (c->begun)
        put(c, " ", 1);
    put(c, word, strlen(word));
    c->begun = true;
}

/* The next word of the line, which ends at a blank or at the line's end. Empty: nothing is left. */
static const char *take(struct carry *c, size_t *length)
{
    size_t from;

    if (c->begun && c->at < c->length && c->text[c->at] == ' ') {
        c->at++;
        c->column++;
    }
    c->begun = true;
    for (from = c->at; c->at < c->length && c->text[c->at] != ' ' && c->text[c->at] != '\n';)
        c->at++;
    *length = c->at - from;
    c->column += (uint32_t)*length;
    return c->text + from;
}

static int shown(size_t length) { return (int)MIN_OF(length, (size_t)SHOWN_CHARS); }

void carry_word(struct carry *c, const char *word)
{
    const char *found;
    size_t length;

    if (!carry_good(c))
        return;
    if (!c->reads) {
        put_word(c, word);
        return;
    }
    found = take(c, &length);
    if (length != strlen(word) || memcmp(found, word, length) != 0)
        fail(c, c->column - (uint32_t)length, "\"%.*s\" (expected \"%s\")", shown(length), found,
             word);
}

uint64_t carry_number(struct carry *c, uint64_t value, uint64_t most)
{
    char text[24];
    const char *found;
    size_t length;
    bool good;

    if (!carry_good(c))
        return 0;
    if (!c->reads) {
        snprintf(text, sizeof text, "%" PRIu64, value);
        put_word(c, text);
        return value;
    }
    found = take(c, &length);
    good = length > 0;
    value = 0;
    for (size_t i = 0; i < length && good; i++) {
        uint64_t digit = (uint64_t)(found[i] - '0');

        good = digit <= 9 && value <= (UINT64_MAX - digit) / 10;
        value = value * 10 + digit;
    }
    if (good && value <= most)
        return value;
    fail(c, c->column - (uint32_t)length, "\"%.*s\" (expected a number up to %" PRIu64 ")",
         shown(length), found, most);
    return 0;
}

void carry_rest(struct carry *c, char *text, size_t size)
{
    size_t length = 0;

    if (!carry_good(c)) {
        text[0] = 0;
        return;
    }
    if (!c->reads) {
        put_word(c, "");
        for (; *text != 0; text++)
            put(c, *text == '\n' ? " " : text, 1);
        return;
    }
    if (c->begun && c->at < c->length && c->text[c->at] == ' ')
        c->at++;
    for (; c->at < c->length && c->text[c->at] != '\n'; c->at++)
        if (length + 1 < size)
            text[length++] = c->text[c->at];
    text[length] = 0;
}

void carry_line(struct carry *c)
{
    const char *found;
    size_t length;

    if (!carry_good(c))
        return;
    if (!c->reads) {
        put(c, "\n", 1);
        c->begun = false;
        return;
    }
    if (c->at < c->length && c->text[c->at] == '\n') {
        c->at++;
        c->line++;
        c->column = 1;
        c->begun = false;
        return;
    }
    found = take(c, &length);
    fail(c, c->column - (uint32_t)length, "\"%.*s\" (expected the end of the line)", shown(length),
         found);
}

void carry_same(struct carry *c, const char *word, uint64_t value, const char *what)
{
    uint32_t column;
    uint64_t found;

    carry_word(c, word);
    column = c->column + 1;
    found = carry_number(c, value, UINT64_MAX);
    if (carry_good(c) && found != value)
        fail(c, column, "%" PRIu64 " (expected %" PRIu64 ": %s)", found, value, what);
    carry_line(c);
}

void carry_same_text(struct carry *c, const char *word, const char *value, const char *what)
{
    char text[CARRY_ERROR_CHARS];
    uint32_t column;

    snprintf(text, sizeof text, "%s", value);
    carry_word(c, word);
    column = c->column + 1;
    carry_rest(c, text, sizeof text);
    if (carry_good(c) && strcmp(text, value) != 0)
        fail(c, column, "\"%.*s\" (expected \"%.60s\": %s)", SHOWN_CHARS, text, value, what);
    carry_line(c);
}
