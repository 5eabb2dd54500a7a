/* sample.h - one picture with every command in it, for goldens and for eyes. */
#pragma once
#include "ui/draw/draw.h"
#include "ui/draw/theme.h"

#define SAMPLE_WIDTH  760 /* At 100 %. */
#define SAMPLE_HEIGHT 470

/* Fills the list, draw_begin included, at the fonts' scale. */
void sample_draw(struct draw_list *list, const struct draw_fonts *fonts, const struct theme *theme);
