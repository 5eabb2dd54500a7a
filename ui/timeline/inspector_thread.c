/* inspector_thread.c - one thread: in whose house it is, what it waits for, what it has in hand.
 *
 * The attachment is drawn as two nested boxes: the outer one in the colour of the owner, the inner
 * one, as on the thread's lane, in that of the process in force, lettered with ApcStateIndex.
 */
#include "ui/timeline/inspector_inside.h"
#include <inttypes.h>
#include <string.h>

/* ---- The attachment -------------------------------------------------------------------------- */

struct chip_line {
    const char *name;
    uint32_t address;
    int x, w;
    uint32_t fill;
};

static void chip_line(struct side *v, const struct chip_line *line)
{
    struct sheet *s = v->sheet;
    struct draw_fonts *fonts = v->app->fonts;
    uint32_t ink = theme_ink_on(line->fill);
    int h = draw_line_height(fonts, DRAW_BODY), name_w = app_px(v->app, 72);
    char text[160], note[64];
    uint64_t tag = side_name(v, line->address, text, sizeof text);
    struct draw_box box = { line->x + name_w, s->y,
                            MIN_OF(draw_text_width(fonts, DRAW_BODY, text), line->w - name_w), h };

    snprintf(note, sizeof note, "at %08x", line->address);
    tree_push(v->app->tree, tree_key(s->section_key, line->name, 3), TREE_ROW, line->name,
              (struct draw_box){ 0 }, 0);
    tree_value(v->app->tree, "%s", text);
    s->row_key = tree_key(0, line->name, 1);
    if (sheet_sees(s, s->y, h))
        draw_text(v->app->list, line->x, draw_text_top(fonts, DRAW_SMALL, s->y, h), name_w,
                  DRAW_SMALL, DRAW_LEFT, ink, line->name);
    if (tag != 0) {
        bool hot = sheet_is_hot(s, box, text, tag);

        sheet_draw_link(s, box, DRAW_BODY, hot ? s->app->theme->link : ink, text, hot);
        sheet_node(s, TREE_LINK, text, box, tag);
        tree_note(v->app->tree, "%s", note);
    } else if (sheet_sees(s, s->y, h)) {
        draw_text(v->app->list, box.x, s->y, box.w, DRAW_BODY, DRAW_LEFT, ink, text);
    }
    if (sheet_sees(s, s->y, h) && box.x + box.w + app_px(v->app, 80) < line->x + line->w)
        draw_textf(v->app->list, line->x + line->w, draw_text_top(fonts, DRAW_MONO_SMALL, s->y, h),
                   0, DRAW_MONO_SMALL, DRAW_RIGHT, ink, "%08x", line->address);
    tree_pop(v->app->tree);
    s->row_key = 0;
    s->y += h;
}

static void boxes_show(struct side *v, const struct inspect_thread *t)
{
    const struct theme *theme = v->app->theme;
    struct sheet *s = v->sheet;
    const char *home = side_process(
        v, t->process < v->look->process_count ? v->look->processes[t->process].address : 0);
    uint32_t owner =
        t->process < v->look->process_count ? v->look->processes[t->process].address : 0;
    uint32_t outer = home[0] != 0 ? theme_process_color(theme, home) : theme->raised;
    uint32_t inner = theme_process_color(theme, side_process(v, t->apc_process));
    int line = draw_line_height(v->app->fonts, DRAW_BODY), pad = app_px(v->app, 7);
    int h = 3 * line + 5 * pad, top = s->y, mark = app_px(v->app, 22);
    int inner_y = top + 2 * pad + 2 * line, inner_h = line + 2 * pad;

    if (sheet_sees(s, top, h)) {
        draw_rect(v->app->list, s->x, top, s->w, h, outer);
        draw_outline(v->app->list, s->x, top, s->w, h, 1, DRAW_BLACK);
        draw_rect(v->app->list, s->x + pad, inner_y, s->w - 2 * pad, inner_h, inner);
        draw_outline(v->app->list, s->x + pad, inner_y, s->w - 2 * pad, inner_h, app_px(v->app, 2),
                     DRAW_BLACK);
        draw_rect(v->app->list, s->x + pad, inner_y, mark, inner_h, DRAW_BLACK);
        draw_textf(v->app->list, s->x + pad,
                   draw_text_top(v->app->fonts, DRAW_TITLE, inner_y, inner_h), mark, DRAW_TITLE,
                   DRAW_CENTER, DRAW_WHITE, "%u", t->attach_index);
    }
    s->y = top + pad;
    chip_line(v, &(struct chip_line){ "Owner", owner, s->x + pad, s->w - 2 * pad, outer });
    chip_line(
        v, &(struct chip_line){ "Saved", t->saved_apc_process, s->x + pad, s->w - 2 * pad, outer });
    s->y = inner_y + pad;
    chip_line(v, &(struct chip_line){ "In force", t->apc_process, s->x + 2 * pad + mark,
                                      s->w - 4 * pad - mark, inner });
    s->y = top + h + app_px(v->app, 6);
}

static void attachment_show(struct side *v, const struct inspect_thread *t)
{
    if (!side_section(v, SECTION_ATTACHMENT, "Attachment"))
        return;
    boxes_show(v, t);
    side_wrote(v, "ApcStateIndex", PAST_INDEX, "%u, %s", t->attach_index,
               t->attach_index == 0 ? "at home" : "attached");
    if (t->kernel_apc_disable == 0 && t->special_apc_disable == 0)
        sheet_say(v->sheet, "APCs held back", "none");
    else
        sheet_say(v->sheet, "APCs held back", "%s (kernel %d deep, special %d deep)",
                  t->special_apc_disable != 0 ? "all" : "normal kernel APCs",
                  -t->kernel_apc_disable, -t->special_apc_disable);
}

