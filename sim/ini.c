/* ini.c - reads scenario files into one flat document, strictly.
 *
 * inih splits lines into keys and values. Our reader hands inih one line after the other, and so
 * knows what inih does not report: the line's number and columns, and the beginning of a section. A
 * line that breaks a rule of ini_lines.c is replaced by an empty one, so inih itself never meets an
 * error.
 *
 * A file's own entries are merged over those of the files it extends and includes.
 */
#include "sim/ini_inside.h"
#include "sim/host/input.h"
#include "sim/host/path.h"
#include "sim/plain.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX_BYTES = 1 << 20, DEPTH_MAX = 8, REFUSED_MAX = 10 };

static void read_text(struct ini *ini, const char *file, const char *text, size_t length,
                      const struct ini_reading *outer);

/* ---- memory and the document ---- */

void *ini_memory(void *block, size_t size)
{
    block = realloc(block, size);
    if (block == NULL)
        check_failed_with(__FILE__, __LINE__, "the host has no %zu bytes for a scenario", size);
    return block;
}

char *ini_copy(const char *text, size_t length)
{
    char *copy = ini_memory(NULL, length + 1);

    memcpy(copy, text, length);
    copy[length] = 0;
    return copy;
}

struct ini_section *ini_section_find(const struct ini *ini, const char *name)
{
    for (uint32_t i = 0; i < ini->section_count; i++) {
        if (strcmp(ini->sections[i].name, name) == 0)
            return &ini->sections[i];
    }
    return NULL;
}

static struct ini_key *key_in(const struct ini_section *section, const char *key)
{
    for (uint32_t i = 0; section != NULL && i < section->key_count; i++) {
        if (strcmp(section->keys[i].name, key) == 0)
            return &section->keys[i];
    }
    return NULL;
}

struct ini_key *ini_key_find(const struct ini *ini, const char *section, const char *key)
{
    return key_in(ini_section_find(ini, section), key);
}

struct ini_section *ini_section_add(struct ini *ini, const char *name, struct ini_place place)
{
    struct ini_section *section = ini_section_find(ini, name);

    if (section != NULL)
        return section;
    INI_ROOM(ini->sections, ini->section_count, ini->sections_max);
    section = &ini->sections[ini->section_count++];
    *section = (struct ini_section){ .name = ini_copy(name, strlen(name)), .place = place };
    return section;
}

static void key_put(struct ini_section *section, const char *name, const char *value,
                    struct ini_place name_place, struct ini_place place)
{
    struct ini_key *key = key_in(section, name);

    if (key != NULL) {
        free(key->value);
    } else {
        INI_ROOM(section->keys, section->key_count, section->keys_max);
        key = &section->keys[section->key_count++];
        *key = (struct ini_key){ .name = ini_copy(name, strlen(name)) };
    }
    key->value = ini_copy(value, strlen(value));
    key->place = place;
    key->name_place = name_place;
}

static void document_free(struct ini *ini)
{
    for (uint32_t i = 0; i < ini->section_count; i++) {
        struct ini_section *section = &ini->sections[i];

        for (uint32_t k = 0; k < section->key_count; k++) {
            free(section->keys[k].name);
            free(section->keys[k].value);
        }
        free(section->keys);
        free(section->name);
    }
    free(ini->sections);
}

const char *ini_file_name(struct ini *ini, const char *name)
{
    for (uint32_t i = 0; i < ini->file_count; i++) {
        if (strcmp(ini->files[i], name) == 0)
            return ini->files[i];
    }
    INI_ROOM(ini->files, ini->file_count, ini->files_max);
    ini->files[ini->file_count] = ini_copy(name, strlen(name));
    return ini->files[ini->file_count++];
}

/* ---- errors ---- */

void ini_error_list(struct ini *ini, struct ini_place place, const char *format, va_list args)
{
    char raw[512], text[512]; /* Messages show parts of files. */
    uint32_t file = 0, i = ini->error_count;
    int used =
        strcmp(place.file, "--set") == 0
            ? snprintf(raw, sizeof raw, "--set #%d: ", place.line)
            : snprintf(raw, sizeof raw, "%.150s:%d:%d: ", place.file, place.line, place.column);

    vsnprintf(raw + used, sizeof raw - (size_t)used, format, args);
    plain_copy(raw, text, sizeof text);
    if (i == INI_ERRORS_MAX)
        return;
    for (uint32_t before = 0; before < i; before++) {
        if (strcmp(ini->errors[before].text, text) == 0)
            return; /* Two getters may read one value: report its error once. */
    }
    while (file < ini->file_count && ini->files[file] != place.file)
        file++;
    /* Keep errors in the order of files, lines and columns. */
    for (; i > 0; i--) {
        const struct ini_message *before = &ini->errors[i - 1];

        if (before->file < file || (before->file == file && (before->line < place.line ||
                                                             (before->line == place.line &&
                                                              before->column <= place.column))))
            break;
        ini->errors[i] = *before;
    }
    ini->errors[i] =
        (struct ini_message){ ini_copy(text, strlen(text)), file, place.line, place.column };
    ini->error_count++;
}

