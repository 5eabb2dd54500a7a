/* strand_wasm.c - see strand_wasm.h. */
#include "ui/host/strand_wasm.h"
#include "ui/host/grow.h"
#include <stdlib.h>

enum { STACK_BYTES = 256 * 1024, WRITTEN_BYTES = 128 * 1024 };

void strand_here(struct strand *strand)
{
    *strand = (struct strand){ .written = grow_new(WRITTEN_BYTES) };
    emscripten_fiber_init_from_current_context(&strand->fiber, strand->written, WRITTEN_BYTES);
}

void strand_new(struct strand *strand, void (*body)(void *arg), void *arg)
{
    *strand = (struct strand){ .stack = grow_new(STACK_BYTES), .written = grow_new(WRITTEN_BYTES) };
    emscripten_fiber_init(&strand->fiber, body, arg, strand->stack, STACK_BYTES, strand->written,
                          WRITTEN_BYTES);
}

void strand_go(struct strand *from, struct strand *to)
{
    emscripten_fiber_swap(&from->fiber, &to->fiber);
}

void strand_free(struct strand *strand)
{
    free(strand->stack);
    free(strand->written);
}
