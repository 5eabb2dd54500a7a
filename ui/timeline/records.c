/* records.c - see records.h. */
#include "ui/timeline/records.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/debugger.h"
#include "ui/timeline/journey.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/match.h"
#include "model/words/names.h"
#include <inttypes.h>
#include <string.h>

enum { HEAD = 30, PAD = 8, DEBUGGER_LEAST = 130 };

/* ---- What is in the list --------------------------------------------------------------------- */

static bool sieved(const struct app *app) { return app->records.filter[0] != 0; }

/* The run that is active is the one that is sieved. */
static void sieve(struct app *app)
{
    struct record_list *l = &app->records;
    struct recording_query query;
    struct match match;
    char error[300];

    if (l->run == app_run(app))
        return;
    l->run = app_run(app);
    l->followed = RECORD_NONE;
    l->at_known = false;
    l->top = 0;
    if (sieved(app) && match_parse(&match, app_run(app), l->filter, error, sizeof error)) {
        query = match_query(&match, 0, false);
        recording_sieve(app_pane(app)->run, &query);
    } else {
        recording_sieve(app_pane(app)->run, NULL);
    }
}

static uint64_t line_count(const struct app *app)
{
    return sieved(app) ? recording_sieved(app_run(app))->hits
                       : recording_status(app_run(app))->records;
}

static enum recording_found line_number(struct app *app, uint64_t line, uint64_t *number)
{
    if (sieved(app))
        return recording_hit(app_pane(app)->run, line, number);
    *number = line;
    return line < line_count(app) ? FOUND_YES : FOUND_NO;
}

/* The line of a record, or of the first one after it that is listed. */
static enum recording_found line_of(struct app *app, uint64_t number, uint64_t *line)
{
    if (sieved(app))
        return recording_hits_before(app_pane(app)->run, number, line);
    *line = number;
    return FOUND_YES;
}

static void limit_top(struct app *app)
{
    struct record_list *l = &app->records;
    uint64_t count = line_count(app), lines = (uint64_t)MAX_OF(l->lines, 1);

    l->top = MIN_OF(l->top, count > lines ? count - lines : 0);
}

/* ---- Following the playhead ------------------------------------------------------------------ */

static void show_line(struct record_list *l, uint64_t line)
{
    uint64_t lines = (uint64_t)MAX_OF(l->lines, 1);

    if (line < l->top || line >= l->top + lines)
        l->top = line > lines / 2 ? line - lines / 2 : 0;
}

static void follow(struct app *app)
{
    struct record_list *l = &app->records;
    uint64_t now = app_pane(app)->now, number;

    if (l->followed != now || !l->at_known) {
        l->at_known = line_of(app, now, &l->at) == FOUND_YES;
        l->on_line = false;
        if (!l->at_known)
            return;
        if (line_number(app, l->at, &number) == FOUND_YES)
            l->on_line = number == now;
        if (l->followed != now)
            show_line(l, l->at);
        l->followed = now;
    }
}

/* Moves the playhead to a line. */
static void go_to_line(struct app *app, uint64_t line)
{
    uint64_t count = line_count(app), number;

    if (count == 0 || line_number(app, MIN_OF(line, count - 1), &number) != FOUND_YES)
        return;
    app_go(app, number);
    view_reveal(app, number);
}

/* Carries out the steps that were asked for, as soon as it is known where the playhead is. Between
 * two lines, a step down goes to the one that follows. */
static void step(struct app *app)
{
    struct record_list *l = &app->records;
    int64_t by = l->step, line;

    if (by == 0 || !l->at_known)
        return;
    l->step = 0;
    line = (int64_t)l->at + by - (by > 0 && !l->on_line);
    go_to_line(app, line < 0 ? 0 : (uint64_t)line);
    follow(app);
}

/* ---- What a person does ---------------------------------------------------------------------- */

bool records_show(struct app *app, const char *condition, char *error, size_t error_size)
{
    struct match match;

    if (!match_parse(&match, app_run(app), condition, error, error_size))
        return false;
    snprintf(app->records.filter, sizeof app->records.filter, "%s", condition);
    app->records.run = NULL;
    app->records.open = true;
    debugger_close(app);
    app->screen = SCREEN_TIMELINE;
    app->records.wants_focus = true;
    return true;
}

void records_toggle(struct app *app, int how)
{
    (void)how;
    app->records.open = !app->records.open;
    if (app->records.open)
        debugger_close(app);
    app->records.wants_focus = app->records.open;
    app->screen = SCREEN_TIMELINE;
}

