/* ini.h - strict reader of scenario files, on inih.
 *
 * Reads a file with its `include = ` and `extends = ` into one flat document: sections with keys,
 * each value with the file, line and column it came from. inih splits the lines; our own reader in
 * front of it counts lines and refuses what inih would cut or hide (lines over 200 bytes, section
 * names over 49, text behind a section's name). A file's own values win over those of the files
 * that it extends; the same key twice in one file is an error. All errors are collected, not only
 * the first.
 *
 * Values are read by typed getters, which know units and ranges. After all getters have run,
 * ini_unknown reports the keys and sections that no getter read, with a "did you mean".
 */
#pragma once
#include "sim/base.h"
#include "sim/clock.h"

enum { INI_ERRORS_MAX = 64, INI_TEXT_MAX = 200 };

struct ini; /* Lies in host memory, not in the arena. */

/* The place of a value. `file` lives as long as the ini. */
struct ini_place {
    const char *file;
    int line, column; /* Both count from 1. */
};

/* Reads a file and all files it names. Never NULL: errors are in the document (ini_error_count).
 * The caller frees it with ini_free. */
struct ini *ini_read(const char *path);

/* Like ini_read; if the file cannot be opened, the error ends with `hint`, which continues
 * "expected a scenario file". */
struct ini *ini_read_hinted(const char *path, const char *hint);

/* Reads text as if it were a file called name; include paths are relative to name's folder. */
struct ini *ini_read_text(const char *name, const char *text, size_t length);

/* Overrides one value, as --set section.key=value does ("load.smtp.rate=100/s": section "load
 * smtp"). Errors about the value then begin with "--set #3: ". False: an error was recorded. */
bool ini_set(struct ini *ini, const char *assignment);

/* Replaces the value of an existing key; errors about it name the old value's place. For sweeps. */
void ini_replace(struct ini *ini, const char *section, const char *key, const char *value);

/* Sections in order of first appearance, with their full names ("load smtp"). */
uint32_t ini_section_count(const struct ini *ini);
const char *ini_section_name(const struct ini *ini, uint32_t index);
struct ini_place ini_section_place(const struct ini *ini, uint32_t index);

/* Depth of a place's file: 0 for the file that was read, more for files that it extends and
 * includes, -1 for --set, which lies above all. */
int ini_depth(const struct ini *ini, struct ini_place place);
/* Depth of the file that a key's value comes from; INT_MAX: no such key. */
int ini_key_depth(const struct ini *ini, const char *section, const char *key);
bool ini_has(const struct ini *ini, const char *section, const char *key);

/* The key of this index in a section, in order, with its value as written. False: no such index. */
bool ini_key_at(const struct ini *ini, const char *section, uint32_t index, const char **key,
                const char **value, struct ini_place *place);

/* Marks a key as overruled: a key of a nearer file decides in its place. The document as one file
 * (ui/run/run_capsule.c) leaves it out, because there both would have one depth. */
void ini_overrule(struct ini *ini, const char *section, const char *key);
bool ini_is_overruled(const struct ini *ini, const char *section, const char *key);

/* Getters. False: the key is absent or wrong, and out keeps its default; a wrong value records
 * an error. */
bool ini_get_text(struct ini *ini, const char *section, const char *key, const char **out);
/* "yes", "no", "on" or "off". */
bool ini_get_bool(struct ini *ini, const char *section, const char *key, bool *out);
bool ini_get_uint(struct ini *ini, const char *section, const char *key, uint64_t min, uint64_t max,
                  uint64_t *out);
/* A time with a unit: ns us ms s min h d. */
bool ini_get_time(struct ini *ini, const char *section, const char *key, sim_time min, sim_time max,
                  sim_time *out);
/* A size with a unit: B KiB MiB GiB, or pages of 4096 B. */
bool ini_get_size(struct ini *ini, const char *section, const char *key, uint64_t min, uint64_t max,
                  uint64_t *out);
/* A rate in thousandths per second: 24/s gives 24000, 90/min 1500, 4.6/s 4600. */
bool ini_get_rate(struct ini *ini, const char *section, const char *key, uint64_t min_milli,
                  uint64_t max_milli, uint64_t *out_milli);
/* A share in parts per million: "2.5%" gives 25000. */
bool ini_get_percent_ppm(struct ini *ini, const char *section, const char *key, uint32_t *out_ppm);
/* An address such as 0xfdd95978. */
bool ini_get_address(struct ini *ini, const char *section, const char *key, uint32_t *out);
/* A word of names[0..count); out is its index. The error for another word has a "did you mean". */
bool ini_get_word(struct ini *ini, const char *section, const char *key, const char *const *names,
                  uint32_t count, uint32_t *out);

