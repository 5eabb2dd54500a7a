/* board_sight.c - what is in sight in a panel: the cause beside the record, the lanes, the stretch
 * of time.
 */
#include "ui/explore/board_inside.h"
#include "model/words/records.h"
#include "ui/recording/partners.h"

enum {
    CAUSE_HOPS = 4,
    CAUSE_FAR = 20000000, /* A cause is shown if it is no longer ago than this, in nanoseconds. */
};

/* ---- Causes ---------------------------------------------------------------------------------- */

/* The record that brought another one about, by partners.h; BOARD_NOTHING: none before it. */
static uint64_t cause_of(const struct board_work *w, uint64_t number)
{
    const struct record *r = board_record(w, number);
    struct recording_query query;
    uint64_t named = cause_named(r, number);

    if (named != UINT64_MAX)
        return named >= w->past.first && named < number ? named : BOARD_NOTHING;
    if (!cause_query(r, number, &query))
        return BOARD_NOTHING;
    while (number-- > w->past.first)
        if (query.match(board_record(w, number), number, query.ctx))
            return number;
    return BOARD_NOTHING;
}

static bool is_another(const struct board_panel *p, const struct record *r)
{
    return r->thread != p->record.thread || (r->thread == 0 && r->cpu != p->record.cpu);
}

/* From cause to cause, until one is another thread's; the nearest if none is. */
static uint64_t cause_by_another(const struct board_work *w, const struct board_panel *p)
{
    uint64_t nearest = cause_of(w, p->number), at = nearest;

    for (int hops = 0; hops < CAUSE_HOPS && at != BOARD_NOTHING; hops++, at = cause_of(w, at))
        if (is_another(p, board_record(w, at)))
            return at;
    return nearest;
}

/* The last record about the same object that is another thread's, while it is near. */
static uint64_t touch_by_another(const struct board_work *w, const struct board_panel *p)
{
    uint32_t object = board_object(&p->record);

    for (uint64_t n = p->number; object != 0 && n-- > w->past.first;) {
        const struct record *r = board_record(w, n);

        if (r->at + CAUSE_FAR < p->record.at)
            break;
        if (board_is_about(r, object) && r->thread != 0 && r->thread != p->record.thread)
            return n;
    }
    return BOARD_NOTHING;
}

/* The last panel before, another thread's if there is one near. */
static uint64_t panel_before(const struct board_work *w, const struct board_panel *p)
{
    uint64_t nearest = BOARD_NOTHING;

    for (uint32_t i = w->board->count; i-- > 0;) {
        const struct board_panel *other = &w->board->panels[i];

        if (other->number >= p->number || other->role == BOARD_BEFORE ||
            other->record.at + CAUSE_FAR < p->record.at)
            continue;
        if (other->record.thread != p->record.thread)
            return other->number;
        nearest = nearest == BOARD_NOTHING ? other->number : nearest;
    }
    return nearest;
}

static bool is_attach(const struct record *r, const void *thread)
{
    return r->kind == REC_ATTACH && r->thread == *(const uint32_t *)thread;
}

void board_find_cause(const struct board_work *w, struct board_panel *p)
{
    uint64_t cause = BOARD_NOTHING;

    if (p->role == BOARD_BEFORE || (p->role == BOARD_END && w->waiter_count > 0))
        return;
    if (p->record.kind == REC_FOREIGN_WRITE)
        cause = board_back(w, p->number, is_attach, &p->record.thread);
    else if (p->record.kind == REC_STOP)
        cause = panel_before(w, p);
    else
        cause = cause_by_another(w, p);
    if (cause == BOARD_NOTHING || board_record(w, cause)->at + CAUSE_FAR < p->record.at)
        cause = touch_by_another(w, p);
    if (cause == BOARD_NOTHING)
        return;
    p->cause = cause;
    p->cause_record = *board_record(w, cause);
}

/* ---- Time and cast --------------------------------------------------------------------------- */

static void join(struct board_panel *p, uint32_t lane)
{
    for (uint32_t i = 0; i < p->cast_count; i++)
        if (p->cast[i] == lane)
            return;
    if (lane != LANE_NONE && p->cast_count < BOARD_CAST_MAX)
        p->cast[p->cast_count++] = lane;
}

static uint32_t thread_of(const struct board_work *w, const struct record *r, uint64_t number)
{
    const struct lanes *lanes = recording_lanes(w->run);

    if (r->kind == REC_SWITCH || r->kind == REC_READY) /* Told of that thread. */
        return lanes_find_at(lanes, LANE_THREAD, r->a, number);
    return r->thread != 0 ? lanes_thread_by_id(lanes, r->thread, number) : LANE_NONE;
}

