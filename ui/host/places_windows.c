/* places_windows.c - see places.h. */
#include "ui/host/places.h"
#include "sim/host/wide.h"
#include "ui/host/programs.h"
#include <stdio.h>
#include <stdlib.h>
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

bool place_of_program(const char *called, char out[PLACE_CHARS])
{
    wchar_t wide[WIDE_CHARS];
    DWORD length = GetModuleFileNameW(NULL, wide, WIDE_CHARS);
    char *path = length > 0 && length < WIDE_CHARS ? wide_to_utf8(wide) : NULL;
    bool good = snprintf(out, PLACE_CHARS, "%s", path != NULL ? path : called) < PLACE_CHARS;

    free(path);
    for (char *at = out; *at != 0; at++)
        if (*at == '\\')
            *at = '/';
    return good;
}

bool place_of_settings(const char *name, char out[PLACE_CHARS])
{
    const char *folder = program_environment("APPDATA");

    return folder != NULL &&
           snprintf(out, PLACE_CHARS, "%s/exifsim/%s", folder, name) < PLACE_CHARS;
}

bool place_of_data(const char *name, char out[PLACE_CHARS])
{
    if (!place_of_settings(name, out))
        return false;
    place_make_folders(out);
    return true;
}

bool place_of_cache(const char *name, char out[PLACE_CHARS])
{
    const char *folder = program_environment("LOCALAPPDATA");

    if (folder == NULL || snprintf(out, PLACE_CHARS, "%s/exifsim/%s", folder, name) >= PLACE_CHARS)
        return false;
    place_make_folders(out);
    return true;
}
