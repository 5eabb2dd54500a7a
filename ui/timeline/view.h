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
    bool ready;         /* The first picture has chosen a stretch. */
    bool fit_wanted;    /* The chosen span is to be fitted once its details are here. */
    uint64_t cursor[2]; /* A and B: records of the active pane; RECORD_NONE. */
    struct place places[HISTORY_MAX];
    uint32_t count, at; /* Of the places: how many there are, and where "back" begins. */
};

void view_reset(struct view *view); /* For another run; the axis keeps its kind. */

void view_show(struct app *app, double from, double to); /* Kept sane. */
void view_reveal(struct app *app, uint64_t record);      /* Scrolls it into sight if it is not. */
void view_remember(struct app *app); /* The present place can be come back to. */

/* The last seconds before a stop, with its thread chosen; else the whole run. Waits until enough of
 * the run is there. */
void view_first_picture(struct app *app);
