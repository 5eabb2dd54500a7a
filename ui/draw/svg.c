/* svg.c - see svg.h.
 *
 * One element for each command, in order; successive boxes of one opaque colour become one path,
 * because a timeline has tens of thousands of them. A clip is a group. Clips are already cut by the
 * clips around them, so each group is closed before the next. Hatches are patterns in user space,
 * one for each pitch, thickness and colour; like the rasteriser's, they begin at the picture's
 * corner. */
#include "ui/draw/svg.h"
#include "ui/draw/shapes.h"
#include "ui/host/xml.h"
#include <math.h>
#include <string.h>

struct svg {
    const struct draw_list *list;
    const struct draw_fonts *fonts;
    FILE *file;
    bool grouped;   /* The group of a clip is open. */
    bool path_open; /* A path of boxes is open, in path_color. */
    uint32_t path_color;
    size_t clip_count;
};

static void paint(struct svg *svg, const char *attribute, uint32_t color)
{
    unsigned alpha = color & 0xff;

    fprintf(svg->file, " %s=\"#%06x\"", attribute, (unsigned)(color >> 8));
    if (alpha != 255)
        fprintf(svg->file, " %s-opacity=\"0.%03u\"", attribute, (alpha * 1000 + 127) / 255);
}

static void close_path(struct svg *svg)
{
    if (svg->path_open)
        fputs("\"/>\n", svg->file);
    svg->path_open = false;
}

/* Each translucent box has its own path, because overlapping parts must be drawn twice. */
static void put_box(struct svg *svg, struct draw_box box, uint32_t color)
{
    if (box.w <= 0 || box.h <= 0)
        return;
    if (!svg->path_open || svg->path_color != color || (color & 0xff) != 255) {
        close_path(svg);
        fputs("<path shape-rendering=\"crispEdges\"", svg->file);
        paint(svg, "fill", color);
        fputs(" d=\"", svg->file);
        svg->path_open = true;
        svg->path_color = color;
    }
    fprintf(svg->file, "M%d %dh%dv%dh%dz", box.x, box.y, box.w, box.h, -box.w);
}

static void put_polygon(struct svg *svg, const double (*points)[2], int count, uint32_t color)
{
    close_path(svg);
    fputs("<polygon fill-rule=\"evenodd\"", svg->file);
    paint(svg, "fill", color);
    fputs(" points=\"", svg->file);
    for (int i = 0; i < count; i++)
        fprintf(svg->file, "%s%.2f,%.2f", i > 0 ? " " : "", points[i][0], points[i][1]);
    fputs("\"/>\n", svg->file);
}

/* ---- definitions ----------------------------------------------------------------------------- */

static bool same_hatch(const struct draw_command *a, const struct draw_command *b)
{
    return a->op == DRAW_OP_HATCH && b->op == DRAW_OP_HATCH && a->a == b->a && a->b == b->b &&
           a->color == b->color;
}

static void name_hatch(const struct draw_command *c, FILE *file)
{
    fprintf(file, "hatch-%d-%d-%08x", c->a, c->b, (unsigned)c->color);
}

#define HATCHES 256 /* Hatches remembered; further ones are defined again, under new names. */

static void put_patterns(struct svg *svg)
{
    const struct draw_command *known[HATCHES];
    size_t count = 0;

    for (size_t i = 0; i < svg->list->count; i++) {
        const struct draw_command *c = &svg->list->commands[i];
        size_t at = 0;

        if (c->op != DRAW_OP_HATCH)
            continue;
        while (at < count && !same_hatch(known[at], c))
            at++;
        if (at < count || count == HATCHES)
            continue;
        known[count++] = c;
        fputs("<pattern id=\"", svg->file);
        name_hatch(c, svg->file);
        fprintf(svg->file,
                "\" patternUnits=\"userSpaceOnUse\" width=\"%d\" height=\"%d\"><path d=\"M0 0h%dL0 "
                "%dzM%d 0v%dL%d %dH0z\"",
                c->a, c->a, c->b, c->b, c->a, c->b, c->b, c->a);
        paint(svg, "fill", c->color);
        fputs("/></pattern>\n", svg->file);
    }
}

/* ---- commands -------------------------------------------------------------------------------- */

