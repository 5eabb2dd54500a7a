/* driver.c - lab stopping: requests use a device, and the device goes.
 *
 * A number counts the requests at work, and one more for the device itself; a flag says that the
 * device is about to go. What each function promises stands in lab.h.
 */
#include "lab.h"

static LONG Pending;
static BOOLEAN Stopping;
static KEVENT Idle; /* Set when Pending becomes zero. */

VOID InitializeGate(VOID)
{
    Pending = 1;
    KeInitializeEvent(&Idle, NotificationEvent, FALSE);
}

BOOLEAN BeginRequest(VOID)
{
    if (Stopping)
        return FALSE;
    InterlockedIncrement(&Pending);
    return TRUE;
}

VOID EndRequest(VOID)
{
    if (InterlockedDecrement(&Pending) == 0)
        KeSetEvent(&Idle, IO_NO_INCREMENT, FALSE);
}

VOID CloseGate(VOID)
{
    Stopping = TRUE;
    EndRequest();
    KeWaitForSingleObject(&Idle, Executive, KernelMode, FALSE, NULL);
}
