/* legend.c - what bars, hatches, dots and letters of the lanes mean, in a panel over them. Each
 * sample is drawn as the lanes draw it.
 */
#include "ui/timeline/commands.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/paint.h"

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

/* In the lower right corner of the lanes; marks in two columns below the samples. */
void paint_legend(struct app *app)
{
    int line = draw_line_height(app->fonts, DRAW_SMALL) + app_px(app, 3), pad = app_px(app, 12);
    int sample = app_px(app, 44), text_x = sample + app_px(app, 10), w = 0, marks = 0, y, half;
    struct draw_box box;
    uint16_t kind;
    const char *text;

    while (paint_glyph_row(marks, &kind, &text))
        marks++;
    for (size_t i = 0; i < ARRAY_LEN(samples); i++)
        w = MAX_OF(w, text_x + draw_text_width(app->fonts, DRAW_SMALL, samples[i].text));
    w = MIN_OF(w, app->layout.lanes.w + app->layout.headers.w - 3 * pad);
    box =
        (struct draw_box){ app->layout.lanes.x + app->layout.lanes.w - w - 3 * pad, 0, w + 2 * pad,
                           ((int)ARRAY_LEN(samples) + (marks + 1) / 2 + 2) * line + 2 * pad };
    box.x = MAX_OF(box.x, 0);
    box.y = MAX_OF(app->layout.lanes.y + app->layout.lanes.h - box.h - pad, app->layout.ruler.y);
    y = box.y + pad;
    draw_rect(app->list, box.x + 3, box.y + 3, box.w, box.h, app->theme->shadow);
    draw_rect(app->list, box.x, box.y, box.w, box.h, app->theme->raised);
    draw_outline(app->list, box.x, box.y, box.w, box.h, 1, app->theme->accent);
    tree_push(app->tree, KEY_LEGEND, TREE_GROUP, "Legend", box, 0);
    draw_text(app->list, box.x + pad, y, w, DRAW_BODY, DRAW_LEFT, app->theme->ink,
              "Legend (O closes it)");
    y += line + app_px(app, 3);
    for (size_t i = 0; i < ARRAY_LEN(samples); i++, y += line) {
        draw_sample(app, samples[i].kind, box.x + pad, y, sample, line - app_px(app, 3));
        draw_text(app->list, box.x + pad + text_x, y, w - text_x, DRAW_SMALL, DRAW_LEFT,
                  app->theme->ink, samples[i].text);
        tree_leaf(app->tree, tree_key(KEY_LEGEND, "sample", i), TREE_TEXT, samples[i].text,
                  (struct draw_box){ box.x + pad, y, w, line }, 0);
    }
    y += app_px(app, 6);
    half = w / 2;
    for (int i = 0; paint_glyph_row(i, &kind, &text); i++) {
        int x = box.x + pad + i % 2 * half;

        paint_glyph(app, kind, x, y, line - app_px(app, 4));
        draw_text(app->list, x + line + app_px(app, 4), y, half - line - app_px(app, 8), DRAW_SMALL,
                  DRAW_LEFT, app->theme->ink, text);
        tree_leaf(app->tree, tree_key(KEY_LEGEND, "mark", (uint64_t)i), TREE_MARK, text,
                  (struct draw_box){ x, y, half, line }, 0);
        if (i % 2 == 1)
            y += line;
    }
    tree_pop(app->tree);
}
