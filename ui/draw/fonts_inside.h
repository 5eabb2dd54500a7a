/* fonts_inside.h - between fonts and the place that their letters come from.
 *
 * A source opens, renders one letter at a time and closes; fonts.c keeps what was rendered and
 * measures with it. Sources are SDL_ttf (fonts_ttf.c), a file of letters (fonts_baked.c) and the
 * blocks of nominal fonts. */
#pragma once
#include "ui/draw/fonts.h"

struct font_source {
    void *self;
    /* Fills in a glyph that is zero, for any code point. Coverage is made by grow_new; the fonts
     * free it. */
    void (*render)(void *self, enum draw_size size, uint32_t code_point, struct draw_glyph *glyph);
    void (*close)(void *self);
    int ascent[DRAW_SIZES], line[DRAW_SIZES]; /* As draw_text_ascent and draw_line_height. */
    char path[2][512], family[2][128];        /* First the sans-serif, then the fixed-width. */
};

/* Makes fonts of a source, which they close. The scale is one that fonts_scale gave. */
struct draw_fonts *fonts_make(int scale, const struct font_source *source);

/* A percentage, limited to those that fonts can have. */
int fonts_scale(int percent);

/* Size of letters in pixels at such a scale. */
int fonts_px(int scale, enum draw_size size);
