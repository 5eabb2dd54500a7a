/* win32_debug.c - the last chance of an exception: the JIT debugger that AeDebug names.
 *
 *   a thread faults --> no handler --> UnhandledExceptionFilter starts the AeDebug
 *      debugger and waits
 *   the debugger: DebugActiveProcess (the victim gets a debug port), sets the event it was given
 *   the thread raises again: second chance, all other threads freeze, the debugger gets the event
 *   the debugger writes its dump and calls TerminateProcess: its thread sweeps the victim's
 *      handles (nt-kernel.md 6.3 row e)
 *
 * Without a debugger the process ends by itself, and its last thread closes its handles at home
 * (row d).
 */
#include "model/kernel/win32.h"
#include "model/kernel/cm.h"
#include "model/kernel/ke_service.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ps.h"
#include <stdio.h>
#include <string.h>

#define AEDEBUG_KEY "\\Registry\\Machine\\Software\\Microsoft\\Windows NT\\CurrentVersion\\AeDebug"

/* ---- The debugger's side --------------------------------------------------------------------- */

BOOL WINAPI DebugActiveProcess(DWORD id)
{
    struct ke_process *target;

    service_enter(SERVICE_NtDebugActiveProcess);
    NTSTATUS status = PsLookupProcessByProcessId((HANDLE)(uintptr_t)id, &target);

    if (NT_SUCCESS(status)) {
        status = ps_debug_attach(ke_current_thread()->process, target);
        ObDereferenceObject(target);
    }
    return win32_leave(status);
}

/* Finds a debuggee of this process with a second-chance exception that is not yet reported. */
static struct ke_process *reporting(const struct ke_process *debugger)
{
    LIST_EACH(pos, &ke->processes) {
        struct ke_process *process = LIST_ITEM(pos, struct ke_process, process_link);

        if (process->debugger == debugger && process->win32 != NULL && process->win32->reporting)
            return process;
    }
    return NULL;
}

static NTSTATUS wait_for_event(LPDEBUG_EVENT event, LARGE_INTEGER *timeout)
{
    struct ke_process *self = ke_current_thread()->process, *target;

    while ((target = reporting(self)) == NULL) {
        NTSTATUS status =
            KeWaitForSingleObject(&self->win32->debug_event, UserRequest, UserMode, FALSE, timeout);

        if (status != STATUS_WAIT_0)
            return status == STATUS_TIMEOUT ? STATUS_UNSUCCESSFUL : status;
    }
    struct win32_process *victim = target->win32;

    victim->reporting = false;
    *event =
        (DEBUG_EVENT){ EXCEPTION_DEBUG_EVENT, target->id, victim->crash_thread, { { { 0 }, 0 } } };
    event->u.Exception.ExceptionRecord.ExceptionCode = (DWORD)victim->crash_code;
    event->u.Exception.ExceptionRecord.NumberParameters = 2;
    event->u.Exception.ExceptionRecord.ExceptionInformation[0] = victim->crash_write;
    event->u.Exception.ExceptionRecord.ExceptionInformation[1] = victim->crash_address;
    return STATUS_SUCCESS;
}

BOOL WINAPI WaitForDebugEvent(LPDEBUG_EVENT event, DWORD milliseconds)
{
    LARGE_INTEGER timeout = { .QuadPart = -(LONGLONG)milliseconds * 10000 };

    service_enter(SERVICE_NtWaitForDebugEvent);
    return win32_leave(wait_for_event(event, milliseconds == INFINITE ? NULL : &timeout));
}

/* ---- The victim's side ----------------------------------------------------------------------- */

/* Second chance: freezes the other threads, signals the debugger, and waits until this thread is
 * killed. */
static NORETURN void report_to_debugger(struct ke_thread *thread)
{
    struct ke_process *process = thread->process;

    service_enter(SERVICE_NtRaiseHardError);
    ps_freeze_process(process, thread);
    process->win32->reporting = true;
    KeSetEvent(&process->debugger->win32->debug_event, EVENT_INCREMENT, FALSE);
    service_leave(STATUS_SUCCESS);
    for (;;)
        Sleep(INFINITE);
}

static bool debugger_image(char *image, size_t size)
{
    return ke->switches.aedebug && cm_get_text(AEDEBUG_KEY, "Debugger", image, size) &&
           win32_find_image(image) != NULL;
}

/* Writes the debugger's command line, "-p <pid> -e <event>" in decimal, as in AeDebug's value
 * Debugger. */
static void format_command(WCHAR *out, uint32_t pid, uint32_t event)
{
    char text[WIN32_COMMAND_CHARS];
    size_t i = 0;

    snprintf(text, sizeof text, "-p %u -e %u", pid, event);
    for (; text[i] != 0; i++)
        out[i] = (WCHAR)text[i];
    out[i] = 0;
}

