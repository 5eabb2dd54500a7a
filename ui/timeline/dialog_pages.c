/* dialog_pages.c - two dialogs that are pages: the key sheet, and an error among its lines. */
#include "ui/timeline/dialog_inside.h"
#include "sim/host/input.h"
#include "ui/timeline/keyboard.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/settings.h"
#include "ui/timeline/wrap.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- The key sheet --------------------------------------------------------------------------- */

/* Where a group of commands.def begins. */
static const struct {
    enum command first;
    const char *name;
} groups[] = {
    { COMMAND_PLAY, "Run and step" },
    { COMMAND_RUN_UNTIL, "Go somewhere" },
    { COMMAND_ZOOM_IN, "Look closer" },
    { COMMAND_LANE_DOWN, "Lanes" },
    { COMMAND_MARK, "Marks" },
    { COMMAND_FILTER, "Find" },
    { COMMAND_BRANCH, "Other futures" },
    { COMMAND_VIEW_TIMELINE, "Views and files" },
    { COMMAND_THEME, "Looks and window" },
};

/* What the mouse does: gesture, meaning. */
static const struct {
    const char *gesture, *text;
} mouse[] = {
    { "rest", "Tell what is under the pointer, since when and for how long" },
    { "click", "Choose the lane and go to the instant; marks and edges of bars are targets" },
    { "drag", "Move the view" },
    { "Shift+drag", "Choose a range: cursors A and B, and its sums in the inspector" },
    { "right drag", "The same" },
    { "drag the ruler", "Move the playhead" },
    { "wheel", "Scroll the lanes, the inspector or the list of records" },
    { "Ctrl+wheel", "Zoom at the pointer" },
    { "Shift+wheel", "Move the view" },
    { "click the map", "Go to that part of the run; drag to move along" },
    { "double click", "Fold or unfold a process, on its name" },
};

/* One entry: a heading or a command, with its height; laid into columns in reading order. */
struct sheet {
    struct app *app;
    int columns, column_w, key_w, line;
    int x, y, column, column_h; /* Where the next one goes. */
    int deepest;
};

static int text_width(const struct sheet *s) { return s->column_w - s->key_w - app_px(s->app, 24); }

/* 0: the command is not here, and has no entry. */
static int entry_height(const struct sheet *s, enum command command)
{
    if (command_missing(command) != NULL)
        return 0;
    int lines = wrap_lines(s->app->fonts, DRAW_SMALL, command_text(command), text_width(s));

    return MAX_OF(lines, 1) * s->line + app_px(s->app, 2);
}

static bool begins_group(enum command command, size_t *group)
{
    for (*group = 0; *group < ARRAY_LEN(groups); ++*group)
        if (groups[*group].first == command)
            return true;
    return false;
}

static int heading_height(const struct sheet *s)
{
    return draw_line_height(s->app->fonts, DRAW_BODY) + app_px(s->app, 12);
}

static void begin(struct sheet *s, struct app *app, int width)
{
    char keys[96];
    int all = 0;
    size_t group;

    *s = (struct sheet){ .app = app, .line = draw_line_height(app->fonts, DRAW_SMALL) };
    s->columns = MAX_OF(1, width / app_px(app, 300));
    s->column_w = width / s->columns;
    for (int i = 1; i < COMMAND_COUNT; i++) {
        keyboard_text(settings_keys(app->settings, (enum command)i), false, keys, sizeof keys);
        s->key_w = MAX_OF(s->key_w, draw_text_width(app->fonts, DRAW_MONO_SMALL, keys));
    }
    s->key_w = MIN_OF(s->key_w, s->column_w / 2);
    for (int i = 1; i < COMMAND_COUNT; i++)
        all += entry_height(s, (enum command)i) +
               (begins_group((enum command)i, &group) ? heading_height(s) : 0);
    all += (int)ARRAY_LEN(mouse) * (s->line + app_px(app, 2)) + heading_height(s);
    s->column_h = all / s->columns + 2 * heading_height(s);
}

/* A heading does not stay behind at the foot of a column. */
static void make_room(struct sheet *s, int height)
{
    if (s->y > 0 && s->y + height > s->column_h && s->column + 1 < s->columns) {
        s->column++;
        s->x += s->column_w;
        s->y = 0;
    }
}

