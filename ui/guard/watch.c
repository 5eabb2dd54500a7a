/* watch.c - see watch.h.
 *
 *     this thread:  guard_call --> work ........................... done --> join
 *     the watcher:  waits for the limit, or for the end --> asked --> looks ten times a second:
 *                   has the thread had a second of processor time since? --> guard_break
 */
#include "ui/guard/watch.h"
#include "sim/base.h"
#include "ui/guard/guard.h"
#include "ui/host/threads.h"
#include <pthread.h>
#include <time.h>

enum { LOOK_MS = 100, PATIENCE_MS = 1000 };

struct watcher {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool over;                 /* The work is done. */
    pthread_t thread, watched; /* The watcher's own, and that of the work. */
    struct guard guard;        /* Guard of the work's thread. */
    uint64_t limit_ns;
    atomic_bool asked;
    void (*work)(void *arg, const atomic_bool *asked);
    void *arg;
};

/* Waits for the end of the work, or for a while. */
static void wait_for(struct watcher *w, uint64_t ns)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    ns += (uint64_t)until.tv_nsec;
    until.tv_sec += (time_t)(ns / 1000000000);
    until.tv_nsec = (long)(ns % 1000000000);
    while (!w->over && pthread_cond_timedwait(&w->changed, &w->lock, &until) == 0)
        continue;
}

/* Processor time of the watched thread in ms; a host that cannot tell counts every look. */
static uint64_t processor_ms(const struct watcher *w, uint64_t looks)
{
    uint64_t spent_ns;

    return thread_spent(w->watched, &spent_ns) ? spent_ns / 1000000 : looks * LOOK_MS;
}

static void *watch(void *arg)
{
    struct watcher *w = arg;
    uint64_t before;

    pthread_mutex_lock(&w->lock);
    wait_for(w, w->limit_ns);
    if (!w->over)
        atomic_store(&w->asked, true);
    before = processor_ms(w, 0);
    for (uint64_t looks = 1; !w->over; looks++) {
        wait_for(w, LOOK_MS * UINT64_C(1000000));
        if (!w->over && processor_ms(w, looks) - before >= PATIENCE_MS) {
            guard_break(&w->guard);
            before = processor_ms(w, looks);
        }
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

static void call(void *arg)
{
    struct watcher *w = arg;

    w->work(w->arg, &w->asked);
}

void watch_call(uint64_t limit_ns, void (*work)(void *arg, const atomic_bool *asked), void *arg,
                struct watched *out)
{
    struct watcher w = { .limit_ns = limit_ns, .work = work, .arg = arg };
    bool good;

    *out = (struct watched){ .late = false };
    w.watched = pthread_self();
    atomic_init(&w.asked, false);
    pthread_mutex_init(&w.lock, NULL);
    pthread_cond_init(&w.changed, NULL);
    guard_enter(&w.guard);
    CHECK(pthread_create(&w.thread, NULL, watch, &w) == 0);
    good = guard_call(call, &w, out->failed, sizeof out->failed);
    out->broken = !good && guard_was_broken(&out->frame);
    if (good || out->broken)
        out->failed[0] = 0;
    pthread_mutex_lock(&w.lock);
    w.over = true;
    pthread_cond_signal(&w.changed);
    pthread_mutex_unlock(&w.lock);
    pthread_join(w.thread, NULL);
    guard_leave(&w.guard);
    out->late = atomic_load(&w.asked);
    pthread_cond_destroy(&w.changed);
    pthread_mutex_destroy(&w.lock);
}
