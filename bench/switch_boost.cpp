// switch_boost.cpp - the ring on Boost.Context: fcontext, its own assembly; the fastest peer.
#include <boost/context/detail/fcontext.hpp>
#include <cstddef>
#include <cstdint>
#include <sys/mman.h>

#include "switch.h"

namespace ctx = boost::context::detail;

// A context is good for one jump, so the fiber that arrives stores the context of the one before it.
static ctx::fcontext_t *ring, engine;
static size_t count;

static void arrived(ctx::transfer_t from, size_t before)
{
    (before == count ? engine : ring[before]) = from.fctx;
}

static void body(ctx::transfer_t from)
{
    arrived(from, reinterpret_cast<size_t>(from.data));
    ring_body();
}

void ring_open(size_t n, const uint32_t *)
{
    // One block, with huge pages if the host has them, like our arena.
    size_t size = n * RING_STACK + (2u << 20);
    char *stacks = static_cast<char *>(mmap(nullptr, size, PROT_READ | PROT_WRITE,
                                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));

    stacks += -reinterpret_cast<uintptr_t>(stacks) & ((2u << 20) - 1);
    madvise(stacks, n * RING_STACK, MADV_HUGEPAGE);
    count = n;
    ring = static_cast<ctx::fcontext_t *>(calloc(n, sizeof *ring));
    for (size_t i = 0; i < n; i++)
        ring[i] = ctx::make_fcontext(stacks + (i + 1) * RING_STACK, RING_STACK, body);
}

void ring_switch(size_t from, size_t to)
{
    ctx::transfer_t back = ctx::jump_fcontext(ring[to], reinterpret_cast<void *>(from));

    arrived(back, reinterpret_cast<size_t>(back.data));
}

void ring_start(void) { ring_switch(count, ring_running); }

void ring_finish(size_t from)
{
    ctx::transfer_t back = ctx::jump_fcontext(engine, reinterpret_cast<void *>(from));

    arrived(back, reinterpret_cast<size_t>(back.data));
}

int main(int argc, char **argv) { return ring_main(argc, argv, "boost-fcontext"); }
