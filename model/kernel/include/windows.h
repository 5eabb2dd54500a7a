/* windows.h - the interface of simulated programs: the subset of Win32 that this project uses.
 *
 * Names, types, constants and semantics are Microsoft's (learn.microsoft.com, Win32 API); a program
 * that compiles against this file compiles unchanged against the mingw-w64 headers. Functions carry
 * a link prefix, so that the simulator built for Windows keeps its own kernel32.
 *
 * Memory from VirtualAlloc and MapViewOfFile is simulated memory of the process: programs access it
 * only by CopyMemory, FillMemory and the like. Memory from HeapAlloc and the stack are plain host
 * memory.
 */
#pragma once
#include "excpt.h"
#include "ntdef.h"

#define CopyMemory(to, from, n) nt_copy_memory((to), (from), (n))
#define MoveMemory(to, from, n) nt_copy_memory((to), (from), (n))
#define FillMemory(to, n, byte) nt_fill_memory((to), (n), (BYTE)(byte))
#define ZeroMemory(to, n)       nt_fill_memory((to), (n), 0)
#define RtlEqualMemory(a, b, n) (nt_compare_memory((a), (b), (n)) == (SIZE_T)(n))

#define INVALID_HANDLE_VALUE ((HANDLE)(LONG_PTR)-1)
#define INFINITE             0xffffffffu
#define MAX_PATH             260

/* System error codes (learn.microsoft.com, Debug/system-error-codes). */
#define ERROR_SUCCESS              0u
#define NO_ERROR                   0u
#define ERROR_INVALID_FUNCTION     1u
#define ERROR_FILE_NOT_FOUND       2u
#define ERROR_PATH_NOT_FOUND       3u
#define ERROR_ACCESS_DENIED        5u
#define ERROR_INVALID_HANDLE       6u
#define ERROR_NOT_ENOUGH_MEMORY    8u
#define ERROR_NO_MORE_FILES        18u
#define ERROR_NOT_READY            21u
#define ERROR_GEN_FAILURE          31u
#define ERROR_SHARING_VIOLATION    32u
#define ERROR_HANDLE_EOF           38u
#define ERROR_NOT_SUPPORTED        50u
#define ERROR_FILE_EXISTS          80u
#define ERROR_INVALID_PARAMETER    87u
#define ERROR_BROKEN_PIPE          109u
#define ERROR_DISK_FULL            112u
#define ERROR_INSUFFICIENT_BUFFER  122u
#define ERROR_INVALID_NAME         123u
#define ERROR_BUSY                 170u
#define ERROR_ALREADY_EXISTS       183u
#define ERROR_TOO_MANY_POSTS       298u
#define ERROR_MR_MID_NOT_FOUND     317u
#define ERROR_INVALID_ADDRESS      487u
#define ERROR_MORE_DATA            234u
#define WAIT_TIMEOUT               258u
#define ERROR_NOT_OWNER            288u
#define ERROR_ABANDONED_WAIT_0     735u
#define ERROR_OPERATION_ABORTED    995u
#define ERROR_IO_INCOMPLETE        996u
#define ERROR_IO_PENDING           997u
#define ERROR_NOACCESS             998u
#define ERROR_FILE_INVALID         1006u
#define ERROR_IO_DEVICE            1117u
#define ERROR_DEVICE_NOT_CONNECTED 1167u
#define ERROR_NOT_FOUND            1168u
#define ERROR_NO_SYSTEM_RESOURCES  1450u
#define ERROR_NOT_ENOUGH_QUOTA     1816u

#define WAIT_OBJECT_0      0u
#define WAIT_ABANDONED     0x80u
#define WAIT_ABANDONED_0   0x80u
#define WAIT_IO_COMPLETION 0xC0u
#define WAIT_FAILED        0xffffffffu
#define STILL_ACTIVE       259u

