/* work_stealing.c - the owner of a queue puts and takes items at its tail, a thief takes them at its
 * head.
 *
 * The owner takes without the lock as long as the thief is far away. The thief holds the lock, but
 * moves the head only after it has compared it with the tail: meanwhile the owner may have taken
 * the last item, and both have it. Defined MENDED, the owner holds the lock, too.
 */
#include "story.h"

enum { ITEMS = 2 };

static FAST_MUTEX Lock;
static LONG Head, Tail;
static LONG Taken[ITEMS]; /* How often each item was taken. */

/* Takes at the tail, the lock being held. -1: there is nothing. */
static LONG TakeLocked(VOID)
{
    LONG tail = Tail - 1;

    if (Head > tail)
        return -1;
    Tail = tail;
    return tail;
}

static LONG Take(VOID)
{
    LONG item;

#if !defined(MENDED)
    item = Tail - 1;
    Tail = item;
    if (Head <= item)
        return item;
    Tail = item + 1; /* The thief is near: once more with the lock. */
#endif
    ExAcquireFastMutex(&Lock);
    item = TakeLocked();
    ExReleaseFastMutex(&Lock);
    return item;
}

/* Takes at the head. -1: there is nothing. */
static LONG Steal(VOID)
{
    LONG item;

    ExAcquireFastMutex(&Lock);
    item = Head;
    if (item < Tail)
        Head = item + 1;
    else
        item = -1;
    ExReleaseFastMutex(&Lock);
    return item;
}

/* Notes that an item was taken, and stops if that is not the first time. */
static VOID Note(LONG Item)
{
    LONG times;

    if (Item < 0)
        return;
    times = InterlockedIncrement(&Taken[Item]);
    if (times != 1)
        Wrong(times, 1);
}

static VOID Owns(PVOID Context)
{
    LONG i;

    UNREFERENCED_PARAMETER(Context);
    for (i = 0; i < ITEMS; i++)
        Tail = i + 1; /* Puts item I. */
    for (i = 0; i < ITEMS; i++)
        Note(Take());
}

static VOID Steals(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    Note(Steal());
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const PKSTART_ROUTINE threads[] = { Owns, Steals };

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    ExInitializeFastMutex(&Lock);
    return StartThreads(ARRAYSIZE(threads), threads);
}
