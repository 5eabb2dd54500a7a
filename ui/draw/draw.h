/* draw.h - a picture as a list of drawing commands.
 *
 * raster.h turns a list into pixels, svg.h into a vector file, and draw_dump into the text of
 * golden files. A list is independent of windows and of what it shows. Coordinates are whole pixels
 * from the top left corner, growing right and down; colours are 0xRRGGBBAA. Parts outside the
 * picture or the clip are cut, which is no error.
 *
 *     struct draw_list *list = draw_list_new();
 *
 *     draw_begin(list, 1280, 720);                      // For each frame; keeps the memory.
 *     draw_rect(list, 0, 0, 1280, 720, theme->background);
 *     draw_clip_push(list, 200, 40, 1000, 600);
 *     draw_rect(list, 240, 60, 180, 18, theme_process_color(theme, "store.exe"));
 *     draw_hatch(list, 420, 60, 90, 18, 6, 2, theme->ink);
 *     draw_label(list, fonts, 240, 60, 180, 18, DRAW_SMALL, DRAW_LEFT, DRAW_BLACK, "running");
 *     draw_clip_pop(list);
 *     raster_draw(raster, list, fonts);
 *
 * Memory grows to the size of the largest frame and is kept. Strings and points are copied. A list
 * is for one thread at a time.
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

/* A rectangle of the pixels x <= px < x + w; empty if w or h is not above 0. */
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
    DRAW_OP_TEXT,     /* w: max_width; uses size, align and the text. */
    /* x, y, w, h: the clip for all following commands, already cut by outer clips. */
    DRAW_OP_CLIP,
    DRAW_OPS
};

/* One command; read by renderers. */
struct draw_command {
    uint8_t op;    /* enum draw_op */
    uint8_t size;  /* enum draw_size, for texts. */
    uint8_t align; /* enum draw_align, for texts. */
    uint32_t color;
    int x, y, w, h;
    int a, b;
    uint32_t from;  /* Index of the first point, or offset of the text. */
    uint32_t count; /* Number of points, or bytes of the text. */
};

#define DRAW_CLIPS 32 /* Depth of nested clips. */

/* Renderers read it; only the functions below write it. */
struct draw_list {
    int width, height; /* Size of the picture in pixels, from draw_begin. */
    struct draw_command *commands;
    size_t count, room;
    struct draw_point *points;
    size_t point_count, point_room;
    char *text; /* All strings, each followed by a zero byte. */
    size_t text_count, text_room;
    struct draw_box clips[DRAW_CLIPS];
    size_t clip_count;
};

struct draw_list *draw_list_new(void);
void draw_list_free(struct draw_list *list); /* NULL is allowed. */

/* Empties the list for a picture of this size. Pops all clips; keeps the memory. */
void draw_begin(struct draw_list *list, int width, int height);

/* Host memory of the list in bytes. Constant from frame to frame once the largest was drawn. */
size_t draw_list_bytes(const struct draw_list *list);

/* ---- shapes ------------------------------------------------------------------------------------
 * A translucent colour is blended over what is there. An empty box draws nothing. Rectangles,
 * outlines, straight lines along an axis, hatches and step graphs are sharp to the pixel; slanted
 * lines, polygons, chevrons and arrows are smoothed. */

void draw_rect(struct draw_list *list, int x, int y, int w, int h, uint32_t color);

/* A frame of that thickness, within the box, so that it covers no pixel of a neighbour. */
void draw_outline(struct draw_list *list, int x, int y, int w, int h, int thickness,
                  uint32_t color);

/* A line from one point to another, both included. A thicker line extends to the right or down from
 * the place of the 1 px line. */
void draw_line(struct draw_list *list, int x0, int y0, int x1, int y1, int thickness,
               uint32_t color);

/* A dotted line, 1 px thick: dots of dot px with gaps of gap px, counted along the longer side. The
 * pattern begins at (x0, y0). */
void draw_dotted(struct draw_list *list, int x0, int y0, int x1, int y1, int dot, int gap,
                 uint32_t color);

/* A step graph: horizontal from each point to the x of the next, then vertical. x must rise; the
 * last point ends the graph. */
void draw_steps(struct draw_list *list, const struct draw_point *points, size_t count,
                int thickness, uint32_t color);

/* A step graph, filled between the value and base_y. */
void draw_area(struct draw_list *list, const struct draw_point *points, size_t count, int base_y,
               uint32_t color);

/* A filled polygon (even-odd rule), smoothed. At most DRAW_POLYGON points; further ones are
 * ignored. Points are corners of pixels: (0,0) (4,0) (4,4) (0,4) is a square of 16 pixels. */
void draw_polygon(struct draw_list *list, const struct draw_point *points, size_t count,
                  uint32_t color);
#define DRAW_POLYGON 64

/* Stripes at 45 degrees, rising to the right, thickness px wide along a row, every pitch px, cut by
 * the box. The pattern begins at the picture's corner, so that those of neighbours join. */
void draw_hatch(struct draw_list *list, int x, int y, int w, int h, int pitch, int thickness,
                uint32_t color);

/* Marks ">" as high as the box, every pitch px, cut by the box. */
void draw_chevrons(struct draw_list *list, int x, int y, int w, int h, int pitch, int thickness,
                   uint32_t color);

/* An arrow from cause to effect: a curve that begins and ends horizontally, with a head of head px
 * whose tip is at (x1, y1). A vertical arrow is straight. */
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

/* draw_text with printf's format; cut at 1023 bytes. */
void draw_textf(struct draw_list *list, int x, int y, int max_width, enum draw_size size,
                enum draw_align align, uint32_t color, const char *format, ...) DRAW_PRINTF(8, 9);

/* A text in a box: vertically centred, 4 px (scaled) from the sides, cut to the width. A box too
 * narrow for a letter and an ellipsis stays empty. */
void draw_label(struct draw_list *list, const struct draw_fonts *fonts, int x, int y, int w, int h,
                enum draw_size size, enum draw_align align, uint32_t color, const char *text);

/* ---- clips -------------------------------------------------------------------------------------
 * draw_clip_push: all following commands are cut by this box and by the clips around it. */

void draw_clip_push(struct draw_list *list, int x, int y, int w, int h);
void draw_clip_pop(struct draw_list *list);

/* The present clip; the whole picture if there is none. Callers use it to skip hidden parts. */
struct draw_box draw_clip(const struct draw_list *list);

/* ---- what renderers and tests use ------------------------------------------------------------ */

struct draw_box draw_box_cut(struct draw_box a, struct draw_box b); /* Common part of both boxes. */
/* True if the pixel is in the box. */
bool draw_box_has(struct draw_box box, int x, int y);

/* The text of a DRAW_OP_TEXT, and the points of commands that have points. Valid until the list
 * changes. */
const char *draw_command_text(const struct draw_list *list, const struct draw_command *command);
const struct draw_point *draw_command_points(const struct draw_list *list,
                                             const struct draw_command *command);

/* Writes the list as text, one command on each line, such as "rect 240,60 180x18 e69f00ff"; for
 * golden files. */
void draw_dump(const struct draw_list *list, FILE *file);