static void lay_entry(struct sheet *s, enum command command, const struct draw_box *box, int scroll)
{
    int h = entry_height(s, command), y;
    struct app *app = s->app;
    char keys[96];

    if (h == 0)
        return;
    make_room(s, h);
    y = s->y;
    s->y += h;
    s->deepest = MAX_OF(s->deepest, s->y);
    if (box == NULL)
        return;
    y += box->y - scroll;
    keyboard_text(settings_keys(app->settings, command), false, keys, sizeof keys);
    draw_text(app->list, box->x + s->x, y, s->key_w, DRAW_MONO_SMALL, DRAW_LEFT,
              keys[0] != 0 ? app->theme->link : app->theme->dim, keys[0] != 0 ? keys : "no key");
    wrap_draw(app->list, app->fonts, box->x + s->x + s->key_w + app_px(app, 12), y, text_width(s),
              DRAW_SMALL, app->theme->ink, command_text(command));
    tree_leaf(app->tree, tree_key(KEY_DIALOG_ITEM, "key", command), TREE_LIST_ITEM,
              command_text(command), (struct draw_box){ box->x + s->x, y, s->column_w, h }, 0);
    tree_value(app->tree, "%s", keys[0] != 0 ? keys : "no key");
}

/* All entries of a group; the mouse's are behind the last one. */
static int group_height(const struct sheet *s, size_t group)
{
    int last = group + 1 < ARRAY_LEN(groups) ? (int)groups[group + 1].first : COMMAND_COUNT;
    int height = 0;

    if (group >= ARRAY_LEN(groups))
        return (int)ARRAY_LEN(mouse) * 2 * s->line;
    for (int i = (int)groups[group].first; i < last; i++)
        height += entry_height(s, (enum command)i);
    return height;
}

static void lay_title(struct sheet *s, const char *name, size_t group, const struct draw_box *box,
                      int scroll)
{
    struct app *app = s->app;
    int y;

    make_room(s, heading_height(s) + group_height(s, group)); /* A group stays together. */
    y = s->y;
    s->y += heading_height(s);
    if (box == NULL)
        return;
    y += box->y - scroll;
    draw_text(app->list, box->x + s->x, y + app_px(app, 8), s->column_w, DRAW_BODY, DRAW_LEFT,
              app->theme->ink, name);
    draw_line(app->list, box->x + s->x, y + heading_height(s) - app_px(app, 3),
              box->x + s->x + s->column_w - app_px(app, 16), y + heading_height(s) - app_px(app, 3),
              1, app->theme->border);
    tree_leaf(app->tree, tree_key(KEY_DIALOG_ITEM, "group", group), TREE_HEADING, name,
              (struct draw_box){ box->x + s->x, y, s->column_w, heading_height(s) }, 0);
}

static void lay_mouse(struct sheet *s, const struct draw_box *box, int scroll)
{
    struct app *app = s->app;

    lay_title(s, "Mouse", ARRAY_LEN(groups), box, scroll);
    for (size_t i = 0; i < ARRAY_LEN(mouse); i++) {
        int h =
            MAX_OF(wrap_lines(app->fonts, DRAW_SMALL, mouse[i].text, text_width(s)), 1) * s->line +
            app_px(app, 2);
        int y;

        make_room(s, h);
        y = s->y;
        s->y += h;
        s->deepest = MAX_OF(s->deepest, s->y);
        if (box == NULL)
            continue;
        y += box->y - scroll;
        draw_text(app->list, box->x + s->x, y, s->key_w, DRAW_SMALL, DRAW_LEFT, app->theme->link,
                  mouse[i].gesture);
        wrap_draw(app->list, app->fonts, box->x + s->x + s->key_w + app_px(app, 12), y,
                  text_width(s), DRAW_SMALL, app->theme->ink, mouse[i].text);
        tree_leaf(app->tree, tree_key(KEY_DIALOG_ITEM, "mouse", i), TREE_LIST_ITEM, mouse[i].text,
                  (struct draw_box){ box->x + s->x, y, s->column_w, h }, 0);
        tree_value(app->tree, "%s", mouse[i].gesture);
    }
}

