/* assert.h - a program's own checks; a failed one ends it with 3, as abort does on Windows.
 * There is no #pragma once: each inclusion looks at NDEBUG. */
#include <stdio.h>
#include <stdlib.h>
#undef assert
#ifdef NDEBUG
#define assert(e) ((void)0)
#else
#define assert(e)                                                                          \
    ((e) ? (void)0                                                                         \
         : (nt_printf("Assertion failed: %s, file %s, line %d\n", #e, __FILE__, __LINE__), \
            nt_exit(3)))
#endif
