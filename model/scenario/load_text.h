/* load_text.h - reading files of other programs in host memory: encodings, lines, cells, numbers,
 * and the series made of them.
 *
 * The readers are load_perfmon.c (counters), load_w3c.c and load_tracking.c (logs) and load_sizes.c
 * (sizes with weights); load_format.c recognises the format of a file. A wrong row is an error with
 * file, line and column; after ROWS_WRONG_MAX errors the rest is not read. Text that is left out
 * without being wrong (a damaged end, closing words of a program) is a warning.
 */
#pragma once
#include "model/words/load_plan.h"
#include "sim/ini.h"

enum { ROWS_WRONG_MAX = 12 };

/* The scenario's keys about a file: filling of gaps, kind of counter. */
enum load_gaps { GAPS_HOLD, GAPS_ZERO, GAPS_INTERPOLATE };
enum load_counter { COUNTER_BY_NAME, COUNTER_RATE, COUNTER_TOTAL };
struct load_reading {
    struct ini *ini;
    const char *section;
    struct ini_file file;
    const char *text, *end; /* The file as UTF-8 or ANSI; structural characters have one byte. */
    char *converted;        /* UTF-8 made of UTF-16, to be freed; NULL: text is the file's own. */
    bool utf8;              /* The text is well-formed UTF-8. */
    bool cut;               /* The file ends within a line: its last row may be a part of one. */
    uint32_t wrong;         /* Errors so far. */

    const char *column; /* Counters: the wanted column; NULL: not given. */
    enum load_gaps gaps;
    enum load_counter counter;
    /* Logs: wanted verbs and the field of the size; NULL: not given. */
    const char *verb, *size_field;
    uint64_t time_scale_milli, rate_scale_micro;
    uint64_t from_ms; /* Time from the file's start before which rows are left out. */
};

/* A stretch of text. */
struct load_piece {
    const char *at;
    size_t length;
};

/* Records an error in the file; returns false, for the caller to pass on. */
bool load_wrong(struct load_reading *reading, int line, int column, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* Records a warning in the file. */
void load_warn(struct load_reading *reading, int line, int column, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* Makes a text printable: bytes that are not printable ASCII become '?'. */
void load_clean(char *text);

/* Sets text and end from the file's bytes: UTF-8, ANSI or UTF-16 with its byte order mark; zeros at
 * the end are left out with a warning. False: an error was recorded. The caller frees
 * `converted`. */
bool load_make_text(struct load_reading *reading);

/* Gets the next line from *at on, without its line end. False: there is none. */
bool load_line(const struct load_reading *reading, const char **at, struct load_piece *line);

/* True if a row that could not be read is the last line of a file that ends within it; a warning
 * says that it was left out. */
bool load_cut_off(struct load_reading *reading, const char *after, int line);

/* Reads a number such as "23.999871", "8.3e-002", "-1" in millionths, rounded. False: not a number,
 * or beyond 10^12. */
bool load_number(struct load_piece text, bool *negative, uint64_t *micro);
bool load_is_blank(struct load_piece text);
/* Ignores the case of ASCII letters. */
bool load_same_word(struct load_piece text, const char *word);
bool load_begins(struct load_piece text, const char *word); /* Heeds case. */

/* True if both are the same word, ignoring the case of ASCII and other letters: text is in the
 * file's encoding (UTF-8, or ANSI as Windows-1252), word is UTF-8. */
bool load_same_name(const struct load_reading *reading, struct load_piece text, const char *word);
/* True if both are the same word but for letters beyond ASCII, which are unknown in an ANSI file of
 * another code page. */
bool load_like_name(struct load_piece text, const char *word);

/* Converts a time span of the file in ms to ns of the run. */
uint64_t load_scaled(const struct load_reading *reading, uint64_t ms);

/* Points that become a series. */
struct load_points {
    struct load_point *items;
    uint32_t count, max;
};
/* Appends a point. False: there are more than LOAD_POINTS_MAX, and an error was recorded. */
bool load_point_add(struct load_reading *reading, struct load_points *points, int line,
                    struct load_point point);
/* Makes a series of the points, which it takes over. */
const struct load_series *load_points_keep(struct load_points *points, bool arrivals);

/* ---- Logs (load_log.c) ----------------------------------------------------------------------- */

struct load_arrival {
    uint64_t second; /* Seconds since 1970. */
    uint32_t bytes;  /* 0: not given. */
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

/* True if this second is within a month of the first line's. False: an error was recorded. */
bool load_log_in_range(struct load_log *log, uint64_t second, int line);
/* Appends an arrival; bytes 0: the size is not given. */
void load_log_add(struct load_log *log, uint64_t second, uint32_t bytes);

/* Reads the size of a message in bytes: a whole number up to 64 MiB, or "-" for none. False: an
 * error was recorded. */
bool load_log_bytes(struct load_log *log, struct load_piece text, int line, int column,
                    uint32_t *bytes);

/* True if the word is in a list such as "DATA, BDAT", or the list is "all". */
bool load_listed(const char *list, struct load_piece word);

/* Makes a series of the arrivals: those of one second are spread evenly over it, and rate_scale
 * thins or repeats them. Frees the arrivals. NULL: errors were recorded. */
const struct load_series *load_log_series(struct load_log *log);

/* ---- Readers --------------------------------------------------------------------------------- */

/* The readers work on the text of load_make_text. NULL: errors were recorded. */
const struct load_series *load_read_perfmon(struct load_reading *reading);
const struct load_series *load_read_w3c(struct load_reading *reading);
const struct load_series *load_read_tracking(struct load_reading *reading);

/* Makes the text, recognises its format and calls the reader. NULL: errors were recorded. */
const struct load_series *load_read(struct load_reading *reading);

/* Reads a file of sizes with weights into a plan's bins; errors are recorded. */
void load_read_sizes(struct load_reading *reading, struct load_plan *plan);
