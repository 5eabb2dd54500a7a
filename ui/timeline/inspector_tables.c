/* inspector_tables.c - what is neither thread nor process: requests, locks, queues, pools, disks,
 * services, the event log, the load. */
#include "ui/timeline/inspector_inside.h"
#include "ui/timeline/paint.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { TAGS_SHOWN = 40, LINES_SHOWN = 30 };

static void now_show(struct side *v, const char *name)
{
    char text[200];

    if (!side_section(v, SECTION_STATE, name))
        return;
    paint_lane_now(v->pane, v->lane, text, sizeof text);
    side_wrote(v, "Now", PAST_STATE, "%s", text);
}

/* ---- IRPs ------------------------------------------------------------------------------------ */

static void irp_show(struct side *v)
{
    const struct cut_span *span = side_span(v, v->lane, LEVEL_STATE);
    const struct inspect_irp *irp = v->look != NULL && span != NULL && span->state == SPAN_IRP
                                        ? inspect_irp_at(v->look, span->value)
                                        : NULL;
    char text[64];

    if (side_section(v, SECTION_STATE, "I/O request")) {
        if (irp == NULL) {
            snprintf(text, sizeof text, "%08x", span != NULL ? span->value : 0);
            sheet_text(v->sheet, DRAW_BODY, v->sheet->dim,
                       span == NULL ? "No request stands in this place now."
                                    : "The request is on no thread's list now:");
            if (span != NULL)
                sheet_say(v->sheet, "IRP", "%s, %s", text, inspect_major_name(span->extra));
        } else {
            const struct inspect_thread *t = inspect_thread(v->look, irp->thread);
            const struct inspect_handle *h = inspect_handle_to(v->look, irp->file);

            sheet_say(v->sheet, "IRP", "%08x", irp->address);
            sheet_say(v->sheet, "Function", "%s, minor %u", inspect_major_name(irp->major),
                      irp->minor);
            if (t != NULL)
                side_object(v, "Thread", t->address);
            sheet_say(v->sheet, "File", "%08x%s%s", irp->file,
                      h != NULL && h->name[0] != 0 ? " " : "", h != NULL ? h->name : "");
            sheet_say(v->sheet, "Device", "%08x%s", irp->device,
                      irp->device != 0 && irp->device == v->look->driver_device ? ", of ExIFS"
                                                                                : "");
            sheet_say(v->sheet, "State", "%s%s%s",
                      irp->completed ? "completed"
                      : irp->pending ? "pending"
                                     : "under way",
                      irp->cancelled ? ", cancelled" : "",
                      irp->cancelable ? ", can be cancelled" : "");
            sheet_say(v->sheet, "Status", "%08x, information %" PRIu64, (uint32_t)irp->status,
                      irp->information);
        }
    }
    snprintf(text, sizeof text, "All requests (%u)", v->look != NULL ? v->look->irp_count : 0);
    if (side_section(v, SECTION_IRPS, text))
        irps_show(v, 0);
}

/* ---- Pools ----------------------------------------------------------------------------------- */

static int by_bytes(const void *one, const void *other)
{
    const struct inspect_pool *a = *(const struct inspect_pool *const *)one,
                              *b = *(const struct inspect_pool *const *)other;

    if (a->use.bytes != b->use.bytes)
        return a->use.bytes < b->use.bytes ? 1 : -1;
    return (a->use.tag > b->use.tag) - (a->use.tag < b->use.tag);
}

/* Four letters as they stand in memory. */
static void tag_text(uint32_t tag, char out[5])
{
    for (int i = 0; i < 4; i++) {
        char letter = (char)(tag >> (8 * i) & 0xff);

        out[i] = letter >= ' ' && letter < 127 ? letter : '.';
    }
    out[4] = 0;
}

static void pool_rows(struct side *v, const struct inspect_pool *const *list, uint32_t count)
{
    static const int percent[] = { 14, -24, -18, -24, -20 };
    static const char *const header[] = { "Tag", "bytes", "blocks", "allocs", "refused" };

    sheet_cells(v->sheet, &(struct sheet_cells){ .cells = header,
                                                 .percent = percent,
                                                 .count = ARRAY_LEN(header),
                                                 .header = true });
    for (uint32_t i = 0; i < count && i < TAGS_SHOWN; i++) {
        const struct inspect_pool_use *use = &list[i]->use;
        char tag[5], cell[4][40];
        const char *cells[] = { tag, cell[0], cell[1], cell[2], cell[3] };

        tag_text(use->tag, tag);
        text_count(use->bytes, cell[0], sizeof cell[0]);
        text_count(use->blocks, cell[1], sizeof cell[1]);
        text_count(use->allocs, cell[2], sizeof cell[2]);
        text_count(use->fails, cell[3], sizeof cell[3]);
        sheet_cells(v->sheet, &(struct sheet_cells){ .cells = cells,
                                                     .percent = percent,
                                                     .count = ARRAY_LEN(cells),
                                                     .bad = use->fails > 0 });
    }
}

static void pool_show(struct side *v, uint32_t type)
{
    const struct inspect_pool **list;
    uint32_t count = 0;

    now_show(v, type == 0 ? "Nonpaged pool" : "Paged pool");
    if (v->look == NULL || !side_section(v, SECTION_TABLE, "By tag"))
        return;
    list = malloc((v->look->pool_count + 1) * sizeof *list);
    CHECK(list != NULL);
    for (uint32_t i = 0; i < v->look->pool_count; i++)
        if (v->look->pools[i].type == type &&
            (v->look->pools[i].use.allocs > 0 || v->look->pools[i].use.fails > 0))
            list[count++] = &v->look->pools[i];
    qsort(list, count, sizeof *list, by_bytes);
    pool_rows(v, list, count);
    free(list);
}

