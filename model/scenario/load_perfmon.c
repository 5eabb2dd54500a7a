/* load_perfmon.c - counters as Performance Monitor, typeperf and relog write them to a CSV or a
 * TSV.
 *
 *     "(PDH-CSV 4.0) (UTC)(0)","\\SRV\SMTP Server(_Total)\Messages Received/sec"
 *     "09/05/2006 08:00:00.000"," "                     the first sample of a rate is blank
 *     "09/05/2006 08:00:15.000","3.9999871"             15 s at 4/s, until 08:00:15
 *
 * A rate is valid for the interval that ends at its row; the counter's name says whether it is per
 * second, minute or hour. A total counts in 32 bits from the start of the service: its steps are
 * the arrivals, also over a wrap and over gaps. A step back of more than half the range is no wrap
 * but a restart of the service at 0.
 *
 * Real files contain more than samples. A collector's comment is a last cell of the header, which
 * rows may lack. Redirected output of typeperf begins with an empty line and ends with sentences.
 * Where a clock was set back, the next row gets the interval of the row before.
 */
#include "model/scenario/load_text.h"
#include "sim/calendar.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    COLUMN_CHARS = 160,
    DAYS_MAX = 31,
    NEAR_MAX = 3,
    SET_BACK_MAX_MS = 3600 * 1000 /* Most that a clock is set back, as at the end of summer time. */
};

struct sample {
    uint64_t ms; /* Time of the row, ms since 1970. */
    uint64_t micro;
    bool gap;
    int line, column;
};

struct perfmon {
    struct load_reading *r;
    uint32_t cells;  /* Number of cells in the header. */
    bool comment;    /* The header's last cell is a comment, which rows may lack. */
    char separator;  /* Comma, or tab. */
    uint32_t wanted; /* Index of the column. */
    char name[COLUMN_CHARS];
    bool total;
    uint32_t seconds;  /* Interval of the rate in seconds: 1, 60 or 3600. */
    uint64_t shift_ms; /* Sum of the steps by which the clock was set back so far. */
    struct sample *samples;
    uint32_t count, max;
};

/* ---- Cells ----------------------------------------------------------------------------------- */

struct cells {
    struct load_piece line;
    size_t at;
    int number; /* Number of the line, from 1. */
    char separator;
};

/* Gets the next cell; *column is that of its text. False: the line has ended, or (*bad) is
 * broken. */
static bool next_cell(struct cells *cells, struct load_piece *cell, int *column, bool *bad)
{
    const char *line = cells->line.at;
    size_t length = cells->line.length, at = cells->at;

    *bad = false;
    if (at > length)
        return false;
    if (at < length && line[at] == '"') {
        size_t end = ++at;

        while (end < length && (line[end] != '"' || (end + 1 < length && line[end + 1] == '"')))
            end += line[end] == '"' ? 2 : 1;
        *column = (int)at + 1;
        *bad = end >= length || (end + 1 < length && line[end + 1] != cells->separator);
        *cell = (struct load_piece){ line + at, MIN_OF(end, length) - at };
        cells->at = end + 2;
        return !*bad;
    }
    size_t end = at;

    while (end < length && line[end] != cells->separator)
        end++;
    *column = (int)at + 1;
    *cell = (struct load_piece){ line + at, end - at };
    cells->at = end + 1;
    return true;
}

/* Records the error of a broken cell: no closing quotation mark, or another character than the
 * separator behind it. */
static bool broken_cell(const struct perfmon *p, const struct cells *cells, int column)
{
    if (cells->at <= cells->line.length)
        return load_wrong(p->r, cells->number, (int)cells->at,
                          "\"%c\" behind a cell (expected a %s)", cells->line.at[cells->at - 1],
                          cells->separator == ',' ? "comma" : "tab");
    return load_wrong(p->r, cells->number, column,
                      "a cell whose quotation mark is not closed (expected \"...\",\"...\")");
}

/* ---- The header ------------------------------------------------------------------------------ */

