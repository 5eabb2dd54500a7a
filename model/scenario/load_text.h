/* load_text.h - texts of other programs, in host memory: lines in whatever encoding, cells, numbers
 * and times; and the series that is made of them.
 *
 * For the readers of counters (load_perfmon.c) and logs (load_w3c.c). A wrong row is an error at
 * its file, line and column; after ROWS_WRONG_MAX of them the rest is not looked at.
 */
#pragma once
#include "model/words/load_plan.h"
#include "sim/ini.h"

enum { ROWS_WRONG_MAX = 12 };

/* What the scenario says about it. */
enum load_gaps { GAPS_HOLD, GAPS_ZERO, GAPS_INTERPOLATE };
enum load_counter { COUNTER_BY_NAME, COUNTER_RATE, COUNTER_TOTAL };
struct load_reading {
    struct ini *ini;
    const char *section;
    struct ini_file file;
    const char *text, *end; /* The file as UTF-8 or ANSI, one byte a character of the structure. */
    char *converted;        /* Ours to free; NULL: text is the file's own. */
    uint32_t wrong;

    const char *column; /* Counters; NULL: not said. */
    enum load_gaps gaps;
    enum load_counter counter;
    const char *verb, *size_field; /* Logs; size_field NULL: not said. */
    uint64_t time_scale_milli, rate_scale_micro;
    uint64_t from_ms; /* What lies before that is left out. */
};

/* A stretch of text. */
struct load_piece {
    const char *at;
    size_t length;
};

/* Records an error in the file; false, for the caller to pass on. */
bool load_wrong(struct load_reading *reading, int line, int column, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* What stands in a file may be anything; what is printed of it is ASCII. */
void load_clean(char *text);

/* The next line without its end, from *at on. False: there is none. */
bool load_line(const struct load_reading *reading, const char **at, struct load_piece *line);

/* "23.999871", "8.3e-002", "-1": millionths, rounded. False: not a number, or beyond 10^12. */
bool load_number(struct load_piece text, bool *negative, uint64_t *micro);
bool load_is_blank(struct load_piece text);
bool load_same_word(struct load_piece text, const char *word); /* In any case of its letters. */

/* A stretch of time in ms as ns of the run. */
uint64_t load_scaled(const struct load_reading *reading, uint64_t ms);

/* Points that become a series. */
struct load_points {
    struct load_point *items;
    uint32_t count, max;
};
/* False: more than LOAD_POINTS_MAX, and an error says so. */
bool load_point_add(struct load_reading *reading, struct load_points *points, int line,
                    struct load_point point);
/* Takes the points over. */
const struct load_series *load_points_keep(struct load_points *points, bool arrivals);

/* The two readers. NULL: errors were recorded. */
const struct load_series *load_read_perfmon(struct load_reading *reading);
const struct load_series *load_read_w3c(struct load_reading *reading);

/* Makes text and end of the file, and finds out which reader is meant. NULL: errors were
 * recorded. */
const struct load_series *load_read(struct load_reading *reading);
