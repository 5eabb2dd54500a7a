/* latency.h - times in buckets whose width is at most a thirty-second of their value.
 *
 *     0 1 2 ... 63 | 64 66 68 ... 126 | 128 132 136 ... 252 | 256 264 ...        lower bounds, us
 *
 * Below 64 us a bucket is one microsecond; from there on each doubling has 32 buckets. A value is
 * known by its bucket to one part in 32, whatever its size, and histograms of different runs add up
 * bucket by bucket. Times longer than six days count as six days.
 */
#pragma once
#include <stdint.h>

enum {
    LATENCY_PARTS = 32,
    LATENCY_DOUBLINGS = 34,
    LATENCY_BUCKETS = (LATENCY_DOUBLINGS + 2) * LATENCY_PARTS
};

static inline uint32_t latency_bucket(uint64_t us)
{
    uint32_t shift;

    if (us < 2 * LATENCY_PARTS)
        return (uint32_t)us;
    shift = 58u - (uint32_t)__builtin_clzll(us); /* us >> shift lies in 32 .. 63. */
    if (shift > LATENCY_DOUBLINGS)
        return LATENCY_BUCKETS - 1;
    return shift * LATENCY_PARTS + (uint32_t)(us >> shift);
}

/* Returns the least value of a bucket in us; latency_low(bucket + 1) is the first value beyond
 * it. */
static inline uint64_t latency_low(uint32_t bucket)
{
    if (bucket < 2 * LATENCY_PARTS)
        return bucket;
    return (uint64_t)(bucket % LATENCY_PARTS + LATENCY_PARTS) << (bucket / LATENCY_PARTS - 1);
}
