/* places_posix.c - see places.h. */
#include "ui/host/places.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#if defined(__APPLE__)
#define DATA_FOLDER     "Library/Application Support"
#define SETTINGS_FOLDER "Library/Application Support"
#define CACHE_FOLDER    "Library/Caches"
#else
#define DATA_FOLDER     ".local/share"
#define SETTINGS_FOLDER ".config"
#define CACHE_FOLDER    ".cache"
#endif

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

/* A file in the folder that a variable names by its whole path, else in one below $HOME. */
static bool place(const char *variable, const char *below_home, const char *name,
                  char out[PLACE_CHARS])
{
    const char *wished = getenv(variable), *home = getenv("HOME");

    if (wished != NULL && wished[0] == '/')
        return snprintf(out, PLACE_CHARS, "%s/exifsim/%s", wished, name) < PLACE_CHARS;
    return home != NULL && home[0] != 0 &&
           snprintf(out, PLACE_CHARS, "%s/%s/exifsim/%s", home, below_home, name) < PLACE_CHARS;
}

bool place_of_data(const char *name, char out[PLACE_CHARS])
{
    if (!place("XDG_DATA_HOME", DATA_FOLDER, name, out))
        return false;
    place_make_folders(out);
    return true;
}

bool place_of_settings(const char *name, char out[PLACE_CHARS])
{
    return place("XDG_CONFIG_HOME", SETTINGS_FOLDER, name, out);
}

bool place_of_cache(const char *name, char out[PLACE_CHARS])
{
    if (!place("XDG_CACHE_HOME", CACHE_FOLDER, name, out))
        return false;
    place_make_folders(out);
    return true;
}
