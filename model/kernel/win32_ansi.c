/* win32_ansi.c - see winansi.h: functions with narrow texts, and calls for drivers as services. */
#include "model/kernel/win32.h"
#include "model/kernel/io.h"
#include "model/kernel/ke_log.h"
#include "model/kernel/ke_service.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ps.h"
#include <stdio.h>
#include <string.h>

/* Handles of the service control manager, as no other object has them. */
#define MANAGER_HANDLE ((SC_HANDLE)(uintptr_t)0x00150000u)
#define SERVICE_HANDLE 0x00150010u /* and 16 more for each service */

/* Widens a text; a longer one is cut. NULL stays NULL. */
static PCWSTR widen(LPCSTR text, WCHAR out[MAX_PATH])
{
    INT i = 0;

    if (text == NULL)
        return NULL;
    for (; text[i] != 0 && i + 1 < MAX_PATH; i++)
        out[i] = (WCHAR)(UCHAR)text[i];
    out[i] = 0;
    return out;
}

static LPCSTR narrow(PCWSTR text, char out[MAX_PATH])
{
    INT i = 0;

    if (text == NULL)
        return NULL;
    for (; text[i] != 0 && i + 1 < MAX_PATH; i++)
        out[i] = text[i] < 256 ? (char)text[i] : '?';
    out[i] = 0;
    return out;
}

/* True if two names differ at most in the case of their letters. */
static bool same_name(const char *one, const char *other)
{
    while (*one != 0 &&
           RtlUpcaseUnicodeChar((WCHAR)(UCHAR)*one) == RtlUpcaseUnicodeChar((WCHAR)(UCHAR)*other)) {
        one++;
        other++;
    }
    return *one == 0 && *other == 0;
}

HANDLE WINAPI CreateFileA(LPCSTR name, DWORD access, DWORD share, LPSECURITY_ATTRIBUTES security,
                          DWORD disposition, DWORD flags, HANDLE template)
{
    WCHAR wide[MAX_PATH];

    return CreateFileW(widen(name, wide), access, share, security, disposition, flags, template);
}

BOOL WINAPI DeleteFileA(LPCSTR name)
{
    WCHAR wide[MAX_PATH];

    return DeleteFileW(widen(name, wide));
}

HANDLE WINAPI CreateEventA(LPSECURITY_ATTRIBUTES security, BOOL manual, BOOL state, LPCSTR name)
{
    WCHAR wide[MAX_PATH];

    return CreateEventW(security, manual, state, widen(name, wide));
}

HANDLE WINAPI CreateMutexA(LPSECURITY_ATTRIBUTES security, BOOL owned, LPCSTR name)
{
    WCHAR wide[MAX_PATH];

    return CreateMutexW(security, owned, widen(name, wide));
}

HANDLE WINAPI CreateSemaphoreA(LPSECURITY_ATTRIBUTES security, LONG count, LONG limit, LPCSTR name)
{
    WCHAR wide[MAX_PATH];

    return CreateSemaphoreW(security, count, limit, widen(name, wide));
}

VOID WINAPI OutputDebugStringA(LPCSTR text)
{
    ke_log_print(ke_current_thread()->process->name, text);
}

VOID WINAPI OutputDebugStringW(LPCWSTR text)
{
    char plain[MAX_PATH];

    OutputDebugStringA(narrow(text, plain));
}

BOOL WINAPI QueryPerformanceCounter(PLARGE_INTEGER count)
{
    count->QuadPart = (LONGLONG)ke->sim->now;
    return TRUE;
}

BOOL WINAPI QueryPerformanceFrequency(PLARGE_INTEGER frequency)
{
    frequency->QuadPart = (LONGLONG)SEC(1);
    return TRUE;
}

BOOL WINAPI SwitchToThread(VOID)
{
    Sleep(0);
    return TRUE;
}

/* ---- Services -------------------------------------------------------------------------------- */

SC_HANDLE WINAPI OpenSCManagerA(LPCSTR machine, LPCSTR database, DWORD access)
{
    (void)machine, (void)database, (void)access;
    return MANAGER_HANDLE;
}

SC_HANDLE WINAPI OpenSCManagerW(LPCWSTR machine, LPCWSTR database, DWORD access)
{
    (void)machine, (void)database, (void)access;
    return MANAGER_HANDLE;
}

