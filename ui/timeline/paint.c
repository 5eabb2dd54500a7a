/* paint.c - the timeline as a whole: which segments are in sight, the ruler, and what lies across
 * all rows: grid, cursors, the stop.
 */
#include "ui/timeline/paint.h"
#include "ui/host/grow.h"
#include "model/words/records.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/story.h"
#include <stdlib.h>
#include <string.h>

/* So many records in sight are drawn exactly; beyond, by their summaries. */
enum { NEAR_RECORDS = 4 * SEGMENT_RECORDS, BUCKETS_A_PIXEL = 16 };

/* ---- What is in sight ------------------------------------------------------------------------ */

static bool in_sight(const struct axis *axis, const struct segment *g)
{
    return axis_of_bucket(axis->kind, g, g->bucket_count) >= axis->from &&
           axis_of_bucket(axis->kind, g, 0) <= axis->to;
}

/* Buckets by bisection; the border ones are in. */
static void cut_buckets(const struct axis *axis, struct stretch *s)
{
    const struct segment *g = s->segment;
    uint32_t low = 0, high = g->bucket_count;

    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;

        if (axis_of_bucket(axis->kind, g, middle) <= axis->from)
            low = middle;
        else
            high = middle;
    }
    s->bucket_from = low;
    high = g->bucket_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (axis_of_bucket(axis->kind, g, middle) <= axis->to)
            low = middle + 1;
        else
            high = middle;
    }
    s->bucket_to = low;
}

static void cut_records(const struct axis *axis, struct stretch *s)
{
    const struct detail *d = s->detail;
    uint32_t low = 0, high = d->count;

    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;

        if (axis_in(axis->kind, s->segment, d, middle) <= axis->from)
            low = middle;
        else
            high = middle;
    }
    s->from = low;
    high = d->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (axis_in(axis->kind, s->segment, d, middle) <= axis->to)
            low = middle + 1;
        else
            high = middle;
    }
    s->to = low > 0 ? low - 1 : 0;
}

/* Where the buckets stand: for all rows of the frame at once. */
static void place_buckets(struct pane *pane, const struct axis *axis, struct stretch *list,
                          uint32_t count)
{
    uint32_t need = 0, at = 0;

    for (uint32_t i = 0; i < count; i++)
        need += list[i].bucket_to - list[i].bucket_from + 1;
    pane->places = grow(pane->places, &pane->place_room, need, sizeof *pane->places);
    for (uint32_t i = 0; i < count; i++) {
        list[i].x = &pane->places[at];
        if (list[i].whole) {
            pane->places[at++] = axis_px(axis, axis_of_bucket(axis->kind, list[i].segment, 0));
            pane->places[at++] = axis_px(
                axis, axis_of_bucket(axis->kind, list[i].segment, list[i].segment->bucket_count));
            continue;
        }
        for (uint32_t k = list[i].bucket_from; k <= list[i].bucket_to; k++)
            pane->places[at++] = axis_px(axis, axis_of_bucket(axis->kind, list[i].segment, k));
    }
}

uint32_t paint_stretches(struct app *app, struct pane *pane, struct stretch *out)
{
    const struct axis *axis = &app->view.axis;
    uint32_t count = 0;
    uint64_t records = 0;

    for (uint32_t i = 0; i < recording_segment_count(pane->run) && count < STRETCHES_MAX; i++) {
        const struct segment *g = recording_segment(pane->run, i);

        if (!in_sight(axis, g))
            continue;
        out[count] = (struct stretch){ .index = i, .segment = g };
        cut_buckets(axis, &out[count]);
        records += (uint64_t)(out[count].bucket_to - out[count].bucket_from) * BUCKET_RECORDS;
        count++;
    }
    for (uint32_t i = 0; i < count && records <= NEAR_RECORDS; i++) {
        out[i].detail = recording_detail(pane->run, out[i].index);
        if (out[i].detail != NULL)
            cut_records(axis, &out[i]);
    }
    if (records / BUCKET_RECORDS > (uint64_t)BUCKETS_A_PIXEL * (uint32_t)axis->w)
        for (uint32_t i = 0; i < count; i++) {
            out[i].whole = true;
            out[i].bucket_from = 0;
            out[i].bucket_to = 1;
        }
    place_buckets(pane, axis, out, count);
    return count;
}

const struct cell *stretch_cells(const struct stretch *s, uint32_t lane)
{
    const struct segment *g = s->segment;

    if (lane >= g->lane_count || g->cells[lane] == NULL)
        return NULL;
    return s->whole ? &g->whole[lane] : &g->cells[lane][s->bucket_from];
}

const struct cell *stretch_crowd(const struct stretch *s, uint32_t lane)
{
    const struct segment *g = s->segment;

    if (lane >= g->lane_count || g->crowds[lane] == NULL)
        return NULL;
    return s->whole ? &g->whole_crowd[lane] : &g->crowds[lane][s->bucket_from];
}

