/* grow.h - arrays that grow by doubling.
 *
 * A program that has no memory for a picture, a plan or a report cannot continue: it ends with a
 * message and exit code 70.
 *
 *     list->items = grow(list->items, &list->room, list->count + 1, sizeof *list->items);
 *     list->items[list->count++] = item;
 */
#pragma once
#include <stddef.h>

void *grow_more(void *array, size_t *room, size_t need, size_t size);

/* Makes room for at least `need` elements of `size` bytes. *room is the number of elements that
 * fit. Returns the array, which may have moved; new elements are zero. Free it with free. */
static inline void *grow(void *array, size_t *room, size_t need, size_t size)
{
    return need <= *room ? array : grow_more(array, room, need, size);
}

/* Allocates a zeroed block. Free it with free. */
void *grow_new(size_t size);
