/* storyboard.h - the page of exifsim storyboard: a run in three to seven panels, A4 across. */
#pragma once
#include "ui/explore/board.h"
#include "ui/run/options.h"
#include "ui/timeline/app.h"
#include <stdio.h>

enum { STORYBOARD_TEXT = 130 }; /* Size of the page's texts, in percent. */

/* Draws the run that is open in the app, and writes it to options->storyboard, as its name ends:
 * .svg, .html, .png or .pdf. Returns the exit code; errors were printed to stderr. */
int storyboard_write(struct app *app, const struct options *options);

/* The panels' titles and captions as a list of HTML. */
void storyboard_list(const struct board *board, FILE *out);
