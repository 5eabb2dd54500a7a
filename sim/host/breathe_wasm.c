/* breathe_wasm.c - see breathe.h. */
#include "sim/host/breathe.h"
#include <emscripten/emscripten.h>
#include <stddef.h>
#include <stdint.h>

/* The clock is asked once in so many calls: asking costs more than most of what is done between. */
enum { CALLS = 64, SLICE_MS = 6 };

void (*host_breather)(void);

void host_breathe(void)
{
    static unsigned calls;
    static int64_t since;

    if (host_breather == NULL || ++calls % CALLS != 0)
        return;
    int64_t now = (int64_t)emscripten_get_now();

    if (now - since < SLICE_MS)
        return;
    host_breather();
    since = (int64_t)emscripten_get_now();
}
