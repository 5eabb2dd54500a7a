/* lost_wakeup.c - a worker takes items from a list when an event says that there are some.
 *
 * The worker drains the list, clears the event and waits. An item that is put between the draining
 * and the clearing is never noticed: the worker waits for ever, and the list is not empty. Defined
 * MENDED, the worker waits, clears the event and drains. Defined AUTO, a wait clears the event.
 */
#include "story.h"

enum { ITEMS = 2 };

static KSPIN_LOCK Lock;
static LIST_ENTRY List, Items[ITEMS];
static KEVENT Put; /* Something was put on the list. */

static ULONG Drain(VOID)
{
    ULONG taken = 0;

    while (ExInterlockedRemoveHeadList(&List, &Lock) != NULL)
        taken++;
    return taken;
}

static VOID Works(PVOID Context)
{
    ULONG taken = 0;

    UNREFERENCED_PARAMETER(Context);
    while (taken < ITEMS) {
#if defined(MENDED)
        WaitFor(&Put);
        KeClearEvent(&Put);
        taken += Drain();
#elif defined(AUTO)
        WaitFor(&Put);
        taken += Drain();
#else
        taken += Drain();
        if (taken < ITEMS) {
            KeClearEvent(&Put);
            WaitFor(&Put);
        }
#endif
    }
}

static VOID Produces(PVOID Context)
{
    ULONG i;

    UNREFERENCED_PARAMETER(Context);
    for (i = 0; i < ITEMS; i++) {
        ExInterlockedInsertTailList(&List, &Items[i], &Lock);
        KeSetEvent(&Put, IO_NO_INCREMENT, FALSE);
    }
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const PKSTART_ROUTINE threads[] = { Works, Produces };

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    InitializeListHead(&List);
    KeInitializeSpinLock(&Lock);
#if defined(AUTO)
    KeInitializeEvent(&Put, SynchronizationEvent, FALSE);
#else
    KeInitializeEvent(&Put, NotificationEvent, FALSE);
#endif
    return StartThreads(ARRAYSIZE(threads), threads);
}
