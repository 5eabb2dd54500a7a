/* wrap.h - text in as many lines as it needs.
 *
 * Lines break at blanks; a word wider than a whole line breaks behind one of the signs _ ! / \ in
 * it, else between letters. Nothing is ever cut.
 */
#pragma once
#include "ui/draw/draw.h"

/* Bytes of the first line of text that fit into width; *next is where the following one begins, an
 * empty string after the last. At least one letter is taken, so a loop comes to its end. */
size_t wrap_line(const struct draw_fonts *fonts, enum draw_size size, const char *text, int width,
                 const char **next);

/* How many lines; 0 for an empty text. */
int wrap_lines(const struct draw_fonts *fonts, enum draw_size size, const char *text, int width);

/* Draws it from y down and returns the pixels it took. */
int wrap_draw(struct draw_list *list, const struct draw_fonts *fonts, int x, int y, int width,
              enum draw_size size, uint32_t color, const char *text);
