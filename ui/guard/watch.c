/* watch.c - see watch.h.
 *
 *     this thread:  guard_call --> work ........................... done --> join
 *     the watcher:  looks ten times a second: is the limit reached? --> asked
 *                   has the thread had a second of processor time since? --> guard_break
 *                   has the code from outside made no call for long? --> guard_break
 */
#include "ui/guard/watch.h"
#include "sim/base.h"
#include "ui/guard/guard.h"
#include "ui/host/threads.h"
#include <pthread.h>
#include <stdio.h>
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
    struct sim *sim;        /* The run that has code from outside; NULL: none. */
    uint64_t beat, beat_ms; /* Progress of the run, and processor time at its last step. */
    bool stood;
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

/* True if the run has stood still for too long. It writes its clock while this reads it; whatever
 * is read, a clock that moves is not read as the same for seconds. */
static bool stands_still(struct watcher *w, uint64_t ms)
{
    uint64_t beat = __atomic_load_n(&w->sim->now, __ATOMIC_RELAXED) +
                    __atomic_load_n(&w->sim->trace.count, __ATOMIC_RELAXED);

    if (beat != w->beat) {
        w->beat = beat;
        w->beat_ms = ms;
    }
    return ms - w->beat_ms >= WATCH_STILL_MS;
}

/* Time that has gone by on the host, whatever its wall clock is set to. */
static uint64_t host_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void *watch(void *arg)
{
    struct watcher *w = arg;
    uint64_t began = host_ns(), asked_ms = 0, look_ns = LOOK_MS * UINT64_C(1000000);

    pthread_mutex_lock(&w->lock);
    for (uint64_t looks = 1; !w->over; looks++) {
        uint64_t gone = host_ns() - began;
        bool asked = atomic_load(&w->asked);

        wait_for(w, asked || w->limit_ns == 0 || gone + look_ns < w->limit_ns ? look_ns
                    : gone < w->limit_ns                                      ? w->limit_ns - gone
                                                                              : 0);
        uint64_t ms = processor_ms(w, looks);

        if (w->over)
            break;
        if (!asked && w->limit_ns != 0 && host_ns() - began >= w->limit_ns) {
            atomic_store(&w->asked, true);
            asked_ms = ms;
        } else if (asked && ms - asked_ms >= PATIENCE_MS) {
            guard_break(&w->guard);
            asked_ms = ms;
        } else if (w->sim != NULL && stands_still(w, ms)) {
            w->stood = true;
            guard_break(&w->guard);
            w->beat_ms = ms;
        }
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

static _Thread_local struct watcher *watcher; /* Watcher of this thread; NULL: none. */

void watch_guests(struct sim *sim)
{
    struct watcher *w = watcher;

    if (w == NULL)
        return;
    pthread_mutex_lock(&w->lock);
    w->sim = sim != NULL && sim->guests[0] != 0 ? sim : NULL;
    w->beat = 0;
    w->beat_ms = processor_ms(w, 0);
    pthread_mutex_unlock(&w->lock);
}

/* Ends the run that stood still, as the kernel ends one whose processor is kept for ever. */
static void end_hung(struct sim *sim)
{
    char what[100];

    snprintf(what, sizeof what,
             "the code that ran then made no call of the kernel for %d s of processor time",
             WATCH_STILL_MS / 1000);
    sim_say_broken(sim, what);
    sim->end = SIM_HUNG;
}

/* Ends the run whose memory a guest has overwritten: looking at it is no fault of exifsim. */
static void end_broken(struct sim *sim, struct watched *out)
{
    sim_say_broken(sim, out->failed);
    sim->end = SIM_BROKEN;
    out->failed[0] = 0;
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
    watcher = &w;
    good = guard_call(call, &w, out->failed, sizeof out->failed);
    watcher = NULL;
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
    if (out->broken && w.stood)
        end_hung(w.sim);
    if (out->failed[0] != 0 && w.sim != NULL)
        end_broken(w.sim, out);
    pthread_cond_destroy(&w.changed);
    pthread_mutex_destroy(&w.lock);
}
