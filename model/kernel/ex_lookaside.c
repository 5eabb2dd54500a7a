/* ex_lookaside.c - caches of equal blocks in front of the pool (facts/nt-kernel.md 5.3).
 *
 * A list keeps up to Depth freed blocks and hands them out again without asking the pool; a block
 * cached here therefore stays allocated and keeps its simulated address. The depth is NT's maximum.
 * NT's tuning by the miss rate is left out: it would only change the number of cached blocks.
 */
#include "model/kernel/ex.h"
#include "model/kernel/ke_stop.h"

enum { LOOKASIDE_DEPTH = 256 }; /* Maximum depth of the system's own tuning. */

VOID ExInitializeNPagedLookasideList(PNPAGED_LOOKASIDE_LIST list, PALLOCATE_FUNCTION allocate,
                                     PFREE_FUNCTION free_entry, ULONG flags, SIZE_T size, ULONG tag,
                                     USHORT depth)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    UNREFERENCED_PARAMETER(flags);
    UNREFERENCED_PARAMETER(depth); /* Reserved; must be zero. */
    list->L = (GENERAL_LOOKASIDE){ .Depth = LOOKASIDE_DEPTH,
                                   .MaximumDepth = LOOKASIDE_DEPTH,
                                   .Type = NonPagedPool,
                                   .Tag = tag,
                                   .Size = (ULONG)MAX_OF(size, sizeof(SLIST_ENTRY)),
                                   .Allocate = allocate != NULL ? allocate : ExAllocatePoolWithTag,
                                   .Free = free_entry != NULL ? free_entry : ExFreePool };
    InitializeListHead(&list->L.ListEntry);
}

static PSLIST_ENTRY pop(PSLIST_HEADER head)
{
    PSLIST_ENTRY entry = head->Next;

    if (entry != NULL) {
        head->Next = entry->Next;
        head->Depth--;
    }
    return entry;
}

PVOID ExAllocateFromNPagedLookasideList(PNPAGED_LOOKASIDE_LIST list)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    PVOID entry = pop(&list->L.ListHead);

    list->L.TotalAllocates++;
    if (entry != NULL)
        return entry;
    list->L.AllocateMisses++;
    return list->L.Allocate(list->L.Type, list->L.Size, list->L.Tag);
}

VOID ExFreeToNPagedLookasideList(PNPAGED_LOOKASIDE_LIST list, PVOID memory)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    PSLIST_ENTRY entry = memory;

    list->L.TotalFrees++;
    if (list->L.ListHead.Depth >= list->L.Depth) {
        list->L.FreeMisses++;
        list->L.Free(memory);
        return;
    }
    entry->Next = list->L.ListHead.Next;
    list->L.ListHead.Next = entry;
    list->L.ListHead.Depth++;
    list->L.ListHead.Sequence++;
}

VOID ExDeleteNPagedLookasideList(PNPAGED_LOOKASIDE_LIST list)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    PVOID entry;

    while ((entry = pop(&list->L.ListHead)) != NULL)
        list->L.Free(entry);
}
