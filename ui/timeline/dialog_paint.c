/* dialog_paint.c - the picture of a dialog, and its nodes.
 *
 *     +--------------------------------------------+
 *     | Title                       3 of 214       |
 *     | [ field                                  ] |
 *     | what is wrong with it, or what it means     |
 *     | item                                key    |   scrolls
 *     | item                                key    |
 *     +--------------------------------------------+
 *     | hint                    [ Do it ] [ Close ]|
 *     +--------------------------------------------+
 */
#include "ui/timeline/dialog_inside.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/layout.h"
#include "ui/timeline/wrap.h"
#include <string.h>

struct plan { /* Where things are in this frame. */
    struct draw_box box, title, field, said, list, foot;
    int pad, content; /* Pixels; content: the whole list. */
};

static int item_height(const struct app *app, const struct dialog *dialog)
{
    int line = draw_line_height(app->fonts, DRAW_BODY);

    if (dialog->kind == DIALOG_BRANCH)
        return line + draw_line_height(app->fonts, DRAW_SMALL) + app_px(app, 8);
    return layout_target(app, line + app_px(app, 8));
}

/* Help with typing goes when it has none to give. */
static bool tells_of_nothing(const struct dialog *dialog)
{
    return dialog_forms[dialog->kind].list == LIST_PICK || dialog->kind == DIALOG_OPEN;
}

static int content_height(struct app *app, const struct dialog *dialog, int width)
{
    if (dialog->kind == DIALOG_KEYS)
        return dialog_keys_height(app, width);
    if (dialog->kind == DIALOG_ERROR)
        return dialog_source_height(app, &dialog->source, width);
    if (dialog_forms[dialog->kind].list == LIST_NONE ||
        (dialog->count == 0 && !tells_of_nothing(dialog)))
        return 0;
    return (int)MAX_OF(dialog->count, 1u) * item_height(app, dialog);
}

/* What stands under the field: a problem, a notice, else how to go about it. A list to pick from
 * explains itself. */
static const char *said(const struct dialog *dialog)
{
    bool pick = dialog_forms[dialog->kind].list == LIST_PICK;

    if (dialog->problem[0] != 0)
        return dialog->problem;
    if (dialog->refused)
        return pick ? "nothing here is called that" : "nothing is typed yet";
    return dialog->notice[0] != 0 || pick ? dialog->notice : dialog_forms[dialog->kind].hint;
}

static void plan(struct app *app, const struct dialog *dialog, struct plan *p)
{
    const struct dialog_form *form = &dialog_forms[dialog->kind];
    int margin = app_px(app, 16), pad = app_px(app, 16);
    int w = MIN_OF(app_px(app, form->width), app->width - 2 * margin), inner = w - 2 * pad;
    int title = draw_line_height(app->fonts, DRAW_TITLE) + app_px(app, 14);
    int field = form->field ? layout_target(app, app_px(app, 34)) : 0;
    int lines = form->field ? wrap_lines(app->fonts, DRAW_SMALL, said(dialog), inner) : 0;
    int say = lines * draw_line_height(app->fonts, DRAW_SMALL) + app_px(app, form->field ? 8 : 0);
    int foot = layout_target(app, app_px(app, 30)) + app_px(app, 24), top, room, list;

    p->pad = pad;
    p->content = content_height(app, dialog, inner);
    room = app->height - 2 * margin - title - field - say - foot - app_px(app, 8);
    if (form->list == LIST_HELP && dialog->kind != DIALOG_OPEN) /* What lies behind is of use. */
        room = MIN_OF(room, app->height / 2);
    list = MAX_OF(0, MIN_OF(p->content, room));
    if (form->list != LIST_NONE && list < p->content) /* Whole items only. */
        list -= list % item_height(app, dialog);
    p->box.w = w;
    p->box.h = title + field + say + list + foot + app_px(app, 8);
    p->box.x = (app->width - w) / 2;
    top = MIN_OF(app->height / 9, (app->height - p->box.h) / 2);
    p->box.y = MAX_OF(top, 0);
    p->title = (struct draw_box){ p->box.x + pad, p->box.y + app_px(app, 6), inner, title };
    p->field = (struct draw_box){ p->box.x + pad, p->title.y + title, inner, field };
    p->said = (struct draw_box){ p->field.x, p->field.y + field, inner, say };
    p->list = (struct draw_box){ p->box.x, p->said.y + say, w, list };
    p->foot = (struct draw_box){ p->box.x + pad, p->list.y + list + app_px(app, 8), inner, foot };
}

