/* legend.c - what bars, hatches, dots and letters of the lanes mean, in a panel over them. Each
 * sample is drawn as the lanes draw it.
 */
#include "ui/timeline/commands.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/layout.h"
#include "ui/timeline/paint.h"
#include "ui/timeline/wrap.h"

static const struct sample {
    const char *text;
    enum sample_kind {
        SAMPLE_RUNNING,
        SAMPLE_READY,
        SAMPLE_WAITING,
        SAMPLE_LOCK,
        SAMPLE_VISIT,
        SAMPLE_DPC,
        SAMPLE_SERVICE,
        SAMPLE_FOLDED,
        SAMPLE_IRQL,
        SAMPLE_RANGE,
        SAMPLE_LIFE,
        SAMPLE_DEBUGGED,
        SAMPLE_STOP
    } kind;
} samples[] = {
    { "runs; the colour is its process", SAMPLE_RUNNING },
    { "ready: wants a processor, and none is free", SAMPLE_READY },
    { "waits", SAMPLE_WAITING },
    { "waits for a lock", SAMPLE_LOCK },
    { "visits another process (its colour); the number counts visits within visits", SAMPLE_VISIT },
    { "dots along the top: a DPC, work of the kernel that breaks in", SAMPLE_DPC },
    { "thin line: in a system service, named beside it", SAMPLE_SERVICE },
    { "dots along the foot: more lies here than can be seen; zoom in", SAMPLE_FOLDED },
    { "stairs under a processor: its IRQL", SAMPLE_IRQL },
    { "two tones, from far away: least and most of a value", SAMPLE_RANGE },
    { "line along the foot: the process lives", SAMPLE_LIFE },
    { "frame and hatch: it has a debugger, and is frozen", SAMPLE_DEBUGGED },
    { "the machine stops", SAMPLE_STOP },
};

static void draw_sample(struct app *app, enum sample_kind kind, int x, int y, int w, int h)
{
    const struct theme *t = app->theme;
    struct draw_list *list = app->list;
    uint32_t own = theme_process_color(t, "inetinfo.exe"),
             other = theme_process_color(t, "store.exe");

    switch (kind) {
    case SAMPLE_RUNNING:
        draw_rect(list, x, y + 1, w, h - 2, own);
        break;
    case SAMPLE_READY:
        draw_hatch(list, x, y + 1, w, h - 2, app_px(app, 5), app_px(app, 2), own);
        break;
    case SAMPLE_WAITING:
    case SAMPLE_LOCK:
        draw_outline(list, x, y + app_px(app, 3), w, h - app_px(app, 6), 1, t->dim);
        if (kind == SAMPLE_LOCK)
            draw_chevrons(list, x, y + app_px(app, 3), w, h - app_px(app, 6), app_px(app, 9), 1,
                          t->dim);
        break;
    case SAMPLE_VISIT:
        draw_rect(list, x, y + 1, w, h - 2, own);
        draw_rect(list, x + w / 4, y + app_px(app, 3), w / 2, h - app_px(app, 6), other);
        draw_outline(list, x + w / 4, y + app_px(app, 3), w / 2, h - app_px(app, 6), 1, DRAW_BLACK);
        draw_text(list, x + w / 4 + app_px(app, 3), draw_text_top(app->fonts, DRAW_SMALL, y, h), 0,
                  DRAW_SMALL, DRAW_LEFT, theme_ink_on(other), "1");
        break;
    case SAMPLE_DPC:
        draw_rect(list, x, y + 1, w, h - 2, own);
        draw_dotted(list, x, y, x + w, y, 2, 2, t->ink);
        draw_dotted(list, x, y + 1, x + w, y + 1, 2, 2, t->ink);
        break;
    case SAMPLE_SERVICE:
        draw_rect(list, x, y + h - app_px(app, 5), w, app_px(app, 2), theme_alpha(t->ink, 130));
        break;
    case SAMPLE_FOLDED:
        draw_rect(list, x, y + h / 3, w, h / 3, own);
        draw_dotted(list, x, y + h - 1, x + w, y + h - 1, 1, 1, t->dim);
        break;
    case SAMPLE_IRQL:
        draw_rect(list, x, y + h - 2, w, 2, t->dim);
        draw_rect(list, x + w / 3, y + h / 2, w / 3, h / 2, t->dim);
        break;
    case SAMPLE_RANGE:
        draw_rect(list, x, y + h / 2, w, h / 2, theme_mix(t->background, t->accent, 35));
        draw_rect(list, x, y + h / 4, w, h / 4, theme_mix(t->background, t->accent, 75));
        break;
    case SAMPLE_LIFE:
        draw_rect(list, x, y + h - app_px(app, 2), w, app_px(app, 2), other);
        break;
    case SAMPLE_DEBUGGED:
        draw_hatch(list, x, y + app_px(app, 2), w, h - app_px(app, 4), app_px(app, 7), 1, t->dim);
        draw_outline(list, x, y, w, h, app_px(app, 2), theme_process_color(t, "drwtsn32.exe"));
        break;
    case SAMPLE_STOP:
        draw_rect(list, x + w / 2, y, app_px(app, 6), h, t->stop_black);
        draw_hatch(list, x + w / 2, y, app_px(app, 6), h, app_px(app, 12), app_px(app, 6),
                   t->stop_yellow);
        break;
    }
}

