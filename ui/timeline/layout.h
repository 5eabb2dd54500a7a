/* layout.h - where the parts of the window are, and the splitters between them.
 *
 * Sizes that a person has chosen are kept at 100 % text (looks.h) and limited by the window at each
 * frame, so that no part can be dragged out of sight. In a narrow window the inspector is a drawer:
 * it lies over the lanes and is closed until it is asked for.
 *
 * An upright picture, as a telephone has, is narrower than it is high. There the pane of a lesson,
 * a level or a lab lies below the lanes. In a low one, which a telephone has across, it stands
 * beside them. In both what is pressed is high enough for a finger.
 */
#pragma once
#include "ui/timeline/app.h"

enum splitter { SPLIT_NAMES, SPLIT_SIDE, SPLIT_RECORDS, SPLITTERS };

void layout_make(struct app *app);
/* What a screen other than the timeline has for itself. */
struct draw_box layout_screen(const struct app *app);
/* Is the window too narrow for an inspector beside the lanes? */
bool layout_is_narrow(const struct app *app);
/* Is it narrow and upright? */
bool layout_is_upright(const struct app *app);
/* Is it upright or low, as a telephone's? */
bool layout_is_small(const struct app *app);
/* Height or width of something to be pressed: the pixels it usually has, or what a finger needs. */
int layout_target(const struct app *app, int pixels);
/* Height of the pane of a lesson, a level or a lab where it lies below the lanes. */
int layout_pane_height(const struct app *app);
/* Width of that pane where it stands beside the lanes, in pixels at 100 % and at most in percent of
 * the window. */
int layout_pane_width(const struct app *app, int width, int percent);
/* Where that pane is; width: what it has in a narrow window at 100 %. */
struct draw_box layout_pane(const struct app *app, int width);
void layout_edge(struct app *app, struct draw_box pane); /* The line between it and the picture. */
bool layout_side_shown(const struct app *app);
void layout_show_side(struct app *app, bool shown);
/* Width of the inspector where it takes room from the lanes; 0: it does not. */
int layout_side_width(const struct app *app);

void paint_splitters(struct app *app);
/* Moves a splitter to a pixel, or by key while it has the focus; true: the key was meant so. */
void layout_drag(struct app *app, enum splitter splitter, int x, int y);
bool layout_key(struct app *app, const char *key);
