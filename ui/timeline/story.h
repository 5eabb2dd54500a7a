/* story.h - what happened, as links that can be walked one by one.
 *
 * Links come from the run's own story (world_story.c), with what led up to its first wrong byte in
 * front. Where a run has no such story, they are the clues of its diagnosis, each at the instant
 * that gives it. A strip above the lanes has them numbered. A link frames itself, says its sentence
 * in full, and leaves only the lanes of its cast.
 *
 * Under the recordings' locks.
 */
#pragma once
#include "ui/timeline/app.h"

enum { STORY_LINKS_MAX = 40 };

struct story_link {
    char text[400];
    uint64_t record;
    sim_time at;
    sim_time before, after; /* The stretch that is shown; both 0: the visit or arrow it is in. */
    uint32_t lane;          /* One more lane of the cast, a queue; LANE_NONE. */
};

struct story {
    const struct recording *run; /* Made of this run ... */
    bool whole;                  /* ... and its diagnosis, or it needs none. */
    uint32_t count;
    struct story_link links[STORY_LINKS_MAX];
    bool open; /* The strip is shown, and only the cast. */
    int at;    /* The link that is shown; -1: none yet. */
};

/* The active pane's. Never NULL; count 0 while nothing is known. */
const struct story *story_of(struct app *app);
/* The instant that gives a clue of the diagnosis. */
uint64_t story_clue_record(const struct pane *pane, const char *text);
void story_show(struct app *app, uint32_t link);
void story_leave(struct app *app);
int story_strip_height(struct app *app); /* 0: closed. */
void paint_strip(struct app *app);
