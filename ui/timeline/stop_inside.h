/* stop_inside.h - what the files of the stop view share. stop_view.c: what happened, and the whole;
 * stop_screen.c: the blue screen and its arguments; stop_none.c: runs that nothing stopped. */
#pragma once
#include "ui/timeline/inspector_inside.h"

enum { STOP_ARGUMENTS = 4 };

struct stop_view {
    struct app *app;
    struct pane *pane;
    struct inspector *own;
    const struct recording_end *end;
};

/* Shows the screen; full: with all rows that it had. Returns the argument that is hot; -1: none. */
int stop_screen_show(struct stop_view *view, struct sheet *sheet, bool full);
void stop_arguments_show(struct stop_view *view, struct sheet *sheet, int hot);

/* The story, and the opinions on its cause, as sections of links. */
void stop_links_show(struct stop_view *view, struct sheet *sheet);
void stop_diagnosis_show(struct stop_view *view, struct sheet *sheet);

/* The whole page of a run without a stop: still running, broken, or survived. */
void stop_none_show(struct stop_view *view, struct draw_box box);
