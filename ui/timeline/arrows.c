/* arrows.c - see arrows.h. */
#include "ui/timeline/arrows.h"
#include "model/words/records.h"
#include "ui/timeline/paint.h"
#include <string.h>

/* Which field of a record: an argument, its thread's id. */
enum field { F_NONE, F_A, F_B, F_C, F_D, F_THREAD };

/* An effect's kind and field equal the cause's kind and field. In order of preference. */
static const struct pair {
    uint16_t effect, cause;
    enum field effect_field, cause_field;
} pairs[] = {
    { REC_WAKE, REC_SIGNAL, F_A, F_A },
    { REC_SWITCH, REC_READY, F_A, F_A },
    { REC_READY, REC_SIGNAL, F_NONE, F_NONE }, /* The last signal before, on this processor. */
    { REC_IRP_COMPLETE, REC_IRP_CREATE, F_A, F_A },
    { REC_IRP_DONE, REC_IRP_COMPLETE, F_A, F_A },
    { REC_IRP_CALL, REC_IRP_CREATE, F_A, F_A },
    { REC_IRP_PEND, REC_IRP_CREATE, F_A, F_A },
    { REC_IRP_CANCEL, REC_IRP_CREATE, F_A, F_A },
    { REC_IRP_FREE, REC_IRP_CREATE, F_A, F_A },
    { REC_DPC_RUN, REC_DPC_QUEUE, F_A, F_A },
    { REC_APC_RUN, REC_APC_QUEUE, F_A, F_A },
    { REC_WORK_RUN, REC_WORK_QUEUE, F_A, F_A },
    { REC_DISK_DONE, REC_DISK_START, F_A, F_A },
    { REC_DELIVERED, REC_ARRIVAL, F_A, F_A },
    { REC_REFUSED, REC_ARRIVAL, F_A, F_A },
    { REC_HANDLE_CLOSE, REC_HANDLE_OPEN, F_B, F_B },
    { REC_SERVICE_END, REC_SERVICE, F_THREAD, F_THREAD },
    { REC_DETACH, REC_ATTACH, F_THREAD, F_THREAD },
    { REC_UNLOCK, REC_LOCK, F_A, F_A },
    { REC_THREAD_EXIT, REC_THREAD_NEW, F_A, F_A },
    { REC_PROCESS_EXIT, REC_TERMINATE, F_A, F_A },
    { REC_EXCEPTION, REC_TAINTED_READ, F_THREAD, F_THREAD },
    { REC_FAULT, REC_TAINTED_READ, F_THREAD, F_THREAD },
    { REC_DEBUG_PORT, REC_EXCEPTION, F_A, F_C },
    { REC_TERMINATE, REC_DEBUG_PORT, F_A, F_A },
    { REC_HANDLE_SWEEP, REC_TERMINATE, F_A, F_A },
    { REC_CLEANUP, REC_HANDLE_SWEEP, F_THREAD, F_THREAD },
    { REC_STOP, REC_CLEANUP, F_THREAD, F_THREAD },
    { REC_POOL_FREE, REC_POOL_ALLOC, F_A, F_C },
};

static uint32_t value_of(const struct record *r, enum field field)
{
    const uint32_t values[] = { 0, r->a, r->b, r->c, r->d, r->thread };

    return values[field];
}

struct wanted {
    uint16_t kind;
    uint8_t field;
    uint32_t value;
};

static bool is_wanted(const struct record *record, uint64_t number, void *ctx)
{
    const struct wanted *wanted = ctx;

    (void)number;
    return record->kind == wanted->kind &&
           value_of(record, (enum field)wanted->field) == wanted->value;
}

static void make(struct recording_query *query, uint64_t number, bool backwards,
                 const struct wanted *wanted)
{
    *query = (struct recording_query){ .from = number, .backwards = backwards, .match = is_wanted };
    query->kinds[wanted->kind / 64] = 1ull << wanted->kind % 64;
    memcpy(query->ctx, wanted, sizeof *wanted);
}

bool cause_query(const struct record *r, uint64_t number, struct recording_query *query)
{
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        if (pairs[i].effect == r->kind) {
            make(query, number, true,
                 &(struct wanted){ pairs[i].cause, (uint8_t)pairs[i].cause_field,
                                   value_of(r, pairs[i].effect_field) });
            return true;
        }
    return false;
}

bool effect_query(const struct record *r, uint64_t number, struct recording_query *query)
{
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        if (pairs[i].cause == r->kind) {
            make(query, number, false,
                 &(struct wanted){ pairs[i].effect, (uint8_t)pairs[i].effect_field,
                                   value_of(r, pairs[i].cause_field) });
            return true;
        }
    return false;
}