/* Returns the name without "\\SERVER". */
static struct load_piece without_machine(struct load_piece name)
{
    if (name.length > 2 && name.at[0] == '\\' && name.at[1] == '\\') {
        size_t i = 2;

        while (i < name.length && name.at[i] != '\\')
            i++;
        name = (struct load_piece){ name.at + i, name.length - i };
    }
    if (name.length > 0 && name.at[0] == '\\')
        name = (struct load_piece){ name.at + 1, name.length - 1 };
    return name;
}

/* True if the cell has the wanted name, which may lack the machine. Without `exact`, letters beyond
 * ASCII match any. */
static bool is_called(const struct perfmon *p, struct load_piece cell, const char *wanted,
                      bool exact)
{
    struct load_piece short_name = { wanted, strlen(wanted) };
    char text[COLUMN_CHARS];

    if (exact ? load_same_name(p->r, cell, wanted) : load_like_name(cell, wanted))
        return true;
    if (strncmp(wanted, "\\\\", 2) == 0)
        return false; /* The wanted name has a machine. */
    short_name = without_machine(short_name);
    cell = without_machine(cell);
    snprintf(text, sizeof text, "%.*s", (int)short_name.length, short_name.at);
    return exact ? load_same_name(p->r, cell, text) : load_like_name(cell, text);
}

/* Returns the likeness of two names in thousandths: the share of letter pairs that both have. */
static uint32_t likeness(struct load_piece one, struct load_piece other)
{
    uint8_t seen[COLUMN_CHARS] = { 0 };
    uint32_t shared = 0;

    one = without_machine(one);
    other = without_machine(other);
    for (size_t i = 0; i + 1 < one.length; i++)
        for (size_t k = 0; k + 1 < other.length && k < sizeof seen; k++)
            if (!seen[k] &&
                tolower((unsigned char)one.at[i]) == tolower((unsigned char)other.at[k]) &&
                tolower((unsigned char)one.at[i + 1]) == tolower((unsigned char)other.at[k + 1])) {
                seen[k] = 1;
                shared++;
                break;
            }
    return one.length + other.length < 3
               ? 0
               : shared * 2000 / (uint32_t)(one.length + other.length - 2);
}

/* Lists the columns that an unknown name may have meant, the most similar first. */
static void near_columns(const struct perfmon *p, struct cells header, char *out, size_t size)
{
    struct load_piece cell, near[NEAR_MAX] = { { NULL, 0 } };
    struct load_piece wanted = { p->r->column, strlen(p->r->column) };
    uint32_t best[NEAR_MAX] = { 0 };
    size_t used = 0;
    int column;
    bool bad;

    header.at = 0;
    next_cell(&header, &cell, &column, &bad);
    while (next_cell(&header, &cell, &column, &bad)) {
        uint32_t like = likeness(wanted, cell);

        for (int i = 0; i < NEAR_MAX; i++)
            if (like > best[i]) {
                memmove(&best[i + 1], &best[i], (size_t)(NEAR_MAX - 1 - i) * sizeof best[0]);
                memmove(&near[i + 1], &near[i], (size_t)(NEAR_MAX - 1 - i) * sizeof near[0]);
                best[i] = like;
                near[i] = cell;
                break;
            }
    }
    out[0] = 0;
    for (int i = 0; i < NEAR_MAX && near[i].at != NULL && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s\"%.*s\"", i > 0 ? ", " : "",
                                 (int)MIN_OF(near[i].length, 90u), near[i].at);
}

static bool no_such_column(const struct perfmon *p, const struct cells *header)
{
    char near[320];

    near_columns(p, *header, near, sizeof near);
    load_clean(near);
    ini_error(p->r->ini, p->r->section, "column",
              "no column \"%.120s\" (expected one of the %u columns of %.80s%s%s)", p->r->column,
              p->cells - 1 - p->comment, p->r->file.path, near[0] != 0 ? "; the nearest are " : "",
              near);
    p->r->wrong++;
    return false;
}

