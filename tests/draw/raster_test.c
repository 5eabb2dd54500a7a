/* raster_test.c - the pixels of each command, shown as letters: '#' is ink, '.' ground, '+' a
 * mixture. */
#include "tests/draw/sample.h"
#include "tests/draw/support.h"
#include "tests/groups.h"
#include "ui/draw/raster.h"

#define INK    0xffffffffu
#define GROUND 0x000000ffu

struct canvas {
    struct draw_list *list;
    struct draw_fonts *fonts;
    struct raster *raster;
};

static int begin(void **state)
{
    struct canvas *canvas = calloc(1, sizeof *canvas);

    canvas->list = draw_list_new();
    canvas->fonts = draw_fonts_nominal(100);
    canvas->raster = raster_new(12, 8);
    draw_begin(canvas->list, 12, 8);
    *state = canvas;
    return 0;
}

static int end(void **state)
{
    struct canvas *canvas = *state;

    draw_list_free(canvas->list);
    draw_fonts_close(canvas->fonts);
    raster_free(canvas->raster);
    free(canvas);
    return 0;
}

static void shows(struct canvas *canvas, const char *wanted)
{
    char got[12 * 8 + 8 + 1], *to = got;

    raster_clear(canvas->raster, GROUND);
    raster_draw(canvas->raster, canvas->list, canvas->fonts);
    for (int y = 0; y < 8; y++) {
        for (int x = 0; x < 12; x++) {
            uint32_t color = raster_at(canvas->raster, x, y);

            *to++ = color == INK ? '#' : color == GROUND ? '.' : '+';
        }
        *to++ = '\n';
    }
    *to = 0;
    assert_string_equal(got, wanted);
}

static void rects_and_outlines(void **state)
{
    struct canvas *c = *state;

    draw_rect(c->list, -3, -3, 5, 5, INK);
    draw_outline(c->list, 3, 1, 5, 4, 1, INK);
    draw_outline(c->list, 9, 1, 9, 9, 2, INK);
    draw_outline(c->list, 0, 6, 2, 2, 1, INK);
    shows(c, "##..........\n"
             "##.#####.###\n"
             "...#...#.###\n"
             "...#...#.##.\n"
             "...#####.##.\n"
             ".........##.\n"
             "##.......##.\n"
             "##.......##.\n");
}

static void lines_along_an_axis_are_sharp(void **state)
{
    struct canvas *c = *state;

    draw_line(c->list, 8, 1, 2, 1, 1, INK);
    draw_line(c->list, 1, 3, 1, 6, 2, INK);
    draw_line(c->list, 5, 3, 9, 3, 2, INK);
    draw_line(c->list, 11, 0, 11, 0, 1, INK);
    shows(c, "...........#\n"
             "..#######...\n"
             "............\n"
             ".##..#####..\n"
             ".##..#####..\n"
             ".##.........\n"
             ".##.........\n"
             "............\n");
}

static void dots_hang_from_their_beginning(void **state)
{
    struct canvas *c = *state;

    draw_dotted(c->list, 0, 0, 11, 0, 2, 1, INK);
    draw_dotted(c->list, 11, 2, 0, 2, 1, 3, INK);
    draw_dotted(c->list, -4, 4, 100, 4, 2, 2, INK);
    draw_dotted(c->list, 0, 5, 0, 7, 1, 1, INK);
    draw_dotted(c->list, 4, 5, 9, 7, 1, 1, INK);
    shows(c, "##.##.##.##.\n"
             "............\n"
             "...#...#...#\n"
             "............\n"
             "##..##..##..\n"
             "#...#.......\n"
             "......#.....\n"
             "#.......#...\n");
}

static void steps_and_areas(void **state)
{
    struct canvas *c = *state;
    const struct draw_point points[] = { { 1, 5 }, { 4, 2 }, { 7, 6 }, { 7, 4 }, { 10, 4 } };

    draw_steps(c->list, points, 5, 1, INK);
    shows(c, "............\n"
             "............\n"
             "....####....\n"
             "....#..#....\n"
             "....#..####.\n"
             ".####..#....\n"
             ".......#....\n"
             "............\n");
    draw_begin(c->list, 12, 8);
    draw_area(c->list, points, 5, 6, INK);
    shows(c, "............\n"
             "............\n"
             "....###.....\n"
             "....###.....\n"
             "....######..\n"
             ".#########..\n"
             "............\n"
             "............\n");
}

