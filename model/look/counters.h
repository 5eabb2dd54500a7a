/* counters.h - the counters of Performance Monitor for a world at one instant.
 *
 *     struct counters *before = counters_new(), *now = counters_new();
 *     counters_take(world, now);
 *     for (i ...) counters_value(before, now, i, &micro)     // rates are between two looks
 *
 * Names are the official ones (facts/exchange-exifs.md 8.1) where the model counts exactly what the
 * counter means; all others belong to the object "exifsim", which no server has. Taking counters
 * changes nothing in the world (inspect.h).
 */
#pragma once
#include "model/world/world.h"

enum { COUNTERS_MAX = 160, COUNTER_CHARS = 96 };

enum counter_kind {
    COUNTER_NOW,     /* The raw value. */
    COUNTER_PER_SEC, /* Growth of the raw value, per second. */
    COUNTER_PERCENT, /* Growth of a sum of nanoseconds, in per cent of the time that passed. */
    /* Growth of a sum of nanoseconds, divided by the time that passed: a mean number. */
    COUNTER_MEAN,
    COUNTER_SECONDS, /* Growth of a sum of nanoseconds, divided by that of a count: seconds each. */
};

struct counter {
    char name[COUNTER_CHARS]; /* "SMTP Server(_Total)\Messages Received/sec". */
    enum counter_kind kind;
    bool there; /* False: the instance does not exist, such as a process that is down. */
    uint64_t raw, base;
};

struct counters {
    sim_time now;
    uint32_t count; /* The same each time for one world. */
    struct counter counters[COUNTERS_MAX];
};

struct counters *counters_new(void); /* Allocates; to be freed with free(). NULL: no memory. */
/* Takes all counters at the present instant. */
void counters_take(struct world *world, struct counters *out);

/* Computes the value of counter i in millionths. before NULL: there are no earlier counters. False:
 * there is no value; so it is for all kinds but COUNTER_NOW without earlier counters. */
bool counters_value(const struct counters *before, const struct counters *now, uint32_t i,
                    uint64_t *micro);
