/* run_capsule.c - writes a capsule: a scenario file that repeats one run and holds its fingerprint.
 *
 * A capsule contains the whole scenario, with the files that it extends and includes and the values
 * of --set merged, so it can be replayed on another machine. Keys that a nearer file has overruled
 * are left out. Files of data (arrivals, size_file) may be long and are not contained: the capsule
 * names each with its hash.
 *
 * The scenario reader reads a capsule like any scenario, so a value that such a file cannot hold is
 * refused here. Long lists continue in surprises_2, surprises_3 and so on.
 */
#include "ui/run/run.h"
#include "model/words/names.h"
#include "ui/host/files.h"
#include "ui/host/memory_file.h"
#include "ui/run/anchors.h"
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- The scenario ---------------------------------------------------------------------------- */

/* True for what the capsule says in its own way, or what does not concern one run. */
static bool left_out(const char *section, const char *key)
{
    return strcmp(section, "replay") == 0 || strcmp(section, "choices") == 0 ||
           strcmp(section, "sweep") == 0 || strcmp(section, "rare") == 0 ||
           strcmp(section, "lesson") == 0 || strcmp(section, "level") == 0 ||
           strncmp(section, "page ", 5) == 0 || strncmp(section, "run ", 4) == 0 ||
           (strcmp(section, "scenario") == 0 && strcmp(key, "seed") == 0);
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* True for the section of a driver or a program from outside. */
static bool is_guest(const char *section)
{
    return begins(section, "driver ") || begins(section, "program ");
}

/* True for a key whose value names files: data of a load, code of a guest. */
static bool is_data(const char *section, const char *key, size_t length)
{
    static const char *const of_loads[] = { "arrivals", "size_file" };
    static const char *const of_guests[] = { "source", "image" };
    bool guest = is_guest(section);
    const char *const *keys = guest ? of_guests : of_loads;

    for (size_t i = 0; i < 2; i++)
        if (strlen(keys[i]) == length && strncmp(keys[i], key, length) == 0)
            return guest || begins(section, "load ");
    return false;
}

static bool is_hash(const char *section, const char *key)
{
    size_t length = strlen(key), suffix = strlen("_hash");

    return length > suffix && strcmp(key + length - suffix, "_hash") == 0 &&
           is_data(section, key, length - suffix);
}

/* Writes a path that leads there from every folder. */
static void write_path(FILE *out, const char *path, bool quoted)
{
    char *absolute = file_full_path(path);

    path = absolute != NULL ? absolute : path;
    fprintf(out, quoted && strchr(path, ' ') != NULL ? " \"%s\"" : " %s", path);
    free(absolute);
}

static void write_folders(FILE *out, struct ini *ini, const char *section, const char *key)
{
    const char *folders[GUEST_INCLUDES_MAX];
    uint32_t count = 0;

    ini_get_folders(ini, section, key, GUEST_INCLUDES_MAX, folders, &count);
    fprintf(out, "%s =", key);
    for (uint32_t i = 0; i < count; i++)
        write_path(out, folders[i], true);
    fprintf(out, "\n");
}

static void write_data(FILE *out, struct ini *ini, const char *section, const char *key)
{
    bool guest = is_guest(section);
    struct ini_file files[GUEST_SOURCES_MAX];
    uint32_t count = 1;

    if (guest ? !ini_get_files(ini, section, key, "a file", GUEST_SOURCES_MAX, files, &count)
              : !ini_get_file(ini, section, key, files))
        return;
    fprintf(out, "%s =", key);
    for (uint32_t i = 0; i < count; i++)
        write_path(out, files[i].path, guest);
    fprintf(out, "\n%s_hash = %016" PRIx64 "\n", key,
            guest ? ini_files_hash(files, count) : ini_file_hash(files));
}

static void write_section(FILE *out, struct ini *ini, const char *section)
{
    const char *key, *value;
    struct ini_place place;
    bool begun = strcmp(section, "scenario") == 0;

    for (uint32_t i = 0; ini_key_at(ini, section, i, &key, &value, &place); i++) {
        if (left_out(section, key) || ini_is_overruled(ini, section, key) || is_hash(section, key))
            continue;
        if (!begun)
            fprintf(out, "\n[%s]\n", section);
        begun = true;
        if (is_data(section, key, strlen(key)))
            write_data(out, ini, section, key);
        else if (is_guest(section) && strcmp(key, "include") == 0)
            write_folders(out, ini, section, key);
        else
            fprintf(out, "%s = %s\n", key, value);
    }
}

char *run_document(struct ini *ini)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = memory_file_open(&text, &length);

    CHECK(out != NULL);
    write_section(out, ini, "scenario");
    for (uint32_t i = 0; i < ini_section_count(ini); i++)
        if (strcmp(ini_section_name(ini, i), "scenario") != 0)
            write_section(out, ini, ini_section_name(ini, i));
    memory_file_close(out);
    return text;
}

