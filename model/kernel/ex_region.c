/* ex_region.c - resources with the critical region that their owners need, in one call; quotas that
 * drivers charge themselves; yielding (facts/ddi.md 2.6, 2.14). */
#include "model/kernel/kernel.h"
#include "model/kernel/ob.h"
#include "model/kernel/ps.h"

PVOID ExEnterCriticalRegionAndAcquireResourceExclusive(PERESOURCE resource)
{
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(resource, TRUE);
    return NULL;
}

PVOID ExEnterCriticalRegionAndAcquireResourceShared(PERESOURCE resource)
{
    KeEnterCriticalRegion();
    ExAcquireResourceSharedLite(resource, TRUE);
    return NULL;
}

PVOID ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(PERESOURCE resource)
{
    KeEnterCriticalRegion();
    ExAcquireSharedWaitForExclusive(resource, TRUE);
    return NULL;
}

VOID ExReleaseResourceAndLeaveCriticalRegion(PERESOURCE resource)
{
    ExReleaseResourceLite(resource);
    KeLeaveCriticalRegion();
}

VOID ExDisableResourceBoostLite(PERESOURCE resource)
{
    UNREFERENCED_PARAMETER(resource);
    ke_require_irql(DISPATCH_LEVEL, 0);
}

/* ---- Quotas ---------------------------------------------------------------------------------- */

static uint64_t *quota_of(PEPROCESS process, POOL_TYPE type)
{
    return ((ULONG)type & PagedPool) != 0 ? &process->quota_paged : &process->quota_nonpaged;
}

NTSTATUS PsChargeProcessPoolQuota(PEPROCESS process, POOL_TYPE type, ULONG_PTR amount)
{
    ke_require_irql(DISPATCH_LEVEL, ob_address(process));
    if (process != ke->system) /* The system process has no limits, and no account. */
        *quota_of(process, type) += amount;
    return STATUS_SUCCESS;
}

VOID PsChargePoolQuota(PEPROCESS process, POOL_TYPE type, ULONG_PTR amount)
{
    (VOID) PsChargeProcessPoolQuota(process, type, amount);
}

VOID PsReturnPoolQuota(PEPROCESS process, POOL_TYPE type, ULONG_PTR amount)
{
    uint64_t *quota = quota_of(process, type);

    ke_require_irql(DISPATCH_LEVEL, ob_address(process));
    *quota -= MIN_OF(*quota, amount); /* Returning more than was charged leaves nothing. */
}

/* ---- Yielding -------------------------------------------------------------------------------- */

NTSTATUS ZwYieldExecution(VOID)
{
    LARGE_INTEGER none = { .QuadPart = 0 };
    uint64_t before = ke_current_thread()->switches;

    ke_require_irql(PASSIVE_LEVEL, 0);
    KeDelayExecutionThread(KernelMode, FALSE, &none);
    return ke_current_thread()->switches != before ? STATUS_SUCCESS : STATUS_NO_YIELD_PERFORMED;
}
