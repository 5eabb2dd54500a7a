/* winmore.h - what programs from outside use of <windows.h> beside files, threads and services:
 * where they lie, texts of errors, the machine, console. <windows.h> includes it.
 */
#pragma once
#include "windows.h"

#define SecureZeroMemory(to, n)     nt_fill_memory((to), (n), 0)
#define S_OK                        ((HRESULT)0)
#define S_FALSE                     ((HRESULT)1)
#define E_FAIL                      ((HRESULT)0x80004005)
#define E_INVALIDARG                ((HRESULT)0x80070057)
#define E_OUTOFMEMORY               ((HRESULT)0x8007000E)
#define SUCCEEDED(result)           ((HRESULT)(result) >= 0)
#define FAILED(result)              ((HRESULT)(result) < 0)
#define HRESULT_FROM_WIN32(e)       ((e) == 0 ? S_OK : (HRESULT)(((e)&0xffffu) | 0x80070000u))
#define HasOverlappedIoCompleted(o) ((NTSTATUS)(o)->Internal != STATUS_PENDING)
#define MAKELONG(low, high)         ((LONG)((USHORT)(low) | (ULONG)(USHORT)(high) << 16))
#define MAKEWORD(low, high)         ((USHORT)((UCHAR)(low) | (USHORT)(UCHAR)(high) << 8))
#define CREATE_SUSPENDED            0x00000004u
#define INVALID_FILE_ATTRIBUTES     0xffffffffu
#define FILE_FLAG_DELETE_ON_CLOSE   0x04000000u
#define FILE_FLAG_SEQUENTIAL_SCAN   0x08000000u
#define FILE_FLAG_RANDOM_ACCESS     0x10000000u
#define MAXDWORD                    0xffffffffu
#define MAKELANGID(primary, sub)    ((USHORT)((USHORT)(sub) << 10 | (USHORT)(primary)))
#define LANG_NEUTRAL                0
#define LANG_ENGLISH                9
#define SUBLANG_DEFAULT             1
#define SUBLANG_NEUTRAL             0

typedef PVOID HLOCAL, HGLOBAL, HMODULE, HINSTANCE;

/* ---- Where a program lies -------------------------------------------------------------------- */
/* All programs and drivers of a scenario lie in C:\Exchsrvr\bin, which is the current directory of
 * each program: relative names of files begin there. */
#define GetCurrentDirectoryA win32_GetCurrentDirectoryA
#define GetCurrentDirectoryW win32_GetCurrentDirectoryW
#define GetModuleFileNameA   win32_GetModuleFileNameA
#define GetModuleFileNameW   win32_GetModuleFileNameW
#define GetModuleHandleA     win32_GetModuleHandleA
#define GetModuleHandleW     win32_GetModuleHandleW
#define GetFullPathNameA     win32_GetFullPathNameA
#define GetSystemDirectoryA  win32_GetSystemDirectoryA
#define GetSystemDirectoryW  win32_GetSystemDirectoryW
#define GetFileAttributesA   win32_GetFileAttributesA
#define GetFileAttributesW   win32_GetFileAttributesW
#define GetCommandLineA      win32_GetCommandLineA
#define DefineDosDeviceA     win32_DefineDosDeviceA
#define QueryDosDeviceA      win32_QueryDosDeviceA
/* The length of the name without its zero; with it if the buffer is too small, and 0 on errors. */
DWORD WINAPI GetCurrentDirectoryA(DWORD nBufferLength, LPSTR lpBuffer);
DWORD WINAPI GetCurrentDirectoryW(DWORD nBufferLength, LPWSTR lpBuffer);
DWORD WINAPI GetSystemDirectoryA(LPSTR lpBuffer, UINT uSize);
DWORD WINAPI GetSystemDirectoryW(LPWSTR lpBuffer, UINT uSize);
DWORD WINAPI GetFullPathNameA(LPCSTR lpFileName, DWORD nBufferLength, LPSTR lpBuffer,
                              LPSTR *lpFilePart);
/* A name that is too long is cut; the length is then nSize. hModule must be NULL. */
DWORD WINAPI GetModuleFileNameA(HMODULE hModule, LPSTR lpFilename, DWORD nSize);
DWORD WINAPI GetModuleFileNameW(HMODULE hModule, LPWSTR lpFilename, DWORD nSize);
/* The program's own module only, by NULL; any other is not loaded: NULL, ERROR_MOD_NOT_FOUND. */
HMODULE WINAPI GetModuleHandleA(LPCSTR lpModuleName);
HMODULE WINAPI GetModuleHandleW(LPCWSTR lpModuleName);
/* INVALID_FILE_ATTRIBUTES: there is no such file. */
DWORD WINAPI GetFileAttributesA(LPCSTR lpFileName);
DWORD WINAPI GetFileAttributesW(LPCWSTR lpFileName);
LPSTR WINAPI GetCommandLineA(VOID);
#define DDD_RAW_TARGET_PATH       1u
#define DDD_REMOVE_DEFINITION     2u
#define DDD_EXACT_MATCH_ON_REMOVE 4u
/* A link in \??; the target is a device's own name (DDD_RAW_TARGET_PATH). */
BOOL WINAPI DefineDosDeviceA(DWORD dwFlags, LPCSTR lpDeviceName, LPCSTR lpTargetPath);
/* The target of a link in \??, and two zeros; the number of characters with them. */
DWORD WINAPI QueryDosDeviceA(LPCSTR lpDeviceName, LPSTR lpTargetPath, DWORD ucchMax);

