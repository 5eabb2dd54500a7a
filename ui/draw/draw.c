/* draw.c - fills a draw list, and writes it as text.
 *
 * A list has three arrays (commands, points, text) and the stack of clips. Coordinates of boxes are
 * limited to a range whose sums cannot overflow, because a zoomed timeline has spans that begin a
 * billion pixels to the left. Boxes that the clip hides entirely are left out, because such a
 * timeline has many of them. */
#include "ui/draw/draw.h"
#include "ui/host/grow.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define FAR (1 << 24)

static int within(int64_t value, int64_t low, int64_t high)
{
    return (int)(value < low ? low : value > high ? high : value);
}

static int bring_near(int64_t value) { return within(value, -FAR, FAR); }

static struct draw_box box_near(int x, int y, int w, int h)
{
    struct draw_box box = { bring_near(x), bring_near(y), 0, 0 };

    box.w = bring_near((int64_t)x + w) - box.x;
    box.h = bring_near((int64_t)y + h) - box.y;
    return box;
}

struct draw_box draw_box_cut(struct draw_box a, struct draw_box b)
{
    int x = a.x > b.x ? a.x : b.x;
    int y = a.y > b.y ? a.y : b.y;
    int right = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
    int bottom = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;
    struct draw_box both = { x, y, right - x, bottom - y };

    if (both.w <= 0 || both.h <= 0)
        both.w = both.h = 0;
    return both;
}

bool draw_box_has(struct draw_box box, int x, int y)
{
    return x >= box.x && y >= box.y && x - box.x < box.w && y - box.y < box.h;
}

/* ---- the list -------------------------------------------------------------------------------- */

struct draw_list *draw_list_new(void) { return grow_new(sizeof(struct draw_list)); }

void draw_list_free(struct draw_list *list)
{
    if (list == NULL)
        return;
    free(list->commands);
    free(list->points);
    free(list->text);
    free(list);
}

void draw_begin(struct draw_list *list, int width, int height)
{
    list->width = within(width, 0, FAR);
    list->height = within(height, 0, FAR);
    list->count = list->point_count = list->text_count = list->clip_count = 0;
}

size_t draw_list_bytes(const struct draw_list *list)
{
    return sizeof *list + list->room * sizeof *list->commands +
           list->point_room * sizeof *list->points + list->text_room;
}

static struct draw_command *add(struct draw_list *list, enum draw_op op, uint32_t color)
{
    struct draw_command *command;

    if (list->count == list->room)
        list->commands = grow(list->commands, &list->room, list->count + 1, sizeof *list->commands);
    command = &list->commands[list->count++];
    *command = (struct draw_command){ .op = (uint8_t)op, .color = color };
    return command;
}

/* Adds a command with a box. NULL: the clip hides it. */
static struct draw_command *add_box(struct draw_list *list, enum draw_op op, int x, int y, int w,
                                    int h, uint32_t color)
{
    struct draw_box box, seen;
    struct draw_command *command;

    if (w <= 0 || h <= 0 || (color & 0xff) == 0)
        return NULL;
    box = box_near(x, y, w, h);
    seen = draw_box_cut(box, draw_clip(list));
    if (seen.w == 0)
        return NULL;
    command = add(list, op, color);
    command->x = box.x;
    command->y = box.y;
    command->w = box.w;
    command->h = box.h;
    return command;
}

static struct draw_command *add_line(struct draw_list *list, enum draw_op op, int x0, int y0,
                                     int x1, int y1, uint32_t color)
{
    struct draw_command *command;

    command = add(list, op, color);
    command->x = bring_near(x0);
    command->y = bring_near(y0);
    command->w = bring_near(x1);
    command->h = bring_near(y1);
    return command;
}

static struct draw_command *add_points(struct draw_list *list, enum draw_op op,
                                       const struct draw_point *points, size_t count,
                                       uint32_t color)
{
    struct draw_command *command = add(list, op, color);

    list->points =
        grow(list->points, &list->point_room, list->point_count + count, sizeof *list->points);
    command->from = (uint32_t)list->point_count;
    command->count = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        struct draw_point near = { bring_near(points[i].x), bring_near(points[i].y) };

        list->points[list->point_count++] = near;
    }
    return command;
}

/* ---- shapes ---------------------------------------------------------------------------------- */

void draw_rect(struct draw_list *list, int x, int y, int w, int h, uint32_t color)
{
    add_box(list, DRAW_OP_RECT, x, y, w, h, color);
}

void draw_outline(struct draw_list *list, int x, int y, int w, int h, int thickness, uint32_t color)
{
    struct draw_command *command = add_box(list, DRAW_OP_OUTLINE, x, y, w, h, color);

    if (command != NULL)
        command->a = within(thickness, 1, FAR);
}

void draw_line(struct draw_list *list, int x0, int y0, int x1, int y1, int thickness,
               uint32_t color)
{
    add_line(list, DRAW_OP_LINE, x0, y0, x1, y1, color)->a = within(thickness, 1, 1024);
}

