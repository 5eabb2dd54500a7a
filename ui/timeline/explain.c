/* explain.c - see explain.h. */
#include "ui/timeline/explain.h"
#include "ui/guard/guard.h"
#include "ui/timeline/app.h"
#include <stdlib.h>
#include <string.h>

static void diagnose_run(void *context)
{
    struct explain *e = context;
    struct opinion all[DIAGNOSES];
    struct evidence evidence;
    struct world *world = world_new(&e->scenario, e->seed);

    if (world == NULL) {
        e->failed = true;
        return;
    }
    e->count = diagnose_world(&evidence, world, 0, NULL, NULL, all);
    if (e->count == 0) {
        e->failed = true;
        return;
    }
    e->count = MIN_OF(e->count, (uint32_t)EXPLAIN_OPINIONS);
    memcpy(e->opinions, all, e->count * sizeof all[0]);
    evidence_free(&evidence);
    world_free(world);
}

/* A simulator that breaks is no diagnosis; the recording says so. */
static void *work(void *context)
{
    struct explain *e = context;
    struct guard guard;
    char message[200];

    if (e->scenario.guest_count > 0) { /* diagnose_world guards itself. */
        diagnose_run(e);
    } else {
        guard_enter(&guard);
        if (!guard_call(diagnose_run, e, message, sizeof message))
            e->failed = true;
        guard_leave(&guard);
    }
    __atomic_store_n(&e->done, true, __ATOMIC_RELEASE);
    if (e->wake != NULL)
        e->wake(e->wake_ctx);
    return NULL;
}

void explain_begin(struct pane *pane, void (*wake)(void *ctx), void *wake_ctx)
{
    struct explain *e;

    if (pane->explain != NULL)
        return;
    pane->explain = e = calloc(1, sizeof *e);
    CHECK(e != NULL);
    e->scenario = *pane->scenario;
    e->seed = pane->seed;
    e->wake = wake;
    e->wake_ctx = wake_ctx;
    e->begun = pthread_create(&e->thread, NULL, work, e) == 0;
    e->failed = !e->begun;
}

const struct explain *explain_of(const struct pane *pane)
{
    const struct explain *e = pane->explain;

    return e != NULL && __atomic_load_n(&e->done, __ATOMIC_ACQUIRE) && !e->failed ? e : NULL;
}

void explain_wait(struct pane *pane)
{
    struct explain *e = pane->explain;

    if (e != NULL && e->begun)
        pthread_join(e->thread, NULL);
    if (e != NULL)
        e->begun = false;
}

void explain_end(struct pane *pane)
{
    explain_wait(pane);
    free(pane->explain);
    pane->explain = NULL;
}
