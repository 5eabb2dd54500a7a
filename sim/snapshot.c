/* snapshot.c - copies the used part of a world, and puts the copy back.
 *
 *   bytes:  | arena low end [0, used) | adopted memory ... | live part of stack | ...
 *   parts:  where each piece belongs and how long it is
 *
 * The copy holds everything used. At the size of a world (a few MiB) that is faster than finding
 * what has changed. Memory that the world took after the snapshot is zeroed on restoring, because
 * the arena promises zeroes to its callers.
 */
#include "sim/snapshot.h"

#include <stdlib.h>
#include <string.h>

struct part {
    char *base; /* Place in the arena. */
    size_t size;
};

struct snapshot {
    char *bytes;
    size_t bytes_max;
    struct part *parts; /* parts[0] is the low end. */
    size_t part_count, parts_max;
    size_t size;       /* Bytes of all parts. */
    size_t used, high; /* The arena's values at the take. */
};

/* Makes room for need items in a block. False: the host has no memory. */
static bool grow(void **block, size_t *max, size_t need, size_t item)
{
    size_t size = need + need / 4 + 16;
    void *grown;

    if (need <= *max)
        return true;
    grown = realloc(*block, size * item);
    if (grown == NULL)
        return false;
    *block = grown;
    *max = size;
    return true;
}

static void part_add(void *base, size_t size, void *ctx)
{
    struct snapshot *s = ctx;
    void *parts = s->parts;

    if (s->size == SIZE_MAX)
        return;
    if (!grow(&parts, &s->parts_max, s->part_count + 1, sizeof *s->parts)) {
        s->size = SIZE_MAX; /* snapshot_retake reports it. */
        return;
    }
    s->parts = parts;
    s->parts[s->part_count++] = (struct part){ base, size };
    s->size += size;
}

struct snapshot *snapshot_take(struct arena *arena, struct fibers *fibers)
{
    struct snapshot *s = calloc(1, sizeof *s);

    if (s != NULL && !snapshot_retake(s, arena, fibers)) {
        snapshot_free(s);
        return NULL;
    }
    return s;
}

bool snapshot_retake(struct snapshot *s, struct arena *arena, struct fibers *fibers)
{
    void *bytes = s->bytes;
    char *to;

    s->part_count = s->size = 0;
    part_add(arena->base, arena->used, s);
    for (uint32_t i = 0; i < arena->outside_count; i++)
        part_add(arena->outside[i].base, arena->outside[i].size, s);
    if (fibers != NULL)
        fibers_live(fibers, part_add, s);
    if (s->size == SIZE_MAX)
        return false;
    if (s->size > s->bytes_max) { /* Take a larger block; the old contents need no copy. */
        free(s->bytes);
        s->bytes = bytes = NULL;
        s->bytes_max = 0;
    }
    if (!grow(&bytes, &s->bytes_max, s->size, 1) || bytes == NULL)
        return false;
    s->bytes = to = bytes;
    for (size_t i = 0; i < s->part_count; i++) {
        memcpy(to, s->parts[i].base, s->parts[i].size);
        to += s->parts[i].size;
    }
    s->used = arena->used;
    s->high = arena->high;
    return true;
}

void snapshot_restore(const struct snapshot *s, struct arena *arena, struct fibers *fibers)
{
    const char *from = s->bytes;

    CHECK(s->part_count != 0 && s->parts[0].base == arena->base);
    CHECK(fibers == NULL || fiber_current(fibers) == NULL);
    if (fibers != NULL) {
        fibers_overwritten(fibers);
        fibers_open(fibers);
    }
    if (arena->used > s->used)
        memset(arena->base + s->used, 0, arena->used - s->used);
    if (arena->high > s->high)
        memset(arena->base + (arena->size - arena->high), 0, arena->high - s->high);
    arena->used = s->used;
    arena->high = s->high;
    for (size_t i = 0; i < s->part_count; i++) {
        memcpy(s->parts[i].base, from, s->parts[i].size);
        from += s->parts[i].size;
    }
    if (fibers != NULL)
        fibers_overwritten(fibers);
}

size_t snapshot_size(const struct snapshot *s) { return s->size; }

void snapshot_free(struct snapshot *s)
{
    if (s == NULL)
        return;
    free(s->bytes);
    free(s->parts);
    free(s);
}