/* ---- Parts ----------------------------------------------------------------------------------- */

static void paint_title(struct app *app, const struct dialog *dialog, const struct plan *p)
{
    char count[64] = "";
    int y = draw_text_top(app->fonts, DRAW_TITLE, p->title.y, p->title.h);

    if (dialog_forms[dialog->kind].list == LIST_PICK && !dialog->waiting)
        snprintf(count, sizeof count, "%u of %u", dialog->count, dialog->all);
    draw_text(app->list, p->title.x, y, p->title.w, DRAW_TITLE, DRAW_LEFT, app->theme->ink,
              dialog_forms[dialog->kind].title);
    draw_text(app->list, p->title.x + p->title.w,
              draw_text_top(app->fonts, DRAW_SMALL, p->title.y, p->title.h), 0, DRAW_SMALL,
              DRAW_RIGHT, app->theme->dim, count);
}

static void paint_field(struct app *app, struct dialog *dialog, const struct plan *p)
{
    const struct dialog_form *form = &dialog_forms[dialog->kind];
    const struct tree_node *focus = tree_focus(app->tree);
    bool focused = dialog->fresh || focus == NULL || focus->key == KEY_DIALOG_FIELD ||
                   focus->role != TREE_BUTTON;
    const char *text = said(dialog);
    bool bad = dialog->problem[0] != 0 || dialog->refused;

    dialog->field_box = p->field;
    field_paint(app, &dialog->field, p->field, focused, form->placeholder);
    tree_leaf(app->tree, KEY_DIALOG_FIELD, TREE_TEXT_FIELD, form->label, p->field, TREE_FOCUSABLE);
    tree_value(app->tree, "%s", dialog->field.text);
    tree_note(app->tree, "%s", form->placeholder);
    tree_tag(app->tree, tag_make(TAG_ITEM, 0, ITEM_FIELD));
    wrap_draw(app->list, app->fonts, p->said.x, p->said.y + app_px(app, 4), p->said.w, DRAW_SMALL,
              bad ? app->theme->bad : app->theme->dim, text);
    if (text[0] != 0) {
        tree_leaf(app->tree, tree_key(KEY_DIALOG, "said", 0), bad ? TREE_ALERT : TREE_STATUS,
                  bad ? "Problem" : "Notice", p->said, TREE_LIVE);
        tree_value(app->tree, "%s", text);
    }
}

static void paint_item(struct app *app, const struct dialog *dialog, uint32_t index,
                       struct draw_box box)
{
    const struct dialog_item *item = &dialog->items[index];
    const struct theme *t = app->theme;
    bool chosen = (int)index == dialog->chosen;
    bool over = draw_box_has(box, app->pointer.x, app->pointer.y);
    int pad = app_px(app, 16), line = draw_line_height(app->fonts, DRAW_BODY);
    int first = item->sub[0] != 0 ? line + app_px(app, 6) : box.h, x = box.x + pad;
    int room = box.w - 2 * pad, right = 0;
    uint32_t ink = chosen ? t->selection_ink : t->ink;

    if (chosen || over)
        draw_rect(app->list, box.x + app_px(app, 6), box.y, box.w - 2 * app_px(app, 6), box.h,
                  chosen ? t->selection : t->pressed);
    if (chosen) /* Not by colour alone. */
        draw_rect(app->list, box.x + app_px(app, 6), box.y, app_px(app, 4), box.h, t->focus);
    if (item->color != 0) {
        int size = app_px(app, 12);

        draw_rect(app->list, x, box.y + (first - size) / 2, size, size, item->color);
        draw_outline(app->list, x, box.y + (first - size) / 2, size, size, 1, t->border);
        x += size + app_px(app, 8);
        room -= size + app_px(app, 8);
    }
    int title = draw_text_width(app->fonts, DRAW_BODY, item->title);

