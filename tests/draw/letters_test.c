/* letters_test.c - baked letters: the pixels of their fonts, and bytes that are damaged. */
#include "tests/draw/handed.h"
#include "tests/draw/support.h"
#include "tests/groups.h"
#include "ui/draw/letters.h"
#include "ui/draw/letters_inside.h"
#include "ui/draw/raster.h"
#include "ui/host/utf8.h"
#include <xxhash.h>

#define SCALES 2

enum { WIDTH = 900, HEIGHT = 120 };

static const int scales[SCALES] = { 100, 175 };
static const char *const texts[] = {
    "inetinfo.exe attaches to store.exe",
    "\xc3\x84rger \xc5\x92uvre na\xc3\xafve \xc5\xbd",
    "\xe2\x86\x92 \xe2\x89\xa5 \xe2\x88\x92 \xe2\x86\x94 \xe2\x80\xa2 \xe2\x80\xa6 \xe2\x80\x94",
    "\xf4\x8f\xbf\xbd \xe4\xb8\xad \xef\xbf\xbd \x01",
};

/* The fonts of this host, or nominal ones where there are none. */
static struct draw_fonts *open_fonts(int scale)
{
    char error[512];
    struct draw_fonts *fonts = draw_fonts_open(scale, NULL, NULL, error, sizeof error);

    return fonts != NULL ? fonts : draw_fonts_nominal(scale);
}

static uint8_t *bake(size_t *size)
{
    struct draw_fonts *fonts[SCALES] = { open_fonts(scales[0]), open_fonts(scales[1]) };
    uint8_t *bytes = letters_bake(fonts, SCALES, size);

    for (int i = 0; i < SCALES; i++)
        draw_fonts_close(fonts[i]);
    return bytes;
}

static struct draw_fonts *open_baked(const uint8_t *bytes, size_t size, int scale)
{
    char error[512] = "";
    struct draw_fonts *fonts = letters_open(bytes, size, scale, error, sizeof error);

    assert_string_equal(error, "");
    assert_non_null(fonts);
    return fonts;
}

static struct raster *picture_of(const struct draw_fonts *fonts, enum draw_size size,
                                 const char *text)
{
    struct draw_list *list = draw_list_new();
    struct raster *raster = raster_new(WIDTH, HEIGHT);

    draw_begin(list, WIDTH, HEIGHT);
    draw_text(list, 9, 7, WIDTH - 20, size, DRAW_LEFT, DRAW_WHITE, text);
    raster_draw(raster, list, fonts);
    draw_list_free(list);
    return raster;
}

static void assert_same_picture(const struct draw_fonts *a, const struct draw_fonts *b,
                                enum draw_size size, const char *text)
{
    struct raster *of_a = picture_of(a, size, text), *of_b = picture_of(b, size, text);
    int ink = 0;

    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            assert_int_equal(raster_at(of_a, x, y), raster_at(of_b, x, y));
            ink += raster_at(of_a, x, y) != DRAW_BLACK;
        }
    }
    assert_true(ink > 0);
    raster_free(of_a);
    raster_free(of_b);
}

static void baked_letters_draw_the_same_pixels_as_the_fonts_they_were_baked_from(void **state)
{
    size_t size;
    uint8_t *bytes = bake(&size);

    (void)state;
    for (int s = 0; s < SCALES; s++) {
        struct draw_fonts *fonts = open_fonts(scales[s]);
        struct draw_fonts *baked = open_baked(bytes, size, scales[s]);

        assert_int_equal(draw_fonts_scale(baked), scales[s]);
        assert_false(draw_fonts_are_nominal(baked));
        assert_string_equal(draw_fonts_family(baked, false), draw_fonts_family(fonts, false));
        assert_string_equal(draw_fonts_family(baked, true), draw_fonts_family(fonts, true));
        for (enum draw_size i = 0; i < DRAW_SIZES; i++) {
            assert_int_equal(draw_line_height(baked, i), draw_line_height(fonts, i));
            assert_int_equal(draw_text_ascent(baked, i), draw_text_ascent(fonts, i));
            assert_int_equal(draw_text_height(baked, i), draw_text_height(fonts, i));
            assert_int_equal(draw_text_top(baked, i, 3, 50), draw_text_top(fonts, i, 3, 50));
            for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++)
                assert_same_picture(fonts, baked, i, texts[t]);
        }
        draw_fonts_close(fonts);
        draw_fonts_close(baked);
    }
    free(bytes);
}

