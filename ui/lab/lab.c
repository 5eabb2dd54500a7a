/* lab.c - see lab.h. */
#include "ui/lab/lab.h"
#include "sim/ini.h"
#include "ui/host/files.h"
#include "ui/run/supplied.h"
#include <stdlib.h>
#include <string.h>

static bool print_errors(const struct ini *ini, FILE *errors)
{
    for (uint32_t i = 0; i < ini_error_count(ini); i++)
        fprintf(errors, "%s\n", ini_error_text(ini, i));
    return ini_error_count(ini) == 0;
}

static void get_text(struct ini *ini, const char *key, char *out, size_t size)
{
    const char *text;

    if (!ini_get_text(ini, "lab", key, &text))
        ini_error(ini, "lab", NULL, "no %s (expected %s = ...)", key, key);
    else if (snprintf(out, size, "%s", text) >= (int)size)
        ini_error(ini, "lab", key, "%zu characters (expected at most %zu)", strlen(text), size - 1);
}

static void get_number(struct ini *ini, const char *key, uint64_t min, uint64_t max, uint32_t *out)
{
    uint64_t number;

    if (ini_get_uint(ini, "lab", key, min, max, &number))
        *out = (uint32_t)number;
}

static void find_driver(struct ini *ini, struct lab *lab)
{
    for (uint32_t i = 0; i < ini_section_count(ini); i++)
        if (strncmp(ini_section_name(ini, i), "driver ", 7) == 0) {
            snprintf(lab->driver, sizeof lab->driver, "%s", ini_section_name(ini, i));
            return;
        }
    ini_error(ini, "lab", NULL, "a lab without a driver (expected a section [driver NAME])");
}

bool lab_find(const char *name, struct lab *out, FILE *errors)
{
    char wanted[LAB_NAME_CHARS + 16], names[LABS_MAX][LAB_NAME_CHARS];
    const char *list[LABS_MAX], *near;
    struct ini *ini;

    *out = (struct lab){ .seeds = 20, .crash = true };
    snprintf(wanted, sizeof wanted, "labs/%.23s/lab", name);
    if (strchr(name, '/') != NULL || strlen(name) >= LAB_NAME_CHARS ||
        !supplied_find(wanted, out->path)) {
        uint32_t count = lab_names(names);

        for (uint32_t i = 0; i < count; i++)
            list[i] = names[i];
        near = ini_did_you_mean(name, list, count);
        fprintf(errors, "exifsim: no lab \"%s\" (expected a name that `exifsim lab` lists%s%s%s)\n",
                name, near != NULL ? "; did you mean " : "", near != NULL ? near : "",
                near != NULL ? "?" : "");
        return false;
    }
    snprintf(out->folder, sizeof out->folder, "%.*s",
             (int)(file_short_name(out->path) - out->path - 1), out->path);
    ini = ini_read(out->path);
    get_text(ini, "name", out->name, sizeof out->name);
    get_text(ini, "title", out->title, sizeof out->title);
    get_number(ini, "minutes", 1, 600, &out->minutes);
    get_number(ini, "seeds", 1, 1000, &out->seeds);
    ini_get_bool(ini, "lab", "crash", &out->crash);
    find_driver(ini, out);
    bool good = print_errors(ini, errors);

    ini_free(ini);
    return good;
}

struct names {
    char (*list)[LAB_NAME_CHARS];
    uint32_t count;
    const char *folder;
};

/* Adds a folder that has a lab.ini, once. */
static void add_name(void *context, const char *name)
{
    struct names *names = context;
    char path[PLACE_CHARS];

    if (strlen(name) >= LAB_NAME_CHARS || names->count == LABS_MAX ||
        snprintf(path, sizeof path, "%s/%s/lab.ini", names->folder, name) >= (int)sizeof path ||
        file_look(path).kind != FILE_REGULAR)
        return;
    for (uint32_t i = 0; i < names->count; i++)
        if (strcmp(names->list[i], name) == 0)
            return;
    snprintf(names->list[names->count++], LAB_NAME_CHARS, "%s", name);
}

static int by_name(const void *one, const void *other) { return strcmp(one, other); }

uint32_t lab_names(char out[LABS_MAX][LAB_NAME_CHARS])
{
    struct supplied_folders *folders = malloc(sizeof *folders);
    struct names names = { .list = out };
    char folder[PLACE_CHARS];

    CHECK(folders != NULL);
    supplied_folders(folders);
    for (uint32_t i = 0; i < folders->count; i++)
        if (snprintf(folder, sizeof folder, "%s/labs", folders->list[i]) < (int)sizeof folder) {
            names.folder = folder;
            folder_read(folder, add_name, &names);
        }
    free(folders);
    qsort(out, names.count, LAB_NAME_CHARS, by_name);
    return names.count;
}

bool lab_of_folder(const char *folder, char name[LAB_NAME_CHARS], FILE *errors)
{
    char path[PLACE_CHARS];
    struct ini *ini;

    snprintf(path, sizeof path, "%s/lab.ini", folder);
    ini = ini_read_hinted(path, ", as `exifsim new lab` makes it; or --lab NAME");
    if (ini_error_count(ini) == 0)
        get_text(ini, "name", name, LAB_NAME_CHARS);
    bool good = print_errors(ini, errors);

    ini_free(ini);
    return good;
}

void lab_driver_path(const char *folder, char out[PLACE_CHARS])
{
    snprintf(out, PLACE_CHARS, "%s/driver.c", folder);
}
