/* threads_windows.c - see threads.h. No thread of ours takes Ctrl+C: Windows makes one for it. */
#include "ui/host/threads.h"
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

bool thread_begin(pthread_t *thread, void *(*work)(void *arg), void *arg)
{
    return pthread_create(thread, NULL, work, arg) == 0;
}

static uint64_t ns_of(FILETIME time)
{
    return ((uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime) * 100;
}

bool thread_spent(pthread_t thread, uint64_t *ns)
{
    FILETIME begun, ended, kernel, user;

    if (!GetThreadTimes(pthread_gethandle(thread), &begun, &ended, &kernel, &user))
        return false;
    *ns = ns_of(kernel) + ns_of(user);
    return true;
}
