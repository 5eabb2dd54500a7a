/* harness.c - the device of this lab: two requests use it while it is removed. It belongs to the
 * exam; driver.c is the student's.
 *
 * A mistake stops the machine with E2: a request uses the device that is gone (1), a request is
 * refused though nobody removes the device (2), a request is let in after the removal (3).
 */
#include "lab.h"

static BOOLEAN Removing, Removed;

static VOID Wrong(ULONG What) { KeBugCheckEx(MANUALLY_INITIATED_CRASH, What, 0, 0, 0); }

static VOID Requests(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    if (!BeginRequest()) {
        if (!Removing)
            Wrong(2);
        return;
    }
    if (Removed)
        Wrong(1);
    EndRequest();
}

static VOID Removes(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    Removing = TRUE;
    CloseGate();
    Removed = TRUE;
    if (BeginRequest())
        Wrong(3);
}

DRIVER_INITIALIZE DriverEntry;

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const PKSTART_ROUTINE routines[] = { Requests, Requests, Removes };
    NTSTATUS status = STATUS_SUCCESS;
    HANDLE thread;
    ULONG i;

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    InitializeGate();
    for (i = 0; i < ARRAYSIZE(routines) && NT_SUCCESS(status); i++) {
        status =
            PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, routines[i], NULL);
        if (NT_SUCCESS(status))
            ZwClose(thread);
    }
    return status;
}
