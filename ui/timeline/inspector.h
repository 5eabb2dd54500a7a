/* inspector.h - the object that is chosen, at the moment under the playhead; and the stop screen.
 *
 * paint_side and paint_stop (app.h) draw them; here is what else the app asks of them. Both keep
 * what lasts between frames in app->inspector, which is made when the first of them is painted.
 */
#pragma once
#include "ui/timeline/app.h"

void inspector_free(struct inspector *inspector); /* NULL is allowed. */

/* The wheel over the inspector, the stop view or the boxes: dy notches, up above 0. False: not over
 * them. */
bool inspector_wheel(struct app *app, int x, int y, int dy);
/* The same by dy pixels, down above 0. */
bool inspector_drag(struct app *app, int x, int y, int dy);

/* Scrolls by key: the inspector while the focus is in it; on the stop screen the sheet with the
 * focus, else the one that tells what happened. False: the key is not theirs. */
enum inspector_scroll {
    SCROLL_LINE_UP,
    SCROLL_LINE_DOWN,
    SCROLL_PAGE_UP,
    SCROLL_PAGE_DOWN,
    SCROLL_TOP,
    SCROLL_BOTTOM
};
bool inspector_scroll(struct app *app, enum inspector_scroll how);

/* What activating TAG_FOLD does: folds a section, or opens it. */
void inspector_fold(struct app *app, uint64_t section);

/* What activating TAG_ARGUMENT does: leaves the stop screen for the place its argument (0 to 3)
 * speaks of. Under the locks. */
void stop_follow(struct app *app, uint64_t argument);
