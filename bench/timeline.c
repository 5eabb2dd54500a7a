/* timeline.c - how fast the window is. usage: timeline SCENARIO.ini SECONDS
 *
 * Opens kb908674 until its first picture; asks there who wrote the bytes that strangers damaged;
 * then opens the given scenario for so many simulated seconds. There it zooms, moves, scrolls and
 * drags the playhead while the worker makes details again. A frame is layout, tree, draw list and
 * pixels at 1920x1080.
 */
#include "bench/bench.h"
#include "ui/draw/raster.h"
#include "ui/timeline/commands.h"

enum { FRAMES = 1500, SCRUBS = 300, WIDTH = 1920, HEIGHT = 1080 };

static int compare(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;

    return (a > b) - (a < b);
}

static struct app *open_app(const char *path, const char *duration)
{
    char error[512];
    struct run_options options = { .sets = { duration }, .set_count = duration != NULL };
    struct draw_fonts *fonts = draw_fonts_open(100, NULL, NULL, error, sizeof error);
    struct app *app;

    if (fonts == NULL)
        fonts = draw_fonts_nominal(100);
    app = app_new(fonts, theme_get(THEME_DARK), 100);
    if (!app_open(app, 0, path, &options, error, sizeof error)) {
        fprintf(stderr, "%s\n", error);
        exit(2);
    }
    return app;
}

static double frame(struct app *app, struct raster *raster)
{
    double begin = bench_now();

    app_frame(app, WIDTH, HEIGHT);
    raster_draw(raster, app->list, app->fonts);
    return bench_now() - begin;
}

/* Draws frames until one shows lanes. */
static void first_picture(const char *heavy, struct raster *raster)
{
    char path[4096];
    double begin = bench_now();
    const char *slash = strrchr(heavy, '/');
    struct app *app;

    snprintf(path, sizeof path, "%.*skb908674.ini", slash == NULL ? 0 : (int)(slash - heavy + 1),
             heavy);
    app = open_app(path, NULL);
    while (!app->view.ready)
        frame(app, raster);
    bench_result("timeline", "open", 24, bench_now() - begin, bench_resident());
    app_free(app);
}

/* One movement of a user's hand. */
static void move(struct app *app, uint64_t *state)
{
    static const enum command moves[] = { COMMAND_ZOOM_IN,   COMMAND_ZOOM_OUT,    COMMAND_ZOOM_IN,
                                          COMMAND_PAN_LEFT,  COMMAND_PAN_RIGHT,   COMMAND_NEXT,
                                          COMMAND_SCROLL_UP, COMMAND_SCROLL_DOWN, COMMAND_ZOOM_OUT,
                                          COMMAND_LANE_DOWN };
    uint64_t r = bench_random(state);

    app->pointer.x = 300 + (int)(r % 1100);
    if (r >> 32 & 31)
        app_do(app, moves[(r >> 40) % (sizeof moves / sizeof moves[0])]);
    else
        app_do(app, r >> 60 & 1 ? COMMAND_FIT_ALL : COMMAND_AXIS);
}

static void frames(struct app *app, struct raster *raster, uint64_t records)
{
    static double ns[FRAMES];
    uint64_t state = 1;

    for (int i = 0; i < FRAMES; i++) {
        move(app, &state);
        ns[i] = frame(app, raster);
    }
    qsort(ns, FRAMES, sizeof ns[0], compare);
    bench_result("timeline", "frame", 24, ns[FRAMES / 2], (double)records);
    bench_result("timeline", "frame-p99", 24, ns[FRAMES * 99 / 100], (double)records);
}

static double look(struct recording *run, uint64_t number)
{
    double begin = bench_now();
    bool there = false;

    while (!there) {
        recording_lock(run);
        there = recording_moment(run, number) != NULL;
        recording_unlock(run);
        if (!there)
            recording_wait(run);
    }
    return bench_now() - begin;
}

/* Asks who wrote the first byte of each write into a stranger's memory, in the default run. */
static void writers(const char *heavy)
{
    enum { ASKED_MOST = 40 };
    static double ns[ASKED_MOST];
    char path[4096];
    const char *slash = strrchr(heavy, '/');
    const struct highlight *marks;
    uint32_t count, asked = 0;
    uint64_t dropped;
    struct recording *run;
    struct app *app;

    snprintf(path, sizeof path, "%.*skb908674.ini", slash == NULL ? 0 : (int)(slash - heavy + 1),
             heavy);
    app = open_app(path, NULL);
    run = app->panes[0].run;
    recording_wait(run);
    recording_lock(run);
    marks = recording_highlights(run, &count, &dropped);
    for (uint32_t i = 0; i < count && asked < ASKED_MOST; i++) {
        uint32_t lane, address;
        double begin = bench_now();

        if (marks[i].surprising ||
            !wrote_record(run, &marks[i].record, marks[i].number, &lane, &address))
            continue;
        recording_forget_writers(run);
        recording_ask_writers(run, lanes_get(recording_lanes(run), lane)->id, address);
        recording_unlock(run);
        recording_wait(run);
        recording_lock(run);
        ns[asked++] = bench_now() - begin;
    }
    recording_unlock(run);
    qsort(ns, asked, sizeof ns[0], compare);
    bench_result("timeline", "who-wrote", 24, ns[asked / 2], (double)asked);
    bench_result("timeline", "who-wrote-worst", 24, ns[asked - 1], (double)asked);
    app_free(app);
}

static void scrubs(struct recording *run, uint64_t records)
{
    static double ns[SCRUBS];
    uint64_t state = 2, number;

    for (int i = 0; i < SCRUBS; i++)
        ns[i] = look(run, 1000 + bench_random(&state) % (records - 1000));
    qsort(ns, SCRUBS, sizeof ns[0], compare);
    bench_result("timeline", "scrub", 24, ns[SCRUBS / 2], (double)records);
    bench_result("timeline", "scrub-worst", 24, ns[SCRUBS - 1], (double)records);
    number = records / 2;
    for (int i = 0; i < SCRUBS; i++)
        ns[i] = look(run, number--);
    qsort(ns, SCRUBS, sizeof ns[0], compare);
    bench_result("timeline", "step-back", 24, ns[SCRUBS / 2], (double)records);
}

int main(int argc, char **argv)
{
    char duration[64];
    struct raster *raster = raster_new(WIDTH, HEIGHT);
    struct app *app;
    uint64_t records;

    if (argc < 3) {
        fprintf(stderr, "usage: %s SCENARIO.ini SECONDS\n", argv[0]);
        return 2;
    }
    first_picture(argv[1], raster);
    writers(argv[1]);
    snprintf(duration, sizeof duration, "scenario.duration=%s s", argv[2]);
    app = open_app(argv[1], duration);
    recording_wait(app->panes[0].run);
    recording_lock(app->panes[0].run);
    records = recording_status(app->panes[0].run)->records;
    recording_unlock(app->panes[0].run);
    app_settle(app, WIDTH, HEIGHT);
    frames(app, raster, records);
    recording_wait(app->panes[0].run);
    scrubs(app->panes[0].run, records);
    app_free(app);
    raster_free(raster);
    return 0;
}
