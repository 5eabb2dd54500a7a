/* pdf.c - see pdf.h: each command of a list becomes a path or a text of cairo's PDF surface.
 *
 * Texts have the measured width: a text is squeezed or stretched by the few per cent that cairo's
 * advances differ from the whole-pixel ones of fonts.h. Hatches are drawn stripe by stripe, so that
 * they survive any reader and any copier.
 */
#include "ui/draw/pdf.h"
#include "ui/draw/shapes.h"
#include "ui/host/files.h"
#include <cairo-ft.h>
#include <cairo-pdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FAMILIES = 2 }; /* Sans and mono. */

struct draw_pdf {
    FILE *file;
    cairo_surface_t *surface;
    cairo_t *cairo;
    struct draw_box part; /* Part of the list at hand that is drawn. */
};

/* Families that were opened, for the whole process: cairo keeps what it knows of a face beyond the
 * last document, under the face's address, so faces stay. */
static struct family {
    char path[1024];
    cairo_font_face_t *face; /* NULL: not opened yet. */
} families[FAMILIES];
static FT_Library library;

static cairo_status_t write_bytes(void *ctx, const unsigned char *bytes, unsigned int count)
{
    struct draw_pdf *pdf = ctx;

    return fwrite(bytes, 1, count, pdf->file) == count ? CAIRO_STATUS_SUCCESS
                                                       : CAIRO_STATUS_WRITE_ERROR;
}

struct draw_pdf *draw_pdf_open(FILE *file, double width, double height)
{
    struct draw_pdf *pdf = calloc(1, sizeof *pdf);

    if (pdf == NULL)
        return NULL;
    pdf->file = file;
    if (library == NULL && FT_Init_FreeType(&library) != 0) {
        free(pdf);
        return NULL;
    }
    pdf->surface = cairo_pdf_surface_create_for_stream(write_bytes, pdf, width, height);
    cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_CREATE_DATE,
                                   "2006-09-05T00:00:00Z");
    cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_CREATOR, "exifsim");
    pdf->cairo = cairo_create(pdf->surface);
    cairo_font_options_t *options = cairo_font_options_create();

    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_set_font_options(pdf->cairo, options);
    cairo_font_options_destroy(options);
    return pdf;
}

/* ---- Shapes ---------------------------------------------------------------------------------- */

static void set_color(struct draw_pdf *pdf, uint32_t color)
{
    cairo_set_source_rgba(pdf->cairo, (color >> 24) / 255.0, (color >> 16 & 255) / 255.0,
                          (color >> 8 & 255) / 255.0, (color & 255) / 255.0);
}

static void put_box(struct draw_pdf *pdf, struct draw_box box)
{
    if (box.w > 0 && box.h > 0)
        cairo_rectangle(pdf->cairo, box.x, box.y, box.w, box.h);
}

static void put_polygon(struct draw_pdf *pdf, const double (*points)[2], int count)
{
    for (int i = 0; i < count; i++)
        (i == 0 ? cairo_move_to : cairo_line_to)(pdf->cairo, points[i][0], points[i][1]);
    cairo_close_path(pdf->cairo);
}

static void put_outline(struct draw_pdf *pdf, const struct draw_command *c)
{
    double thick = c->a;

    cairo_set_line_width(pdf->cairo, thick);
    cairo_rectangle(pdf->cairo, c->x + thick / 2, c->y + thick / 2, c->w - thick, c->h - thick);
    cairo_stroke(pdf->cairo);
}

static void put_line(struct draw_pdf *pdf, const struct draw_command *c)
{
    struct draw_box box;
    double shape[4][2];

    if (draw_line_box(c, &box)) {
        put_box(pdf, box);
    } else {
        draw_line_shape(c->x + 0.5, c->y + 0.5, c->w + 0.5, c->h + 0.5, c->a, 0.5, shape);
        put_polygon(pdf, shape, 4);
    }
    cairo_fill(pdf->cairo);
}

static void put_dotted(struct draw_pdf *pdf, const struct draw_command *c)
{
    const double dashes[] = { c->a, c->b };

    cairo_set_dash(pdf->cairo, dashes, 2, 0);
    cairo_set_line_width(pdf->cairo, 1);
    cairo_move_to(pdf->cairo, c->x + 0.5, c->y + 0.5);
    cairo_line_to(pdf->cairo, c->w + 0.5, c->h + 0.5);
    cairo_stroke(pdf->cairo);
    cairo_set_dash(pdf->cairo, NULL, 0, 0);
}

