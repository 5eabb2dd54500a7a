/* ex_resource.c - ERESOURCE: many readers or one writer, by thread (facts/nt-kernel.md 4.5,
 * facts/ddi.md 2.6).
 *
 *   exclusive: its owner may acquire again, exclusive or shared
 *   shared:    an owner may acquire shared again, also past waiting writers; others wait behind
 *              them, unless they starve writers, and may choose to wait for them even as owners
 *
 * OwnerThreads[0] is the exclusive owner; shared owners are in OwnerThreads[1] and, without limit,
 * in OwnerTable. Semaphore, event and table are made when they are first needed and go with
 * ExDeleteResourceLite. Ownership is handed over by the releasing thread, so a woken waiter already
 * owns the resource. The caller is in a critical region or at APC_LEVEL; Windows does not check
 * that (Driver Verifier does: C4 0x37), and neither does this file.
 */
#include "model/kernel/ex.h"
#include "model/kernel/ke_cost.h"
#include "model/kernel/ke_orders.h"
#include "model/kernel/ke_record.h"
#include <string.h>

enum { OWNERS_STEP = 4, SHORT_WAIT_MS = 10 };
enum { NT_OWNER_BYTES = 8, NT_SEMAPHORE_BYTES = 0x14, NT_EVENT_BYTES = 0x10 };

/* How a thread acquires shared. */
enum sharing { SHARE, STARVE_EXCLUSIVE, WAIT_FOR_EXCLUSIVE };

static const uint32_t semaphore_tag = EX_TAG('R', 'e', 'S', 'e'),
                      event_tag = EX_TAG('R', 'e', 'E', 'v'),
                      table_tag = EX_TAG('R', 'e', 'T', 'a');

/* ---- The list of all ------------------------------------------------------------------------- */

static void delist(const ERESOURCE *resource)
{
    struct ex_resources *all = &ke->ex->resources;

    for (uint32_t i = 0; i < all->count; i++)
        if (all->list[i] == resource) {
            all->count--;
            memmove(all->list + i, all->list + i + 1, (all->count - i) * sizeof all->list[0]);
            return;
        }
}

static void enlist(PERESOURCE resource)
{
    struct ex_resources *all = &ke->ex->resources;

    delist(resource); /* A resource that was there before may have been freed with its memory. */
    if (all->count < EX_RESOURCES_MAX)
        all->list[all->count++] = resource;
}

/* A resource's own list entry is linked to itself here. */
bool ex_resource_stands(const ERESOURCE *resource)
{
    return resource->SystemResourcesList.Flink == &resource->SystemResourcesList &&
           resource->SystemResourcesList.Blink == &resource->SystemResourcesList;
}

NTSTATUS ExInitializeResourceLite(PERESOURCE resource)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    memset(resource, 0, sizeof *resource);
    InitializeListHead(&resource->SystemResourcesList);
    enlist(resource);
    ke_address_new(REGION_EMBEDDED, 16);
    ke_address_give(resource, REGION_EMBEDDED, 16);
    return STATUS_SUCCESS;
}

/* Allocates what an acquisition cannot do without: a full pool delays it. */
static void *need(size_t bytes, size_t charged, uint32_t tag)
{
    LARGE_INTEGER pause = { .QuadPart = -(LONGLONG)SHORT_WAIT_MS * 10000 };
    void *memory;

    while ((memory = ex_pool_take_as(NonPagedPool, bytes, charged, tag)) == NULL)
        KeDelayExecutionThread(KernelMode, FALSE, &pause);
    return memory;
}

/* ---- Owners ---------------------------------------------------------------------------------- */

static bool is_exclusive(const ERESOURCE *resource)
{
    return (resource->Flag & ResourceOwnedExclusive) != 0;
}

static ULONG table_size(const ERESOURCE *resource)
{
    return resource->OwnerTable != NULL ? resource->OwnerTable[0].TableSize : 0;
}

/* Finds the entry of an owner; 0: a free entry for shared owners. NULL: there is none. */
static OWNER_ENTRY *owner_of(PERESOURCE resource, ERESOURCE_THREAD owner)
{
    for (int i = owner == 0; i < 2; i++)
        if (resource->OwnerThreads[i].OwnerThread == owner)
            return &resource->OwnerThreads[i];
    for (ULONG i = 1; i < table_size(resource); i++)
        if (resource->OwnerTable[i].OwnerThread == owner)
            return &resource->OwnerTable[i];
    return NULL;
}

