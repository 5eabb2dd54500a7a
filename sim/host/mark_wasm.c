/* mark_wasm.c - see mark.h. WebAssembly has no registers to keep, so nothing arrives by a jump: a
 * guest whose exception is to be handled by its own code cannot go on here. */
#include "sim/host/mark.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int mark_here(void **mark)
{
    memset(mark, 0, MARK_WORDS * sizeof *mark);
    return 0;
}

void mark_jump(void **mark, int value, void *stack)
{
    (void)mark, (void)value, (void)stack;
    fputs("a guest's own code handles an exception, which cannot be run in a browser\n", stderr);
    abort();
}
