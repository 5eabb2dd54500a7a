/* utf8.h - reads a text one code point at a time. */
#pragma once
#include <stdint.h>

enum { UTF8_REPLACEMENT = 0xfffd };

/* Returns the next code point and moves *text behind it. 0: end of the text. An invalid byte or a
 * control character gives U+FFFD; tabs and line ends give a blank. */
uint32_t utf8_next(const char **text);
