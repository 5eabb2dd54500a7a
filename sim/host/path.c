/* path.c - see path.h. */
#include "sim/host/path.h"
#include <string.h>

#if defined(_WIN32)
#define SEPARATORS "/\\:"
#else
#define SEPARATORS "/"
#endif

size_t host_path_folder(const char *path)
{
    size_t length = strlen(path);

    while (length > 0 && strchr(SEPARATORS, path[length - 1]) == NULL)
        length--;
    return length;
}

bool host_path_absolute(const char *path)
{
#if defined(_WIN32)
    if (path[0] == '\\' || (path[0] != 0 && path[1] == ':'))
        return true;
#endif
    return path[0] == '/';
}
