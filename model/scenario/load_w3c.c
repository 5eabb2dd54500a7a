/* load_w3c.c - arrivals from a W3C extended log, as IIS and its SMTP service write it.
 *
 *     #Software: Microsoft Internet Information Services 6.0
 *     #Date: 2006-09-05 08:00:01
 *     #Fields: date time c-ip cs-method sc-status cs-bytes
 *     2006-09-05 08:00:01 192.0.2.7 DATA 250 28731
 *
 * Each line with the wanted verb is one arrival, with the bytes that its size field says. #Fields
 * may come again with other fields (the service was restarted, or set up anew); times without a
 * date take #Date's. The log's clock knows seconds: what stands in one second comes evenly within
 * it. Lines out of order are put in order, as several threads write them.
 */
#include "model/scenario/load_text.h"
#include "sim/calendar.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS_MAX = 64, DAYS_MAX = 31, NONE = -1, BYTES_MAX = 64 << 20 };

struct arrival {
    uint64_t second; /* Since 1970. */
    uint32_t bytes, order;
};

struct log {
    struct load_reading *r;
    int fields_line;                     /* 0: no #Fields yet. */
    int count, date, time, method, size; /* Of fields; where each stands, or NONE. */
    bool has_day;
    uint32_t day;   /* Of #Date, or of the last line that said one. */
    uint64_t first; /* Second of the first line. */
    bool has_first;
    struct arrival *arrivals;
    uint32_t arrival_count, max;
};

/* The next word of a line; column from 1. */
static bool next_word(struct load_piece line, size_t *at, struct load_piece *word, int *column)
{
    while (*at < line.length && (line.at[*at] == ' ' || line.at[*at] == '\t'))
        ++*at;
    *column = (int)*at + 1;
    word->at = line.at + *at;
    word->length = 0;
    while (*at < line.length && line.at[*at] != ' ' && line.at[*at] != '\t') {
        ++*at;
        word->length++;
    }
    return word->length > 0;
}

static bool read_date(struct load_piece text, uint32_t *day)
{
    const char *at = text.at, *end = text.at + text.length;
    uint32_t year, month, date;

    if (!calendar_digits(&at, end, 4, '-', &year) || !calendar_digits(&at, end, 2, '-', &month) ||
        !calendar_digits(&at, end, 2, 0, &date) || at != end || !calendar_valid(year, month, date))
        return false;
    *day = calendar_days(year, month, date);
    return true;
}

static bool read_clock(struct load_piece text, uint32_t *second)
{
    const char *at = text.at, *end = text.at + text.length;
    uint32_t hour, minute, rest;

    if (!calendar_digits(&at, end, 2, ':', &hour) || !calendar_digits(&at, end, 2, ':', &minute) ||
        !calendar_digits(&at, end, 2, 0, &rest) || at != end || hour > 23 || minute > 59 ||
        rest > 59)
        return false;
    *second = hour * 3600 + minute * 60 + rest;
    return true;
}

/* ---- Directives ------------------------------------------------------------------------------ */

static bool field_missing(const struct log *log, int line, const char *name, const char *why)
{
    return load_wrong(log->r, line, 1, "read #Fields without %s, meant a log that has it%s", name,
                      why);
}

static bool read_fields(struct log *log, struct load_piece line, size_t at, int number)
{
    const char *size = log->r->size_field != NULL ? log->r->size_field : "cs-bytes";
    struct load_piece word;
    int column;

    log->fields_line = number;
    log->date = log->time = log->method = log->size = NONE;
    for (log->count = 0; next_word(line, &at, &word, &column); log->count++) {
        if (load_same_word(word, "date"))
            log->date = log->count;
        else if (load_same_word(word, "time"))
            log->time = log->count;
        else if (load_same_word(word, "cs-method"))
            log->method = log->count;
        if (load_same_word(word, size))
            log->size = log->count;
    }
    if (log->count > FIELDS_MAX)
        return load_wrong(log->r, number, 1, "read %d fields, meant at most %d", log->count,
                          FIELDS_MAX);
    if (log->time == NONE)
        return field_missing(log, number, "time", "");
    if (log->method == NONE && strcmp(log->r->verb, "all") != 0)
        return field_missing(log, number, "cs-method", ", or verb = all");
    if (log->size == NONE && log->r->size_field != NULL)
        return field_missing(log, number, size, ", or another size_field");
    return true;
}

static bool read_directive(struct log *log, struct load_piece line, int number)
{
    struct load_piece word;
    size_t at = 0;
    int column;

    next_word(line, &at, &word, &column);
    if (load_same_word(word, "#Fields:"))
        return read_fields(log, line, at, number);
    if (!load_same_word(word, "#Date:"))
        return true; /* #Software, #Version, #Remark, ... */
    if (!next_word(line, &at, &word, &column) || !read_date(word, &log->day))
        return load_wrong(log->r, number, column,
                          "read #Date \"%.*s\", meant one such as 2006-09-05 08:00:01",
                          (int)MIN_OF(word.length, 40u), word.at);
    log->has_day = true;
    return true;
}

/* ---- Lines ----------------------------------------------------------------------------------- */

static bool read_bytes(struct log *log, struct load_piece word, int number, int column,
                       uint32_t *bytes)
{
    uint64_t micro = 0;
    bool negative = false;

    *bytes = 0;
    if (word.length == 1 && word.at[0] == '-')
        return true;
    if (!load_number(word, &negative, &micro) || negative || micro % 1000000 != 0 ||
        micro / 1000000 > BYTES_MAX)
        return load_wrong(log->r, number, column,
                          "read \"%.*s\", meant bytes, at most 64 MiB, or -",
                          (int)MIN_OF(word.length, 40u), word.at);
    *bytes = (uint32_t)(micro / 1000000);
    return true;
}