/* Latin, punctuation and arrows, one by one. */
static void every_baked_letter_is_the_letter_of_the_fonts(void **state)
{
    size_t size;
    uint8_t *bytes = bake(&size);
    struct draw_fonts *fonts = open_fonts(100), *baked = open_baked(bytes, size, 100);

    (void)state;
    for (enum draw_size i = 0; i < DRAW_SIZES; i++) {
        for (uint32_t code = 0x20; code <= 0x2195; code++) {
            const struct draw_glyph *a, *b;
            size_t pixels;

            if (code == 0x180)
                code = 0x2010;
            if (code == 0x2027)
                code = 0x2190;
            a = draw_glyph(fonts, i, code);
            b = draw_glyph(baked, i, code);
            pixels = (size_t)a->w * (size_t)a->h;
            assert_true(a->left == b->left && a->top == b->top && a->w == b->w && a->h == b->h &&
                        a->advance == b->advance);
            if (pixels > 0)
                assert_memory_equal(a->coverage, b->coverage, pixels);
        }
    }
    draw_fonts_close(fonts);
    draw_fonts_close(baked);
    free(bytes);
}

static void a_letter_that_was_not_baked_is_shown_as_missing(void **state)
{
    size_t size;
    uint8_t *bytes = bake(&size);
    struct draw_fonts *baked = open_baked(bytes, size, 100);
    struct draw_glyph missing = *draw_glyph(baked, DRAW_BODY, UTF8_REPLACEMENT);
    const struct draw_glyph *cyrillic = draw_glyph(baked, DRAW_BODY, 0x416);

    (void)state;
    assert_true(missing.w > 0);
    assert_int_equal(cyrillic->w, missing.w);
    assert_int_equal(cyrillic->advance, missing.advance);
    draw_fonts_close(baked);
    free(bytes);
}

static void the_nearest_scale_is_taken(void **state)
{
    static const struct {
        int wanted, opened;
    } cases[] = { { 1, 100 }, { 137, 100 }, { 138, 175 }, { 175, 175 }, { 9999, 175 } };
    size_t size;
    uint8_t *bytes = bake(&size);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct draw_fonts *baked = open_baked(bytes, size, cases[i].wanted);

        assert_int_equal(draw_fonts_scale(baked), cases[i].opened);
        draw_fonts_close(baked);
    }
    free(bytes);
}

static void letters_that_were_handed_over_are_opened(void **state)
{
    char error[512] = "";
    size_t size;
    uint8_t *bytes = bake(&size);
    struct draw_fonts *fonts;

    (void)state;
    assert_null(handed_fonts_open(100, NULL, NULL, error, sizeof error));
    assert_string_equal(error, "cannot open the file of letters: none was given");
    letters_use(bytes, size);
    fonts = handed_fonts_open(100, NULL, NULL, error, sizeof error);
    assert_non_null(fonts);
    draw_fonts_close(fonts);
    /* Another scale, by the paths of the fonts that are open. */
    fonts = handed_fonts_open(175, "", "", error, sizeof error);
    assert_non_null(fonts);
    assert_string_equal(draw_fonts_path(fonts, true), "");
    draw_fonts_close(fonts);
    assert_null(handed_fonts_open(100, NULL, "Mono.ttf", error, sizeof error));
    assert_non_null(strstr(error, "Mono.ttf"));
    letters_use(NULL, 0);
    assert_null(handed_fonts_open(100, NULL, NULL, error, sizeof error));
    free(bytes);
}

/* ---- damage ---------------------------------------------------------------------------------- */

static uint8_t *nominal_letters(size_t *size)
{
    struct draw_fonts *fonts[SCALES] = { draw_fonts_nominal(50), draw_fonts_nominal(100) };
    uint8_t *bytes = letters_bake(fonts, SCALES, size);

    for (int i = 0; i < SCALES; i++)
        draw_fonts_close(fonts[i]);
    return bytes;
}

static void assert_refused(const uint8_t *bytes, size_t size)
{
    char error[512] = "";

    assert_null(letters_open(bytes, size, 100, error, sizeof error));
    assert_non_null(strstr(error, "cannot open the file of letters: "));
    assert_null(strchr(error, '\n'));
}

