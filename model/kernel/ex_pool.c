/* ex_pool.c - paged and nonpaged pool: tags, quotas, limits, and the stops for misuse.
 *
 *   arena --> [ block header | memory ] --> in use --> free list of its size class --> in use ...
 *
 * Memory comes from the arena once and circulates in free lists of 76 size classes, so allocation
 * and free are O(1). Two things are separate on purpose: the host memory, whose size depends on the
 * host's pointers, and the simulated address that records and stops show. The address depends only
 * on the order of allocations: every tag has its own list of address slots. For the same reason a
 * structure of the kernel is charged at NT's own size. The size that a caller asks for may be that
 * of a structure with pointers; records show it, and the fingerprint leaves it out.
 *
 * Limits are those of a 2003 server with /3GB (facts/nt-kernel.md 5.2); an exhausted pool returns
 * NULL. A caller that breaks the pool's rules gets stop 0xC2 (BAD_POOL_CALLER) at once, also where
 * a free build of Windows would notice later or never.
 *
 * Once a guest is loaded, overruns and writes into freed blocks are found (stop 0x19) when the
 * block is freed or given out again.
 *
 * GFlags' pool tagging (KB 329674, Windows 2000) adds two things. The next block's header lies
 * behind each block, and a free checks it for an overrun (stop 0x19). And ExQueryPoolBlockSize
 * counts the block's own header as usable; the article does not say by how many bytes the product
 * was wrong.
 */
#include "model/kernel/ex_pool_inside.h"
#include "model/kernel/cm.h"
#include "model/kernel/faults.h"
#include "model/kernel/ke_choose.h"
#include "model/kernel/ke_cost.h"
#include "model/kernel/ke_exception.h"
#include "model/kernel/ke_guest.h"
#include "model/kernel/ke_orders.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/mm.h"
#include "model/kernel/ob.h"
#include "model/kernel/ps.h"
#include "model/kernel/vf.h"
#include <string.h>

/* Byte that free blocks are filled with once there are guests, and how much of a block is. */
enum { FREED_BYTE = 0xfe, FILLED_MOST = 512 };
/* Distance of two simulated pool addresses. Larger blocks overlap in address, not in memory. */
enum { SLOT_BYTES = 512 };
/* Kinds of violation: bug check 0xC2, Arg1, as documented. */
enum {
    POOL_ZERO_BYTES = 0x00,
    POOL_ALREADY_FREE = 0x07,
    POOL_ALLOC_IRQL = 0x08,
    POOL_FREE_IRQL = 0x09,
    POOL_WRONG_TAG = 0x0a,
    POOL_USER_ADDRESS = 0x40,
    POOL_NOT_ALLOCATED = 0x44,
    POOL_BAD_ADDRESS = 0x46,
    POOL_MUST_SUCCEED = 0x9a,
    POOL_ZERO_TAG = 0x9b,
};

enum {
    POOL_UNIT = 8,
    POOL_HEADER_BYTES = 8,
    LIST_IS_CORRUPT = 0x03,
    SIZES_DO_NOT_FIT = 0x20,
    POOL_LINE = 0xcd4, /* Arg2 of kind 7: a line in the source of NT's pool, as dumps show it. */
};

/* A block of special pool has its header elsewhere. */
static void *memory_of(struct pool_block *block)
{
    return (block->flags & BLOCK_SPECIAL) != 0 ? vf_special_memory(block) : block + 1;
}

static struct pool_block *header_of(const void *memory)
{
    struct pool_block *special = UNLIKELY(ke->vf != NULL) ? vf_special_of(memory) : NULL;

    if (special != NULL)
        return special;
    return (struct pool_block *)((uintptr_t)memory - sizeof(struct pool_block));
}

static void pool_start(void)
{
    ke->ex = arena_take(ke->sim->arena, sizeof *ke->ex, 64);
    ke->ex->limits[NonPagedPool] = POOL_NONPAGED_BYTES;
    ke->ex->limits[PagedPool] = POOL_PAGED_BYTES;
}

/* ---- Size classes ---------------------------------------------------------------------------- */

static uint32_t class_of(size_t bytes)
{
    if (bytes <= 128)
        return (uint32_t)((bytes + 15) / 16 - 1);
    uint32_t n = (uint32_t)(bytes - 1);
    uint32_t log = 31u - (uint32_t)__builtin_clz(n); /* 128 < bytes: log is 7 at least. */

    return 8 + (log - 7) * 4 + (n >> (log - 2)) - 4;
}

