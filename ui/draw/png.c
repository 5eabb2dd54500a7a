/* png.c - see png.h. libpng reports errors by longjmp, so data that must survive one are not locals
 * of the function that calls setjmp. */
#include "ui/draw/png.h"
#include "ui/host/files.h"
#include "ui/host/grow.h"
#include "ui/host/whole_file.h"
#include <errno.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

struct trouble {
    char text[160];
};

static void fail(png_structp png, png_const_charp message)
{
    struct trouble *trouble = png_get_error_ptr(png);

    snprintf(trouble->text, sizeof trouble->text, "%s", message);
    png_longjmp(png, 1);
}

static void be_quiet(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

/* ---- writing --------------------------------------------------------------------------------- */

static bool write_rows(const struct raster *raster, FILE *file, png_bytep row,
                       struct trouble *trouble)
{
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, trouble, fail, be_quiet);
    png_infop info = png != NULL ? png_create_info_struct(png) : NULL;
    int width = raster_width(raster), height = raster_height(raster);

    if (info == NULL) {
        png_destroy_write_struct(&png, NULL);
        return false;
    }
    if (setjmp(png_jmpbuf(png)) != 0) {
        png_destroy_write_struct(&png, &info);
        return false;
    }
    png_init_io(png, file);
    png_set_compression_level(png, 6);
    png_set_filter(png, 0, PNG_FILTER_SUB);
    png_set_IHDR(png, info, (png_uint_32)width, (png_uint_32)height, 8, PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            uint32_t color = raster_at(raster, x, y);

            row[3 * x] = (png_byte)(color >> 24);
            row[3 * x + 1] = (png_byte)(color >> 16);
            row[3 * x + 2] = (png_byte)(color >> 8);
        }
        png_write_row(png, row);
    }
    png_write_end(png, NULL);
    png_destroy_write_struct(&png, &info);
    return true;
}

bool draw_png_write(const char *path, const struct raster *raster, char *error, size_t error_size)
{
    struct trouble trouble = { "no memory" };
    png_bytep row = grow_new(3 * (size_t)raster_width(raster));
    struct whole_file file;
    int code = whole_file_open(&file, path);
    bool good;

    errno = 0;
    good = code == 0 && write_rows(raster, file.out, row, &trouble);
    if (!good && code == 0 && ferror(file.out)) /* libpng says "Write Error", the host says why. */
        file.error = errno != 0 ? errno : EIO;
    free(row);
    if (good || (code == 0 && file.error != 0))
        code = whole_file_close(&file);
    else if (code == 0)
        whole_file_drop(&file);
    if (good && code == 0)
        return true;
    snprintf(error, error_size, "cannot write %s: %s", path,
             code != 0 ? strerror(code) : trouble.text);
    return false;
}

/* ---- reading --------------------------------------------------------------------------------- */

static uint32_t over_black(const png_byte *from)
{
    uint32_t alpha = from[3];

    return 0xff000000u | (from[0] * alpha + 127) / 255 << 16 | (from[1] * alpha + 127) / 255 << 8 |
           (from[2] * alpha + 127) / 255;
}

struct draw_reading {
    png_structp png;
    png_infop info;
    struct raster *raster;
    png_bytep row;
};

static bool read_rows(struct draw_reading *reading, FILE *file, struct trouble *trouble)
{
    png_structp png;
    int width, height;

    if (setjmp(png_jmpbuf(reading->png)) != 0)
        return false;
    png = reading->png;
    png_init_io(png, file);
    png_read_info(png, reading->info);
    if (png_get_image_width(png, reading->info) > 16384 ||
        png_get_image_height(png, reading->info) > 16384)
        png_error(png, "more than 16384 pixels wide or high");
    if (png_get_interlace_type(png, reading->info) != PNG_INTERLACE_NONE)
        png_error(png, "interlaced");
    width = (int)png_get_image_width(png, reading->info);
    height = (int)png_get_image_height(png, reading->info);
    png_set_expand(png);
    png_set_strip_16(png);
    png_set_gray_to_rgb(png);
    png_set_add_alpha(png, 255, PNG_FILLER_AFTER);
    png_read_update_info(png, reading->info);
    reading->raster = raster_new(width, height);
    reading->row = malloc(4 * (size_t)width);
    if (reading->row == NULL) {
        snprintf(trouble->text, sizeof trouble->text, "no memory");
        return false;
    }
    for (int y = 0; y < height; y++) {
        uint32_t *to = raster_pixels(reading->raster) + (size_t)y * (size_t)width;

        png_read_row(png, reading->row, NULL);
        for (int x = 0; x < width; x++)
            to[x] = over_black(reading->row + 4 * x);
    }
    return true;
}

struct raster *draw_png_read(const char *path, char *error, size_t error_size)
{
    struct trouble trouble = { "no memory" };
    struct draw_reading reading = { 0 };
    FILE *file = file_open(path, "rb");
    bool good = false;

    if (file == NULL) {
        snprintf(error, error_size, "cannot read %s: %s", path, strerror(errno));
        return NULL;
    }
    reading.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &trouble, fail, be_quiet);
    reading.info = reading.png != NULL ? png_create_info_struct(reading.png) : NULL;
    if (reading.info != NULL)
        good = read_rows(&reading, file, &trouble);
    png_destroy_read_struct(&reading.png, &reading.info, NULL);
    free(reading.row);
    fclose(file);
    if (good)
        return reading.raster;
    raster_free(reading.raster);
    snprintf(error, error_size, "cannot read %s: %s", path, trouble.text);
    return NULL;
}
