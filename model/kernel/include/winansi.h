/* winansi.h - the part of <windows.h> that only programs from outside use: functions with narrow
 * texts, the names without A or W, and calls that install a driver. <windows.h> includes it.
 */
#pragma once
#include "windows.h"

#define HeapSize                  win32_HeapSize
#define HeapReAlloc               win32_HeapReAlloc
#define CreateFileA               win32_CreateFileA
#define DeleteFileA               win32_DeleteFileA
#define CreateEventA              win32_CreateEventA
#define CreateMutexA              win32_CreateMutexA
#define CreateSemaphoreA          win32_CreateSemaphoreA
#define OutputDebugStringA        win32_OutputDebugStringA
#define OutputDebugStringW        win32_OutputDebugStringW
#define QueryPerformanceCounter   win32_QueryPerformanceCounter
#define QueryPerformanceFrequency win32_QueryPerformanceFrequency
#define SwitchToThread            win32_SwitchToThread
#define OpenSCManagerA            win32_OpenSCManagerA
#define OpenSCManagerW            win32_OpenSCManagerW
#define CreateServiceA            win32_CreateServiceA
#define CreateServiceW            win32_CreateServiceW
#define OpenServiceA              win32_OpenServiceA
#define OpenServiceW              win32_OpenServiceW
#define StartServiceA             win32_StartServiceA
#define StartServiceW             win32_StartServiceW
#define ControlService            win32_ControlService
#define DeleteService             win32_DeleteService
#define CloseServiceHandle        win32_CloseServiceHandle

/* The size that a block was allocated with, in bytes. */
SIZE_T WINAPI HeapSize(HANDLE hHeap, DWORD dwFlags, LPCVOID lpMem);
/* Moves a block; NULL: no memory, and the block is as before. */
LPVOID WINAPI HeapReAlloc(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem, SIZE_T dwBytes);

/* As the functions with W. Characters beyond ASCII are taken as Latin-1. */
HANDLE WINAPI CreateFileA(LPCSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
                          LPSECURITY_ATTRIBUTES lpSecurityAttributes, DWORD dwCreationDisposition,
                          DWORD dwFlagsAndAttributes, HANDLE hTemplateFile);
BOOL WINAPI DeleteFileA(LPCSTR lpFileName);
HANDLE WINAPI CreateEventA(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset,
                           BOOL bInitialState, LPCSTR lpName);
HANDLE WINAPI CreateMutexA(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner,
                           LPCSTR lpName);
HANDLE WINAPI CreateSemaphoreA(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
                               LONG lMaximumCount, LPCSTR lpName);

/* Print to the run's log. */
VOID WINAPI OutputDebugStringA(LPCSTR lpOutputString);
VOID WINAPI OutputDebugStringW(LPCWSTR lpOutputString);

/* Nanoseconds of simulated time; the frequency is 1,000,000,000. */
BOOL WINAPI QueryPerformanceCounter(PLARGE_INTEGER lpPerformanceCount);
BOOL WINAPI QueryPerformanceFrequency(PLARGE_INTEGER lpFrequency);
BOOL WINAPI SwitchToThread(VOID);

/* ---- Services: drivers of the scenario, by the name of their section --------------------------
 * */
typedef HANDLE SC_HANDLE;
typedef struct _SERVICE_STATUS {
    DWORD dwServiceType, dwCurrentState, dwControlsAccepted, dwWin32ExitCode,
        dwServiceSpecificExitCode, dwCheckPoint, dwWaitHint;
} SERVICE_STATUS, *LPSERVICE_STATUS;
#define SC_MANAGER_ALL_ACCESS         0xf003fu
#define SC_MANAGER_CONNECT            1u
#define SC_MANAGER_CREATE_SERVICE     2u
#define SERVICE_ALL_ACCESS            0xf01ffu
#define SERVICE_KERNEL_DRIVER         1u
#define SERVICE_DEMAND_START          3u
#define SERVICE_ERROR_NORMAL          1u
#define SERVICE_CONTROL_STOP          1u
#define ERROR_SERVICE_DOES_NOT_EXIST  1060u
#define ERROR_SERVICE_ALREADY_RUNNING 1056u
#define ERROR_SERVICE_NOT_ACTIVE      1062u
#define ERROR_SERVICE_EXISTS          1073u

SC_HANDLE WINAPI OpenSCManagerA(LPCSTR lpMachineName, LPCSTR lpDatabaseName, DWORD dwAccess);
SC_HANDLE WINAPI OpenSCManagerW(LPCWSTR lpMachineName, LPCWSTR lpDatabaseName, DWORD dwAccess);
/* The driver must be one of the scenario's: a path cannot bring in another. It exists already
 * therefore, and the call fails with ERROR_SERVICE_EXISTS, as for a driver that was installed
 * before. */
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
/* NULL and ERROR_SERVICE_DOES_NOT_EXIST: the scenario has no driver of this name. */
SC_HANDLE WINAPI OpenServiceA(SC_HANDLE hSCManager, LPCSTR lpServiceName, DWORD dwDesiredAccess);
SC_HANDLE WINAPI OpenServiceW(SC_HANDLE hSCManager, LPCWSTR lpServiceName, DWORD dwDesiredAccess);
/* Loads the driver; the arguments are not looked at. */
BOOL WINAPI StartServiceA(SC_HANDLE hService, DWORD dwNumServiceArgs, LPCSTR *lpServiceArgVectors);
BOOL WINAPI StartServiceW(SC_HANDLE hService, DWORD dwNumServiceArgs, LPCWSTR *lpServiceArgVectors);
/* SERVICE_CONTROL_STOP unloads the driver; there is no other control. */
BOOL WINAPI ControlService(SC_HANDLE hService, DWORD dwControl, LPSERVICE_STATUS lpServiceStatus);
BOOL WINAPI DeleteService(SC_HANDLE hService);
BOOL WINAPI CloseServiceHandle(SC_HANDLE hSCObject);

/* ---- Names without A or W ----------------------------------------------------------------------
 * */
#if defined(UNICODE) || defined(_UNICODE)
#define WIN32_WIDE_OR_NARROW(name) name##W
typedef WCHAR TCHAR;
#define TEXT(text) L##text
#else
#define WIN32_WIDE_OR_NARROW(name) name##A
typedef char TCHAR;
#define TEXT(text)                 text
#endif
typedef TCHAR *LPTSTR, *PTSTR;
typedef const TCHAR *LPCTSTR, *PCTSTR;
#define CreateFile        WIN32_WIDE_OR_NARROW(CreateFile)
#define DeleteFile        WIN32_WIDE_OR_NARROW(DeleteFile)
#define CreateEvent       WIN32_WIDE_OR_NARROW(CreateEvent)
#define CreateMutex       WIN32_WIDE_OR_NARROW(CreateMutex)
#define CreateSemaphore   WIN32_WIDE_OR_NARROW(CreateSemaphore)
#define OutputDebugString WIN32_WIDE_OR_NARROW(OutputDebugString)
#define OpenSCManager     WIN32_WIDE_OR_NARROW(OpenSCManager)
#define CreateService     WIN32_WIDE_OR_NARROW(CreateService)
#define OpenService       WIN32_WIDE_OR_NARROW(OpenService)
#define StartService      WIN32_WIDE_OR_NARROW(StartService)