size_t ex_pool_class_bytes(uint32_t class)
{
    if (class < 8)
        return (class + 1) * (size_t)16;
    return ((class - 8) % 4 + 5) * ((size_t)1 << ((class - 8) / 4 + 5));
}

/* ---- Tags and addresses ---------------------------------------------------------------------- */

static struct pool_tag *tag_find(POOL_TYPE type, uint32_t tag)
{
    struct ex_state *ex = ke->ex;
    uint32_t at = (tag * 2654435761u + (uint32_t)type) % POOL_TAGS_MAX;

    for (uint32_t probes = 0; probes < POOL_TAGS_MAX; probes++, at = (at + 1) % POOL_TAGS_MAX) {
        struct pool_tag *row = &ex->tags[at];

        if (!row->used) {
            row->used = true;
            row->tag = row->use.tag = tag;
            row->type = (uint8_t)type;
            return row;
        }
        if (row->tag == tag && row->type == type)
            return row;
    }
    check_failed_with(__FILE__, __LINE__, "too many pool tags: raise POOL_TAGS_MAX (%d)",
                      POOL_TAGS_MAX);
}

uint64_t ex_pool_tag_bytes(POOL_TYPE type, uint32_t tag)
{
    for (uint32_t i = 0; i < POOL_TAGS_MAX; i++) {
        const struct pool_tag *row = &ke->ex->tags[i];

        if (row->used && row->tag == tag && row->type == (uint8_t)type)
            return row->use.bytes;
    }
    return 0;
}

static struct pool_slot *slot_take(struct pool_tag *tag)
{
    struct pool_slot *slot = tag->free_slots;

    if (slot != NULL) {
        tag->free_slots = slot->next;
        return slot;
    }
    slot = arena_take(ke->sim->arena, sizeof *slot, sizeof(void *));
    slot->address =
        ke_address_new(tag->type == PagedPool ? REGION_PAGED : REGION_NONPAGED, SLOT_BYTES);
    return slot;
}

static void slot_give(struct pool_tag *tag, struct pool_slot *slot)
{
    slot->next = tag->free_slots;
    tag->free_slots = slot;
}

/* ---- Allocation ------------------------------------------------------------------------------ */

static KIRQL pool_irql(POOL_TYPE type) { return type == PagedPool ? APC_LEVEL : DISPATCH_LEVEL; }

/* Logs the server service's error, once for each pool: 2019 nonpaged, 2020 paged (5.2, uncertain
 * [U]). */
static void log_exhausted(POOL_TYPE type)
{
    struct ex_state *ex = ke->ex;

    if (ex->exhausted_logged[type] || ke->cm == NULL)
        return;
    ex->exhausted_logged[type] = true;
    cm_log(LOG_SYSTEM, LOG_ERROR, "Srv", type == PagedPool ? 2020 : 2019,
           "The server was unable to allocate from the system %s pool because the pool was empty.",
           type == PagedPool ? "paged" : "NonPaged");
}

static void *refuse(POOL_TYPE type, struct pool_tag *tag)
{
    tag->use.fails++;
    ke_record(REC_POOL_FAIL, (uint32_t)type, tag->tag, 0, 0);
    return NULL;
}

/* ---- Where blocks lie ------------------------------------------------------------------------ */

void ex_pool_mark_object(void *memory) { ((struct pool_block *)memory)[-1].flags |= BLOCK_OBJECT; }

/* Makes a block for `bytes`. From a page on, memory begins at a page, as a driver may rely on; the
 * block's header lies at the end of a page before. */
static struct pool_block *block_new(size_t bytes)
{
    struct pool_block *block;
    char *page;

    if (bytes < PAGE_SIZE) {
        block = arena_take(ke->sim->arena, sizeof *block + bytes, 16);
    } else {
        page = arena_take(ke->sim->arena, PAGE_SIZE + bytes, PAGE_SIZE);
        block = (struct pool_block *)(void *)(page + PAGE_SIZE) - 1;
    }
    ex_pool_map_add(block);
    return block;
}

static struct pool_block *block_take(uint32_t class)
{
    struct pool_block *block = ke->ex->free_blocks[class];

