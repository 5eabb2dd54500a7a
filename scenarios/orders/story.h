/* story.h - what the drivers of this folder share: threads, waits, and the stop of a story that
 * went wrong.
 *
 *     static const PKSTART_ROUTINE threads[] = { Checks, Deposits, Withdraws };
 *
 *     return StartThreads(ARRAYSIZE(threads), threads);
 *
 * The threads belong to the System process and have one priority. Each gets its number, counted
 * from 0 in the order of starting, as its context.
 */
#pragma once
#include <ntddk.h>

DRIVER_INITIALIZE DriverEntry;

/* Starts a thread with a context. <= PASSIVE. */
static __inline NTSTATUS StartThread(PKSTART_ROUTINE Routine, PVOID Context)
{
    HANDLE thread;
    NTSTATUS status =
        PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, Routine, Context);

    if (NT_SUCCESS(status))
        ZwClose(thread);
    return status;
}

/* Starts a thread for each routine of a list. */
static __inline NTSTATUS StartThreads(ULONG Count, const PKSTART_ROUTINE *Routines)
{
    NTSTATUS status = STATUS_SUCCESS;
    ULONG i;

    for (i = 0; i < Count && NT_SUCCESS(status); i++)
        status = StartThread(Routines[i], (PVOID)(ULONG_PTR)i);
    return status;
}

/* Starts threads that all run one routine. */
static __inline NTSTATUS StartAlike(ULONG Count, PKSTART_ROUTINE Routine)
{
    NTSTATUS status = STATUS_SUCCESS;
    ULONG i;

    for (i = 0; i < Count && NT_SUCCESS(status); i++)
        status = StartThread(Routine, (PVOID)(ULONG_PTR)i);
    return status;
}

/* Waits for an event, a semaphore or a mutex, for ever if need be. */
static __inline VOID WaitFor(PVOID Object)
{
    KeWaitForSingleObject(Object, Executive, KernelMode, FALSE, NULL);
}

/* Stops the machine: the story went wrong. The arguments are what was found and what was
 * expected. */
static __inline VOID Wrong(LONG Found, LONG Expected)
{
    KeBugCheckEx(MANUALLY_INITIATED_CRASH, (ULONG_PTR)Found, (ULONG_PTR)Expected, 0, 0);
}
