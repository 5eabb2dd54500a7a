/* png.h - pixels into a file.
 *
 * Written beside the target under another name and renamed when complete: nobody sees half a
 * picture. The same pixels give the same bytes: fixed compression and filters, no time in it. */
#pragma once
#include "ui/draw/raster.h"

/* False: error is one sentence with the path and the reason; the old file, if any, is untouched. */
bool draw_png_write(const char *path, const struct raster *raster, char *error, size_t error_size);

/* A raster with the file's pixels, over black; NULL: error says why. */
struct raster *draw_png_read(const char *path, char *error, size_t error_size);
