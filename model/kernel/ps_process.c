/* ps_process.c - making, finding and deleting processes and threads (facts/nt-kernel.md 1.1, 6.5).
 *
 * References. A thread holds its process; a process object lives until the last of its threads,
 * handles and pointers is gone, so it outlasts its end. A thread object holds a reference to itself
 * while the thread runs; the process reaper drops it when the thread has ended.
 */
#include "model/kernel/ps.h"
#include "model/kernel/ex.h"
#include "model/kernel/ke_cost.h"
#include "model/kernel/ke_points.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/mm.h"
#include "model/kernel/ob.h"
#include <string.h>

enum { CLIENT_ID_STEP = 4, SYSTEM_ID = 4, NORMAL_BASE = 8 }; /* 4.1: NORMAL class, normal level. */

static VOID PspReaper(PVOID parameter);

/* ---- Start ----------------------------------------------------------------------------------- */

static struct ke_process *process_new(const char *name, uint32_t address)
{
    struct ke_process *process = ob_new(OB_PROCESS, sizeof *process, address);

    if (process == NULL)
        return NULL;
    ke_header_init(&process->header, KE_PROCESS, 0);
    process->id = ke->next_id;
    ke->next_id += CLIENT_ID_STEP;
    process->address = ob_address(process);
    ke_address_set(&process->header, process->address);
    for (size_t i = 0; i < NAME_MAX_CHARS && name[i] != 0; i++)
        process->name[i] = name[i];
    process->base_priority = NORMAL_BASE;
    process->exit_status = STATUS_PENDING;
    list_init(&process->threads);
    KeInitializeEvent(&process->rundown.drained, NotificationEvent, FALSE);
    list_add_tail(&ke->processes, &process->process_link);
    ob_table_new(process);
    return process;
}

void ps_start(void)
{
    ke->ps = arena_take(ke->sim->arena, sizeof *ke->ps, 64);
    list_init(&ke->ps->reaper);
    ke->ps->reaper_item = (WORK_QUEUE_ITEM){ .WorkerRoutine = PspReaper };
    if (ke->processes.next == NULL)
        list_init(&ke->processes);
    if (ke->next_id == 0)
        ke->next_id = SYSTEM_ID;
    ke->system = process_new("System", 0);
    CHECK(ke->system != NULL && ke->system->handles != NULL);
    ex_workers_run();
}

/* ---- Threads --------------------------------------------------------------------------------- */

struct thread_start {
    void (*start)(void *);
    void *context;
};

static struct thread_start take_start(void *context)
{
    struct thread_start start = *(struct thread_start *)context;

    ex_pool_give(context);
    return start;
}

static NT_FRAME void PspSystemThreadStartup(void *context)
{
    struct thread_start start = take_start(context);

    ke_require_loaded((const void *)(uintptr_t)start.start);
    start.start(start.context);
    ke_require_irql(PASSIVE_LEVEL, 0);
    PspExitThread(STATUS_SUCCESS);
}

/* Main function of a user thread: runs start, then ends the thread by a system call. */
static NT_FRAME void PspUserThreadStartup(void *context)
{
    struct thread_start start = take_start(context);

    ke_current_thread()->previous_mode = UserMode;
    start.start(start.context);
    ke_current_thread()->previous_mode = KernelMode;
    PspExitThread(STATUS_SUCCESS);
}

