/* paint_steps.c - values that change: step graphs, scatter of delivery times, IRQL staircases.
 *
 * The scale of a row is the largest value in sight, written beside it. Far away each column shows
 * the range between the least and the most, which hides no peak.
 */
#include "ui/timeline/paint.h"
#include <inttypes.h>

struct graph {
    int y, h;
    uint32_t most;               /* Top of the scale; at least 1. */
    uint32_t color, fill, range; /* Line; below it; between least and most. */
    bool scatter;
};

/* The first step to be drawn: the one in force where the sight begins. Before the segment's first
 * record that is the carried one. */
static uint32_t first_step(const struct brush *b, const struct stretch *s, uint32_t lane)
{
    const struct detail *d = s->detail;
    uint32_t low = d->step_from[lane], high = d->step_from[lane + 1], from = s->from;

    if (from == 0 && axis_in(b->axis->kind, s->segment, d, 0) > b->axis->from)
        return low;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (d->steps[middle].index <= from)
            low = middle + 1;
        else
            high = middle;
    }
    return low > d->step_from[lane] ? low - 1 : low;
}

static uint32_t most_in_sight(const struct brush *b, uint32_t lane)
{
    uint32_t most = 0;

    for (uint32_t i = 0; i < b->stretch_count; i++) {
        const struct stretch *s = &b->stretches[i];
        const struct segment *g = s->segment;

        if (s->detail != NULL && lane < s->detail->lane_count) {
            const struct detail *d = s->detail;

            for (uint32_t k = first_step(b, s, lane);
                 k < d->step_from[lane + 1] &&
                 axis_step(b->axis->kind, g, d, &d->steps[k]) <= b->axis->to;
                 k++)
                most = MAX_OF(most, d->steps[k].value);
        } else if (s->detail == NULL && lane < g->lane_count) {
            const struct range *ranges = stretch_ranges(s, lane);

            for (uint32_t k = 0; k < s->bucket_to - s->bucket_from && ranges != NULL; k++)
                most = MAX_OF(most, ranges[k].most);
            if (ranges == NULL)
                most = MAX_OF(most, g->rest[lane].value);
        }
    }
    return most;
}

static int level_of(const struct graph *g, uint32_t value)
{
    return g->y + g->h - 1 -
           (int)((uint64_t)MIN_OF(value, g->most) * (uint32_t)(g->h - 2) / g->most);
}

static void bar(const struct brush *b, const struct graph *g, int x0, int x1, uint32_t value)
{
    int top = level_of(g, value);

    if (value == 0 || x1 <= x0)
        return;
    draw_rect(b->list, x0, top, x1 - x0, g->y + g->h - top, g->fill);
    draw_rect(b->list, x0, top, x1 - x0, 1, g->color);
}

static void graph_near(const struct brush *b, const struct graph *g, const struct stretch *s,
                       uint32_t lane)
{
    const struct detail *d = s->detail;
    int pending_x = -1, dot = app_px(b->app, 2);
    uint32_t pending = 0;

    if (lane >= d->lane_count)
        return;
    for (uint32_t k = first_step(b, s, lane);
         k < d->step_from[lane + 1] && d->steps[k].index <= s->to; k++) {
        uint32_t next = k + 1 < d->step_from[lane + 1] ? d->steps[k + 1].index : d->count;
        int x0 = axis_px(b->axis, axis_step(b->axis->kind, s->segment, d, &d->steps[k]));
        int x1 = axis_px(b->axis, axis_in(b->axis->kind, s->segment, d, next));

        if (d->steps[k].before && x1 - x0 < 1)
            continue; /* The segment before has drawn it. */
        if (g->scatter) {
            if (!d->steps[k].before)
                draw_rect(b->list, x0, level_of(g, d->steps[k].value) - dot / 2, dot, dot,
                          g->color);
            continue;
        }
        if (x1 - x0 < 1) { /* The highest of those that share a column. */
            if (x0 != pending_x)
                bar(b, g, pending_x, pending_x + 1, pending);
            pending = x0 != pending_x ? d->steps[k].value : MAX_OF(pending, d->steps[k].value);
            pending_x = x0;
            continue;
        }
        bar(b, g, pending_x, pending_x + 1, pending);
        pending = 0;
        bar(b, g, x0, x1, d->steps[k].value);
    }
    bar(b, g, pending_x, pending_x + 1, pending);
}

