/* cli_view.c - exifsim view and exifsim render: starts exifsim-view.
 *
 * The window needs libraries that servers do not have, so it is a separate program beside this one.
 * It gets all words of the command line unchanged.
 */
#include "ui/cli/cli.h"
#include "ui/host/files.h"
#include "ui/host/places.h"
#include "ui/host/programs.h"
#include <errno.h>
#include <string.h>

#define VIEW_PROGRAM "exifsim-view" PROGRAM_SUFFIX

/* Finds exifsim-view beside this program; else its name alone, to be searched in PATH. */
static void view_path(const char *called, char out[PLACE_CHARS])
{
    char own[PLACE_CHARS];
    const char *slash = place_of_program(called, own) ? strrchr(own, '/') : NULL;

    if (slash != NULL &&
        snprintf(out, PLACE_CHARS, "%.*s/" VIEW_PROGRAM, (int)(slash - own), own) < PLACE_CHARS &&
        file_executable(out))
        return;
    snprintf(out, PLACE_CHARS, VIEW_PROGRAM);
}

int cli_view(char **words)
{
    char path[PLACE_CHARS], *called = words[0];

    view_path(called, path);
    words[0] = path;
    program_become(path, words);
    fprintf(stderr,
            "exifsim: cannot start %s: %s (expected " VIEW_PROGRAM
            " beside %s or in PATH: ./dev build makes it)\n",
            path, strerror(errno), called);
    return EXIT_USAGE;
}
