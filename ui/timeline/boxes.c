/* boxes.c - the box notation: who is where, and whose memory is in force.
 *
 *     +- inetinfo.exe --------+              +- store.exe -----------+
 *     | [memory]   [handles]  |              | [memory]   [handles]  |
 *     | [== smtp 3 ===========]==== visits ==>                       |
 *     +-----------------------+              +-----------------------+
 *     [ processor 0: in a frame of the colour of the process whose memory it sees ] [ 1 ] ...
 *     [ disk C: a transfer  # # (two waited) ] [ disk D: idle ] ...
 *     [ kernel, the same for all:  [ exifs.sys ]                                     ]
 *
 * A thread is a bar in the box of its owner: filled while it runs, hatched while it is ready, an
 * outline while it waits. Bytes in which the two memories differ are marked. In a small picture
 * the boxes lie below each other, a visit goes through the gutter at their left, and all can be
 * scrolled.
 */
#include "ui/timeline/boxes.h"
#include "ui/timeline/inspector_inside.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/layout.h"
#include "ui/timeline/tutor.h"
#include "ui/timeline/wrap.h"
#include <inttypes.h>
#include <string.h>

enum { PAD = 8, GAP = 76, FRAME = 4, GUTTER = 26, ELBOW = 12 };

struct board { /* One drawing. */
    struct app *app;
    const struct boxes *b;
    bool asks;    /* A lesson asks first: the picture is to be read and says nothing itself. */
    bool stacked; /* One below the other, for a small picture; it scrolls. */
    struct draw_box seen; /* What is in sight. */
    int pad, line, mono;  /* Pixels. */
};

/* Where the parts of a board stand. */
struct places {
    struct draw_box sentence, processes[2], processors, disks, kernel;
    int per_row; /* Processors, and disks, beside each other. */
    int rows;    /* Rows of processors. */
    int disk_count;
};

static uint32_t color_of(const struct board *d, const char *process)
{
    return theme_process_color(d->app->theme, process);
}

static void text(const struct board *d, int x, int y, int w, enum draw_size size, uint32_t color,
                 const char *words)
{
    draw_text(d->app->list, x, y, w, size, DRAW_LEFT, color, words);
}

static const char *name_of(const struct inspect_thread *t)
{
    return t->name[0] != 0 ? t->name : "a thread";
}

static const char *process_name(const struct board *d, uint32_t address)
{
    const struct inspect_process *p = inspect_process_at(d->b->look, address);

    return p != NULL ? p->name : "nobody";
}

/* ---- Drawers --------------------------------------------------------------------------------- */

/* A drawer with its title; returns where its contents begin. */
static int drawer(const struct board *d, struct draw_box box, const char *title, uint32_t color,
                  int frame)
{
    const struct theme *t = d->app->theme;

    draw_rect(d->app->list, box.x, box.y, box.w, box.h, t->background);
    draw_outline(d->app->list, box.x, box.y, box.w, box.h, frame, color);
    text(d, box.x + d->pad, box.y + d->pad, box.w - 2 * d->pad, DRAW_SMALL, t->dim, title);
    return box.y + d->pad + d->line + d->pad / 2;
}

/* Bytes in a line: as many as the drawer has room for. */
static int bytes_a_line(const struct board *d, int width)
{
    int cell = draw_text_width(d->app->fonts, DRAW_MONO_SMALL, "00 ");

    return width - 2 * d->pad >= 16 * cell ? 16 : 8;
}

