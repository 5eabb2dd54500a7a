/* deflate_wasm.c - see deflate.h. Blocks that are not compressed: the page's script, which has the
 * browser's own compression, makes the link shorter. */
#include "ui/host/deflate.h"
#include "ui/host/grow.h"
#include <string.h>

enum { BLOCK = 65535, HEAD = 5 };

unsigned char *deflate_text(const char *text, size_t *size)
{
    size_t left = strlen(text);
    unsigned char *out = grow_new(left + (left / BLOCK + 1) * HEAD), *at = out;

    do {
        size_t part = left < BLOCK ? left : BLOCK;

        *at++ = left == part; /* The last one? */
        *at++ = (unsigned char)part;
        *at++ = (unsigned char)(part >> 8);
        *at++ = (unsigned char)~part;
        *at++ = (unsigned char)(~part >> 8);
        memcpy(at, text, part);
        at += part;
        text += part;
        left -= part;
    } while (left > 0);
    *size = (size_t)(at - out);
    return out;
}
