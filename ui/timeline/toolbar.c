/* toolbar.c - the buttons at the top, and where and when the playhead is.
 *
 * The clock has its place first. Buttons that find none are behind "...", which is a list of them;
 * the record's number is shown where all have found one. In a small picture the clock is short.
 */
#include "ui/timeline/commands.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/layout.h"
#include <string.h>

enum { PAD = 8, GAP = 6, GROUP_GAP = 10, INSIDE = 18, HEIGHT = 26 };

struct button {
    enum command command;
    char text[32];
    bool on, begins_group;
};

static int width_of(const struct app *app, const char *text)
{
    return layout_target(app, draw_text_width(app->fonts, DRAW_BODY, text) + app_px(app, INSIDE));
}

static int step_of(const struct app *app, const struct button *b)
{
    return width_of(app, b->text) + app_px(app, GAP + (b->begins_group ? GROUP_GAP : 0));
}

static int button(struct app *app, int x, const struct button *b)
{
    const struct theme *t = app->theme;
    const struct draw_box *bar = &app->layout.toolbar;
    int w = width_of(app, b->text), h = layout_target(app, app_px(app, HEIGHT));
    struct draw_box box;
    bool over;
    char keys[64];

    x += b->begins_group ? app_px(app, GROUP_GAP) : 0;
    box = (struct draw_box){ x, bar->y + (bar->h - h) / 2, w, h };
    over = draw_box_has(box, app->pointer.x, app->pointer.y);
    draw_rect(app->list, box.x, box.y, box.w, box.h,
              b->on  ? t->accent
              : over ? t->pressed
                     : t->raised);
    draw_outline(app->list, box.x, box.y, box.w, box.h, 1, t->border);
    draw_label(app->list, app->fonts, box.x, box.y, box.w, box.h, DRAW_BODY, DRAW_CENTER,
               b->on ? t->accent_ink : t->ink, b->text);
    tree_leaf(app->tree, tree_key(KEY_BUTTON, NULL, b->command), b->on ? TREE_TOGGLE : TREE_BUTTON,
              b->text, box, TREE_FOCUSABLE | (b->on ? TREE_CHECKED : 0));
    snprintf(keys, sizeof keys, "%s", command_keys(b->command));
    keys[strcspn(keys, " ")] = 0;
    tree_note(app->tree, "%s%s%s", command_text(b->command), keys[0] != 0 ? ", key " : "", keys);
    tree_tag(app->tree, tag_make(TAG_COMMAND, 0, b->command));
    return x + w + app_px(app, GAP);
}

/* ---- The clock ------------------------------------------------------------------------------- */

enum clock { CLOCK_SHORT, CLOCK_TIME, CLOCK_WHOLE };

static void clock_text(const struct app *app, enum clock clock, char *out, size_t size)
{
    const struct pane *pane = &app->panes[app->active];
    const struct recording_status *status = recording_status(pane->run);
    char time[48], number[40], all[40];

    text_time(recording_time(pane->run, pane->now), time, sizeof time);
    text_count(pane->now, number, sizeof number);
    text_count(status->records, all, sizeof all);
    if (clock == CLOCK_SHORT) /* "76.531 s" */
        snprintf(out, size, "%.*s s", (int)(strcspn(time, " ")), time);
    else if (clock == CLOCK_TIME)
        snprintf(out, size, "%s", time);
    else
        snprintf(out, size, "%s   #%s%s%s%s", time, number, status->cut ? "" : " of ",
                 status->cut ? "" : all,
                 !status->ended           ? ", computing"
                 : status->broken[0] != 0 ? ", broken off"
                                          : "");
}

static int clock_width(const struct app *app, enum clock clock)
{
    char text[160];

    if (app->pane_count == 0)
        return 0;
    clock_text(app, clock, text, sizeof text);
    return draw_text_width(app->fonts, DRAW_MONO, text) + app_px(app, 2 * PAD);
}

static void paint_clock(struct app *app, enum clock clock)
{
    const struct draw_box *bar = &app->layout.toolbar;
    int w = MIN_OF(clock_width(app, clock), bar->w);
    struct draw_box box = { bar->w - w, bar->y, w, bar->h };
    char text[160];

    clock_text(app, clock, text, sizeof text);
    draw_text(app->list, bar->w - app_px(app, PAD),
              draw_text_top(app->fonts, DRAW_MONO, bar->y, bar->h), 0, DRAW_MONO, DRAW_RIGHT,
              app->theme->ink, text);
    tree_leaf(app->tree, tree_key(KEY_STATUS, "now", 0), TREE_STATUS, "Now", box, TREE_LIVE);
    tree_value(app->tree, "%s", text);
}

