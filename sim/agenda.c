/* agenda.c - the pending set: a radix ladder on integer time.
 *
 * Four places hold what is pending, from near to far:
 *
 *   instant   entries for the time of the last one taken, in order of adding (zero delays, ties)
 *   window    a small array, sorted, latest first; the earliest leaves from its end
 *   tie       one crowded moment, still as the list it was collected in
 *   ladder    8 levels of 256 slots; an entry lies, unsorted, at the level of the highest byte in which
 *             its time differs from `base`, in the slot of that byte
 *
 *   last taken <= instant <= window < limit <= tie = base, or ladder >= base
 *
 * When the window is empty the first slot of the lowest used level is next. A slot of few entries is sorted
 * into the window; a crowded one is dealt to the level below, and one that holds a single moment (level 0)
 * becomes the instant without being touched. So an entry is moved two or three times in its life, always
 * from one sequential piece of memory to another: at a million pending that is what counts. With a handful
 * pending all of them are in the window and the ladder sleeps.
 *
 * Slots keep order of adding (entries are appended, and dealt from the front), so entries of one time are
 * always in order of their ids and no comparison looks further than the time.
 *
 * An entry is {time, id}; what to do stands in a cell that the id's low bits name. Cancelling empties the cell:
 * an entry whose cell has another id is dead and is dropped when it surfaces. When the dead outnumber
 * the living all places are swept, so memory is bounded by what was pending, not by what was ever added.
 * What surfaces is made to be alive at once, so the time of the next entry is always at hand.
 *
 * An entry added below the limit goes into the window by insertion. Should the window fill up, its later half
 * goes back to the ladder, which first takes a step back (step_back) if its base is beyond.
 */
#include "sim/agenda.h"

#include <string.h>

enum {
    LEVELS = 8, SLOTS = 256, WORDS = SLOTS / 64,
    CELL_BITS = 24,              /* 16 M pending entries, and 10^12 in a run. */
    CHUNK_ITEMS = 14,            /* With its header a chunk is four cache lines. */
    CHUNKS_GROW = 32,            /* Chunks taken from the arena at once. */
    WINDOW_ALL = 24,             /* So few entries are kept in the window, all of them. */
    WINDOW_FEW = 12,             /* A sparse window is widened up to this many. */
    WINDOW_SORT = 192,           /* A slot of more is dealt to the level below. */
    WINDOW_DEEP = 48,            /* An insertion that moves more entries than this makes the window shorter. */
    WINDOW_MAX = 320,
};

struct item {
    sim_time  at;
    agenda_id id;
};

struct chunk {
    struct chunk *next;
    uint32_t head, tail;         /* Items [head, tail) are still here. */
    struct item item[CHUNK_ITEMS];
};

/* A list of chunks, filled at the last and emptied at the first. */
struct pile {
    struct chunk *first, *last;
};

struct cell {
    agenda_id id;                /* 0: free. */
    void    (*act)(void *arg);
    void     *arg;
    uint32_t  next_free;
};

struct ladder {
    struct agenda agenda;        /* The public part; first. */
    uint32_t window_count;
    uint32_t used;               /* Bit a word of `map`: not zero. */
    sim_time now;                /* Of the last entry taken. */
    sim_time limit;              /* Entries before it belong into the window. */
    sim_time base;               /* Levels and slots are by difference to it. */
    sim_time tie_at;
    struct pile instant, tie;
    uint64_t sequence;
    struct cell *cells;
    struct arena *arena;
    struct chunk *free_chunks;
    uint32_t free_cell;          /* Index + 1. */
    uint32_t cells_used, cells_max;
    uint32_t dead;               /* Cancelled and still lying somewhere. */
    uint32_t in_ladder;          /* Items in the slots, dead ones included. */
    uint64_t map[LEVELS * WORDS];
    uint32_t pile_items[LEVELS * SLOTS];
    struct pile slots[LEVELS * SLOTS];
    struct item window[WINDOW_MAX];
    struct item scratch[WINDOW_SORT];
};

static inline uint32_t cell_of(agenda_id id) { return (uint32_t)id & ((1u << CELL_BITS) - 1); }
static inline bool alive(const struct ladder *l, agenda_id id) { return l->cells[cell_of(id)].id == id; }
static inline uint32_t lowest_bit(uint64_t bits) { return (uint32_t)__builtin_ctzll(bits); }

