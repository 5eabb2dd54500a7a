/* sheet.c - see sheet.h. */
#include "ui/timeline/sheet.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/wrap.h"
#include <string.h>

enum { PAD = 12, BAR = 4, ROW_GAP = 2, CHIP = 10, CHIP_GAP = 6, WIDEST = 1000 };

static int px(const struct sheet *s, int length) { return app_px(s->app, length); }
static int line_of(const struct sheet *s, enum draw_size size)
{
    return draw_line_height(s->app->fonts, size);
}

/* ---- Begin and end --------------------------------------------------------------------------- */

static int most_offset(const struct sheet_scroll *scroll, struct draw_box box)
{
    return MAX_OF(scroll->height - box.h, 0);
}

void sheet_begin(struct sheet *s, struct app *app, struct sheet_scroll *scroll, struct draw_box box,
                 uint64_t key, const char *name, bool old)
{
    const struct tree_node *focus = tree_focus(app->tree);
    const struct theme *t = app->theme;

    scroll->offset = MAX_OF(MIN_OF(scroll->offset, most_offset(scroll, box)), 0);
    *s = (struct sheet){ .app = app,
                         .scroll = scroll,
                         .box = box,
                         .x = box.x + app_px(app, PAD),
                         .w = MIN_OF(box.w - app_px(app, 2 * PAD + BAR), app_px(app, WIDEST)),
                         .y = box.y + app_px(app, PAD) - scroll->offset,
                         .key = key,
                         .section_key = key,
                         .focus = focus != NULL ? focus->key : 0,
                         .ink = old ? t->dim : t->ink,
                         .dim = t->dim };
    if (s->focus != scroll->revealed)
        scroll->revealed = 0; /* The same row may be revealed again. */
    draw_rect(app->list, box.x, box.y, box.w, box.h, t->panel);
    draw_clip_push(app->list, box.x, box.y, box.w, box.h);
    tree_push(app->tree, key, TREE_GROUP, name, box, TREE_REGION | (old ? TREE_BUSY : 0));
}

static void close_section(struct sheet *s)
{
    if (s->in_section)
        tree_pop(s->app->tree);
    s->in_section = false;
    s->section_key = s->key;
}

void sheet_bar(struct app *app, const struct sheet_scroll *scroll, struct draw_box box)
{
    int most = most_offset(scroll, box), track = box.h - 4, bar = app_px(app, BAR), thumb;

    if (most <= 0 || track <= 0)
        return;
    thumb = MAX_OF(track * box.h / scroll->height, app_px(app, 24));
    draw_rect(app->list, box.x + box.w - bar - 2,
              box.y + 2 + (track - thumb) * MIN_OF(scroll->offset, most) / most, bar, thumb,
              app->theme->dim);
}

void sheet_end(struct sheet *s)
{
    close_section(s);
    s->scroll->height = s->y + s->scroll->offset - s->box.y + px(s, PAD);
    sheet_bar(s->app, s->scroll, s->box);
    draw_clip_pop(s->app->list);
    tree_pop(s->app->tree);
}

bool sheet_wheel(struct sheet_scroll *scroll, struct draw_box box, int x, int y, int dy)
{
    if (!draw_box_has(box, x, y))
        return false;
    scroll->offset = MAX_OF(MIN_OF(scroll->offset + dy, most_offset(scroll, box)), 0);
    return true;
}

bool sheet_scroll_key(struct app *app, struct sheet_scroll *scroll, struct draw_box box,
                      const char *key)
{
    const int line = app_px(app, 60), page = box.h - line;
    const struct {
        const char *key;
        int by;
    } keys[] = { { "Up", -line },
                 { "Down", line },
                 { "PageUp", -page },
                 { "PageDown", page },
                 { "Home", -scroll->height },
                 { "End", scroll->height } };

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (strcmp(key, keys[i].key) == 0)
            return sheet_wheel(scroll, box, box.x, box.y, keys[i].by);
    return false;
}

