/* win32_process.c - Win32 functions for processes and threads. */
#include "model/kernel/win32.h"
#include "model/kernel/ex.h"
#include "model/kernel/ke_service.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ps.h"
#include <string.h>

/* ---- Threads --------------------------------------------------------------------------------- */

struct thread_start {
    LPTHREAD_START_ROUTINE routine;
    LPVOID parameter;
};

static void user_thread(void *context)
{
    struct thread_start start = *(struct thread_start *)context;

    HeapFree(GetProcessHeap(), 0, context);
    ke_user_point(0); /* A thread that was killed before it began ends here. */
    ExitThread(start.routine(start.parameter));
}

HANDLE WINAPI CreateThread(LPSECURITY_ATTRIBUTES security, SIZE_T stack,
                           LPTHREAD_START_ROUTINE routine, LPVOID parameter, DWORD flags,
                           LPDWORD id)
{
    struct thread_start *start = HeapAlloc(GetProcessHeap(), 0, sizeof *start);
    struct ke_thread *thread;
    HANDLE handle = NULL;

    (void)security, (void)stack, (void)flags;
    if (start == NULL) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return NULL;
    }
    *start = (struct thread_start){ routine, parameter };
    service_enter(SERVICE_NtCreateThread);
    NTSTATUS status = ps_create_thread(ke_current_thread()->process, user_thread, start, false,
                                       "thread", &thread);

    if (NT_SUCCESS(status)) {
        if (id != NULL)
            *id = thread->id;
        status = win32_new_handle(thread, NULL, &handle);
    } else {
        HeapFree(GetProcessHeap(), 0, start);
    }
    return win32_leave(status) ? handle : NULL;
}

DECLSPEC_NORETURN VOID WINAPI ExitThread(DWORD code)
{
    service_enter(SERVICE_NtTerminateThread);
    PspExitThread((NTSTATUS)code);
}

BOOL WINAPI GetExitCodeThread(HANDLE handle, LPDWORD code)
{
    struct ke_thread *thread;

    service_enter(SERVICE_NtTerminateThread);
    NTSTATUS status = win32_reference(handle, OB_THREAD, (void **)&thread);

    if (!win32_leave(status))
        return FALSE;
    *code = thread->exited ? (DWORD)thread->exit_status : STILL_ACTIVE;
    ObDereferenceObject(thread);
    return TRUE;
}

/* Converts a priority relative to the class, or one of the two ends of the dynamic range, to an
 * absolute one (4.1). */
static KPRIORITY absolute(const struct ke_thread *thread, INT priority)
{
    if (priority == THREAD_PRIORITY_IDLE)
        return 1;
    return priority == THREAD_PRIORITY_TIME_CRITICAL ? 15
                                                     : thread->process->base_priority + priority;
}

BOOL WINAPI SetThreadPriority(HANDLE handle, INT priority)
{
    struct ke_thread *thread;

    service_enter(SERVICE_NtCreateThread);
    bool known = (priority >= THREAD_PRIORITY_LOWEST && priority <= THREAD_PRIORITY_HIGHEST) ||
                 priority == THREAD_PRIORITY_IDLE || priority == THREAD_PRIORITY_TIME_CRITICAL;
    NTSTATUS status =
        known ? win32_reference(handle, OB_THREAD, (void **)&thread) : STATUS_INVALID_PARAMETER;

    if (NT_SUCCESS(status)) {
        KeSetPriorityThread(thread, absolute(thread, priority));
        ObDereferenceObject(thread);
    }
    return win32_leave(status);
}

/* ---- Processes ------------------------------------------------------------------------------- */

/* Frees Win32's part when the process object is deleted. */
static void process_gone(struct ke_process *process)
{
    win32_heap_free_all(process->win32);
    ExFreePoolWithTag(process->win32, 'bePW');
    process->win32 = NULL;
}

/* Gives a process its Win32 part. The creator and the first thread both do this, because the thread
 * may run, and even end, before the creator goes on. */
static void give_user_side(struct ke_process *process, struct win32_process *self)
{
    process->win32 = self;
    process->win32_exit = process_gone;
}

static void user_process(void *context)
{
    struct win32_process *self = context;

    give_user_side(ke_current_thread()->process, self);
    ps_notify_image(ke_current_thread()->process->name, ke_current_thread()->process);
    ke_user_point(0);
    ExitProcess(self->main(NULL));
}

