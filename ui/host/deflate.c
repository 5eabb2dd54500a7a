/* deflate.c - see deflate.h. By zlib; in a browser deflate_wasm.c. */
#include "ui/host/deflate.h"
#include "ui/host/grow.h"
#include <stdint.h>
#include <string.h>
#include <zlib.h>

unsigned char *deflate_text(const char *text, size_t *size)
{
    z_stream stream = { .next_in = (Bytef *)(uintptr_t)text, .avail_in = (uInt)strlen(text) };
    unsigned char *out;

    deflateInit2(&stream, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY);
    stream.avail_out = (uInt)deflateBound(&stream, stream.avail_in);
    stream.next_out = out = grow_new(stream.avail_out);
    deflate(&stream, Z_FINISH);
    *size = stream.total_out;
    deflateEnd(&stream);
    return out;
}