int records_height(const struct app *app, int height)
{
    return (app->records.open || debugger_is_open(app)) && app->screen == SCREEN_TIMELINE &&
                   app->pane_count > 0
               ? MIN_OF(MAX_OF(app->looks.records_height != 0
                                   ? app_px(app, app->looks.records_height)
                                   : height * (debugger_is_open(app) ? 9 : 6) / 20,
                               app_px(app, debugger_is_open(app) ? DEBUGGER_LEAST : HEAD)),
                        MAX_OF(height - app_px(app, HEAD), 0))
               : 0;
}

static bool has_focus(const struct app *app)
{
    const struct tree_node *node = tree_focus(app->tree);

    return app->records.open && node != NULL && node->key == KEY_RECORDS;
}

bool records_scroll(struct app *app, enum inspector_scroll how)
{
    struct record_list *l = &app->records;
    int64_t page = MAX_OF(l->lines - 1, 1);

    if (!has_focus(app) || app->pane_count == 0)
        return false;
    app->dirty = true;
    switch (how) {
    case SCROLL_LINE_UP:
        l->step--;
        break;
    case SCROLL_LINE_DOWN:
        l->step++;
        break;
    case SCROLL_PAGE_UP:
        l->step -= page;
        break;
    case SCROLL_PAGE_DOWN:
        l->step += page;
        break;
    case SCROLL_TOP:
        l->step = -INT64_MAX / 4;
        break;
    case SCROLL_BOTTOM:
        l->step = INT64_MAX / 4;
        break;
    }
    return true;
}

bool records_enter(struct app *app)
{
    if (!has_focus(app) || app->pane_count == 0)
        return false;
    app_lock(app);
    view_remember(app);
    journey_to(app, app_pane(app)->now);
    app_unlock(app);
    return true;
}

bool records_wheel(struct app *app, int x, int y, int dy)
{
    struct record_list *l = &app->records;
    uint64_t by = (uint64_t)(dy < 0 ? -dy : dy) * 3;

    if (!l->open || app->screen != SCREEN_TIMELINE || !draw_box_has(l->box, x, y))
        return false;
    l->top = dy > 0 ? l->top - MIN_OF(l->top, by) : l->top + by; /* The frame limits it. */
    return true;
}

/* The part of the scroll bar that stands for the lines in sight. */
static int thumb_height(const struct app *app, uint64_t count)
{
    const struct record_list *l = &app->records;
    int h =
        count > (uint64_t)l->lines ? (int)((double)l->bar.h * l->lines / (double)count) : l->bar.h;

    return MIN_OF(MAX_OF(h, app_px(app, 18)), l->bar.h);
}

void records_drag(struct app *app, int y)
{
    struct record_list *l = &app->records;
    uint64_t count = line_count(app), lines = (uint64_t)MAX_OF(l->lines, 1);
    int thumb = thumb_height(app, count), way = l->bar.h - thumb, from = y - l->bar.y - thumb / 2;

    if (count > lines && way > 0)
        l->top = (uint64_t)((double)(count - lines) * (from < 0 ? 0 : MIN_OF(from, way)) / way);
}

void records_choose(struct app *app, uint64_t number)
{
    view_touch(app);
    app_go(app, number);
    view_reveal(app, number);
    tree_focus_key(app->tree, KEY_RECORDS);
}

/* ---- The picture ----------------------------------------------------------------------------- */

int records_head_button(struct app *app, enum node_key region, int right, int y, int h,
                        const char *text, enum command command)
{
    int w = draw_text_width(app->fonts, DRAW_SMALL, text) + app_px(app, 14);
    struct draw_box box = { right - w, y + (h - app_px(app, 22)) / 2, w, app_px(app, 22) };
    bool over = draw_box_has(box, app->pointer.x, app->pointer.y);

    draw_rect(app->list, box.x, box.y, box.w, box.h,
              over ? app->theme->pressed : app->theme->raised);
    draw_outline(app->list, box.x, box.y, box.w, box.h, 1, app->theme->border);
    draw_label(app->list, app->fonts, box.x, box.y, box.w, box.h, DRAW_SMALL, DRAW_CENTER,
               app->theme->ink, text);
    tree_leaf(app->tree, tree_key(region, text, command), TREE_BUTTON, text, box, TREE_FOCUSABLE);
    tree_note(app->tree, "%s", command_text(command));
    tree_tag(app->tree, tag_make(TAG_COMMAND, 0, command));
    return box.x - app_px(app, 6);
}

