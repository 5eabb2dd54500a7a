/* agenda_piles.c - the rare operations on piles: adding a chunk, dropping dead entries. */
#include "sim/agenda_inside.h"

static COLD void chunks_grow(struct ladder *l)
{
    struct chunk *chunks = arena_take(l->arena, CHUNKS_GROW * sizeof *chunks, 64);

    for (uint32_t i = CHUNKS_GROW; i-- > 0;)
        chunk_give(l, &chunks[i]);
}

void agenda_pile_extend(struct ladder *l, struct pile *pile, struct item item)
{
    if (UNLIKELY(l->free_chunks == NULL))
        chunks_grow(l);
    struct chunk *chunk = l->free_chunks;

    l->free_chunks = chunk->next;
    chunk->next = NULL;
    chunk->head = 0;
    chunk->item[0] = item;
    if (pile->last == NULL) {
        pile->first = chunk;
    } else {
        pile->last->next = chunk;
        pile->last->tail = CHUNK_ITEMS;
    }
    pile->last = chunk;
    pile->room = CHUNK_ITEMS - 1;
    pile->chunks++;
}

void agenda_pile_sweep(struct ladder *l, struct pile *pile)
{
    struct pile kept = no_pile;

    pile_close(pile);
    for (struct chunk *chunk = pile->first, *next; chunk != NULL; chunk = next) {
        next = chunk->next;
        if (next != NULL) {
            chunk_prefetch(next->next);
            cells_prefetch(l, next);
        }
        for (uint32_t i = chunk->head; i < chunk->tail; i++) {
            if (alive(l, chunk->item[i].id))
                pile_put(l, &kept, chunk->item[i]);
        }
        chunk_give(l, chunk);
    }
    *pile = kept;
}
