/* handout_html.h - hand-outs as HTML: a lesson as one file (handout.c), and what is shown at this
 * moment, for a page that is printed from a browser.
 */
#pragma once
#include "ui/explore/board.h"
#include "ui/lesson/page.h"
#include "ui/timeline/app.h"
#include <stdio.h>

/* Size of the frames whose pictures are in hand-outs, at 100 % text. */
enum { HANDOUT_WIDTH = 1180, HANDOUT_HEIGHT = 640 };

/* The last frame's picture without tools and status line. */
struct draw_box handout_picture(const struct app *app);

/* An element with a text; nothing for an empty one. */
void handout_words(FILE *out, const char *element, const char *text);
/* The beginning of a file, with its title as a heading. */
void handout_head(const char *title, FILE *out);
/* A lesson's page as a section, with the last frame's picture. */
void handout_page(struct app *app, const struct page_view *view, FILE *out);

/* The story of a run that was printed before: it takes a while to be told. All zero: none. */
struct handout_story {
    struct board *board;
    uint64_t fingerprint;
};

/* What is shown, as sections without a file around them: the page of a lesson; or else how the run
 * ended, what the stop's arguments mean, the story in steps, and the command that opens the view
 * again. The picture is a frame of its own in the light theme, without tools; the app is afterwards
 * as it was, but for a frame that is due. Waits for details of a run that has ended. Nothing is
 * written where no run is open. */
void handout_moment(struct app *app, struct handout_story *story, FILE *out);
void handout_story_drop(struct handout_story *story); /* Before the run goes. */
