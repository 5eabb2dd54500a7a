/* unfinished_posix.c - see unfinished_inside.h. Only signals whose action is the default one are
 * handled. */
#include "ui/host/unfinished.h"
#include "ui/host/unfinished_inside.h"
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static const int ending[] = { SIGINT, SIGTERM, SIGHUP };

static void interrupted(int number)
{
    unfinished_abandon();
    signal(number, SIG_DFL);
    raise(number);
}

/* Replaces the handler `meant` of each signal by `by`. A signal that is ignored (nohup) or has
 * another handler, such as that of interrupt.h, is left unchanged. */
static void exchange(void (*meant)(int), void (*by)(int))
{
    for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++) {
        struct sigaction present;

        if (sigaction(ending[i], NULL, &present) == 0 && present.sa_handler == meant)
            signal(ending[i], by);
    }
}

void unfinished_handle(bool on)
{
    if (on)
        exchange(SIG_DFL, interrupted);
    else
        exchange(interrupted, SIG_DFL);
}

void unfinished_remove(const char *path) { unlink(path); }