static void put_graph(struct draw_pdf *pdf, const struct draw_list *list,
                      const struct draw_command *c)
{
    struct draw_steps_walk walk = { 0 };
    struct draw_box box;

    while (draw_steps_next(list, c, &walk, &box))
        put_box(pdf, box);
    cairo_fill(pdf->cairo);
}

static void put_corners(struct draw_pdf *pdf, const struct draw_list *list,
                        const struct draw_command *c)
{
    const struct draw_point *points = draw_command_points(list, c);

    for (uint32_t i = 0; i < c->count; i++)
        (i == 0 ? cairo_move_to : cairo_line_to)(pdf->cairo, points[i].x, points[i].y);
    cairo_close_path(pdf->cairo);
    cairo_set_fill_rule(pdf->cairo, CAIRO_FILL_RULE_EVEN_ODD);
    cairo_fill(pdf->cairo);
    cairo_set_fill_rule(pdf->cairo, CAIRO_FILL_RULE_WINDING);
}

/* Stripes at 45 degrees through the box; the pattern begins at the picture's corner. */
static void put_hatch(struct draw_pdf *pdf, const struct draw_command *c)
{
    int first = (c->x + c->y) / c->a, last = (c->x + c->w + c->y + c->h) / c->a;

    cairo_save(pdf->cairo);
    put_box(pdf, (struct draw_box){ c->x, c->y, c->w, c->h });
    cairo_clip(pdf->cairo);
    for (int i = first; i <= last; i++) {
        double from = (double)i * c->a, to = from + c->b;
        const double stripe[4][2] = { { from - c->y, c->y },
                                      { to - c->y, c->y },
                                      { to - c->y - c->h, c->y + c->h },
                                      { from - c->y - c->h, c->y + c->h } };

        put_polygon(pdf, stripe, 4);
    }
    cairo_fill(pdf->cairo);
    cairo_restore(pdf->cairo);
}

static void put_chevrons(struct draw_pdf *pdf, const struct draw_command *c)
{
    double shape[6][2];

    cairo_save(pdf->cairo);
    put_box(pdf, (struct draw_box){ c->x, c->y, c->w, c->h });
    cairo_clip(pdf->cairo);
    for (int nth = 0; draw_chevron_shape(c, nth, shape); nth++)
        put_polygon(pdf, shape, 6);
    cairo_fill(pdf->cairo);
    cairo_restore(pdf->cairo);
}

static void put_arrow(struct draw_pdf *pdf, const struct draw_command *c)
{
    struct draw_arrow_shape arrow;
    const double(*s)[2] = arrow.stroke;

    draw_arrow_shape(c, &arrow);
    cairo_set_line_width(pdf->cairo, c->a);
    cairo_move_to(pdf->cairo, s[0][0], s[0][1]);
    if (arrow.bent)
        cairo_curve_to(pdf->cairo, s[1][0], s[1][1], s[2][0], s[2][1], s[3][0], s[3][1]);
    else
        cairo_line_to(pdf->cairo, s[3][0], s[3][1]);
    cairo_stroke(pdf->cairo);
    put_polygon(pdf, arrow.head, 3);
    cairo_fill(pdf->cairo);
}

/* ---- Texts ----------------------------------------------------------------------------------- */

/* Opens a font by its bytes, which stay as long as the process: FreeType's own open knows no UTF-8
 * on Windows. */
static bool open_face(const char *path, FT_Face *face)
{
    FILE *file = path[0] != 0 ? file_open(path, "rb") : NULL;
    size_t size = (size_t)file_look(path).bytes;
    unsigned char *bytes = file != NULL && size > 0 ? malloc(size) : NULL;
    bool good = bytes != NULL && fread(bytes, 1, size, file) == size &&
                FT_New_Memory_Face(library, bytes, (FT_Long)size, 0, face) == 0;

    if (file != NULL)
        fclose(file);
    if (!good)
        free(bytes);
    return good;
}

