/* sheet.h - a column of headings, rows, links and lists, drawn and told at once.
 *
 * The inspector and the stop view are sheets. Whoever fills one says what there is to say, from top
 * to bottom; the sheet wraps it, scrolls it, draws what is in sight and builds a node for all of
 * it, so that nobody is told less than is shown. A focused link that is out of sight is scrolled
 * into it.
 *
 *     sheet_begin(&sheet, app, &scroll, box, KEY_SIDE, "Inspector");
 *     if (sheet_section(&sheet, "Thread", tag, folded))
 *         sheet_say(&sheet, "State", "%s", inspect_state_name(thread->state));
 *     sheet_end(&sheet);
 */
#pragma once
#include "ui/timeline/app.h"

struct sheet_scroll { /* What lasts from frame to frame. */
    int offset, height;
    uint64_t revealed; /* Key of the focus that has been scrolled to. */
};

struct sheet {
    struct app *app;
    struct sheet_scroll *scroll;
    struct draw_box box; /* On the screen; all is cut by it. */
    int x, w, y;         /* The column, and where the next line begins. */
    uint64_t key, section_key;
    uint64_t row_key; /* Key of the row being built: links in two rows may be alike. */
    bool in_section;
    uint64_t focus;    /* Key of the node that has the focus; 0: none. */
    uint32_t ink, dim; /* ink is duller while the sheet shows an older moment. */
    uint32_t run;      /* Nodes so far: makes keys of alike ones differ. */
};

/* Fills the box's ground and clips by it; pads the column. `old`: what is shown is no longer so. */
void sheet_begin(struct sheet *sheet, struct app *app, struct sheet_scroll *scroll,
                 struct draw_box box, uint64_t key, const char *name, bool old);
void sheet_end(struct sheet *sheet);
/* The bar at the right that tells how far a box is scrolled; nothing where all is in sight. */
void sheet_bar(struct app *app, const struct sheet_scroll *scroll, struct draw_box box);
/* The wheel: true if the pointer is over the box. */
bool sheet_wheel(struct sheet_scroll *scroll, struct draw_box box, int x, int y, int dy);
/* Arrows and the keys beside them scroll the box; true: the key is one of them. */
bool sheet_scroll_key(struct app *app, struct sheet_scroll *scroll, struct draw_box box,
                      const char *key);
/* The sheet of this key, or something in it, has the focus. */
bool sheet_has_focus(const struct app *app, uint64_t key);

/* A heading and what follows. With a tag it can be folded, and says whether it is open. */
bool sheet_section(struct sheet *sheet, const char *name, uint64_t tag, bool folded);
void sheet_gap(struct sheet *sheet, int px); /* At 100 %. */

struct sheet_row {
    const char *name, *value;
    uint64_t tag;     /* The value is a link; 0: it is not. */
    const char *note; /* Where the link leads or what it means; NULL: nothing. */
    const char *chip; /* Process whose colour stands before the value; NULL: none. */
    bool has_writer;  /* At the right a link to the record that wrote the value. */
    uint64_t writer;
};
void sheet_row(struct sheet *sheet, const struct sheet_row *row);
void sheet_say(struct sheet *sheet, const char *name, const char *format, ...) DRAW_PRINTF(3, 4);
void sheet_text(struct sheet *sheet, enum draw_size size, uint32_t color, const char *text);
void sheet_link(struct sheet *sheet, const char *text, uint64_t tag, const char *note);

/* A line of a list: what stands at its head is the link, the text beside it wraps. */
struct sheet_item {
    const char *head, *text;
    int head_w; /* Pixels; 0: its own width. */
    uint64_t tag;
    const char *note;
    bool current; /* Marked: here we are. */
    bool mono;
};
void sheet_item(struct sheet *sheet, const struct sheet_item *item);

/* A line of a table; widths in per cent of the column, negative: right-aligned. */
struct sheet_cells {
    const char *const *cells;
    const int *percent;
    uint32_t count;
    uint64_t tag; /* The first cell is a link. */
    bool header, bad;
};
void sheet_cells(struct sheet *sheet, const struct sheet_cells *cells);

/* ---- For those who draw for themselves at x, y and move y on --------------------------------- */

bool sheet_sees(const struct sheet *sheet, int y, int h);
/* A node; only the part of the box in sight counts. A link is focusable and scrolled to. Returns
 * its key. */
uint64_t sheet_node(struct sheet *sheet, enum tree_role role, const char *name, struct draw_box box,
                    uint64_t tag);
/* Under the pointer, or focused? Of a link that is about to be drawn: with the key it will have. */
bool sheet_is_hot(const struct sheet *sheet, struct draw_box box, const char *name, uint64_t tag);
/* Text with its ground and underline as links have them, from x to its own width. */
void sheet_draw_link(struct sheet *sheet, struct draw_box box, enum draw_size size, uint32_t color,
                     const char *text, bool hot);
/* A square in the colour of a process, with its outline; returns the width it takes. */
int sheet_draw_chip(struct sheet *sheet, int x, int y, int h, const char *process);
