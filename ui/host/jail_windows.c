/* jail_windows.c - see jail.h. This system has no bubblewrap, and no limits of the kind: nothing is
 * run. */
#include "ui/host/jail.h"
#include "ui/host/grow.h"
#include <errno.h>
#include <stdio.h>

enum jail_end jail_run(const struct jail *jail, char **output, int *code)
{
    (void)jail;
    *output = grow_new(1);
    *code = 0;
    return JAIL_ABSENT;
}

bool jail_is_there(char *why, size_t size)
{
    snprintf(why, size, "there is no bubblewrap on Windows");
    return false;
}

void jail_limit_processes(uint32_t most) { (void)most; }

bool jail_copy(const char *from, const char *to, size_t most)
{
    (void)from;
    (void)to;
    (void)most;
    errno = ENOTSUP;
    return false;
}
