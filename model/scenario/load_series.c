/* load_series.c - names of protocols and arrival shapes, and the list of kept series.
 *
 * A scenario is copied freely, into worlds, reports and twins, and the copies are not counted.
 * Therefore a series that it points to is never freed: one list keeps each content once. The list
 * is the only mutable data of the model outside an arena; it holds files that the host has read, no
 * state of a run, and no run depends on it.
 */
#include "model/words/load_plan.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

const char *const load_protocol_names[LOAD_PROTOCOLS] = {
#define PROTOCOL(id, name, wire, host, kind, service) name,
#include "model/words/protocols.def"
#undef PROTOCOL
};
const enum load_host load_protocol_hosts[LOAD_PROTOCOLS] = {
#define PROTOCOL(id, name, wire, host, kind, service) LOAD_OF_##host,
#include "model/words/protocols.def"
#undef PROTOCOL
};
const enum load_kind load_protocol_kinds[LOAD_PROTOCOLS] = {
#define PROTOCOL(id, name, wire, host, kind, service) LOAD_##kind,
#include "model/words/protocols.def"
#undef PROTOCOL
};
const enum load_protocol load_protocol_wires[LOAD_PROTOCOLS] = {
#define PROTOCOL(id, name, wire, host, kind, service) LOAD_##wire,
#include "model/words/protocols.def"
#undef PROTOCOL
};
const char *const arrival_shape_names[ARRIVAL_SHAPES] = {
    "poisson", "constant", "batch", "ramp", "burst", "day", "closed", "replay"
};

struct kept {
    struct kept *next;
    struct load_series *series;
};
static struct kept *_Atomic kept_series;

static bool same(const struct load_series *one, const struct load_series *other)
{
    return one->arrivals == other->arrivals && one->count == other->count &&
           memcmp(one->points, other->points, one->count * sizeof *one->points) == 0;
}

const struct load_series *load_series_keep(struct load_series *series)
{
    struct kept *first = atomic_load(&kept_series), *kept;

    for (kept = first; kept != NULL; kept = kept->next)
        if (same(kept->series, series)) {
            free(series);
            return kept->series;
        }
    kept = malloc(sizeof *kept);
    CHECK(kept != NULL);
    *kept = (struct kept){ first, series };
    /* Two threads that keep the same content at once keep it twice, which does no harm. */
    while (!atomic_compare_exchange_weak(&kept_series, &kept->next, kept))
        ;
    return series;
}

uint64_t load_nominal_milli(const struct load_plan *plan)
{
    uint64_t weighed = 0, all = 1;

    if (plan->shape == ARRIVE_CLOSED)
        return plan->clients * SEC(1000) / MAX_OF(plan->think, US(1));
    if (plan->shape != ARRIVE_REPLAY || plan->series == NULL || plan->series->count == 0)
        return (plan->rate_micro + 500) / 1000;
    const struct load_series *series = plan->series;

    all = MAX_OF(series->points[series->count - 1].at / US(1), 1);
    if (series->arrivals)
        return series->count * (uint64_t)1000000000 / all;
    for (uint32_t i = 0; i < series->count; i++)
        weighed += (series->points[i].at - (i > 0 ? series->points[i - 1].at : 0)) / MS(1) *
                   series->points[i].rate_micro / 1000;
    return weighed / MAX_OF(all / 1000, 1);
}
