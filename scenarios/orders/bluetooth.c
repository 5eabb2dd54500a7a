/* bluetooth.c - two requests use a device while it is removed; a number and a flag guard it.
 *
 * A request looks at the stopping flag and counts itself afterwards. In between the removal may set
 * the flag, find nobody to wait for, and stop the device, which the request then uses. Defined
 * MENDED, a request counts itself first.
 */
#include "story.h"

static LONG PendingIo = 1; /* The device itself counts, until it is removed. */
static BOOLEAN Stopping, Stopped;
static KEVENT Idle; /* PendingIo is zero. */

static VOID EndIo(VOID)
{
    if (InterlockedDecrement(&PendingIo) == 0)
        KeSetEvent(&Idle, IO_NO_INCREMENT, FALSE);
}

/* FALSE: the device is about to go. */
static BOOLEAN BeginIo(VOID)
{
#if defined(MENDED)
    InterlockedIncrement(&PendingIo);
    if (Stopping) {
        EndIo();
        return FALSE;
    }
#else
    if (Stopping)
        return FALSE;
    InterlockedIncrement(&PendingIo);
#endif
    return TRUE;
}

static VOID Requests(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    if (!BeginIo())
        return;
    if (Stopped)
        Wrong(TRUE, FALSE);
    EndIo();
}

static VOID Removes(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    Stopping = TRUE;
    EndIo();
    WaitFor(&Idle);
    Stopped = TRUE;
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const PKSTART_ROUTINE threads[] = { Requests, Requests, Removes };

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    KeInitializeEvent(&Idle, NotificationEvent, FALSE);
    return StartThreads(ARRAYSIZE(threads), threads);
}
