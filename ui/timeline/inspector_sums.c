/* inspector_sums.c - the range between the cursors, added up (sums.h). */
#include "ui/timeline/inspector_inside.h"
#include <inttypes.h>

static const char *process_of(const struct side *v, uint32_t lane)
{
    return lane < lanes_count(v->lanes)
               ? lanes_process_name(v->lanes, lanes_get(v->lanes, lane)->process)
               : "";
}

static void table_of(struct side *v, const char *title, const struct sums_table *table,
                     void (*name)(const struct side *, uint32_t, char *, size_t), bool lanes,
                     sim_time whole)
{
    char text[160], key[120], time[48], longest[48];

    if (table->count == 0)
        return;
    sheet_text(v->sheet, DRAW_SMALL, v->sheet->dim, title);
    for (uint32_t i = 0; i < table->count; i++) {
        const struct sum *sum = &table->rows[i];

        name(v, sum->key, key, sizeof key);
        text_length(sum->time, time, sizeof time);
        text_length(sum->longest, longest, sizeof longest);
        if (whole > 0)
            snprintf(text, sizeof text, "%s (%" PRIu64 ".%" PRIu64 " %%), %u times", time,
                     sum->time * 100 / whole, sum->time * 1000 / whole % 10, sum->count);
        else
            snprintf(text, sizeof text, "%s, %u times, longest %s", time, sum->count, longest);
        sheet_row(v->sheet, &(struct sheet_row){ .name = key,
                                                 .value = text,
                                                 .chip = lanes ? process_of(v, sum->key) : NULL,
                                                 .tag = lanes && sum->key != LANE_NONE
                                                            ? side_tag(v, TAG_LANE, sum->key)
                                                            : 0,
                                                 .note = lanes ? "leads to its lane" : NULL });
    }
    if (table->others > 0) {
        snprintf(text, sizeof text, "and %u more with less", table->others);
        sheet_text(v->sheet, DRAW_SMALL, v->sheet->dim, text);
    }
}

static void name_lane(const struct side *v, uint32_t key, char *out, size_t size)
{
    if (key == LANE_NONE || key >= lanes_count(v->lanes))
        snprintf(out, size, "nobody's");
    else if (lanes_get(v->lanes, key)->kind == LANE_THREAD)
        snprintf(out, size, "%s (%04x)", lanes_get(v->lanes, key)->name,
                 lanes_get(v->lanes, key)->id);
    else
        row_name(v->pane->run, key, out, size);
}

static void name_reason(const struct side *v, uint32_t key, char *out, size_t size)
{
    (void)v;
    snprintf(out, size, "%s", key == 255 ? "began before" : inspect_wait_reason_name(key));
}

static void name_major(const struct side *v, uint32_t key, char *out, size_t size)
{
    (void)v;
    snprintf(out, size, "%s", inspect_major_name(key));
}

void sums_show(struct side *v)
{
    const uint64_t *cursor = v->app->view.cursor;
    struct sums *sums = &v->own->sums;
    uint32_t cpus = 0;
    char length[48], text[120];

    if (cursor[0] == RECORD_NONE || cursor[1] == RECORD_NONE ||
        !side_section(v, SECTION_SUMS, "Between A and B"))
        return;
    sums_make(sums, app_pane(v->app)->run, cursor[0], cursor[1]);
    if (sums->too_long)
        sheet_text(v->sheet, DRAW_BODY, v->sheet->dim,
                   "This range is too long to be added up exactly; at most about a million records "
                   "can be.");
    else if (!sums->ready)
        sheet_text(v->sheet, DRAW_BODY, v->sheet->dim, "being computed ...");
    if (!sums->ready)
        return;
    while (lanes_find(v->lanes, LANE_CPU, cpus) != LANE_NONE)
        cpus++;
    text_length(sums->length, length, sizeof length);
    snprintf(text, sizeof text, "%s on %u processors", length, cpus);
    sheet_text(v->sheet, DRAW_BODY, v->sheet->ink, text);
    table_of(v, "Processor time by process (share of all processors)", &sums->processes, name_lane,
             true, sums->length * MAX_OF(cpus, 1u));
    table_of(v, "Processor time by thread", &sums->threads, name_lane, true,
             sums->length * MAX_OF(cpus, 1u));
    table_of(v, "Waiting by reason", &sums->reasons, name_reason, false, 0);
    table_of(v, "IRPs by length", &sums->irps, name_major, false, 0);
    table_of(v, "Locks by waiting time", &sums->locks, name_lane, true, 0);
}
