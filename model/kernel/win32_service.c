/* win32_service.c - see winsvc.h: drivers of the scenario as services.
 *
 *   known --CreateService--> created --DeleteService--> deleted --CreateService--> created
 *                               '--DeleteService, loaded--> marked --unloaded--> deleted
 *
 * Which of the four a service is stands in struct win32_state. A driver that nobody created is
 * known: it can be opened and started.
 */
#include "model/kernel/win32.h"
#include "model/kernel/io.h"
#include "model/kernel/ke_service.h"
#include "model/kernel/kernel.h"
#include <string.h>

/* Handles of the service control manager, as no other object has them. */
#define MANAGER_HANDLE ((SC_HANDLE)(uintptr_t)0x00150000u)
#define SERVICE_HANDLE 0x00150010u /* and 16 more for each service */

enum { KNOWN, CREATED, MARKED, DELETED };

static bool fail(DWORD error)
{
    SetLastError(error);
    return false;
}

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

/* Finds a service by its name. False: the scenario has no such driver. */
static bool find(const char *name, uint32_t *number)
{
    const char *known;

    for (*number = 0; name != NULL && (known = io_service_name(*number)) != NULL; ++*number)
        if (lstrcmpiA(known, name) == 0)
            return true;
    return false;
}

/* What a service is now: a marked one whose driver has gone is deleted. */
static UCHAR *state_of(uint32_t number)
{
    UCHAR *state = &ke->win32->services[number];

    if (*state == MARKED && !io_service_present(io_service_name(number)))
        *state = DELETED;
    return state;
}

static SC_HANDLE handle_of(uint32_t number)
{
    return (SC_HANDLE)(uintptr_t)(SERVICE_HANDLE + number * 16);
}

/* The name of the service behind a handle; NULL and the last error: it is none. */
static const char *service_of(SC_HANDLE handle, uint32_t *number)
{
    uintptr_t offset = (uintptr_t)handle - SERVICE_HANDLE;
    const char *name = NULL;

    *number = (uint32_t)MIN_OF(offset / 16, (uintptr_t)UINT32_MAX);
    if ((uintptr_t)handle >= SERVICE_HANDLE && offset % 16 == 0)
        name = io_service_name(*number);
    if (name == NULL)
        SetLastError(ERROR_INVALID_HANDLE);
    return name;
}

SC_HANDLE WINAPI OpenServiceA(SC_HANDLE manager, LPCSTR name, DWORD access)
{
    uint32_t number;

    (void)access;
    if (manager != MANAGER_HANDLE)
        fail(ERROR_INVALID_HANDLE);
    else if (!find(name, &number) || *state_of(number) == DELETED)
        fail(ERROR_SERVICE_DOES_NOT_EXIST);
    else
        return handle_of(number);
    return NULL;
}

SC_HANDLE WINAPI OpenServiceW(SC_HANDLE manager, LPCWSTR name, DWORD access)
{
    char plain[MAX_PATH];

    return OpenServiceA(manager, win32_narrow(name, plain), access);
}

SC_HANDLE WINAPI CreateServiceA(SC_HANDLE manager, LPCSTR name, LPCSTR display, DWORD access,
                                DWORD type, DWORD start, DWORD error, LPCSTR path, LPCSTR group,
                                LPDWORD tag, LPCSTR needs, LPCSTR account, LPCSTR password)
{
    uint32_t number;

    (void)display, (void)access, (void)start, (void)error, (void)path, (void)group, (void)tag;
    (void)needs, (void)account, (void)password;
    if (manager != MANAGER_HANDLE) {
        fail(ERROR_INVALID_HANDLE);
    } else if (name == NULL || name[0] == 0) {
        fail(ERROR_INVALID_NAME);
    } else if (type != SERVICE_KERNEL_DRIVER && type != SERVICE_FILE_SYSTEM_DRIVER) {
        fail(ERROR_INVALID_PARAMETER);
    } else if (!find(name, &number)) {
        fail(ERROR_FILE_NOT_FOUND);
    } else if (*state_of(number) == MARKED) {
        fail(ERROR_SERVICE_MARKED_FOR_DELETE);
    } else if (*state_of(number) == CREATED ||
               (*state_of(number) == KNOWN && io_service_present(io_service_name(number)))) {
        fail(ERROR_SERVICE_EXISTS);
    } else {
        *state_of(number) = CREATED;
        return handle_of(number);
    }
    return NULL;
}

