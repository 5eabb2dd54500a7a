/* queue_rundown.c - a worker takes items from a kernel queue until the queue is run down.
 *
 * Who stops it sets a flag, runs the queue down, and finishes what was left in it. The worker looks
 * at the flag when its wait is over. An item that it was given before the flag was set is on nobody's
 * list then: the worker drops it. Defined MENDED, the worker looks at what it was given instead.
 */
#include <ntifs.h>
#include "story.h"

enum { ITEMS = 2 };

static KQUEUE Queue;
static LIST_ENTRY Items[ITEMS];
static LONG Done; /* Items that were finished. */
static KEVENT Ended;
#if !defined(MENDED)
static BOOLEAN Stopping;
#endif

static BOOLEAN IsTheEnd(PLIST_ENTRY Item)
{
#if defined(MENDED)
    return Item == (PLIST_ENTRY)STATUS_ABANDONED;
#else
    UNREFERENCED_PARAMETER(Item);
    return Stopping;
#endif
}

static VOID Works(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    while (!IsTheEnd(KeRemoveQueue(&Queue, KernelMode, NULL)))
        InterlockedIncrement(&Done);
    KeSetEvent(&Ended, IO_NO_INCREMENT, FALSE);
}

static VOID ProducesAndStops(PVOID Context)
{
    PLIST_ENTRY first, item;
    ULONG i;

    UNREFERENCED_PARAMETER(Context);
    for (i = 0; i < ITEMS; i++)
        KeInsertQueue(&Queue, &Items[i]);
#if !defined(MENDED)
    Stopping = TRUE;
#endif
    first = KeRundownQueue(&Queue);
    for (item = first; item != NULL; item = item->Flink == first ? NULL : item->Flink)
        InterlockedIncrement(&Done);
    WaitFor(&Ended);
    if (Done != ITEMS)
        Wrong(Done, ITEMS);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const PKSTART_ROUTINE threads[] = { Works, ProducesAndStops };

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    KeInitializeQueue(&Queue, 1);
    KeInitializeEvent(&Ended, NotificationEvent, FALSE);
    return StartThreads(ARRAYSIZE(threads), threads);
}
