/* raster.c - the rasteriser: rows of 32-bit pixels in plain memory.
 *
 * Why not SDL_RenderFillRect: SDL's renderers differ in single pixels and roundings, so a window
 * and a picture made without a screen would not be equal. A timeline's frame also has tens of
 * thousands of small boxes in changing colours. SDL's software renderer queues each of them; it is
 * faster only if boxes are sorted by colour, which loses their stacking order (bench/draw_frame.c
 * measures both). Here windows and files come from the same loops, and a window only copies the
 * pixels to the screen.
 *
 * Everything is cut by `clip` first (the common part of scissor, picture and the list's clip), so
 * the loops write without checks. Pixels are written in three ways:
 *
 *   fill_box      opaque or translucent boxes                    rows, no smoothing
 *   fill_shape    polygons: coverage exact along a row, eight lines a row; winding or even-odd
 *   blit          a letter's coverage
 */
#include "ui/draw/raster.h"
#include "ui/host/grow.h"
#include "ui/draw/shapes.h"
#include "ui/host/utf8.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#define SIDE_MAX     16384
#define LINES_A_ROW  8
#define CURVE_STEPS  32
#define SHAPE_POINTS (2 * CURVE_STEPS + 2 > DRAW_POLYGON ? 2 * CURVE_STEPS + 2 : DRAW_POLYGON)

struct raster {
    int width, height;
    uint32_t *pixels;
    size_t room;
    int32_t *coverage; /* Differences of coverage along a row; width + 2 items. */
    size_t coverage_room;
    struct draw_box scissor;
    struct draw_box clip; /* The present clip, within scissor and picture. */
};

/* ---- rasters --------------------------------------------------------------------------------- */

struct raster *raster_new(int width, int height)
{
    struct raster *raster = grow_new(sizeof *raster);

    raster_resize(raster, width, height);
    return raster;
}

void raster_free(struct raster *raster)
{
    if (raster == NULL)
        return;
    free(raster->pixels);
    free(raster->coverage);
    free(raster);
}

static struct draw_box whole(const struct raster *raster)
{
    return (struct draw_box){ 0, 0, raster->width, raster->height };
}

void raster_resize(struct raster *raster, int width, int height)
{
    size_t count;

    raster->width = width < 1 ? 1 : width > SIDE_MAX ? SIDE_MAX : width;
    raster->height = height < 1 ? 1 : height > SIDE_MAX ? SIDE_MAX : height;
    count = (size_t)raster->width * (size_t)raster->height;
    raster->pixels = grow(raster->pixels, &raster->room, count, sizeof *raster->pixels);
    raster->coverage = grow(raster->coverage, &raster->coverage_room, (size_t)raster->width + 2,
                            sizeof *raster->coverage);
    memset(raster->coverage, 0, raster->coverage_room * sizeof *raster->coverage);
    raster_scissor_off(raster);
    raster_clear(raster, DRAW_BLACK);
}

void raster_scissor(struct raster *raster, struct draw_box box)
{
    raster->scissor = draw_box_cut(box, whole(raster));
    raster->clip = raster->scissor;
}

void raster_scissor_off(struct raster *raster) { raster_scissor(raster, whole(raster)); }

int raster_width(const struct raster *raster) { return raster->width; }
int raster_height(const struct raster *raster) { return raster->height; }
int raster_pitch(const struct raster *raster) { return raster->width * 4; }
uint32_t *raster_pixels(struct raster *raster) { return raster->pixels; }

uint32_t raster_at(const struct raster *raster, int x, int y)
{
    if (!draw_box_has(whole(raster), x, y))
        return 0;
    return raster->pixels[(size_t)y * (size_t)raster->width + (size_t)x] << 8 | 0xff;
}

uint64_t raster_hash(const struct raster *raster)
{
    size_t count = (size_t)raster->width * (size_t)raster->height;

    return XXH3_64bits_withSeed(raster->pixels, count * sizeof *raster->pixels,
                                (uint64_t)raster->width << 32 | (uint64_t)raster->height);
}

