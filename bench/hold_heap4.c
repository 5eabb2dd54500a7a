/* hold_heap4.c - the hold model on a plain 4-ary heap: {time, id} in 16 bytes, four siblings in a
 * cache line; the hole that a take leaves is filled by the next add. Entries have no function to
 * call. Cancelling is lazy, by the cell of the entry. */
#define _POSIX_C_SOURCE 200112L
#define HOLD_CANCELS    1
#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>
#include "hold.h"

struct item {
    uint64_t at, id;
};

__extension__ typedef unsigned __int128 wide;

static struct item *heap; /* Root at 3; children of i at 4 * (i - 2) and the three after it. */
static size_t count;
static bool hole;
static uint64_t sequence;
static uint64_t *cells;      /* The id in each cell. */
static uint64_t *free_cells; /* Cells that are free. */
static size_t free_count, live, dead;

static inline wide key(struct item item) { return (wide)item.at << 64 | item.id; }

void queue_open(size_t n)
{
    void *block;

    if (posix_memalign(&block, 64, (4 * n + 4096) * sizeof *heap) != 0)
        exit(1);
    heap = block;
    cells = calloc(n + 16, sizeof *cells);
    free_cells = malloc((n + 16) * sizeof *free_cells);
    for (size_t i = 0; i < n + 16; i++)
        free_cells[free_count++] = i;
}

static void sift(size_t i, struct item item)
{
    size_t end = 3 + count, child;

    for (; (child = 4 * (i - 2)) + 4 <= end;) {
        struct item *four = heap + child;
        size_t left = key(four[1]) < key(four[0]), right = 2 + (key(four[3]) < key(four[2]));
        size_t least = key(four[right]) < key(four[left]) ? right : left;

        if (key(item) <= key(four[least])) {
            heap[i] = item;
            return;
        }
        heap[i] = four[least];
        i = child + least;
    }
    if (child < end) {
        size_t least = child;

        for (size_t k = child + 1; k < end; k++)
            least = key(heap[k]) < key(heap[least]) ? k : least;
        if (key(heap[least]) < key(item)) {
            heap[i] = heap[least];
            i = least;
        }
    }
    heap[i] = item;
}

uint64_t queue_add(uint64_t at)
{
    uint64_t cell = free_cells[--free_count];
    struct item item = { at, ++sequence << 24 | cell };

    cells[cell] = item.id;
    live++;
    if (hole) {
        hole = false;
        sift(3, item);
        return item.id;
    }
    size_t i = 3 + count++;

    for (; i > 3 && key(item) < key(heap[i / 4 + 2]); i = i / 4 + 2)
        heap[i] = heap[i / 4 + 2];
    heap[i] = item;
    return item.id;
}

static struct item pop(void)
{
    if (hole) {
        count--;
        sift(3, heap[3 + count]);
    }
    hole = true;
    return heap[3];
}

/* Drops cancelled entries and makes a heap of the rest, from the last parent up. */
static void rebuild(void)
{
    size_t kept = 0, total = count;

    for (size_t i = hole ? 1 : 0; i < total; i++) {
        struct item item = heap[3 + i];

        if (cells[item.id & 0xffffff] == item.id)
            heap[3 + kept++] = item;
    }
    hole = false;
    count = kept;
    dead = 0;
    for (size_t i = kept < 2 ? 0 : (3 + kept - 1) / 4 + 3; i-- > 3;)
        sift(i, heap[i]);
}

void queue_cancel(uint64_t handle)
{
    uint64_t cell = handle & 0xffffff;

    if (cells[cell] != handle)
        return;
    cells[cell] = 0;
    free_cells[free_count++] = cell;
    live--;
    if (++dead > live + 64)
        rebuild();
}

uint64_t queue_take(void)
{
    struct item item;

    for (item = pop(); cells[item.id & 0xffffff] != item.id; item = pop())
        dead--;
    live--;
    cells[item.id & 0xffffff] = 0;
    free_cells[free_count++] = item.id & 0xffffff;
    return item.at;
}

int main(int argc, char **argv) { return hold_main(argc, argv, "heap4"); }
