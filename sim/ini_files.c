/* ini_files.c - files that a value names: data beside a scenario.
 *
 * A path is relative to the file its value stands in, so a scenario keeps its data wherever it is
 * extended from. The bytes are kept in the document: a sweep reads a file once, so a change of the
 * file during the sweep changes no run.
 */
#include "sim/ini_inside.h"
#include "sim/host/input.h"
#include "sim/host/path.h"
#include "sim/plain.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { DATA_MAX_BYTES = 64 << 20 };

/* The path of a name relative to the folder of the key's file. */
static char *path_beside(const struct ini_key *key, const char *name)
{
    bool whole = host_path_absolute(name) || strcmp(key->place.file, "--set") == 0;
    size_t folder = whole ? 0 : host_path_folder(key->place.file);
    char *path = ini_memory(NULL, folder + strlen(name) + 1);

    memcpy(path, key->place.file, folder);
    strcpy(path + folder, name);
    return path;
}

/* Reads the whole file and appends a zero byte. NULL: problem says why. */
static char *whole_file(const char *path, size_t *length, const char **problem)
{
    FILE *file = host_input_open(path, problem);
    char *bytes = NULL;
    size_t room = 0;

    if (file == NULL)
        return NULL;
    *length = 0;
    errno = 0;
    do {
        room = room * 2 + 65536;
        bytes = ini_memory(bytes, room);
        *length += fread(bytes + *length, 1, room - 1 - *length, file);
    } while (*length == room - 1 && room <= DATA_MAX_BYTES);
    int error = ferror(file) ? (errno != 0 ? errno : EIO) : 0;

    fclose(file);
    bytes[*length] = 0;
    if (error == 0 && *length <= DATA_MAX_BYTES)
        return bytes;
    *problem = error != 0 ? strerror(error) : "more than 64 MiB";
    free(bytes);
    return NULL;
}

uint64_t ini_file_hash(const struct ini_file *file) { return XXH64(file->bytes, file->length, 0); }

/* Holds a hash to KEY_hash, if there is one. *found, which needs 24 bytes, is the hash as text. */
static bool is_hash(const char *expected, uint64_t is, char *found)
{
    snprintf(found, 24, "%016" PRIx64, is);
    return expected == NULL || strcmp(found, expected) == 0;
}

/* Finds or reads the file of one name in a key's value; `what` it should be. NULL: an error was
 * recorded. */
static const struct ini_file *file_named(struct ini *ini, const struct ini_key *entry,
                                         const char *name, const char *hash, const char *what)
{
    char *path = path_beside(entry, name);

    for (uint32_t i = 0; i < ini->data_count; i++) {
        if (strcmp(ini->data[i].path, path) == 0) {
            free(path);
            return &ini->data[i];
        }
    }
    size_t length;
    const char *problem;
    char *bytes = whole_file(path, &length, &problem);

    if (bytes == NULL && hash != NULL && host_path_folder(name) > 0) {
        free(path);
        path = path_beside(entry, name + host_path_folder(name));
        bytes = whole_file(path, &length, &problem);
    }
    if (bytes == NULL)
        ini_error_at(ini, entry->place, "cannot open \"%s\": %s (expected %s%s)", name, problem,
                     what, hash != NULL ? ", there or beside the capsule" : "");
    else {
        INI_ROOM(ini->data, ini->data_count, ini->data_max);
        ini->data[ini->data_count++] = (struct ini_file){ ini_file_name(ini, path), bytes, length };
    }
    free(path);
    return bytes != NULL ? &ini->data[ini->data_count - 1] : NULL;
}

/* The value of KEY_hash; NULL: there is none. */
static const char *hash_of(struct ini *ini, const char *section, const char *key)
{
    char hash_key[INI_NAME_MAX + 8];
    const char *hash = NULL;

    snprintf(hash_key, sizeof hash_key, "%s_hash", key);
    ini_get_text(ini, section, hash_key, &hash);
    return hash;
}

bool ini_get_file(struct ini *ini, const char *section, const char *key, struct ini_file *out)
{
    const char *value, *hash;
    char found[24];

    if (!ini_get_text(ini, section, key, &value))
        return false;
    hash = hash_of(ini, section, key);
    const struct ini_file *file =
        file_named(ini, ini_key_find(ini, section, key), value, hash, "a file of data");

    if (file == NULL)
        return false;
    *out = *file;
    if (is_hash(hash, ini_file_hash(file), found))
        return true;
    ini_error(ini, section, key, "%s has the hash %s (expected %s: the data of the capsule's run)",
              file->path, found, hash);
    return false;
}

