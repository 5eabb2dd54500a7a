/* fonts_baked.c - reads baked letters (letters_inside.h).
 *
 * Everything is checked when fonts are opened; rendering then trusts the bytes. The checksum finds
 * damage, the other checks whoever made the bytes. */
#include "ui/draw/fonts_inside.h"
#include "ui/draw/letters.h"
#include "ui/draw/letters_inside.h"
#include "ui/host/grow.h"
#include "ui/host/utf8.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* Baked letters at one scale. */
struct baked {
    const uint8_t *bytes;
    size_t size, coverage_at;
    struct {
        const uint8_t *letters, *missing; /* The second: U+FFFD's. */
        uint32_t count;
    } sizes[DRAW_SIZES];
};

static uint32_t number16(const uint8_t *at) { return (uint32_t)(at[0] | at[1] << 8); }
static uint32_t number32(const uint8_t *at) { return number16(at) | number16(at + 2) << 16; }
static uint64_t number64(const uint8_t *at)
{
    return number32(at) | (uint64_t)number32(at + 4) << 32;
}
static int signed16(const uint8_t *at) { return (int16_t)number16(at); }

/* ---- letters --------------------------------------------------------------------------------- */

/* Reads one letter; its pixels may lie outside of the bytes until that was checked. */
static struct draw_glyph letter_at(const uint8_t *at)
{
    return (struct draw_glyph){ .left = signed16(at + 4),
                                .top = signed16(at + 6),
                                .w = signed16(at + 8),
                                .h = signed16(at + 10),
                                .advance = signed16(at + 12) };
}

/* Where a letter is; if it is not there, U+FFFD's. */
static const uint8_t *find_letter(const struct baked *baked, enum draw_size size, uint32_t code)
{
    uint32_t from = 0, to = baked->sizes[size].count;

    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        const uint8_t *at = baked->sizes[size].letters + (size_t)middle * LETTERS_OF_LETTER;

        if (number32(at) == code)
            return at;
        if (number32(at) < code)
            from = middle + 1;
        else
            to = middle;
    }
    return baked->sizes[size].missing;
}

static void render(void *self, enum draw_size size, uint32_t code_point, struct draw_glyph *glyph)
{
    const struct baked *baked = self;
    const uint8_t *at = find_letter(baked, size, code_point);
    size_t count;

    *glyph = letter_at(at);
    count = (size_t)glyph->w * (size_t)glyph->h;
    if (count > 0) {
        glyph->coverage =
            memcpy(grow_new(count), baked->bytes + baked->coverage_at + number32(at + 16), count);
    }
}

/* ---- opening --------------------------------------------------------------------------------- */

static bool measure_fits(int value, int min) { return value >= min && value <= LETTERS_PIXELS_MAX; }

static const char *wrong_in_letters(struct baked *baked, enum draw_size size)
{
    for (uint32_t i = 0; i < baked->sizes[size].count; i++) {
        const uint8_t *at = baked->sizes[size].letters + (size_t)i * LETTERS_OF_LETTER;
        struct draw_glyph glyph = letter_at(at);
        uint64_t place = number32(at + 16);

        if (i > 0 && number32(at) <= number32(at - LETTERS_OF_LETTER))
            return "its letters do not ascend";
        if (!measure_fits(glyph.left, -LETTERS_PIXELS_MAX) ||
            !measure_fits(glyph.top, -LETTERS_PIXELS_MAX) || !measure_fits(glyph.w, 0) ||
            !measure_fits(glyph.h, 0) || !measure_fits(glyph.advance, 0))
            return "a letter is too large";
        if (place + (uint64_t)(glyph.w * glyph.h) > baked->size - baked->coverage_at)
            return "a letter lacks pixels";
    }
    baked->sizes[size].missing = find_letter(baked, size, UTF8_REPLACEMENT);
    return baked->sizes[size].missing == NULL ? "U+FFFD is not among its letters" : NULL;
}