/* ---- pixels ---------------------------------------------------------------------------------- */

static inline uint32_t *pixel(struct raster *raster, int x, int y)
{
    return raster->pixels + (size_t)y * (size_t)raster->width + (size_t)x;
}

/* Blends a colour over a pixel, two channels at a time. alpha: 0 to 255, where 255 gives the colour
 * itself. */
static inline void blend(uint32_t *to, uint32_t rgb, uint32_t alpha)
{
    uint32_t part = alpha + (alpha >> 7), rest = 256 - part;
    uint32_t red_blue = ((rgb & 0xff00ffu) * part + (*to & 0xff00ffu) * rest) >> 8 & 0xff00ffu;
    uint32_t green = ((rgb & 0xff00u) * part + (*to & 0xff00u) * rest) >> 8 & 0xff00u;

    *to = 0xff000000u | red_blue | green;
}

/* Fills x to x + w of a row, which must be within the raster. */
static inline void span(struct raster *raster, int x, int y, int w, uint32_t color)
{
    uint32_t *to = pixel(raster, x, y), rgb = color >> 8, alpha = color & 0xff;

    if (alpha == 255) {
        rgb |= 0xff000000u;
        for (int i = 0; i < w; i++)
            to[i] = rgb;
        return;
    }
    for (int i = 0; i < w; i++)
        blend(&to[i], rgb, alpha);
}

static void fill_box(struct raster *raster, struct draw_box box, uint32_t color)
{
    size_t bytes;

    box = draw_box_cut(box, raster->clip);
    if (box.w == 0)
        return;
    span(raster, box.x, box.y, box.w, color);
    bytes = (size_t)box.w * sizeof(uint32_t);
    for (int y = box.y + 1; y < box.y + box.h; y++) {
        if ((color & 0xff) == 255 && box.w >= 16)
            memcpy(pixel(raster, box.x, y), pixel(raster, box.x, y - 1), bytes);
        else
            span(raster, box.x, y, box.w, color);
    }
}

void raster_clear(struct raster *raster, uint32_t color)
{
    raster->clip = raster->scissor;
    fill_box(raster, raster->scissor, color | 0xff);
}

/* ---- shapes by coverage ---------------------------------------------------------------------- */

struct crossing {
    double x;
    int winding;
};

/* Adds the stretch from x0 to x1 of a line to the row of differences: each pixel gets the part of
 * it that is covered, in units of 1/256. */
static void cover(struct raster *raster, double x0, double x1)
{
    double left = raster->clip.x, right = raster->clip.x + raster->clip.w;
    int32_t *row = raster->coverage;
    int first, last;
    int32_t first_part, last_part;

    x0 = x0 < left ? left : x0;
    x1 = x1 > right ? right : x1;
    if (x0 >= x1)
        return;
    first = (int)x0;
    last = (int)x1;
    if (first == last) {
        first_part = (int32_t)lround((x1 - x0) * 256);
        row[first] += first_part;
        row[first + 1] -= first_part;
        return;
    }
    first_part = (int32_t)lround((first + 1 - x0) * 256);
    last_part = (int32_t)lround((x1 - last) * 256);
    row[first] += first_part;
    row[first + 1] += 256 - first_part;
    row[last] -= 256 - last_part;
    row[last + 1] -= last_part;
}

static int cross(const double (*points)[2], int count, double y, struct crossing *out)
{
    int found = 0;

    for (int i = 0; i < count; i++) {
        const double *a = points[i], *b = points[(i + 1) % count];
        struct crossing one;
        int at = found;

        if ((a[1] <= y) == (b[1] <= y))
            continue;
        one.x = a[0] + (b[0] - a[0]) * ((y - a[1]) / (b[1] - a[1]));
        one.winding = a[1] < b[1] ? 1 : -1;
        for (; at > 0 && out[at - 1].x > one.x; at--)
            out[at] = out[at - 1];
        out[at] = one;
        found++;
    }
    return found;
}

