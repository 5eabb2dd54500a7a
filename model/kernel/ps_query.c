/* ps_query.c - what drivers can ask of threads and processes (facts/ddi.md 2.12). */
#include "model/kernel/ke_cost.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ob_named.h"
#include "model/kernel/ps.h"
#include <string.h>

HANDLE PsGetThreadId(PETHREAD thread) { return (HANDLE)(uintptr_t)thread->id; }
HANDLE PsGetThreadProcessId(PETHREAD thread) { return (HANDLE)(uintptr_t)thread->process->id; }
PEPROCESS PsGetThreadProcess(PETHREAD thread) { return thread->process; }
PEPROCESS IoThreadToProcess(PETHREAD thread) { return thread->process; }
BOOLEAN PsIsSystemThread(PETHREAD thread) { return thread->system_thread; }
BOOLEAN PsIsThreadTerminating(PETHREAD thread) { return thread->terminating; }
const char *PsGetProcessImageFileName(PEPROCESS process) { return process->name; }

HANDLE PsGetProcessInheritedFromUniqueProcessId(PEPROCESS process)
{
    return (HANDLE)(uintptr_t)process->parent_id;
}

static struct ke_thread *thread_of(const struct ke_process *process, uint32_t id)
{
    LIST_EACH(pos, &process->threads) {
        struct ke_thread *thread = LIST_ITEM(pos, struct ke_thread, process_link);

        if (thread->id == id)
            return thread;
    }
    return NULL;
}

NTSTATUS PsLookupThreadByThreadId(HANDLE id, PETHREAD *thread)
{
    ke_require_irql(APC_LEVEL, 0);
    ex_cost(COST_HANDLE);
    LIST_EACH(pos, &ke->processes) {
        struct ke_thread *found =
            thread_of(LIST_ITEM(pos, struct ke_process, process_link), (uint32_t)(uintptr_t)id);

        if (found == NULL || ob_header(found)->pointer_count == 0)
            continue;
        ObReferenceObject(*thread = found);
        return STATUS_SUCCESS;
    }
    return STATUS_INVALID_PARAMETER;
}

NTSTATUS PsLookupProcessThreadByCid(PCLIENT_ID id, PEPROCESS *process, PETHREAD *thread)
{
    PETHREAD found;
    NTSTATUS status = PsLookupThreadByThreadId(id->UniqueThread, &found);

    if (!NT_SUCCESS(status))
        return status;
    if (PsGetThreadProcessId(found) != id->UniqueProcess) {
        ObDereferenceObject(found);
        return STATUS_INVALID_PARAMETER;
    }
    if (process != NULL)
        ObReferenceObject(*process = found->process);
    *thread = found;
    return STATUS_SUCCESS;
}

NTSTATUS ZwQueryInformationThread(HANDLE handle, THREADINFOCLASS class, PVOID out, ULONG length,
                                  PULONG returned)
{
    void *body;
    NTSTATUS status = ob_reference(handle, 0, OB_THREAD, &body);
    const struct ke_thread *thread = body;
    THREAD_BASIC_INFORMATION basic;
    KERNEL_USER_TIMES times = { .CreateTime.QuadPart = 0 };

    if (!NT_SUCCESS(status))
        return status;
    basic = (THREAD_BASIC_INFORMATION){
        .ExitStatus = thread->exit_status,
        .ClientId = { PsGetThreadProcessId(body), PsGetThreadId(body) },
        .AffinityMask = KeQueryActiveProcessors(),
        .Priority = thread->priority,
        .BasePriority = thread->base_priority,
    };
    times.KernelTime.QuadPart = (LONGLONG)(thread->cpu_time / 100);
    ObDereferenceObject(body);
    if (class != ThreadBasicInformation && class != ThreadTimes)
        return STATUS_INVALID_INFO_CLASS;
    ULONG bytes = class == ThreadBasicInformation ? sizeof basic : sizeof times;

    if (length != bytes)
        return STATUS_INFO_LENGTH_MISMATCH;
    if (class == ThreadBasicInformation)
        memcpy(out, &basic, bytes);
    else
        memcpy(out, &times, bytes);
    if (returned != NULL)
        *returned = bytes;
    return STATUS_SUCCESS;
}
