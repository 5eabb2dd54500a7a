/* unfinished.c - see unfinished.h. The names are in a table of fixed size that a signal handler
 * reads. The handler is installed only while a file is unfinished. */
#include "ui/host/unfinished.h"
#include "ui/host/unfinished_inside.h"
#include <stdatomic.h>
#include <stddef.h>

enum { UNFINISHED_MAX = 16 };

static _Atomic(char *) unfinished[UNFINISHED_MAX];
static atomic_int count;

void unfinished_abandon(void)
{
    for (int i = 0; i < UNFINISHED_MAX; i++) {
        char *path = unfinished[i];

        if (path != NULL)
            unfinished_remove(path);
    }
}

void unfinished_add(char *path)
{
    for (int i = 0; i < UNFINISHED_MAX; i++) {
        char *nobody = NULL;

        if (!atomic_compare_exchange_strong(&unfinished[i], &nobody, path))
            continue;
        if (atomic_fetch_add(&count, 1) == 0)
            unfinished_handle(true);
        return;
    }
}

void unfinished_done(char *path)
{
    for (int i = 0; i < UNFINISHED_MAX; i++) {
        char *one = path;

        if (!atomic_compare_exchange_strong(&unfinished[i], &one, NULL))
            continue;
        if (atomic_fetch_sub(&count, 1) == 1)
            unfinished_handle(false);
        return;
    }
}