static void put_clip(struct svg *svg, const struct draw_command *c)
{
    close_path(svg);
    if (svg->grouped)
        fputs("</g>\n", svg->file);
    svg->grouped = c->x > 0 || c->y > 0 || c->w < svg->list->width || c->h < svg->list->height;
    if (!svg->grouped)
        return;
    svg->clip_count++;
    fprintf(svg->file,
            "<clipPath id=\"clip-%zu\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>"
            "</clipPath>\n<g clip-path=\"url(#clip-%zu)\">\n",
            svg->clip_count, c->x, c->y, c->w, c->h, svg->clip_count);
}

static void put_outline(struct svg *svg, const struct draw_command *c)
{
    int thick = c->a;

    close_path(svg);
    fputs("<path shape-rendering=\"crispEdges\" fill-rule=\"evenodd\"", svg->file);
    paint(svg, "fill", c->color);
    fprintf(svg->file, " d=\"M%d %dh%dv%dh%dz", c->x, c->y, c->w, c->h, -c->w);
    if (2 * thick < c->w && 2 * thick < c->h)
        fprintf(svg->file, "M%d %dh%dv%dh%dz", c->x + thick, c->y + thick, c->w - 2 * thick,
                c->h - 2 * thick, -(c->w - 2 * thick));
    fputs("\"/>\n", svg->file);
}

static void put_line(struct svg *svg, const struct draw_command *c)
{
    struct draw_box box;
    double shape[4][2];

    if (draw_line_box(c, &box)) {
        put_box(svg, box, c->color);
        return;
    }
    draw_line_shape(c->x + 0.5, c->y + 0.5, c->w + 0.5, c->h + 0.5, c->a, 0.5, shape);
    put_polygon(svg, shape, 4, c->color);
}

static void put_dotted(struct svg *svg, const struct draw_command *c)
{
    double x1 = c->w + 0.5, y1 = c->h + 0.5, x0 = c->x + 0.5, y0 = c->y + 0.5;
    double length = hypot(x1 - x0, y1 - y0), half = length > 0 ? 0.5 / length : 0;

    close_path(svg);
    fputs("<path shape-rendering=\"crispEdges\" fill=\"none\" stroke-width=\"1\"", svg->file);
    paint(svg, "stroke", c->color);
    fprintf(svg->file, " stroke-dasharray=\"%d %d\" d=\"M%.2f %.2fL%.2f %.2f\"/>\n", c->a, c->b,
            x0 - (x1 - x0) * half, y0 - (y1 - y0) * half, x1 + (x1 - x0) * half,
            y1 + (y1 - y0) * half);
}

static void put_graph(struct svg *svg, const struct draw_command *c)
{
    struct draw_steps_walk walk = { 0 };
    struct draw_box box;

    while (draw_steps_next(svg->list, c, &walk, &box))
        put_box(svg, box, c->color);
}

static void put_corners(struct svg *svg, const struct draw_command *c)
{
    const struct draw_point *points = draw_command_points(svg->list, c);
    double shape[DRAW_POLYGON][2];

    for (uint32_t i = 0; i < c->count; i++) {
        shape[i][0] = points[i].x;
        shape[i][1] = points[i].y;
    }
    put_polygon(svg, shape, (int)c->count, c->color);
}

static void put_hatch(struct svg *svg, const struct draw_command *c)
{
    close_path(svg);
    fprintf(svg->file, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"url(#", c->x,
            c->y, c->w, c->h);
    name_hatch(c, svg->file);
    fputs(")\"/>\n", svg->file);
}

/* Writes the chevrons within the box and the picture; the last is cut by its own clip. */
static void put_chevrons(struct svg *svg, const struct draw_command *c)
{
    double shape[6][2];
    int nth = c->x < -2 * c->a ? -c->x / c->a - 2 : 0;

    close_path(svg);
    svg->clip_count++;
    fprintf(svg->file,
            "<clipPath id=\"clip-%zu\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>"
            "</clipPath>\n<g clip-path=\"url(#clip-%zu)\">\n",
            svg->clip_count, c->x, c->y, c->w, c->h, svg->clip_count);
    for (; c->x + nth * c->a < svg->list->width && draw_chevron_shape(c, nth, shape); nth++)
        put_polygon(svg, shape, 6, c->color);
    fputs("</g>\n", svg->file);
}

