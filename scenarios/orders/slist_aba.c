/* slist_aba.c - a list without a lock: pop reads the head and its successor, and exchanges the head
 * if it is still the same.
 *
 * Between the reading and the exchange another thread pops both nodes and pushes the first one
 * again. The head is the same, its successor is not: the exchange puts the second node, which has
 * an owner, back on the list. Defined MENDED, the list is an SLIST_HEADER, which counts changes.
 */
#include "story.h"

enum { NODES = 2 };

typedef struct DECLSPEC_ALIGN(16) _NODE {
    SLIST_ENTRY Link;
    LONG Owned;
} NODE, *PNODE;

static NODE Nodes[NODES];

#if defined(MENDED)
static SLIST_HEADER List;

static VOID PushLink(PSLIST_ENTRY Link) { InterlockedPushEntrySList(&List, Link); }
static PSLIST_ENTRY PopLink(VOID) { return InterlockedPopEntrySList(&List); }
#else
static PVOID List;

static VOID PushLink(PSLIST_ENTRY Link)
{
    PVOID head;

    do {
        head = List;
        Link->Next = head;
    } while (InterlockedCompareExchangePointer(&List, Link, head) != head);
}

static PSLIST_ENTRY PopLink(VOID)
{
    PSLIST_ENTRY head;

    do {
        head = List;
        if (head == NULL)
            return NULL;
    } while (InterlockedCompareExchangePointer(&List, head->Next, head) != head);
    return head;
}
#endif

static VOID Push(PNODE Node)
{
    Node->Owned = FALSE;
    PushLink(&Node->Link);
}

static PNODE Pop(VOID)
{
    PSLIST_ENTRY link = PopLink();
    PNODE node = NULL;

    if (link != NULL) {
        node = CONTAINING_RECORD(link, NODE, Link);
        if (node->Owned)
            Wrong(TRUE, FALSE);
        node->Owned = TRUE;
    }
    return node;
}

static VOID PopsTwice(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    Pop();
    Pop();
}

static VOID PopsTwicePushes(PVOID Context)
{
    PNODE first = Pop();

    UNREFERENCED_PARAMETER(Context);
    Pop();
    if (first != NULL)
        Push(first);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const PKSTART_ROUTINE threads[] = { PopsTwice, PopsTwicePushes };
    ULONG i;

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
#if defined(MENDED)
    InitializeSListHead(&List);
#endif
    for (i = NODES; i > 0; i--)
        Push(&Nodes[i - 1]);
    return StartThreads(ARRAYSIZE(threads), threads);
}
