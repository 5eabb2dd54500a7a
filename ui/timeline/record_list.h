/* record_list.h - the state of the list of records (records.h). */
#pragma once
#include "ui/draw/draw.h"

struct record_list {
    bool open, wants_focus;      /* wants_focus: the next frame gives it the focus. */
    char filter[128];            /* The condition; empty: all records. */
    const struct recording *run; /* The run that is sieved; NULL: none. */
    uint64_t top;                /* Number of the first line in sight. */
    uint64_t followed;           /* Playhead that is in sight, or was; RECORD_NONE: none yet. */
    uint64_t at;                 /* Number of its line, or of the next one after it. */
    bool at_known, on_line;      /* on_line: the playhead's record is itself in the list. */
    int64_t step;                /* Lines to move the playhead by, once it is known where. */
    int lines;                   /* Lines in sight. */
    struct draw_box box, bar;    /* Where the lines and the scroll bar were drawn. */
};
