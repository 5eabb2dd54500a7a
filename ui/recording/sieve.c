/* sieve.c - which records match a condition, through the whole run: how many, and the k-th.
 *
 * The worker goes through the segments in order, one a turn, and keeps for each bucket only how
 * many records match. So a list over ten million records costs some kilobytes: where the k-th match
 * is, the counts tell to a bucket, and the segment's detail, made again if need be, to the record.
 */
#include "ui/recording/private.h"
#include <stdlib.h>
#include <string.h>

/* ---- On the worker; parts and details change there alone ------------------------------------ */

static uint32_t count_part(struct part *part, const struct detail *d, struct recording_query *query,
                           uint16_t *hits)
{
    uint32_t all = 0;

    memset(hits, 0, part->segment.bucket_count * sizeof *hits);
    for (uint32_t i = 0; d != NULL && i < d->count; i++)
        if (query->match(&d->records[i], part->segment.first + i, query->ctx)) {
            hits[i / BUCKET_RECORDS]++;
            all++;
        }
    return all;
}

bool sieve_can_go_on(const struct recording *r)
{
    return r->sieve.found == FOUND_PENDING && (r->sieve.done < r->part_count || r->status.ended);
}

void sieve_go_on(struct recording *r)
{
    uint64_t asked = r->sieve_asked;
    struct recording_query query = r->sieve_query;
    struct part *part;
    struct detail *made = NULL;
    const struct detail *detail;
    uint16_t *hits;
    uint32_t all;

    if (r->sieve.done == r->part_count) {
        if (r->status.ended) {
            r->sieve.found = FOUND_YES;
            recording_changed(r);
        }
        return;
    }
    part = r->parts[r->sieve.done];
    pthread_mutex_unlock(&r->lock);
    hits = calloc(part->segment.bucket_count + 1, sizeof *hits);
    CHECK(hits != NULL);
    detail = part->detail;
    if (!recording_may_match(&query, &part->segment))
        detail = NULL;
    else if (detail == NULL)
        detail = made = replay_detail(r, r->sieve.done);
    all = count_part(part, detail, &query, hits);
    pthread_mutex_lock(&r->lock);
    detail_free(made);             /* Details that somebody looks at are worth more. */
    if (asked != r->sieve_asked) { /* Another condition meanwhile. */
        free(hits);
        return;
    }
    free(part->hits);
    part->hits = hits;
    part->hit_count = all;
    r->sieve.hits += all;
    r->sieve.done++;
    recording_changed(r);
}

/* ---- Asking ---------------------------------------------------------------------------------- */

void recording_sieve(struct recording *r, const struct recording_query *query)
{
    r->sieve = (struct sieve){ .found = query != NULL ? FOUND_PENDING : FOUND_NONE };
    r->sieve_asked++;
    if (query == NULL)
        return;
    r->sieve_query = *query;
    recording_wake(r);
}

const struct sieve *recording_sieved(const struct recording *r) { return &r->sieve; }

enum recording_found recording_hit(struct recording *r, uint64_t index, uint64_t *number)
{
    struct recording_query query = r->sieve_query;
    uint32_t p = 0, bucket = 0;
    const struct detail *d;
    uint64_t left = index;

    if (index >= r->sieve.hits)
        return r->sieve.found == FOUND_PENDING ? FOUND_PENDING : FOUND_NO;
    for (; left >= r->parts[p]->hit_count; p++)
        left -= r->parts[p]->hit_count;
    for (; left >= r->parts[p]->hits[bucket]; bucket++)
        left -= r->parts[p]->hits[bucket];
    d = recording_detail(r, p);
    if (d == NULL)
        return FOUND_PENDING;
    for (uint32_t i = bucket * BUCKET_RECORDS; i < d->count; i++)
        if (query.match(&d->records[i], r->parts[p]->segment.first + i, query.ctx) && left-- == 0) {
            *number = r->parts[p]->segment.first + i;
            return FOUND_YES;
        }
    return FOUND_NO;
}

enum recording_found recording_hits_before(struct recording *r, uint64_t number, uint64_t *index)
{
    struct recording_query query = r->sieve_query;
    uint32_t p = recording_segment_of(r, number);
    const struct detail *d;
    uint64_t before = 0;
    uint32_t offset;

    if (r->sieve.found == FOUND_YES && number >= r->status.records) {
        *index = r->sieve.hits;
        return FOUND_YES;
    }
    if (p == SEGMENT_NONE || p >= r->sieve.done)
        return FOUND_PENDING;
    d = recording_detail(r, p);
    if (d == NULL)
        return FOUND_PENDING;
    for (uint32_t i = 0; i < p; i++)
        before += r->parts[i]->hit_count;
    offset = (uint32_t)(number - r->parts[p]->segment.first);
    for (uint32_t b = 0; b < offset / BUCKET_RECORDS; b++)
        before += r->parts[p]->hits[b];
    for (uint32_t i = offset / BUCKET_RECORDS * BUCKET_RECORDS; i < offset; i++)
        before += query.match(&d->records[i], r->parts[p]->segment.first + i, query.ctx);
    *index = before;
    return FOUND_YES;
}
