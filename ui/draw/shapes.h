/* shapes.h - the geometry that pixels and SVG must agree on. Inside ui/draw only. */
#pragma once
#include "ui/draw/draw.h"

/* An arrow: a stroke and a head. Bent: a cubic from a by b and c to d; straight: from a to d. */
struct draw_arrow_shape {
    bool bent;
    double stroke[4][2]; /* a, b, c, d; d is the middle of the head's base. */
    double head[3][2];   /* The tip first. */
};

void draw_arrow_shape(const struct draw_command *command, struct draw_arrow_shape *out);

/* The nth ">" of a box, as six corners. False: it is behind the box's right side. */
bool draw_chevron_shape(const struct draw_command *command, int nth, double out[6][2]);

/* A slanted line as four corners; ends are square and cover both end pixels. */
void draw_line_shape(double x0, double y0, double x1, double y1, double thickness, double longer,
                     double out[4][2]);

/* Boxes of a step graph or an area, one after the other. Begin with *at = 0; false: no more. */
struct draw_steps_walk {
    uint32_t at;
    int x, y;
    bool upright; /* The next box is the upright one at x. */
};
bool draw_steps_next(const struct draw_list *list, const struct draw_command *command,
                     struct draw_steps_walk *walk, struct draw_box *box);

/* A line along an axis as a box. False: it is slanted. */
bool draw_line_box(const struct draw_command *command, struct draw_box *box);

/* Where a text's first pen stands, how many of its bytes are drawn, and whether an ellipsis
 * follows. False: nothing fits. */
struct draw_text_place {
    int x, width;
    size_t bytes;
    bool cut;
};
bool draw_text_place(const struct draw_list *list, const struct draw_command *command,
                     const struct draw_fonts *fonts, struct draw_text_place *out);
