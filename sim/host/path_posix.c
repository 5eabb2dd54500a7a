/* path_posix.c - see path.h. */
#include "sim/host/path.h"
#include <string.h>

size_t host_path_folder(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

bool host_path_absolute(const char *path) { return path[0] == '/'; }
