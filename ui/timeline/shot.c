/* shot.c - see shot.h. */
#include "ui/timeline/shot.h"
#include "ui/draw/png.h"
#include "ui/draw/raster.h"
#include "ui/draw/svg.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

static bool ends_with(const char *text, const char *end)
{
    size_t a = strlen(text), b = strlen(end);

    return a > b && strcmp(text + a - b, end) == 0;
}

bool shot_known(const char *path) { return ends_with(path, ".png") || ends_with(path, ".svg"); }

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
    char temporary[1100], title[300];
    FILE *out;
    bool good = false;

    snprintf(title, sizeof title, "exifsim%s%s", app->pane_count > 0 ? ": " : "",
             app->pane_count > 0 ? app->panes[0].scenario.title : "");
    snprintf(temporary, sizeof temporary, "%.1000s.%ld.tmp", path, (long)getpid());
    errno = 0;
    out = fopen(temporary, "wb");
    if (out != NULL) {
        good = draw_svg(app->list, app->fonts, app->width, app->height, title, NULL, out);
        good = fclose(out) == 0 && good && rename(temporary, path) == 0;
    }
    if (good)
        return true;
    snprintf(error, error_size, "cannot write %.400s: %s", path,
             strerror(errno != 0 ? errno : EIO));
    if (out != NULL)
        remove(temporary);
    return false;
}

bool shot_write(struct app *app, const char *path, char *error, size_t error_size)
{
    if (ends_with(path, ".png"))
        return write_png(app, path, error, error_size);
    if (ends_with(path, ".svg"))
        return write_svg(app, path, error, error_size);
    snprintf(error, error_size, "read \"%.400s\", meant a file that ends with .png or .svg", path);
    return false;
}
