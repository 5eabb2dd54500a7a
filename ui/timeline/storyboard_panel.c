/* storyboard_panel.c - the picture in a panel: the lanes of its cast, its record, and its cause.
 *
 *     smtp 3 of inetinfo.exe
 *     [//////][ running   ][2]        bars as the window draws them (paint_lane.c)
 *            [enters store.exe]|      the record's words hang under its bar
 *     ---------+------+-------+--
 *            -20 us   0     +20 us    times count from the record
 */
#include "ui/timeline/storyboard_inside.h"
#include "model/words/records.h"
#include "ui/host/grow.h"
#include "ui/timeline/paint.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    BAR = 18,       /* Least height of a bar, at 100 %. */
    BAR_MORE = 20,  /* What it may grow. */
    NAME_GAP = 1,   /* Between a lane's name and its bar. */
    LANE_GAP = 5,   /* Between two lanes. */
    TICK_ROOM = 75, /* Between two ticks of the ruler, at least. */
    SPARE = 16,     /* What may be left between two lanes, beside LANE_GAP. */
};

struct picture {
    struct app *app;
    const struct board *board;
    const struct board_panel *panel;
    struct draw_box box, lanes; /* All of it; without the ruler. */
    int bars[BOARD_CAST_MAX];   /* Top of each lane's bar; -1: there is no room for it. */
    int bar;                    /* Height of a bar. */
    int x, cause_x;             /* Pixels of the record and its cause. */
};

static int px(const struct picture *p, int length) { return app_px(p->app, length); }

static int name_height(const struct picture *p)
{
    return draw_line_height(p->app->fonts, DRAW_SMALL);
}

/* ---- Where ----------------------------------------------------------------------------------- */

static bool has_mark(const struct board_panel *panel, uint32_t index)
{
    return index == 0 || (panel->cause != BOARD_NOTHING && panel->cast[index] == panel->cause_lane);
}

static int lane_height(const struct picture *p, uint32_t index)
{
    return name_height(p) + px(p, NAME_GAP + LANE_GAP) + p->bar +
           (has_mark(p->panel, index) && p->panel->mark[0] != 0 ? name_height(p) + px(p, 4) : 0);
}

/* From the top, as many as there is room for; what is left makes bars higher, and is spread between
 * them. */
static void place_lanes(struct picture *p)
{
    int y = p->lanes.y + px(p, 4), height = 0, spare;
    uint32_t shown = 0;

    p->bar = px(p, BAR);
    while (shown < p->panel->cast_count && height + lane_height(p, shown) <= p->lanes.h - px(p, 4))
        height += lane_height(p, shown++);
    spare = shown > 0 ? (p->lanes.h - px(p, 4) - height) / (int)shown : 0;
    p->bar += MIN_OF(spare / 2, px(p, BAR_MORE));
    spare = MIN_OF(spare - (p->bar - px(p, BAR)), px(p, SPARE));
    for (uint32_t i = 0; i < BOARD_CAST_MAX; i++) {
        p->bars[i] = i < shown ? y + name_height(p) + px(p, NAME_GAP) : -1;
        if (i < shown)
            y += lane_height(p, i) + spare;
    }
}

static int x_of(const struct picture *p, sim_time at)
{
    return axis_px(&p->app->view.axis, (double)at);
}

/* ---- Lanes ----------------------------------------------------------------------------------- */

/* The name has a ground of its own, as a line or an arrow may pass there. */
static void draw_name(const struct picture *p, uint32_t lane, int bar)
{
    const struct lanes *lanes = recording_lanes(p->board->run);
    const struct lane *what = lanes_get(lanes, lane);
    const struct theme *t = p->app->theme;
    struct draw_list *list = p->app->list;
    int y = bar - px(p, NAME_GAP) - name_height(p), x = p->box.x + px(p, 6), s = px(p, 9);
    int chip = what->kind == LANE_THREAD ? s + px(p, 5) : 0, room = p->box.w - px(p, 10) - chip;
    char name[BOARD_NAME_CHARS];

    if (what->kind == LANE_THREAD)
        board_name_thread(lanes, lane, name, sizeof name);
    else
        snprintf(name, sizeof name, "%s", what->name);
    draw_rect(list, x - px(p, 3), y,
              chip + MIN_OF(draw_text_width(p->app->fonts, DRAW_SMALL, name), room) + px(p, 6),
              name_height(p), t->background);
    if (chip > 0) {
        int top = y + (name_height(p) - s) / 2;

        draw_rect(list, x, top, s, s,
                  theme_process_color(t, lanes_process_name(lanes, what->process)));
        draw_outline(list, x, top, s, s, 1, DRAW_BLACK);
    }
    draw_text(list, x + chip, y, room, DRAW_SMALL, DRAW_LEFT, t->ink, name);
}

static void draw_names(const struct picture *p)
{
    for (uint32_t i = 0; i < p->panel->cast_count; i++)
        if (p->bars[i] >= 0)
            draw_name(p, p->panel->cast[i], p->bars[i]);
}