uint64_t cause_named(const struct record *r, uint64_t number)
{
    uint64_t named;

    if (r->kind != REC_TAINTED_READ)
        return RECORD_NONE;
    named = (number & ~0xffffffffull) | r->c; /* The record holds the number's lower 32 bits. */
    return named <= number ? named : named - 0x100000000ull;
}

/* ---- Painting -------------------------------------------------------------------------------- */

/* The row on which a record is at home: its thread's, or its process'. */
static const struct row *row_of(const struct pane *pane, const struct record *r, uint64_t number)
{
    const struct lanes *lanes = recording_lanes(pane->run);
    uint32_t thread = r->thread != 0 ? lanes_thread_by_id(lanes, r->thread, number) : LANE_NONE;
    const struct row *row = thread != LANE_NONE ? rows_of_lane(&pane->rows, thread) : NULL;

    if (row == NULL && thread != LANE_NONE)
        row = rows_of_lane(&pane->rows, lanes_get(lanes, thread)->parent);
    if (row == NULL)
        row = rows_of_lane(&pane->rows, lanes_find(lanes, LANE_CPU, r->cpu));
    return row;
}

/* The nearest partner within the details that are here; no new search is begun for a picture. */
static uint64_t nearest(const struct pane *pane, const struct recording_query *query)
{
    uint32_t index = recording_segment_of(pane->run, query->from);

    for (int step = 0; step < 3 && index != SEGMENT_NONE; step++) {
        const struct detail *d = recording_detail_now(pane->run, index);
        const struct segment *g = recording_segment(pane->run, index);

        for (uint32_t i = 0; d != NULL && i < d->count; i++) {
            uint32_t at = query->backwards ? d->count - 1 - i : i;
            uint64_t number = g->first + at;

            if (query->backwards ? number >= query->from : number <= query->from)
                continue;
            if (query->match(&d->records[at], number, (void *)(uintptr_t)query->ctx))
                return number;
        }
        if (query->backwards ? index == 0 : index + 1 >= recording_segment_count(pane->run))
            break;
        index = query->backwards ? index - 1 : index + 1;
    }
    return RECORD_NONE;
}

uint64_t cause_near(struct pane *pane, uint64_t number)
{
    const struct record *r = recording_record(pane->run, number);
    struct recording_query query;
    uint64_t named = r == NULL ? RECORD_NONE : cause_named(r, number);

    if (r == NULL || named != RECORD_NONE)
        return named;
    return cause_query(r, number, &query) ? nearest(pane, &query) : RECORD_NONE;
}

static void draw_between(struct app *app, struct pane *pane, uint64_t from, uint64_t to)
{
    const struct record *one = recording_record(pane->run, from),
                        *other = recording_record(pane->run, to);
    const struct row *a, *b;
    int x0, x1, y0, y1;

    if (one == NULL || other == NULL)
        return;
    a = row_of(pane, one, from);
    b = row_of(pane, other, to);
    if (a == NULL || b == NULL)
        return;
    x0 = axis_px(&app->view.axis, axis_of(app->view.axis.kind, pane->run, from));
    x1 = axis_px(&app->view.axis, axis_of(app->view.axis.kind, pane->run, to));
    y0 = pane->lanes.y + a->y - pane->scroll + a->h / 2;
    y1 = pane->lanes.y + b->y - pane->scroll + b->h / 2;
    if (x1 - x0 < app_px(app, 8) && a == b)
        return;
    draw_arrow(app->list, x0, y0, x1, y1, app_px(app, 2), app_px(app, 9), app->theme->arrow);
}

/* Both partners of the record under the playhead; searched once for each place. */
static void find_partners(struct pane *pane, const struct record *r)
{
    struct recording_query query;
    uint64_t version = recording_status(pane->run)->version;

    if (pane->partners_of == pane->now && pane->partners_version == version)
        return;
    pane->partners_of = pane->now;
    pane->partners_version = version;
    pane->cause = cause_near(pane, pane->now);
    pane->effect = effect_query(r, pane->now, &query) ? nearest(pane, &query) : RECORD_NONE;
}

void paint_arrows(struct app *app, struct pane *pane)
{
    const struct record *r = recording_record(pane->run, pane->now);

    if (r == NULL)
        return;
    find_partners(pane, r);
    if (pane->cause != RECORD_NONE)
        draw_between(app, pane, pane->cause, pane->now);
    if (pane->effect != RECORD_NONE)
        draw_between(app, pane, pane->now, pane->effect);
}
