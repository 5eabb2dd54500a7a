/* inspector.c - see inspector.h: what is chosen, where its data comes from, and the words that all
 * its pages share.
 *
 * What is shown is the moment under the playhead (recording_moment). While that is being computed
 * the last one stands there, dulled and named as what it is; nothing old is passed off as new.
 */
#include "ui/timeline/inspector_inside.h"
#include "ui/timeline/layout.h"
#include "ui/timeline/tell.h"
#include "ui/timeline/wrote.h"
#include "ui/symbols/symbols.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { NOTCH = 60 }; /* Pixels at 100 % for each notch of the wheel. */

struct inspector *inspector_of(struct app *app)
{
    if (app->inspector == NULL) {
        app->inspector = calloc(1, sizeof *app->inspector);
        CHECK(app->inspector != NULL);
    }
    return app->inspector;
}

void inspector_free(struct inspector *inspector)
{
    if (inspector == NULL)
        return;
    symbols_close(inspector->symbols);
    free(inspector->source.text);
    free(inspector);
}

bool inspector_wheel(struct app *app, int x, int y, int dy)
{
    return inspector_drag(app, x, y, -dy * app_px(app, NOTCH));
}

bool inspector_drag(struct app *app, int x, int y, int dy)
{
    struct inspector *own = inspector_of(app);

    if (app->screen == SCREEN_BOXES)
        return sheet_wheel(&own->boxes, own->boxes_box, x, y, dy);
    if (app->screen == SCREEN_TIMELINE)
        return layout_side_shown(app) && sheet_wheel(&own->side, app->layout.side, x, y, dy);
    return app->screen == SCREEN_STOP && (sheet_wheel(&own->stop[0], own->stop_box[0], x, y, dy) ||
                                          sheet_wheel(&own->stop[1], own->stop_box[1], x, y, dy));
}

static bool focus_within(const struct app *app, uint64_t region)
{
    const struct tree_node *node = tree_focus(app->tree);

    while (node != NULL && node->key != region)
        node = tree_parent(app->tree, node);
    return node != NULL;
}

static void scroll(struct app *app, struct sheet_scroll *scroll, struct draw_box box,
                   enum inspector_scroll how)
{
    int line = app_px(app, NOTCH), page = MAX_OF(box.h - line, line);
    const int by[] = {
        [SCROLL_LINE_UP] = -line,  [SCROLL_LINE_DOWN] = line,      [SCROLL_PAGE_UP] = -page,
        [SCROLL_PAGE_DOWN] = page, [SCROLL_TOP] = -scroll->height, [SCROLL_BOTTOM] = scroll->height,
    };

    sheet_wheel(scroll, box, box.x, box.y, by[how]);
    app->dirty = true;
}

bool inspector_scroll(struct app *app, enum inspector_scroll how)
{
    struct inspector *own = inspector_of(app);
    int sheet;

    if (layout_side_shown(app) && focus_within(app, KEY_SIDE)) {
        scroll(app, &own->side, app->layout.side, how);
        return true;
    }
    if (app->screen != SCREEN_STOP || app->pane_count == 0)
        return false;
    sheet = own->stop_box[1].w > 0 && !focus_within(app, KEY_STOP);
    scroll(app, &own->stop[sheet], own->stop_box[sheet], how);
    return true;
}

void inspector_fold(struct app *app, uint64_t section)
{
    inspector_of(app)->folded ^= 1u << (section & 31);
    app->dirty = true;
}

/* ---- Words ----------------------------------------------------------------------------------- */

uint64_t side_tag(const struct side *v, enum tag_kind kind, uint64_t number)
{
    return tag_make(kind, (uint32_t)(v->pane - v->app->panes), number);
}

bool side_section(struct side *v, enum section section, const char *name)
{
    return sheet_section(v->sheet, name, side_tag(v, TAG_FOLD, section),
                         (v->own->folded >> section & 1) != 0);
}