static void draw_lanes(const struct picture *p)
{
    struct app *app = p->app;
    struct pane *pane = app_pane(app);
    struct stretch *stretches = grow_new(STRETCHES_MAX * sizeof *stretches);
    struct row row = { .kind = ROW_LANE };
    struct brush brush = { .app = app,
                           .pane = pane,
                           .list = app->list,
                           .run = pane->run,
                           .lanes = recording_lanes(pane->run),
                           .axis = &app->view.axis,
                           .row = &row,
                           .stretches = stretches };
    uint32_t *colors = paint_colors(app, brush.lanes, &brush.color_count);

    brush.stretch_count = paint_stretches(app, pane, stretches);
    brush.colors = colors;
    for (uint32_t i = 0; i < p->panel->cast_count; i++) {
        if (p->bars[i] < 0)
            continue;
        row.lane = p->panel->cast[i];
        brush.y = p->bars[i];
        brush.h = p->bar;
        draw_rect(app->list, p->box.x + 1, brush.y, p->box.w - 2, brush.h, app->theme->panel);
        draw_clip_push(app->list, p->box.x + 1, brush.y, p->box.w - 2, brush.h);
        paint_spans(&brush);
        draw_clip_pop(app->list);
    }
    free(colors);
    free(stretches);
}

/* ---- The ruler ------------------------------------------------------------------------------- */

/* 1, 2 or 5 times a power of ten, so that ticks have room for their texts. */
static double nice_step(const struct picture *p, double length)
{
    double least = length * px(p, TICK_ROOM) / p->box.w, step = pow(10, floor(log10(least)));

    return step * (least <= step ? 1 : least <= 2 * step ? 2 : least <= 5 * step ? 5 : 10);
}

static void tick_text(double offset, char *out, size_t size)
{
    char length[40];
    char *dot;

    if (offset == 0) {
        snprintf(out, size, "0");
        return;
    }
    board_length((sim_time)llround(fabs(offset)), length, sizeof length);
    dot = strchr(length, '.');
    if (dot != NULL && strncmp(dot, ".00 ", 4) == 0) /* Ticks are round numbers. */
        memmove(dot, dot + 3, strlen(dot + 3) + 1);
    else if (dot != NULL && (dot[2] == ' ' ? dot[1] == '0' : dot[2] == '0'))
        memmove(dot[2] == ' ' ? dot : dot + 2, dot[2] == ' ' ? dot + 2 : dot + 3,
                strlen(dot[2] == ' ' ? dot + 2 : dot + 3) + 1);
    snprintf(out, size, "%s%s", offset < 0 ? "-" : "+", length);
}

static void draw_ruler(const struct picture *p)
{
    const struct theme *t = p->app->theme;
    double from = (double)p->panel->from, to = (double)p->panel->to, step = nice_step(p, to - from),
           zero = (double)p->panel->record.at;
    int y = p->lanes.y + p->lanes.h, right = p->box.x;

    draw_line(p->app->list, p->box.x, y, p->box.x + p->box.w - 1, y, 1, t->grid_strong);
    for (double at = zero - floor((zero - from) / step) * step; at <= to; at += step) {
        double offset = round((at - zero) / step) * step;
        int x = axis_px(&p->app->view.axis, at), w;
        char text[48];

        tick_text(offset, text, sizeof text);
        w = draw_text_width(p->app->fonts, DRAW_SMALL, text);
        draw_line(p->app->list, x, y, x, y + px(p, 4), 1, t->dim);
        if (x - w / 2 < right || x + w / 2 > p->box.x + p->box.w - px(p, 2))
            continue;
        draw_text(p->app->list, x - w / 2, y + px(p, 4), 0, DRAW_SMALL, DRAW_LEFT,
                  offset == 0 ? t->ink : t->dim, text);
        right = x + w / 2 + px(p, 8);
    }
}

/* ---- Marks ----------------------------------------------------------------------------------- */

/* A box with words under a bar; its place is fixed before it is drawn. */
struct mark {
    uint32_t lane; /* Index in the cast. */
    int x;         /* Pixel of the record. */
    int left, w;
    uint16_t kind;
    const char *text;
    bool main;
};

static int glyph_width(const struct picture *p, const struct mark *m)
{
    return paint_has_glyph(m->kind) && m->kind != REC_STOP ? name_height(p) : 0;
}

/* In the middle under the record, or beside, so that it stays in the picture. */
static void place_mark(const struct picture *p, struct mark *m)
{
    int right = p->box.x + p->box.w - px(p, 3);

    m->w = draw_text_width(p->app->fonts, DRAW_SMALL, m->text) + glyph_width(p, m) + px(p, 10);
    m->left = MAX_OF(MIN_OF(m->x - m->w / 2, right - m->w), p->box.x + px(p, 3));
}

