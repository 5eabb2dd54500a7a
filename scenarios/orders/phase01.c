/* phase01.c - two threads go through two phases, X and Y, and lock X once more at the end.
 *
 * Nobody releases the last lock of X, so one of the threads waits for ever, in every order. X is a
 * semaphore: a mutex would pass to the other thread when its owner ends. Defined MENDED, X is
 * released.
 */
#include "story.h"

static KSEMAPHORE X, Y;

static VOID Leave(PRKSEMAPHORE Phase) { KeReleaseSemaphore(Phase, IO_NO_INCREMENT, 1, FALSE); }

static VOID GoesThrough(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    WaitFor(&X);
    Leave(&X);
    WaitFor(&Y);
    Leave(&Y);
    WaitFor(&X);
#if defined(MENDED)
    Leave(&X);
#endif
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    KeInitializeSemaphore(&X, 1, 1);
    KeInitializeSemaphore(&Y, 1, 1);
    return StartAlike(2, GoesThrough);
}
