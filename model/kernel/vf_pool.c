/* vf_pool.c - pool calls of verified drivers: levels, sizes, what is left at unload, and what of
 * the kernel still lies in memory that is freed. */
#include "model/kernel/ex.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/kernel.h"
#include "model/kernel/vf.h"
#include "model/kernel/vf_inside.h"
#include "model/words/bugchecks.h"
#include "sim/host/fault.h"
#include <stdio.h>
#include <string.h>

#define ERESOURCES_MAX 64

/* Sub-codes of 0xC4 and of 0xC7. */
enum {
    C4_ZERO_BYTES = 0x00,
    C4_PAGED_AT_DISPATCH = 0x01,
    C4_NONPAGED_ABOVE_DISPATCH = 0x02,
    C4_FREE_OF_NOTHING = 0x10,
    C4_FREE_PAGED_AT_DISPATCH = 0x11,
    C4_FREE_ABOVE_DISPATCH = 0x12,
    C4_RESOURCE_IN_FREED_POOL = 0x17,
    C4_POOL_LEFT = 0x62,
    C7_TIMER = 0,
    C7_DPC = 1,
};

struct vf_block {
    struct vf_block *next; /* In its bucket, or free. */
    const char *start;
    size_t bytes;
    ULONG tag;
    struct vf_driver *driver;
    uint64_t number;       /* Number of the allocation, rising. */
    struct vf_stack stack; /* Stack of its allocation. */
};

struct vf_pool {
    struct vf_block *buckets[VF_BUCKETS], *free;
    uint64_t noted;
    PERESOURCE resources[ERESOURCES_MAX]; /* Initialised and not deleted; NULL: free. */
};

static struct vf_pool *pool(void)
{
    if (ke->vf->pool == NULL)
        ke->vf->pool = arena_take(ke->sim->arena, sizeof *ke->vf->pool, 16);
    return ke->vf->pool;
}

/* Blocks lie in the arena, so their distance from its beginning is the same in every run. */
static struct vf_block **bucket_of(const void *start)
{
    uintptr_t offset = (uintptr_t)start - (uintptr_t)ke->sim->arena->base;

    return &pool()->buckets[offset / 16 % VF_BUCKETS];
}

static void note(struct vf_driver *driver, const void *start, size_t bytes, ULONG tag)
{
    struct vf_block *block = pool()->free, **bucket = bucket_of(start);

    if (block != NULL)
        pool()->free = block->next;
    else
        block = arena_take(ke->sim->arena, sizeof *block, 16);
    *block = (struct vf_block){ .next = *bucket,
                                .start = start,
                                .bytes = bytes,
                                .tag = tag,
                                .driver = driver,
                                .number = pool()->noted++ };
    vf_keep_stack(&block->stack);
    vf_special_allocated(start, &block->stack);
    *bucket = block;
}

static struct vf_block **find(const void *start)
{
    struct vf_block **at = bucket_of(start);

    while (*at != NULL && (*at)->start != start)
        at = &(*at)->next;
    return at;
}

/* ---- Allocating ------------------------------------------------------------------------------ */

static void check_allocation(POOL_TYPE type, SIZE_T bytes)
{
    KIRQL irql = ke->cpu->irql;
    bool paged = (type & PagedPool) != 0;

    if (bytes == 0)
        vf_stop(DRIVER_VERIFIER_DETECTED_VIOLATION, C4_ZERO_BYTES, irql, type, 0,
                "A driver asks for a pool block of zero bytes.", NULL, NULL);
    if (paged ? irql > APC_LEVEL : irql > DISPATCH_LEVEL)
        vf_stop(DRIVER_VERIFIER_DETECTED_VIOLATION,
                paged ? C4_PAGED_AT_DISPATCH : C4_NONPAGED_ABOVE_DISPATCH, irql, type,
                (uint32_t)bytes,
                paged ? "A driver allocates paged pool above APC_LEVEL."
                      : "A driver allocates nonpaged pool above DISPATCH_LEVEL.",
                NULL, NULL);
}

/* True if the allocation goes on; `kept` notes it afterwards. */
static bool may_allocate(struct vf_driver *driver, POOL_TYPE type, SIZE_T bytes)
{
    if (driver == NULL)
        return true;
    check_allocation(type, bytes);
    if (vf_unlucky(driver))
        return false;
    ke->ex->special_next = vf_special_wants(type, bytes);
    return true;
}

/* What an allocation returns that was made to fail: nothing, unless the real function raises. */
static PVOID failed(POOL_TYPE type, bool quota)
{
    if ((type & POOL_RAISE_IF_ALLOCATION_FAILURE) != 0 ||
        (quota && (type & POOL_QUOTA_FAIL_INSTEAD_OF_RAISE) == 0))
        ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
    return NULL;
}

