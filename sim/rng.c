/* rng.c - named streams of random integers, the same on every platform.
 *
 * A stream is xoshiro256** (Blackman and Vigna, public domain), its state split from the seed and
 * the hash of the stream's name. All arithmetic is in unsigned integers; logarithm, exponential and
 * the normal curve come from fixed-point tables. A change here changes every run of every seed, so
 * the tests hold golden values.
 */
#include "sim/rng.h"

#include "sim/rng_tables.h"

static const uint64_t ln2_q32 = 2977044472u;    /* ln 2 in 2^-32. */
static const uint64_t log2_e_q32 = 6196328019u; /* 1 / ln 2 in 2^-32. */

static inline uint64_t rotl(uint64_t x, unsigned k) { return x << k | x >> (64 - k); }

/* The full product of two 64-bit numbers; the low half goes to *low. */
static inline uint64_t multiply(uint64_t a, uint64_t b, uint64_t *low)
{
#if defined(__SIZEOF_INT128__)
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)a * b;

    *low = (uint64_t)product;
    return (uint64_t)(product >> 64);
#else
    uint64_t al = (uint32_t)a, ah = a >> 32, bl = (uint32_t)b, bh = b >> 32;
    uint64_t middle = ah * bl + (al * bl >> 32);
    uint64_t other = al * bh + (uint32_t)middle;

    *low = a * b;
    return ah * bh + (middle >> 32) + (other >> 32);
#endif
}

/* a * b >> 32, and UINT64_MAX instead of an overflow. */
static inline uint64_t scale_q32(uint64_t a, uint64_t b)
{
    uint64_t low, high = multiply(a, b, &low);

    return high >> 32 != 0 ? UINT64_MAX : high << 32 | low >> 32;
}

