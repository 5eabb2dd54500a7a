/* fonts_handed.c - opens fonts where there is no SDL_ttf: of the letters that were handed over. */
#include "ui/draw/letters.h"
#include <stdio.h>

static const void *handed; /* NULL: none yet. */
static size_t handed_size;

void letters_use(const void *bytes, size_t size)
{
    handed = bytes;
    handed_size = size;
}

/* Fonts of letters have an empty path, which opens them again at another scale. */
static bool names_file(const char *path) { return path != NULL && path[0] != 0; }

struct draw_fonts *draw_fonts_open(int scale_percent, const char *sans_path, const char *mono_path,
                                   char *error, size_t error_size)
{
    if (names_file(sans_path) || names_file(mono_path)) {
        snprintf(error, error_size, "cannot open the font %s: this program has letters of its own",
                 names_file(sans_path) ? sans_path : mono_path);
        return NULL;
    }
    return letters_open(handed, handed_size, scale_percent, error, error_size);
}
