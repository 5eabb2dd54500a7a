/* letters_inside.h - the bytes of baked letters. Numbers are little-endian.
 *
 *     head            LETTERS_MAGIC; 32 bits each: version, size of all bytes;
 *                     64 bits: XXH64 of what follows; 32 bits each: number of scales,
 *                     place of the coverage; two family names, ended and filled up by zeros
 *     each scale      32 bits: percent; for each enum draw_size 32 bits each: ascent, line,
 *                     place of the first letter, number of letters
 *     each letter     32 bits: code point; 16 bits each: left, top, w, h, advance, 0; 32 bits:
 *                     place of its pixels in the coverage
 *     coverage        a byte a pixel, row by row
 *
 * Scales ascend, and so do the code points of a size. A place counts bytes from the beginning, or
 * from that of the coverage. Nothing is packed: with runs of equal pixels as one byte the file has
 * half the size, but a few per cent more where it travels compressed.
 */
#pragma once
#include "ui/draw/fonts.h"

#define LETTERS_MAGIC "EXLETTER"

enum {
    LETTERS_VERSION = 1, /* One more whenever these bytes or enum draw_size change. */
    LETTERS_FAMILY = 64, /* Bytes of a family name. */
    LETTERS_VERSION_AT = 8,
    LETTERS_SIZE_AT = 12,
    LETTERS_SUM_AT = 16,
    LETTERS_SUMMED_AT = 24,
    LETTERS_SCALES_AT = 24,
    LETTERS_COVERAGE_AT = 28,
    LETTERS_FAMILY_AT = 32,
    LETTERS_HEAD = LETTERS_FAMILY_AT + 2 * LETTERS_FAMILY,
    LETTERS_OF_SIZE = 16,
    LETTERS_OF_SCALE = 4 + DRAW_SIZES * LETTERS_OF_SIZE,
    LETTERS_OF_LETTER = 20,
    LETTERS_PIXELS_MAX = 1024, /* Bound of every measure; letters of 400 % stay below half of it. */
};