void ini_error_at(struct ini *ini, struct ini_place place, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    ini_error_list(ini, place, format, args);
    va_end(args);
}

/* ---- lines ---- */

/* inih's fgets: the next line, or an empty one in place of a refused line. */
static char *next_line(char *out, int size, void *stream)
{
    struct ini_reading *r = stream;
    const char *end;
    size_t length, room = MIN_OF((size_t)size - 2, (size_t)INI_TEXT_MAX);
    char *line;

    if (r->text == r->end)
        return NULL;
    if (r->refused == REFUSED_MAX) {
        ini_refuse(r, 0, "%d lines that cannot be read (expected a scenario; the rest is not read)",
                   REFUSED_MAX);
        r->text = r->end;
        return NULL;
    }
    end = memchr(r->text, '\n', (size_t)(r->end - r->text));
    length = (size_t)((end != NULL ? end : r->end) - r->text);
    r->line++;
    if (end == NULL)
        ini_refuse(
            r, length,
            "the end of the file within a line (expected a newline: the file may be cut off)");
    line = ini_copy(r->text, length);
    r->text = end != NULL ? end + 1 : r->end;
    if (length > 0 && line[length - 1] == '\r')
        line[--length] = 0;
    if (ini_line_good(r, line, length, room))
        snprintf(out, (size_t)size, "%s\n", line);
    else
        snprintf(out, (size_t)size, "\n");
    free(line);
    return out;
}

/* inih's handler: the key and value of the line next_line has just given. */
static int take_key(void *user, const char *section, const char *name, const char *value)
{
    struct ini_reading *r = user;
    struct ini_key *before = key_in(r->section, name);

    (void)section; /* inih cuts it at 49 bytes; ours comes from the line. */
    if (before != NULL) {
        ini_refuse(r, 0, "\"%s\" again (expected one value; the first stands in line %d)", name,
                   before->place.line);
        return 1;
    }
    key_put(r->section, name, value, (struct ini_place){ r->file, r->line, r->name_column },
            (struct ini_place){ r->file, r->line, r->value_column });
    return 1;
}

/* ---- files ---- */

/* Reads the whole file into host memory, which the caller frees. NULL: problem says why. */
static char *file_bytes(const char *path, size_t *length, const char **problem)
{
    FILE *file = host_input_open(path, problem);
    char *bytes;

    if (file == NULL)
        return NULL;
    bytes = ini_memory(NULL, FILE_MAX_BYTES + 1);
    errno = 0;
    *length = fread(bytes, 1, FILE_MAX_BYTES + 1, file);
    if (ferror(file)) {
        *problem = strerror(errno != 0 ? errno : EIO);
        free(bytes);
        bytes = NULL;
    }
    fclose(file);
    return bytes;
}

/* True if two paths name one file, judging by the text alone: "parts/../x.ini" is "x.ini". */
static bool same_file(const char *one, const char *other)
{
    const char *paths[2] = { one, other };
    char *plain[2];
    bool same;

    for (int i = 0; i < 2; i++) {
        char *out = plain[i] = ini_copy(paths[i], strlen(paths[i]));
        size_t used = 0;

        for (const char *at = paths[i]; *at != 0;) {
            size_t length = strcspn(at, "/") + (at[strcspn(at, "/")] == '/');
            size_t back = used > 0 ? used - 1 : 0;

            while (back > 0 && out[back - 1] != '/')
                back--;
            if (strncmp(at, "../", 3) == 0 && used > 1 && strncmp(out + back, "../", 3) != 0) {
                used = back;
            } else if (strncmp(at, "./", 2) != 0) {
                memcpy(out + used, at, length);
                used += length;
            }
            at += length;
        }
        out[used] = 0;
    }
    same = strcmp(plain[0], plain[1]) == 0;
    free(plain[0]);
    free(plain[1]);
    return same;
}

