/* limits.h - the host's header, with Windows' `long` of 32 bits (ui/guest/guest_long.h). Only
 * sources of guests see it. */
#pragma once
#include_next <limits.h>
#undef LONG_MIN
#undef LONG_MAX
#undef ULONG_MAX
#define LONG_MAX  0x7fffffff
#define LONG_MIN  (-LONG_MAX - 1)
#define ULONG_MAX 0xffffffffu
