/* layout.c - see layout.h. */
#include "ui/timeline/layout.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/records.h"
#include "ui/timeline/story.h"
#include "ui/timeline/examiner.h"
#include "ui/timeline/player.h"
#include "ui/timeline/quizzer.h"
#include "ui/timeline/tutor.h"
#include <stdlib.h>
#include <string.h>

enum {
    NAMES = 250,
    SIDE = 380,
    NARROW = 1100, /* Windows below this width, at 100 % text, have a drawer. */
    UPRIGHT = 600, /* And below this one are upright, if they are higher than wide. */
    LOW = 440,     /* Narrow ones below this height are low. */
    TARGET = 40,   /* Height that a finger hits. */
    PANE_PERCENT = 54,
    LEAST = 90, /* Pixels that each part keeps. */
    GRIP = 6,   /* Width of the place where a splitter is taken hold of. */
    KEY_STEP = 20,
};

/* ---- Sizes ----------------------------------------------------------------------------------- */

static int between(int value, int least, int most)
{
    return value > most ? MAX_OF(most, 0) : MAX_OF(value, least);
}

bool layout_is_narrow(const struct app *app) { return app->width < app_px(app, NARROW); }

bool layout_is_upright(const struct app *app)
{
    return app->width < app_px(app, UPRIGHT) && app->width < app->height;
}

static bool is_low(const struct app *app)
{
    return layout_is_narrow(app) && !layout_is_upright(app) && app->height < app_px(app, LOW);
}

bool layout_is_small(const struct app *app) { return layout_is_upright(app) || is_low(app); }

int layout_target(const struct app *app, int pixels)
{
    return layout_is_small(app) ? MAX_OF(pixels, app_px(app, TARGET)) : pixels;
}

int layout_pane_height(const struct app *app)
{
    return layout_is_upright(app) ? app->height * PANE_PERCENT / 100 : 0;
}

int layout_pane_width(const struct app *app, int width, int percent)
{
    if (layout_is_narrow(app) && !is_low(app))
        return 0;
    return MIN_OF(app_px(app, width), app->width * percent / 100);
}

bool layout_side_shown(const struct app *app)
{
    return app->screen == SCREEN_TIMELINE &&
           (layout_is_narrow(app) ? app->looks.drawer_open : app->looks.side_open);
}

void layout_show_side(struct app *app, bool shown)
{
    /* Before the first frame it is not known which of the two it will be. */
    if (layout_is_narrow(app))
        app->looks.drawer_open = shown;
    if (!layout_is_narrow(app) || app->width == 0)
        app->looks.side_open = shown;
}

static int names_width(const struct app *app)
{
    int wanted = app->looks.names_width;

    if (wanted == 0)
        return MIN_OF(app_px(app, NAMES),
                      (app->width - app->layout.left) / (layout_is_small(app) ? 3 : 4));
    return between(app_px(app, wanted), app_px(app, LEAST) / 2, app->width / 2);
}

static int side_width(const struct app *app)
{
    int wanted = app->looks.side_width;

    if (layout_is_narrow(app))
        return between(app_px(app, wanted != 0 ? wanted : SIDE), app_px(app, LEAST),
                       app->width * 9 / 10);
    return between(app_px(app, wanted != 0 ? wanted : SIDE), app_px(app, LEAST),
                   app->width - names_width(app) - app_px(app, LEAST));
}

int layout_side_width(const struct app *app)
{
    return layout_side_shown(app) && !layout_is_narrow(app) ? side_width(app) : 0;
}

void layout_make(struct app *app)
{
    struct app_layout *l = &app->layout;
    bool presenter = tutor_is_presenter(app);
    int bar = presenter ? 0 : app_px(app, layout_is_small(app) ? TARGET + 8 : 38),
        mini = presenter ? 0 : app_px(app, 40), ruler = app_px(app, 36),
        status = presenter ? 0 : app_px(app, 26);
    int side = layout_side_shown(app) ? side_width(app) : 0, strip, head, end, right, top, records,
        bottom;

    /* One of them is open at most. */
    l->left = tutor_width(app) + player_width(app) + examiner_width(app) + quizzer_width(app);
    end = app->height -
          (tutor_height(app) + player_height(app) + examiner_height(app) + quizzer_height(app));
    head = l->left + names_width(app);
    strip = story_strip_height(app);
    right = app->width - layout_side_width(app);
    top = bar + mini + strip + ruler;
    records = records_height(app, end - top - status);
    bottom = end - status - records;
    l->toolbar = (struct draw_box){ 0, 0, app->width, bar };
    l->minimap = (struct draw_box){ head, bar, right - head, mini };
    l->strip = (struct draw_box){ l->left, bar + mini, right - l->left, strip };
    l->ruler = (struct draw_box){ head, bar + mini + strip, right - head, ruler };
    l->headers = (struct draw_box){ l->left, top, head - l->left, bottom - top };
    l->lanes = (struct draw_box){ head, top, right - head, bottom - top };
    l->records = (struct draw_box){ l->left, bottom, right - l->left, records };
    l->side = (struct draw_box){ app->width - side, bar, side, end - bar - status };
    l->status = (struct draw_box){ 0, end - status, app->width, status };
    app->view.axis.x = l->lanes.x;
    app->view.axis.w = MAX_OF(l->lanes.w, 1);
}