/* Makes room for more shared owners. Allocating is a point: another thread may have made it
 * meanwhile. */
static void grow_table(PERESOURCE resource)
{
    ULONG size = table_size(resource), more = size + OWNERS_STEP;
    OWNER_ENTRY *table = need(more * sizeof *table, more * (size_t)NT_OWNER_BYTES, table_tag);

    if (table_size(resource) != size) {
        ex_pool_give(table);
        return;
    }
    OWNER_ENTRY *before = resource->OwnerTable;

    if (before != NULL)
        memcpy(table, before, size * sizeof *table);
    table[0].TableSize = more;
    resource->OwnerTable = table;
    if (before != NULL)
        ex_pool_give(before);
}

/* Enters a shared owner; the resource counts it already. */
static void add_shared(PERESOURCE resource, ERESOURCE_THREAD owner)
{
    OWNER_ENTRY *entry;

    while ((entry = owner_of(resource, 0)) == NULL)
        grow_table(resource);
    entry->OwnerThread = owner;
    entry->OwnerCount = 1;
}

/* Writes the LOCK record of an owner's first acquisition. */
static BOOLEAN acquired(const ERESOURCE *resource)
{
    ke_record(REC_LOCK, ke_address_of(resource), 0, 0, 0);
    return TRUE;
}

/* True if somebody could acquire it: a writer if it is free, a reader beside other readers. */
static bool is_shared_or_free(const void *resource, const struct ke_thread *thread)
{
    (void)thread;
    return !is_exclusive(resource);
}

static void stand_before_release(PERESOURCE resource)
{
    if (UNLIKELY(ke->orders != NULL))
        ki_before_waited(resource, KE_WRITES, is_shared_or_free);
}

/* ---- Acquiring ------------------------------------------------------------------------------- */

static PKEVENT exclusive_event(PERESOURCE resource)
{
    if (resource->ExclusiveWaiters == NULL) {
        PKEVENT event = need(sizeof *event, NT_EVENT_BYTES, event_tag);

        KeInitializeEvent(event, SynchronizationEvent, FALSE);
        if (resource->ExclusiveWaiters == NULL)
            resource->ExclusiveWaiters = event;
        else
            ex_pool_give(event);
    }
    return resource->ExclusiveWaiters;
}

static PKSEMAPHORE shared_semaphore(PERESOURCE resource)
{
    if (resource->SharedWaiters == NULL) {
        PKSEMAPHORE semaphore = need(sizeof *semaphore, NT_SEMAPHORE_BYTES, semaphore_tag);

        KeInitializeSemaphore(semaphore, 0, MAXLONG);
        if (resource->SharedWaiters == NULL)
            resource->SharedWaiters = semaphore;
        else
            ex_pool_give(semaphore);
    }
    return resource->SharedWaiters;
}

static bool take_exclusive(PERESOURCE resource, ERESOURCE_THREAD self)
{
    if (resource->ActiveCount != 0)
        return false;
    resource->Flag |= ResourceOwnedExclusive;
    resource->ActiveCount = 1;
    resource->OwnerThreads[0].OwnerThread = self;
    resource->OwnerThreads[0].OwnerCount = 1;
    return true;
}

/* In free order an acquisition is one step: possible when it need not wait. */
static void stand_before(PERESOURCE resource, BOOLEAN wait,
                         bool (*open)(const void *, const struct ke_thread *))
{
    if (UNLIKELY(ke->orders != NULL))
        ki_before(&(struct ke_step){
            .count = 1, .object = { resource }, .effect = KE_WRITES, .open = wait ? open : NULL });
}

static bool may_take_exclusive(const void *object, const struct ke_thread *thread)
{
    const ERESOURCE *resource = object;

    return resource->ActiveCount == 0 ||
           (is_exclusive(resource) &&
            resource->OwnerThreads[0].OwnerThread == (ERESOURCE_THREAD)thread);
}

