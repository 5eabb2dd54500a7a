/* list_test.c - draw lists: the golden sample, what is left out, clips, and memory that stays. */
#include "tests/draw/sample.h"
#include "tests/draw/support.h"
#include "tests/groups.h"
#include "ui/draw/raster.h"
#include "ui/draw/tree.h"

/* The linker replaces every call of grow in ui/draw by this function. */
void *__real_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size);
static size_t growings;

void *__wrap_realloc(void *block, size_t size)
{
    growings++;
    return __real_realloc(block, size);
}

static char *dump(const struct draw_list *list)
{
    FILE *file = tmpfile();

    assert_non_null(file);
    draw_dump(list, file);
    return text_of(file);
}

static void the_sample_is_as_it_was(void **state)
{
    struct draw_list *list = draw_list_new();
    struct draw_fonts *fonts = draw_fonts_nominal(100);
    char *text;

    (void)state;
    sample_draw(list, fonts, theme_get(THEME_DARK));
    text = dump(list);
    assert_golden(GOLDENS "/sample.golden", text);
    free(text);
    draw_fonts_close(fonts);
    draw_list_free(list);
}

static void every_command_has_its_line(void **state)
{
    struct draw_list *list = draw_list_new();
    const struct draw_point points[] = { { 0, 1 }, { 5, 2 }, { 9, 3 } };
    char *text;

    (void)state;
    draw_begin(list, 20, 10);
    draw_rect(list, 1, 2, 3, 4, 0x11223344);
    draw_outline(list, 1, 2, 3, 4, 0, 0x112233ff);
    draw_line(list, 0, 0, 9, 9, 2, DRAW_WHITE);
    draw_dotted(list, 0, 0, 9, 0, 2, 1, DRAW_WHITE);
    draw_steps(list, points, 3, 1, DRAW_BLACK);
    draw_area(list, points, 3, 8, DRAW_BLACK);
    draw_polygon(list, points, 3, DRAW_BLACK);
    draw_hatch(list, 0, 0, 9, 9, 6, 2, DRAW_BLACK);
    draw_chevrons(list, 0, 0, 9, 9, 6, 2, DRAW_BLACK);
    draw_arrow(list, 0, 0, 9, 9, 1, 5, DRAW_BLACK);
    draw_textf(list, 1, 2, 0, DRAW_MONO_SMALL, DRAW_RIGHT, DRAW_BLACK, "a \"%d\"\n", 7);
    draw_clip_push(list, 1, 1, 5, 5);
    draw_clip_pop(list);
    text = dump(list);
    assert_string_equal(text, "picture 20x10\n"
                              "rect 1,2 3x4 11223344\n"
                              "outline 1,2 3x4 thick 1 112233ff\n"
                              "line 0,0 to 9,9 thick 2 ffffffff\n"
                              "dotted 0,0 to 9,0 dot 2 gap 1 ffffffff\n"
                              "steps thick 1 000000ff 0,1 5,2 9,3\n"
                              "area base 8 000000ff 0,1 5,2 9,3\n"
                              "polygon 000000ff 0,1 5,2 9,3\n"
                              "hatch 0,0 9x9 pitch 6 thick 2 000000ff\n"
                              "chevrons 0,0 9x9 pitch 6 thick 2 000000ff\n"
                              "arrow 0,0 to 9,9 thick 1 head 5 000000ff\n"
                              "text 1,2 max 0 mono-small right 000000ff \"a \\\"7\\\"\\x0a\"\n"
                              "clip 0,0 20x10\n");
    free(text);
    draw_list_free(list);
}

static void what_nobody_sees_is_left_out(void **state)
{
    struct draw_list *list = draw_list_new();

    (void)state;
    draw_begin(list, 100, 100);
    draw_rect(list, 100, 0, 10, 10, DRAW_WHITE);
    draw_rect(list, -10, 0, 10, 10, DRAW_WHITE);
    draw_rect(list, 0, 0, 0, 10, DRAW_WHITE);
    draw_rect(list, 0, 0, 10, -3, DRAW_WHITE);
    draw_rect(list, 0, 0, 10, 10, 0xffffff00);
    draw_text(list, 0, 0, 0, DRAW_BODY, DRAW_LEFT, DRAW_WHITE, "");
    draw_hatch(list, 0, 200, 10, 10, 4, 1, DRAW_WHITE);
    assert_int_equal(list->count, 0);
    draw_clip_push(list, 50, 50, 10, 10);
    draw_rect(list, 0, 0, 50, 50, DRAW_WHITE);
    assert_int_equal(list->count, 1);
    draw_rect(list, 0, 0, 51, 51, DRAW_WHITE);
    assert_int_equal(list->count, 2);
    draw_list_free(list);
}