static void paint_bytes(const struct board *d, const struct boxes_process *p, struct draw_box box,
                        int y)
{
    const struct boxes_process *other = &d->b->processes[p == &d->b->processes[0]];
    const struct theme *t = d->app->theme;
    int cell = draw_text_width(d->app->fonts, DRAW_MONO_SMALL, "00 ");
    int a_line = bytes_a_line(d, box.w);
    char digits[4];

    for (int i = 0; i < MEMORY_BYTES; i++) {
        int x = box.x + d->pad + i % a_line * cell, top = y + i / a_line * d->mono;
        bool differs =
            !d->asks && d->b->count == 2 && other->bytes != NULL && other->bytes[i] != p->bytes[i];

        snprintf(digits, sizeof digits, "%02x", p->bytes[i]);
        if (differs)
            draw_rect(d->app->list, x - 2, top, cell - 2, d->mono, t->selection);
        text(d, x, top, 0, DRAW_MONO_SMALL, differs ? t->selection_ink : t->ink, digits);
    }
}

/* Height of the drawer of memory. */
static int memory_height(const struct board *d, int width)
{
    int lines = MEMORY_BYTES / bytes_a_line(d, width);

    return 3 * d->pad + d->line + (d->b->address != 0 ? lines * d->mono : 0);
}

static void paint_memory(const struct board *d, const struct boxes_process *p, struct draw_box box)
{
    const struct theme *t = d->app->theme;
    char title[96], said[3 * MEMORY_BYTES + 1] = "";
    int y;

    if (d->b->address != 0)
        snprintf(title, sizeof title, "memory at 0x%08" PRIx32, d->b->address);
    else
        snprintf(title, sizeof title, "memory");
    y = drawer(d, box, title, p->in_force ? color_of(d, p->process->name) : t->border,
               p->in_force ? app_px(d->app, FRAME) : 1);
    draw_text(d->app->list, box.x, box.y + d->pad, box.w - d->pad, DRAW_SMALL, DRAW_RIGHT,
              p->in_force ? t->ink : t->dim, p->in_force ? "in force" : "not in force");
    draw_clip_push(d->app->list, box.x, box.y, box.w, box.h);
    if (p->bytes != NULL)
        paint_bytes(d, p, box, y);
    else if (d->b->address != 0)
        text(d, box.x + d->pad, y, box.w - 2 * d->pad, DRAW_SMALL, t->dim,
             "nothing lies there in this process");
    draw_clip_pop(d->app->list);
    for (uint32_t i = 0; p->bytes != NULL && i < MEMORY_BYTES; i++)
        snprintf(said + 3 * i, sizeof said - 3 * i, "%02x ", p->bytes[i]);
    said[p->bytes != NULL ? 3 * MEMORY_BYTES - 1 : 0] = 0;
    tree_leaf(d->app->tree, tree_key(KEY_BOXES, p->process->name, 1), TREE_TABLE, title,
              draw_box_cut(box, d->seen), 0);
    tree_value(d->app->tree, "%s",
               p->bytes != NULL     ? said
               : d->b->address != 0 ? "nothing lies there"
                                    : "");
    tree_note(d->app->tree, "%s", p->in_force ? "in force" : "not in force");
}

static void paint_handles(const struct board *d, const struct boxes_process *p, struct draw_box box)
{
    const struct inspect *look = d->b->look;
    uint32_t own = (uint32_t)(p->process - look->processes);
    char title[64], line[INSPECT_NAME + 48];
    int y;

    snprintf(title, sizeof title, "handles: %u", p->process->handle_count);
    y = drawer(d, box, title, d->app->theme->border, 1);
    tree_push(d->app->tree, tree_key(KEY_BOXES, p->process->name, 2), TREE_LIST, title,
              draw_box_cut(box, d->seen), 0);
    draw_clip_push(d->app->list, box.x, box.y, box.w, box.h);
    for (uint32_t i = 0; i < look->handle_count && y + d->mono <= box.y + box.h - d->pad; i++) {
        const struct inspect_handle *h = &look->handles[i];

        if (h->process != own)
            continue;
        snprintf(line, sizeof line, "0x%02" PRIx32 " %s%s%s", h->handle, inspect_type_name(h->type),
                 h->name[0] != 0 ? " " : "", h->name);
        text(d, box.x + d->pad, y, box.w - 2 * d->pad, DRAW_MONO_SMALL, d->app->theme->ink, line);
        tree_leaf(d->app->tree, tree_key(KEY_BOXES, p->process->name, 1000 + h->handle),
                  TREE_LIST_ITEM, line,
                  draw_box_cut((struct draw_box){ box.x, y, box.w, d->mono }, d->seen), 0);
        y += d->mono;
    }
    draw_clip_pop(d->app->list);
    tree_pop(d->app->tree);
}