/* The family of a text, from the very file that measures it; nominal fonts have none. */
static cairo_font_face_t *family_of(const struct draw_fonts *fonts, bool mono)
{
    struct family *family = &families[mono];
    const char *path = draw_fonts_path(fonts, mono);
    FT_Face face;

    if (family->face != NULL && strcmp(family->path, path) == 0)
        return family->face;
    snprintf(family->path, sizeof family->path, "%s", path);
    if (open_face(path, &face))
        family->face = cairo_ft_font_face_create_for_ft_face(face, FT_LOAD_NO_HINTING);
    else
        family->face = cairo_toy_font_face_create(
            mono ? "monospace" : "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    return family->face;
}

static void put_text(struct draw_pdf *pdf, const struct draw_list *list,
                     const struct draw_fonts *fonts, const struct draw_command *c)
{
    enum draw_size size = (enum draw_size)c->size;
    struct draw_text_place place;
    cairo_text_extents_t extents;
    char text[1024 + 4];

    if (!draw_text_place(list, c, fonts, &place))
        return;
    snprintf(text, sizeof text, "%.*s%s", (int)(place.bytes < 1024 ? place.bytes : 1024),
             draw_command_text(list, c), place.cut ? "\xe2\x80\xa6" : "");
    cairo_set_font_face(pdf->cairo, family_of(fonts, draw_size_is_mono(size)));
    cairo_set_font_size(pdf->cairo, draw_text_height(fonts, size));
    cairo_text_extents(pdf->cairo, text, &extents);
    if (extents.x_advance <= 0)
        return;
    cairo_save(pdf->cairo);
    cairo_translate(pdf->cairo, place.x, c->y + draw_text_ascent(fonts, size));
    cairo_scale(pdf->cairo, place.width / extents.x_advance, 1);
    cairo_move_to(pdf->cairo, 0, 0);
    cairo_show_text(pdf->cairo, text);
    cairo_restore(pdf->cairo);
    cairo_new_path(pdf->cairo);
}

/* ---- Lists ----------------------------------------------------------------------------------- */

static void set_clip(struct draw_pdf *pdf, struct draw_box box)
{
    box = draw_box_cut(box, pdf->part);
    cairo_reset_clip(pdf->cairo);
    cairo_rectangle(pdf->cairo, box.x, box.y, box.w > 0 ? box.w : 0, box.h > 0 ? box.h : 0);
    cairo_clip(pdf->cairo);
}

static void put_command(struct draw_pdf *pdf, const struct draw_list *list,
                        const struct draw_fonts *fonts, const struct draw_command *c)
{
    set_color(pdf, c->color);
    switch ((enum draw_op)c->op) {
    case DRAW_OP_RECT:
        put_box(pdf, (struct draw_box){ c->x, c->y, c->w, c->h });
        cairo_fill(pdf->cairo);
        break;
    case DRAW_OP_OUTLINE:
        put_outline(pdf, c);
        break;
    case DRAW_OP_LINE:
        put_line(pdf, c);
        break;
    case DRAW_OP_DOTTED:
        put_dotted(pdf, c);
        break;
    case DRAW_OP_STEPS:
    case DRAW_OP_AREA:
        put_graph(pdf, list, c);
        break;
    case DRAW_OP_POLYGON:
        put_corners(pdf, list, c);
        break;
    case DRAW_OP_HATCH:
        put_hatch(pdf, c);
        break;
    case DRAW_OP_CHEVRONS:
        put_chevrons(pdf, c);
        break;
    case DRAW_OP_ARROW:
        put_arrow(pdf, c);
        break;
    case DRAW_OP_TEXT:
        put_text(pdf, list, fonts, c);
        break;
    case DRAW_OP_CLIP: /* In force until the next one; clips are already cut by outer ones. */
        set_clip(pdf, (struct draw_box){ c->x, c->y, c->w, c->h });
        break;
    case DRAW_OPS:
        break;
    }
}

void draw_pdf_place(struct draw_pdf *pdf, const struct draw_list *list,
                    const struct draw_fonts *fonts, const struct draw_box *part, double x, double y,
                    double scale)
{
    struct draw_box whole = { 0, 0, list->width, list->height };

    if (part == NULL)
        part = &whole;
    cairo_save(pdf->cairo);
    cairo_translate(pdf->cairo, x, y);
    cairo_scale(pdf->cairo, scale, scale);
    cairo_translate(pdf->cairo, -part->x, -part->y);
    pdf->part = *part;
    set_clip(pdf, whole);
    for (size_t i = 0; i < list->count; i++)
        put_command(pdf, list, fonts, &list->commands[i]);
    cairo_reset_clip(pdf->cairo);
    cairo_restore(pdf->cairo);
}

void draw_pdf_next(struct draw_pdf *pdf) { cairo_show_page(pdf->cairo); }

bool draw_pdf_close(struct draw_pdf *pdf)
{
    bool good;

    cairo_surface_finish(pdf->surface);
    good = cairo_status(pdf->cairo) == CAIRO_STATUS_SUCCESS &&
           cairo_surface_status(pdf->surface) == CAIRO_STATUS_SUCCESS && !ferror(pdf->file);
    cairo_destroy(pdf->cairo);
    cairo_surface_destroy(pdf->surface);
    free(pdf);
    return good;
}
