/* supplied.c - see supplied.h. */
#include "ui/run/supplied.h"
#include "sim/base.h"
#include "sim/ini.h"
#include "ui/host/grow.h"
#include "ui/host/files.h"
#include "ui/host/programs.h"
#include "ui/host/texts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_CHARS = 256 };

/* From the folder of an installed program. */
static const char installed[] = EXIFSIM_DATA "/scenarios";
static const char suffix[] = ".ini", above[] = "scenarios/";
/* Folders within that of scenarios whose names need not be written. */
static const char *const within[] = { "", "lessons/", "game/" };

/* ---- The folders ----------------------------------------------------------------------------- */

static bool is_there(const char *path) { return file_look(path).kind != FILE_ABSENT; }

static bool is_folder(const char *path) { return file_look(path).kind == FILE_FOLDER; }

/* True if both paths lead to one folder; not known where the system numbers no files. */
static bool is_same(const char *one, const char *other)
{
    struct file_look a = file_look(one), b = file_look(other);

    return strcmp(one, other) == 0 ||
           (a.kind != FILE_ABSENT && b.kind != FILE_ABSENT && a.number != 0 &&
            a.number == b.number && a.device == b.device);
}

static void add_folder(struct supplied_folders *out, const char *path)
{
    for (uint32_t i = 0; i < out->count; i++)
        if (is_same(out->list[i], path))
            return;
    if (out->count < SUPPLIED_FOLDERS_MAX &&
        snprintf(out->list[out->count], PLACE_CHARS, "%s", path) < PLACE_CHARS)
        out->count++;
}

static void find_folders(struct supplied_folders *out, bool only_there)
{
    static const char *const places[] = {
#if defined(_WIN32)
        "scenarios",
#endif
        "../scenarios",
        "../../scenarios",
        installed,
    };
    const char *wished = program_environment("EXIFSIM_SCENARIOS");
    char path[PLACE_CHARS];

    out->count = 0;
    if (wished != NULL && wished[0] != 0)
        add_folder(out, wished);
    if (!only_there || is_folder("scenarios"))
        add_folder(out, "scenarios");
    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        if (place_from_program(places[i], path) && (!only_there || is_folder(path)))
            add_folder(out, path);
}

void supplied_folders(struct supplied_folders *out)
{
    find_folders(out, true);
    if (out->count == 0)
        find_folders(out, false);
}

/* ---- A file by its name ---------------------------------------------------------------------- */

/* True if the operand is no path from the root or from a named folder. */
static bool is_name(const char *operand)
{
    return operand[0] != 0 && strchr("/\\.-", operand[0]) == NULL && strchr(operand, ':') == NULL;
}

bool supplied_holds(const char *path)
{
    struct supplied_folders folders;

    supplied_folders(&folders);
    for (uint32_t i = 0; i < folders.count; i++)
        if (file_lies_in(path, folders.list[i]))
            return true;
    return false;
}

bool supplied_find(const char *name, char out[PLACE_CHARS])
{
    struct supplied_folders folders;

    if (!is_name(name))
        return false;
    supplied_folders(&folders);
    if (strcmp(name, "scenarios") == 0 && is_folder(folders.list[0]))
        return snprintf(out, PLACE_CHARS, "%s", folders.list[0]) < PLACE_CHARS;
    if (strncmp(name, above, strlen(above)) == 0) /* As the documentation writes it. */
        name += strlen(above);
    for (uint32_t f = 0; f < folders.count; f++)
        for (size_t b = 0; b < ARRAY_LEN(within); b++)
            for (int with = 0; with < 2; with++) /* Without the suffix, then with it. */
                if (snprintf(out, PLACE_CHARS, "%s/%s%s%s", folders.list[f], within[b], name,
                             with ? suffix : "") < PLACE_CHARS &&
                    is_there(out))
                    return true;
    return false;
}

/* Returns a text that equals this one and lives as long as the program. */
static const char *kept(const char *text)
{
    static struct link {
        struct link *next;
        char text[];
    } * first;
    size_t size = strlen(text) + 1;
    struct link *link = first;

    while (link != NULL && strcmp(link->text, text) != 0)
        link = link->next;
    if (link != NULL)
        return link->text;
    link = malloc(sizeof *link + size);
    CHECK(link != NULL);
    memcpy(link->text, text, size);
    link->next = first;
    first = link;
    return link->text;
}

const char *supplied_path(const char *operand)
{
    char found[PLACE_CHARS];

    return !is_there(operand) && supplied_find(operand, found) ? kept(found) : operand;
}

bool supplied_is_installed(const char *path)
{
    char folder[PLACE_CHARS];
    size_t length;

    if (!place_from_program(installed, folder))
        return false;
    length = strlen(folder);
    return strncmp(path, folder, length) == 0 && path[length] == '/';
}