    if (block != NULL)
        ke->ex->free_blocks[class] = block->next;
    else
        block = block_new(ex_pool_class_bytes(class));
    return block;
}

bool ex_pool_unlucky(POOL_TYPE type, uint32_t tag)
{
    return fault_fails_memory(type, tag) || ke_choose(CHOICE_POOL, 2, &tag) != 0;
}

/* ---- The next block's header ----------------------------------------------------------------- */

static size_t units(size_t bytes) { return (bytes + POOL_UNIT - 1) / POOL_UNIT; }

static char *next_header(struct pool_block *block)
{
    return (char *)(block + 1) + units(block->bytes) * POOL_UNIT;
}

/* Value of the header behind a block: PreviousSize, with the block's tag as a mark. */
static uint64_t header_value(const struct pool_block *block)
{
    return (uint64_t)block->tag->tag << 32 | (uint32_t)(units(block->bytes) + 1);
}

/* With guests each block has a header behind it, too: Windows has one there always. */
static bool has_next_headers(void) { return ke->switches.pool_tagging || ke_guests(); }

/* The kernel's own structures, of which the pool is charged another size, have no header behind. */
static void header_write(struct pool_block *block, bool by_size)
{
    uint64_t value = header_value(block);

    block->flags = has_next_headers() && by_size ? BLOCK_GUARDED : 0;
    if (block->flags & BLOCK_GUARDED)
        memcpy(next_header(block), &value, sizeof value);
}

static void header_check(struct pool_block *block)
{
    uint32_t address = block->slot->address;
    uint64_t value = header_value(block);

    if ((block->flags & BLOCK_GUARDED) != 0 &&
        memcmp(next_header(block), &value, sizeof value) != 0)
        ke_stop(BAD_POOL_HEADER, SIZES_DO_NOT_FIT, address - POOL_HEADER_BYTES,
                address + (uint32_t)(units(block->bytes) * POOL_UNIT), 0);
}

/* With guests a free block is filled, so that what was kept of it leads nowhere; a block whose
 * bytes have changed meanwhile was written after it was freed, and its pool is corrupt. */
static void fill(struct pool_block *block)
{
    memset(block + 1, FREED_BYTE, MIN_OF(ex_pool_class_bytes(block->class), (size_t)FILLED_MOST));
    block->state = BLOCK_FILLED;
}

static void filling_check(const struct pool_block *block)
{
    const unsigned char *bytes = (const unsigned char *)(block + 1);
    size_t size = MIN_OF(ex_pool_class_bytes(block->class), (size_t)FILLED_MOST);

    /* Each byte is the one before it, and the first is right. */
    if (bytes[0] != FREED_BYTE || memcmp(bytes, bytes + 1, size - 1) != 0)
        ke_stop(BAD_POOL_HEADER, LIST_IS_CORRUPT, block->slot->address - POOL_HEADER_BYTES, 0, 0);
}

/* A block in front of this one may have overrun into its header. */
static bool has_whole_header(const struct pool_block *block)
{
    return block->tag >= ke->ex->tags && block->tag < ke->ex->tags + POOL_TAGS_MAX &&
           block->class < POOL_CLASSES && arena_holds(ke->sim->arena, block->slot);
}

/* Bytes of host memory for a block. */
static size_t host_bytes(size_t bytes)
{
    return has_next_headers() ? units(bytes) * POOL_UNIT + POOL_HEADER_BYTES : bytes;
}

SIZE_T ExQueryPoolBlockSize(PVOID memory, PBOOLEAN charged)
{
    const struct pool_block *block = header_of(memory);

    *charged = block->charged != NULL;
    return units(block->bytes) * POOL_UNIT +
           (ke->switches.pool_tagging && (block->flags & BLOCK_GUARDED) != 0 ? POOL_HEADER_BYTES
                                                                             : 0);
}

static struct pool_block *normal_take(struct pool_tag *row, size_t bytes, bool by_size,
                                      size_t charged)
{
    struct pool_block *block = block_take(class_of(host_bytes(bytes)));

    if (block->state == BLOCK_FILLED)
        filling_check(block);
    block->tag = row;
    block->slot = slot_take(row);
    block->bytes = (uint32_t)charged;
    block->class = (uint8_t)class_of(host_bytes(bytes));
    block->state = BLOCK_LIVE;
    header_write(block, by_size);
    return block;
}