    if (item->right[0] != 0) { /* The right text has what the title leaves, and a third at least. */
        right = MIN_OF(draw_text_width(app->fonts, DRAW_SMALL, item->right) + app_px(app, 12),
                       MAX_OF(room - title, room / 3));
        draw_text(app->list, box.x + box.w - pad - right + app_px(app, 12),
                  draw_text_top(app->fonts, DRAW_SMALL, box.y, first), right - app_px(app, 12),
                  DRAW_SMALL, DRAW_RIGHT, chosen ? t->selection_ink : t->dim, item->right);
    }
    draw_text(app->list, x, draw_text_top(app->fonts, DRAW_BODY, box.y, first), room - right,
              DRAW_BODY, DRAW_LEFT, ink, item->title);
    if (item->sub[0] != 0)
        draw_text(app->list, x, box.y + first - app_px(app, 2), room, DRAW_SMALL, DRAW_LEFT,
                  chosen ? t->selection_ink : t->dim, item->sub);
    tree_leaf(app->tree, tree_key(KEY_DIALOG_ITEM, NULL, index), TREE_LIST_ITEM, item->title, box,
              TREE_FOCUSABLE | TREE_NO_TAB | (chosen ? TREE_SELECTED : 0));
    if (item->right[0] != 0)
        tree_value(app->tree, "%s", item->right);
    if (item->sub[0] != 0)
        tree_note(app->tree, "%s", item->sub);
    tree_tag(app->tree, tag_make(TAG_ITEM, 0, index));
}

/* Keeps the chosen item in sight and the list within its ends. */
static void scroll_to(struct app *app, struct dialog *dialog, const struct plan *p)
{
    int h = item_height(app, dialog), y = dialog->chosen * h;

    if (dialog->reveal && dialog->chosen >= 0) {
        if (y < dialog->scroll)
            dialog->scroll = y;
        if (y + h > dialog->scroll + p->list.h)
            dialog->scroll = y + h - p->list.h;
    }
    dialog->reveal = false;
    dialog->scroll_most = MAX_OF(0, p->content - p->list.h);
    dialog->scroll = MAX_OF(0, MIN_OF(dialog->scroll, dialog->scroll_most));
    dialog->page = p->list.h;
}

static void paint_list(struct app *app, struct dialog *dialog, const struct plan *p)
{
    int h = item_height(app, dialog);
    const char *nothing = dialog->waiting ? "the moment under the playhead is being looked up ..."
                                          : "nothing here is called that";

    tree_push(app->tree, tree_key(KEY_DIALOG, "list", 0), TREE_LIST,
              dialog_forms[dialog->kind].title, p->list, dialog->waiting ? TREE_BUSY : 0);
    tree_value(app->tree, "%u of %u", dialog->count, dialog->all);
    if (dialog->count == 0 && tells_of_nothing(dialog)) {
        draw_text(app->list, p->list.x + p->pad, draw_text_top(app->fonts, DRAW_BODY, p->list.y, h),
                  p->list.w - 2 * p->pad, DRAW_BODY, DRAW_LEFT, app->theme->dim, nothing);
        tree_leaf(app->tree, tree_key(KEY_DIALOG, "nothing", 0), TREE_TEXT, nothing, p->list, 0);
    }
    for (uint32_t i = 0; i < dialog->count; i++) {
        struct draw_box box = { p->list.x, p->list.y + (int)i * h - dialog->scroll, p->list.w, h };

        if (box.y + box.h > p->list.y && box.y < p->list.y + p->list.h)
            paint_item(app, dialog, i, box);
    }
    tree_pop(app->tree);
}

static void paint_scroll_bar(struct app *app, const struct dialog *dialog, const struct plan *p)
{
    int w = app_px(app, 6), h, y;

    if (p->content <= p->list.h || p->list.h <= 0)
        return;
    h = MAX_OF(app_px(app, 20), p->list.h * p->list.h / p->content);
    y = p->list.y + (p->list.h - h) * dialog->scroll / MAX_OF(dialog->scroll_most, 1);
    draw_rect(app->list, p->list.x + p->list.w - w - 1, y, w, h, app->theme->dim);
}

static int button(struct app *app, int right, const struct draw_box *foot, const char *text,
                  enum dialog_item_number number, bool first)
{
    const struct theme *t = app->theme;
    int w = draw_text_width(app->fonts, DRAW_BODY, text) + app_px(app, 28),
        h = layout_target(app, app_px(app, 30));
    struct draw_box box = { right - w, foot->y + (foot->h - h) / 2, w, h };
    bool over = draw_box_has(box, app->pointer.x, app->pointer.y);

