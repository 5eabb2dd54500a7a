/* unfinished.h - files that are removed if the user ends the program before they are complete.
 *
 * A window's or a sweep's own handling of Ctrl+C (interrupt.h) stays: it calls unfinished_abandon
 * when it ends the program at once.
 */
#pragma once

/* The name must stay valid until unfinished_done. At most 16 are kept; others are not removed. */
void unfinished_add(char *path);
void unfinished_done(char *path);

/* Removes every unfinished file. Safe in a signal handler that ends the program. */
void unfinished_abandon(void);