/* The level an entry has from base: the highest byte in which the two times differ. */
static inline uint32_t level_of(sim_time at, sim_time base)
{
    sim_time difference = at ^ base;

    return difference == 0 ? 0 : (63u - (uint32_t)__builtin_clzll(difference)) >> 3;
}

struct agenda *agenda_new(struct arena *arena, uint32_t entries_max)
{
    CHECK(entries_max < 1u << CELL_BITS);
    struct ladder *l = arena_take(arena, sizeof *l, 64);

    l->cells = arena_take(arena, ((size_t)entries_max + 1) * sizeof *l->cells, 64);
    l->arena = arena;
    l->cells_max = entries_max;
    l->agenda.next = SIM_NEVER;
    l->limit = SIM_NEVER;
    return &l->agenda;
}

/* ---- piles: lists of chunks ---- */

static struct chunk *chunk_grow(struct ladder *l)
{
    struct chunk *chunks = arena_take(l->arena, CHUNKS_GROW * sizeof *chunks, 64);

    for (uint32_t i = 1; i < CHUNKS_GROW; i++) {
        chunks[i].next = l->free_chunks;
        l->free_chunks = &chunks[i];
    }
    return &chunks[0];
}

static inline void chunk_give(struct ladder *l, struct chunk *chunk)
{
    chunk->next = l->free_chunks;
    l->free_chunks = chunk;
}

static inline void pile_put(struct ladder *l, struct pile *pile, struct item item)
{
    struct chunk *chunk = pile->last;

    if (UNLIKELY(chunk == NULL || chunk->tail == CHUNK_ITEMS)) {
        struct chunk *fresh = l->free_chunks;

        if (LIKELY(fresh != NULL))
            l->free_chunks = fresh->next;
        else
            fresh = chunk_grow(l);
        fresh->next = NULL;
        fresh->head = fresh->tail = 0;
        if (chunk == NULL)
            pile->first = fresh;
        else
            chunk->next = fresh;
        pile->last = chunk = fresh;
    }
    chunk->item[chunk->tail++] = item;
}

/* Takes the first item away; the pile is not empty. */
static inline void pile_drop_first(struct ladder *l, struct pile *pile)
{
    struct chunk *chunk = pile->first;

    if (++chunk->head < chunk->tail)
        return;
    pile->first = chunk->next;
    if (pile->first == NULL)
        pile->last = NULL;
    chunk_give(l, chunk);
}

static inline const struct item *pile_first(const struct pile *pile)
{
    return &pile->first->item[pile->first->head];
}

/* Drops the dead at the front. */
static inline void pile_trim(struct ladder *l, struct pile *pile)
{
    while (pile->first != NULL && !alive(l, pile_first(pile)->id)) {
        pile_drop_first(l, pile);
        l->dead--;
    }
}

/* Drops all the dead; the living keep their order. Returns how many went. */
static uint32_t pile_sweep(struct ladder *l, struct pile *pile)
{
    struct pile kept = { NULL, NULL };
    uint32_t gone = 0;

    for (struct chunk *chunk = pile->first, *next; chunk != NULL; chunk = next) {
        next = chunk->next;
        for (uint32_t i = chunk->head; i < chunk->tail; i++) {
            if (alive(l, chunk->item[i].id))
                pile_put(l, &kept, chunk->item[i]);
            else
                gone++;
        }
        chunk_give(l, chunk);
    }
    *pile = kept;
    return gone;
}

/* ---- the ladder ---- */

static inline void slot_mark(struct ladder *l, uint32_t slot)
{
    l->map[slot >> 6] |= (uint64_t)1 << (slot & 63);
    l->used |= 1u << (slot >> 6);
}

static inline void ladder_put(struct ladder *l, struct item item)
{
    uint32_t level = level_of(item.at, l->base);
    uint32_t slot = level * SLOTS + ((item.at >> (8 * level)) & (SLOTS - 1));

    slot_mark(l, slot);
    l->pile_items[slot]++;
    l->in_ladder++;
    pile_put(l, &l->slots[slot], item);
}

static inline struct pile slot_take(struct ladder *l, uint32_t slot)
{
    struct pile pile = l->slots[slot];

    l->slots[slot] = (struct pile){ NULL, NULL };
    l->in_ladder -= l->pile_items[slot];
    l->pile_items[slot] = 0;
    l->map[slot >> 6] &= ~((uint64_t)1 << (slot & 63));
    if (l->map[slot >> 6] == 0)
        l->used &= ~(1u << (slot >> 6));
    return pile;
}

