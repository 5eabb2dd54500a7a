/* places.c - see places.h. */
#include "ui/host/places.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool place_of_program(const char *called, char out[PLACE_CHARS])
{
    ssize_t length = -1;

#if defined(__linux__)
    length = readlink("/proc/self/exe", out, PLACE_CHARS - 1);
#endif
    if (length > 0) {
        out[length] = 0;
        return true;
    }
    return snprintf(out, PLACE_CHARS, "%s", called) < PLACE_CHARS;
}

/* Makes every folder that leads to the file. */
static void make_folders(char *path)
{
    for (char *at = path + 1; *at != 0; at++) {
        if (*at != '/' && *at != '\\')
            continue;
        char sign = *at;

        *at = 0;
#if defined(_WIN32)
        mkdir(path);
#else
        mkdir(path, 0777);
#endif
        *at = sign;
    }
}

bool place_of_data(const char *name, char out[PLACE_CHARS])
{
#if defined(_WIN32)
    static const char base[] = "APPDATA", behind[] = "";
#elif defined(__APPLE__)
    static const char base[] = "HOME", behind[] = "/Library/Application Support";
#else
    static const char base[] = "HOME", behind[] = "/.local/share";
#endif
    const char *wished = getenv("XDG_DATA_HOME"), *home = getenv(base);
    bool own = wished != NULL && wished[0] == '/';

    if (!own && (home == NULL || home[0] == 0))
        return false;
    if (snprintf(out, PLACE_CHARS, "%s%s/exifsim/%s", own ? wished : home, own ? "" : behind,
                 name) >= PLACE_CHARS)
        return false;
    make_folders(out);
    return true;
}