uint32_t side_lane_of(const struct side *v, uint32_t address)
{
    static const enum lane_kind kinds[] = { LANE_PROCESS, LANE_THREAD, LANE_LOCK };
    const struct inspect_process *p = NULL;
    const struct inspect_thread *t = NULL;
    uint32_t lane = LANE_NONE;

    if (address == 0)
        return LANE_NONE;
    if (v->look != NULL && (p = inspect_process_at(v->look, address)) != NULL)
        lane = lanes_find_at(v->lanes, LANE_PROCESS, address, v->pane->now);
    else if (v->look != NULL && (t = inspect_thread_at(v->look, address)) != NULL)
        lane = lanes_thread_by_id(v->lanes, t->id, v->pane->now);
    for (size_t i = 0; i < ARRAY_LEN(kinds) && lane == LANE_NONE; i++)
        lane = lanes_find_at(v->lanes, kinds[i], address, v->pane->now);
    return lane;
}

const char *side_process(const struct side *v, uint32_t address)
{
    uint32_t lane = side_lane_of(v, address);

    return lane == LANE_NONE || lanes_get(v->lanes, lane)->kind != LANE_PROCESS
               ? ""
               : lanes_get(v->lanes, lane)->name;
}

uint64_t side_name(const struct side *v, uint32_t address, char *out, size_t size)
{
    uint32_t lane = side_lane_of(v, address);

    snprintf(out, size, address == 0 ? "none" : "%08x", address);
    if (lane != LANE_NONE) {
        row_name(v->pane->run, lane, out, size);
        return side_tag(v, TAG_LANE, lane);
    }
    if (address != 0 && v->look != NULL && inspect_irp_at(v->look, address) != NULL) {
        snprintf(out, size, "IRP %08x", address);
        return side_tag(v, TAG_IRP, address);
    }
    return 0;
}

void side_lane(struct side *v, const char *name, uint32_t lane)
{
    const struct lane *what = lanes_get(v->lanes, lane);
    char text[160], note[64];

    row_name(v->pane->run, lane, text, sizeof text);
    snprintf(note, sizeof note, "at %08x", what->key);
    sheet_row(v->sheet,
              &(struct sheet_row){ .name = name,
                                   .value = text,
                                   .tag = side_tag(v, TAG_LANE, lane),
                                   .note = note,
                                   .chip = what->process != PROCESS_NONE
                                               ? lanes_process_name(v->lanes, what->process)
                                               : NULL });
}

void side_object(struct side *v, const char *name, uint32_t address)
{
    uint32_t lane = side_lane_of(v, address);

    if (lane != LANE_NONE)
        side_lane(v, name, lane);
    else
        sheet_say(v->sheet, name, address == 0 ? "none" : "%08x", address);
}

void side_wrote(struct side *v, const char *name, enum past_field field, const char *format, ...)
{
    char text[400];
    va_list list;

    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    sheet_row(v->sheet, &(struct sheet_row){ .name = name,
                                             .value = text,
                                             .has_writer = v->own->past.wrote_known[field],
                                             .writer = v->own->past.wrote[field] });
}

const struct cut_span *side_span(const struct side *v, uint32_t lane, enum lane_level level)
{
    const struct detail *d = v->detail;
    const struct cut_span *found = NULL;
    uint32_t slot = lane * LANE_LEVELS + (uint32_t)level;

    if (d == NULL || lane >= d->lane_count)
        return NULL;
    for (uint32_t i = d->span_from[slot]; i < d->span_from[slot + 1] && d->spans[i].begin <= v->at;
         i++)
        if (d->spans[i].end > v->at || (d->spans[i].end >= v->at && v->at + 1 == d->count))
            found = &d->spans[i];
    return found;
}

void side_time(sim_time at, char *out, size_t size)
{
    snprintf(out, size, "%" PRIu64 ".%06" PRIu64 " s", at / SEC(1), at % SEC(1) / US(1));
}

