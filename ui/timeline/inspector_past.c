/* inspector_past.c - the records that concern an object: who wrote what one sees, and what comes.
 *
 * Only details that are here already are looked into; they are those of the playhead's segment and
 * mostly its neighbours. What is older is searched for by the command for it.
 */
#include "ui/timeline/inspector_inside.h"
#include "model/words/records.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/match.h"
#include <string.h>

enum { RECORDS_LOOKED_AT = 2 * SEGMENT_RECORDS };

/* ---- Which field a record writes ------------------------------------------------------------- */

static bool writes_thread(const struct record *r, const struct lane *lane, enum past_field field)
{
    bool own = r->thread == lane->id;

    switch (field) {
    case PAST_STATE:
        return (r->kind == REC_SWITCH && (r->a == lane->key || r->b == lane->key)) ||
               ((r->kind == REC_READY || r->kind == REC_PREEMPT || r->kind == REC_THREAD_NEW ||
                 r->kind == REC_THREAD_EXIT) &&
                r->a == lane->key) ||
               (r->kind == REC_WAIT && own);
    case PAST_INDEX:
        return (r->kind == REC_ATTACH || r->kind == REC_DETACH) && own;
    case PAST_SERVICE:
        return (r->kind == REC_SERVICE || r->kind == REC_SERVICE_END) && own;
    case PAST_IRQL:
        return r->kind == REC_IRQL && own;
    default:
        return false;
    }
}

static bool writes_process(const struct record *r, const struct lane *lane, enum past_field field)
{
    switch (field) {
    case PAST_STATE:
        return (r->kind == REC_PROCESS_NEW || r->kind == REC_PROCESS_EXIT ||
                r->kind == REC_PROCESS_DELETE || r->kind == REC_TERMINATE ||
                r->kind == REC_FREEZE) &&
               r->a == lane->key;
    case PAST_HANDLES:
        return (r->kind == REC_HANDLE_OPEN || r->kind == REC_HANDLE_CLOSE) && r->c == lane->key;
    case PAST_DEBUGGER:
        return r->kind == REC_DEBUG_PORT && r->a == lane->key;
    default:
        return false;
    }
}

static bool writes_field(const struct record *r, const struct lane *lane, enum past_field field)
{
    switch (lane->kind) {
    case LANE_THREAD:
        return writes_thread(r, lane, field);
    case LANE_PROCESS:
        return writes_process(r, lane, field);
    case LANE_CPU:
        if (r->cpu != lane->key)
            return false;
        return field == PAST_STATE ? r->kind == REC_SWITCH || r->kind == REC_IDLE
               : field == PAST_IRQL
                   ? r->kind == REC_IRQL || r->kind == REC_DPC_RUN || r->kind == REC_DPC_END
                   : false;
    case LANE_SERVICE:
        return field == PAST_STATE && r->kind == REC_SERVICE_STATE && r->a == lane->key;
    default:
        return false;
    }
}

/* ---- Finding --------------------------------------------------------------------------------- */

struct hunt {
    struct past *past;
    const struct lane *lane;
    struct recording_query query;
    uint32_t irp;
};

/* Most records have nothing to do with it: said quickly. */
static bool can_matter(const struct hunt *h, const struct record *r)
{
    const struct lane *lane = h->lane;

    switch (lane->kind) {
    case LANE_THREAD:
    case LANE_PROCESS:
        return r->a == lane->key || r->b == lane->key || r->c == lane->key ||
               (r->thread == lane->id && lane->kind == LANE_THREAD);
    case LANE_CPU:
        return r->cpu == lane->key;
    case LANE_IRP:
        return r->a == h->irp;
    default:
        return true;
    }
}

static bool concerns(const struct hunt *h, const struct record *r, uint64_t number)
{
    if (number < h->lane->born)
        return false; /* The record is about an earlier owner of the address. */
    if (h->lane->kind == LANE_IRP)
        return r->kind >= REC_IRP_CREATE && r->kind <= REC_IRP_FREE && r->a == h->irp &&
               h->irp != 0;
    return h->query.match(r, number, (void *)(uintptr_t)h->query.ctx);
}

static void note_fields(struct hunt *h, const struct record *r, uint64_t number)
{
    for (int field = 0; field < PAST_FIELDS; field++)
        if (number >= h->lane->born && !h->past->wrote_known[field] &&
            writes_field(r, h->lane, (enum past_field)field)) {
            h->past->wrote_known[field] = true;
            h->past->wrote[field] = number;
        }
}

