/* places.c - see places.h. */
#include "ui/host/places.h"
#include "ui/host/files.h"
#include <stdio.h>
#include <string.h>

void place_make_folders(char *path)
{
    for (char *at = path[0] != 0 ? path + 1 : path; *at != 0; at++) {
        char sign = *at;

        if (sign != '/' && sign != '\\')
            continue;
        *at = 0;
        folder_make(path);
        *at = sign;
    }
}

/* Cuts the last part off a path. False: there is one part only. */
static bool cut_last(char *path)
{
    size_t before = (size_t)(file_short_name(path) - path); /* The folder with its last slash. */

    if (before == 0)
        return false;
    path[before > 1 ? before - 1 : before] = 0;
    return true;
}

bool place_from_program(const char *relative, char out[PLACE_CHARS])
{
    size_t length;

    if (!place_of_program("exifsim", out) || !cut_last(out))
        return false;
    for (; strncmp(relative, "../", 3) == 0; relative += 3)
        if (!cut_last(out))
            return false;
    length = strlen(out);
    return snprintf(out + length, PLACE_CHARS - length, "/%s", relative) <
           (int)(PLACE_CHARS - length);
}
