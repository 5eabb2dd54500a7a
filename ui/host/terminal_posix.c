/* terminal_posix.c - see terminal.h. */
#include "ui/host/terminal.h"
#include <errno.h>
#include <signal.h>
#include <unistd.h>

void terminal_prepare(void)
{
    signal(SIGPIPE, SIG_IGN);
#if defined(SIGXFSZ)
    signal(SIGXFSZ, SIG_IGN);
#endif
}

bool terminal_input(void) { return isatty(STDIN_FILENO); }
bool terminal_output(void) { return isatty(STDOUT_FILENO); }
bool terminal_errors(void) { return isatty(STDERR_FILENO); }

FILE *terminal_divert(void)
{
    int descriptor;

    fflush(stdout);
    descriptor = dup(STDOUT_FILENO);
    if (descriptor < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        return NULL;
    return fdopen(descriptor, "wb");
}

bool terminal_reader_gone(int error) { return error == EPIPE; }