static void graph_far(const struct brush *b, const struct graph *g, const struct stretch *s,
                      uint32_t lane)
{
    const struct segment *seg = s->segment;
    const struct range *ranges = stretch_ranges(s, lane);
    struct range column = { 0 };
    int begun = -1;

    if (lane >= seg->lane_count)
        return;
    for (uint32_t k = s->bucket_from; k < s->bucket_to; k++) {
        int x0 = s->x[k - s->bucket_from], x1 = s->x[k + 1 - s->bucket_from];
        uint32_t rest = seg->rest[lane].value;
        struct range here =
            ranges != NULL ? ranges[k - s->bucket_from] : (struct range){ rest, rest, rest };

        if (g->scatter && ranges == NULL)
            here = (struct range){ 0 };
        if (begun < 0) {
            begun = x0;
            column = here;
        }
        column.least = MIN_OF(column.least, here.least);
        column.most = MAX_OF(column.most, here.most);
        if (x1 - begun < 2 && k + 1 < s->bucket_to)
            continue;
        int low = level_of(g, column.least), high = level_of(g, column.most);

        if (!g->scatter)
            bar(b, g, begun, x1 > begun ? x1 : begun + 1, column.least);
        if (column.most > 0)
            draw_rect(b->list, begun, high, x1 > begun ? x1 - begun : 1, low - high + 1, g->range);
        begun = -1;
    }
}

static void graph(const struct brush *b, struct graph *g, uint32_t lane)
{
    g->fill = theme_mix(b->app->theme->background, g->color, 35);
    if (g->range == 0)
        g->range = theme_mix(b->app->theme->background, g->color, 75);
    for (uint32_t i = 0; i < b->stretch_count; i++) {
        if (b->stretches[i].detail != NULL)
            graph_near(b, g, &b->stretches[i], lane);
        else
            graph_far(b, g, &b->stretches[i], lane);
    }
}

/* "328 ms", "1.2 MiB", "24". */
void paint_value(const struct lane *lane, uint64_t value, char *out, size_t size)
{
    const char *unit = lane->kind == LANE_GAUGE  ? inspect_gauge_units[lane->key]
                       : lane->kind == LANE_POOL ? "bytes"
                                                 : "";

    if (lane->kind == LANE_LATENCY || unit[0] == 'u')
        text_length(value * US(1), out, size);
    else if (unit[0] == 'b' && value >= 10 * 1024 * 1024)
        snprintf(out, size, "%" PRIu64 " MiB", value >> 20);
    else if (unit[0] == 'b')
        snprintf(out, size, "%" PRIu64 " KiB", value >> 10);
    else if (lane->kind == LANE_LOAD)
        snprintf(out, size, "%" PRIu64 "/s", value);
    else
        snprintf(out, size, "%" PRIu64 "%s%s", value, unit[0] != 0 ? " " : "", unit);
}

/* On the left, where no stop line stands. */
static void scale_label(const struct brush *b, const struct graph *g, const struct lane *lane)
{
    char value[48], text[64];
    int x = b->axis->x + app_px(b->app, 2), width;

    paint_value(lane, g->most, value, sizeof value);
    snprintf(text, sizeof text, "max %s", value);
    width = draw_text_width(b->app->fonts, DRAW_SMALL, text) + app_px(b->app, 8);
    draw_rect(b->list, x, b->y + 1, width, draw_line_height(b->app->fonts, DRAW_SMALL),
              theme_alpha(b->app->theme->background, 215));
    draw_text(b->list, x + app_px(b->app, 4), b->y + 1, 0, DRAW_SMALL, DRAW_LEFT,
              b->app->theme->dim, text);
}

void paint_steps(const struct brush *b)
{
    const struct theme *t = b->app->theme;
    const struct lane *lane = lanes_get(b->lanes, b->row->lane);
    uint32_t most = most_in_sight(b, b->row->lane);
    struct graph g = { .y = b->y + 2, .h = b->h - 3, .most = MAX_OF(most, 1u), .color = t->accent };

    if (lane->kind == LANE_CPU) { /* The staircase: PASSIVE, APC, DISPATCH. */
        g.y = b->y;
        g.h = b->h;
        g.most = MAX_OF(most, 2u);
        g.color = t->ink;
        g.range = theme_mix(t->background, t->ink, 22); /* Up and down all the time. */
        graph(b, &g, b->row->lane);
        return;
    }
    if (lane->process != PROCESS_NONE)
        g.color = paint_process_color(b, lane->process);
    if (lane->kind == LANE_LATENCY) {
        g.color = theme_palette(OKABE_VERMILION);
        g.scatter = true;
    }
    graph(b, &g, b->row->lane);
    if (most > 0)
        scale_label(b, &g, lane);
}
