/* agenda.c - the pending set: a radix ladder on integer time.
 *
 * Four places hold what is pending, from near to far:
 *
 *   instant   entries for the time of the last one taken, in order of adding (zero delays, ties);
 *             a single one, the usual case, is kept in `soon`
 *   window    a small array, sorted, latest first; the earliest leaves from its end
 *   tie       one crowded moment, still the list in which it was collected
 *   ladder    8 levels of 256 slots; an entry lies, unsorted, at the level of the highest byte in
 *             which its time differs from `base`, in the slot of that byte
 *
 *   last taken <= instant <= window < limit <= tie = base, or ladder >= base
 *
 * When the window is empty the first slot of the lowest used level is next. A slot of few entries
 * is sorted into the window; a crowded one is dealt to the level below, and one that holds a single
 * moment (level 0) becomes the instant without being touched. So an entry is moved two or three
 * times in its life, always from one sequential piece of memory to another; with a million entries
 * pending, this decides the speed. With a handful pending, all of them are in the window and the
 * ladder is not used.
 *
 * Slots keep order of adding (entries are appended, and dealt from the front), so entries of one
 * time are always in order of their ids and no comparison looks further than the time.
 *
 * An entry is {time, id}. The function and its argument are in a cell, whose index is in the id's
 * low bits. Cancelling empties the cell: an entry whose cell has another id is dead and is dropped
 * when it comes to the front. When the dead outnumber the living, all four places are swept, so
 * memory is bounded by the entries pending at one time, not by the entries ever added. The earliest
 * entry is always a living one, so agenda_next can read its time without a search.
 *
 * An entry added below the limit goes into the window by insertion. When the window is full, its
 * later half goes back to the ladder; a ladder whose base is later than these entries first gets an
 * earlier base (step_back).
 */
#include "sim/agenda.h"

#include <string.h>

#include "sim/agenda_inside.h"

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
    struct pile *pile = &l->slots[slot];

    if (LIKELY(pile->room != 0)) {
        pile->last->item[CHUNK_ITEMS - pile->room--] = item;
    } else {
        slot_mark(l, slot);
        agenda_pile_extend(l, pile, item);
    }
}

static inline struct pile slot_take(struct ladder *l, uint32_t slot)
{
    struct pile pile = l->slots[slot];

    pile_close(&pile);
    l->slots[slot] = no_pile;
    l->map[slot >> 6] &= ~((uint64_t)1 << (slot & 63));
    if (l->map[slot >> 6] == 0)
        l->used &= ~(1u << (slot >> 6));
    return pile;
}

/* Appends a whole pile to a slot. */
static void slot_join(struct ladder *l, uint32_t slot, struct pile pile)
{
    struct pile *to = &l->slots[slot];

    pile_close(to);
    if (to->last == NULL)
        to->first = pile.first;
    else
        to->last->next = pile.first;
    to->last = pile.last;
    to->room = pile.room;
    to->chunks += pile.chunks;
    slot_mark(l, slot);
}

/* Gives the ladder a base that is earlier than all its entries. Entries that were dealt to
 * levels below the one where the two bases differ go back up, list by list, into the slot they
 * came from. */
static void step_back(struct ladder *l, sim_time base)
{
    uint32_t level = level_of(base, l->base);

    if (l->tie.first != NULL) {
        uint32_t slot = (uint32_t)(l->tie_at & (SLOTS - 1));

        slot_join(l, slot, l->tie);
        l->tie = no_pile;
    }
    if (level > 0) {
        uint32_t up = level * SLOTS + ((l->base >> (8 * level)) & (SLOTS - 1));

        while (l->used != 0 && (uint32_t)__builtin_ctz(l->used) < level * WORDS) {
            uint32_t word = (uint32_t)__builtin_ctz(l->used);

            slot_join(l, up, slot_take(l, word * 64 + lowest_bit(l->map[word])));
        }
    }
    l->base = base;
}

/* ---- the window ---- */

static void settle(struct ladder *l);

/* Sends the later part of the window back to the ladder: entries [0, cut) and all with the same
 * time as the last of them. Entries for the present instant stay, because new entries for it
 * must leave after them. */
static void window_shorten(struct ladder *l, uint32_t cut)
{
    sim_time limit = window(l)[cut - 1].at;
    uint32_t count = l->window_count;

    if (limit == l->now) {
        limit++;
        while (window(l)[cut - 1].at == l->now)
            cut--;
    }
    while (cut < count && window(l)[cut].at == limit)
        cut++;
    step_back(l, limit);
    for (uint32_t i = cut; i-- > 0;)
        ladder_put(l, window(l)[i]);
    memmove(window(l), window(l) + cut, (count - cut) * sizeof window(l)[0]);
    l->window_count = count - cut;
    l->limit = limit;
    if (l->window_count == 0)
        settle(l);
}

