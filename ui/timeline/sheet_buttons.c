/* sheet_buttons.c - see sheet_buttons.h. */
#include "ui/timeline/sheet_buttons.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/layout.h"
#include "ui/timeline/wrap.h"
#include <ctype.h>

/* Height of a button of so many lines. */
static int height_of(const struct app *app, int lines)
{
    return layout_target(app, lines * draw_line_height(app->fonts, DRAW_BODY) +
                                  2 * app_px(app, SHEET_BUTTON_PAD));
}

uint64_t sheet_button(struct sheet *s, int *x, int w, const struct sheet_button *b)
{
    const struct app *app = s->app;
    const struct theme *t = app->theme;
    int pad = app_px(app, SHEET_BUTTON_PAD), line = draw_line_height(app->fonts, DRAW_BODY);
    int letter = b->letter != NULL ? draw_text_width(app->fonts, DRAW_BODY, "M") + 2 * pad : 0;
    int word = b->word != NULL ? draw_text_width(app->fonts, DRAW_BODY, b->word) + pad : 0;
    int inner = w > 0 ? w - letter - word - 2 * pad : 0, lines = 1, top;
    struct draw_box box;
    char name[SHEET_BUTTON_CHARS];
    uint64_t key;

    if (w == 0)
        w = draw_text_width(app->fonts, DRAW_BODY, b->text) + 2 * pad;
    if (b->letter != NULL)
        lines = MAX_OF(wrap_lines(app->fonts, DRAW_BODY, b->text, inner), 1);
    box = (struct draw_box){ *x, s->y, w, height_of(app, lines) };
    top = box.y + (box.h - lines * line) / 2;
    snprintf(name, sizeof name, "%s%s%s", b->letter != NULL ? b->letter : "",
             b->letter != NULL ? ": " : "", b->text);
    if (sheet_sees(s, box.y, box.h)) {
        draw_rect(app->list, box.x, box.y, box.w, box.h,
                  sheet_is_hot(s, box, name, b->tag) ? t->pressed : t->raised);
        draw_outline(app->list, box.x, box.y, box.w, box.h, b->mark != 0 ? app_px(app, 2) : 1,
                     b->mark != 0 ? b->mark : t->border);
        if (b->letter != NULL) {
            draw_rect(app->list, box.x, box.y, letter, box.h, t->accent);
            draw_text(app->list, box.x, top, letter, DRAW_BODY, DRAW_CENTER, t->accent_ink,
                      b->letter);
            wrap_draw(app->list, app->fonts, box.x + letter + pad, top, inner, DRAW_BODY, t->ink,
                      b->text);
        } else {
            draw_text(app->list, box.x, top, box.w, DRAW_BODY, DRAW_CENTER, t->ink, b->text);
        }
        if (b->word != NULL)
            draw_text(app->list, box.x + box.w - word, top, 0, DRAW_BODY, DRAW_LEFT, b->mark,
                      b->word);
    }
    key = sheet_node(s, TREE_BUTTON, name, box, b->tag);
    if (b->word != NULL)
        tree_value(app->tree, "%s", b->word);
    if (b->note != NULL)
        tree_note(app->tree, "%s", b->note);
    *x += box.w + app_px(app, SHEET_BUTTON_GAP);
    if (b->letter != NULL)
        s->y += box.h + app_px(app, SHEET_BUTTON_GAP);
    return key;
}

uint64_t sheet_command(struct sheet *s, int *x, const char *text, const char *note,
                       enum command command)
{
    int w = draw_text_width(s->app->fonts, DRAW_BODY, text) + 2 * app_px(s->app, SHEET_BUTTON_PAD);
    int step = height_of(s->app, 1) + app_px(s->app, SHEET_BUTTON_GAP);

    if (*x > s->x && *x + w > s->x + s->w) {
        *x = s->x;
        s->y += step;
    }
    return sheet_button(s, x, 0,
                        &(struct sheet_button){
                            .text = text, .note = note, .tag = tag_make(TAG_COMMAND, 0, command) });
}

int sheet_offer_of_key(const char *key, uint32_t count)
{
    int offer;

    if (key[0] == 0 || key[1] != 0)
        return -1;
    offer = isdigit((unsigned char)key[0]) ? key[0] - '1' : toupper((unsigned char)key[0]) - 'A';
    return offer >= 0 && offer < (int)count ? offer : -1;
}

void sheet_end_row(struct sheet *s, int x)
{
    if (x > s->x)
        s->y += height_of(s->app, 1) + app_px(s->app, SHEET_BUTTON_GAP);
}
