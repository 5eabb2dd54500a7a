/* view.h - the stretch of the run that is in sight: how it moves, how it grows, where it has been.
 *
 * Panes share it. Everything here is called under the recordings' locks.
 */
#pragma once
#include "ui/timeline/axis.h"

struct app;

#define RECORD_NONE UINT64_MAX
enum { HISTORY_MAX = 64 };

struct place {
    double from, to;
    enum axis_kind kind;
    uint64_t now; /* The record under the playhead. */
};

struct view {
    struct axis axis;
    enum axis_kind chosen_axis; /* By T: what the settings keep. */
    bool ready;                 /* The first picture has chosen a stretch. */
    bool follows;       /* Nothing was touched yet: the picture follows the run (first.c). */
    bool fitted;        /* All of the run is in sight, and stays so on another axis. */
    bool fit_wanted;    /* The chosen span is to be fitted once its details are here. */
    uint64_t journey;   /* Where to once the details are here (journey.h); RECORD_NONE. */
    uint64_t cursor[2]; /* A and B: records of the active pane; RECORD_NONE. */
    struct place places[HISTORY_MAX];
    uint32_t count, at; /* Count of the places, and where "back" begins. */
};

void view_reset(struct view *view); /* For another run; the axis keeps its kind. */

void view_show(struct app *app, double from, double to); /* Kept sane. */
void view_reveal(struct app *app, uint64_t record);      /* Scrolls it into sight if it is not. */
void view_remember(struct app *app); /* The present place can be come back to. */

void view_show_all(struct app *app);

/* first.c. The picture before anybody has touched it: all of the run while it is computed; then the
 * last seconds before the stop, or, for somebody who is here for the first time, the last instants.
 */
void view_follow(struct app *app);
void view_touch(struct app *app); /* A person has moved something: the picture is theirs. */
