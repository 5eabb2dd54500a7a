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

#ifdef __cplusplus
}
#endif
