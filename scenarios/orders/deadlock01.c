/* deadlock01.c - two threads need two mutexes, and take them in opposite order.
 *
 * Each gets its first mutex and waits for ever for the other's. Defined MENDED, both take A first.
 */
#include "story.h"

static KMUTEX A, B;
static LONG Number;

static VOID Increment(PKMUTEX First, PKMUTEX Second)
{
    WaitFor(First);
    WaitFor(Second);
    Number++;
    KeReleaseMutex(Second, FALSE);
    KeReleaseMutex(First, FALSE);
}

static VOID Increments(PVOID Context)
{
#if defined(MENDED)
    UNREFERENCED_PARAMETER(Context);
    Increment(&A, &B);
#else
    if (Context == NULL)
        Increment(&A, &B);
    else
        Increment(&B, &A);
#endif
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    KeInitializeMutex(&A, 0);
    KeInitializeMutex(&B, 0);
    return StartAlike(2, Increments);
}
