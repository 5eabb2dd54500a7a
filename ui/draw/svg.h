/* svg.h - writes a draw list as SVG, which can be enlarged, searched and read aloud.
 *
 * Valid SVG 1.1; the same list always gives the same bytes. Texts stay texts, in the family of the
 * fonts, placed and cut like the rasteriser's. */
#pragma once
#include "ui/draw/draw.h"

/* title and description become <title> and <desc>; description NULL: none. False: the file could
 * not be written. */
bool draw_svg(const struct draw_list *list, const struct draw_fonts *fonts, int width, int height,
              const char *title, const char *description, FILE *file);
