/* win32_machine.c - where programs lie, the machine, its time; see winmore.h. */
#include "model/kernel/win32.h"
#include "model/kernel/include/nt_program.h"
#include "model/kernel/include/ntddbeep.h"
#include "model/kernel/io.h"
#include "model/kernel/ke_service.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ps.h"
#include "model/kernel/rtl.h"
#include <stdio.h>
#include <string.h>

#define SYSTEM_FOLDER "C:\\WINDOWS\\system32"

/* ---- Names ----------------------------------------------------------------------------------- */

/* Gives a text to a caller who wants to know how much room it takes. */
static DWORD give(const char *text, LPSTR buffer, DWORD count)
{
    DWORD length = (DWORD)strlen(text);

    if (length >= count)
        return length + 1;
    memcpy(buffer, text, length + 1);
    return length;
}

static DWORD give_wide(const char *text, LPWSTR buffer, DWORD count)
{
    WCHAR wide[MAX_PATH];
    DWORD length = (DWORD)strlen(text);

    if (length >= count)
        return length + 1;
    win32_widen(text, wide);
    memcpy(buffer, wide, (length + 1) * sizeof *wide);
    return length;
}

DWORD WINAPI GetCurrentDirectoryA(DWORD count, LPSTR buffer)
{
    return give(WIN32_FOLDER, buffer, count);
}

DWORD WINAPI GetCurrentDirectoryW(DWORD count, LPWSTR buffer)
{
    return give_wide(WIN32_FOLDER, buffer, count);
}

DWORD WINAPI GetSystemDirectoryA(LPSTR buffer, UINT count)
{
    return give(SYSTEM_FOLDER, buffer, count);
}

DWORD WINAPI GetSystemDirectoryW(LPWSTR buffer, UINT count)
{
    return give_wide(SYSTEM_FOLDER, buffer, count);
}

/* The whole name of a file: "a.sys" lies in the current directory, "\a.sys" on its drive. */
static void complete(const char *name, char out[MAX_PATH])
{
    bool whole = name[0] != 0 && name[1] == ':';

    if (name[0] == '.' && name[1] == '\\')
        name += 2;
    if (whole || (name[0] == '\\' && name[1] == '\\'))
        snprintf(out, MAX_PATH, "%s", name);
    else
        snprintf(out, MAX_PATH, "%s%s", name[0] == '\\' ? "C:" : WIN32_FOLDER "\\", name);
}

DWORD WINAPI GetFullPathNameA(LPCSTR name, DWORD count, LPSTR buffer, LPSTR *part)
{
    char whole[MAX_PATH];

    complete(name, whole);

    DWORD length = give(whole, buffer, count);

    if (part != NULL && length < count)
        *part = strrchr(buffer, '\\') != NULL ? strrchr(buffer, '\\') + 1 : NULL;
    return length;
}

DWORD WINAPI GetModuleFileNameA(HMODULE module, LPSTR buffer, DWORD count)
{
    char whole[MAX_PATH];

    if (module != NULL && module != GetModuleHandleA(NULL)) {
        SetLastError(126); /* ERROR_MOD_NOT_FOUND */
        return 0;
    }
    snprintf(whole, sizeof whole, WIN32_FOLDER "\\%s", ke_current_thread()->process->name);
    if (count == 0)
        return 0;
    snprintf(buffer, count, "%s", whole);
    return MIN_OF((DWORD)strlen(whole), count);
}

DWORD WINAPI GetModuleFileNameW(HMODULE module, LPWSTR buffer, DWORD count)
{
    char whole[MAX_PATH];
    WCHAR wide[MAX_PATH];
    DWORD length = GetModuleFileNameA(module, whole, sizeof whole);

    if (length == 0 || count == 0)
        return 0;
    lstrcpynW(buffer, win32_widen(whole, wide), (INT)MIN_OF(count, (DWORD)MAX_PATH));
    return MIN_OF(length, count);
}

HMODULE WINAPI GetModuleHandleA(LPCSTR name)
{
    if (name == NULL || lstrcmpiA(name, ke_current_thread()->process->name) == 0)
        return (HMODULE)(uintptr_t)0x00400000u;
    SetLastError(126); /* ERROR_MOD_NOT_FOUND */
    return NULL;
}

HMODULE WINAPI GetModuleHandleW(LPCWSTR name)
{
    char plain[MAX_PATH];

    return GetModuleHandleA(win32_narrow(name, plain));
}

DWORD WINAPI GetFileAttributesW(LPCWSTR name)
{
    HANDLE file = CreateFileW(name, FILE_READ_ATTRIBUTES,
                              FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                              OPEN_EXISTING, 0, NULL);

    if (file == INVALID_HANDLE_VALUE)
        return INVALID_FILE_ATTRIBUTES;
    CloseHandle(file);
    return FILE_ATTRIBUTE_ARCHIVE;
}

DWORD WINAPI GetFileAttributesA(LPCSTR name)
{
    WCHAR wide[MAX_PATH];

    return GetFileAttributesW(win32_widen(name, wide));
}

LPSTR WINAPI GetCommandLineA(VOID)
{
    const struct ke_process *process = ke_current_thread()->process;
    LPCWSTR rest = GetCommandLineW();
    SIZE_T size = strlen(process->name) + (SIZE_T)lstrlenW(rest) + 2;
    LPSTR line = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, size);
    char plain[MAX_PATH];

    if (line != NULL)
        snprintf(line, size, "%s %s", process->name, win32_narrow(rest, plain));
    return line;
}

/* ---- Links in \?? ---------------------------------------------------------------------------- */

