/* ps_exit.c - the end of threads and processes (facts/nt-kernel.md 6.5, 6.6; the steps keep their
 * numbers).
 *
 * The order of the steps is what this file is about. IoCancelThreadIo comes before the handle
 * sweep, process notify routines come before it too, the user region goes after it, and the process
 * object is signaled last of all. A file's CLEANUP therefore runs in the complete process, at home,
 * inside a critical region (6.3 row d), unless a foreign thread swept first (row e).
 */
#include "model/kernel/ps.h"
#include "model/kernel/ex.h"
#include "model/kernel/io.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/kernel.h"
#include "model/kernel/mm_inside.h"
#include "model/kernel/ob.h"
#include "model/kernel/ob_timer.h"
#include "model/kernel/vf.h"

/* Offset of the image name in EPROCESS; Arg3 of stop 0xF4 points there. */
enum { IMAGE_NAME = 0x164 };

static uint32_t apc_disable(const struct ke_thread *thread)
{
    return (uint32_t)(uint16_t)thread->special_apc_disable << 16 |
           (uint16_t)thread->kernel_apc_disable;
}

/* (1) to (4): stops for state that a thread must not leave behind. */
static void check_leftovers(struct ke_thread *thread)
{
    if (thread->apc_state_index != ORIGINAL_APC_ENVIRONMENT) { /* Stop 5 site D; Arg4: 12 item 2. */
        ke->stop.by_exit = true;
        ke_stop_processes(INVALID_PROCESS_ATTACH_ATTEMPT, thread->process,
                          thread->apc_state.Process, thread->apc_state_index,
                          ke->switches.thread_exit_arg4 ? thread->address : ke_dpc_active());
    }
    if (KeGetCurrentIrql() > PASSIVE_LEVEL)
        KeLowerIrql(PASSIVE_LEVEL);
    if (ex_is_worker(thread))
        ke_stop(ACTIVE_EX_WORKER_THREAD_TERMINATION, thread->address, 0, 0, 0);
    if (apc_disable(thread) != 0)
        ke_stop(KERNEL_APC_PENDING_DURING_EXIT, 0, apc_disable(thread), KeGetCurrentIrql(), 0);
}

/* Lets the last thread of a process wait until the others, which no longer count as active, have
 * ended. */
static void wait_for_others(struct ke_process *process, struct ke_thread *self)
{
    struct link *pos = process->threads.next;

    while (pos != &process->threads) {
        struct ke_thread *other = LIST_ITEM(pos, struct ke_thread, process_link);

        pos = pos->next;
        if (other == self)
            continue;
        ObReferenceObject(other);
        KeWaitForSingleObject(other, Executive, KernelMode, FALSE, NULL);
        ObDereferenceObject(other);
        pos = process->threads.next; /* The list may have changed during the wait. */
    }
}

/* (15): the end of the process itself, while its handles and its memory still exist. */
static NT_FRAME void PspExitProcess(struct ke_process *process)
{
    process->exiting = true;
    ke_record(REC_PROCESS_EXIT, process->address, (uint32_t)process->exit_status, 0, 0);
    ps_notify(process, false);
    ps_debugger_exit(process);
}

/* (16): disables the queueing of APCs and runs the rundown routines of user APCs that never ran. */
static void flush_user_apcs(struct ke_thread *thread)
{
    LIST_ENTRY *list = &thread->apc_state.ApcListHead[UserMode];
    KIRQL old;

    thread->apc_queueable = false;
    KeRaiseIrql(APC_LEVEL, &old);
    while (!IsListEmpty(list)) {
        PRKAPC apc = CONTAINING_RECORD(RemoveHeadList(list), KAPC, ApcListEntry);

        apc->Inserted = FALSE;
        if (apc->RundownRoutine != NULL)
            apc->RundownRoutine(apc);
    }
    KeLowerIrql(old);
}

/* (18): stop 0x20 if a kernel APC is still queued or APCs are disabled. */
static void check_kernel_apcs(const struct ke_thread *thread)
{
    const LIST_ENTRY *list = &thread->apc_state.ApcListHead[KernelMode];
    uint32_t apc =
        IsListEmpty(list) ? 0 : ke_address_of(CONTAINING_RECORD(list->Flink, KAPC, ApcListEntry));

    if (apc != 0 || apc_disable(thread) != 0)
        ke_stop(KERNEL_APC_PENDING_DURING_EXIT, apc, apc_disable(thread), KeGetCurrentIrql(), 0);
}

static void clean_address_space(struct ke_process *process)
{
    struct mm_space *space = process->space;

    if (mm_locked_pages(process) != 0)
        ke_stop(PROCESS_HAS_LOCKED_PAGES, 0, process->address, (uint32_t)mm_locked_pages(process),
                0);
    mm_forget_plain(process);
    process->space = NULL; /* Copies from or to the process fault from now on. */
    if (space != NULL)
        /* 6.3 row h: views of sections are unmapped in this thread, at home. */
        mm_space_free(space);
}

/* (19): hands the thread to the reaper, which waits for its last step. */
static NORETURN void end_thread(struct ke_thread *thread)
{
    struct ke_process *process = thread->process;

    process->cpu_time += thread->cpu_time;
    list_del(&thread->process_link);
    list_add_tail(&ke->ps->reaper, &thread->process_link);
    if (!ke->ps->reaper_queued) {
        ke->ps->reaper_queued = true;
        ExQueueWorkItem(&ke->ps->reaper_item, HyperCriticalWorkQueue);
    }
    ke_thread_end();
}

