/* writers.c - who wrote a byte: the run is made again with a watch on it (model/look/watch.h).
 *
 * The worker goes from snapshot to snapshot and runs each stretch again, one stretch a turn, so
 * that other wishes have theirs. While the run itself is still being computed the answer grows
 * with it. The boot that makes a machine writes no simulated memory, so nothing is missed before
 * the first snapshot.
 */
#include "model/look/watch.h"
#include "ui/host/grow.h"
#include "ui/recording/private.h"
#include <stdlib.h>
#include <string.h>

/* Keeps the latest ones. Half of them go at once, so that a busy byte does not move memory at each
 * write. */
static void take_hit(void *ctx, const struct watch_hit *hit)
{
    struct writers_work *w = ctx;

    w->list = grow(w->list, &w->room, w->count + 1, sizeof *w->list);
    w->list[w->count++] = *hit;
    w->all++;
    if (w->count == 2 * WRITERS_MAX) {
        memmove(w->list, w->list + WRITERS_MAX, WRITERS_MAX * sizeof *w->list);
        w->count = WRITERS_MAX;
    }
}

/* The parts that are reached from one snapshot: from `first` to before the next one. */
static uint32_t stretch_end(const struct recording *r, uint32_t first)
{
    uint32_t end = first + 1;

    while (end < r->part_count && r->parts[end]->snapshot == NULL)
        end++;
    return end;
}

/* A stretch behind `done` parts may begin in the middle of what one snapshot reaches, when the run
 * has gone on since; what was seen before is not told twice. */
static void run_stretch(struct recording *r, uint32_t from, uint32_t end)
{
    struct writers_work *w = &r->writers_work;
    struct watch watch = { .hit = take_hit, .ctx = w };

    replay_go_back(r, from);
    if (from < w->done)
        world_run(r->world, r->parts[w->done - 1]->slice);
    watch_begin(r->world, &watch, w->process, w->address);
    world_run(r->world, r->parts[end - 1]->slice);
    watch_end(r->world);
}

/* Copies what is known now for those who ask. */
static void publish(struct recording *r)
{
    struct writers_work *w = &r->writers_work;
    struct writers *out = &r->writers;
    uint32_t count = MIN_OF(w->count, (uint32_t)WRITERS_MAX);

    out->list = grow(out->list, &r->writers_room, count + 1, sizeof *out->list);
    memcpy(out->list, w->list + (w->count - count), count * sizeof *out->list);
    out->count = count;
    out->dropped = w->all - count;
}

bool writers_can_go_on(const struct recording *r)
{
    const struct writers_work *w = &r->writers_work;

    return r->writers.found == FOUND_PENDING &&
           (w->asked != r->writers_asked || w->done < r->part_count || r->status.ended);
}

void writers_go_on(struct recording *r)
{
    struct writers_work *w = &r->writers_work;
    uint32_t from, end;

    if (w->asked != r->writers_asked) { /* Another byte. */
        w->asked = r->writers_asked;
        w->process = r->writers.process;
        w->address = r->writers.address;
        w->count = w->done = 0;
        w->all = 0;
    }
    if (w->done == r->part_count) {
        if (!r->status.ended)
            return;
        r->writers.found = FOUND_YES;
        recording_changed(r);
        return;
    }
    from = w->done;
    while (r->parts[from]->snapshot == NULL)
        from--;
    end = stretch_end(r, w->done);
    pthread_mutex_unlock(&r->lock);
    run_stretch(r, from, end);
    pthread_mutex_lock(&r->lock);
    w->done = end;
    if (w->asked != r->writers_asked)
        return;
    publish(r);
    recording_changed(r);
}

void writers_free(struct recording *r)
{
    free(r->writers.list);
    free(r->writers_work.list);
}

/* ---- Asking ---------------------------------------------------------------------------------- */

bool recording_ask_writers(struct recording *r, uint32_t process, uint32_t address)
{
    if (!watch_possible(process, address))
        return false;
    if (r->writers.found != FOUND_NONE && r->writers.process == process &&
        r->writers.address == address)
        return true;
    r->writers.process = process;
    r->writers.address = address;
    r->writers.count = 0;
    r->writers.dropped = 0;
    r->writers.found = FOUND_PENDING;
    r->writers_asked++;
    recording_wake(r);
    return true;
}

void recording_forget_writers(struct recording *r) { r->writers.found = FOUND_NONE; }

const struct writers *recording_writers(const struct recording *r)
{
    return r->writers.found == FOUND_NONE ? NULL : &r->writers;
}
