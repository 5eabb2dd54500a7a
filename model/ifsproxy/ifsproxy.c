/* ifsproxy.c - a process's connection to ExIFS: the control handle, its life, and what errors
 * mean.
 *
 * The product's ifsproxy.dll is 18 KB: a thin stub. So is this. All state hangs from the IFSPROXY
 * the caller holds; the store's side is in ifsproxy_serve.c, the client's in ifsproxy_stream.c.
 *
 */
#include "ifsproxy_internal.h"

PVOID IfsAllocate(SIZE_T bytes) { return HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, bytes); }

VOID IfsFree(PVOID memory) { (VOID) HeapFree(GetProcessHeap(), 0, memory); }

/* ---- Errors ---------------------------------------------------------------------------------- */

static const struct {
    DWORD Win32;
    LONG Engine;
} Errors[] = {
    { ERROR_FILE_NOT_FOUND, JET_errSLVProviderNotLoaded }, /* No driver made the device. */
    { ERROR_ALREADY_EXISTS, JET_errSLVRootStillOpen },
    { ERROR_INVALID_PARAMETER, JET_errInvalidParameter },
    { ERROR_INVALID_FUNCTION, JET_errInvalidParameter },
    { ERROR_NOT_ENOUGH_MEMORY, JET_errOutOfMemory },
    { ERROR_NO_SYSTEM_RESOURCES, JET_errOutOfMemory },
    { ERROR_ACCESS_DENIED, JET_errSLVFileAccessDenied },
    { ERROR_NOT_FOUND, JET_errSLVFileUnknown },
};

LONG IfsLastError(VOID)
{
    DWORD error = GetLastError();
    SIZE_T i;

    if ((error & 0xFFFF0000u) == EXIFS_STATUS_BASE) {
        return -(LONG)(error & 0xFFFFu);
    }
    for (i = 0; i < sizeof(Errors) / sizeof(Errors[0]); i++) {
        if (Errors[i].Win32 == error) {
            return Errors[i].Engine;
        }
    }
    return JET_errSLVFileIO;
}

LONG IfsStatusFromError(LONG error) { return error == JET_errSuccess ? 0 : EXIFS_STATUS(-error); }

/* ---- Calls ----------------------------------------------------------------------------------- */

/* The control handle is opened for overlapped use, so each call on it brings its own event. */
LONG IfsControl(HANDLE handle, ULONG code, PVOID in, ULONG inBytes, PVOID out, ULONG outBytes)
{
    OVERLAPPED overlapped;
    LONG error = JET_errSuccess;
    DWORD got = 0;

    ZeroMemory(&overlapped, sizeof(overlapped));
    overlapped.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (overlapped.hEvent == NULL) {
        return JET_errOutOfMemory;
    }
    if (!DeviceIoControl(handle, code, in, inBytes, out, outBytes, &got, &overlapped) &&
        (GetLastError() != ERROR_IO_PENDING ||
         !GetOverlappedResult(handle, &overlapped, &got, TRUE))) {
        error = IfsLastError();
    } else if (got < outBytes) {
        error = JET_errSLVFileIO;
    }
    (VOID) CloseHandle(overlapped.hEvent);
    return error;
}

HANDLE IfsOpenDevice(DWORD flags)
{
    return CreateFileW(EXIFS_WIN32_NAME, GENERIC_READ | GENERIC_WRITE,
                       FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, flags, NULL);
}

/* ---- Life ------------------------------------------------------------------------------------ */

PIFSPROXY IfsCreate(PCWSTR build)
{
    const IFS_VERSION *version = IfsFindVersion(build);
    PIFSPROXY proxy;

    if (version == NULL) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    proxy = IfsAllocate(sizeof(*proxy));
    if (proxy == NULL) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return NULL;
    }
    proxy->Version = version;
    proxy->Control = IfsOpenDevice(FILE_FLAG_OVERLAPPED);
    if (proxy->Control == INVALID_HANDLE_VALUE) {
        DWORD error = GetLastError();

        IfsFree(proxy);
        SetLastError(error);
        return NULL;
    }
    InitializeCriticalSection(&proxy->Lock);
    return proxy;
}

VOID IfsDestroy(PIFSPROXY proxy)
{
    (VOID) CloseHandle(proxy->Control);
    if (proxy->Blocks != NULL) {
        (VOID) VirtualFree(proxy->Blocks, 0, MEM_RELEASE);
    }
    DeleteCriticalSection(&proxy->Lock);
    IfsFree(proxy);
}
