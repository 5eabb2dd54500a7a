/* anchor.c - instants in words: looking for them, from the last part to the first (anchor.h). */
#include "ui/recording/anchor.h"
#include "model/words/names.h"
#include "model/words/records.h"
#include "ui/recording/partners.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- Names ----------------------------------------------------------------------------------- */

/* The lane of a name: a process, "NAME 2" for the second of that name, or "PROCESS/THREAD". */
static uint32_t lane_of(const struct lanes *lanes, const char *name)
{
    const char *slash = strchr(name, '/'), *blank = strrchr(name, ' ');
    uint32_t nth = 1, seen = 0;
    char image[ANCHOR_NAME];

    snprintf(image, sizeof image, "%s", name);
    if (slash == NULL && blank != NULL && atoi(blank + 1) > 0) {
        image[blank - name] = 0;
        nth = (uint32_t)atoi(blank + 1);
    }
    for (uint32_t i = 0; i < lanes_count(lanes); i++) {
        const struct lane *lane = lanes_get(lanes, i);
        char own[2 * LANE_NAME_CHARS + 2];

        if (slash == NULL ? lane->kind != LANE_PROCESS
                          : lane->kind != LANE_THREAD || lane->parent == LANE_NONE)
            continue;
        if (slash == NULL)
            snprintf(own, sizeof own, "%s", lane->name);
        else
            snprintf(own, sizeof own, "%s/%s", lanes_get(lanes, lane->parent)->name, lane->name);
        if (strcasecmp(own, image) == 0 && ++seen == nth)
            return i;
    }
    return LANE_NONE;
}

/* ---- Looking --------------------------------------------------------------------------------- */

struct wanted { /* A part with its names looked up. */
    const struct anchor_part *part;
    const struct lanes *lanes;
    uint32_t of, by, in;
};

static bool in_force(struct recording *run, const struct wanted *w, uint32_t thread,
                     uint64_t number)
{
    struct whole_span visit;
    uint32_t home = lanes_get(w->lanes, thread)->parent;

    for (uint32_t level = LEVEL_BAND_3; level >= LEVEL_BAND_1; level--)
        if (recording_span(run, thread, level, number, &visit) == FOUND_YES)
            return lanes_process_lane(w->lanes, visit.span.process) == w->in;
    return home == w->in;
}

static bool with_holds(const struct anchor_part *p, const struct record *r)
{
    for (uint32_t i = 0; i < p->with_count; i++) {
        uint32_t value = p->with[i].field == 'a'   ? r->a
                         : p->with[i].field == 'b' ? r->b
                         : p->with[i].field == 'c' ? r->c
                         : p->with[i].field == 'd' ? r->d
                         : p->with[i].field == 't' ? r->thread
                                                   : r->cpu;

        if (value != p->with[i].value)
            return false;
    }
    return true;
}

static bool matches(struct recording *run, const struct wanted *w, const struct record *r,
                    uint64_t number)
{
    const struct anchor_part *p = w->part;
    uint32_t key, thread;

    if (r->kind != p->kind || !with_holds(p, r))
        return false;
    if (p->of[0] != 0) {
        key = lanes_get(w->lanes, w->of)->key;
        if (r->a != key && r->b != key && r->c != key && r->d != key)
            return false;
    }
    if (p->by[0] == 0 && p->in[0] == 0)
        return true;
    thread = r->thread == 0 ? LANE_NONE : lanes_thread_by_id(w->lanes, r->thread, number);
    if (thread == LANE_NONE)
        return false;
    if (p->by[0] != 0 && thread != w->by && lanes_get(w->lanes, thread)->parent != w->by)
        return false;
    return p->in[0] == 0 || in_force(run, w, thread, number);
}

static bool look_up(const struct lanes *lanes, const char *name, uint32_t *lane, char *error,
                    size_t error_size)
{
    *lane = name[0] != 0 ? lane_of(lanes, name) : LANE_NONE;
    if (name[0] == 0 || *lane != LANE_NONE)
        return true;
    snprintf(error, error_size, "this run has no process or thread called \"%s\"", name);
    return false;
}

/* Within one segment, from `p->at` on or back. */
static bool look_in(struct recording *run, struct anchor_part *p, const struct wanted *w,
                    const struct segment *g, const struct detail *d, uint64_t bound, bool back)
{
    bool begins_here = !back && bound != UINT64_MAX && bound >= g->first;

    for (uint32_t i = begins_here ? (uint32_t)(bound + 1 - g->first) : 0; i < d->count; i++) {
        uint32_t at = back ? d->count - 1 - i : i;
        uint64_t number = g->first + at;

        if (bound != UINT64_MAX && (back ? number >= bound : number <= bound))
            continue;
        if (matches(run, w, &d->records[at], number) && ++p->hits == p->ordinal) {
            p->at = number;
            p->found = true;
            return true;
        }
    }
    return false;
}

static bool holds_kind(const struct segment *g, uint16_t kind)
{
    return (g->kinds[kind / 64] >> kind % 64 & 1) != 0;
}

