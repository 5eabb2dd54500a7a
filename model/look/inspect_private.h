/* inspect_private.h - what the files of inspect share. Each part fills its arrays of a look; the
 * world to look at is current (ke). Host memory only, and small frames: the caller may stand on a
 * fiber's stack. */
#pragma once
#include "model/epoxy/epoxy.h"
#include "model/kernel/kernel.h"
#include "model/look/inspect.h"
#include "model/outside/site.h"

/* Room for one more at the end of an array of the look, zeroed. NULL: no memory, and the look is
 * not whole. */
void *inspect_more(struct inspect *look, void *array, uint32_t *count, uint32_t *max, size_t size);
#define INSPECT_MORE(look, array, one)                                           \
    inspect_more(look, &(look)->array, &(look)->one##_count, &(look)->one##_max, \
                 sizeof *(look)->array)

/* An array of bytes gets this length; its content is the caller's to fill. NULL: no memory. */
uint8_t *inspect_bytes(struct inspect *look, uint8_t **array, uint32_t *count, uint32_t *max,
                       uint32_t wanted);

/* Text of the simulated machine as bytes; what is not ASCII becomes '?'. */
void inspect_narrow(char *out, const WCHAR *text, uint32_t chars);
void inspect_copy(char *out, const char *text);

/* Index of a living process; INSPECT_NOBODY: it is not in the list. */
uint32_t inspect_index(const struct inspect *look, uint32_t process_address);

/* The world becomes current; the kernel that was, to be put back into ke. */
static inline struct kernel *look_enter(struct world *world)
{
    struct kernel *before = ke;

    ke = world_kernel(world);
    return before;
}

void inspect_threads(struct inspect *look, bool frames);
void inspect_handles(struct inspect *look);
void inspect_pools(struct inspect *look);
void inspect_driver(struct inspect *look);
void inspect_root(struct inspect *look);
void inspect_store(struct inspect *look, const struct site *site);

/* The cheap numbers of the driver and of the database. */
void inspect_driver_gauges(uint64_t *value);
void inspect_store_gauges(const struct site *site, uint64_t *value);

/* inspect_epoxy.c: the header of a pair (epoxy_pairs.def); false: nobody has made it. */
bool inspect_epoxy_header(uint32_t pair, EPOXY_HEADER *header);
void inspect_epoxy_gauges(uint64_t *value);

/* Client that a lending entry of the living root is lent to, by the driver's books. */
uint32_t inspect_borrower(uint32_t index);
