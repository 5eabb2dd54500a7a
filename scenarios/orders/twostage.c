/* twostage.c - WRITERS threads write a first word under lock A, and later a second one, which
 * follows from the first, under lock B. One thread reads both.
 *
 * The reader takes A, then B, and expects the second word to be one more than the first. It stops
 * when it comes between a writer's two stages. Defined MENDED, a writer keeps A until both words
 * are written.
 */
#include "story.h"

static FAST_MUTEX LockA, LockB;
static LONG First, Second;

static VOID Writes(VOID)
{
    ExAcquireFastMutex(&LockA);
    First = 1;
#if !defined(MENDED)
    ExReleaseFastMutex(&LockA);
#endif
    ExAcquireFastMutex(&LockB);
    Second = First + 1;
    ExReleaseFastMutex(&LockB);
#if defined(MENDED)
    ExReleaseFastMutex(&LockA);
#endif
}

static VOID Reads(VOID)
{
    LONG first, second;

    ExAcquireFastMutex(&LockA);
    first = First;
    ExReleaseFastMutex(&LockA);
    if (first == 0)
        return;
    ExAcquireFastMutex(&LockB);
    second = Second;
    ExReleaseFastMutex(&LockB);
    if (second != first + 1)
        Wrong(second, first + 1);
}

static VOID WritesOrReads(PVOID Context)
{
    if ((ULONG_PTR)Context < WRITERS)
        Writes();
    else
        Reads();
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    ExInitializeFastMutex(&LockA);
    ExInitializeFastMutex(&LockB);
    return StartAlike(WRITERS + 1, WritesOrReads);
}
