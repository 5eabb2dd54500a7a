/* carter01.c - two classes of users share a room: the first of a class locks it, the last unlocks
 * it.
 *
 * Both classes count their users under one mutex, and the first of a class waits for the room while
 * it holds the mutex. The class that has the room needs the mutex to leave: both wait for ever. Two
 * more threads have nothing to do. Defined MENDED, each class has a mutex of its own.
 */
#include "story.h"

enum { CLASSES = 2 };

static FAST_MUTEX Locks[CLASSES];
static KSEMAPHORE Room;
static LONG Users[CLASSES];

static PFAST_MUTEX LockOf(ULONG_PTR Class)
{
#if defined(MENDED)
    return &Locks[Class];
#else
    UNREFERENCED_PARAMETER(Class);
    return &Locks[0];
#endif
}

static VOID Uses(PVOID Context)
{
    ULONG_PTR class = (ULONG_PTR)Context;
    PFAST_MUTEX lock = LockOf(class);

    ExAcquireFastMutex(lock);
    if (++Users[class] == 1)
        WaitFor(&Room);
    ExReleaseFastMutex(lock);
    ExAcquireFastMutex(lock);
    if (--Users[class] == 0)
        KeReleaseSemaphore(&Room, IO_NO_INCREMENT, 1, FALSE);
    ExReleaseFastMutex(lock);
}

static VOID Idles(PVOID Context) { UNREFERENCED_PARAMETER(Context); }

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const PKSTART_ROUTINE threads[] = { Uses, Uses, Idles, Idles };
    ULONG i;

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    for (i = 0; i < CLASSES; i++)
        ExInitializeFastMutex(&Locks[i]);
    KeInitializeSemaphore(&Room, 1, 1);
    return StartThreads(ARRAYSIZE(threads), threads);
}