void looks_legend(struct app *app, int how)
{
    (void)how;
    app->looks.legend = !app->looks.legend;
}

/* Texts wrap in an upright picture; elsewhere they have one line. */
static int row_height(const struct app *app, const char *text, int w)
{
    int lines = layout_is_upright(app) ? wrap_lines(app->fonts, DRAW_SMALL, text, w) : 1;

    return lines * draw_line_height(app->fonts, DRAW_SMALL) + app_px(app, 3);
}

static void row_text(struct app *app, int x, int y, int w, const char *text)
{
    if (layout_is_upright(app))
        wrap_draw(app->list, app->fonts, x, y, w, DRAW_SMALL, app->theme->ink, text);
    else
        draw_text(app->list, x, y, w, DRAW_SMALL, DRAW_LEFT, app->theme->ink, text);
}

struct legend { /* Pixels. */
    struct draw_box box;
    int line, pad, w; /* w: between the pads. */
    int sample;       /* Width of a sample. */
    int text_x;       /* Where the text of a sample begins, from there. */
    int columns;      /* How many marks stand beside each other. */
    int mark_w;       /* Width of a mark's text. */
};

static void plan_legend(const struct app *app, struct legend *p)
{
    const struct draw_box *lanes = &app->layout.lanes;
    bool upright = layout_is_upright(app);
    int room = upright ? app->width : lanes->w + app->layout.headers.w, h;
    uint16_t kind;
    const char *text;

    p->line = draw_line_height(app->fonts, DRAW_SMALL) + app_px(app, 3);
    p->pad = app_px(app, 12);
    p->sample = app_px(app, 44);
    p->text_x = p->sample + app_px(app, 10);
    p->w = 0;
    for (size_t i = 0; i < ARRAY_LEN(samples); i++)
        p->w = MAX_OF(p->w, p->text_x + draw_text_width(app->fonts, DRAW_SMALL, samples[i].text));
    p->w = MIN_OF(p->w, room - 3 * p->pad);
    p->columns = upright ? 1 : 2;
    p->mark_w = p->w / p->columns - p->line - app_px(app, 8);
    h = 2 * p->line + 2 * p->pad;
    for (size_t i = 0; i < ARRAY_LEN(samples); i++)
        h += row_height(app, samples[i].text, p->w - p->text_x);
    for (int i = 0; paint_glyph_row(i, &kind, &text); i++)
        h += i % p->columns == 0 ? row_height(app, text, p->mark_w) : 0;
    p->box = (struct draw_box){ lanes->x + lanes->w - p->w - 3 * p->pad, 0, p->w + 2 * p->pad, h };
    p->box.x = MAX_OF(p->box.x, 0);
    p->box.y = MAX_OF(lanes->y + lanes->h - h - p->pad, app->layout.ruler.y);
    if (upright) { /* Over whatever lies below the lanes, too. */
        p->box.x = (app->width - p->box.w) / 2;
        p->box.y = MAX_OF(MIN_OF(p->box.y, app->height - h - p->pad), 0);
    }
}

/* In the lower right corner of the lanes; marks in columns below the samples. Pressed, it
 * closes. */
void paint_legend(struct app *app)
{
    uint64_t closes = tag_make(TAG_COMMAND, 0, COMMAND_LEGEND);
    struct legend p;
    int y, left;
    uint16_t kind;
    const char *text;

    plan_legend(app, &p);
    left = p.box.x + p.pad;
    y = p.box.y + p.pad;
    draw_rect(app->list, p.box.x + 3, p.box.y + 3, p.box.w, p.box.h, app->theme->shadow);
    draw_rect(app->list, p.box.x, p.box.y, p.box.w, p.box.h, app->theme->raised);
    draw_outline(app->list, p.box.x, p.box.y, p.box.w, p.box.h, 1, app->theme->accent);
    tree_push(app->tree, KEY_LEGEND, TREE_GROUP, "Legend", p.box, 0);
    tree_tag(app->tree, closes);
    draw_text(app->list, left, y, p.w, DRAW_BODY, DRAW_LEFT, app->theme->ink,
              "Legend (O closes it)");
    y += p.line + app_px(app, 3);
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        int h = row_height(app, samples[i].text, p.w - p.text_x);

        draw_sample(app, samples[i].kind, left, y, p.sample, p.line - app_px(app, 3));
        row_text(app, left + p.text_x, y, p.w - p.text_x, samples[i].text);
        tree_leaf(app->tree, tree_key(KEY_LEGEND, "sample", i), TREE_TEXT, samples[i].text,
                  (struct draw_box){ left, y, p.w, h }, 0);
        tree_tag(app->tree, closes);
        y += h;
    }
    y += app_px(app, 6);
    for (int i = 0; paint_glyph_row(i, &kind, &text); i++) {
        int w = p.w / p.columns, x = left + i % p.columns * w, h = row_height(app, text, p.mark_w);

        paint_glyph(app, kind, x, y, p.line - app_px(app, 4));
        row_text(app, x + p.line + app_px(app, 4), y, p.mark_w, text);
        tree_leaf(app->tree, tree_key(KEY_LEGEND, "mark", (uint64_t)i), TREE_MARK, text,
                  (struct draw_box){ x, y, w, h }, 0);
        tree_tag(app->tree, closes);
        if (i % p.columns == p.columns - 1)
            y += h;
    }
    tree_pop(app->tree);
}