const struct range *stretch_ranges(const struct stretch *s, uint32_t lane)
{
    const struct segment *g = s->segment;

    if (lane >= g->lane_count || g->ranges[lane] == NULL)
        return NULL;
    return s->whole ? &g->whole_range[lane] : &g->ranges[lane][s->bucket_from];
}

/* ---- Grid ------------------------------------------------------------------------------------ */

/* 1, 2 or 5 times a power of ten, at least `least`. */
static double nice_step(double least)
{
    double step = 1;

    while (step < least)
        step *= 10;
    if (step / 5 >= least)
        return step / 5;
    return step / 2 >= least ? step / 2 : step;
}

static double grid_step(const struct app *app)
{
    double per_px = (app->view.axis.to - app->view.axis.from) / app->view.axis.w;

    return nice_step(per_px * app_px(app, 110));
}

void paint_grid(struct app *app, struct draw_box box)
{
    double step = grid_step(app);
    uint64_t first = (uint64_t)(app->view.axis.from / step);

    for (uint64_t i = first;; i++) {
        double at = (double)i * step;
        int x = axis_px(&app->view.axis, at);

        if (at > app->view.axis.to)
            break;
        if (x >= box.x)
            draw_line(app->list, x, box.y, x, box.y + box.h - 1, 1,
                      i % 5 == 0 ? app->theme->grid_strong : app->theme->grid);
    }
}

/* On the axis of gaps the first tick has its time, the others their distance from it. */
static void tick_label(struct app *app, double at, double step, sim_time *first, char *out,
                       size_t size)
{
    if (app->view.axis.kind == AXIS_TIME) {
        int decimals = step >= 1e9 ? 0 : step >= 1e6 ? 3 : step >= 1e3 ? 6 : 9;

        snprintf(out, size, "%.*f s", decimals, at / 1e9);
    } else if (app->view.axis.kind == AXIS_RECORD) {
        char count[40];

        text_count((uint64_t)at, count, sizeof count);
        snprintf(out, size, "#%s", count);
    } else {
        sim_time time = axis_time(AXIS_GAP, app_run(app), at);
        char length[48];

        if (*first == SIM_NEVER) {
            *first = time;
            snprintf(out, size, "%.6f s", (double)time / 1e9);
            return;
        }
        text_length(time - *first, length, sizeof length);
        snprintf(out, size, "+%.40s", length);
    }
}

enum { FLAGS_MAX = 512 };

static bool taken(const int *places, int count, int x, int size)
{
    for (int i = 0; i < count; i++)
        if (x > places[i] - size - 1 && x < places[i] + size + 1)
            return true;
    return false;
}

/* Flags of highlights, the weightier first; returns how many found no place. */
static int paint_flags(struct app *app, const struct draw_box *box)
{
    uint32_t count;
    uint64_t dropped;
    const struct highlight *list = recording_highlights(app_run(app), &count, &dropped);
    int places[FLAGS_MAX], flags = 0, folded = (int)MIN_OF(dropped, 1000000u);
    int size = app_px(app, 14), y = box->y + box->h / 2 + 1;

    for (int rank = 0; rank < GLYPH_RANKS; rank++)
        for (uint32_t i = 0; i < count; i++) {
            double at = axis_of(app->view.axis.kind, app_run(app), list[i].number);
            int x = axis_px(&app->view.axis, at);
            char text[160];

            if (paint_glyph_rank(&list[i]) != rank || at < app->view.axis.from ||
                at > app->view.axis.to)
                continue;
            draw_rect(app->list, x, box->y + box->h - 4, 1, 3, app->theme->ink);
            if (flags == FLAGS_MAX || taken(places, flags, x, size)) {
                folded++;
                continue;
            }
            places[flags++] = x;
            paint_glyph(app, list[i].surprising ? 0 : list[i].record.kind, x, y, size);
            text_record(app_pane(app), &list[i].record, text, sizeof text);
            tree_leaf(app->tree, tree_key(KEY_HIGHLIGHT, NULL, i), TREE_MARK,
                      list[i].surprising ? "surprise" : paint_glyph_text(list[i].record.kind),
                      (struct draw_box){ x, y, size, size }, TREE_FOCUSABLE | TREE_NO_TAB);
            tree_value(app->tree, "%s", text);
            tree_tag(app->tree, tag_make(TAG_RECORD, app->active, list[i].number));
        }
    return folded;
}