/* A translucent graph is of one colour: no pixel is drawn twice. */
static void translucent_steps_are_even(void **state)
{
    struct canvas *c = *state;
    const struct draw_point points[] = {
        { 0, 7 }, { 3, 2 }, { 4, 6 }, { 4, 0 }, { 9, 5 }, { 12, 5 }
    };
    uint32_t seen = GROUND;

    draw_steps(c->list, points, 6, 1, 0xffffff80);
    raster_clear(c->raster, GROUND);
    raster_draw(c->raster, c->list, c->fonts);
    for (int i = 0; i < 12 * 8; i++) {
        uint32_t color = raster_at(c->raster, i % 12, i / 12);

        if (color == GROUND)
            continue;
        if (seen == GROUND)
            seen = color;
        assert_int_equal(color, seen);
    }
    assert_int_not_equal(seen, GROUND);
}

static void polygons_cover_their_corners(void **state)
{
    struct canvas *c = *state;
    const struct draw_point square[] = { { 1, 1 }, { 5, 1 }, { 5, 5 }, { 1, 5 } };
    const struct draw_point arrow[] = { { 6, 4 }, { 10, 0 }, { 10, 8 } };

    draw_polygon(c->list, square, 4, INK);
    draw_polygon(c->list, arrow, 3, INK);
    shows(c, ".........+..\n"
             ".####...+#..\n"
             ".####..+##..\n"
             ".####.+###..\n"
             ".####.+###..\n"
             ".......+##..\n"
             "........+#..\n"
             ".........+..\n");
    /* Half a pixel of white is the grey in the middle. */
    assert_in_range(raster_at(c->raster, 6, 3) >> 24, 120, 136);
}

static void hatches_join(void **state)
{
    struct canvas *c = *state;

    draw_hatch(c->list, 1, 1, 4, 6, 4, 2, INK);
    draw_hatch(c->list, 5, 1, 6, 6, 4, 2, INK);
    shows(c, "............\n"
             "...##..##...\n"
             "..##..##..#.\n"
             ".##..##..##.\n"
             ".#..##..##..\n"
             "...##..##...\n"
             "..##..##..#.\n"
             "............\n");
}

static void chevrons_point_right_and_stay_in_their_box(void **state)
{
    struct canvas *c = *state;

    draw_chevrons(c->list, 1, 1, 10, 6, 6, 2, INK);
    shows(c, "............\n"
             ".+#+...+#+..\n"
             "..+#+...+#+.\n"
             "...+#+...+#.\n"
             "...+#+...+#.\n"
             "..+#+...+#+.\n"
             ".+#+...+#+..\n"
             "............\n");
}

static void arrows_end_at_their_tip(void **state)
{
    struct canvas *c = *state;

    draw_arrow(c->list, 1, 4, 10, 4, 1, 4, INK);
    raster_clear(c->raster, GROUND);
    raster_draw(c->raster, c->list, c->fonts);
    assert_int_equal(raster_at(c->raster, 3, 4), INK);
    assert_int_equal(raster_at(c->raster, 11, 4), GROUND);
    assert_int_not_equal(raster_at(c->raster, 10, 4), GROUND);
    assert_int_not_equal(raster_at(c->raster, 7, 3), GROUND); /* The head is wider. */
    assert_int_equal(raster_at(c->raster, 3, 3), GROUND);
    for (int y = 1; y < 4; y++) /* The same above and below. */
        assert_int_equal(raster_at(c->raster, 7, 4 - y), raster_at(c->raster, 7, 4 + y));
}

static void colours_blend(void **state)
{
    struct canvas *c = *state;

    draw_rect(c->list, 0, 0, 1, 1, 0xffffff80);
    draw_rect(c->list, 1, 0, 1, 1, 0x40c020ff);
    draw_rect(c->list, 1, 0, 1, 1, 0x40c02077);
    draw_rect(c->list, 2, 0, 1, 1, 0x00ff0001);
    raster_clear(c->raster, GROUND);
    raster_draw(c->raster, c->list, c->fonts);
    assert_in_range(raster_at(c->raster, 0, 0) >> 24, 0x7f, 0x81);
    assert_int_equal(raster_at(c->raster, 1, 0), 0x40c020ff);
    assert_true(raster_at(c->raster, 2, 0) >> 8 <= 0x000100);
    assert_int_equal(raster_pixels(c->raster)[0] >> 24, 0xff);
}