static bool in_range(struct log *log, uint64_t second, int number)
{
    if (!log->has_first)
        log->first = second;
    log->has_first = true;
    if (second + 86400 < log->first || second > log->first + (uint64_t)DAYS_MAX * 86400)
        return load_wrong(log->r, number, 1,
                          "read a time days away from the first line's, meant a log of at most %d "
                          "days, in order",
                          DAYS_MAX);
    return true;
}

static void add_arrival(struct log *log, uint64_t second, uint32_t bytes)
{
    if (log->arrival_count == log->max) {
        log->max = log->max * 2 + 256;
        log->arrivals = realloc(log->arrivals, log->max * sizeof *log->arrivals);
        CHECK(log->arrivals != NULL);
    }
    log->arrivals[log->arrival_count] = (struct arrival){ second, bytes, log->arrival_count };
    log->arrival_count++;
}

static bool read_when(struct log *log, const struct load_piece *words, const int *columns,
                      int number, uint64_t *second)
{
    uint32_t clock;

    if (log->date != NONE) {
        if (!read_date(words[log->date], &log->day))
            return load_wrong(log->r, number, columns[log->date],
                              "read \"%.*s\", meant a date such as 2006-09-05",
                              (int)MIN_OF(words[log->date].length, 40u), words[log->date].at);
        log->has_day = true;
    }
    if (!log->has_day)
        return load_wrong(log->r, number, 1,
                          "read a line of no date, meant a field date, or #Date above it");
    if (!read_clock(words[log->time], &clock))
        return load_wrong(log->r, number, columns[log->time],
                          "read \"%.*s\", meant a time such as 08:00:01",
                          (int)MIN_OF(words[log->time].length, 40u), words[log->time].at);
    *second = (uint64_t)log->day * 86400 + clock;
    return in_range(log, *second, number);
}

static bool read_entry(struct log *log, struct load_piece line, int number)
{
    struct load_piece words[FIELDS_MAX], word;
    int columns[FIELDS_MAX], count = 0, column;
    uint32_t bytes = 0;
    uint64_t second = 0;
    size_t at = 0;

    if (log->fields_line == 0)
        return load_wrong(log->r, number, 1,
                          "read a line before any #Fields, meant #Fields above "
                          "it");
    for (; next_word(line, &at, &word, &column); count++)
        if (count < FIELDS_MAX) {
            words[count] = word;
            columns[count] = column;
        }
    if (count != log->count)
        return load_wrong(log->r, number, 1, "read %d fields, meant %d as #Fields in line %d says",
                          count, log->count, log->fields_line);
    if (!read_when(log, words, columns, number, &second))
        return false;
    if (strcmp(log->r->verb, "all") != 0 && !load_same_word(words[log->method], log->r->verb))
        return true;
    if (log->size != NONE && !read_bytes(log, words[log->size], number, columns[log->size], &bytes))
        return false;
    add_arrival(log, second, bytes);
    return true;
}

static bool read_log(struct log *log)
{
    const char *at = log->r->text;
    struct load_piece line;
    int number = 0;

    while (load_line(log->r, &at, &line) && log->r->wrong < ROWS_WRONG_MAX) {
        number++;
        if (load_is_blank(line))
            continue;
        if (line.at[0] == '#') {
            bool good = read_directive(log, line, number);

            if (!good && log->fields_line == number)
                return false; /* Every line behind it would be wrong. */
        } else {
            read_entry(log, line, number);
        }
    }
    if (log->r->wrong == 0 && log->arrival_count == 0)
        load_wrong(log->r, 1, 1,
                   "read no line with the verb \"%.40s\", meant verb = one of the "
                   "log's cs-method, or all",
                   log->r->verb);
    return log->r->wrong == 0;
}

/* ---- From lines to arrivals ------------------------------------------------------------------ */

static int by_time(const void *one, const void *other)
{
    const struct arrival *a = one, *b = other;

    if (a->second != b->second)
        return a->second < b->second ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

/* How many messages line `index` stands for: rate_scale thins or repeats evenly. */
static uint64_t copies(const struct load_reading *r, uint64_t index)
{
    return (index + 1) * r->rate_scale_micro / 1000000 - index * r->rate_scale_micro / 1000000;
}

static bool to_points(struct log *log, struct load_points *points)
{
    uint64_t from = log->first;
    bool good = true;

    qsort(log->arrivals, log->arrival_count, sizeof *log->arrivals, by_time);
    from = MIN_OF(from, log->arrivals[0].second) * 1000 + log->r->from_ms;
    for (uint32_t i = 0, end; i < log->arrival_count && good; i = end) {
        for (end = i;
             end < log->arrival_count && log->arrivals[end].second == log->arrivals[i].second;)
            end++;
        for (uint32_t k = i; k < end && good; k++) {
            uint64_t ms = log->arrivals[k].second * 1000 + (k - i) * (uint64_t)1000 / (end - i);
            struct load_point point = { .bytes = log->arrivals[k].bytes };

            if (ms < from)
                continue;
            point.at = load_scaled(log->r, ms - from);
            for (uint64_t left = copies(log->r, k); left > 0 && good; left--)
                good = load_point_add(log->r, points, 1, point);
        }
    }
    return good;
}

const struct load_series *load_read_w3c(struct load_reading *r)
{
    struct log log = { .r = r };
    struct load_points points = { 0 };
    bool good = read_log(&log) && to_points(&log, &points);

    free(log.arrivals);
    if (good)
        return load_points_keep(&points, true);
    free(points.items);
    return NULL;
}