/* What allocate is told of a request. */
enum { MAY_FAIL = 1, ASKED = 2 /* The caller has named the size. */ };

/* Allocates `bytes` of memory, and charges the pool `charged`. */
static void *allocate(POOL_TYPE type, size_t bytes, size_t charged, uint32_t tag, uint32_t how)
{
    struct ex_state *ex = ke->ex;
    struct pool_tag *row = tag_find(type, tag);
    bool special = ex->special_next;

    ex->special_next = false;
    if (KeGetCurrentIrql() > pool_irql(type))
        ke_stop(BAD_POOL_CALLER, POOL_ALLOC_IRQL, KeGetCurrentIrql(), (uint32_t)type,
                (uint32_t)charged);
    ex_cost(COST_POOL);
    if ((how & MAY_FAIL) != 0 && ex_pool_unlucky(type, tag))
        return refuse(type, row);
    if (charged > ke->ex->limits[type] - ex->bytes[type] ||
        class_of(host_bytes(bytes)) >= POOL_CLASSES) {
        log_exhausted(type);
        return refuse(type, row);
    }
    struct pool_block *block = special ? vf_special_take(type, bytes, tag) : NULL;

    if (block == NULL)
        block = normal_take(row, bytes, bytes == charged, charged);
    block->tag = row;
    block->charged = NULL;
    block->name = UNLIKELY(ke->orders != NULL) ? ki_orders_taken() : 0;
    block->bytes = (uint32_t)charged;
    ex->bytes[type] += charged;
    ex->peak[type] = MAX_OF(ex->peak[type], ex->bytes[type]);
    row->use.bytes += charged;
    row->use.blocks++;
    row->use.allocs++;
    if ((how & ASKED) != 0) {
        block->flags |= BLOCK_ASKED;
        ke_record_beside(REC_POOL_ALLOC, (uint32_t)type, tag, block->slot->address,
                         (uint32_t)charged, 'd');
    } else {
        ke_record(REC_POOL_ALLOC, (uint32_t)type, tag, block->slot->address, (uint32_t)charged);
    }
    return memory_of(block);
}

static void *zeroed(void *memory, size_t bytes)
{
    return memory != NULL ? memset(memory, 0, bytes) : NULL;
}

void *ex_pool_take_as(POOL_TYPE type, size_t bytes, size_t charged, uint32_t tag)
{
    return zeroed(allocate(type, bytes, charged, tag, 0), bytes);
}

void *ex_pool_take_with_part(POOL_TYPE type, size_t bytes, size_t charged, uint32_t tag)
{
    return zeroed(allocate(type, bytes, charged, tag, ASKED), bytes);
}

void *ex_pool_try_as(POOL_TYPE type, size_t bytes, size_t charged, uint32_t tag)
{
    return allocate(type, bytes, charged, tag, MAY_FAIL);
}

void *ex_pool_take(POOL_TYPE type, size_t bytes, uint32_t tag)
{
    return zeroed(allocate(type, bytes, bytes, tag, ASKED), bytes);
}

void *ex_pool_try(POOL_TYPE type, size_t bytes, uint32_t tag)
{
    return allocate(type, bytes, bytes, tag, MAY_FAIL | ASKED);
}

/* The pool of a type: a type is a pool and flags, such as cache alignment. */
static POOL_TYPE pool_of(POOL_TYPE type) { return (POOL_TYPE)((uint32_t)type & PagedPool); }

static bool has_flag(POOL_TYPE type, uint32_t flag) { return ((uint32_t)type & flag) != 0; }

static PVOID allocate_for_driver(POOL_TYPE type, SIZE_T bytes, ULONG tag)
{
    if (has_flag(type, NonPagedPoolMustSucceed))
        ke_stop(BAD_POOL_CALLER, POOL_MUST_SUCCEED, (uint32_t)type, (uint32_t)bytes, tag);
    if (bytes == 0)
        ke_stop(BAD_POOL_CALLER, POOL_ZERO_BYTES, 0, (uint32_t)type, tag);
    if (tag == 0)
        ke_stop(BAD_POOL_CALLER, POOL_ZERO_TAG, (uint32_t)type, (uint32_t)bytes, 0);
    /* A cache line begins where a page does. */
    if (has_flag(type, NonPagedPoolCacheAligned) && bytes < PAGE_SIZE)
        return allocate(pool_of(type), PAGE_SIZE, bytes, tag, MAY_FAIL | ASKED);
    return ex_pool_try(pool_of(type), bytes, tag);
}