bool supplied_name(const char *path, char *out, size_t size)
{
    struct supplied_folders folders;

    supplied_folders(&folders);
    for (uint32_t f = 0; f < folders.count; f++) {
        size_t length = strlen(folders.list[f]);

        if (strncmp(path, folders.list[f], length) != 0 || path[length] != '/' ||
            !text_ends_with(path, suffix))
            continue;
        return snprintf(out, size, "%.*s", (int)(strlen(path + length + 1) - strlen(suffix)),
                        path + length + 1) < (int)size;
    }
    return false;
}

bool supplied_page(char out[PLACE_CHARS])
{
    static const char *const places[] = { "web/page.html", EXIFSIM_DATA "/web/page.html" };
    const char *wished = program_environment("EXIFSIM_PAGE");

    if (wished != NULL && wished[0] != 0)
        return snprintf(out, PLACE_CHARS, "%s", wished) < PLACE_CHARS && is_there(out);
    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        if (place_from_program(places[i], out) && is_there(out))
            return true;
    if (!place_from_program(places[0], out))
        snprintf(out, PLACE_CHARS, "%s", places[0]);
    return false;
}

/* ---- All names ------------------------------------------------------------------------------- */

static void add_name(struct supplied_names *out, const char *before, const char *file)
{
    char name[NAME_CHARS];

    if (!text_ends_with(file, suffix) ||
        snprintf(name, sizeof name, "%s%.*s", before, (int)(strlen(file) - strlen(suffix)), file) >=
            (int)sizeof name)
        return;
    for (uint32_t i = 0; i < out->count; i++)
        if (strcmp(out->list[i], name) == 0)
            return;
    out->list = grow(out->list, &out->room, out->count + 1, sizeof *out->list);
    out->list[out->count] = strdup(name);
    CHECK(out->list[out->count] != NULL);
    out->count++;
}

static void add_names(struct supplied_names *out, const char *folder, const char *before)
{
    char path[PLACE_CHARS];
    char **files;
    size_t count;

    if (snprintf(path, sizeof path, "%s/%s", folder, before) >= (int)sizeof path)
        return;
    files = folder_list(path, suffix, &count);
    for (size_t i = 0; files != NULL && i < count; i++)
        if (files[i][0] != '.')
            add_name(out, before, files[i]);
    if (files != NULL)
        folder_list_free(files, count);
}

static int by_name(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

void supplied_names(struct supplied_names *out)
{
    struct supplied_folders folders;

    *out = (struct supplied_names){ .count = 0 };
    supplied_folders(&folders);
    for (uint32_t f = 0; f < folders.count; f++)
        for (size_t w = 0; w < ARRAY_LEN(within); w++)
            add_names(out, folders.list[f], within[w]);
    if (out->count > 0)
        qsort(out->list, out->count, sizeof *out->list, by_name);
}

void supplied_names_free(struct supplied_names *names)
{
    for (uint32_t i = 0; i < names->count; i++)
        free(names->list[i]);
    free(names->list);
}

/* ---- A name that nothing has ----------------------------------------------------------------- */

/* The part of an operand that names are compared with: without folders and the suffix. */
static void bare(const char *operand, char out[NAME_CHARS])
{
    const char *last = file_short_name(operand);
    size_t length = strlen(last) - (text_ends_with(last, suffix) ? strlen(suffix) : 0);

    snprintf(out, NAME_CHARS, "%.*s", (int)length, last);
}

/* The nearest of the names, else the first that begins with the word; NULL: there is none. */
static const char *nearest(const char *word, const char *const *names, uint32_t count)
{
    const char *near = ini_did_you_mean(word, names, count);

    for (uint32_t i = 0; i < count && near == NULL; i++)
        if (word[0] != 0 && strncmp(names[i], word, strlen(word)) == 0)
            near = names[i];
    return near;
}

static void add_text(char *out, size_t size, const char *one, const char *two)
{
    size_t length = strlen(out);

    snprintf(out + length, size - length, "%s%s", one, two);
}

/* A name as it may be written: without the folder of lessons or levels. */
static const char *without_folder(const char *name)
{
    for (size_t w = 1; w < ARRAY_LEN(within); w++)
        if (strncmp(name, within[w], strlen(within[w])) == 0)
            return name + strlen(within[w]);
    return name;
}

bool supplied_missing(const char *name, char *out, size_t size)
{
    struct supplied_folders folders;
    struct supplied_names names;
    const char **words, *near;
    char word[NAME_CHARS];

    out[0] = 0;
    if (!is_name(name))
        return false;
    supplied_names(&names);
    words = calloc(names.count + 1, sizeof *words);
    CHECK(words != NULL);
    for (uint32_t i = 0; i < names.count; i++)
        words[i] = without_folder(names.list[i]);
    bare(name, word);
    near = nearest(word, words, names.count);
    if (near != NULL) {
        add_text(out, size, ", did you mean \"", near);
        add_text(out, size, "\"? looked here", "");
    } else {
        add_text(out, size, "; looked here", "");
    }
    supplied_folders(&folders);
    for (uint32_t i = 0; i < folders.count; i++)
        add_text(out, size, i == 0 ? " and in " : ", ", folders.list[i]);
    free(words);
    supplied_names_free(&names);
    return true;
}
