/* paint_marks.c - things of note on a row: faults, foreign writes, log lines, the stop.
 *
 * A mark has a shape and a letter of its own, so that it is known without its colour. Far away,
 * highlights (few, and kept for the whole run) are drawn wherever they are; other marks only near.
 */
#include "ui/timeline/paint.h"
#include "model/words/records.h"

static const struct glyph {
    uint16_t kind;
    char letter;
    enum theme_okabe_ito color;
    const char *text;
} glyphs[] = {
    { REC_FOREIGN_WRITE, 'w', OKABE_YELLOW, "a thread of another process writes here" },
    { REC_TAINTED_READ, 'r', OKABE_YELLOW, "reads what a stranger wrote" },
    { REC_FAULT, 'f', OKABE_VERMILION, "access violation" },
    { REC_EXCEPTION, '!', OKABE_VERMILION, "exception nobody handles" },
    { REC_DEBUG_PORT, 'd', OKABE_PURPLE, "a debugger attaches" },
    { REC_TERMINATE, 't', OKABE_VERMILION, "terminated by another process" },
    { REC_HANDLE_SWEEP, 'h', OKABE_ORANGE, "handle sweep" },
    { REC_CLEANUP, 'c', OKABE_ORANGE, "CLEANUP arrives attached" },
    { REC_PROCESS_EXIT, 'x', OKABE_SKY, "process ends" },
    { REC_POOL_FAIL, 'p', OKABE_ORANGE, "pool allocation refused" },
    { REC_LOG, 'i', OKABE_SKY, "line of the event log" },
    { MARK_LOG_WARNING, 'v', OKABE_YELLOW, "warning in the event log" },
    { MARK_LOG_ERROR, 'e', OKABE_VERMILION, "error in the event log" },
    { REC_LOCK_SPIN, 's', OKABE_ORANGE, "spins on a lock" },
    { REC_STOP, 'S', OKABE_YELLOW, "STOP" },
};

static const struct glyph *glyph_of(uint16_t kind)
{
    for (size_t i = 0; i < ARRAY_LEN(glyphs); i++)
        if (glyphs[i].kind == kind)
            return &glyphs[i];
    return NULL;
}

/* The logs are known when the run has ended; the record has the line's number, counted from 1. */
uint16_t paint_mark_kind(const struct recording *run, const struct record *r)
{
    const struct recording_end *end = recording_end(run);

    const struct cm_line *line;

    if (r->kind != REC_LOG || end == NULL || r->a == 0 || r->a > end->log_count)
        return r->kind;
    line = &end->log[r->a - 1];
    if (line->id != r->b || line->at != r->at) /* Overwritten: the log was full. */
        return r->kind;
    return line->severity == LOG_ERROR     ? (uint16_t)MARK_LOG_ERROR
           : line->severity == LOG_WARNING ? (uint16_t)MARK_LOG_WARNING
                                           : r->kind;
}

const char *paint_glyph_text(uint16_t kind)
{
    const struct glyph *glyph = glyph_of(kind);

    return glyph == NULL ? "surprise" : glyph->text;
}

bool paint_has_glyph(uint16_t kind) { return glyph_of(kind) != NULL; }

bool paint_glyph_row(int index, uint16_t *kind, const char **text)
{
    if (index >= (int)ARRAY_LEN(glyphs))
        return false;
    *kind = glyphs[index].kind;
    *text = glyphs[index].text;
    return true;
}

int paint_glyph_rank(const struct highlight *h)
{
    switch (h->record.kind) {
    case REC_STOP:
        return 0;
    case REC_EXCEPTION:
        return 1;
    case REC_DEBUG_PORT:
    case REC_TERMINATE:
        return 2;
    default:
        return h->surprising ? 3 : 4;
    }
}

/* A flag on a staff at x: the letter on its colour. */
void paint_glyph(struct app *app, uint16_t kind, int x, int y, int size)
{
    const struct glyph *glyph = glyph_of(kind);
    uint32_t color = theme_palette(glyph != NULL ? glyph->color : OKABE_GREEN);
    char letter[2] = { glyph != NULL ? glyph->letter : '*', 0 };

    if (kind == REC_STOP) {
        draw_rect(app->list, x, y, size, size, app->theme->stop_black);
        draw_outline(app->list, x, y, size, size, app_px(app, 2), app->theme->stop_yellow);
        draw_text(app->list, x, draw_text_top(app->fonts, DRAW_SMALL, y, size), size, DRAW_SMALL,
                  DRAW_CENTER, app->theme->stop_yellow, letter);
        return;
    }
    draw_rect(app->list, x, y, size, size, color);
    draw_outline(app->list, x, y, size, size, 1, DRAW_BLACK);
    draw_text(app->list, x, draw_text_top(app->fonts, DRAW_SMALL, y, size), size, DRAW_SMALL,
              DRAW_CENTER, theme_ink_on(color), letter);
}

static void mark_at(const struct brush *b, uint16_t kind, int x)
{
    int size = MIN_OF(app_px(b->app, 14), b->h - 2);

    draw_line(b->list, x, b->y, x, b->y + b->h - 1, 1, b->app->theme->ink);
    paint_glyph(b->app, kind, x, b->y + (b->h - size) / 2, size);
}

static void near_marks(const struct brush *b, const struct stretch *s, int *last)
{
    const struct detail *d = s->detail;
    uint32_t lane = b->row->lane;

    for (uint32_t i = d->mark_from[lane]; i < d->mark_from[lane + 1]; i++) {
        uint16_t kind = paint_mark_kind(b->run, &d->records[d->marks[i]]);
        int x;

        if (d->marks[i] < s->from || d->marks[i] > s->to || glyph_of(kind) == NULL ||
            kind == REC_STOP) /* Drawn by paint_stop_sides, beside its line. */
            continue;
        x = axis_px(b->axis, axis_in(b->axis->kind, s->segment, d, d->marks[i]));
        if (x - *last < app_px(b->app, 3)) {
            paint_folded(b, x, x + app_px(b->app, 4));
            continue;
        }
        *last = x;
        mark_at(b, kind, x);
    }
}

static void far_marks(const struct brush *b, const struct stretch *s, int *last)
{
    uint32_t lane = b->row->lane;
    const struct cell *cells = stretch_cells(s, lane);
    bool log = lanes_get(b->lanes, lane)->kind == LANE_LOG;

    if (cells == NULL)
        return;
    for (uint32_t k = s->bucket_from; k < s->bucket_to; k++) {
        int x = s->x[k - s->bucket_from];

        if (cells[k - s->bucket_from].marks == 0)
            continue;
        if (log && x - *last >= app_px(b->app, 12)) {
            mark_at(b, REC_LOG, x);
            *last = x;
        } else {
            draw_rect(b->list, x, b->y + b->h / 4, 1, b->h / 2, b->app->theme->dim);
            paint_folded(b, x, x + 2);
        }
    }
}

void paint_marks(const struct brush *b)
{
    int last = -1000;

    for (uint32_t i = 0; i < b->stretch_count; i++) {
        const struct stretch *s = &b->stretches[i];

        if (s->detail == NULL)
            far_marks(b, s, &last);
        else if (b->row->lane < s->detail->lane_count)
            near_marks(b, s, &last);
    }
}
