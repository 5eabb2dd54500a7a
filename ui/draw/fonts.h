/* fonts.h - how wide a text is, and the shapes of its letters.
 *
 * Two families, sans and mono, in six sizes, at one scale. Letters are rendered by SDL_ttf once and
 * kept as coverage; a text is then a row of copies with whole-pixel advances, so measuring and
 * drawing agree to the pixel and the same text is the same pixels everywhere in a picture.
 *
 *     char error[256];
 *     struct draw_fonts *fonts = draw_fonts_open(100, NULL, NULL, error, sizeof error);
 *     if (fonts == NULL) { fprintf(stderr, "%s\n", error); return 2; }
 *     int w = draw_text_width(fonts, DRAW_BODY, "inetinfo.exe");
 *     draw_fonts_close(fonts);
 *
 * A scale of 175 is the presenter's. Another scale is another open; it takes milliseconds.
 * Measuring may render a letter met for the first time, so fonts belong to one thread at a time.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum draw_size {
    DRAW_SMALL,      /* 13 px at 100 %: labels of spans and rulers. Nothing is smaller. */
    DRAW_BODY,       /* 14 px. */
    DRAW_TITLE,      /* 17 px. */
    DRAW_MONO,       /* 14 px: records, hex. */
    DRAW_MONO_SMALL, /* 13 px. */
    DRAW_HUGE,       /* 24 px: the presenter's one sentence. */
    DRAW_SIZES
};

struct draw_fonts;

/* Opens both families at scale percent (50 to 400; outside is brought within). A path given is the
 * only one tried for its family; NULL means the well-known places of Debian, Fedora, Arch, macOS
 * and Windows. NULL: no font, and error is one sentence that names what was looked for. */
struct draw_fonts *draw_fonts_open(int scale_percent, const char *sans_path, const char *mono_path,
                                   char *error, size_t error_size);

/* Metrics without any font file: every letter has one fixed width. For goldens. A rasteriser draws
 * its letters as plain blocks. Never NULL. */
struct draw_fonts *draw_fonts_nominal(int scale_percent);

void draw_fonts_close(struct draw_fonts *fonts); /* NULL is allowed. */

int draw_fonts_scale(const struct draw_fonts *fonts);        /* Percent. */
bool draw_fonts_are_nominal(const struct draw_fonts *fonts); /* No letters, only widths? */
int draw_px(const struct draw_fonts *fonts, int px);         /* px at 100 % in pixels here. */
const char *draw_fonts_path(const struct draw_fonts *fonts, bool mono); /* "" when nominal. */

/* Family as a style sheet wants it: "DejaVu Sans". */
const char *draw_fonts_family(const struct draw_fonts *fonts, bool mono);

int draw_text_width(const struct draw_fonts *fonts, enum draw_size size, const char *text);
int draw_line_height(const struct draw_fonts *fonts, enum draw_size size); /* Line to line. */
int draw_text_ascent(const struct draw_fonts *fonts, enum draw_size size); /* Top to base line. */
int draw_text_height(const struct draw_fonts *fonts, enum draw_size size); /* font-size, px. */
bool draw_size_is_mono(enum draw_size size);

/* Where the top of a line must be for its letters to stand in the middle of a row. */
int draw_text_top(const struct draw_fonts *fonts, enum draw_size size, int y, int height);

/* Bytes of the text's start that fit into width; when not all do, room is left for an ellipsis (and
 * *cut, if not NULL, is true). Never splits a letter. */
size_t draw_text_fit(const struct draw_fonts *fonts, enum draw_size size, const char *text,
                     int width, bool *cut);

/* One letter's coverage, 0 to 255, row by row; w is 0 for a blank. Lives until the next letter is
 * asked for. */
struct draw_glyph {
    int left, top; /* From the pen on the line's top to the first pixel. */
    int w, h;
    int advance; /* To the next pen. */
    const uint8_t *coverage;
};

const struct draw_glyph *draw_glyph(const struct draw_fonts *fonts, enum draw_size size,
                                    uint32_t code_point);
