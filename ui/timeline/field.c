/* field.c - see field.h. */
#include "ui/timeline/field.h"
#include <string.h>

void field_set(struct field *field, const char *text, bool select)
{
    memset(field, 0, sizeof *field);
    snprintf(field->text, sizeof field->text, "%s", text);
    field->at = strlen(field->text);
    field->mark = select ? 0 : field->at;
}

/* ---- Editing --------------------------------------------------------------------------------- */

static size_t back(const struct field *field, size_t at)
{
    if (at > 0)
        at--;
    while (at > 0 && ((unsigned char)field->text[at] & 0xc0) == 0x80)
        at--;
    return at;
}

static size_t on(const struct field *field, size_t at)
{
    if (field->text[at] != 0)
        at++;
    while (((unsigned char)field->text[at] & 0xc0) == 0x80)
        at++;
    return at;
}

static bool in_word(char c) { return c != ' ' && c != '/' && c != '.' && c != '=' && c != ','; }

static size_t word_back(const struct field *field, size_t at)
{
    while (at > 0 && !in_word(field->text[at - 1]))
        at--;
    while (at > 0 && in_word(field->text[at - 1]))
        at--;
    return at;
}

static size_t word_on(const struct field *field, size_t at)
{
    while (field->text[at] != 0 && !in_word(field->text[at]))
        at++;
    while (field->text[at] != 0 && in_word(field->text[at]))
        at++;
    return at;
}

/* Takes out what lies between. */
static bool cut(struct field *field, size_t from, size_t to)
{
    if (from == to)
        return false;
    memmove(field->text + from, field->text + to, strlen(field->text + to) + 1);
    field->at = field->mark = from;
    return true;
}

static bool cut_selection(struct field *field)
{
    return cut(field, MIN_OF(field->at, field->mark), MAX_OF(field->at, field->mark));
}

bool field_type(struct field *field, const char *utf8)
{
    bool changed = cut_selection(field);

    while (*utf8 != 0) {
        size_t length = 1, all = strlen(field->text);

        while (((unsigned char)utf8[length] & 0xc0) == 0x80)
            length++;
        if ((unsigned char)*utf8 >= ' ' && *utf8 != 0x7f && all + length < sizeof field->text) {
            memmove(field->text + field->at + length, field->text + field->at, all - field->at + 1);
            memcpy(field->text + field->at, utf8, length);
            field->at += length;
            changed = true;
        }
        utf8 += length;
    }
    field->mark = field->at;
    return changed;
}

void field_selected(const struct field *field, char *out, size_t size)
{
    size_t from = MIN_OF(field->at, field->mark), to = MAX_OF(field->at, field->mark);

    snprintf(out, size, "%.*s", (int)(to - from), field->text + from);
}

static bool is(const char *one, const char *other) { return strcmp(one, other) == 0; }

static bool place_of(const struct field *field, const char *key, size_t *out)
{
    size_t at = field->at;

    if (is(key, "Left"))
        *out = back(field, at);
    else if (is(key, "Right"))
        *out = on(field, at);
    else if (is(key, "Ctrl+Left"))
        *out = word_back(field, at);
    else if (is(key, "Ctrl+Right"))
        *out = word_on(field, at);
    else if (is(key, "Home"))
        *out = 0;
    else if (is(key, "End"))
        *out = strlen(field->text);
    else
        return false;
    return true;
}

enum field_answer field_key(struct field *field, const char *key)
{
    const char *shift = strstr(key, "Shift+");
    char plain[48];
    size_t at = field->at;

