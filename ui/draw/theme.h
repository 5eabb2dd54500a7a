/* theme.h - the colours of three themes, and the colour of a process.
 *
 * A process has the same colour everywhere: a hash of its name picks one of the seven Okabe-Ito
 * colours, the same in all themes. No information is shown by colour alone. A test checks the
 * contrast of every pair of theme_pairs, which is 4.5 to 1 or more for texts.
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

/* The palette, in Okabe and Ito's order. */
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
    uint32_t grid_strong;   /* Every fifth or tenth line of the ruler. */
    uint32_t ink;           /* Text. */
    uint32_t dim;           /* Text of less importance; contrast still 4.5 to 1. */
    uint32_t disabled;      /* Text of disabled controls; contrast 3 to 1. */
    uint32_t accent;        /* Ground of a selection, and the first of two curves. */
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
    uint32_t stop_black;    /* The two colours of the stripes round a stop. */
    uint32_t stop_yellow;
    uint32_t outline;  /* Outline of fills, 1 px; alpha 0: none. */
    uint32_t shade;    /* Translucent, over parts that a filter excludes or a dialog covers. */
    uint32_t shadow;   /* Translucent, under dialogs. */
    uint32_t cursor_a; /* Cursors A and B; they also have letters. */
    uint32_t cursor_b;
    uint32_t playhead; /* The playhead. */
    uint32_t arrow;    /* Arrows from cause to effect. */
};

const struct theme *theme_get(enum theme_kind kind);
const struct theme *theme_find(const char *name); /* NULL: no such theme. */

uint32_t theme_palette(enum theme_okabe_ito color);

/* The colour of a process, by a fixed hash of its name; upper and lower case differ. */
uint32_t theme_process_color(const struct theme *theme, const char *process);

uint32_t theme_ink_on(uint32_t fill); /* Black or white, whichever has more contrast. */

/* theme_alpha: the colour with another alpha, 0 to 255. theme_mix: a colour between a and b,
 * percent of the way. */
uint32_t theme_alpha(uint32_t color, unsigned alpha);
uint32_t theme_mix(uint32_t a, uint32_t b, unsigned percent);

/* WCAG 2 contrast of two opaque colours, 1 to 21. */
double theme_contrast(uint32_t a, uint32_t b);

/* An ink and a ground that occur together, and the least contrast they must have. */
struct theme_pair {
    const char *what;
    uint32_t ink, ground;
    double least;
};

/* Writes at most max pairs of this theme to out; returns the number of all pairs. */
size_t theme_pairs(const struct theme *theme, struct theme_pair *out, size_t max);
