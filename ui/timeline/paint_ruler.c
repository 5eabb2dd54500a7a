/* paint_ruler.c - the ruler: ticks, flags of what is of note; and the grid of the lanes. */
#include "ui/timeline/paint.h"
#include "ui/timeline/fate.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/player.h"
#include <string.h>

/* ---- Grid ------------------------------------------------------------------------------------ */

/* 1, 2 or 5 times a power of ten, at least `least`. */
static double nice_step(double least)
{
    double step = 1;

    while (step < least)
        step *= 10;
    if (step / 5 >= least)
        return step / 5;
    return step / 2 >= least ? step / 2 : step;
}

static double grid_step(const struct app *app)
{
    double per_px = (app->view.axis.to - app->view.axis.from) / app->view.axis.w;

    return nice_step(per_px * app_px(app, 110));
}

void paint_grid(struct app *app, struct draw_box box)
{
    double step = grid_step(app);
    uint64_t first = (uint64_t)(app->view.axis.from / step);

    for (uint64_t i = first;; i++) {
        double at = (double)i * step;
        int x = axis_px(&app->view.axis, at);

        if (at > app->view.axis.to)
            break;
        if (x >= box.x)
            draw_line(app->list, x, box.y, x, box.y + box.h - 1, 1,
                      i % 5 == 0 ? app->theme->grid_strong : app->theme->grid);
    }
}

/* On the axis of gaps the first tick has its time, the others their distance from it. */
static void tick_label(struct app *app, double at, double step, sim_time *first, char *out,
                       size_t size)
{
    if (app->view.axis.kind == AXIS_TIME) {
        int decimals = step >= 1e9 ? 0 : step >= 1e6 ? 3 : step >= 1e3 ? 6 : 9;

        snprintf(out, size, "%.*f s", decimals, at / 1e9);
    } else if (app->view.axis.kind == AXIS_RECORD) {
        char count[40];

        text_count((uint64_t)at, count, sizeof count);
        snprintf(out, size, "#%s", count);
    } else {
        sim_time time = axis_time(AXIS_GAP, app_run(app), at);
        char length[48];

        if (*first == SIM_NEVER) {
            *first = time;
            snprintf(out, size, "%.6f s", (double)time / 1e9);
            return;
        }
        text_length(time - *first, length, sizeof length);
        snprintf(out, size, "+%.40s", length);
    }
}

enum { FLAGS_MAX = 512 };

static bool taken(const int *places, int count, int x, int size)
{
    for (int i = 0; i < count; i++)
        if (x > places[i] - size - 1 && x < places[i] + size + 1)
            return true;
    return false;
}

/* Flags of highlights, the weightier first; returns how many found no place. */
static int paint_flags(struct app *app, const struct draw_box *box)
{
    uint32_t count;
    uint64_t dropped;
    const struct highlight *list = recording_highlights(app_run(app), &count, &dropped);
    int places[FLAGS_MAX], flags = 0, folded = (int)MIN_OF(dropped, 1000000u);
    int size = app_px(app, 14), y = box->y + box->h / 2 + 1;

    for (int rank = 0; rank < GLYPH_RANKS; rank++)
        for (uint32_t i = 0; i < count; i++) {
            double at = axis_of(app->view.axis.kind, app_run(app), list[i].number);
            int x = axis_px(&app->view.axis, at);
            char text[160];

            if (paint_glyph_rank(&list[i]) != rank || at < app->view.axis.from ||
                at > app->view.axis.to)
                continue;
            draw_rect(app->list, x, box->y + box->h - 4, 1, 3, app->theme->ink);
            if (flags == FLAGS_MAX || taken(places, flags, x, size)) {
                folded++;
                continue;
            }
            places[flags++] = x;
            paint_glyph(app, list[i].surprising ? 0 : list[i].record.kind, x, y, size);
            text_record(app_pane(app), &list[i].record, text, sizeof text);
            tree_leaf(app->tree, tree_key(KEY_HIGHLIGHT, NULL, i), TREE_MARK,
                      list[i].surprising ? "surprise" : paint_glyph_text(list[i].record.kind),
                      (struct draw_box){ x, y, size, size }, TREE_FOCUSABLE | TREE_NO_TAB);
            tree_value(app->tree, "%s", text);
            tree_tag(app->tree, tag_make(TAG_RECORD, app->active, list[i].number));
        }
    return folded;
}

void paint_ruler(struct app *app)
{
    const struct draw_box *box = &app->layout.ruler;
    double step = grid_step(app), begin, end;
    int half = box->h / 2, folded;
    sim_time first = SIM_NEVER;
    char last[48] = "";

    axis_whole(app->view.axis.kind, app_run(app), &begin, &end);
    end = MAX_OF(end, player_horizon(app, app->view.axis.kind));
    draw_rect(app->list, app->layout.left, box->y, app->width - app->layout.left, box->h,
              app->theme->panel);
    draw_line(app->list, app->layout.left, box->y + box->h - 1, app->width, box->y + box->h - 1, 1,
              app->theme->border);
    tree_push(app->tree, KEY_RULER, TREE_RULER, axis_names[app->view.axis.kind], *box,
              TREE_REGION | TREE_FOCUSABLE);
    tree_tag(app->tree, tag_make(TAG_RULER, 0, 0));
    draw_text(app->list, app_px(app, 10), draw_text_top(app->fonts, DRAW_SMALL, box->y, half), 0,
              DRAW_SMALL, DRAW_LEFT, app->theme->dim, axis_names[app->view.axis.kind]);
    draw_text(app->list, app_px(app, 10),
              draw_text_top(app->fonts, DRAW_SMALL, box->y + half, half), 0, DRAW_SMALL, DRAW_LEFT,
              app->theme->dim, "faults and surprises");
    draw_clip_push(app->list, box->x, box->y, box->w, box->h);
    for (uint64_t i = (uint64_t)(app->view.axis.from / step);; i++) {
        double at = (double)i * step;
        int x = axis_px(&app->view.axis, at);
        char text[48];

        if (at > app->view.axis.to || at > end) /* Behind the end there is no time to be told. */
            break;
        if (x < box->x)
            continue;
        tick_label(app, at, step, &first, text, sizeof text);
        if (strcmp(text, last) == 0)
            text[0] = 0;
        else
            memcpy(last, text, sizeof last);
        draw_line(app->list, x, box->y + half - app_px(app, 4), x, box->y + half, 1,
                  app->theme->dim);
        draw_text(app->list, x + app_px(app, 4),
                  draw_text_top(app->fonts, DRAW_SMALL, box->y, half), 0, DRAW_SMALL, DRAW_LEFT,
                  app->theme->ink, text);
    }
    fate_paint(app, box);
    folded = paint_flags(app, box);
    paint_player_ghost(app, box);
    draw_clip_pop(app->list);
    if (folded > 0)
        tree_note(app->tree, "%d more marks share pixels", folded);
    tree_pop(app->tree);
}
