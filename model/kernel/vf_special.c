/* vf_special.c - special pool: each block of a verified driver has pages of its own.
 *
 *   chunk:  | before  [block] | guard | before  [block] | guard | ...      pages of the arena
 *                             ^ the block ends here, up to seven bytes of slack before
 *
 * An absent page is one that the host has closed (arena_close_pages): the guards always, the others
 * until a block is given out, after it is freed, and while the IRQL keeps paged pool away. A touch
 * faults, and vf_special_mend tells a page that may come in from a violation. All pages are closed
 * whenever a run goes on and come in at a touch, and all are open between runs, so snapshots and
 * onlookers need to know nothing. Which pages are open is thus the host's business: the answer to a
 * touch follows from the state of the block and the IRQL alone.
 *
 * Blocks that are freed keep their addresses until all have been given out; then the oldest is used
 * again. With the option `irql`, paged pool has such pages whatever its size, and a driver that
 * goes to DISPATCH_LEVEL closes all of them until that processor's level falls.
 */
#include "model/kernel/ex_pool_inside.h"
#include "model/kernel/kernel.h"
#include "model/kernel/vf.h"
#include "sim/host/fault.h"
#include "sim/host/memory.h"
#include <stdio.h>
#include <string.h>

/* Simulated addresses of special pool. */
#define SPECIAL_FIRST 0xec000000u

enum {
    CHUNK_SLOTS = 64, /* Slots of a chunk, of one page each; a larger block has a chunk alone. */
    CHUNKS_MAX = 256,
    SHARE_PAGES = 1024, /* Pages of each share (enum share), with guards. */
    PATTERN = 0x5a,     /* Bytes of a page that is given out. */
    WORDS_CHARS = 80,   /* What `words` says of a block. */
    ALIGNMENT = 8,
    APART = 256, /* What comes next in the arena: io_part looks a little in front of a pointer. */
};

/* Kinds of 0xC1. */
enum { C1_NOT_ALLOCATED = 0x20, C1_BAD_ADDRESS = 0x21, C1_BEFORE = 0x23, C1_BEHIND = 0x24 };
enum { C1_FREE_IRQL = 0x31 };

struct special_slot {
    struct pool_block block; /* First: a slot is found by it. */
    struct pool_slot name;   /* Simulated address of the memory. */
    struct vf_chunk *chunk;
    char *end; /* End of the pages; the guard begins here. */
    char *memory;
    uint32_t bytes, tag;
    struct vf_stack allocated, freed;
    struct special_slot *next; /* Freed later. */
};

struct vf_chunk {
    char *base;
    uint32_t address;    /* Simulated, of the base. */
    uint32_t pages;      /* Pages of each slot, without the guard. */
    uint32_t count, max; /* Slots in use so far, slots. */
    bool paged, open;    /* open: a page may be. */
    struct special_slot *slots;
};

enum share { NONPAGED, PAGED, PAGED_LARGE, SHARES };

struct vf_special {
    struct vf_chunk chunks[CHUNKS_MAX]; /* Their bases rise. */
    uint32_t chunk_count, pages;
    struct { /* Freed blocks, the oldest first. */
        uint32_t pages;
        struct special_slot *first, *last;
    } shares[SHARES];
    bool kept_away[CPUS_MAX]; /* The level of this processor keeps paged pool away. */
};

static struct vf_special *special(void) { return ke->vf->special; }

static enum share share_of(uint32_t pages, bool paged)
{
    return !paged ? NONPAGED : pages == 1 ? PAGED : PAGED_LARGE;
}

/* ---- Places ---------------------------------------------------------------------------------- */

static size_t host_bytes(uint32_t pages)
{
    size_t unit = MAX_OF(host_memory_page(), (size_t)PAGE_SIZE);

    return (pages * (size_t)PAGE_SIZE + unit - 1) / unit * unit;
}

/* Bytes of the host for a slot with its guard. */
static size_t stride_of(const struct vf_chunk *chunk)
{
    return host_bytes(chunk->pages) + host_bytes(1);
}

static size_t chunk_bytes(const struct vf_chunk *chunk) { return chunk->max * stride_of(chunk); }

static char *pages_of(const struct special_slot *slot)
{
    return slot->end - host_bytes(slot->chunk->pages);
}

/* The simulated address of a byte of a slot or of its guard. */
static uint32_t shown(const struct special_slot *slot, const char *at)
{
    uint32_t pages = slot->chunk->pages, number = (uint32_t)(slot - slot->chunk->slots),
             end = slot->chunk->address + (number * (pages + 1) + pages) * PAGE_SIZE;

    return end + (uint32_t)(at - slot->end);
}