/* ---- Files ----------------------------------------------------------------------------------- */
#define CREATE_NEW              1u
#define CREATE_ALWAYS           2u
#define OPEN_EXISTING           3u
#define OPEN_ALWAYS             4u
#define TRUNCATE_EXISTING       5u
#define FILE_FLAG_WRITE_THROUGH 0x80000000u
#define FILE_FLAG_OVERLAPPED    0x40000000u
#define FILE_FLAG_NO_BUFFERING  0x20000000u
#define FILE_BEGIN              0u
#define FILE_CURRENT            1u
#define FILE_END                2u
#define INVALID_FILE_SIZE       0xffffffffu

typedef struct _SECURITY_ATTRIBUTES {
    DWORD nLength;
    LPVOID lpSecurityDescriptor;
    BOOL bInheritHandle;
} SECURITY_ATTRIBUTES, *LPSECURITY_ATTRIBUTES;
typedef struct _OVERLAPPED {
    ULONG_PTR Internal, InternalHigh;
    union {
        struct {
            DWORD Offset, OffsetHigh;
        };
        PVOID Pointer;
    };
    HANDLE hEvent;
} OVERLAPPED, *LPOVERLAPPED;

#define CreateFileW win32_CreateFileW
#define ReadFile    win32_ReadFile
#define WriteFile   win32_WriteFile
#define DeviceIoControl(...) \
    win32_DeviceIoControl(__VA_ARGS__) /* A member of IO_STACK_LOCATION has the same name. */
#define GetOverlappedResult   win32_GetOverlappedResult
#define CancelIo              win32_CancelIo
#define FlushFileBuffers      win32_FlushFileBuffers
#define SetFilePointerEx      win32_SetFilePointerEx
#define SetEndOfFile          win32_SetEndOfFile
#define GetFileSizeEx         win32_GetFileSizeEx
#define DeleteFileW           win32_DeleteFileW
#define CloseHandle           win32_CloseHandle
#define FindFirstFileW        win32_FindFirstFileW
#define FindNextFileW         win32_FindNextFileW
#define FindClose             win32_FindClose
#define GetVolumeInformationW win32_GetVolumeInformationW
#define DuplicateHandle       win32_DuplicateHandle
HANDLE WINAPI CreateFileW(LPCWSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
                          LPSECURITY_ATTRIBUTES lpSecurityAttributes, DWORD dwCreationDisposition,
                          DWORD dwFlagsAndAttributes, HANDLE hTemplateFile);
BOOL WINAPI ReadFile(HANDLE hFile, LPVOID lpBuffer, DWORD nNumberOfBytesToRead,
                     LPDWORD lpNumberOfBytesRead, LPOVERLAPPED lpOverlapped);
BOOL WINAPI WriteFile(HANDLE hFile, LPCVOID lpBuffer, DWORD nNumberOfBytesToWrite,
                      LPDWORD lpNumberOfBytesWritten, LPOVERLAPPED lpOverlapped);
BOOL WINAPI DeviceIoControl(HANDLE hDevice, DWORD dwIoControlCode, LPVOID lpInBuffer,
                            DWORD nInBufferSize, LPVOID lpOutBuffer, DWORD nOutBufferSize,
                            LPDWORD lpBytesReturned, LPOVERLAPPED lpOverlapped);
BOOL WINAPI GetOverlappedResult(HANDLE hFile, LPOVERLAPPED lpOverlapped,
                                LPDWORD lpNumberOfBytesTransferred, BOOL bWait);
BOOL WINAPI CancelIo(HANDLE hFile);
BOOL WINAPI FlushFileBuffers(HANDLE hFile);
BOOL WINAPI SetFilePointerEx(HANDLE hFile, LARGE_INTEGER liDistanceToMove,
                             PLARGE_INTEGER lpNewFilePointer, DWORD dwMoveMethod);
BOOL WINAPI SetEndOfFile(HANDLE hFile);
BOOL WINAPI GetFileSizeEx(HANDLE hFile, PLARGE_INTEGER lpFileSize);
BOOL WINAPI DeleteFileW(LPCWSTR lpFileName);
BOOL WINAPI CloseHandle(HANDLE hObject);
BOOL WINAPI DuplicateHandle(HANDLE hSourceProcessHandle, HANDLE hSourceHandle,
                            HANDLE hTargetProcessHandle, HANDLE *lpTargetHandle,
                            DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwOptions);

