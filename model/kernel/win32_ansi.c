/* win32_ansi.c - see winansi.h: functions with narrow texts. */
#include "model/kernel/win32.h"
#include "model/kernel/io.h"
#include "model/kernel/ke_log.h"
#include "model/kernel/ke_service.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ps.h"
#include "model/kernel/rtl.h"
#include <stdio.h>
#include <string.h>

/* Widens a text; a longer one is cut. NULL stays NULL. */
PCWSTR win32_widen(LPCSTR text, WCHAR out[MAX_PATH])
{
    INT i = 0;

    if (text == NULL)
        return NULL;
    for (; text[i] != 0 && i + 1 < MAX_PATH; i++)
        out[i] = rtl_widen(text[i]);
    out[i] = 0;
    return out;
}

LPCSTR win32_narrow(PCWSTR text, char out[MAX_PATH])
{
    INT i = 0;

    if (text == NULL)
        return NULL;
    for (; text[i] != 0 && i + 1 < MAX_PATH; i++)
        out[i] = rtl_narrow(text[i]);
    out[i] = 0;
    return out;
}

HANDLE WINAPI CreateFileA(LPCSTR name, DWORD access, DWORD share, LPSECURITY_ATTRIBUTES security,
                          DWORD disposition, DWORD flags, HANDLE template)
{
    WCHAR wide[MAX_PATH];

    return CreateFileW(win32_widen(name, wide), access, share, security, disposition, flags,
                       template);
}

BOOL WINAPI DeleteFileA(LPCSTR name)
{
    WCHAR wide[MAX_PATH];

    return DeleteFileW(win32_widen(name, wide));
}

HANDLE WINAPI CreateEventA(LPSECURITY_ATTRIBUTES security, BOOL manual, BOOL state, LPCSTR name)
{
    WCHAR wide[MAX_PATH];

    return CreateEventW(security, manual, state, win32_widen(name, wide));
}

HANDLE WINAPI CreateWaitableTimerA(LPSECURITY_ATTRIBUTES security, BOOL manual, LPCSTR name)
{
    WCHAR wide[MAX_PATH];

    return CreateWaitableTimerW(security, manual, win32_widen(name, wide));
}

HANDLE WINAPI OpenEventA(DWORD access, BOOL inherit, LPCSTR name)
{
    WCHAR wide[MAX_PATH];

    return OpenEventW(access, inherit, win32_widen(name, wide));
}

HANDLE WINAPI OpenMutexA(DWORD access, BOOL inherit, LPCSTR name)
{
    WCHAR wide[MAX_PATH];

    return OpenMutexW(access, inherit, win32_widen(name, wide));
}

HANDLE WINAPI OpenSemaphoreA(DWORD access, BOOL inherit, LPCSTR name)
{
    WCHAR wide[MAX_PATH];

    return OpenSemaphoreW(access, inherit, win32_widen(name, wide));
}

HANDLE WINAPI CreateMutexA(LPSECURITY_ATTRIBUTES security, BOOL owned, LPCSTR name)
{
    WCHAR wide[MAX_PATH];

    return CreateMutexW(security, owned, win32_widen(name, wide));
}

HANDLE WINAPI CreateSemaphoreA(LPSECURITY_ATTRIBUTES security, LONG count, LONG limit, LPCSTR name)
{
    WCHAR wide[MAX_PATH];

    return CreateSemaphoreW(security, count, limit, win32_widen(name, wide));
}

VOID WINAPI OutputDebugStringA(LPCSTR text)
{
    ke_log_print(ke_current_thread()->process->name, text);
}

VOID WINAPI OutputDebugStringW(LPCWSTR text)
{
    char plain[MAX_PATH];

    OutputDebugStringA(win32_narrow(text, plain));
}

/* The machine's one counter. A reading takes time, so a loop that waits for a count ends. */
BOOL WINAPI QueryPerformanceCounter(PLARGE_INTEGER count)
{
    *count = KeQueryPerformanceCounter(NULL);
    ke_user_point(0);
    return TRUE;
}

BOOL WINAPI QueryPerformanceFrequency(PLARGE_INTEGER frequency)
{
    KeQueryPerformanceCounter(frequency);
    return TRUE;
}

BOOL WINAPI SwitchToThread(VOID)
{
    Sleep(0);
    return TRUE;
}
