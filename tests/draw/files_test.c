/* files_test.c - pictures as files: SVG that parsers accept, PNG that is read back unchanged. */
#include "tests/draw/sample.h"
#include "tests/draw/support.h"
#include "tests/groups.h"
#include "ui/draw/pdf.h"
#include "ui/draw/png.h"
#include "ui/draw/svg.h"
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/draw_files_XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static const char *in_folder(const char *name)
{
    static char path[128];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static char *svg_of(const struct draw_list *list, const struct draw_fonts *fonts, const char *title)
{
    FILE *file = tmpfile();

    assert_non_null(file);
    assert_true(draw_svg(list, fonts, list->width, list->height, title, "a <description>", file));
    return text_of(file);
}

static bool have(const char *command)
{
    char line[128];

    snprintf(line, sizeof line, "command -v %s >/dev/null 2>&1", command);
    return system(line) == 0;
}

static void parsers_take_the_svg(void **state)
{
    struct draw_list *list = draw_list_new();
    struct draw_fonts *fonts = draw_fonts_nominal(100);
    char command[256], *text;
    FILE *file;

    (void)state;
    if (!have("xmllint"))
        skip();
    sample_draw(list, fonts, theme_get(THEME_LIGHT));
    draw_text(list, 0, 0, 0, DRAW_BODY, DRAW_LEFT, DRAW_BLACK, "<&>\"'\x01\xff\xef\xbf\xbf]]>");
    draw_clip_push(list, 1, 1, 5, 5); /* Left open. */
    text = svg_of(list, fonts, "a & b < c \x02");
    file = fopen(in_folder("sample.svg"), "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    snprintf(command, sizeof command, "xmllint --noout --nonet %s", in_folder("sample.svg"));
    assert_int_equal(system(command), 0);
    free(text);
    draw_fonts_close(fonts);
    draw_list_free(list);
}

static void svg_says_what_was_drawn(void **state)
{
    struct draw_list *list = draw_list_new();
    struct draw_fonts *fonts = draw_fonts_nominal(100);
    char *text, *again;

    (void)state;
    draw_begin(list, 100, 50);
    draw_rect(list, 1, 2, 3, 4, 0xe69f00ff);
    draw_rect(list, 5, 2, 3, 4, 0xe69f00ff);
    draw_rect(list, 5, 2, 3, 4, 0xe69f0080);
    draw_hatch(list, 10, 10, 20, 20, 6, 2, DRAW_BLACK);
    draw_hatch(list, 40, 10, 20, 20, 6, 2, DRAW_BLACK);
    draw_clip_push(list, 10, 10, 20, 20);
    draw_text(list, 10, 10, 60, DRAW_BODY, DRAW_LEFT, DRAW_BLACK, "store.exe & inetinfo.exe");
    draw_clip_pop(list);
    text = svg_of(list, fonts, "a<b");
    assert_non_null(strstr(text, "<title>a&lt;b</title>"));
    assert_non_null(strstr(text, "<desc>a &lt;description&gt;</desc>"));
    assert_non_null(strstr(text, "d=\"M1 2h3v4h-3zM5 2h3v4h-3z\"")); /* One path for a colour. */
    assert_non_null(strstr(text, "fill-opacity=\"0.502\""));
    assert_non_null(strstr(text, "url(#hatch-6-2-000000ff)"));
    assert_null(strstr(strstr(text, "<pattern") + 1, "<pattern")); /* Defined once. */
    assert_non_null(
        strstr(text, "<rect x=\"10\" y=\"10\" width=\"20\" height=\"20\"/></clipPath>"));
    /* The text fills its place, so its width is fixed. */
    assert_non_null(strstr(text, " textLength=\"56\" "));
    assert_non_null(strstr(text, ">store.\xe2\x80\xa6</text>"));
    again = svg_of(list, fonts, "a<b");
    assert_string_equal(text, again);
    free(text);
    free(again);
    draw_fonts_close(fonts);
    draw_list_free(list);
}

static char *bytes_of(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *bytes;

    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    bytes = malloc(*size);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

static struct raster *sample_raster(void)
{
    struct draw_list *list = draw_list_new();
    struct draw_fonts *fonts = draw_fonts_nominal(100);
    struct raster *raster;

    sample_draw(list, fonts, theme_get(THEME_DARK));
    raster = raster_new(list->width, list->height);
    raster_draw(raster, list, fonts);
    draw_fonts_close(fonts);
    draw_list_free(list);
    return raster;
}

static void a_png_comes_back_as_it_was(void **state)
{
    struct raster *raster = sample_raster(), *read;
    char error[256], *one, *two;
    size_t size_one, size_two;
    glob_t left;

    (void)state;
    assert_true(draw_png_write(in_folder("one.png"), raster, error, sizeof error));
    assert_int_equal(glob(in_folder("*.tmp"), 0, NULL, &left), GLOB_NOMATCH);
    read = draw_png_read(in_folder("one.png"), error, sizeof error);
    assert_non_null(read);
    assert_true(raster_hash(read) == raster_hash(raster));
    assert_true(draw_png_write(in_folder("two.png"), read, error, sizeof error));
    one = bytes_of(in_folder("one.png"), &size_one);
    two = bytes_of(in_folder("two.png"), &size_two);
    assert_int_equal(size_one, size_two);
    assert_memory_equal(one, two, size_one);
    free(one);
    free(two);
    raster_free(read);
    raster_free(raster);
}

static void a_png_that_cannot_be_is_an_error(void **state)
{
    struct raster *raster = raster_new(3, 3);
    char error[256] = "", *bytes;
    size_t size;
    glob_t left;
    FILE *file;

    (void)state;
    assert_false(draw_png_write("/nowhere/at/all.png", raster, error, sizeof error));
    assert_non_null(strstr(error, "/nowhere/at/all.png"));
    assert_null(draw_png_read("/nowhere/at/all.png", error, sizeof error));
    assert_int_equal(mkdir(in_folder("folder.png"), 0700), 0);
    assert_false(draw_png_write(in_folder("folder.png"), raster, error, sizeof error));
    assert_int_equal(glob(in_folder("*.tmp"), 0, NULL, &left), GLOB_NOMATCH);
    assert_true(draw_png_write(in_folder("whole.png"), raster, error, sizeof error));
    bytes = bytes_of(in_folder("whole.png"), &size);
    for (size_t cut = 0; cut + 12 < size;
         cut++) { /* The last chunk says only that it is the end. */
        struct raster *read;

        file = fopen(in_folder("cut.png"), "wb");
        assert_non_null(file);
        fwrite(bytes, 1, cut, file);
        fclose(file);
        read = draw_png_read(in_folder("cut.png"), error, sizeof error);
        raster_free(read);
        if (cut < 33)
            assert_null(read);
    }
    free(bytes);
    raster_free(raster);
}

/* A PDF of two pages with the sample, as bytes; free them with free. */
static char *pdf_of_sample(const struct draw_fonts *fonts, size_t *size)
{
    struct draw_list *list = draw_list_new();
    FILE *file = tmpfile();
    struct draw_pdf *pdf;
    char *bytes;

    assert_non_null(file);
    sample_draw(list, fonts, theme_find("light"));
    pdf = draw_pdf_open(file, 595, 842);
    assert_non_null(pdf);
    draw_pdf_place(pdf, list, fonts, NULL, 40, 60, 0.5);
    draw_pdf_next(pdf);
    draw_pdf_place(pdf, list, fonts, &(struct draw_box){ 10, 10, 300, 200 }, 40, 60, 0.6);
    draw_pdf_next(pdf);
    assert_true(draw_pdf_close(pdf));
    draw_list_free(list);
    *size = (size_t)ftell(file);
    bytes = calloc(1, *size + 1);
    assert_non_null(bytes);
    rewind(file);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

static int count_of(const char *bytes, size_t size, const char *part)
{
    size_t length = strlen(part);
    int count = 0;

    for (size_t i = 0; i + length <= size; i++)
        count += memcmp(bytes + i, part, length) == 0;
    return count;
}

static void a_pdf_has_its_pages_and_the_same_bytes_each_time(void **state)
{
    char error[256];
    struct draw_fonts *fonts = draw_fonts_open(100, NULL, NULL, error, sizeof error);
    size_t one_size, other_size;

    (void)state;
    if (fonts == NULL)
        fonts = draw_fonts_nominal(100);
    char *one = pdf_of_sample(fonts, &one_size), *other = pdf_of_sample(fonts, &other_size);

    assert_memory_equal(one, "%PDF-1.", 7);
    assert_int_equal(count_of(one, one_size, "/Type /Page %"), 2);
    assert_int_equal(count_of(one, one_size, "%%EOF"), 1);
    if (!draw_fonts_are_nominal(fonts)) /* Letters come along: any printer has them. */
        assert_true(count_of(one, one_size, "/FontFile") > 0);
    assert_int_equal(one_size, other_size);
    assert_memory_equal(one, other, one_size);
    free(one);
    free(other);
    draw_fonts_close(fonts);
}

GROUP(files_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parsers_take_the_svg),
        cmocka_unit_test(svg_says_what_was_drawn),
        cmocka_unit_test(a_png_comes_back_as_it_was),
        cmocka_unit_test(a_png_that_cannot_be_is_an_error),
        cmocka_unit_test(a_pdf_has_its_pages_and_the_same_bytes_each_time),
    };

    return cmocka_run_group_tests_name("draw.files", tests, make_folder, remove_folder);
}