void paint_ruler(struct app *app)
{
    const struct draw_box *box = &app->layout.ruler;
    double step = grid_step(app), begin, end;
    int half = box->h / 2, folded;
    sim_time first = SIM_NEVER;
    char last[48] = "";

    axis_whole(app->view.axis.kind, app_run(app), &begin, &end);

    draw_rect(app->list, 0, box->y, app->width, box->h, app->theme->panel);
    draw_line(app->list, 0, box->y + box->h - 1, app->width, box->y + box->h - 1, 1,
              app->theme->border);
    tree_push(app->tree, KEY_RULER, TREE_RULER, axis_names[app->view.axis.kind], *box,
              TREE_REGION | TREE_FOCUSABLE);
    tree_tag(app->tree, tag_make(TAG_RULER, 0, 0));
    draw_text(app->list, app_px(app, 10), draw_text_top(app->fonts, DRAW_SMALL, box->y, half), 0,
              DRAW_SMALL, DRAW_LEFT, app->theme->dim, axis_names[app->view.axis.kind]);
    draw_text(app->list, app_px(app, 10),
              draw_text_top(app->fonts, DRAW_SMALL, box->y + half, half), 0, DRAW_SMALL, DRAW_LEFT,
              app->theme->dim, "faults and surprises");
    draw_clip_push(app->list, box->x, box->y, box->w, box->h);
    for (uint64_t i = (uint64_t)(app->view.axis.from / step);; i++) {
        double at = (double)i * step;
        int x = axis_px(&app->view.axis, at);
        char text[48];

        if (at > app->view.axis.to || at > end) /* Behind the end there is no time to be told. */
            break;
        if (x < box->x)
            continue;
        tick_label(app, at, step, &first, text, sizeof text);
        if (strcmp(text, last) == 0)
            text[0] = 0;
        else
            memcpy(last, text, sizeof last);
        draw_line(app->list, x, box->y + half - app_px(app, 4), x, box->y + half, 1,
                  app->theme->dim);
        draw_text(app->list, x + app_px(app, 4),
                  draw_text_top(app->fonts, DRAW_SMALL, box->y, half), 0, DRAW_SMALL, DRAW_LEFT,
                  app->theme->ink, text);
    }
    folded = paint_flags(app, box);
    draw_clip_pop(app->list);
    if (folded > 0)
        tree_note(app->tree, "%d more marks share pixels", folded);
    tree_pop(app->tree);
}

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

static void paint_cursors(struct app *app, struct draw_box box)
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

/* The line lies over the stop's own marks: they are drawn again beside it. */
static void paint_stop_marks(struct app *app, struct pane *pane, const struct recording_end *end,
                             int x)
{
    const struct lanes *lanes = recording_lanes(pane->run);
    const struct stop *stop = &end->result.stop;
    uint32_t on[] = { lanes_thread_by_id(lanes, end->result.stop.thread, stop->record),
                      lanes_find(lanes, LANE_CPU, stop->cpu) };
    int size = app_px(app, 14);

    for (size_t i = 0; i < ARRAY_LEN(on); i++) {
        const struct row *row = rows_of_lane(&pane->rows, on[i]);

        if (row != NULL)
            paint_glyph(app, REC_STOP, x + 1,
                        pane->lanes.y + row->y - pane->scroll + MAX_OF((row->h - size) / 2 - 1, 0),
                        size);
    }
}

/* A line with a plate across all lanes at the end of what was computed: the simulator broke. */
static void paint_broken_line(struct app *app, struct pane *pane, struct draw_box box)
{
    static const char text[] = "The simulator broke here: a bug of exifsim, see 2";
    const struct recording_status *status = recording_status(pane->run);
    int x, w = draw_text_width(app->fonts, DRAW_BODY, text) + app_px(app, 16);
    struct draw_box plate;

    if (status->broken[0] == 0 || status->records == 0)
        return;
    x = axis_px(&app->view.axis, axis_of(app->view.axis.kind, pane->run, status->records));
    if (x < box.x || x >= box.x + box.w)
        return;
    plate = (struct draw_box){ MAX_OF(x - w, box.x), box.y, w, app_px(app, 24) };
    draw_rect(app->list, x, box.y, app_px(app, 3), box.h, app->theme->bad);
    draw_rect(app->list, plate.x, plate.y, plate.w, plate.h, app->theme->raised);
    draw_outline(app->list, plate.x, plate.y, plate.w, plate.h, app_px(app, 2), app->theme->bad);
    draw_label(app->list, app->fonts, plate.x, plate.y, plate.w, plate.h, DRAW_BODY, DRAW_CENTER,
               app->theme->bad, text);
    tree_leaf(app->tree, tree_key(KEY_STOP, "broken", (uint64_t)(pane - app->panes)), TREE_ALERT,
              text, plate, TREE_FOCUSABLE);
    tree_value(app->tree, "%s", status->broken);
    tree_tag(app->tree, tag_make(TAG_COMMAND, 0, COMMAND_VIEW_STOP));
}