static void put_row(struct raster *raster, int y, uint32_t color)
{
    int right = raster->clip.x + raster->clip.w;
    int32_t covered = 0, all = 256 * LINES_A_ROW;

    for (int x = raster->clip.x; x < right; x++) {
        covered += raster->coverage[x];
        raster->coverage[x] = 0;
        if (covered > 0) {
            int32_t part = covered > all ? all : covered;

            blend(pixel(raster, x, y), color >> 8,
                  (uint32_t)((int32_t)(color & 0xff) * part / all));
        }
    }
    raster->coverage[right] = raster->coverage[right + 1] = 0;
}

static void fill_shape(struct raster *raster, const double (*points)[2], int count, bool even_odd,
                       uint32_t color)
{
    struct draw_box kept = raster->clip;
    double low[2] = { 1e9, 1e9 }, high[2] = { -1e9, -1e9 };
    struct draw_box bounds;

    for (int i = 0; i < count; i++) {
        for (int axis = 0; axis < 2; axis++) {
            low[axis] = points[i][axis] < low[axis] ? points[i][axis] : low[axis];
            high[axis] = points[i][axis] > high[axis] ? points[i][axis] : high[axis];
        }
    }
    bounds.x = (int)floor(low[0]);
    bounds.y = (int)floor(low[1]);
    bounds.w = (int)ceil(high[0]) - bounds.x;
    bounds.h = (int)ceil(high[1]) - bounds.y;
    raster->clip = draw_box_cut(bounds, raster->clip);
    for (int y = raster->clip.y; y < raster->clip.y + raster->clip.h; y++) {
        for (int line = 0; line < LINES_A_ROW; line++) {
            struct crossing crossings[SHAPE_POINTS];
            int found = cross(points, count, y + (line + 0.5) / LINES_A_ROW, crossings);
            int winding = 0;

            for (int i = 0; i + 1 < found; i++) {
                winding += crossings[i].winding;
                if (even_odd ? i % 2 == 0 : winding != 0)
                    cover(raster, crossings[i].x, crossings[i + 1].x);
            }
        }
        put_row(raster, y, color);
    }
    raster->clip = kept;
}

/* ---- the commands ---------------------------------------------------------------------------- */

static void draw_frame(struct raster *raster, const struct draw_command *c)
{
    int thick = c->a;

    if (2 * thick >= c->w || 2 * thick >= c->h) {
        fill_box(raster, (struct draw_box){ c->x, c->y, c->w, c->h }, c->color);
        return;
    }
    fill_box(raster, (struct draw_box){ c->x, c->y, c->w, thick }, c->color);
    fill_box(raster, (struct draw_box){ c->x, c->y + c->h - thick, c->w, thick }, c->color);
    fill_box(raster, (struct draw_box){ c->x, c->y + thick, thick, c->h - 2 * thick }, c->color);
    fill_box(raster,
             (struct draw_box){ c->x + c->w - thick, c->y + thick, thick, c->h - 2 * thick },
             c->color);
}

static void draw_straight(struct raster *raster, const struct draw_command *c)
{
    struct draw_box box;
    double shape[4][2];

    if (draw_line_box(c, &box)) {
        fill_box(raster, box, c->color);
        return;
    }
    draw_line_shape(c->x + 0.5, c->y + 0.5, c->w + 0.5, c->h + 0.5, c->a, 0.5, shape);
    fill_shape(raster, shape, 4, false, c->color);
}