static void put_arrow(struct svg *svg, const struct draw_command *c)
{
    struct draw_arrow_shape arrow;
    const double(*s)[2] = arrow.stroke;

    close_path(svg);
    draw_arrow_shape(c, &arrow);
    fprintf(svg->file, "<path fill=\"none\" stroke-width=\"%d\"", c->a);
    paint(svg, "stroke", c->color);
    if (arrow.bent)
        fprintf(svg->file, " d=\"M%.2f %.2fC%.2f %.2f %.2f %.2f %.2f %.2f\"/>\n", s[0][0], s[0][1],
                s[1][0], s[1][1], s[2][0], s[2][1], s[3][0], s[3][1]);
    else
        fprintf(svg->file, " d=\"M%.2f %.2fL%.2f %.2f\"/>\n", s[0][0], s[0][1], s[3][0], s[3][1]);
    put_polygon(svg, arrow.head, 3, c->color);
}

/* The reader's font may differ, so a text that fills its place gets a fixed width. */
static void put_text(struct svg *svg, const struct draw_command *c)
{
    enum draw_size size = (enum draw_size)c->size;
    bool mono = draw_size_is_mono(size);
    struct draw_text_place place;

    if (!draw_text_place(svg->list, c, svg->fonts, &place))
        return;
    close_path(svg);
    fprintf(svg->file, "<text class=\"%s\" x=\"%d\" y=\"%d\" font-size=\"%d\"",
            mono ? "mono" : "sans", place.x, c->y + draw_text_ascent(svg->fonts, size),
            draw_text_height(svg->fonts, size));
    if (c->w > 0 && place.width * 4 > c->w * 3)
        fprintf(svg->file, " textLength=\"%d\" lengthAdjust=\"spacingAndGlyphs\"", place.width);
    paint(svg, "fill", c->color);
    fputc('>', svg->file);
    xml_text_of(svg->file, draw_command_text(svg->list, c), place.bytes);
    fputs(place.cut ? "\xe2\x80\xa6</text>\n" : "</text>\n", svg->file);
}

static void put_command(struct svg *svg, const struct draw_command *c)
{
    switch ((enum draw_op)c->op) {
    case DRAW_OP_RECT:
        put_box(svg, (struct draw_box){ c->x, c->y, c->w, c->h }, c->color);
        break;
    case DRAW_OP_OUTLINE:
        put_outline(svg, c);
        break;
    case DRAW_OP_LINE:
        put_line(svg, c);
        break;
    case DRAW_OP_DOTTED:
        put_dotted(svg, c);
        break;
    case DRAW_OP_STEPS:
    case DRAW_OP_AREA:
        put_graph(svg, c);
        break;
    case DRAW_OP_POLYGON:
        put_corners(svg, c);
        break;
    case DRAW_OP_HATCH:
        put_hatch(svg, c);
        break;
    case DRAW_OP_CHEVRONS:
        put_chevrons(svg, c);
        break;
    case DRAW_OP_ARROW:
        put_arrow(svg, c);
        break;
    case DRAW_OP_TEXT:
        put_text(svg, c);
        break;
    case DRAW_OP_CLIP:
        put_clip(svg, c);
        break;
    case DRAW_OPS:
        break;
    }
}

bool draw_svg(const struct draw_list *list, const struct draw_fonts *fonts, int width, int height,
              const char *title, const char *description, FILE *file)
{
    struct svg svg = { .list = list, .fonts = fonts, .file = file };

    fprintf(file,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"%d\" height=\"%d\" "
            "viewBox=\"0 0 %d %d\" xml:space=\"preserve\" role=\"img\">\n<title>",
            width, height, list->width, list->height);
    xml_text(file, title);
    fputs("</title>\n", file);
    if (description != NULL) {
        fputs("<desc>", file);
        xml_text(file, description);
        fputs("</desc>\n", file);
    }
    fputs("<style type=\"text/css\">.sans{font-family:'", file);
    xml_text(file, draw_fonts_family(fonts, false));
    fputs("',sans-serif}.mono{font-family:'", file);
    xml_text(file, draw_fonts_family(fonts, true));
    fputs("',monospace}</style>\n<defs>\n", file);
    put_patterns(&svg);
    fputs("</defs>\n", file);
    for (size_t i = 0; i < list->count; i++)
        put_command(&svg, &list->commands[i]);
    close_path(&svg);
    fputs(svg.grouped ? "</g>\n</svg>\n" : "</svg>\n", file);
    return fflush(file) == 0 && !ferror(file);
}
