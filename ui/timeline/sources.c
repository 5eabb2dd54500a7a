/* sources.c - see sources.h. */
#include "ui/timeline/sources.h"
#include "ui/host/files.h"
#include "ui/host/places.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_BYTES_MAX = 1 << 20, PATH_BYTES = 2048, UPWARD = 4 };

static char *read_file(const char *path)
{
    FILE *file = file_open(path, "rb");
    char *text;
    size_t length;

    if (file == NULL)
        return NULL;
    text = malloc(FILE_BYTES_MAX);
    length = text != NULL ? fread(text, 1, FILE_BYTES_MAX - 1, file) : 0;
    fclose(file);
    if (text != NULL)
        text[length] = 0;
    return text;
}

/* In the folders above a path, the nearest first. */
static char *read_above(const char *path, const char *file)
{
    char folder[PATH_BYTES], whole[2 * PATH_BYTES];
    char *text = NULL;

    snprintf(folder, sizeof folder, "%s", path);
    for (int i = 0; i < UPWARD && text == NULL; i++) {
        char *slash = strrchr(folder, '/');

        if (slash == NULL) /* What is left is a name in the folder at hand. */
            return i == 0 ? NULL : read_file(file);
        *slash = 0;
        snprintf(whole, sizeof whole, "%s/%s", folder, file);
        text = read_file(whole);
    }
    return text;
}

char *sources_read(const char *file, const char *scenario)
{
    char program[PLACE_CHARS];
    char *text = read_file(file);

    if (text == NULL)
        text = read_above(scenario, file);
    if (text == NULL && place_of_program("", program) && program[0] != 0)
        text = read_above(program, file);
#ifdef SOURCE_ROOT
    if (text == NULL) {
        snprintf(program, sizeof program, "%s%s", SOURCE_ROOT, file);
        text = read_file(program);
    }
#endif
    return text;
}
