/* cli_new.c - exifsim new: writes a scenario (ui/run/first_scenario.h), a driver, a program and the
 * scenario that runs both, or an exercise, to begin with.
 *
 * The driver is the example of scenarios/guests/echo under another name, so there is one text of
 * it, which the tests run.
 */
#include "ui/cli/cli.h"
#include "ui/host/files.h"
#include "ui/host/places.h"
#include "ui/lab/lab.h"
#include "ui/run/first_scenario.h"
#include "ui/run/supplied.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NAME_CHARS = 24, FILE_BYTES_MAX = 65536 };

static bool is_there(const char *path)
{
    return !whole_file_is_standard(path) && file_kind_of_name(path) != FILE_ABSENT;
}

static int refuse_existing(const char *path)
{
    fprintf(stderr, "exifsim: %s: %s (expected a new name)\n", path, strerror(EEXIST));
    return EXIT_USAGE;
}

static int new_scenario(const struct options *options, const char *path)
{
    if (is_there(path))
        return refuse_existing(path);
    if (!cli_write(path, first_scenario, strlen(first_scenario)))
        return EXIT_USAGE;
    if (!whole_file_is_standard(path) && !options->quiet)
        printf("%s: a scenario to begin with. Next: exifsim run %s\n", path, path);
    return EXIT_MET;
}

/* ---- A driver -------------------------------------------------------------------------------- */

/* True for a name that can be part of one in C, of a service and of a file. */
static bool is_name(const char *name)
{
    size_t length = strlen(name);

    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)name[i]) && name[i] != '_')
            return false;
    return length > 0 && length < NAME_CHARS && isalpha((unsigned char)name[0]);
}

/* True for the program beside the driver, and for a device of Windows, which is in every folder. */
static bool is_taken(const char *name)
{
    static const char *const taken[] = { "client", "driver", "con", "prn", "aux", "nul" };

    for (size_t i = 0; i < ARRAY_LEN(taken); i++)
        if (strcasecmp(name, taken[i]) == 0)
            return true;
    return (strncasecmp(name, "com", 3) == 0 || strncasecmp(name, "lpt", 3) == 0) &&
           isdigit((unsigned char)name[3]) && name[4] == 0;
}

/* Writes a text with each "echo" replaced by the name, in the same case of letters; name NULL: as
 * it is. */
static void write_renamed(FILE *out, const char *text, const char *name)
{
    static const char *const words[] = { "echo", "Echo", "ECHO" };

    while (*text != 0) {
        size_t i = 0;

        while (i < ARRAY_LEN(words) && strncmp(text, words[i], 4) != 0)
            i++;
        if (i == ARRAY_LEN(words) || name == NULL) {
            fputc(*text++, out);
            continue;
        }
        for (const char *at = name; *at != 0; at++)
            fputc(i == 2 || (i == 1 && at == name) ? toupper((unsigned char)*at) : *at, out);
        text += 4;
    }
}

/* Copies one file, with the name in it replaced if there is one. */
static bool copy_renamed(const char *from, const char *to, const char *name)
{
    FILE *in = file_open(from, "rb");
    char *text = calloc(1, FILE_BYTES_MAX + 1);
    struct whole_file file;
    int error = in == NULL ? errno : 0;

    CHECK(text != NULL);
    if (in != NULL) {
        text[fread(text, 1, FILE_BYTES_MAX, in)] = 0;
        fclose(in);
        error = whole_file_open(&file, to);
    }
    if (error == 0) {
        write_renamed(file.out, text, name);
        error = whole_file_close(&file);
    }
    free(text);
    if (error != 0)
        fprintf(stderr, "exifsim: %s: %s\n", in == NULL ? from : to, strerror(error));
    return error == 0;
}

