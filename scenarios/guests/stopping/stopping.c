/* stopping.c - the driver with the stopping flag: requests are counted, and a stop waits until the
 * count is zero.
 *
 * A request looks whether the driver is stopping, and counts itself if not. Between the look and the
 * count the stop can set its flag, find no request, and tear everything down: the request then works
 * on what is gone. Defined MENDED, a request counts itself first and looks afterwards, so the stop
 * either sees its count or is seen by it. The pattern is known from the literature on checking
 * drivers; this text is ours.
 */
#include <ntddk.h>

#define WORK_TAG 'potS'

typedef struct _STOP_STATE {
    LONG Pending; /* Requests at work, and one for the driver itself. */
    BOOLEAN Stopping;
    KEVENT Drained;
    PULONG Work; /* What requests work on; freed by the stop. */
} STOP_STATE;

static STOP_STATE State;

DRIVER_INITIALIZE DriverEntry;

static VOID Leave(VOID)
{
    if (InterlockedDecrement(&State.Pending) == 0)
        KeSetEvent(&State.Drained, IO_NO_INCREMENT, FALSE);
}

static BOOLEAN Enter(VOID)
{
#if defined(MENDED)
    InterlockedIncrement(&State.Pending);
    if (State.Stopping) {
        Leave();
        return FALSE;
    }
#else
    if (State.Stopping)
        return FALSE;
    InterlockedIncrement(&State.Pending);
#endif
    return TRUE;
}

static VOID Nap(ULONG Milliseconds)
{
    LARGE_INTEGER wait;

    wait.QuadPart = -10000 * (LONGLONG)Milliseconds;
    KeDelayExecutionThread(KernelMode, FALSE, &wait);
}

static VOID Start(VOID)
{
    State.Work = ExAllocatePoolWithTag(NonPagedPool, sizeof(ULONG), WORK_TAG);
    if (State.Work != NULL)
        *State.Work = 0;
    KeClearEvent(&State.Drained);
    State.Pending = 1;
    State.Stopping = FALSE;
}

static VOID Stop(VOID)
{
    State.Stopping = TRUE;
    Leave();
    KeWaitForSingleObject(&State.Drained, Executive, KernelMode, FALSE, NULL);
    ExFreePoolWithTag(State.Work, WORK_TAG);
    State.Work = NULL;
}

static VOID Requests(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    for (;;) {
        if (Enter()) {
            ASSERT(State.Work != NULL);
            ++*State.Work;
            KeStallExecutionProcessor(3);
            Leave();
        }
        Nap(15);
    }
}

/* Stops and starts the driver, as plug and play would. */
static VOID StopsAndStarts(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    for (;;) {
        Nap(15);
        Stop();
        Nap(15);
        Start();
    }
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    HANDLE thread;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    KeInitializeEvent(&State.Drained, NotificationEvent, FALSE);
    Start();
    status = PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, Requests, NULL);
    if (NT_SUCCESS(status))
        status = PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, StopsAndStarts, NULL);
    return status;
}