/* Returns the number of columns with the key's name (without a key: all); the first becomes the
 * wanted one. */
static uint32_t columns_called(struct perfmon *p, struct cells header, bool exact)
{
    struct load_piece cell;
    uint32_t found = 0;
    int column;
    bool bad;

    for (uint32_t i = 0; next_cell(&header, &cell, &column, &bad) && i < p->cells - p->comment;
         i++) {
        if (i == 0 || (p->r->column != NULL && !is_called(p, cell, p->r->column, exact)))
            continue;
        if (found++ == 0) {
            p->wanted = i;
            snprintf(p->name, sizeof p->name, "%.*s", (int)cell.length, cell.at);
            load_clean(p->name);
        }
    }
    return found;
}

/* Chooses the column; a header with one counter needs no key. */
static bool choose_column(struct perfmon *p, struct cells header)
{
    uint32_t found = columns_called(p, header, true);

    if (found == 0 && !p->r->utf8) /* The file is ANSI of an unknown code page. */
        found = columns_called(p, header, false);
    if (found == 1)
        return true;
    if (p->r->column == NULL)
        ini_error(p->r->ini, p->r->section, "arrivals",
                  "a file of %u counters (expected column = one of them beside it)",
                  p->cells - 1 - p->comment);
    else if (found > 1)
        ini_error(p->r->ini, p->r->section, "column",
                  "\"%.120s\" is the name of %u columns (expected one with its \\\\SERVER)",
                  p->r->column, found);
    else
        return no_such_column(p, &header);
    p->r->wrong++;
    return false;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);

    return length >= tail && load_same_word((struct load_piece){ text + length - tail, tail }, end);
}

/* Returns the counter's name without machine, object and instance. */
static const char *counter_of(const char *name)
{
    const char *last = strrchr(name, '\\');

    return last != NULL ? last + 1 : name;
}

/* Finds out whether the counter is a rate or a total, and the interval of the rate: from the key,
 * or from the counter's name. */
static bool know_kind(struct perfmon *p)
{
    static const struct {
        const char *end;
        uint32_t seconds;
    } rates[] = {
        { "/sec", 1 }, { " rate", 1 }, { "/min", 60 }, { "/hr", 3600 }, { "/hour", 3600 }
    };
    bool rate = false;

    p->seconds = 1;
    for (size_t i = 0; i < ARRAY_LEN(rates); i++)
        if (ends_with(p->name, rates[i].end)) {
            rate = true;
            p->seconds = rates[i].seconds;
        }
    p->total = ends_with(p->name, " total") ||
               load_begins((struct load_piece){ counter_of(p->name), strlen(counter_of(p->name)) },
                           "Total ");
    if (p->r->counter != COUNTER_BY_NAME) {
        p->total = p->r->counter == COUNTER_TOTAL;
        return true;
    }
    if (p->total || rate)
        return true;
    ini_error(
        p->r->ini, p->r->section, p->r->column != NULL ? "column" : "arrivals",
        "the counter \"%.120s\", whose name says neither /sec, /min, Rate nor Total (expected "
        "counter = rate or total beside it)",
        p->name);
    p->r->wrong++;
    return false;
}

static bool read_header(struct perfmon *p, struct cells header)
{
    struct cells all = header;
    struct load_piece cell, last = { "", 0 };
    int column = 1;
    bool bad = false;

    for (; next_cell(&all, &cell, &column, &bad); p->cells++)
        last = cell;
    if (bad)
        return broken_cell(p, &all, column);
    p->comment = p->cells > 2 && !load_begins(last, "\\");
    if (p->cells < 2)
        return load_wrong(p->r, header.number, 1,
                          "a header without counters (expected \"(PDH-CSV 4.0)\",\"\\\\SERVER\\"
                          "object\\counter\" with commas)");
    return choose_column(p, header) && know_kind(p);
}

/* ---- Rows ------------------------------------------------------------------------------------ */

