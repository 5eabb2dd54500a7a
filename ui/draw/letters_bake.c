/* letters_bake.c - writes the letters of open fonts into bytes (letters_inside.h).
 *
 * A letter that the fixed-width family lacks comes from the other one, with the same pixels in two
 * sizes; these are stored once. */
#include "ui/draw/letters.h"
#include "ui/draw/letters_inside.h"
#include "ui/host/grow.h"
#include "ui/host/utf8.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

struct bytes {
    uint8_t *at;
    size_t count, room;
};

/* Letters of one size, and the pixels of its last. */
struct size_baked {
    struct bytes letters;
    struct draw_glyph missing; /* U+FFFD, with coverage of its own. */
    struct draw_glyph last;
    uint32_t last_code, last_place;
};

/* Code points that are baked, where the fonts have them: what the program's own texts use, and what
 * names in scenarios may. */
static const struct {
    uint32_t first, last;
} alphabet[] = {
    { 0x20, 0x17f },    /* Latin. */
    { 0x2010, 0x2026 }, /* Dashes, quotation marks, bullets, the ellipsis. */
    { 0x2190, 0x2195 }, /* Arrows. */
    { 0x2212, 0x2212 },
    { 0x2260, 0x2265 }, /* Signs between numbers. */
    { UTF8_REPLACEMENT, UTF8_REPLACEMENT },
};

static uint8_t *more(struct bytes *bytes, size_t count)
{
    bytes->at = grow(bytes->at, &bytes->room, bytes->count + count, 1);
    bytes->count += count;
    return bytes->at + bytes->count - count;
}

static void set(uint8_t *at, uint64_t value, int size)
{
    for (int i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static void put(struct bytes *bytes, uint32_t value, int size)
{
    set(more(bytes, (size_t)size), value, size);
}

static void put_all(struct bytes *bytes, const struct bytes *from)
{
    if (from->count > 0)
        memcpy(more(bytes, from->count), from->at, from->count);
}

/* ---- coverage -------------------------------------------------------------------------------- */

static size_t pixels_of(const struct draw_glyph *glyph)
{
    return (size_t)glyph->w * (size_t)glyph->h;
}

static bool same_pixels(const struct draw_glyph *a, const struct draw_glyph *b)
{
    return a->w == b->w && a->h == b->h &&
           (pixels_of(a) == 0 || memcmp(a->coverage, b->coverage, pixels_of(a)) == 0);
}

/* ---- letters --------------------------------------------------------------------------------- */

static void bake_letter(struct size_baked *sizes, int size, uint32_t code,
                        const struct draw_glyph *glyph, struct bytes *coverage)
{
    struct size_baked *of = &sizes[size];
    size_t pixels = pixels_of(glyph);
    int values[] = { glyph->left, glyph->top, glyph->w, glyph->h, glyph->advance, 0 };

    of->last = *glyph;
    of->last_code = code;
    of->last_place = (uint32_t)coverage->count;
    for (int i = 0; i < size; i++) {
        if (sizes[i].last_code == code && same_pixels(&sizes[i].last, glyph)) {
            of->last_place = sizes[i].last_place;
            break;
        }
    }
    if (of->last_place == coverage->count && pixels > 0)
        memcpy(more(coverage, pixels), glyph->coverage, pixels);
    put(&of->letters, code, 4);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        put(&of->letters, (uint32_t)values[i], 2);
    put(&of->letters, of->last_place, 4);
}

/* Keeps how a letter looks that the fonts lack. */
static void keep_missing(struct draw_glyph *missing, const struct draw_glyph *glyph)
{
    size_t pixels = pixels_of(glyph);

    *missing = *glyph;
    if (pixels > 0)
        missing->coverage = memcpy(grow_new(pixels), glyph->coverage, pixels);
}

static bool is_missing(const struct draw_glyph *missing, const struct draw_glyph *glyph)
{
    return glyph->left == missing->left && glyph->top == missing->top &&
           glyph->advance == missing->advance && same_pixels(glyph, missing);
}

static void bake_code(const struct draw_fonts *fonts, struct size_baked *sizes, uint32_t code,
                      struct bytes *coverage)
{
    for (int i = 0; i < DRAW_SIZES; i++) {
        const struct draw_glyph *glyph = draw_glyph(fonts, (enum draw_size)i, code);

        if (code == UTF8_REPLACEMENT || !is_missing(&sizes[i].missing, glyph))
            bake_letter(sizes, i, code, glyph, coverage);
    }
}

/* Bakes one scale: its row, its letters behind those of other scales, its pixels. */
static void bake_scale(const struct draw_fonts *fonts, size_t letters_at, struct bytes *rows,
                       struct bytes *letters, struct bytes *coverage)
{
    struct size_baked sizes[DRAW_SIZES] = { 0 };

    for (int i = 0; i < DRAW_SIZES; i++)
        keep_missing(&sizes[i].missing, draw_glyph(fonts, (enum draw_size)i, UTF8_REPLACEMENT));
    for (size_t r = 0; r < sizeof alphabet / sizeof alphabet[0]; r++) {
        for (uint32_t code = alphabet[r].first; code <= alphabet[r].last; code++)
            bake_code(fonts, sizes, code, coverage);
    }
    put(rows, (uint32_t)draw_fonts_scale(fonts), 4);
    for (int i = 0; i < DRAW_SIZES; i++) {
        put(rows, (uint32_t)draw_text_ascent(fonts, (enum draw_size)i), 4);
        put(rows, (uint32_t)draw_line_height(fonts, (enum draw_size)i), 4);
        put(rows, (uint32_t)(letters_at + letters->count), 4);
        put(rows, (uint32_t)(sizes[i].letters.count / LETTERS_OF_LETTER), 4);
        put_all(letters, &sizes[i].letters);
        free(sizes[i].letters.at);
        free((void *)(uintptr_t)sizes[i].missing.coverage);
    }
}

uint8_t *letters_bake(struct draw_fonts *const *fonts, size_t count, size_t *size)
{
    struct bytes all = { 0 }, rows = { 0 }, letters = { 0 }, coverage = { 0 };
    size_t letters_at = LETTERS_HEAD + count * LETTERS_OF_SCALE;

    for (size_t i = 0; i < count; i++)
        bake_scale(fonts[i], letters_at, &rows, &letters, &coverage);
    memcpy(more(&all, LETTERS_HEAD), LETTERS_MAGIC, sizeof LETTERS_MAGIC - 1);
    for (int mono = 0; mono < 2; mono++) {
        snprintf((char *)all.at + LETTERS_FAMILY_AT + mono * LETTERS_FAMILY, LETTERS_FAMILY, "%s",
                 draw_fonts_family(fonts[0], mono));
    }
    put_all(&all, &rows);
    put_all(&all, &letters);
    set(all.at + LETTERS_COVERAGE_AT, all.count, 4);
    put_all(&all, &coverage);
    set(all.at + LETTERS_VERSION_AT, LETTERS_VERSION, 4);
    set(all.at + LETTERS_SIZE_AT, all.count, 4);
    set(all.at + LETTERS_SCALES_AT, count, 4);
    set(all.at + LETTERS_SUM_AT,
        XXH64(all.at + LETTERS_SUMMED_AT, all.count - LETTERS_SUMMED_AT, 0), 8);
    free(rows.at);
    free(letters.at);
    free(coverage.at);
    *size = all.count;
    return all.at;
}
