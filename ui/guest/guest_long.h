/* guest_long.h - the type `long`, which has 32 bits on Windows and 64 on most hosts.
 *
 *     unsigned long Count;    unsigned int  Count;
 *     long int Next;               int Next;
 *
 * No option of a compiler changes that, so the text that it compiles is changed, after the headers
 * of the host and of the doors are in it. `long long` and `long double` stay. Columns stay, too.
 * So the numbers of Microsoft's compiler become C's: 5ui64 is 5ull.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* Changes a file that `cc -E -fdirectives-only` wrote. `code`: its text without comments and
 * quotes, of the same length. Returns the number of changes. */
uint32_t guest_narrow_long(char *text, const char *code);
