/* ps_rundown.h - rundown protection: users of a thread or process whose end has to wait for them.
 *
 *     if (ps_rundown_acquire(&process->rundown)) {     false: the end has begun
 *         ...
 *         ps_rundown_release(&process->rundown);
 *     }
 *     ps_rundown_wait(&process->rundown);              the end: no new users, waits for the old
 */
#pragma once
#include "model/kernel/include/ntifs.h"
#include <stdbool.h>

struct ps_rundown {
    int32_t count;  /* Users between acquire and release. */
    bool closed;    /* The end has begun. */
    KEVENT drained; /* Signaled by the last release after the end has begun. */
};

/* Registers a user. False: the end has begun. */
bool ps_rundown_acquire(struct ps_rundown *rundown);
void ps_rundown_release(struct ps_rundown *rundown);
/* Begins the end: refuses new users and waits until the present ones have released. */
void ps_rundown_wait(struct ps_rundown *rundown);