/* The slot whose pages or guard hold a byte; NULL: none that was given out. */
static struct special_slot *slot_of(const void *at)
{
    struct vf_special *all = ke->vf != NULL ? special() : NULL;
    uint32_t low = 0, high = all != NULL ? all->chunk_count : 0;

    while (low < high) { /* The first chunk that begins behind the byte. */
        uint32_t middle = (low + high) / 2;

        if ((uintptr_t)all->chunks[middle].base <= (uintptr_t)at)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return NULL;
    const struct vf_chunk *chunk = &all->chunks[low - 1];
    size_t offset = (size_t)((uintptr_t)at - (uintptr_t)chunk->base);

    return offset < chunk->count * stride_of(chunk) ? &chunk->slots[offset / stride_of(chunk)]
                                                    : NULL;
}

/* The slot of a simulated address. */
static const struct special_slot *slot_at(uint32_t address)
{
    const struct vf_special *all = special();

    for (uint32_t i = 0; all != NULL && i < all->chunk_count; i++) {
        const struct vf_chunk *chunk = &all->chunks[i];
        uint32_t step = (chunk->pages + 1) * PAGE_SIZE;

        if (address - chunk->address < chunk->count * step)
            return &chunk->slots[(address - chunk->address) / step];
    }
    return NULL;
}

static bool in_use(const struct special_slot *slot) { return slot->block.state == BLOCK_LIVE; }

struct pool_block *vf_special_of(const void *memory)
{
    struct special_slot *slot = slot_of(memory);

    return slot != NULL ? &slot->block : NULL;
}

void *vf_special_memory(const struct pool_block *block)
{
    return ((const struct special_slot *)(const void *)block)->memory;
}

uint32_t vf_special_place(const void *byte)
{
    const struct special_slot *slot = slot_of(byte);

    return slot != NULL ? shown(slot, byte) : 0;
}

/* ---- Giving out ------------------------------------------------------------------------------ */

static void close_chunk(struct vf_chunk *chunk)
{
    arena_close_pages(ke->sim->arena, chunk->base, chunk_bytes(chunk));
    chunk->open = false;
}

static struct vf_chunk *chunk_new(uint32_t pages, bool paged)
{
    struct vf_special *all = special();
    uint32_t slots = pages == 1 ? CHUNK_SLOTS : 1, needed = slots * (pages + 1),
             *used = &all->shares[share_of(pages, paged)].pages;

    if (all->chunk_count == CHUNKS_MAX || needed > SHARE_PAGES - *used)
        return NULL;
    struct vf_chunk *chunk = &all->chunks[all->chunk_count];

    *chunk = (struct vf_chunk){
        .address = SPECIAL_FIRST + all->pages * PAGE_SIZE,
        .pages = pages,
        .max = slots,
        .paged = paged,
    };
    chunk->slots = arena_take(ke->sim->arena, slots * sizeof *chunk->slots, 16);
    chunk->base = arena_take(ke->sim->arena, chunk_bytes(chunk) + APART, host_bytes(1));
    close_chunk(chunk);
    all->pages += needed;
    *used += needed;
    all->chunk_count++;
    return chunk;
}

/* A slot that was never given out. NULL: there are no more addresses. */
static struct special_slot *fresh(uint32_t pages, bool paged)
{
    struct vf_special *all = special();
    struct vf_chunk *chunk = NULL;

    for (uint32_t i = 0; i < all->chunk_count && chunk == NULL; i++)
        if (all->chunks[i].pages == pages && all->chunks[i].paged == paged &&
            all->chunks[i].count < all->chunks[i].max)
            chunk = &all->chunks[i];
    if (chunk == NULL)
        chunk = chunk_new(pages, paged);
    if (chunk == NULL)
        return NULL;
    struct special_slot *slot = &chunk->slots[chunk->count];

    slot->chunk = chunk;
    slot->end = chunk->base + chunk->count * stride_of(chunk) + host_bytes(pages);
    slot->block.slot = &slot->name;
    slot->block.flags = BLOCK_SPECIAL;
    chunk->count++;
    return slot;
}

/* The slot that was freed first and is large enough. */
static struct special_slot *oldest(uint32_t pages, bool paged)
{
    enum share share = share_of(pages, paged);
    struct special_slot **at = &special()->shares[share].first, *before = NULL;

    while (*at != NULL && (*at)->chunk->pages < pages)
        before = *at, at = &before->next;
    struct special_slot *slot = *at;