/* ---- Texts of errors ------------------------------------------------------------------------- */
#define FORMAT_MESSAGE_ALLOCATE_BUFFER 0x00000100u
#define FORMAT_MESSAGE_IGNORE_INSERTS  0x00000200u
#define FORMAT_MESSAGE_FROM_STRING     0x00000400u
#define FORMAT_MESSAGE_FROM_HMODULE    0x00000800u
#define FORMAT_MESSAGE_FROM_SYSTEM     0x00001000u
#define FORMAT_MESSAGE_ARGUMENT_ARRAY  0x00002000u
#define FORMAT_MESSAGE_MAX_WIDTH_MASK  0x000000ffu
#define FormatMessageA                 win32_FormatMessageA
#define FormatMessageW                 win32_FormatMessageW
/* FORMAT_MESSAGE_FROM_SYSTEM: the text of a system error code, as Windows' own ends in a full stop
 * and a line end. FORMAT_MESSAGE_FROM_STRING: the source itself. Inserts are left as they are. The
 * number of characters; 0 and ERROR_MR_MID_NOT_FOUND: there is no text. */
DWORD WINAPI FormatMessageA(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId, DWORD dwLanguageId,
                            LPSTR lpBuffer, DWORD nSize, va_list *Arguments);
DWORD WINAPI FormatMessageW(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId, DWORD dwLanguageId,
                            LPWSTR lpBuffer, DWORD nSize, va_list *Arguments);

/* ---- Memory ---------------------------------------------------------------------------------- */
#define LMEM_FIXED    0u
#define LMEM_ZEROINIT 0x40u
#define LPTR          0x40u
#define GMEM_FIXED    0u
#define GMEM_ZEROINIT 0x40u
#define GPTR          0x40u
#define LocalAlloc    win32_LocalAlloc
#define LocalFree     win32_LocalFree
#define GlobalAlloc   win32_LocalAlloc
#define GlobalFree    win32_LocalFree
/* Blocks of the process' heap. Free returns NULL. */
HLOCAL WINAPI LocalAlloc(UINT uFlags, SIZE_T uBytes);
HLOCAL WINAPI LocalFree(HLOCAL hMem);

/* ---- The machine ----------------------------------------------------------------------------- */
typedef struct _SYSTEMTIME {
    WORD wYear, wMonth, wDayOfWeek, wDay, wHour, wMinute, wSecond, wMilliseconds;
} SYSTEMTIME, *PSYSTEMTIME, *LPSYSTEMTIME;
typedef struct _SYSTEM_INFO {
    WORD wProcessorArchitecture, wReserved;
    DWORD dwPageSize;
    LPVOID lpMinimumApplicationAddress, lpMaximumApplicationAddress;
    DWORD_PTR dwActiveProcessorMask;
    DWORD dwNumberOfProcessors, dwProcessorType, dwAllocationGranularity;
    WORD wProcessorLevel, wProcessorRevision;
} SYSTEM_INFO, *LPSYSTEM_INFO;
typedef struct _OSVERSIONINFOA {
    DWORD dwOSVersionInfoSize, dwMajorVersion, dwMinorVersion, dwBuildNumber, dwPlatformId;
    CHAR szCSDVersion[128];
} OSVERSIONINFOA, *LPOSVERSIONINFOA;
#define OSVERSIONINFO           OSVERSIONINFOA
#define VER_PLATFORM_WIN32_NT   2u
#define GetLocalTime            win32_GetLocalTime
#define GetSystemTime           win32_GetLocalTime
#define GetSystemTimeAsFileTime win32_GetSystemTimeAsFileTime
#define GetSystemInfo           win32_GetSystemInfo
#define GetVersion              win32_GetVersion
#define GetVersionExA           win32_GetVersionExA
#define Beep                    win32_Beep
#define TerminateThread         win32_TerminateThread
#define SetConsoleCtrlHandler   win32_SetConsoleCtrlHandler
VOID WINAPI GetLocalTime(LPSYSTEMTIME lpSystemTime); /* The machine's zone is UTC. */
VOID WINAPI GetSystemTimeAsFileTime(FILETIME *lpSystemTimeAsFileTime);
VOID WINAPI GetSystemInfo(LPSYSTEM_INFO lpSystemInfo);
DWORD WINAPI GetVersion(VOID); /* 5.2, build 3790. */
BOOL WINAPI GetVersionExA(LPOSVERSIONINFOA lpVersionInformation);
/* Sends IOCTL_BEEP_SET to \Device\Beep and waits for the duration in ms. FALSE: no driver has made
 * this device. */
