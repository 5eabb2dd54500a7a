/* looks.h - how it looks, and what a person wants to see of it. */
#pragma once
#include <stdbool.h>

struct looks {
    int text_percent; /* 100: conventions' 13 px and up. */
    bool reduced_motion, presenter, full_screen;
    bool side_open;   /* The inspector, where it stands beside the lanes. */
    bool drawer_open; /* The inspector in a narrow window: layout.h. */
    /* Sizes that a person has chosen, pixels at 100 % text; 0: the usual ones. */
    int names_width, side_width, records_height;
    bool story_wanted; /* N was pressed before the story was there. */
    bool legend;       /* The panel that tells what bars and letters mean. */
    bool hint;         /* The three lines of a first start. */
};
