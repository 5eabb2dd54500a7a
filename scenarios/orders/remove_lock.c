/* remove_lock.c - a request uses what a device has allocated, and the removal of the device frees
 * it.
 *
 * The request fetches the pointer, and the block is freed before it is used. Defined MENDED, the
 * request holds the device's remove lock, and the removal waits for it; once it has begun to, the
 * lock is not given any more.
 */
#include "story.h"

#define STATE_TAG 'tatS'

typedef struct _STATE {
    LONG Requests;
} STATE, *PSTATE;

static PSTATE State; /* NULL: the device is gone. */
#if defined(MENDED)
static IO_REMOVE_LOCK Lock;
#endif

static VOID CountRequest(VOID)
{
    PSTATE state = State;

    if (state != NULL)
        state->Requests++;
}

static VOID Requests(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
#if defined(MENDED)
    if (!NT_SUCCESS(IoAcquireRemoveLock(&Lock, NULL)))
        return;
    CountRequest();
    IoReleaseRemoveLock(&Lock, NULL);
#else
    CountRequest();
#endif
}

static VOID Removes(PVOID Context)
{
    PSTATE state;

    UNREFERENCED_PARAMETER(Context);
#if defined(MENDED)
    IoAcquireRemoveLock(&Lock, NULL);
    IoReleaseRemoveLockAndWait(&Lock, NULL);
#endif
    state = State;
    State = NULL;
    ExFreePoolWithTag(state, STATE_TAG);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const PKSTART_ROUTINE threads[] = { Requests, Removes };

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    State = ExAllocatePoolWithTag(NonPagedPool, sizeof *State, STATE_TAG);
    if (State == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    State->Requests = 0;
#if defined(MENDED)
    IoInitializeRemoveLock(&Lock, STATE_TAG, 0, 0);
#endif
    return StartThreads(ARRAYSIZE(threads), threads);
}
