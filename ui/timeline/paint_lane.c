/* paint_lane.c - one row of the picture, near and far.
 *
 * Near, the row is drawn from the exact spans of the segments in sight; far, from their summaries.
 * Either way nothing is passed off as exact that is not: where several spans share a pixel, or a
 * bucket of the summary is drawn, the row has a line of dots along its bottom: folded.
 *
 *   running  solid, in the colour of the thread's process
 *   ready    hatched          waiting  an outline          on a lock  chevrons in it
 *   attached an inset band in the colour of the process visited, lettered with ApcStateIndex
 *   DPC      a dotted line along the top
 */
#include "ui/timeline/paint.h"
#include <string.h>

uint32_t paint_process_color(const struct brush *b, uint16_t process)
{
    return b->colors[MIN_OF(process, b->color_count)];
}

static int px(const struct brush *b, int length) { return app_px(b->app, length); }

/* Where a system service is named, what it waits for is named behind it. */
enum { SERVICE_ROOM = 160 };

/* ---- Boxes ----------------------------------------------------------------------------------- */

static void fill(const struct brush *b, int x0, int x1, int y, int h, uint32_t color)
{
    draw_rect(b->list, x0, y, x1 - x0, h, color);
    if ((b->app->theme->outline & 0xff) != 0 && x1 - x0 > 3)
        draw_outline(b->list, x0, y, x1 - x0, h, 1, b->app->theme->outline);
}

/* Room for a label is where the box can be seen. */
static void label(const struct brush *b, int x0, int x1, int y, int h, uint32_t ink,
                  const char *text)
{
    int left = x0 > b->axis->x ? x0 : b->axis->x;
    int right = x1 < b->axis->x + b->axis->w ? x1 : b->axis->x + b->axis->w;

    if (right - left >= px(b, 24) && text[0] != 0)
        draw_label(b->list, b->app->fonts, left, y, right - left, h, DRAW_SMALL, DRAW_LEFT, ink,
                   text);
}

static void span_label(const struct brush *b, const struct cut_span *s, char *out, size_t size)
{
    const struct lane *lane = lanes_get(b->lanes, b->lane);

    out[0] = 0;
    switch (s->state) {
    case SPAN_RUNNING: /* A thread's own row has the system service there. */
        if (lane->kind == LANE_CPU && s->value < lanes_count(b->lanes))
            snprintf(out, size, "%s", lanes_get(b->lanes, s->value)->name);
        else if (b->row->kind == ROW_PROCESS)
            snprintf(out, size, "%s", lane->name);
        break;
    case SPAN_WAITING:
        paint_object_name(b, s->value, out, size);
        break;
    case SPAN_IRP:
        snprintf(out, size, "%s", inspect_major_name(s->extra));
        break;
    case SPAN_TRANSFER:
        snprintf(out, size, "%u KiB", s->value / 1024);
        break;
    case SPAN_HELD:
        snprintf(out, size, "held by %s",
                 s->value < lanes_count(b->lanes) ? lanes_get(b->lanes, s->value)->name : "?");
        break;
    case SPAN_STOPPED:
    case SPAN_START_PENDING:
    case SPAN_STOP_PENDING:
    case SPAN_SERVICE_RUNNING:
        snprintf(out, size, "%s", span_state_names[s->state]);
        break;
    default:
        break;
    }
}

void paint_object_name(const struct brush *b, uint32_t address, char *out, size_t size)
{
    uint32_t lane = lanes_find(b->lanes, LANE_LOCK, address);

    if (lane == LANE_NONE)
        lane = lanes_find(b->lanes, LANE_THREAD, address);
    if (lane == LANE_NONE)
        lane = lanes_find(b->lanes, LANE_PROCESS, address);
    if (lane != LANE_NONE)
        snprintf(out, size, "waits for %s", lanes_get(b->lanes, lane)->name);
    else if (address == 0)
        snprintf(out, size, "sleeps");
    else
        snprintf(out, size, "waits for %08x", address);
}

/* ---- Spans ----------------------------------------------------------------------------------- */

