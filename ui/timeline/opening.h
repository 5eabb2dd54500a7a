/* opening.h - what the words of the command line open: a run, a lesson, a level, a lab, a
 * quiz, and the view of it. Window, script and page begin in this way. */
#pragma once
#include "ui/host/places.h"
#include "ui/run/options.h"
#include "ui/timeline/settings.h"

struct opening {
    char path[PLACE_CHARS], error[512];
    bool failed; /* The file cannot be opened; a dialog says why. */
};

/* Without a path it is the default night. The settings become the app's. False: a lesson, level,
 * lab or quiz cannot be opened, which was said on stderr. */
bool opening_do(struct app *app, const struct options *options, struct settings *settings,
                struct opening *out);
/* Ends the lesson, level, lab or quiz that is open, if one is. */
void opening_close(struct app *app);