/* bound: the record that `after` or `before` speaks of; UINT64_MAX: none. */
static enum recording_found search(struct recording *run, struct anchor_part *p, uint64_t bound,
                                   char *error, size_t error_size)
{
    const struct recording_status *status = recording_status(run);
    struct wanted w = { .part = p, .lanes = recording_lanes(run) };
    bool back = p->direction < 0 || p->last, last_after;
    uint32_t count = recording_segment_count(run);

    if (!status->ended && (back || p->of[0] != 0 || p->by[0] != 0 || p->in[0] != 0))
        return FOUND_PENDING; /* Names and ends are known once the run is. */
    if (!look_up(w.lanes, p->of, &w.of, error, error_size) ||
        !look_up(w.lanes, p->by, &w.by, error, error_size) ||
        !look_up(w.lanes, p->in, &w.in, error, error_size))
        return FOUND_NO;
    last_after = p->last && p->direction > 0; /* From the end back; a hit must lie behind it. */
    if (!p->begun) {
        p->begun = true;
        p->segment = p->direction != 0 && !last_after ? recording_segment_of(run, bound)
                     : back                           ? count - 1
                                                      : 0;
    }
    while (p->segment < count) {
        const struct segment *g = recording_segment(run, p->segment);

        if (holds_kind(g, p->kind)) {
            const struct detail *d = recording_detail(run, p->segment);

            if (d == NULL)
                return FOUND_PENDING;
            if (look_in(run, p, &w, g, d, last_after ? UINT64_MAX : bound, back)) {
                if (!last_after || p->at > bound)
                    return FOUND_YES;
                p->found = false;
                break;
            }
        }
        p->segment = back ? p->segment - 1 : p->segment + 1; /* Below 0 it is past the end. */
    }
    if (!status->ended)
        return FOUND_PENDING;
    snprintf(error, error_size, "this run has no such %s", record_kinds[p->kind].name);
    return FOUND_NO;
}

static enum recording_found find_story(struct recording *run, struct anchor_part *p, char *error,
                                       size_t error_size)
{
    const struct recording_end *end = recording_end(run);

    if (!recording_status(run)->ended)
        return FOUND_PENDING;
    for (uint32_t i = 0; end != NULL && i < end->result.story_count; i++)
        if ((uint32_t)end->result.story[i].kind == p->story) {
            p->at = end->result.story[i].record;
            return FOUND_YES;
        }
    snprintf(error, error_size, "this run has no such line of a story (outcome %s)",
             end == NULL ? "unknown" : world_outcome(&end->result));
    return FOUND_NO;
}

/* The record at a time: exact once the detail is here. */
static enum recording_found at_time(struct recording *run, sim_time at, uint64_t *number,
                                    char *error, size_t error_size)
{
    const struct recording_status *status = recording_status(run);
    uint32_t segment = recording_segment_at(run, at);

    if (status->ended && at > status->now) {
        snprintf(error, error_size, "the run ends at %llu.%03llu s",
                 (unsigned long long)(status->now / SEC(1)),
                 (unsigned long long)(status->now % SEC(1) / MS(1)));
        return FOUND_NO;
    }
    if (segment == SEGMENT_NONE || (!status->ended && at >= status->now))
        return status->ended ? FOUND_NO : FOUND_PENDING;
    if (recording_detail(run, segment) == NULL)
        return FOUND_PENDING;
    *number = recording_number(run, at);
    return FOUND_YES;
}

/* The partner of the record `bound`, on its side of it. */
static enum recording_found find_partner(struct recording *run, struct anchor_part *p,
                                         uint64_t bound, char *error, size_t error_size)
{
    const struct record *r = recording_record(run, bound);
    struct recording_query query;
    uint32_t count = recording_segment_count(run);
    struct wanted w = { .part = p, .lanes = recording_lanes(run) };

    if (r == NULL || !recording_status(run)->ended)
        return FOUND_PENDING;
    if (r->kind == REC_TAINTED_READ && p->kind == REC_FOREIGN_WRITE) {
        p->at = cause_named(r, bound);
        return FOUND_YES;
    }
    if (!partner_query(r, bound, p->kind, &query)) {
        snprintf(error, error_size, "%s is neither a cause nor an effect of %s",
                 record_kinds[p->kind].name, record_kinds[r->kind].name);
        return FOUND_NO;
    }
    if (!look_up(w.lanes, p->by, &w.by, error, error_size) ||
        !look_up(w.lanes, p->in, &w.in, error, error_size))
        return FOUND_NO;
    for (p->segment = p->begun ? p->segment : recording_segment_of(run, bound), p->begun = true;
         p->segment < count; p->segment = query.backwards ? p->segment - 1 : p->segment + 1) {
        const struct segment *g = recording_segment(run, p->segment);
        const struct detail *d;

        if (!holds_kind(g, p->kind))
            continue;
        d = recording_detail(run, p->segment);
        if (d == NULL)
            return FOUND_PENDING;
        for (uint32_t i = 0; i < d->count; i++) {
            uint32_t at = query.backwards ? d->count - 1 - i : i;
            uint64_t number = g->first + at;

            if ((query.backwards ? number < bound : number > bound) &&
                query.match(&d->records[at], number, query.ctx) &&
                matches(run, &w, &d->records[at], number) && ++p->hits == p->ordinal) {
                p->at = number;
                return FOUND_YES;
            }
        }
    }
    snprintf(error, error_size, "this record has no such %s", record_kinds[p->kind].name);
    return FOUND_NO;
}

