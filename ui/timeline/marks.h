/* marks.h - bookmarks: records with a note. They stay in a small file beside the scenario
 * (notes.h). */
#pragma once
#include "sim/clock.h"
#include <stdbool.h>
#include <stdint.h>

struct app;

enum { BOOKMARKS_MAX = 256 };

struct bookmark {
    uint64_t record;
    sim_time at;
    char note[200];
};

struct marks {
    struct bookmark list[BOOKMARKS_MAX];
    uint32_t count;
    uint8_t state; /* enum notes_state: may they be written? */
};

/* At the playhead, in the place of one that is there already. Under the locks. */
void marks_set(struct app *app, const char *note);