/* Draws dots along the longer side, only within the clip. */
static void draw_dots(struct raster *raster, const struct draw_command *c)
{
    int64_t dx = (int64_t)c->w - c->x, dy = (int64_t)c->h - c->y;
    bool level = llabs(dx) >= llabs(dy);
    int64_t length = level ? llabs(dx) : llabs(dy);
    int64_t start = level ? c->x : c->y, step = (level ? dx : dy) < 0 ? -1 : 1;
    int64_t low = level ? raster->clip.x : raster->clip.y;
    int64_t high = low + (level ? raster->clip.w : raster->clip.h) - 1;
    int64_t from = step > 0 ? low - start : start - high;
    int64_t to = step > 0 ? high - start : start - low;

    from = from < 0 ? 0 : from;
    to = to > length ? length : to;
    for (int64_t i = from; i <= to; i++) {
        int64_t other = length > 0 ? (2 * i * (level ? dy : dx) + length) : 0;
        int x, y;

        if (i % (c->a + c->b) >= c->a)
            continue;
        other = length > 0 ? (other >= 0 ? other / (2 * length)
                                         : -((-other + 2 * length - 1) / (2 * length)))
                           : 0;
        x = c->x + (int)(level ? i * step : other);
        y = c->y + (int)(level ? other : i * step);
        if (draw_box_has(raster->clip, x, y))
            span(raster, x, y, 1, c->color);
    }
}

static void draw_stripes(struct raster *raster, const struct draw_command *c)
{
    struct draw_box box = draw_box_cut((struct draw_box){ c->x, c->y, c->w, c->h }, raster->clip);

    for (int y = box.y; y < box.y + box.h; y++) {
        int right = box.x + box.w;

        for (int x = box.x - (box.x + y) % c->a; x < right; x += c->a) {
            int from = x < box.x ? box.x : x;
            int to = x + c->b < right ? x + c->b : right;

            if (from < to)
                span(raster, from, y, to - from, c->color);
        }
    }
}

static void draw_marks(struct raster *raster, const struct draw_command *c)
{
    struct draw_box kept = raster->clip;
    double shape[6][2];
    int nth;

    raster->clip = draw_box_cut((struct draw_box){ c->x, c->y, c->w, c->h }, kept);
    nth = raster->clip.x > c->x + 2 * c->a ? (raster->clip.x - c->x) / c->a - 2 : 0;
    for (; c->x + nth * c->a < raster->clip.x + raster->clip.w; nth++) {
        if (draw_chevron_shape(c, nth, shape))
            fill_shape(raster, shape, 6, true, c->color);
    }
    raster->clip = kept;
}

static void draw_curve(struct raster *raster, const struct draw_command *c)
{
    struct draw_arrow_shape arrow;
    double around[2 * CURVE_STEPS + 2][2];
    double half = c->a / 2.0;

    draw_arrow_shape(c, &arrow);
    if (arrow.bent) {
        for (int i = 0; i <= CURVE_STEPS; i++) {
            double t = (double)i / CURVE_STEPS, u = 1 - t;
            double at[2], along[2], length;

            for (int axis = 0; axis < 2; axis++) {
                double p0 = arrow.stroke[0][axis], p1 = arrow.stroke[1][axis];
                double p2 = arrow.stroke[2][axis], p3 = arrow.stroke[3][axis];

                at[axis] =
                    u * u * u * p0 + 3 * u * u * t * p1 + 3 * u * t * t * p2 + t * t * t * p3;
                along[axis] = u * u * (p1 - p0) + 2 * u * t * (p2 - p1) + t * t * (p3 - p2);
            }
            length = hypot(along[0], along[1]);
            length = length > 0 ? length : 1;
            around[i][0] = at[0] + along[1] / length * half;
            around[i][1] = at[1] - along[0] / length * half;
            around[2 * CURVE_STEPS + 1 - i][0] = at[0] - along[1] / length * half;
            around[2 * CURVE_STEPS + 1 - i][1] = at[1] + along[0] / length * half;
        }
        fill_shape(raster, around, 2 * CURVE_STEPS + 2, false, c->color);
    } else {
        draw_line_shape(arrow.stroke[0][0], arrow.stroke[0][1], arrow.stroke[3][0],
                        arrow.stroke[3][1], c->a, 0, around);
        fill_shape(raster, around, 4, false, c->color);
    }
    fill_shape(raster, arrow.head, 3, false, c->color);
}

