/* counters.h - what Performance Monitor would show of a world at one instant.
 *
 *     struct counters *before = counters_new(), *now = counters_new();
 *     counters_take(world, now);
 *     for (i ...) counters_value(before, now, i, &micro)     // rates are between two looks
 *
 * Names are the official ones (facts/exchange-exifs.md 8.1) where what the model counts is what the
 * counter means; everything else stands under the object "exifsim", which no server has. Looking
 * changes nothing (inspect.h).
 */
#pragma once
#include "model/world/world.h"

enum { COUNTERS_MAX = 160, COUNTER_CHARS = 96 };

enum counter_kind {
    COUNTER_NOW,     /* The raw value, as it is. */
    COUNTER_PER_SEC, /* Its growth, a second. */
    COUNTER_PERCENT, /* Growth of nanoseconds, in hundredths of the time that passed. */
    COUNTER_MEAN,    /* Growth of nanoseconds by the time that passed: a mean number. */
    COUNTER_SECONDS, /* Growth of nanoseconds by that of a count: seconds each. */
};

struct counter {
    char name[COUNTER_CHARS]; /* "SMTP Server(_Total)\Messages Received/sec". */
    enum counter_kind kind;
    bool there; /* False: its instance is not, as a process that is down. */
    uint64_t raw, base;
};

struct counters {
    sim_time now;
    uint32_t count; /* The same at every look into one world. */
    struct counter counters[COUNTERS_MAX];
};

struct counters *counters_new(void); /* To be freed with free(); NULL: no memory. */
void counters_take(struct world *world, struct counters *out);

/* Millionths of counter i. before NULL: there was no look before. False: there is no value, as at
 * the first look for all that grows. */
bool counters_value(const struct counters *before, const struct counters *now, uint32_t i,
                    uint64_t *micro);