    snprintf(plain, sizeof plain, "%.*s%s", (int)(shift != NULL ? shift - key : 0), key,
             shift != NULL ? shift + 6 : key);
    if (place_of(field, plain, &at)) {
        bool leave = shift == NULL && field->at != field->mark;

        if (leave && is(key, "Left"))
            at = MIN_OF(field->at, field->mark);
        if (leave && is(key, "Right"))
            at = MAX_OF(field->at, field->mark);
        field->at = at;
        if (shift == NULL)
            field->mark = at;
        return FIELD_MOVED;
    }
    if (is(key, "Ctrl+A")) {
        field->mark = 0;
        field->at = strlen(field->text);
        return FIELD_MOVED;
    }
    if (is(plain, "Backspace") || is(key, "Delete") || is(key, "Ctrl+Backspace") ||
        is(key, "Ctrl+Delete")) {
        if (cut_selection(field))
            return FIELD_CHANGED;
        size_t from = is(plain, "Backspace")      ? back(field, at)
                      : is(key, "Ctrl+Backspace") ? word_back(field, at)
                                                  : at;
        size_t to = is(key, "Delete")        ? on(field, at)
                    : is(key, "Ctrl+Delete") ? word_on(field, at)
                                             : at;

        return cut(field, from, to) ? FIELD_CHANGED : FIELD_MOVED;
    }
    return FIELD_NOT_MINE;
}

bool field_types(const char *key)
{
    static const char *const names[] = { "Space",     "Period",    "Comma",       "Slash",
                                         "Backslash", "Semicolon", "Apostrophe",  "Grave",
                                         "Minus",     "Equals",    "LeftBracket", "RightBracket" };

    if (strncmp(key, "Shift+", 6) == 0)
        key += 6;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (is(key, names[i]))
            return true;
    return key[0] != 0 && key[1] == 0;
}

/* ---- Painting -------------------------------------------------------------------------------- */

static int x_of(const struct app *app, const struct field *field, size_t at)
{
    char part[FIELD_BYTES];

    snprintf(part, sizeof part, "%.*s", (int)at, field->text);
    return draw_text_width(app->fonts, DRAW_BODY, part);
}

void field_paint(struct app *app, struct field *field, struct draw_box box, bool focused,
                 const char *placeholder)
{
    const struct theme *t = app->theme;
    int pad = app_px(app, 8), w = box.w - 2 * pad, cursor = x_of(app, field, field->at);
    int line = draw_line_height(app->fonts, DRAW_BODY), top = box.y + (box.h - line) / 2;
    int text_y = draw_text_top(app->fonts, DRAW_BODY, box.y, box.h);

    if (cursor - field->scroll > w - app_px(app, 2))
        field->scroll = cursor - w + app_px(app, 2);
    if (cursor < field->scroll)
        field->scroll = cursor;
    int x = box.x + pad - field->scroll;

    draw_rect(app->list, box.x, box.y, box.w, box.h, t->background);
    draw_outline(app->list, box.x, box.y, box.w, box.h, 1, focused ? t->focus : t->border);
    draw_clip_push(app->list, box.x + pad - 1, box.y, w + 2, box.h);
    if (field->at != field->mark) {
        int x0 = x_of(app, field, MIN_OF(field->at, field->mark));
        int x1 = x_of(app, field, MAX_OF(field->at, field->mark));

        draw_rect(app->list, x + x0, top, x1 - x0, line, t->selection);
    }
    if (field->text[0] != 0)
        draw_text(app->list, x, text_y, 0, DRAW_BODY, DRAW_LEFT, t->ink, field->text);
    else
        draw_text(app->list, x, text_y, w, DRAW_BODY, DRAW_LEFT, t->dim, placeholder);
    if (focused) /* The cursor does not blink: nothing in the window does. */
        draw_rect(app->list, x + cursor, top, app_px(app, 2), line, t->ink);
    draw_clip_pop(app->list);
}

void field_click(struct app *app, struct field *field, struct draw_box box, int x)
{
    size_t at = 0, best = 0;
    int wanted = x - box.x - app_px(app, 8) + field->scroll, least = 1 << 30;

    for (;; at = on(field, at)) {
        int away = x_of(app, field, at) - wanted;

        away = away < 0 ? -away : away;
        if (away < least) {
            least = away;
            best = at;
        }
        if (field->text[at] == 0)
            break;
    }
    field->at = field->mark = best;
}
