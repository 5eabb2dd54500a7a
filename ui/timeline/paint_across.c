/* paint_across.c - what lies across all rows: cursors, bookmarks, the stop, the first difference of
 * twins.
 */
#include "ui/timeline/paint.h"
#include "model/words/records.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/keys.h"
#include <stdlib.h>

/* ---- Across all rows ------------------------------------------------------------------------- */

static void vertical(struct app *app, int x, struct draw_box box, uint32_t color, int width,
                     const char *letter)
{
    if (x < box.x || x >= box.x + box.w)
        return;
    draw_rect(app->list, x - width / 2, box.y, width, box.h, color);
    if (letter != NULL) {
        int size = app_px(app, 15);

        draw_rect(app->list, x - size / 2, box.y, size, size, color);
        draw_text(app->list, x - size / 2, draw_text_top(app->fonts, DRAW_SMALL, box.y, size), size,
                  DRAW_SMALL, DRAW_CENTER, theme_ink_on(color), letter);
    }
}

/* A record that somebody has marked, for those who do not see the line: when, which, and a note. */
static void tell_mark(struct app *app, enum tree_role role, const char *name, uint64_t record,
                      const char *note, int x, struct draw_box box)
{
    char time[48], number[40];
    bool seen = x >= box.x && x < box.x + box.w;
    int w = app_px(app, 6);

    text_time(recording_time(app_run(app), record), time, sizeof time);
    text_count(record, number, sizeof number);
    tree_leaf(app->tree, tree_key(KEY_CURSOR, name, record), role, name,
              seen ? (struct draw_box){ x - w / 2, box.y, w, app_px(app, 15) }
                   : (struct draw_box){ 0 },
              0);
    tree_value(app->tree, "%s, #%s", time, number);
    if (note[0] != 0)
        tree_note(app->tree, "%s", note);
    tree_tag(app->tree, tag_make(TAG_RECORD, 0, record));
}

void paint_cursors(struct app *app, struct draw_box box)
{
    static const char *const letters[] = { "A", "B" }, *const names[] = { "Cursor A", "Cursor B" };
    const struct pane *pane = app_pane(app);

    if (app->view.cursor[0] != RECORD_NONE && app->view.cursor[1] != RECORD_NONE) {
        int a = axis_px(&app->view.axis,
                        axis_of(app->view.axis.kind, pane->run, app->view.cursor[0])),
            b = axis_px(&app->view.axis,
                        axis_of(app->view.axis.kind, pane->run, app->view.cursor[1]));

        draw_rect(app->list, MIN_OF(a, b), box.y, abs(a - b), box.h, app->theme->range);
    }
    for (int i = 0; i < 2; i++)
        if (app->view.cursor[i] != RECORD_NONE) {
            int x = axis_px(&app->view.axis,
                            axis_of(app->view.axis.kind, pane->run, app->view.cursor[i]));

            vertical(app, x, box, i == 0 ? app->theme->cursor_a : app->theme->cursor_b, 2,
                     letters[i]);
            tell_mark(app, TREE_CURSOR, names[i], app->view.cursor[i], "", x, box);
        }
    for (uint32_t i = 0; i < app->marks.count; i++) {
        int x = axis_px(&app->view.axis,
                        axis_of(app->view.axis.kind, pane->run, app->marks.list[i].record));

        tell_mark(app, TREE_MARK, "Bookmark", app->marks.list[i].record, app->marks.list[i].note, x,
                  box);
        if (x < box.x || x >= box.x + box.w)
            continue;
        draw_dotted(app->list, x, box.y, x, box.y + box.h, 3, 3, app->theme->accent);
        draw_text(app->list, x + 4, box.y + box.h - draw_line_height(app->fonts, DRAW_SMALL),
                  app_px(app, 220), DRAW_SMALL, DRAW_LEFT, app->theme->ink,
                  app->marks.list[i].note);
    }
    vertical(app, axis_px(&app->view.axis, axis_of(app->view.axis.kind, pane->run, pane->now)), box,
             app->theme->playhead, app_px(app, 2), NULL);
}

/* Where the third colour tries to begin: on the rows of the thread and of its processor. */
static void paint_third(struct app *app, struct pane *pane, const struct recording_end *end, int x)
{
    const struct lanes *lanes = recording_lanes(pane->run);
    uint32_t thread = lanes_thread_by_id(lanes, end->result.stop.thread, end->result.stop.record);
    uint32_t rows[] = { thread, lanes_find(lanes, LANE_CPU, end->result.stop.cpu),
                        thread != LANE_NONE ? lanes_get(lanes, thread)->parent : LANE_NONE };

    for (size_t i = 0; i < ARRAY_LEN(rows) && end->result.stop.arg_process[0].name[0] != 0; i++) {
        const struct row *row = rows_of_lane(&pane->rows, rows[i]);
        int y, h, w = app_px(app, 22);
        uint32_t color = theme_process_color(app->theme, end->result.stop.arg_process[0].name);

        if (row == NULL)
            continue;
        y = pane->lanes.y + row->y - pane->scroll + app_px(app, 5);
        h = (i == 1 ? row->h - app_px(app, 14) : row->h) - app_px(app, 11);
        draw_rect(app->list, x, y, w, h, color);
        draw_outline(app->list, x, y, w, h, 1, DRAW_BLACK);
        draw_chevrons(app->list, x, y, w, h, app_px(app, 7), 1, theme_ink_on(color));
    }
}

