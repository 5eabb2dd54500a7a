/* explain.h - the diagnosis of a pane's run, as `exifsim explain` makes it: on a thread of its own,
 * by another run of the same scenario and seed.
 */
#pragma once
#include "ui/report/diagnosis.h"
#include <pthread.h>

struct pane;

enum { EXPLAIN_OPINIONS = 4 };
struct explain {
    pthread_t thread;
    bool begun;
    struct scenario scenario; /* A copy: the pane may be closed meanwhile. */
    uint64_t seed;
    void (*wake)(void *ctx);
    void *wake_ctx;
    /* Written by the thread, then done. */
    uint32_t count;
    struct opinion opinions[EXPLAIN_OPINIONS]; /* The weightiest first. */
    bool failed, done;
};

/* Begins, once. Wake is called from the thread when the diagnosis is there. */
void explain_begin(struct pane *pane, void (*wake)(void *ctx), void *wake_ctx);
/* NULL: not there yet, or not to be had. */
const struct explain *explain_of(const struct pane *pane);
void explain_wait(struct pane *pane); /* For files and scripts. */
void explain_end(struct pane *pane);  /* Before the pane goes. */
