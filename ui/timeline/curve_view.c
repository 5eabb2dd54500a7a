/* curve_view.c - the load curve of a campaign, to click into.
 *
 * Two graphs over one axis: the probability of the stop with Wilson's interval, and the latency
 * (median and 95th percentile). A point is a node: focus or pointer tells its figures, a click
 * opens the run that stands for it, shortly before its stop. Figures come from ui/campaign/curve.h,
 * which makes them anew from the database's rows.
 */
#include "ui/campaign/curve.h"
#include "ui/run/options.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/wrap.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct curve_view {
    struct curve *curve;
    char path[512];
    uint32_t point; /* The point whose figures are shown. */
};

void curve_view_free(struct curve_view *view)
{
    if (view == NULL)
        return;
    curve_free(view->curve);
    free(view);
}

bool curve_view_open(struct app *app, const char *path, char *error, size_t error_size)
{
    char why[RESULTS_ERROR_CHARS] = "";
    struct results *results = results_open(path, RESULTS_READ, why);
    struct curve *curve = results == NULL ? NULL : curve_read(results, NULL, why);

    results_close(results);
    if (curve == NULL) {
        snprintf(error, error_size, "%.400s", why);
        return false;
    }
    curve_view_free(app->curve);
    app->curve = calloc(1, sizeof *app->curve);
    CHECK(app->curve != NULL);
    app->curve->curve = curve;
    snprintf(app->curve->path, sizeof app->curve->path, "%s", path);
    app->dirty = true;
    return true;
}

/* ---- The exemplar: "exifsim run FILE --seed N --set a=b" ------------------------------------- */

/* The next word as a shell has it, in place; NULL: none is left. */
static char *next_word(char **rest)
{
    char *in = *rest, *out, *word;
    bool quoted = false;

    while (*in == ' ')
        in++;
    if (*in == 0)
        return NULL;
    word = out = in;
    for (; *in != 0 && (quoted || *in != ' '); in++) {
        if (*in == '\'')
            quoted = !quoted;
        else if (*in == '\\' && !quoted && in[1] != 0)
            *out++ = *++in;
        else
            *out++ = *in;
    }
    *rest = *in == 0 ? in : in + 1;
    *out = 0;
    return word;
}

/* The options of the line that runs a point's exemplar: `exifsim run ...`. */
static bool read_exemplar(char *line, struct options *out)
{
    const char *words[2 * RUN_SETS_MAX + 16], *word;
    int count = 0;

    next_word(&line); /* exifsim */
    while (count < (int)ARRAY_LEN(words) && (word = next_word(&line)) != NULL)
        words[count++] = word;
    return options_read(out, PROGRAM_EXIFSIM, count, words) && out->path_count == 1;
}

void curve_view_click(struct app *app, uint32_t index)
{
    struct options exemplar;
    char error[512];
    char *text;

    if (app->curve == NULL || index >= app->curve->curve->count)
        return;
    app->curve->point = index;
    text = strdup(app->curve->curve->points[index].exemplar);
    CHECK(text != NULL);
    if (!read_exemplar(text, &exemplar))
        app_say(app, true, "this point has no run to show");
    else if (!app_open(app, 0, exemplar.paths[0], &exemplar.run, error, sizeof error))
        app_say(app, true, "%s", error);
    else
        app_say(app, false, "%s, paused shortly before its end",
                app->curve->curve->points[index].label);
    free(text);
}

/* ---- Graphs ---------------------------------------------------------------------------------- */

struct plot {
    struct draw_box box; /* The graph itself, without its labels. */
    double least, most;  /* Range of x. */
    double top;          /* Greatest y; the least is 0. */
    bool logarithmic;    /* x. */
};

static int plot_x(const struct plot *p, double x)
{
    double part = p->most <= p->least ? 0.5
                  : p->logarithmic    ? (log(x) - log(p->least)) / (log(p->most) - log(p->least))
                                      : (x - p->least) / (p->most - p->least);

    return p->box.x + (int)(part * (p->box.w - 1) + 0.5);
}

static int plot_y(const struct plot *p, double y)
{
    double part = y / p->top;

    return p->box.y + p->box.h - 1 - (int)((part > 1 ? 1 : part) * (p->box.h - 1) + 0.5);
}