PVOID ExAllocatePoolWithTag(POOL_TYPE type, SIZE_T bytes, ULONG tag)
{
    PVOID memory = allocate_for_driver(type, bytes, tag);

    if (memory == NULL && has_flag(type, POOL_RAISE_IF_ALLOCATION_FAILURE))
        ke_raise_status(STATUS_INSUFFICIENT_RESOURCES);
    return memory;
}

bool fault_leak_pool(POOL_TYPE type, uint32_t bytes, uint32_t tag)
{
    struct ex_state *ex = ke->ex;
    struct pool_tag *row = tag_find(type, tag);

    if (bytes > ke->ex->limits[type] - ex->bytes[type]) {
        log_exhausted(type);
        return refuse(type, row) != NULL;
    }
    ex->bytes[type] += bytes;
    ex->peak[type] = MAX_OF(ex->peak[type], ex->bytes[type]);
    row->use.bytes += bytes;
    row->use.blocks++;
    row->use.allocs++;
    ke_record(REC_POOL_ALLOC, (uint32_t)type, tag, 0, bytes);
    return true;
}

void fault_return_leaks(POOL_TYPE type, uint32_t tag)
{
    struct pool_tag *row = tag_find(type, tag);

    ke_record(REC_POOL_FREE, 0, tag, (uint32_t)row->use.bytes, (uint32_t)type);
    ke->ex->bytes[type] -= row->use.bytes;
    row->use.bytes = 0;
    row->use.frees += row->use.blocks;
    row->use.blocks = 0;
}

static uint64_t *quota_of(struct ke_process *process, uint32_t type)
{
    return type == PagedPool ? &process->quota_paged : &process->quota_nonpaged;
}

/* Charges the quota of the process in force (1.6), which never refuses by itself: Windows 2003
 * raises the limits of a process as long as the pool has room [I]. */
PVOID ExAllocatePoolWithQuotaTag(POOL_TYPE type, SIZE_T bytes, ULONG tag)
{
    void *memory = allocate_for_driver(type, bytes, tag);

    if (memory == NULL && (!has_flag(type, POOL_QUOTA_FAIL_INSTEAD_OF_RAISE) ||
                           has_flag(type, POOL_RAISE_IF_ALLOCATION_FAILURE)))
        ke_raise_status(STATUS_INSUFFICIENT_RESOURCES);
    type = pool_of(type);
    if (memory != NULL && ke_current_process() != ke->system) {
        struct ke_process *process = ke_current_process();

        header_of(memory)->charged = process;
        *quota_of(process, type) += bytes;
        ObReferenceObject(process);
    }
    return memory;
}

/* ---- Free ------------------------------------------------------------------------------------ */

static void return_quota(struct pool_block *block)
{
    struct ke_process *process = block->charged;

    *quota_of(process, block->tag->type) -= block->bytes;
    ObDereferenceObject(process);
}

/* First word of NT's pool header of a free block: its size in units of 8 bytes. */
static uint32_t header_contents(const struct pool_block *block)
{
    return (block->bytes + POOL_HEADER_BYTES + POOL_UNIT - 1) / POOL_UNIT << 16;
}

static void check_free(const struct pool_block *block, uint32_t tag, bool tagged)
{
    uint32_t address = block->slot->address;
    POOL_TYPE type = (POOL_TYPE)block->tag->type;

    if (block->state != BLOCK_LIVE)
        ke_stop(BAD_POOL_CALLER, POOL_ALREADY_FREE, POOL_LINE, header_contents(block), address);
    if (KeGetCurrentIrql() > pool_irql(type))
        ke_stop(BAD_POOL_CALLER, POOL_FREE_IRQL, KeGetCurrentIrql(), (uint32_t)type, address);
    if (tagged && tag != 0 && block->tag->tag != tag)
        ke_stop(BAD_POOL_CALLER, POOL_WRONG_TAG, address, block->tag->tag, tag);
}

