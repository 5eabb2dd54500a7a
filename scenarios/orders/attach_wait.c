/* attach_wait.c - a thread begins an operation and waits for it while it visits another process.
 *
 * The operation ends by an APC of the thread, which gives the result to the caller, as a completed
 * request does. The APC runs where the thread is: in the visited process, whose memory it would
 * overwrite. A check stops the machine before it does, in every order. Defined MENDED, the thread
 * comes home before it begins the operation.
 */
#include "visit.h"

static PEPROCESS Other;
static KAPC Apc;
static KEVENT Begun, Done;
static LONG Copied;

KKERNEL_ROUTINE GivesResult;

VOID GivesResult(PRKAPC ResultApc, PKNORMAL_ROUTINE *NormalRoutine, PVOID *NormalContext,
                 PVOID *Argument1, PVOID *Argument2)
{
    LONG pid = (LONG)(LONG_PTR)PsGetProcessId(PsGetCurrentProcess());

    UNREFERENCED_PARAMETER(ResultApc);
    UNREFERENCED_PARAMETER(NormalRoutine);
    UNREFERENCED_PARAMETER(NormalContext);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    if (pid != SYSTEM_PID)
        Wrong(pid, SYSTEM_PID);
    KeSetEvent(&Done, IO_NO_INCREMENT, FALSE);
}

static VOID Operate(VOID)
{
    KeSetEvent(&Begun, IO_NO_INCREMENT, FALSE);
    WaitFor(&Done);
}

static VOID Visits(PVOID Context)
{
    KAPC_STATE state;

    UNREFERENCED_PARAMETER(Context);
    KeStackAttachProcess(Other, &state);
    Copied++;
#if defined(MENDED)
    KeUnstackDetachProcess(&state);
    Operate();
#else
    Operate();
    KeUnstackDetachProcess(&state);
#endif
}

static VOID Completes(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    WaitFor(&Begun);
    KeInsertQueueApc(&Apc, NULL, NULL, IO_NO_INCREMENT);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    NTSTATUS status;

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    Other = FindProcess();
    if (Other == NULL)
        return STATUS_NOT_FOUND;
    KeInitializeEvent(&Begun, NotificationEvent, FALSE);
    KeInitializeEvent(&Done, NotificationEvent, FALSE);
    status = StartThreadWithApc(Visits, &Apc, GivesResult);
    if (NT_SUCCESS(status))
        status = StartThread(Completes, NULL);
    return status;
}
