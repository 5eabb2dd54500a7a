/* text_test.c - measuring, cutting, UTF-8, and fonts that are not there. */
#include "tests/draw/support.h"
#include "tests/groups.h"
#include "ui/draw/raster.h"
#include "ui/host/utf8.h"

#define DOTS "\xe2\x80\xa6"

static void a_text_that_fits_is_not_cut(void **state)
{
    struct draw_fonts *fonts = draw_fonts_nominal(100);
    int letter = draw_text_width(fonts, DRAW_BODY, "x");
    bool cut = true;

    (void)state;
    assert_int_equal(draw_text_width(fonts, DRAW_BODY, "store.exe"), 9 * letter);
    assert_int_equal(draw_text_fit(fonts, DRAW_BODY, "store.exe", 9 * letter, &cut), 9);
    assert_false(cut);
    assert_int_equal(draw_text_fit(fonts, DRAW_BODY, "store.exe", 9 * letter - 1, &cut), 7);
    assert_true(cut); /* Seven letters and the ellipsis. */
    assert_int_equal(draw_text_fit(fonts, DRAW_BODY, "store.exe", 2 * letter, &cut), 1);
    assert_int_equal(draw_text_fit(fonts, DRAW_BODY, "store.exe", letter, &cut), 0);
    assert_int_equal(draw_text_fit(fonts, DRAW_BODY, "\xc3\xa4\xc3\xb6\xc3\xbc", 2 * letter, NULL),
                     2);
    draw_fonts_close(fonts);
}

static void sizes_are_those_of_the_house(void **state)
{
    static const int wanted[DRAW_SIZES] = { 13, 14, 17, 14, 13, 24 };
    struct draw_fonts *fonts = draw_fonts_nominal(100), *large = draw_fonts_nominal(175);

    (void)state;
    for (int i = 0; i < DRAW_SIZES; i++) {
        assert_int_equal(draw_text_height(fonts, (enum draw_size)i), wanted[i]);
        assert_int_equal(draw_text_height(large, (enum draw_size)i), (wanted[i] * 175 + 50) / 100);
    }
    assert_int_equal(draw_text_height(large, DRAW_BODY), 25); /* A presenter's 24 and more. */
    assert_int_equal(draw_px(large, 4), 7);
    assert_int_equal(draw_px(fonts, -3), -3);
    draw_fonts_close(fonts);
    draw_fonts_close(large);
    fonts = draw_fonts_nominal(1);
    assert_int_equal(draw_fonts_scale(fonts), 50);
    assert_int_equal(draw_px(fonts, 1), 1); /* Hairlines stay. */
    draw_fonts_close(fonts);
}

static uint32_t first(const char *text, size_t *bytes)
{
    const char *at = text;
    uint32_t code = utf8_next(&at);

    *bytes = (size_t)(at - text);
    return code;
}

static void bytes_become_letters(void **state)
{
    static const struct {
        const char *text;
        uint32_t code;
        size_t bytes;
    } cases[] = {
        { "a", 'a', 1 },
        { "\xc3\xa4", 0xe4, 2 },
        { "\xe2\x80\xa6", 0x2026, 3 },
        { "\xf0\x9f\x98\x80", 0x1f600, 4 },
        { "\t", ' ', 1 },
        { "\x01", 0xfffd, 1 },
        { "\x7f", 0xfffd, 1 },
        { "\xff", 0xfffd, 1 },
        { "\xc0\x80", 0xfffd, 1 }, /* Overlong. */
        { "\xe0\x80\x80", 0xfffd, 1 },
        { "\xed\xa0\x80", 0xfffd, 1 },     /* Half of a pair. */
        { "\xf4\x90\x80\x80", 0xfffd, 1 }, /* Behind the last. */
        { "\xe2\x80", 0xfffd, 1 },         /* Cut off. */
        { "\xef\xbf\xbf", 0xfffd, 1 },     /* No character, and none of XML's. */
        { "", 0, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t bytes;

        assert_int_equal(first(cases[i].text, &bytes), cases[i].code);
        assert_int_equal(bytes, cases[i].bytes);
    }
}

/* Columns that hold ink, of a text drawn in a box from 20 to 120. */
static void ink_of(const struct draw_fonts *fonts, int max_width, enum draw_align align,
                   const char *text, int *from, int *to)
{
    struct draw_list *list = draw_list_new();
    struct raster *raster = raster_new(300, 40);

    draw_begin(list, 300, 40);
    draw_text(list, 20, 5, max_width, DRAW_BODY, align, DRAW_WHITE, text);
    raster_draw(raster, list, fonts);
    *from = 300;
    *to = -1;
    for (int x = 0; x < 300; x++) {
        for (int y = 0; y < 40; y++) {
            if (raster_at(raster, x, y) != DRAW_BLACK) {
                *from = x < *from ? x : *from;
                *to = x;
            }
        }
    }
    raster_free(raster);
    draw_list_free(list);
}

static void texts_stay_in_their_width(struct draw_fonts *fonts)
{
    static const char *const texts[] = { "i", "store.exe", "a name far too long for its box",
                                         "WWWWWWWWWWWWWWWWWWWWWWWW",
                                         "\xe2\x86\x92\xe2\x86\x92 \xc3\xa4" };
    int from, to;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        for (int align = 0; align < 3; align++) {
            ink_of(fonts, 100, (enum draw_align)align, texts[i], &from, &to);
            assert_true(to >= from);
            assert_in_range(from, 19, 119); /* Letters may lean over by one. */
            assert_in_range(to, 20, 120);
        }
    }
    ink_of(fonts, 100, DRAW_RIGHT, "store.exe", &from, &to);
    assert_in_range(to, 117, 120);
    ink_of(fonts, 0, DRAW_RIGHT, "ii", &from, &to);
    assert_true(to <= 20);
    ink_of(fonts, 0, DRAW_LEFT, "a name far too long for its box", &from, &to);
    assert_true(to > 120);
    ink_of(fonts, 3, DRAW_LEFT, "store.exe", &from, &to); /* Not even the ellipsis. */
    assert_int_equal(to, -1);
}

