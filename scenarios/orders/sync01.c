/* sync01.c - a store of one place is full; a consumer takes the item and does not count it.
 *
 * The producer waits until the store is empty. The consumer tells it that something has changed,
 * but the count stays at one, so the producer waits for ever, in every order. Defined MENDED, the
 * consumer counts.
 */
#include "story.h"

static FAST_MUTEX Lock;
static KEVENT Emptier, Fuller; /* The count has changed. Each wakes one thread. */
static LONG Count = 1;

static VOID Produces(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    ExAcquireFastMutex(&Lock);
    while (Count > 0) {
        ExReleaseFastMutex(&Lock);
        WaitFor(&Emptier);
        ExAcquireFastMutex(&Lock);
    }
    Count++;
    ExReleaseFastMutex(&Lock);
    KeSetEvent(&Fuller, IO_NO_INCREMENT, FALSE);
}

static VOID Consumes(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    ExAcquireFastMutex(&Lock);
    while (Count == 0) {
        ExReleaseFastMutex(&Lock);
        WaitFor(&Fuller);
        ExAcquireFastMutex(&Lock);
    }
#if defined(MENDED)
    Count--;
#endif
    ExReleaseFastMutex(&Lock);
    KeSetEvent(&Emptier, IO_NO_INCREMENT, FALSE);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const PKSTART_ROUTINE threads[] = { Produces, Consumes };

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    ExInitializeFastMutex(&Lock);
    KeInitializeEvent(&Emptier, SynchronizationEvent, FALSE);
    KeInitializeEvent(&Fuller, SynchronizationEvent, FALSE);
    return StartThreads(ARRAYSIZE(threads), threads);
}