/* The black-yellow line across all lanes, and what it says. */
static void paint_stop_line(struct app *app, struct pane *pane, struct draw_box box)
{
    const struct recording_end *end = recording_end(pane->run);
    int x, w = app_px(app, 6), width;
    char text[256];
    struct draw_box plate;

    if (end == NULL || !end->result.stop.stopped)
        return;
    x = axis_px(&app->view.axis, axis_of(app->view.axis.kind, pane->run, end->result.stop.record));
    if (x < box.x || x >= box.x + box.w)
        return;
    draw_rect(app->list, x, box.y, w, box.h, app->theme->stop_black);
    draw_hatch(app->list, x, box.y, w, box.h, app_px(app, 12), app_px(app, 6),
               app->theme->stop_yellow);
    paint_third(app, pane, end, x + w + app_px(app, 16));
    paint_stop_marks(app, pane, end, x + w);
    if (end->result.stop.arg_process[0].name[0] != 0)
        snprintf(text, sizeof text, "STOP 0x%08X: %s, inside %s, asks for %s",
                 end->result.stop.code, end->result.stop.owner.name,
                 end->result.stop.arg_process[1].name, end->result.stop.arg_process[0].name);
    else
        snprintf(text, sizeof text, "STOP 0x%08X in %s", end->result.stop.code,
                 end->result.stop.owner.name);
    width = draw_text_width(app->fonts, DRAW_BODY, text) + app_px(app, 16);
    if (width > box.w - w) { /* The stop screen says the rest. */
        snprintf(text, sizeof text, "STOP 0x%08X", end->result.stop.code);
        width = draw_text_width(app->fonts, DRAW_BODY, text) + app_px(app, 16);
    }
    plate = (struct draw_box){ x + w + width > box.x + box.w ? MAX_OF(x - width, box.x) : x + w,
                               box.y, width, app_px(app, 24) };
    draw_rect(app->list, plate.x, plate.y, plate.w, plate.h, app->theme->stop_black);
    draw_outline(app->list, plate.x, plate.y, plate.w, plate.h, app_px(app, 2),
                 app->theme->stop_yellow);
    draw_label(app->list, app->fonts, plate.x + app_px(app, 2), plate.y, plate.w - app_px(app, 4),
               plate.h, DRAW_BODY, DRAW_CENTER, app->theme->stop_yellow, text);
    tree_leaf(app->tree, tree_key(KEY_STOP, NULL, (uint64_t)(pane - app->panes)), TREE_ALERT, text,
              plate, TREE_FOCUSABLE);
    tree_tag(app->tree, tag_make(TAG_COMMAND, 0, COMMAND_VIEW_STOP));
}

/* The instant up to which twins are alike. */
static void paint_difference(struct app *app, struct draw_box box)
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

static void pane_title(struct app *app, uint32_t which, struct draw_box box)
{
    const struct pane *pane = &app->panes[which];
    const struct recording_status *status = recording_status(pane->run);
    char text[200];

    snprintf(text, sizeof text, "%s   %s", pane->label,
             !status->ended                                  ? "still being computed"
             : status->broken[0] != 0                        ? "ends where the simulator broke"
             : recording_end(pane->run)->result.stop.stopped ? "stops"
                                                             : "stands");
    draw_rect(app->list, 0, box.y, box.x + box.w, box.h,
              which == app->active ? theme_mix(app->theme->panel, app->theme->accent, 30)
                                   : app->theme->raised);
    draw_text(app->list, app_px(app, 10), draw_text_top(app->fonts, DRAW_BODY, box.y, box.h), 0,
              DRAW_BODY, DRAW_LEFT, app->theme->ink, text);
}

void paint_timeline(struct app *app)
{
    struct draw_box lanes = app->layout.lanes;
    int title = app->pane_count > 1 ? app_px(app, 24) : 0;
    int each = lanes.h / (int)MAX_OF(app->pane_count, 1u);

    paint_minimap(app);
    paint_strip(app);
    paint_ruler(app);
    for (uint32_t i = 0; i < app->pane_count; i++) {
        struct draw_box box = { lanes.x, lanes.y + (int)i * each, lanes.w, each };

        if (title > 0)
            pane_title(app, i, (struct draw_box){ box.x, box.y, box.w, title });
        box.y += title;
        box.h -= title;
        paint_pane(app, i, box);
        draw_clip_push(app->list, box.x, box.y, box.w, box.h);
        paint_stop_line(app, &app->panes[i], box);
        paint_broken_line(app, &app->panes[i], box);
        draw_clip_pop(app->list);
    }
    draw_clip_push(app->list, lanes.x, lanes.y, lanes.w, lanes.h);
    paint_difference(app, lanes);
    paint_cursors(app, lanes);
    draw_clip_pop(app->list);
    draw_line(app->list, lanes.x - 1, lanes.y, lanes.x - 1, lanes.y + lanes.h, 1,
              app->theme->border);
}
