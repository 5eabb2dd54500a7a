/* grow.h - arrays that grow by doubling.
 *
 * There is no way on without memory for a picture, a plan or a report, so a refusal ends the
 * program with one sentence and exit code 70.
 *
 *     list->items = grow(list->items, &list->room, list->count + 1, sizeof *list->items);
 *     list->items[list->count++] = item;
 */
#pragma once
#include <stddef.h>

void *grow_more(void *array, size_t *room, size_t need, size_t size);

/* Room for at least `need` elements of `size` bytes; *room is how many there is room for. What was
 * there stays, what is new is zero. */
static inline void *grow(void *array, size_t *room, size_t need, size_t size)
{
    return need <= *room ? array : grow_more(array, room, need, size);
}

/* A block of zeros, for one thing. */
void *grow_new(size_t size);
