/* strip.c - the story above the lanes: numbered links, the sentence of the one that is shown, and
 * what leads to the next.
 */
#include "ui/timeline/commands.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/layout.h"
#include "ui/timeline/story.h"
#include "ui/timeline/wrap.h"

enum { CHIP = 24, CHIP_GAP = 4, PAD = 8 };

static bool is_open(struct app *app)
{
    return app->pane_count > 0 && app->screen == SCREEN_TIMELINE && app->story != NULL &&
           app->story->open && app->story->at >= 0;
}

static const char *sentence(const struct app *app)
{
    return app->story->links[app->story->at].text;
}

static int text_width(const struct app *app)
{
    return app->width - app->layout.left - 2 * app_px(app, PAD) - layout_side_width(app);
}

static int chip_height(const struct app *app) { return layout_target(app, app_px(app, CHIP)); }

int story_strip_height(struct app *app)
{
    if (!is_open(app))
        return 0;
    return chip_height(app) - app_px(app, CHIP) + app_px(app, CHIP + 2 * PAD + 4) +
           wrap_lines(app->fonts, DRAW_BODY, sentence(app), text_width(app)) *
               draw_line_height(app->fonts, DRAW_BODY);
}

static int button(struct app *app, int x, int y, const char *text, const char *name,
                  const char *note, uint64_t tag, bool on)
{
    const struct theme *t = app->theme;
    int w =
        MAX_OF(draw_text_width(app->fonts, DRAW_SMALL, text) + app_px(app, 12), app_px(app, CHIP));
    struct draw_box box = { x, y, w, chip_height(app) };
    bool over = draw_box_has(box, app->pointer.x, app->pointer.y);

    draw_rect(app->list, box.x, box.y, box.w, box.h,
              on     ? t->accent
              : over ? t->pressed
                     : t->raised);
    draw_outline(app->list, box.x, box.y, box.w, box.h, 1, t->border);
    draw_label(app->list, app->fonts, box.x, box.y, box.w, box.h, DRAW_SMALL, DRAW_CENTER,
               on ? t->accent_ink : t->ink, text);
    tree_leaf(app->tree, tree_key(KEY_STRIP, name, tag), on ? TREE_TOGGLE : TREE_BUTTON, name, box,
              TREE_FOCUSABLE | (on ? TREE_CHECKED : 0));
    tree_note(app->tree, "%s", note);
    tree_tag(app->tree, tag);
    return x + w + app_px(app, CHIP_GAP);
}

void paint_strip(struct app *app)
{
    const struct draw_box *box = &app->layout.strip;
    const struct story *story = app->story;
    int x = box->x + app_px(app, PAD), y = box->y + app_px(app, PAD / 2 + 2), right;
    char text[48], name[80];

    if (!is_open(app))
        return;
    draw_rect(app->list, box->x, box->y, box->w, box->h, app->theme->panel);
    draw_line(app->list, box->x, box->y + box->h - 1, box->x + box->w - 1, box->y + box->h - 1, 1,
              app->theme->border);
    tree_push(app->tree, KEY_STRIP, TREE_LIST, "Story", *box, TREE_REGION);
    x = button(app, x, y, "<", "Previous link", "Shift+N",
               tag_make(TAG_COMMAND, 0, COMMAND_STORY_PREVIOUS), false);
    right = box->x + box->w - app_px(app, 190);
    for (uint32_t i = 0; i < story->count && x < right; i++) {
        snprintf(text, sizeof text, "%u", i + 1);
        snprintf(name, sizeof name, "Link %u of %u", i + 1, story->count);
        x = button(app, x, y, text, name, story->links[i].text, tag_make(TAG_LINK, app->active, i),
                   (int)i == story->at);
    }
    x = button(app, x, y, ">", "Next link", "N", tag_make(TAG_COMMAND, 0, COMMAND_STORY_NEXT),
               false);
    button(app, x + app_px(app, 8), y, "All lanes", "All lanes", "leaves the story, Esc",
           tag_make(TAG_COMMAND, 0, COMMAND_STORY_LEAVE), false);
    y += chip_height(app) - app_px(app, CHIP) + app_px(app, CHIP + PAD / 2);
    wrap_draw(app->list, app->fonts, box->x + app_px(app, PAD), y, text_width(app), DRAW_BODY,
              app->theme->ink, sentence(app));
    tree_leaf(app->tree, tree_key(KEY_STRIP, "sentence", 0), TREE_TEXT, sentence(app),
              (struct draw_box){ box->x, y, box->w, box->y + box->h - y }, TREE_LIVE);
    tree_pop(app->tree);
}

void story_close(struct app *app, int how)
{
    (void)how;
    story_leave(app);
}