typedef struct _FILETIME {
    DWORD dwLowDateTime, dwHighDateTime;
} FILETIME;
typedef struct _WIN32_FIND_DATAW {
    DWORD dwFileAttributes;
    FILETIME ftCreationTime, ftLastAccessTime, ftLastWriteTime;
    DWORD nFileSizeHigh, nFileSizeLow, dwReserved0, dwReserved1;
    WCHAR cFileName[MAX_PATH], cAlternateFileName[14];
} WIN32_FIND_DATAW, *LPWIN32_FIND_DATAW;
/* lpFileName must be a directory and "\*"; other patterns are not supported. */
HANDLE WINAPI FindFirstFileW(LPCWSTR lpFileName, LPWIN32_FIND_DATAW lpFindFileData);
BOOL WINAPI FindNextFileW(HANDLE hFindFile, LPWIN32_FIND_DATAW lpFindFileData);
BOOL WINAPI FindClose(HANDLE hFindFile);
BOOL WINAPI GetVolumeInformationW(LPCWSTR lpRootPathName, LPWSTR lpVolumeNameBuffer,
                                  DWORD nVolumeNameSize, LPDWORD lpVolumeSerialNumber,
                                  LPDWORD lpMaximumComponentLength, LPDWORD lpFileSystemFlags,
                                  LPWSTR lpFileSystemNameBuffer, DWORD nFileSystemNameSize);

/* ---- Synchronization ------------------------------------------------------------------------- */
typedef struct _RTL_CRITICAL_SECTION {
    PVOID DebugInfo;
    LONG LockCount; /* -1: free; the owner and each waiter add one. */
    LONG RecursionCount;
    HANDLE OwningThread, LockSemaphore;
    ULONG_PTR SpinCount;
} CRITICAL_SECTION, *LPCRITICAL_SECTION;

#define CreateEventW              win32_CreateEventW
#define OpenEventW                win32_OpenEventW
#define OpenMutexW                win32_OpenMutexW
#define OpenSemaphoreW            win32_OpenSemaphoreW
#define SetEvent                  win32_SetEvent
#define ResetEvent                win32_ResetEvent
#define CreateSemaphoreW          win32_CreateSemaphoreW
#define ReleaseSemaphore          win32_ReleaseSemaphore
#define CreateMutexW              win32_CreateMutexW
#define ReleaseMutex              win32_ReleaseMutex
#define WaitForSingleObject       win32_WaitForSingleObject
#define WaitForSingleObjectEx     win32_WaitForSingleObjectEx
#define WaitForMultipleObjects    win32_WaitForMultipleObjects
#define Sleep                     win32_Sleep
#define SleepEx                   win32_SleepEx
#define CreateWaitableTimerW      win32_CreateWaitableTimerW
#define SetWaitableTimer          win32_SetWaitableTimer
#define CancelWaitableTimer       win32_CancelWaitableTimer
#define InitializeCriticalSection win32_InitializeCriticalSection
#define EnterCriticalSection      win32_EnterCriticalSection
#define TryEnterCriticalSection   win32_TryEnterCriticalSection
#define LeaveCriticalSection      win32_LeaveCriticalSection
#define DeleteCriticalSection     win32_DeleteCriticalSection
HANDLE WINAPI CreateEventW(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset,
                           BOOL bInitialState, LPCWSTR lpName);
/* A handle to an existing object. It allows everything, whatever was asked for. */
HANDLE WINAPI OpenEventW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName);
HANDLE WINAPI OpenMutexW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName);
HANDLE WINAPI OpenSemaphoreW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName);
BOOL WINAPI SetEvent(HANDLE hEvent);
BOOL WINAPI ResetEvent(HANDLE hEvent);
HANDLE WINAPI CreateSemaphoreW(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
                               LONG lMaximumCount, LPCWSTR lpName);
