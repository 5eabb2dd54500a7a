/* records.h - the records as a list below the lanes: all, or those that match a condition.
 *
 * The condition is in the language of Find (match.h). The recording counts what matches (sieve), so
 * the list knows its length and shows any part of it without holding more than the lines in sight.
 * It follows the playhead; scrolling leaves the playhead where it is. Under the locks.
 */
#pragma once
#include "ui/draw/draw.h"
#include "ui/recording/recording.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/inspector.h"
#include "ui/timeline/keys.h"

/* Shows the list with this condition; "": all records. False: it cannot be understood. */
bool records_show(struct app *app, const char *condition, char *error, size_t error_size);
/* Height of what lies below the lanes in a window, the list or the debugger; 0: both are closed. */
int records_height(const struct app *app, int height);
/* Keys of the list while it has the focus; true: the key was the list's. */
bool records_scroll(struct app *app, enum inspector_scroll how);
bool records_enter(struct app *app);
bool records_wheel(struct app *app, int x, int y, int dy);
/* The scroll bar is taken hold of at y, or dragged there. */
void records_drag(struct app *app, int y);
/* A button at the right end of the head of what lies below the lanes; returns where the next one on
 * its left may end. */
int records_head_button(struct app *app, enum node_key region, int right, int y, int h,
                        const char *text, enum command command);
/* A line was clicked. */
void records_choose(struct app *app, uint64_t number);
