/* stop_screen.c - the blue screen of 2003 as an administrator saw it, each argument a link to the
 * place it speaks of; and what the arguments mean.
 */
#include "ui/timeline/stop_inside.h"
#include "ui/timeline/stop_rules.h"
#include "ui/timeline/tutor.h"
#include "ui/timeline/wrap.h"
#include <string.h>

#define SCREEN_BLUE  0x0000aaffu
#define SCREEN_WHITE 0xffffffffu
enum { SCREEN_ROWS = 25 };

struct screen {
    struct sheet *sheet;
    int x, w, line, advance, hot; /* hot: the argument under the pointer or focused; -1: none. */
};

/* One word of the line with the arguments: plain, or a link. Goes on in the next line if there is
 * no room. */
static void put(struct stop_view *v, struct screen *c, int *x, const char *text, int argument)
{
    struct sheet *s = c->sheet;
    int w = draw_text_width(v->app->fonts, DRAW_MONO_SMALL, text);
    char name[64], meaning[STOP_TEXT_CHARS];
    uint32_t ink = SCREEN_WHITE;

    if (*x > c->x && *x + w > c->x + c->w) {
        *x = c->x + 4 * c->advance;
        s->y += c->line;
    }
    struct draw_box box = { *x, s->y, w, c->line };

    *x += w;
    if (argument >= 0) {
        uint64_t tag = tag_make(TAG_ARGUMENT, v->app->active, (uint64_t)argument);

        snprintf(name, sizeof name, "Arg%d %s", argument + 1, text);
        if (sheet_is_hot(s, box, name, tag)) {
            c->hot = argument;
            draw_rect(v->app->list, box.x, box.y, box.w, box.h, SCREEN_WHITE);
            ink = SCREEN_BLUE;
        }
        draw_rect(v->app->list, box.x, box.y + box.h - 2, box.w, 1, ink);
        sheet_node(s, TREE_LINK, name, box, tag);
        stop_argument(v->end, argument, meaning);
        if (!tutor_keeps_back(v->app))
            tree_note(v->app->tree, "%s", meaning);
    }
    draw_text(v->app->list, box.x, box.y, 0, DRAW_MONO_SMALL, DRAW_LEFT, ink, text);
}

static void put_stop_line(struct stop_view *v, struct screen *c)
{
    const struct stop *stop = &v->end->result.stop;
    int x = c->x;
    char text[48];

    snprintf(text, sizeof text, "*** STOP: 0x%08X (", stop->code);
    sheet_node(c->sheet, TREE_TEXT, text,
               (struct draw_box){ x, c->sheet->y, (int)strlen(text) * c->advance, c->line }, 0);
    put(v, c, &x, text, -1);
    for (int i = 0; i < STOP_ARGUMENTS; i++) {
        snprintf(text, sizeof text, "0x%08X", stop->args[i]);
        put(v, c, &x, text, i);
        put(v, c, &x, i + 1 < STOP_ARGUMENTS ? "," : ")", -1);
    }
    c->sheet->y += c->line;
}

/* Where it ends is known only once it is drawn; so the ground is as high as all its lines. */
static int screen_height(struct stop_view *v, const struct screen *c, uint32_t rows,
                         char lines[][REPORT_STOP_COLUMNS + 1])
{
    int need = 0;

    for (uint32_t i = 0; i < rows; i++)
        need += MAX_OF(wrap_lines(v->app->fonts, DRAW_MONO_SMALL, lines[i], c->w), 1);
    return need;
}

/* Returns the argument that is hot. */
int stop_screen_show(struct stop_view *v, struct sheet *s, bool full)
{
    char lines[REPORT_STOP_LINES_MAX][REPORT_STOP_COLUMNS + 1];
    uint32_t count = report_stop_lines(&v->end->result.stop, lines);
    int pad = app_px(v->app, 8), advance = draw_text_width(v->app->fonts, DRAW_MONO_SMALL, "M");
    struct screen c = {
        s, s->x + pad, s->w - 2 * pad, draw_line_height(v->app->fonts, DRAW_MONO_SMALL), advance, -1
    };
    int rows = screen_height(v, &c, count, lines), top = s->y, h;

    h = (full ? MAX_OF(rows, SCREEN_ROWS) : rows) * c.line + 2 * pad;
    draw_rect(v->app->list, s->x, top, s->w, h, SCREEN_BLUE);
    tree_push(v->app->tree, tree_key(s->key, "screen", 4), TREE_GROUP, "Blue screen",
              draw_box_cut((struct draw_box){ s->x, top, s->w, h }, s->box), 0);
    s->y += pad;
    for (uint32_t i = 0; i < count; i++) {
        struct draw_box box = { c.x, s->y, c.w, c.line };

        if (strncmp(lines[i], "***", 3) == 0) {
            put_stop_line(v, &c);
            continue;
        }
        if (lines[i][0] == 0) {
            s->y += c.line;
            continue;
        }
        box.h = wrap_draw(v->app->list, v->app->fonts, c.x, s->y, c.w, DRAW_MONO_SMALL,
                          SCREEN_WHITE, lines[i]);
        sheet_node(s, TREE_TEXT, lines[i], box, 0);
        s->y += box.h;
    }
    tree_pop(v->app->tree);
    s->y = MAX_OF(top + h, s->y + pad) + app_px(v->app, 6);
    return c.hot;
}

void stop_arguments_show(struct stop_view *v, struct sheet *s, int hot)
{
    const struct stop *stop = &v->end->result.stop;

    if (tutor_keeps_back(v->app))
        return;
    sheet_section(s, "What its four arguments mean", 0, false);
    for (int i = 0; i < STOP_ARGUMENTS; i++) {
        char head[48], meaning[STOP_TEXT_CHARS], leads[160];
        uint32_t lane = stop_argument_lane(v->pane->run, v->end, i);

        snprintf(head, sizeof head, "Arg%d  %08x", i + 1, stop->args[i]);
        stop_argument(v->end, i, meaning);
        snprintf(leads, sizeof leads, "leads to the timeline");
        if (lane != LANE_NONE) {
            char name[120];

            row_name(v->pane->run, lane, name, sizeof name);
            snprintf(leads, sizeof leads, "leads to %s", name);
        }
        sheet_item(s, &(struct sheet_item){
                          .head = head,
                          .text = meaning,
                          .head_w = draw_text_width(v->app->fonts, DRAW_SMALL, "Arg4  MMMMMMMM"),
                          .tag = tag_make(TAG_ARGUMENT, v->app->active, (uint64_t)i),
                          .note = leads,
                          .current = i == hot });
    }
}