static uint32_t series_color(uint32_t series)
{
    static const enum theme_okabe_ito colors[] = { OKABE_VERMILION, OKABE_SKY,    OKABE_GREEN,
                                                   OKABE_YELLOW,    OKABE_PURPLE, OKABE_ORANGE };

    return theme_palette(colors[series % ARRAY_LEN(colors)]);
}

/* A square, a diamond or a triangle: series differ in more than colour. */
static void draw_point(struct app *app, uint32_t series, int x, int y, int r)
{
    uint32_t color = series_color(series);
    const struct draw_point diamond[] = { { x, y - r }, { x + r, y }, { x, y + r }, { x - r, y } };
    const struct draw_point up[] = { { x, y - r }, { x + r, y + r }, { x - r, y + r } };

    if (series % 3 == 0)
        draw_rect(app->list, x - r + 1, y - r + 1, 2 * r - 2, 2 * r - 2, color);
    else
        draw_polygon(app->list, series % 3 == 1 ? diamond : up, series % 3 == 1 ? 4 : 3, color);
}

static double nice_top(double most)
{
    double top = 1e-3;

    while (top < most)
        top *= 10;
    return top / 5 >= most ? top / 5 : top / 2 >= most ? top / 2 : top;
}

static void draw_frame_of(struct app *app, const struct plot *p, const struct curve *curve,
                          const char *title, const char *unit, bool percent)
{
    const struct theme *t = app->theme;
    int line = draw_line_height(app->fonts, DRAW_SMALL), last = -1000;
    char name[CURVE_NAME_CHARS + 16];

    draw_text(app->list, p->box.x, p->box.y - line - app_px(app, 8), p->box.w, DRAW_BODY, DRAW_LEFT,
              t->ink, title);
    for (int i = 0; i <= 4; i++) {
        int y = plot_y(p, p->top * i / 4);
        char text[48];

        draw_line(app->list, p->box.x, y, p->box.x + p->box.w - 1, y, 1, t->grid_strong);
        if (percent)
            snprintf(text, sizeof text, "%.0f %%", 100 * p->top * i / 4);
        else
            snprintf(text, sizeof text, "%.4g %s", p->top * i / 4, unit);
        draw_text(app->list, p->box.x - app_px(app, 8), y - line / 2, 0, DRAW_SMALL, DRAW_RIGHT,
                  t->dim, text);
    }
    for (uint32_t i = 0; i < curve->count; i++) {
        int x = plot_x(p, curve->points[i].x);
        char text[48];

        if (curve->points[i].series != 0)
            continue;
        draw_line(app->list, x, p->box.y + p->box.h, x, p->box.y + p->box.h + app_px(app, 4), 1,
                  t->dim);
        snprintf(text, sizeof text, "%g%s", curve->points[i].x, curve->x_unit);
        if (x - last < draw_text_width(app->fonts, DRAW_SMALL, text) + app_px(app, 8))
            continue;
        last = x;
        draw_text(app->list, x - 200, p->box.y + p->box.h + app_px(app, 6), 400, DRAW_SMALL,
                  DRAW_CENTER, t->dim, text);
    }
    snprintf(name, sizeof name, "%s%s", curve->x_name, p->logarithmic ? ", logarithmic" : "");
    draw_text(app->list, p->box.x, p->box.y + p->box.h + app_px(app, 8) + line, p->box.w,
              DRAW_SMALL, DRAW_CENTER, t->dim, name);
}

/* Intervals as whiskers, the estimates joined. */
static void draw_stops(struct app *app, const struct plot *p, const struct curve *curve)
{
    for (uint32_t s = 0; s < curve->series_count; s++) {
        uint32_t first, count = curve_series(curve, s, &first);

        for (uint32_t i = first; i < first + count; i++) {
            const struct curve_point *point = &curve->points[i];
            /* Series stand beside each other, so that equal ones are both seen. */
            int x = plot_x(p, point->x) + (int)s * app_px(app, 5);
            int low = plot_y(p, point->p_stop.low), high = plot_y(p, point->p_stop.high);

            draw_rect(app->list, x - 1, high, 3, low - high + 1, theme_alpha(series_color(s), 150));
            if (i > first)
                draw_line(app->list, plot_x(p, curve->points[i - 1].x) + (int)s * app_px(app, 5),
                          plot_y(p, curve->points[i - 1].p_stop.point), x,
                          plot_y(p, point->p_stop.point), 2, series_color(s));
        }
        for (uint32_t i = first; i < first + count; i++)
            draw_point(app, s, plot_x(p, curve->points[i].x) + (int)s * app_px(app, 5),
                       plot_y(p, curve->points[i].p_stop.point), app_px(app, 6));
    }
}