/* Reads the file that `from` names by a path relative to itself. */
static void read_other(const struct ini_reading *from, const char *path, size_t length,
                       struct ini_place place)
{
    struct ini *ini = from->ini;
    size_t folder = host_path_absolute(path) ? 0 : host_path_folder(from->file);
    char *full = ini_memory(NULL, folder + length + 1), *bytes = NULL;
    const char *problem = "too deep";
    size_t size = 0;

    memcpy(full, from->file, folder);
    memcpy(full + folder, path, length);
    full[folder + length] = 0;
    for (const struct ini_reading *r = from; r != NULL; r = r->outer) {
        if (same_file(r->file, full)) {
            ini_error_at(ini, place,
                         "\"%.*s\" (expected a file that does not lead back to this one)",
                         (int)length, path);
            free(full);
            return;
        }
    }
    if (from->depth < DEPTH_MAX)
        bytes = file_bytes(full, &size, &problem);
    if (bytes == NULL)
        ini_error_at(ini, place, "cannot open \"%.*s\": %s (expected a scenario file)", (int)length,
                     path, problem);
    else
        read_text(ini, full, bytes, size, from);
    free(bytes);
    free(full);
}

/* The files that [scenario] names in a list, in order. */
static void read_others(struct ini_reading *r, const char *name)
{
    const struct ini_key *key = ini_key_find(&r->own, "scenario", name);

    if (key == NULL)
        return;
    for (const char *at = key->value; *at != 0;) {
        size_t length = strcspn(at, ",");
        size_t text = length;

        while (text > 0 && (at[text - 1] == ' ' || at[text - 1] == '\t'))
            text--;
        struct ini_place place = key->place;

        place.column += (int)(at - key->value);
        if (text == 0)
            ini_error_at(r->ini, place, "an empty name (expected a scenario file)");
        else
            read_other(r, at, text, place);
        at += length + (at[length] == ',');
        at += strspn(at, " \t");
    }
}

static void merge(struct ini_reading *r)
{
    for (uint32_t i = 0; i < r->own.section_count; i++) {
        const struct ini_section *own = &r->own.sections[i];
        bool scenario = strcmp(own->name, "scenario") == 0;
        struct ini_section *section = ini_section_add(r->ini, own->name, own->place);

        for (uint32_t k = 0; k < own->key_count; k++) {
            const struct ini_key *key = &own->keys[k];

            if (scenario &&
                (strcmp(key->name, "extends") == 0 || strcmp(key->name, "include") == 0))
                continue;
            key_put(section, key->name, key->value, key->name_place, key->place);
        }
    }
}

static void read_text(struct ini *ini, const char *file, const char *text, size_t length,
                      const struct ini_reading *outer)
{
    static const char database[] = "SQLite format 3";
    struct ini_reading r = {
        .ini = ini,
        .file = ini_file_name(ini, file),
        .text = text,
        .end = text + length,
        .depth = outer == NULL ? 0 : outer->depth + 1,
        .outer = outer,
    };

    if (length > FILE_MAX_BYTES) {
        ini_error_at(ini, (struct ini_place){ r.file, 1, 1 },
                     "more than %d bytes (expected a scenario file)", FILE_MAX_BYTES);
        return;
    }
    if (length >= sizeof database && memcmp(text, database, sizeof database) == 0) {
        ini_error_at(ini, (struct ini_place){ r.file, 1, 1 },
                     "a database of exifsim sweep (expected a scenario; curve, export and view "
                     "read databases)");
        return;
    }
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        r.text += 3;
    if (r.text == r.end)
        ini_error_at(ini, (struct ini_place){ r.file, 1, 1 },
                     "an empty file (expected a scenario)");
    CHECK(ini_parse_stream(next_line, &r, take_key, &r) == 0);
    read_others(&r, "extends");
    read_others(&r, "include");
    merge(&r);
    document_free(&r.own);
}

struct ini *ini_read_text(const char *name, const char *text, size_t length)
{
    struct ini *ini = ini_memory(NULL, sizeof *ini);

    memset(ini, 0, sizeof *ini);
    read_text(ini, name, text, length, NULL);
    return ini;
}

struct ini *ini_read_hinted(const char *path, const char *hint)
{
    size_t length = 0;
    const char *problem;
    char *bytes = file_bytes(path, &length, &problem);
    struct ini *ini;

    if (bytes == NULL) {
        ini = ini_memory(NULL, sizeof *ini);
        memset(ini, 0, sizeof *ini);
        ini_error_at(ini, (struct ini_place){ ini_file_name(ini, path), 1, 1 },
                     "cannot open: %s (expected a scenario file%s)", problem, hint);
        return ini;
    }
    ini = ini_read_text(path, bytes, length);
    free(bytes);
    return ini;
}

