/* storyboard_inside.h - what the page and its panels share. */
#pragma once
#include "ui/explore/board.h"
#include "ui/timeline/app.h"

/* Draws the lanes of a panel into a box of the app's list, with ruler, marks and arrow. Under the
 * recording's lock. */
void storyboard_picture(struct app *app, const struct board *board, uint32_t panel,
                        struct draw_box box);
