/* ini_inside.h - what the ini_*.c files share; no other file includes it.
 *
 * The document is flat: sections in order of first appearance, each with its keys in order. A key
 * or section that a getter has read is remembered in `asked`, even if it is absent. All others are
 * unknown, and the asked names are the candidates for "did you mean".
 */
#pragma once
#include "sim/ini.h"

#include <stdarg.h>

enum { INI_NAME_MAX = 49 }; /* Bytes of a section's or key's name; inih cuts longer ones. */

struct ini_key {
    char *name;
    char *value;
    struct ini_place place; /* Place of the value. */
    struct ini_place name_place;
    bool asked;
    bool overruled; /* Another key decides in its place (ini_overrule). */
};

struct ini_section {
    char *name;
    struct ini_place place;
    struct ini_key *keys;
    uint32_t key_count, keys_max;
    bool asked;
};

struct ini_message {
    char *text;
    uint32_t file; /* Number of the file, in order of first opening. */
    int line, column;
};

struct ini_asked {
    char *section, *key;
};

struct ini {
    struct ini_section *sections;
    uint32_t section_count, sections_max;
    char **files; /* Names of files, to which places point. */
    uint32_t file_count, files_max;
    struct ini_message errors[INI_ERRORS_MAX];
    uint32_t error_count;
    char **warnings;
    uint32_t warning_count, warnings_max;
    struct ini_asked *asked;
    uint32_t asked_count, asked_max;
    int sets;              /* --set options so far. */
    struct ini_file *data; /* Files that values name (ini_files.c). */
    uint32_t data_count, data_max;
    bool edited; /* Files are not those of their hash. */
};

/* The one copy of a file's name that places may point to. */
const char *ini_file_name(struct ini *ini, const char *name);

/* Finds the key to read and marks it as known. NULL: absent, or an axis of a sweep. */
const struct ini_key *ini_wanted(struct ini *ini, const char *section, const char *key);

/* A number read from text: digits / 10^parts, and the text behind it. */
struct ini_decimal {
    uint64_t digits;
    unsigned parts;
    const char *rest;
};
bool ini_decimal_read(const char *text, struct ini_decimal *out);

/* Computes digits * one / 10^parts. False: too large, or (with exact) not whole. */
bool ini_decimal_scale(const struct ini_decimal *d, uint64_t one, bool exact, uint64_t *out);
bool ini_time_read(const char *text, sim_time *out); /* "10 min" */
bool ini_size_read(const char *text, uint64_t *out); /* "16 KiB" */

/* Allocates or resizes a block; ends the process when the host has no memory. */
void *ini_memory(void *block, size_t size);
char *ini_copy(const char *text, size_t length);

/* Makes room for one more item in a list, by doubling. */
#define INI_ROOM(list, count, max) \
    ((count) < (max)               \
         ? (void)0                 \
         : (void)((max) = (max)*2 + 8, (list) = ini_memory((list), (max) * sizeof *(list))))

/* The section of this name; made if it does not exist. */
struct ini_section *ini_section_add(struct ini *ini, const char *name, struct ini_place place);
struct ini_section *ini_section_find(const struct ini *ini, const char *name);
struct ini_key *ini_key_find(const struct ini *ini, const char *section, const char *key);

/* Records "file:line:column: message". */
void ini_error_at(struct ini *ini, struct ini_place place, const char *format, ...)
    PRINTF_LIKE(3, 4);
void ini_error_list(struct ini *ini, struct ini_place place, const char *format, va_list args)
    PRINTF_LIKE(3, 0);

/* A file that is being read. */
struct ini_reading {
    struct ini *ini;
    const char *file;       /* Name of the file; owned by ini. */
    const char *text, *end; /* Rest of the file. */
    int line;
    int refused; /* Lines that were refused. */
    int name_column, value_column;
    struct ini own;              /* Sections of this file alone. */
    struct ini_section *section; /* In own; NULL: none has begun. */
    /* The section's header was refused: no further errors for its keys. */
    bool section_bad;
    int depth;
    const struct ini_reading *outer; /* The file that extends or includes this one; NULL: none. */
};

/* Records an error in the current line; column counts from 0. */
void ini_refuse(struct ini_reading *reading, size_t column, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* True if inih may read the line unchanged. False: an error was recorded, or the line is a
 * section's header or empty. The line is terminated and has no newline; room is the length at
 * which inih cuts. */
bool ini_line_good(struct ini_reading *reading, const char *line, size_t length, size_t room);
