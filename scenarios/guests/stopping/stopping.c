/* stopping.c - the driver with the stopping flag: requests are counted, and a stop waits until the
 * count is zero.
 *
 * A request looks whether the driver is stopping, and counts itself if not. Between the look and the
 * count the stop can set its flag, find no request, and tear everything down: the request then works
 * on what is gone. Defined MENDED, rundown protection looks and counts in one step. (To count first
 * and look afterwards mends this race alone: a request that comes while the driver is stopped then
 * spoils the count or the event of the next start. points = memory finds that, too.) The pattern is
 * known from the literature on checking drivers; this text is ours.
 */
#include <ntddk.h>

#define WORK_TAG 'potS'

#if defined(MENDED)

typedef struct _STOP_STATE {
    EX_RUNDOWN_REF Rundown;
    PULONG Work; /* What requests work on; freed by the stop. */
} STOP_STATE;

static STOP_STATE State;

static BOOLEAN Enter(VOID) { return ExAcquireRundownProtection(&State.Rundown); }
static VOID Leave(VOID) { ExReleaseRundownProtection(&State.Rundown); }
static VOID Open(VOID) { ExReInitializeRundownProtection(&State.Rundown); }
static VOID Drain(VOID) { ExWaitForRundownProtectionRelease(&State.Rundown); }
static VOID Initialize(VOID) { ExInitializeRundownProtection(&State.Rundown); }

#else

typedef struct _STOP_STATE {
    LONG Pending; /* Requests at work, and one for the driver itself. */
    BOOLEAN Stopping;
    KEVENT Drained;
    PULONG Work; /* What requests work on; freed by the stop. */
} STOP_STATE;

static STOP_STATE State;

static VOID Leave(VOID)
{
    if (InterlockedDecrement(&State.Pending) == 0)
        KeSetEvent(&State.Drained, IO_NO_INCREMENT, FALSE);
}

static BOOLEAN Enter(VOID)
{
    if (State.Stopping)
        return FALSE;
    InterlockedIncrement(&State.Pending);
    return TRUE;
}

static VOID Open(VOID)
{
    KeClearEvent(&State.Drained);
    State.Pending = 1;
    State.Stopping = FALSE;
}

static VOID Drain(VOID)
{
    State.Stopping = TRUE;
    Leave();
    KeWaitForSingleObject(&State.Drained, Executive, KernelMode, FALSE, NULL);
}

static VOID Initialize(VOID)
{
    KeInitializeEvent(&State.Drained, NotificationEvent, FALSE);
    Open();
}

#endif

DRIVER_INITIALIZE DriverEntry;

static VOID Nap(ULONG Milliseconds)
{
    LARGE_INTEGER wait;

    wait.QuadPart = -10000 * (LONGLONG)Milliseconds;
    KeDelayExecutionThread(KernelMode, FALSE, &wait);
}

static VOID Allocate(VOID)
{
    State.Work = ExAllocatePoolWithTag(NonPagedPool, sizeof(ULONG), WORK_TAG);
    if (State.Work != NULL)
        *State.Work = 0;
}

static VOID Start(VOID)
{
    Allocate();
    Open();
}

static VOID Stop(VOID)
{
    Drain();
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
    Allocate();
    Initialize();
    status = PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, Requests, NULL);
    if (NT_SUCCESS(status))
        status = PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, StopsAndStarts, NULL);
    return status;
}