/* The stop's own mark stands beside the line, which would be over it: on the rows of the thread, or
 * of its process while that is folded, and of the processor. */
static void paint_stop_marks(struct app *app, struct pane *pane, const struct stop *stop, int x)
{
    const struct lanes *lanes = recording_lanes(pane->run);
    uint32_t thread = lanes_thread_by_id(lanes, stop->thread, stop->record);
    bool shown = thread != LANE_NONE && rows_of_lane(&pane->rows, thread) != NULL;
    uint32_t on[] = { thread == LANE_NONE || shown ? thread : lanes_get(lanes, thread)->parent,
                      lanes_find(lanes, LANE_CPU, stop->cpu) };
    int size = app_px(app, 14);

    for (size_t i = 0; i < ARRAY_LEN(on); i++) {
        const struct row *row = on[i] != LANE_NONE ? rows_of_lane(&pane->rows, on[i]) : NULL;

        if (row != NULL)
            paint_glyph(app, REC_STOP, x + 1,
                        pane->lanes.y + row->y - pane->scroll + MAX_OF((row->h - size) / 2 - 1, 0),
                        size);
    }
}

/* Pixel of the stop, or of the end of what was computed when the simulator broke; false: the run
 * has neither. */
static bool end_line(const struct app *app, const struct pane *pane, int *x)
{
    const struct recording_status *status = recording_status(pane->run);
    const struct recording_end *end = recording_end(pane->run);
    uint64_t record;

    if (status->broken[0] != 0 && status->records > 0)
        record = status->records;
    else if (end != NULL && end->result.stop.stopped)
        record = end->result.stop.record;
    else
        return false;
    *x = axis_px(&app->view.axis, axis_of(app->view.axis.kind, pane->run, record));
    return true;
}

void paint_end_line(struct app *app, struct pane *pane, struct draw_box box)
{
    int x, w = app_px(app, 6);

    if (!end_line(app, pane, &x) || x < box.x || x >= box.x + box.w)
        return;
    if (recording_status(pane->run)->broken[0] != 0) {
        draw_rect(app->list, x, box.y, app_px(app, 3), box.h, app->theme->bad);
        return;
    }
    draw_rect(app->list, x, box.y, w, box.h, app->theme->stop_black);
    draw_hatch(app->list, x, box.y, w, box.h, app_px(app, 12), app_px(app, 6),
               app->theme->stop_yellow);
}

void paint_stop_sides(struct app *app, struct pane *pane, struct draw_box box)
{
    const struct recording_end *end = recording_end(pane->run);
    int x, w = app_px(app, 6);

    if (end == NULL || !end->result.stop.stopped || !end_line(app, pane, &x) || x < box.x ||
        x >= box.x + box.w)
        return;
    paint_third(app, pane, end, x + w + app_px(app, 18));
    paint_stop_marks(app, pane, &end->result.stop, x + w);
}

/* ---- The head of a pane ---------------------------------------------------------------------- */

static void stop_words(const struct stop *stop, bool all, char *out, size_t size)
{
    if (!all)
        snprintf(out, size, "STOP 0x%08X", stop->code);
    else if (stop->arg_process[0].name[0] != 0)
        snprintf(out, size, "STOP 0x%08X: %s, inside %s, asks for %s", stop->code, stop->owner.name,
                 stop->arg_process[1].name, stop->arg_process[0].name);
    else
        snprintf(out, size, "STOP 0x%08X in %s", stop->code, stop->owner.name);
}

