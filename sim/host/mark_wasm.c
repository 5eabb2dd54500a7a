/* mark_wasm.c - see mark.h. WebAssembly has no registers to keep, so nothing arrives by a jump: a
 * guest whose exception is to be handled by its own code cannot go on here. */
#include "sim/base.h"
#include "sim/host/mark.h"
#include <string.h>

int mark_here(void **mark)
{
    memset(mark, 0, MARK_WORDS * sizeof *mark);
    return 0;
}

void mark_jump(void **mark, int value, void *stack)
{
    (void)mark, (void)value, (void)stack;
    check_failed_with(__FILE__, __LINE__,
                      "an exception handled by a guest's own code cannot be run in a browser");
}
