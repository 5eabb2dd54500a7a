/* text.c - numbers and records as people read them. */
#include "ui/timeline/app.h"
#include "model/words/names.h"
#include "model/words/records.h"
#include <inttypes.h>

void text_time(sim_time at, char *out, size_t size)
{
    snprintf(out, size, "%" PRIu64 ".%03u %03u %03u s", at / SEC(1),
             (unsigned)(at % SEC(1) / MS(1)), (unsigned)(at % MS(1) / US(1)),
             (unsigned)(at % US(1)));
}

void text_length(sim_time length, char *out, size_t size)
{
    static const struct {
        sim_time unit;
        const char *name;
    } units[] = { { 1000000000, "s" }, { 1000000, "ms" }, { 1000, "us" }, { 1, "ns" } };
    size_t i = 0;

    while (i + 1 < ARRAY_LEN(units) && length < units[i].unit)
        i++;
    if (length >= units[i].unit * 100 || units[i].unit == 1)
        snprintf(out, size, "%" PRIu64 " %s", length / units[i].unit, units[i].name);
    else
        snprintf(out, size, "%" PRIu64 ".%02u %s", length / units[i].unit,
                 (unsigned)(length % units[i].unit * 100 / units[i].unit), units[i].name);
}

void text_count(uint64_t count, char *out, size_t size)
{
    char digits[24], grouped[40];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, count), at = 0;

    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            grouped[at++] = ' ';
        grouped[at++] = digits[i];
    }
    grouped[at] = 0;
    snprintf(out, size, "%s", grouped);
}

/* "store.exe" for the address of a process, "smtp 3" for one of a thread; NULL: just a number. */
static const char *known(const struct lanes *lanes, uint32_t address)
{
    uint32_t lane = lanes_find(lanes, LANE_PROCESS, address);

    if (address == 0)
        return NULL;
    if (lane == LANE_NONE)
        lane = lanes_find(lanes, LANE_THREAD, address);
    return lane == LANE_NONE ? NULL : lanes_get(lanes, lane)->name;
}

static const char *name_of(void *ctx, char argument, char how, uint32_t value)
{
    (void)argument;
    return how == 'x' ? known(ctx, value) : NULL;
}

void text_record(const struct pane *pane, const struct record *r, char *out, size_t size)
{
    char text[200];

    if (r->kind >= record_kind_count) {
        snprintf(out, size, "record of kind %u", r->kind);
        return;
    }
    trace_words(r, record_kinds[r->kind].format, name_of,
                (void *)(uintptr_t)recording_lanes(pane->run), text, sizeof text);
    if (r->kind == REC_SERVICE || r->kind == REC_SERVICE_END)
        snprintf(text, sizeof text, "%s%s", inspect_service_name(r->a),
                 r->kind == REC_SERVICE ? "" : " returns");
    if (r->kind == REC_DISK_DONE || r->kind == REC_DELIVERED) { /* With units that can be read. */
        char length[48];

        text_length(r->b * (r->kind == REC_DELIVERED ? US(1) : 1), length, sizeof length);
        if (r->kind == REC_DELIVERED)
            snprintf(text, sizeof text, "message %u delivered after %s", r->a, length);
        else
            snprintf(text, sizeof text, "disk %u transfer done after %s, queue %u", r->a, length,
                     r->c);
    }
    snprintf(out, size, "%s  %s", record_kinds[r->kind].name, text);
}