/* Reads the row of a scale, and checks it. */
static const char *wrong_in_scale(struct baked *baked, const uint8_t *row, size_t letters_at,
                                  struct font_source *source)
{
    for (int i = 0; i < DRAW_SIZES; i++) {
        const uint8_t *at = row + 4 + (size_t)i * LETTERS_OF_SIZE;
        uint32_t ascent = number32(at), line = number32(at + 4);
        uint64_t first = number32(at + 8), count = number32(at + 12);
        const char *wrong;

        if (ascent > LETTERS_PIXELS_MAX || line == 0 || line > LETTERS_PIXELS_MAX)
            return "a line is too high";
        if (first < letters_at || first + count * LETTERS_OF_LETTER > baked->coverage_at)
            return "letters lie outside of their place";
        source->ascent[i] = (int)ascent;
        source->line[i] = (int)line;
        baked->sizes[i].letters = baked->bytes + first;
        baked->sizes[i].count = (uint32_t)count;
        if ((wrong = wrong_in_letters(baked, (enum draw_size)i)) != NULL)
            return wrong;
    }
    return NULL;
}

static const char *wrong_in_head(const uint8_t *bytes, size_t size)
{
    if (bytes == NULL)
        return "none was given";
    if (size < LETTERS_HEAD || memcmp(bytes, LETTERS_MAGIC, sizeof LETTERS_MAGIC - 1) != 0)
        return "it does not begin as one";
    if (number32(bytes + LETTERS_VERSION_AT) != LETTERS_VERSION)
        return "it is of another version";
    if (number32(bytes + LETTERS_SIZE_AT) != size)
        return "it has another size than it says";
    if (number64(bytes + LETTERS_SUM_AT) !=
        XXH64(bytes + LETTERS_SUMMED_AT, size - LETTERS_SUMMED_AT, 0))
        return "its checksum is wrong";
    if (bytes[LETTERS_FAMILY_AT + LETTERS_FAMILY - 1] != 0 || bytes[LETTERS_HEAD - 1] != 0)
        return "a family's name does not end";
    return NULL;
}

/* Finds the row of the scale nearest to the one asked for, and where the rows end. */
static const char *find_scale(const struct baked *baked, int wanted, const uint8_t **row,
                              size_t *rows_end)
{
    size_t count = number32(baked->bytes + LETTERS_SCALES_AT);
    int last = 0, nearest = 0;

    if (baked->coverage_at > baked->size || baked->coverage_at < LETTERS_HEAD || count == 0 ||
        count > (baked->coverage_at - LETTERS_HEAD) / LETTERS_OF_SCALE)
        return "it has not the scales that it says";
    for (size_t i = 0; i < count; i++) {
        const uint8_t *at = baked->bytes + LETTERS_HEAD + i * LETTERS_OF_SCALE;
        uint32_t percent = number32(at);
        int scale = percent <= LETTERS_PIXELS_MAX ? (int)percent : 0;

        if (scale <= last || scale != fonts_scale(scale))
            return "its scales do not ascend";
        if (nearest == 0 || abs(scale - wanted) <= abs(nearest - wanted)) {
            nearest = scale;
            *row = at;
        }
        last = scale;
    }
    *rows_end = LETTERS_HEAD + count * LETTERS_OF_SCALE;
    return NULL;
}

static const char *wrong_in_file(struct baked *baked, int wanted, int *scale,
                                 struct font_source *source)
{
    const char *wrong = wrong_in_head(baked->bytes, baked->size);
    const uint8_t *row;
    size_t rows_end;

    if (wrong != NULL)
        return wrong;
    baked->coverage_at = number32(baked->bytes + LETTERS_COVERAGE_AT);
    if ((wrong = find_scale(baked, wanted, &row, &rows_end)) != NULL)
        return wrong;
    *scale = (int)number32(row);
    for (int mono = 0; mono < 2; mono++) {
        snprintf(source->family[mono], sizeof source->family[mono], "%s",
                 (const char *)baked->bytes + LETTERS_FAMILY_AT + mono * LETTERS_FAMILY);
    }
    return wrong_in_scale(baked, row, rows_end, source);
}

struct draw_fonts *letters_open(const void *bytes, size_t size, int scale_percent, char *error,
                                size_t error_size)
{
    struct font_source source = { .render = render, .close = free };
    struct baked *baked = source.self = grow_new(sizeof *baked);
    const char *wrong;
    int scale = 0;

    baked->bytes = bytes;
    baked->size = size;
    wrong = wrong_in_file(baked, fonts_scale(scale_percent), &scale, &source);
    if (wrong != NULL) {
        snprintf(error, error_size, "cannot open the file of letters: %s", wrong);
        free(baked);
        return NULL;
    }
    return fonts_make(scale, &source);
}
