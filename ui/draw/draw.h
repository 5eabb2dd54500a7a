/* draw.h - a picture as a list of commands, before anybody makes pixels of it.
 *
 * Whoever has something to show fills a list; raster.h makes pixels of it, svg.h a vector file, and
 * draw_dump the text that goldens are made of. A list knows nothing of windows and nothing of what
 * is shown. Coordinates are whole pixels from the top left corner, growing right and down; colours
 * are 0xRRGGBBAA. What lies outside the picture or the clip is cut, never an error.
 *
 *     struct draw_list *list = draw_list_new();
 *
 *     draw_begin(list, 1280, 720);                      // Each frame: empty, memory is kept.
 *     draw_rect(list, 0, 0, 1280, 720, theme->background);
 *     draw_clip_push(list, 200, 40, 1000, 600);
 *     draw_rect(list, 240, 60, 180, 18, theme_process_color(theme, "store.exe"));
 *     draw_hatch(list, 420, 60, 90, 18, 6, 2, theme->ink);
 *     draw_label(list, fonts, 240, 60, 180, 18, DRAW_SMALL, DRAW_LEFT, DRAW_BLACK, "running");
 *     draw_clip_pop(list);
 *     raster_draw(raster, list, fonts);
 *
 * Memory grows to what the largest frame needed and stays. Strings and points are copied, so the
 * caller's may go at once. Not for two threads at a time.
 */
#pragma once
#include "ui/draw/fonts.h"
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define DRAW_BLACK 0x000000ffu
#define DRAW_WHITE 0xffffffffu

struct draw_point {
    int x, y;
};

/* A rectangle: x <= px < x + w. Empty when w or h is not above 0. */
struct draw_box {
    int x, y, w, h;
};

enum draw_align { DRAW_LEFT, DRAW_CENTER, DRAW_RIGHT };

enum draw_op {
    DRAW_OP_RECT,
    DRAW_OP_OUTLINE,  /* a: thickness. */
    DRAW_OP_LINE,     /* x, y to w, h; a: thickness. */
    DRAW_OP_DOTTED,   /* x, y to w, h; a: dot, b: gap. */
    DRAW_OP_STEPS,    /* Points; a: thickness. */
    DRAW_OP_AREA,     /* Points; a: base line's y. */
    DRAW_OP_POLYGON,  /* Points. */
    DRAW_OP_HATCH,    /* a: pitch, b: thickness. */
    DRAW_OP_CHEVRONS, /* a: pitch, b: thickness. */
    DRAW_OP_ARROW,    /* x, y to w, h; a: thickness, b: length of the head. */
    DRAW_OP_TEXT,     /* w: max_width; size, align, text. */
    DRAW_OP_CLIP,     /* x, y, w, h is the whole clip from here on, already cut by outer ones. */
    DRAW_OPS
};

/* One command, as renderers read it. */
struct draw_command {
    uint8_t op;    /* enum draw_op */
    uint8_t size;  /* enum draw_size, of texts. */
    uint8_t align; /* enum draw_align, of texts. */
    uint32_t color;
    int x, y, w, h;
    int a, b;
    uint32_t from;  /* First point, or offset of the text. */
    uint32_t count; /* Points, or bytes of the text. */
};

#define DRAW_CLIPS 32 /* Clips within clips. */

/* To be read by renderers; written by the functions below only. */
struct draw_list {
    int width, height; /* Of the picture, as draw_begin was told. */
    struct draw_command *commands;
    size_t count, room;
    struct draw_point *points;
    size_t point_count, point_room;
    char *text; /* Strings one after the other, each ended by a zero byte. */
    size_t text_count, text_room;
    struct draw_box clips[DRAW_CLIPS];
    size_t clip_count;
};

struct draw_list *draw_list_new(void);
void draw_list_free(struct draw_list *list); /* NULL is allowed. */

/* Empties the list for a picture of this size. Every clip is popped; memory stays. */
void draw_begin(struct draw_list *list, int width, int height);

/* Bytes the list has taken from the host. Does not grow from frame to frame once warm. */
size_t draw_list_bytes(const struct draw_list *list);

/* ---- shapes ------------------------------------------------------------------------------------
 * A translucent colour is blended over what is there. An empty box draws nothing. Rectangles,
 * outlines, straight lines along an axis, hatches and step graphs are sharp to the pixel; slanted
 * lines, polygons, chevrons and arrows are smoothed. */

void draw_rect(struct draw_list *list, int x, int y, int w, int h, uint32_t color);

