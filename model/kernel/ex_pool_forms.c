/* ex_pool_forms.c - further forms of the pool's allocation (facts/ddi.md 2.3). */
#include "model/kernel/ex.h"
#include "model/kernel/kernel.h"

enum { LITTLE = 16 }; /* A low priority is refused when less than this share of a pool is left. */
static const ULONG no_tag = EX_TAG('N', 'o', 'n', 'e');

PVOID ExAllocatePool(POOL_TYPE type, SIZE_T bytes)
{
    return ExAllocatePoolWithTag(type, bytes, no_tag);
}

PVOID ExAllocatePoolWithQuota(POOL_TYPE type, SIZE_T bytes)
{
    return ExAllocatePoolWithQuotaTag(type, bytes, no_tag);
}

PVOID ExAllocatePoolWithTagPriority(POOL_TYPE type, SIZE_T bytes, ULONG tag,
                                    EX_POOL_PRIORITY priority)
{
    POOL_TYPE pool = (POOL_TYPE)((ULONG)type & PagedPool);
    uint64_t limit = ke->ex->limits[pool];

    if (priority < NormalPoolPriority && limit - ex_pool_bytes(pool) < limit / LITTLE)
        return NULL;
    return ExAllocatePoolWithTag(type, bytes, tag);
}