/* ---- Locks ----------------------------------------------------------------------------------- */

static void lock_show(struct side *v, uint32_t address)
{
    const struct cut_span *held = side_span(v, v->lane, LEVEL_STATE);
    uint32_t waiting = 0;

    if (!side_section(v, SECTION_STATE, "Lock"))
        return;
    sheet_say(v->sheet, "Address", "%08x", address);
    if (held != NULL && held->state == SPAN_HELD && held->value < lanes_count(v->lanes))
        side_lane(v, "Held by", held->value);
    else
        sheet_say(v->sheet, "Held by", "nobody");
    for (uint32_t i = 0; v->look != NULL && i < v->look->thread_count; i++)
        for (uint32_t k = 0; k < v->look->threads[i].wait_count && k < INSPECT_WAITS_MAX; k++)
            if (v->look->threads[i].waits[k].address == address) {
                side_object(v, "Waits", v->look->threads[i].address);
                waiting++;
            }
    if (waiting == 0)
        sheet_say(v->sheet, "Waits", "nobody");
}

/* ---- Gauges, log ----------------------------------------------------------------------------- */

static void gauges_show(struct side *v)
{
    static const int percent[] = { 68, -32 };

    if (v->look == NULL || !side_section(v, SECTION_GAUGES, "Gauges"))
        return;
    for (int i = 0; i < GAUGE_COUNT; i++) {
        char count[40], value[60];
        const char *cells[] = { inspect_gauge_names[i], value };

        text_count(v->look->gauges.value[i], count, sizeof count);
        snprintf(value, sizeof value, "%s %s", count, inspect_gauge_units[i]);
        sheet_cells(v->sheet, &(struct sheet_cells){
                                  .cells = cells, .percent = percent, .count = ARRAY_LEN(cells) });
    }
}

static void log_show(struct side *v)
{
    static const char *const severities[] = { "Information", "Warning", "Error" };

    if (v->look == NULL || !side_section(v, SECTION_TABLE, "Event log so far"))
        return;
    if (v->look->log_count == 0)
        sheet_text(v->sheet, DRAW_SMALL, v->sheet->dim, "Nothing has been logged yet.");
    for (uint32_t i = 0; i < v->look->log_count && i < LINES_SHOWN; i++) {
        const struct cm_line *line = &v->look->log[v->look->log_count - 1 - i];
        char head[120], when[32];

        report_stamp(line->at, when, sizeof when);
        snprintf(head, sizeof head, "%s  %s  %s %u", when, severities[line->severity], line->source,
                 line->id);
        sheet_text(v->sheet, DRAW_SMALL,
                   line->severity == LOG_ERROR ? v->app->theme->bad : v->sheet->dim, head);
        sheet_text(v->sheet, DRAW_BODY, v->sheet->ink,
                   line->text[0] != 0 ? line->text : "(simulated text) ExIFS driver loaded.");
        sheet_gap(v->sheet, 4);
    }
}

static void load_show(struct side *v)
{
    const uint64_t *value = v->look != NULL ? v->look->gauges.value : NULL;
    uint64_t delivered;

    now_show(v, "Load");
    if (value == NULL || !side_section(v, SECTION_TABLE, "Messages"))
        return;
    delivered = value[GAUGE_DELIVERED_TOTAL];
    sheet_say(v->sheet, "Arrived", "%" PRIu64, value[GAUGE_ARRIVED_TOTAL]);
    sheet_say(v->sheet, "Delivered", "%" PRIu64, delivered);
    sheet_say(v->sheet, "Refused", "%" PRIu64, value[GAUGE_REFUSED_TOTAL]);
    sheet_say(v->sheet, "Read back", "%" PRIu64, value[GAUGE_READS_TOTAL]);
    sheet_say(v->sheet, "On the wire", "%" PRIu64, value[GAUGE_WIRE]);
    sheet_say(v->sheet, "In inetinfo", "%" PRIu64, value[GAUGE_IN_FLIGHT]);
    if (delivered > 0)
        sheet_say(v->sheet, "Mean delivery", "%" PRIu64 " us",
                  value[GAUGE_LATENCY_SUM_TOTAL] / delivered);
}

void table_show(struct side *v)
{
    const struct lane *lane = lanes_get(v->lanes, v->lane);

    switch (lane->kind) {
    case LANE_IRP:
        irp_show(v);
        break;
    case LANE_POOL:
        pool_show(v, lane->key);
        break;
    case LANE_LOCK:
        lock_show(v, lane->key);
        break;
    case LANE_LOG:
        log_show(v);
        break;
    case LANE_LOAD:
    case LANE_LATENCY:
        load_show(v);
        break;
    case LANE_SERVICE:
        now_show(v, "Service");
        break;
    case LANE_DISK:
        now_show(v, "Disk");
        break;
    case LANE_QUEUE:
    case LANE_GAUGE:
        now_show(v, lane->kind == LANE_QUEUE ? "Queue" : "Gauge");
        gauges_show(v);
        break;
    default:
        now_show(v, lane_kind_names[lane->kind]);
        break;
    }
}
