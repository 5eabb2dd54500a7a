/* cli_view.c - exifsim view and exifsim render: starts exifsim-view.
 *
 * The window needs libraries that servers do not have, so it is a separate program beside this one.
 * It gets all words of the command line unchanged.
 */
#include "ui/cli/cli.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

#if defined(_WIN32)
#include <process.h>
#define VIEW_PROGRAM "exifsim-view.exe"
#else
#define VIEW_PROGRAM "exifsim-view"
#endif

enum { PATH_CHARS = 4096 };

/* Finds the path of this program's file; where the system does not tell, the name it was called
 * by. */
static bool own_path(const char *called, char out[PATH_CHARS])
{
    ssize_t length = -1;

#if defined(__linux__)
    length = readlink("/proc/self/exe", out, PATH_CHARS - 1);
#endif
    if (length > 0) {
        out[length] = 0;
        return true;
    }
    return snprintf(out, PATH_CHARS, "%s", called) < PATH_CHARS;
}

/* Finds exifsim-view beside this program; else its name alone, to be searched in PATH. */
static void view_path(const char *called, char out[PATH_CHARS])
{
    char own[PATH_CHARS];
    const char *slash = own_path(called, own) ? strrchr(own, '/') : NULL;

    if (slash != NULL &&
        snprintf(out, PATH_CHARS, "%.*s/" VIEW_PROGRAM, (int)(slash - own), own) < PATH_CHARS &&
        access(out, X_OK) == 0)
        return;
    snprintf(out, PATH_CHARS, VIEW_PROGRAM);
}

int cli_view(char **words)
{
    char path[PATH_CHARS], *called = words[0];

    view_path(called, path);
    words[0] = path;
#if defined(_WIN32)
    intptr_t code = _spawnvp(_P_WAIT, path, (const char *const *)words);

    if (code >= 0)
        return (int)code;
#else
    execvp(path, words);
#endif
    fprintf(stderr,
            "exifsim: cannot start %s: %s (expected " VIEW_PROGRAM
            " beside %s or in PATH: ./dev build makes it)\n",
            path, strerror(errno), called);
    return EXIT_USAGE;
}
