/* load_w3c.c - arrivals from a W3C extended log of IIS or its SMTP service.
 *
 *     #Software: Microsoft Internet Information Services 6.0
 *     #Date: 2006-09-05 08:00:01
 *     #Fields: date time c-ip cs-method sc-status cs-bytes
 *     2006-09-05 08:00:01 192.0.2.7 DATA 250 28731
 *
 * Each line with a wanted verb is one arrival, with the bytes in its size field. #Fields may occur
 * again with other fields (the service was restarted, or configured anew).
 *
 * Two things of a real SMTP log would give a wrong count. The service logs its own commands as a
 * client of other servers in the same file: cs-username is OutboundConnectionCommand or
 * OutboundConnectionResponse on those lines, and these lines are no arrivals. The default fields
 * have no date: #Date gives the day, and a time that steps back by most of a day begins the next
 * day.
 */
#include "model/scenario/load_text.h"
#include "sim/calendar.h"
#include <string.h>

enum {
    FIELDS_MAX = 64,
    NONE = -1,
    DAY = 86400,
    NEW_DAY = DAY / 2,    /* Seconds back that begin the next day. */
    LATE_LINE = DAY - 600 /* Seconds forward, after midnight, that belong to the day before. */
};

struct log {
    struct load_log log;
    const char *verbs;
    int fields_line; /* Line of the latest #Fields; 0: not read yet. */
    /* Number of fields in a line; the index of each, or NONE. */
    int count, date, time, method, user, size;
    bool warned;         /* The warning about a #Fields without cs-username was given. */
    bool blanks_in_last; /* The last field may hold blanks: HTTP.sys' name of a pool. */
    bool has_day;
    uint32_t day, clock; /* Day of #Date or of the last line, and its second within the day. */
    uint32_t days_begun; /* Midnights crossed by times without a date. */
};

/* Gets the next word of a line; column counts from 1. */
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
    return load_wrong(log->log.r, line, 1, "#Fields without %s (expected a log that has it%s)",
                      name, why);
}

static bool read_fields(struct log *log, struct load_piece line, size_t at, int number)
{
    const char *size = log->log.r->size_field != NULL ? log->log.r->size_field : "cs-bytes";
    struct load_piece word;
    int column;

    log->fields_line = number;
    log->date = log->time = log->method = log->user = log->size = NONE;
    for (log->count = 0; next_word(line, &at, &word, &column); log->count++) {
        if (load_same_word(word, "date"))
            log->date = log->count;
        else if (load_same_word(word, "time"))
            log->time = log->count;
        else if (load_same_word(word, "cs-method"))
            log->method = log->count;
        else if (load_same_word(word, "cs-username"))
            log->user = log->count;
        if (load_same_word(word, size))
            log->size = log->count;
        log->blanks_in_last = load_same_word(word, "s-queuename");
    }
    if (log->count > FIELDS_MAX)
        return load_wrong(log->log.r, number, 1, "%d fields (expected at most %d)", log->count,
                          FIELDS_MAX);
    if (log->time == NONE)
        return field_missing(log, number, "time", "");
    if (log->method == NONE && strcmp(log->verbs, "all") != 0)
        return field_missing(log, number, "cs-method", ", or verb = all");
    if (log->size == NONE && log->log.r->size_field != NULL)
        return field_missing(log, number, size, ", or another size_field");
    if (log->user == NONE && log->method != NONE && !log->warned &&
        load_listed(log->verbs, (struct load_piece){ "DATA", 4 })) {
        log->warned = true;
        load_warn(
            log->log.r, number, 1,
            "#Fields has no cs-username: mail that the server sent cannot be told from mail that "
            "it received, and counts as arrivals");
    }
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
        return load_wrong(log->log.r, number, column,
                          "#Date \"%.*s\" (expected one such as 2006-09-05 08:00:01)",
                          (int)MIN_OF(word.length, 40u), word.at);
    log->has_day = true;
    log->days_begun = 0;
    if (!next_word(line, &at, &word, &column) || !read_clock(word, &log->clock))
        log->clock = 0;
    return true;
}

/* ---- Lines ----------------------------------------------------------------------------------- */

