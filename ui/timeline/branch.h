/* branch.h - another future from here.
 *
 * A branch is a run of its own that is alike up to a record: the same scenario and seed with one
 * more surprise, or one more fault. What it is can be said in a capsule, so it replays headless.
 * Other files cannot come in midway; a branch with other files is the same seed from boot on.
 */
#pragma once
#include "ui/timeline/app.h"

struct branch_choice {
    char title[96];     /* "READY: a later thread of the ready queue runs first" */
    char text[160];     /* What it means here. */
    char set[3][96];    /* --set assignments; empty: none. */
    char surprises[64]; /* One more: "READY:120:1"; empty: none. */
    char list[512];     /* All surprises, in place of the run's own; empty: those stay. */
    uint64_t to;        /* Record to show first; 0: the playhead's. */
};
enum { BRANCH_CHOICES_MAX = 48 };

/* What can be done at the playhead. Empty while the moment is not there. Under the lock. */
uint32_t branch_choices(struct app *app, struct branch_choice *out, uint32_t max);

/* Opens it as the twin of the active run and makes it the active one. Not under the lock. False:
 * why is in the status bar. */
bool branch_take(struct app *app, const struct branch_choice *choice);

/* The text of a capsule of the run in the active pane; free it with free. Not under the lock. NULL:
 * why is in the status bar. */
char *branch_capsule(struct app *app);
/* Writes it into a file. False: why is in the status bar. */
bool branch_save(struct app *app, const char *path);