BOOL WINAPI ReleaseSemaphore(HANDLE hSemaphore, LONG lReleaseCount, LPLONG lpPreviousCount);
HANDLE WINAPI CreateMutexW(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner,
                           LPCWSTR lpName);
BOOL WINAPI ReleaseMutex(HANDLE hMutex);
DWORD WINAPI WaitForSingleObject(HANDLE hHandle, DWORD dwMilliseconds);
DWORD WINAPI WaitForSingleObjectEx(HANDLE hHandle, DWORD dwMilliseconds, BOOL bAlertable);
DWORD WINAPI WaitForMultipleObjects(DWORD nCount, const HANDLE *lpHandles, BOOL bWaitAll,
                                    DWORD dwMilliseconds);
VOID WINAPI Sleep(DWORD dwMilliseconds);
/* WAIT_IO_COMPLETION: a user APC has run instead. */
DWORD WINAPI SleepEx(DWORD dwMilliseconds, BOOL bAlertable);
typedef VOID(WINAPI *PTIMERAPCROUTINE)(LPVOID lpArgToCompletionRoutine, DWORD dwTimerLowValue,
                                       DWORD dwTimerHighValue);
HANDLE WINAPI CreateWaitableTimerW(LPSECURITY_ATTRIBUTES lpTimerAttributes, BOOL bManualReset,
                                   LPCWSTR lpTimerName);
/* A routine is called by the thread that sets the timer, in an alertable wait. */
BOOL WINAPI SetWaitableTimer(HANDLE hTimer, const LARGE_INTEGER *lpDueTime, LONG lPeriod,
                             PTIMERAPCROUTINE pfnCompletionRoutine, LPVOID lpArgToCompletionRoutine,
                             BOOL fResume);
BOOL WINAPI CancelWaitableTimer(HANDLE hTimer);
VOID WINAPI InitializeCriticalSection(LPCRITICAL_SECTION lpCriticalSection);
VOID WINAPI EnterCriticalSection(LPCRITICAL_SECTION lpCriticalSection);
BOOL WINAPI TryEnterCriticalSection(LPCRITICAL_SECTION lpCriticalSection);
VOID WINAPI LeaveCriticalSection(LPCRITICAL_SECTION lpCriticalSection);
VOID WINAPI DeleteCriticalSection(LPCRITICAL_SECTION lpCriticalSection);
LONG InterlockedIncrement(LONG volatile *Addend);
LONG InterlockedDecrement(LONG volatile *Addend);
LONG InterlockedExchange(LONG volatile *Target, LONG Value);
LONG InterlockedCompareExchange(LONG volatile *Destination, LONG Exchange, LONG Comparand);

#define CreateIoCompletionPort     win32_CreateIoCompletionPort
#define GetQueuedCompletionStatus  win32_GetQueuedCompletionStatus
#define PostQueuedCompletionStatus win32_PostQueuedCompletionStatus
HANDLE WINAPI CreateIoCompletionPort(HANDLE FileHandle, HANDLE ExistingCompletionPort,
                                     ULONG_PTR CompletionKey, DWORD NumberOfConcurrentThreads);
BOOL WINAPI GetQueuedCompletionStatus(HANDLE CompletionPort, LPDWORD lpNumberOfBytesTransferred,
                                      PULONG_PTR lpCompletionKey, LPOVERLAPPED *lpOverlapped,
                                      DWORD dwMilliseconds);
BOOL WINAPI PostQueuedCompletionStatus(HANDLE CompletionPort, DWORD dwNumberOfBytesTransferred,
                                       ULONG_PTR dwCompletionKey, LPOVERLAPPED lpOverlapped);