static void draw_mark(const struct picture *p, const struct mark *m)
{
    const struct theme *t = p->app->theme;
    struct draw_list *list = p->app->list;
    int size = name_height(p), y = p->bars[m->lane] + p->bar + px(p, 3), glyph = glyph_width(p, m);
    bool stop = m->kind == REC_STOP;
    uint32_t ground = stop      ? t->stop_black
                      : m->main ? t->ink
                                : t->background,
             ink = stop      ? t->stop_yellow
                   : m->main ? t->background
                             : t->ink;

    draw_rect(list, m->x - px(p, 1), p->bars[m->lane], px(p, 2), y - p->bars[m->lane], t->ink);
    draw_rect(list, m->left, y, m->w, size, ground);
    draw_outline(list, m->left, y, m->w, size, stop ? px(p, 2) : 1, stop ? t->stop_yellow : t->ink);
    if (glyph > 0)
        paint_glyph(p->app, m->kind, m->left, y, size);
    draw_label(list, p->app->fonts, m->left + glyph, y, m->w - glyph, size, DRAW_SMALL, DRAW_CENTER,
               ink, m->text);
}

/* Black and yellow from the stop on; grey where the run hangs or is over. */
static void draw_end(const struct picture *p)
{
    const struct theme *t = p->app->theme;
    struct draw_list *list = p->app->list;
    int w = p->box.x + p->box.w - 1 - p->x;

    if (p->panel->role != BOARD_END || w <= 0)
        return;
    if (p->board->finding == FINDING_STOP) {
        draw_rect(list, p->x, p->lanes.y + 1, w, p->lanes.h - 1, t->stop_black);
        draw_hatch(list, p->x, p->lanes.y + 1, w, p->lanes.h - 1, px(p, 12), px(p, 6),
                   t->stop_yellow);
    } else if (p->board->finding != FINDING_CRASH) {
        draw_hatch(list, p->x, p->lanes.y + 1, w, p->lanes.h - 1, px(p, 8), 1, t->dim);
    }
}

/* The cause's mark gives way to the record's on the same lane; false: there is no room for it. */
static bool part_marks(const struct picture *p, const struct mark *mark, struct mark *cause)
{
    if (cause->lane != mark->lane)
        return true;
    cause->left = MIN_OF(cause->left, mark->left - px(p, 4) - cause->w);
    return cause->left >= p->box.x + px(p, 3);
}

static void draw_arrow_between(const struct picture *p, const struct mark *from,
                               const struct mark *to)
{
    int middle = p->bar / 2;

    if (from->lane != to->lane)
        draw_arrow(p->app->list, from->x, p->bars[from->lane] + middle, to->x,
                   p->bars[to->lane] + middle, px(p, 2), px(p, 9), p->app->theme->arrow);
}

/* The cause's arrow lies under the names of the lanes, and marks over both. */
static void draw_marks(const struct picture *p)
{
    const struct board_panel *panel = p->panel;
    struct mark mark = { .x = p->x, .kind = panel->record.kind, .text = panel->mark, .main = true },
                cause = { .x = p->cause_x,
                          .kind = panel->cause_record.kind,
                          .text = panel->cause_mark };
    bool shown = panel->cause != BOARD_NOTHING;

    while (shown && cause.lane < panel->cast_count && panel->cast[cause.lane] != panel->cause_lane)
        cause.lane++;
    shown = shown && cause.lane < panel->cast_count && p->bars[cause.lane] >= 0;
    place_mark(p, &mark);
    if (shown) {
        place_mark(p, &cause);
        draw_arrow_between(p, &cause, &mark);
    }
    draw_names(p);
    if (shown && part_marks(p, &mark, &cause))
        draw_mark(p, &cause);
    if (mark.text[0] != 0)
        draw_mark(p, &mark);
}

void storyboard_picture(struct app *app, const struct board *board, uint32_t number,
                        struct draw_box box)
{
    const struct board_panel *panel = &board->panels[number];
    struct picture p = { .app = app, .board = board, .panel = panel, .box = box };
    int ruler = draw_line_height(app->fonts, DRAW_SMALL) + app_px(app, 6);

    p.lanes = (struct draw_box){ box.x, box.y, box.w, box.h - ruler };
    app->view.axis = (struct axis){ .kind = AXIS_TIME,
                                    .from = (double)panel->from,
                                    .to = (double)panel->to,
                                    .x = box.x + 1,
                                    .w = box.w - 2 };
    p.x = x_of(&p, panel->record.at);
    p.cause_x = panel->cause != BOARD_NOTHING ? x_of(&p, panel->cause_record.at) : p.x;
    draw_rect(app->list, box.x, box.y, box.w, p.lanes.h, app->theme->background);
    place_lanes(&p);
    draw_clip_push(app->list, box.x, box.y, box.w, box.h);
    draw_dotted(app->list, p.x, box.y, p.x, p.lanes.y + p.lanes.h, 2, 3, app->theme->ink);
    draw_lanes(&p);
    draw_end(&p);
    if (p.bars[0] >= 0)
        draw_marks(&p);
    draw_ruler(&p);
    draw_clip_pop(app->list);
    draw_outline(app->list, box.x, box.y, box.w, p.lanes.h + 1, 1, app->theme->border);
}