    if (slot != NULL) {
        *at = slot->next;
        if (slot->next == NULL)
            special()->shares[share].last = before;
    }
    return slot;
}

static void open_slot(struct special_slot *slot)
{
    arena_open_pages(pages_of(slot), host_bytes(slot->chunk->pages));
    slot->chunk->open = true;
}

bool vf_special_wants(POOL_TYPE type, size_t bytes)
{
    bool paged = ((uint32_t)type & PagedPool) != 0;

    if (!host_faults_exist() || bytes == 0) /* Where no fault is taken, no page can be absent. */
        return false;
    return (vf_has(VF_IRQL) && paged) || (vf_has(VF_SPECIAL_POOL) && bytes < PAGE_SIZE);
}

struct pool_block *vf_special_take(POOL_TYPE type, size_t bytes, uint32_t tag)
{
    uint32_t pages = (uint32_t)((bytes + PAGE_SIZE - 1) / PAGE_SIZE);
    bool paged = type == PagedPool;

    if (bytes > (size_t)SHARE_PAGES * PAGE_SIZE)
        return NULL;
    if (ke->vf->special == NULL)
        ke->vf->special = arena_take(ke->sim->arena, sizeof *ke->vf->special, 16);
    struct special_slot *slot = fresh(pages, paged);

    if (slot == NULL)
        slot = oldest(pages, paged);
    if (slot == NULL)
        return NULL;
    open_slot(slot);
    memset(slot->end - slot->chunk->pages * PAGE_SIZE, PATTERN,
           slot->chunk->pages * (size_t)PAGE_SIZE);
    slot->memory = bytes < PAGE_SIZE ? slot->end - (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT
                                     : slot->end - pages * PAGE_SIZE;
    slot->bytes = (uint32_t)bytes;
    slot->tag = tag;
    slot->name.address = shown(slot, slot->memory);
    slot->block.state = BLOCK_LIVE;
    return &slot->block;
}

void vf_special_allocated(const void *start, const struct vf_stack *stack)
{
    struct special_slot *slot = slot_of(start);

    if (slot != NULL)
        slot->allocated = *stack;
}

/* ---- Stops ----------------------------------------------------------------------------------- */

static const char *pool_name(const struct special_slot *slot)
{
    return slot->chunk->paged ? "paged" : "nonpaged";
}

/* Text for a block: "a block of 40 bytes of paged pool (tag Echo)". */
static const char *words(const struct special_slot *slot, char text[WORDS_CHARS])
{
    char tag[5] = { 0 };

    for (int i = 0; i < 4; i++) {
        char c = (char)(slot->tag >> 8 * i & 0x7f);

        tag[i] = c < ' ' || c == 0x7f ? '.' : c;
    }
    snprintf(text, WORDS_CHARS, "a block of %u byte%s of %s pool (tag %s)", slot->bytes,
             slot->bytes == 1 ? "" : "s", pool_name(slot), tag);
    return text;
}

static NORETURN void corrupt(const struct special_slot *slot, uint32_t a2, uint32_t kind,
                             const char *rule)
{
    bool freed = kind == C1_NOT_ALLOCATED;

    vf_stop(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, slot->name.address, a2, 0, kind, rule,
            freed ? "It was freed by" : "It was allocated by",
            freed ? &slot->freed : &slot->allocated);
}

/* Checks bytes that nobody may write. */
static void check_pattern(const struct special_slot *slot, const char *from, const char *to,
                          uint32_t kind)
{
    char rule[STOP_RULE_CHARS], text[WORDS_CHARS];

    for (; from < to; from++)
        if (*from != PATTERN) {
            snprintf(rule, sizeof rule, "A driver has written %s %s.",
                     kind == C1_BEFORE ? "in front of" : "right behind", words(slot, text));
            corrupt(slot, shown(slot, from), kind, rule);
        }
}

void vf_special_check(struct pool_block *block, const void *memory)
{
    struct special_slot *slot = (struct special_slot *)(void *)block;
    KIRQL irql = ke->cpu->irql;
    char rule[STOP_RULE_CHARS], text[WORDS_CHARS];

    if (!in_use(slot)) {
        snprintf(rule, sizeof rule, "%s was freed before.", words(slot, text));
        rule[0] = 'A';
        corrupt(slot, 0, C1_NOT_ALLOCATED, rule);
    }
    if (memory != slot->memory) {
        snprintf(rule, sizeof rule, "A driver frees an address inside of %s.", words(slot, text));
        corrupt(slot, shown(slot, memory), C1_BAD_ADDRESS, rule);
    }
    if (irql > (slot->chunk->paged ? APC_LEVEL : DISPATCH_LEVEL)) {
        snprintf(rule, sizeof rule, "%s pool is freed above %s.",
                 slot->chunk->paged ? "Paged" : "Nonpaged",
                 slot->chunk->paged ? "APC_LEVEL" : "DISPATCH_LEVEL");
        vf_stop(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, irql, slot->chunk->paged,
                slot->name.address, C1_FREE_IRQL, rule, "It was allocated by", &slot->allocated);
    }
    open_slot(slot);
    check_pattern(slot, slot->end - slot->chunk->pages * PAGE_SIZE, slot->memory, C1_BEFORE);
    check_pattern(slot, slot->memory + slot->bytes, slot->end, C1_BEHIND);
}

void vf_special_give(struct pool_block *block)
{
    struct special_slot *slot = (struct special_slot *)(void *)block, *last;
    enum share share = share_of(slot->chunk->pages, slot->chunk->paged);

    vf_keep_stack(&slot->freed);
    arena_close_pages(ke->sim->arena, pages_of(slot), host_bytes(slot->chunk->pages));
    slot->next = NULL;
    last = special()->shares[share].last;
    if (last != NULL)
        last->next = slot;
    else
        special()->shares[share].first = slot;
    special()->shares[share].last = slot;
}

/* ---- Touches --------------------------------------------------------------------------------- */

static bool kept_away(const struct special_slot *slot)
{
    return slot->chunk->paged && ke->cpu->irql >= DISPATCH_LEVEL &&
           special()->kept_away[ke->cpu->number];
}

bool vf_special_mend(const void *at)
{
    struct special_slot *slot = slot_of(at);

    if (slot == NULL)
        return false;
    if (ke->stop.stopped || ke->sim->trace.watching) {
        /* Onlookers may see everything, and it makes no difference to the run. */
        arena_open_pages(slot->end, host_bytes(1));
        if (ke->sim->trace.watching)
            ke->sim->trace.watched = vf_entered;
    } else if ((const char *)at >= slot->end || !in_use(slot) || kept_away(slot)) {
        return false;
    }
    open_slot(slot);
    return true;
}

static NORETURN void stop_away(const struct special_slot *slot, uint32_t address, bool write,
                               uint32_t at)
{
    char rule[STOP_RULE_CHARS], text[WORDS_CHARS];

    snprintf(rule, sizeof rule, "%s %s %s at IRQL %u.", at != 0 ? "A driver" : "The kernel",
             write ? "writes to" : "reads", words(slot, text), ke->cpu->irql);
    vf_stop(at != 0 ? DRIVER_IRQL_NOT_LESS_OR_EQUAL : IRQL_NOT_LESS_OR_EQUAL, address,
            ke->cpu->irql, write, at, rule, "It was allocated by", &slot->allocated);
}

void vf_special_touched(uint32_t address, bool write, const void *instruction)
{
    const struct special_slot *slot = slot_at(address);
    uint32_t at =
        instruction != NULL && ke->code_address != NULL ? ke->code_address(instruction) : 0;
    const char *who = at != 0 ? "A driver" : "The kernel, for a driver,";
    char rule[STOP_RULE_CHARS], text[WORDS_CHARS];

    if (slot == NULL)
        return;
    if (!in_use(slot)) {
        snprintf(rule, sizeof rule, "%s %s %s that was freed.", who, write ? "writes to" : "reads",
                 words(slot, text));
        vf_stop(at != 0 ? DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL
                        : PAGE_FAULT_IN_FREED_SPECIAL_POOL,
                address, write, at, 0, rule, "It was freed by", &slot->freed);
    }
    if (address < shown(slot, slot->end))
        stop_away(slot, address, write, at);
    if (at == 0) /* Which byte a copy touches first is the host's business. */
        address = shown(slot, slot->end);
    snprintf(rule, sizeof rule, "%s %s behind the end of %s.", who, write ? "writes" : "reads",
             words(slot, text));
    vf_stop(at != 0 ? DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION
                    : PAGE_FAULT_BEYOND_END_OF_ALLOCATION,
            address, write, at, 0, rule, "It was allocated by", &slot->allocated);
}

/* ---- Levels and runs ------------------------------------------------------------------------- */

static void paged_leaves(void)
{
    for (uint32_t i = 0; i < special()->chunk_count; i++)
        if (special()->chunks[i].paged && special()->chunks[i].open)
            close_chunk(&special()->chunks[i]);
}

void vf_level_rose(void)
{
    if (special() == NULL || !vf_has(VF_IRQL) || ke->cpu->irql < DISPATCH_LEVEL)
        return;
    special()->kept_away[ke->cpu->number] = true;
    paged_leaves();
}

void vf_level_fell(void)
{
    if (special() != NULL && ke->cpu->irql < DISPATCH_LEVEL)
        special()->kept_away[ke->cpu->number] = false;
}

void vf_arrived(void)
{
    if (special() == NULL)
        return;
    vf_level_fell();
    if (special()->kept_away[ke->cpu->number])
        paged_leaves();
}

void vf_entered(void)
{
    for (uint32_t i = 0; special() != NULL && i < special()->chunk_count; i++)
        close_chunk(&special()->chunks[i]);
}