const char *side_irql_name(uint32_t irql)
{
    static const char *const names[] = { "PASSIVE_LEVEL", "APC_LEVEL", "DISPATCH_LEVEL" };

    return irql < ARRAY_LEN(names) ? names[irql] : "a device's level";
}

/* ---- The record, the processors -------------------------------------------------------------- */

static void record_show(struct side *v)
{
    const struct record *r = recording_record(v->pane->run, v->pane->now);
    char count[40], time[48], text[300], head[120];
    uint32_t byte_lane, address;

    text_count(v->pane->now, count, sizeof count);
    text_time(recording_time(v->pane->run, v->pane->now), time, sizeof time);
    snprintf(head, sizeof head, "Record #%s", count);
    if (!side_section(v, SECTION_RECORD, head))
        return;
    if (r == NULL) {
        sheet_text(v->sheet, DRAW_BODY, v->sheet->dim, "being computed ...");
        return;
    }
    text_record(v->pane, r, text, sizeof text);
    sheet_text(v->sheet, DRAW_BODY, v->sheet->ink, text);
    sheet_say(v->sheet, "At", "%s, on processor %u", time, r->cpu);
    if (r->thread != 0) {
        uint32_t lane = lanes_thread_by_id(v->lanes, r->thread, v->pane->now);

        if (lane != LANE_NONE)
            side_lane(v, "Written by", lane);
    }
    if (wrote_record(v->pane->run, r, v->pane->now, &byte_lane, &address)) {
        snprintf(text, sizeof text, "%08x in %s", address, lanes_get(v->lanes, byte_lane)->name);
        sheet_row(v->sheet, &(struct sheet_row){
                                .name = "Byte",
                                .value = text,
                                .tag = side_tag(v, TAG_BYTE, wrote_number(byte_lane, address)),
                                .note = "who wrote it?" });
    }
}

/* The thread, and if it is away from home, where. */
static void cpus_show(struct side *v)
{
    if (v->look == NULL || !side_section(v, SECTION_CPUS, "Processors"))
        return;
    for (uint32_t i = 0; i < v->look->processor_count; i++) {
        const struct inspect_processor *p = &v->look->processors[i];
        const struct inspect_thread *t = inspect_thread_at(v->look, p->thread_address);
        const char *home = "", *there = "";
        char name[32], who[160] = "idle", text[300];
        uint64_t tag = 0;

        if (!p->idle && t != NULL) {
            tag = side_name(v, p->thread_address, who, sizeof who);
            if (t->process < v->look->process_count)
                home = v->look->processes[t->process].name;
            if (t->attach_index != 0)
                there = side_process(v, t->apc_process);
        }
        snprintf(name, sizeof name, "CPU %u", p->number);
        snprintf(text, sizeof text, "%s%s%s%s", who, there[0] != 0 ? ", inside " : "", there,
                 p->dpc_active ? ", in a DPC"
                 : p->spinning ? ", spins on a lock"
                               : "");
        sheet_row(v->sheet,
                  &(struct sheet_row){ .name = name, .value = text, .tag = tag, .chip = home });
    }
}

static void cpu_show(struct side *v, uint32_t number)
{
    const struct inspect_processor *p;

    if (v->look == NULL || number >= v->look->processor_count ||
        !side_section(v, SECTION_STATE, "Processor"))
        return;
    p = &v->look->processors[number];
    side_wrote(v, "Runs", PAST_STATE, "%s",
               p->idle         ? "nothing: idle"
               : p->dpc_active ? "DPCs"
               : p->spinning   ? "a thread that spins on a lock"
                               : "a thread");
    if (p->thread_address != 0 && !p->idle)
        side_object(v, "Thread", p->thread_address);
    if (p->next != 0) {
        const struct inspect_thread *next = inspect_thread(v->look, p->next);

        if (next != NULL)
            side_object(v, "Next", next->address);
    }
    side_wrote(v, "IRQL", PAST_IRQL, "%u, %s", p->irql, side_irql_name(p->irql));
    if (p->dpc_active)
        sheet_say(v->sheet, "DPCs broke in at", "%u, %s", p->interrupted_irql,
                  side_irql_name(p->interrupted_irql));
    side_object(v, "Address space", p->cr3);
    sheet_say(v->sheet, "Ready threads", "%u in its queues", p->ready_count);
    sheet_say(v->sheet, "Switches", "%" PRIu64, p->switches);
    if (p->frame_count > 0 && side_section(v, SECTION_STACK, "Stack of its DPCs"))
        stack_show(v->sheet, v->own, p->frames, p->frame_count);
}

