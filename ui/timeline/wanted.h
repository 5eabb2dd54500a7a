/* wanted.h - the view that options ask for: an instant, a stretch, an axis, lanes, a lane. It is
 * shown once the run is there; and a view that is shown, as the line that opens it again.
 */
#pragma once
#include "ui/recording/anchor.h"
#include "ui/run/options.h"
#include "ui/timeline/app.h"

enum { WANTED_AT, WANTED_FROM, WANTED_TO, WANTED_INSTANTS, WANTED_ERROR = 400 };

struct wanted_view {
    struct options options; /* Options whose texts outlive this structure. */
    bool parsed, lanes_done;
    struct anchor anchors[WANTED_INSTANTS];
    bool given[WANTED_INSTANTS];
    uint64_t found[WANTED_INSTANTS];
};

/* Whether the options ask for any of it. */
bool wanted_any(const struct options *options);
/* Under the locks. FOUND_PENDING: ask again later. FOUND_NO: it cannot be shown; error says why. */
enum recording_found wanted_show(struct app *app, struct wanted_view *wanted, char *error,
                                 size_t error_size);

/* Appends " --at '#1234' --axis gaps ...", the options that ask for this view. Under the locks. */
void wanted_words(struct app *app, char line[RUN_REPRO_CHARS]);
/* "exifsim view X --at '#1234' --axis gaps ...": this very view. Under the locks. */
void wanted_link(struct app *app, char *out, size_t size);