/* ---- Processes, threads ---------------------------------------------------------------------- */
typedef DWORD(WINAPI *LPTHREAD_START_ROUTINE)(LPVOID lpThreadParameter);
typedef struct _PROCESS_INFORMATION {
    HANDLE hProcess, hThread;
    DWORD dwProcessId, dwThreadId;
} PROCESS_INFORMATION, *LPPROCESS_INFORMATION;
typedef struct _STARTUPINFOW {
    DWORD cb;
    LPWSTR lpReserved, lpDesktop, lpTitle;
    DWORD dwFlags;
} STARTUPINFOW, *LPSTARTUPINFOW;

#define CreateThread        win32_CreateThread
#define ExitThread          win32_ExitThread
#define GetExitCodeThread   win32_GetExitCodeThread
#define SetThreadPriority   win32_SetThreadPriority
#define CreateProcessW      win32_CreateProcessW
#define OpenProcess         win32_OpenProcess
#define TerminateProcess    win32_TerminateProcess
#define ExitProcess         win32_ExitProcess
#define GetExitCodeProcess  win32_GetExitCodeProcess
#define GetCommandLineW     win32_GetCommandLineW
#define GetCurrentProcess   win32_GetCurrentProcess
#define GetCurrentThread    win32_GetCurrentThread
#define GetCurrentProcessId win32_GetCurrentProcessId
#define GetCurrentThreadId  win32_GetCurrentThreadId
#define GetLastError        win32_GetLastError
#define SetLastError        win32_SetLastError
#define GetTickCount        win32_GetTickCount
#define RaiseException      win32_RaiseException
HANDLE WINAPI CreateThread(LPSECURITY_ATTRIBUTES lpThreadAttributes, SIZE_T dwStackSize,
                           LPTHREAD_START_ROUTINE lpStartAddress, LPVOID lpParameter,
                           DWORD dwCreationFlags, LPDWORD lpThreadId);
DECLSPEC_NORETURN VOID WINAPI ExitThread(DWORD dwExitCode);
BOOL WINAPI GetExitCodeThread(HANDLE hThread, LPDWORD lpExitCode);
#define THREAD_PRIORITY_TIME_CRITICAL 15
#define THREAD_PRIORITY_HIGHEST       2
#define THREAD_PRIORITY_ABOVE_NORMAL  1
#define THREAD_PRIORITY_NORMAL        0
#define THREAD_PRIORITY_BELOW_NORMAL  (-1)
#define THREAD_PRIORITY_LOWEST        (-2)
#define THREAD_PRIORITY_IDLE          (-15)
BOOL WINAPI SetThreadPriority(HANDLE hThread, INT nPriority);
BOOL WINAPI CreateProcessW(LPCWSTR lpApplicationName, LPWSTR lpCommandLine,
                           LPSECURITY_ATTRIBUTES lpProcessAttributes,
                           LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles,
                           DWORD dwCreationFlags, LPVOID lpEnvironment, LPCWSTR lpCurrentDirectory,
                           LPSTARTUPINFOW lpStartupInfo,
                           LPPROCESS_INFORMATION lpProcessInformation);
HANDLE WINAPI OpenProcess(DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwProcessId);
BOOL WINAPI TerminateProcess(HANDLE hProcess, UINT uExitCode);
DECLSPEC_NORETURN VOID WINAPI ExitProcess(UINT uExitCode);
BOOL WINAPI GetExitCodeProcess(HANDLE hProcess, LPDWORD lpExitCode);
LPWSTR WINAPI GetCommandLineW(VOID);
HANDLE WINAPI GetCurrentProcess(VOID);
HANDLE WINAPI GetCurrentThread(VOID);
DWORD WINAPI GetCurrentProcessId(VOID);
DWORD WINAPI GetCurrentThreadId(VOID);
DWORD WINAPI GetLastError(VOID);
VOID WINAPI SetLastError(DWORD dwErrCode);
DWORD WINAPI GetTickCount(VOID);
VOID WINAPI RaiseException(DWORD dwExceptionCode, DWORD dwExceptionFlags, DWORD nNumberOfArguments,
                           const ULONG_PTR *lpArguments);