static void draw_corners(struct raster *raster, const struct draw_list *list,
                         const struct draw_command *c)
{
    const struct draw_point *points = draw_command_points(list, c);
    double shape[DRAW_POLYGON][2];

    for (uint32_t i = 0; i < c->count; i++) {
        shape[i][0] = points[i].x;
        shape[i][1] = points[i].y;
    }
    fill_shape(raster, shape, (int)c->count, true, c->color);
}

static void blit(struct raster *raster, const struct draw_glyph *glyph, int x, int y,
                 uint32_t color)
{
    struct draw_box box = { x + glyph->left, y + glyph->top, glyph->w, glyph->h };
    struct draw_box seen = draw_box_cut(box, raster->clip);
    uint32_t rgb = color >> 8, alpha = color & 0xff;

    for (int row = seen.y; row < seen.y + seen.h; row++) {
        const uint8_t *from = glyph->coverage + (row - box.y) * box.w + (seen.x - box.x);
        uint32_t *to = pixel(raster, seen.x, row);

        for (int i = 0; i < seen.w; i++) {
            uint32_t part = alpha == 255 ? from[i] : from[i] * alpha / 255;

            if (part > 0)
                blend(&to[i], rgb, part);
        }
    }
}

static void draw_letters(struct raster *raster, const struct draw_list *list,
                         const struct draw_command *c, const struct draw_fonts *fonts)
{
    enum draw_size size = (enum draw_size)c->size;
    const char *text = draw_command_text(list, c), *at = text;
    struct draw_text_place place;
    int line = 2 * draw_line_height(fonts, size);

    if (c->y >= raster->clip.y + raster->clip.h || c->y + line <= raster->clip.y)
        return;
    if (!draw_text_place(list, c, fonts, &place))
        return;
    while (at < text + place.bytes && place.x < raster->clip.x + raster->clip.w + line) {
        const struct draw_glyph *glyph = draw_glyph(fonts, size, utf8_next(&at));

        blit(raster, glyph, place.x, c->y, c->color);
        place.x += glyph->advance;
    }
    if (place.cut)
        blit(raster, draw_glyph(fonts, size, 0x2026), place.x, c->y, c->color);
}

static void draw_graph(struct raster *raster, const struct draw_list *list,
                       const struct draw_command *c)
{
    struct draw_steps_walk walk = { 0 };
    struct draw_box box;

    while (draw_steps_next(list, c, &walk, &box))
        fill_box(raster, box, c->color);
}

void raster_draw(struct raster *raster, const struct draw_list *list,
                 const struct draw_fonts *fonts)
{
    struct draw_box picture = { 0, 0, list->width, list->height };

    raster->clip = draw_box_cut(picture, raster->scissor);
    for (size_t i = 0; i < list->count; i++) {
        const struct draw_command *c = &list->commands[i];
        struct draw_box box = { c->x, c->y, c->w, c->h };

        switch ((enum draw_op)c->op) {
        case DRAW_OP_RECT:
            fill_box(raster, box, c->color);
            break;
        case DRAW_OP_CLIP:
            raster->clip = draw_box_cut(draw_box_cut(box, picture), raster->scissor);
            break;
        case DRAW_OP_OUTLINE:
            draw_frame(raster, c);
            break;
        case DRAW_OP_LINE:
            draw_straight(raster, c);
            break;
        case DRAW_OP_DOTTED:
            draw_dots(raster, c);
            break;
        case DRAW_OP_STEPS:
        case DRAW_OP_AREA:
            draw_graph(raster, list, c);
            break;
        case DRAW_OP_POLYGON:
            draw_corners(raster, list, c);
            break;
        case DRAW_OP_HATCH:
            draw_stripes(raster, c);
            break;
        case DRAW_OP_CHEVRONS:
            draw_marks(raster, c);
            break;
        case DRAW_OP_ARROW:
            draw_curve(raster, c);
            break;
        case DRAW_OP_TEXT:
            draw_letters(raster, list, c, fonts);
            break;
        case DRAW_OPS:
            break;
        }
    }
}