/* ---- Threads --------------------------------------------------------------------------------- */

static void bar_words(const struct board *d, const struct inspect_thread *t, char *out, size_t size)
{
    if (t->attach_index != 0)
        snprintf(out, size, "%s: %s, visits %s", name_of(t),
                 t->running ? "running" : inspect_state_name(t->state),
                 process_name(d, t->apc_process));
    else
        snprintf(out, size, "%s: %s", name_of(t),
                 t->running ? "running" : inspect_state_name(t->state));
}

static void paint_bar(const struct board *d, const struct boxes_process *p,
                      const struct inspect_thread *t, struct draw_box bar)
{
    const struct theme *theme = d->app->theme;
    uint32_t color = color_of(d, p->process->name);
    bool ready = !t->running && strcmp(inspect_state_name(t->state), "ready") == 0;
    char words[200];

    bar_words(d, t, words, sizeof words);
    draw_rect(d->app->list, bar.x, bar.y, bar.w, bar.h, t->running ? color : theme->background);
    if (ready)
        draw_hatch(d->app->list, bar.x, bar.y, bar.w, bar.h, app_px(d->app, 8), app_px(d->app, 2),
                   theme_alpha(color, 140));
    draw_outline(d->app->list, bar.x, bar.y, bar.w, bar.h,
                 t == d->b->subject ? app_px(d->app, 2) : 1,
                 t == d->b->subject ? theme->ink : color);
    draw_label(d->app->list, d->app->fonts, bar.x, bar.y, bar.w, bar.h, DRAW_SMALL, DRAW_LEFT,
               t->running ? theme_ink_on(color) : theme->ink, words);
    tree_leaf(d->app->tree, tree_key(KEY_BOXES, p->process->name, 100000 + t->id), TREE_SPAN, words,
              draw_box_cut(bar, d->seen), 0);
    tree_note(d->app->tree, "index %u%s", t->attach_index,
              t == d->b->subject ? ", the thread in question" : "");
}

static void tell_tube(const struct board *d, const struct inspect_thread *t, struct draw_box box)
{
    tree_leaf(d->app->tree, tree_key(KEY_BOXES, "tube", t->id), TREE_TEXT, "Tube",
              draw_box_cut(box, d->seen), 0);
    tree_value(d->app->tree, "%s is attached to %s", name_of(t), process_name(d, t->apc_process));
}

/* The same where the boxes are stacked: through the gutter at their left. */
static void paint_elbow(const struct board *d, const struct inspect_thread *t, struct draw_box bar,
                        struct draw_box to)
{
    uint32_t color = color_of(d, process_name(d, t->apc_process));
    int thick = app_px(d->app, ELBOW), x = to.x - app_px(d->app, GUTTER), from = bar.y + bar.h / 2,
        end = to.y + (d->line + d->pad) / 2, top = MIN_OF(from, end) - thick / 2,
        bottom = MAX_OF(from, end) + thick / 2;
    struct draw_point tip[3] = { { to.x - thick, end - thick },
                                 { to.x + app_px(d->app, 2), end },
                                 { to.x - thick, end + thick } };

    draw_rect(d->app->list, x, top, thick, bottom - top, color);
    draw_rect(d->app->list, x, from - thick / 2, bar.x - x, thick, color);
    draw_rect(d->app->list, x, end - thick / 2, to.x - thick - x, thick, color);
    draw_polygon(d->app->list, tip, 3, color);
    tell_tube(d, t, (struct draw_box){ x, top, to.x - x, bottom - top });
}

