/* winsvc.h - the service control manager, as programs that install a driver call it. <windows.h>
 * includes it.
 *
 * Services are the drivers of the scenario, by the names of their sections: a path cannot bring in
 * another. On a new machine such a driver lies on the disk and is no service yet, unless it starts
 * with the system or at a time; but programs that never install it are as common, so OpenService
 * finds it at once. CreateService succeeds once, and again after DeleteService.
 */
#pragma once
#include "windows.h"

typedef HANDLE SC_HANDLE, *LPSC_HANDLE;
typedef struct _SERVICE_STATUS {
    DWORD dwServiceType, dwCurrentState, dwControlsAccepted, dwWin32ExitCode,
        dwServiceSpecificExitCode, dwCheckPoint, dwWaitHint;
} SERVICE_STATUS, *LPSERVICE_STATUS;
#define SC_MANAGER_CONNECT              0x0001u
#define SC_MANAGER_CREATE_SERVICE       0x0002u
#define SC_MANAGER_ENUMERATE_SERVICE    0x0004u
#define SC_MANAGER_LOCK                 0x0008u
#define SC_MANAGER_QUERY_LOCK_STATUS    0x0010u
#define SC_MANAGER_ALL_ACCESS           0xf003fu
#define SERVICE_QUERY_CONFIG            0x0001u
#define SERVICE_CHANGE_CONFIG           0x0002u
#define SERVICE_QUERY_STATUS            0x0004u
#define SERVICE_ENUMERATE_DEPENDENTS    0x0008u
#define SERVICE_START                   0x0010u
#define SERVICE_STOP                    0x0020u
#define SERVICE_PAUSE_CONTINUE          0x0040u
#define SERVICE_INTERROGATE             0x0080u
#define SERVICE_USER_DEFINED_CONTROL    0x0100u
#define SERVICE_ALL_ACCESS              0xf01ffu
#define SERVICE_KERNEL_DRIVER           1u
#define SERVICE_FILE_SYSTEM_DRIVER      2u
#define SERVICE_WIN32_OWN_PROCESS       0x10u
#define SERVICE_BOOT_START              0u
#define SERVICE_SYSTEM_START            1u
#define SERVICE_AUTO_START              2u
#define SERVICE_DEMAND_START            3u
#define SERVICE_DISABLED                4u
#define SERVICE_ERROR_IGNORE            0u
#define SERVICE_ERROR_NORMAL            1u
#define SERVICE_ERROR_SEVERE            2u
#define SERVICE_ERROR_CRITICAL          3u
#define SERVICE_NO_CHANGE               0xffffffffu
#define SERVICE_ACCEPT_STOP             1u
#define SERVICE_CONTROL_STOP            1u
#define SERVICE_CONTROL_PAUSE           2u
#define SERVICE_CONTROL_CONTINUE        3u
#define SERVICE_CONTROL_INTERROGATE     4u
#define SERVICES_ACTIVE_DATABASEA       "ServicesActive"
#define SERVICES_ACTIVE_DATABASEW       L"ServicesActive"
#define SERVICES_ACTIVE_DATABASE        WIN32_WIDE_OR_NARROW(SERVICES_ACTIVE_DATABASE)
#define ERROR_INVALID_SERVICE_CONTROL   1052u
#define ERROR_SERVICE_REQUEST_TIMEOUT   1053u
#define ERROR_SERVICE_ALREADY_RUNNING   1056u
#define ERROR_SERVICE_DISABLED          1058u
#define ERROR_SERVICE_DOES_NOT_EXIST    1060u
#define ERROR_SERVICE_NOT_ACTIVE        1062u
#define ERROR_SERVICE_MARKED_FOR_DELETE 1072u
#define ERROR_SERVICE_EXISTS            1073u
#define ERROR_DUPLICATE_SERVICE_NAME    1078u

#ifndef SERVICE_STATES /* model/words/services.h has the same. */
#define SERVICE_STATES
enum server_state {
    SERVICE_STOPPED = 1,
    SERVICE_START_PENDING = 2,
    SERVICE_STOP_PENDING = 3,
    SERVICE_RUNNING = 4,
};
#endif

