/* cli_paths.c - the scenarios that the operands of test, list and lint name.
 *
 *     night.ini          itself
 *     scenarios          every scenario below the folder, by name: *.ini files with [scenario]
 *     'more/kb*.ini'     what the pattern finds, where the shell has not looked already; if that is
 *                        nothing, what it finds among the scenarios that come with the program
 *
 * Without operands: all scenarios that come with the program.
 *
 * A folder may also hold files of other kinds, such as parts that scenarios include; what is named
 * outright is taken as it is.
 */
#include "ui/cli/cli.h"
#include "ui/host/files.h"
#include "ui/host/grow.h"
#include "ui/run/document.h"
#include "ui/run/supplied.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { FOLDERS_DEEP_MAX = 32 };

static void add(struct cli_paths *paths, const char *path, const char *problem)
{
    char *copy = strdup(path);

    CHECK(copy != NULL);
    paths->list = grow(paths->list, &paths->room, paths->count + 1, sizeof *paths->list);
    paths->list[paths->count++] = (struct cli_path){ copy, problem };
}

bool cli_path_problem(const struct cli_path *path, char error[RUN_ERROR_CHARS])
{
    if (path->problem == NULL)
        return false;
    snprintf(error, RUN_ERROR_CHARS, "%s:1:1: %s", path->path, path->problem);
    fprintf(stderr, "%s\n", error);
    return true;
}

static int by_name(const void *one, const void *other)
{
    const struct cli_path *a = one, *b = other;

    return strcmp(a->path, b->path);
}

/* ---- Folders --------------------------------------------------------------------------------- */

/* True if the file has a section [scenario], or cannot be read, which its reader will say. */
static bool is_scenario(const char *path)
{
    struct ini *ini = document_read(path);
    bool found = ini_error_count(ini) > 0;

    for (uint32_t i = 0; i < ini_section_count(ini); i++)
        found = found || strcmp(ini_section_name(ini, i), "scenario") == 0;
    ini_free(ini);
    return found;
}

static void add_folder(struct cli_paths *paths, const char *path, int depth);

/* Adds what a name in a folder stands for. A link to a folder is not followed. */
static void add_entry(struct cli_paths *paths, const char *path, int depth)
{
    size_t length = strlen(path);
    enum file_kind kind = file_kind_of_name(path);

    if (kind == FILE_ABSENT)
        return;
    if (kind == FILE_FOLDER && depth < FOLDERS_DEEP_MAX)
        add_folder(paths, path, depth + 1);
    else if (kind != FILE_FOLDER && length > 4 && strcmp(path + length - 4, ".ini") == 0 &&
             is_scenario(path))
        add(paths, path, NULL);
}

/* The names in one folder. */
struct names {
    struct cli_paths paths;
    const char *folder;
};

static void add_name(void *context, const char *name)
{
    struct names *names = context;
    const char *folder = names->folder, *sign = file_short_name(folder)[0] == 0 ? "" : "/";
    char full[SCENARIO_PATH];

    if (name[0] != '.' &&
        snprintf(full, sizeof full, "%s%s%s", folder, sign, name) < (int)sizeof full)
        add(&names->paths, full, NULL);
}

static void add_folder(struct cli_paths *paths, const char *path, int depth)
{
    struct names names = { .folder = path };

    folder_read(path, add_name, &names);
    if (names.paths.count > 0)
        qsort(names.paths.list, names.paths.count, sizeof *names.paths.list, by_name);
    for (uint32_t i = 0; i < names.paths.count; i++)
        add_entry(paths, names.paths.list[i].path, depth);
    cli_paths_free(&names.paths);
}

/* ---- Operands -------------------------------------------------------------------------------- */

/* Adds a file, or the scenarios of a folder. */
static void add_operand(struct cli_paths *paths, const char *path)
{
    uint32_t before = paths->count;

    if (file_look(path).kind == FILE_FOLDER) {
        add_folder(paths, path, 0);
        if (paths->count == before)
            add(paths, path, "no scenario below it (expected files *.ini with [scenario])");
    } else {
        add(paths, path, NULL);
    }
}

/* True if the word is a pattern that the shell has not replaced, because it was quoted or because
 * nothing fits. */
