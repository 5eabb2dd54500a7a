/* visit.c - a stretch of the run is made again, and a caller looks at the machine at each record.
 *
 * Everything else that is asked of a recording is answered by the worker in its own time. A visit
 * waits: whoever calls has nothing else to do, as a debugger at its prompt. The stretch begins
 * from the nearest snapshot, or from the one that the last visit or moment left nearby.
 */
#include "ui/recording/private.h"

/* On the worker, under the lock. */
void visit_serve(struct recording *r)
{
    const struct recording_visit *visit = r->visit;
    bool good;

    pthread_mutex_unlock(&r->lock);
    good = replay_visit(r, visit);
    pthread_mutex_lock(&r->lock);
    r->visit = NULL;
    r->visit_good = good;
}

uint64_t recording_first(const struct recording *r) { return r->boot_count; }

bool recording_visit(struct recording *r, const struct recording_visit *visit)
{
    bool good;

    CHECK(visit->from < visit->to);
    recording_wait(r);
    pthread_mutex_lock(&r->lock);
    r->visit = visit;
    r->visit_good = false;
    recording_wake(r);
    while (r->visit != NULL)
        pthread_cond_wait(&r->idle, &r->lock);
    good = r->visit_good;
    pthread_mutex_unlock(&r->lock);
    return good;
}