/* From the bar of a visitor into the box that it visits. */
static void paint_tube(const struct board *d, const struct inspect_thread *t, struct draw_box bar,
                       struct draw_box from, struct draw_box to)
{
    uint32_t color = color_of(d, process_name(d, t->apc_process));
    bool right = to.x > from.x;
    int head = bar.h / 2, x0 = right ? bar.x + bar.w : to.x + to.w,
        x1 = right ? to.x + app_px(d->app, 4) : bar.x;
    struct draw_point tip[3] = { { right ? x1 : x0, bar.y - head / 2 },
                                 { right ? x1 + head : x0 - head, bar.y + bar.h / 2 },
                                 { right ? x1 : x0, bar.y + bar.h + head / 2 } };

    draw_rect(d->app->list, x0, bar.y, x1 - x0, bar.h, color);
    draw_outline(d->app->list, x0, bar.y, x1 - x0, bar.h, 1, DRAW_BLACK);
    draw_polygon(d->app->list, tip, 3, color);
    draw_label(d->app->list, d->app->fonts, x0, bar.y, x1 - x0, bar.h, DRAW_SMALL, DRAW_CENTER,
               theme_ink_on(color), "visits");
    tell_tube(d, t, (struct draw_box){ x0, bar.y, x1 - x0, bar.h });
}

/* ---- A process ------------------------------------------------------------------------------- */

static void paint_process(const struct board *d, const struct boxes_process *p, struct draw_box box)
{
    const struct theme *t = d->app->theme;
    uint32_t color = color_of(d, p->process->name);
    int head = d->line + d->pad, bar_h = d->line + d->pad;
    int bars = (int)p->bar_count * (bar_h + d->pad);
    int y = box.y + head + d->pad, inner = box.w - 2 * d->pad;
    int memory = memory_height(d, inner), handles = box.y + box.h - bars - y - memory - 2 * d->pad;
    char words[160];

    draw_rect(d->app->list, box.x, box.y, box.w, box.h, t->panel);
    draw_rect(d->app->list, box.x, box.y, box.w, head, color);
    draw_outline(d->app->list, box.x, box.y, box.w, box.h, app_px(d->app, 2), color);
    draw_label(d->app->list, d->app->fonts, box.x, box.y, box.w, head, DRAW_BODY, DRAW_LEFT,
               theme_ink_on(color), p->process->name);
    snprintf(words, sizeof words, "%u thread%s wait%s", p->waiting, p->waiting == 1 ? "" : "s",
             p->waiting == 1 ? "s" : "");
    draw_label(d->app->list, d->app->fonts, box.x, box.y, box.w, head, DRAW_SMALL, DRAW_RIGHT,
               theme_ink_on(color), words);
    tree_push(d->app->tree, tree_key(KEY_BOXES, p->process->name, 0), TREE_GROUP, p->process->name,
              draw_box_cut(box, d->seen), 0);
    tree_value(d->app->tree, "%s", words);
    paint_memory(d, p, (struct draw_box){ box.x + d->pad, y, inner, memory });
    if (handles >= 2 * d->pad + d->line + d->mono) /* One has room. */
        paint_handles(d, p,
                      (struct draw_box){ box.x + d->pad, y + memory + d->pad, inner, handles });
    y = box.y + box.h - bars;
    for (uint32_t i = 0; i < p->bar_count; i++) {
        paint_bar(d, p, p->bars[i], (struct draw_box){ box.x + d->pad, y, inner, bar_h });
        y += bar_h + d->pad;
    }
    tree_pop(d->app->tree);
}

