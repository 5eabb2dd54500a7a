/* tutor_notes.h - what a teacher reads in the terminal while the class looks at the window: a big
 * clock, the notes of the page, and what comes next.
 *
 * In a terminal the clock goes on by itself; into a file each page is written once.
 */
#pragma once
#include "ui/lesson/lesson.h"

struct tutor_notes;

struct tutor_notes *tutor_notes_begin(void);
void tutor_notes_end(struct tutor_notes *notes); /* NULL is allowed. */
/* A page is open, from 0; the count of pages: the end. NULL is allowed. */
void tutor_notes_turn(struct tutor_notes *notes, const struct lesson *lesson, uint32_t page);