static NOINLINE agenda_id window_insert(struct ladder *l, struct item item)
{
    uint32_t place = l->window_count++;
    uint32_t end = place;

    while (place > 0 && window(l)[place - 1].at <= item.at) {
        window(l)[place] = window(l)[place - 1];
        place--;
    }
    window(l)[place] = item;
    if (UNLIKELY(end - place > (l->limit == SIM_NEVER ? WINDOW_DEEP_ALL : WINDOW_DEEP) ||
                 end + 1 == WINDOW_MAX))
        window_shorten(l, l->window_count / 2);
    return item.id;
}

/* Sorts the n gathered items, which lie in order of adding, into the window: latest time first
 * and equal times in reverse order of adding. A few items are ranked, each against each, without
 * a branch that could be mispredicted; more are sorted by the leading bits of their time and
 * then by insertion. */
static void window_sort(struct ladder *l, uint32_t n, sim_time low, uint32_t bits)
{
    struct item *a = window(l);
    const struct item *b = l->gathered;

    if (n <= WINDOW_FEW) {
        uint32_t rank[WINDOW_FEW + 1] = { 0 };

        for (uint32_t i = 1; i < n; i++) {
            uint32_t later = 0; /* Entries before i that leave after it. */

            for (uint32_t j = 0; j < i; j++) {
                uint32_t after = b[j].at > b[i].at;

                later += after;
                rank[j] += !after;
            }
            rank[i] = later;
        }
        for (uint32_t i = 0; i < n; i++)
            a[rank[i]] = b[i];
        return;
    }
    uint32_t digits = n > 96 ? 8 : n > 48 ? 7 : n > 24 ? 6 : 5;
    uint32_t shift = bits > digits ? bits - digits : 0;
    uint16_t start[257] = { 0 };

    for (uint32_t i = 0; i < n; i++)
        start[((b[i].at - low) >> shift) + 1]++;
    for (uint32_t i = 0; i < 1u << digits; i++)
        start[i + 1] = (uint16_t)(start[i + 1] + start[i]);
    for (uint32_t i = 0; i < n; i++)
        a[n - 1 - start[(b[i].at - low) >> shift]++] = b[i];
    /* Now equal times are in reverse order of adding, and a stable insertion keeps them so. */
    for (uint32_t i = 1; i < n; i++) {
        if (LIKELY(a[i - 1].at >= a[i].at))
            continue;
        struct item item = a[i];
        uint32_t j = i;

        do
            a[j] = a[j - 1];
        while (--j > 0 && a[j - 1].at < item.at);
        a[j] = item;
    }
}

static NOINLINE uint32_t window_gather(struct ladder *l, uint32_t n, struct chunk *chunk)
{
    for (struct chunk *next; chunk != NULL; chunk = next) {
        next = chunk->next;
        cells_prefetch(l, chunk); /* The sort reads them soon. */
        if (LIKELY(l->dead == 0)) {
            uint32_t items = chunk->tail - chunk->head;

            memcpy(l->gathered + n, chunk->item + chunk->head, items * sizeof chunk->item[0]);
            n += items;
        } else {
            for (uint32_t i = chunk->head; i < chunk->tail; i++) {
                if (alive(l, chunk->item[i].id))
                    l->gathered[n++] = chunk->item[i];
                else
                    l->dead--;
            }
        }
        chunk_give(l, chunk);
    }
    return n;
}

/* Widens a sparse window by the next slots of one word of the map, while they hold few. *slot is
 * the last one taken. Most slots hold one to four items. Four are always copied: a loop over the
 * true number would be mispredicted. */
static inline uint32_t window_widen(struct ladder *l, uint32_t n, uint32_t word, uint32_t *slot)
{
    uint64_t map = l->map[word];

    while (n < WINDOW_FEW && map != 0) {
        uint32_t next = word * 64 + lowest_bit(map);
        struct pile *pile = &l->slots[next];
        struct chunk *chunk = pile->first;
        uint32_t items = CHUNK_ITEMS - pile->room;

        if (UNLIKELY(pile->chunks != 1 || items > 4 || chunk->head != 0 || l->dead != 0)) {
            if (n + pile_bound(pile) > WINDOW_FEW)
                break;
            pile_close(pile);
            n = window_gather(l, n, chunk);
        } else {
            if (n + items > WINDOW_FEW)
                break;
            memcpy(l->gathered + n, chunk->item, 4 * sizeof chunk->item[0]);
            chunk_give(l, chunk);
            n += items;
        }
        *pile = no_pile;
        *slot = next;
        map &= map - 1;
    }
    l->map[word] = map;
    if (map == 0)
        l->used &= ~(1u << word);
    return n;
}

