/* shot.c - see shot.h. */
#include "ui/timeline/shot.h"
#include "ui/draw/png.h"
#include "ui/draw/raster.h"
#include "ui/draw/svg.h"
#include "ui/host/texts.h"
#include "ui/host/whole_file.h"
#include <string.h>

bool shot_known(const char *path)
{
    return text_ends_with(path, ".png") || text_ends_with(path, ".svg");
}

static bool write_png(struct app *app, const char *path, char *error, size_t error_size)
{
    struct raster *raster = raster_new(app->width, app->height);
    bool good;

    raster_clear(raster, app->theme->background);
    raster_draw(raster, app->list, app->fonts);
    good = draw_png_write(path, raster, error, error_size);
    raster_free(raster);
    return good;
}

static bool write_svg(struct app *app, const char *path, char *error, size_t error_size)
{
    struct whole_file file;
    char title[300];
    int code;

    snprintf(title, sizeof title, "exifsim%s%s", app->pane_count > 0 ? ": " : "",
             app->pane_count > 0 ? app->panes[0].scenario->title : "");
    code = whole_file_open(&file, path);
    if (code == 0) {
        draw_svg(app->list, app->fonts, app->width, app->height, title, NULL, file.out);
        code = whole_file_close(&file);
    }
    if (code != 0)
        snprintf(error, error_size, "cannot write %.400s: %s", path, strerror(code));
    return code == 0;
}

bool shot_write(struct app *app, const char *path, char *error, size_t error_size)
{
    if (text_ends_with(path, ".png"))
        return write_png(app, path, error, error_size);
    if (text_ends_with(path, ".svg"))
        return write_svg(app, path, error, error_size);
    snprintf(error, error_size, "\"%.400s\" (expected a file that ends with .png or .svg)", path);
    return false;
}
