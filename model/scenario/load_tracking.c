/* load_tracking.c - arrivals from the message tracking log of Exchange 2003 (KB 246965).
 *
 *     # Message Tracking Log File
 *     # Exchange System Attendant Version 6.5.7638.1
 *     # Date<tab>Time<tab>client-ip<tab>...<tab>Event-ID<tab>MSGID<tab>...<tab>total-bytes<tab>...
 *     2006-9-5<tab>8:0:12 GMT<tab>192.0.2.7<tab>...<tab>1019<tab><m1@mx><tab>...<tab>2187<tab>...
 *
 * The log has a line for each event of a message, and for each recipient. Event 1019 is its
 * submission by SMTP; lines of one event with the MSGID and the time of the line before are further
 * recipients of the same message. `verb` names other event IDs.
 */
#include "model/scenario/load_text.h"
#include "sim/calendar.h"
#include <stdio.h>
#include <string.h>

enum { FIELDS_MAX = 64, NONE = -1 };

struct tracking {
    struct load_log log;
    const char *events;
    int fields_line;                        /* Line of the heading; 0: not read yet. */
    int count, date, time, event, id, size; /* Number of fields; the index of each, or NONE. */
    struct load_piece last_id;              /* MSGID of the previous arrival; empty: none. */
    uint64_t last_second;
};

/* Gets the next field of a line; column counts from 1. False: the line has ended. */
static bool next_field(struct load_piece line, size_t *at, struct load_piece *field, int *column)
{
    size_t end = *at;

    if (*at > line.length)
        return false;
    while (end < line.length && line.at[end] != '\t')
        end++;
    *column = (int)*at + 1;
    *field = (struct load_piece){ line.at + *at, end - *at };
    *at = end + 1;
    return true;
}

/* Reads up to `digits` digits and the character behind them (0: the end). */
static bool number(const char **at, const char *end, int digits, char behind, uint32_t *out)
{
    const char *c = *at;

    for (*out = 0; c < end && c - *at < digits && *c >= '0' && *c <= '9'; c++)
        *out = *out * 10 + (uint32_t)(*c - '0');
    if (c == *at || (behind != 0 && (c == end || *c++ != behind)))
        return false;
    *at = c;
    return true;
}

/* Reads a date and a time without leading zeros: "2006-9-5" and "8:0:12 GMT". */
static bool read_when(struct load_piece date, struct load_piece time, uint64_t *second)
{
    const char *d = date.at, *t = time.at, *d_end = d + date.length, *t_end = t + time.length;
    uint32_t year, month, day, hour, minute, rest;

    if (!number(&d, d_end, 4, '-', &year) || !number(&d, d_end, 2, '-', &month) ||
        !number(&d, d_end, 2, 0, &day) || d != d_end || !calendar_valid(year, month, day))
        return false;
    if (!number(&t, t_end, 2, ':', &hour) || !number(&t, t_end, 2, ':', &minute) ||
        !number(&t, t_end, 2, 0, &rest) || hour > 23 || minute > 59 || rest > 59)
        return false;
    if (t != t_end && !load_same_word((struct load_piece){ t, (size_t)(t_end - t) }, " GMT"))
        return false;
    *second = (uint64_t)calendar_days(year, month, day) * 86400 + hour * 3600 + minute * 60 + rest;
    return true;
}

/* Reads the heading, "# Date<tab>Time<tab>...". False: it lacks a field, and an error was
 * recorded. */
