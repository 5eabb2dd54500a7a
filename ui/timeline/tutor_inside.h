/* tutor_inside.h - what the files of the lesson's pane share. */
#pragma once
#include "ui/timeline/tutor.h"

/* Opens a page, from 0; the count of pages is the end. */
void tutor_go(struct app *app, uint32_t index);
/* Gives the page's view to the picture anew. */
void tutor_replace(struct app *app);
/* Shows the threads that do anything in the page's stretch. Under the locks. False: not yet. */
bool tutor_unfold(struct app *app);
/* The question is not asked yet: a presenter's first press asks it. */
bool tutor_is_hidden(const struct tutor *tutor);
/* There is a run that a wrong answer leads to, and it may be seen now. */
bool tutor_can_see(const struct tutor *tutor);