/* Tubes lie over the boxes: bars are placed as paint_process has placed them. */
static void paint_tubes(const struct board *d, const struct draw_box boxes[2])
{
    int bar_h = d->line + d->pad;

    for (uint32_t i = 0; i < d->b->count; i++) {
        const struct boxes_process *p = &d->b->processes[i];
        int y = boxes[i].y + boxes[i].h - (int)p->bar_count * (bar_h + d->pad);

        for (uint32_t k = 0; k < p->bar_count; k++, y += bar_h + d->pad) {
            const struct inspect_thread *t = p->bars[k];
            struct draw_box bar = { boxes[i].x + d->pad, y, boxes[i].w - 2 * d->pad, bar_h };

            if (t->attach_index == 0 || d->b->count < 2 ||
                t->apc_process != d->b->processes[1 - i].process->address)
                continue;
            if (d->stacked)
                paint_elbow(d, t, bar, boxes[1 - i]);
            else
                paint_tube(d, t, bar, boxes[i], boxes[1 - i]);
        }
    }
}

/* ---- Processors, kernel ---------------------------------------------------------------------- */

static void paint_processor(const struct board *d, const struct inspect_processor *cpu,
                            struct draw_box box)
{
    const struct theme *t = d->app->theme;
    const struct inspect_thread *thread =
        cpu->idle ? NULL : inspect_thread(d->b->look, cpu->thread);
    const char *space = process_name(d, cpu->current_process);
    char title[40], line[240], who[160] = "idle", sees[120] = "";

    snprintf(title, sizeof title, "processor %u", cpu->number);
    if (thread != NULL) {
        snprintf(who, sizeof who, "runs %s", name_of(thread));
        snprintf(sees, sizeof sees, "sees %s", space);
    }
    snprintf(line, sizeof line, "%s: %s", title, who);
    draw_rect(d->app->list, box.x, box.y, box.w, box.h, t->panel);
    draw_outline(d->app->list, box.x, box.y, box.w, box.h,
                 thread != NULL ? app_px(d->app, FRAME) : 1,
                 thread != NULL ? color_of(d, space) : t->border);
    text(d, box.x + d->pad, box.y + d->pad, box.w - 2 * d->pad, DRAW_SMALL,
         thread != NULL ? t->ink : t->dim, line);
    text(d, box.x + d->pad, box.y + d->pad + d->line, box.w - 2 * d->pad, DRAW_SMALL, t->ink, sees);
    tree_leaf(d->app->tree, tree_key(KEY_BOXES, "processor", cpu->number), TREE_TEXT, title,
              draw_box_cut(box, d->seen), 0);
    tree_value(d->app->tree, "%s%s%s", who, sees[0] != 0 ? ", " : "", sees);
}

/* A disk with its queue: a square for each transfer that waited, as many as there is room for. */
static void paint_disk(const struct board *d, const struct boxes_disk *disk, struct draw_box box)
{
    const struct theme *t = d->app->theme;
    int side = d->line / 2, x = box.x + d->pad;
    char words[120], queue[40] = "";

    if (disk->busy)
        snprintf(words, sizeof words, "%s: moves %" PRIu32 " bytes", disk->name, disk->bytes);
    else
        snprintf(words, sizeof words, "%s: idle", disk->name);
    if (disk->queued > 0)
        snprintf(queue, sizeof queue, "%" PRIu32 " waited when it began", disk->queued);
    draw_rect(d->app->list, box.x, box.y, box.w, box.h, t->panel);
    draw_outline(d->app->list, box.x, box.y, box.w, box.h, disk->busy ? app_px(d->app, 2) : 1,
                 disk->busy ? t->ink : t->border);
    text(d, x, box.y + d->pad, box.w - 2 * d->pad, DRAW_SMALL, disk->busy ? t->ink : t->dim, words);
    draw_text(d->app->list, x, box.y + d->pad + d->line, box.w - 2 * d->pad, DRAW_SMALL, DRAW_LEFT,
              t->ink, queue);
    if (queue[0] != 0)
        x += draw_text_width(d->app->fonts, DRAW_SMALL, queue) + d->pad;
    for (uint32_t i = 0; i < disk->queued && x + side <= box.x + box.w - d->pad; i++) {
        draw_rect(d->app->list, x, box.y + d->pad + d->line + side / 2, side, side, t->accent);
        x += side + side / 2;
    }
    tree_leaf(d->app->tree, tree_key(KEY_BOXES, disk->name, 3), TREE_TEXT, disk->name,
              draw_box_cut(box, d->seen), 0);
    tree_value(d->app->tree, "%s%s%s", words + strlen(disk->name) + 2, queue[0] != 0 ? ", " : "",
               queue);
}

