/* wdm_pool.h - further forms of pool: lists that processors share without a lock, paged lookaside
 * lists, allocations with a priority, cleared ones.
 *
 * Drivers include <wdm.h>.
 */
#pragma once
#include "wdm.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Sequenced lists ------------------------------------------------------------------------- */
/* Heads and entries lie on 16 bytes, else STATUS_DATATYPE_MISALIGNMENT is raised. Any IRQL. */
VOID InitializeSListHead(PSLIST_HEADER SListHead);
#define ExInitializeSListHead InitializeSListHead
/* The former first entry; NULL: there was none. */
PSLIST_ENTRY InterlockedPushEntrySList(PSLIST_HEADER ListHead, PSLIST_ENTRY ListEntry);
PSLIST_ENTRY InterlockedPopEntrySList(PSLIST_HEADER ListHead); /* NULL: the list is empty. */
PSLIST_ENTRY InterlockedFlushSList(PSLIST_HEADER ListHead);    /* The whole chain. */
USHORT ExQueryDepthSList(PSLIST_HEADER SListHead);
#define QueryDepthSList                                ExQueryDepthSList
#define ExInterlockedFlushSList                        InterlockedFlushSList
/* The lock of these is not looked at. */
#define ExInterlockedPushEntrySList(head, entry, lock) InterlockedPushEntrySList((head), (entry))
#define ExInterlockedPopEntrySList(head, lock)         InterlockedPopEntrySList(head)

/* ---- Paged lookaside lists: <= APC ----------------------------------------------------------- */
VOID ExInitializePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside, PALLOCATE_FUNCTION Allocate,
                                    PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag,
                                    USHORT Depth);
VOID ExDeletePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside);
PVOID ExAllocateFromPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside);
VOID ExFreeToPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry);

/* ---- Allocations: IRQL as of ExAllocatePoolWithTag ------------------------------------------- */
typedef enum _EX_POOL_PRIORITY {
    LowPoolPriority,
    LowPoolPrioritySpecialPoolOverrun = 8,
    LowPoolPrioritySpecialPoolUnderrun = 9,
    NormalPoolPriority = 16,
    NormalPoolPrioritySpecialPoolOverrun = 24,
    NormalPoolPrioritySpecialPoolUnderrun = 25,
    HighPoolPriority = 32,
    HighPoolPrioritySpecialPoolOverrun = 40,
    HighPoolPrioritySpecialPoolUnderrun = 41
} EX_POOL_PRIORITY;
PVOID ExAllocatePool(POOL_TYPE PoolType, SIZE_T NumberOfBytes); /* Tag "None". */
PVOID ExAllocatePoolWithQuota(POOL_TYPE PoolType, SIZE_T NumberOfBytes);
/* A low priority gets NULL already when little is left. */
PVOID ExAllocatePoolWithTagPriority(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
                                    EX_POOL_PRIORITY Priority);
/* What newer kits compile into drivers: cleared blocks. */
#define DrvRtPoolNxOptIn 1u
FORCEINLINE VOID ExInitializeDriverRuntime(ULONG RuntimeFlags) { (void)RuntimeFlags; }
FORCEINLINE PVOID ExAllocatePoolZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    PVOID block = ExAllocatePoolWithTag(PoolType, NumberOfBytes, Tag);

    if (block != NULL)
        RtlZeroMemory(block, NumberOfBytes);
    return block;
}
FORCEINLINE PVOID ExAllocatePoolQuotaZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    PVOID block = ExAllocatePoolWithQuotaTag(PoolType, NumberOfBytes, Tag);

    if (block != NULL)
        RtlZeroMemory(block, NumberOfBytes);
    return block;
}
FORCEINLINE PVOID ExAllocatePoolUninitialized(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    return ExAllocatePoolWithTag(PoolType, NumberOfBytes, Tag);
}
/* The call of the newest kits, which their library brings to older systems. NULL on a failure
 * unless POOL_FLAG_RAISE_ON_FAILURE is given; cleared unless POOL_FLAG_UNINITIALIZED is. */
typedef ULONG64 POOL_FLAGS;
#define POOL_FLAG_USE_QUOTA         0x0001ull
#define POOL_FLAG_UNINITIALIZED     0x0002ull
#define POOL_FLAG_SESSION           0x0004ull
#define POOL_FLAG_CACHE_ALIGNED     0x0008ull
#define POOL_FLAG_RAISE_ON_FAILURE  0x0020ull
#define POOL_FLAG_NON_PAGED         0x0040ull
#define POOL_FLAG_NON_PAGED_EXECUTE 0x0080ull
#define POOL_FLAG_PAGED             0x0100ull
FORCEINLINE PVOID ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag)
{
    ULONG type = Flags & POOL_FLAG_PAGED ? PagedPool : NonPagedPool;
    PVOID block;

    if (Flags & POOL_FLAG_CACHE_ALIGNED)
        type |= NonPagedPoolCacheAligned;
    if (Flags & POOL_FLAG_RAISE_ON_FAILURE)
        type |= POOL_RAISE_IF_ALLOCATION_FAILURE;
    else if (Flags & POOL_FLAG_USE_QUOTA)
        type |= POOL_QUOTA_FAIL_INSTEAD_OF_RAISE;
    block = Flags & POOL_FLAG_USE_QUOTA
                ? ExAllocatePoolWithQuotaTag((POOL_TYPE)type, NumberOfBytes, Tag)
                : ExAllocatePoolWithTag((POOL_TYPE)type, NumberOfBytes, Tag);
    if (block != NULL && (Flags & POOL_FLAG_UNINITIALIZED) == 0)
        RtlZeroMemory(block, NumberOfBytes);
    return block;
}

#ifdef __cplusplus
}
#endif
