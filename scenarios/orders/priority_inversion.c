/* priority_inversion.c - an urgent thread waits for a mutex longer than it may.
 *
 * A thread of low priority has the mutex when the others become ready. The urgent one waits for the
 * mutex, and one of middle priority computes: as long as it does, the owner does not run. Defined
 * MENDED, the owner is as urgent as the most urgent one while it has the mutex.
 *
 * Only priorities and time make this go wrong. In free order both decide nothing.
 */
#include "story.h"

enum { LOW = 8, MIDDLE = 9, URGENT = 10 };
enum { COMPUTING_MS = 60, DEADLINE_MS = 30 };

static KMUTEX Mutex;
static KEVENT Begins; /* The low thread has the mutex. */

static ULONG Now(VOID) { return (ULONG)(KeQueryInterruptTime() / 10000); }

static VOID Owns(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    WaitFor(&Mutex);
#if defined(MENDED)
    KeSetPriorityThread(KeGetCurrentThread(), URGENT);
#endif
    KeSetEvent(&Begins, IO_NO_INCREMENT, FALSE);
    KeReleaseMutex(&Mutex, FALSE);
#if defined(MENDED)
    KeSetPriorityThread(KeGetCurrentThread(), LOW);
#endif
}

static VOID Computes(PVOID Context)
{
    ULONG i;

    UNREFERENCED_PARAMETER(Context);
    KeSetPriorityThread(KeGetCurrentThread(), MIDDLE);
    WaitFor(&Begins);
    for (i = 0; i < COMPUTING_MS; i++)
        KeStallExecutionProcessor(1000);
}

static VOID IsUrgent(PVOID Context)
{
    ULONG began;

    UNREFERENCED_PARAMETER(Context);
    KeSetPriorityThread(KeGetCurrentThread(), URGENT);
    WaitFor(&Begins);
    began = Now();
    WaitFor(&Mutex);
    if (Now() - began > DEADLINE_MS)
        Wrong((LONG)(Now() - began), DEADLINE_MS);
    KeReleaseMutex(&Mutex, FALSE);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const PKSTART_ROUTINE threads[] = { Computes, IsUrgent, Owns };

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    KeInitializeMutex(&Mutex, 0);
    KeInitializeEvent(&Begins, NotificationEvent, FALSE);
    return StartThreads(ARRAYSIZE(threads), threads);
}