static void look_back(struct hunt *h, const struct recording *run, uint32_t index, uint64_t now)
{
    uint32_t looked = 0;

    for (;; index--) {
        const struct detail *d = recording_detail_now(run, index);
        const struct segment *g = recording_segment(run, index);
        uint32_t from;

        if (d == NULL)
            return;
        from = now < g->end ? (uint32_t)(now - g->first) + 1 : d->count;
        for (uint32_t i = MIN_OF(from, d->count); i-- > 0 && looked < RECORDS_LOOKED_AT; looked++) {
            if (!can_matter(h, &d->records[i]))
                continue;
            note_fields(h, &d->records[i], g->first + i);
            if (h->past->before_count < PAST_BEFORE && concerns(h, &d->records[i], g->first + i))
                h->past->before[h->past->before_count++] = g->first + i;
        }
        if (index == 0 || looked >= RECORDS_LOOKED_AT)
            return;
    }
}

static void look_ahead(struct hunt *h, const struct recording *run, uint32_t index, uint64_t now)
{
    for (; index < recording_segment_count(run); index++) {
        const struct detail *d = recording_detail_now(run, index);
        const struct segment *g = recording_segment(run, index);

        if (d == NULL)
            return;
        for (uint32_t i = now >= g->first ? (uint32_t)(now - g->first) + 1 : 0; i < d->count; i++)
            if (can_matter(h, &d->records[i]) && concerns(h, &d->records[i], g->first + i)) {
                h->past->after[h->past->after_count++] = g->first + i;
                if (h->past->after_count == PAST_AFTER)
                    return;
            }
    }
}

void past_find(struct past *past, struct pane *pane, uint32_t lane, uint32_t irp)
{
    uint64_t version = recording_status(pane->run)->version;
    uint32_t index = recording_segment_of(pane->run, pane->now);
    struct hunt hunt;

    if (past->run == pane->run && past->lane == lane && past->address == irp &&
        past->now == pane->now && past->version == version)
        return;
    *past = (struct past){
        .run = pane->run, .lane = lane, .address = irp, .now = pane->now, .version = version
    };
    if (lane == LANE_NONE || index == SEGMENT_NONE)
        return;
    hunt = (struct hunt){ .past = past,
                          .lane = lanes_get(recording_lanes(pane->run), lane),
                          .query = match_lane_query(pane->run, lane, pane->now, true),
                          .irp = irp };
    look_back(&hunt, pane->run, index, pane->now);
    look_ahead(&hunt, pane->run, index, pane->now);
}

/* ---- Showing --------------------------------------------------------------------------------- */

/* How far a record is from the playhead: "-12.3 us", "now". */
static void distance(const struct side *v, uint64_t number, char *out, size_t size)
{
    sim_time here = recording_time(v->pane->run, v->pane->now),
             there = recording_time(v->pane->run, number);
    char length[40];

    if (number == v->pane->now || there == here) {
        snprintf(out, size, number == v->pane->now ? "now" : "same time");
        return;
    }
    text_length(there < here ? here - there : there - here, length, sizeof length);
    snprintf(out, size, "%s%s", number < v->pane->now ? "-" : "+", length);
}

static void show_one(struct side *v, uint64_t number, int head_w)
{
    const struct record *r = recording_record(v->pane->run, number);
    char count[40], head[48], far[48], text[300], whole[400];

    if (r == NULL)
        return;
    text_count(number, count, sizeof count);
    snprintf(head, sizeof head, "#%s", count);
    distance(v, number, far, sizeof far);
    text_record(v->pane, r, text, sizeof text);
    snprintf(whole, sizeof whole, "%s  %s", far, text);
    sheet_item(v->sheet, &(struct sheet_item){ .head = head,
                                               .text = whole,
                                               .head_w = head_w,
                                               .tag = side_tag(v, TAG_RECORD, number),
                                               .note = "moves the playhead there",
                                               .current = number == v->pane->now });
}

void past_show(struct side *v)
{
    const struct past *past = &v->own->past;
    char count[40], widest[48];
    int head_w;

    if (v->lane == LANE_NONE || !side_section(v, SECTION_HISTORY, "History"))
        return;
    text_count(recording_status(v->pane->run)->records, count, sizeof count);
    snprintf(widest, sizeof widest, "#%s", count);
    head_w = draw_text_width(v->app->fonts, DRAW_SMALL, widest);
    if (past->before_count == PAST_BEFORE)
        sheet_link(v->sheet, "Earlier ...", side_tag(v, TAG_RECORD, past->before[PAST_BEFORE - 1]),
                   "moves the playhead to the first of these");
    else
        sheet_link(v->sheet, "Earlier ...", side_tag(v, TAG_COMMAND, COMMAND_PREVIOUS_IN_LANE),
                   "searches the run for the one before");
    for (uint32_t i = past->before_count; i-- > 0;)
        show_one(v, past->before[i], head_w);
    for (uint32_t i = 0; i < past->after_count; i++)
        show_one(v, past->after[i], head_w);
    if (past->before_count + past->after_count == 0)
        sheet_text(v->sheet, DRAW_SMALL, v->sheet->dim,
                   v->detail == NULL ? "The records around here are being computed."
                                     : "No record near here speaks of it.");
    sheet_link(v->sheet, "Later ...", side_tag(v, TAG_COMMAND, COMMAND_NEXT_IN_LANE),
               "searches the run for the next one");
}
