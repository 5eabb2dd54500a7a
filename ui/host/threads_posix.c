/* threads_posix.c - see threads.h. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* For pthread_getcpuclockid. */
#endif
#include "ui/host/threads.h"
#include <signal.h>
#include <time.h>

bool thread_begin(pthread_t *thread, void *(*work)(void *arg), void *arg)
{
    /* SIGURG breaks a loop (ui/guard); the others are crashes of the thread's own. */
    static const int own[] = { SIGURG, SIGSEGV, SIGBUS, SIGFPE, SIGILL };
    sigset_t all, before;
    bool begun;

    sigfillset(&all);
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        sigdelset(&all, own[i]);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    begun = pthread_create(thread, NULL, work, arg) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return begun;
}

bool thread_spent(pthread_t thread, uint64_t *ns)
{
#if defined(__linux__)
    struct timespec spent;
    clockid_t clock;

    if (pthread_getcpuclockid(thread, &clock) == 0 && clock_gettime(clock, &spent) == 0) {
        *ns = (uint64_t)spent.tv_sec * 1000000000 + (uint64_t)spent.tv_nsec;
        return true;
    }
#else
    (void)thread, (void)ns;
#endif
    return false;
}
