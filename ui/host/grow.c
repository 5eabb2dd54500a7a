/* grow.c - see grow.h. */
#include "ui/host/grow.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_LEAST = 64 }; /* Elements in the first block. */

static void *or_end(void *block, size_t bytes)
{
    if (block != NULL)
        return block;
    fprintf(stderr, "exifsim: the host has no memory for %zu bytes more\n", bytes);
    exit(70);
}

void *grow_more(void *array, size_t *room, size_t need, size_t size)
{
    size_t wanted = *room < ROOM_LEAST ? ROOM_LEAST : *room;

    while (wanted < need)
        wanted *= 2;
    array = or_end(realloc(array, wanted * size), wanted * size);
    memset((char *)array + *room * size, 0, (wanted - *room) * size);
    *room = wanted;
    return array;
}

void *grow_new(size_t size) { return or_end(calloc(1, size > 0 ? size : 1), size); }
