/* handout.h - a lesson on paper or as one file for a browser: the picture of each page, what is
 * told, the question with room for the answer; the key on a page of its own, if it is wanted.
 */
#pragma once
#include "ui/run/options.h"
#include "ui/timeline/app.h"

/* Writes the hand-out of the lesson that options name, .pdf or .html by its name. Returns the exit
 * code; errors were printed to stderr. The app is free to be used, and shows the lesson's end
 * afterwards. */
int handout_write(struct app *app, const struct options *options);