/* splitmix64: derives the words of a state from a seed. */
static uint64_t spread(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t rng_draw(uint64_t seed, uint64_t number)
{
    seed += 0x9e3779b97f4a7c15u * number;
    return spread(&seed);
}

struct rng rng_stream(uint64_t seed, const char *name)
{
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a of the name. */
    struct rng rng;

    for (const unsigned char *c = (const unsigned char *)name; *c != 0; c++)
        hash = (hash ^ *c) * 0x100000001b3u;
    uint64_t state = spread(&seed) ^ spread(&hash);

    for (unsigned i = 0; i < ARRAY_LEN(rng.s); i++)
        rng.s[i] = spread(&state);
    return rng;
}

uint64_t rng_next(struct rng *rng)
{
    uint64_t *s = rng->s;
    uint64_t result = rotl(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return result;
}

/* Lemire's method: the high half of a product is uniform once the few low halves that would
 * favour some values are rejected. */
uint64_t rng_below(struct rng *rng, uint64_t bound)
{
    CHECK(bound != 0);
    uint64_t low, high = multiply(rng_next(rng), bound, &low);

    if (low < bound) {
        uint64_t least = (0 - bound) % bound;

        while (low < least)
            high = multiply(rng_next(rng), bound, &low);
    }
    return high;
}

bool rng_odds(struct rng *rng, uint32_t ppm) { return rng_below(rng, 1000000) < ppm; }

/* log2 of a number above zero, in 2^-32. */
static uint64_t log2_q32(uint64_t x)
{
    unsigned exponent = 63u - (unsigned)__builtin_clzll(x);
    uint64_t fraction = (x << (63 - exponent))
                        << 1; /* Bits after the leading one, from bit 63 down. */
    unsigned i = (unsigned)(fraction >> 56);
    uint64_t between = (fraction << 8) >> 32; /* In 2^-32 of the way to the next point. */
    uint64_t low = log2_curve[i], rise = log2_curve[i + 1] - low;

    return ((uint64_t)exponent << 32) + low + (rise * between >> 32);
}

/* 2^x - 1 for a fraction x in 2^-32. */
static uint64_t exp2_fraction_q32(uint32_t x)
{
    unsigned i = x >> 24;
    uint64_t between = x & 0xffffffu;
    uint64_t low = exp2_curve[i], rise = exp2_curve[i + 1] - low;

    return low + (rise * between >> 24);
}

/* -ln U = (64 - log2 R) ln 2 for R uniform in 1 .. 2^64 - 1. */
uint64_t rng_exponential(struct rng *rng, uint64_t mean)
{
    uint64_t r = rng_next(rng) | 1;
    uint64_t log = ((uint64_t)64 << 32) - log2_q32(r);

    return scale_q32(mean, scale_q32(log, ln2_q32));
}

/* The table runs over the probability of both tails by octaves, so that far deviates are as fine as
 * near ones. */
int64_t rng_normal(struct rng *rng)
{
    uint64_t r = rng_next(rng);
    bool negative = (r & 1) != 0;
    uint64_t u = r | 1; /* The sign's bit is too low to matter below. */
    unsigned octave = (unsigned)__builtin_clzll(u);
    int64_t z;

    if (octave >= NORMAL_OCTAVES) {
        z = normal_curve[NORMAL_OCTAVES * NORMAL_STEPS];
    } else {
        /* Position within the octave, from bit 63 down. */
        uint64_t fraction = ~((u << octave) << 1);
        unsigned i = octave * NORMAL_STEPS + (unsigned)(fraction >> 60);
        int64_t between = (int64_t)((fraction << 4) >> 32);
        int64_t low = normal_curve[i], rise = (int64_t)normal_curve[i + 1] - low;

        z = low + ((rise * between) >> 32);
    }
    return negative ? -z : z;
}

uint64_t rng_lognormal(struct rng *rng, uint64_t median, uint32_t sigma_milli)
{
    int64_t z = rng_normal(rng); /* 2^-16 */
    bool below = z < 0;
    uint64_t size = (uint64_t)(below ? -z : z);
    /* |ln(x / median)| = sigma |z|; in powers of two, 2^-32. Sigma is bounded so that nothing
     * overflows. */
    CHECK(sigma_milli <= 20000);
    uint64_t power = scale_q32((size * sigma_milli << 16) / 1000, log2_e_q32);
    uint64_t whole = power >> 32;
    uint64_t factor = ((uint64_t)1 << 32) + exp2_fraction_q32((uint32_t)power);

    if (whole >= 64)
        return below ? 0 : UINT64_MAX;
    if (!below) {
        uint64_t value = scale_q32(median, factor);

        return value > UINT64_MAX >> whole ? UINT64_MAX : value << whole;
    }
    /* median / factor: 2^-x = 2^(1 - frac) / 2^(whole + 1). */
    factor = ((uint64_t)1 << 32) + exp2_fraction_q32((uint32_t)(0 - (uint32_t)power));
    if ((uint32_t)power == 0)
        return median >> whole;
    return (scale_q32(median, factor) >> whole) >> 1;
}

uint32_t rng_weighted(struct rng *rng, const uint32_t *weights, uint32_t count)
{
    uint64_t total = 0;

    for (uint32_t i = 0; i < count; i++)
        total += weights[i];
    CHECK(total != 0);
    uint64_t draw = rng_below(rng, total);
    uint32_t i = 0;

    while (draw >= weights[i])
        draw -= weights[i++];
    return i;
}

/* Interpolates linearly between two quantiles, rising or falling, without overflow for any
 * 64-bit values. */
uint64_t rng_empirical(struct rng *rng, const uint64_t *quantiles, uint32_t count)
{
    CHECK(count >= 2);
    uint64_t between, i = multiply(rng_next(rng), count - 1, &between);
    uint64_t from = quantiles[i], to = quantiles[i + 1], unused;

    if (to >= from)
        return from + multiply(to - from, between, &unused);
    return from - multiply(from - to, between, &unused);
}
