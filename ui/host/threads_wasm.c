/* threads_wasm.c - POSIX threads in a program that has one: they take turns.
 *
 *     page --threads_run--> thread --waits, or its time is over--> page
 *
 * A thread is a strand (strand_wasm.h). It goes on until it waits for something or breathes
 * (sim/host/breathe.h). Who waits on the page's own stack runs the others until it may go on. So
 * nothing here is ever interrupted between two such places, and a mutex is held across one only
 * by a thread that waits for another reason.
 *
 * Variables of a thread lie in a section of their own, which is exchanged with the thread
 * (ui/web/threads.h names it).
 */
#include "ui/host/threads.h"
#include "ui/host/threads_wasm.h"
#include "ui/host/grow.h"
#include "ui/host/strand_wasm.h"
#include "sim/host/breathe.h"
#include <emscripten/emscripten.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

extern char __start_thread_locals[], __stop_thread_locals[];

enum { THREADS = 64 };

struct thread {
    struct strand strand;
    void *(*work)(void *arg);
    void *arg;
    bool over;
    char *locals;      /* Variables of the thread while it does not run. */
    const void *waits; /* For what it waits; NULL: for nothing. */
    double until;      /* End of the wait, in milliseconds of the page; 0: none. */
};

static struct thread *threads[THREADS];
static struct thread page;
static struct thread *running = &page;
static uint32_t turn;

static size_t locals_size(void) { return (size_t)(__stop_thread_locals - __start_thread_locals); }

static void go(struct thread *to)
{
    struct thread *from = running;

    if (from->locals == NULL)
        from->locals = grow_new(locals_size());
    memcpy(from->locals, __start_thread_locals, locals_size());
    if (to->locals != NULL)
        memcpy(__start_thread_locals, to->locals, locals_size());
    else
        memset(__start_thread_locals, 0, locals_size());
    running = to;
    strand_go(&from->strand, &to->strand);
}

static void body(void *arg)
{
    struct thread *self = arg;

    self->work(self->arg);
    self->over = true;
    for (;;) /* Nobody goes here again. */
        go(&page);
}

static bool waits(struct thread *thread)
{
    if (thread->waits != NULL && thread->until != 0 && emscripten_get_now() >= thread->until)
        thread->waits = NULL;
    return thread->waits != NULL;
}

/* Runs the next thread that can run until it comes back. False: all of them wait. */
static bool one_turn(void)
{
    for (uint32_t i = 0; i < THREADS; i++) {
        struct thread *thread = threads[turn++ % THREADS];

        if (thread == NULL || thread->over || waits(thread))
            continue;
        go(thread);
        return true;
    }
    return false;
}

/* Lets others go on. */
static void give_way(void)
{
    if (running != &page)
        go(&page);
    else
        one_turn();
}

static void breathe(void)
{
    if (running != &page)
        go(&page);
}

bool threads_run(double ms)
{
    double end = emscripten_get_now() + ms;

    do
        if (!one_turn())
            return false;
    while (emscripten_get_now() < end);
    return true;
}

/* ---- What POSIX has -------------------------------------------------------------------------- */

int pthread_create(pthread_t *out, const pthread_attr_t *attributes, void *(*work)(void *arg),
                   void *arg)
{
    struct thread *thread;
    uint32_t at = 0;

    (void)attributes;
    while (at < THREADS && threads[at] != NULL)
        at++;
    if (at == THREADS)
        return EAGAIN;
    if (page.strand.written == NULL) {
        strand_here(&page.strand);
        host_breather = breathe;
    }
    thread = grow_new(sizeof *thread);
    *thread = (struct thread){ .work = work, .arg = arg };
    strand_new(&thread->strand, body, thread);
    threads[at] = thread;
    *out = (pthread_t)(uintptr_t)thread;
    return 0;
}

int pthread_join(pthread_t which, void **result)
{
    struct thread *thread = (struct thread *)(uintptr_t)which;

    (void)result;
    while (!thread->over)
        give_way();
    for (uint32_t i = 0; i < THREADS; i++)
        if (threads[i] == thread)
            threads[i] = NULL;
    strand_free(&thread->strand);
    free(thread->locals);
    free(thread);
    return 0;
}

pthread_t pthread_self(void) { return (pthread_t)(uintptr_t)running; }

/* The first word of a mutex: 1 while somebody has it. */
int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes)
{
    (void)attributes;
    memset(mutex, 0, sizeof *mutex);
    return 0;
}

int pthread_mutex_lock(pthread_mutex_t *mutex)
{
    while (*(int *)(void *)mutex != 0)
        give_way();
    *(int *)(void *)mutex = 1;
    return 0;
}

int pthread_mutex_trylock(pthread_mutex_t *mutex)
{
    if (*(int *)(void *)mutex != 0)
        return EBUSY;
    *(int *)(void *)mutex = 1;
    return 0;
}

int pthread_mutex_unlock(pthread_mutex_t *mutex)
{
    *(int *)(void *)mutex = 0;
    return 0;
}

int pthread_mutex_destroy(pthread_mutex_t *mutex)
{
    (void)mutex;
    return 0;
}

/* Conditions have no state: who waits for one, knows it. */
int pthread_cond_init(pthread_cond_t *condition, const pthread_condattr_t *attributes)
{
    (void)condition, (void)attributes;
    return 0;
}

int pthread_cond_destroy(pthread_cond_t *condition)
{
    (void)condition;
    return 0;
}

static int wait_until(pthread_cond_t *condition, pthread_mutex_t *mutex, double until)
{
    struct thread *self = running;

    pthread_mutex_unlock(mutex);
    self->until = until;
    self->waits = condition;
    while (waits(self))
        give_way();
    pthread_mutex_lock(mutex);
    return until != 0 && emscripten_get_now() >= until ? ETIMEDOUT : 0;
}

int pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex)
{
    return wait_until(condition, mutex, 0);
}

int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex,
                           const struct timespec *at)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    double left =
        (double)(at->tv_sec - now.tv_sec) * 1e3 + (double)(at->tv_nsec - now.tv_nsec) / 1e6;

    return wait_until(condition, mutex, emscripten_get_now() + (left > 0 ? left : 0.001));
}

int pthread_cond_broadcast(pthread_cond_t *condition)
{
    if (page.waits == condition)
        page.waits = NULL;
    for (uint32_t i = 0; i < THREADS; i++)
        if (threads[i] != NULL && threads[i]->waits == condition)
            threads[i]->waits = NULL;
    return 0;
}

/* Wakes all: whoever waits looks again at what it waits for. */
int pthread_cond_signal(pthread_cond_t *condition) { return pthread_cond_broadcast(condition); }

/* ---- threads.h ------------------------------------------------------------------------------- */

bool thread_begin(pthread_t *thread, void *(*work)(void *arg), void *arg)
{
    return pthread_create(thread, NULL, work, arg) == 0;
}

bool thread_spent(pthread_t thread, uint64_t *ns)
{
    (void)thread, (void)ns;
    return false;
}
