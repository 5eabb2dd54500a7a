/* letters_main.c - exifsim-letters OUT SCALE...: bakes the letters of the fonts of this host into a
 * file, at scales in percent that ascend. */
#include "ui/draw/letters.h"
#include "ui/host/whole_file.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCALES_MAX = 16, SCALE_MIN = 50, SCALE_MAX = 400 };

/* Bakes open fonts into a file. Returns the exit code. */
static int bake(const char *path, struct draw_fonts *const *fonts, size_t count)
{
    size_t size;
    uint8_t *bytes = letters_bake(fonts, count, &size);
    int error = whole_file_write(path, bytes, size);

    free(bytes);
    if (error == 0)
        return 0;
    fprintf(stderr, "exifsim-letters: cannot write %s: %s\n", path, strerror(error));
    return 2;
}

static struct draw_fonts *open_at(const char *word, long above)
{
    char error[512], *end;
    long scale = strtol(word, &end, 10);
    struct draw_fonts *fonts;

    if (end == word || *end != 0 || scale < SCALE_MIN || scale > SCALE_MAX || scale <= above) {
        fprintf(stderr,
                "exifsim-letters: \"%s\" is not a scale (expected %d to %d, each above the one "
                "before)\n",
                word, SCALE_MIN, SCALE_MAX);
        return NULL;
    }
    fonts = draw_fonts_open((int)scale, NULL, NULL, error, sizeof error);
    if (fonts == NULL)
        fprintf(stderr, "exifsim-letters: %s\n", error);
    return fonts;
}

int main(int count, char **words)
{
    struct draw_fonts *fonts[SCALES_MAX];
    int opened = 0, result = 2;

    if (count < 3 || count - 2 > SCALES_MAX) {
        fprintf(stderr, "usage: exifsim-letters OUT SCALE... (1 to %d scales)\n", SCALES_MAX);
        return 2;
    }
    while (opened < count - 2) {
        fonts[opened] =
            open_at(words[opened + 2], opened == 0 ? 0 : draw_fonts_scale(fonts[opened - 1]));
        if (fonts[opened] == NULL)
            break;
        opened++;
    }
    if (opened == count - 2)
        result = bake(words[1], fonts, (size_t)opened);
    while (opened > 0)
        draw_fonts_close(fonts[--opened]);
    return result;
}
