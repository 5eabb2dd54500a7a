/* letters.h - letters that were rendered elsewhere, for programs without font files and SDL_ttf.
 *
 * Where fonts are, `exifsim-letters letters.bin 100 175` bakes the letters of draw_fonts_open at
 * these scales into one file. A program that is built without SDL_ttf reads them from memory:
 *
 *     letters_use(bytes, size);
 *     struct draw_fonts *fonts = draw_fonts_open(100, NULL, NULL, error, sizeof error);
 *
 * They have the same pixels as the fonts they were baked from.
 */
#pragma once
#include "ui/draw/fonts.h"

/* Bakes all letters of some open fonts, whose scales ascend. The families are named as those of the
 * first. Returns the bytes; free them with free. */
uint8_t *letters_bake(struct draw_fonts *const *fonts, size_t count, size_t *size);

/* Opens fonts of baked letters, at the baked scale nearest to this one; of two, the larger. A
 * letter that is not among them is shown as U+FFFD. The bytes stay the caller's, unchanged until
 * the fonts are closed. NULL: they are damaged, and error says where. */
struct draw_fonts *letters_open(const void *bytes, size_t size, int scale_percent, char *error,
                                size_t error_size);

/* Gives draw_fonts_open the letters that it opens from now on, in builds without SDL_ttf. The bytes
 * stay the caller's, unchanged as long as fonts are opened or open. NULL: none. */
void letters_use(const void *bytes, size_t size);
