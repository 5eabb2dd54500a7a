/* ex_lookaside.c - caches of equal blocks in front of the pool (facts/nt-kernel.md 5.3).
 *
 * A list keeps up to Depth freed blocks and hands them out again without asking the pool; a block
 * cached here therefore stays allocated and keeps its simulated address. The depth is NT's maximum.
 * NT's tuning by the miss rate is left out: it would only change the number of cached blocks.
 */
#include "model/kernel/ex.h"

enum { LOOKASIDE_DEPTH = 256 }; /* Maximum depth of the system's own tuning. */

VOID ExInitializeNPagedLookasideList(PNPAGED_LOOKASIDE_LIST list, PALLOCATE_FUNCTION allocate,
                                     PFREE_FUNCTION free_entry, ULONG flags, SIZE_T size, ULONG tag,
                                     USHORT depth)
{
    UNREFERENCED_PARAMETER(allocate); /* All callers use the pool's own routines. */
    UNREFERENCED_PARAMETER(free_entry);
    UNREFERENCED_PARAMETER(flags);
    UNREFERENCED_PARAMETER(depth); /* Reserved; must be zero. */
    InitializeListHead(&list->Free);
    list->Depth = LOOKASIDE_DEPTH;
    list->Count = 0;
    list->Hits = list->Misses = 0;
    list->Tag = tag;
    list->Size = (ULONG)(size < sizeof(LIST_ENTRY) ? sizeof(LIST_ENTRY) : size);
    list->Type = NonPagedPool;
}

PVOID ExAllocateFromNPagedLookasideList(PNPAGED_LOOKASIDE_LIST list)
{
    if (IsListEmpty(&list->Free)) {
        list->Misses++;
        return ExAllocatePoolWithTag(list->Type, list->Size, list->Tag);
    }
    list->Hits++;
    list->Count--;
    return RemoveHeadList(&list->Free);
}

VOID ExFreeToNPagedLookasideList(PNPAGED_LOOKASIDE_LIST list, PVOID entry)
{
    if (list->Count >= list->Depth) {
        ExFreePoolWithTag(entry, list->Tag);
        return;
    }
    list->Count++;
    InsertHeadList(&list->Free, entry);
}

VOID ExDeleteNPagedLookasideList(PNPAGED_LOOKASIDE_LIST list)
{
    while (!IsListEmpty(&list->Free))
        ExFreePoolWithTag(RemoveHeadList(&list->Free), list->Tag);
    list->Count = 0;
}
