/* raster.h - makes the pixels of a draw list, for windows and files alike.
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

/* A black raster, limited to sizes from 1x1 to 16384x16384. */
struct raster *raster_new(int width, int height);
void raster_free(struct raster *raster); /* NULL is allowed. */

/* Changes the size and makes all pixels black. Keeps the memory if it is large enough. */
void raster_resize(struct raster *raster, int width, int height);

/* Limits all drawing and clearing to this box until the next call, for a frame of which only a part
 * has changed. */
void raster_scissor(struct raster *raster, struct draw_box box);
void raster_scissor_off(struct raster *raster);

void raster_clear(struct raster *raster, uint32_t color);
void raster_draw(struct raster *raster, const struct draw_list *list,
                 const struct draw_fonts *fonts);

int raster_width(const struct raster *raster);
int raster_height(const struct raster *raster);
int raster_pitch(const struct raster *raster); /* Bytes per row. */
/* The pixels, row by row from the top. */
uint32_t *raster_pixels(struct raster *raster);
/* A pixel as 0xRRGGBBff; outside: 0. */
uint32_t raster_at(const struct raster *raster, int x, int y);
uint64_t raster_hash(const struct raster *raster); /* Hash of size and pixels. */