void draw_dotted(struct draw_list *list, int x0, int y0, int x1, int y1, int dot, int gap,
                 uint32_t color)
{
    struct draw_command *command = add_line(list, DRAW_OP_DOTTED, x0, y0, x1, y1, color);

    command->a = within(dot, 1, 1024);
    command->b = within(gap, 1, 1024);
}

void draw_steps(struct draw_list *list, const struct draw_point *points, size_t count,
                int thickness, uint32_t color)
{
    if (count > 1)
        add_points(list, DRAW_OP_STEPS, points, count, color)->a = within(thickness, 1, 1024);
}

void draw_area(struct draw_list *list, const struct draw_point *points, size_t count, int base_y,
               uint32_t color)
{
    if (count > 1)
        add_points(list, DRAW_OP_AREA, points, count, color)->a = bring_near(base_y);
}

void draw_polygon(struct draw_list *list, const struct draw_point *points, size_t count,
                  uint32_t color)
{
    if (count > DRAW_POLYGON)
        count = DRAW_POLYGON;
    if (count > 2)
        add_points(list, DRAW_OP_POLYGON, points, count, color);
}

void draw_hatch(struct draw_list *list, int x, int y, int w, int h, int pitch, int thickness,
                uint32_t color)
{
    struct draw_command *command = add_box(list, DRAW_OP_HATCH, x, y, w, h, color);

    if (command == NULL)
        return;
    command->a = within(pitch, 2, 1024);
    command->b = within(thickness, 1, command->a - 1);
}

void draw_chevrons(struct draw_list *list, int x, int y, int w, int h, int pitch, int thickness,
                   uint32_t color)
{
    struct draw_command *command = add_box(list, DRAW_OP_CHEVRONS, x, y, w, h, color);

    if (command == NULL)
        return;
    command->a = within(pitch, 4, 1024);
    command->b = within(thickness, 1, command->a - 1);
}

void draw_arrow(struct draw_list *list, int x0, int y0, int x1, int y1, int thickness, int head,
                uint32_t color)
{
    struct draw_command *command = add_line(list, DRAW_OP_ARROW, x0, y0, x1, y1, color);

    command->a = within(thickness, 1, 1024);
    command->b = within(head, 2, 1024);
}

/* ---- text ------------------------------------------------------------------------------------ */

void draw_text(struct draw_list *list, int x, int y, int max_width, enum draw_size size,
               enum draw_align align, uint32_t color, const char *text)
{
    size_t bytes = strlen(text);
    struct draw_command *command;

    if (bytes == 0)
        return;
    list->text = grow(list->text, &list->text_room, list->text_count + bytes + 1, 1);
    command = add(list, DRAW_OP_TEXT, color);
    command->x = bring_near(x);
    command->y = bring_near(y);
    command->w = within(max_width, 0, FAR);
    command->size = (uint8_t)size;
    command->align = (uint8_t)align;
    command->from = (uint32_t)list->text_count;
    command->count = (uint32_t)bytes;
    memcpy(list->text + list->text_count, text, bytes + 1);
    list->text_count += bytes + 1;
}

void draw_textf(struct draw_list *list, int x, int y, int max_width, enum draw_size size,
                enum draw_align align, uint32_t color, const char *format, ...)
{
    char text[1024];
    va_list values;

    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    draw_text(list, x, y, max_width, size, align, color, text);
}

void draw_label(struct draw_list *list, const struct draw_fonts *fonts, int x, int y, int w, int h,
                enum draw_size size, enum draw_align align, uint32_t color, const char *text)
{
    int side = draw_px(fonts, 4);
    int room;
    bool cut;

    if (w <= 2 * side)
        return;
    room = w - 2 * side;
    if (draw_text_fit(fonts, size, text, room, &cut) == 0 && cut)
        return;
    draw_text(list, x + side, draw_text_top(fonts, size, y, h), room, size, align, color, text);
}

/* ---- clips ----------------------------------------------------------------------------------- */

static void say_clip(struct draw_list *list)
{
    struct draw_box clip = draw_clip(list);
    struct draw_command *command = list->count > 0 ? &list->commands[list->count - 1] : NULL;

    /* A clip replaces one directly before it. */
    if (command == NULL || command->op != DRAW_OP_CLIP)
        command = add(list, DRAW_OP_CLIP, 0);
    command->x = clip.x;
    command->y = clip.y;
    command->w = clip.w;
    command->h = clip.h;
}

struct draw_box draw_clip(const struct draw_list *list)
{
    struct draw_box whole = { 0, 0, list->width, list->height };

    return list->clip_count > 0 ? list->clips[list->clip_count - 1] : whole;
}

void draw_clip_push(struct draw_list *list, int x, int y, int w, int h)
{
    struct draw_box box = draw_box_cut(box_near(x, y, w, h), draw_clip(list));

    assert(list->clip_count < DRAW_CLIPS);
    list->clips[list->clip_count++] = box;
    say_clip(list);
}