struct draw_box layout_screen(const struct app *app)
{
    int top = app->layout.toolbar.y + app->layout.toolbar.h;

    return (struct draw_box){ app->layout.left, top, app->width - app->layout.left,
                              app->layout.status.y - top };
}

struct draw_box layout_pane(const struct app *app, int width)
{
    const struct app_layout *l = &app->layout;
    int end = l->status.y + l->status.h;

    if (end < app->height)
        return (struct draw_box){ 0, end, app->width, app->height - end };
    if (layout_is_narrow(app) && !is_low(app))
        return (struct draw_box){ 0, l->toolbar.h, MIN_OF(app_px(app, width), app->width * 9 / 10),
                                  l->status.y - l->toolbar.h };
    return (struct draw_box){ 0, l->toolbar.h, l->left, l->status.y - l->toolbar.h };
}

void layout_edge(struct app *app, struct draw_box pane)
{
    int right = pane.x + pane.w - 1, bottom = pane.y + pane.h - 1;

    if (pane.w == app->width)
        draw_line(app->list, pane.x, pane.y, right, pane.y, 1, app->theme->border);
    else
        draw_line(app->list, right, pane.y, right, bottom, 1, app->theme->border);
}

/* ---- Splitters ------------------------------------------------------------------------------- */

static const char *const names[SPLITTERS] = { "Width of the names", "Width of the inspector",
                                              "Height of the list of records, or the debugger" };

/* Where a splitter is; empty: its part is not shown. */
static struct draw_box place(const struct app *app, enum splitter splitter)
{
    const struct app_layout *l = &app->layout;
    int grip = app_px(app, GRIP);

    switch (splitter) {
    case SPLIT_NAMES:
        return (struct draw_box){ l->lanes.x - grip / 2, l->lanes.y, grip, l->lanes.h };
    case SPLIT_SIDE:
        return l->side.w > 0 ? (struct draw_box){ l->side.x - grip / 2, l->side.y, grip, l->side.h }
                             : (struct draw_box){ 0 };
    default:
        return l->records.h > 0
                   ? (struct draw_box){ l->records.x, l->records.y - grip / 2, l->records.w, grip }
                   : (struct draw_box){ 0 };
    }
}

/* Pixels of the part that the splitter sizes. */
static int size_of(const struct app *app, enum splitter splitter)
{
    return splitter == SPLIT_NAMES  ? app->layout.headers.w
           : splitter == SPLIT_SIDE ? app->layout.side.w
                                    : app->layout.records.h;
}

static void set_size(struct app *app, enum splitter splitter, int pixels)
{
    int *sizes[SPLITTERS] = { &app->looks.names_width, &app->looks.side_width,
                              &app->looks.records_height };
    int size = (MAX_OF(pixels, 1) * 100 + app->looks.text_percent / 2) / app->looks.text_percent;

    *sizes[splitter] = between(size, 40, 4000);
    app->dirty = true;
}

void layout_drag(struct app *app, enum splitter splitter, int x, int y)
{
    const struct app_layout *l = &app->layout;

    set_size(app, splitter,
             splitter == SPLIT_NAMES  ? x - l->left
             : splitter == SPLIT_SIDE ? app->width - x
                                      : l->records.y + l->records.h - y);
}

bool layout_key(struct app *app, const char *key)
{
    const struct tree_node *node = tree_focus(app->tree);
    enum splitter splitter;
    bool less = strcmp(key, "Left") == 0 || strcmp(key, "Down") == 0,
         more = strcmp(key, "Right") == 0 || strcmp(key, "Up") == 0;
    int by = app_px(app, KEY_STEP);

    if (node == NULL || tag_kind(node->tag) != TAG_SPLITTER || (!less && !more))
        return false;
    splitter = (enum splitter)tag_number(node->tag);
    /* The line goes where the arrow points; the inspector is on its other side. */
    set_size(app, splitter,
             size_of(app, splitter) + ((splitter == SPLIT_SIDE ? less : more) ? by : -by));
    return true;
}

void paint_splitters(struct app *app)
{
    for (int i = 0; i < SPLITTERS; i++) {
        struct draw_box box = place(app, (enum splitter)i);
        bool upright = i != SPLIT_RECORDS;
        bool hot = app->pointer.dragging
                       ? app->pointer.what == DRAG_SPLITTER && app->pointer.cursor == i
                       : draw_box_has(box, app->pointer.x, app->pointer.y);

        if (box.w <= 0 || box.h <= 0)
            continue;
        if (hot)
            draw_rect(app->list, upright ? box.x + box.w / 2 - 1 : box.x,
                      upright ? box.y : box.y + box.h / 2 - 1, upright ? 3 : box.w,
                      upright ? box.h : 3, app->theme->accent);
        tree_leaf(app->tree, tree_key(KEY_SPLITTER, NULL, (uint64_t)i), TREE_SLIDER, names[i], box,
                  TREE_FOCUSABLE);
        tree_value(app->tree, "%d pixels", size_of(app, (enum splitter)i));
        tree_note(app->tree, "drag, or the arrows while it has the focus");
        tree_tag(app->tree, tag_make(TAG_SPLITTER, 0, (uint64_t)i));
    }
}
