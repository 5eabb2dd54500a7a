/* load_text.h - texts of other programs, in host memory: encodings, lines, cells, numbers; and the
 * series that is made of them.
 *
 * The readers are load_perfmon.c (counters), load_w3c.c and load_tracking.c (logs) and load_sizes.c
 * (sizes with weights); load_format.c finds out which file it is. A wrong row is an error at its
 * file, line and column; after ROWS_WRONG_MAX errors the rest is not read. What is left out without
 * being wrong (a damaged end, closing words of a program) is a warning.
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
    char *converted;        /* UTF-8 made of UTF-16, to be freed; NULL: text is the file's own. */
    bool utf8;              /* The text is well-formed UTF-8. */
    bool cut;               /* The file ends within a line: its last row may be a part of one. */
    uint32_t wrong;         /* Errors so far. */

    const char *column; /* Counters; NULL: not said. */
    enum load_gaps gaps;
    enum load_counter counter;
    const char *verb, *size_field; /* Logs; NULL: not said. */
    uint64_t time_scale_milli, rate_scale_micro;
    uint64_t from_ms; /* What lies before this time from the file's start is left out. */
};

/* A stretch of text. */
struct load_piece {
    const char *at;
    size_t length;
};

/* Records an error in the file; false, for the caller to pass on. */
bool load_wrong(struct load_reading *reading, int line, int column, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* Records a warning in the file. */
void load_warn(struct load_reading *reading, int line, int column, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* Makes a text printable: bytes that are not printable ASCII become '?'. */
void load_clean(char *text);

/* Makes text and end of the file's bytes: UTF-8, ANSI or UTF-16 with its mark; zeros at the end are
 * left out with a warning. False: an error was recorded. The caller frees `converted`. */
bool load_make_text(struct load_reading *reading);

/* The next line without its end, from *at on. False: there is none. */
bool load_line(const struct load_reading *reading, const char **at, struct load_piece *line);

/* A row could not be read. True: it is the last line of a file that ends within it, and a
 * warning says that it was left out. */
bool load_cut_off(struct load_reading *reading, const char *after, int line);

/* "23.999871", "8.3e-002", "-1": millionths, rounded. False: not a number, or beyond 10^12. */
bool load_number(struct load_piece text, bool *negative, uint64_t *micro);
bool load_is_blank(struct load_piece text);
bool load_same_word(struct load_piece text, const char *word); /* In any case of ASCII letters. */
bool load_begins(struct load_piece text, const char *word);    /* To the letter. */

/* The same word in any case of its letters, ASCII or not: text is in the file's encoding (UTF-8, or
 * ANSI as Windows-1252), word is UTF-8. */
bool load_same_name(const struct load_reading *reading, struct load_piece text, const char *word);
/* The same, but for letters beyond ASCII, of which an ANSI file of another code page says
 * nothing. */
bool load_like_name(struct load_piece text, const char *word);

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

/* ---- Logs (load_log.c) ----------------------------------------------------------------------- */

struct load_arrival {
    uint64_t second; /* Since 1970. */
    uint32_t bytes;  /* 0: not said. */
    uint32_t order;  /* Place in the file; settles ties. */
};

/* Arrivals as a log has them, in whole seconds. */
struct load_log {
    struct load_reading *r;
    uint64_t first; /* Second of the first line. */
    bool has_first;
    struct load_arrival *arrivals;
    uint32_t count, max;
};

/* Is this second within a month of the first line's? False: an error was recorded. */
bool load_log_in_range(struct load_log *log, uint64_t second, int line);
void load_log_add(struct load_log *log, uint64_t second, uint32_t bytes);

/* Bytes of a message in a field: a whole number up to 64 MiB, or - for none. False: an error was
 * recorded. */
bool load_log_bytes(struct load_log *log, struct load_piece text, int line, int column,
                    uint32_t *bytes);

/* Is the word one of a list such as "DATA, BDAT", or is the list "all"? */
bool load_listed(const char *list, struct load_piece word);

/* A series of the arrivals: several in one second come evenly within it, rate_scale thins or
 * repeats them. Frees the arrivals. NULL: errors were recorded. */
const struct load_series *load_log_series(struct load_log *log);

/* ---- Readers --------------------------------------------------------------------------------- */

/* Each takes text that load_make_text has made. NULL: errors were recorded. */
const struct load_series *load_read_perfmon(struct load_reading *reading);
const struct load_series *load_read_w3c(struct load_reading *reading);
const struct load_series *load_read_tracking(struct load_reading *reading);

/* Makes the text, finds out which reader it is for, and reads. NULL: errors were recorded. */
const struct load_series *load_read(struct load_reading *reading);

/* A file of sizes with weights into a plan's bins; errors are recorded. */
void load_read_sizes(struct load_reading *reading, struct load_plan *plan);