static void lay_out(struct sheet *s, const struct draw_box *box, int scroll)
{
    size_t group;

    for (int i = 1; i < COMMAND_COUNT; i++) {
        if (begins_group((enum command)i, &group))
            lay_title(s, groups[group].name, group, box, scroll);
        lay_entry(s, (enum command)i, box, scroll);
    }
    lay_mouse(s, box, scroll);
}

int dialog_keys_height(struct app *app, int width)
{
    struct sheet s;

    begin(&s, app, width);
    lay_out(&s, NULL, 0);
    return s.deepest;
}

void dialog_keys_paint(struct app *app, struct draw_box box, int scroll)
{
    struct sheet s;

    begin(&s, app, box.w);
    tree_push(app->tree, tree_key(KEY_DIALOG, "list", 0), TREE_LIST, "Keys", box, 0);
    lay_out(&s, &box, scroll);
    tree_pop(app->tree);
}

/* ---- An error among its lines ---------------------------------------------------------------- */

/* Where ":12:5: " stands; NULL: there is no such. */
static const char *place_in(const char *error, int *line, int *column)
{
    for (const char *at = error; (at = strchr(at, ':')) != NULL; at++) {
        char *end;
        long first = strtol(at + 1, &end, 10), second;

        if (!isdigit((unsigned char)at[1]) || *end != ':' || !isdigit((unsigned char)end[1]))
            continue;
        second = strtol(end + 1, &end, 10);
        if (strncmp(end, ": ", 2) != 0)
            continue;
        *line = (int)first;
        *column = (int)second;
        return at;
    }
    return NULL;
}

static void read_lines(struct dialog_source *s)
{
    const char *problem;
    FILE *file = host_input_open(s->path, &problem);
    char text[1024];

    s->first = MAX_OF(1, s->line - SOURCE_LINES / 2);
    for (int line = 1; file != NULL && s->count < SOURCE_LINES; line++) {
        if (fgets(text, sizeof text, file) == NULL)
            break;
        if (line < s->first)
            continue;
        text[strcspn(text, "\r\n")] = 0;
        for (char *c = text; *c != 0; c++) /* Columns count bytes; a tab is one. */
            *c = *c == '\t' ? ' ' : *c;
        snprintf(s->text[s->count++], sizeof s->text[0], "%.239s", text);
    }
    if (file != NULL)
        fclose(file);
}

void dialog_source_read(struct dialog_source *s, const char *error, const char *all)
{
    const char *place = place_in(error, &s->line, &s->column);
    size_t length = strlen(error);

    snprintf(s->message, sizeof s->message, "%s", error);
    if (all != NULL && strncmp(all, error, length) == 0 && all[length] == '\n' &&
        all[length + 1] != 0) {
        s->others = strdup(all + length + 1);
        CHECK(s->others != NULL);
    }
    if (place == NULL)
        return;
    snprintf(s->path, sizeof s->path, "%.*s", (int)(place - error), error);
    read_lines(s);
}

void dialog_source_free(struct dialog_source *s) { free(s->others); }

static int message_height(struct app *app, const struct dialog_source *s, int width)
{
    return wrap_lines(app->fonts, DRAW_BODY, s->message, width) *
               draw_line_height(app->fonts, DRAW_BODY) +
           app_px(app, 14);
}

/* The lines, and one for the sign under the column. */
static int lines_height(struct app *app, const struct dialog_source *s)
{
    return (s->count + 1) * draw_line_height(app->fonts, DRAW_MONO) + app_px(app, 20);
}

/* Goes through the other errors from y down and returns where they end; draws them if asked. */
static int others(struct app *app, const struct dialog_source *s, int x, int y, int width,
                  bool draw)
{
    int height = draw_line_height(app->fonts, DRAW_SMALL);
    uint64_t number = 1;

    y += s->others != NULL ? app_px(app, 10) : 0;
    for (const char *at = s->others; at != NULL && *at != 0; number++) {
        int length = (int)strcspn(at, "\n"), tall;
        char text[sizeof s->message];

        snprintf(text, sizeof text, "%.*s", length, at);
        tall = wrap_lines(app->fonts, DRAW_SMALL, text, width) * height;
        if (draw) {
            tree_leaf(app->tree, tree_key(KEY_DIALOG, "message", number), TREE_TEXT, text,
                      (struct draw_box){ x, y, width, tall }, 0);
            wrap_draw(app->list, app->fonts, x, y, width, DRAW_SMALL, app->theme->ink, text);
        }
        y += tall + app_px(app, 4);
        at += length + (at[length] == '\n');
    }
    return y;
}

