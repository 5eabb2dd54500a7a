/* places.c - see places.h. */
#include "ui/host/places.h"
#include "ui/host/files.h"

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
