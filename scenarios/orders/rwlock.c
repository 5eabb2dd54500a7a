/* rwlock.c - a lock for many readers or one writer, made of a counter, a mutex and an event.
 *
 * A writer looks outside the mutex whether anybody is inside. Until it takes the mutex, a reader or
 * another writer may have entered, and both are inside. Defined MENDED, the lock is an ERESOURCE.
 */
#include "story.h"

static LONG Readers, Writers; /* Threads inside. */

#if defined(MENDED)
static ERESOURCE Lock;

static VOID Reads(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    KeEnterCriticalRegion();
    ExAcquireResourceSharedLite(&Lock, TRUE);
    InterlockedIncrement(&Readers);
    if (Writers != 0)
        Wrong(Writers, 0);
    InterlockedDecrement(&Readers);
    ExReleaseResourceLite(&Lock);
    KeLeaveCriticalRegion();
}

static VOID Writes(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&Lock, TRUE);
    Writers++;
    if (Readers != 0 || Writers != 1)
        Wrong(Readers + Writers, 1);
    Writers--;
    ExReleaseResourceLite(&Lock);
    KeLeaveCriticalRegion();
}

static VOID InitializeLock(VOID) { ExInitializeResourceLite(&Lock); }
#else
static FAST_MUTEX Lock;
static KEVENT Free; /* The last thread has left. Wakes one thread. */

static VOID Reads(PVOID Context)
{
    BOOLEAN last;

    UNREFERENCED_PARAMETER(Context);
    ExAcquireFastMutex(&Lock);
    while (Writers != 0) {
        ExReleaseFastMutex(&Lock);
        WaitFor(&Free);
        ExAcquireFastMutex(&Lock);
    }
    Readers++;
    ExReleaseFastMutex(&Lock);
    if (Writers != 0)
        Wrong(Writers, 0);
    ExAcquireFastMutex(&Lock);
    last = --Readers == 0;
    ExReleaseFastMutex(&Lock);
    if (last)
        KeSetEvent(&Free, IO_NO_INCREMENT, FALSE);
}

static VOID Writes(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    while (Readers != 0 || Writers != 0)
        WaitFor(&Free);
    ExAcquireFastMutex(&Lock);
    Writers++;
    ExReleaseFastMutex(&Lock);
    if (Readers != 0 || Writers != 1)
        Wrong(Readers + Writers, 1);
    ExAcquireFastMutex(&Lock);
    Writers--;
    ExReleaseFastMutex(&Lock);
    KeSetEvent(&Free, IO_NO_INCREMENT, FALSE);
}

static VOID InitializeLock(VOID)
{
    ExInitializeFastMutex(&Lock);
    KeInitializeEvent(&Free, SynchronizationEvent, FALSE);
}
#endif

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const PKSTART_ROUTINE threads[] = { Writes, Reads, Writes, Reads };

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    InitializeLock();
    return StartThreads(ARRAYSIZE(threads), threads);
}
