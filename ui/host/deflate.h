/* deflate.h - compressed text, as browsers unpack it ("deflate-raw"). */
#pragma once
#include <stddef.h>

/* Free it with free. */
unsigned char *deflate_text(const char *text, size_t *size);