static void signal_process(struct ke_process *process)
{
    process->header.SignalState = 1;
    ke_signal(&process->header, 0); /* Wakes waiters, such as the service control manager. */
}

NORETURN NT_FRAME void PspExitThread(NTSTATUS status)
{
    struct ke_thread *thread = ke_current_thread();
    struct ke_process *process = thread->process;
    bool last;

    if (UNLIKELY(ke->vf != NULL))
        vf_thread_ends();
    check_leftovers(thread); /* (1) to (4) */
    thread->previous_mode = KernelMode;
    thread->terminating = true; /* No second kill APC, no freeze. */
    thread->exit_status = status;
    ke_record(REC_THREAD_EXIT, thread->address, (uint32_t)status, 0, 0);
    ps_rundown_wait(&thread->rundown);     /* (5) */
    last = --process->active_threads == 0; /* (6) */
    if (last) {
        process->deleting = true;
        if (process->exit_status == STATUS_PENDING)
            process->exit_status = status;
        wait_for_others(process, thread);
        if (process->critical) /* (8) */
            ke_stop(CRITICAL_PROCESS_DIED, process->address, 0, 0, 0);
    }
    ps_notify_thread(thread, false);
    /* (7), (9), (10): debugger message, LPC ports and Win32k callouts have no counterpart here. */
    IoCancelThreadIo(thread); /* (11) */
    ob_timers_rundown(thread);
    ke_abandon_mutants(thread); /* (12) */
    ki_queue_leave(thread);
    /* (13), (14): user stack and TEB belong to the user side; no LPC. */
    if (last) {
        PspExitProcess(process); /* (15) */
        ObKillProcess(process);
    }
    flush_user_apcs(thread); /* (16) */
    if (last)
        clean_address_space(process); /* (17) */
    check_kernel_apcs(thread);        /* (18) */
    if (last)
        signal_process(process); /* (19) */
    end_thread(thread);
}

NTSTATUS PsTerminateSystemThread(NTSTATUS status)
{
    ke_require_irql(PASSIVE_LEVEL, 0);
    if (!ke_current_thread()->system_thread)
        return STATUS_INVALID_PARAMETER;
    PspExitThread(status);
}

/* ---- Termination from outside ---------------------------------------------------------------- */

static void kill_thread(struct ke_thread *thread, NTSTATUS status)
{
    if (thread->terminating || thread->exited)
        return;
    thread->exit_status = status;
    ke_insert_exit_apc(thread);
}

/* A system thread ends only by itself. */
NTSTATUS ps_terminate_thread(struct ke_thread *thread, NTSTATUS status)
{
    if (thread == ke_current_thread())
        PspExitThread(status);
    if (thread->system_thread)
        return STATUS_INVALID_PARAMETER;
    if (thread->exited)
        return STATUS_THREAD_IS_TERMINATING;
    kill_thread(thread, status);
    return STATUS_SUCCESS;
}

/* Queues kill APCs to every thread but `except`, and returns before any of them acts. Queueing is a
 * point, so the walk of the list keeps a reference to its place. */
static NTSTATUS kill_threads(struct ke_process *process, NTSTATUS status,
                             const struct ke_thread *except)
{
    struct link *pos = process->threads.next;

    if (process->critical) /* 6.6 */
        ke_stop(CRITICAL_OBJECT_TERMINATION, KE_PROCESS, process->address,
                process->address + IMAGE_NAME, 0);
    ke_record(REC_TERMINATE, process->address, ke_current_thread()->process->address,
              (uint32_t)status, 0);
    if (process->exit_status == STATUS_PENDING)
        process->exit_status = status;
    if (except == NULL || except->process != process)
        process->deleting = true;
    while (pos != &process->threads) {
        struct ke_thread *thread = LIST_ITEM(pos, struct ke_thread, process_link);

        pos = pos->next;
        if (thread == except || thread->terminating || thread->exited)
            continue;
        kill_thread(thread, status);
        pos = process->threads.next;
    }
    return STATUS_SUCCESS;
}

/* True if the terminator has to sweep (row e of 6.3): the process has a debug port, or no thread
 * that could do it. */
static bool needs_foreign_sweep(const struct ke_process *process)
{
    return process->debugger != NULL || process->active_threads == 0;
}

NT_FRAME NTSTATUS PspTerminateProcess(struct ke_process *process, NTSTATUS status)
{
    if (process == ke->system)
        return STATUS_ACCESS_DENIED;
    kill_threads(process, status, NULL);
    if (process != ke_current_thread()->process && needs_foreign_sweep(process))
        ObClearProcessHandleTable(process);
    return STATUS_SUCCESS;
}

NT_FRAME NTSTATUS NtTerminateProcess(HANDLE handle, NTSTATUS status)
{
    struct ke_thread *self = ke_current_thread();
    PVOID body;

    if (handle == NULL) /* First half of ExitProcess: all other threads. */
        return kill_threads(self->process, status, self);
    NTSTATUS found = ObReferenceObjectByHandle(handle, PROCESS_TERMINATE, *PsProcessType,
                                               self->previous_mode, &body, NULL);
    struct ke_process *process = body;

    if (!NT_SUCCESS(found))
        return found;
    if (process == ke->system) {
        ObDereferenceObject(process);
        return STATUS_ACCESS_DENIED;
    }
    kill_threads(process, status, self);
    if (process == self->process) {
        ObDereferenceObject(process); /* The thread still holds a reference. */
        PspExitThread(status);
    }
    if (needs_foreign_sweep(process))
        ObClearProcessHandleTable(process);
    ObDereferenceObject(process);
    return STATUS_SUCCESS;
}