/* ---- The run --------------------------------------------------------------------------------- */

/* Bytes of surprises in a line; the reader takes 200 bytes with the key. */
enum { LINE_CHARS = 160 };

static void write_list(FILE *out, const char *name, const char *list)
{
    for (uint32_t number = 1; *list != 0; number++) {
        size_t length = strlen(list);

        if (length > LINE_CHARS)
            for (length = LINE_CHARS; length > 0 && list[length] != ','; length--)
                ;
        if (length == 0) /* One that is longer than that. */
            length = strcspn(list, ",");
        if (number == 1)
            fprintf(out, "%s = %.*s\n", name, (int)length, list);
        else
            fprintf(out, "%s_%u = %.*s\n", name, number, (int)length, list);
        list += length + (list[length] == ',');
    }
}

static void write_surprises(FILE *out, const struct scenario *scenario, uint64_t seed,
                            const char *surprises)
{
    struct scenario *listed = malloc(sizeof *listed);
    char error[RUN_ERROR_CHARS], *anchors = NULL;

    CHECK(listed != NULL);
    *listed = *scenario;
    write_list(out, "surprises", surprises);
    choices_init(&listed->replay, choice_count, 0);
    if (*surprises != 0 &&
        choices_parse(&listed->replay, surprises, choice_names, error, sizeof error))
        anchors = anchors_of(listed, seed);
    if (anchors != NULL)
        write_list(out, "anchors", anchors);
    free(anchors);
    free(listed);
}

/* True if the capsule, read again, says the same scenario. */
static bool readable(const char *capsule, size_t length, const struct scenario *scenario,
                     char error[RUN_ERROR_CHARS])
{
    struct ini *ini = ini_read_text("capsule", capsule, length);
    char *again = ini_error_count(ini) == 0 ? run_document(ini) : NULL;
    bool good = again != NULL && strcmp(again, scenario->text) == 0;

    if (ini_error_count(ini) > 0)
        snprintf(error, RUN_ERROR_CHARS, "%s", ini_error_text(ini, 0));
    else if (!good)
        snprintf(error, RUN_ERROR_CHARS,
                 "a value holds \" ;\", which begins a comment in a file (expected another value)");
    free(again);
    ini_free(ini);
    return good;
}

char *run_capsule(const struct run_options *options, const struct scenario *scenario, uint64_t seed,
                  uint64_t fingerprint, const char *surprises, const char *finding,
                  char error[RUN_ERROR_CHARS])
{
    bool cut = options->has_until && options->until < scenario->set.duration;
    char *text = NULL;
    size_t length = 0;
    FILE *out = memory_file_open(&text, &length);

    CHECK(out != NULL && scenario->text != NULL);
    fprintf(out,
            "# A capsule: one run, again. exifsim replay THIS-FILE\n[scenario]\nseed = %" PRIu64
            "\n%s\n[replay]\nfingerprint = %016" PRIx64 "\nbuild = %s\n",
            seed, scenario->text, fingerprint, run_build());
    if (cut || scenario->cut)
        fprintf(out, "until = %" PRIu64 " ns\n", cut ? options->until : scenario->set.duration);
    if (finding[0] != 0)
        fprintf(out, "finding = %s\n", finding);
    write_surprises(out, scenario, seed, surprises);
    memory_file_close(out);
    if (readable(text, length, scenario, error))
        return text;
    free(text);
    return NULL;
}
