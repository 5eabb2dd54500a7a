/* inspector_process.c - one process: its life, its threads, its handles; of the store also its
 * database. */
#include "ui/timeline/inspector_inside.h"
#include <inttypes.h>
#include <string.h>

enum { HANDLES_SHOWN = 40 };

static void life_show(struct side *v, const struct inspect_process *p)
{
    char text[80];

    if (!side_section(v, SECTION_STATE, "Process"))
        return;
    if (p->exiting || p->deleting)
        side_wrote(v, "Life", PAST_STATE, "%s, status %08x",
                   p->deleting ? "deleted" : "ending: its handles are being closed",
                   (uint32_t)p->exit_status);
    else
        side_wrote(v, "Life", PAST_STATE, "%s%s", p->crashed ? "crashed, still there" : "lives",
                   p->critical ? ", critical to the system" : "");
    if (p->debugger != 0)
        side_object(v, "Debugger", p->debugger);
    else
        side_wrote(v, "Debugger", PAST_DEBUGGER, "none");
    side_wrote(v, "Handles", PAST_HANDLES, "%u", p->handle_count);
    sheet_say(v->sheet, "Stack count", "%d foreign visits under way", p->stack_count);
    sheet_say(v->sheet, "Base priority", "%d", p->base_priority);
    text_length(p->cpu_time, text, sizeof text);
    sheet_say(v->sheet, "Processor time", "%s", text);
    sheet_say(v->sheet, "Quota", "nonpaged %" PRIu64 ", paged %" PRIu64 " bytes", p->quota_nonpaged,
              p->quota_paged);
    sheet_say(v->sheet, "Heap", "%" PRIu64 " KiB", p->heap_bytes / 1024);
    sheet_say(v->sheet, "Process", "%04x at %08x, child of %04x", p->id, p->address, p->parent_id);
}

static uint64_t thread_tag(const struct side *v, const struct inspect_thread *t)
{
    uint32_t lane = lanes_thread_by_id(v->lanes, t->id, v->pane->now);

    return lane == LANE_NONE ? 0 : side_tag(v, TAG_LANE, lane);
}

static void threads_show(struct side *v, uint32_t index, uint32_t count)
{
    static const int percent[] = { 44, 20, 36 };
    char name[48];

    snprintf(name, sizeof name, "Threads (%u)", count);
    if (!side_section(v, SECTION_THREADS, name))
        return;
    for (uint32_t i = 0; i < v->look->thread_count; i++) {
        const struct inspect_thread *t = &v->look->threads[i];
        char who[96], visit[80] = "";
        const char *cells[] = { who, t->running ? "running" : inspect_state_name(t->state), visit };

        if (t->process != index)
            continue;
        snprintf(who, sizeof who, "%s %04x", t->name, t->id);
        if (t->attach_index != 0)
            snprintf(visit, sizeof visit, "in %s", side_process(v, t->apc_process));
        else if (t->service != 0)
            snprintf(visit, sizeof visit, "%s", inspect_service_name(t->service));
        sheet_cells(v->sheet, &(struct sheet_cells){ .cells = cells,
                                                     .percent = percent,
                                                     .count = ARRAY_LEN(cells),
                                                     .tag = thread_tag(v, t) });
    }
}

/* Where a handle's object can be looked at. */
static uint64_t handle_tag(const struct side *v, const struct inspect_handle *h)
{
    uint32_t lane = side_lane_of(v, h->object);

    return lane == LANE_NONE ? 0 : side_tag(v, TAG_LANE, lane);
}

static void handles_show(struct side *v, uint32_t index, uint32_t count)
{
    static const int percent[] = { 15, 24, 61 };
    static const char *const header[] = { "Handle", "Type", "Name or address" };
    char name[48];
    uint32_t shown = 0;

    snprintf(name, sizeof name, "Handles (%u)", count);
    if (!side_section(v, SECTION_HANDLES, name))
        return;
    sheet_cells(v->sheet, &(struct sheet_cells){ .cells = header,
                                                 .percent = percent,
                                                 .count = ARRAY_LEN(header),
                                                 .header = true });
    for (uint32_t i = 0; i < v->look->handle_count && shown < HANDLES_SHOWN; i++) {
        const struct inspect_handle *h = &v->look->handles[i];
        char value[16], what[INSPECT_NAME + 16];
        const char *cells[] = { value, inspect_type_name(h->type), what };

        if (h->process != index)
            continue;
        snprintf(value, sizeof value, "%04x", h->handle);
        if (h->name[0] != 0)
            snprintf(what, sizeof what, "%s", h->name);
        else
            snprintf(what, sizeof what, "%08x", h->object);
        sheet_cells(v->sheet, &(struct sheet_cells){ .cells = cells,
                                                     .percent = percent,
                                                     .count = ARRAY_LEN(cells),
                                                     .tag = handle_tag(v, h) });
        shown++;
    }
    if (shown < count) {
        char more[80];

        snprintf(more, sizeof more, "... and %u more", count - shown);
        sheet_text(v->sheet, DRAW_SMALL, v->sheet->dim, more);
    }
}

void process_show(struct side *v, uint32_t id)
{
    const struct inspect_process *p = NULL;
    uint32_t index;

    for (uint32_t i = 0; v->look != NULL && i < v->look->process_count; i++)
        if (v->look->processes[i].id == id)
            p = &v->look->processes[i];
    if (p == NULL) {
        if (v->look != NULL)
            sheet_text(v->sheet, DRAW_BODY, v->sheet->dim,
                       "At this instant the process does not exist: not begun yet, or gone.");
        return;
    }
    index = (uint32_t)(p - v->look->processes);
    life_show(v, p);
    if (strcmp(p->name, "store.exe") == 0)
        store_show(v);
    threads_show(v, index, p->thread_count);
    handles_show(v, index, p->handle_count);
}