/* The name of the service behind a handle; NULL and the last error: it is none. */
static const char *service_of(SC_HANDLE handle)
{
    uintptr_t number = ((uintptr_t)handle - SERVICE_HANDLE) / 16;
    const char *name = (uintptr_t)handle >= SERVICE_HANDLE && (uintptr_t)handle % 16 == 0
                           ? io_service_name((uint32_t)MIN_OF(number, (uintptr_t)UINT32_MAX))
                           : NULL;

    if (name == NULL)
        SetLastError(ERROR_INVALID_HANDLE);
    return name;
}

SC_HANDLE WINAPI OpenServiceA(SC_HANDLE manager, LPCSTR name, DWORD access)
{
    const char *known;

    (void)manager, (void)access;
    for (uint32_t i = 0; (known = io_service_name(i)) != NULL; i++)
        if (same_name(known, name))
            return (SC_HANDLE)(uintptr_t)(SERVICE_HANDLE + i * 16);
    SetLastError(ERROR_SERVICE_DOES_NOT_EXIST);
    return NULL;
}

SC_HANDLE WINAPI OpenServiceW(SC_HANDLE manager, LPCWSTR name, DWORD access)
{
    char plain[MAX_PATH];

    return OpenServiceA(manager, narrow(name, plain), access);
}

SC_HANDLE WINAPI CreateServiceA(SC_HANDLE manager, LPCSTR name, LPCSTR display, DWORD access,
                                DWORD type, DWORD start, DWORD error, LPCSTR path, LPCSTR group,
                                LPDWORD tag, LPCSTR needs, LPCSTR account, LPCSTR password)
{
    (void)display, (void)type, (void)start, (void)error, (void)path, (void)group, (void)tag;
    (void)needs, (void)account, (void)password;
    if (OpenServiceA(manager, name, access) != NULL)
        SetLastError(ERROR_SERVICE_EXISTS);
    return NULL;
}

SC_HANDLE WINAPI CreateServiceW(SC_HANDLE manager, LPCWSTR name, LPCWSTR display, DWORD access,
                                DWORD type, DWORD start, DWORD error, LPCWSTR path, LPCWSTR group,
                                LPDWORD tag, LPCWSTR needs, LPCWSTR account, LPCWSTR password)
{
    char plain[MAX_PATH];

    (void)display, (void)path, (void)group, (void)needs, (void)account, (void)password;
    return CreateServiceA(manager, narrow(name, plain), NULL, access, type, start, error, NULL,
                          NULL, tag, NULL, NULL, NULL);
}

BOOL WINAPI StartServiceA(SC_HANDLE service, DWORD count, LPCSTR *arguments)
{
    const char *name = service_of(service);

    (void)count, (void)arguments;
    if (name == NULL)
        return FALSE;
    if (io_service_present(name)) {
        SetLastError(ERROR_SERVICE_ALREADY_RUNNING);
        return FALSE;
    }
    service_enter(SERVICE_NtLoadDriver);
    return win32_leave(io_load_service(name));
}

BOOL WINAPI StartServiceW(SC_HANDLE service, DWORD count, LPCWSTR *arguments)
{
    (void)count, (void)arguments;
    return StartServiceA(service, 0, NULL);
}

BOOL WINAPI ControlService(SC_HANDLE service, DWORD control, LPSERVICE_STATUS status)
{
    const char *name = service_of(service);

    if (name == NULL)
        return FALSE;
    if (control != SERVICE_CONTROL_STOP || !io_service_present(name)) {
        SetLastError(control != SERVICE_CONTROL_STOP ? ERROR_INVALID_PARAMETER
                                                     : ERROR_SERVICE_NOT_ACTIVE);
        return FALSE;
    }
    service_enter(SERVICE_NtUnloadDriver);
    BOOL good = win32_leave(io_unload_service(name));

    memset(status, 0, sizeof *status);
    status->dwServiceType = SERVICE_KERNEL_DRIVER;
    status->dwCurrentState = io_service_present(name) ? 3 : 1; /* Stop pending, or stopped. */
    return good;
}

BOOL WINAPI DeleteService(SC_HANDLE service) { return service_of(service) != NULL; }

BOOL WINAPI CloseServiceHandle(SC_HANDLE handle)
{
    return handle == MANAGER_HANDLE || service_of(handle) != NULL;
}