static PVOID kept(struct vf_driver *driver, PVOID block, SIZE_T bytes, ULONG tag)
{
    ke->ex->special_next = false;
    if (driver != NULL && block != NULL)
        note(driver, block, bytes, tag);
    return block;
}

NT_FRAME PVOID VfExAllocatePoolWithTag(POOL_TYPE type, SIZE_T bytes, ULONG tag)
{
    struct vf_driver *driver = vf_driver_of(HOST_CALLER());

    if (!may_allocate(driver, type, bytes))
        return failed(type, false);
    return kept(driver, ExAllocatePoolWithTag(type, bytes, tag), bytes, tag);
}

NT_FRAME PVOID VfExAllocatePool(POOL_TYPE type, SIZE_T bytes)
{
    struct vf_driver *driver = vf_driver_of(HOST_CALLER());

    if (!may_allocate(driver, type, bytes))
        return failed(type, false);
    return kept(driver, ExAllocatePool(type, bytes), bytes, 'enoN');
}

NT_FRAME PVOID VfExAllocatePoolWithTagPriority(POOL_TYPE type, SIZE_T bytes, ULONG tag,
                                               EX_POOL_PRIORITY priority)
{
    struct vf_driver *driver = vf_driver_of(HOST_CALLER());

    if (!may_allocate(driver, type, bytes))
        return failed(type, false);
    return kept(driver, ExAllocatePoolWithTagPriority(type, bytes, tag, priority), bytes, tag);
}

NT_FRAME PVOID VfExAllocatePoolWithQuotaTag(POOL_TYPE type, SIZE_T bytes, ULONG tag)
{
    struct vf_driver *driver = vf_driver_of(HOST_CALLER());

    if (!may_allocate(driver, type, bytes))
        return failed(type, true);
    return kept(driver, ExAllocatePoolWithQuotaTag(type, bytes, tag), bytes, tag);
}

NT_FRAME PVOID VfExAllocatePoolWithQuota(POOL_TYPE type, SIZE_T bytes)
{
    struct vf_driver *driver = vf_driver_of(HOST_CALLER());

    if (!may_allocate(driver, type, bytes))
        return failed(type, true);
    return kept(driver, ExAllocatePoolWithQuota(type, bytes), bytes, 'enoN');
}

/* ---- Freeing --------------------------------------------------------------------------------- */

static bool lies_in(const void *what, const void *start, size_t bytes)
{
    return (uintptr_t)what - (uintptr_t)start < bytes;
}

static void no_timer_in(const void *start, size_t bytes, const struct vf_stack *allocated)
{
    uint32_t from = ke_address_shown(start);

    for (PLIST_ENTRY at = ke->timers.Flink; at != &ke->timers; at = at->Flink) {
        PKTIMER timer = CONTAINING_RECORD(at, KTIMER, TimerListEntry);

        if (lies_in(timer, start, bytes))
            vf_stop(TIMER_OR_DPC_INVALID, C7_TIMER, ke_address_shown(timer), from,
                    from + (uint32_t)bytes, "Memory is freed that holds a timer which is set.",
                    "It was allocated by", allocated);
    }
}

static void no_dpc_in(const void *start, size_t bytes, const struct vf_stack *allocated)
{
    uint32_t from = ke_address_shown(start);

    for (uint32_t i = 0; i < ke->cpu_count; i++)
        for (PLIST_ENTRY at = ke->cpus[i].dpcs.Flink; at != &ke->cpus[i].dpcs; at = at->Flink) {
            PKDPC dpc = CONTAINING_RECORD(at, KDPC, DpcListEntry);

            if (lies_in(dpc, start, bytes))
                vf_stop(TIMER_OR_DPC_INVALID, C7_DPC, ke_address_shown(dpc), from,
                        from + (uint32_t)bytes, "Memory is freed that holds a DPC which is queued.",
                        "It was allocated by", allocated);
        }
}

static void memory_goes(const void *start, size_t bytes, const struct vf_stack *allocated)
{
    no_timer_in(start, bytes, allocated);
    no_dpc_in(start, bytes, allocated);
    for (size_t i = 0; i < ERESOURCES_MAX; i++)
        if (pool()->resources[i] != NULL && lies_in(pool()->resources[i], start, bytes))
            vf_stop(DRIVER_VERIFIER_DETECTED_VIOLATION, C4_RESOURCE_IN_FREED_POOL,
                    ke_address_shown(pool()->resources[i]), 0, ke_address_shown(start),
                    "Memory is freed that holds an ERESOURCE which was not deleted.",
                    "It was allocated by", allocated);
    vf_locks_go(start, bytes);
}

