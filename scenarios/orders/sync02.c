/* sync02.c - a store has two items; the producer puts two more, the consumer takes only two.
 *
 * The producer puts an item only into an empty store. After the consumer's last item it puts one,
 * and waits for ever to put the other, in every order. Defined MENDED, the consumer takes three.
 */
#include "story.h"

#if defined(MENDED)
enum { PUT = 2, TAKEN = 3 };
#else
enum { PUT = 2, TAKEN = 2 };
#endif

static FAST_MUTEX Lock;
static KEVENT Emptier, Fuller; /* The count has changed. Each wakes one thread. */
static LONG Count = 2;

static VOID Produces(PVOID Context)
{
    ULONG i;

    UNREFERENCED_PARAMETER(Context);
    for (i = 0; i < PUT; i++) {
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
}

static VOID Consumes(PVOID Context)
{
    ULONG i;

    UNREFERENCED_PARAMETER(Context);
    for (i = 0; i < TAKEN; i++) {
        ExAcquireFastMutex(&Lock);
        while (Count == 0) {
            ExReleaseFastMutex(&Lock);
            WaitFor(&Fuller);
            ExAcquireFastMutex(&Lock);
        }
        Count--;
        ExReleaseFastMutex(&Lock);
        KeSetEvent(&Emptier, IO_NO_INCREMENT, FALSE);
    }
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