/* A span of a billion pixels is drawn where it is seen; nothing overflows on the way. */
static void spans_may_begin_far_away(void **state)
{
    struct draw_list *list = draw_list_new();

    (void)state;
    draw_begin(list, 100, 100);
    draw_rect(list, -2147483647 - 1, 10, 2147483647, 5, DRAW_WHITE);
    assert_int_equal(list->count, 0);
    draw_rect(list, -2000000000, 10, 2147483647, 5, DRAW_WHITE);
    assert_int_equal(list->count, 1);
    assert_true(list->commands[0].x < 0);
    assert_true(list->commands[0].x + list->commands[0].w > 100);
    draw_list_free(list);
}

static void clips_narrow_and_come_back(void **state)
{
    struct draw_list *list = draw_list_new();
    struct draw_box clip;

    (void)state;
    draw_begin(list, 100, 80);
    draw_clip_push(list, -10, 10, 60, 200);
    draw_clip_push(list, 20, 0, 100, 40);
    clip = draw_clip(list);
    assert_int_equal(clip.x, 20);
    assert_int_equal(clip.y, 10);
    assert_int_equal(clip.w, 30);
    assert_int_equal(clip.h, 30);
    draw_clip_push(list, 90, 70, 5, 5);
    assert_int_equal(draw_clip(list).w, 0);
    draw_clip_pop(list);
    draw_clip_pop(list);
    clip = draw_clip(list);
    assert_int_equal(clip.w, 50);
    assert_int_equal(clip.h, 70);
    draw_clip_pop(list);
    assert_int_equal(draw_clip(list).w, 100);
    draw_list_free(list);
}

static void a_label_without_room_stays_empty(void **state)
{
    struct draw_list *list = draw_list_new();
    struct draw_fonts *fonts = draw_fonts_nominal(100);
    int dots = draw_text_width(fonts, DRAW_SMALL, "\xe2\x80\xa6");

    (void)state;
    draw_begin(list, 100, 20);
    draw_label(list, fonts, 0, 0, 8, 20, DRAW_SMALL, DRAW_LEFT, DRAW_WHITE, "running");
    draw_label(list, fonts, 0, 0, 8 + dots, 20, DRAW_SMALL, DRAW_LEFT, DRAW_WHITE, "running");
    assert_int_equal(list->count, 0);
    draw_label(list, fonts, 0, 0, 8 + 2 * dots, 20, DRAW_SMALL, DRAW_LEFT, DRAW_WHITE, "running");
    assert_int_equal(list->count, 1);
    draw_fonts_close(fonts);
    draw_list_free(list);
}

/* List, pixels, letters and tree: whatever a frame needs is there after the first. */
static void memory_stays_from_frame_to_frame(void **state)
{
    struct draw_list *list = draw_list_new();
    struct draw_fonts *fonts = draw_fonts_nominal(100);
    struct raster *raster = raster_new(SAMPLE_WIDTH, SAMPLE_HEIGHT);
    struct tree *tree = tree_new();
    size_t bytes = 0, before = 0;

    (void)state;
    for (int frame = 0; frame < 50; frame++) {
        sample_draw(list, fonts, theme_get(THEME_LIGHT));
        tree_begin(tree);
        for (int i = 0; i < 1000 - 10 * frame; i++) {
            draw_rect(list, i % 100, i % 90, 3, 3, DRAW_BLACK);
            tree_leaf(tree, (uint64_t)i, TREE_SPAN, "running", (struct draw_box){ i, 0, 3, 3 }, 0);
            tree_value(tree, "%d of %d", i, 1000);
        }
        tree_end(tree);
        raster_resize(raster, SAMPLE_WIDTH - frame, SAMPLE_HEIGHT);
        raster_draw(raster, list, fonts);
        if (frame == 1) { /* The tree's two builds are warm. */
            bytes = draw_list_bytes(list);
            before = growings;
        }
    }
    assert_int_equal(draw_list_bytes(list), bytes);
    assert_true(before > 0);
    assert_int_equal(growings, before);
    tree_free(tree);
    raster_free(raster);
    draw_fonts_close(fonts);
    draw_list_free(list);
}

GROUP(list_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sample_is_as_it_was),
        cmocka_unit_test(every_command_has_its_line),
        cmocka_unit_test(what_nobody_sees_is_left_out),
        cmocka_unit_test(spans_may_begin_far_away),
        cmocka_unit_test(clips_narrow_and_come_back),
        cmocka_unit_test(a_label_without_room_stays_empty),
        cmocka_unit_test(memory_stays_from_frame_to_frame),
    };

    return cmocka_run_group_tests_name("draw.list", tests, NULL, NULL);
}