/* With a clip round the middle nothing outside changes, whatever is drawn; so with a scissor. */
static void nothing_is_drawn_outside(void **state)
{
    struct draw_list *list = draw_list_new();
    struct draw_fonts *fonts = draw_fonts_nominal(175);
    struct raster *raster = raster_new(700, 500);
    struct draw_box box = { 201, 103, 300, 171 };
    const struct draw_point star[] = { { 0, 0 }, { 900000, 500 }, { -100, 250 }, { 700, -20 } };

    (void)state;
    for (int scissored = 0; scissored < 3; scissored++) {
        size_t touched = 0;

        sample_draw(list, fonts, theme_get(THEME_LIGHT));
        draw_begin(list, 700, 500);
        if (scissored != 1)
            draw_clip_push(list, box.x, box.y, box.w, box.h);
        if (scissored == 2) /* A wider clip comes back, and the scissor still holds. */
            draw_clip_pop(list);
        for (int i = 0; i < 20; i++) {
            draw_rect(list, 40 * i - 30, 30 * i - 30, 60, 60, 0x123456ff);
            draw_rect(list, 600 - 40 * i, 30 * i - 30, 60, 60, 0x12345680);
            draw_line(list, -100, 40 * i, 800, 30 * i + 70, 3, INK);
            draw_dotted(list, -100, 40 * i, 800, 30 * i, 3, 2, INK);
            draw_arrow(list, -50 + 30 * i, -50, 750, 25 * i, 2, 12, INK);
            draw_text(list, 160 + i, 30 * i, 0, DRAW_HUGE, DRAW_LEFT, INK, "STOP 0x00000005 STOP");
            draw_outline(list, 190 + i, 90 + i, 300, 171, 3, INK);
        }
        draw_polygon(list, star, 4, 0x80ff80ff);
        draw_hatch(list, -10, -10, 900, 700, 9, 4, INK);
        draw_chevrons(list, -500, 80, 1900, 150, 40, 6, INK);
        raster_scissor_off(raster);
        raster_clear(raster, 0x550055ff);
        if (scissored) {
            raster_scissor(raster, box);
            raster_clear(raster, 0x005500ff);
        }
        raster_draw(raster, list, fonts);
        for (int y = 0; y < 500; y++) {
            for (int x = 0; x < 700; x++) {
                if (!draw_box_has(box, x, y))
                    assert_int_equal(raster_at(raster, x, y), 0x550055ff);
                else
                    touched += raster_at(raster, x, y) != 0x550055ff;
            }
        }
        assert_true(touched > 40000);
    }
    raster_free(raster);
    draw_fonts_close(fonts);
    draw_list_free(list);
}

/* A list for a larger picture than the raster, and the other way round; and another size. */
static void sizes_need_not_agree(void **state)
{
    struct canvas *c = *state;

    draw_begin(c->list, 4, 4);
    draw_rect(c->list, 0, 0, 100, 100, INK);
    shows(c, "####........\n####........\n####........\n####........\n"
             "............\n............\n............\n............\n");
    draw_begin(c->list, 1000, 1000);
    draw_rect(c->list, 10, 0, 100, 1, INK);
    shows(c, "..........##\n............\n............\n............\n"
             "............\n............\n............\n............\n");
    raster_resize(c->raster, 3000, 2);
    assert_int_equal(raster_width(c->raster), 3000);
    assert_int_equal(raster_at(c->raster, 11, 0), GROUND);
    raster_resize(c->raster, 0, -4);
    assert_int_equal(raster_width(c->raster) * raster_height(c->raster), 1);
}

static void the_same_list_is_the_same_pixels(void **state)
{
    struct canvas *c = *state;
    struct raster *one = raster_new(SAMPLE_WIDTH, SAMPLE_HEIGHT);
    struct raster *two = raster_new(SAMPLE_WIDTH, SAMPLE_HEIGHT);

    sample_draw(c->list, c->fonts, theme_get(THEME_DARK));
    raster_draw(one, c->list, c->fonts);
    raster_draw(two, c->list, c->fonts);
    raster_draw(two, c->list, c->fonts); /* The list's first command covers everything. */
    assert_true(raster_hash(one) == raster_hash(two));
    draw_rect(c->list, 5, 5, 1, 1, INK);
    raster_draw(two, c->list, c->fonts);
    assert_true(raster_hash(one) != raster_hash(two));
    raster_free(one);
    raster_free(two);
}

GROUP(raster_test)
{
#define STORY(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        STORY(rects_and_outlines),
        STORY(lines_along_an_axis_are_sharp),
        STORY(dots_hang_from_their_beginning),
        STORY(steps_and_areas),
        STORY(translucent_steps_are_even),
        STORY(polygons_cover_their_corners),
        STORY(hatches_join),
        STORY(chevrons_point_right_and_stay_in_their_box),
        STORY(arrows_end_at_their_tip),
        STORY(colours_blend),
        STORY(nothing_is_drawn_outside),
        STORY(sizes_need_not_agree),
        STORY(the_same_list_is_the_same_pixels),
    };

    return cmocka_run_group_tests_name("draw.raster", tests, NULL, NULL);
}