uint64_t ini_files_hash(const struct ini_file *files, uint32_t count)
{
    uint64_t hash = 0;

    for (uint32_t i = 0; i < count; i++)
        hash = XXH64(files[i].bytes, files[i].length, hash);
    return hash;
}

/* Takes the next name of a value, which ends at a blank, or at a quote if one begins it. False:
 * there is none. */
static bool next_name(const char **at, char out[INI_TEXT_MAX + 1])
{
    size_t length;
    bool quoted;

    *at += strspn(*at, " \t");
    if (**at == 0)
        return false;
    quoted = **at == '"';
    *at += quoted;
    length = strcspn(*at, quoted ? "\"" : " \t");
    snprintf(out, INI_TEXT_MAX + 1, "%.*s", (int)length, *at);
    *at += length;
    *at += quoted && **at == '"';
    return true;
}

bool ini_get_folders(struct ini *ini, const char *section, const char *key, uint32_t max,
                     const char **out, uint32_t *count)
{
    const char *value;
    char name[INI_TEXT_MAX + 1];

    *count = 0;
    if (!ini_get_text(ini, section, key, &value))
        return true;
    const struct ini_key *entry = ini_key_find(ini, section, key);

    while (next_name(&value, name)) {
        if (*count == max) {
            ini_error_at(ini, entry->place, "\"%s\", one more folder (expected at most %u)", name,
                         max);
            return false;
        }
        char *path = path_beside(entry, name);

        out[(*count)++] = ini_file_name(ini, path);
        free(path);
    }
    return true;
}

bool ini_edited(const struct ini *ini) { return ini->edited; }

bool ini_get_files(struct ini *ini, const char *section, const char *key, const char *what,
                   uint32_t max, struct ini_file *out, uint32_t *count)
{
    const char *value, *hash;
    char name[INI_TEXT_MAX + 1], found[24];

    if (!ini_get_text(ini, section, key, &value))
        return false;
    hash = hash_of(ini, section, key);
    const struct ini_key *entry = ini_key_find(ini, section, key);

    *count = 0;
    for (const char *at = value; next_name(&at, name);) {
        const struct ini_file *file;

        if (*count == max) {
            ini_error_at(ini, entry->place, "\"%s\", one more file (expected at most %u)", name,
                         max);
            return false;
        }
        file = file_named(ini, entry, name, hash, what);
        if (file == NULL)
            return false;
        out[(*count)++] = *file;
    }
    if (!is_hash(hash, ini_files_hash(out, *count), found))
        ini->edited = true;
    return true;
}

void ini_error_in(struct ini *ini, const struct ini_file *file, int line, int column,
                  const char *format, ...)
{
    va_list args;

    va_start(args, format);
    ini_error_list(ini, (struct ini_place){ file->path, line, column }, format, args);
    va_end(args);
}

void ini_error_of(struct ini *ini, const char *path, int line, int column, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    ini_error_list(ini, (struct ini_place){ ini_file_name(ini, path), line, column }, format, args);
    va_end(args);
}

const char *ini_path(const struct ini *ini) { return ini->file_count > 0 ? ini->files[0] : ""; }

void ini_warn_in(struct ini *ini, const struct ini_file *file, int line, int column,
                 const char *format, ...)
{
    char raw[512], text[512];
    int used = snprintf(raw, sizeof raw, "%.150s:%d:%d: warning: ", file->path, line, column);
    va_list args;

    va_start(args, format);
    vsnprintf(raw + used, sizeof raw - (size_t)used, format, args);
    va_end(args);
    plain_copy(raw, text, sizeof text);
    for (uint32_t i = 0; i < ini->warning_count; i++)
        if (strcmp(ini->warnings[i], text) == 0)
            return; /* Two values may name one file: warn once. */
    INI_ROOM(ini->warnings, ini->warning_count, ini->warnings_max);
    ini->warnings[ini->warning_count++] = ini_copy(text, strlen(text));
}

uint32_t ini_warning_count(const struct ini *ini) { return ini->warning_count; }

const char *ini_warning_text(const struct ini *ini, uint32_t index)
{
    return index < ini->warning_count ? ini->warnings[index] : NULL;
}