/* Reads "09/05/2006 08:00:15.000" as ms since 1970. */
static bool read_time(struct load_piece text, uint64_t *ms)
{
    const char *at = text.at, *end = text.at + text.length;
    uint32_t month, day, year, hour, minute, second, milli = 0;

    if (!calendar_digits(&at, end, 2, '/', &month) || !calendar_digits(&at, end, 2, '/', &day) ||
        !calendar_digits(&at, end, 4, ' ', &year) || !calendar_digits(&at, end, 2, ':', &hour) ||
        !calendar_digits(&at, end, 2, ':', &minute) || !calendar_digits(&at, end, 2, 0, &second))
        return false;
    if (at < end && (*at++ != '.' || !calendar_digits(&at, end, 3, 0, &milli)))
        return false;
    if (at != end || !calendar_valid(year, month, day) || hour > 23 || minute > 59 || second > 59)
        return false;
    *ms = ((uint64_t)calendar_days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second) *
              1000 +
          milli;
    return true;
}

/* Corrects a row after a clock was set back: it gets the interval of the row before, and all later
 * rows are shifted as much. */
static bool set_forward(struct perfmon *p, struct sample *sample)
{
    const struct sample *last = &p->samples[p->count - 1];
    uint64_t interval = p->count > 1 ? last->ms - p->samples[p->count - 2].ms : 0;
    uint64_t back = last->ms + interval - sample->ms;

    if (interval == 0 || back > SET_BACK_MAX_MS + interval)
        return load_wrong(
            p->r, sample->line, 2,
            "a time that is not after line %d's (expected samples in order; a clock may "
            "be set back by an hour at most)",
            last->line);
    load_warn(p->r, sample->line, 2,
              "the clock was set back here by about %llu s: this row takes the interval of the row "
              "before, %llu s",
              (unsigned long long)(back / 1000), (unsigned long long)(interval / 1000));
    p->shift_ms += back;
    sample->ms += back;
    return true;
}

static bool rises(struct perfmon *p, struct sample *sample)
{
    if (p->count == 0)
        return true;
    sample->ms += p->shift_ms;
    if (sample->ms <= p->samples[p->count - 1].ms && !set_forward(p, sample))
        return false;
    if (sample->ms - p->samples[0].ms > (uint64_t)DAYS_MAX * 86400000)
        return load_wrong(p->r, sample->line, 2,
                          "a time %d days after the first (expected a shorter file)", DAYS_MAX);
    return true;
}

/* Reads a value. A blank means that nothing was measured; so does -1, which tools write for invalid
 * data. */
static bool read_value(struct perfmon *p, struct load_piece cell, struct sample *sample)
{
    bool negative = false;

    sample->gap = load_is_blank(cell);
    if (sample->gap)
        return true;
    if (!load_number(cell, &negative, &sample->micro))
        return load_wrong(p->r, sample->line, sample->column,
                          "\"%.*s\" is not a number (expected such as 23.999871, or a blank)",
                          (int)MIN_OF(cell.length, 40u), cell.at);
    sample->gap = negative && sample->micro == 1000000;
    if (negative && sample->micro != 0 && !sample->gap)
        return load_wrong(p->r, sample->line, sample->column,
                          "\"%.*s\" is below 0 (expected a number from 0 on)",
                          (int)MIN_OF(cell.length, 40u), cell.at);
    return true;
}

/* True if the line is text of a program: rows begin with a quotation mark or a digit. */
static bool is_sentence(struct load_piece line)
{
    return line.at[0] != '"' && (line.at[0] < '0' || line.at[0] > '9');
}

/* True if the last line of a file has all its cells but may lack a part of the last one: quoted
 * rows end in a quotation mark. */
static bool looks_whole_only(const struct perfmon *p, struct load_piece line, const char *after)
{
    return p->r->cut && after >= p->r->end && line.at[0] == '"' && line.at[line.length - 1] != '"';
}