static void check_free(PVOID block)
{
    const struct vf_block *found = *find(block);
    KIRQL irql = ke->cpu->irql;

    if (irql > DISPATCH_LEVEL)
        vf_stop(DRIVER_VERIFIER_DETECTED_VIOLATION, C4_FREE_ABOVE_DISPATCH, irql, 0,
                ke_address_shown(block), "A driver frees pool above DISPATCH_LEVEL.", NULL, NULL);
    if (block == NULL)
        vf_stop(DRIVER_VERIFIER_DETECTED_VIOLATION, C4_FREE_OF_NOTHING, 0, 0, 0,
                "A driver frees the address zero.", NULL, NULL);
    if (found == NULL)
        return; /* Another's, or freed: the pool's own rules. */
    memory_goes(found->start, found->bytes, &found->stack);
}

void vf_pool_freed(const void *start)
{
    struct vf_block **at = find(start), *found = *at;

    if (found == NULL)
        return;
    *at = found->next;
    found->next = pool()->free;
    pool()->free = found;
}

NT_FRAME VOID VfExFreePoolWithTag(PVOID block, ULONG tag)
{
    if (vf_driver_of(HOST_CALLER()) != NULL)
        check_free(block);
    ExFreePoolWithTag(block, tag);
}

NT_FRAME VOID VfExFreePool(PVOID block)
{
    if (vf_driver_of(HOST_CALLER()) != NULL)
        check_free(block);
    ExFreePool(block);
}

/* ---- Resources ------------------------------------------------------------------------------- */

NT_FRAME NTSTATUS VfExInitializeResourceLite(PERESOURCE resource)
{
    NTSTATUS status = ExInitializeResourceLite(resource);

    for (size_t i = 0; NT_SUCCESS(status) && i < ERESOURCES_MAX; i++)
        if (pool()->resources[i] == NULL || pool()->resources[i] == resource) {
            pool()->resources[i] = resource;
            break;
        }
    return status;
}

NT_FRAME NTSTATUS VfExDeleteResourceLite(PERESOURCE resource)
{
    for (size_t i = 0; i < ERESOURCES_MAX; i++)
        if (pool()->resources[i] == resource)
            pool()->resources[i] = NULL;
    return ExDeleteResourceLite(resource);
}

/* ---- Unload ---------------------------------------------------------------------------------- */

static struct vf_driver *driver_of_object(const DRIVER_OBJECT *object)
{
    return vf_driver_of((const void *)(uintptr_t)object->DriverUnload);
}

/* The number of blocks that a driver has not freed, and the first that it allocated of them. */
static uint32_t blocks_left(const struct vf_driver *driver, const struct vf_block **one)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < VF_BUCKETS; i++)
        for (const struct vf_block *at = pool()->buckets[i]; at != NULL; at = at->next)
            if (at->driver == driver) {
                count++;
                if (*one == NULL || at->number < (*one)->number)
                    *one = at;
            }
    return count;
}

static void check_pool_left(const struct vf_driver *driver, PDRIVER_OBJECT object)
{
    const struct vf_block *one = NULL;
    uint32_t count = blocks_left(driver, &one);
    char rule[160];

    if (count == 0)
        return;
    snprintf(rule, sizeof rule,
             "%s is unloaded and has not freed %u block%s of pool; one has %zu bytes, tag "
             "%c%c%c%c.",
             driver->name, count, count == 1 ? "" : "s", one->bytes, (int)(one->tag & 0x7f),
             (int)(one->tag >> 8 & 0x7f), (int)(one->tag >> 16 & 0x7f),
             (int)(one->tag >> 24 & 0x7f));
    vf_stop(DRIVER_VERIFIER_DETECTED_VIOLATION, C4_POOL_LEFT, ke_address_shown(object), 0, count,
            rule, "It was allocated by", &one->stack);
}

void vf_unloaded(PDRIVER_OBJECT object)
{
    const struct vf_driver *driver = ke->vf != NULL ? driver_of_object(object) : NULL;

    if (driver == NULL)
        return;
    for (PLIST_ENTRY at = ke->timers.Flink; at != &ke->timers; at = at->Flink) {
        PKTIMER timer = CONTAINING_RECORD(at, KTIMER, TimerListEntry);

        if (timer->Dpc != NULL && lies_in((const void *)(uintptr_t)timer->Dpc->DeferredRoutine,
                                          driver->base, driver->size))
            vf_stop(TIMER_OR_DPC_INVALID, C7_TIMER, ke_address_shown(timer),
                    ke->code_address(driver->base),
                    ke->code_address(driver->base) + (uint32_t)driver->size,
                    "A driver is unloaded, and a timer with a DPC of its is still set.", NULL,
                    NULL);
    }
    if (vf_has(VF_TRACKING))
        check_pool_left(driver, object);
}