static void head_text(const struct app *app, char *out, size_t size)
{
    const struct sieve *s = recording_sieved(app_run(app));
    char hits[40], all[40];

    text_count(line_count(app), hits, sizeof hits);
    text_count(recording_status(app_run(app))->records, all, sizeof all);
    if (!sieved(app))
        snprintf(out, size, "Records: all %s", all);
    else
        snprintf(out, size, "Records: %s of %s%s", hits, all,
                 s->found == FOUND_PENDING ? " so far, counting" : "");
}

static void paint_head(struct app *app, struct draw_box box)
{
    const struct theme *t = app->theme;
    char text[160], shown[300];
    int right = box.x + box.w - app_px(app, PAD);

    draw_rect(app->list, box.x, box.y, box.w, box.h, t->raised);
    draw_line(app->list, box.x, box.y, box.x + box.w - 1, box.y, 1, t->border);
    right = records_head_button(app, KEY_RECORDS, right, box.y, box.h, "Close", COMMAND_RECORDS);
    right = records_head_button(app, KEY_RECORDS, right, box.y, box.h, "Filter ...",
                                COMMAND_RECORDS_FILTER);
    head_text(app, text, sizeof text);
    snprintf(shown, sizeof shown, "%s%s%s", text, sieved(app) ? "   " : "", app->records.filter);
    draw_text(app->list, box.x + app_px(app, PAD),
              draw_text_top(app->fonts, DRAW_SMALL, box.y, box.h),
              right - box.x - 2 * app_px(app, PAD), DRAW_SMALL, DRAW_LEFT, t->ink, shown);
    tree_leaf(app->tree, tree_key(KEY_RECORDS, "count", 0), TREE_STATUS, "Hits", box, TREE_LIVE);
    tree_value(app->tree, "%s%s%s", text, sieved(app) ? ", " : "", app->records.filter);
}

struct columns {
    int number, time, cpu, who, text; /* Where each ends or begins; pixels. */
};

static struct columns columns_of(const struct app *app, struct draw_box box)
{
    struct columns c;
    int gap = app_px(app, 12);

    c.number =
        box.x + app_px(app, PAD) + draw_text_width(app->fonts, DRAW_MONO_SMALL, "#100 000 000");
    c.time = c.number + gap + draw_text_width(app->fonts, DRAW_MONO_SMALL, "1000.000 000 000 s");
    c.cpu = c.time + gap;
    c.who = c.cpu + draw_text_width(app->fonts, DRAW_MONO_SMALL, "cpu 00") + gap;
    c.text = c.who + MIN_OF(app_px(app, 230), box.w / 4) + gap;
    return c;
}

/* The thread that wrote it, with the colour of its process. */
static void who(struct app *app, const struct record *r, uint64_t number, char *out, size_t size,
                uint32_t *color)
{
    const struct lanes *lanes = recording_lanes(app_run(app));
    uint32_t lane = r->thread != 0 ? lanes_thread_by_id(lanes, r->thread, number) : LANE_NONE;

    *color = 0;
    snprintf(out, size, "%s", r->thread != 0 ? "?" : "idle, or an interrupt");
    if (lane == LANE_NONE)
        return;
    row_name(app_run(app), lane, out, size);
    if (lanes_get(lanes, lane)->process != PROCESS_NONE)
        *color = theme_process_color(app->theme,
                                     lanes_process_name(lanes, lanes_get(lanes, lane)->process));
}

static void paint_line(struct app *app, const struct columns *c, struct draw_box box,
                       uint64_t number, const struct record *r)
{
    const struct theme *t = app->theme;
    bool here = number == app_pane(app)->now;
    uint32_t ink = here ? t->selection_ink : t->ink, dim = here ? ink : t->dim, color;
    int mono = draw_text_top(app->fonts, DRAW_MONO_SMALL, box.y, box.h);
    int sans = draw_text_top(app->fonts, DRAW_SMALL, box.y, box.h), chip = box.h / 2;
    char count[40], head[48], time[48], name[160], text[300];

    text_count(number, count, sizeof count);
    snprintf(head, sizeof head, "#%s", count);
    text_time(r->at, time, sizeof time);
    who(app, r, number, name, sizeof name, &color);
    text_record(app_pane(app), r, text, sizeof text);
    if (here)
        draw_rect(app->list, box.x, box.y, box.w, box.h, t->selection);
    else if (draw_box_has(box, app->pointer.x, app->pointer.y))
        draw_rect(app->list, box.x, box.y, box.w, box.h, t->raised);
    draw_text(app->list, c->number, mono, 0, DRAW_MONO_SMALL, DRAW_RIGHT, dim, head);
    draw_text(app->list, c->time, mono, 0, DRAW_MONO_SMALL, DRAW_RIGHT, ink, time);
    draw_textf(app->list, c->cpu, mono, 0, DRAW_MONO_SMALL, DRAW_LEFT, dim, "cpu %u", r->cpu);
    if (color != 0)
        draw_rect(app->list, c->who, box.y + chip / 2, chip, chip, color);
    draw_text(app->list, c->who + chip + app_px(app, 5), sans,
              c->text - c->who - chip - app_px(app, 12), DRAW_SMALL, DRAW_LEFT, dim, name);
    draw_text(app->list, c->text, sans, box.x + box.w - c->text, DRAW_SMALL, DRAW_LEFT, ink, text);
    tree_leaf(app->tree, tree_key(KEY_RECORDS, "line", number), TREE_ROW, head, box,
              here ? TREE_SELECTED : 0);
    tree_value(app->tree, "%s, cpu %u, %s: %s", time, r->cpu, name, text);
    tree_tag(app->tree, tag_make(TAG_LISTED, app->active, number));
}