/* ---- The whole ------------------------------------------------------------------------------- */

/* The address of an IRP that stands in a place now; 0: none. */
static uint32_t irp_in_place(const struct side *v)
{
    const struct cut_span *span = side_span(v, v->lane, LEVEL_STATE);

    return span != NULL && span->state == SPAN_IRP ? span->value : 0;
}

/* Each bar of the lane under the playhead, the outermost first. */
static void spans_show(struct side *v)
{
    static const char *const levels[LANE_LEVELS] = { "State",       "Visit",    "Second visit",
                                                     "Third visit", "In a DPC", "In a service" };
    struct told told;
    char text[sizeof told.what + sizeof told.when + 8];

    if (!side_section(v, SECTION_SPANS, "Under the playhead"))
        return;
    for (uint32_t level = 0; level < LANE_LEVELS; level++)
        switch (tell_span(v->pane, v->lane, level, v->pane->now, &told)) {
        case FOUND_YES:
            snprintf(text, sizeof text, "%s, %s", told.what, told.when);
            sheet_say(v->sheet, levels[level], "%s", text);
            break;
        case FOUND_PENDING:
            sheet_say(v->sheet, levels[level], "being computed ...");
            break;
        default:
            break;
        }
}

static void add_field(char *out, size_t size, bool differs, const char *name)
{
    size_t length = strlen(out);

    if (differs)
        snprintf(out + length, size - length, "%s%s", length > 0 ? ", " : "", name);
}

/* The record in which twins part: what each wrote, and in which fields they differ. */
static void difference_show(struct side *v)
{
    struct app *app = v->app;
    uint64_t number = app->twins.difference;
    const struct record *r[2];
    char text[300], fields[160] = "", name[120];

    if (app->pane_count < 2 || !app->twins.known ||
        !side_section(v, SECTION_TWINS, "First difference of the twins"))
        return;
    for (int i = 0; i < 2; i++) {
        r[i] = recording_record(app->panes[i].run, number);
        if (r[i] != NULL)
            text_record(&app->panes[i], r[i], text, sizeof text);
        else
            snprintf(text, sizeof text, "%s",
                     number >= recording_status(app->panes[i].run)->records
                         ? "nothing: it has ended"
                         : "being computed ...");
        snprintf(name, sizeof name, "%s", app->panes[i].label);
        sheet_row(v->sheet, &(struct sheet_row){ .name = name,
                                                 .value = text,
                                                 .tag = tag_make(TAG_RECORD, app->active, number),
                                                 .note = "goes to the first difference" });
    }
    if (r[0] == NULL || r[1] == NULL)
        return;
    add_field(fields, sizeof fields, r[0]->at != r[1]->at, "time");
    add_field(fields, sizeof fields, r[0]->kind != r[1]->kind, "kind");
    add_field(fields, sizeof fields, r[0]->cpu != r[1]->cpu, "processor");
    add_field(fields, sizeof fields, r[0]->thread != r[1]->thread, "thread");
    add_field(fields, sizeof fields, r[0]->a != r[1]->a, "first argument");
    add_field(fields, sizeof fields, r[0]->b != r[1]->b, "second argument");
    add_field(fields, sizeof fields, r[0]->c != r[1]->c, "third argument");
    add_field(fields, sizeof fields, r[0]->d != r[1]->d, "fourth argument");
    sheet_say(v->sheet, "They differ in", "%s", fields);
    sheet_gap(v->sheet, 10);
}