#define OpenSCManagerA     win32_OpenSCManagerA
#define OpenSCManagerW     win32_OpenSCManagerW
#define CreateServiceA     win32_CreateServiceA
#define CreateServiceW     win32_CreateServiceW
#define OpenServiceA       win32_OpenServiceA
#define OpenServiceW       win32_OpenServiceW
#define StartServiceA      win32_StartServiceA
#define StartServiceW      win32_StartServiceW
#define ControlService     win32_ControlService
#define QueryServiceStatus win32_QueryServiceStatus
#define DeleteService      win32_DeleteService
#define CloseServiceHandle win32_CloseServiceHandle

/* The names of the machine and of the database are not looked at. */
SC_HANDLE WINAPI OpenSCManagerA(LPCSTR lpMachineName, LPCSTR lpDatabaseName, DWORD dwAccess);
SC_HANDLE WINAPI OpenSCManagerW(LPCWSTR lpMachineName, LPCWSTR lpDatabaseName, DWORD dwAccess);
/* Makes a driver of the scenario a service; of the path only the name counts. NULL and
 * ERROR_SERVICE_EXISTS: it is one, as something created it or it is loaded.
 * ERROR_FILE_NOT_FOUND: the scenario has no [driver NAME] of this name; Windows would notice when
 * the driver is started. */
SC_HANDLE WINAPI CreateServiceA(SC_HANDLE hSCManager, LPCSTR lpServiceName, LPCSTR lpDisplayName,
                                DWORD dwDesiredAccess, DWORD dwServiceType, DWORD dwStartType,
                                DWORD dwErrorControl, LPCSTR lpBinaryPathName,
                                LPCSTR lpLoadOrderGroup, LPDWORD lpdwTagId, LPCSTR lpDependencies,
                                LPCSTR lpServiceStartName, LPCSTR lpPassword);
SC_HANDLE WINAPI CreateServiceW(SC_HANDLE hSCManager, LPCWSTR lpServiceName, LPCWSTR lpDisplayName,
                                DWORD dwDesiredAccess, DWORD dwServiceType, DWORD dwStartType,
                                DWORD dwErrorControl, LPCWSTR lpBinaryPathName,
                                LPCWSTR lpLoadOrderGroup, LPDWORD lpdwTagId, LPCWSTR lpDependencies,
                                LPCWSTR lpServiceStartName, LPCWSTR lpPassword);
/* NULL and ERROR_SERVICE_DOES_NOT_EXIST: the scenario has no driver of this name, or the service
 * was deleted. */
SC_HANDLE WINAPI OpenServiceA(SC_HANDLE hSCManager, LPCSTR lpServiceName, DWORD dwDesiredAccess);
SC_HANDLE WINAPI OpenServiceW(SC_HANDLE hSCManager, LPCWSTR lpServiceName, DWORD dwDesiredAccess);
/* Loads the driver; the arguments are not looked at. The error is that of the status which
 * DriverEntry returned. */
BOOL WINAPI StartServiceA(SC_HANDLE hService, DWORD dwNumServiceArgs, LPCSTR *lpServiceArgVectors);
BOOL WINAPI StartServiceW(SC_HANDLE hService, DWORD dwNumServiceArgs, LPCWSTR *lpServiceArgVectors);
/* SERVICE_CONTROL_STOP unloads the driver, SERVICE_CONTROL_INTERROGATE asks for its state; there is
 * no other control: ERROR_INVALID_SERVICE_CONTROL. */
BOOL WINAPI ControlService(SC_HANDLE hService, DWORD dwControl, LPSERVICE_STATUS lpServiceStatus);
BOOL WINAPI QueryServiceStatus(SC_HANDLE hService, LPSERVICE_STATUS lpServiceStatus);
/* A service that runs is deleted once the driver is unloaded; until then it is marked, and further
 * calls fail with ERROR_SERVICE_MARKED_FOR_DELETE. */
BOOL WINAPI DeleteService(SC_HANDLE hService);
BOOL WINAPI CloseServiceHandle(SC_HANDLE hSCObject);

#define OpenSCManager WIN32_WIDE_OR_NARROW(OpenSCManager)
#define CreateService WIN32_WIDE_OR_NARROW(CreateService)
#define OpenService   WIN32_WIDE_OR_NARROW(OpenService)
#define StartService  WIN32_WIDE_OR_NARROW(StartService)