static bool read_row(struct perfmon *p, struct cells row, const char *after, struct sample *sample)
{
    struct load_piece cell, value = { "", 0 }, time = { "", 0 };
    uint32_t cells = 0;
    int column = 1;
    bool bad = false;

    *sample = (struct sample){ .line = row.number };
    for (; next_cell(&row, &cell, &column, &bad); cells++) {
        if (cells == 0)
            time = cell;
        if (cells == p->wanted) {
            value = cell;
            sample->column = column;
        }
    }
    bool whole = !bad && (cells == p->cells || (p->comment && cells == p->cells - 1)) &&
                 !looks_whole_only(p, row.line, after);

    if (!whole && load_cut_off(p->r, after, row.number))
        return false;
    if (bad)
        return broken_cell(p, &row, column);
    if (!whole)
        return load_wrong(p->r, row.number, 1, "%u cells (expected %u, as the header has)", cells,
                          p->cells);
    if (!read_time(time, &sample->ms))
        return load_wrong(p->r, row.number, (int)(time.at - row.line.at) + 1,
                          "\"%.*s\" is not a time (expected such as 09/05/2006 08:00:15.000)",
                          (int)MIN_OF(time.length, 40u), time.at);
    return read_value(p, value, sample) && rises(p, sample);
}

static void add_sample(struct perfmon *p, const struct sample *sample)
{
    if (p->count == p->max) {
        p->max = p->max * 2 + 256;
        p->samples = realloc(p->samples, p->max * sizeof *p->samples);
        CHECK(p->samples != NULL);
    }
    p->samples[p->count++] = *sample;
}

/* True if the line is typeperf's closing sentence, in English. */
static bool is_typeperf(struct load_piece line)
{
    return load_begins(line, "Exiting, please wait") ||
           load_begins(line, "The command completed successfully");
}

/* Returns the start of the sentences behind the last row; the end of the text: there are none.
 * Unknown sentences cause a warning. */
static const char *closing_words(struct perfmon *p, const char *at, int number)
{
    const char *begin = at;
    struct load_piece line;
    int foreign = 0;

    while (load_line(p->r, &at, &line)) {
        number++;
        if (load_is_blank(line) || (is_sentence(line) && is_typeperf(line)))
            continue;
        if (!is_sentence(line)) {
            begin = at;
            foreign = 0;
        } else if (foreign == 0) {
            foreign = number;
        }
    }
    if (foreign > 0)
        load_warn(p->r, foreign, 1, "what follows the samples was left out");
    return begin;
}

static bool read_rows(struct perfmon *p)
{
    const char *at = p->r->text, *end = p->r->end;
    struct load_piece line;
    struct sample sample;
    int number = 0;
    bool header = false;

    while ((!header || at < end) && load_line(p->r, &at, &line)) {
        struct cells cells = { line, 0, ++number, p->separator };

        if (load_is_blank(line))
            continue;
        if (!header) {
            p->separator = memchr(line.at, '\t', line.length) != NULL ? '\t' : ',';
            cells.separator = p->separator;
            if (!read_header(p, cells))
                return false;
            header = true;
            end = closing_words(p, at, number);
        } else if (read_row(p, cells, at, &sample)) {
            add_sample(p, &sample);
        }
        if (p->r->wrong >= ROWS_WRONG_MAX)
            return false;
    }
    if (p->r->wrong == 0 && p->count < 2)
        load_wrong(p->r, number, 1,
                   "%u samples (expected at least two: a rate is that between two rows)", p->count);
    return p->r->wrong == 0;
}

/* ---- From samples to rates ------------------------------------------------------------------- */

/* Scales a rate by the counter's interval and the scenario's scale, to millionths a second;
 * UINT64_MAX: too large for 64 bits. */
static uint64_t scale_rate(const struct perfmon *p, uint64_t micro)
{
    uint64_t scale = p->r->rate_scale_micro;

    if (!p->total)
        micro /= p->seconds;
    if (micro / 1000000 > UINT64_MAX / 2 / scale)
        return UINT64_MAX;
    return micro / 1000000 * scale + micro % 1000000 * scale / 1000000;
}