BOOLEAN ExAcquireResourceExclusiveLite(PERESOURCE resource, BOOLEAN wait)
{
    ERESOURCE_THREAD self = (ERESOURCE_THREAD)ke_current_thread();

    ke_require_irql_of(APC_LEVEL, resource);
    stand_before(resource, wait, may_take_exclusive);
    ex_cost(COST_LOCK);
    if (is_exclusive(resource) && resource->OwnerThreads[0].OwnerThread == self) {
        resource->OwnerThreads[0].OwnerCount++;
        return TRUE;
    }
    if (take_exclusive(resource, self))
        return acquired(resource);
    if (!wait)
        return FALSE;
    PKEVENT event = exclusive_event(resource);

    if (take_exclusive(resource, self)) /* The resource was released meanwhile. */
        return acquired(resource);
    resource->ContentionCount++;
    resource->NumberOfExclusiveWaiters++;
    KeWaitForSingleObject(event, WrExecutive, KernelMode, FALSE, NULL);
    /* The releasing thread handed it over without an owner. */
    resource->OwnerThreads[0].OwnerThread = self;
    return acquired(resource);
}

/* True if a thread that is no owner may share now. */
static bool may_share(const ERESOURCE *resource, enum sharing how)
{
    return !is_exclusive(resource) &&
           (resource->NumberOfExclusiveWaiters == 0 || how == STARVE_EXCLUSIVE);
}

/* The ways to share differ while a writer waits. In free order none does: he stands before it. */
static bool may_take_shared(const void *object, const struct ke_thread *thread)
{
    const ERESOURCE *resource = object;

    return !is_exclusive(resource) ||
           resource->OwnerThreads[0].OwnerThread == (ERESOURCE_THREAD)thread;
}

static BOOLEAN acquire_shared(PERESOURCE resource, BOOLEAN wait, enum sharing how)
{
    ERESOURCE_THREAD self = (ERESOURCE_THREAD)ke_current_thread();

    ke_require_irql_of(APC_LEVEL, resource);
    stand_before(resource, wait, may_take_shared);
    ex_cost(COST_LOCK);
    OWNER_ENTRY *mine = owner_of(resource, self);
    bool behind = how == WAIT_FOR_EXCLUSIVE && !is_exclusive(resource) &&
                  resource->NumberOfExclusiveWaiters > 0;

    if (mine != NULL && !behind) {
        mine->OwnerCount++;
        return TRUE;
    }
    if (may_share(resource, how)) {
        resource->ActiveCount++;
        add_shared(resource, self);
        return acquired(resource);
    }
    if (!wait)
        return FALSE;
    PKSEMAPHORE semaphore = shared_semaphore(resource);

    if (may_share(resource, how)) {
        resource->ActiveCount++;
    } else {
        resource->ContentionCount++;
        resource->NumberOfSharedWaiters++;
        KeWaitForSingleObject(semaphore, WrExecutive, KernelMode, FALSE, NULL);
    }
    add_shared(resource, self); /* The thread is counted already. */
    return acquired(resource);
}

BOOLEAN ExAcquireResourceSharedLite(PERESOURCE resource, BOOLEAN wait)
{
    return acquire_shared(resource, wait, SHARE);
}

BOOLEAN ExAcquireSharedStarveExclusive(PERESOURCE resource, BOOLEAN wait)
{
    return acquire_shared(resource, wait, STARVE_EXCLUSIVE);
}

BOOLEAN ExAcquireSharedWaitForExclusive(PERESOURCE resource, BOOLEAN wait)
{
    return acquire_shared(resource, wait, WAIT_FOR_EXCLUSIVE);
}

/* ---- Releasing ------------------------------------------------------------------------------- */

/* Lets all waiting readers in. */
static void admit_readers(PERESOURCE resource)
{
    SHORT count = (SHORT)resource->NumberOfSharedWaiters;

    resource->ActiveCount = (SHORT)(resource->ActiveCount + count);
    resource->NumberOfSharedWaiters = 0;
    KeReleaseSemaphore(resource->SharedWaiters, 0, count, FALSE);
}

/* Passes the resource on after the last release: from a writer to all waiting readers, from readers
 * to a writer. */
static void hand_over(PERESOURCE resource)
{
    bool was_exclusive = is_exclusive(resource);

    resource->Flag &= (USHORT)~ResourceOwnedExclusive;
    if (resource->NumberOfSharedWaiters > 0 &&
        (was_exclusive || resource->NumberOfExclusiveWaiters == 0)) {
        admit_readers(resource);
    } else if (resource->NumberOfExclusiveWaiters > 0) {
        resource->NumberOfExclusiveWaiters--;
        take_exclusive(resource, 0);
        KeSetEvent(resource->ExclusiveWaiters, 0, FALSE);
    }
}

