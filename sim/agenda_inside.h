/* agenda_inside.h - what agenda.c and agenda_piles.c share: the ladder's parts, and piles of items.
 *
 * A pile is a list of chunks, filled at the last and emptied at the first. agenda.c has the essay
 * on the whole structure.
 */
#pragma once
#include "sim/agenda.h"

/* Rare work is kept out of line, so that the common path of adding and taking stays small. */
#if defined(__GNUC__)
#define NOINLINE __attribute__((noinline))
#define COLD     __attribute__((noinline, cold))
#else
#define NOINLINE
#define COLD
#endif

enum {
    LEVELS = 8,
    SLOTS = 256,
    WORDS = SLOTS / 64,
    CELL_BITS = 24,       /* 16 M pending entries, and 10^12 in a run. */
    CHUNK_ITEMS = 30,     /* With its header a chunk is eight cache lines. */
    CHUNKS_GROW = 32,     /* Chunks taken from the arena at once. */
    WINDOW_ALL = 24,      /* Up to this many pending entries, all are kept in the window. */
    WINDOW_FEW = 12,      /* A sparse window is widened up to this many. */
    WINDOW_SORT = 192,    /* A slot with more items is dealt to the level below. */
    WINDOW_DEEP = 96,     /* An insertion that moves more items shortens the window. */
    WINDOW_DEEP_ALL = 48, /* The same limit for a window that holds all entries. */
    WINDOW_MAX = 320,
    WINDOW_AHEAD = 8,
};

struct item {
    sim_time at;
    agenda_id id;
};

struct chunk {
    struct chunk *next;
    /* Items [head, tail) are used; the tail of the last chunk is in its pile. */
    uint32_t head, tail;
    struct item item[CHUNK_ITEMS];
};

/* A list of chunks, filled at the last and emptied at the first. The place of the next item is
 * kept here, because reading the chunk itself is often a cache miss. */
struct pile {
    struct chunk *first, *last;
    uint32_t room; /* Free items in the last chunk; 0: full, or no chunk. */
    uint32_t chunks;
};

static const struct pile no_pile = { NULL, NULL, 0, 0 };

struct cell {
    agenda_id id; /* 0: free. */
    void (*act)(void *arg);
    void *arg;
    uint32_t next_free;
};

struct ladder {
    struct agenda agenda; /* The public part; first. */
    uint32_t window_count;
    uint32_t used;    /* A bit for each word of `map` that is not zero. */
    struct item soon; /* First entry of the instant; id 0: it is in the pile. */
    sim_time now;     /* Time of the last entry taken. */
    sim_time limit;   /* Earlier entries belong in the window. */
    sim_time base;    /* Time from which an entry's level and slot are computed. */
    sim_time tie_at;
    struct pile instant, tie;
    uint64_t sequence;
    struct cell *cells;
    struct arena *arena;
    struct chunk *free_chunks;
    uint32_t free_cell; /* Index + 1; 0: none. */
    uint32_t cells_used, cells_max;
    uint32_t dead; /* Entries cancelled and not dropped yet. */
    uint64_t map[LEVELS * WORDS];
    struct pile slots[LEVELS * SLOTS];
    /* The window, with zeroes in front for reading ahead. */
    struct item store[WINDOW_AHEAD + WINDOW_MAX];
    /* Entries that are about to be sorted into the window. */
    struct item gathered[WINDOW_SORT + 4];
};

static inline uint32_t cell_of(agenda_id id) { return (uint32_t)id & ((1u << CELL_BITS) - 1); }
static inline bool alive(const struct ladder *l, agenda_id id)
{
    return l->cells[cell_of(id)].id == id;
}
static inline uint32_t lowest_bit(uint64_t bits) { return (uint32_t)__builtin_ctzll(bits); }

static inline struct item *window(struct ladder *l) { return l->store + WINDOW_AHEAD; }

/* The level an entry has from base: the highest byte in which the two times differ. */
static inline uint32_t level_of(sim_time at, sim_time base)
{
    sim_time difference = at ^ base;

    return difference == 0 ? 0 : (63u - (uint32_t)__builtin_clzll(difference)) >> 3;
}

static inline void chunk_give(struct ladder *l, struct chunk *chunk)
{
    chunk->next = l->free_chunks;
    l->free_chunks = chunk;
}

/* Appends an empty chunk to a pile and puts the item into it. */
void agenda_pile_extend(struct ladder *l, struct pile *pile, struct item item);

/* Drops all dead entries; the living keep their order. */
void agenda_pile_sweep(struct ladder *l, struct pile *pile);

static inline void pile_put(struct ladder *l, struct pile *pile, struct item item)
{
    if (LIKELY(pile->room != 0))
        pile->last->item[CHUNK_ITEMS - pile->room--] = item;
    else
        agenda_pile_extend(l, pile, item);
}

/* Writes the last chunk's tail where readers of chunks look for it. */
static inline void pile_close(struct pile *pile)
{
    if (pile->last != NULL)
        pile->last->tail = CHUNK_ITEMS - pile->room;
}

/* Upper bound of a pile's items: chunks before the last count as full. */
static inline uint32_t pile_bound(const struct pile *pile)
{
    return pile->chunks * CHUNK_ITEMS - pile->room;
}

/* Prefetches the cells of a chunk's items. The cells are scattered; their cache misses overlap. */
static inline void cells_prefetch(const struct ladder *l, const struct chunk *chunk)
{
    for (uint32_t i = chunk->head; i < chunk->tail; i++)
        __builtin_prefetch(&l->cells[cell_of(chunk->item[i].id)]);
}

/* NULL is allowed: prefetching it does not fault. */
static inline void chunk_prefetch(const struct chunk *chunk)
{
    for (size_t i = 0; i < sizeof *chunk; i += 64)
        __builtin_prefetch((const void *)((uintptr_t)chunk + i));
}

/* Takes the first item away; the pile is not empty. */
static inline void pile_drop_first(struct ladder *l, struct pile *pile)
{
    struct chunk *chunk = pile->first;
    bool last = chunk == pile->last;

    if (++chunk->head < (last ? CHUNK_ITEMS - pile->room : chunk->tail))
        return;
    pile->first = last ? NULL : chunk->next;
    pile->chunks--;
    if (last)
        *pile = no_pile;
    else if (pile->first->next != NULL)
        cells_prefetch(l, pile->first->next);
    chunk_give(l, chunk);
}

static inline const struct item *pile_first(const struct pile *pile)
{
    return &pile->first->item[pile->first->head];
}

/* Drops dead entries at the front. */
static inline void pile_trim(struct ladder *l, struct pile *pile)
{
    while (pile->first != NULL && !alive(l, pile_first(pile)->id)) {
        pile_drop_first(l, pile);
        l->dead--;
    }
}
