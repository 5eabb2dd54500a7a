/* shapes.h - geometry shared by the rasteriser and SVG; used in ui/draw only. */
#pragma once
#include "ui/draw/draw.h"

/* An arrow: a stroke and a head. A bent stroke is a cubic curve with control points a, b, c and d;
 * a straight one goes from a to d. */
struct draw_arrow_shape {
    bool bent;
    double stroke[4][2]; /* The points a, b, c, d; d is the middle of the head's base. */
    double head[3][2];   /* Corners of the head, the tip first. */
};

void draw_arrow_shape(const struct draw_command *command, struct draw_arrow_shape *out);

/* Corners of the nth ">" of a box. False: it is beyond the box's right side. */
bool draw_chevron_shape(const struct draw_command *command, int nth, double out[6][2]);

/* Corners of a slanted line; its square ends cover both end pixels. */
void draw_line_shape(double x0, double y0, double x1, double y1, double thickness, double longer,
                     double out[4][2]);

/* Position in the boxes of a step graph or an area; begin with zeroes. draw_steps_next gives the
 * next box; false: no more. */
struct draw_steps_walk {
    uint32_t at;
    int x, y;
    bool upright; /* The next box is the vertical one at x. */
};
bool draw_steps_next(const struct draw_list *list, const struct draw_command *command,
                     struct draw_steps_walk *walk, struct draw_box *box);

/* The box of a horizontal or vertical line. False: it is slanted. */
bool draw_line_box(const struct draw_command *command, struct draw_box *box);

/* Position of a text's first pen, number of bytes to draw, and whether an ellipsis follows. */
struct draw_text_place {
    int x, width;
    size_t bytes;
    bool cut;
};
bool draw_text_place(const struct draw_list *list, const struct draw_command *command,
                     const struct draw_fonts *fonts, struct draw_text_place *out);