static int new_driver(const struct options *options, const char *folder)
{
    static const char *const files[][2] = { { "echo.c", NULL },
                                            { "client.c", "client.c" },
                                            { "echo.ini", NULL } };
    const char *name = file_short_name(folder);
    char example[PLACE_CHARS], from[PLACE_CHARS + 16], to[PLACE_CHARS];

    if (!is_name(name)) {
        fprintf(stderr,
                "exifsim: new driver \"%s\" (expected a name of letters, digits and _ that begins "
                "with a letter, of fewer than %d)\n",
                name, NAME_CHARS);
        return EXIT_USAGE;
    }
    if (is_taken(name)) {
        fprintf(stderr,
                "exifsim: new driver \"%s\" (expected a name that is neither that of the program "
                "beside it, client, nor that of a structure of Windows, driver, nor that of a "
                "device of Windows, such as con)\n",
                name);
        return EXIT_USAGE;
    }
    if (is_there(folder))
        return refuse_existing(folder);
    if (!supplied_find("guests/echo", example) && !supplied_find("guests/echo/echo", example)) {
        fprintf(stderr, "exifsim: the example guests/echo is not beside this program (expected the "
                        "scenarios that come with it)\n");
        return EXIT_USAGE;
    }
    if (file_look(example).kind == FILE_REGULAR)
        example[file_short_name(example) - example] = 0;
    snprintf(to, sizeof to, "%s/", folder);
    place_make_folders(to);
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        const char *suffix = strchr(files[i][0], '.');

        snprintf(from, sizeof from, "%s/%s", example, files[i][0]);
        if (files[i][1] != NULL)
            snprintf(to, sizeof to, "%s/%s", folder, files[i][1]);
        else
            snprintf(to, sizeof to, "%s/%s%s", folder, name, suffix);
        if (!copy_renamed(from, to, name))
            return EXIT_USAGE;
    }
    if (!options->quiet)
        printf("%s: a driver, a program and a scenario to begin with. Next: exifsim run %s\n",
               folder, to);
    return EXIT_MET;
}

/* ---- A lab ----------------------------------------------------------------------------------- */

struct copying {
    const char *from, *to;
    bool failed;
};

/* Copies one file as it is. */
static void copy_file(void *context, const char *name)
{
    struct copying *copying = context;
    char from[PLACE_CHARS], to[PLACE_CHARS];

    if (snprintf(from, sizeof from, "%s/%s", copying->from, name) >= (int)sizeof from ||
        snprintf(to, sizeof to, "%s/%s", copying->to, name) >= (int)sizeof to ||
        file_look(from).kind != FILE_REGULAR)
        return;
    copying->failed = !copy_renamed(from, to, NULL) || copying->failed;
}

static int new_lab(const struct options *options, const char *name, const char *folder)
{
    struct lab lab;
    char form[PLACE_CHARS], to[PLACE_CHARS];
    struct copying copying = { .from = lab.folder, .to = folder };

    if (!lab_find(name, &lab, stderr))
        return EXIT_USAGE;
    if (is_there(folder))
        return refuse_existing(folder);
    snprintf(to, sizeof to, "%s/", folder);
    place_make_folders(to);
    if (!folder_read(lab.folder, copy_file, &copying) || copying.failed)
        return EXIT_USAGE;
    if (supplied_find("labs/REPORT.md", form)) {
        copying.from = form;
        form[file_short_name(form) - form - 1] = 0;
        copy_file(&copying, "REPORT.md");
    }
    if (!options->quiet)
        printf("%s: a driver with a fault, and the task in TASK.md. Next: exifsim lab %s\n", folder,
               folder);
    return copying.failed ? EXIT_USAGE : EXIT_MET;
}

/* ---- The verb -------------------------------------------------------------------------------- */

/* True if there are as many words as a kind takes, from two on. */
static bool has_words(const struct options *options, uint32_t most)
{
    if (options->path_count < 2)
        fprintf(stderr, "exifsim: new needs %s\n", verbs[VERB_NEW].needs);
    else if (options->path_count > most)
        fprintf(stderr, "exifsim: unexpected \"%s\" (expected %s)\n", options->paths[most],
                most == 2 ? "a kind and a name" : "a lab's name and a folder");
    return options->path_count >= 2 && options->path_count <= most;
}

int verb_new(const struct options *options)
{
    static const char *const kinds[] = { "scenario", "driver", "lab" };
    const char *kind = options->paths[0], *near;
    bool is_lab = strcmp(kind, kinds[2]) == 0;

    if (!has_words(options, is_lab ? 3 : 2))
        return EXIT_USAGE;
    if (is_lab)
        return new_lab(options, options->paths[1], options->paths[options->path_count > 2 ? 2 : 1]);
    if (strcmp(kind, kinds[0]) == 0)
        return new_scenario(options, options->paths[1]);
    if (strcmp(kind, kinds[1]) == 0)
        return new_driver(options, options->paths[1]);
    near = ini_did_you_mean(kind, kinds, ARRAY_LEN(kinds));
    fprintf(stderr, "exifsim: new \"%s\" (expected scenario, driver or lab%s%s%s)\n", kind,
            near != NULL ? "; did you mean " : "", near != NULL ? near : "",
            near != NULL ? "?" : "");
    return EXIT_USAGE;
}