NTSTATUS ps_create_thread(struct ke_process *process, void (*start)(void *), void *context,
                          bool system_thread, const char *name, struct ke_thread **out)
{
    struct thread_start *first =
        ex_pool_take_as(NonPagedPool, sizeof *first, 8, EX_TAG('P', 's', 'S', 't'));
    struct ke_thread *thread = first != NULL ? ob_new(OB_THREAD, sizeof *thread, 0) : NULL;

    if (thread == NULL || process->deleting) {
        if (first != NULL)
            ex_pool_give(first);
        if (thread == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        /* The thread was never initialised, so there is nothing to undo. */
        ex_pool_give(ob_header(thread));
        return STATUS_PROCESS_IS_TERMINATING;
    }
    *first = (struct thread_start){ start, context };
    thread->id = ke->next_id;
    ke->next_id += CLIENT_ID_STEP;
    thread->address = ob_address(thread);
    thread->name = name;
    thread->start_routine = (const void *)(uintptr_t)start;
    thread->system_thread = system_thread;
    ke_thread_init(thread, process, system_thread ? PspSystemThreadStartup : PspUserThreadStartup,
                   first, process->base_priority);
    ke_address_set(&thread->header, thread->address);
    thread->exit_status = STATUS_PENDING;
    ObReferenceObject(process);
    ObReferenceObject(thread); /* The thread's reference to itself, dropped by the reaper. */
    list_add_tail(&process->threads, &thread->process_link);
    process->active_threads++;
    ke_record(REC_THREAD_NEW, thread->address, process->address, thread->id, 0);
    if (out != NULL)
        *out = thread;
    ps_notify_thread(thread, true);
    ke_thread_start(thread);
    if (out == NULL)
        ObDereferenceObject(thread);
    return STATUS_SUCCESS;
}

NTSTATUS PsCreateSystemThread(PHANDLE handle, ULONG access, POBJECT_ATTRIBUTES attributes,
                              HANDLE process_handle, PVOID client_id, PKSTART_ROUTINE start,
                              PVOID context)
{
    ULONG flags = attributes != NULL ? attributes->Attributes : OBJ_KERNEL_HANDLE;
    PVOID process = ke->system;
    const char *owner = NULL; /* A driver's threads have its name. */
    struct ke_thread *thread;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(client_id);
    ke_require_irql(PASSIVE_LEVEL, 0);
    if (process_handle != NULL)
        status = ObReferenceObjectByHandle(process_handle, 0, *PsProcessType, KernelMode, &process,
                                           NULL);
    else
        status = ObReferenceObjectByPointer(process, 0, NULL, KernelMode);
    if (!NT_SUCCESS(status))
        return status;
    if (ke->code_owner != NULL)
        owner = ke->code_owner((const void *)(uintptr_t)start);
    status =
        ps_create_thread(process, start, context, true, owner != NULL ? owner : "system", &thread);
    ObDereferenceObject(process);
    if (!NT_SUCCESS(status))
        return status;
    status = ob_create_handle(thread, access, flags, KernelMode, handle);
    ObDereferenceObject(thread);
    return status;
}

/* The reaper (hypercritical queue, 5.1): drops the references of ended threads, which may delete
 * them and their processes. */
static VOID PspReaper(PVOID parameter)
{
    struct link *link;

    UNREFERENCED_PARAMETER(parameter);
    ke->ps->reaper_queued = false;
    while ((link = list_take(&ke->ps->reaper)) != NULL) {
        struct ke_thread *thread = LIST_ITEM(link, struct ke_thread, process_link);

        KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL);
        ObDereferenceObject(thread);
    }
}

void PspDeleteThread(void *body)
{
    struct ke_thread *thread = body;

    ObDereferenceObject(thread->process);
}

/* ---- Processes ------------------------------------------------------------------------------- */

void ps_notify(struct ke_process *process, bool create)
{
    for (uint32_t i = 0; i < ke->ps->notify_count; i++)
        if (ke->ps->notify[i] != NULL) /* NULL is a routine like any other, and calls nothing. */
            ke->ps->notify[i]((HANDLE)(uintptr_t)process->parent_id, (HANDLE)(uintptr_t)process->id,
                              (BOOLEAN)create);
}

NTSTATUS PsSetCreateProcessNotifyRoutine(PCREATE_PROCESS_NOTIFY_ROUTINE routine, BOOLEAN remove)
{
    struct ps_state *ps = ke->ps;
    uint32_t at = 0;

    ke_require_irql(PASSIVE_LEVEL, 0);
    while (at < ps->notify_count && ps->notify[at] != routine)
        at++;
    if (remove && at == ps->notify_count)
        return STATUS_PROCEDURE_NOT_FOUND;
    if (!remove && (at < ps->notify_count || at == PS_NOTIFY_MAX))
        return STATUS_INVALID_PARAMETER;
    if (remove)
        ps->notify[at] = ps->notify[--ps->notify_count];
    else
        ps->notify[ps->notify_count++] = routine;
    return STATUS_SUCCESS;
}

