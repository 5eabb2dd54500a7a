/* win32_sync.c - Win32 functions for handles, events, waits and critical sections. */
#include "model/kernel/win32.h"
#include "model/kernel/ke_orders.h"
#include "model/kernel/ke_service.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ob_timer.h"

enum {
    CRITICAL_SECTION_NS = 40, /* An interlocked operation or two; estimate. */
    MEETING_RETRY_MS = 10,
};

/* ---- Handles --------------------------------------------------------------------------------- */

NTSTATUS win32_reference(HANDLE handle, enum ob_type_index type, void **body)
{
    NTSTATUS status = ObReferenceObjectByHandle(handle, 0, NULL, UserMode, body, NULL);

    if (NT_SUCCESS(status) && type != OB_TYPE_COUNT &&
        ob_header(*body)->type->index != (uint32_t)type) {
        ObDereferenceObject(*body);
        *body = NULL; /* On failure the caller has no reference to drop. */
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    return status;
}

enum { NAME_ROOM = NAME_MAX_CHARS - 18 };

/* Puts a Win32 name under \BaseNamedObjects, where named kernel objects lie. False: too long (a
 * name cut short could be that of another object). */
static bool based_name(LPCWSTR name, WCHAR *out)
{
    /* The one session's names are those of the whole machine, as in session 0 of 2003. */
    if (nt_wcsnicmp(name, L"Global\\", 7) == 0)
        name += 7;
    else if (nt_wcsnicmp(name, L"Local\\", 6) == 0)
        name += 6;
    lstrcpynW(out, L"\\BaseNamedObjects\\", 24);
    lstrcpynW(out + 18, name, NAME_ROOM);
    return lstrlenW(name) < NAME_ROOM;
}

NTSTATUS win32_new_handle(void *body, LPCWSTR name, HANDLE *out)
{
    WCHAR path[NAME_MAX_CHARS + 1];
    NTSTATUS status = STATUS_SUCCESS;

    if (name != NULL) {
        status = based_name(name, path) ? ob_name_insert(body, path) : STATUS_OBJECT_NAME_INVALID;
    }
    if (NT_SUCCESS(status))
        status = ob_create_handle(body, GENERIC_ALL, 0, UserMode, out);
    ObDereferenceObject(body);
    return status;
}

/* Opens an existing named object of this type, as the Create functions document. */
NTSTATUS win32_open_named(LPCWSTR name, enum ob_type_index type, HANDLE *out)
{
    WCHAR path[NAME_MAX_CHARS + 1];

    if (!based_name(name, path))
        return STATUS_OBJECT_NAME_INVALID;
    void *body = ob_name_find(path);

    if (body == NULL)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    if (ob_header(body)->type->index != (uint32_t)type)
        return STATUS_OBJECT_TYPE_MISMATCH;
    return ob_create_handle(body, GENERIC_ALL, 0, UserMode, out);
}

BOOL WINAPI CloseHandle(HANDLE handle)
{
    service_enter(SERVICE_NtClose);
    return win32_leave(ObpCloseHandle(handle, UserMode));
}

BOOL WINAPI DuplicateHandle(HANDLE source_process, HANDLE source, HANDLE target_process,
                            HANDLE *out, DWORD access, BOOL inherit, DWORD options)
{
    struct ke_process *from = NULL, *to = NULL;
    HANDLE made = NULL;

    (void)inherit;
    service_enter(SERVICE_NtDuplicateObject);
    NTSTATUS status = win32_reference(source_process, OB_PROCESS, (void **)&from);

    if (NT_SUCCESS(status) && target_process != NULL)
        status = win32_reference(target_process, OB_PROCESS, (void **)&to);
    if (NT_SUCCESS(status))
        status = ob_duplicate(from, source, to, &made, access, options);
    if (from != NULL)
        ObDereferenceObject(from);
    if (to != NULL)
        ObDereferenceObject(to);
    if (!win32_leave(status))
        return FALSE;
    if (out != NULL)
        *out = made;
    return TRUE;
}

/* ---- Making and signaling -------------------------------------------------------------------- */

/* How one kind of object is created. */
struct birth {
    enum ob_type_index type;
    size_t bytes;
    void (*initialize)(void *body, LONG a, LONG b);
    LONG a, b;
};

/* Common part of the three Create functions: an existing object is opened, with
 * ERROR_ALREADY_EXISTS beside the handle. */
static NTSTATUS be_born(LPCWSTR name, const struct birth *birth, HANDLE *out)
{
    void *body = ob_new(birth->type, birth->bytes, 0);

    if (body == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    birth->initialize(body, birth->a, birth->b);
    return win32_new_handle(body, name, out);
}

static HANDLE create_named(LPCWSTR name, const struct birth *birth)
{
    HANDLE handle = NULL;
    NTSTATUS status;
    bool existed;

    /* Another thread may create the name between lookup and creation: then look it up again. */
    do {
        status = name ? win32_open_named(name, birth->type, &handle) : STATUS_OBJECT_NAME_NOT_FOUND;
        existed = NT_SUCCESS(status);
        if (status == STATUS_OBJECT_NAME_NOT_FOUND)
            status = be_born(name, birth, &handle);
    } while (status == STATUS_OBJECT_NAME_COLLISION);
    if (!win32_leave(status))
        return NULL;
    SetLastError(existed ? ERROR_ALREADY_EXISTS : ERROR_SUCCESS);
    return handle;
}

static void event_init(void *body, LONG manual, LONG initial)
{
    KeInitializeEvent(body, manual ? NotificationEvent : SynchronizationEvent, initial != 0);
}

static void semaphore_init(void *body, LONG initial, LONG maximum)
{
    KeInitializeSemaphore(body, initial, maximum);
}

static void mutant_init(void *body, LONG a, LONG b)
{
    (void)a, (void)b;
    KeInitializeMutex(body, 0);
    ((PKMUTANT)body)->ApcDisable = 0; /* Owning a user-mode mutant is no critical region. */
}

HANDLE WINAPI CreateEventW(LPSECURITY_ATTRIBUTES security, BOOL manual, BOOL initial, LPCWSTR name)
{
    (void)security;
    service_enter(SERVICE_NtCreateEvent);
    return create_named(name,
                        &(struct birth){ OB_EVENT, sizeof(KEVENT), event_init, manual, initial });
}

HANDLE WINAPI CreateSemaphoreW(LPSECURITY_ATTRIBUTES security, LONG initial, LONG maximum,
                               LPCWSTR name)
{
    (void)security;
    service_enter(SERVICE_NtCreateSemaphore);
    if (maximum <= 0 || initial < 0 || initial > maximum) {
        win32_leave(STATUS_INVALID_PARAMETER);
        return NULL;
    }
    return create_named(name, &(struct birth){ OB_SEMAPHORE, sizeof(KSEMAPHORE), semaphore_init,
                                               initial, maximum });
}

HANDLE WINAPI CreateMutexW(LPSECURITY_ATTRIBUTES security, BOOL owned, LPCWSTR name)
{
    (void)security;
    service_enter(SERVICE_NtCreateMutant);
    HANDLE handle =
        create_named(name, &(struct birth){ OB_MUTANT, sizeof(KMUTANT), mutant_init, 0, 0 });
    DWORD error = GetLastError();

    if (handle != NULL && owned && error != ERROR_ALREADY_EXISTS)
        WaitForSingleObject(handle, 0);
    SetLastError(error);
    return handle;
}

static HANDLE open_named(LPCWSTR name, enum ob_type_index type, enum service_number service)
{
    HANDLE handle = NULL;

    service_enter(service);
    NTSTATUS status =
        name != NULL ? win32_open_named(name, type, &handle) : STATUS_INVALID_PARAMETER;

    return win32_leave(status) ? handle : NULL;
}

HANDLE WINAPI OpenEventW(DWORD access, BOOL inherit, LPCWSTR name)
{
    (void)access, (void)inherit;
    return open_named(name, OB_EVENT, SERVICE_NtOpenEvent);
}

HANDLE WINAPI OpenMutexW(DWORD access, BOOL inherit, LPCWSTR name)
{
    (void)access, (void)inherit;
    return open_named(name, OB_MUTANT, SERVICE_NtOpenMutant);
}

HANDLE WINAPI OpenSemaphoreW(DWORD access, BOOL inherit, LPCWSTR name)
{
    (void)access, (void)inherit;
    return open_named(name, OB_SEMAPHORE, SERVICE_NtOpenSemaphore);
}

static BOOL set_event(HANDLE event, enum service_number service, bool set)
{
    PKEVENT body;

    service_enter(service);
    NTSTATUS status = win32_reference(event, OB_EVENT, (void **)&body);

    if (NT_SUCCESS(status)) {
        if (set)
            KeSetEvent(body, EVENT_INCREMENT, FALSE);
        else
            KeResetEvent(body);
        ObDereferenceObject(body);
    }
    return win32_leave(status);
}

BOOL WINAPI SetEvent(HANDLE event) { return set_event(event, SERVICE_NtSetEvent, true); }
BOOL WINAPI ResetEvent(HANDLE event) { return set_event(event, SERVICE_NtResetEvent, false); }

BOOL WINAPI ReleaseSemaphore(HANDLE semaphore, LONG count, LPLONG previous)
{
    PKSEMAPHORE body;
    LONG old = 0;

    service_enter(SERVICE_NtReleaseSemaphore);
    NTSTATUS status = win32_reference(semaphore, OB_SEMAPHORE, (void **)&body);

    if (NT_SUCCESS(status)) {
        status = count > 0 ? ke_release_semaphore(body, EVENT_INCREMENT, count, &old)
                           : STATUS_INVALID_PARAMETER;
        ObDereferenceObject(body);
    }
    if (!win32_leave(status))
        return FALSE;
    if (previous != NULL)
        *previous = old;
    return TRUE;
}

BOOL WINAPI ReleaseMutex(HANDLE mutex)
{
    PKMUTANT body;

    service_enter(SERVICE_NtReleaseMutant);
    NTSTATUS status = win32_reference(mutex, OB_MUTANT, (void **)&body);

    if (NT_SUCCESS(status)) {
        if (body->OwnerThread != ke_current_thread())
            status = STATUS_MUTANT_NOT_OWNED;
        else
            KeReleaseMutex(body, FALSE);
        ObDereferenceObject(body);
    }
    return win32_leave(status);
}

/* ---- Waiting --------------------------------------------------------------------------------- */

static NTSTATUS waitable(HANDLE handle, void **body, void **header)
{
    NTSTATUS status = win32_reference(handle, OB_TYPE_COUNT, body);

    if (!NT_SUCCESS(status))
        return status;
    const struct ob_type *type = ob_header(*body)->type;

    if (!type->waitable) {
        ObDereferenceObject(*body);
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    *header = (char *)*body + type->default_header_offset;
    return STATUS_SUCCESS;
}

static LARGE_INTEGER *timeout_of(DWORD milliseconds, LARGE_INTEGER *timeout)
{
    timeout->QuadPart = -(LONGLONG)milliseconds * 10000;
    return milliseconds == INFINITE ? NULL : timeout;
}

static DWORD wait_result(NTSTATUS status)
{
    if (status >= STATUS_WAIT_0 && status <= STATUS_TIMEOUT)
        return (DWORD)status;
    SetLastError(RtlNtStatusToDosError(status));
    return WAIT_FAILED;
}

DWORD WINAPI WaitForSingleObjectEx(HANDLE handle, DWORD milliseconds, BOOL alertable)
{
    LARGE_INTEGER timeout;
    void *body, *header;

    service_enter(SERVICE_NtWaitForSingleObject);
    NTSTATUS status = waitable(handle, &body, &header);

    if (NT_SUCCESS(status)) {
        status = KeWaitForSingleObject(header, UserRequest, UserMode, alertable != 0,
                                       timeout_of(milliseconds, &timeout));
        ObDereferenceObject(body);
    }
    service_leave(status);
    return wait_result(status);
}

DWORD WINAPI WaitForSingleObject(HANDLE handle, DWORD milliseconds)
{
    return WaitForSingleObjectEx(handle, milliseconds, FALSE);
}

/* True if an object occurs twice, which a wait for all objects does not allow. */
static bool twice(void *const bodies[], DWORD count)
{
    for (DWORD i = 1; i < count; i++)
        for (DWORD j = 0; j < i; j++)
            if (bodies[i] == bodies[j])
                return true;
    return false;
}

DWORD WINAPI WaitForMultipleObjects(DWORD count, const HANDLE *handles, BOOL all,
                                    DWORD milliseconds)
{
    LARGE_INTEGER timeout;
    void *bodies[MAXIMUM_WAIT_OBJECTS], *headers[MAXIMUM_WAIT_OBJECTS];
    KWAIT_BLOCK blocks[MAXIMUM_WAIT_OBJECTS];
    DWORD got = 0;
    NTSTATUS status =
        count == 0 || count > MAXIMUM_WAIT_OBJECTS ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;

    service_enter(SERVICE_NtWaitForMultipleObjects);
    while (NT_SUCCESS(status) && got < count) {
        status = waitable(handles[got], &bodies[got], &headers[got]);
        if (NT_SUCCESS(status))
            got++;
    }
    if (NT_SUCCESS(status) && all && twice(bodies, count))
        status = STATUS_INVALID_PARAMETER;
    if (NT_SUCCESS(status))
        status =
            KeWaitForMultipleObjects(count, headers, all ? WaitAll : WaitAny, UserRequest, UserMode,
                                     FALSE, timeout_of(milliseconds, &timeout), blocks);
    while (got > 0)
        ObDereferenceObject(bodies[--got]);
    service_leave(status);
    return wait_result(status);
}

DWORD WINAPI SleepEx(DWORD milliseconds, BOOL alertable)
{
    LARGE_INTEGER interval = { .QuadPart = -(LONGLONG)milliseconds * 10000 };
    NTSTATUS status;

    if (milliseconds == INFINITE)
        interval.QuadPart = INT64_MIN;
    service_enter(SERVICE_NtDelayExecution);
    status = KeDelayExecutionThread(UserMode, alertable != 0, &interval);
    service_leave(status);
    return status == STATUS_USER_APC ? WAIT_IO_COMPLETION : 0;
}

VOID WINAPI Sleep(DWORD milliseconds) { SleepEx(milliseconds, FALSE); }

/* ---- Timers ---------------------------------------------------------------------------------- */

static void timer_init(void *body, LONG manual, LONG unused)
{
    (void)unused;
    ob_timer_init(body, manual ? NotificationTimer : SynchronizationTimer);
}

HANDLE WINAPI CreateWaitableTimerW(LPSECURITY_ATTRIBUTES security, BOOL manual, LPCWSTR name)
{
    (void)security;
    service_enter(SERVICE_NtCreateTimer);
    return create_named(
        name, &(struct birth){ OB_TIMER, sizeof(struct ob_timer), timer_init, manual != 0, 0 });
}

BOOL WINAPI SetWaitableTimer(HANDLE handle, const LARGE_INTEGER *due, LONG period,
                             PTIMERAPCROUTINE routine, LPVOID context, BOOL resume)
{
    void *timer;
    NTSTATUS status;

    service_enter(SERVICE_NtSetTimer);
    status = period < 0 ? STATUS_INVALID_PARAMETER : win32_reference(handle, OB_TIMER, &timer);
    if (!NT_SUCCESS(status))
        return win32_leave(status);
    ob_timer_set(timer,
                 &(struct ob_timer_settings){ *due, period, (PTIMER_APC_ROUTINE)(uintptr_t)routine,
                                              context, UserMode });
    ObDereferenceObject(timer);
    return win32_leave(resume ? STATUS_TIMER_RESUME_IGNORED : STATUS_SUCCESS);
}

BOOL WINAPI CancelWaitableTimer(HANDLE handle)
{
    void *timer;
    NTSTATUS status;

    service_enter(SERVICE_NtCancelTimer);
    status = win32_reference(handle, OB_TIMER, &timer);
    if (NT_SUCCESS(status)) {
        ob_timer_cancel(timer);
        ObDereferenceObject(timer);
    }
    return win32_leave(status);
}

/* ---- Critical sections ----------------------------------------------------------------------- */

VOID WINAPI InitializeCriticalSection(LPCRITICAL_SECTION section)
{
    *section = (CRITICAL_SECTION){ .LockCount = -1 };
}

VOID WINAPI DeleteCriticalSection(LPCRITICAL_SECTION section)
{
    if (section->LockSemaphore != NULL)
        CloseHandle(section->LockSemaphore);
    *section = (CRITICAL_SECTION){ .LockCount = -1 };
}

static HANDLE me(void) { return (HANDLE)(uintptr_t)ke_current_thread()->id; }

/* Returns the event of a critical section, made at the first contention; a thread that loses the
 * race to make it closes its own. Entering and leaving must neither fail nor change the last error,
 * so a thread that finds no memory for the event tries again later. */
static HANDLE meeting_point(LPCRITICAL_SECTION section)
{
    DWORD error = GetLastError();

    while (section->LockSemaphore == NULL) {
        HANDLE made = CreateEventW(NULL, FALSE, FALSE, NULL);

        if (made == NULL)
            Sleep(MEETING_RETRY_MS);
        else if (section->LockSemaphore == NULL)
            section->LockSemaphore = made;
        else
            CloseHandle(made);
    }
    SetLastError(error);
    return section->LockSemaphore;
}

static void enter(LPCRITICAL_SECTION section)
{
    if (++section->LockCount > 0) {
        if (section->OwningThread == me()) {
            section->RecursionCount++;
            return;
        }
        WaitForSingleObject(meeting_point(section), INFINITE);
    }
    section->OwningThread = me();
    section->RecursionCount = 1;
}

static bool is_left(const void *section, const struct ke_thread *thread)
{
    const CRITICAL_SECTION *s = section;

    return s->LockCount < 0 || s->OwningThread == (HANDLE)(uintptr_t)thread->id;
}

VOID WINAPI EnterCriticalSection(LPCRITICAL_SECTION section)
{
    ke_user_point(CRITICAL_SECTION_NS);
    if (UNLIKELY(ke->orders != NULL))
        ki_before(&(struct ke_step){
            .count = 1, .object = { section }, .effect = KE_WRITES, .open = is_left });
    enter(section);
}

/* Test and entry are one step: no point lies between them. */
BOOL WINAPI TryEnterCriticalSection(LPCRITICAL_SECTION section)
{
    ke_user_point(CRITICAL_SECTION_NS);
    if (UNLIKELY(ke->orders != NULL))
        ki_before_waited(section, KE_WRITES, is_left);
    if (section->LockCount >= 0 && section->OwningThread != me())
        return FALSE;
    enter(section);
    return TRUE;
}

VOID WINAPI LeaveCriticalSection(LPCRITICAL_SECTION section)
{
    if (UNLIKELY(ke->orders != NULL))
        ki_before_waited(section, KE_WRITES, is_left);
    if (--section->RecursionCount > 0) {
        section->LockCount--;
        return;
    }
    section->OwningThread = NULL;
    if (--section->LockCount >= 0)
        SetEvent(meeting_point(section));
}
