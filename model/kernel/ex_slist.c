/* ex_slist.c - sequenced lists: a stack that processors share without a lock (facts/ddi.md 2.7).
 *
 * The sequence number counts pushes, so that a pop on NT can tell a head that came back. Here a pop
 * is one step and needs no such help; the number is kept because drivers can look at it.
 */
#include "model/kernel/ke_exception.h"
#include "model/kernel/ke_orders.h"
#include "model/kernel/kernel.h"

enum { ALIGNMENT = 16 };

static void check_aligned(const void *at)
{
    if ((uintptr_t)at % ALIGNMENT != 0)
        ke_raise_status(STATUS_DATATYPE_MISALIGNMENT);
}

VOID InitializeSListHead(PSLIST_HEADER head)
{
    check_aligned(head);
    head->Alignment = head->Region = 0;
}

PSLIST_ENTRY InterlockedPushEntrySList(PSLIST_HEADER head, PSLIST_ENTRY entry)
{
    check_aligned(entry);
    ke_before(head, KE_WRITES);
    PSLIST_ENTRY former = head->Next;

    entry->Next = former;
    head->Next = entry;
    head->Depth++;
    head->Sequence++;
    return former;
}

PSLIST_ENTRY InterlockedPopEntrySList(PSLIST_HEADER head)
{
    ke_before(head, KE_WRITES);
    PSLIST_ENTRY entry = head->Next;

    if (entry != NULL) {
        head->Next = entry->Next;
        head->Depth--;
    }
    return entry;
}

PSLIST_ENTRY InterlockedFlushSList(PSLIST_HEADER head)
{
    ke_before(head, KE_WRITES);
    PSLIST_ENTRY entry = head->Next;

    head->Next = NULL;
    head->Depth = 0;
    return entry;
}

USHORT ExQueryDepthSList(PSLIST_HEADER head)
{
    ke_before(head, KE_READS);
    return head->Depth;
}
