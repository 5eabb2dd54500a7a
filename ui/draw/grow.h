/* grow.h - arrays that grow and stay: what lists and trees keep between frames.
 *
 * Inside ui/draw only. There is no way on without memory for a picture, so a refusal ends the
 * program with one sentence. */
#pragma once
#include <stdio.h>
#include <stdlib.h>

/* Room for at least need elements of that size; what was there stays. */
static inline void *draw_grow(void *array, size_t *room, size_t need, size_t size)
{
    size_t wanted = *room < 64 ? 64 : *room;

    if (need <= *room)
        return array;
    while (wanted < need)
        wanted *= 2;
    array = realloc(array, wanted * size);
    if (array == NULL) {
        fprintf(stderr, "no memory for a picture: %zu bytes\n", wanted * size);
        exit(70);
    }
    *room = wanted;
    return array;
}

static inline void *draw_take(size_t size)
{
    size_t room = 0;
    void *block = draw_grow(NULL, &room, size, 1);
    char *bytes = block;

    for (size_t i = 0; i < size; i++)
        bytes[i] = 0;
    return block;
}