struct ini *ini_read(const char *path) { return ini_read_hinted(path, ""); }

/* True if `text` of `length` names this section with dots or blanks between the words. */
static bool section_is(const struct ini_section *section, const char *text, size_t length)
{
    if (strlen(section->name) != length)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] != section->name[i] && !(text[i] == '.' && section->name[i] == ' '))
            return false;
    }
    return true;
}

/* Finds the end of the section in "load.smtp.rate": the dot before a known key; else the dot
 * after a known section; else the last dot. 0: no dot. */
static size_t set_split(const struct ini *ini, const char *text, size_t name,
                        const struct ini_section **found)
{
    size_t last = 0, known = 0;

    *found = NULL;
    for (size_t dot = 1; dot + 1 < name; dot++) {
        if (text[dot] != '.')
            continue;
        last = dot;
        for (uint32_t i = 0; i < ini->section_count; i++) {
            const struct ini_section *section = &ini->sections[i];
            char key[INI_NAME_MAX + 1];

            if (!section_is(section, text, dot))
                continue;
            snprintf(key, sizeof key, "%.*s", (int)MIN_OF(name - dot - 1, (size_t)INI_NAME_MAX),
                     text + dot + 1);
            *found = section;
            known = dot;
            if (key_in(section, key) != NULL)
                return dot;
        }
    }
    return known != 0 ? known : last;
}

bool ini_set(struct ini *ini, const char *assignment)
{
    struct ini_place place = { ini_file_name(ini, "--set"), ++ini->sets, 1 };
    size_t name = strcspn(assignment, "="), length = strlen(assignment);
    const struct ini_section *found;
    size_t dot = set_split(ini, assignment, name, &found);
    size_t value = name + 1;

    if (length > INI_TEXT_MAX) {
        ini_error_at(ini, place, "%zu characters (expected at most %d)", length, INI_TEXT_MAX);
        return false;
    }
    if (name == length || dot == 0 || name - dot - 1 > INI_NAME_MAX || dot > INI_NAME_MAX ||
        ini_utf8_length(assignment, length) != length) {
        ini_error_at(ini, place,
                     "\"%.60s\" (expected section.key=value such as load.smtp.rate=100/s)",
                     assignment);
        return false;
    }
    size_t plain = plain_length(assignment);

    if (plain < length) {
        ini_error_at(ini, place, "a control character, byte 0x%02x (expected text)",
                     (unsigned)(unsigned char)assignment[plain]);
        return false;
    }
    value += strspn(assignment + value, " \t");
    place.column = (int)value + 1;
    if (value == length) {
        ini_error_at(ini, place, "nothing behind \"%.60s\" (expected a value)", assignment);
        return false;
    }
    char section[INI_NAME_MAX + 1], key[INI_NAME_MAX + 1];

    snprintf(section, sizeof section, "%.*s", (int)dot, assignment);
    for (char *c = section; *c != 0; c++)
        if (*c == '.')
            *c = ' ';
    snprintf(key, sizeof key, "%.*s", (int)(name - dot - 1), assignment + dot + 1);
    key[strcspn(key, " \t")] = 0;
    key_put(ini_section_add(ini, found != NULL ? found->name : section, place), key,
            assignment + value, (struct ini_place){ place.file, place.line, 1 }, place);
    return true;
}

void ini_replace(struct ini *ini, const char *section, const char *key, const char *value)
{
    struct ini_key *entry = ini_key_find(ini, section, key);
    char *copy = ini_copy(value, strlen(value));

    CHECK(entry != NULL);
    free(entry->value);
    entry->value = copy;
}

void ini_free(struct ini *ini)
{
    if (ini == NULL)
        return;
    document_free(ini);
    for (uint32_t i = 0; i < ini->file_count; i++)
        free(ini->files[i]);
    for (uint32_t i = 0; i < ini->error_count; i++)
        free(ini->errors[i].text);
    for (uint32_t i = 0; i < ini->warning_count; i++)
        free(ini->warnings[i]);
    free(ini->warnings);
    for (uint32_t i = 0; i < ini->asked_count; i++) {
        free(ini->asked[i].section);
        free(ini->asked[i].key);
    }
    for (uint32_t i = 0; i < ini->data_count; i++)
        free((char *)ini->data[i].bytes);
    free(ini->files);
    free(ini->data);
    free(ini->asked);
    free(ini);
}