static void object_show(struct side *v)
{
    const struct lane *lane;
    char name[160];

    difference_show(v);
    sums_show(v);
    writers_show(v);
    if (v->lane == LANE_NONE) {
        sheet_text(v->sheet, DRAW_BODY, v->sheet->dim,
                   "Choose a lane to see what it is of. This is the whole machine.");
        record_show(v);
        cpus_show(v);
        return;
    }
    lane = lanes_get(v->lanes, v->lane);
    row_name(v->pane->run, v->lane, name, sizeof name);
    if (lane->process != PROCESS_NONE) {
        struct sheet *s = v->sheet;
        int chip = sheet_draw_chip(s, s->x, s->y, draw_line_height(v->app->fonts, DRAW_TITLE),
                                   lanes_process_name(v->lanes, lane->process));

        s->x += chip;
        s->w -= chip;
        sheet_text(s, DRAW_TITLE, s->ink, name);
        s->x -= chip;
        s->w += chip;
    } else {
        sheet_text(v->sheet, DRAW_TITLE, v->sheet->ink, name);
    }
    switch (lane->kind) {
    case LANE_THREAD:
        thread_show(v, lane->id);
        break;
    case LANE_PROCESS:
        process_show(v, lane->id);
        break;
    case LANE_CPU:
        cpu_show(v, lane->key);
        break;
    default:
        table_show(v);
        break;
    }
    spans_show(v);
    past_show(v);
    record_show(v);
}

static struct side look_at(struct app *app, struct sheet *sheet)
{
    uint32_t which = app->selected.lane != LANE_NONE && app->selected.pane < app->pane_count
                         ? app->selected.pane
                         : app->active;
    struct pane *pane = &app->panes[which];
    uint32_t index = recording_segment_of(pane->run, pane->now);
    struct side side = { .sheet = sheet,
                         .app = app,
                         .pane = pane,
                         .own = inspector_of(app),
                         .lanes = recording_lanes(pane->run),
                         .look = recording_moment(pane->run, pane->now),
                         .lane = app->selected.lane };

    if (index != SEGMENT_NONE) {
        side.detail = recording_detail(pane->run, index);
        side.at = (uint32_t)(pane->now - recording_segment(pane->run, index)->first);
    }
    if (side.lane != LANE_NONE && side.lane >= lanes_count(side.lanes))
        side.lane = LANE_NONE;
    return side;
}

void paint_side(struct app *app)
{
    struct sheet sheet;
    struct side side = look_at(app, &sheet);
    struct inspector *own = side.own;
    bool old = side.look == NULL;
    uint64_t shown = (uint64_t)app->selected.pane << 32 | side.lane;

    if (own->shown != shown) {
        own->shown = shown;
        own->side = (struct sheet_scroll){ 0 };
    }
    if (old)
        side.look = recording_last_moment(side.pane->run);
    past_find(&own->past, side.pane, side.lane, side.lane != LANE_NONE ? irp_in_place(&side) : 0);
    if (layout_is_narrow(app)) /* A drawer throws a shadow on what it covers. */
        draw_rect(app->list, app->layout.side.x - app_px(app, 5), app->layout.side.y,
                  app_px(app, 5), app->layout.side.h, app->theme->shadow);
    sheet_begin(&sheet, app, &own->side, app->layout.side, KEY_SIDE, "Inspector", old);
    if (old && side.look != NULL) {
        char count[40], text[120];

        text_count(side.look->record, count, sizeof count);
        snprintf(text, sizeof text, "computing ... still showing #%s", count);
        sheet_text(&sheet, DRAW_SMALL, app->theme->dim, text);
    } else if (old) {
        sheet_text(&sheet, DRAW_SMALL, app->theme->dim, "computing ...");
    }
    object_show(&side);
    sheet_end(&sheet);
    draw_line(app->list, app->layout.side.x, app->layout.side.y, app->layout.side.x,
              app->layout.side.y + app->layout.side.h - 1, 1, app->theme->border);
}
