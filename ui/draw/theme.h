/* theme.h - colours: what each is for, in three themes, and the colour of a process.
 *
 * Colour = process, everywhere and always: the name's hash picks one of the seven Okabe-Ito
 * colours, the same in all themes. Colour is never the only sign of anything. Every pair of ink and
 * ground that theme_pairs names has its least contrast, 4.5 to 1 for texts; a test holds that.
 *
 *     const struct theme *theme = theme_find("dark");
 *     uint32_t fill = theme_process_color(theme, "store.exe");
 *     draw_rect(list, x, y, w, h, fill);
 *     if (theme->outline & 0xff)
 *         draw_outline(list, x, y, w, h, 1, theme->outline);
 *     draw_label(list, fonts, x, y, w, h, DRAW_SMALL, DRAW_LEFT, theme_ink_on(fill), "running");
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum theme_kind { THEME_DARK, THEME_LIGHT, THEME_HIGH_CONTRAST, THEMES };

/* The palette's order is that of Okabe and Ito. */
enum theme_okabe_ito {
    OKABE_ORANGE,
    OKABE_SKY,
    OKABE_GREEN,
    OKABE_YELLOW,
    OKABE_BLUE,
    OKABE_VERMILION,
    OKABE_PURPLE,
    OKABE_COLORS
};

struct theme {
    const char *name;       /* "dark", "light", "high-contrast". */
    uint32_t background;    /* Behind everything; the lanes' ground. */
    uint32_t lane;          /* Every second lane's ground. */
    uint32_t panel;         /* Headers, sides. */
    uint32_t raised;        /* Dialogs, buttons, tips. */
    uint32_t pressed;       /* A button held down, an item under the pointer. */
    uint32_t border;        /* Between panels. */
    uint32_t grid;          /* Fine lines of the ruler, down the lanes. */
    uint32_t grid_strong;   /* Each fifth or tenth of them. */
    uint32_t ink;           /* Text. */
    uint32_t dim;           /* Text of less weight; still 4.5 to 1. */
    uint32_t disabled;      /* Text of what cannot be used now; 3 to 1. */
    uint32_t accent;        /* Ground of what is chosen, and the first of two curves. */
    uint32_t accent_ink;    /* On it. */
    uint32_t focus;         /* The focus ring, 2 px; 3 to 1 against every ground. */
    uint32_t selection;     /* Ground of a selected row. */
    uint32_t selection_ink; /* On it. */
    uint32_t range;         /* Translucent, over a selected stretch of time. */
    uint32_t warning;       /* Ground of a warning. */
    uint32_t warning_ink;   /* On it. */
    uint32_t bad;           /* Text: failed. */
    uint32_t good;          /* Text: held. */
    uint32_t link;          /* Text one can follow. */
    uint32_t stop_black;    /* The stop's border: stripes of these two. */
    uint32_t stop_yellow;
    uint32_t outline;  /* 1 px round fills where the ground is light; alpha 0: none. */
    uint32_t shade;    /* Translucent, over what a filter leaves out or a dialog covers. */
    uint32_t shadow;   /* Translucent, under dialogs. */
    uint32_t cursor_a; /* Cursors A and B; they also have letters. */
    uint32_t cursor_b;
    uint32_t playhead; /* Now. */
    uint32_t arrow;    /* Cause to effect. */
};

const struct theme *theme_get(enum theme_kind kind);
const struct theme *theme_find(const char *name); /* NULL: no theme is called that. */

uint32_t theme_palette(enum theme_okabe_ito color);

/* The colour of a process, by a stable hash of its name (as written; case counts). */
uint32_t theme_process_color(const struct theme *theme, const char *process);

uint32_t theme_ink_on(uint32_t fill); /* Black or white, whichever stands out more. */

/* The colour with another alpha, 0 to 255; and one of two, percent of the way from a to b. */
uint32_t theme_alpha(uint32_t color, unsigned alpha);
uint32_t theme_mix(uint32_t a, uint32_t b, unsigned percent);

/* WCAG 2 contrast of two opaque colours, 1 to 21. */
double theme_contrast(uint32_t a, uint32_t b);

/* Ink and ground that may meet, and the least contrast they must have. */
struct theme_pair {
    const char *what;
    uint32_t ink, ground;
    double least;
};

/* Fills out with the pairs of this theme, at most max; returns how many there are. */
size_t theme_pairs(const struct theme *theme, struct theme_pair *out, size_t max);
