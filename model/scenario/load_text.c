/* load_text.c - see load_text.h. */
#include "model/scenario/load_text.h"
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void load_clean(char *text)
{
    for (char *c = text; *c != 0; c++)
        if ((unsigned char)*c < ' ' || (unsigned char)*c >= 0x7f)
            *c = '?';
}

bool load_wrong(struct load_reading *r, int line, int column, const char *format, ...)
{
    char text[400];
    va_list arguments;

    if (r->wrong++ >= ROWS_WRONG_MAX)
        return false;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    load_clean(text);
    ini_error_in(r->ini, &r->file, line, column, "%s%s", text,
                 r->wrong == ROWS_WRONG_MAX ? "; the rest of the file was not read" : "");
    return false;
}

void load_warn(struct load_reading *r, int line, int column, const char *format, ...)
{
    char text[400];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    load_clean(text);
    ini_warn_in(r->ini, &r->file, line, column, "%s", text);
}

bool load_line(const struct load_reading *r, const char **at, struct load_piece *line)
{
    const char *end;

    if (*at >= r->end)
        return false;
    end = memchr(*at, '\n', (size_t)(r->end - *at));
    *line = (struct load_piece){ *at, (size_t)((end != NULL ? end : r->end) - *at) };
    *at = end != NULL ? end + 1 : r->end;
    while (line->length > 0 && line->at[line->length - 1] == '\r')
        line->length--;
    return true;
}

bool load_cut_off(struct load_reading *r, const char *after, int line)
{
    if (!r->cut || after < r->end)
        return false;
    load_warn(r, line, 1, "the file ends within this line, which was left out");
    return true;
}

bool load_is_blank(struct load_piece text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.at[i] != ' ' && text.at[i] != '\t')
            return false;
    return true;
}

bool load_same_word(struct load_piece text, const char *word)
{
    size_t i = 0;

    while (i < text.length && tolower((unsigned char)text.at[i]) == tolower((unsigned char)word[i]))
        i++;
    return i == text.length && word[i] == 0;
}

bool load_begins(struct load_piece text, const char *word)
{
    size_t length = strlen(word);

    return text.length >= length && memcmp(text.at, word, length) == 0;
}

/* ---- Names in any encoding ------------------------------------------------------------------- */

/* Returns the next character of UTF-8 text; an invalid byte counts as a character of its value. */
static uint32_t next_utf8(const unsigned char **at, const unsigned char *end)
{
    const unsigned char *c = *at;
    uint32_t more = *c >= 0xf0 ? 3 : *c >= 0xe0 ? 2 : *c >= 0xc0 ? 1 : 0;
    uint32_t value = more == 0 ? *c : *c & (0x3fu >> more);

    if (more >= (uint32_t)(end - c))
        more = 0;
    for (uint32_t i = 1; i <= more; i++)
        value = value << 6 | (c[i] & 0x3fu);
    *at = c + 1 + more;
    return more == 0 ? *c : value;
}

/* Returns the small letter of a Latin, Greek or Cyrillic letter; other characters unchanged. */
static uint32_t small(uint32_t c)
{
    if (c < 0x80)
        return (uint32_t)tolower((int)c);
    if ((c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x391 && c <= 0x3a9) ||
        (c >= 0x410 && c <= 0x42f))
        return c + 0x20;
    if (c >= 0x400 && c <= 0x40f)
        return c + 0x50;
    if ((c >= 0x100 && c <= 0x137) || (c >= 0x14a && c <= 0x177))
        return c | 1;
    return c;
}

bool load_same_name(const struct load_reading *r, struct load_piece text, const char *word)
{
    const unsigned char *one = (const unsigned char *)text.at, *one_end = one + text.length;
    const unsigned char *other = (const unsigned char *)word, *other_end = other + strlen(word);

    while (one < one_end && other < other_end) {
        uint32_t mine = r->utf8 ? next_utf8(&one, one_end) : *one++;

        if (small(mine) != small(next_utf8(&other, other_end)))
            return false;
    }
    return one == one_end && other == other_end;
}

/* Returns the end of a run of bytes beyond ASCII. */
static const char *past_foreign(const char *at, const char *end)
{
    while (at < end && (unsigned char)*at >= 0x80)
        at++;
    return at;
}