static void draw_band(const struct brush *b, const struct cut_span *s, int x0, int x1)
{
    int inset = px(b, 3) * (s->level - LEVEL_BAND_1 + 1), h = b->h - 2 * inset;
    uint32_t color = paint_process_color(b, s->process);
    char letter[2] = { (char)('0' + MIN_OF(s->level - LEVEL_BAND_1 + 1, 9)), 0 };

    if (h < 4) {
        inset = (b->h - 4) / 2;
        h = 4;
    }
    if (x1 - x0 < 2)
        x1 = x0 + 2;
    draw_rect(b->list, x0, b->y + inset, x1 - x0, h, color);
    if (x1 - x0 > 4)
        draw_outline(b->list, x0, b->y + inset, x1 - x0, h, 1, DRAW_BLACK);
    if (x1 - x0 >= px(b, 12))
        draw_text(b->list, x0 > b->axis->x ? x0 + px(b, 3) : b->axis->x + px(b, 3),
                  draw_text_top(b->app->fonts, DRAW_SMALL, b->y + inset, h), 0, DRAW_SMALL,
                  DRAW_LEFT, theme_ink_on(color), letter);
}

static void draw_waiting(const struct brush *b, const struct cut_span *s, int x0, int x1)
{
    const struct theme *t = b->app->theme;
    int inset = px(b, 4), h = b->h - 2 * inset;
    bool lock = lanes_find(b->lanes, LANE_LOCK, s->value) != LANE_NONE;
    char text[96];

    draw_outline(b->list, x0, b->y + inset, x1 - x0, h, 1, theme_mix(t->background, t->dim, 55));
    if (lock)
        draw_chevrons(b->list, x0, b->y + inset, x1 - x0, h, px(b, 9), 1, t->dim);
    span_label(b, s, text, sizeof text);
    if (x0 < b->axis->x)
        x0 = b->axis->x;
    if (x1 - x0 >= px(b, SERVICE_ROOM + 90) && b->row->kind != ROW_PROCESS)
        label(b, x0 + px(b, SERVICE_ROOM), x1, b->y, b->h, t->dim, text);
}

static void draw_state(const struct brush *b, const struct cut_span *s, int x0, int x1)
{
    const struct theme *t = b->app->theme;
    uint32_t color = s->process != PROCESS_NONE ? paint_process_color(b, s->process) : t->accent;
    char text[96];

    span_label(b, s, text, sizeof text);
    switch (s->state) {
    case SPAN_WAITING:
        draw_waiting(b, s, x0, x1);
        return;
    case SPAN_READY:
        draw_hatch(b->list, x0, b->y + 1, x1 - x0, b->h - 2, px(b, 5), px(b, 2), color);
        return;
    case SPAN_LIFE:
        draw_rect(b->list, x0, b->y + b->h - px(b, 2), x1 - x0, px(b, 2), color);
        return;
    case SPAN_STOPPED:
        draw_outline(b->list, x0, b->y + px(b, 3), x1 - x0, b->h - px(b, 6), 1, t->dim);
        label(b, x0, x1, b->y, b->h, t->ink, text);
        return;
    case SPAN_START_PENDING:
    case SPAN_STOP_PENDING:
        draw_hatch(b->list, x0, b->y + px(b, 3), x1 - x0, b->h - px(b, 6), px(b, 6), px(b, 2),
                   t->accent);
        return;
    default:
        break;
    }
    if (s->state == SPAN_SERVICE_RUNNING) { /* The usual thing: nothing to shout about. */
        draw_rect(b->list, x0, b->y + px(b, 3), x1 - x0, b->h - px(b, 6),
                  theme_mix(t->background, t->accent, 30));
        label(b, x0, x1, b->y, b->h, t->ink, text);
        return;
    }
    fill(b, x0, x1, b->y + 1, b->h - 2, color);
    label(b, x0, x1, b->y + 1, b->h - 2,
          s->process != PROCESS_NONE ? theme_ink_on(color) : t->accent_ink, text);
}