static bool is_pattern(const char *word)
{
    return strpbrk(word, "*?[") != NULL && file_kind_of_name(word) == FILE_ABSENT;
}

static void take_found(void *context, const char *path) { add_operand(context, path); }

static bool add_found(struct cli_paths *paths, const char *pattern)
{
    return file_pattern(pattern, take_found, paths);
}

/* Adds what the pattern finds in the first of the folders of supplied.h in which it finds anything;
 * as in a name, .ini may be left out. */
static bool add_supplied(struct cli_paths *paths, const char *pattern)
{
    size_t length = strlen(pattern);
    bool has_suffix = length > 4 && strcmp(pattern + length - 4, ".ini") == 0, any = false;
    struct supplied_folders folders;
    char path[PLACE_CHARS];

    if (file_absolute(pattern) || pattern[0] == '.')
        return false;
    if (strncmp(pattern, "scenarios/", 10) == 0)
        pattern += 10;
    supplied_folders(&folders);
    for (uint32_t f = 0; f < folders.count && !any; f++)
        any = snprintf(path, sizeof path, "%s/%s%s", folders.list[f], pattern,
                       has_suffix ? "" : ".ini") < (int)sizeof path &&
              add_found(paths, path);
    return any;
}

static void add_pattern(struct cli_paths *paths, const char *pattern)
{
    if (!add_found(paths, pattern) && !add_supplied(paths, pattern))
        add(paths, pattern, "no file of this pattern (expected a scenario file)");
}

/* ---- --filter -------------------------------------------------------------------------------- */

/* True if the text has the word in it, in capitals or not. */
static bool has_word(const char *text, const char *word)
{
    for (; *text != 0; text++) {
        size_t i = 0;

        while (word[i] != 0 && tolower((unsigned char)text[i]) == tolower((unsigned char)word[i]))
            i++;
        if (word[i] == 0)
            return true;
    }
    return false;
}

/* True if the file's name or the scenario's title has the word in it. */
static bool is_wanted(const char *path, const char *word)
{
    const char *title = "";
    struct ini *ini;
    bool wanted;

    if (has_word(path, word))
        return true;
    ini = document_read(path);
    wanted = ini_get_text(ini, "scenario", "title", &title) && has_word(title, word);
    ini_free(ini);
    return wanted;
}

static bool filter(struct cli_paths *paths, const char *word, char error[RUN_ERROR_CHARS])
{
    uint32_t all = paths->count;

    paths->count = 0;
    for (uint32_t i = 0; i < all; i++) {
        if (paths->list[i].problem != NULL || is_wanted(paths->list[i].path, word))
            paths->list[paths->count++] = paths->list[i];
        else
            free(paths->list[i].path);
    }
    if (paths->count > 0)
        return true;
    snprintf(error, RUN_ERROR_CHARS,
             "--filter \"%s\" fits none of %u scenarios (expected a part of a name or a title)",
             word, all);
    fprintf(stderr, "exifsim: %s\n", error);
    return false;
}

/* Adds all scenarios that come with the program: what list means without an operand. */
static void add_all_supplied(struct cli_paths *paths)
{
    char path[PLACE_CHARS];
    struct supplied_names names;

    supplied_names(&names);
    for (uint32_t i = 0; i < names.count; i++)
        if (supplied_find(names.list[i], path))
            add(paths, path, NULL);
    if (names.count == 0)
        add(paths, "scenarios",
            "no scenarios come with this program (EXIFSIM_SCENARIOS can name their folder)");
    supplied_names_free(&names);
}

bool cli_paths(const struct options *options, struct cli_paths *paths, char error[RUN_ERROR_CHARS])
{
    *paths = (struct cli_paths){ .count = 0 };
    if (options->path_count == 0)
        add_all_supplied(paths);
    for (uint32_t i = 0; i < options->path_count; i++) {
        if (is_pattern(options->paths[i]))
            add_pattern(paths, options->paths[i]);
        else
            add_operand(paths, options->paths[i]);
    }
    return options->filter == NULL || filter(paths, options->filter, error);
}

void cli_paths_free(struct cli_paths *paths)
{
    for (uint32_t i = 0; i < paths->count; i++)
        free(paths->list[i].path);
    free(paths->list);
}