int dialog_source_height(struct app *app, const struct dialog_source *s, int width)
{
    return message_height(app, s, width) + others(app, s, 0, 0, width, false) +
           (s->count > 0 ? lines_height(app, s) + app_px(app, 8) : 0);
}

/* Bytes to leave out on the left, so that the column is in sight. */
static size_t shift_of(struct app *app, const struct dialog_source *s, int width)
{
    int room = width / draw_text_width(app->fonts, DRAW_MONO, "m") - 16;

    return s->column > room ? (size_t)MAX_OF(s->column - room / 2, 0) : 0;
}

/* The text from there on; not from within a letter. */
static const char *shifted(const char *text, size_t shift)
{
    const char *from = text + MIN_OF(shift, strlen(text));

    while (((unsigned char)*from & 0xc0) == 0x80)
        from++;
    return from;
}

static void paint_line(struct app *app, const struct dialog_source *s, int index, int x, int *y,
                       int width)
{
    const char *text = shifted(s->text[index], shift_of(app, s, width));
    const struct theme *t = app->theme;
    int line = draw_line_height(app->fonts, DRAW_MONO), number = s->first + index;
    int text_x = x + draw_text_width(app->fonts, DRAW_MONO, "00000 ");
    bool here = number == s->line;
    char part[240];

    if (here)
        draw_rect(app->list, x, *y, width, line, t->selection);
    draw_textf(app->list, text_x - draw_text_width(app->fonts, DRAW_MONO, " "), *y, 0, DRAW_MONO,
               DRAW_RIGHT, here ? t->selection_ink : t->dim, "%d", number);
    draw_text(app->list, text_x, *y, width - (text_x - x), DRAW_MONO, DRAW_LEFT,
              here ? t->selection_ink : t->ink, text);
    tree_leaf(app->tree, tree_key(KEY_DIALOG_ITEM, "line", (uint64_t)number), TREE_TEXT,
              s->text[index], (struct draw_box){ x, *y, width, line }, here ? TREE_SELECTED : 0);
    if (here)
        tree_value(app->tree, "line %d, column %d", number, s->column);
    else
        tree_value(app->tree, "line %d", number);
    *y += line;
    if (!here)
        return;
    snprintf(part, sizeof part, "%.*s", (int)MAX_OF(s->column - 1 - (text - s->text[index]), 0),
             text);
    int column = text_x + draw_text_width(app->fonts, DRAW_MONO, part);

    draw_text(app->list, column, *y, 0, DRAW_MONO, DRAW_LEFT, t->bad, "^");
    draw_rect(app->list, column, *y - app_px(app, 2), draw_text_width(app->fonts, DRAW_MONO, "m"),
              app_px(app, 2), t->bad);
    *y += line;
}

void dialog_source_paint(struct app *app, const struct dialog_source *s, struct draw_box box,
                         int scroll)
{
    int y = box.y - scroll, pad = app_px(app, 10), tall;

    tree_leaf(app->tree, tree_key(KEY_DIALOG, "message", 0), TREE_ALERT, "Error",
              (struct draw_box){ box.x, y, box.w, message_height(app, s, box.w) }, TREE_LIVE);
    tree_value(app->tree, "%s", s->message);
    wrap_draw(app->list, app->fonts, box.x, y, box.w, DRAW_BODY, app->theme->bad, s->message);
    y += message_height(app, s, box.w);
    if (s->count == 0) {
        others(app, s, box.x, y, box.w, true);
        return;
    }
    tall = lines_height(app, s);
    draw_rect(app->list, box.x, y, box.w, tall, app->theme->background);
    draw_outline(app->list, box.x, y, box.w, tall, 1, app->theme->border);
    int line_y = y + pad;

    tree_push(app->tree, tree_key(KEY_DIALOG, "list", 0), TREE_LIST, s->path,
              (struct draw_box){ box.x, line_y, box.w, tall }, 0);
    for (int i = 0; i < s->count; i++)
        paint_line(app, s, i, box.x + 1, &line_y, box.w - 2);
    tree_pop(app->tree);
    others(app, s, box.x, y + tall, box.w, true);
}
