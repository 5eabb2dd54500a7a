/* atomic.c - THREADS threads increment one number, once each, without a lock.
 *
 * Nothing goes wrong. InterlockedIncrement is one step, so the number of orders is THREADS!.
 */
#include "story.h"

static LONG Counter;

static VOID Increments(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    InterlockedIncrement(&Counter);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    return StartAlike(THREADS, Increments);
}
