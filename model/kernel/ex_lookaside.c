/* ex_lookaside.c - caches of equal blocks in front of the pool (facts/nt-kernel.md 5.3).
 *
 * A list keeps up to Depth freed blocks and hands them out again without asking the pool; a block
 * cached here therefore stays allocated and keeps its simulated address. The depth is NT's maximum.
 * NT's tuning by the miss rate is left out: it would only change the number of cached blocks.
 *
 * A list of paged blocks is used up to APC_LEVEL.
 */
#include "model/kernel/ex.h"
#include "model/kernel/ke_stop.h"

enum { LOOKASIDE_DEPTH = 256 }; /* Maximum depth of the system's own tuning. */

static void initialize(GENERAL_LOOKASIDE *list, POOL_TYPE type, PALLOCATE_FUNCTION allocate,
                       PFREE_FUNCTION free_entry, SIZE_T size, ULONG tag)
{
    *list = (GENERAL_LOOKASIDE){ .Depth = LOOKASIDE_DEPTH,
                                 .MaximumDepth = LOOKASIDE_DEPTH,
                                 .Type = type,
                                 .Tag = tag,
                                 .Size = (ULONG)MAX_OF(size, sizeof(SLIST_ENTRY)),
                                 .Allocate = allocate != NULL ? allocate : ExAllocatePoolWithTag,
                                 .Free = free_entry != NULL ? free_entry : ExFreePool };
    InitializeListHead(&list->ListEntry);
}

static PVOID take(GENERAL_LOOKASIDE *list)
{
    PVOID entry = InterlockedPopEntrySList(&list->ListHead);

    list->TotalAllocates++;
    if (entry != NULL)
        return entry;
    list->AllocateMisses++;
    return list->Allocate(list->Type, list->Size, list->Tag);
}

static void give(GENERAL_LOOKASIDE *list, PVOID memory)
{
    list->TotalFrees++;
    if (list->ListHead.Depth >= list->Depth) {
        list->FreeMisses++;
        list->Free(memory);
        return;
    }
    InterlockedPushEntrySList(&list->ListHead, memory);
}

static void delete_all(GENERAL_LOOKASIDE *list)
{
    PVOID entry;

    while ((entry = InterlockedPopEntrySList(&list->ListHead)) != NULL)
        list->Free(entry);
}

/* ---- Nonpaged -------------------------------------------------------------------------------- */

VOID ExInitializeNPagedLookasideList(PNPAGED_LOOKASIDE_LIST list, PALLOCATE_FUNCTION allocate,
                                     PFREE_FUNCTION free_entry, ULONG flags, SIZE_T size, ULONG tag,
                                     USHORT depth)
{
    UNREFERENCED_PARAMETER(flags);
    UNREFERENCED_PARAMETER(depth); /* Reserved; must be zero. */
    ke_require_irql(DISPATCH_LEVEL, 0);
    initialize(&list->L, NonPagedPool, allocate, free_entry, size, tag);
}

PVOID ExAllocateFromNPagedLookasideList(PNPAGED_LOOKASIDE_LIST list)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    return take(&list->L);
}

VOID ExFreeToNPagedLookasideList(PNPAGED_LOOKASIDE_LIST list, PVOID memory)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    give(&list->L, memory);
}

VOID ExDeleteNPagedLookasideList(PNPAGED_LOOKASIDE_LIST list)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    delete_all(&list->L);
}

/* ---- Paged ----------------------------------------------------------------------------------- */

VOID ExInitializePagedLookasideList(PPAGED_LOOKASIDE_LIST list, PALLOCATE_FUNCTION allocate,
                                    PFREE_FUNCTION free_entry, ULONG flags, SIZE_T size, ULONG tag,
                                    USHORT depth)
{
    UNREFERENCED_PARAMETER(flags);
    UNREFERENCED_PARAMETER(depth);
    ke_require_irql(APC_LEVEL, 0);
    initialize(&list->L, PagedPool, allocate, free_entry, size, tag);
}

PVOID ExAllocateFromPagedLookasideList(PPAGED_LOOKASIDE_LIST list)
{
    ke_require_irql(APC_LEVEL, 0);
    return take(&list->L);
}

VOID ExFreeToPagedLookasideList(PPAGED_LOOKASIDE_LIST list, PVOID memory)
{
    ke_require_irql(APC_LEVEL, 0);
    give(&list->L, memory);
}

VOID ExDeletePagedLookasideList(PPAGED_LOOKASIDE_LIST list)
{
    ke_require_irql(APC_LEVEL, 0);
    delete_all(&list->L);
}