bool load_like_name(struct load_piece text, const char *word)
{
    const char *one = text.at, *one_end = one + text.length, *other = word,
               *other_end = word + strlen(word);

    while (one < one_end && other < other_end) {
        bool foreign = (unsigned char)*one >= 0x80;

        if (foreign != ((unsigned char)*other >= 0x80))
            return false;
        if (foreign) {
            one = past_foreign(one, one_end);
            other = past_foreign(other, other_end);
        } else if (tolower((unsigned char)*one++) != tolower((unsigned char)*other++)) {
            return false;
        }
    }
    return one == one_end && other == other_end;
}

/* ---- Numbers --------------------------------------------------------------------------------- */

/* Reads the exponent behind an e. False: there is no number. */
static bool read_exponent(const char *c, const char *end, int *exponent)
{
    bool minus = c < end && *c == '-';
    int value = 0;

    if (c < end && (*c == '-' || *c == '+'))
        c++;
    if (c == end)
        return false;
    for (; c < end; c++) {
        if (*c < '0' || *c > '9')
            return false;
        value = MIN_OF(value * 10 + (*c - '0'), 1000);
    }
    *exponent += minus ? -value : value;
    return true;
}

static bool scale_by_ten(uint64_t digits, int exponent, uint64_t *out)
{
    uint64_t last = 0;

    for (; exponent > 0 && digits != 0; exponent--) {
        if (digits > UINT64_MAX / 10)
            return false;
        digits *= 10;
    }
    for (; exponent < 0 && (digits != 0 || last != 0); exponent++) {
        last = digits % 10;
        digits /= 10;
    }
    *out = digits + (last >= 5);
    return *out <= (uint64_t)1000000000000000000;
}

bool load_number(struct load_piece text, bool *negative, uint64_t *micro)
{
    const char *c = text.at, *end = text.at + text.length;
    uint64_t digits = 0;
    int exponent = 6;
    bool point = false, some = false;

    while (c < end && *c == ' ')
        c++;
    while (end > c && end[-1] == ' ')
        end--;
    *negative = c < end && *c == '-';
    c += c < end && (*c == '-' || *c == '+');
    for (; c < end && ((*c >= '0' && *c <= '9') || (*c == '.' && !point)); c++) {
        if (*c == '.') {
            point = true;
            continue;
        }
        some = true;
        if (digits < UINT64_MAX / 100) {
            digits = digits * 10 + (uint64_t)(*c - '0');
            exponent -= point;
        } else {
            exponent += !point;
        }
    }
    if (!some || (c < end && *c != 'e' && *c != 'E') ||
        (c < end && !read_exponent(c + 1, end, &exponent)))
        return false;
    return scale_by_ten(digits, exponent, micro);
}

uint64_t load_scaled(const struct load_reading *r, uint64_t ms)
{
    return ms * 1000000 / r->time_scale_milli * 1000 +
           ms * 1000000 % r->time_scale_milli * 1000 / r->time_scale_milli;
}

/* ---- Points ---------------------------------------------------------------------------------- */

bool load_point_add(struct load_reading *r, struct load_points *points, int line,
                    struct load_point point)
{
    if (points->count == LOAD_POINTS_MAX)
        return load_wrong(r, line, 1,
                          "more than %d samples or arrivals (expected at most that many: replay a "
                          "part of the file, or lower rate_scale)",
                          LOAD_POINTS_MAX);
    if (points->count == points->max) {
        points->max = points->max * 2 + 256;
        points->items = realloc(points->items, points->max * sizeof *points->items);
        CHECK(points->items != NULL);
    }
    points->items[points->count++] = point;
    return true;
}

const struct load_series *load_points_keep(struct load_points *points, bool arrivals)
{
    struct load_series *series = malloc(sizeof *series + points->count * sizeof *series->points);

    CHECK(series != NULL);
    memset(series, 0, sizeof *series);
    series->arrivals = arrivals;
    series->count = points->count;
    for (uint32_t i = 0; i < points->count; i++)
        series->points[i] = points->items[i];
    free(points->items);
    points->items = NULL;
    return load_series_keep(series);
}
