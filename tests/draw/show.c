/* show.c - the sample as files: draw_show THEME PERCENT PICTURE.png PICTURE.svg. For eyes. */
#include "tests/draw/sample.h"
#include "ui/draw/png.h"
#include "ui/draw/svg.h"
#include <stdlib.h>

int main(int count, char **words)
{
    char error[512];
    const struct theme *theme = count == 5 ? theme_find(words[1]) : NULL;
    struct draw_fonts *fonts;
    struct draw_list *list;
    struct raster *raster;
    FILE *file;
    bool good;

    if (theme == NULL) {
        fprintf(stderr, "usage: draw_show dark|light|high-contrast PERCENT OUT.png OUT.svg\n");
        return 2;
    }
    fonts = draw_fonts_open(atoi(words[2]), NULL, NULL, error, sizeof error);
    if (fonts == NULL) {
        fprintf(stderr, "%s\n", error);
        return 2;
    }
    list = draw_list_new();
    sample_draw(list, fonts, theme);
    raster = raster_new(list->width, list->height);
    raster_draw(raster, list, fonts);
    good = draw_png_write(words[3], raster, error, sizeof error);
    if (!good)
        fprintf(stderr, "%s\n", error);
    file = fopen(words[4], "w");
    good = file != NULL &&
           draw_svg(list, fonts, list->width, list->height, "Every command, once", NULL, file) &&
           good;
    if (file != NULL)
        good = fclose(file) == 0 && good;
    raster_free(raster);
    draw_list_free(list);
    draw_fonts_close(fonts);
    return good ? 0 : 1;
}
