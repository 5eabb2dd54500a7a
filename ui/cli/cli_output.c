/* cli_output.c - what is said when a file that a command makes cannot be written. */
#include "ui/cli/cli.h"
#include <string.h>

bool cli_written(const char *path, int error)
{
    if (error == 0)
        return true;
    if (path == NULL || strcmp(path, "-") == 0)
        fprintf(stderr, "exifsim: standard output: %s\n", strerror(error));
    else
        fprintf(stderr, "exifsim: cannot write %s: %s\n", path[0] != 0 ? path : "\"\"",
                strerror(error));
    return false;
}

bool cli_can_write(const char *path)
{
    return path == NULL || cli_written(path, whole_file_check(path));
}

bool cli_write(const char *path, const char *text, size_t length)
{
    return cli_written(path, whole_file_write(path, text, length));
}