static bool is_block(const struct pool_block *block)
{
    return arena_holds(ke->sim->arena, block) && ((uintptr_t)block & 15) == 0 &&
           (block->state == BLOCK_LIVE || block->state == BLOCK_FREE ||
            block->state == BLOCK_FILLED);
}

/* Stops for a pointer that the pool never gave (facts/ddi.md 2.3, 3.1). */
static NORETURN NT_FRAME void stop_bad_address(const void *memory)
{
    if (memory == NULL)
        ke_stop(BAD_POOL_CALLER, POOL_NOT_ALLOCATED, 0, MM_SYSTEM_FIRST, 0);
    if (mm_is_simulated(memory) && (uint32_t)(uintptr_t)memory < MM_SYSTEM_FIRST)
        ke_stop(BAD_POOL_CALLER, POOL_USER_ADDRESS, (uint32_t)(uintptr_t)memory, MM_SYSTEM_FIRST,
                0);
    ke_stop(BAD_POOL_CALLER, POOL_BAD_ADDRESS, ke_address_shown(memory), 0, 0);
}

static void release(void *memory, uint32_t tag, bool tagged)
{
    struct ex_state *ex = ke->ex;
    struct pool_block *block = header_of(memory);

    if (memory == NULL || !is_block(block))
        stop_bad_address(memory);
    if (!has_whole_header(block))
        ke_stop(BAD_POOL_HEADER, SIZES_DO_NOT_FIT, 0, 0, 0);
    if (UNLIKELY((block->flags & BLOCK_SPECIAL) != 0))
        vf_special_check(block, memory);
    check_free(block, tag, tagged);
    header_check(block);
    if (UNLIKELY(ke->orders != NULL) && block->name != 0)
        ki_before_freeing(memory, block->bytes);
    ex_cost(COST_POOL);
    if (block->charged != NULL)
        return_quota(block);
    ex->bytes[block->tag->type] -= block->bytes;
    block->tag->use.bytes -= block->bytes;
    block->tag->use.blocks--;
    block->tag->use.frees++;
    if ((block->flags & BLOCK_ASKED) != 0)
        ke_record_beside(REC_POOL_FREE, block->slot->address, block->tag->tag, block->bytes,
                         block->tag->type, 'c');
    else
        ke_record(REC_POOL_FREE, block->slot->address, block->tag->tag, block->bytes,
                  block->tag->type);
    if (UNLIKELY(ke->vf != NULL))
        vf_pool_freed(memory);
    block->state = BLOCK_FREE;
    if (UNLIKELY((block->flags & BLOCK_SPECIAL) != 0)) {
        vf_special_give(block);
        return;
    }
    slot_give(block->tag, block->slot);
    if (UNLIKELY(ke_guests()))
        fill(block);
    block->next = ex->free_blocks[block->class];
    ex->free_blocks[block->class] = block;
}

VOID ExFreePoolWithTag(PVOID memory, ULONG tag) { release(memory, tag, true); }
VOID ExFreePool(PVOID memory) { release(memory, 0, false); }
void ex_pool_give(void *memory) { release(memory, 0, false); }

/* ---- Queries --------------------------------------------------------------------------------- */

uint32_t ex_pool_address(const void *memory)
{
    const struct pool_slot *slot = header_of(memory)->slot;

    /* A block that was freed has no slot. */
    return slot != NULL ? slot->address : ke_address_shown(memory);
}

uint64_t ex_pool_bytes(POOL_TYPE type) { return ke->ex->bytes[type]; }
uint64_t ex_pool_peak(POOL_TYPE type) { return ke->ex->peak[type]; }

uint32_t ex_pool_tags(struct ex_pool_use *out, uint32_t max, POOL_TYPE type)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < POOL_TAGS_MAX; i++) {
        const struct pool_tag *row = &ke->ex->tags[i];

        if (!row->used || row->type != type || count == max)
            continue;
        uint32_t at = count++;

        for (; at > 0 && out[at - 1].tag > row->tag; at--)
            out[at] = out[at - 1];
        out[at] = row->use;
    }
    return count;
}

/* ---- Shared small things --------------------------------------------------------------------- */

uint32_t ex_code_address(void) { return ke_address_new(REGION_IMAGE, 16); }

void ex_start(void)
{
    pool_start();
    ob_start();
    ex_workers_start();
}