SC_HANDLE WINAPI CreateServiceW(SC_HANDLE manager, LPCWSTR name, LPCWSTR display, DWORD access,
                                DWORD type, DWORD start, DWORD error, LPCWSTR path, LPCWSTR group,
                                LPDWORD tag, LPCWSTR needs, LPCWSTR account, LPCWSTR password)
{
    char plain[MAX_PATH];

    (void)display, (void)path, (void)group, (void)needs, (void)account, (void)password;
    return CreateServiceA(manager, win32_narrow(name, plain), NULL, access, type, start, error,
                          NULL, NULL, tag, NULL, NULL, NULL);
}

BOOL WINAPI StartServiceA(SC_HANDLE service, DWORD count, LPCSTR *arguments)
{
    uint32_t number;
    const char *name = service_of(service, &number);

    (void)count, (void)arguments;
    if (name == NULL)
        return FALSE;
    if (*state_of(number) == MARKED)
        return fail(ERROR_SERVICE_MARKED_FOR_DELETE);
    if (*state_of(number) == DELETED)
        return fail(ERROR_SERVICE_DOES_NOT_EXIST);
    if (io_service_present(name))
        return fail(ERROR_SERVICE_ALREADY_RUNNING);
    service_enter(SERVICE_NtLoadDriver);
    return win32_leave(io_load_service(name));
}

BOOL WINAPI StartServiceW(SC_HANDLE service, DWORD count, LPCWSTR *arguments)
{
    (void)count, (void)arguments;
    return StartServiceA(service, 0, NULL);
}

static void tell(const char *name, DWORD otherwise, LPSERVICE_STATUS status)
{
    memset(status, 0, sizeof *status);
    status->dwServiceType = SERVICE_KERNEL_DRIVER;
    status->dwCurrentState = io_service_present(name) ? otherwise : SERVICE_STOPPED;
    if (status->dwCurrentState == SERVICE_RUNNING)
        status->dwControlsAccepted = SERVICE_ACCEPT_STOP;
}

BOOL WINAPI ControlService(SC_HANDLE service, DWORD control, LPSERVICE_STATUS status)
{
    uint32_t number;
    const char *name = service_of(service, &number);

    if (name == NULL)
        return FALSE;
    if (control != SERVICE_CONTROL_STOP && control != SERVICE_CONTROL_INTERROGATE)
        return fail(ERROR_INVALID_SERVICE_CONTROL);
    if (!io_service_present(name))
        return fail(ERROR_SERVICE_NOT_ACTIVE);
    if (control == SERVICE_CONTROL_INTERROGATE) {
        tell(name, SERVICE_RUNNING, status);
        return TRUE;
    }
    service_enter(SERVICE_NtUnloadDriver);
    NTSTATUS unloaded = io_unload_service(name);
    BOOL good = win32_leave(unloaded);

    if (unloaded == STATUS_INVALID_DEVICE_REQUEST) /* Without DriverUnload, or plug and play's. */
        fail(ERROR_INVALID_SERVICE_CONTROL);
    tell(name, good ? SERVICE_STOP_PENDING : SERVICE_RUNNING, status);
    return good;
}

BOOL WINAPI QueryServiceStatus(SC_HANDLE service, LPSERVICE_STATUS status)
{
    uint32_t number;
    const char *name = service_of(service, &number);

    if (name != NULL)
        tell(name, SERVICE_RUNNING, status);
    return name != NULL;
}

BOOL WINAPI DeleteService(SC_HANDLE service)
{
    uint32_t number;
    const char *name = service_of(service, &number);

    if (name == NULL)
        return FALSE;
    if (*state_of(number) == MARKED || *state_of(number) == DELETED)
        return fail(ERROR_SERVICE_MARKED_FOR_DELETE);
    *state_of(number) = io_service_present(name) ? MARKED : DELETED;
    return TRUE;
}

BOOL WINAPI CloseServiceHandle(SC_HANDLE handle)
{
    uint32_t number;

    return handle == MANAGER_HANDLE || service_of(handle, &number) != NULL;
}