bool sheet_has_focus(const struct app *app, uint64_t key)
{
    const struct tree_node *node = tree_focus(app->tree);

    while (node != NULL && node->key != key)
        node = tree_parent(app->tree, node);
    return node != NULL;
}

/* ---- Nodes ----------------------------------------------------------------------------------- */

bool sheet_sees(const struct sheet *s, int y, int h)
{
    return y + h > s->box.y && y < s->box.y + s->box.h;
}

static uint64_t key_of(const struct sheet *s, const char *name, uint64_t tag)
{
    return tree_key(tree_key(s->section_key ^ s->row_key, name, 1), NULL, tag != 0 ? tag : s->run);
}

/* The focus has come to something that is not wholly in sight: the next frame shows it. */
static void reveal(struct sheet *s, uint64_t key, struct draw_box box)
{
    int margin = px(s, 24), above = s->box.y + margin - box.y,
        below = box.y + box.h + margin - s->box.y - s->box.h;

    if (key != s->focus || key == s->scroll->revealed)
        return;
    s->scroll->revealed = key;
    if (above <= 0 && below <= 0)
        return;
    s->scroll->offset += above > 0 ? -above : below;
    s->app->dirty = true;
    if (s->app->wake != NULL)
        s->app->wake(s->app->wake_ctx);
}

uint64_t sheet_node(struct sheet *s, enum tree_role role, const char *name, struct draw_box box,
                    uint64_t tag)
{
    uint64_t key = key_of(s, name, tag);

    s->run++;
    tree_leaf(s->app->tree, key, role, name, draw_box_cut(box, s->box),
              tag != 0 ? TREE_FOCUSABLE : 0);
    if (tag != 0) {
        tree_tag(s->app->tree, tag);
        reveal(s, key, box);
    }
    return key;
}

bool sheet_is_hot(const struct sheet *s, struct draw_box box, const char *name, uint64_t tag)
{
    box = draw_box_cut(box, s->box);
    return (s->app->dialog == NULL && draw_box_has(box, s->app->pointer.x, s->app->pointer.y)) ||
           key_of(s, name, tag) == s->focus;
}

void sheet_draw_link(struct sheet *s, struct draw_box box, enum draw_size size, uint32_t color,
                     const char *text, bool hot)
{
    struct draw_list *list = s->app->list;
    int width = MIN_OF(draw_text_width(s->app->fonts, size, text), box.w);
    int top = draw_text_top(s->app->fonts, size, box.y, box.h);

    if (!sheet_sees(s, box.y, box.h))
        return;
    if (hot)
        draw_rect(list, box.x - px(s, 2), box.y, width + px(s, 4), box.h, s->app->theme->pressed);
    draw_text(list, box.x, top, box.w, size, DRAW_LEFT, color, text);
    draw_rect(list, box.x, top + draw_text_ascent(s->app->fonts, size) + px(s, 2), width,
              MAX_OF(px(s, 1), 1), hot ? color : theme_alpha(color, 110));
}

int sheet_draw_chip(struct sheet *s, int x, int y, int h, const char *process)
{
    int side = px(s, CHIP);

    if (sheet_sees(s, y, h)) {
        draw_rect(s->app->list, x, y + (h - side) / 2, side, side,
                  theme_process_color(s->app->theme, process));
        draw_outline(s->app->list, x, y + (h - side) / 2, side, side, 1, DRAW_BLACK);
    }
    return px(s, CHIP + CHIP_GAP);
}

/* ---- Headings, text -------------------------------------------------------------------------- */

void sheet_gap(struct sheet *s, int length) { s->y += px(s, length); }

/* A triangle that points where folding goes, as before rows of lanes. */
static void draw_fold(struct sheet *s, int x, int y, bool folded)
{
    int r = px(s, 4);
    struct draw_point open[] = { { x - r, y - r / 2 }, { x + r, y - r / 2 }, { x, y + r } };
    struct draw_point shut[] = { { x - r / 2, y - r }, { x + r, y }, { x - r / 2, y + r } };

    draw_polygon(s->app->list, folded ? shut : open, 3, s->dim);
}