static enum recording_found find_difference(struct recording *run, struct recording *twin,
                                            struct anchor_part *p, char *error, size_t error_size)
{
    enum recording_found found;

    if (twin == NULL) {
        snprintf(error, error_size, "this run has no twin to differ from (expected --twin)");
        return FOUND_NO;
    }
    found = recording_difference(run, twin, &p->at);
    if (found == FOUND_YES && p->at >= recording_status(run)->records)
        p->at = recording_status(run)->records - 1; /* The other one goes on. */
    if (found == FOUND_NO)
        snprintf(error, error_size, "the twins are alike to the end");
    return found;
}

static enum recording_found find_part(struct recording *run, struct recording *twin,
                                      struct anchor_part *p, uint64_t bound, char *error,
                                      size_t error_size)
{
    const struct recording_status *status = recording_status(run);
    const struct recording_end *end = recording_end(run);

    switch (p->form) {
    case ANCHOR_TIME:
        return at_time(run, p->time, &p->at, error, error_size);
    case ANCHOR_RECORD:
        p->at = p->number;
        if (p->number < status->records)
            return FOUND_YES;
        snprintf(error, error_size, "this run has only %llu records",
                 (unsigned long long)status->records);
        return status->ended ? FOUND_NO : FOUND_PENDING;
    case ANCHOR_BEGIN:
        p->at = 0;
        return status->records > 0 ? FOUND_YES : FOUND_PENDING;
    case ANCHOR_END:
        p->at = status->records - 1;
        return status->ended ? FOUND_YES : FOUND_PENDING;
    case ANCHOR_STOP:
        if (!status->ended)
            return FOUND_PENDING;
        if (end == NULL || !end->result.stop.stopped) {
            snprintf(error, error_size, "this run has no stop");
            return FOUND_NO;
        }
        p->at = end->result.stop.record;
        return FOUND_YES;
    case ANCHOR_DIFFERENCE:
        return find_difference(run, twin, p, error, error_size);
    case ANCHOR_STORY:
        return find_story(run, p, error, error_size);
    default:
        return p->partner ? find_partner(run, p, bound, error, error_size)
                          : search(run, p, bound, error, error_size);
    }
}

/* The offset of a part that has been found. */
static enum recording_found move(struct recording *run, struct anchor_part *p, uint64_t *number,
                                 char *error, size_t error_size)
{
    uint64_t records = recording_status(run)->records;
    sim_time at;

    *number = p->at;
    if (p->sign == 0)
        return FOUND_YES;
    if (p->records) {
        *number =
            p->sign < 0 ? p->at - MIN_OF(p->at, p->offset) : MIN_OF(p->at + p->offset, records - 1);
        return FOUND_YES;
    }
    if (recording_record(run, p->at) == NULL)
        return FOUND_PENDING;
    at = recording_time(run, p->at);
    at = p->sign < 0 ? at - MIN_OF(at, p->offset) : at + p->offset;
    return at_time(run, at, number, error, error_size);
}

enum recording_found anchor_find(struct recording *run, struct recording *twin,
                                 struct anchor *anchor, uint64_t *number, char *error,
                                 size_t error_size)
{
    uint64_t bound = UINT64_MAX;

    for (uint32_t i = anchor->count; i-- > 0;) {
        struct anchor_part *p = &anchor->parts[i];
        enum recording_found found =
            p->found ? FOUND_YES : find_part(run, twin, p, bound, error, error_size);

        if (found != FOUND_YES)
            return found;
        p->found = p->form == ANCHOR_KIND;
        found = move(run, p, &bound, error, error_size);
        if (found != FOUND_YES)
            return found;
    }
    *number = bound;
    return FOUND_YES;
}

bool anchor_resolve(struct recording *run, struct recording *twin, const char *text,
                    uint64_t *number, char *error, size_t error_size)
{
    struct anchor anchor;
    enum recording_found found = FOUND_PENDING;

    if (!anchor_parse(&anchor, text, error, error_size))
        return false;
    while (found == FOUND_PENDING) {
        recording_lock(run);
        recording_frame(run);
        if (twin != NULL) {
            recording_lock(twin);
            recording_frame(twin);
        }
        found = anchor_find(run, twin, &anchor, number, error, error_size);
        if (twin != NULL)
            recording_unlock(twin);
        recording_unlock(run);
        if (found == FOUND_PENDING)
            recording_wait(run);
        if (found == FOUND_PENDING && twin != NULL)
            recording_wait(twin);
    }
    return found == FOUND_YES;
}