static void kernel_words(const struct board *d, char *words, size_t size)
{
    const uint64_t *gauge = d->b->look->gauges.value;
    const char *own = d->b->look->own_drivers;

    snprintf(words, size, "%s%s", own[0] != 0 ? "drivers: " : "exifs.sys is not loaded", own);
    if (d->b->look->driver_build[0] != 0)
        snprintf(words, size,
                 "exifs.sys %s: reserve %" PRIu64 " pages, %" PRIu64
                 " requests wait for the store%s%s",
                 d->b->look->driver_build, gauge[GAUGE_RESERVE_PAGES],
                 gauge[GAUGE_REQUESTS_WAITING], own[0] != 0 ? "; " : "", own);
}

/* Where parts are stacked the kernel's title has a line of its own, and its words wrap. */
static int kernel_head(const struct board *d) { return d->line + 2 * d->pad; }

static int kernel_height(const struct board *d, int width)
{
    char words[240];

    if (!d->stacked)
        return d->line + 3 * d->pad;
    kernel_words(d, words, sizeof words);
    return kernel_head(d) + 2 * d->pad +
           wrap_lines(d->app->fonts, DRAW_SMALL, words, width - 4 * d->pad) * d->line;
}

static void paint_kernel(const struct board *d, struct draw_box box)
{
    static const char title[] = "kernel: the same for all";
    const struct theme *t = d->app->theme;
    int w = draw_text_width(d->app->fonts, DRAW_SMALL, title) + 2 * d->pad;
    struct draw_box driver = { box.x + w + d->pad, box.y + d->pad / 2 + 1, box.w - w - 2 * d->pad,
                               box.h - d->pad - 2 };
    int head = d->stacked ? kernel_head(d) : box.h;
    char words[240];

    kernel_words(d, words, sizeof words);
    if (d->stacked)
        driver = (struct draw_box){ box.x + d->pad, box.y + head, box.w - 2 * d->pad,
                                    box.h - head - d->pad };
    draw_rect(d->app->list, box.x, box.y, box.w, box.h, t->raised);
    draw_outline(d->app->list, box.x, box.y, box.w, box.h, 1, t->border);
    draw_label(d->app->list, d->app->fonts, box.x, box.y, w, head, DRAW_SMALL, DRAW_LEFT, t->ink,
               title);
    draw_rect(d->app->list, driver.x, driver.y, driver.w, driver.h, t->background);
    draw_outline(d->app->list, driver.x, driver.y, driver.w, driver.h, 1, t->ink);
    if (d->stacked)
        wrap_draw(d->app->list, d->app->fonts, driver.x + d->pad, driver.y + d->pad / 2,
                  driver.w - 2 * d->pad, DRAW_SMALL, t->ink, words);
    else
        draw_label(d->app->list, d->app->fonts, driver.x, driver.y, driver.w, driver.h, DRAW_SMALL,
                   DRAW_LEFT, t->ink, words);
    tree_leaf(d->app->tree, tree_key(KEY_BOXES, "kernel", 0), TREE_TEXT, "Kernel",
              draw_box_cut(box, d->seen), 0);
    tree_value(d->app->tree, "%s", words);
}

/* ---- The board ------------------------------------------------------------------------------- */

