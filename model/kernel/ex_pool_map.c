/* ex_pool_map.c - which block of pool holds a byte: a list of all blocks, by their places. */
#include "model/kernel/ex_pool_inside.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ob.h"
#include "model/kernel/vf.h"

enum { MAP_UNIT = 16 }; /* Alignment of blocks. */

/* Notes a new block. The arena hands out rising addresses, so the map is in order. */
void ex_pool_map_add(const struct pool_block *block)
{
    struct pool_map *map = &ke->ex->map;
    uint32_t **chunk = &map->chunks[map->count / POOL_MAP_CHUNK];

    if (map->count / POOL_MAP_CHUNK >= POOL_MAP_CHUNKS)
        return;
    if (*chunk == NULL)
        *chunk = arena_take(ke->sim->arena, POOL_MAP_CHUNK * sizeof **chunk, 16);
    (*chunk)[map->count++ % POOL_MAP_CHUNK] =
        (uint32_t)(((uintptr_t)block - (uintptr_t)ke->sim->arena->base) / MAP_UNIT);
}

static struct pool_block *map_block(uint32_t index)
{
    return (struct pool_block *)(void *)(ke->sim->arena->base +
                                         (size_t)ke->ex->map.chunks[index / POOL_MAP_CHUNK]
                                                                   [index % POOL_MAP_CHUNK] *
                                             MAP_UNIT);
}

static bool holds(const struct pool_block *block, const void *byte)
{
    return (uintptr_t)byte - (uintptr_t)(block + 1) < ex_pool_class_bytes(block->class);
}

/* Finds the block, in use or free, that holds a byte; NULL: none does. */
static struct pool_block *near_block(const void *byte)
{
    uint32_t first = 0, count = ke->ex->map.count;

    while (count > 1) { /* The last block that begins at or before the byte is among `count`. */
        uint32_t half = count / 2;

        if ((uintptr_t)map_block(first + half) <= (uintptr_t)byte)
            first += half, count -= half;
        else
            count = half;
    }
    struct pool_block *block = count > 0 ? map_block(first) : NULL;

    return block != NULL && holds(block, byte) ? block : NULL;
}

/* The same for bytes that are asked for over and over. A block stays where it is for ever. */
static const struct pool_block *near_block_again(const void *byte)
{
    const struct arena *arena = ke->sim->arena;
    size_t offset = (size_t)((const char *)byte - arena->base);
    uint32_t hash = (uint32_t)(offset / MAP_UNIT) * 0x9e3779b1u >> 16;
    struct pool_block **known = &ke->ex->map.named[hash % POOL_MAP_NAMED], *block = *known;

    if (offset >= arena->used)
        return NULL; /* A stack, or no memory of the world's. */

    if (block != NULL && holds(block, byte))
        return block;
    block = near_block(byte);
    if (block != NULL)
        *known = block;
    return block;
}

/* Finds the block in use that holds a byte; NULL: none does. */
static struct pool_block *block_of(const void *byte)
{
    struct pool_block *block = near_block(byte);

    return block != NULL && block->state == BLOCK_LIVE ? block : NULL;
}

uint32_t ex_pool_place(const void *byte)
{
    const struct pool_block *block = block_of(byte);

    if (block == NULL)
        return ke->vf != NULL ? vf_special_place(byte) : 0;
    size_t offset = (size_t)((const char *)byte - (const char *)(block + 1));

    if ((block->flags & BLOCK_OBJECT) != 0 && offset >= sizeof(struct ob_header))
        return ((const struct ob_header *)(block + 1))->address +
               (uint32_t)(offset - sizeof(struct ob_header));
    return block->slot->address + (uint32_t)offset;
}

uint32_t ex_pool_name(const void *byte, uint32_t *offset)
{
    const struct pool_block *special = UNLIKELY(ke->vf != NULL) ? vf_special_of(byte) : NULL;
    const struct pool_block *block = special != NULL ? special : near_block_again(byte);
    const char *memory = special != NULL ? vf_special_memory(special) : (const char *)(block + 1);

    if (block == NULL)
        return 0;
    *offset = (uint32_t)((const char *)byte - memory);
    return block->name;
}

bool ex_pool_is_paged(const void *byte)
{
    const struct pool_block *block = ke->vf != NULL ? vf_special_of(byte) : NULL;

    if (block == NULL)
        block = block_of(byte);
    return block != NULL && block->tag != NULL && block->tag->type == PagedPool;
}

bool ex_pool_find(uint32_t address, struct ex_pool_found *out)
{
    bool found = false;

    for (uint32_t i = 0; i < ke->ex->map.count; i++) {
        const struct pool_block *block = map_block(i);
        bool in_use = block->state == BLOCK_LIVE;

        if (block->slot == NULL || block->tag == NULL || (!in_use && found))
            continue;
        bool object = in_use && (block->flags & BLOCK_OBJECT) != 0;
        const struct ob_header *header = (const struct ob_header *)(block + 1);
        size_t skipped = object ? sizeof *header : 0;
        uint32_t start = object ? header->address : block->slot->address;

        if (address - start >= MAX_OF(block->bytes, 1u))
            continue;
        *out = (struct ex_pool_found){ .memory = (const char *)(block + 1) + skipped,
                                       .room = ex_pool_class_bytes(block->class) - skipped,
                                       .address = start,
                                       .bytes = block->bytes,
                                       .tag = block->tag->tag,
                                       .type = (POOL_TYPE)block->tag->type,
                                       .in_use = in_use,
                                       .charged = in_use ? block->charged : NULL };
        found = true;
        if (in_use)
            break;
    }
    return found;
}