/* On a plate of its own: what is beneath may be of any colour. */
static void name_service(const struct brush *b, const struct cut_span *s, int x0, int x1)
{
    const struct theme *t = b->app->theme;
    const char *name = inspect_service_name(s->value);
    int left = x0 > b->axis->x ? x0 : b->axis->x, width;

    width = draw_text_width(b->app->fonts, DRAW_SMALL, name) + px(b, 8);
    if (x1 - left < width + px(b, 4))
        return;
    draw_rect(b->list, left + px(b, 2), b->y + px(b, 2), width, b->h - px(b, 4),
              theme_alpha(t->background, 200));
    draw_label(b->list, b->app->fonts, left + px(b, 2), b->y, width, b->h, DRAW_SMALL, DRAW_LEFT,
               t->ink, name);
}

static void draw_span(const struct brush *b, const struct cut_span *s, int x0, int x1)
{
    const struct theme *t = b->app->theme;

    switch (s->level) {
    case LEVEL_STATE:
        draw_state(b, s, x0, x1);
        break;
    case LEVEL_DPC:
        draw_dotted(b->list, x0, b->y, x1 > x0 ? x1 : x0 + 1, b->y, 2, 2, t->ink);
        draw_dotted(b->list, x0, b->y + 1, x1 > x0 ? x1 : x0 + 1, b->y + 1, 2, 2, t->ink);
        break;
    case LEVEL_SERVICE:
        if (x1 - x0 > 2) {
            draw_rect(b->list, x0, b->y + b->h - px(b, 5), x1 - x0, px(b, 2),
                      theme_alpha(t->ink, 130));
            name_service(b, s, x0, x1);
        }
        break;
    default:
        if (s->state == SPAN_ATTACHED)
            draw_band(b, s, x0, x1);
        else if (s->state == SPAN_FROZEN)
            draw_hatch(b->list, x0, b->y + px(b, 2), x1 - x0, b->h - px(b, 4), px(b, 7), 1,
                       theme_mix(t->background, t->dim, 60));
        else if (s->state == SPAN_DEBUGGED)
            draw_outline(b->list, x0, b->y, x1 - x0, b->h, px(b, 2),
                         paint_process_color(b, s->process));
        break;
    }
}

/* ---- Near ------------------------------------------------------------------------------------ */

/* Spans too small to be seen alone: what one column of pixels has to say for them. */
struct column {
    int x, count;
    int folded_from, folded_to; /* Neighbours that are folded, too. */
    uint32_t color;
    uint8_t rank; /* Running outdoes ready outdoes waiting. */
};

static void flush_column(const struct brush *b, struct column *c)
{
    if (c->count == 0)
        return;
    if (c->rank == 2)
        draw_rect(b->list, c->x, b->y + 1, 1, b->h - 2, c->color);
    else if (c->rank == 1)
        draw_rect(b->list, c->x, b->y + b->h / 3, 1, b->h / 3, c->color);
    if (c->count > 1) {
        if (c->x != c->folded_to) {
            paint_folded(b, c->folded_from, c->folded_to);
            c->folded_from = c->x;
        }
        c->folded_to = c->x + 1;
    }
    c->count = 0;
    c->rank = 0;
}

static void into_column(const struct brush *b, struct column *c, const struct cut_span *s, int x)
{
    uint8_t rank = s->state == SPAN_WAITING || s->state == SPAN_STOPPED ? 0
                   : s->state == SPAN_READY                             ? 1
                                                                        : 2;

    if (x != c->x)
        flush_column(b, c);
    c->x = x;
    c->count++;
    if (rank >= c->rank) {
        c->rank = rank;
        c->color =
            s->process != PROCESS_NONE ? paint_process_color(b, s->process) : b->app->theme->accent;
    }
}