/* ---- Debugging (a JIT debugger's part) ------------------------------------------------------- */
#define EXCEPTION_DEBUG_EVENT     1u
#define EXIT_PROCESS_DEBUG_EVENT  5u
#define DBG_CONTINUE              0x00010002u
#define DBG_EXCEPTION_NOT_HANDLED 0x80010001u
typedef struct _EXCEPTION_DEBUG_INFO {
    EXCEPTION_RECORD ExceptionRecord;
    DWORD dwFirstChance;
} EXCEPTION_DEBUG_INFO;
typedef struct _DEBUG_EVENT {
    DWORD dwDebugEventCode, dwProcessId, dwThreadId;
    union {
        EXCEPTION_DEBUG_INFO Exception;
    } u;
} DEBUG_EVENT, *LPDEBUG_EVENT;
#define DebugActiveProcess win32_DebugActiveProcess
#define WaitForDebugEvent  win32_WaitForDebugEvent
BOOL WINAPI DebugActiveProcess(DWORD dwProcessId);
BOOL WINAPI WaitForDebugEvent(LPDEBUG_EVENT lpDebugEvent, DWORD dwMilliseconds);

/* ---- Memory ---------------------------------------------------------------------------------- */
#define MEM_COMMIT          0x1000u
#define MEM_RESERVE         0x2000u
#define MEM_DECOMMIT        0x4000u
#define MEM_RELEASE         0x8000u
#define PAGE_READWRITE      0x04u
#define PAGE_READONLY       0x02u
#define FILE_MAP_WRITE      0x0002u
#define FILE_MAP_READ       0x0004u
#define FILE_MAP_ALL_ACCESS 0x000f001fu
#define HEAP_ZERO_MEMORY    0x00000008u

#define VirtualAlloc       win32_VirtualAlloc
#define VirtualFree        win32_VirtualFree
#define CreateFileMappingW win32_CreateFileMappingW
#define OpenFileMappingW   win32_OpenFileMappingW
#define MapViewOfFile      win32_MapViewOfFile
#define UnmapViewOfFile    win32_UnmapViewOfFile
#define GetProcessHeap     win32_GetProcessHeap
#define HeapAlloc          win32_HeapAlloc
#define HeapFree           win32_HeapFree
LPVOID WINAPI VirtualAlloc(LPVOID lpAddress, SIZE_T dwSize, DWORD flAllocationType,
                           DWORD flProtect);
BOOL WINAPI VirtualFree(LPVOID lpAddress, SIZE_T dwSize, DWORD dwFreeType);
HANDLE WINAPI CreateFileMappingW(HANDLE hFile, LPSECURITY_ATTRIBUTES lpAttributes, DWORD flProtect,
                                 DWORD dwMaximumSizeHigh, DWORD dwMaximumSizeLow, LPCWSTR lpName);
HANDLE WINAPI OpenFileMappingW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName);
LPVOID WINAPI MapViewOfFile(HANDLE hFileMappingObject, DWORD dwDesiredAccess,
                            DWORD dwFileOffsetHigh, DWORD dwFileOffsetLow,
                            SIZE_T dwNumberOfBytesToMap);
BOOL WINAPI UnmapViewOfFile(LPCVOID lpBaseAddress);
HANDLE WINAPI GetProcessHeap(VOID);
LPVOID WINAPI HeapAlloc(HANDLE hHeap, DWORD dwFlags, SIZE_T dwBytes);
BOOL WINAPI HeapFree(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem);

/* ---- Strings --------------------------------------------------------------------------------- */
#define lstrlenW  win32_lstrlenW
#define lstrcpynW win32_lstrcpynW
#define lstrcmpW  win32_lstrcmpW
#define lstrcmpiW win32_lstrcmpiW
INT WINAPI lstrlenW(LPCWSTR lpString);
LPWSTR WINAPI lstrcpynW(LPWSTR lpString1, LPCWSTR lpString2, INT iMaxLength);
INT WINAPI lstrcmpW(LPCWSTR lpString1, LPCWSTR lpString2);
INT WINAPI lstrcmpiW(LPCWSTR lpString1, LPCWSTR lpString2);

#include "winansi.h"
