/* ini_inside.h - what ini.c and ini_values.c share. Not for others.
 *
 * The document is flat: sections in order of first appearance, each with its keys in order. A key
 * or section somebody asked for is remembered in `asked`, present or not: the rest is unknown, and
 * the asked ones are what a wrong name may stand for.
 */
#pragma once
#include "sim/ini.h"

#include <stdarg.h>

enum { INI_NAME_MAX = 49 }; /* Bytes of a section or key; inih cuts at as many. */

struct ini_key {
    char *name;
    char *value;
    struct ini_place place; /* Place of the value. */
    struct ini_place name_place;
    bool asked;
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
    uint32_t file; /* Order of first opening. */
    int line, column;
};

struct ini_asked {
    char *section, *key;
};

struct ini {
    struct ini_section *sections;
    uint32_t section_count, sections_max;
    char **files; /* Names that places point to. */
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
};

/* The one copy of a file's name that places may point to. */
const char *ini_file_name(struct ini *ini, const char *name);

/* The entry to read, NULL when it is absent or a sweep; the key counts as known. */
const struct ini_key *ini_wanted(struct ini *ini, const char *section, const char *key);

/* digits / 10^parts, and what follows. */
struct ini_decimal {
    uint64_t digits;
    unsigned parts;
    const char *rest;
};
bool ini_decimal_read(const char *text, struct ini_decimal *out);

/* digits * one / 10^parts. False: too large, or (when exact is asked for) not whole. */
bool ini_decimal_scale(const struct ini_decimal *d, uint64_t one, bool exact, uint64_t *out);
bool ini_time_read(const char *text, sim_time *out); /* "10 min" */
bool ini_size_read(const char *text, uint64_t *out); /* "16 KiB" */

/* Memory, or the end of the process: a reader of small files could not go on without. */
void *ini_memory(void *block, size_t size);
char *ini_copy(const char *text, size_t length);

/* Room for one more item in a list that doubles. */
#define INI_ROOM(list, count, max) \
    ((count) < (max)               \
         ? (void)0                 \
         : (void)((max) = (max)*2 + 8, (list) = ini_memory((list), (max) * sizeof *(list))))

/* The section of this name, made if need be. */
struct ini_section *ini_section_add(struct ini *ini, const char *name, struct ini_place place);
struct ini_section *ini_section_find(const struct ini *ini, const char *name);
struct ini_key *ini_key_find(const struct ini *ini, const char *section, const char *key);

/* Records "file:line:column: message". */
void ini_error_at(struct ini *ini, struct ini_place place, const char *format, ...)
    PRINTF_LIKE(3, 4);
void ini_error_list(struct ini *ini, struct ini_place place, const char *format, va_list args)
    PRINTF_LIKE(3, 0);

/* A file while it is read. */
struct ini_reading {
    struct ini *ini;
    const char *file;       /* Name of the file; lives in ini. */
    const char *text, *end; /* Rest of the file. */
    int line;
    int name_column, value_column;
    struct ini own;              /* Sections of this file alone. */
    struct ini_section *section; /* In own; NULL: none has begun. */
    bool section_bad;            /* The header was refused: no error for each key below it. */
    int depth;
    const struct ini_reading *outer; /* The file that asked for this one. */
};

/* Records an error at the line that is read; column from 0. */
void ini_refuse(struct ini_reading *reading, size_t column, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* True if inih may have the line as it stands; false after an error, a section or a line of no
 * content. It is terminated and has no newline; room is the most that inih does not cut. */
bool ini_line_good(struct ini_reading *reading, const char *line, size_t length, size_t room);