/* The first span of a group that ends in sight. */
static uint32_t first_in_sight(const struct detail *d, uint32_t group, uint32_t from)
{
    uint32_t low = d->span_from[group], high = d->span_from[group + 1];

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (d->spans[middle].end < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A span that goes on in the next stretch is drawn there, whole: one box, one outline, one label.
 * Begun: where it began. */
struct carried {
    bool is;
    int begun;
};

static bool goes_on(const struct brush *b, uint32_t stretch, const struct cut_span *span)
{
    const struct stretch *s = &b->stretches[stretch];

    return span->after && stretch + 1 < b->stretch_count && s[1].detail != NULL &&
           s[1].index == s->index + 1;
}

/* One level of one lane within one stretch. */
static void paint_cut(const struct brush *b, uint32_t stretch, uint32_t lane, int level,
                      bool busy_only, struct column *column, struct carried *carried)
{
    const struct stretch *s = &b->stretches[stretch];
    const struct detail *d = s->detail;
    uint32_t group = lane * LANE_LEVELS + (uint32_t)level;

    if (lane >= d->lane_count)
        return;
    for (uint32_t i = first_in_sight(d, group, s->from);
         i < d->span_from[group + 1] && d->spans[i].begin <= s->to; i++) {
        const struct cut_span *span = &d->spans[i];
        int x0 = axis_px(b->axis, axis_span_from(b->axis->kind, s->segment, d, span));
        int x1 = axis_px(b->axis, axis_in(b->axis->kind, s->segment, d, span->end));

        if (busy_only && (span->state == SPAN_WAITING || span->state == SPAN_READY))
            continue;
        if (span->before && carried->is)
            x0 = carried->begun;
        carried->is = goes_on(b, stretch, span);
        carried->begun = x0;
        if (carried->is)
            continue;
        if (x1 - x0 < 2 && level == LEVEL_STATE) {
            into_column(b, column, span, x0);
            continue;
        }
        flush_column(b, column);
        draw_span(b, span, x0, x1);
    }
}

/* One level of one lane in all stretches that are drawn exactly. */
static void paint_level(const struct brush *b, uint32_t lane, int level, bool busy_only)
{
    struct column column = { .x = -1 };
    struct carried carried = { 0 };

    for (uint32_t i = 0; i < b->stretch_count; i++)
        if (b->stretches[i].detail != NULL)
            paint_cut(b, i, lane, level, busy_only, &column, &carried);
    flush_column(b, &column);
    paint_folded(b, column.folded_from, column.folded_to);
}

static void paint_near(struct brush *b)
{
    const struct lane *lane = lanes_get(b->lanes, b->row->lane);

    b->lane = b->row->lane;
    if (b->row->kind != ROW_PROCESS) {
        for (int level = 0; level < LANE_LEVELS; level++)
            if (level != LEVEL_SERVICE || lane->kind == LANE_THREAD)
                paint_level(b, b->lane, level, false);
        return;
    }
    paint_level(b, b->lane, LEVEL_STATE, false);
    for (uint32_t i = 0; i < b->member_count; i++) {
        b->lane = b->members[i];
        paint_level(b, b->lane, LEVEL_STATE, true);
    }
    for (uint32_t i = 0; i < b->member_count; i++)
        for (int level = LEVEL_BAND_1; level <= LEVEL_BAND_3; level++)
            paint_level(b, b->members[i], level, false);
    b->lane = b->row->lane;
    for (int level = LEVEL_BAND_1; level <= LEVEL_BAND_2; level++)
        paint_level(b, b->lane, level, false);
}

/* ---- Far ------------------------------------------------------------------------------------- */

struct far_cell {               /* Some buckets of a lane, which share pixels. */
    uint32_t busy, ready, band; /* The most of them. */
    uint16_t process, band_process;
    uint8_t state;
    uint32_t spans, count;
};

static void add_rest(struct far_cell *to, const struct rest *rest)
{
    if (rest->state == SPAN_STATES)
        return;
    to->count++;
    to->state = rest->state;
    if (rest->state != SPAN_WAITING && rest->state != SPAN_READY) {
        to->busy = 255;
        to->process = rest->process;
    }
}

static void add_cell(struct far_cell *to, const struct cell *cell)
{
    to->count++;
    to->spans += cell->spans;
    to->state = cell->state;
    if (cell->process != PROCESS_NONE && (cell->busy >= to->busy || to->process == PROCESS_NONE))
        to->process = cell->process;
    to->busy = MAX_OF(to->busy, cell->busy);
    to->ready = MAX_OF(to->ready, cell->ready);
    if (cell->band > to->band) {
        to->band = cell->band;
        to->band_process = cell->band_process;
    }
}

/* Busy time as height, ready above it, visits as a band within. */
static void draw_far(const struct brush *b, const struct far_cell *c, int x0, int x1)
{
    const struct theme *t = b->app->theme;
    const struct lane *lane = lanes_get(b->lanes, b->row->lane);
    uint32_t color = c->process != PROCESS_NONE ? paint_process_color(b, c->process) : t->accent;
    int room = b->h - px(b, 4), busy, ready;

    if (lane->kind == LANE_SERVICE) {
        struct cut_span span = { .state = c->state, .process = PROCESS_NONE };

        if (c->state < SPAN_STATES)
            draw_state(b, &span, x0, x1);
        return;
    }
    busy = (int)(c->busy * (uint32_t)room / 255);
    ready = (int)(c->ready * (uint32_t)room / 255);
    if (c->busy > 0 && busy < px(b, 2))
        busy = px(b, 2);
    if (busy + ready > room)
        ready = room - busy;
    if (busy > 0)
        draw_rect(b->list, x0, b->y + b->h - px(b, 2) - busy, x1 - x0, busy, color);
    if (ready > 0)
        draw_rect(b->list, x0, b->y + b->h - px(b, 2) - busy - ready, x1 - x0, ready,
                  theme_mix(t->background, color, 45));
    if (c->band > 0)
        draw_rect(b->list, x0, b->y + b->h / 2 - px(b, 2), x1 - x0, px(b, 4),
                  paint_process_color(b, c->band_process));
}

/* The base line of a process that lives. */
static void draw_life(const struct brush *b, const struct stretch *s)
{
    const struct segment *g = s->segment;
    uint32_t lane = b->row->lane;
    const struct cell *cells = stretch_cells(s, lane);
    int begun = -1;

    for (uint32_t k = s->bucket_from; k <= s->bucket_to; k++) {
        bool alive = k < s->bucket_to && (cells != NULL ? cells[k - s->bucket_from].busy > 0
                                                        : g->rest[lane].state != SPAN_STATES);
        int x = s->x[k - s->bucket_from];

        if (alive && begun < 0)
            begun = x;
        if (!alive && begun >= 0) {
            draw_rect(b->list, begun, b->y + b->h - px(b, 2), x - begun, px(b, 2),
                      paint_process_color(b, lanes_get(b->lanes, lane)->process));
            begun = -1;
        }
    }
}

static void paint_far(const struct brush *b, const struct stretch *s)
{
    const struct segment *g = s->segment;
    uint32_t lane = b->row->lane;
    struct far_cell none = { .process = PROCESS_NONE, .band_process = PROCESS_NONE }, cell = none;
    const struct cell *cells;
    bool process = b->row->kind == ROW_PROCESS;
    int begun = s->x[0];

    if (lane >= g->lane_count)
        return;
    cells = process ? stretch_crowd(s, lane) : stretch_cells(s, lane);
    if (process)
        draw_life(b, s);
    if (process && cells == NULL)
        return;
    for (uint32_t bucket = s->bucket_from; bucket < s->bucket_to; bucket++) {
        int x1 = s->x[bucket + 1 - s->bucket_from];

        if (cells != NULL)
            add_cell(&cell, &cells[bucket - s->bucket_from]);
        else
            add_rest(&cell, &g->rest[lane]);
        if (x1 - begun < 2 && bucket + 1 < s->bucket_to)
            continue;
        if (cells == NULL && bucket + 1 < s->bucket_to) /* All of it is one box. */
            continue;
        if (cell.count > 0)
            draw_far(b, &cell, begun, x1 > begun ? x1 : begun + 1);
        if (cell.spans > 1)
            paint_folded(b, begun, x1);
        begun = x1;
        cell = none;
    }
}

/* Dots along the bottom: more lies here than can be seen. */
void paint_folded(const struct brush *b, int x0, int x1)
{
    if (x1 > x0)
        draw_dotted(b->list, x0 + (x0 & 1), b->y + b->h - 1, x1 - 1, b->y + b->h - 1, 1, 1,
                    b->app->theme->dim);
}

void paint_spans(struct brush *b)
{
    b->lane = b->row->lane;
    for (uint32_t i = 0; i < b->stretch_count; i++)
        if (b->stretches[i].detail == NULL)
            paint_far(b, &b->stretches[i]);
    paint_near(b);
}
