/* rng.h - named streams of random integers, the same on every platform.
 *
 * All streams come from one seed; every use has its own stream, found by name, so a new draw in one
 * stream changes nothing in another. Integers only: the distributions come from fixed-point tables.
 *
 *     struct rng sizes = rng_stream(seed, "load.smtp.size");
 *     uint64_t gap_ns = rng_exponential(&gaps, MS(40));
 */
#pragma once
#include "sim/base.h"

struct rng {
    uint64_t s[4]; /* xoshiro256**. */
};

/* The draw of this number (from 0) of a seed: 64 random bits, without a state. */
uint64_t rng_draw(uint64_t seed, uint64_t number);

/* The stream called name of this seed. Streams of different names are independent. */
struct rng rng_stream(uint64_t seed, const char *name);

uint64_t rng_next(struct rng *rng); /* 64 random bits. */
uint64_t rng_below(struct rng *rng,
                   uint64_t bound);           /* Uniform in [0, bound), unbiased; bound > 0. */
bool rng_odds(struct rng *rng, uint32_t ppm); /* True with ppm parts in a million. */
uint64_t rng_exponential(struct rng *rng,
                         uint64_t mean); /* Mean in any unit; the result has the same. */

/* A log-normal deviate: median in any unit, sigma in thousandths (1750 = 1.75). The tail is not
 * cut. */
uint64_t rng_lognormal(struct rng *rng, uint64_t median, uint32_t sigma_milli);

/* A standard normal deviate, in units of 1/65536. */
int64_t rng_normal(struct rng *rng);

/* An index below count, drawn with the given integer weights. */
uint32_t rng_weighted(struct rng *rng, const uint32_t *weights, uint32_t count);

/* A draw from an empirical distribution: quantiles[i] is the value at i/(count-1), linear in
 * between. count >= 2. */
uint64_t rng_empirical(struct rng *rng, const uint64_t *quantiles, uint32_t count);
