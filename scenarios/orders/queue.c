/* queue.c - a producer and a consumer take turns by two flags: "there is room", "there is an item".
 *
 * Items are put and taken under a lock, but the flags change before it is taken. The consumer sees
 * an item announced that is not in the queue yet, and takes from an empty queue. Defined MENDED,
 * the flags change under the lock.
 */
#include "story.h"

enum { ROUNDS = 2 };

static FAST_MUTEX Lock;
static LONG Count;
static BOOLEAN Room = TRUE, Item;

/* Takes one's turn, if the flag says so, and passes it to the other side. */
static BOOLEAN TakeTurn(BOOLEAN *Mine, BOOLEAN *Others)
{
    if (!*Mine)
        return FALSE;
    *Mine = FALSE;
    *Others = TRUE;
    return TRUE;
}

/* One turn: changes the number of items by Change. */
static VOID Turn(BOOLEAN *Mine, BOOLEAN *Others, LONG Change)
{
    LONG count;

#if !defined(MENDED)
    if (!TakeTurn(Mine, Others))
        return;
#endif
    ExAcquireFastMutex(&Lock);
#if defined(MENDED)
    if (TakeTurn(Mine, Others))
#endif
    {
        count = Count + Change;
        if (count < 0 || count > 1)
            Wrong(count, Change > 0);
        Count = count;
    }
    ExReleaseFastMutex(&Lock);
}

static VOID Produces(PVOID Context)
{
    ULONG i;

    UNREFERENCED_PARAMETER(Context);
    for (i = 0; i < ROUNDS; i++)
        Turn(&Room, &Item, 1);
}

static VOID Consumes(PVOID Context)
{
    ULONG i;

    UNREFERENCED_PARAMETER(Context);
    for (i = 0; i < ROUNDS; i++)
        Turn(&Item, &Room, -1);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const PKSTART_ROUTINE threads[] = { Produces, Consumes };

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    ExInitializeFastMutex(&Lock);
    return StartThreads(ARRAYSIZE(threads), threads);
}