bool sheet_section(struct sheet *s, const char *name, uint64_t tag, bool folded)
{
    const struct theme *t = s->app->theme;
    int h = line_of(s, DRAW_TITLE) + px(s, 4), indent = tag != 0 ? px(s, 16) : 0;
    struct draw_box box;

    close_section(s);
    if (s->y + s->scroll->offset > s->box.y + px(s, PAD))
        s->y += px(s, 12);
    box = (struct draw_box){ s->x, s->y, s->w, h };
    if (sheet_sees(s, s->y, h)) {
        if (tag != 0 && sheet_is_hot(s, box, name, tag))
            draw_rect(s->app->list, s->x - px(s, 4), s->y, s->w + px(s, 8), h, t->pressed);
        if (tag != 0)
            draw_fold(s, s->x + px(s, 5), s->y + h / 2, folded);
        draw_text(s->app->list, s->x + indent, draw_text_top(s->app->fonts, DRAW_TITLE, s->y, h),
                  s->w - indent, DRAW_TITLE, DRAW_LEFT, s->ink, name);
        draw_line(s->app->list, s->x, s->y + h - 1, s->x + s->w - 1, s->y + h - 1, 1, t->border);
    }
    sheet_node(s, TREE_HEADING, name, box, tag);
    if (tag != 0)
        tree_note(s->app->tree, folded ? "folded; opens it" : "folds it");
    s->y += h + px(s, 4);
    s->section_key = tree_key(s->key, name, 2);
    s->run = 0;
    tree_push(s->app->tree, s->section_key, TREE_GROUP, name, (struct draw_box){ 0 },
              folded ? TREE_COLLAPSED : 0);
    s->in_section = true;
    return !folded;
}

void sheet_text(struct sheet *s, enum draw_size size, uint32_t color, const char *text)
{
    int h = wrap_lines(s->app->fonts, size, text, s->w) * line_of(s, size);

    if (sheet_sees(s, s->y, h))
        wrap_draw(s->app->list, s->app->fonts, s->x, s->y, s->w, size, color, text);
    sheet_node(s, TREE_TEXT, text, (struct draw_box){ s->x, s->y, s->w, h }, 0);
    s->y += h + px(s, ROW_GAP);
}

void sheet_link(struct sheet *s, const char *text, uint64_t tag, const char *note)
{
    int h = line_of(s, DRAW_BODY);
    struct draw_box box = { s->x, s->y,
                            MIN_OF(draw_text_width(s->app->fonts, DRAW_BODY, text), s->w), h };

    sheet_draw_link(s, box, DRAW_BODY, s->app->theme->link, text, sheet_is_hot(s, box, text, tag));
    sheet_node(s, TREE_LINK, text, box, tag);
    if (note != NULL)
        tree_note(s->app->tree, "%s", note);
    s->y += h + px(s, ROW_GAP);
}

/* ---- Rows ------------------------------------------------------------------------------------ */

struct row_plan { /* Where a row's parts stand. */
    int name_w, x, width, lines, h;
    bool below; /* The writer has a line of its own. */
    char writer[48];
    int writer_w;
};