NTSTATUS win32_start_process(const char *name, PCWSTR command, struct ke_process *parent,
                             struct ke_process **out)
{
    struct win32_image *image = win32_find_image(name);
    struct win32_process *self;

    if (image == NULL)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    self = ex_pool_try_as(NonPagedPool, sizeof *self, WIN32_PROCESS_BYTES, 'bePW');
    if (self == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    memset(self, 0, sizeof *self);
    self->main = image->main;
    KeInitializeEvent(&self->debug_event, SynchronizationEvent, FALSE);
    if (command != NULL)
        lstrcpynW(self->command, command, WIN32_COMMAND_CHARS);
    NTSTATUS status = ps_create_process(name, image->started ? 0 : image->pinned, parent,
                                        user_process, self, out);

    if (!NT_SUCCESS(status)) {
        ExFreePoolWithTag(self, 'bePW');
        return status;
    }
    image->started = true;
    give_user_side(*out, self);
    return STATUS_SUCCESS;
}

static void narrow(LPCWSTR from, char *to, size_t max)
{
    size_t i = 0;

    for (; i + 1 < max && from[i] != 0; i++)
        to[i] = (char)from[i];
    to[i] = 0;
}

BOOL WINAPI CreateProcessW(LPCWSTR application, LPWSTR command,
                           LPSECURITY_ATTRIBUTES process_security,
                           LPSECURITY_ATTRIBUTES thread_security, BOOL inherit, DWORD flags,
                           LPVOID environment, LPCWSTR directory, LPSTARTUPINFOW startup,
                           LPPROCESS_INFORMATION information)
{
    struct ke_process *process;
    char name[NAME_MAX_CHARS + 1];

    (void)process_security, (void)thread_security, (void)inherit, (void)flags, (void)environment,
        (void)directory, (void)startup;
    *information = (PROCESS_INFORMATION){ 0 };
    narrow(application, name, sizeof name);
    service_enter(SERVICE_NtCreateProcess);
    NTSTATUS status = win32_start_process(name, command, ke_current_thread()->process, &process);

    if (NT_SUCCESS(status)) {
        information->dwProcessId = process->id;
        status = win32_new_handle(process, NULL, &information->hProcess);
    }
    return win32_leave(status);
}

HANDLE WINAPI OpenProcess(DWORD access, BOOL inherit, DWORD id)
{
    struct ke_process *process;
    HANDLE handle = NULL;

    (void)access, (void)inherit;
    service_enter(SERVICE_NtOpenProcess);
    NTSTATUS status = PsLookupProcessByProcessId((HANDLE)(uintptr_t)id, &process);

    if (NT_SUCCESS(status))
        status = win32_new_handle(process, NULL, &handle);
    else
        /* The documented error of OpenProcess for an unknown ID. */
        status = STATUS_INVALID_PARAMETER;
    return win32_leave(status) ? handle : NULL;
}

BOOL WINAPI TerminateProcess(HANDLE process, UINT code)
{
    service_enter(SERVICE_NtTerminateProcess);
    return win32_leave(NtTerminateProcess(process, (NTSTATUS)code));
}

DECLSPEC_NORETURN VOID WINAPI ExitProcess(UINT code)
{
    service_enter(SERVICE_NtTerminateProcess);
    NtTerminateProcess(NULL, (NTSTATUS)code); /* Ends the other threads. */
    PspExitThread((NTSTATUS)code);
}

BOOL WINAPI GetExitCodeProcess(HANDLE handle, LPDWORD code)
{
    struct ke_process *process;

    service_enter(SERVICE_NtOpenProcess);
    if (!win32_leave(win32_reference(handle, OB_PROCESS, (void **)&process)))
        return FALSE;
    *code = process->header.SignalState ? (DWORD)process->exit_status : STILL_ACTIVE;
    ObDereferenceObject(process);
    return TRUE;
}

LPWSTR WINAPI GetCommandLineW(VOID) { return ke_current_thread()->process->win32->command; }
HANDLE WINAPI GetCurrentProcess(VOID) { return (HANDLE)(LONG_PTR)-1; }
HANDLE WINAPI GetCurrentThread(VOID) { return (HANDLE)(LONG_PTR)-2; }
DWORD WINAPI GetCurrentProcessId(VOID) { return ke_current_thread()->process->id; }
DWORD WINAPI GetCurrentThreadId(VOID) { return ke_current_thread()->id; }
