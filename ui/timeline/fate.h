/* fate.h - from when on a pane's finding could not be escaped, as `exifsim explain --when` tells
 * it: a strip on the ruler, and the nearest run that escapes, for a branch.
 *
 * Hundreds of futures are run on a thread of its own, which takes seconds; the strip is there
 * when all are.
 */
#pragma once
#include "ui/explore/when.h"
#include "ui/timeline/app.h"

struct fate;

/* The command: asks the futures of the active run, once; then says what came of it. */
void fate_ask(struct app *app, int how);
/* Says, once, that the futures of a pane are there. */
void fate_advance(struct app *app);
/* NULL: not asked, not there yet, or not to be had. */
const struct when *fate_of(const struct pane *pane);
/* The surprises of the nearest run that escapes, as a list. False: there is none. */
bool fate_escape(const struct pane *pane, char *surprises, size_t size);
/* The strip, in the upper edge of the ruler. */
void fate_paint(struct app *app, const struct draw_box *ruler);
void fate_wait(struct pane *pane); /* For files and scripts. */
void fate_end(struct pane *pane);  /* Before the pane goes. */