/* ---- State ----------------------------------------------------------------------------------- */

static void wait_show(struct side *v, const struct inspect_thread *t)
{
    char text[240], name[160];

    for (uint32_t i = 0; i < t->wait_count && i < INSPECT_WAITS_MAX; i++) {
        uint32_t lane = lanes_find(v->lanes, LANE_LOCK, t->waits[i].address);
        const struct cut_span *held = lane == LANE_NONE ? NULL : side_span(v, lane, LEVEL_STATE);
        uint64_t tag = side_name(v, t->waits[i].address, name, sizeof name);

        snprintf(text, sizeof text, "%s %s", inspect_wait_type_name(t->waits[i].type), name);
        sheet_row(v->sheet,
                  &(struct sheet_row){ .name = t->wait_all ? "Waits for all of" : "Waits for",
                                       .value = text,
                                       .tag = tag });
        if (held != NULL && held->state == SPAN_HELD && held->value < lanes_count(v->lanes))
            side_lane(v, "Held by", held->value);
    }
    if (t->wait_count > INSPECT_WAITS_MAX)
        sheet_say(v->sheet, "And", "%u more objects", t->wait_count - INSPECT_WAITS_MAX);
    sheet_say(v->sheet, "Reason", "%s%s%s", inspect_wait_reason_name(t->wait_reason),
              t->alertable ? ", alertable" : "", t->user_wait ? ", of user mode" : "");
    if (t->deadline != SIM_NEVER) {
        side_time(t->deadline, text, sizeof text);
        sheet_say(v->sheet, "Until", "%s at the latest", text);
    }
}

static void state_show(struct side *v, const struct inspect_thread *t)
{
    char text[80];

    if (!side_section(v, SECTION_STATE, "State"))
        return;
    if (t->running)
        side_wrote(v, "State", PAST_STATE, "running on CPU %u%s", t->processor,
                   t->terminating ? ", terminating" : "");
    else
        side_wrote(v, "State", PAST_STATE, "%s%s", inspect_state_name(t->state),
                   t->terminating ? ", terminating" : "");
    if (strcmp(inspect_state_name(t->state), "waiting") == 0)
        wait_show(v, t);
    if (t->service != 0)
        side_wrote(v, "Service", PAST_SERVICE, "%s", inspect_service_name(t->service));
    else
        side_wrote(v, "Service", PAST_SERVICE, "%s", t->system ? "none: a system thread" : "none");
    sheet_say(v->sheet, "Priority", "%d (base %d)", t->priority, t->base_priority);
    side_wrote(v, "IRQL", PAST_IRQL, "%u, %s", t->irql, side_irql_name(t->irql));
    sheet_say(v->sheet, "Processor", "%u, ideally %u", t->processor, t->ideal_processor);
    if (t->suspend_count != 0)
        sheet_say(v->sheet, "Held", "suspended %d times", t->suspend_count);
    sheet_say(v->sheet, "Last error", "%u (0x%08x)", t->last_error, t->last_error);
    text_length(t->cpu_time, text, sizeof text);
    sheet_say(v->sheet, "Processor time", "%s in %" PRIu64 " turns", text, t->switches);
    sheet_say(v->sheet, "Thread", "%04x at %08x%s", t->id, t->address,
              t->system ? ", of the system" : "");
}

/* ---- IRPs ------------------------------------------------------------------------------------ */

void irps_show(struct side *v, uint32_t thread)
{
    static const int percent[] = { 26, 42, 32 };
    uint32_t shown = 0;

    for (uint32_t i = 0; v->look != NULL && i < v->look->irp_count; i++) {
        const struct inspect_irp *irp = &v->look->irps[i];
        char address[16], major[40];
        const char *name = inspect_major_name(irp->major);
        const char *cells[] = { address, major,
                                irp->completed   ? "completed"
                                : irp->cancelled ? "cancelled"
                                : irp->pending   ? "pending"
                                                 : "under way" };

        if (thread != 0 && irp->thread != thread)
            continue;
        snprintf(address, sizeof address, "%08x", irp->address);
        snprintf(major, sizeof major, "%s", strncmp(name, "IRP_MJ_", 7) == 0 ? name + 7 : name);
        sheet_cells(v->sheet, &(struct sheet_cells){ .cells = cells,
                                                     .percent = percent,
                                                     .count = ARRAY_LEN(cells),
                                                     .tag = side_tag(v, TAG_IRP, irp->address) });
        shown++;
    }
    if (shown == 0)
        sheet_text(v->sheet, DRAW_SMALL, v->sheet->dim, "None.");
}

void thread_show(struct side *v, uint32_t id)
{
    const struct inspect_thread *t = v->look != NULL ? inspect_thread(v->look, id) : NULL;
    char name[60];

    if (t == NULL) {
        if (v->look != NULL)
            sheet_text(v->sheet, DRAW_BODY, v->sheet->dim,
                       "At this instant the thread does not exist: not begun yet, or gone.");
        return;
    }
    attachment_show(v, t);
    state_show(v, t);
    if (side_section(v, SECTION_STACK, "Stack"))
        stack_show(v->sheet, v->own, t->frames, t->frame_count);
    snprintf(name, sizeof name, "I/O requests (%u)", t->irp_count);
    if (t->irp_count > 0 && side_section(v, SECTION_IRPS, name))
        irps_show(v, t->id);
}