static void draw_latency(struct app *app, const struct plot *p, const struct curve *curve)
{
    for (uint32_t s = 0; s < curve->series_count; s++) {
        int aside = (int)s * app_px(app, 5); /* Curves that lie on one another are both seen. */
        uint32_t first, count = curve_series(curve, s, &first);

        for (uint32_t i = first + 1; i < first + count; i++) {
            const struct curve_point *a = &curve->points[i - 1], *b = &curve->points[i];

            if (a->p95_ms <= 0 || b->p95_ms <= 0) /* Stopped before anything was measured. */
                continue;
            draw_line(app->list, plot_x(p, a->x) + aside, plot_y(p, a->p95_ms),
                      plot_x(p, b->x) + aside, plot_y(p, b->p95_ms), 2, series_color(s));
            draw_line(app->list, plot_x(p, a->x) + aside, plot_y(p, a->p50_ms),
                      plot_x(p, b->x) + aside, plot_y(p, b->p50_ms), 1, series_color(s));
        }
        for (uint32_t i = first; i < first + count; i++)
            if (curve->points[i].p95_ms > 0)
                draw_point(app, s, plot_x(p, curve->points[i].x) + aside,
                           plot_y(p, curve->points[i].p95_ms), app_px(app, 4));
    }
}

/* ---- Nodes ----------------------------------------------------------------------------------- */

static void point_nodes(struct app *app, const struct plot *p, const struct curve *curve)
{
    tree_push(app->tree, tree_key(KEY_CURVE, "points", 0), TREE_LIST, "Points", p->box,
              TREE_REGION);
    for (uint32_t i = 0; i < curve->count; i++) {
        const struct curve_point *point = &curve->points[i];
        int r = app_px(app, 10);
        struct draw_box box = { plot_x(p, point->x) + (int)point->series * app_px(app, 5) - r,
                                plot_y(p, point->p_stop.point) - r, 2 * r, 2 * r };
        uint64_t key = tree_key(KEY_CURVE_POINT, NULL, i);
        const struct tree_node *focus = tree_focus(app->tree);
        char latency[32];

        tree_leaf(app->tree, key, TREE_LINK, point->label, box, TREE_FOCUSABLE);
        snprintf(latency, sizeof latency, "%.1f ms", point->p95_ms);
        tree_value(app->tree, "stops %.0f %% (%.0f to %.0f) of %u runs, p95 %s",
                   100 * point->p_stop.point, 100 * point->p_stop.low, 100 * point->p_stop.high,
                   (unsigned)point->runs,
                   point->p95_ms > 0 ? latency : "not measured: all stopped in the warm-up");
        tree_note(app->tree, "Enter or a click opens %s", point->exemplar);
        tree_tag(app->tree, tag_make(TAG_POINT, 0, i));
        if ((focus != NULL && focus->key == key) ||
            draw_box_has(box, app->pointer.x, app->pointer.y))
            app->curve->point = i;
    }
    tree_pop(app->tree);
}

static void say(struct app *app, struct draw_box *box, enum draw_size size, uint32_t color,
                const char *text)
{
    box->y += wrap_draw(app->list, app->fonts, box->x, box->y, box->w, size, color, text) +
              app_px(app, 6);
}

static void point_text(struct app *app, struct draw_box box, const struct curve_point *p)
{
    const struct theme *t = app->theme;
    char text[400];

    say(app, &box, DRAW_TITLE, t->ink, p->label);
    snprintf(text, sizeof text, "%u runs: %u stopped, %u ended with a process crash only.",
             (unsigned)p->runs, (unsigned)p->stops,
             (unsigned)(p->process_crashes >= p->stops ? p->process_crashes - p->stops
                                                       : p->process_crashes));
    say(app, &box, DRAW_BODY, t->ink, text);
    snprintf(text, sizeof text, "P(stop) %.1f %% (95 %%: %.1f to %.1f)", 100 * p->p_stop.point,
             100 * p->p_stop.low, 100 * p->p_stop.high);
    say(app, &box, DRAW_BODY, t->ink, text);
    if (p->p95_ms > 0) {
        snprintf(text, sizeof text, "Latency: median %.1f ms, p95 %.1f ms, p99 %.1f ms", p->p50_ms,
                 p->p95_ms, p->p99_ms);
        say(app, &box, DRAW_BODY, t->ink, text);
        snprintf(text, sizeof text, "Processors %.1f %%, log disk %.1f %% busy",
                 p->cpu_percent.point, p->log_disk_percent.point);
        say(app, &box, DRAW_BODY, t->ink, text);
    } else {
        say(app, &box, DRAW_BODY, t->ink,
            "Latency and use: not measured, because every run stopped in its warm-up.");
    }
    say(app, &box, DRAW_SMALL, t->dim,
        "A click on a point opens the run that stands for it, shortly before its end:");
    say(app, &box, DRAW_MONO_SMALL, t->ink, p->exemplar);
}

