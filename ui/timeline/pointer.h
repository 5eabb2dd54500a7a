/* pointer.h - where the pointer is, and what it drags. */
#pragma once
#include <stdbool.h>

struct pointer {
    int x, y;   /* -1: not over the window. */
    bool leads; /* The mouse has moved since the last key: zooming goes to it. */
    bool dragging, moved;
    enum pointer_drag { DRAG_VIEW, DRAG_PLAYHEAD, DRAG_MINIMAP } what;
    int from_x;  /* Where it was pressed. */
    double from; /* Where the view began then. */
};
