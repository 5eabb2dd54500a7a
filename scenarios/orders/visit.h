/* visit.h - for drivers that visit another process: one to visit, and an APC for one's own thread.
 */
#pragma once
#include "story.h"
#include <ntifs.h>

enum { SYSTEM_PID = 4, PIDS = 1000 };

/* Finds a process that is not System, and keeps a reference to it. NULL: there is none. */
static __inline PEPROCESS FindProcess(VOID)
{
    PEPROCESS process;
    ULONG_PTR pid;

    for (pid = SYSTEM_PID + 4; pid < PIDS; pid += 4)
        if (NT_SUCCESS(PsLookupProcessByProcessId((HANDLE)pid, &process)))
            return process;
    return NULL;
}

/* Starts a thread and initializes an APC for it, which goes to the environment (home or the visited
 * process) that the thread is in when the APC is queued. The thread object stays. */
static __inline NTSTATUS StartThreadWithApc(PKSTART_ROUTINE Routine, PRKAPC Apc,
                                            PKKERNEL_ROUTINE ApcRoutine)
{
    HANDLE handle;
    PVOID thread;
    NTSTATUS status =
        PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, Routine, NULL);

    if (!NT_SUCCESS(status))
        return status;
    status = ObReferenceObjectByHandle(handle, THREAD_ALL_ACCESS, *PsThreadType, KernelMode,
                                       &thread, NULL);
    if (NT_SUCCESS(status))
        KeInitializeApc(Apc, thread, InsertApcEnvironment, ApcRoutine, NULL, NULL, KernelMode,
                        NULL);
    ZwClose(handle);
    return status;
}
