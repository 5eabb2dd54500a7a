/* pointer.h - where the pointer is, and what it drags. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct pointer {
    int x, y;          /* -1: not over the window. */
    bool leads;        /* The mouse has moved since the last key: zooming goes to it. */
    bool tip;          /* The pointer rests long enough for a tip: tip.h. */
    bool rested;       /* The pointer has moved since the host's time was last told. */
    uint64_t moved_ms; /* When, of the host. */
    bool dragging, moved;
    enum pointer_drag {
        DRAG_VIEW,
        DRAG_PLAYHEAD,
        DRAG_MINIMAP,
        DRAG_RANGE,
        DRAG_RECORDS,
        DRAG_LANES,
        DRAG_SPLITTER,
        DRAG_FINGER /* Scrolls what lies there, in an upright picture. */
    } what;
    int cursor;         /* Cursor of a range that is dragged, A or B; or the splitter or pane. */
    uint64_t anchor;    /* Where A goes when the dragging begins; RECORD_NONE: it stays. */
    int from_x, from_y; /* Where it was pressed. */
    int last_y;         /* Where a drag that scrolls came to last. */
    uint64_t tag;       /* What a finger pressed, until it is lifted or moves. */
    double from;        /* Where the view began then. */
};
