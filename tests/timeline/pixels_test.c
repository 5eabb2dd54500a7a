/* pixels_test.c - the pictures of the README equal what the program draws.
 *
 * Only with the pinned font (DejaVu). One pixel in fifty may differ, because versions of the font
 * library smooth letters differently. The inspector is left out: it shows a stack, which depends on
 * what the compiler inlines. GOLDEN_UPDATE=1 draws the pictures anew.
 */
#include "tests/groups.h"
#include "tests/timeline/stage.h"
#include "ui/draw/png.h"
#include "ui/draw/raster.h"

enum { WIDTH = 1600, HEIGHT = 900, NEAR = 24 };

static struct app *night(const char *theme)
{
    char error[512];
    struct draw_fonts *fonts = draw_fonts_open(100, NULL, NULL, error, sizeof error);
    struct app *app;

    if (fonts == NULL || strstr(draw_fonts_path(fonts, false), "DejaVuSans.ttf") == NULL ||
        strstr(draw_fonts_path(fonts, true), "DejaVuSansMono.ttf") == NULL)
        skip();
    app = app_new(fonts, theme_find(theme), 100);
    if (!app_open(app, 0, SCENARIOS "kb908674.ini", NULL, error, sizeof error))
        fail_msg("%s", error);
    app_settle(app, WIDTH, HEIGHT);
    return app;
}

static bool near(uint32_t one, uint32_t other)
{
    for (int shift = 0; shift < 24; shift += 8) {
        int a = (int)(one >> shift & 255), b = (int)(other >> shift & 255);

        if (abs(a - b) > NEAR)
            return false;
    }
    return true;
}

static void compare(struct app *app, const char *path)
{
    struct raster *raster = raster_new(WIDTH, HEIGHT), *golden;
    const char *update = getenv("GOLDEN_UPDATE");
    char error[512] = "";
    uint32_t differ = 0;

    raster_draw(raster, app->list, app->fonts);
    if (update != NULL && strcmp(update, "1") == 0)
        assert_true(draw_png_write(path, raster, error, sizeof error));
    golden = draw_png_read(path, error, sizeof error);
    if (golden == NULL)
        fail_msg("%s", error);
    assert_int_equal(raster_width(golden), WIDTH);
    assert_int_equal(raster_height(golden), HEIGHT);
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        differ += i % WIDTH < app->layout.side.x &&
                  !near(raster_pixels(raster)[i], raster_pixels(golden)[i]);
    if (differ > WIDTH * HEIGHT / 50)
        fail_msg("%u pixels differ from %s", differ, path);
    raster_free(raster);
    raster_free(golden);
}

static void the_dark_picture_is_the_last_instants(void **state)
{
    struct app *app = night("dark");
    double from, to;

    (void)state;
    app_do(app, COMMAND_AXIS);
    app_do(app, COMMAND_AXIS);
    app_do(app, COMMAND_TO_END);
    app->toast.text[0] = 0;
    app_lock(app);
    axis_whole(app->view.axis.kind, app->panes[0].run, &from, &to);
    view_show(app, to - 2400, to + 150);
    app_unlock(app);
    app_settle(app, WIDTH, HEIGHT);
    compare(app, DOCS "/timeline_dark.png");
    app_free(app);
}

static void the_light_picture_is_the_first_one_shown(void **state)
{
    struct app *app = night("light");

    (void)state;
    compare(app, DOCS "/timeline_light.png");
    app_free(app);
}

GROUP(pixels_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_dark_picture_is_the_last_instants),
        cmocka_unit_test(the_light_picture_is_the_first_one_shown),
    };

    return cmocka_run_group_tests_name("pixels", tests, NULL, NULL);
}