static void paint_bar(struct app *app, struct draw_box box, uint64_t count)
{
    struct record_list *l = &app->records;
    int h, y;

    l->bar = box;
    h = thumb_height(app, count);
    y = count > (uint64_t)l->lines
            ? (int)((double)(box.h - h) * (double)l->top / (double)(count - (uint64_t)l->lines))
            : 0;
    draw_rect(app->list, box.x, box.y, box.w, box.h, app->theme->panel);
    draw_rect(app->list, box.x + 2, box.y + y, box.w - 4, h, app->theme->dim);
    tree_leaf(app->tree, tree_key(KEY_RECORDS, "bar", 0), TREE_SLIDER, "Place in the list", box, 0);
    tree_value(app->tree, "line %" PRIu64 " of %" PRIu64, l->top, count);
    tree_tag(app->tree, tag_make(TAG_RECORDS_BAR, 0, 0));
}

static void paint_lines(struct app *app, struct draw_box box)
{
    struct record_list *l = &app->records;
    int h = draw_line_height(app->fonts, DRAW_MONO_SMALL) + app_px(app, 3);
    const struct columns c = columns_of(app, box);
    bool pending = false;

    for (int i = 0; i < l->lines; i++) {
        struct draw_box line = { box.x, box.y + i * h, box.w, h };
        const struct record *r = NULL;
        uint64_t number = 0;
        enum recording_found found = line_number(app, l->top + (uint64_t)i, &number);

        if (found == FOUND_YES)
            r = recording_record(app_pane(app)->run, number);
        if (r != NULL) {
            paint_line(app, &c, line, number, r);
        } else if (found != FOUND_NO) {
            if (!pending)
                draw_label(app->list, app->fonts, line.x + app_px(app, PAD), line.y, line.w, line.h,
                           DRAW_SMALL, DRAW_LEFT, app->theme->dim, "being computed ...");
            pending = true;
        }
    }
    if (line_count(app) == 0 && !pending)
        draw_label(app->list, app->fonts, box.x, box.y, box.w, box.h, DRAW_BODY, DRAW_CENTER,
                   app->theme->dim, "No record matches.");
}

void paint_records(struct app *app)
{
    struct record_list *l = &app->records;
    struct draw_box box = app->layout.records, lines;
    int head = MIN_OF(app_px(app, HEAD), box.h), bar = app_px(app, 14);
    int h = draw_line_height(app->fonts, DRAW_MONO_SMALL) + app_px(app, 3);

    if (box.h == 0)
        return;
    sieve(app);
    l->box = box;
    lines = (struct draw_box){ box.x, box.y + head, box.w - bar, box.h - head };
    l->lines = lines.h / h;
    follow(app);
    step(app);
    limit_top(app);
    draw_rect(app->list, box.x, box.y, box.w, box.h, app->theme->background);
    tree_push(app->tree, KEY_RECORDS, TREE_TABLE, "Records", box, TREE_REGION | TREE_FOCUSABLE);
    if (l->wants_focus)
        tree_focus_key(app->tree, KEY_RECORDS);
    l->wants_focus = false;
    tree_note(app->tree, "Up and Down choose, Enter shows it on the lanes");
    draw_clip_push(app->list, box.x, box.y, box.w, box.h);
    paint_head(app, (struct draw_box){ box.x, box.y, box.w, head });
    paint_lines(app, lines);
    paint_bar(app, (struct draw_box){ box.x + box.w - bar, lines.y, bar, lines.h },
              line_count(app));
    draw_clip_pop(app->list);
    tree_pop(app->tree);
}
