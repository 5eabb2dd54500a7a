/* switch_fiber.c - the ring on sim/fiber, guard check included. */
#include "sim/fiber.h"

#include <stddef.h>
#include <stdint.h>

#include "switch.h"

static struct arena arena;
static struct fibers *fibers;
static struct fiber **ring;

static void body(void *arg)
{
    (void)arg;
    ring_body();
}

void ring_open(size_t n, const uint32_t *next)
{
    (void)next;
    if (!arena_open(&arena, n * (RING_STACK + 256) + (4u << 20), "the benchmark's arena"))
        exit(1);
    fibers = fibers_new(&arena, RING_STACK, (uint32_t)n);
    ring = malloc(n * sizeof(struct fiber *));
    for (size_t i = 0; i < n; i++)
        ring[i] = fiber_new(fibers, body, NULL);
}

void ring_start(void) { fiber_switch(fibers, ring[ring_running]); }

void ring_switch(size_t from, size_t to)
{
    (void)from;
    fiber_switch(fibers, ring[to]);
}

void ring_finish(size_t from)
{
    (void)from;
    fiber_switch(fibers, NULL);
}

int main(int argc, char **argv) { return ring_main(argc, argv, "fiber"); }