VOID ExReleaseResourceForThreadLite(PERESOURCE resource, ERESOURCE_THREAD owner)
{
    ke_require_irql_of(DISPATCH_LEVEL, resource);
    stand_before_release(resource);
    OWNER_ENTRY *entry = owner_of(resource, owner);

    ex_cost(COST_LOCK);
    if (entry == NULL || owner == 0)
        ke_stop(RESOURCE_NOT_OWNED, ke_address_of(resource), ke_current_thread()->address,
                resource->OwnerTable != NULL ? ex_pool_address(resource->OwnerTable) : 0, 0);
    if (--entry->OwnerCount > 0)
        return;
    ke_record(REC_UNLOCK, ke_address_of(resource), 0, 0, 0);
    entry->OwnerThread = 0;
    if (--resource->ActiveCount == 0)
        hand_over(resource);
}

VOID ExReleaseResourceLite(PERESOURCE resource)
{
    ExReleaseResourceForThreadLite(resource, (ERESOURCE_THREAD)ke_current_thread());
}

VOID ExConvertExclusiveToSharedLite(PERESOURCE resource)
{
    ke_require_irql_of(DISPATCH_LEVEL, resource);
    stand_before_release(resource);
    ex_cost(COST_LOCK);
    if (!is_exclusive(resource)) /* A free build ignores a caller that owns it shared. */
        return;
    resource->Flag &= (USHORT)~ResourceOwnedExclusive;
    resource->OwnerThreads[1] = resource->OwnerThreads[0];
    resource->OwnerThreads[0].OwnerThread = 0;
    resource->OwnerThreads[0].OwnerCount = 0;
    if (resource->NumberOfSharedWaiters > 0)
        admit_readers(resource);
}

/* ---- Questions, and the end ------------------------------------------------------------------ */

BOOLEAN ExIsResourceAcquiredExclusiveLite(PERESOURCE resource)
{
    ke_require_irql_of(DISPATCH_LEVEL, resource);
    return is_exclusive(resource) &&
           resource->OwnerThreads[0].OwnerThread == (ERESOURCE_THREAD)ke_current_thread();
}

ULONG ExIsResourceAcquiredSharedLite(PERESOURCE resource)
{
    ke_require_irql_of(DISPATCH_LEVEL, resource);
    const OWNER_ENTRY *mine = owner_of(resource, (ERESOURCE_THREAD)ke_current_thread());

    return mine != NULL ? (ULONG)mine->OwnerCount : 0;
}

ULONG ExGetExclusiveWaiterCount(PERESOURCE resource) { return resource->NumberOfExclusiveWaiters; }
ULONG ExGetSharedWaiterCount(PERESOURCE resource) { return resource->NumberOfSharedWaiters; }

VOID ExSetResourceOwnerPointer(PERESOURCE resource, PVOID owner)
{
    OWNER_ENTRY *mine = owner_of(resource, (ERESOURCE_THREAD)ke_current_thread());

    if (mine == NULL)
        ke_stop(RESOURCE_NOT_OWNED, ke_address_of(resource), ke_current_thread()->address, 0, 0);
    mine->OwnerThread = (ERESOURCE_THREAD)owner;
}

NTSTATUS ExReinitializeResourceLite(PERESOURCE resource)
{
    OWNER_ENTRY *table = resource->OwnerTable;

    for (ULONG i = 1; i < table_size(resource); i++)
        memset(&table[i], 0, sizeof table[i]);
    memset(resource->OwnerThreads, 0, sizeof resource->OwnerThreads);
    resource->ActiveCount = 0;
    resource->Flag = 0;
    resource->ContentionCount = 0;
    resource->NumberOfSharedWaiters = resource->NumberOfExclusiveWaiters = 0;
    return STATUS_SUCCESS;
}

NTSTATUS ExDeleteResourceLite(PERESOURCE resource)
{
    ke_require_irql_of(DISPATCH_LEVEL, resource);
    delist(resource);
    if (resource->SharedWaiters != NULL)
        ex_pool_give(resource->SharedWaiters);
    if (resource->ExclusiveWaiters != NULL)
        ex_pool_give(resource->ExclusiveWaiters);
    if (resource->OwnerTable != NULL)
        ex_pool_give(resource->OwnerTable);
    resource->SharedWaiters = NULL;
    resource->ExclusiveWaiters = NULL;
    resource->OwnerTable = NULL;
    return STATUS_SUCCESS;
}
