/* svg.h - a draw list as a picture that can be enlarged, searched and read aloud.
 *
 * Valid SVG 1.1, the same bytes for the same list. Texts stay texts, in the family of the fonts,
 * placed and cut as the rasteriser does it. */
#pragma once
#include "ui/draw/draw.h"

/* title and description become <title> and <desc>; the description may be NULL. False: the file
 * could not be written. */
bool draw_svg(const struct draw_list *list, const struct draw_fonts *fonts, int width, int height,
              const char *title, const char *description, FILE *file);
