/* path_windows.c - see path.h. */
#include "sim/host/path.h"
#include <string.h>

size_t host_path_folder(const char *path)
{
    size_t length = strlen(path);

    while (length > 0 && strchr("/\\:", path[length - 1]) == NULL)
        length--;
    return length;
}

bool host_path_absolute(const char *path)
{
    return path[0] == '/' || path[0] == '\\' || (path[0] != 0 && path[1] == ':');
}