/* Appends a whole pile to a slot. */
static void slot_join(struct ladder *l, uint32_t slot, struct pile pile, uint32_t items)
{
    struct pile *to = &l->slots[slot];

    if (to->last == NULL)
        to->first = pile.first;
    else
        to->last->next = pile.first;
    to->last = pile.last;
    l->pile_items[slot] += items;
    l->in_ladder += items;
    slot_mark(l, slot);
}

static uint32_t pile_count(const struct pile *pile)
{
    uint32_t count = 0;

    for (const struct chunk *chunk = pile->first; chunk != NULL; chunk = chunk->next)
        count += chunk->tail - chunk->head;
    return count;
}

/* Gives the ladder another base, one that lies before all it holds. What it had dealt to the levels below the
 * one where the two bases differ goes back up, list by list, into the slot it came from. */
static void step_back(struct ladder *l, sim_time base)
{
    uint32_t level = level_of(base, l->base);

    if (l->tie.first != NULL) {
        uint32_t slot = (uint32_t)(l->tie_at & (SLOTS - 1));

        slot_join(l, slot, l->tie, pile_count(&l->tie));
        l->tie = (struct pile){ NULL, NULL };
    }
    if (level > 0) {
        uint32_t up = level * SLOTS + ((l->base >> (8 * level)) & (SLOTS - 1));

        while (l->used != 0 && (uint32_t)__builtin_ctz(l->used) < level * WORDS) {
            uint32_t word = (uint32_t)__builtin_ctz(l->used);
            uint32_t slot = word * 64 + lowest_bit(l->map[word]);
            uint32_t items = l->pile_items[slot];

            slot_join(l, up, slot_take(l, slot), items);
        }
    }
    l->base = base;
}

/* ---- the window ---- */

static void settle(struct ladder *l);

/* Sends the later part of the window back to the ladder: entries [0, cut) and those of the same time as the
 * last of them. Entries of this very instant stay, for those added from here on queue up behind them. */
static void window_shorten(struct ladder *l, uint32_t cut)
{
    sim_time limit = l->window[cut - 1].at;
    uint32_t count = l->window_count;

    if (limit == l->now) {
        limit++;
        while (l->window[cut - 1].at == l->now)
            cut--;
    }
    while (cut < count && l->window[cut].at == limit)
        cut++;
    step_back(l, limit);
    for (uint32_t i = cut; i-- > 0;)
        ladder_put(l, l->window[i]);
    memmove(l->window, l->window + cut, (count - cut) * sizeof l->window[0]);
    l->window_count = count - cut;
    l->limit = limit;
    if (l->window_count == 0)
        settle(l);
}

static void window_insert(struct ladder *l, struct item item)
{
    uint32_t place = l->window_count++;
    uint32_t end = place;

    while (place > 0 && l->window[place - 1].at <= item.at) {
        l->window[place] = l->window[place - 1];
        place--;
    }
    l->window[place] = item;
    if (UNLIKELY(end - place > WINDOW_DEEP || end + 1 == WINDOW_MAX))
        window_shorten(l, l->window_count / 2);
}

/* Sorts n items, which lie in order of adding, latest time first and equal times in reverse order of adding: one
 * pass by the leading bits of the time, then insertion. */
static void window_sort(struct ladder *l, uint32_t n, sim_time low, uint32_t bits)
{
    struct item *a = l->window;

    if (n > WINDOW_FEW) {
        uint32_t digits = n > 96 ? 7 : n > 32 ? 6 : 5;
        uint32_t shift = bits > digits ? bits - digits : 0;
        uint16_t start[129] = { 0 };

        for (uint32_t i = 0; i < n; i++)
            start[((a[i].at - low) >> shift) + 1]++;
        for (uint32_t i = 0; i < 1u << digits; i++)
            start[i + 1] = (uint16_t)(start[i + 1] + start[i]);
        memcpy(l->scratch, a, n * sizeof *a);
        for (uint32_t i = 0; i < n; i++)
            a[n - 1 - start[(l->scratch[i].at - low) >> shift]++] = l->scratch[i];
    } else {
        for (uint32_t i = 0; i < n / 2; i++) {
            struct item item = a[i];

            a[i] = a[n - 1 - i];
            a[n - 1 - i] = item;
        }
    }
    /* Now equal times are in reverse order of adding, and a stable insertion keeps them so. */
    for (uint32_t i = 1; i < n; i++) {
        struct item item = a[i];
        uint32_t j = i;

        for (; j > 0 && a[j - 1].at < item.at; j--)
            a[j] = a[j - 1];
        a[j] = item;
    }
}

