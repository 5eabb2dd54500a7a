/* wdm.h - the kernel's interface to drivers: what a WDM driver calls. It stands alone.
 *
 * <ntddk.h> adds what legacy drivers call, <ntifs.h> what file systems call; each includes the one
 * before, and any of them may be included in any order. The parts lie in wdm_ke.h, wdm_ob.h and
 * wdm_io.h; pool and memory are here.
 */
#pragma once
#include "bugcodes.h"
#include "wdm_io.h"
#ifdef _KERNEL_MODE
#include <string.h> /* Drivers call memcpy and strlen without a header of their own. */
/* Microsoft's inline assembly, which its compiler for x64 does not take either. */
#define _asm _Static_assert(0, "inline assembly (expected a function of the kernel, or C)");
#define __asm _asm
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Pool (nt-kernel.md 5.2, 5.3) ------------------------------------------------------------ */
/* A pool, with flags. The pool that must succeed is gone since 2003: asking for it is stop 0xC2. */
typedef enum _POOL_TYPE {
    NonPagedPool,
    PagedPool,
    NonPagedPoolMustSucceed,
    DontUseThisType,
    NonPagedPoolCacheAligned,
    PagedPoolCacheAligned,
    NonPagedPoolCacheAlignedMustS,
    NonPagedPoolExecute = 0,
    NonPagedPoolNx = 512 /* A word of Windows 8; here nonpaged pool as any other. */
} POOL_TYPE;
#define POOL_QUOTA_FAIL_INSTEAD_OF_RAISE 0x08 /* The quota functions return NULL. */
#define POOL_RAISE_IF_ALLOCATION_FAILURE 0x10 /* A failure is STATUS_INSUFFICIENT_RESOURCES. */
#define POOL_COLD_ALLOCATION             0x100
/* Allocate a block, not zeroed. NULL: the pool is exhausted. Up to DISPATCH_LEVEL, paged pool to
 * APC_LEVEL. A block of PAGE_SIZE or more begins at a page, a cache-aligned one at a line, another
 * at 16 bytes. Tag 0 is stop 0xC2. With quota a failure raises STATUS_INSUFFICIENT_RESOURCES. */
PVOID ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
PVOID ExAllocatePoolWithQuotaTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
VOID ExFreePoolWithTag(PVOID P, ULONG Tag);
VOID ExFreePool(PVOID P);
/* Returns the size of a block in bytes; GFlags' pool tagging falsifies it (ex_pool.c). */
SIZE_T ExQueryPoolBlockSize(PVOID PoolBlock, PBOOLEAN QuotaCharged);

typedef PVOID(NTAPI ALLOCATE_FUNCTION)(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
typedef ALLOCATE_FUNCTION *PALLOCATE_FUNCTION;
typedef VOID(NTAPI FREE_FUNCTION)(PVOID Buffer);
typedef FREE_FUNCTION *PFREE_FUNCTION;
/* The alignment is that of its list head, 16 bytes; NT's own, a cache line, would bind drivers that
 * have lists inside their structures, and changes no offset within. */
typedef struct _GENERAL_LOOKASIDE {
    SLIST_HEADER ListHead;
    USHORT Depth, MaximumDepth;
    ULONG TotalAllocates, AllocateMisses, TotalFrees, FreeMisses;
    POOL_TYPE Type;
    ULONG Tag, Size;
    PALLOCATE_FUNCTION Allocate;
    PFREE_FUNCTION Free;
    LIST_ENTRY ListEntry;
    ULONG LastTotalAllocates, LastAllocateMisses;
    ULONG Future[2];
    ULONG Padding[8];
} GENERAL_LOOKASIDE, *PGENERAL_LOOKASIDE;
typedef struct _NPAGED_LOOKASIDE_LIST {
    GENERAL_LOOKASIDE L;
} NPAGED_LOOKASIDE_LIST, *PNPAGED_LOOKASIDE_LIST;
typedef struct _PAGED_LOOKASIDE_LIST {
    GENERAL_LOOKASIDE L;
} PAGED_LOOKASIDE_LIST, *PPAGED_LOOKASIDE_LIST;
VOID ExInitializeNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside, PALLOCATE_FUNCTION Allocate,
                                     PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag,
                                     USHORT Depth);
VOID ExDeleteNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside);
PVOID ExAllocateFromNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside);
VOID ExFreeToNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry);

/* ---- More, by subject ------------------------------------------------------------------------ */
#include "wdm_mm.h"
#include "wdm_crt.h"
#include "wdm_rtl.h"
#include "wdm_lock.h"
#include "wdm_state.h"
#include "wdm_system.h"
#include "wdm_irp.h"
#include "wdm_pool.h"
#include "wdm_zw.h"
#include "wdm_reg.h"
#include "wdm_more.h"
#include "wdm_pnp_calls.h"

#ifdef __cplusplus
}
#endif
