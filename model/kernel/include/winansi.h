/* winansi.h - the part of <windows.h> that only programs from outside use: functions with narrow
 * texts, and the names without A or W. <windows.h> includes it.
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
#define OpenEventA                win32_OpenEventA
#define OpenMutexA                win32_OpenMutexA
#define OpenSemaphoreA            win32_OpenSemaphoreA
#define CreateWaitableTimerA      win32_CreateWaitableTimerA
#define OutputDebugStringA        win32_OutputDebugStringA
#define OutputDebugStringW        win32_OutputDebugStringW
#define QueryPerformanceCounter   win32_QueryPerformanceCounter
#define QueryPerformanceFrequency win32_QueryPerformanceFrequency
#define SwitchToThread            win32_SwitchToThread

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
HANDLE WINAPI OpenEventA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName);
HANDLE WINAPI OpenMutexA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName);
HANDLE WINAPI OpenSemaphoreA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName);
HANDLE WINAPI CreateWaitableTimerA(LPSECURITY_ATTRIBUTES lpTimerAttributes, BOOL bManualReset,
                                   LPCSTR lpTimerName);

#if !defined(EVENT_ALL_ACCESS)
#define EVENT_MODIFY_STATE 0x0002u
#define EVENT_ALL_ACCESS   0x001F0003u
#endif
#define MUTEX_MODIFY_STATE     0x0001u
#define MUTEX_ALL_ACCESS       0x001F0001u
#define SEMAPHORE_MODIFY_STATE 0x0002u
#define SEMAPHORE_ALL_ACCESS   0x001F0003u

/* Print to the run's log. */
VOID WINAPI OutputDebugStringA(LPCSTR lpOutputString);
VOID WINAPI OutputDebugStringW(LPCWSTR lpOutputString);

/* Nanoseconds of simulated time; the frequency is 1,000,000,000. */
BOOL WINAPI QueryPerformanceCounter(PLARGE_INTEGER lpPerformanceCount);
BOOL WINAPI QueryPerformanceFrequency(PLARGE_INTEGER lpFrequency);
BOOL WINAPI SwitchToThread(VOID);

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
#define CreateFile          WIN32_WIDE_OR_NARROW(CreateFile)
#define DeleteFile          WIN32_WIDE_OR_NARROW(DeleteFile)
#define CreateEvent         WIN32_WIDE_OR_NARROW(CreateEvent)
#define CreateMutex         WIN32_WIDE_OR_NARROW(CreateMutex)
#define CreateSemaphore     WIN32_WIDE_OR_NARROW(CreateSemaphore)
#define OpenEvent           WIN32_WIDE_OR_NARROW(OpenEvent)
#define OpenMutex           WIN32_WIDE_OR_NARROW(OpenMutex)
#define OpenSemaphore       WIN32_WIDE_OR_NARROW(OpenSemaphore)
#define CreateWaitableTimer WIN32_WIDE_OR_NARROW(CreateWaitableTimer)
#define OutputDebugString   WIN32_WIDE_OR_NARROW(OutputDebugString)

#include "winsvc.h"
#include "winmore.h"
