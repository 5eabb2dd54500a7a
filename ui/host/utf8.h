/* utf8.h - texts letter by letter. */
#pragma once
#include <stdint.h>

enum { UTF8_REPLACEMENT = 0xfffd };

/* Next code point of UTF-8, and *text moved behind it. 0 ends. A byte that is none, or a control,
 * gives U+FFFD; tabs and line ends are blanks. */
uint32_t utf8_next(const char **text);