BOOL WINAPI Beep(DWORD dwFreq, DWORD dwDuration);
BOOL WINAPI TerminateThread(HANDLE hThread, DWORD dwExitCode);
typedef BOOL(WINAPI *PHANDLER_ROUTINE)(DWORD dwCtrlType);
#define CTRL_C_EVENT     0u
#define CTRL_BREAK_EVENT 1u
#define CTRL_CLOSE_EVENT 2u
/* Nobody presses Ctrl+C: the routine is never called. */
BOOL WINAPI SetConsoleCtrlHandler(PHANDLER_ROUTINE HandlerRoutine, BOOL Add);

/* ---- Interlocked operations that <wdm.h> has, too -------------------------------------------- */
LONG InterlockedExchangeAdd(LONG volatile *Addend, LONG Value);
LONG InterlockedAnd(LONG volatile *Destination, LONG Value);
LONG InterlockedOr(LONG volatile *Destination, LONG Value);
LONG InterlockedXor(LONG volatile *Destination, LONG Value);
LONGLONG InterlockedIncrement64(LONGLONG volatile *Addend);
LONGLONG InterlockedDecrement64(LONGLONG volatile *Addend);
PVOID InterlockedExchangePointer(PVOID volatile *Target, PVOID Value);
PVOID InterlockedCompareExchangePointer(PVOID volatile *Destination, PVOID Exchange,
                                        PVOID Comparand);

/* ---- Narrow strings -------------------------------------------------------------------------- */
#define lstrlenA  win32_lstrlenA
#define lstrcpyA  win32_lstrcpyA
#define lstrcpynA win32_lstrcpynA
#define lstrcatA  win32_lstrcatA
#define lstrcmpA  win32_lstrcmpA
#define lstrcmpiA win32_lstrcmpiA
#define wsprintfA win32_wsprintfA
INT WINAPI lstrlenA(LPCSTR lpString);
LPSTR WINAPI lstrcpyA(LPSTR lpString1, LPCSTR lpString2);
LPSTR WINAPI lstrcpynA(LPSTR lpString1, LPCSTR lpString2, INT iMaxLength);
LPSTR WINAPI lstrcatA(LPSTR lpString1, LPCSTR lpString2);
INT WINAPI lstrcmpA(LPCSTR lpString1, LPCSTR lpString2);
INT WINAPI lstrcmpiA(LPCSTR lpString1, LPCSTR lpString2);
INT wsprintfA(LPSTR lpOut, LPCSTR lpFmt, ...); /* At most 1024 characters. */

/* What <strsafe.h> calls: `end` and `left`, in characters, may be NULL; `extended`: an Ex form,
 * which takes a size of 0. */
HRESULT win32_strsafe_copy(void *to, SIZE_T count, ULONG width, BOOL extended, ULONG flags,
                           void **end, SIZE_T *left, const void *from, SIZE_T max, BOOL cat);
HRESULT win32_strsafe_print(void *to, SIZE_T count, ULONG width, BOOL extended, ULONG flags,
                            void **end, SIZE_T *left, const void *format, va_list arguments);
HRESULT win32_strsafe_length(const void *text, SIZE_T max, ULONG width, SIZE_T *length);

#define GetCurrentDirectory WIN32_WIDE_OR_NARROW(GetCurrentDirectory)
#define GetSystemDirectory  WIN32_WIDE_OR_NARROW(GetSystemDirectory)
#define GetModuleFileName   WIN32_WIDE_OR_NARROW(GetModuleFileName)
#define GetModuleHandle     WIN32_WIDE_OR_NARROW(GetModuleHandle)
#define GetFileAttributes   WIN32_WIDE_OR_NARROW(GetFileAttributes)
#define GetCommandLine      WIN32_WIDE_OR_NARROW(GetCommandLine)
#define FormatMessage       WIN32_WIDE_OR_NARROW(FormatMessage)
#define GetFullPathName     GetFullPathNameA
#define DefineDosDevice     DefineDosDeviceA
#define QueryDosDevice      QueryDosDeviceA
#define GetVersionEx        GetVersionExA
#define wsprintf            wsprintfA
#define lstrlen             WIN32_WIDE_OR_NARROW(lstrlen)
#define lstrcpyn            WIN32_WIDE_OR_NARROW(lstrcpyn)
#define lstrcmp             WIN32_WIDE_OR_NARROW(lstrcmp)
#define lstrcmpi            WIN32_WIDE_OR_NARROW(lstrcmpi)
#define lstrcpy             lstrcpyA
#define lstrcat             lstrcatA
