/* paint.h - what the painting files share: the brush, with all that a row needs to draw itself. */
#pragma once
#include "ui/timeline/app.h"

/* The part of one segment that is in sight, near (detail) or far (buckets). */
struct stretch {
    uint32_t index;
    const struct segment *segment;
    const struct detail *detail; /* NULL: drawn from its summary. */
    uint32_t from, to;           /* Near: records of it in sight, both included. */
    uint32_t bucket_from, bucket_to;
    bool whole;   /* From still farther: one bucket, 0, for all of the segment. */
    const int *x; /* Pixels of the buckets bucket_from to bucket_to, both included. */
};
enum { STRETCHES_MAX = 2048 };

struct brush {
    struct app *app;
    struct pane *pane;
    struct draw_list *list;
    const struct recording *run;
    const struct lanes *lanes;
    const struct axis *axis;
    const struct row *row;
    uint32_t
        lane; /* The lane whose spans are being drawn: the row's, or a thread's of a process row. */
    int y, h; /* The row's, on the screen. */
    const struct stretch *stretches;
    uint32_t stretch_count;
    const uint32_t *members; /* The threads of a process row. */
    uint32_t member_count;
    const uint32_t *colors; /* By process; the last is for none. */
    uint32_t color_count;
};

/* What a stretch has for a lane, bucket by bucket from its first one on; NULL: see rest. */
const struct cell *stretch_cells(const struct stretch *stretch, uint32_t lane);
const struct cell *stretch_crowd(const struct stretch *stretch, uint32_t lane);
const struct range *stretch_ranges(const struct stretch *stretch, uint32_t lane);

/* Which segments are in sight; asks for details where few enough records are. Returns how many. */
uint32_t paint_stretches(struct app *app, struct pane *pane, struct stretch *out);

/* All rows of a pane within a box of the lanes' column. paint_rows.c */
void paint_pane(struct app *app, uint32_t pane, struct draw_box box);
void paint_grid(struct app *app, struct draw_box box);
/* paint_across.c: the line of the stop, under the marks; what is beside it; cursors. */
void paint_end_line(struct app *app, struct pane *pane, struct draw_box box);
void paint_stop_sides(struct app *app, struct pane *pane, struct draw_box box);
void paint_cursors(struct app *app, struct draw_box box);
void paint_difference(struct app *app, struct draw_box box);
/* The head of each pane: which twin it is, and what ended the run. 0: there is nothing to say. */
int paint_head_height(const struct app *app);
void paint_head(struct app *app, uint32_t pane, struct draw_box box);
void paint_spans(struct brush *brush);       /* paint_lane.c */
void paint_steps(const struct brush *brush); /* paint_steps.c: graphs; IRQL staircases. */
void paint_marks(const struct brush *brush); /* paint_marks.c */
/* What a record is marked as: its kind, but for lines of the event log that warn or tell of an
 * error, which have kinds of their own here. */
enum { MARK_LOG_WARNING = 0xff00, MARK_LOG_ERROR };
uint16_t paint_mark_kind(const struct recording *run, const struct record *record);
/* A mark of a record's kind at a pixel; also on the ruler. */
void paint_glyph(struct app *app, uint16_t kind, int x, int y, int size);
/* A sentence on the kind: "a thread of another process writes here". */
const char *paint_glyph_text(uint16_t kind);
bool paint_has_glyph(uint16_t kind);
/* The marks in order, for a legend. False: there are no more. */
bool paint_glyph_row(int index, uint16_t *kind, const char **text);
/* Which flag has the place when two want it: the lower rank. 0 is the stop. */
enum { GLYPH_RANKS = 5 };
int paint_glyph_rank(const struct highlight *highlight);

void paint_folded(const struct brush *brush, int x0, int x1);
/* The colour of each process, and of none behind them; asked once a frame, as a colour is a hash of
 * a name. Free it with free. */
uint32_t *paint_colors(const struct app *app, const struct lanes *lanes, uint32_t *count);
uint32_t paint_process_color(const struct brush *brush, uint16_t process);
/* "328 ms", "1.2 MiB", "24/s": a value of a lane's steps. */
void paint_value(const struct lane *lane, uint64_t value, char *out, size_t size);
/* What a lane is doing at a record, and under the playhead, in words. */
void paint_lane_at(struct pane *pane, uint32_t lane, uint64_t number, char *out, size_t size);
void paint_lane_now(struct pane *pane, uint32_t lane, char *out, size_t size);
void paint_object_name(const struct brush *brush, uint32_t address, char *out, size_t size);
