/* trace.c - what happened: fixed-size records, hashed as they come.
 *
 * Records are collected in a block of 4 KiB and hashed when it is full, by XXH3 at memory speed;
 * the hash of a block is folded into a chain. The fingerprint at any moment takes in the unfinished
 * block as well, without changing it. All of the state lies in struct trace, so it is part of a
 * snapshot; the kept records lie outside, and a restored run writes the same ones again over those
 * it takes back.
 */
#include "sim/trace.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <string.h>

void trace_init(struct trace *trace, const sim_time *now)
{
    memset(trace, 0, sizeof *trace);
    trace->now = now;
    trace->hash[0] = 0x6578696673696du; /* "exifsim" */
}

void trace_keep(struct trace *trace, struct record *ring, uint64_t ring_max)
{
    trace->kept = ring_max == 0 ? NULL : ring;
    trace->kept_max = ring == NULL ? 0 : ring_max;
}

/* Hash of n records, laid out as on a little-endian machine. */
static uint64_t block_hash(const struct record *block, size_t n)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    struct record turned[TRACE_BLOCK];

    for (size_t i = 0; i < n; i++) {
        turned[i] = block[i];
        turned[i].at = __builtin_bswap64(block[i].at);
        turned[i].kind = __builtin_bswap16(block[i].kind);
        turned[i].thread = __builtin_bswap32(block[i].thread);
        turned[i].a = __builtin_bswap32(block[i].a);
        turned[i].b = __builtin_bswap32(block[i].b);
        turned[i].c = __builtin_bswap32(block[i].c);
        turned[i].d = __builtin_bswap32(block[i].d);
    }
    block = turned;
#endif
    return XXH3_64bits(block, n * sizeof *block);
}

/* Folds a block's hash into the chain; order matters, and so does each bit of both. */
static uint64_t chain(uint64_t hash, uint64_t block)
{
    uint64_t x = hash * 0x9e3779b97f4a7c15u ^ block;

    x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93u;
    return x ^ (x >> 32);
}

void trace_break_at(struct trace *trace, uint64_t number) { trace->break_at = number + 1; }

__attribute__((noinline)) void trace_breakpoint(const struct record *record, uint64_t number)
{
    /* Keeps the call from being optimised away. */
    __asm__ volatile("" : : "r"(record), "r"(number) : "memory");
}

static void tell(struct trace *trace, const struct record *record)
{
    void (*watched)(void);

    trace->watching = true;
    trace->watch(record, trace->count, trace->watch_ctx);
    trace->watching = false;
    watched = trace->watched;
    trace->watched = NULL;
    if (watched != NULL)
        watched();
}

/* Keeps the record, and calls trace_breakpoint and watch, before the record is counted. */
static void listeners(struct trace *trace, const struct record *record)
{
    if (trace->count + 1 == trace->break_at)
        trace_breakpoint(record, trace->count);
    if (trace->kept != NULL)
        trace->kept[trace->count % trace->kept_max] = *record;
    if (trace->watch != NULL)
        tell(trace, record);
}

/* Writes the next record and tells those who listen. */
static inline struct record *write(struct trace *trace, uint16_t kind, uint8_t cpu, uint32_t thread,
                                   uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    struct record *record = &trace->block[trace->count % TRACE_BLOCK];

    *record = (struct record){ .at = *trace->now,
                               .kind = kind,
                               .cpu = cpu,
                               .thread = thread,
                               .a = a,
                               .b = b,
                               .c = c,
                               .d = d };
    if (UNLIKELY(((uintptr_t)trace->kept | (uintptr_t)trace->watch | trace->break_at) != 0))
        listeners(trace, record);
    return record;
}

/* Counts the record that was written; a full block is hashed. */
static inline void counted(struct trace *trace)
{
    if (UNLIKELY(++trace->count % TRACE_BLOCK == 0))
        trace->hash[0] = chain(trace->hash[0], block_hash(trace->block, TRACE_BLOCK));
}

void trace_add(struct trace *trace, uint16_t kind, uint8_t cpu, uint32_t thread, uint32_t a,
               uint32_t b, uint32_t c, uint32_t d)
{
    write(trace, kind, cpu, thread, a, b, c, d);
    counted(trace);
}

void trace_add_beside(struct trace *trace, uint16_t kind, uint8_t cpu, uint32_t thread, uint32_t a,
                      uint32_t b, uint32_t c, uint32_t d, char beside)
{
    struct record *record = write(trace, kind, cpu, thread, a, b, c, d);

    *(beside == 'a'   ? &record->a
      : beside == 'b' ? &record->b
      : beside == 'c' ? &record->c
                      : &record->d) = 0;
    counted(trace);
}

uint64_t trace_fingerprint(const struct trace *trace)
{
    size_t open = trace->count % TRACE_BLOCK;
    uint64_t hash = trace->hash[0];

    if (open != 0)
        hash = chain(hash, block_hash(trace->block, open));
    return chain(hash, trace->count);
}

const struct record *trace_get(const struct trace *trace, uint64_t number)
{
    if (trace->kept == NULL || number >= trace->count || trace->count - number > trace->kept_max)
        return NULL;
    return &trace->kept[number % trace->kept_max];
}

/* Start at the first record that both have kept, or that only one of them has. */
uint64_t trace_first_difference(const struct trace *one, const struct trace *other)
{
    uint64_t from_one = one->count > one->kept_max ? one->count - one->kept_max : 0;
    uint64_t from_other = other->count > other->kept_max ? other->count - other->kept_max : 0;
    uint64_t end = MIN_OF(one->count, other->count);

    if (one->kept == NULL || other->kept == NULL)
        return UINT64_MAX;
    for (uint64_t i = MAX_OF(from_one, from_other); i < end; i++) {
        if (memcmp(&one->kept[i % one->kept_max], &other->kept[i % other->kept_max],
                   sizeof *one->kept) != 0)
            return i;
    }
    return one->count != other->count ? end : UINT64_MAX;
}
