/* inspect_private.h - declarations shared by the files of inspect. Each part fills its arrays of a
 * look; the world looked at is current (ke). Only host memory and small frames are used: the caller
 * may be on a fiber's stack. */
#pragma once
#include "model/epoxy/epoxy.h"
#include "model/kernel/kernel.h"
#include "model/look/inspect.h"
#include "model/outside/site.h"

/* Appends a zeroed element to an array of the look. NULL: no memory, and the look is not whole. */
void *inspect_more(struct inspect *look, void *array, uint32_t *count, uint32_t *max, size_t size);
#define INSPECT_MORE(look, array, one)                                           \
    inspect_more(look, &(look)->array, &(look)->one##_count, &(look)->one##_max, \
                 sizeof *(look)->array)

/* Sets the length of an array of bytes, whose content the caller fills. NULL: no memory. */
uint8_t *inspect_bytes(struct inspect *look, uint8_t **array, uint32_t *count, uint32_t *max,
                       uint32_t wanted);

/* Copies text of the simulated machine as bytes; characters beyond ASCII become '?'. */
void inspect_narrow(char *out, const WCHAR *text, uint32_t chars);
void inspect_copy(char *out, const char *text);

/* Returns the index of a process; INSPECT_NOBODY: it is not in the list. */
uint32_t inspect_index(const struct inspect *look, uint32_t process_address);

/* Makes the world current; returns the kernel that was, for the caller to put back into ke. */
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

/* Gauges of the driver and of the database. */
void inspect_driver_gauges(uint64_t *value);
void inspect_store_gauges(const struct site *site, uint64_t *value);

/* inspect_epoxy.c: copies the header of a queue pair (epoxy_pairs.def); false: the pair does not
 * exist yet. */
bool inspect_epoxy_header(uint32_t pair, EPOXY_HEADER *header);
void inspect_epoxy_gauges(uint64_t *value);

/* Returns the FileId to which the driver of the living root has lent an entry; 0: none. */
uint32_t inspect_borrower(uint32_t index);
