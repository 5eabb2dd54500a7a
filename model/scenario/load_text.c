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
                 r->wrong == ROWS_WRONG_MAX ? "; what follows was not looked at" : "");
    return false;
}

bool load_line(const struct load_reading *r, const char **at, struct load_piece *line)
{
    const char *end;

    if (*at >= r->end)
        return false;
    end = memchr(*at, '\n', (size_t)(r->end - *at));
    *line = (struct load_piece){ *at, (size_t)((end != NULL ? end : r->end) - *at) };
    *at = end != NULL ? end + 1 : r->end;
    if (line->length > 0 && line->at[line->length - 1] == '\r')
        line->length--;
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

/* ---- Numbers --------------------------------------------------------------------------------- */

/* The exponent behind an e. False: it is none. */
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
                          "read more than %d samples or arrivals, meant at most that "
                          "many: a part of the file, or rate_scale",
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

/* ---- Which file it is ------------------------------------------------------------------------ */

/* UTF-16 with its mark, as some tools redirect it; what is not ASCII becomes UTF-8. */
static bool from_utf16(struct load_reading *r, bool big)
{
    const unsigned char *in = (const unsigned char *)r->file.bytes;
    char *out = malloc(r->file.length * 2 + 1);
    size_t used = 0;

    if (r->file.length % 2 != 0) {
        free(out);
        return load_wrong(r, 1, 1, "read UTF-16 of an odd number of bytes, meant a whole file");
    }
    CHECK(out != NULL);
    for (size_t i = 2; i < r->file.length; i += 2) {
        unsigned unit = big ? (unsigned)in[i] << 8 | in[i + 1] : (unsigned)in[i + 1] << 8 | in[i];

        if (unit < 0x80) {
            out[used++] = (char)unit;
        } else if (unit < 0x800) {
            out[used++] = (char)(0xc0 | unit >> 6);
            out[used++] = (char)(0x80 | (unit & 0x3f));
        } else {
            out[used++] = (char)(0xe0 | unit >> 12);
            out[used++] = (char)(0x80 | (unit >> 6 & 0x3f));
            out[used++] = (char)(0x80 | (unit & 0x3f));
        }
    }
    out[used] = 0;
    r->converted = out;
    r->text = out;
    r->end = out + used;
    return true;
}

static bool make_text(struct load_reading *r)
{
    const unsigned char *bytes = (const unsigned char *)r->file.bytes;
    size_t length = r->file.length;

    r->text = r->file.bytes;
    r->end = r->text + length;
    if (length >= 2 &&
        ((bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff)))
        return from_utf16(r, bytes[0] == 0xfe);
    if (length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
        r->text += 3;
    if (memchr(r->text, 0, (size_t)(r->end - r->text)) != NULL)
        return load_wrong(r, 1, 1,
                          "read bytes of 0, meant text in UTF-8, ANSI, or UTF-16 with its "
                          "byte order mark");
    return true;
}

const struct load_series *load_read(struct load_reading *r)
{
    const struct load_series *series = NULL;

    if (make_text(r)) {
        const char *first = r->text;

        while (first < r->end && (*first == ' ' || *first == '"'))
            first++;
        if (first < r->end && *first == '#')
            series = load_read_w3c(r);
        else if (r->end - first >= 8 && strncmp(first, "(PDH-CSV", 8) == 0)
            series = load_read_perfmon(r);
        else
            load_wrong(r, 1, 1,
                       "read \"%.*s\", meant a Performance Monitor CSV, which begins with "
                       "\"(PDH-CSV 4.0)\", or a W3C extended log, which begins with "
                       "#Software or #Fields",
                       (int)MIN_OF(strcspn(r->text, "\r\n"), 40u), r->text);
    }
    free(r->converted);
    r->converted = NULL;
    return series;
}