/* What ended the run, above the line where it did; at the side where the line is, out of sight. */
static void paint_plate(struct app *app, const struct pane *pane, struct draw_box box)
{
    const struct theme *t = app->theme;
    const struct recording_status *status = recording_status(pane->run);
    const struct recording_end *end = recording_end(pane->run);
    bool broken = status->broken[0] != 0;
    int x, w, pad = app_px(app, 16);
    struct draw_box plate;
    char text[256];

    if (!end_line(app, pane, &x))
        return;
    if (broken)
        snprintf(text, sizeof text, "%s",
                 recording_scenario(pane->run)->guest_count > 0
                     ? "A driver broke the machine here, see 2"
                     : "The simulator broke here: a bug of exifsim, see 2");
    else
        stop_words(&end->result.stop, true, text, sizeof text);
    w = draw_text_width(app->fonts, DRAW_BODY, text) + pad;
    if (w > box.w && !broken) { /* The stop screen says the rest. */
        stop_words(&end->result.stop, false, text, sizeof text);
        w = draw_text_width(app->fonts, DRAW_BODY, text) + pad;
    }
    w = MIN_OF(w, box.w);
    x = x + app_px(app, 6) - w;
    x = x < box.x ? box.x : MIN_OF(x, box.x + box.w - w);
    plate = (struct draw_box){ x, box.y + 1, w, box.h - 2 };
    draw_rect(app->list, plate.x, plate.y, plate.w, plate.h, broken ? t->raised : t->stop_black);
    draw_outline(app->list, plate.x, plate.y, plate.w, plate.h, app_px(app, 2),
                 broken ? t->bad : t->stop_yellow);
    draw_label(app->list, app->fonts, plate.x + 2, plate.y, plate.w - 4, plate.h, DRAW_BODY,
               DRAW_CENTER, broken ? t->bad : t->stop_yellow, text);
    tree_leaf(app->tree,
              tree_key(KEY_STOP, broken ? "broken" : NULL, (uint64_t)(pane - app->panes)),
              TREE_ALERT, text, plate, TREE_FOCUSABLE);
    if (broken)
        tree_value(app->tree, "%s", status->broken);
    tree_tag(app->tree, tag_make(TAG_COMMAND, 0, COMMAND_VIEW_STOP));
}

int paint_head_height(const struct app *app)
{
    bool any = app->pane_count > 1;
    int x;

    for (uint32_t i = 0; i < app->pane_count; i++)
        any = any || end_line(app, &app->panes[i], &x);
    return any ? app_px(app, 26) : 0;
}

void paint_head(struct app *app, uint32_t which, struct draw_box box)
{
    const struct pane *pane = &app->panes[which];
    const struct recording_status *status = recording_status(pane->run);
    bool twins = app->pane_count > 1;
    int from = box.x;
    char text[200] = "";

    if (box.h == 0)
        return;
    if (twins)
        snprintf(text, sizeof text, "%s   %s", pane->label,
                 !status->ended                                  ? "still being computed"
                 : status->broken[0] != 0                        ? "broken off"
                 : status->cut                                   ? "goes on"
                 : recording_end(pane->run)->result.stop.stopped ? "stops"
                                                                 : "stands");
    draw_rect(app->list, app->layout.left, box.y, box.x + box.w - app->layout.left, box.h,
              twins && which == app->active ? theme_mix(app->theme->panel, app->theme->accent, 30)
              : twins                       ? app->theme->raised
                                            : app->theme->panel);
    draw_text(app->list, app->layout.left + app_px(app, 10),
              draw_text_top(app->fonts, DRAW_BODY, box.y, box.h), 0, DRAW_BODY, DRAW_LEFT,
              app->theme->ink, text);
    if (twins)
        from = MAX_OF(from, app->layout.left + app_px(app, 24) +
                                draw_text_width(app->fonts, DRAW_BODY, text));
    paint_plate(app, pane,
                (struct draw_box){ from, box.y, MAX_OF(box.x + box.w - from, 0), box.h });
}

/* The instant up to which twins are alike. */
void paint_difference(struct app *app, struct draw_box box)
{
    static const char text[] = "first difference";
    const struct recording *run = app_run(app);
    int x, w = draw_text_width(app->fonts, DRAW_SMALL, text) + app_px(app, 10);
    int h = draw_line_height(app->fonts, DRAW_SMALL);

    if (app->pane_count < 2 || !app->twins.known ||
        app->twins.difference >= recording_status(run)->records)
        return;
    x = axis_px(&app->view.axis, axis_of(app->view.axis.kind, run, app->twins.difference));
    if (x < box.x || x >= box.x + box.w)
        return;
    draw_dotted(app->list, x, box.y, x, box.y + box.h - 1, 6, 4, app->theme->warning);
    draw_dotted(app->list, x + 1, box.y, x + 1, box.y + box.h - 1, 6, 4, app->theme->warning);
    draw_rect(app->list, x + 2, box.y + box.h - h, w, h, app->theme->warning);
    draw_text(app->list, x + 2 + app_px(app, 5), box.y + box.h - h, 0, DRAW_SMALL, DRAW_LEFT,
              app->theme->warning_ink, text);
    tree_leaf(app->tree, tree_key(KEY_CURSOR, "difference", 0), TREE_MARK, text,
              (struct draw_box){ x, box.y + box.h - h, w, h }, TREE_FOCUSABLE | TREE_NO_TAB);
    tree_tag(app->tree, tag_make(TAG_RECORD, app->active, app->twins.difference));
}
