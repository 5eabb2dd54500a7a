/* increments.c - THREADS threads count under one lock, TIMES times each.
 *
 * Nothing goes wrong. Orders differ only by who gets the lock when, so their number is known:
 * (THREADS * TIMES)! / (TIMES!)^THREADS.
 */
#include "story.h"

static FAST_MUTEX Lock;
static LONG Counter;

static VOID Counts(PVOID Context)
{
    ULONG i;

    UNREFERENCED_PARAMETER(Context);
    for (i = 0; i < TIMES; i++) {
        ExAcquireFastMutex(&Lock);
        Counter++;
        ExReleaseFastMutex(&Lock);
    }
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    ExInitializeFastMutex(&Lock);
    return StartAlike(THREADS, Counts);
}