/* One sentence that says the picture. */
static void sentence(const struct board *d, char *out, size_t size)
{
    const struct boxes *b = d->b;
    const struct inspect_thread *t = b->subject;
    const char *owner =
        t != NULL && t->process != INSPECT_NOBODY ? b->look->processes[t->process].name : "nobody";

    if (t == NULL)
        snprintf(out, size, "No thread wrote this record.");
    else if (t->attach_index != 0)
        snprintf(out, size, "%s belongs to %s and sees the memory of %s.", name_of(t), owner,
                 process_name(d, t->apc_process));
    else
        snprintf(out, size, "%s belongs to %s and sees its memory: it is at home.", name_of(t),
                 owner);
}

/* Height that a box needs for its memory, two handles and its bars. */
static int height_least(const struct board *d, int width)
{
    int head = d->line + d->pad, bars = 0;

    for (uint32_t i = 0; i < d->b->count; i++)
        bars = MAX_OF(bars, (int)d->b->processes[i].bar_count);
    return head + d->pad + memory_height(d, width - 2 * d->pad) + d->pad +
           (2 * d->pad + d->line + 2 * d->mono) + d->pad + bars * (head + d->pad);
}

/* Processes beside each other fill the box. */
static void place_beside(const struct board *d, struct draw_box box, struct places *p)
{
    int gap = app_px(d->app, GAP), head = d->line + 2 * d->pad, cpu = 2 * d->line + 2 * d->pad;
    int kernel = kernel_height(d, box.w), bottom = box.y + box.h - d->pad,
        w = (box.w - gap - 2 * d->pad) / 2, top = box.y + head;
    int h = bottom - kernel - 2 * d->pad - cpu - top, disk = cpu + d->pad;

    /* Disks stand where the drawers leave them room. */
    p->disk_count = h - disk >= height_least(d, w) ? (int)d->b->disk_count : 0;
    h -= p->disk_count > 0 ? disk : 0;
    p->rows = 1;
    p->per_row = (int)MAX_OF(d->b->look->processor_count, 1u);
    p->sentence = (struct draw_box){ box.x, box.y, box.w, head };
    p->processes[0] = (struct draw_box){ box.x + d->pad, top, w, h };
    p->processes[1] = (struct draw_box){ box.x + d->pad + w + gap, top, w, h };
    p->processors = (struct draw_box){ box.x, top + h + d->pad, box.w, cpu };
    p->disks = (struct draw_box){ box.x, top + h + 2 * d->pad + cpu, box.w, disk - d->pad };
    p->kernel = (struct draw_box){ box.x + d->pad, bottom - kernel, box.w - 2 * d->pad, kernel };
}

/* Stacked, all parts have the height that they need. */
static void place_stacked(const struct board *d, struct draw_box box, const char *words,
                          struct places *p)
{
    int gutter = app_px(d->app, GUTTER), w = box.w - 2 * d->pad - gutter, y = box.y,
        cpu = 2 * d->line + 2 * d->pad, h = height_least(d, w),
        head = wrap_lines(d->app->fonts, DRAW_BODY, words, box.w - 2 * d->pad) *
                   draw_line_height(d->app->fonts, DRAW_BODY) +
               2 * d->pad;

    p->disk_count = (int)d->b->disk_count;
    p->per_row = 2;
    p->rows = ((int)MAX_OF(d->b->look->processor_count, 1u) + 1) / 2;
    p->sentence = (struct draw_box){ box.x, y, box.w, head };
    y += head;
    for (int i = 0; i < 2; i++) {
        p->processes[i] = (struct draw_box){ box.x + d->pad + gutter, y, w, h };
        y += i < (int)d->b->count ? h + 2 * d->pad : 0;
    }
    p->processors = (struct draw_box){ box.x, y, box.w, cpu };
    y += p->rows * (cpu + d->pad);
    p->disks = (struct draw_box){ box.x, y, box.w, cpu };
    y += (p->disk_count + 1) / 2 * (cpu + d->pad);
    p->kernel = (struct draw_box){ box.x + d->pad, y, box.w - 2 * d->pad,
                                   kernel_height(d, box.w - 2 * d->pad) };
}

