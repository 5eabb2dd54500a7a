/* raster.h - pixels from a draw list: the only rasteriser, for windows and files alike.
 *
 *     struct raster *raster = raster_new(1280, 720);
 *     raster_clear(raster, theme->background);
 *     raster_draw(raster, list, fonts);
 *     SDL_UpdateTexture(texture, NULL, raster_pixels(raster), raster_pitch(raster));
 *     draw_png_write("picture.png", raster, error, sizeof error);
 *
 * Pixels are SDL_PIXELFORMAT_ARGB8888, always opaque (0xffRRGGBB).
 */
#pragma once
#include "ui/draw/draw.h"

struct raster;

struct raster *raster_new(int width, int height); /* At least 1x1, at most 16384x16384. Black. */
void raster_free(struct raster *raster);          /* NULL is allowed. */

/* Another size, for a window that changed. What it shows is black; memory is kept when it fits. */
void raster_resize(struct raster *raster, int width, int height);

/* Nothing outside this box is touched from here on, until the next call; of draw and clear alike.
 * For a frame of which only a part has changed. */
void raster_scissor(struct raster *raster, struct draw_box box);
void raster_scissor_off(struct raster *raster);

void raster_clear(struct raster *raster, uint32_t color);
void raster_draw(struct raster *raster, const struct draw_list *list,
                 const struct draw_fonts *fonts);

int raster_width(const struct raster *raster);
int raster_height(const struct raster *raster);
int raster_pitch(const struct raster *raster);                 /* Bytes a row. */
uint32_t *raster_pixels(struct raster *raster);                /* Row by row from the top. */
uint32_t raster_at(const struct raster *raster, int x, int y); /* 0xRRGGBBff; 0 outside. */
uint64_t raster_hash(const struct raster *raster);             /* Of size and pixels. */