static bool read_heading(struct tracking *t, struct load_piece line, int number)
{
    struct load_piece field;
    size_t at = 2; /* Behind "# ". */
    int column;

    t->fields_line = number;
    t->date = t->time = t->event = t->id = t->size = NONE;
    for (t->count = 0; next_field(line, &at, &field, &column); t->count++) {
        if (load_same_word(field, "Date"))
            t->date = t->count;
        else if (load_same_word(field, "Time"))
            t->time = t->count;
        else if (load_same_word(field, "Event-ID"))
            t->event = t->count;
        else if (load_same_word(field, "MSGID"))
            t->id = t->count;
        if (load_same_word(field,
                           t->log.r->size_field != NULL ? t->log.r->size_field : "total-bytes"))
            t->size = t->count;
    }
    if (t->count > FIELDS_MAX || t->date == NONE || t->time == NONE || t->event == NONE ||
        t->id == NONE)
        return load_wrong(t->log.r, number, 1,
                          "a heading of %d fields (expected at most %d, Date, Time, Event-ID and "
                          "MSGID among them, separated by tabs)",
                          t->count, FIELDS_MAX);
    if (t->size == NONE && t->log.r->size_field != NULL)
        return load_wrong(t->log.r, number, 1,
                          "no field \"%.40s\" (expected size_field = one of "
                          "the heading's, such as total-bytes)",
                          t->log.r->size_field);
    return true;
}

/* True if the line is a further recipient of the previous message. */
static bool same_message(const struct tracking *t, struct load_piece id, uint64_t second)
{
    return t->last_second == second && t->last_id.length == id.length && id.length > 0 &&
           memcmp(t->last_id.at, id.at, id.length) == 0;
}

static void read_entry(struct tracking *t, struct load_piece line, const char *after, int number)
{
    struct load_piece fields[FIELDS_MAX] = { { NULL, 0 } }, field;
    int columns[FIELDS_MAX] = { 0 }, count = 0, column;
    uint64_t second;
    uint32_t bytes = 0;
    size_t at = 0;

    for (; next_field(line, &at, &field, &column); count++)
        if (count < FIELDS_MAX) {
            fields[count] = field;
            columns[count] = column;
        }
    if (count < t->count && load_cut_off(t->log.r, after, number))
        return;
    if (count < t->count) {
        load_wrong(t->log.r, number, 1, "%d fields (expected %d, as the heading in line %d has)",
                   count, t->count, t->fields_line);
        return;
    }
    if (!read_when(fields[t->date], fields[t->time], &second)) {
        load_wrong(t->log.r, number, columns[t->date],
                   "\"%.*s\" and \"%.*s\" are no date and time (expected such as 2006-9-5 and "
                   "8:0:12 GMT)",
                   (int)MIN_OF(fields[t->date].length, 30u), fields[t->date].at,
                   (int)MIN_OF(fields[t->time].length, 30u), fields[t->time].at);
        return;
    }
    if (!load_log_in_range(&t->log, second, number) || !load_listed(t->events, fields[t->event]) ||
        same_message(t, fields[t->id], second))
        return;
    if (t->size != NONE &&
        !load_log_bytes(&t->log, fields[t->size], number, columns[t->size], &bytes))
        return;
    t->last_id = fields[t->id];
    t->last_second = second;
    load_log_add(&t->log, second, bytes);
}

const struct load_series *load_read_tracking(struct load_reading *r)
{
    struct tracking t = { .log = { .r = r }, .events = r->verb != NULL ? r->verb : "1019" };
    const char *at = r->text;
    struct load_piece line;
    int number = 0;

    while (load_line(r, &at, &line) && r->wrong < ROWS_WRONG_MAX) {
        number++;
        if (load_is_blank(line))
            continue;
        if (load_begins(line, "# Date\t")) {
            if (!read_heading(&t, line, number))
                break;
        } else if (!load_begins(line, "#")) {
            if (t.fields_line == 0) {
                load_wrong(r, number, 1,
                           "a line before the heading (expected \"# Date<tab>Time"
                           "<tab>...\" above it)");
                break;
            }
            read_entry(&t, line, at, number);
        }
    }
    if (r->wrong == 0 && t.log.count == 0)
        load_wrong(r, 1, 1,
                   "no line with the event \"%.40s\" (expected verb = one of the log's "
                   "Event-IDs, such as 1019 for a submission by SMTP)",
                   t.events);
    return load_log_series(&t.log);
}
