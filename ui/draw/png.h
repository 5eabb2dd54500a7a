/* png.h - writes and reads PNG files.
 *
 * A file appears complete or not at all (ui/host/whole_file.h). The same pixels always give the
 * same bytes: compression and filters are fixed, and the file contains no date. */
#pragma once
#include "ui/draw/raster.h"

/* Writes a picture. False: error is one sentence with path and reason; an existing file is
 * unchanged. */
bool draw_png_write(const char *path, const struct raster *raster, char *error, size_t error_size);

/* Reads a picture, drawn over black, into a new raster (free it with raster_free). NULL: error says
 * why. */
struct raster *draw_png_read(const char *path, char *error, size_t error_size);