/* The actor and its processor, who caused it, and the other main threads of the story. */
void board_cast(const struct board_work *w, struct board_panel *p)
{
    const struct lanes *lanes = recording_lanes(w->run);
    uint32_t cpu = lanes_find(lanes, LANE_CPU, p->record.cpu);

    for (uint32_t i = 0; i < w->waiter_count && p->role == BOARD_END; i++)
        join(p, lanes_thread_by_id(lanes, w->waiters[i].thread, p->number));
    if (p->cast_count == 0)
        join(p, thread_of(w, &p->record, p->number));
    if (p->cast_count == 0)
        join(p, cpu);
    p->cause_lane =
        p->cause != BOARD_NOTHING ? thread_of(w, &p->cause_record, p->cause) : LANE_NONE;
    if (p->cause != BOARD_NOTHING && p->cause_lane == LANE_NONE) /* An interrupt. */
        p->cause_lane = lanes_find(lanes, LANE_CPU, p->cause_record.cpu);
    join(p, p->cause_lane);
    for (uint32_t i = 0; i < w->waiter_count; i++)
        join(p, lanes_thread_by_id(lanes, w->waiters[i].thread, p->number));
    for (uint32_t i = w->board->count; i-- > 0 && p->cast_count < BOARD_CAST_MAX - 2;) {
        const struct board_panel *other = &w->board->panels[i];
        bool hang = other->role == BOARD_END && w->waiter_count > 0;
        uint32_t lane = hang ? LANE_NONE : thread_of(w, &other->record, other->number);

        if (!hang && lane == LANE_NONE) /* A DPC or an interrupt. */
            lane = lanes_find(lanes, LANE_CPU, other->record.cpu);
        if (lane != LANE_NONE && lanes_get(lanes, lane)->born <= p->number)
            join(p, lane);
    }
    join(p, cpu);
    if (p->cause != BOARD_NOTHING && p->cause_record.cpu != p->record.cpu)
        join(p, lanes_find(lanes, LANE_CPU, p->cause_record.cpu));
}

/* The stretch of a level of a lane around a record, as far as it goes. */
static bool span_around(struct board_work *w, uint32_t lane, uint32_t level, uint64_t number,
                        struct whole_span *out)
{
    enum recording_found found;

    do {
        recording_lock(w->run);
        recording_frame(w->run);
        found = recording_span(w->run, lane, level, number, out);
        recording_unlock(w->run);
        if (found == FOUND_PENDING)
            recording_wait(w->run);
    } while (found == FOUND_PENDING);
    return found == FOUND_YES;
}

/* The actor's visit, or else its turn on the processor, around the record: from and to. */
static bool turn_around(struct board_work *w, const struct board_panel *p, struct whole_span *out)
{
    for (uint32_t level = LEVEL_BAND_3; level >= LEVEL_BAND_1; level--)
        if (span_around(w, p->cast[0], level, p->number, out))
            return true;
    return span_around(w, p->cast[0], LEVEL_STATE, p->number, out);
}

/* The first panel goes on to the second one, if that is near. */
static void stretch_before(struct board_work *w, struct board_panel *p)
{
    sim_time at = p->record.at, far = w->board->panels[1].record.at - at, edge;

    if (far > MS(100)) {
        p->from = at - MIN_OF(at, MS(20));
        p->to = at + MS(20);
        return;
    }
    edge = MAX_OF(far / 8, US(1));
    p->from = at - MIN_OF(at, edge);
    p->to = at + far + edge;
}

/* A hang is seen from the last wait on. */
static void stretch_hang(struct board_work *w, struct board_panel *p)
{
    sim_time at = p->record.at, since = w->board->panels[w->board->count - 2].record.at;
    sim_time edge = MAX_OF((at - since) / 10, US(1));

    p->from = since - MIN_OF(since, edge);
    p->to = at + edge;
}

/* As much before and behind the record as the actor's visit or turn lasts, up to 1 ms; and so much
 * that the cause is in sight. */
void board_stretch(struct board_work *w, struct board_panel *p)
{
    sim_time at = p->record.at, before = US(1), after = US(1), cause = 0;
    struct whole_span span;

    if (p->role == BOARD_BEFORE) {
        stretch_before(w, p);
        return;
    }
    if (p->role == BOARD_END && w->board->finding == FINDING_HANG) {
        stretch_hang(w, p);
        return;
    }
    if (p->cast_count > 0 && turn_around(w, p, &span)) {
        before = MAX_OF(before, at - MIN_OF(at, span.span.begin_at));
        after = MAX_OF(after, span.span.end_at - MIN_OF(at, span.span.end_at));
    }
    if (p->cause != BOARD_NOTHING && at - p->cause_record.at > before &&
        !is_another(p, &p->cause_record))
        p->cause = BOARD_NOTHING; /* Another turn of the same thread: too far to be seen. */
    if (p->cause != BOARD_NOTHING)
        cause = at - p->cause_record.at;
    before = MIN_OF(before + before / 6, MS(1));
    after = MIN_OF(after + after / 6, MS(1));
    before = MIN_OF(before, 3 * MAX_OF(after, cause));
    before = MAX_OF(before, cause + cause / 4);
    after = MAX_OF(MIN_OF(after, 2 * before), before / 5);
    if (p->role == BOARD_END)
        after = MAX_OF(before / 14, 100);
    p->from = at - MIN_OF(at, before);
    p->to = at + after;
}