/* ---- The bar --------------------------------------------------------------------------------- */

static int wanted_buttons(const struct app *app, struct button out[TOOLBAR_MAX])
{
    int n = 0;

    out[n++] =
        (struct button){ COMMAND_VIEW_TIMELINE, "Timeline", app->screen == SCREEN_TIMELINE, false };
    out[n++] =
        (struct button){ COMMAND_VIEW_STOP, "What happened", app->screen == SCREEN_STOP, false };
    out[n++] =
        (struct button){ COMMAND_VIEW_CURVE, "Load curve", app->screen == SCREEN_CURVE, false };
    if (app->tutor != NULL || app->screen == SCREEN_BOXES)
        out[n++] =
            (struct button){ COMMAND_VIEW_BOXES, "Boxes", app->screen == SCREEN_BOXES, false };
    out[n++] = (struct button){ COMMAND_PALETTE, "Commands", false, false };
    if (app->pane_count == 0 || app->screen != SCREEN_TIMELINE)
        return n;
    out[n++] = (struct button){ COMMAND_PLAY, "", app->play.on, true };
    snprintf(out[n - 1].text, sizeof out[0].text, "%s", app->play.on ? "Pause" : "Play");
    out[n++] = (struct button){ COMMAND_FASTER, "", false, false };
    snprintf(out[n - 1].text, sizeof out[0].text, "%s", play_speeds[app->play.speed].text);
    out[n++] = (struct button){ COMMAND_AXIS, "", false, false };
    snprintf(out[n - 1].text, sizeof out[0].text, "%s", axis_names[app->view.axis.kind]);
    out[n++] = (struct button){ COMMAND_BRANCH, "Branch", false, false };
    out[n++] = (struct button){ COMMAND_TWIN, "Twin", app->pane_count > 1, false };
    if (layout_is_narrow(app))
        out[n++] = (struct button){ COMMAND_INSPECTOR, "Inspector", layout_side_shown(app), false };
    return n;
}

static int buttons_of(const struct app *app, struct button out[TOOLBAR_MAX])
{
    int count = wanted_buttons(app, out), n = 0;

    for (int i = 0; i < count; i++)
        if (command_missing(out[i].command) == NULL)
            out[n++] = out[i];
    return n;
}

void paint_toolbar(struct app *app)
{
    const struct draw_box *bar = &app->layout.toolbar;
    struct button all[TOOLBAR_MAX], more = { COMMAND_MORE, "...", false, false };
    int count = buttons_of(app, all), shown = count, x = app_px(app, PAD), need = x;
    enum clock clock = CLOCK_WHOLE;

    for (int i = 0; i < count; i++)
        need += step_of(app, &all[i]);
    if (need + clock_width(app, clock) > bar->w)
        clock = layout_is_small(app) ? CLOCK_SHORT : CLOCK_TIME;
    if (need + clock_width(app, clock) > bar->w) {
        need += step_of(app, &more);
        while (shown > 0 && need + clock_width(app, clock) > bar->w)
            need -= step_of(app, &all[--shown]);
        if (need + clock_width(app, clock) > bar->w)
            clock = CLOCK_SHORT;
    }
    draw_rect(app->list, bar->x, bar->y, bar->w, bar->h, app->theme->raised);
    draw_line(app->list, 0, bar->h - 1, bar->w, bar->h - 1, 1, app->theme->border);
    tree_push(app->tree, KEY_TOOLBAR, TREE_TOOLBAR, "Tools", *bar, TREE_REGION);
    for (int i = 0; i < shown; i++)
        x = button(app, x, &all[i]);
    if (shown < count && need + clock_width(app, clock) <= bar->w)
        button(app, x, &more);
    app->more_count = 0;
    for (int i = shown; i < count; i++)
        app->more[app->more_count++] = (uint32_t)all[i].command;
    if (app->pane_count > 0)
        paint_clock(app, clock);
    tree_pop(app->tree);
}