/* Adds an interval with its rate. */
static bool add_rate(struct perfmon *p, struct load_points *points, const struct sample *until,
                     uint64_t micro)
{
    uint64_t from = p->samples[0].ms + p->r->from_ms, scaled = scale_rate(p, micro);

    if (until->ms <= from)
        return true;
    if (scaled > LOAD_RATE_MAX_MILLI * (uint64_t)1000)
        return load_wrong(
            p->r, until->line, until->column,
            "%llu/s after rate_scale (expected at most %d/s: a counter of bytes wants a "
            "rate_scale of one message's share)",
            (unsigned long long)(scaled / 1000000), LOAD_RATE_MAX_MILLI / 1000);
    return load_point_add(p->r, points, until->line,
                          (struct load_point){ .at = load_scaled(p->r, until->ms - from),
                                               .rate_micro = (uint32_t)scaled });
}

/* Returns the next sample from i in a direction that is no gap; NULL: there is none. */
static const struct sample *known(const struct perfmon *p, uint32_t i, int step)
{
    for (int64_t k = (int64_t)i + step; k >= 0 && k < p->count; k += step)
        if (!p->samples[k].gap)
            return &p->samples[k];
    return NULL;
}

static uint64_t fill_gap(const struct perfmon *p, uint32_t i)
{
    const struct sample *before = known(p, i, -1), *after = known(p, i, 1);

    if (p->r->gaps == GAPS_ZERO || (before == NULL && after == NULL))
        return 0;
    if (before == NULL || after == NULL)
        return (before != NULL ? before : after)->micro;
    if (p->r->gaps == GAPS_HOLD)
        return before->micro;
    /* Linear interpolation between the ends of the intervals. */
    uint64_t span = after->ms - before->ms, done = p->samples[i].ms - before->ms;
    uint64_t rise = MAX_OF(before->micro, after->micro) - MIN_OF(before->micro, after->micro);
    uint64_t part = rise / span * done + rise % span * done / span;

    return after->micro >= before->micro ? before->micro + part : before->micro - part;
}

static bool rates_to_points(struct perfmon *p, struct load_points *points)
{
    bool good = true;

    for (uint32_t i = 1; i < p->count && good; i++)
        good = add_rate(p, points, &p->samples[i],
                        p->samples[i].gap ? fill_gap(p, i) : p->samples[i].micro);
    return good;
}

/* Returns the count between two readings of a 32-bit total. */
static uint64_t counted(uint64_t before, uint64_t now)
{
    uint64_t wrapped = now + ((uint64_t)1 << 32) - before;

    if (now >= before)
        return now - before;
    return before < (uint64_t)1 << 32 && wrapped < (uint64_t)1 << 31 ? wrapped : now;
}

static bool totals_to_points(struct perfmon *p, struct load_points *points)
{
    const struct sample *last = NULL;

    for (uint32_t i = 0; i < p->count; i++) {
        const struct sample *sample = &p->samples[i];
        uint64_t rate = 0;

        if (sample->gap)
            continue;
        if (last != NULL) {
            uint64_t count = counted(last->micro / 1000000, sample->micro / 1000000),
                     ms = sample->ms - last->ms;

            rate =
                count > (uint64_t)18000000000 ? UINT64_MAX / 2 : (count * 1000000000 + ms / 2) / ms;
        }
        if ((last != NULL || i > 0) && !add_rate(p, points, sample, rate))
            return false;
        last = sample;
    }
    return true;
}

const struct load_series *load_read_perfmon(struct load_reading *r)
{
    struct perfmon p = { .r = r, .separator = ',' };
    struct load_points points = { 0 };
    bool good = read_rows(&p);

    good = good && (p.total ? totals_to_points(&p, &points) : rates_to_points(&p, &points));
    if (good && points.count == 0)
        good =
            load_wrong(r, 1, 1,
                       "no samples behind arrivals_from, or blanks only (expected a file that goes "
                       "on)");
    free(p.samples);
    if (good)
        return load_points_keep(&points, false);
    free(points.items);
    return NULL;
}