void draw_clip_pop(struct draw_list *list)
{
    assert(list->clip_count > 0);
    list->clip_count--;
    say_clip(list);
}

/* ---- reading --------------------------------------------------------------------------------- */

const char *draw_command_text(const struct draw_list *list, const struct draw_command *command)
{
    return command->op == DRAW_OP_TEXT ? list->text + command->from : "";
}

const struct draw_point *draw_command_points(const struct draw_list *list,
                                             const struct draw_command *command)
{
    return list->points + command->from;
}

static const char *const op_words[DRAW_OPS] = {
    [DRAW_OP_RECT] = "rect",       [DRAW_OP_OUTLINE] = "outline", [DRAW_OP_LINE] = "line",
    [DRAW_OP_DOTTED] = "dotted",   [DRAW_OP_STEPS] = "steps",     [DRAW_OP_AREA] = "area",
    [DRAW_OP_POLYGON] = "polygon", [DRAW_OP_HATCH] = "hatch",     [DRAW_OP_CHEVRONS] = "chevrons",
    [DRAW_OP_ARROW] = "arrow",     [DRAW_OP_TEXT] = "text",       [DRAW_OP_CLIP] = "clip",
};
static const char *const size_words[DRAW_SIZES] = {
    [DRAW_SMALL] = "small",           [DRAW_BODY] = "body",
    [DRAW_TITLE] = "title",           [DRAW_MONO] = "mono",
    [DRAW_MONO_SMALL] = "mono-small", [DRAW_HUGE] = "huge",
};
static const char *const align_words[] = { "left", "center", "right" };

static void dump_text(const struct draw_list *list, const struct draw_command *command, FILE *file)
{
    fprintf(file, " %d,%d max %d %s %s %08x \"", command->x, command->y, command->w,
            size_words[command->size], align_words[command->align], (unsigned)command->color);
    for (const char *c = draw_command_text(list, command); *c != 0; c++) {
        if (*c == '"' || *c == '\\')
            fprintf(file, "\\%c", *c);
        else if ((unsigned char)*c < 0x20)
            fprintf(file, "\\x%02x", (unsigned)*c);
        else
            fputc(*c, file);
    }
    fputc('"', file);
}

static void dump_points(const struct draw_list *list, const struct draw_command *command,
                        FILE *file)
{
    const struct draw_point *points = draw_command_points(list, command);

    if (command->op == DRAW_OP_STEPS)
        fprintf(file, " thick %d", command->a);
    if (command->op == DRAW_OP_AREA)
        fprintf(file, " base %d", command->a);
    fprintf(file, " %08x", (unsigned)command->color);
    for (uint32_t i = 0; i < command->count; i++)
        fprintf(file, " %d,%d", points[i].x, points[i].y);
}

void draw_dump(const struct draw_list *list, FILE *file)
{
    fprintf(file, "picture %dx%d\n", list->width, list->height);
    for (size_t i = 0; i < list->count; i++) {
        const struct draw_command *c = &list->commands[i];

        fputs(op_words[c->op], file);
        switch ((enum draw_op)c->op) {
        case DRAW_OP_RECT:
            fprintf(file, " %d,%d %dx%d %08x", c->x, c->y, c->w, c->h, (unsigned)c->color);
            break;
        case DRAW_OP_CLIP:
            fprintf(file, " %d,%d %dx%d", c->x, c->y, c->w, c->h);
            break;
        case DRAW_OP_OUTLINE:
            fprintf(file, " %d,%d %dx%d thick %d %08x", c->x, c->y, c->w, c->h, c->a,
                    (unsigned)c->color);
            break;
        case DRAW_OP_HATCH:
        case DRAW_OP_CHEVRONS:
            fprintf(file, " %d,%d %dx%d pitch %d thick %d %08x", c->x, c->y, c->w, c->h, c->a, c->b,
                    (unsigned)c->color);
            break;
        case DRAW_OP_LINE:
            fprintf(file, " %d,%d to %d,%d thick %d %08x", c->x, c->y, c->w, c->h, c->a,
                    (unsigned)c->color);
            break;
        case DRAW_OP_DOTTED:
            fprintf(file, " %d,%d to %d,%d dot %d gap %d %08x", c->x, c->y, c->w, c->h, c->a, c->b,
                    (unsigned)c->color);
            break;
        case DRAW_OP_ARROW:
            fprintf(file, " %d,%d to %d,%d thick %d head %d %08x", c->x, c->y, c->w, c->h, c->a,
                    c->b, (unsigned)c->color);
            break;
        case DRAW_OP_STEPS:
        case DRAW_OP_AREA:
        case DRAW_OP_POLYGON:
            dump_points(list, c, file);
            break;
        case DRAW_OP_TEXT:
            dump_text(list, c, file);
            break;
        case DRAW_OPS:
            break;
        }
        fputc('\n', file);
    }
}