static void nominal_texts_stay_in_their_width(void **state)
{
    struct draw_fonts *fonts = draw_fonts_nominal(100);

    (void)state;
    texts_stay_in_their_width(fonts);
    draw_fonts_close(fonts);
}

static void real_texts_stay_in_their_width(void **state)
{
    char error[512];
    struct draw_fonts *fonts = draw_fonts_open(100, NULL, NULL, error, sizeof error);

    (void)state;
    if (fonts == NULL)
        skip();
    texts_stay_in_their_width(fonts);
    assert_true(draw_fonts_path(fonts, true)[0] != 0);
    assert_true(draw_fonts_family(fonts, false)[0] != 0);
    /* All digits are of one width, or counters would tremble. */
    for (char digit[2] = "0"; digit[0] <= '9'; digit[0]++)
        assert_int_equal(draw_text_width(fonts, DRAW_MONO, digit),
                         draw_text_width(fonts, DRAW_MONO, "W"));
    draw_fonts_close(fonts);
}

/* Capitals stand in the middle of their row, to a pixel. */
static void letters_stand_in_the_middle(void **state)
{
    char error[512];
    struct draw_fonts *fonts = draw_fonts_open(100, NULL, NULL, error, sizeof error);

    (void)state;
    if (fonts == NULL)
        skip();
    for (int size = 0; size < DRAW_SIZES; size++) {
        const struct draw_glyph *capital = draw_glyph(fonts, (enum draw_size)size, 'H');
        int above = draw_text_top(fonts, (enum draw_size)size, 100, 40) + capital->top - 100;
        int below = 40 - above - capital->h;

        assert_in_range(above - below + 1, 0, 2);
    }
    draw_fonts_close(fonts);
}

static void rare_letters_are_kept_and_forgotten(void **state)
{
    struct draw_fonts *fonts = draw_fonts_nominal(100);

    (void)state;
    for (uint32_t code = 0x400; code < 0x400 + 5000; code++)
        assert_true(draw_glyph(fonts, DRAW_BODY, code)->advance > 0);
    assert_int_equal(draw_glyph(fonts, DRAW_BODY, 0x401)->advance,
                     draw_glyph(fonts, DRAW_BODY, 'x')->advance);
    draw_fonts_close(fonts);
}

static void a_font_that_is_not_there_is_named(void **state)
{
    char error[512] = "";

    (void)state;
    assert_null(draw_fonts_open(100, "/nowhere/None.ttf", NULL, error, sizeof error));
    assert_non_null(strstr(error, "/nowhere/None.ttf"));
    assert_null(strchr(error, '\n'));
}

GROUP(text_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_that_fits_is_not_cut),
        cmocka_unit_test(sizes_are_those_of_the_house),
        cmocka_unit_test(bytes_become_letters),
        cmocka_unit_test(nominal_texts_stay_in_their_width),
        cmocka_unit_test(real_texts_stay_in_their_width),
        cmocka_unit_test(letters_stand_in_the_middle),
        cmocka_unit_test(rare_letters_are_kept_and_forgotten),
        cmocka_unit_test(a_font_that_is_not_there_is_named),
    };

    return cmocka_run_group_tests_name("draw.text", tests, NULL, NULL);
}