/* Moves every remaining entry into the window. With all entries in it, the window has no limit
 * until it grows. */
static COLD void refill_all(struct ladder *l)
{
    uint32_t n = 0;

    while (l->used != 0) {
        uint32_t word = (uint32_t)__builtin_ctz(l->used);

        n = window_gather(l, n, slot_take(l, word * 64 + lowest_bit(l->map[word])).first);
    }
    l->window_count = n;
    l->limit = SIM_NEVER;
    window_sort(l, n, 0, 64);
}

/* True if all entries of a pile have the same time. In most piles the first two differ already. */
static bool pile_is_tie(const struct pile *pile)
{
    sim_time at = pile_first(pile)->at;

    for (const struct chunk *chunk = pile->first; chunk != NULL; chunk = chunk->next) {
        for (uint32_t i = chunk->head; i < chunk->tail; i++) {
            if (chunk->item[i].at != at)
                return false;
        }
    }
    return true;
}

/* Deals a crowded slot to the level below. */
static void deal(struct ladder *l, struct pile pile)
{
    for (struct chunk *chunk = pile.first, *next; chunk != NULL; chunk = next) {
        next = chunk->next;
        chunk_prefetch(next);
        for (uint32_t i = chunk->head; i < chunk->tail; i++)
            ladder_put(l, chunk->item[i]);
        chunk_give(l, chunk);
    }
}

/* Moves the entries of one slot into the window; if they are few, also those of the next slots. */
static inline void refill_window(struct ladder *l, uint32_t word, struct pile *pile, uint32_t bits)
{
    sim_time low = l->base;
    uint32_t slot = (uint32_t)(low >> bits);
    uint32_t n = pile == NULL ? 0 : window_gather(l, 0, pile->first);

    n = window_widen(l, n, word, &slot);
    l->base = (low & ~((sim_time)(SLOTS - 1) << bits)) | (sim_time)(slot & (SLOTS - 1)) << bits;
    l->limit = l->base + ((sim_time)1 << bits);
    if (l->limit == 0)
        l->limit = SIM_NEVER;
    l->window_count = n;
    window_sort(l, n, low, bits);
}

/* Fills the empty window with the next entries. */
static NOINLINE void refill(struct ladder *l)
{
    while (l->used != 0) {
        if (l->agenda.count + l->dead <= WINDOW_ALL) {
            refill_all(l);
            return;
        }
        uint32_t word = (uint32_t)__builtin_ctz(l->used);
        uint32_t slot = word * 64 + lowest_bit(l->map[word]);
        uint32_t level = word / WORDS, bits = 8 * level;
        uint32_t items = pile_bound(&l->slots[slot]);
        sim_time byte = slot & (SLOTS - 1);

        l->base =
            level == LEVELS - 1 ? byte << 56 : (l->base >> (bits + 8) << (bits + 8)) | byte << bits;
        if (items <= WINDOW_FEW) {
            refill_window(l, word, NULL, bits);
            return;
        }
        struct pile pile = slot_take(l, slot);

        if (items <= WINDOW_SORT && (level == 0 || items * 4 <= l->agenda.count)) {
            refill_window(l, word, &pile, bits);
            return;
        }
        if (pile_is_tie(&pile)) {
            l->tie = pile;
            l->limit = l->base = l->tie_at = pile_first(&pile)->at;
            return;
        }
        l->limit = l->base;
        deal(l, pile);
    }
    l->limit = SIM_NEVER;
}

