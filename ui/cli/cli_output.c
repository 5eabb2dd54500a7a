/* cli_output.c - messages for a file that cannot be written and for a host without memory. */
#include "ui/cli/cli.h"
#include <inttypes.h>
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

bool cli_write(const char *path, const char *text, size_t length)
{
    return cli_written(path, whole_file_write(path, text, length));
}

void cli_seconds(sim_time time, char out[CLI_SECONDS_CHARS])
{
    snprintf(out, CLI_SECONDS_CHARS, "%" PRIu64 ".%03" PRIu64 " s", time / SEC(1),
             time / MS(1) % 1000);
}

int cli_no_memory(void)
{
    fprintf(stderr, "exifsim: no memory for a world of %zu MiB\n", ARENA_BYTES >> 20);
    return EXIT_INTERNAL;
}