/* Appends the living of a pile to the window, unsorted, and frees its chunks. */
static uint32_t window_gather(struct ladder *l, uint32_t n, struct pile pile)
{
    for (struct chunk *chunk = pile.first, *next; chunk != NULL; chunk = next) {
        next = chunk->next;
        for (uint32_t i = chunk->head; i < chunk->tail; i++) {
            struct item item = chunk->item[i];

            if (l->dead != 0 && !alive(l, item.id))
                l->dead--;
            else
                l->window[n++] = item;
        }
        chunk_give(l, chunk);
    }
    return n;
}

/* Everything that is left fits: the window takes it all and has no limit until it grows. */
static void refill_all(struct ladder *l)
{
    uint32_t n = 0;

    while (l->used != 0) {
        uint32_t word = (uint32_t)__builtin_ctz(l->used);

        n = window_gather(l, n, slot_take(l, word * 64 + lowest_bit(l->map[word])));
    }
    l->window_count = n;
    l->limit = SIM_NEVER;
    window_sort(l, n, 0, 64);
}

/* Deals a crowded slot to the level below. */
static void deal(struct ladder *l, struct pile pile)
{
    for (struct chunk *chunk = pile.first, *next; chunk != NULL; chunk = next) {
        next = chunk->next;
        __builtin_prefetch(next);
        for (uint32_t i = chunk->head; i < chunk->tail; i++)
            ladder_put(l, chunk->item[i]);
        chunk_give(l, chunk);
    }
}

/* The window is empty: brings in what comes next. */
static void refill(struct ladder *l)
{
    while (l->used != 0) {
        if (l->in_ladder <= WINDOW_ALL) {
            refill_all(l);
            return;
        }
        uint32_t word = (uint32_t)__builtin_ctz(l->used);
        uint32_t slot = word * 64 + lowest_bit(l->map[word]);
        uint32_t level = word / WORDS, bits = 8 * level;
        uint32_t items = l->pile_items[slot], total = l->in_ladder;
        struct pile pile = slot_take(l, slot);
        sim_time byte = slot & (SLOTS - 1);

        l->base = level == LEVELS - 1 ? byte << 56
                                      : (l->base >> (bits + 8) << (bits + 8)) | byte << bits;
        if (items <= WINDOW_FEW || (items <= WINDOW_SORT && (level == 0 || items * 4 <= total))) {
            sim_time low = l->base;
            uint32_t n = window_gather(l, 0, pile);

            while (n < WINDOW_FEW && l->map[word] != 0) {     /* Sparse: widen by the next slot. */
                slot = word * 64 + lowest_bit(l->map[word]);
                if (n + l->pile_items[slot] > WINDOW_FEW)
                    break;
                n = window_gather(l, n, slot_take(l, slot));
                byte = slot & (SLOTS - 1);
                l->base = (l->base & ~((sim_time)(SLOTS - 1) << bits)) | byte << bits;
            }
            l->window_count = n;
            l->limit = l->base + ((sim_time)1 << bits);
            if (l->limit == 0)
                l->limit = SIM_NEVER;
            window_sort(l, n, low, bits);
            return;
        }
        l->limit = l->base;
        if (level == 0) {
            l->tie = pile;
            l->tie_at = l->base;
            return;
        }
        deal(l, pile);
    }
    l->limit = SIM_NEVER;
}

/* Makes what surfaces alive and notes its time. */
static void settle(struct ladder *l)
{
    for (;;) {
        while (l->window_count != 0 && !alive(l, l->window[l->window_count - 1].id)) {
            l->window_count--;
            l->dead--;
        }
        if (l->instant.first != NULL)
            pile_trim(l, &l->instant);
        if (l->instant.first != NULL) {
            l->agenda.next = l->now;
            return;
        }
        if (l->window_count != 0) {
            l->agenda.next = l->window[l->window_count - 1].at;
            return;
        }
        if (l->tie.first != NULL)
            pile_trim(l, &l->tie);
        if (l->tie.first != NULL) {
            l->agenda.next = l->tie_at;
            return;
        }
        if (l->used == 0) {
            l->limit = SIM_NEVER;
            l->agenda.next = SIM_NEVER;
            return;
        }
        refill(l);
    }
}

