/* ex_resource.c - ERESOURCE: many readers or one writer, by thread (facts/nt-kernel.md 4.5).
 *
 *   exclusive: its owner may acquire again, exclusive or shared
 *   shared:    an owner may acquire shared again, also past waiting writers; others wait behind
 *
 * Ownership is handed over by the releasing thread, so a woken waiter already owns the resource.
 * The caller is in a critical region or at APC_LEVEL; Windows does not check that (Driver Verifier
 * does: C4 0x37), and neither does this file.
 */
#include "model/kernel/ex.h"
#include "model/kernel/ke_cost.h"
#include "model/kernel/ke_record.h"

NTSTATUS ExInitializeResourceLite(PERESOURCE resource)
{
    *resource = (ERESOURCE){ .ActiveCount = 0 };
    KeInitializeSemaphore(&resource->SharedSemaphore, 0, 0x7fffffff);
    KeInitializeEvent(&resource->ExclusiveEvent, SynchronizationEvent, FALSE);
    return STATUS_SUCCESS;
}

/* Finds the entry of an owner. Owners[0] is the exclusive owner's; shared owners have the
 * others. */
static OWNER_ENTRY *owner_of(PERESOURCE resource, const struct ke_thread *thread)
{
    for (int i = 0; i < ERESOURCE_OWNERS; i++)
        if (resource->Owners[i].OwnerCount > 0 && resource->Owners[i].OwnerThread == thread)
            return &resource->Owners[i];
    return NULL;
}

/* Writes the LOCK record of an owner's first acquisition. LOCK and UNLOCK name a resource by its
 * event, as the stops do. */
static BOOLEAN acquired(const ERESOURCE *resource)
{
    ke_record(REC_LOCK, resource->ExclusiveEvent.Header.Address, 0, 0, 0);
    return TRUE;
}

static void add_shared(PERESOURCE resource, struct ke_thread *thread)
{
    for (int i = 1; i < ERESOURCE_OWNERS; i++) {
        if (resource->Owners[i].OwnerCount == 0) {
            resource->Owners[i] = (OWNER_ENTRY){ thread, 1 };
            resource->ActiveCount++;
            return;
        }
    }
    check_failed_with(__FILE__, __LINE__, "too many shared owners: raise ERESOURCE_OWNERS (%d)",
                      ERESOURCE_OWNERS);
}

BOOLEAN ExAcquireResourceExclusiveLite(PERESOURCE resource, BOOLEAN wait)
{
    struct ke_thread *thread = ke_current_thread();

    ke_require_irql(APC_LEVEL, resource->ExclusiveEvent.Header.Address);
    ex_cost(COST_LOCK);
    if (resource->Exclusive && resource->Owners[0].OwnerThread == thread) {
        resource->Owners[0].OwnerCount++;
        return TRUE;
    }
    if (resource->ActiveCount == 0) {
        resource->Exclusive = TRUE;
        resource->ActiveCount = 1;
        resource->Owners[0] = (OWNER_ENTRY){ thread, 1 };
        return acquired(resource);
    }
    if (!wait)
        return FALSE;
    resource->ContentionCount++;
    resource->ExclusiveWaiters++;
    KeWaitForSingleObject(&resource->ExclusiveEvent, WrExecutive, KernelMode, FALSE, NULL);
    /* The releasing thread handed it over without an owner. */
    resource->Owners[0].OwnerThread = thread;
    return acquired(resource);
}

BOOLEAN ExAcquireResourceSharedLite(PERESOURCE resource, BOOLEAN wait)
{
    struct ke_thread *thread = ke_current_thread();

    ke_require_irql(APC_LEVEL, resource->ExclusiveEvent.Header.Address);
    ex_cost(COST_LOCK);
    OWNER_ENTRY *mine = owner_of(resource, thread);

    if (mine != NULL) {
        mine->OwnerCount++;
        return TRUE;
    }
    if (!resource->Exclusive && resource->ExclusiveWaiters == 0) {
        add_shared(resource, thread);
        return acquired(resource);
    }
    if (!wait)
        return FALSE;
    resource->ContentionCount++;
    resource->SharedWaiters++;
    KeWaitForSingleObject(&resource->SharedSemaphore, WrExecutive, KernelMode, FALSE, NULL);
    resource->ActiveCount--; /* The place counted at the hand-over becomes an entry. */
    add_shared(resource, thread);
    return acquired(resource);
}

/* Passes the resource on after the last release: from a writer to all waiting readers, from readers
 * to a writer. */
static void hand_over(PERESOURCE resource)
{
    bool was_exclusive = resource->Exclusive != 0;

    resource->Exclusive = FALSE;
    if (resource->SharedWaiters > 0 && (was_exclusive || resource->ExclusiveWaiters == 0)) {
        ULONG count = resource->SharedWaiters;

        resource->ActiveCount = count;
        resource->SharedWaiters = 0;
        KeReleaseSemaphore(&resource->SharedSemaphore, 0, (LONG)count, FALSE);
    } else if (resource->ExclusiveWaiters > 0) {
        resource->ExclusiveWaiters--;
        resource->Exclusive = TRUE;
        resource->ActiveCount = 1;
        resource->Owners[0] = (OWNER_ENTRY){ NULL, 1 };
        KeSetEvent(&resource->ExclusiveEvent, 0, FALSE);
    }
}

VOID ExReleaseResourceLite(PERESOURCE resource)
{
    struct ke_thread *thread = ke_current_thread();
    OWNER_ENTRY *mine = owner_of(resource, thread);

    ex_cost(COST_LOCK);
    if (mine == NULL)
        ke_stop(RESOURCE_NOT_OWNED, resource->ExclusiveEvent.Header.Address, thread->address, 0, 0);
    if (--mine->OwnerCount > 0)
        return;
    ke_record(REC_UNLOCK, resource->ExclusiveEvent.Header.Address, 0, 0, 0);
    mine->OwnerThread = NULL;
    if (--resource->ActiveCount == 0)
        hand_over(resource);
}

BOOLEAN ExIsResourceAcquiredExclusiveLite(PERESOURCE resource)
{
    return resource->Exclusive && resource->Owners[0].OwnerThread == ke_current_thread();
}

NTSTATUS ExDeleteResourceLite(PERESOURCE resource)
{
    UNREFERENCED_PARAMETER(resource); /* There is no system-wide list of resources here. */
    return STATUS_SUCCESS;
}