    draw_rect(app->list, box.x, box.y, box.w, box.h,
              first  ? t->accent
              : over ? t->pressed
                     : t->panel);
    draw_outline(app->list, box.x, box.y, box.w, box.h, 1, t->border);
    draw_label(app->list, app->fonts, box.x, box.y, box.w, box.h, DRAW_BODY, DRAW_CENTER,
               first ? t->accent_ink : t->ink, text);
    tree_leaf(app->tree, tree_key(KEY_DIALOG, "button", number), TREE_BUTTON, text, box,
              TREE_FOCUSABLE);
    tree_note(app->tree, "%s",
              number == ITEM_CLOSE    ? "Esc"
              : number == ITEM_RELOAD ? "F5"
                                      : "Enter");
    tree_tag(app->tree, tag_make(TAG_ITEM, 0, number));
    return box.x - app_px(app, 10);
}

/* In reading order the button that does it comes first, though it stands left of the other. */
static void paint_foot(struct app *app, const struct dialog *dialog, const struct plan *p)
{
    const struct dialog_form *form = &dialog_forms[dialog->kind];
    const char *close = form->accept != NULL ? "Cancel" : "Close";
    int right = p->foot.x + p->foot.w;
    int close_w = draw_text_width(app->fonts, DRAW_BODY, close) + app_px(app, 28);
    int left = right - close_w - app_px(app, 10);

    draw_line(app->list, p->box.x, p->foot.y, p->box.x + p->box.w - 1, p->foot.y, 1,
              app->theme->border);
    if (form->accept != NULL)
        left = button(app, left, &p->foot, form->accept, ITEM_ACCEPT, true);
    else if (dialog->kind == DIALOG_ERROR)
        left = button(app, left, &p->foot, "Read again", ITEM_RELOAD, true);
    button(app, right, &p->foot, close, ITEM_CLOSE, false);
    draw_text(app->list, p->foot.x, draw_text_top(app->fonts, DRAW_SMALL, p->foot.y, p->foot.h),
              MAX_OF(left - p->foot.x, 1), DRAW_SMALL, DRAW_LEFT, app->theme->dim,
              form->field && form->list != LIST_PICK ? "Esc closes this" : form->hint);
}

/* ---- The whole ------------------------------------------------------------------------------- */

static void paint_body(struct app *app, struct dialog *dialog, const struct plan *p)
{
    struct draw_box inner = { p->list.x + p->pad, p->list.y, p->list.w - 2 * p->pad, p->list.h };

    scroll_to(app, dialog, p);
    draw_clip_push(app->list, p->list.x, p->list.y, p->list.w, p->list.h);
    if (dialog->kind == DIALOG_KEYS)
        dialog_keys_paint(app, inner, dialog->scroll);
    else if (dialog->kind == DIALOG_ERROR)
        dialog_source_paint(app, &dialog->source, inner, dialog->scroll);
    else if (dialog_forms[dialog->kind].list != LIST_NONE)
        paint_list(app, dialog, p);
    paint_scroll_bar(app, dialog, p);
    draw_clip_pop(app->list);
}

void paint_dialog(struct app *app)
{
    struct dialog *dialog = app->dialog;
    const struct theme *t = app->theme;
    struct plan p;

    if (dialog == NULL)
        return;
    if (dialog->stale || dialog->waiting)
        dialog_refresh(app, dialog);
    plan(app, dialog, &p);
    draw_rect(app->list, 0, 0, app->width, app->height, t->shade);
    draw_rect(app->list, p.box.x + app_px(app, 4), p.box.y + app_px(app, 4), p.box.w, p.box.h,
              t->shadow);
    draw_rect(app->list, p.box.x, p.box.y, p.box.w, p.box.h, t->raised);
    draw_outline(app->list, p.box.x, p.box.y, p.box.w, p.box.h, 1, t->border);
    tree_push(app->tree, KEY_DIALOG, TREE_DIALOG, dialog_forms[dialog->kind].title, p.box,
              TREE_MODAL);
    paint_title(app, dialog, &p);
    if (dialog_forms[dialog->kind].field)
        paint_field(app, dialog, &p);
    paint_body(app, dialog, &p);
    paint_foot(app, dialog, &p);
    tree_pop(app->tree);
    if (dialog->fresh)
        tree_focus_key(app->tree,
                       dialog_forms[dialog->kind].field
                           ? (uint64_t)KEY_DIALOG_FIELD
                           : tree_key(KEY_DIALOG, "button",
                                      dialog->kind == DIALOG_ERROR ? ITEM_RELOAD : ITEM_CLOSE));
    dialog->fresh = false;
}