/* The place of a part in rows of as many as stand beside each other. */
static struct draw_box in_row(const struct board *d, struct draw_box row, int beside, int index)
{
    int w = (row.w - (beside + 1) * d->pad) / beside;

    return (struct draw_box){ row.x + d->pad + index % beside * (w + d->pad),
                              row.y + index / beside * (row.h + d->pad), w, row.h };
}

/* Returns the height that it would like to have. */
static int paint_board(struct board *d, struct draw_box box)
{
    const struct inspect *look = d->b->look;
    struct places p;
    char words[240];

    if (d->asks)
        snprintf(words, sizeof words, "Two processes, at this instant");
    else
        sentence(d, words, sizeof words);
    if (d->stacked)
        place_stacked(d, box, words, &p);
    else
        place_beside(d, box, &p);
    if (d->stacked)
        wrap_draw(d->app->list, d->app->fonts, box.x + d->pad, box.y + d->pad, box.w - 2 * d->pad,
                  DRAW_BODY, d->app->theme->ink, words);
    else
        text(d, box.x + d->pad, box.y + d->pad, box.w - 2 * d->pad, DRAW_BODY, d->app->theme->ink,
             words);
    tree_leaf(d->app->tree, tree_key(KEY_BOXES, "sentence", 0), TREE_TEXT, words,
              draw_box_cut(p.sentence, d->seen), TREE_LIVE);
    for (uint32_t i = 0; i < d->b->count; i++)
        paint_process(d, &d->b->processes[i], p.processes[i]);
    paint_tubes(d, p.processes);
    for (uint32_t i = 0; i < look->processor_count; i++)
        paint_processor(d, &look->processors[i], in_row(d, p.processors, p.per_row, (int)i));
    for (int i = 0; i < p.disk_count; i++)
        paint_disk(d, &d->b->disks[i],
                   in_row(d, p.disks, d->stacked ? p.per_row : p.disk_count, i));
    paint_kernel(d, p.kernel);
    return p.kernel.y + p.kernel.h + d->pad - box.y;
}

void paint_boxes(struct app *app)
{
    struct draw_box box = layout_screen(app);
    struct inspector *own = inspector_of(app);
    struct sheet_scroll *scroll = &own->boxes;
    struct boxes b;
    struct board d = { app,
                       &b,
                       tutor_keeps_back(app),
                       layout_is_small(app),
                       box,
                       app_px(app, PAD),
                       draw_line_height(app->fonts, DRAW_SMALL),
                       draw_line_height(app->fonts, DRAW_MONO_SMALL) };

    own->boxes_box = box;
    tree_push(app->tree, KEY_BOXES, TREE_GROUP, "Boxes", box, TREE_REGION);
    draw_clip_push(app->list, box.x, box.y, box.w, box.h);
    if (boxes_find(app, &b)) {
        scroll->offset = d.stacked ? MAX_OF(MIN_OF(scroll->offset, scroll->height - box.h), 0) : 0;
        scroll->height =
            paint_board(&d, (struct draw_box){ box.x, box.y - scroll->offset, box.w, box.h });
        sheet_bar(app, scroll, box);
    } else {
        draw_label(app->list, app->fonts, box.x, box.y, box.w, box.h, DRAW_TITLE, DRAW_CENTER,
                   app->theme->dim, "Looking into the machine at this instant.");
        tree_leaf(app->tree, tree_key(KEY_BOXES, "looking", 0), TREE_PROGRESS,
                  "Looking into the machine at this instant.", box, TREE_BUSY);
    }
    draw_clip_pop(app->list);
    tree_pop(app->tree);
}
