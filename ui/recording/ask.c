/* ask.c - what a window asks of a recording, under its lock. */
#include "ui/recording/private.h"

void recording_lock(struct recording *r) { pthread_mutex_lock(&r->lock); }
void recording_unlock(struct recording *r) { pthread_mutex_unlock(&r->lock); }

void recording_wait(struct recording *r)
{
    pthread_mutex_lock(&r->lock);
    while (r->busy)
        pthread_cond_wait(&r->idle, &r->lock);
    pthread_mutex_unlock(&r->lock);
}

const struct recording_status *recording_status(const struct recording *r) { return &r->status; }
const struct scenario *recording_scenario(const struct recording *r) { return &r->scenario; }
const struct lanes *recording_lanes(const struct recording *r) { return r->lanes; }

const struct recording_end *recording_end(const struct recording *r)
{
    return r->status.ended && !r->status.cut && r->status.broken[0] == 0 ? &r->end : NULL;
}

void recording_frame(struct recording *r)
{
    r->want_count = 0;
    r->clock++;
}

/* ---- Segments -------------------------------------------------------------------------------- */

uint32_t recording_segment_count(const struct recording *r) { return r->part_count; }

const struct segment *recording_segment(const struct recording *r, uint32_t segment)
{
    return &r->parts[segment]->segment;
}

uint32_t recording_segment_of(const struct recording *r, uint64_t number)
{
    uint32_t low = 0, high = r->part_count;

    if (r->part_count == 0 || number >= r->parts[high - 1]->segment.end)
        return SEGMENT_NONE;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;

        if (r->parts[middle]->segment.first <= number)
            low = middle;
        else
            high = middle;
    }
    return low;
}

uint32_t recording_segment_at(const struct recording *r, sim_time at)
{
    uint32_t low = 0, high = r->part_count;

    if (r->part_count == 0)
        return SEGMENT_NONE;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;

        if (r->parts[middle]->segment.first_at <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* ---- Details --------------------------------------------------------------------------------- */

void recording_wake(struct recording *r)
{
    r->busy = true; /* Later waiters wait for this answer. */
    pthread_cond_signal(&r->work);
}

const struct detail *recording_detail_now(const struct recording *r, uint32_t segment)
{
    return segment < r->part_count ? r->parts[segment]->detail : NULL;
}

const struct detail *recording_detail(struct recording *r, uint32_t segment)
{
    if (segment >= r->part_count)
        return NULL;
    if (r->parts[segment]->detail != NULL) {
        r->parts[segment]->detail->used = r->clock;
        return r->parts[segment]->detail;
    }
    for (uint32_t i = 0; i < r->want_count; i++)
        if (r->wants[i] == segment)
            return NULL;
    if (r->want_count < RECORDING_WANTS) {
        r->wants[r->want_count++] = segment;
        recording_wake(r);
    }
    return NULL;
}

const struct record *recording_record(struct recording *r, uint64_t number)
{
    uint32_t segment = recording_segment_of(r, number);
    const struct detail *detail;

    if (segment == SEGMENT_NONE)
        return NULL;
    detail = recording_detail(r, segment);
    return detail == NULL ? NULL : &detail->records[number - r->parts[segment]->segment.first];
}

sim_time recording_time(const struct recording *r, uint64_t number)
{
    uint32_t index = recording_segment_of(r, number);

    if (index == SEGMENT_NONE)
        return r->status.now;
    const struct part *part = r->parts[index];
    uint64_t offset = number - part->segment.first;

    if (part->detail != NULL)
        return part->detail->records[offset].at;
    uint32_t bucket = (uint32_t)(offset / BUCKET_RECORDS);
    sim_time from = part->segment.bucket_at[bucket], to = part->segment.bucket_at[bucket + 1];

    return from + (to - from) * (offset % BUCKET_RECORDS) / BUCKET_RECORDS;
}

uint64_t recording_number(const struct recording *r, sim_time at)
{
    uint32_t index = recording_segment_at(r, at);

    if (index == SEGMENT_NONE)
        return 0;
    const struct part *part = r->parts[index];
    const struct segment *g = &part->segment;
    uint32_t low = 0, high;

    if (part->detail != NULL) { /* The last record at or before. */
        high = part->detail->count;
        while (high - low > 1) {
            uint32_t middle = low + (high - low) / 2;

            if (part->detail->records[middle].at <= at)
                low = middle;
            else
                high = middle;
        }
        return g->first + low;
    }
    high = g->bucket_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;

        if (g->bucket_at[middle] <= at)
            low = middle;
        else
            high = middle;
    }
    sim_time from = g->bucket_at[low], to = g->bucket_at[low + 1];
    uint64_t records = MIN_OF(g->first + (uint64_t)(low + 1) * BUCKET_RECORDS, g->end) -
                       (g->first + (uint64_t)low * BUCKET_RECORDS);

    if (at >= to)
        return g->first + (uint64_t)low * BUCKET_RECORDS + records - 1;
    return g->first + (uint64_t)low * BUCKET_RECORDS +
           (to > from && at > from ? (at - from) * records / (to - from) : 0);
}

const struct highlight *recording_highlights(const struct recording *r, uint32_t *count,
                                             uint64_t *dropped)
{
    *count = r->highlight_shown;
    *dropped = r->highlight_dropped;
    return r->highlights;
}

/* ---- Moments and searches -------------------------------------------------------------------- */

const struct inspect *recording_moment(struct recording *r, uint64_t number)
{
    if (r->status.records == 0)
        return NULL;
    number = MIN_OF(MAX_OF(number, (uint64_t)r->boot_count), r->status.records - 1);
    if (r->has_moment && r->moment_number == number)
        return r->moment;
    if (r->moment_wish != number) {
        r->moment_wish = number;
        recording_wake(r);
    }
    return NULL;
}

const struct recording_memory *recording_memory(struct recording *r, uint64_t number,
                                                uint32_t address)
{
    if (r->status.records == 0 || address == 0)
        return NULL;
    number = MIN_OF(MAX_OF(number, (uint64_t)r->boot_count), r->status.records - 1);
    if (r->has_moment && r->moment_number == number && r->memory.address == address)
        return &r->memory;
    if (r->moment_wish != number || r->memory_wish != address) {
        r->memory_wish = address;
        r->moment_wish = number;
        recording_wake(r);
    }
    return NULL;
}

const struct inspect *recording_last_moment(const struct recording *r)
{
    return r->has_moment ? r->moment : NULL;
}

void recording_search(struct recording *r, const struct recording_query *query)
{
    r->query = *query;
    r->found = FOUND_PENDING;
    recording_wake(r);
}

enum recording_found recording_found(const struct recording *r, uint64_t *number)
{
    *number = r->found_number;
    return r->found;
}

void recording_wait_for(struct recording *r, uint64_t number)
{
    pthread_mutex_lock(&r->lock);
    while (r->busy && !r->status.ended && r->status.records <= number)
        pthread_cond_wait(&r->idle, &r->lock);
    pthread_mutex_unlock(&r->lock);
}