/* Finds the day of a time without a date: that of the line before, unless midnight lies between. */
static void find_day(struct log *log, uint32_t clock)
{
    if (clock + NEW_DAY < log->clock) {
        log->day++;
        log->days_begun++;
    } else if (log->days_begun > 0 && clock > log->clock + LATE_LINE) {
        log->day--;
        log->days_begun--;
    }
    log->clock = clock;
}

static bool read_when(struct log *log, const struct load_piece *words, const int *columns,
                      int number, uint64_t *second)
{
    uint32_t clock;

    if (log->date != NONE) {
        if (!read_date(words[log->date], &log->day))
            return load_wrong(log->log.r, number, columns[log->date],
                              "\"%.*s\" is not a date (expected such as 2006-09-05)",
                              (int)MIN_OF(words[log->date].length, 40u), words[log->date].at);
        log->has_day = true;
    }
    if (!log->has_day)
        return load_wrong(log->log.r, number, 1,
                          "a line without a date (expected a field date, or #Date above it)");
    if (!read_clock(words[log->time], &clock))
        return load_wrong(log->log.r, number, columns[log->time],
                          "\"%.*s\" is not a time (expected such as 08:00:01)",
                          (int)MIN_OF(words[log->time].length, 40u), words[log->time].at);
    if (log->date == NONE)
        find_day(log, clock);
    *second = (uint64_t)log->day * DAY + clock;
    return load_log_in_range(&log->log, *second, number);
}

/* True if the line is a command of the service to another server. */
static bool is_outbound(const struct log *log, const struct load_piece *words)
{
    return log->user != NONE && (load_same_word(words[log->user], "OutboundConnectionCommand") ||
                                 load_same_word(words[log->user], "OutboundConnectionResponse"));
}

/* Splits a line; returns the number of its words. */
static int split(const struct log *log, struct load_piece line, struct load_piece *words,
                 int *columns)
{
    struct load_piece word;
    int count = 0, column;
    size_t at = 0;

    for (; next_word(line, &at, &word, &column); count++)
        if (count < FIELDS_MAX) {
            words[count] = word;
            columns[count] = column;
        }
    return log->blanks_in_last && count > log->count ? log->count : count;
}

static void read_entry(struct log *log, struct load_piece line, const char *after, int number)
{
    struct load_piece words[FIELDS_MAX];
    int columns[FIELDS_MAX], count = split(log, line, words, columns);
    uint32_t bytes = 0;
    uint64_t second = 0;

    if (count < log->count && load_cut_off(log->log.r, after, number))
        return;
    if (count != log->count) {
        load_wrong(log->log.r, number, 1, "%d fields (expected %d, as #Fields in line %d has)",
                   count, log->count, log->fields_line);
        return;
    }
    if (!read_when(log, words, columns, number, &second) || is_outbound(log, words))
        return;
    if (log->method != NONE && !load_listed(log->verbs, words[log->method]))
        return;
    if (log->size != NONE &&
        !load_log_bytes(&log->log, words[log->size], number, columns[log->size], &bytes))
        return;
    load_log_add(&log->log, second, bytes);
}

static void read_log(struct log *log)
{
    struct load_reading *r = log->log.r;
    const char *at = r->text;
    struct load_piece line;
    int number = 0;

    while (load_line(r, &at, &line) && r->wrong < ROWS_WRONG_MAX) {
        number++;
        if (load_is_blank(line))
            continue;
        if (line.at[0] == '#') {
            bool good = read_directive(log, line, number);

            if (!good && log->fields_line == number)
                return; /* Every line behind it would be wrong. */
        } else if (log->fields_line == 0) {
            if (r->wrong == 0)
                load_wrong(r, number, 1, "a line before any #Fields (expected #Fields above it)");
        } else {
            read_entry(log, line, at, number);
        }
    }
    if (r->wrong == 0 && log->log.count == 0)
        load_wrong(r, 1, 1,
                   "no arriving line with the verb \"%.40s\" (expected verb = one of the log's "
                   "cs-method, several separated by commas, or all)",
                   log->verbs);
}

const struct load_series *load_read_w3c(struct load_reading *r)
{
    struct log log = { .log = { .r = r }, .verbs = r->verb != NULL ? r->verb : "DATA, BDAT" };

    read_log(&log);
    return load_log_series(&log.log);
}