/* A frame of that thickness *within* the box: 1 px round a span costs no neighbour a pixel. */
void draw_outline(struct draw_list *list, int x, int y, int w, int h, int thickness,
                  uint32_t color);

/* From one point to another, both included. A thicker line grows right (or down), so that the
 * first row is where 1 px would have been. */
void draw_line(struct draw_list *list, int x0, int y0, int x1, int y1, int thickness,
               uint32_t color);

/* Dots of dot px with gap px between, along a line of an axis; 1 px thick. A slanted one is drawn
 * by its longer side. The pattern hangs from (x0, y0). */
void draw_dotted(struct draw_list *list, int x0, int y0, int x1, int y1, int dot, int gap,
                 uint32_t color);

/* A value that changes: level from each point to the next one's x, then straight up or down. The
 * points go by rising x; the last one ends the graph. */
void draw_steps(struct draw_list *list, const struct draw_point *points, size_t count,
                int thickness, uint32_t color);

/* The same graph filled from the value down (or up) to base_y. */
void draw_area(struct draw_list *list, const struct draw_point *points, size_t count, int base_y,
               uint32_t color);

/* A filled polygon of any form (even-odd), smoothed. At most DRAW_POLYGON points; more are left
 * out. Points are corners of pixels: (0,0) (4,0) (4,4) (0,4) is a square of 16 pixels. */
void draw_polygon(struct draw_list *list, const struct draw_point *points, size_t count,
                  uint32_t color);
#define DRAW_POLYGON 64

/* Stripes at 45 degrees, rising to the right, thickness px wide along a row, every pitch px; cut
 * by the box. The pattern hangs from the picture's corner, so that neighbours join. */
void draw_hatch(struct draw_list *list, int x, int y, int w, int h, int pitch, int thickness,
                uint32_t color);

/* Marks ">" as high as the box, every pitch px, cut by it. */
void draw_chevrons(struct draw_list *list, int x, int y, int w, int h, int pitch, int thickness,
                   uint32_t color);

/* Cause to effect: a curve that leaves level and arrives level, with a head of head px whose tip
 * is at (x1, y1). One straight up or down is a straight arrow. */
void draw_arrow(struct draw_list *list, int x0, int y0, int x1, int y1, int thickness, int head,
                uint32_t color);

/* ---- text --------------------------------------------------------------------------------------
 * UTF-8, one line. y is the top of the line. The text is aligned within the max_width px from x and
 * cut with an ellipsis when wider; 0 or less cuts nothing, and x is where it begins, its middle or
 * where it ends. The fonts that measure are those of the renderer, so a list does not depend on
 * any. */

void draw_text(struct draw_list *list, int x, int y, int max_width, enum draw_size size,
               enum draw_align align, uint32_t color, const char *text);

#if defined(__GNUC__)
#define DRAW_PRINTF(nth, first) __attribute__((format(printf, nth, first)))
#else
#define DRAW_PRINTF(nth, first)
#endif

/* The same with printf's format; cut at 1023 bytes. */
void draw_textf(struct draw_list *list, int x, int y, int max_width, enum draw_size size,
                enum draw_align align, uint32_t color, const char *format, ...) DRAW_PRINTF(8, 9);

/* Text in a box: in the middle of its height, 4 px (scaled) from its sides, cut by its width. A box
 * too narrow for one letter and an ellipsis stays empty. */
void draw_label(struct draw_list *list, const struct draw_fonts *fonts, int x, int y, int w, int h,
                enum draw_size size, enum draw_align align, uint32_t color, const char *text);

/* ---- clips -------------------------------------------------------------------------------------
 * What is drawn from here on is cut by this box and by all those around it. */

void draw_clip_push(struct draw_list *list, int x, int y, int w, int h);
void draw_clip_pop(struct draw_list *list);

/* The clip in force; the whole picture if there is none. Ask it to leave out what none can see. */
struct draw_box draw_clip(const struct draw_list *list);

/* ---- what renderers and tests use ------------------------------------------------------------ */

struct draw_box draw_box_cut(struct draw_box a, struct draw_box b); /* What both cover. */
bool draw_box_has(struct draw_box box, int x, int y);               /* Is this pixel in it? */

/* Text of a DRAW_OP_TEXT, and points of those that have some. Live until the list is changed. */
const char *draw_command_text(const struct draw_list *list, const struct draw_command *command);
const struct draw_point *draw_command_points(const struct draw_list *list,
                                             const struct draw_command *command);

/* The list as text, one command a line: "rect 240,60 180x18 e69f00ff". Golden files are this. */
void draw_dump(const struct draw_list *list, FILE *file);
