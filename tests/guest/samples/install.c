/* install.c - installs, starts, stops and removes a driver, as the programs of public samples do.
 */
#include <DriverSpecs.h>
_Analysis_code_type_user_code_

#include <windows.h>
#include <winioctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strsafe.h>
#include "install.h"

    BOOLEAN
    InstallDriver(_In_ SC_HANDLE SchSCManager, _In_ LPCTSTR DriverName, _In_ LPCTSTR ServiceExe)
{
    SC_HANDLE schService;
    DWORD err;

    schService = CreateService(SchSCManager,          // handle of service control manager database
                               DriverName,            // address of name of service to start
                               DriverName,            // address of display name
                               SERVICE_ALL_ACCESS,    // type of access to service
                               SERVICE_KERNEL_DRIVER, // type of service
                               SERVICE_DEMAND_START,  // when to start service
                               SERVICE_ERROR_NORMAL,  // severity if service fails to start
                               ServiceExe,            // address of name of binary file
                               NULL, NULL, NULL, NULL, NULL);
    if (schService == NULL) {
        err = GetLastError();
        if (err == ERROR_SERVICE_EXISTS) {
            printf("it was installed before\n");
            return TRUE;
        } else if (err == ERROR_SERVICE_MARKED_FOR_DELETE) {
            printf("it is marked for deletion\n");
            return FALSE;
        }
        printf("CreateService failed!  Error = %d \n", (int)err);
        return FALSE;
    }
    if (schService) {
        CloseServiceHandle(schService);
    }
    return TRUE;
}

static BOOLEAN StartDriver(SC_HANDLE manager, LPCTSTR name)
{
    SC_HANDLE service = OpenService(manager, name, SERVICE_ALL_ACCESS);

    if (service == NULL) {
        printf("OpenService failed!  Error = %d\n", GetLastError());
        return FALSE;
    }
    if (!StartService(service, 0, NULL)) {
        DWORD err = GetLastError();

        CloseServiceHandle(service);
        if (err == ERROR_SERVICE_ALREADY_RUNNING)
            return TRUE;
        printf("StartService failure! Error = %d\n", err);
        return FALSE;
    }
    CloseServiceHandle(service);
    return TRUE;
}

static BOOLEAN StopDriver(SC_HANDLE manager, LPCTSTR name)
{
    SERVICE_STATUS status;
    SC_HANDLE service = OpenService(manager, name, SERVICE_ALL_ACCESS);
    BOOLEAN done;

    if (service == NULL)
        return FALSE;
    done = (BOOLEAN)ControlService(service, SERVICE_CONTROL_STOP, &status);
    if (!done)
        printf("ControlService failed! Error = %d\n", GetLastError());
    else if (!QueryServiceStatus(service, &status) || status.dwCurrentState != SERVICE_STOPPED)
        printf("it has not stopped, but is in state %u\n", status.dwCurrentState);
    CloseServiceHandle(service);
    return done;
}

static BOOLEAN RemoveDriver(SC_HANDLE manager, LPCTSTR name)
{
    SC_HANDLE service = OpenService(manager, name, SERVICE_ALL_ACCESS);
    BOOLEAN done;

    if (service == NULL)
        return FALSE;
    done = (BOOLEAN)DeleteService(service);
    CloseServiceHandle(service);
    return done;
}

BOOLEAN
ManageDriver(_In_ LPCTSTR DriverName, _In_ LPCTSTR ServiceName, _In_ USHORT Function)
{
    SC_HANDLE schSCManager;
    BOOLEAN rCode = TRUE;

    if (!DriverName || !ServiceName) {
        return FALSE;
    }
    schSCManager = OpenSCManager(NULL,                 // local machine
                                 NULL,                 // local database
                                 SC_MANAGER_ALL_ACCESS // access required
    );
    if (!schSCManager) {
        printf("Open SC Manager failed! Error = %d \n", GetLastError());
        return FALSE;
    }
    switch (Function) {
    case DRIVER_FUNC_INSTALL:
        rCode = InstallDriver(schSCManager, DriverName, ServiceName) &&
                StartDriver(schSCManager, DriverName);
        break;
    case DRIVER_FUNC_REMOVE:
        StopDriver(schSCManager, DriverName);
        rCode = RemoveDriver(schSCManager, DriverName);
        break;
    default:
        printf("Unknown ManageDriver() function. \n");
        rCode = FALSE;
        break;
    }
    CloseServiceHandle(schSCManager);
    return rCode;
}

BOOLEAN
SetupDriverName(_Inout_updates_bytes_all_(BufferLength) PCHAR DriverLocation,
                _In_ ULONG BufferLength, _In_ PCSTR FileName)
{
    HANDLE fileHandle;

    if (GetCurrentDirectory(BufferLength, DriverLocation) == 0) {
        printf("GetCurrentDirectory failed!  Error = %d \n", GetLastError());
        return FALSE;
    }
    if (FAILED(StringCbCat(DriverLocation, BufferLength, FileName))) {
        return FALSE;
    }
    // The file must be there.
    if ((fileHandle = CreateFile(DriverLocation, GENERIC_READ, 0, NULL, OPEN_EXISTING,
                                 FILE_ATTRIBUTE_NORMAL, NULL)) == INVALID_HANDLE_VALUE) {
        printf("%s is not there: %d\n", DriverLocation, GetLastError());
        return FALSE;
    }
    if (fileHandle) {
        CloseHandle(fileHandle);
    }
    return TRUE;
}