static void legend(struct app *app, const struct curve *curve, int x, int y)
{
    for (uint32_t s = 0; s < curve->series_count; s++) {
        draw_point(app, s, x + app_px(app, 6), y + app_px(app, 9), app_px(app, 6));
        draw_text(app->list, x + app_px(app, 20), y, 0, DRAW_BODY, DRAW_LEFT, app->theme->ink,
                  curve->series[s]);
        x += app_px(app, 40) + draw_text_width(app->fonts, DRAW_BODY, curve->series[s]);
    }
}

static void no_curve(struct app *app, struct draw_box box)
{
    static const char text[] = "No campaign is open. Make one with `exifsim sweep "
                               "scenarios/load_curve.ini -o curve.db`, then open curve.db here "
                               "with Ctrl+O, or drop it on the window.";
    int margin = app_px(app, 40);

    wrap_draw(app->list, app->fonts, box.x + margin, box.y + margin, box.w - 2 * margin, DRAW_TITLE,
              app->theme->dim, text);
    tree_leaf(app->tree, KEY_CURVE, TREE_TEXT, text, box, 0);
}

void paint_curve(struct app *app)
{
    int top = app->layout.toolbar.h, side = MIN_OF(app_px(app, 400), app->width / 3);
    struct draw_box box = { 0, top, app->width, app->height - top - app->layout.status.h };
    struct draw_box right = { box.w - side + app_px(app, 16), top + app_px(app, 24),
                              side - app_px(app, 32), box.h - app_px(app, 48) };
    const struct curve *curve;
    struct plot stops, latency;
    double p95 = 0;
    int gap = app_px(app, 96), margin = app_px(app, 86);

    if (app->curve == NULL) {
        no_curve(app, box);
        return;
    }
    curve = app->curve->curve;
    tree_push(app->tree, KEY_CURVE, TREE_GROUP, "Load curve", box, TREE_REGION);
    draw_text(app->list, margin, top + app_px(app, 14), 0, DRAW_TITLE, DRAW_LEFT, app->theme->ink,
              curve->title != NULL ? curve->title : app->curve->path);
    legend(app, curve, margin, top + app_px(app, 40));
    stops = (struct plot){ .box = { margin, top + app_px(app, 104),
                                    box.w - side - margin - app_px(app, 24),
                                    (box.h - app_px(app, 104) - gap - app_px(app, 52)) * 3 / 5 },
                           .least = curve->points[0].x,
                           .most = curve->points[0].x,
                           .top = 1,
                           .logarithmic = true };
    for (uint32_t i = 0; i < curve->count; i++) {
        stops.least = MIN_OF(stops.least, curve->points[i].x);
        stops.most = MAX_OF(stops.most, curve->points[i].x);
        p95 = MAX_OF(p95, curve->points[i].p95_ms);
    }
    stops.logarithmic = stops.least > 0;
    latency = stops;
    latency.box.y += stops.box.h + gap;
    latency.box.h = box.y + box.h - app_px(app, 52) - latency.box.y;
    latency.top = nice_top(MAX_OF(p95, 0.001));
    draw_frame_of(app, &stops, curve, "Probability that the server stops, with its 95 % interval",
                  "", true);
    draw_stops(app, &stops, curve);
    draw_frame_of(app, &latency, curve, "Delivery time: 95th percentile (thick), median (thin)",
                  "ms", false);
    draw_latency(app, &latency, curve);
    point_nodes(app, &stops, curve);
    draw_rect(app->list, box.w - side, top, side, box.h, app->theme->panel);
    if (app->curve->point < curve->count)
        point_text(app, right, &curve->points[app->curve->point]);
    tree_pop(app->tree);
}