/* Beside the value if that costs it no line, else below. */
static void plan_row(const struct sheet *s, const struct sheet_row *row, struct row_plan *plan)
{
    const struct draw_fonts *fonts = s->app->fonts;
    int line = line_of(s, DRAW_BODY), whole, beside, name_lines;
    char count[40];

    plan->name_w = MIN_OF(px(s, 108), s->w * 2 / 5);
    plan->x = s->x + plan->name_w;
    if (row->chip != NULL && row->chip[0] != 0)
        plan->x += px(s, CHIP + CHIP_GAP);
    whole = MAX_OF(s->x + s->w - plan->x, px(s, 40));
    plan->width = whole;
    plan->lines = MAX_OF(wrap_lines(fonts, DRAW_BODY, row->value, whole), 1);
    plan->below = false;
    if (row->has_writer) {
        text_count(row->writer, count, sizeof count);
        snprintf(plan->writer, sizeof plan->writer, "#%s", count);
        plan->writer_w = draw_text_width(fonts, DRAW_SMALL, plan->writer);
        beside = whole - plan->writer_w - px(s, 8);
        plan->below =
            beside < px(s, 40) || wrap_lines(fonts, DRAW_BODY, row->value, beside) > plan->lines;
        if (!plan->below)
            plan->width = beside;
    }
    name_lines = wrap_lines(fonts, DRAW_SMALL, row->name, plan->name_w - px(s, 6));
    plan->h = MAX_OF(plan->lines + (plan->below ? 1 : 0), name_lines) * line;
}

/* The link to the record that wrote the value. */
static void row_writer(struct sheet *s, const struct sheet_row *row, const struct row_plan *plan)
{
    int line = line_of(s, DRAW_BODY);
    struct draw_box box = { plan->below ? plan->x : s->x + s->w - plan->writer_w,
                            s->y + (plan->below ? plan->lines * line : 0), plan->writer_w, line };
    uint64_t tag = tag_make(TAG_RECORD, s->app->active, row->writer);
    char name[120];

    snprintf(name, sizeof name, "%s, last written by %s", row->name, plan->writer);
    sheet_draw_link(s, box, DRAW_SMALL, s->app->theme->link, plan->writer,
                    sheet_is_hot(s, box, name, tag));
    sheet_node(s, TREE_LINK, name, box, tag);
}

static void row_value(struct sheet *s, const struct sheet_row *row, int x, int width, int line)
{
    const char *rest = row->value;
    struct draw_box box = { x, s->y, 0, line };
    uint64_t tag = row->tag;
    bool first = true;

    if (tag == 0) {
        if (sheet_sees(s, s->y, line * 8))
            wrap_draw(s->app->list, s->app->fonts, x, s->y, width, DRAW_BODY, s->ink, row->value);
        return;
    }
    for (int y = s->y; *rest != 0; y += line) {
        char piece[512];
        const char *next;
        size_t bytes = wrap_line(s->app->fonts, DRAW_BODY, rest, width, &next);

        snprintf(piece, sizeof piece, "%.*s", (int)bytes, rest);
        struct draw_box part = { x, y, width, line };
        int own = draw_text_width(s->app->fonts, DRAW_BODY, piece);

        sheet_draw_link(s, part, DRAW_BODY, s->app->theme->link, piece,
                        sheet_is_hot(s, (struct draw_box){ x, y, own, line }, row->value, tag));
        if (first || own > box.w)
            box.w = own;
        box.h = y + line - s->y;
        first = false;
        rest = next;
    }
    sheet_node(s, TREE_LINK, row->value, box, tag);
    if (row->note != NULL)
        tree_note(s->app->tree, "%s", row->note);
}

void sheet_row(struct sheet *s, const struct sheet_row *row)
{
    int line = line_of(s, DRAW_BODY), x = s->x;
    struct row_plan plan;

    plan_row(s, row, &plan);
    tree_push(s->app->tree, key_of(s, row->name, 0), TREE_ROW, row->name, (struct draw_box){ 0 },
              0);
    s->run++;
    s->row_key = tree_key(0, row->name, 1);
    tree_value(s->app->tree, "%s", row->value);
    if (row->tag == 0 && row->note != NULL)
        tree_note(s->app->tree, "%s", row->note);
    if (sheet_sees(s, s->y, plan.h))
        wrap_draw(s->app->list, s->app->fonts, x,
                  s->y + draw_text_ascent(s->app->fonts, DRAW_BODY) -
                      draw_text_ascent(s->app->fonts, DRAW_SMALL),
                  plan.name_w - px(s, 6), DRAW_SMALL, s->dim, row->name);
    if (row->chip != NULL && row->chip[0] != 0)
        sheet_draw_chip(s, x + plan.name_w, s->y, line, row->chip);
    row_value(s, row, plan.x, plan.width, line);
    if (row->has_writer)
        row_writer(s, row, &plan);
    s->row_key = 0;
    tree_pop(s->app->tree);
    s->y += plan.h + px(s, ROW_GAP);
}

