/* shapes.c - see shapes.h. */
#include "ui/draw/shapes.h"
#include "ui/host/utf8.h"
#include <math.h>

/* An arrow bends only if it is at least two heads wide: a narrower one would only have a kink
 * before its tip. */
void draw_arrow_shape(const struct draw_command *command, struct draw_arrow_shape *out)
{
    double x0 = command->x + 0.5, y0 = command->y + 0.5;
    double x1 = command->w + 0.5, y1 = command->h + 0.5;
    double head = command->b, half = head * 0.45;
    double dx = x1 - x0, dy = y1 - y0, length = hypot(dx, dy);
    double ux, uy;

    if (half < command->a)
        half = command->a;
    out->bent = fabs(dx) >= 2 * head && fabs(dy) >= 1;
    ux = length > 0 ? dx / length : 1;
    uy = length > 0 ? dy / length : 0;
    if (out->bent) {
        ux = dx > 0 ? 1 : -1;
        uy = 0;
    }
    out->head[0][0] = x1;
    out->head[0][1] = y1;
    for (int side = 0; side < 2; side++) {
        double s = side == 0 ? half : -half;

        out->head[side + 1][0] = x1 - ux * head - uy * s;
        out->head[side + 1][1] = y1 - uy * head + ux * s;
    }
    out->stroke[0][0] = x0;
    out->stroke[0][1] = y0;
    out->stroke[3][0] = x1 - ux * head;
    out->stroke[3][1] = y1 - uy * head;
    if (!out->bent && length < head) { /* Too short for a stroke: only a head. */
        out->stroke[3][0] = x0;
        out->stroke[3][1] = y0;
    }
    out->stroke[1][0] = out->bent ? (x0 + out->stroke[3][0]) / 2 : x0;
    out->stroke[1][1] = y0;
    out->stroke[2][0] = out->bent ? out->stroke[1][0] : out->stroke[3][0];
    out->stroke[2][1] = out->stroke[3][1];
}

bool draw_chevron_shape(const struct draw_command *command, int nth, double out[6][2])
{
    double x = command->x + (double)nth * command->a, y = command->y;
    double thickness = command->b, height = command->h;
    double deep = height / 2;
    double corners[6][2];

    if (deep > command->a * 0.5)
        deep = command->a * 0.5;
    if (x >= command->x + command->w)
        return false;
    for (int i = 0; i < 6; i++) {
        static const double across[6] = { 0, 1, 1, 1, 0, 0 };
        static const double bend[6] = { 0, 0, 1, 0, 0, 1 };
        static const double down[6] = { 0, 0, 0.5, 1, 1, 0.5 };

        corners[i][0] = x + across[i] * thickness + bend[i] * deep;
        corners[i][1] = y + down[i] * height;
        out[i][0] = corners[i][0];
        out[i][1] = corners[i][1];
    }
    return true;
}

void draw_line_shape(double x0, double y0, double x1, double y1, double thickness, double longer,
                     double out[4][2])
{
    double dx = x1 - x0, dy = y1 - y0, length = hypot(dx, dy);
    double ux = length > 0 ? dx / length : 1, uy = length > 0 ? dy / length : 0;
    double half = thickness / 2;

    for (int i = 0; i < 4; i++) {
        double end = i == 1 || i == 2 ? 1 : 0;
        double side = i < 2 ? 1 : -1;

        out[i][0] = x0 + dx * end + ux * longer * (2 * end - 1) + uy * half * side;
        out[i][1] = y0 + dy * end + uy * longer * (2 * end - 1) - ux * half * side;
    }
}

bool draw_line_box(const struct draw_command *command, struct draw_box *box)
{
    int x0 = command->x, y0 = command->y, x1 = command->w, y1 = command->h;

    if (x0 != x1 && y0 != y1)
        return false;
    box->x = x0 < x1 ? x0 : x1;
    box->y = y0 < y1 ? y0 : y1;
    box->w = x0 == x1 ? command->a : (x0 < x1 ? x1 - x0 : x0 - x1) + 1;
    box->h = y0 == y1 && x0 != x1 ? command->a : (y0 < y1 ? y1 - y0 : y0 - y1) + 1;
    return true;
}

/* Boxes do not overlap, so that a translucent graph has an even colour. Several points in one
 * column of pixels give one vertical box from the least to the greatest. */
bool draw_steps_next(const struct draw_list *list, const struct draw_command *command,
                     struct draw_steps_walk *walk, struct draw_box *box)
{
    const struct draw_point *points = draw_command_points(list, command);
    bool area = command->op == DRAW_OP_AREA;
    int thick = area ? 0 : command->a;
    int low, high;

    if (walk->at == 0) {
        walk->x = points[0].x;
        walk->y = points[0].y;
        walk->at = 1;
        walk->upright = false;
    }
    while (walk->at < command->count) {
        const struct draw_point *next = &points[walk->at];

        if (area) {
            int top = walk->y < command->a ? walk->y : command->a;
            int bottom = walk->y < command->a ? command->a : walk->y;

            *box = (struct draw_box){ walk->x, top, next->x - walk->x, bottom - top };
            walk->x = next->x > walk->x ? next->x : walk->x;
            walk->y = next->y;
            walk->at++;
        } else if (!walk->upright) {
            *box = (struct draw_box){ walk->x, walk->y, next->x - walk->x, thick };
            walk->upright = true;
        } else {
            int column = next->x > walk->x ? next->x : walk->x;

            low = high = walk->y;
            for (; walk->at < command->count && points[walk->at].x <= column; walk->at++) {
                walk->y = points[walk->at].y;
                low = walk->y < low ? walk->y : low;
                high = walk->y > high ? walk->y : high;
            }
            *box = (struct draw_box){ column, low, thick, high - low + thick };
            walk->x = column + thick;
            walk->upright = false;
        }
        if (box->w > 0 && box->h > 0)
            return true;
    }
    return false;
}

bool draw_text_place(const struct draw_list *list, const struct draw_command *command,
                     const struct draw_fonts *fonts, struct draw_text_place *out)
{
    const char *text = draw_command_text(list, command);
    enum draw_size size = (enum draw_size)command->size;
    int room = command->w;

    out->bytes = command->count;
    out->cut = false;
    out->width = draw_text_width(fonts, size, text);
    if (room > 0 && out->width > room) {
        const char *dots = "\xe2\x80\xa6";
        int dots_width = draw_text_width(fonts, size, dots);

        out->bytes = draw_text_fit(fonts, size, text, room, &out->cut);
        if (dots_width > room)
            return false;
        out->width = dots_width;
        for (const char *at = text; at < text + out->bytes;)
            out->width += draw_glyph(fonts, size, utf8_next(&at))->advance;
    }
    out->x = command->x;
    if (command->align == DRAW_CENTER)
        out->x += (room - out->width) / 2;
    if (command->align == DRAW_RIGHT)
        out->x += room - out->width;
    return true;
}
