/* guest_kept.c - the names of guests that were made beforehand: see guest.h. Headers beside the
 * sources do not count, for a page has the ones that it was built with. */
#include "ui/guest/guest.h"
#include <inttypes.h>
#include <string.h>
#include <xxhash.h>

void guest_kept_name(const struct guest_sources *sources, char out[GUEST_KEPT_CHARS])
{
    const unsigned char kind =
        (unsigned char)(sources->is_program | sources->is_exifs << 1 | sources->at_memory << 2);
    uint64_t hash = XXH64(sources->defines, strlen(sources->defines) + 1, kind);

    for (uint32_t i = 0; i < sources->count; i++)
        hash = XXH64(sources->files[i].bytes, sources->files[i].length, hash);
    snprintf(out, GUEST_KEPT_CHARS, "%016" PRIx64 ".wasm", hash);
}
