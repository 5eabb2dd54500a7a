/* queue_memory.c - a worker takes items from a kernel queue until it gets the last one.
 *
 * Who stops the worker allocates the last item, and there is no memory for it: nobody tells the
 * worker, which waits for ever. Defined MENDED, the last item is a variable.
 */
#include <ntifs.h>
#include "story.h"

#define LAST_TAG 'tsaL'

static KQUEUE Queue;
static LIST_ENTRY Item;
static KEVENT Ended;

/* NULL: there is no memory. */
static PLIST_ENTRY MakeLast(VOID)
{
#if defined(MENDED)
    static LIST_ENTRY last;

    return &last;
#else
    return ExAllocatePoolWithTag(NonPagedPool, sizeof(LIST_ENTRY), LAST_TAG);
#endif
}

static VOID Works(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    while (KeRemoveQueue(&Queue, KernelMode, NULL) == &Item)
        ;
    KeSetEvent(&Ended, IO_NO_INCREMENT, FALSE);
}

static VOID ProducesAndStops(PVOID Context)
{
    PLIST_ENTRY last;

    UNREFERENCED_PARAMETER(Context);
    KeInsertQueue(&Queue, &Item);
    last = MakeLast();
    if (last != NULL)
        KeInsertQueue(&Queue, last);
    WaitFor(&Ended);
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