/* A plain number in units of 10^-parts: "1.5" with parts 3 gives 1500. */
bool ini_get_decimal(struct ini *ini, const char *section, const char *key, unsigned parts,
                     uint64_t min, uint64_t max, uint64_t *out);

/* Lists, separated by commas. Exactly count plain numbers, each up to max. */
bool ini_get_decimals(struct ini *ini, const char *section, const char *key, unsigned parts,
                      uint64_t max, uint32_t count, uint64_t *out);
/* A list of rising times; at most count_max. */
bool ini_get_times(struct ini *ini, const char *section, const char *key, sim_time max,
                   uint32_t count_max, sim_time *out, uint32_t *count);
struct ini_weight {
    uint64_t size, weight; /* Bytes, and a whole weight up to a million. */
};
/* A list such as "4 KiB:50, 1 MiB:10", of sizes from min to max; at most count_max. */
bool ini_get_weights(struct ini *ini, const char *section, const char *key, uint64_t min,
                     uint64_t max, uint32_t count_max, struct ini_weight *out, uint32_t *count);
/* Reads one size with its weight. False: the text has another form. */
bool ini_weight_read(const char *text, uint64_t min, uint64_t max, struct ini_weight *out);

/* The contents of a data file. A value names it by a path relative to the file that holds the
 * value. The file is read once, may have 64 MiB, is followed by a zero byte and kept as long as
 * the ini. If the section has KEY_hash, 16 hexadecimal digits, the file's XXH64 must be that, and
 * the file may also lie under its own name beside the file that holds the value: a capsule names
 * data so. */
struct ini_file {
    const char *path, *bytes;
    size_t length;
};
uint64_t ini_file_hash(const struct ini_file *file);
bool ini_get_file(struct ini *ini, const char *section, const char *key, struct ini_file *out);

/* The contents of several files, at most max. Their names are separated by blanks; a name with
 * blanks stands in quotes. KEY_hash is the hash of all of them, ini_files_hash. `what` a file
 * should be goes into the error if it cannot be read: "a file in C". */
bool ini_get_files(struct ini *ini, const char *section, const char *key, const char *what,
                   uint32_t max, struct ini_file *out, uint32_t *count);

/* The paths of folders, at most max, which are named as several files are. No key, no folders. The
 * paths are kept as long as the ini; nobody has looked whether the folders are there. */
bool ini_get_folders(struct ini *ini, const char *section, const char *key, uint32_t max,
                     const char **out, uint32_t *count);
uint64_t ini_files_hash(const struct ini_file *files, uint32_t count);
/* True if a KEY_hash of ini_get_files was not the files' hash: they have been edited since. */
bool ini_edited(const struct ini *ini);

/* Records an error at a place within a data file. */
void ini_error_in(struct ini *ini, const struct ini_file *file, int line, int column,
                  const char *format, ...) PRINTF_LIKE(5, 6);

/* Records an error at a place of a file that the document does not hold. */
void ini_error_of(struct ini *ini, const char *path, int line, int column, const char *format, ...)
    PRINTF_LIKE(5, 6);

/* The file that was read. */
const char *ini_path(const struct ini *ini);

/* Records a warning at a place within a data file: something was left out or read in another
 * sense, but the scenario is valid. */
void ini_warn_in(struct ini *ini, const struct ini_file *file, int line, int column,
                 const char *format, ...) PRINTF_LIKE(5, 6);
uint32_t ini_warning_count(const struct ini *ini);
const char *ini_warning_text(const struct ini *ini, uint32_t index); /* In order of recording. */

/* Records an error at the place of a key (key NULL: of the section), in the form
 * "file:line:column: what was found (expected what)". */
void ini_error(struct ini *ini, const char *section, const char *key, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* Records an error for every section and key that no getter has read. known_sections: names or
 * first words of sections, for the hint. */
void ini_unknown(struct ini *ini, const char *const *known_sections, uint32_t count);

/* Marks a key as known, as a getter would: ini_unknown then does not report it. For optional
 * families of keys. */
void ini_know(struct ini *ini, const char *section, const char *key);

uint32_t ini_error_count(const struct ini *ini);
const char *ini_error_text(const struct ini *ini, uint32_t index); /* In the order of the files. */

/* The name that differs least from text, within a small edit distance; NULL: none. */
const char *ini_did_you_mean(const char *text, const char *const *names, uint32_t count);

/* Length of the well-formed UTF-8 at the start of text: all of it, or up to the first invalid
 * byte. */
size_t ini_utf8_length(const char *text, size_t length);

void ini_free(struct ini *ini);