/* Drops dead entries at the front and notes the time of the first living one. */
static NOINLINE void settle(struct ladder *l)
{
    for (;;) {
        while (l->window_count != 0 && !alive(l, window(l)[l->window_count - 1].id)) {
            l->window_count--;
            l->dead--;
        }
        if (l->soon.id != 0 && !alive(l, l->soon.id)) {
            l->soon.id = 0;
            l->dead--;
        }
        if (l->instant.first != NULL)
            pile_trim(l, &l->instant);
        if (l->soon.id != 0 || l->instant.first != NULL) {
            l->agenda.next = l->now;
            return;
        }
        if (l->window_count != 0) {
            l->agenda.next = window(l)[l->window_count - 1].at;
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

/* Drops all dead entries. */
static COLD void sweep(struct ladder *l)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < l->window_count; i++) {
        if (alive(l, window(l)[i].id))
            window(l)[n++] = window(l)[i];
    }
    l->window_count = n;
    if (!alive(l, l->soon.id))
        l->soon.id = 0;
    agenda_pile_sweep(l, &l->instant);
    agenda_pile_sweep(l, &l->tie);
    for (uint32_t word = 0; word < LEVELS * WORDS; word++) {
        for (uint64_t bits = l->map[word]; bits != 0; bits &= bits - 1) {
            uint32_t slot = word * 64 + lowest_bit(bits);

            agenda_pile_sweep(l, &l->slots[slot]);
            if (l->slots[slot].first == NULL)
                slot_take(l, slot);
        }
    }
    l->dead = 0;
}

/* ---- public functions ---- */

/* Takes a cell that was never used. */
static COLD uint32_t cell_fresh(struct ladder *l)
{
    if (l->cells_used == l->cells_max)
        check_failed_with(__FILE__, __LINE__, "more than %u entries pending: raise entries_max",
                          l->cells_max);
    return ++l->cells_used;
}

/* Appends an entry behind others of this instant. */
static NOINLINE agenda_id add_instant(struct ladder *l, struct item item)
{
    pile_put(l, &l->instant, item);
    return item.id;
}

static NOINLINE agenda_id add_tie(struct ladder *l, struct item item)
{
    pile_put(l, &l->tie, item);
    return item.id;
}

agenda_id agenda_add(struct agenda *agenda, sim_time at, void (*act)(void *arg), void *arg)
{
    struct ladder *l = (struct ladder *)agenda;
    uint32_t index = l->free_cell;

    CHECK(at - l->now < SIM_NEVER - l->now); /* Neither before now nor never. */
    if (LIKELY(index != 0))
        l->free_cell = l->cells[index].next_free;
    else
        index = cell_fresh(l);
    struct cell *cell = &l->cells[index];
    struct item item = { at, ++l->sequence << CELL_BITS | index };

    cell->id = item.id;
    cell->act = act;
    cell->arg = arg;
    l->agenda.count++;
    if (at < l->agenda.next)
        l->agenda.next = at;
    if (at == l->now) {
        if (l->soon.id != 0 || l->instant.first != NULL)
            return add_instant(l, item);
        l->soon = item;
        return item.id;
    }
    if (at < l->limit)
        return window_insert(l, item);
    if (UNLIKELY(at == l->tie_at && l->tie.first != NULL))
        return add_tie(l, item);
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

static inline void take_cell(struct ladder *l, struct item item, struct agenda_entry *out)
{
    struct cell *cell = &l->cells[cell_of(item.id)];

    out->at = item.at;
    out->id = item.id;
    out->act = cell->act;
    out->arg = cell->arg;
    cell_give(l, cell);
}

/* Takes the earliest entry from the present instant, or from the next crowded one. */
static NOINLINE bool take_instant(struct ladder *l, struct agenda_entry *out)
{
    struct item item = l->soon;

    if (item.id != 0) {
        l->soon.id = 0;
    } else {
        if (l->instant.first == NULL) {
            l->instant = l->tie;
            l->tie = no_pile;
            l->now = l->tie_at;
        }
        item = *pile_first(&l->instant);
        pile_drop_first(l, &l->instant);
    }
    take_cell(l, item, out);
    settle(l);
    return true;
}

bool agenda_take(struct agenda *agenda, struct agenda_entry *out)
{
    struct ladder *l = (struct ladder *)agenda;
    uint32_t n = l->window_count;
    /* With an empty window: one of the zeroes in front of it. */
    const struct item *top = window(l) + n - 1;

    if (UNLIKELY(l->agenda.next == SIM_NEVER))
        return false;
    if (UNLIKELY(n == 0 || top->at != l->agenda.next))
        return take_instant(l, out);
    struct item item = *top;

    l->window_count = n - 1;
    l->now = item.at;
    __builtin_prefetch(l->cells[cell_of(top[-5].id)].arg); /* Arguments of the next entries. */
    take_cell(l, item, out);
    if (LIKELY(n > 1 && alive(l, top[-1].id)) && l->soon.id == 0 && l->instant.first == NULL)
        l->agenda.next = top[-1].at;
    else
        settle(l);
    return true;
}
