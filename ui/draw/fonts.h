/* fonts.h - widths of texts and shapes of letters.
 *
 * Two families, sans and mono, in six sizes, at one scale. SDL_ttf renders each letter once; a text
 * is a row of copies with whole-pixel advances. So measuring and drawing agree to the pixel, and a
 * text has the same pixels everywhere in a picture. Where there is no SDL_ttf, the letters were
 * rendered elsewhere (letters.h).
 *
 *     char error[256];
 *     struct draw_fonts *fonts = draw_fonts_open(100, NULL, NULL, error, sizeof error);
 *     if (fonts == NULL) { fprintf(stderr, "%s\n", error); return 2; }
 *     int w = draw_text_width(fonts, DRAW_BODY, "inetinfo.exe");
 *     draw_fonts_close(fonts);
 *
 * The presenter mode uses a scale of 175 %. For another scale open the fonts again, which takes
 * milliseconds. Measuring may render and cache a letter, so fonts are for one thread at a time.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum draw_size {
    DRAW_SMALL,      /* 13 px at 100 %, the smallest: labels of spans and rulers. */
    DRAW_BODY,       /* 14 px. */
    DRAW_TITLE,      /* 17 px. */
    DRAW_MONO,       /* 14 px: records, hexadecimal. */
    DRAW_MONO_SMALL, /* 13 px. */
    DRAW_HUGE,       /* 24 px: the sentence of the presenter mode. */
    DRAW_SIZES
};

struct draw_fonts;

/* Opens both families at a scale in percent, limited to 50 to 400. A path is the only file tried
 * for its family; path NULL: the usual places of Debian, Fedora, Arch, macOS and Windows. Close
 * them with draw_fonts_close. NULL: no font was found, and error names the files that were
 * tried. Without SDL_ttf no path can be given, and the scale becomes the nearest one that there
 * is. */
struct draw_fonts *draw_fonts_open(int scale_percent, const char *sans_path, const char *mono_path,
                                   char *error, size_t error_size);

/* Makes nominal fonts without a font file, for golden files: every letter has the same width and is
 * drawn as a block. Never NULL. */
struct draw_fonts *draw_fonts_nominal(int scale_percent);

void draw_fonts_close(struct draw_fonts *fonts); /* NULL is allowed. */

int draw_fonts_scale(const struct draw_fonts *fonts);        /* Scale in percent. */
bool draw_fonts_are_nominal(const struct draw_fonts *fonts); /* True for draw_fonts_nominal. */
/* Scales a length: px at 100 % gives pixels. */
int draw_px(const struct draw_fonts *fonts, int px);
/* Path of the font file; "" for nominal fonts and baked letters. */
const char *draw_fonts_path(const struct draw_fonts *fonts, bool mono);

/* Family name for a style sheet, such as "DejaVu Sans". */
const char *draw_fonts_family(const struct draw_fonts *fonts, bool mono);

int draw_text_width(const struct draw_fonts *fonts, enum draw_size size, const char *text);
/* Distance of lines in pixels. */
int draw_line_height(const struct draw_fonts *fonts, enum draw_size size);
/* Pixels from the top to the base line. */
int draw_text_ascent(const struct draw_fonts *fonts, enum draw_size size);
/* Font size in pixels. */
int draw_text_height(const struct draw_fonts *fonts, enum draw_size size);
bool draw_size_is_mono(enum draw_size size);

/* The y at which to draw a text so that it is vertically centred in a row. */
int draw_text_top(const struct draw_fonts *fonts, enum draw_size size, int y, int height);

/* Number of bytes from the start of a text that fit into width, whole letters only. If the text is
 * too long, room is left for an ellipsis and *cut (if not NULL) is true. */
size_t draw_text_fit(const struct draw_fonts *fonts, enum draw_size size, const char *text,
                     int width, bool *cut);

/* Coverage of a letter, 0 to 255, row by row; w is 0 for a blank. Valid until the next letter is
 * requested. */
struct draw_glyph {
    int left, top; /* Offset of the first pixel from the pen, at the top of the line. */
    int w, h;
    int advance; /* Distance to the next pen. */
    const uint8_t *coverage;
};

const struct draw_glyph *draw_glyph(const struct draw_fonts *fonts, enum draw_size size,
                                    uint32_t code_point);
