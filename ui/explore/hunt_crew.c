/* hunt_crew.c - a search with several hunters, each a thread of the host with a world of its own.
 *
 *     hunters:      take a slice whose part nobody has --> run it --> made
 *     this thread:  merges slices in their order, tells findings, keeps the state; the next round
 */
#include "ui/explore/hunt_inside.h"
#include "ui/host/threads.h"
#include <stdlib.h>
#include <time.h>

enum { REST_MS = 100 };

/* The first slice that may be made now; NULL: none. When the time is over, slices before one that
 * was begun are still made, so that all that was made can be merged. */
static struct slice *next_slice(struct search *s)
{
    uint32_t end = s->slice_count;

    if (atomic_load(&s->spent))
        while (end > 0 && !s->slices[end - 1].taken)
            end--;
    for (uint32_t i = s->merged; i < end; i++) {
        struct slice *slice = &s->slices[i];

        if (!slice->taken && !s->part[slice->part].busy)
            return slice;
    }
    return NULL;
}

static struct slice *take_shared(struct hunter *h)
{
    struct search *s = h->search;
    struct slice *slice = NULL;

    pthread_mutex_lock(&s->lock);
    while (!s->closing && (slice = next_slice(s)) == NULL)
        pthread_cond_wait(&s->work, &s->lock);
    if (slice != NULL) {
        slice->taken = true;
        s->part[slice->part].busy = true;
    }
    pthread_mutex_unlock(&s->lock);
    return slice;
}

static bool give_back(struct hunter *h, struct slice *slice)
{
    struct search *s = h->search;

    pthread_mutex_lock(&s->lock);
    slice->made = slice->done == slice->limit || !s->part[slice->part].more;
    s->part[slice->part].busy = false;
    pthread_cond_signal(&s->rest);
    pthread_cond_broadcast(&s->work);
    pthread_mutex_unlock(&s->lock);
    return true;
}

static void *work(void *arg)
{
    struct hunter *h = arg;
    struct world *world = world_new(h->search->hunt->scenario, h->search->hunt->seed);

    CHECK(world != NULL);
    hunter_open(h, world);
    hunter_work(h);
    hunter_close(h);
    return NULL;
}

static void rest(struct search *s)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += REST_MS * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_cond_timedwait(&s->rest, &s->lock, &until);
}

/* True if the slice that is next in order will not be made any more. */
static bool is_left(const struct search *s)
{
    bool begun = false;

    if (atomic_load(&s->halt))
        return true;
    for (uint32_t i = s->merged; i < s->slice_count; i++)
        begun = begun || s->slices[i].taken;
    return atomic_load(&s->spent) && !begun;
}

/* Merges the slices of a round as they are made, in their order. */
static void merge_round(struct search *s)
{
    while (s->merged < s->slice_count && !s->over) {
        struct slice *slice = &s->slices[s->merged];

        if (!slice->made && is_left(s))
            return;
        if (!slice->made) {
            rest(s);
            if (s->hunt->progress != NULL)
                s->hunt->progress(s->hunt->ctx, s->hunt);
            continue;
        }
        pthread_mutex_unlock(&s->lock);
        if (search_merge(s, slice))
            search_tell(s);
        pthread_mutex_lock(&s->lock);
        s->merged++;
    }
}

static bool may_go_on(const struct search *s)
{
    return !s->over && !atomic_load(&s->halt) && !atomic_load(&s->spent);
}

void hunt_by_crew(struct search *s)
{
    uint32_t jobs = s->hunt->jobs;

    s->hunters = calloc(jobs, sizeof *s->hunters);
    CHECK(s->hunters != NULL);
    s->hunter_count = jobs;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->work, NULL);
    pthread_cond_init(&s->rest, NULL);
    for (uint32_t i = 0; i < jobs; i++) {
        struct hunter *h = &s->hunters[i];

        *h = (struct hunter){ .search = s, .take = take_shared, .give = give_back };
        CHECK(thread_begin(&h->thread, work, h));
    }
    pthread_mutex_lock(&s->lock);
    while (may_go_on(s) && s->merged == s->slice_count && search_round(s)) {
        pthread_cond_broadcast(&s->work);
        merge_round(s);
        if (s->merged == s->slice_count)
            search_save_due(s);
    }
    s->closing = true;
    if (s->merged < s->slice_count)
        atomic_store(&s->halt, true); /* The rest is dropped, or was not begun. */
    pthread_cond_broadcast(&s->work);
    pthread_mutex_unlock(&s->lock);
    for (uint32_t i = 0; i < jobs; i++)
        pthread_join(s->hunters[i].thread, NULL);
    search_count(s);
    free(s->hunters);
    s->hunters = NULL;
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->work);
    pthread_cond_destroy(&s->rest);
}