NTSTATUS ps_create_process(const char *name, uint32_t address, struct ke_process *parent,
                           void (*start)(void *), void *context, struct ke_process **out)
{
    struct ke_process *process = process_new(name, address);

    if (process == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    process->parent_id = parent != NULL ? parent->id : 0;
    process->space = mm_space_new();
    ke_record(REC_PROCESS_NEW, process->address, process->id, 0, 0);
    if (process->space == NULL || process->handles == NULL) {
        ObDereferenceObject(process);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    ps_notify(process, true);
    NTSTATUS status = ps_create_thread(process, start, context, false, process->name, NULL);

    if (NT_SUCCESS(status) && out != NULL)
        *out = process;
    else
        ObDereferenceObject(process);
    return status;
}

/* Deletes a process object. A table that still exists is swept by the thread that dropped the last
 * reference, attached to the process (6.3 row f). */
void PspDeleteProcess(void *body)
{
    struct ke_process *process = body;

    process->exiting = process->deleting = true;
    if (process->debugger != NULL)
        ObDereferenceObject(process->debugger);
    process->debugger = NULL;
    if (process->handles != NULL)
        ob_sweep_attached(process);
    if (process->space != NULL)
        mm_space_free(process->space);
    process->space = NULL;
    list_del(&process->process_link);
    if (process->win32_exit != NULL)
        process->win32_exit(process);
    ke_record(REC_PROCESS_DELETE, process->address, 0, 0, 0);
}

/* ---- Queries --------------------------------------------------------------------------------- */

struct ke_process *ps_find(const char *name)
{
    LIST_EACH(pos, &ke->processes) {
        struct ke_process *process = LIST_ITEM(pos, struct ke_process, process_link);

        if (!process->deleting && strcmp(process->name, name) == 0)
            return process;
    }
    return NULL;
}

struct ke_process *ps_by_id(uint32_t id)
{
    LIST_EACH(pos, &ke->processes) {
        struct ke_process *process = LIST_ITEM(pos, struct ke_process, process_link);

        if (process->id == id)
            return process;
    }
    return NULL;
}

PKTHREAD KeGetCurrentThread(VOID) { return ke_current_thread(); }
PEPROCESS PsGetCurrentProcess(VOID) { return ke_current_process(); }
PEPROCESS PsInitialSystemProcess_sim(VOID) { return ke->system; }
HANDLE PsGetCurrentProcessId(VOID) { return (HANDLE)(uintptr_t)ke_current_thread()->process->id; }
HANDLE PsGetCurrentThreadId(VOID) { return (HANDLE)(uintptr_t)ke_current_thread()->id; }
HANDLE PsGetProcessId(PEPROCESS process) { return (HANDLE)(uintptr_t)process->id; }
NTSTATUS PsGetProcessExitStatus(PEPROCESS process) { return process->exit_status; }

/* Looks up a process by its ID. A process without a living thread is not found, although its object
 * exists. */
NTSTATUS PsLookupProcessByProcessId(HANDLE id, PEPROCESS *process)
{
    struct ke_process *found = ps_by_id((uint32_t)(uintptr_t)id);

    ke_require_irql(APC_LEVEL, 0);
    ex_cost(COST_HANDLE);
    if (found == NULL || found->deleting || ob_header(found)->pointer_count == 0)
        return STATUS_INVALID_PARAMETER;
    ObReferenceObject(*process = found);
    return STATUS_SUCCESS;
}

/* ---- Rundown protection ---------------------------------------------------------------------- */

bool ps_rundown_acquire(struct ps_rundown *rundown)
{
    if (rundown->closed)
        return false;
    rundown->count++;
    return true;
}

void ps_rundown_release(struct ps_rundown *rundown)
{
    CHECK(rundown->count > 0);
    if (--rundown->count == 0 && rundown->closed)
        KeSetEvent(&rundown->drained, 0, FALSE);
}

void ps_rundown_wait(struct ps_rundown *rundown)
{
    rundown->closed = true;
    if (rundown->count > 0)
        KeWaitForSingleObject(&rundown->drained, Executive, KernelMode, FALSE, NULL);
}
