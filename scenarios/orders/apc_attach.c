/* apc_attach.c - a thread visits a process, and an APC of the same thread visits another one.
 *
 * KeAttachProcess does not nest. If the APC is queued while the thread is away, its routine runs in
 * the visited process and asks for a third one: stop 5. Defined MENDED, the APC's routine uses
 * KeStackAttachProcess, which nests.
 */
#include "visit.h"

static PEPROCESS Other;
static KAPC Apc;
static LONG Visits;

KKERNEL_ROUTINE VisitsSystem;

VOID VisitsSystem(PRKAPC VisitsApc, PKNORMAL_ROUTINE *NormalRoutine, PVOID *NormalContext,
                  PVOID *Argument1, PVOID *Argument2)
{
#if defined(MENDED)
    KAPC_STATE state;
#endif

    UNREFERENCED_PARAMETER(VisitsApc);
    UNREFERENCED_PARAMETER(NormalRoutine);
    UNREFERENCED_PARAMETER(NormalContext);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
#if defined(MENDED)
    KeStackAttachProcess(PsInitialSystemProcess, &state);
    Visits++;
    KeUnstackDetachProcess(&state);
#else
    KeAttachProcess(PsInitialSystemProcess);
    Visits++;
    KeDetachProcess();
#endif
}

static VOID VisitsOther(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    KeAttachProcess(Other);
    Visits++;
    KeDetachProcess();
}

static VOID QueuesApc(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
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
    status = StartThreadWithApc(VisitsOther, &Apc, VisitsSystem);
    if (NT_SUCCESS(status))
        status = StartThread(QueuesApc, NULL);
    return status;
}