/* Drops the dead wherever they lie. */
static void sweep(struct ladder *l)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < l->window_count; i++) {
        if (alive(l, l->window[i].id))
            l->window[n++] = l->window[i];
    }
    l->window_count = n;
    pile_sweep(l, &l->instant);
    pile_sweep(l, &l->tie);
    for (uint32_t word = 0; word < LEVELS * WORDS; word++) {
        for (uint64_t bits = l->map[word]; bits != 0; bits &= bits - 1) {
            uint32_t slot = word * 64 + lowest_bit(bits);
            uint32_t gone = pile_sweep(l, &l->slots[slot]);

            l->pile_items[slot] -= gone;
            l->in_ladder -= gone;
            if (l->pile_items[slot] == 0)
                slot_take(l, slot);
        }
    }
    l->dead = 0;
}

/* ---- what others call ---- */

agenda_id agenda_add(struct agenda *agenda, sim_time at, void (*act)(void *arg), void *arg)
{
    struct ladder *l = (struct ladder *)agenda;
    uint32_t index = l->free_cell;

    CHECK(at >= l->now && at != SIM_NEVER);
    if (LIKELY(index != 0)) {
        l->free_cell = l->cells[index].next_free;
    } else {
        index = ++l->cells_used;
        if (UNLIKELY(index > l->cells_max))
            check_failed_with(__FILE__, __LINE__, "more than %u entries pending: raise entries_max",
                              l->cells_max);
    }
    struct cell *cell = &l->cells[index];
    struct item item = { at, ++l->sequence << CELL_BITS | index };

    *cell = (struct cell){ item.id, act, arg, 0 };
    l->agenda.count++;
    if (at < l->agenda.next)
        l->agenda.next = at;
    if (at == l->now)
        pile_put(l, &l->instant, item);
    else if (at < l->limit)
        window_insert(l, item);
    else if (at == l->tie_at && l->tie.first != NULL)
        pile_put(l, &l->tie, item);
    else
        ladder_put(l, item);
    return item.id;
}

static inline void cell_give(struct ladder *l, struct cell *cell)
{
    cell->id = 0;
    cell->next_free = l->free_cell;
    l->free_cell = (uint32_t)(cell - l->cells);
    l->agenda.count--;
}

bool agenda_cancel(struct agenda *agenda, agenda_id id)
{
    struct ladder *l = (struct ladder *)agenda;
    struct cell *cell = &l->cells[cell_of(id)];

    if (id == 0 || cell_of(id) > l->cells_max || cell->id != id)
        return false;
    cell_give(l, cell);
    l->dead++;
    if (UNLIKELY(l->dead > l->agenda.count + 64))
        sweep(l);
    settle(l);
    return true;
}

bool agenda_take(struct agenda *agenda, struct agenda_entry *out)
{
    struct ladder *l = (struct ladder *)agenda;
    uint32_t n = l->window_count;
    struct item item;

    if (UNLIKELY(l->agenda.next == SIM_NEVER))
        return false;
    if (LIKELY(n != 0 && l->window[n - 1].at == l->agenda.next)) {
        item = l->window[n - 1];
        l->window_count = n - 1;
        if (n > 9)                       /* What comes after: its cell, and then what that points to. */
            __builtin_prefetch(&l->cells[cell_of(l->window[n - 10].id)]);
        if (n > 5)
            __builtin_prefetch(l->cells[cell_of(l->window[n - 6].id)].arg);
        l->now = item.at;
    } else {
        if (l->instant.first == NULL) {
            l->instant = l->tie;
            l->tie = (struct pile){ NULL, NULL };
            l->now = l->tie_at;
        }
        item = *pile_first(&l->instant);
        pile_drop_first(l, &l->instant);
    }
    struct cell *cell = &l->cells[cell_of(item.id)];

    *out = (struct agenda_entry){ item.at, item.id, cell->act, cell->arg };
    cell_give(l, cell);
    settle(l);
    return true;
}