BOOL WINAPI DefineDosDeviceA(DWORD flags, LPCSTR name, LPCSTR target)
{
    if (flags & DDD_REMOVE_DEFINITION)
        return nt_remove_dos_device(name);
    if (!(flags & DDD_RAW_TARGET_PATH) || target == NULL) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    return nt_define_dos_device(name, target);
}

DWORD WINAPI QueryDosDeviceA(LPCSTR name, LPSTR target, DWORD count)
{
    char text[MAX_PATH];

    if (name == NULL) {
        SetLastError(ERROR_NOT_SUPPORTED);
        return 0;
    }
    if (!nt_query_dos_device(name, text, sizeof text))
        return 0;
    if (strlen(text) + 2 > count) {
        SetLastError(ERROR_INSUFFICIENT_BUFFER);
        return 0;
    }
    strcpy(target, text);
    target[strlen(text) + 1] = 0;
    return (DWORD)strlen(text) + 2;
}

/* ---- Memory ---------------------------------------------------------------------------------- */

HLOCAL WINAPI LocalAlloc(UINT flags, SIZE_T bytes)
{
    return HeapAlloc(GetProcessHeap(), flags & LMEM_ZEROINIT ? HEAP_ZERO_MEMORY : 0, bytes);
}

HLOCAL WINAPI LocalFree(HLOCAL memory)
{
    HeapFree(GetProcessHeap(), 0, memory);
    return NULL;
}

/* ---- The machine ----------------------------------------------------------------------------- */

VOID WINAPI GetLocalTime(LPSYSTEMTIME out)
{
    LARGE_INTEGER now;
    TIME_FIELDS fields;

    KeQuerySystemTime(&now);
    RtlTimeToTimeFields(&now, &fields);
    out->wYear = (WORD)fields.Year;
    out->wMonth = (WORD)fields.Month;
    out->wDayOfWeek = (WORD)fields.Weekday;
    out->wDay = (WORD)fields.Day;
    out->wHour = (WORD)fields.Hour;
    out->wMinute = (WORD)fields.Minute;
    out->wSecond = (WORD)fields.Second;
    out->wMilliseconds = (WORD)fields.Milliseconds;
}

VOID WINAPI GetSystemTimeAsFileTime(FILETIME *out)
{
    LARGE_INTEGER now;

    KeQuerySystemTime(&now);
    out->dwLowDateTime = now.LowPart;
    out->dwHighDateTime = (DWORD)now.HighPart;
}

VOID WINAPI GetSystemInfo(LPSYSTEM_INFO out)
{
    memset(out, 0, sizeof *out);
    out->dwPageSize = PAGE_SIZE;
    out->lpMinimumApplicationAddress = (LPVOID)(uintptr_t)0x10000;
    out->lpMaximumApplicationAddress = (LPVOID)(uintptr_t)0x7ffeffff;
    out->dwActiveProcessorMask = ((DWORD_PTR)1 << ke->cpu_count) - 1;
    out->dwNumberOfProcessors = ke->cpu_count;
    out->dwProcessorType = 586;
    out->dwAllocationGranularity = 0x10000;
    out->wProcessorLevel = 15;
}

DWORD WINAPI GetVersion(VOID) { return NT_MAJOR | NT_MINOR << 8 | (DWORD)NT_BUILD << 16; }

BOOL WINAPI GetVersionExA(LPOSVERSIONINFOA out)
{
    RTL_OSVERSIONINFOW version = { .dwOSVersionInfoSize = sizeof version };
    char service_pack[MAX_PATH];

    if (out->dwOSVersionInfoSize < sizeof *out) {
        SetLastError(ERROR_INSUFFICIENT_BUFFER);
        return FALSE;
    }
    RtlGetVersion(&version);
    out->dwMajorVersion = version.dwMajorVersion;
    out->dwMinorVersion = version.dwMinorVersion;
    out->dwBuildNumber = version.dwBuildNumber;
    out->dwPlatformId = version.dwPlatformId;
    strcpy(out->szCSDVersion, win32_narrow(version.szCSDVersion, service_pack));
    return TRUE;
}

BOOL WINAPI Beep(DWORD frequency, DWORD duration)
{
    BEEP_SET_PARAMETERS tone = { frequency, duration };
    IO_STATUS_BLOCK iosb = { 0 };
    HANDLE device = NULL;
    DWORD got;

    service_enter(SERVICE_NtCreateFile);
    if (!win32_leave(io_create_file(&device, FILE_READ_DATA | FILE_WRITE_DATA | SYNCHRONIZE,
                                    DD_BEEP_DEVICE_NAME_U, OBJ_CASE_INSENSITIVE, &iosb,
                                    FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN_IF,
                                    FILE_SYNCHRONOUS_IO_NONALERT, UserMode)))
        return FALSE;

    BOOL good = DeviceIoControl(device, IOCTL_BEEP_SET, &tone, sizeof tone, NULL, 0, &got, NULL);

    CloseHandle(device);
    if (good && (frequency != 0 || duration != 0))
        Sleep(duration);
    return good;
}

BOOL WINAPI TerminateThread(HANDLE handle, DWORD code)
{
    struct ke_thread *thread;

    service_enter(SERVICE_NtTerminateThread);
    NTSTATUS status = win32_reference(handle, OB_THREAD, (void **)&thread);

    if (NT_SUCCESS(status)) {
        status = ps_terminate_thread(thread, (NTSTATUS)code);
        ObDereferenceObject(thread);
    }
    return win32_leave(status);
}

BOOL WINAPI SetConsoleCtrlHandler(PHANDLER_ROUTINE routine, BOOL add)
{
    (void)routine, (void)add;
    return TRUE;
}