static void a_damaged_file_of_letters_is_refused(void **state)
{
    size_t size;
    uint8_t *bytes = nominal_letters(&size);

    (void)state;
    for (size_t cut = 0; cut < size; cut++) {
        uint8_t *part = malloc(cut + 1); /* A block of its own, beyond which no byte may be read. */

        assert_non_null(part);
        memcpy(part, bytes, cut);
        assert_refused(part, cut);
        free(part);
    }
    for (size_t at = 0; at < size; at++) {
        for (int bit = 0; bit < 8; bit++) {
            bytes[at] ^= (uint8_t)(1 << bit);
            assert_refused(bytes, size);
            bytes[at] ^= (uint8_t)(1 << bit);
        }
    }
    draw_fonts_close(open_baked(bytes, size, 100));
    free(bytes);
}

static void seal(uint8_t *bytes, size_t size)
{
    uint64_t sum;

    for (int i = 0; i < 4; i++)
        bytes[LETTERS_SIZE_AT + i] = (uint8_t)(size >> 8 * i);
    sum = XXH64(bytes + LETTERS_SUMMED_AT, size - LETTERS_SUMMED_AT, 0);
    for (int i = 0; i < 8; i++)
        bytes[LETTERS_SUM_AT + i] = (uint8_t)(sum >> 8 * i);
}

/* Opens sealed bytes and looks at every letter. True: they were refused. */
static bool refuses_or_draws(uint8_t *bytes, size_t size)
{
    char error[512];
    struct draw_fonts *fonts;
    unsigned ink = 0;

    seal(bytes, size);
    fonts = letters_open(bytes, size, 100, error, sizeof error);
    if (fonts == NULL)
        return true;
    for (enum draw_size i = 0; i < DRAW_SIZES; i++) {
        static const uint32_t codes[] = { ' ', 'H', 0xa0, 0x2026, UTF8_REPLACEMENT };

        for (size_t c = 0; c < sizeof codes / sizeof codes[0]; c++) {
            const struct draw_glyph *glyph = draw_glyph(fonts, i, codes[c]);

            for (int pixel = 0; pixel < glyph->w * glyph->h; pixel++)
                ink += glyph->coverage[pixel];
        }
        assert_true(draw_line_height(fonts, i) > 0);
        assert_true(draw_text_width(fonts, i, "HHHH") >= 0);
    }
    draw_fonts_close(fonts);
    return ink == UINT32_MAX;
}

/* A checksum proves nothing: bytes that were made wrong have a right one. */
static void damage_under_a_right_checksum_does_no_harm(void **state)
{
    size_t size, refused = 0, tried = 0;
    uint8_t *bytes = nominal_letters(&size);
    static const uint8_t values[] = { 0, 1, 0x7f, 0x80, 0xff };

    (void)state;
    for (size_t at = LETTERS_SCALES_AT; at < size; at++) {
        uint8_t kept = bytes[at];

        for (size_t v = 0; v < sizeof values; v++) {
            bytes[at] = values[v];
            refused += refuses_or_draws(bytes, size);
            tried++;
        }
        bytes[at] = kept;
    }
    assert_in_range(refused, tried / 50, tried - 1);
    for (size_t cut = LETTERS_HEAD; cut < size; cut++) {
        uint8_t *part = malloc(cut);

        assert_non_null(part);
        memcpy(part, bytes, cut);
        assert_true(refuses_or_draws(part, cut));
        free(part);
    }
    free(bytes);
}

GROUP(letters_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(baked_letters_draw_the_same_pixels_as_the_fonts_they_were_baked_from),
        cmocka_unit_test(every_baked_letter_is_the_letter_of_the_fonts),
        cmocka_unit_test(a_letter_that_was_not_baked_is_shown_as_missing),
        cmocka_unit_test(the_nearest_scale_is_taken),
        cmocka_unit_test(letters_that_were_handed_over_are_opened),
        cmocka_unit_test(a_damaged_file_of_letters_is_refused),
        cmocka_unit_test(damage_under_a_right_checksum_does_no_harm),
    };

    return cmocka_run_group_tests_name("draw.letters", tests, NULL, NULL);
}