void sheet_say(struct sheet *s, const char *name, const char *format, ...)
{
    char text[512];
    va_list list;

    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    sheet_row(s, &(struct sheet_row){ .name = name, .value = text });
}

void sheet_item(struct sheet *s, const struct sheet_item *item)
{
    enum draw_size size = item->mono ? DRAW_MONO_SMALL : DRAW_SMALL;
    int line = line_of(s, size), own = draw_text_width(s->app->fonts, DRAW_SMALL, item->head);
    int x = s->x + (item->head_w > 0 ? item->head_w : own) + px(s, 8);
    int h = MAX_OF(wrap_lines(s->app->fonts, size, item->text, s->x + s->w - x), 1) * line;
    char name[400];
    struct draw_box box = { s->x, s->y, own, line };
    struct draw_box whole = { s->x, s->y, s->w, h };
    bool hot;

    snprintf(name, sizeof name, "%s  %s", item->head, item->text);
    hot = sheet_is_hot(s, whole, name, item->tag);
    if (sheet_sees(s, s->y, h)) {
        if (item->current)
            draw_rect(s->app->list, s->x - px(s, 6), s->y, px(s, 3), h, s->app->theme->playhead);
        if (hot)
            draw_rect(s->app->list, s->x - px(s, 2), s->y, s->w + px(s, 4), h,
                      s->app->theme->pressed);
        sheet_draw_link(s, box, DRAW_SMALL, s->app->theme->link, item->head, false);
        wrap_draw(s->app->list, s->app->fonts, x, s->y, s->x + s->w - x, size, s->ink, item->text);
    }
    sheet_node(s, TREE_LINK, name, whole, item->tag);
    if (item->note != NULL)
        tree_note(s->app->tree, "%s", item->note);
    s->y += h + px(s, ROW_GAP);
}

void sheet_cells(struct sheet *s, const struct sheet_cells *c)
{
    const struct theme *t = s->app->theme;
    int line = line_of(s, DRAW_SMALL), x = s->x, gap = px(s, 6);
    char value[400] = "";
    struct draw_box box = { s->x, s->y, s->w, line };
    uint32_t ink = c->header ? s->dim : c->bad ? t->bad : s->ink;

    for (uint32_t i = 0; i < c->count; i++) {
        int w = s->w * (c->percent[i] < 0 ? -c->percent[i] : c->percent[i]) / 100;
        struct draw_box cell = { x, s->y, w - gap, line };
        size_t used = strlen(value);

        if (i > 0)
            snprintf(value + used, sizeof value - used, "%s%s", used > 0 ? ", " : "", c->cells[i]);
        if (i == 0 && c->tag != 0)
            sheet_draw_link(s, cell, DRAW_SMALL, c->bad ? t->bad : t->link, c->cells[0],
                            sheet_is_hot(s, box, c->cells[0], c->tag));
        else if (sheet_sees(s, s->y, line))
            draw_text(s->app->list, x, s->y, w - gap, DRAW_SMALL,
                      c->percent[i] < 0 ? DRAW_RIGHT : DRAW_LEFT, ink, c->cells[i]);
        x += w;
    }
    sheet_node(s, c->tag != 0 ? TREE_LINK : TREE_ROW, c->cells[0], box, c->tag);
    tree_value(s->app->tree, "%s", value);
    s->y += line + px(s, ROW_GAP);
}
