/* own_events.c - four threads set an event each, and each has its own.
 *
 * Nothing goes wrong. No thread touches what another one touches, so all orders are the same one.
 */
#include "story.h"

enum { THREADS = 4 };

static KEVENT Events[THREADS];

static VOID SetsOwn(PVOID Context)
{
    KeSetEvent(&Events[(ULONG_PTR)Context], IO_NO_INCREMENT, FALSE);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    ULONG i;

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    for (i = 0; i < THREADS; i++)
        KeInitializeEvent(&Events[i], NotificationEvent, FALSE);
    return StartAlike(THREADS, SetsOwn);
}