/* Starts the debugger and waits until it has attached. False: there is none, or it ended. */
static bool call_debugger(struct ke_process *process)
{
    char image[NAME_MAX_CHARS + 1];
    WCHAR wide[NAME_MAX_CHARS + 1], command[WIN32_COMMAND_CHARS];
    PROCESS_INFORMATION information;
    size_t i = 0;

    if (!debugger_image(image, sizeof image))
        return false;
    do
        wide[i] = (WCHAR)image[i];
    while (image[i++] != 0);
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);

    format_command(command, process->id, (uint32_t)(uintptr_t)event);
    if (event == NULL ||
        !CreateProcessW(wide, command, NULL, NULL, FALSE, 0, NULL, NULL, NULL, &information))
        return false;
    HANDLE either[] = { event, information.hProcess };

    WaitForMultipleObjects(2, either, FALSE, INFINITE);
    CloseHandle(information.hProcess);
    CloseHandle(event);
    return process->debugger != NULL;
}

/* Keeps the faulting thread for the dump of its process. */
static void keep_crash(const struct ke_thread *thread, NTSTATUS code, uint32_t address)
{
    struct ke_crash *crash = &ke->crash;

    if (crash->process[0] != 0)
        return;
    snprintf(crash->process, sizeof crash->process, "%s", thread->process->name);
    crash->thread = thread->name;
    crash->code = (uint32_t)code;
    crash->address = address;
    crash->frame_count =
        fiber_frames(ke->sim->fibers, fiber_current(ke->sim->fibers), __builtin_frame_address(0),
                     crash->frames, ARRAY_LEN(crash->frames));
}

void win32_last_chance(struct ke_thread *thread, NTSTATUS code, uint32_t address, bool write)
{
    struct ke_process *process = thread->process;
    struct win32_process *self = process->win32;

    thread->service = 0;
    if (self == NULL)
        return;
    /* Threads with later exceptions wait here and are killed with the process. */
    while (self->crashed)
        Sleep(INFINITE);
    self->crashed = true;
    self->crash_code = code;
    self->crash_address = address;
    self->crash_write = write;
    self->crash_thread = thread->id;
    keep_crash(thread, code, address);
    cm_log(LOG_APPLICATION, LOG_ERROR, "Application Error", 1000,
           "(simulated text) Faulting application %s, exception code %08x, fault address %08x.",
           process->name, (unsigned)code, address);
    if (process->debugger != NULL || call_debugger(process))
        report_to_debugger(thread);
}

/* ---- Exceptions on purpose ------------------------------------------------------------------- */

VOID WINAPI RaiseException(DWORD code, DWORD flags, DWORD count, const ULONG_PTR *arguments)
{
    (void)flags;
    ke_user_exception((NTSTATUS)code, count > 1 ? (uint32_t)arguments[1] : 0,
                      count > 0 && arguments[0] != 0);
}

static VOID NTAPI crash_kernel_routine(PRKAPC apc, PKNORMAL_ROUTINE *normal, PVOID *context,
                                       PVOID *argument1, PVOID *argument2)
{
    (void)normal, (void)context, (void)argument1, (void)argument2;
    ExFreePoolWithTag(apc, 'hsrC');
}

static VOID NTAPI crash_rundown(PRKAPC apc) { ExFreePoolWithTag(apc, 'hsrC'); }

static VOID NTAPI crash_routine(PVOID context, PVOID argument1, PVOID argument2)
{
    (void)argument1, (void)argument2;
    ke_user_exception((NTSTATUS)(LONG_PTR)context, 0, false);
}

NTSTATUS win32_crash_process(struct ke_process *process, NTSTATUS code)
{
    PRKAPC apc = ExAllocatePoolWithTag(NonPagedPool, sizeof *apc, 'hsrC');

    if (apc == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (list_empty(&process->threads)) {
        ExFreePoolWithTag(apc, 'hsrC');
        return STATUS_UNSUCCESSFUL;
    }
    struct ke_thread *thread = LIST_ITEM(process->threads.next, struct ke_thread, process_link);

    memset(apc, 0, sizeof *apc);
    KeInitializeApc(apc, thread, OriginalApcEnvironment, crash_kernel_routine, crash_rundown,
                    crash_routine, UserMode, (PVOID)(LONG_PTR)code);
    /* Like the exit APC, this one is delivered without an alertable wait, once the thread is at
     * home. */
    thread->apc_state_pointer[ORIGINAL_APC_ENVIRONMENT]->UserApcPending = TRUE;
    if (!KeInsertQueueApc(apc, NULL, NULL, 0)) {
        ExFreePoolWithTag(apc, 'hsrC');
        return STATUS_UNSUCCESSFUL;
    }
    return STATUS_SUCCESS;
}
