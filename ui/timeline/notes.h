/* notes.h - bookmarks that stay: a small file beside the scenario, SCENARIO.ini.notes.
 *
 *     [bookmark 1]
 *     record = 8123456
 *     time = 78123456789 ns
 *     note = here the second handle is closed
 *
 * Bookmarks of an installed scenario lie among the user's data: ~/.local/share/exifsim/notes/ and
 * the scenario's name (ui/host/places.h); the first one says so.
 *
 * Read when a run is opened, written whenever a bookmark changes. A file that cannot be understood
 * is reported with its place and never written over; a folder that cannot be written is said once.
 */
#pragma once
#include "ui/timeline/app.h"

enum notes_state {
    NOTES_FINE,
    NOTES_TOLD, /* What a user has to know of the file was said. */
    NOTES_INVALID,
};

/* Into app->marks.list, for what is open in pane 0. */
void notes_read(struct app *app);
/* What does not work is in the status bar. With or without the lock. */
void notes_write(struct app *app);
